"""Castore (TypeScript) on PostgreSQL: one table, any name.

A stream is ``aggregate_name`` (the event store's id, the category) with ``aggregate_id``.
Versions count from 1. Times are given by the application, so order is by version or id.

Source: @castore/event-storage-adapter-postgres 2.4.2.
"""

from __future__ import annotations

from collections.abc import Sequence

from inspector.core.events import PageKey, StreamId
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
from inspector.layouts._describe import Cells
from inspector.layouts._naming import id_keys, id_text
from inspector.layouts._probe import Shape, having, near_misses
from inspector.layouts._scoring import Scale

EVENTS = Shape(
    {
        "id": ("integer",),
        "aggregate_name": ("text",),
        "aggregate_id": (),
        "version": ("integer",),
        "type": ("text",),
        "data": ("json",),
        "metadata": ("json",),
        "timestamp": ("time",),
    }
)

PLACES = Places(
    schema_version=Place("metadata", ("schemaVersion",)),
    correlation_id=Place("metadata", ("correlationId",)),
    causation_id=Place("metadata", ("causationId",)),
    actor=Place("metadata", ("userId",)),
    tenant=Place("metadata", ("tenant",)),
)


class Castore(PlainLayout):
    """Castore's single table."""

    name = "castore"
    title = "Castore"

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One store per table."""
        return [self._match(table) for table in having(catalog, EVENTS)]

    def _match(self, table: Table) -> Match:
        scale = Scale(self.name, self.title)
        scale.columns(table, EVENTS)
        scale.index(table, "aggregate_name", "aggregate_id", "version", points=15)
        scale.index(table, "id", points=5)
        return scale.match({"events": table})

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What a table lacks."""
        return near_misses(catalog, self.name, self.title, EVENTS)

    def source(self, match: Match, dialect: str) -> Source:
        """The table as it is."""
        table = match.tables["events"]
        return Source(
            events=Cells(table).select(
                {
                    "stream_0": "aggregate_name",
                    "stream_1": "aggregate_id",
                    "position": "version",
                    "global_0": "id",
                    "type": "type",
                    "recorded_at": "timestamp",
                    "payload": "data",
                    "metadata": "metadata",
                }
            ),
            stream_key=("stream_0", "stream_1"),
            order_key=("global_0",),
            order_indexed=table.has_index("id"),
            places=PLACES,
        )

    def stream_id(self, key: PageKey, name: str | None, match: Match) -> StreamId:
        """The aggregate's id, in the category of its event store."""
        return StreamId(id_text(key[1]), plain_text(key[0]), key)

    def stream_keys(self, name: str, category: str | None, match: Match) -> Sequence[PageKey]:
        """The id in the column's own form; the event store may stay open."""
        column = match.tables["events"].column("aggregate_id")
        before = ... if category is None else category
        return tuple((before, value) for value in id_keys(name, column))


LAYOUT = Castore()
