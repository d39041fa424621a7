"""Akka.NET Persistence.Sql and the stores before it, on PostgreSQL and SQLite.

Three mappings of the same facts: the default one, and those that keep the tables of the older
libraries for PostgreSQL and for SQLite. Times are .NET ticks: tenths of microseconds since the
year 1. The type is a .NET type name up to its assembly. A deleted event is a tombstone and never
folded. The default table has every column of the JVM's older journal; three more tell it apart.

Source: Akka.Persistence.Sql, October 2024.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from inspector.layouts._api import (
    Catalog,
    Encoding,
    Match,
    NearMiss,
    Places,
    PlainLayout,
    Source,
    Table,
)
from inspector.layouts._describe import Cells, Expression, Labels, row_key, word
from inspector.layouts._probe import Shape, having, nearest_misses, paired
from inspector.layouts._scoring import Scale

TICKS = 10_000_000
_UNIX_EPOCH = 621_355_968_000_000_000
"""Ticks from the year 1 to 1970."""

_COMMON = {"ordering": ("integer",), "persistence_id": ("text",), "manifest": ("text",)}
EVENTS: Mapping[str, Shape] = {
    "default": Shape(
        {
            **_COMMON,
            "sequence_number": ("integer",),
            "deleted": ("bool", "integer"),
            "created": ("integer",),
            "tags": ("text",),
            "message": ("bytes",),
            "identifier": ("integer",),
        },
        optional=frozenset({"writer_uuid"}),
    ),
    "compatible with PostgreSQL": Shape(
        {
            **_COMMON,
            "sequence_nr": ("integer",),
            "is_deleted": ("bool", "integer"),
            "created_at": ("integer",),
            "payload": ("bytes",),
            "tags": ("text",),
            "serializer_id": ("integer",),
        }
    ),
    "compatible with SQLite": Shape(
        {
            **_COMMON,
            "sequence_nr": ("integer",),
            "is_deleted": ("bool", "integer"),
            "timestamp": ("integer",),
            "payload": ("bytes",),
            "tags": ("text",),
            "serializer_id": ("integer",),
        }
    ),
}
SNAPSHOTS: Mapping[str, Shape] = {
    "default": Shape(
        {
            "persistence_id": ("text",),
            "sequence_number": ("integer",),
            "created": ("integer",),
            "snapshot": ("bytes",),
            "manifest": ("text",),
            "serializer_id": ("integer",),
        },
    ),
    "compatible": Shape(
        {
            "persistence_id": ("text",),
            "sequence_nr": ("integer",),
            "created_at": ("integer",),
            "manifest": ("text",),
            "payload": ("bytes",),
            "serializer_id": ("integer",),
        },
        forbidden=frozenset({"ordering"}),
    ),
}
PLACES = Places(hidden=frozenset({"$type", "$id"}), epoch_per_second=TICKS)


class AkkaNet(PlainLayout):
    """The journal and its snapshots."""

    name = "akka_net"
    title = "Akka.NET Persistence"

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One store per journal, of whatever mapping."""
        found: list[Match] = []
        for variant, shape in EVENTS.items():
            events = list(having(catalog, shape))
            role = "default" if variant == "default" else "compatible"
            snapshots = paired(events, list(having(catalog, SNAPSHOTS[role])))
            found += [self._match(t, variant, snapshots.get(t)) for t in events]
        return found

    def _match(self, events: Table, variant: str, snapshots: Table | None) -> Match:
        scale = Scale(self.name, self.title)
        scale.columns(events, EVENTS[variant])
        scale.index(events, "persistence_id", _number(variant))
        tables = {"events": events}
        if snapshots is not None:
            tables["snapshots"] = snapshots
            scale.sibling("snapshots", snapshots)
        return scale.match(tables, variant=variant)

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What the nearest table lacks, by the mapping that comes nearest."""
        return nearest_misses(catalog, self.name, self.title, EVENTS.values())

    def source(self, match: Match, dialect: str) -> Source:
        """Events by ordering."""
        events, snapshots = match.tables["events"], match.tables.get("snapshots")
        cells = Cells(events)
        deleted = cells["deleted" if "deleted" in cells else "is_deleted"]
        gone = deleted if dialect == "postgresql" else deleted == sa.literal_column("1")
        labels: Labels = {
            **_facts(cells, dialect),
            "global_0": "ordering",
            "kind": sa.case((gone, word("tombstone")), else_=word("event")),
        }
        return Source(
            events=cells.select(labels),
            stream_key=("stream_0",),
            order_key=("global_0",),
            order_indexed=events.has_index("ordering"),
            snapshots=None if snapshots is None else _snapshots(snapshots, dialect),
            payload=Encoding(codecs=("json",)),
            places=PLACES,
        )


def _number(variant: str) -> str:
    return "sequence_number" if variant == "default" else "sequence_nr"


def _facts(cells: Cells, dialect: str) -> Labels:
    """What events and snapshots say in the same way."""
    time = next(n for n in ("created", "created_at", "timestamp") if n in cells)
    payload = next(n for n in ("message", "payload", "snapshot") if n in cells)
    return {
        "stream_0": "persistence_id",
        "position": "sequence_number" if "sequence_number" in cells else "sequence_nr",
        "type": _type(cells["manifest"], dialect),
        "recorded_at": cells[time] - sa.literal_column(str(_UNIX_EPOCH), sa.BigInteger()),
        "payload": payload,
    }


def _type(manifest: Expression, dialect: str) -> Expression:
    """The class without its assembly."""
    comma = sa.literal_column("','", sa.Text())
    if dialect == "postgresql":
        return sa.func.split_part(manifest, comma, sa.literal_column("1"))
    end = sa.func.instr(manifest, comma)
    one: Expression = sa.literal_column("1")
    return sa.case((end > 0, sa.func.substr(manifest, one, end - one)), else_=manifest)


def _snapshots(table: Table, dialect: str) -> sa.Select[Any]:
    cells = Cells(table)
    number = "sequence_number" if "sequence_number" in cells else "sequence_nr"
    key = row_key(cells["persistence_id"], cells[number])
    return cells.select({**_facts(cells, dialect), "row_key": key})


LAYOUT = AkkaNet()
