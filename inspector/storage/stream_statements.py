"""Listing streams without reading their events.

Where a store keeps a table of streams, that table is read by key. Elsewhere the streams are
found by skipping through the index of the events table: one index search per stream, however
long the stream is (a "loose index scan"). A stream's first and last row, and a bounded count,
come from the same statement as scalar subqueries, so that a page of streams is one round trip.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from inspector.storage.statements import Statement, beyond, untyped, whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inspector.core.events import PageKey
    from inspector.storage.statements import Statements

FIRST = (
    "position", "recorded_at", "tenant", "payload", "payload_more", "metadata", "type", "kind",
    "origin_name", "stored_at", "category", "stream_name",
)  # fmt: skip
"""Labels of the first row that a stream's summary is made from."""

LAST = ("position", "recorded_at", "payload", "type", "origin_name", "stored_at")
"""Of the last row; and its metadata, when these alone say when it was."""

EXTRA = ("stream_name", "category", "kind", "archived", "deleted")
"""Labels that a table of streams may carry."""


_RAW = sa.types.NullType()
"""A column as it is, whatever the source says about its values."""


class StreamStatements:
    """Statements about streams of one source."""

    def __init__(self, statements: Statements) -> None:
        self.source = statements.source
        self.dialect = statements.dialect
        self._statements = statements
        chosen = self.source.stream_events
        self._events = self.source.events if chosen is None else chosen
        self._kept: dict[tuple[object, ...], Statement] = {}

    @property
    def has_table(self) -> bool:
        """Whether the store keeps a table of streams."""
        return self.source.streams is not None

    @property
    def order(self) -> tuple[str, ...]:
        """Labels that order the list of streams."""
        return self.source.streams_order or self.source.stream_key

    @property
    def seeks_one_by_one(self) -> bool:
        """SQLite cannot skip along an index of several columns within one statement."""
        if self._statements.both_classes:
            return True
        return self.dialect == "sqlite" and not self.has_table and len(self.source.stream_key) > 1

    def extra(self) -> tuple[str, ...]:
        """Labels that the keys relation carries beyond the key."""
        if self.source.streams is None:
            return ()
        columns = self.source.streams.subquery("s").c
        names = (*EXTRA, *(n for n in self.order if n not in self.source.stream_key))
        return tuple(dict.fromkeys(n for n in names if n in columns))

    @property
    def told_by_events(self) -> bool:
        """Whether what a stream is for is seen at its first and last event only."""
        have = self._events.subquery("e").c
        return "origin_name" in have and "kind" not in self.extra()

    @property
    def named_by_events(self) -> bool:
        """Whether only its events tell what a stream is called: its key is not its name."""
        return not self.has_table and "stream_name" in self._events.selected_columns

    @property
    def tallies(self) -> bool:
        """Whether one index of one table has all keys in order, and a key says all of a stream.

        Then the database can count many streams in one short read (see :meth:`tally`).
        """
        if self.has_table or self.told_by_events or self._statements.both_classes:
            return False
        if self.named_by_events:
            return False
        if self.source.parts is not None or self.source.places.category is not None:
            return False
        columns = [self._events.selected_columns[n] for n in self.source.stream_key]
        found = [c.element if isinstance(c, sa.Label) else c for c in columns]
        plain = all(isinstance(c, sa.ColumnClause) and not c.is_literal for c in found)
        tables = self._events.get_final_froms()
        return plain and len(tables) == 1 and isinstance(tables[0], sa.TableClause)

    @property
    def _last(self) -> tuple[str, ...]:
        place = self.source.places.recorded_at
        return (*LAST, "metadata") if place is not None and place.cell == "metadata" else LAST

    def _edge_labels(self, wanted: tuple[str, ...]) -> list[str]:
        have = self._events.subquery("e").c
        return [name for name in wanted if name in have]

    # -- keys ----------------------------------------------------------------------------

    def keys(self, *, after: bool, reverse: bool = False) -> Statement:
        """Keys of the next ``limit`` streams (with the extra labels), in list order."""
        name = ("keys", after, reverse)
        if name not in self._kept:
            made = self._table_keys if self.has_table else self._skipping_keys
            self._kept[name] = made(after, reverse)
        return self._kept[name]

    def next_key(self, *, after: bool, reverse: bool = False) -> Statement:
        """The key of the one next stream (for databases that seek one by one)."""
        name = ("next", after, reverse)
        if name not in self._kept:
            self._kept[name] = self._seek(self._events.subquery("e"), after, reverse)
        return self._kept[name]

    def named(self, labels: Sequence[str]) -> Statement:
        """Rows of the streams table where the given labels equal ``n0`` …."""
        name = ("named", tuple(labels))
        if name not in self._kept:
            table = self._require_table()
            columns = [table.c[n] for n in (*self.source.stream_key, *self.extra())]
            tests = [table.c[n] == untyped(f"n{i}") for i, n in enumerate(labels)]
            self._kept[name] = sa.select(*columns).where(*tests).limit(10)
        return self._kept[name]

    def one_key(self, nulls: tuple[bool, ...]) -> Statement:
        """Whether a stream with the key ``k0`` … has any row."""
        name = ("one", nulls)
        if name not in self._kept:
            base = self._events.subquery("e")
            key = tuple(None if n else ... for n in nulls)
            columns = [base.c[n] for n in self.source.stream_key]
            found = self._statements.of_stream(sa.select(*columns), base, key)
            self._kept[name] = found.limit(1)
        return self._kept[name]

    def values_of(self, index: int, fixed: Sequence[int], *, after: bool) -> Statement:
        """The next value of one key column (after ``v``), other columns being ``k0`` …."""
        name = ("values", index, tuple(fixed), after)
        if name not in self._kept:
            base = self._events.subquery("e")
            column = base.c[self.source.stream_key[index]]
            test = column > untyped("v") if after else column.is_not(None)
            found = sa.select(column).where(test)
            for i in fixed:
                found = found.where(base.c[self.source.stream_key[i]] == untyped(f"k{i}"))
            self._kept[name] = found.order_by(column).limit(1)
        return self._kept[name]

    # -- counting many -------------------------------------------------------------------

    def tally_labels(self) -> tuple[str, ...]:
        """Names of the columns of :meth:`tally` with times, in order."""
        return (*self.source.stream_key, "events", *(f"last_{n}" for n in self._time_labels))

    @property
    def _time_labels(self) -> list[str]:
        """What tells when an event was stored."""
        place = self.source.places.recorded_at
        inside = () if place is None else ("payload", "metadata")
        return self._edge_labels(("recorded_at", "stored_at", *inside))

    def tally(self, *, after: bool, times: bool) -> Statement:
        """How many events each stream has among the next ``rows`` rows of the index of keys.

        The last of them may have more. It is the rows that are limited and not the streams, so
        that a piece is short however long the streams are.

        Args:
            after: begin after the key ``a0`` ….
            times: with what tells the time of each stream's last event (cells up to ``size``).
        """
        name = ("tally", after, times)
        if name not in self._kept:
            found = self._seek(self._events.subquery("e"), after, False).limit(whole("rows"))
            rows = found.subquery("r")
            own = [rows.c[n] for n in self.source.stream_key]
            counted = sa.select(*own, sa.func.count().label("events")).group_by(*own)
            self._kept[name] = self._with_ends(counted) if times else counted.order_by(*own)
        return self._kept[name]

    def _with_ends(self, counted: Statement) -> Statement:
        keys = counted.subquery("k")
        own = [keys.c[n] for n in self.source.stream_key]
        ends = [self._edge(keys, (), n, last=True) for n in self._time_labels]
        return sa.select(*own, keys.c.events, *ends).order_by(*own)

    # -- summaries -----------------------------------------------------------------------

    def summary_labels(self) -> tuple[str, ...]:
        """Names of the columns of :meth:`summaries`, in order."""
        first = tuple(f"first_{n}" for n in self._edge_labels(FIRST))
        last = tuple(f"last_{n}" for n in self._edge_labels(self._last))
        return (*self.source.stream_key, *self.extra(), "events", *first, *last)

    def summaries(self, *, after: bool, reverse: bool = False) -> Statement:
        """One row per stream of the next page; parameters as :meth:`keys`, and ``most``."""
        name = ("summaries", after, reverse)
        if name not in self._kept:
            keys = self.keys(after=after, reverse=reverse).subquery("k")
            found = self._with_summary(keys)
            columns = [keys.c[n] for n in self.order]
            self._kept[name] = found.order_by(*(c.desc() if reverse else c for c in columns))
        return self._kept[name]

    def purposes(self, *, after: bool) -> Statement:
        """As :meth:`keys`, with the few columns that say what each stream is for."""
        name = ("purposes", after)
        if name not in self._kept:
            keys = self.keys(after=after).subquery("k")
            own = [keys.c[n] for n in (*self.source.stream_key, *self.extra())]
            edges = [self._edge(keys, (), label, last=last) for label, last in self._telling()]
            self._kept[name] = sa.select(*own, *edges).order_by(*(keys.c[n] for n in self.order))
        return self._kept[name]

    def _telling(self) -> list[tuple[str, bool]]:
        """Labels at a stream's ends that say what it is for; and whether at its last event."""
        told = [("origin_name", False), ("origin_name", True), ("kind", False)]
        have = self._events.subquery("e").c
        return [(label, last) for label, last in told if label in have]

    def summary_of(self, key: PageKey) -> Statement:
        """The summary of the one stream with the key ``k0`` …."""
        nulls = tuple(v is None for v in key)
        name = ("summary", nulls)
        if name not in self._kept:
            if self.source.streams is not None:
                table = self._require_table()
                chosen = sa.select(*(table.c[n] for n in (*self.source.stream_key, *self.extra())))
                keys = self._statements.of_stream(chosen, table, key).subquery("k")
                self._kept[name] = self._with_summary(keys)
            else:
                self._kept[name] = self._with_summary(None, key)
        return self._kept[name]

    def _with_summary(self, keys: sa.Subquery | None, key: PageKey = ()) -> Statement:
        first = [self._edge(keys, key, n, last=False) for n in self._edge_labels(FIRST)]
        last = [self._edge(keys, key, n, last=True) for n in self._edge_labels(self._last)]
        if keys is None:
            # Not the parameters that are compared: of those, a column of CHAR(n) decides the type.
            own = [untyped(f"own{i}").label(n) for i, n in enumerate(self.source.stream_key)]
            return sa.select(*own, self._bounded_count(keys, key), *first, *last)
        own_columns = [keys.c[n] for n in (*self.source.stream_key, *self.extra())]
        return sa.select(*own_columns, self._bounded_count(keys, key), *first, *last)

    def _edge(
        self, keys: sa.Subquery | None, key: PageKey, label: str, *, last: bool
    ) -> sa.Label[Any]:
        """One column of the first or the last row of a stream."""
        base = self._events.subquery()
        column: Any = base.c[label]
        if label in ("payload", "payload_more", "metadata"):
            size = self._statements.size_of(column)
            column = sa.case((size <= whole("size"), column))
        found = sa.select(column).where(*self._same_stream(base, keys, key))
        names = dict.fromkeys((*self.source.stream_order, *self.source.loose_order))
        order = [base.c[n] for n in names]
        found = found.order_by(*(c.desc() if last else c for c in order)).limit(1)
        name = f"{'last' if last else 'first'}_{label}"
        return self._correlated(found, keys).scalar_subquery().label(name)

    def _bounded_count(self, keys: sa.Subquery | None, key: PageKey) -> sa.Label[int]:
        base = self._events.subquery()
        one: Statement = sa.select(sa.literal_column("1").label("one"))
        one = one.select_from(base).where(*self._same_stream(base, keys, key))
        inner = self._correlated(one.limit(whole("most")), keys).subquery()
        counted = sa.select(sa.func.count()).select_from(inner)
        return counted.scalar_subquery().label("events")

    def _same_stream(
        self, base: sa.FromClause, keys: sa.Subquery | None, key: PageKey
    ) -> list[sa.ColumnElement[bool]]:
        tests: list[sa.ColumnElement[bool]] = []
        for i, label in enumerate(self.source.stream_key):
            if keys is not None:
                tests.append(base.c[label] == keys.c[label])
            else:
                tests.append(self._statements.same_key(base.c[label], i, key[i] is None))
        return tests

    @staticmethod
    def _correlated(found: Statement, keys: sa.Subquery | None) -> Statement:
        return found if keys is None else found.correlate(keys)

    # -- how keys are found --------------------------------------------------------------

    def _require_table(self) -> sa.Subquery:
        if self.source.streams is None:
            raise ValueError("this store keeps no table of streams")
        return self.source.streams.subquery("s")

    def _table_keys(self, after: bool, reverse: bool) -> Statement:
        table = self._require_table()
        columns = [table.c[n] for n in (*self.source.stream_key, *self.extra())]
        found = sa.select(*columns)
        if after:
            found = found.where(beyond(table, self.order, "a", reverse))
        order = [table.c[n] for n in self.order]
        return found.order_by(*(c.desc() if reverse else c for c in order)).limit(whole("limit"))

    def _seek_either(self, after: bool, reverse: bool) -> Statement:
        """The next key of bytes among texts and blobs, which are two ranges of the index."""
        nearest: list[Any] = []
        for wanted, floor in ((sa.cast(untyped("a0"), sa.Text), False), (untyped("a0"), True)):
            column = sa.type_coerce(self._events.subquery().c[self.source.stream_key[0]], _RAW)
            empty = sa.literal_column("x''", _RAW)
            found = sa.select(sa.cast(column, sa.LargeBinary).label("stream_0"))
            found = found.where(column >= empty if floor else column < empty)
            if after:
                found = found.where(column < wanted if reverse else column > wanted)
            ordered = found.order_by(column.desc() if reverse else column).limit(1)
            nearest.append(sa.select(ordered.subquery()))
        both = sa.union_all(*nearest).subquery()
        key = both.c.stream_0
        return sa.select(key).order_by(key.desc() if reverse else key).limit(1)

    def _seek(self, base: sa.FromClause, after: bool, reverse: bool) -> Statement:
        if self._statements.both_classes:
            return self._seek_either(after, reverse)
        columns = [base.c[n] for n in self.source.stream_key]
        found = sa.select(*columns)
        if after:
            found = found.where(beyond(base, self.source.stream_key, "a", reverse))
        else:
            found = found.where(columns[0].is_not(None))
        return found.order_by(*(c.desc() if reverse else c for c in columns)).limit(1)

    def _skipping_keys(self, after: bool, reverse: bool) -> Statement:
        labels = self.source.stream_key
        start = self._seek(self._events.subquery("e"), after, reverse).subquery("start")
        counter: sa.Label[Any] = sa.literal_column("1").label("n")
        skip = sa.select(*(start.c[n] for n in labels), counter).cte("skip", recursive=True)
        more = self._one_further if len(labels) == 1 else self._several_further
        skip = skip.union_all(more(skip, reverse))
        chosen = sa.select(*(skip.c[n] for n in labels))
        return chosen.where(skip.c[labels[0]].is_not(None)).limit(whole("limit"))

    def _one_further(self, skip: sa.CTE, reverse: bool) -> Statement:
        base = self._events.subquery()
        label = self.source.stream_key[0]
        column, here = base.c[label], skip.c[label]
        found = sa.select(column).where(column < here if reverse else column > here)
        found = found.order_by(column.desc() if reverse else column).limit(1).correlate(skip)
        following = found.scalar_subquery().label(label)
        guard = sa.and_(here.is_not(None), skip.c.n < whole("limit"))
        return sa.select(following, skip.c.n + sa.literal_column("1")).where(guard)

    def _several_further(self, skip: sa.CTE, reverse: bool) -> Statement:
        base = self._events.subquery()
        columns = [base.c[n] for n in self.source.stream_key]
        left = sa.tuple_(*columns)
        right = sa.tuple_(*(skip.c[n] for n in self.source.stream_key))
        found = sa.select(*columns).where(left < right if reverse else left > right)
        found = found.order_by(*(c.desc() if reverse else c for c in columns)).limit(1)
        following = found.correlate(skip).lateral("following")
        step = sa.select(
            *(following.c[n] for n in self.source.stream_key), skip.c.n + sa.literal_column("1")
        )
        joined = sa.join(skip, following, sa.true())
        return step.select_from(joined).where(skip.c.n < whole("limit"))
