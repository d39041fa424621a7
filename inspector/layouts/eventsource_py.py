"""eventsource-py (Python, asyncio) on SQLite and PostgreSQL.

The payload is the whole event: the library's envelope and the business fields share one level,
so the envelope's keys are hidden. ``timestamp`` is when the event occurred, which is what the
library orders and shows by; ``created_at`` follows within moments. One snapshot per aggregate.

Source: eventsource-py 0.8.1.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from inspector.core.events import Event, PageKey, StreamId
from inspector.core.snapshot_drafts import (
    Encoded,
    KnownKind,
    RowDraft,
    Sample,
    SnapshotDraft,
    Uncertain,
)
from inspector.core.texts import tr
from inspector.layouts._api import (
    Catalog,
    Match,
    NearMiss,
    Place,
    Places,
    PlainLayout,
    Source,
    Table,
    plain_text,
)
from inspector.layouts._describe import Cells, row_key
from inspector.layouts._naming import id_keys, id_text
from inspector.layouts._probe import Shape, beside, having, near_misses
from inspector.layouts._scoring import Scale
from inspector.layouts._written_forms import WrittenForms, require_fields

EVENTS = Shape(
    {
        "global_position": ("integer",),
        "event_id": ("uuid", "text"),
        "aggregate_id": ("uuid", "text"),
        "aggregate_type": ("text",),
        "event_type": ("text",),
        "version": ("integer",),
        "timestamp": ("time", "text"),
        "payload": ("json", "text"),
    },
    optional=frozenset({"tenant_id", "actor_id", "created_at", "txid"}),
)
USUAL = ("tenant_id", "actor_id", "created_at")
"""Columns that the library makes today, without which the rest can still be read."""

SNAPSHOTS = Shape(
    {
        "id": ("integer",),
        "aggregate_id": ("uuid", "text"),
        "aggregate_type": ("text",),
        "version": ("integer",),
        "schema_version": ("integer",),
        "state": ("json", "text"),
        "created_at": ("time", "text"),
    }
)
CHECKPOINTS = Shape(
    {"projection_name": ("text",), "last_event_id": ("uuid", "text"), "events_processed": ()}
)

ENVELOPE = frozenset(
    {
        "event_id",
        "event_type",
        "event_version",
        "occurred_at",
        "aggregate_id",
        "aggregate_type",
        "aggregate_version",
        "tenant_id",
        "actor_id",
        "correlation_id",
        "causation_id",
        "metadata",
    }
)

PLACES = Places(
    schema_version=Place("payload", ("event_version",)),
    schema_version_default=1,
    correlation_id=Place("payload", ("correlation_id",)),
    causation_id=Place("payload", ("causation_id",)),
    actor=Place("payload", ("actor_id",)),
    tenant=Place("payload", ("tenant_id",)),
    meta=Place("payload", ("metadata",)),
    hidden=ENVELOPE,
)


class EventsourcePy(PlainLayout):
    """The library's fixed tables, in any schema."""

    name = "eventsource_py"
    title = "eventsource-py"

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One store per events table."""
        return [self._match(catalog, table) for table in having(catalog, EVENTS)]

    def _match(self, catalog: Catalog, events: Table) -> Match:
        scale = Scale(self.name, self.title)
        scale.columns(events, EVENTS)
        scale.index(events, "aggregate_id", "aggregate_type", "version")
        for name in USUAL:
            if name not in events.names:
                scale.against(5, tr("no column {name}", name=name))
        tables = {"events": events}
        for role, shape in (("snapshots", SNAPSHOTS), ("checkpoints", CHECKPOINTS)):
            table = beside(catalog, shape, events)
            if table is not None:
                tables[role] = table
                scale.sibling(role, table)
        return scale.match(tables)

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What a table lacks."""
        return near_misses(catalog, self.name, self.title, EVENTS)

    def source(self, match: Match, dialect: str) -> Source:
        """Events by global position."""
        table = match.tables["events"]
        return Source(
            events=Cells(table).select(
                {
                    "stream_0": "aggregate_id",
                    "stream_1": "aggregate_type",
                    "position": "version",
                    "global_0": "global_position",
                    "id": "event_id",
                    "type": "event_type",
                    "recorded_at": "timestamp",
                    "payload": "payload",
                    "actor": "actor_id",
                    "tenant": "tenant_id",
                }
            ),
            stream_key=("stream_0", "stream_1"),
            order_key=("global_0",),
            order_indexed=table.has_index("global_position"),
            snapshots=_snapshots(match.tables.get("snapshots")),
            places=PLACES,
            schema_versions="stored",
            snapshot_write="native",
            old_snapshots_unread=True,
        )

    def stream_id(self, key: PageKey, name: str | None, match: Match) -> StreamId:
        """The aggregate's id; its type is the category."""
        return StreamId(id_text(key[0]), plain_text(key[1]), key)

    def stream_keys(self, name: str, category: str | None, match: Match) -> Sequence[PageKey]:
        """The id in the column's own form; the type may stay open."""
        column = match.tables["events"].column("aggregate_id")
        after = ... if category is None else category
        return tuple((value, after) for value in id_keys(name, column))

    def stream_kind(self, first: Event, known: Collection[KnownKind]) -> str | None:
        """The aggregate's type."""
        return first.stream.category

    def snapshot_row(self, draft: SnapshotDraft, match: Match) -> RowDraft:
        """One row for each aggregate, replaced by the next; its state is the state model's JSON.

        The schema version has to be the class's own, else the library reads over the row.
        """
        newest = max(draft.samples, key=_schema_version)
        if any(sample.chain != ("json",) for sample in draft.samples):
            raise Uncertain(tr("The snapshots that are there are encoded in different ways."))
        require_fields(draft.state, newest.stored)
        samples = sorted(draft.samples, key=_schema_version, reverse=True)
        forms = WrittenForms((sample.stored for sample in samples), marks=False)
        like = newest.snapshot.payload.raw or ""
        return RowDraft(
            columns={
                "aggregate_id": draft.stream.key[0],
                "aggregate_type": draft.stream.key[1],
                "version": draft.position,
                "schema_version": newest.snapshot.schema_version,
                "state": Encoded(forms.written(draft.state), ("json",), like, spaced=True),
                "created_at": draft.taken_at,
            },
            key=("aggregate_id", "aggregate_type"),
            position="version",
            type="aggregate_type",
            state="state",
            schema_version="schema_version",
            replaces=("version", "schema_version", "state", "created_at"),
        )


def _schema_version(sample: Sample) -> tuple[int, int]:
    """By the version of the aggregate's class, then by how far its stream had come."""
    version = sample.snapshot.schema_version
    return version if isinstance(version, int) else 0, sample.snapshot.position or 0


def _snapshots(table: Table | None) -> sa.Select[Any] | None:
    if table is None:
        return None
    cells = Cells(table)
    return cells.select(
        {
            "stream_0": "aggregate_id",
            "stream_1": "aggregate_type",
            "position": "version",
            "type": "aggregate_type",
            "schema_version": "schema_version",
            "recorded_at": "created_at",
            "payload": "state",
            "row_key": row_key(cells["id"]),
        }
    )


LAYOUT = EventsourcePy()
