"""The SELECT statements of a store, built once from a layout's description.

Everything on the interactive path is a search by key: pages use ``key > last seen`` with a
limit, streams are found by skipping through an index, counts are bounded. Nothing here runs
anything; :mod:`inspector.storage.reading` does.

Key parameters are bound without a type, so that the database compares them as its own column
type (a UUID given as text stays an index search in PostgreSQL).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from inspector.core.events import PageKey, StreamId

if TYPE_CHECKING:
    from inspector.layouts._api import Source

Statement = sa.Select[Any]
Parameters = dict[str, Any]

CELLS = ("payload", "payload_more", "metadata")

ITEM = "item"
"""The last label of an order whose rows hold several events: the number of one within its row."""

_LOWEST, _HIGHEST = str(-(1 << 63)), str((1 << 63) - 1)


def untyped(name: str) -> sa.BindParameter[Any]:
    """A parameter that the database itself gives a type to."""
    return sa.bindparam(name, type_=sa.types.NullType())


def whole(name: str) -> sa.BindParameter[int]:
    """A whole-number parameter (limits and sizes)."""
    return sa.bindparam(name, type_=sa.BigInteger())


def key_parameters(prefix: str, key: PageKey) -> Parameters:
    """Parameters ``prefix0`` … for the values of a key."""
    return {f"{prefix}{i}": value for i, value in enumerate(key)}


@dataclass(frozen=True, slots=True)
class Range:
    """Which part of an ordered list a page is taken from.

    Attributes:
        after: it begins beyond a key (``inclusive``: at the key).
        reverse: it is read towards the beginning.
        until: it ends at another key, included.
    """

    after: bool = False
    inclusive: bool = False
    reverse: bool = False
    until: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """Which rows of a page are wanted.

    Attributes:
        clause: over the columns of :meth:`Statements.base`.
        kept: statements that were built with it.
    """

    clause: sa.ColumnElement[bool]
    kept: dict[tuple[object, ...], Statement]


def stream_parameters(stream: StreamId | None) -> Parameters:
    """Parameters ``k0`` … for a stream's key; none for the whole store."""
    return {} if stream is None else key_parameters("k", stream.key)


class Statements:
    """Builds and keeps the statements of one source.

    Args:
        source: the layout's description.
        dialect: ``sqlite`` or ``postgresql``.
        both_classes: a key of bytes may be a blob or a text (see :mod:`.byte_keys`).
    """

    def __init__(self, source: Source, dialect: str, *, both_classes: bool = False) -> None:
        self.source = source
        self.both_classes = both_classes
        self.dialect = dialect
        self._all = source.events.subquery("e")
        chosen = source.events if source.stream_events is None else source.stream_events
        self._one = chosen.subquery("e")
        self._kept: dict[tuple[object, ...], Statement] = {}
        self._labels: dict[bool, tuple[str, ...]] = {}

    # -- what a page of events holds ------------------------------------------------------

    def labels(self, *, in_stream: bool) -> tuple[str, ...]:
        """Names of the columns of an event page, in order."""
        known = self._labels.get(in_stream)
        if known is None:
            wanted = (self._one if in_stream else self._all).c
            cells = [name for name in CELLS if name in wanted]
            known = (*[c.key for c in wanted], *(f"{name}_size" for name in cells))
            self._labels[in_stream] = known
        return known

    def base(self, *, in_stream: bool) -> sa.FromClause:
        """Where a page of events comes from, with its labels as columns."""
        return self._one if in_stream else self._all

    def events(
        self,
        stream: PageKey | None,
        order: Sequence[str],
        where: Range,
        only: Condition | None = None,
    ) -> Statement:
        """A page of events.

        Parameters bound later: ``k0`` … (stream key), ``a0`` … (page key), ``u0`` … (end of
        the range, included), ``size`` (eager limit), ``limit``.

        Args:
            only: rows that are wanted; others are passed over.
        """
        nulls = () if stream is None else tuple(v is None for v in stream)
        name: tuple[object, ...] = ("events", stream is None, nulls, tuple(order), where)
        kept, name = (self._kept, name) if only is None else (only.kept, (id(self), *name))
        if name not in kept:
            base = self._all if stream is None else self._one
            statement = _within(self._cells(base), base, order, where)
            if only is not None:
                statement = statement.where(only.clause)
            elif stream is None:
                statement = self.within_reach(statement, base, order, where=where)
            statement = self._in_order(statement, base, stream, order, reverse=where.reverse)
            kept[name] = statement.limit(whole("limit"))
        return kept[name]

    def numbered(
        self, stream: PageKey | None, order: Sequence[str], where: Range, only: Condition
    ) -> Statement:
        """Of the next ``limit`` rows, the keys of those that are wanted, and of the last one.

        Each with its number among them, from 1. No payload is read.
        """
        nulls = () if stream is None else tuple(v is None for v in stream)
        name = ("numbered", id(self), stream is None, nulls, tuple(order), where)
        if name not in only.kept:
            base = self._all if stream is None else self._one
            wanted = sa.case((only.clause, 1), else_=0).label("wanted")
            rows: Statement = sa.select(*(base.c[n] for n in order), wanted).select_from(base)
            rows = _within(rows, base, order, where)
            if stream is None:
                rows = self.within_reach(rows, base, order, where=where)
            rows = self._in_order(rows, base, stream, order, reverse=where.reverse)
            part = rows.limit(whole("limit")).subquery("p")
            by = [part.c[n].desc() if where.reverse else part.c[n].asc() for n in order]
            number = sa.func.row_number().over(order_by=by).label("number")
            following = sa.func.lead(sa.literal_column("1")).over(order_by=by).label("following")
            counted = sa.select(*part.c, number, following).subquery("n")
            keys = [counted.c[n] for n in order]
            found: Statement = sa.select(*keys, counted.c.number, counted.c.wanted)
            last = counted.c.following.is_(None)
            only.kept[name] = found.where(sa.or_(counted.c.wanted == 1, last)).order_by(
                counted.c.number
            )
        return only.kept[name]

    def _in_order(
        self,
        statement: Statement,
        base: sa.FromClause,
        stream: PageKey | None,
        order: Sequence[str],
        *,
        reverse: bool = False,
    ) -> Statement:
        """Rows of the stream in order.

        Where a key is stored in two forms, each has a range of the index of its own, and the
        two are merged: sorting them together would cost what the whole stream costs.
        """
        if stream is None or not self.both_classes or stream[0] is None:
            statement = self._of_stream(statement, base, stream)
            return _ordered(statement, base, order, reverse)
        column, wanted = base.c[self.source.stream_key[0]], untyped("k0")
        both = sa.union_all(
            *(statement.where(column == key) for key in (wanted, sa.cast(wanted, sa.Text)))
        )
        named = [both.selected_columns[name] for name in order]
        merged: Any = both.order_by(*(c.desc() if reverse else c for c in named))
        return merged  # type: ignore[no-any-return]

    def with_id(self) -> Statement:
        """Events with the id ``id0``, at most ``limit``; without order, there are few."""
        if ("with-id",) not in self._kept:
            base = self._all
            found = self._cells(base).where(base.c.id == untyped("id0"))
            self._kept["with-id",] = found.limit(whole("limit"))
        return self._kept["with-id",]

    def history(
        self, stream: PageKey | None, order: Sequence[str], wanted: Sequence[str]
    ) -> Statement:
        """The cheap columns of a stream for folding, oldest first; ``None`` is the store."""
        return self._history(stream, order, wanted, after=False)

    def history_after(
        self, stream: PageKey | None, order: Sequence[str], wanted: Sequence[str]
    ) -> Statement:
        """As :meth:`history`, beginning after the key ``a0`` …."""
        return self._history(stream, order, wanted, after=True)

    def _history(
        self,
        stream: PageKey | None,
        order: Sequence[str],
        wanted: Sequence[str],
        *,
        after: bool,
    ) -> Statement:
        nulls = None if stream is None else tuple(v is None for v in stream)
        name = ("history", nulls, tuple(order), tuple(wanted), after)
        if name not in self._kept:
            base = self._all if stream is None else self._one
            columns = [self._guarded(base.c[n]) if n in CELLS else base.c[n] for n in wanted]
            statement: Statement = sa.select(*columns, self._oversize(base.c.payload))
            if after:
                statement = statement.where(_beyond(base, order, "a", False))
            if stream is None:
                statement = self.within_reach(statement, base, order, where=Range(after=after))
            statement = self._in_order(statement, base, stream, order)
            self._kept[name] = statement.limit(whole("limit"))
        return self._kept[name]

    # -- counting and stepping ------------------------------------------------------------

    def count(self, stream: PageKey | None, *, bounded: bool) -> Statement:
        """How many rows; never more than ``limit`` when bounded."""
        nulls = () if stream is None else tuple(v is None for v in stream)
        name = ("count", stream is None, nulls, bounded)
        if name not in self._kept:
            base = self._all if stream is None else self._one
            one: Statement = sa.select(sa.literal_column("1").label("one")).select_from(base)
            inner = self._of_stream(one, base, stream)
            if bounded:
                inner = inner.limit(whole("limit"))
            self._kept[name] = sa.select(sa.func.count()).select_from(inner.subquery("n"))
        return self._kept[name]

    def step(self, stream: PageKey | None, order: Sequence[str], *, after: bool) -> Statement:
        """The key of the row that lies ``offset`` rows further."""
        nulls = () if stream is None else tuple(v is None for v in stream)
        name = ("step", stream is None, nulls, tuple(order), after)
        if name not in self._kept:
            base = self._all if stream is None else self._one
            statement = self._of_stream(sa.select(*(base.c[n] for n in order)), base, stream)
            if after:
                statement = statement.where(_beyond(base, order, "a", False))
            if stream is None:
                how = Range(after=after)
                statement = self.within_reach(statement, base, order, where=how, rows="offset")
            self._kept[name] = (
                _ordered(statement, base, order, False).limit(1).offset(whole("offset"))
            )
        return self._kept[name]

    def last(self, stream: PageKey | None, order: Sequence[str]) -> Statement:
        """The key of the last row."""
        nulls = () if stream is None else tuple(v is None for v in stream)
        name = ("last", stream is None, nulls, tuple(order))
        if name not in self._kept:
            base = self._all if stream is None else self._one
            statement = self._of_stream(sa.select(*(base.c[n] for n in order)), base, stream)
            if stream is None:
                how = Range(reverse=True)
                statement = self.within_reach(statement, base, order, where=how, rows="")
            self._kept[name] = _ordered(statement, base, order, True).limit(1)
        return self._kept[name]

    def tail(self, stream: PageKey | None, order: Sequence[str], *, after: bool) -> Statement:
        """How many rows follow a key, and the last key is not needed."""
        nulls = () if stream is None else tuple(v is None for v in stream)
        name = ("tail", stream is None, nulls, tuple(order), after)
        if name not in self._kept:
            base = self._all if stream is None else self._one
            statement = self._of_stream(sa.select(sa.func.count()), base, stream)
            if after:
                statement = statement.where(_beyond(base, order, "a", False))
            self._kept[name] = statement.select_from(base)
        return self._kept[name]

    def before(self, stream: PageKey, order: Sequence[str]) -> Statement:
        """How many rows of a stream lie before the key ``a0`` …."""
        base = self._one
        name = ("before", tuple(v is None for v in stream), tuple(order))
        if name not in self._kept:
            counted = sa.select(sa.func.count()).select_from(base)
            found = self._of_stream(counted, base, stream)
            self._kept[name] = found.where(_beyond(base, order, "a", True))
        return self._kept[name]

    def loose(self, stream: PageKey) -> Statement:
        """One row of a stream that has no position, if there is any."""
        name = ("loose", tuple(v is None for v in stream))
        if name not in self._kept:
            base = self._one
            found = self._of_stream(sa.select(sa.literal_column("1")), base, stream)
            self._kept[name] = found.where(base.c.position.is_(None)).limit(1)
        return self._kept[name]

    # -- parts ----------------------------------------------------------------------------

    def within_reach(
        self,
        statement: Statement,
        base: sa.FromClause,
        order: Sequence[str],
        *,
        where: Range,
        rows: str = "limit",
    ) -> Statement:
        """Only rows of the store that the next ``rows`` can be among.

        SQLite does not see that events of one row after the other are in order, and would sort all
        that follow. The row of the last event that can be wanted bounds what there is to sort.

        Args:
            rows: the parameter that says how far it goes; ``""``: one row.
        """
        if self.dialect != "sqlite" or not order or order[-1] != ITEM:
            return statement
        other = self.source.events.subquery("b")
        key = other.c[order[0]]
        found = sa.select(key)
        if where.after:
            found = found.where(
                _beyond(other, order, "a", where.reverse, inclusive=where.inclusive)
            )
        found = found.order_by(key.desc() if where.reverse else key).limit(1)
        if rows:
            found = found.offset(whole(rows) - sa.literal_column("1" if rows == "limit" else "0"))
        outermost: sa.ColumnElement[int] = sa.literal_column(_LOWEST if where.reverse else _HIGHEST)
        edge = sa.func.coalesce(found.scalar_subquery(), outermost)
        own = base.c[order[0]]
        return statement.where(own >= edge if where.reverse else own <= edge)

    def _cells(self, base: sa.Subquery) -> Statement:
        columns: list[Any] = []
        sizes: list[Any] = []
        for column in base.c:
            if column.key in CELLS:
                columns.append(self._guarded(column))
                sizes.append(self.size_of(column).label(f"{column.key}_size"))
            else:
                columns.append(column)
        return sa.select(*columns, *sizes)

    def _guarded(self, column: sa.ColumnElement[Any]) -> sa.Label[Any]:
        """The cell when it is not larger than ``size``; a huge one would block the reader."""
        fits = sa.case((self.size_of(column) <= whole("size"), column))
        return fits.label(str(column.key))

    def _oversize(self, column: sa.ColumnElement[Any]) -> sa.Label[Any]:
        """The size of a cell that was left out because of it; else NULL."""
        size = self.size_of(column)
        return sa.case((size > whole("size"), size)).label("payload_oversize")

    def size_of(self, column: sa.ColumnElement[Any]) -> sa.ColumnElement[int]:
        """Size of a cell, from its header alone where the database can.

        SQLite: bytes of a blob, characters of a text (the length in bytes would load it).
        PostgreSQL: bytes as stored, after compression; the reader looks again at what came.
        """
        if self.dialect == "postgresql":
            return sa.func.pg_catalog.pg_column_size(column)
        return sa.func.length(column)

    def of_stream(
        self, statement: Statement, base: sa.FromClause, stream: PageKey | None
    ) -> Statement:
        """Only rows of the stream with the key ``k0`` …."""
        return self._of_stream(statement, base, stream)

    def _of_stream(
        self, statement: Statement, base: sa.FromClause, stream: PageKey | None
    ) -> Statement:
        if stream is None:
            return statement
        for i, label in enumerate(self.source.stream_key):
            statement = statement.where(self.same_key(base.c[label], i, stream[i] is None))
        return statement

    def same_key(
        self, column: sa.ColumnElement[Any], index: int, null: bool
    ) -> sa.ColumnElement[bool]:
        """Whether a part of the stream key is ``k<index>``."""
        if null:
            return column.is_(None)
        wanted = untyped(f"k{index}")
        if self.both_classes:
            return column.in_([wanted, sa.cast(wanted, sa.Text)])
        return column == wanted


def _within(
    statement: Statement, base: sa.FromClause, order: Sequence[str], where: Range
) -> Statement:
    """Rows of a range; what is read towards the beginning ends at ``until`` from above."""
    if where.after:
        statement = statement.where(
            _beyond(base, order, "a", where.reverse, inclusive=where.inclusive)
        )
    if where.until:
        statement = statement.where(_beyond(base, order, "u", not where.reverse, inclusive=True))
    return statement


def _ordered(
    statement: Statement, base: sa.FromClause, order: Sequence[str], reverse: bool
) -> Statement:
    columns = [base.c[name] for name in order]
    return statement.order_by(*(c.desc() if reverse else c.asc() for c in columns))


def _beyond(
    base: sa.FromClause,
    order: Sequence[str],
    prefix: str,
    backwards: bool,
    *,
    inclusive: bool = False,
) -> sa.ColumnElement[bool]:
    """``order > key`` (or ``<``, or with equality), as a row comparison for several columns."""
    left: Any
    right: Any
    if len(order) == 1:
        left, right = base.c[order[0]], untyped(f"{prefix}0")
    else:
        left = sa.tuple_(*(base.c[n] for n in order))
        right = sa.tuple_(*(untyped(f"{prefix}{i}") for i in range(len(order))))
    if backwards:
        found = left <= right if inclusive else left < right
    else:
        found = left >= right if inclusive else left > right
    if order[-1] != ITEM:
        return found  # type: ignore[no-any-return]
    # The number of an event within its row has no index: only the row's own key finds anything.
    first, edge = base.c[order[0]], untyped(f"{prefix}0")
    return sa.and_(first <= edge if backwards else first >= edge, found)


beyond = _beyond
