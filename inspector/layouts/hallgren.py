"""hallgren/eventsourcing (Go) on SQLite and PostgreSQL.

``reason`` is the event's type and ``type`` the aggregate's. Times are whole seconds with the
offset of whoever wrote them, so many events share one. One snapshot per aggregate is kept; its
state may be a text in a column of bytes.

Source: hallgren/eventsourcing 0.9.1, eventstore/sql 0.7.0 and snapshotstore/sql.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import sqlalchemy as sa

from inspector.layouts._api import (
    Catalog,
    Encoding,
    Match,
    NearMiss,
    PlainLayout,
    Source,
    Table,
)
from inspector.layouts._describe import Cells, row_key
from inspector.layouts._probe import Shape, near_misses
from inspector.layouts._scoring import Scale, journals

EVENTS = Shape(
    {
        "seq": ("integer",),
        "id": ("text",),
        "version": ("integer",),
        "reason": ("text",),
        "type": ("text",),
        "timestamp": ("text", "time"),
        "data": ("bytes",),
        "metadata": ("bytes",),
    }
)
SNAPSHOTS = Shape(
    {
        "id": ("text",),
        "type": ("text",),
        "version": ("integer",),
        "global_version": ("integer",),
        "state": ("bytes",),
    }
)


class Hallgren(PlainLayout):
    """Events and the snapshot of each aggregate."""

    name = "hallgren"
    title = "hallgren/eventsourcing (Go)"
    category_index = 1

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One store per table of events."""
        scale = partial(Scale, self.name, self.title)
        return journals(scale, catalog, (EVENTS, SNAPSHOTS), ("id", "type", "version"))

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What a table lacks."""
        return near_misses(catalog, self.name, self.title, EVENTS)

    def source(self, match: Match, dialect: str) -> Source:
        """Events by their number."""
        events, snapshots = match.tables["events"], match.tables.get("snapshots")
        return Source(
            events=Cells(events).select(
                {
                    "stream_0": "id",
                    "stream_1": "type",
                    "position": "version",
                    "global_0": "seq",
                    "type": "reason",
                    "recorded_at": "timestamp",
                    "payload": "data",
                    "metadata": "metadata",
                }
            ),
            stream_key=("stream_0", "stream_1"),
            order_key=("global_0",),
            order_indexed=events.has_index("seq"),
            snapshots=None if snapshots is None else _snapshots(snapshots),
            payload=Encoding(codecs=("json",)),
        )


def _snapshots(table: Table) -> sa.Select[Any]:
    cells = Cells(table)
    return cells.select(
        {
            "stream_0": "id",
            "stream_1": "type",
            "position": "version",
            "payload": "state",
            "row_key": row_key(cells["type"], cells["id"]),
        }
    )


LAYOUT = Hallgren()
