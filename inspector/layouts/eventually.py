"""eventually-rs (Rust) on PostgreSQL.

The table of events has no order of the whole store: it is read stream after stream. Times are in
the metadata. The table of aggregates holds the current states, which the library itself loads;
they are offered as snapshots at the heads of their streams.

Source: eventually-rs, November 2025.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from inspector.core.events import Event
from inspector.core.texts import tr
from inspector.layouts._api import (
    Catalog,
    Encoding,
    Match,
    NearMiss,
    Place,
    Places,
    PlainLayout,
    Source,
    Table,
)
from inspector.layouts._describe import Cells, row_key
from inspector.layouts._probe import Shape, beside, having, near_misses, paired
from inspector.layouts._scoring import Scale

EVENTS = Shape(
    {
        "event_stream_id": ("text",),
        "type": ("text",),
        "version": ("integer",),
        "event": ("bytes",),
        "metadata": ("json",),
    }
)
STREAMS = Shape({"event_stream_id": ("text",), "version": ("integer",)}, closed=True)
AGGREGATES = Shape(
    {
        "aggregate_id": ("text",),
        "type": ("text",),
        "version": ("integer",),
        "state": ("bytes",),
    },
    closed=True,
)


class Eventually(PlainLayout):
    """Events, streams, and the states of aggregates."""

    name = "eventually"
    title = "eventually-rs (Rust)"

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One store per table of events that has its streams beside it."""
        events = [t for t in having(catalog, EVENTS) if beside(catalog, STREAMS, t) is not None]
        states = paired(events, list(having(catalog, AGGREGATES)))
        return [self._match(catalog, table, states.get(table)) for table in events]

    def _match(self, catalog: Catalog, events: Table, states: Table | None) -> Match:
        scale = Scale(self.name, self.title)
        scale.columns(events, EVENTS)
        scale.index(events, "event_stream_id", "version", points=5)
        tables = {"events": events}
        streams = beside(catalog, STREAMS, events)
        if streams is not None:
            tables["streams"] = streams
            scale.sibling("streams", streams)
        if states is not None:
            tables["snapshots"] = states
            scale.sibling("states of aggregates", states)
        return scale.match(tables)

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What the nearest table lacks, or that its streams are not there."""
        for events in having(catalog, EVENTS):
            if beside(catalog, STREAMS, events) is None:
                text = tr("{table} is there, but no {role}", table=events.full_name, role="streams")
                return (NearMiss(self.name, self.title, 50, (text,)),)
        return near_misses(catalog, self.name, self.title, EVENTS)

    def source(self, match: Match, dialect: str) -> Source:
        """Events stream after stream."""
        events, states = match.tables["events"], match.tables.get("snapshots")
        return Source(
            events=Cells(events).select(
                {
                    "stream_0": "event_stream_id",
                    "position": "version",
                    "global_0": "event_stream_id",
                    "global_1": "version",
                    "type": "type",
                    "payload": "event",
                    "metadata": "metadata",
                }
            ),
            stream_key=("stream_0",),
            order_key=("global_0", "global_1"),
            order_indexed=events.has_index("event_stream_id", "version"),
            order_is_walk=True,
            snapshots=None if states is None else _states(states),
            payload=Encoding(codecs=("json",)),
            places=Places(recorded_at=Place("metadata", ("Recorded-At",))),
        )

    adjusts: frozenset[str] | None = frozenset({"global_position"})

    def adjust(self, event: Event) -> Event:
        """No place but the one in the stream."""
        return replace(event, global_position=None)


def _states(table: Table) -> sa.Select[Any]:
    cells = Cells(table)
    return cells.select(
        {
            "stream_0": "aggregate_id",
            "position": "version",
            "type": "type",
            "payload": "state",
            "row_key": row_key(cells["aggregate_id"]),
        }
    )


LAYOUT = Eventually()
