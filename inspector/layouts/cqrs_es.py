"""cqrs-es with postgres-es or sqlite-es (Rust).

The table has no order of the whole store and no time: it is read stream after stream. The payload
is an enum of Rust's serde, usually one key that names the variant; then
the data is what that key holds. A snapshot is one row per aggregate.

Source: cqrs-es and postgres-es 0.5.0, sqlite-es 0.4.13.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import sqlalchemy as sa

from inspector.core.events import Event
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
        "aggregate_type": ("text",),
        "aggregate_id": ("text",),
        "sequence": ("integer",),
        "event_type": ("text",),
        "event_version": ("text",),
        "payload": ("json", "text"),
        "metadata": ("json", "text"),
    }
)
SNAPSHOTS = Shape(
    {
        "aggregate_type": ("text",),
        "aggregate_id": ("text",),
        "last_sequence": ("integer",),
        "current_snapshot": ("integer",),
        "payload": ("json", "text"),
    }
)
KEY = ("aggregate_type", "aggregate_id", "sequence")


class CqrsEs(PlainLayout):
    """Events and the snapshot of each aggregate."""

    name = "cqrs_es"
    title = "cqrs-es (Rust)"
    category_index = 0
    name_index = 1

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One store per table of events."""
        scale = partial(Scale, self.name, self.title)
        return journals(scale, catalog, (EVENTS, SNAPSHOTS), KEY)

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What a table lacks."""
        return near_misses(catalog, self.name, self.title, EVENTS)

    def source(self, match: Match, dialect: str) -> Source:
        """Events stream after stream."""
        events, snapshots = match.tables["events"], match.tables.get("snapshots")
        return Source(
            events=Cells(events).select(
                {
                    "stream_0": "aggregate_type",
                    "stream_1": "aggregate_id",
                    "position": "sequence",
                    "global_0": "aggregate_type",
                    "global_1": "aggregate_id",
                    "global_2": "sequence",
                    "type": "event_type",
                    "schema_version": "event_version",
                    "payload": "payload",
                    "metadata": "metadata",
                }
            ),
            stream_key=("stream_0", "stream_1"),
            order_key=("global_0", "global_1", "global_2"),
            order_indexed=events.has_index(*KEY),
            order_is_walk=True,
            snapshots=None if snapshots is None else _snapshots(snapshots),
            payload=Encoding(refine=("serde-enum",)),
            snapshot_payload=Encoding(),
            schema_versions="stored",
        )

    adjusts: frozenset[str] | None = frozenset({"global_position"})

    def adjust(self, event: Event) -> Event:
        """No place but the one in the stream."""
        return replace(event, global_position=None)


def _snapshots(table: Table) -> sa.Select[Any]:
    cells = Cells(table)
    return cells.select(
        {
            "stream_0": "aggregate_type",
            "stream_1": "aggregate_id",
            "position": "last_sequence",
            "payload": "payload",
            "row_key": row_key(cells["aggregate_type"], cells["aggregate_id"]),
        }
    )


LAYOUT = CqrsEs()
