"""prooph/pdo-event-store 1 (PHP) on PostgreSQL, with any of its three strategies.

A stream of aggregates is found by type and id in the metadata; with a table per aggregate, by
the name of the stream, ``<prefix>-<id>``. Versions count from 1; imports and copies may have
none. Schema versions are not stored. Snapshots are serialised PHP objects.

Source: prooph/pdo-event-store 1.16.4, event-sourcing 5.7, pdo-snapshot-store 1.6.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from inspector.core.events import Event, Snapshot
from inspector.core.snapshot_drafts import KnownKind, RowDraft, SnapshotDraft
from inspector.core.texts import tr
from inspector.layouts import _prooph_writing
from inspector.layouts._api import Catalog, Encoding, Match, Place, Places, Source, Table
from inspector.layouts._describe import Cells
from inspector.layouts._probe import Example, Shape, having
from inspector.layouts._prooph_family import TYPE, StreamTables, is_ecotone, stores, unwrapped

SNAPSHOTS = Shape(
    {
        "aggregate_id": ("text",),
        "aggregate_type": ("text",),
        "last_version": ("integer",),
        "created_at": ("text", "time"),
        "aggregate_root": ("bytes", "text"),
    },
    closed=True,
)


class Prooph(StreamTables):
    """A table per stream, and one that lists them."""

    name = "prooph"
    title = "prooph/pdo-event-store (PHP)"
    places = Places(causation_id=Place("metadata", ("_causation_id",)), time_zone_utc=True)

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One store per table of streams."""
        found: list[Match] = []
        for streams in stores(catalog):
            scale = self.scale(catalog, streams)
            if is_ecotone(catalog, streams):
                scale.against(45, tr("the metadata are those that Ecotone writes"))
            home = next(iter(streams.tables.values())) if streams.registry is None else None
            schema = (home or streams.registry).schema  # type: ignore[union-attr]
            snapshots = [t for t in having(catalog, SNAPSHOTS) if t.schema == schema]
            found.append(self.matched(scale, streams, snapshots))
        return found

    def source(self, match: Match, dialect: str) -> Source:
        """The tables one after the other, and snapshots of all tables of snapshots."""
        tables: tuple[Table, ...] = match.options["snapshots"]  # type: ignore[assignment]
        found = self.parts(match, _snapshots(tables))
        encoding = Encoding(codecs=("php",))
        return replace(found, snapshot_payload=encoding, snapshot_write="native")

    def adjust_snapshot(self, snapshot: Snapshot) -> Snapshot:
        """The aggregate's properties, and its type as the category."""
        stream = replace(snapshot.stream, category=snapshot.type)
        return replace(snapshot, stream=stream, state=unwrapped(snapshot.state))

    def stream_kind(self, first: Event, known: Collection[KnownKind]) -> str | None:
        """The type that the metadata name."""
        named = first.meta.get(TYPE) if isinstance(first.meta, dict) else None
        return named if isinstance(named, str) else None

    def snapshot_row(self, draft: SnapshotDraft, match: Match) -> RowDraft:
        """The one row of the aggregate."""
        tables: tuple[Table, ...] = match.options["snapshots"]  # type: ignore[assignment]
        return _prooph_writing.row(draft, len(tables))


def _snapshots(tables: Sequence[Table]) -> sa.Select[Any] | None:
    every = [
        Cells(table).select(
            {
                "stream_name": "aggregate_id",
                "position": "last_version",
                "type": "aggregate_type",
                "recorded_at": "created_at",
                "payload": "aggregate_root",
                "row_key": "aggregate_id",
            }
        )
        for table in tables
    ]
    if len(every) < 2:
        return every[0] if every else None
    joined = sa.union_all(*every).subquery("m")
    return sa.select(*joined.c)


EXAMPLES = (
    Example(
        {
            "event_streams": "no:bigint real_stream_name:text stream_name:text metadata:jsonb"
            " category:text",
            "_0000000000000000000000000000000000000000": "no:bigint event_id:uuid event_name:text"
            " payload:json metadata:jsonb created_at:timestamp",
            "snapshots": "aggregate_id:text aggregate_type:text last_version:bigint"
            " created_at:char aggregate_root:bytea",
        }
    ),
)
"""For the manual."""

LAYOUT = Prooph()
