"""Which columns of a table are EventSauce's, found by names and by what the rows say.

The library makes no tables; its users do, and name the columns. Fixed is the envelope: a JSON
object of exactly ``headers`` and ``payload``, whose headers say what the other columns repeat.

Imports the layout contract and the standard library.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from inspector.layouts._api import Catalog, Sample, Table
from inspector.layouts._php_family import json_object
from inspector.layouts._probe import Shape, is_kind

ENVELOPE = frozenset({"headers", "payload"})
TYPE = "__event_type"
STREAM = "__aggregate_root_id"
KIND = "__aggregate_root_type"
ID = "__event_id"
VERSION = "__aggregate_root_version"

DEFAULT = Shape(
    {
        "event_id": (),
        "aggregate_root_id": (),
        "version": ("integer",),
        "payload": ("json", "text"),
    },
    optional=frozenset({"id"}),
    closed=True,
)
LEGACY = Shape(
    {
        "event_id": (),
        "event_type": ("text",),
        "aggregate_root_id": (),
        "aggregate_root_version": ("integer",),
        "payload": ("json", "text"),
    },
    optional=frozenset({"id", "time_of_recording", "aggregate_root_id_type"}),
    closed=True,
)
LARAVEL = Shape(
    {
        "id": ("integer",),
        "event_id": (),
        "event_type": ("text",),
        "event_stream": (),
        "recorded_at": ("time", "text"),
        "payload": ("json", "text"),
    },
    optional=frozenset({"version"}),
    closed=True,
)
OUTBOX = Shape(
    {"id": ("integer",), "consumed": ("bool", "integer"), "payload": ("json", "text")}, closed=True
)

WIDEST = 12
"""Tables with more columns are not looked into for envelopes under names of somebody's own."""

MOST_LOOKED_INTO = 24
"""So many tables are, where no names are known."""

_LIKELY = re.compile(r"payload|envelope|message|event|body|data|content", re.IGNORECASE)


@dataclass(frozen=True)
class Columns:
    """Columns of one table by their role; ``None``: it has none for that.

    Attributes:
        table: the table.
        kind: the one type of aggregate that its rows name.
        rows: envelopes that were looked at.
        known: how its columns are called: ``default``, ``legacy``, ``laravel`` or ``own``.
        bytes: ids are bytes, whatever the column's type says.
    """

    table: Table
    payload: str
    stream: str
    known: str
    id: str | None = None
    version: str | None = None
    order: str | None = None
    kind: str | None = None
    rows: int = 0
    bytes: bool = False


_KNOWN = (
    ("default", DEFAULT, Columns(Table("", ()), "payload", "aggregate_root_id", "default",
                                 "event_id", "version", "id")),
    ("legacy", LEGACY, Columns(Table("", ()), "payload", "aggregate_root_id", "legacy",
                               "event_id", "aggregate_root_version", "id")),
    ("laravel", LARAVEL, Columns(Table("", ()), "payload", "event_stream", "laravel",
                                 "event_id", None, "id")),
)  # fmt: skip


def tables_of(catalog: Catalog) -> Iterator[Columns]:
    """Every table whose rows are EventSauce's messages, or which can be such an empty table."""
    looked = 0
    for table in catalog.tables:
        known = next((columns for _, shape, columns in _KNOWN if shape.fits(table)), None)
        if known is not None:
            found = _of_known(catalog, table, known)
        elif _may_hold(table) and looked < MOST_LOOKED_INTO:
            looked += 1
            found = _of_own(table, catalog.sampler(table))
        else:
            continue
        if found is not None:
            yield found


def _of_known(catalog: Catalog, table: Table, known: Columns) -> Columns | None:
    rows = catalog.sampler(table)
    headers = _headers(rows, known.payload)
    readable = [row for row in rows if json_object(row.get(known.payload)) is not None]
    if len(readable) > 2 * len(headers):
        return None
    order = known.order if "id" in table.names else None
    return replace(
        known,
        table=table,
        order=order,
        version="version" if "version" in table.names else known.version,
        kind=_one_kind(headers),
        rows=len(headers),
        bytes=_holds_bytes(table, known.stream, rows),
    )


def _may_hold(table: Table) -> bool:
    if len(table.columns) > WIDEST or len(table.columns) < 3:
        return False
    return any(_LIKELY.search(c.name) and is_kind(c, "json", "text") for c in table.columns)


def _of_own(table: Table, rows: Sequence[Sample]) -> Columns | None:
    """Columns under other names, told by comparing them with the headers."""
    for payload in (c.name.lower() for c in table.columns if is_kind(c, "json", "text")):
        headers = _headers(rows, payload)
        if not rows or len(headers) < len(rows):
            continue
        stream = _repeating(table, rows, headers, STREAM)
        version, order = _repeating(table, rows, headers, VERSION), _counting(table)
        if stream is not None and (version or order):
            return Columns(
                table,
                payload,
                stream,
                "own",
                id=_repeating(table, rows, headers, ID),
                version=version,
                order=order,
                kind=_one_kind(headers),
                rows=len(headers),
                bytes=_holds_bytes(table, stream, rows),
            )
    return None


def _headers(rows: Sequence[Sample], payload: str) -> list[Mapping[str, Any]]:
    """Headers of the rows that are envelopes."""
    found: list[Mapping[str, Any]] = []
    for row in rows:
        envelope = json_object(row.get(payload))
        if envelope is not None and envelope.keys() == ENVELOPE:
            headers = envelope["headers"]
            if isinstance(headers, dict) and TYPE in headers:
                found.append(headers)
    return found


def _repeating(
    table: Table, rows: Sequence[Sample], headers: Sequence[Mapping[str, Any]], name: str
) -> str | None:
    """The column that says in every row what a header says."""
    for column in table.columns:
        cells = (row.get(column.name.lower()) for row in rows)
        if all(_same(cell, h.get(name)) for cell, h in zip(cells, headers, strict=True)):
            return column.name.lower()
    return None


def _same(cell: object, header: object) -> bool:
    if cell is None or header is None:
        return False
    if isinstance(cell, str) and len(cell) < len(str(header)):
        cell = cell.encode("utf-8", "surrogateescape")
    if isinstance(cell, bytes) and len(cell) == 16:
        cell = uuid.UUID(bytes=cell)
    return str(cell) == str(header)


def _counting(table: Table) -> str | None:
    """A whole number that is the primary key: the order in which rows were written."""
    key = table.primary_key
    column = table.column(key[0].lower()) if len(key) == 1 else None
    return key[0].lower() if column is not None and is_kind(column, "integer") else None


def _one_kind(headers: Sequence[Mapping[str, Any]]) -> str | None:
    kinds = {str(h[KIND]) for h in headers if h.get(KIND)}
    return kinds.pop() if len(kinds) == 1 else None


def _holds_bytes(table: Table, name: str, rows: Sequence[Sample]) -> bool:
    column = table.column(name)
    if column is not None and column.type and is_kind(column, "bytes"):
        return True
    return any(isinstance(cell, bytes) or _is_odd(cell) for cell in (r.get(name) for r in rows))


def _is_odd(cell: object) -> bool:
    """A text that is no Unicode: bytes that a driver stored as a text."""
    return isinstance(cell, str) and any("\ud800" <= sign <= "\udfff" for sign in cell)
