"""``py-event-sourcing`` (Python, asyncio) on SQLite.

Events are bytes of the application's own; the library knows nothing of them but their type.
Versions count from 1, ids are keys that keep an event from being written twice, times are UTC
without saying so. One snapshot for each projection of a stream, compressed or not, and perhaps some
of all streams together (``@all``), whose version is a number of the store.

Source: py-event-sourcing 1.0.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import sqlalchemy as sa

from inspector.layouts._api import Catalog, Match, NearMiss, Places, PlainLayout, Source, Table
from inspector.layouts._describe import Cells, row_key
from inspector.layouts._probe import Shape, near_misses
from inspector.layouts._scoring import Scale, journals

EVENTS = Shape(
    {
        "id": ("integer",),
        "stream_id": ("text",),
        "idempotency_key": ("text",),
        "event_type": ("text",),
        "timestamp": ("text",),
        "metadata": ("text",),
        "data": ("bytes",),
        "version": ("integer",),
    },
    closed=True,
)
SNAPSHOTS = Shape(
    {
        "stream_id": ("text",),
        "projection_name": ("text",),
        "version": ("integer",),
        "state": ("bytes",),
        "timestamp": ("text",),
    },
    closed=True,
)
PLACES = Places(time_zone_utc=True)


class PyEventSourcing(PlainLayout):
    """Events, and snapshots of projections."""

    name = "py_event_sourcing"
    title = "py-event-sourcing"

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One store per table of events."""
        if catalog.dialect != "sqlite":
            return ()
        scale = partial(Scale, self.name, self.title)
        return journals(scale, catalog, (EVENTS, SNAPSHOTS), ("stream_id", "version"))

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What a table lacks."""
        return near_misses(catalog, self.name, self.title, EVENTS)

    def source(self, match: Match, dialect: str) -> Source:
        """Events by the number of their row."""
        events, snapshots = match.tables["events"], match.tables.get("snapshots")
        return Source(
            events=Cells(events).select(
                {
                    "stream_0": "stream_id",
                    "position": "version",
                    "global_0": "id",
                    "id": "idempotency_key",
                    "type": "event_type",
                    "recorded_at": "timestamp",
                    "payload": "data",
                    "metadata": "metadata",
                }
            ),
            stream_key=("stream_0",),
            order_key=("global_0",),
            order_indexed=events.has_index("id"),
            snapshots=None if snapshots is None else _snapshots(snapshots),
            places=PLACES,
        )


def _snapshots(table: Table) -> sa.Select[Any]:
    cells = Cells(table)
    return cells.select(
        {
            "stream_0": "stream_id",
            "position": "version",
            "type": "projection_name",
            "recorded_at": "timestamp",
            "payload": "state",
            "row_key": row_key(cells["stream_id"], cells["projection_name"]),
        }
    )


LAYOUT = PyEventSourcing()
