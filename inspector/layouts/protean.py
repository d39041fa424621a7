"""Protean (Python) on Message DB.

The table is Message DB's; only the metadata tell Protean from others (``headers``, ``domain``,
``envelope``), so a row must have been seen. Types end in ``.v<version>``. Streams are
``domain::aggregate-id``, commands and snapshots in streams of their own. A snapshot is a message
of type ``SNAPSHOT`` without metadata whose data are the state and ``_version``.

Source: protean 0.18.0, message-db-py 0.3.5.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from inspector.core.events import Event, Snapshot, StreamId
from inspector.core.texts import tr
from inspector.layouts import _message_db_family as family
from inspector.layouts._api import Catalog, Match, NearMiss, Place, Places, Source, Table
from inspector.layouts._probe import Example, having, near_misses
from inspector.layouts._scoring import Scale

PLACES = Places(
    schema_version=Place("metadata", ("domain", "version")),
    valid_at=Place("metadata", ("headers", "time")),
    correlation_id=Place("metadata", ("domain", "correlation_id")),
    causation_id=Place("metadata", ("domain", "causation_id")),
    actor=Place("metadata", ("extensions", "user")),
    tenant=Place("metadata", ("extensions", "tenant")),
    time_zone_utc=True,
)

_VERSION = re.compile(r"\.v(\d{1,9})\Z")


class Protean(family.MessageDbLayout):
    """Message DB with Protean's metadata."""

    name = "protean"
    title = "Protean on Message DB"

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """Tables of messages in which Protean's metadata were seen."""
        if catalog.dialect != "postgresql":
            return ()
        found = (self._match(catalog, table) for table in having(catalog, family.MESSAGES))
        return [match for match in found if match is not None]

    def _match(self, catalog: Catalog, table: Table) -> Match | None:
        scale = Scale(self.name, self.title)
        rows = family.weigh(scale, table, catalog)
        if not family.looks_like_protean(rows):
            return None
        scale.found(10, tr("the metadata have Protean's parts headers and domain"))
        return scale.match({"events": table})

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What a table lacks; for Message DB's own, the metadata."""
        for table in having(catalog, family.MESSAGES):
            if not family.looks_like_protean(catalog.sampler(table)):
                reason = tr(
                    "{table}: no row has metadata with headers and domain", table=table.full_name
                )
                return (NearMiss(self.name, self.title, 40, (reason,)),)
        return near_misses(catalog, self.name, self.title, family.MESSAGES)

    def source(self, match: Match, dialect: str) -> Source:
        """The messages table as it is."""
        return family.source(
            match,
            places=PLACES,
            schema_versions="named",
            snapshot_bookkeeping=frozenset({"id"}),
        )

    adjusts: frozenset[str] | None = frozenset({"id", "kind", "schema_version"})

    def adjust(self, event: Event) -> Event:
        """Protean's own id, which causation points to; version and kind where they stand."""
        headers, domain = _part(event.meta, "headers"), _part(event.meta, "domain")
        version = event.schema_version
        named = _VERSION.search(event.type)
        if version is None and named is not None:
            version = int(named[1])
        is_command = domain.get("kind") == "COMMAND" or "command" in family.types_of(
            event.stream.name
        )
        own = None if is_command else headers.get("id")  # a command's is not its own
        return replace(
            event,
            id=str(own) if own else event.id,
            schema_version=version,
            kind="command" if is_command else event.kind,
        )

    def adjust_snapshot(self, snapshot: Snapshot) -> Snapshot:
        """The aggregate without ``_version``, under the aggregate's own stream."""
        state = snapshot.state
        if isinstance(state, dict):
            state = {key: value for key, value in state.items() if key != "_version"}
        name = family.entity_stream(snapshot.stream.name)
        stream = StreamId(name, family.category_of(name), (name,))
        return replace(snapshot, state=state, stream=stream)


def _part(meta: Any, name: str) -> dict[str, Any]:
    part = meta.get(name) if isinstance(meta, dict) else None
    return part if isinstance(part, dict) else {}


EXAMPLES = (
    Example(
        {
            "messages": "global_position:bigint position:bigint time:timestamp stream_name:text"
            " type:text data:jsonb metadata:jsonb id:uuid"
        },
        {"messages": [{"metadata": {"headers": {}, "domain": {}}}]},
    ),
)
"""For the manual."""

LAYOUT = Protean()
