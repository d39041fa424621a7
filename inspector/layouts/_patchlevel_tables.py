"""SQL of patchlevel's several tables, and of the cache that holds its snapshots.

Imports SQLAlchemy expressions and the layout contract.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from inspector.layouts._api import Places, Source, Table
from inspector.layouts._describe import Cells, Labels, quoted

_EVENT: Labels = {
    "stream_1": "aggregate_id",
    "position": "playhead",
    "global_0": "id",
    "type": "event",
    "recorded_at": "recorded_on",
    "payload": "payload",
    "metadata": "custom_headers",
    "archived": "archived",
}

_SNAPSHOT = b'a:2:{s:7:"version"'
_IGBINARY = (b"\x00\x00\x00\x01", b"\x00\x00\x00\x02")


def merged_events(tables: Mapping[str, Table]) -> sa.Select[Any]:
    """The events of all tables; their ids are one numbering."""
    every = [
        Cells(table).select({"stream_0": quoted(name), **_EVENT}) for name, table in tables.items()
    ]
    if len(every) == 1:
        return every[0]
    joined = sa.union_all(*every).subquery("m")
    return sa.select(*joined.c)


def part_of(table: Table, places: Places) -> Source:
    """The events of one aggregate's table; the aggregate stands before every key."""
    labels = {name: what for name, what in _EVENT.items() if name != "stream_1"}
    return Source(
        events=Cells(table).select({"stream_0": "aggregate_id", **labels}),
        stream_key=("stream_0",),
        order_key=("global_0",),
        order_indexed=table.has_index("id"),
        places=places,
    )


def snapshots(table: Table | None) -> sa.Select[Any] | None:
    """Rows of the cache that are snapshots; others may be anything an application caches.

    What PHP's igbinary extension wrote cannot be told apart, and is not left out.
    """
    if table is None:
        return None
    cells = Cells(table)
    head = sa.cast(sa.func.substr(cells["item_data"], 1, len(_SNAPSHOT)), sa.LargeBinary)
    start = sa.cast(sa.func.substr(cells["item_data"], 1, 4), sa.LargeBinary)
    chosen = cells.select(
        {
            "stream_name": "item_id",
            "recorded_at": "item_time",
            "payload": "item_data",
            "row_key": "item_id",
        }
    )
    tests = [head == sa.literal(_SNAPSHOT), *(start == sa.literal(mark) for mark in _IGBINARY)]
    return chosen.where(sa.or_(*tests))
