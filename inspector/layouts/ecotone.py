"""Ecotone (PHP) on PostgreSQL: prooph's tables, with metadata and snapshots of its own.

The metadata of every event have ``revision`` (the schema version), ``correlationId``,
``parentId`` (the cause) and ``_stream_name``. Times are whole seconds. Snapshots are documents
of a document store, in collections named after the aggregate's class; a document holds the
version, which may be older than its state when one command recorded several events.

Source: ecotone 1.326, its packages pdo-event-sourcing and dbal.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from inspector.core.events import Event, Snapshot
from inspector.core.snapshot_drafts import KnownKind, RowDraft, SnapshotDraft
from inspector.core.texts import tr
from inspector.layouts import _ecotone_writing
from inspector.layouts._api import Catalog, Match, NearMiss, Place, Places, Source, Table
from inspector.layouts._describe import Cells, row_key, word
from inspector.layouts._probe import Example, Shape, having
from inspector.layouts._prooph_family import EVENTS, TYPE, StreamTables, is_ecotone, stores

DOCUMENTS = Shape(
    {
        "collection": ("text",),
        "document_id": ("text",),
        "document_type": ("text",),
        "document": ("json", "text"),
        "updated_at": (),
    },
    closed=True,
)
COLLECTION = "aggregate_snapshots_"

VERSIONS = ("version", "aggregateVersion", "aggregate_version", "_aggregate_version")
"""What converters usually call the version in a document."""


class Ecotone(StreamTables):
    """prooph's tables as Ecotone fills them."""

    name = "ecotone"
    title = "Ecotone (PHP)"
    schema_versions = "stored"
    places = Places(
        schema_version=Place("metadata", ("revision",)),
        schema_version_default=1,
        correlation_id=Place("metadata", ("correlationId",)),
        causation_id=Place("metadata", ("parentId",)),
        time_zone_utc=True,
    )

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One store per table of streams whose metadata are Ecotone's."""
        found: list[Match] = []
        for streams in stores(catalog):
            told = is_ecotone(catalog, streams)
            home = streams.registry or next(iter(streams.tables.values()))
            documents = [t for t in having(catalog, DOCUMENTS) if t.schema == home.schema]
            if told is False or (told is None and not documents):
                continue
            scale = self.scale(catalog, streams)
            if told:
                scale.found(10, tr("the metadata are those that Ecotone writes"))
            else:
                scale.found(10, tr("there is a document store, and no event to look at"))
            found.append(self.matched(scale, streams, documents))
        return found

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """prooph's tables without Ecotone's metadata are prooph's alone."""
        near = super().nearly(catalog)
        if any(True for _ in having(catalog, EVENTS)) and not self.match(catalog):
            words = tr("metadata have no revision, correlationId, parentId and _stream_name")
            return (NearMiss(self.name, self.title, 50, (words,)), *near)
        return near

    def source(self, match: Match, dialect: str) -> Source:
        """The tables one after the other, and the documents that are snapshots."""
        tables: tuple[Table, ...] = match.options["snapshots"]  # type: ignore[assignment]
        found = self.parts(match, _snapshots(tables[0]) if tables else None)
        return replace(found, snapshot_write="native")

    def adjust_snapshot(self, snapshot: Snapshot) -> Snapshot:
        """Version and state out of the document."""
        stream = replace(snapshot.stream, category=snapshot.type)
        document = snapshot.state
        if not isinstance(document, dict):
            return replace(snapshot, stream=stream)
        key = next((k for k in VERSIONS if isinstance(document.get(k), int)), None)
        own = {k: v for k, v in document.items() if k != key}
        if own.keys() <= {"id", "state"} and isinstance(own.get("state"), dict):
            own = own["state"]  # an aggregate that keeps all but its id in one property
        position = None if key is None else document[key]
        return replace(snapshot, stream=stream, position=position, state=own)

    def stream_kind(self, first: Event, known: Collection[KnownKind]) -> str | None:
        """The class, unless the application gave it another name."""
        named = first.meta.get(TYPE) if isinstance(first.meta, dict) else None
        return named if named in {kind for kind, _ in known} else None

    def snapshot_row(self, draft: SnapshotDraft, match: Match) -> RowDraft:
        """The one document of the aggregate."""
        return _ecotone_writing.row(draft, COLLECTION, VERSIONS)


def _snapshots(table: Table) -> sa.Select[Any]:
    """Documents of the collections of snapshots; others are an application's own."""
    cells = Cells(table)
    chosen = cells.select(
        {
            "stream_name": "document_id",
            "type": "document_type",
            "payload": "document",
            "row_key": row_key(cells["collection"], cells["document_id"]),
        }
    )
    start = sa.func.substr(cells["collection"], 1, len(COLLECTION))
    return chosen.where(start == word(COLLECTION))


EXAMPLES = (
    Example(
        {
            "event_streams": "no:bigint real_stream_name:text stream_name:text metadata:jsonb"
            " category:text",
            "_0000000000000000000000000000000000000000": "no:bigint event_id:uuid event_name:text"
            " payload:json metadata:jsonb created_at:timestamp",
            "ecotone_document_store": "collection:text document_id:text document_type:text"
            " document:json updated_at:double",
        }
    ),
)
"""For the manual."""

LAYOUT = Ecotone()
