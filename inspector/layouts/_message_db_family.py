"""What the stores on Message DB's table share.

The table is the same for Eventide (Ruby), Protean (Python), equinox-js and others: what differs
is the metadata. A stream's name says what it is for: ``category[:type][+type]-id``.

Source: Message DB 1.0 to 1.3; Eventide entity-store 2.0; Protean 0.18; equinox-js 2023.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from inspector.core.events import PageKey, StreamId, StreamKind
from inspector.core.texts import tr
from inspector.layouts._api import (
    Catalog,
    Encoding,
    Match,
    PlainLayout,
    Sample,
    Source,
    Table,
    plain_text,
)
from inspector.layouts._describe import Cells, Expression, Labels
from inspector.layouts._probe import Shape
from inspector.layouts._scoring import Scale

MESSAGES = Shape(
    {
        "global_position": ("integer",),
        "position": ("integer",),
        "time": ("time",),
        "stream_name": ("text",),
        "type": ("text",),
        "data": ("json",),
        "metadata": ("json",),
        "id": ("uuid",),
    }
)

CELL = Encoding(codecs=("json",))

_SYSTEM = frozenset({"command", "position"})


def category_of(stream: str) -> str:
    """Everything before the first dash, as the database's own function has it."""
    return stream.partition("-")[0]


def types_of(stream: str) -> frozenset[str]:
    """The types in a stream's category (``account:command+position`` has two).

    A leading ``domain::`` is Protean's and no type.
    """
    category = category_of(stream).rpartition("::")[2]
    parts = category.split(":")[1:]
    return frozenset(word for part in parts for word in part.split("+"))


def kind_of(stream: str) -> StreamKind:
    """What a stream is for."""
    types = types_of(stream)
    if "snapshot" in types:
        return StreamKind.SNAPSHOTS
    return StreamKind.SYSTEM if types & _SYSTEM else StreamKind.PRIMARY


def snapshot_stream(stream: str) -> str | None:
    """The stream in which snapshots of this one are; ``None`` for one without an id."""
    category, dash, entity = stream.partition("-")
    return f"{category}:snapshot-{entity}" if dash else None


def entity_stream(stream: str) -> str:
    """The stream that a snapshot stream belongs to."""
    category, dash, entity = stream.partition("-")
    return f"{category.replace(':snapshot', '').replace('+snapshot', '')}{dash}{entity}"


def looks_like_protean(rows: Sequence[Sample]) -> bool:
    """Whether any row's metadata has Protean's parts."""
    return any({"headers", "domain"} <= _metadata(row).keys() for row in rows)


def _metadata(row: Sample) -> Mapping[str, Any]:
    stored = row.get("metadata")
    if isinstance(stored, str | bytes):
        try:
            stored = json.loads(stored)
        except (ValueError, RecursionError):  # a sample that is no JSON is no evidence
            return {}
    return stored if isinstance(stored, Mapping) else {}


def weigh(scale: Scale, table: Table, catalog: Catalog) -> Sequence[Sample]:
    """Evidence that the table is Message DB's; the rows that were looked at."""
    scale.columns(table, MESSAGES)
    scale.index(table, "stream_name", "position")
    scale.index(table, "global_position", points=5)
    if table.schema == "message_store":
        scale.found(5, tr("its schema is message_store"))
    return catalog.sampler(table)


def source(match: Match, **more: Any) -> Source:
    """The table with standard labels; ``more`` are what the library adds to the description."""
    table = match.tables["events"]
    cells = Cells(table)
    return Source(
        events=cells.select(
            {
                "stream_0": "stream_name",
                "position": "position",
                "global_0": "global_position",
                "id": "id",
                "type": "type",
                "recorded_at": "time",
                "payload": "data",
                "metadata": "metadata",
            }
        ),
        stream_key=("stream_0",),
        order_key=("global_0",),
        order_indexed=table.has_index("global_position"),
        snapshots=_snapshots(table),
        payload=CELL,
        metadata=CELL,
        **more,
    )


def _snapshots(table: Table) -> sa.Select[Any]:
    cells = Cells(table)
    number = sa.func.coalesce(
        _whole(cells["data"], "entityVersion"),
        _whole(cells["data"], "_version"),
        _whole(cells["metadata"], "streamVersion"),
    )
    labels: Labels = {
        "stream_0": "stream_name",
        "position": number,
        "type": "type",
        "recorded_at": "time",
        "payload": "data",
        "row_key": "global_position",
    }
    return cells.select(labels).where(cells["stream_name"].like(sa.literal_column("'%:snapshot%'")))


def _whole(cell: Expression, key: str) -> Expression:
    """A whole number inside a JSON cell; NULL for anything else, never a failing cast."""
    text = cell.op("->>")(sa.literal_column(f"'{key}'"))
    fits = text.op("~")(sa.literal_column("'^[0-9]{1,18}$'"))
    return sa.case((fits, sa.cast(text, sa.BigInteger)))


class MessageDbLayout(PlainLayout):
    """Behaviour common to the libraries on Message DB."""

    def stream_id(self, key: PageKey, name: str | None, match: Match) -> StreamId:
        """The stream's name, its category, and what it is for."""
        text = plain_text(key[0])
        return StreamId(text, category_of(text), key, kind_of(text))

    def snapshot_key(self, stream: StreamId, match: Match) -> PageKey | None:
        """Snapshots are messages in a stream of their own."""
        name = snapshot_stream(stream.name)
        if stream.kind is StreamKind.SNAPSHOTS:
            return stream.key
        return None if name is None or stream.kind is not StreamKind.PRIMARY else (name,)
