"""evtstore (seikho, TypeScript) on SQLite and PostgreSQL; both table names are free.

A stream is ``stream`` (the category) with ``aggregate_id``. Type and payload are inside the JSON
text of ``event``. "Persisted" aggregates repeat their whole state in every event, under
``__persisted``; the library believes the newest. It is hidden from the payload and offered as a
snapshot. Times are whole milliseconds on SQLite.

Source: evtstore 12.0.1 (knex, pg and postgres.js providers).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from inspector.core.events import PageKey, Snapshot, StreamId
from inspector.core.texts import tr
from inspector.layouts._api import (
    Catalog,
    Match,
    NearMiss,
    Place,
    Places,
    PlainLayout,
    Sample,
    Source,
    Table,
    plain_text,
)
from inspector.layouts._describe import Cells, row_key
from inspector.layouts._probe import Shape, beside, having, near_misses
from inspector.layouts._scoring import Scale

EVENTS = Shape(
    {
        "position": ("integer",),
        "version": ("integer",),
        "stream": ("text",),
        "aggregate_id": ("text",),
        "timestamp": ("time", "integer"),
        "event": ("text",),
    }
)
BOOKMARKS = Shape({"bookmark": ("text",), "position": ("integer",)}, closed=True)

PERSISTED = "__persisted"
_ENVELOPE = frozenset({"aggregateId", "version", "__pv"})

PLACES = Places(
    type=Place("payload", ("type",)),
    schema_version=Place("payload", ("schema",)),
    meta=Place("payload", ("meta",)),
    hidden=frozenset({"type", PERSISTED}),
    unfolded=frozenset({"schema", "meta"}),
    time_zone_utc=True,
)


class Evtstore(PlainLayout):
    """The table of events, whatever its name."""

    name = "evtstore"
    title = "evtstore"

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One store per table of events."""
        return [self._match(catalog, table) for table in having(catalog, EVENTS)]

    def _match(self, catalog: Catalog, events: Table) -> Match:
        scale = Scale(self.name, self.title)
        scale.columns(events, EVENTS)
        scale.index(events, "stream", "aggregate_id", "version")
        tables = {"events": events}
        bookmarks = beside(catalog, BOOKMARKS, events)
        if bookmarks is not None:
            tables["bookmarks"] = bookmarks
            scale.sibling("bookmarks", bookmarks)
        rows = catalog.sampler(events)
        if any(_typed(row) for row in rows):
            scale.found(5, tr("the JSON texts in event have a type"))
        elif rows:
            scale.against(30, tr("no row that was looked at has a JSON text with a type"))
        return scale.match(tables)

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What a table lacks."""
        return near_misses(catalog, self.name, self.title, EVENTS)

    def source(self, match: Match, dialect: str) -> Source:
        """Events by position."""
        table = match.tables["events"]
        cells = Cells(table)
        return Source(
            events=cells.select(
                {
                    "stream_0": "stream",
                    "stream_1": "aggregate_id",
                    "position": "version",
                    "global_0": "position",
                    "recorded_at": "timestamp",
                    "payload": "event",
                }
            ),
            stream_key=("stream_0", "stream_1"),
            order_key=("global_0",),
            order_indexed=table.has_index("position"),
            snapshots=_snapshots(cells),
            places=PLACES,
        )

    def stream_id(self, key: PageKey, name: str | None, match: Match) -> StreamId:
        """The aggregate's id, in the category of its stream."""
        return StreamId(plain_text(key[1]), plain_text(key[0]), key)

    def stream_keys(self, name: str, category: str | None, match: Match) -> Sequence[PageKey]:
        """The id; the stream may stay open."""
        return ((... if category is None else category, name),)

    def adjust_snapshot(self, snapshot: Snapshot) -> Snapshot:
        """The state inside the event, without the library's own keys."""
        stored = snapshot.state.get(PERSISTED) if isinstance(snapshot.state, dict) else None
        if not isinstance(stored, dict):
            return snapshot
        tag = stored.get("__pv")
        state = {key: value for key, value in stored.items() if key not in _ENVELOPE}
        return replace(snapshot, state=state, schema_version=None if tag is None else str(tag))


def _typed(row: Sample) -> bool:
    text = row.get("event")
    if not isinstance(text, str | bytes):
        return False
    try:
        event = json.loads(text)
    except (ValueError, RecursionError):  # a sample that is no JSON is no evidence
        return False
    return isinstance(event, dict) and isinstance(event.get("type"), str)


def _snapshots(cells: Cells) -> sa.Select[Any]:
    """Events that carry a state; finding them in the whole store reads it all."""
    chosen = cells.select(
        {
            "stream_0": "stream",
            "stream_1": "aggregate_id",
            "position": "version",
            "recorded_at": "timestamp",
            "payload": "event",
            "row_key": row_key(cells["position"]),
        }
    )
    return chosen.where(cells["event"].like(sa.literal_column(f"'%\"{PERSISTED}\"%'")))


LAYOUT = Evtstore()
