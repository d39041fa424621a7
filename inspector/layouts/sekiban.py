"""Sekiban (.NET), the "pure" store, on PostgreSQL.

A stream is a partition key; the root partition is the tenant and the aggregate group the category.
Events are ordered by a text of 30 digits: .NET ticks and a number of the host.

Source: Sekiban, August 2026.
"""

from __future__ import annotations

from collections.abc import Sequence

from inspector.layouts._api import (
    COLUMN,
    Catalog,
    Match,
    NearMiss,
    Place,
    Places,
    PlainLayout,
    Source,
    Table,
)
from inspector.layouts._describe import Cells
from inspector.layouts._probe import Shape, having, near_misses
from inspector.layouts._scoring import Scale

EVENTS = Shape(
    {
        "id": ("uuid", "text"),
        "payload": ("json", "text"),
        "sortableuniqueid": ("text",),
        "version": ("integer",),
        "aggregateid": ("uuid", "text"),
        "rootpartitionkey": ("text",),
        "timestamp": ("time",),
        "partitionkey": ("text",),
        "aggregategroup": ("text",),
        "payloadtypename": ("text",),
        "causationid": ("text",),
        "correlationid": ("text",),
        "executeduser": ("text",),
    }
)


class Sekiban(PlainLayout):
    """The table of events."""

    name = "sekiban"
    title = "Sekiban"

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One store per table of events."""
        return [self._match(table) for table in having(catalog, EVENTS)]

    def _match(self, events: Table) -> Match:
        scale = Scale(self.name, self.title)
        scale.columns(events, EVENTS)
        scale.index(events, "partitionkey", points=5)
        scale.index(events, "sortableuniqueid", points=5)
        return scale.match({"events": events})

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What a table lacks."""
        return near_misses(catalog, self.name, self.title, EVENTS)

    def source(self, match: Match, dialect: str) -> Source:
        """Events by their sortable id."""
        events = match.tables["events"]
        return Source(
            events=Cells(events).select(
                {
                    "stream_0": "partitionkey",
                    "category": "aggregategroup",
                    "position": "version",
                    "global_0": "sortableuniqueid",
                    "id": "id",
                    "type": "payloadtypename",
                    "recorded_at": "timestamp",
                    "payload": "payload",
                    "tenant": "rootpartitionkey",
                    "causation_id": "causationid",
                    "correlation_id": "correlationid",
                    "actor": "executeduser",
                }
            ),
            stream_key=("stream_0",),
            order_key=("global_0",),
            order_indexed=events.has_index("sortableuniqueid"),
            places=Places(category=Place(COLUMN, ())),
        )


LAYOUT = Sekiban()
