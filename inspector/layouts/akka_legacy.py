"""Akka Persistence JDBC before 5.0: the old journal, still selectable, and Pekko's.

A row holds one message of Protocol Buffers, and in it the event, its type, its writer and its time.
Tags are one text with commas. When events are deleted, the last of them stays as a marker of the
number: such a row is a tombstone and never folded. Streams of the library's own actors begin with
a slash. After a migration the old journal may lie beside the current one as a frozen copy.

A snapshot has a header that names its serializer and type; many may be kept of a stream.

Akka.NET has all of these columns and three more: it is another layout.

Source: akka-persistence-jdbc 5.5.5, legacy schema; ``MessageFormats.proto``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from inspector.core.events import PageKey, Snapshot, StreamId, StreamKind
from inspector.layouts._akka_family import entity, kind
from inspector.layouts._api import (
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
from inspector.layouts._probe import Shape, having, near_misses, paired
from inspector.layouts._scoring import Scale

EVENTS = Shape(
    {
        "ordering": ("integer",),
        "persistence_id": ("text",),
        "sequence_number": ("integer",),
        "deleted": ("bool",),
        "tags": ("text",),
        "message": ("bytes",),
    },
    forbidden=frozenset({"created", "identifier", "manifest", "event_payload"}),
)
SNAPSHOTS = Shape(
    {
        "persistence_id": ("text",),
        "sequence_number": ("integer",),
        "created": ("integer",),
        "snapshot": ("bytes",),
    },
    closed=True,
)
PLACES = Places(
    type=Place("payload", ("type",)),
    schema_version=Place("payload", ("version",)),
    recorded_at=Place("payload", ("timestamp",)),
    data=Place("payload", ("payload",)),
)


class AkkaLegacy(PlainLayout):
    """The old journal."""

    name = "akka_legacy"
    title = "Akka/Pekko Persistence JDBC, legacy journal"

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One store per journal."""
        events = list(having(catalog, EVENTS))
        snapshots = paired(events, list(having(catalog, SNAPSHOTS)))
        return [self._match(table, snapshots.get(table)) for table in events]

    def _match(self, events: Table, snapshots: Table | None) -> Match:
        scale = Scale(self.name, self.title)
        scale.columns(events, EVENTS)
        scale.index(events, "persistence_id", "sequence_number")
        scale.index(events, "ordering", points=5)
        tables = {"events": events}
        if snapshots is not None:
            tables["snapshots"] = snapshots
            scale.sibling("snapshots", snapshots)
        return scale.match(tables)

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What a table lacks."""
        return near_misses(catalog, self.name, self.title, EVENTS)

    def source(self, match: Match, dialect: str) -> Source:
        """Events by ordering."""
        events, snapshots = match.tables["events"], match.tables.get("snapshots")
        cells = Cells(events)
        comma = sa.literal_column("','", sa.Text())
        return Source(
            events=cells.select(
                {
                    "stream_0": "persistence_id",
                    "position": "sequence_number",
                    "global_0": "ordering",
                    "payload": "message",
                    "kind": kind(cells),
                    "tags": sa.func.string_to_array(cells["tags"], comma),
                }
            ),
            stream_key=("stream_0",),
            order_key=("global_0",),
            order_indexed=events.has_index("ordering"),
            payload=Encoding(codecs=("akka-message",)),
            places=PLACES,
            schema_versions="named",
            snapshots=None if snapshots is None else _snapshots(snapshots),
            snapshot_payload=Encoding(codecs=("akka-snapshot",)),
        )

    def stream_id(self, key: PageKey, name: str | None, match: Match) -> StreamId:
        """The id of the actor; its type stands before the bar."""
        text = plain_text(key[0])
        own = StreamKind.SYSTEM if text.startswith("/") else StreamKind.PRIMARY
        return StreamId(text, entity(text), key, own)

    def adjust_snapshot(self, snapshot: Snapshot) -> Snapshot:
        """The state out of its header, which says what it is."""
        found = snapshot.state
        if not isinstance(found, dict) or "serializer" not in found:
            return snapshot
        version = found["version"]
        return replace(
            snapshot,
            state=found["payload"],
            type=str(found["type"]),
            schema_version=version if isinstance(version, int | str) else None,
        )


def _snapshots(table: Table) -> sa.Select[Any]:
    cells = Cells(table)
    return cells.select(
        {
            "stream_0": "persistence_id",
            "position": "sequence_number",
            "recorded_at": "created",
            "payload": "snapshot",
            "row_key": row_key(cells["persistence_id"], cells["sequence_number"]),
        }
    )


LAYOUT = AkkaLegacy()
