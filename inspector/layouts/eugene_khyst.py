"""The PostgreSQL event sourcing sample of Eugene Khyst (Java), and its many copies.

The order of the store is the writing transaction, then the number of the row, as the sample's own
readers have it. The table of aggregates says what a stream is of; events have no time.

Source: eugene-khyst/postgresql-event-sourcing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from inspector.core.events import PageKey, StreamId
from inspector.core.texts import tr
from inspector.layouts._api import Catalog, Match, NearMiss, PlainLayout, Source, Table
from inspector.layouts._describe import Cells, row_key
from inspector.layouts._naming import id_keys, id_text
from inspector.layouts._probe import Shape, beside, having, near_misses
from inspector.layouts._scoring import Scale

EVENTS = Shape(
    {
        "id": ("integer",),
        "transaction_id": ("xid", "integer"),
        "aggregate_id": ("uuid", "text"),
        "version": ("integer",),
        "event_type": ("text",),
        "json_data": ("json",),
    },
    closed=True,
)
AGGREGATES = Shape(
    {"id": ("uuid", "text"), "version": ("integer",), "aggregate_type": ("text",)}, closed=True
)
SNAPSHOTS = Shape(
    {"aggregate_id": ("uuid", "text"), "version": ("integer",), "json_data": ("json",)},
    closed=True,
)


class EugeneKhyst(PlainLayout):
    """Events and the aggregates that they belong to."""

    name = "eugene_khyst"
    title = "PostgreSQL event sourcing sample (Java)"

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One store per table of events that has its aggregates beside it."""
        found = [(t, beside(catalog, AGGREGATES, t)) for t in having(catalog, EVENTS)]
        return [self._match(catalog, events, own) for events, own in found if own is not None]

    def _match(self, catalog: Catalog, events: Table, aggregates: Table) -> Match:
        scale = Scale(self.name, self.title)
        scale.columns(events, EVENTS)
        scale.sibling("aggregates", aggregates)
        scale.index(events, "aggregate_id", "version")
        tables = {"events": events, "streams": aggregates}
        snapshots = beside(catalog, SNAPSHOTS, events)
        if snapshots is not None:
            tables["snapshots"] = snapshots
            scale.sibling("snapshots", snapshots)
        return scale.match(tables)

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What a table lacks, or that its aggregates are not there."""
        for events in having(catalog, EVENTS):
            if beside(catalog, AGGREGATES, events) is None:
                text = tr(
                    "{table} is there, but no {role}", table=events.full_name, role="aggregates"
                )
                return (NearMiss(self.name, self.title, 50, (text,)),)
        return near_misses(catalog, self.name, self.title, EVENTS)

    def source(self, match: Match, dialect: str) -> Source:
        """Events by transaction and number."""
        events, snapshots = match.tables["events"], match.tables.get("snapshots")
        return Source(
            events=Cells(events).select(
                {
                    "stream_0": "aggregate_id",
                    "position": "version",
                    "global_0": "transaction_id",
                    "global_1": "id",
                    "type": "event_type",
                    "payload": "json_data",
                }
            ),
            stream_key=("stream_0",),
            order_key=("global_0", "global_1"),
            order_indexed=events.has_index("transaction_id", "id"),
            streams=Cells(match.tables["streams"]).select(
                {"stream_0": "id", "category": "aggregate_type"}
            ),
            streams_order=("stream_0",),
            snapshots=None if snapshots is None else _snapshots(snapshots),
        )

    def stream_id(self, key: PageKey, name: str | None, match: Match) -> StreamId:
        """The aggregate's id."""
        return StreamId(id_text(key[0]), None, key)

    def stream_keys(self, name: str, category: str | None, match: Match) -> Sequence[PageKey]:
        """The id in the form of its column."""
        column = match.tables["events"].column("aggregate_id")
        return [(value,) for value in id_keys(name, column)]


def _snapshots(table: Table) -> sa.Select[Any]:
    cells = Cells(table)
    return cells.select(
        {
            "stream_0": "aggregate_id",
            "position": "version",
            "payload": "json_data",
            "row_key": row_key(cells["aggregate_id"], cells["version"]),
        }
    )


LAYOUT = EugeneKhyst()
