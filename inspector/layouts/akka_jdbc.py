"""Akka Persistence JDBC and Apache Pekko Persistence JDBC on PostgreSQL, the current journal.

A row names the serializer that wrote it and what that calls its type: mostly a class, with
``#n`` for the version of a Jackson migration. JSON is read, also when it is compressed; other
serializers leave their bytes. When events are deleted, the last of them stays as a marker of the
number: such a row is a tombstone and never folded. Streams of the library's own actors begin
with a slash. Akka and Pekko have the same columns.

Source: akka-persistence-jdbc 5.5.5, pekko-persistence-jdbc 1.3.0 and 2.0.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from inspector.core.events import PageKey, StreamId, StreamKind
from inspector.layouts._akka_family import TAGS_BY_KEY, TAGS_BY_NUMBER, entity, facts, kind, tags_of
from inspector.layouts._api import (
    Catalog,
    Encoding,
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
        "ordering": ("integer",),
        "persistence_id": ("text",),
        "sequence_number": ("integer",),
        "deleted": ("bool",),
        "writer": ("text",),
        "write_timestamp": ("integer",),
        "adapter_manifest": ("text",),
        "event_ser_id": ("integer",),
        "event_ser_manifest": ("text",),
        "event_payload": ("bytes",),
    },
    optional=frozenset({"meta_ser_id", "meta_ser_manifest", "meta_payload"}),
)
SNAPSHOTS = Shape(
    {
        "persistence_id": ("text",),
        "sequence_number": ("integer",),
        "created": ("integer",),
        "snapshot_ser_id": ("integer",),
        "snapshot_ser_manifest": ("text",),
        "snapshot_payload": ("bytes",),
    }
)


class AkkaJdbc(PlainLayout):
    """The journal and its snapshots."""

    name = "akka_jdbc"
    title = "Akka/Pekko Persistence JDBC"

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One store per journal."""
        events = list(having(catalog, EVENTS))
        snapshots = paired(events, list(having(catalog, SNAPSHOTS)))
        return [self._match(catalog, table, snapshots.get(table)) for table in events]

    def _match(self, catalog: Catalog, events: Table, snapshots: Table | None) -> Match:
        scale = Scale(self.name, self.title)
        scale.columns(events, EVENTS)
        scale.index(events, "persistence_id", "sequence_number")
        tables = {"events": events}
        if snapshots is not None:
            tables["snapshots"] = snapshots
            scale.sibling("snapshots", snapshots)
        for shape in (TAGS_BY_KEY, TAGS_BY_NUMBER):
            tags = next((t for t in catalog.in_schema(events.schema) if shape.fits(t)), None)
            if tags is not None and "tags" not in tables:
                tables["tags"] = tags
                scale.sibling("tags", tags)
        return scale.match(tables)

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What a table lacks."""
        return near_misses(catalog, self.name, self.title, EVENTS)

    def source(self, match: Match, dialect: str) -> Source:
        """Events by ordering."""
        events, snapshots = match.tables["events"], match.tables.get("snapshots")
        cells = Cells(events, alias="e")
        labels = {
            "stream_0": "persistence_id",
            "position": "sequence_number",
            "global_0": "ordering",
            "recorded_at": "write_timestamp",
            "payload": "event_payload",
            "kind": kind(cells),
            **facts(cells, "event_ser_id", "event_ser_manifest"),
        }
        if "tags" in match.tables:
            labels["tags"] = tags_of(match.tables["tags"], cells)
        return Source(
            events=cells.select(labels),
            stream_key=("stream_0",),
            order_key=("global_0",),
            order_indexed=events.has_index("ordering"),
            snapshots=None if snapshots is None else _snapshots(snapshots),
            payload=Encoding(codecs=("json",)),
            schema_versions="named",
        )

    def stream_id(self, key: PageKey, name: str | None, match: Match) -> StreamId:
        """The id of the actor; its type stands before the bar."""
        text = plain_text(key[0])
        own = StreamKind.SYSTEM if text.startswith("/") else StreamKind.PRIMARY
        return StreamId(text, entity(text), key, own)


def _snapshots(table: Table) -> sa.Select[Any]:
    cells = Cells(table)
    return cells.select(
        {
            "stream_0": "persistence_id",
            "position": "sequence_number",
            "recorded_at": "created",
            "payload": "snapshot_payload",
            "row_key": row_key(cells["persistence_id"], cells["sequence_number"]),
            **facts(cells, "snapshot_ser_id", "snapshot_ser_manifest"),
        }
    )


LAYOUT = AkkaJdbc()
