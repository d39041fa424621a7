"""spatie/laravel-event-sourcing (PHP, Laravel): ``stored_events`` and ``snapshots``, any names.

A stream is an ``aggregate_uuid``; what kind of thing it is about is not stored. Events may
belong to no aggregate (a NULL there): they are listed as one entry, and have no versions.
``aggregate_version`` came with release 3, ``event_version`` (the schema version) with 5; before,
versions are counted here in the order of the ids. Times are in the application's time zone,
which no row names. Snapshots keep their history, and the library takes the newest row.

Source: releases 1.0 to 7.15, migrations and ``EloquentStoredEventRepository``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from inspector.core.events import Event, PageKey, Snapshot, StreamId
from inspector.core.snapshot_drafts import KnownKind, RowDraft, SnapshotDraft
from inspector.core.texts import tr
from inspector.layouts import _spatie_writing
from inspector.layouts._api import (
    Catalog,
    Match,
    NearMiss,
    Places,
    PlainLayout,
    Source,
    Table,
)
from inspector.layouts._describe import Cells, row_key
from inspector.layouts._naming import id_keys, id_text
from inspector.layouts._probe import Shape, having, near_misses, paired
from inspector.layouts._scoring import Scale

EVENTS = Shape(
    {
        "id": ("integer",),
        "aggregate_uuid": ("text",),
        "event_class": ("text",),
        "event_properties": ("json", "text"),
        "meta_data": ("json", "text"),
        "created_at": ("time", "text"),
    },
    optional=frozenset({"aggregate_version", "event_version"}),
)
SNAPSHOTS = Shape(
    {
        "id": ("integer",),
        "aggregate_uuid": ("text",),
        "aggregate_version": ("integer",),
        "state": ("json", "text"),
    },
    optional=frozenset({"created_at", "updated_at"}),
    closed=True,
)

PLACES = Places(
    schema_version_default=1,
    time_zone_utc=True,
)

OUTSIDE = "(no aggregate)"
"""What the events without an aggregate are called; no id of an aggregate looks like it."""


class Spatie(PlainLayout):
    """Laravel's stored events."""

    name = "spatie"
    title = "spatie/laravel-event-sourcing (PHP)"

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One store per table of events."""
        events = list(having(catalog, EVENTS))
        snapshots = paired(events, list(having(catalog, SNAPSHOTS)))
        return [self._match(table, snapshots.get(table)) for table in events]

    def _match(self, events: Table, snapshots: Table | None) -> Match:
        scale = Scale(self.name, self.title)
        scale.columns(events, EVENTS)
        scale.index(events, "aggregate_uuid", points=15)
        tables = {"events": events}
        if "aggregate_version" not in events.names:
            scale.found(0, tr("no versions are stored (before release 3): they are counted here"))
        elif "event_version" in events.names:
            scale.found(5, tr("event_version says which shape an event has (since release 5)"))
        if snapshots is not None:
            tables["snapshots"] = snapshots
            scale.sibling("snapshots", snapshots)
        return scale.match(tables)

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What a table lacks."""
        return near_misses(catalog, self.name, self.title, EVENTS)

    def source(self, match: Match, dialect: str) -> Source:
        """The table as it is; without versions, the ids order a stream."""
        events = match.tables["events"]
        numbered = "aggregate_version" in events.names
        return Source(
            events=Cells(events).select(
                {
                    "stream_0": "aggregate_uuid",
                    "position": "aggregate_version",
                    "global_0": "id",
                    "type": "event_class",
                    "schema_version": "event_version",
                    "recorded_at": "created_at",
                    "payload": "event_properties",
                    "metadata": "meta_data",
                }
            ),
            stream_key=("stream_0",),
            order_key=("global_0",),
            order_indexed=events.has_index("id"),
            stream_order=("position",) if numbered else ("global_0",),
            counted_positions=not numbered,
            loose_order=("global_0",) if numbered else (),
            loose_key=True,
            snapshots=_snapshots(match.tables.get("snapshots")),
            places=PLACES if "event_version" in events.names else _UNVERSIONED,
            schema_versions="stored" if "event_version" in events.names else "none",
            snapshot_write="native" if numbered else "none",
            kinds_by_events=True,
        )

    def stream_id(self, key: PageKey, name: str | None, match: Match) -> StreamId:
        """The aggregate's id."""
        return StreamId(OUTSIDE if key[0] is None else id_text(key[0]), None, key)

    def stream_keys(self, name: str, category: str | None, match: Match) -> Sequence[PageKey]:
        """The id in the column's own form."""
        if name == OUTSIDE:
            return ((None,),)
        column = match.tables["events"].column("aggregate_uuid")
        return tuple((value,) for value in id_keys(name, column))

    def snapshot_key(self, stream: StreamId, match: Match) -> PageKey | None:
        """What belongs to no aggregate has no snapshots."""
        return None if stream.key == (None,) else stream.key

    def adjust_snapshot(self, snapshot: Snapshot) -> Snapshot:
        """An aggregate that keeps everything in one property ``state`` has that as its state."""
        state = snapshot.state
        if isinstance(state, dict) and state.keys() == {"state"}:
            return replace(snapshot, state=state["state"])
        return snapshot

    def stream_kind(self, first: Event, known: Collection[KnownKind]) -> str | None:
        """No class is stored: aggregates that begin with the same event are of one kind."""
        return first.type

    def snapshot_row(self, draft: SnapshotDraft, match: Match) -> RowDraft:
        """One more row; the library takes the one with the highest id."""
        return _spatie_writing.row(draft)


_UNVERSIONED = replace(PLACES, schema_version_default=None)


def _snapshots(table: Table | None) -> sa.Select[Any] | None:
    if table is None:
        return None
    cells = Cells(table)
    return cells.select(
        {
            "stream_0": "aggregate_uuid",
            "position": "aggregate_version",
            "recorded_at": "created_at",
            "payload": "state",
            "row_key": row_key(cells["id"]),
        }
    )


LAYOUT = Spatie()
