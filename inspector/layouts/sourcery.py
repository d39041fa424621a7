"""Sourcery (Rust) on PostgreSQL.

Events have a position in the store and none in their stream, where they are counted from 1. The
id of an aggregate is written as JSON, so that a text stands in double quotes: they are not shown.

Source: sourcery 0.1.0.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from inspector.core.events import PageKey, Scalar, StreamId
from inspector.layouts._api import (
    Catalog,
    Match,
    NearMiss,
    PlainLayout,
    Source,
    Table,
    plain_text,
)
from inspector.layouts._describe import Cells, row_key
from inspector.layouts._probe import Shape, having, near_misses, paired
from inspector.layouts._scoring import Scale

EVENTS = Shape(
    {
        "position": ("integer",),
        "aggregate_kind": ("text",),
        "aggregate_id": ("text",),
        "event_kind": ("text",),
        "data": ("json",),
        "metadata": ("json",),
        "xid": ("integer", "xid"),
        "created_at": ("time",),
    }
)

SNAPSHOTS = Shape(
    {
        "aggregate_kind": ("text",),
        "aggregate_id": ("text",),
        "position": ("integer",),
        "data": ("json",),
        "created_at": ("time",),
    },
    forbidden=frozenset({"event_kind"}),
)


class Sourcery(PlainLayout):
    """The table of events."""

    name = "sourcery"
    title = "Sourcery (Rust)"

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One store per table of events."""
        events = list(having(catalog, EVENTS))
        snapshots = paired(events, list(having(catalog, SNAPSHOTS)))
        return [self._match(table, snapshots.get(table)) for table in events]

    def _match(self, events: Table, snapshots: Table | None) -> Match:
        scale = Scale(self.name, self.title)
        scale.columns(events, EVENTS)
        scale.index(events, "position", points=5)
        scale.index(events, "aggregate_kind", "aggregate_id", points=5)
        tables = {"events": events}
        if snapshots is not None:
            tables["snapshots"] = snapshots
            scale.sibling("snapshots", snapshots)
        return scale.match(tables)

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What a table lacks."""
        return near_misses(catalog, self.name, self.title, EVENTS)

    def source(self, match: Match, dialect: str) -> Source:
        """Events by position."""
        events, snapshots = match.tables["events"], match.tables.get("snapshots")
        return Source(
            events=_events(events),
            stream_key=("stream_0", "stream_1"),
            order_key=("global_0",),
            order_indexed=events.has_index("position"),
            stream_order=("global_0",),
            counted_positions=True,
            snapshots=None if snapshots is None else _snapshots(snapshots, events),
        )

    def stream_id(self, key: PageKey, name: str | None, match: Match) -> StreamId:
        """The aggregate's id without the quotes of its JSON."""
        return StreamId(_shown(plain_text(key[1])), plain_text(key[0]), key)

    def stream_keys(self, name: str, category: str | None, match: Match) -> Sequence[PageKey]:
        """The name as it is, and as JSON."""
        kind: Any = ... if category is None else category
        forms: tuple[Scalar, ...] = (name, json.dumps(name, ensure_ascii=False))
        return [(kind, form) for form in forms]


def _shown(stored: str) -> str:
    if not stored.startswith('"'):
        return stored
    try:
        value = json.loads(stored)
    except ValueError:  # an id that merely begins with a quote
        return stored
    return value if isinstance(value, str) else stored


def _events(table: Table) -> sa.Select[Any]:
    return Cells(table).select(
        {
            "stream_0": "aggregate_kind",
            "stream_1": "aggregate_id",
            "global_0": "position",
            "type": "event_kind",
            "recorded_at": "created_at",
            "payload": "data",
            "metadata": "metadata",
        }
    )


def _snapshots(table: Table, of: Table) -> sa.Select[Any]:
    """A snapshot names the event in the store; in the stream, events are counted up to it."""
    cells, events = Cells(table, alias="s"), Cells(of, alias="n")
    counted = (
        sa.select(sa.func.count())
        .select_from(events.source)
        .where(
            events["aggregate_kind"] == cells["aggregate_kind"],
            events["aggregate_id"] == cells["aggregate_id"],
            events["position"] <= cells["position"],
        )
        .correlate(cells.source)
    )
    key = row_key(cells["aggregate_kind"], cells["aggregate_id"], cells["position"])
    return cells.select(
        {
            "stream_0": "aggregate_kind",
            "stream_1": "aggregate_id",
            "position": counted.scalar_subquery(),
            "recorded_at": "created_at",
            "payload": "data",
            "row_key": key,
        }
    )


LAYOUT = Sourcery()
