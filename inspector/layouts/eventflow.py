"""EventFlow (.NET) on PostgreSQL and SQLite.

Type, schema version, time and id of an event are in its metadata, under names of the library;
the id of the command that caused it is ``source_id``. Many snapshots per aggregate are kept.

Source: EventFlow 1, October 2024.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import sqlalchemy as sa

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
from inspector.layouts._describe import Cells, Expression, row_key
from inspector.layouts._probe import Shape, near_misses
from inspector.layouts._scoring import Scale, journals

EVENTS = Shape(
    {
        "globalsequencenumber": ("integer",),
        "batchid": ("text",),
        "aggregateid": ("text",),
        "aggregatename": ("text",),
        "data": ("text",),
        "metadata": ("text",),
        "aggregatesequencenumber": ("integer",),
    }
)
SNAPSHOTS = Shape(
    {
        "aggregateid": ("text",),
        "aggregatename": ("text",),
        "aggregatesequencenumber": ("integer",),
        "data": ("text",),
        "metadata": ("text",),
    },
    forbidden=frozenset({"globalsequencenumber"}),
)
PLACES = Places(
    id=Place("metadata", ("event_id",)),
    schema_version=Place("metadata", ("event_version",)),
    recorded_at=Place("metadata", ("timestamp",)),
    causation_id=Place("metadata", ("source_id",)),
    category=Place(COLUMN, ()),
)


class EventFlow(PlainLayout):
    """Events and snapshots."""

    name = "eventflow"
    title = "EventFlow"

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One store per table of events."""
        scale = partial(Scale, self.name, self.title)
        return journals(
            scale, catalog, (EVENTS, SNAPSHOTS), ("aggregateid", "aggregatesequencenumber")
        )

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What a table lacks."""
        return near_misses(catalog, self.name, self.title, EVENTS)

    def source(self, match: Match, dialect: str) -> Source:
        """Events by their number in the store."""
        events, snapshots = match.tables["events"], match.tables.get("snapshots")
        cells = Cells(events)
        return Source(
            events=cells.select(
                {
                    "stream_0": "aggregateid",
                    "category": "aggregatename",
                    "position": "aggregatesequencenumber",
                    "global_0": "globalsequencenumber",
                    "type": _key(cells["metadata"], "event_name", dialect),
                    "payload": "data",
                    "metadata": "metadata",
                }
            ),
            stream_key=("stream_0",),
            order_key=("global_0",),
            order_indexed=events.has_index("globalsequencenumber"),
            snapshots=None if snapshots is None else _snapshots(snapshots, dialect),
            places=PLACES,
            schema_versions="stored",
        )


def _key(metadata: Expression, name: str, dialect: str) -> Expression:
    """A text out of the metadata; nothing where these are no JSON."""
    if dialect == "sqlite":
        path = sa.literal_column(f"'$.{name}'", sa.Text())
        return sa.case((sa.func.json_valid(metadata) == 1, sa.func.json_extract(metadata, path)))
    # A cast would fail the whole page for one row that is no JSON; keys and texts are simple.
    pattern = sa.literal_column(f'\'"{name}"\\s*:\\s*"([^"\\\\]*)"\'', sa.Text())
    return sa.func.substring(metadata, pattern)


def _snapshots(table: Table, dialect: str) -> sa.Select[Any]:
    cells = Cells(table)
    return cells.select(
        {
            "stream_0": "aggregateid",
            "position": "aggregatesequencenumber",
            "type": _key(cells["metadata"], "snapshot_name", dialect),
            "schema_version": _key(cells["metadata"], "snapshot_version", dialect),
            "payload": "data",
            "metadata": "metadata",
            "row_key": row_key(cells["aggregateid"], cells["aggregatesequencenumber"]),
        }
    )


LAYOUT = EventFlow()
