"""What audit trails have in common: rows that say what became of a record.

An audit trail is read as a stream of changes per record, with the state that they imply. It is
no event store: rows say *that* values changed, never why, and whoever changes rows past the
library leaves no trace. Every match says so, what its states mean, and what is not recorded.

Imports SQLAlchemy expressions and the layout contract. Promises that an image which is spread
over columns arrives as one JSON object, put together by the database, in the columns' order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from inspector.core.events import Event, PageKey, Scalar, StreamId
from inspector.core.row_changes import Effect, Gone, Image, Written
from inspector.core.texts import tr
from inspector.layouts._api import (
    Catalog,
    Column,
    Match,
    NearMiss,
    PlainLayout,
    Table,
    plain_text,
)
from inspector.layouts._describe import Cells, Expression, quoted
from inspector.layouts._naming import id_keys, id_text
from inspector.layouts._probe import Shape, having, is_kind, near_misses
from inspector.layouts._scoring import Scale

PAIRS = 50
"""Columns of one call: databases take about a hundred arguments."""


class AuditTrail(PlainLayout):
    """Streams of one record each, named by the record's id, of the category of its model.

    Attributes:
        gone: types of the rows that say that the record was deleted.
        id_column: the column with the record's id, the second part of a stream's key.
    """

    category_index = 0
    name_index = 1
    gone: frozenset[str] = frozenset()
    id_column = ""

    adjusts: frozenset[str] | None = frozenset({"kind"})

    def adjust(self, event: Event) -> Event:
        """A deletion ends the record's life; another may begin under the same id."""
        return replace(event, kind="tombstone") if event.type in self.gone else event

    def stream_id(self, key: PageKey, name: str | None, match: Match) -> StreamId:
        """The record's id, and its model."""
        return StreamId(id_text(key[1]), plain_text(key[0]) or None, key)

    def stream_keys(self, name: str, category: str | None, match: Match) -> Sequence[PageKey]:
        """The id in the column's own form, under any model."""
        column = match.tables["events"].column(self.id_column)
        model: Scalar = ... if category is None else category
        return tuple((model, value) for value in record_keys(name, column))


class TrailTable(AuditTrail):
    """A trail in one table.

    Attributes:
        shape: its columns; ``index``: those of the index that finds a record's rows.
        means: what the state after a change is, as one sentence (the key of the catalogue).
        missing: what leaves no row (likewise).
    """

    shape: Shape
    index: tuple[str, ...]
    means: str
    missing: str

    def judge(self, scale: Scale, table: Table) -> None:
        """What else speaks for or against a match."""

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One trail per table."""
        return [self._match(table) for table in having(catalog, self.shape)]

    def _match(self, table: Table) -> Match:
        scale = Scale(self.name, self.title)
        scale.columns(table, self.shape)
        scale.index(table, *self.index, points=15)
        self.judge(scale, table)
        explain(scale, tr(self.means), tr(self.missing))
        return scale.match({"events": table}, trail=True)

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What a table lacks."""
        return near_misses(catalog, self.name, self.title, self.shape)


def explain(scale: Scale, means: str, missing: str) -> None:
    """Say what the match is and is not.

    Args:
        means: what the state after a change is, as one sentence.
        missing: what leaves no row.
    """
    scale.found(0, tr("an audit trail: its rows are changes of records, not events of a domain"))
    scale.found(0, means)
    scale.against(0, tr("not recorded: {what}", what=missing))


def record_keys(name: str, column: Column | None) -> tuple[Scalar, ...]:
    """Values that a column of record ids could hold for a name."""
    if column is None or not column.type or not is_kind(column, "integer"):
        return id_keys(name, column)
    digits = name.removeprefix("-")
    fits = digits.isascii() and digits.isdigit() and len(digits) <= 18
    return (int(name),) if fits else ()


# -- cells ----------------------------------------------------------------------------------


def assembled(cells: Cells, table: Table, names: Sequence[str], dialect: str) -> Expression:
    """Columns of a row as one JSON object, under their own names."""
    columns = [(n, table.column(n)) for n in names]
    return json_row({c.name: cells[n] for n, c in columns if c is not None}, dialect)


def json_row(values: Mapping[str, Expression], dialect: str) -> Expression:
    """A JSON object as text, made by the database.

    Bytes become hexadecimal digits on SQLite, whose JSON has no form for them; PostgreSQL writes
    them so by itself.
    """
    pairs = list(values.items())
    starts = range(0, len(pairs), PAIRS)
    parts = [_json_part(dict(pairs[i : i + PAIRS]), dialect) for i in starts]
    if len(parts) < 2:
        return parts[0] if parts else quoted("{}")
    joined: Expression = sa.func.substr(parts[0], 1, sa.func.length(parts[0]) - 1)
    for part in parts[1:]:
        inner = sa.func.substr(part, 2, sa.func.length(part) - 2)
        joined = joined.op("||")(quoted(",")).op("||")(inner)
    return joined.op("||")(quoted("}"))


def _json_part(values: Mapping[str, Expression], dialect: str) -> Expression:
    arguments: list[Any] = []
    for name, value in values.items():
        arguments += [quoted(name), _plain_bytes(value) if dialect == "sqlite" else value]
    if dialect == "sqlite":
        return sa.func.json_object(*arguments)
    return sa.cast(sa.func.json_build_object(*arguments), sa.Text)


def _plain_bytes(value: Expression) -> Expression:
    is_blob = sa.func.typeof(value) == quoted("blob")
    return sa.case((is_blob, sa.func.hex(value)), else_=value)


def in_words(code: Expression, words: Mapping[int | str, str]) -> Expression:
    """A stored code in the word that the library has for it; an unknown code as it is."""
    tests = [
        (code == (quoted(c) if isinstance(c, str) else sa.literal_column(str(c))), quoted(w))
        for c, w in words.items()
    ]
    return sa.case(*tests, else_=sa.cast(code, sa.Text))


# -- effects --------------------------------------------------------------------------------


def changed(event_type: str, value: object, begins: frozenset[str], gone: frozenset[str]) -> Effect:
    """Of a row with ``field: value`` at both ends of a life and ``field: [old, new]`` between."""
    if event_type in gone:
        return Gone()
    if not isinstance(value, dict):
        return None
    return Image(value) if event_type in begins else Written(new_values(value))


def new_values(pairs: Mapping[Any, Any]) -> dict[Any, Any]:
    """The new side of ``field: [old, new]``; what is no such pair is the new value itself."""
    return {k: v[1] if isinstance(v, list) and len(v) == 2 else v for k, v in pairs.items()}
