"""Emmett (Node.js) on PostgreSQL and SQLite, both generations of its tables.

From 0.36 on events and commands are in a table of *messages*; before, in a table of *events*
with other column names. A second table has one row per stream. On PostgreSQL both are
partitioned (the catalog shows the parents), and the order of the whole store is
(``transaction_id``, ``global_position``), for which the library makes no index.

What does not mean what it says: ``message_schema_version`` is always 1 on PostgreSQL and the
expected position on SQLite; SQLite's streams carry another ``partition`` than their messages.
So no version is read from the column, and on SQLite the partition is no part of the key.

Source: @event-driven-io/emmett-postgresql 0.20 and 0.42, emmett-sqlite 0.42.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import sqlalchemy as sa

from inspector.core.events import Event, PageKey, StreamId
from inspector.core.texts import tr
from inspector.layouts._api import (
    Catalog,
    Match,
    NearMiss,
    Place,
    Places,
    PlainLayout,
    Source,
    Table,
    plain_text,
)
from inspector.layouts._describe import Cells, Expression, Labels, word
from inspector.layouts._probe import Example, Shape, beside, having, near_misses
from inspector.layouts._scoring import Scale


@dataclass(frozen=True)
class _Generation:
    """Column names of one generation."""

    variant: str
    title: str
    prefix: str

    @property
    def shape(self) -> Shape:
        """Columns of the table of events."""
        p = self.prefix
        required: dict[str, tuple[str, ...]] = {
            "stream_id": ("text",),
            "stream_position": ("integer",),
            "partition": ("text",),
            f"{p}_data": ("json", "text"),
            f"{p}_metadata": ("json", "text"),
            f"{p}_schema_version": ("text",),
            f"{p}_type": ("text",),
            f"{p}_id": ("text",),
            "is_archived": ("bool", "integer"),
            "global_position": ("integer",),
            "created": ("time",),
        }
        optional = {"transaction_id", "message_kind"}
        return Shape(required, optional=frozenset(optional))


MESSAGES = _Generation("messages", "Emmett", "message")
EVENTS = _Generation("events", "Emmett before 0.36", "event")
GENERATIONS = (MESSAGES, EVENTS)

STREAMS = Shape(
    {
        "stream_id": ("text",),
        "stream_position": ("integer",),
        "partition": ("text",),
        "stream_type": ("text",),
        "stream_metadata": ("json", "text"),
        "is_archived": ("bool", "integer"),
    }
)

KEYS = ("stream_id", "partition", "is_archived")
LITE_KEYS = ("stream_id", "is_archived")
"""What identifies a stream: with the partition only where both tables agree on it."""

PLACES = Places(
    schema_version=Place("metadata", ("schemaVersion",)),
    correlation_id=Place("metadata", ("correlationId",)),
    causation_id=Place("metadata", ("causationId",)),
    actor=Place("metadata", ("userId",)),
    tenant=Place("metadata", ("tenant",)),
    time_zone_utc=True,
)


class Emmett(PlainLayout):
    """Messages with a table of streams; archived streams are a part of their own."""

    name = "emmett"
    title = "Emmett"

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One store per table of messages (or of events, before 0.36)."""
        return [
            self._match(catalog, events, generation)
            for generation in GENERATIONS
            for events in having(catalog, generation.shape)
        ]

    def _match(self, catalog: Catalog, events: Table, generation: _Generation) -> Match:
        scale = Scale(self.name, generation.title)
        scale.columns(events, generation.shape)
        scale.index(events, "stream_id", "stream_position")
        tables = {"events": events}
        streams = beside(catalog, STREAMS, events)
        if streams is None:
            scale.against(5, tr("there is no table of {role} beside it", role="streams"))
        else:
            tables["streams"] = streams
            scale.sibling("streams", streams, 10)
        if "transaction_id" in events.names:
            scale.found(0, tr("transaction_id and global_position order the whole store"))
        options = {"keys": LITE_KEYS if catalog.dialect == "sqlite" else KEYS}
        return scale.match(tables, variant=generation.variant, options=options)

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """The nearer generation, and what a table lacks for it."""
        found = [
            miss
            for generation in GENERATIONS
            for miss in near_misses(catalog, self.name, generation.title, generation.shape)
        ]
        return sorted(found, key=lambda miss: -miss.score)[:1]

    def source(self, match: Match, dialect: str) -> Source:
        """Messages by stream, and by (transaction, global position) or global position."""
        events = match.tables["events"]
        cells = Cells(events)
        order = [n for n in ("transaction_id", "global_position") if n in events.names]
        streams = match.tables.get("streams")
        keys = _keys(match)
        return Source(
            events=cells.select(self._labels(match, cells, keys, order)),
            stream_key=tuple(f"stream_{i}" for i in range(len(keys))),
            order_key=tuple(f"global_{i}" for i in range(len(order))),
            order_indexed=events.has_index(*order),
            streams=None if streams is None else _streams(streams, keys),
            places=PLACES,
        )

    def _labels(
        self, match: Match, cells: Cells, keys: Sequence[str], order: Sequence[str]
    ) -> Labels:
        p = EVENTS.prefix if match.variant == EVENTS.variant else MESSAGES.prefix
        labels: Labels = {f"stream_{i}": name for i, name in enumerate(keys)}
        labels |= {f"global_{i}": name for i, name in enumerate(order)}
        return labels | {
            "position": "stream_position",
            "id": f"{p}_id",
            "type": f"{p}_type",
            "payload": f"{p}_data",
            "metadata": f"{p}_metadata",
            "recorded_at": "created",
            "kind": _kind(cells),
            "archived": "is_archived",
        }

    def stream_id(self, key: PageKey, name: str | None, match: Match) -> StreamId:
        """The stream's id; its type is what stands before the first dash."""
        text = plain_text(key[0])
        before, dash, _ = text.partition("-")
        return StreamId(text, before if dash else None, key)

    def stream_keys(self, name: str, category: str | None, match: Match) -> Sequence[PageKey]:
        """The name; whether it is archived (and the partition) stays open."""
        return ((name, *(... for _ in _keys(match)[1:])),)

    adjusts: frozenset[str] | None = frozenset({"global_position"})

    def adjust(self, event: Event) -> Event:
        """Show the global position, not the transaction that comes first in the order."""
        key = event.ref.key
        if len(key) < 2:
            return event
        return replace(event, global_position=key[-1])


def _keys(match: Match) -> Sequence[str]:
    return cast("Sequence[str]", match.options["keys"])


def _kind(cells: Cells) -> Expression | None:
    kind = cells.maybe("message_kind")
    if kind is None:
        return None
    return sa.case((kind == word("C"), word("command")), else_=word("event"))


def _streams(table: Table, keys: Sequence[str]) -> sa.Select[Any]:
    labels: Labels = {f"stream_{i}": name for i, name in enumerate(keys)}
    return Cells(table).select(labels | {"archived": "is_archived"})


EXAMPLES = (
    Example(
        {
            "emt_streams": "stream_id stream_position partition stream_type stream_metadata"
            " is_archived",
            "emt_messages": "stream_id stream_position partition message_kind message_data"
            " message_metadata message_schema_version message_type message_id is_archived"
            " global_position transaction_id:xid8 created",
        }
    ),
    Example(
        {
            "emt_streams": "stream_id stream_position partition stream_type stream_metadata"
            " is_archived",
            "emt_events": "stream_id stream_position partition event_data event_metadata"
            " event_schema_version event_type event_id is_archived global_position"
            " transaction_id:xid8 created",
        }
    ),
)
"""For the manual."""

LAYOUT = Emmett()
