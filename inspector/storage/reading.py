"""Reading pages of events, counts and histories of one open store.

Every method is one or a few short reads by key; what grows with the store is offered in steps
that the caller repeats and can stop. A page is complete, or the call raises: there is no path
on which an error becomes "no rows".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from inspector.core.errors import StreamUnknown
from inspector.core.events import Count, Event, PageKey, StreamId
from inspector.core.paging import Page
from inspector.core.payloads import EAGER_LIMIT, REPLAY_LIMIT
from inspector.core.texts import tr
from inspector.storage.clocks import with_clocks
from inspector.storage.pushed_columns import Asked
from inspector.storage.statements import (
    Condition,
    Range,
    key_parameters,
    stream_parameters,
    whole,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from inspector.storage.opened import Opened, Rows
    from inspector.storage.pushdown import Pushed
    from inspector.storage.shaping import Shaper

LOOSE_KEPT = 4096
"""Streams of which it is remembered whether they have positions."""

DECIDING = frozenset(
    {
        "type", "id", "correlation_id", "causation_id", "actor", "tenant", "category", "position",
        "global_0", "schema_version", "recorded_at", "valid_at",
    }
)  # fmt: skip
"""Columns by which a database may decide whether an event can pass a filter."""

HISTORY_COLUMNS = ("position", "type", "kind", "recorded_at", "payload", "payload_more")

WHOLE_LIMIT = 1 << 30
"""Bytes of a payload that is read because somebody asked for it."""


@dataclass(frozen=True, slots=True)
class HistoryBlock:
    """Consecutive rows of a stream, cheap to hold.

    Attributes:
        columns: what each row holds: the ordering labels, then some of ``HISTORY_COLUMNS``.
        keys: how many of them are ordering labels.
        rows: raw rows, oldest first.
        after: key of the last row.
    """

    columns: tuple[str, ...]
    rows: Rows
    after: PageKey | None
    keys: int = 1


@dataclass(frozen=True, slots=True)
class Numbered:
    """Where among consecutive rows those are that a database takes for possible.

    Attributes:
        keys: of those rows, each with its number among the rows, from 1.
        last: key of the last row that was looked at; ``None``: there was none.
        looked: rows that were looked at.
        more: there may be rows beyond.
    """

    keys: tuple[tuple[PageKey, int], ...]
    last: PageKey | None
    looked: int
    more: bool


class EventReader:
    """Reads events of one matched store through one connection."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self._source = opened.source
        self._statements = opened.statements
        self._read = opened.connection.read
        self._shaper = opened.shaper
        self._shapers: dict[int, Shaper] = {}
        self._loose: dict[PageKey, bool] = {}
        self._types: dict[bool, Mapping[str, str]] = {}
        self._any_text: bool | None = None

    def order(self, stream: StreamId | None) -> tuple[str, ...]:
        """Labels that order this stream, or the whole store (empty: it has no order)."""
        if stream is None:
            return self._source.order_key
        if self._source.loose_order and self._is_loose(stream):
            return self._source.loose_order
        return self._source.stream_order

    def _is_loose(self, stream: StreamId) -> bool:
        """Whether rows of the stream have no position; looked up once."""
        known = self._loose.get(stream.key)
        if known is None:
            statement = self._statements.loose(stream.key)
            known = bool(self._read(statement, stream_parameters(stream)))
            if len(self._loose) >= LOOSE_KEPT:
                self._loose.clear()
            self._loose[stream.key] = known
        return known

    def page(  # noqa: PLR0913 the parts of a question
        self,
        stream: StreamId | None,
        *,
        after: PageKey | None = None,
        limit: int = 256,
        where: Range | None = None,
        until: PageKey | None = None,
        size: int = EAGER_LIMIT,
        mark_every: int = 0,
        only: Pushed | None = None,
    ) -> Page[Event]:
        """A page of events of one stream, or of the whole store in global order.

        Args:
            stream: the stream, or ``None`` for all.
            after: the key to begin beyond.
            limit: rows at most.
            where: how to read (inclusive, reverse); ``after`` and ``until`` are filled in.
            until: the last key wanted, included.
            size: bytes up to which a payload is read and decoded.
            mark_every: give the key of every row with this distance, too.
            only: leave out rows that cannot pass a filter. Such a page does not tell where a
                clock went back, see :meth:`told_with_clock`.
        """
        order = self._required_order(stream)
        key = None if stream is None else stream.key
        how = _how(after, until, where)
        wanted = None if only is None else self._condition(stream, only)
        statement = self._statements.events(key, order, how, wanted)
        parameters = {"size": size, "limit": limit + 1, **stream_parameters(stream)}
        parameters |= key_parameters("a", after or ()) | key_parameters("u", until or ())
        rows = self._read(statement, parameters)
        more = len(rows) > limit
        rows = rows[:limit]
        if how.reverse:
            rows.reverse()
        page = self._page(stream, order, rows, more, size)
        if mark_every:
            page = replace(
                page, marks=self._marks(stream, order, rows[mark_every - 1 :: mark_every])
            )
        if stream is None or limit == 1 or not page.rows or only is not None:
            return page
        starts = how == Range()
        earlier = None if starts else self._event_before(stream, page.before)
        return replace(page, rows=with_clocks(page.rows, earlier))

    def _event_before(self, stream: StreamId, key: PageKey | None) -> Event | None:
        """The event before a page of its stream, so that pages say the same wherever they begin."""
        found = self.page(stream, after=key, limit=1, where=Range(reverse=True)).rows
        return found[0] if found else None

    def told_with_clock(self, stream: StreamId, event: Event, key: PageKey) -> Event:
        """An event of a stream with a finding where the clock went back before it."""
        return with_clocks((event,), self._event_before(stream, key))[0]

    # -- what the database decides of a filter ------------------------------------------------

    def decides(self, stream: StreamId | None, only: Pushed) -> bool:
        """Whether the columns of this stream, or of the store, tell anything for a filter."""
        return self._condition(stream, only) is not None

    def numbered(  # noqa: PLR0913 the parts of a question
        self,
        stream: StreamId | None,
        only: Pushed,
        *,
        after: PageKey | None = None,
        limit: int = 256,
        where: Range | None = None,
        until: PageKey | None = None,
    ) -> Numbered:
        """Which of the next ``limit`` rows may pass a filter; no payload is read.

        To be asked only where :meth:`decides` says so; arguments as of :meth:`page`.
        """
        order, wanted = self._required_order(stream), self._condition(stream, only)
        if wanted is None:
            raise ValueError("nothing can be decided here")
        how = _how(after, until, where)
        key = None if stream is None else stream.key
        statement = self._statements.numbered(key, order, how, wanted)
        parameters = {"limit": limit, **stream_parameters(stream)}
        parameters |= key_parameters("a", after or ()) | key_parameters("u", until or ())
        rows = self._read(statement, parameters)
        size = len(order)
        keys = tuple((tuple(row[:size]), row[size]) for row in rows if row[size + 1])
        looked = rows[-1][size] if rows else 0
        last = tuple(rows[-1][:size]) if rows else None
        return Numbered(keys, last, looked, more=looked == limit)

    def _condition(self, stream: StreamId | None, only: Pushed) -> Condition | None:
        in_stream = stream is not None
        name = ("condition", id(self), in_stream)
        if name not in only.kept:
            clause = only.clause(self._asked(in_stream=in_stream))
            only.kept[name] = None if clause is None else Condition(clause, only.kept)
        found: Condition | None = only.kept[name]
        return found

    def _asked(self, *, in_stream: bool) -> Asked:
        base = self._statements.base(in_stream=in_stream)
        opened = self._opened
        dialect = opened.connection.dialect
        if dialect == "sqlite":
            return Asked(opened.layout, self._source, base, dialect, {})
        if in_stream not in self._types:
            self._types[in_stream] = self._column_types(base)
        if self._any_text is None:
            encoding = sa.select(sa.func.pg_catalog.getdatabaseencoding())
            self._any_text = self._read(encoding.limit(whole("limit")), {"limit": 1}) == [("UTF8",)]
        types = self._types[in_stream]
        return Asked(opened.layout, self._source, base, dialect, types, self._any_text)

    def _column_types(self, base: sa.FromClause) -> Mapping[str, str]:
        """PostgreSQL's names of the types of the columns; none where there is no row."""
        labels = [c.key for c in base.c if c.key in DECIDING]
        told = (sa.cast(sa.func.pg_catalog.pg_typeof(base.c[n]), sa.Text()) for n in labels)
        rows = self._read(sa.select(*told).limit(whole("limit")), {"limit": 1})
        return dict(zip(labels, rows[0], strict=True)) if rows else {}

    def at(self, stream: StreamId | None, keys: Sequence[PageKey]) -> tuple[Event, ...]:
        """Events with these keys, read again, in the given order."""
        found: list[Event] = []
        for key in keys:
            page = self.page(stream, after=key, limit=1, where=Range(inclusive=True), until=key)
            found.extend(page.rows)
        return tuple(found)

    def with_id(self, text: str, limit: int = 16) -> tuple[Event, ...]:
        """Events with exactly this id; none where events have no column of ids.

        The text is given to the database in the kind in which ids are stored, so that an index
        can be used and a text that cannot be an id is no error.
        """
        labels = self._statements.labels(in_stream=False)
        if "id" not in labels:
            return ()
        sample = self._read(
            self._statements.events(None, (), Range()), {"size": EAGER_LIMIT, "limit": 1}
        )
        wanted = _as_stored(text, sample[0][labels.index("id")]) if sample else None
        if wanted is None:
            return ()
        parameters = {"id0": wanted, "size": EAGER_LIMIT, "limit": limit}
        rows = self._read(self._statements.with_id(), parameters)
        return self._shaper.events(labels, rows)

    def whole(self, event: Event, limit: int = WHOLE_LIMIT) -> Event:
        """An event read again with its payload, however large, up to ``limit`` bytes.

        Beyond :data:`REPLAY_LIMIT` it comes as stored and is not decoded.

        Raises:
            StreamUnknown: the row is no longer there.
        """
        order, stream, key = self._place_of(event)
        where = Range(after=True, inclusive=True, until=True)
        chosen = None if stream is None else stream.key
        statement = self._statements.events(chosen, order, where)
        parameters = {"size": limit, "limit": 2, **stream_parameters(stream)}
        parameters |= key_parameters("a", key) | key_parameters("u", key)
        rows = self._read(statement, parameters)
        labels = self._statements.labels(in_stream=stream is not None)
        found = self._patient(REPLAY_LIMIT).events(labels, rows)
        if not found:
            raise StreamUnknown(
                tr("This event is no longer in the store."), hint=tr("Read the store again.")
            )
        return replace(found[0], position=event.position, stream=event.stream)

    def _place_of(self, event: Event) -> tuple[tuple[str, ...], StreamId | None, PageKey]:
        """By which labels an event is found again."""
        order, key = self._source.order_key, event.ref.key
        if order and len(key) == len(order):
            return order, None, key
        return self._source.stream_order, event.stream, (event.position,)

    def some(self, limit: int) -> tuple[Event, ...]:
        """A few events in no particular order: cheap whatever indexes there are."""
        rows = self._read(
            self._statements.events(None, (), Range()), {"size": EAGER_LIMIT, "limit": limit}
        )
        return self._shaper.events(self._statements.labels(in_stream=False), rows)

    def _patient(self, size: int) -> Shaper:
        """The shaper that decodes cells up to a size; made once."""
        if size not in self._shapers:
            self._shapers[size] = self._shaper.patient(size)
        return self._shapers[size]

    def _page(
        self,
        stream: StreamId | None,
        order: Sequence[str],
        rows: Rows,
        more: bool,
        size: int,
    ) -> Page[Event]:
        labels = self._statements.labels(in_stream=stream is not None)
        shaper = self._shaper if size == EAGER_LIMIT else self._patient(size)
        events = shaper.events(labels, rows)
        places = [labels.index(name) for name in order]
        keys = [tuple(row[i] for i in places) for row in (rows[:1] + rows[-1:])]
        if self._source.counted_positions and stream is not None and rows:
            events = self._counted(stream, events, keys[0])
        before, last = (keys[0], keys[-1]) if keys else (None, None)
        return Page(events, before, last, more)

    def _marks(
        self, stream: StreamId | None, order: Sequence[str], rows: Rows
    ) -> tuple[PageKey, ...]:
        labels = self._statements.labels(in_stream=stream is not None)
        places = [labels.index(name) for name in order]
        return tuple(tuple(row[i] for i in places) for row in rows)

    def _counted(
        self, stream: StreamId, events: tuple[Event, ...], first: PageKey
    ) -> tuple[Event, ...]:
        """Number the events of a stream whose store keeps no positions."""
        before = self.count_before(stream, first)
        return tuple(replace(event, position=before + i) for i, event in enumerate(events, start=1))

    def count_before(self, stream: StreamId, key: PageKey) -> int:
        """How many rows of the stream lie before this key."""
        statement = self._statements.before(stream.key, self.order(stream))
        parameters = stream_parameters(stream) | key_parameters("a", key)
        return int(self._read(statement, parameters)[0][0])

    def _required_order(self, stream: StreamId | None) -> tuple[str, ...]:
        order = self.order(stream)
        if not order:
            raise StreamUnknown(
                "This store keeps no order over all streams.",
                hint="Choose a stream; its events are ordered by their position.",
            )
        return order

    def count(self, stream: StreamId | None, *, at_most: int | None = None) -> Count:
        """Rows of a stream, or of the store; bounded when ``at_most`` is given."""
        key = None if stream is None else stream.key
        statement = self._statements.count(key, bounded=at_most is not None)
        parameters = stream_parameters(stream)
        if at_most is not None:
            parameters["limit"] = at_most
        value = int(self._read(statement, parameters)[0][0])
        return Count(value, exact=at_most is None or value < at_most)

    def step(
        self, stream: StreamId | None, after: PageKey | None, rows: int
    ) -> tuple[PageKey | None, int]:
        """The key that lies ``rows`` rows beyond another, or how many rows are left.

        Returns:
            The key and ``rows``; or ``None`` and the number of rows that were left.
        """
        order = self._required_order(stream)
        key = None if stream is None else stream.key
        parameters = stream_parameters(stream) | key_parameters("a", after or ())
        statement = self._statements.step(key, order, after=after is not None)
        found = self._read(statement, {**parameters, "offset": rows - 1})
        if found:
            return tuple(found[0]), rows
        statement = self._statements.tail(key, order, after=after is not None)
        return None, int(self._read(statement, parameters)[0][0])

    def last_key(self, stream: StreamId | None) -> PageKey | None:
        """The key of the last row; ``None`` when there is none. Reads no payload."""
        order = self._required_order(stream)
        key = None if stream is None else stream.key
        found = self._read(self._statements.last(key, order), stream_parameters(stream))
        return tuple(found[0]) if found else None

    def history(self, stream: StreamId, after: PageKey | None, limit: int) -> HistoryBlock:
        """The next rows of a stream with only what folding needs."""
        order = self.order(stream)
        columns = self._history_columns(order)
        parameters = {"size": REPLAY_LIMIT, "limit": limit, **stream_parameters(stream)}
        if after is None:
            statement = self._statements.history(stream.key, order, columns)
        else:
            statement = self._statements.history_after(stream.key, order, columns)
            parameters |= key_parameters("a", after)
        rows = self._read(statement, parameters)
        last = tuple(rows[-1][: len(order)]) if rows else None
        return HistoryBlock((*columns, "payload_oversize"), rows, last, len(order))

    def _history_columns(self, order: Sequence[str]) -> tuple[str, ...]:
        have = self._statements.labels(in_stream=True)
        chosen = (n for n in ("position", *HISTORY_COLUMNS) if n in have)
        return tuple(dict.fromkeys((*order, *chosen)))


def _how(after: PageKey | None, until: PageKey | None, where: Range | None) -> Range:
    return Range(
        after=after is not None,
        inclusive=bool(where and where.inclusive),
        reverse=bool(where and where.reverse),
        until=until is not None,
    )


def _as_stored(text: str, example: object) -> str | bytes | int | UUID | None:
    """The text as a value of the same kind as an example; ``None`` when it cannot be one."""
    try:
        if isinstance(example, UUID):
            return UUID(text)
        if isinstance(example, bytes):
            return UUID(text).bytes
        if isinstance(example, int):
            number = int(text)
            return number if abs(number) < 1 << 63 else None
    except ValueError:
        return None
    return text if isinstance(example, str) else None
