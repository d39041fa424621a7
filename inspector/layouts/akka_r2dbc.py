"""Akka Persistence R2DBC and Apache Pekko Persistence R2DBC on PostgreSQL.

There is no order of the whole store, only times of transactions that several events share: the
store is read stream after stream. One snapshot per stream is kept. Deleted events leave a marker
of their number, a tombstone that is never folded. See the JDBC journal for types and versions.

Source: akka-persistence-r2dbc 1.3.16, pekko-persistence-r2dbc 1.2.0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import sqlalchemy as sa

from inspector.core.events import Event, PageKey, StreamId
from inspector.layouts._akka_family import entity, facts, kind
from inspector.layouts._api import (
    COLUMN,
    Catalog,
    Encoding,
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
from inspector.layouts._probe import Shape, near_misses
from inspector.layouts._scoring import Scale, journals

EVENTS = Shape(
    {
        "slice": ("integer",),
        "entity_type": ("text",),
        "persistence_id": ("text",),
        "seq_nr": ("integer",),
        "db_timestamp": ("time",),
        "event_ser_id": ("integer",),
        "event_ser_manifest": ("text",),
        "event_payload": ("bytes", "json"),
        "deleted": ("bool",),
        "writer": ("text",),
    },
    optional=frozenset(
        {"adapter_manifest", "tags", "meta_ser_id", "meta_ser_manifest", "meta_payload"}
    ),
)
SNAPSHOTS = Shape(
    {
        "slice": ("integer",),
        "entity_type": ("text",),
        "persistence_id": ("text",),
        "seq_nr": ("integer",),
        "write_timestamp": ("integer",),
        "ser_id": ("integer",),
        "ser_manifest": ("text",),
        "snapshot": ("bytes", "json"),
    }
)


class AkkaR2dbc(PlainLayout):
    """The journal and its snapshots."""

    name = "akka_r2dbc"
    title = "Akka/Pekko Persistence R2DBC"

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One store per journal; a journal in several partitions is several."""
        scale = partial(Scale, self.name, self.title)
        return journals(scale, catalog, (EVENTS, SNAPSHOTS), ("persistence_id", "seq_nr"))

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What a table lacks."""
        return near_misses(catalog, self.name, self.title, EVENTS)

    def source(self, match: Match, dialect: str) -> Source:
        """Events stream after stream."""
        events, snapshots = match.tables["events"], match.tables.get("snapshots")
        cells = Cells(events, alias="e")
        return Source(
            events=cells.select(
                {
                    "stream_0": "persistence_id",
                    "category": "entity_type",
                    "position": "seq_nr",
                    "global_0": "persistence_id",
                    "global_1": "seq_nr",
                    "recorded_at": "db_timestamp",
                    "payload": "event_payload",
                    "tags": "tags",
                    "kind": kind(cells),
                    **facts(cells, "event_ser_id", "event_ser_manifest"),
                }
            ),
            stream_key=("stream_0",),
            order_key=("global_0", "global_1"),
            order_indexed=events.has_index("persistence_id", "seq_nr"),
            order_is_walk=True,
            snapshots=None if snapshots is None else _snapshots(snapshots),
            payload=Encoding(codecs=("json",)),
            places=Places(category=Place(COLUMN, ())),
            schema_versions="named",
        )

    def stream_id(self, key: PageKey, name: str | None, match: Match) -> StreamId:
        """The id of the entity."""
        text = plain_text(key[0])
        return StreamId(text, entity(text), key)

    adjusts: frozenset[str] | None = frozenset({"global_position"})

    def adjust(self, event: Event) -> Event:
        """The store has no place for an event but the one in its stream."""
        return replace(event, global_position=None)


def _snapshots(table: Table) -> sa.Select[Any]:
    cells = Cells(table)
    return cells.select(
        {
            "stream_0": "persistence_id",
            "position": "seq_nr",
            "recorded_at": "write_timestamp",
            "payload": "snapshot",
            "row_key": row_key(cells["persistence_id"]),
            **facts(cells, "ser_id", "ser_manifest"),
        }
    )


LAYOUT = AkkaR2dbc()
