"""What several PHP libraries have in common.

Imports the layout contract and the standard library.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from inspector.layouts._api import Catalog, Sample, Table
from inspector.layouts._probe import Shape

CACHE_ITEMS = Shape(
    {
        "item_id": ("text", "bytes"),
        "item_data": ("bytes", "text"),
        "item_lifetime": ("integer",),
        "item_time": ("integer",),
    },
    closed=True,
)
"""Rows of Symfony's cache adapter for databases (its column names can be changed)."""


def samples(catalog: Catalog, table: Table) -> Sequence[Sample]:
    """The first rows of a table."""
    return catalog.sampler(table)


def json_object(cell: object) -> Mapping[str, Any] | None:
    """A sampled cell as a JSON object, or ``None`` when it is none."""
    if isinstance(cell, bytes):
        cell = cell.decode("utf-8", "replace")
    if isinstance(cell, str):
        try:
            cell = json.loads(cell)
        except (ValueError, RecursionError):
            return None
    return cell if isinstance(cell, dict) else None


def objects(rows: Sequence[Sample], column: str) -> list[Mapping[str, Any]]:
    """The sampled cells of a column that are JSON objects."""
    found = (json_object(row.get(column)) for row in rows)
    return [value for value in found if value is not None]


def split_stream(name: str) -> tuple[str | None, str]:
    """``<aggregate>-<id>`` at the first dash; a name without one has no aggregate."""
    before, dash, after = name.partition("-")
    return (before, after) if dash and before else (None, name)
