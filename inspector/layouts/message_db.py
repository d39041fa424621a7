"""Message DB (PostgreSQL) with Eventide's conventions, also for other clients of the table.

Positions count from 0. Commands, consumer positions and snapshots are in the same table and are
told by the stream's name. ``time`` has no zone and is UTC. A snapshot is a message ``Recorded``
whose data hold ``entityData`` and ``entityVersion``; only the last of a stream counts.

Source: Message DB 1.0 to 1.3.1, Eventide messaging 2.7, entity-snapshot-postgres 2.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from inspector.core.events import Event, Snapshot, StreamId
from inspector.core.texts import tr
from inspector.layouts import _message_db_family as family
from inspector.layouts._api import Catalog, Match, NearMiss, Place, Places, Source, Table
from inspector.layouts._probe import having, near_misses
from inspector.layouts._scoring import Scale

PLACES = Places(
    schema_version=Place("metadata", ("schemaVersion",)),
    correlation_id=Place("metadata", ("correlationStreamName",)),
    causation_id=Place("metadata", ("$causationId",)),
    actor=Place("metadata", ("properties", "user")),
    tenant=Place("metadata", ("properties", "tenant")),
    time_zone_utc=True,
)

OTHERS = 35
"""So much less likely is Eventide where the rows speak of another library on this table."""


class MessageDb(family.MessageDbLayout):
    """Eventide, equinox-js and anything else that writes plain messages."""

    name = "message_db"
    title = "Message DB (Eventide)"

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One store per table of messages."""
        if catalog.dialect != "postgresql":
            return ()
        return [self._match(catalog, table) for table in having(catalog, family.MESSAGES)]

    def _match(self, catalog: Catalog, table: Table) -> Match:
        scale = Scale(self.name, self.title)
        rows = family.weigh(scale, table, catalog)
        if family.looks_like_protean(rows):
            scale.against(OTHERS, tr("the metadata have Protean's parts headers and domain"))
        elif not rows:
            scale.against(0, tr("no row could be looked at, so who writes them is not known"))
        return scale.match({"events": table})

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What a table lacks to be Message DB's."""
        return near_misses(catalog, self.name, self.title, family.MESSAGES)

    def source(self, match: Match, dialect: str) -> Source:
        """The messages table as it is."""
        return family.source(match, places=PLACES, schema_versions="stored")

    adjusts: frozenset[str] | None = frozenset({"causation_id", "correlation_id", "kind"})

    def adjust(self, event: Event) -> Event:
        """Causation points to a row; commands are told by their stream."""
        kind = "command" if "command" in family.types_of(event.stream.name) else event.kind
        causation = event.causation_id or _cause(event.meta)
        correlation = event.correlation_id or _text(event.meta, "$correlationId")
        if (kind, causation, correlation) == (
            event.kind,
            event.causation_id,
            event.correlation_id,
        ):
            return event
        return replace(event, kind=kind, causation_id=causation, correlation_id=correlation)

    def adjust_snapshot(self, snapshot: Snapshot) -> Snapshot:
        """The entity's data out of the message, under the entity's own stream."""
        state = snapshot.state
        if isinstance(state, dict) and "entityData" in state:
            state = state["entityData"]
        stream = StreamId(family.entity_stream(snapshot.stream.name))
        category = family.category_of(stream.name)
        stream = replace(stream, category=category, key=(stream.name,))
        return replace(snapshot, state=state, stream=stream)


def _cause(meta: Any) -> str | None:
    """``stream/position`` of the message that led to this one."""
    name = _text(meta, "causationMessageStreamName")
    position = _text(meta, "causationMessagePosition")
    return None if name is None or position is None else f"{name}/{position}"


def _text(meta: Any, key: str) -> str | None:
    value = meta.get(key) if isinstance(meta, dict) else None
    return None if value is None or isinstance(value, dict | list) else str(value)


LAYOUT = MessageDb()
