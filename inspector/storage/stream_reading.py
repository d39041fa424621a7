"""Reading the list of streams, and finding one by the name its library gives it."""

from __future__ import annotations

from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from inspector.core.errors import StreamUnknown
from inspector.core.events import (
    Count,
    PageKey,
    Scalar,
    StreamId,
    StreamKind,
    StreamSummary,
    StreamTally,
)
from inspector.core.paging import Page
from inspector.core.payloads import EAGER_LIMIT
from inspector.storage.last_times import LastTimes
from inspector.storage.shaping import purpose
from inspector.storage.statements import key_parameters
from inspector.storage.stream_statements import StreamStatements

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from inspector.core.instants import Instant
    from inspector.storage.opened import Opened, Rows

LOOSE: PageKey = (None,)
"""The key of the events that belong to no stream; in a list it comes last."""

COUNT_LIMIT = 10_000
"""A stream in a list is counted up to here; beyond it the list says "at least"."""


class StreamReader:
    """Reads streams of one matched store through one connection."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self._source = opened.source
        self._streams = StreamStatements(opened.statements)
        self._read = opened.connection.read
        self._shaper = opened.shaper

    @property
    def key_length(self) -> int:
        """How many values find a stream."""
        return len(self._source.stream_key)

    @property
    def _told_by_first(self) -> bool:
        """Whether only the first event of a stream tells its category or its name."""
        return self._source.places.category is not None or self._streams.named_by_events

    def page(
        self, after: PageKey | None = None, limit: int = 256, *, reverse: bool = False
    ) -> Page[StreamSummary]:
        """A page of streams of every kind, in the order of the store's own index.

        Where events may belong to no stream, these are the last entry of the list.
        """
        if not self._source.loose_key:
            return self._page(after, limit, reverse)
        if after == LOOSE:
            nothing: Page[StreamSummary] = Page((), None, None, False)
            return self._page(None, limit, True) if reverse else nothing
        outside = () if reverse and after is not None else self._outside()
        if not reverse:
            return _with_last(self._page(after, limit, False), outside, limit)
        page = self._page(after, max(limit - len(outside), 1), True)
        if not outside:
            return page
        if limit <= len(outside):
            return Page(outside, LOOSE, LOOSE, bool(page.rows))
        return replace(page, rows=(*page.rows, *outside), before=page.before or LOOSE, after=LOOSE)

    def _outside(self) -> tuple[StreamSummary, ...]:
        """The events that belong to no stream, as one entry; nothing when there are none."""
        rows = self._read(self._streams.one_key((True,)), {})
        return (self._summary(LOOSE),) if rows else ()

    def _page(self, after: PageKey | None, limit: int, reverse: bool) -> Page[StreamSummary]:
        if self._streams.seeks_one_by_one:
            return self._seek_streams(after, limit, reverse)
        statement = self._streams.summaries(after=after is not None, reverse=reverse)
        parameters = {"limit": limit + 1, "most": COUNT_LIMIT, "size": EAGER_LIMIT}
        rows = self._read(statement, parameters | key_parameters("a", after or ()))
        return self._stream_page(rows, limit, reverse)

    def keys(
        self, after: PageKey | None = None, limit: int = 256
    ) -> tuple[list[tuple[StreamId, PageKey]], PageKey | None]:
        """Only the ids of the next streams, with their list keys; and the last list key."""
        if self._told_by_first:
            rows_of = self.page(after, limit).rows if limit else ()
            known = [(s.stream, s.stream.key[-len(self._source.stream_key) :]) for s in rows_of]
            return known, known[-1][1] if known else None
        if after == LOOSE and self._source.loose_key:
            return [], None
        if self._streams.seeks_one_by_one:
            rows: Rows = list(self._next_keys(after, limit, False))
        elif self._streams.told_by_events:
            return self._told_keys(after, limit)
        else:
            statement = self._streams.keys(after=after is not None)
            parameters = {"limit": limit} | key_parameters("a", after or ())
            rows = list(self._read(statement, parameters))
        if self._source.loose_key and len(rows) < limit:
            rows += self._read(self._streams.one_key((True,)), {})
        if self._is_key_alone:
            found = [(self._shaper.stream(row), row) for row in rows]
        else:
            labels = (*self._source.stream_key, *self._streams.extra())
            found = [self._stream_row(dict(zip(labels, row, strict=False))) for row in rows]
        return found, found[-1][1] if found else None

    def _told_keys(
        self, after: PageKey | None, limit: int
    ) -> tuple[list[tuple[StreamId, PageKey]], PageKey | None]:
        """The same where the events at both ends of a stream say what it is for."""
        statement = self._streams.purposes(after=after is not None)
        rows = self._read(statement, {"limit": limit} | key_parameters("a", after or ()))
        labels = (*self._source.stream_key, *self._streams.extra())
        found = []
        for row in rows:
            stream, key = self._stream_row(dict(zip(labels, row, strict=False)))
            if stream.kind is StreamKind.PRIMARY:
                first, last, *kinds = row[len(labels) :]
                stream = replace(stream, kind=purpose(first or last, *kinds))
            found.append((stream, key))
        return found, found[-1][1] if found else None

    @property
    def tallies(self) -> bool:
        """Whether :meth:`tally` can be used."""
        return self._streams.tallies

    def tally(
        self, after: PageKey | None, rows: int, *, times: bool
    ) -> tuple[list[StreamTally], bool]:
        """The next streams, counted by the database in one read of so many rows.

        Returns:
            The streams that lie wholly within those rows, in the order of :meth:`page`, and
            whether the list ended with them. None, when one stream has more rows; then the next
            one has to be read as a summary.
        """
        statement = self._streams.tally(after=after is not None, times=times)
        parameters: dict[str, Any] = {"rows": rows} | key_parameters("a", after or ())
        found = self._read(statement, parameters | ({"size": EAGER_LIMIT} if times else {}))
        own = len(self._source.stream_key)
        ended = sum(row[own] for row in found) < rows
        if not ended:
            found.pop()
        known = list(takewhile(lambda row: None not in row[:own], found))
        if len(known) < len(found):  # how such a key is gone on from, only the list knows
            ended, found = False, known
        moments: list[Instant | None] = [None] * len(found)
        if times:
            moments = LastTimes(self._opened, self._streams.tally_labels()).of(found)
        stream = self._shaper.stream
        return [
            StreamTally(stream(tuple(row[:own])), Count(row[own]), moment)
            for row, moment in zip(found, moments, strict=True)
        ], ended

    @property
    def _is_key_alone(self) -> bool:
        """Whether a row of the list is the stream's key and nothing else: a search for a part of
        an id looks at millions of them."""
        return not self._streams.extra() and self._streams.order == self._source.stream_key

    def _stream_row(self, row: dict[str, Any]) -> tuple[StreamId, PageKey]:
        key = tuple(row[n] for n in self._source.stream_key)
        stream = self._shaper.stream(key, row.get("stream_name"), row.get("category"))
        if row.get("kind") is not None:
            stream = replace(stream, kind=StreamKind(row["kind"]))
        return stream, tuple(row[n] for n in self._streams.order)

    def summary(self, stream: StreamId) -> StreamSummary:
        """One stream as the list shows it.

        Raises:
            StreamUnknown: the stream is no longer there.
        """
        return self._summary(stream.key, stream.name)

    def _summary(self, key: PageKey, name: str | None = None) -> StreamSummary:
        statement = self._streams.summary_of(key)
        parameters = {"most": COUNT_LIMIT, "size": EAGER_LIMIT, **key_parameters("k", key)}
        parameters |= key_parameters("own", key)
        rows = self._read(statement, parameters)
        if not rows:
            name = self._shaper.stream(key).name if name is None else name
            raise StreamUnknown(f"There is no stream {name!r} any more.")
        return self._shaper.summary(self._summary_labels(rows[0]), rows[0], COUNT_LIMIT)

    def find(self, name: str, category: str | None = None) -> tuple[StreamId, ...]:
        """Streams that the library's API would call by this name; several if ambiguous."""
        found: list[StreamId] = []
        for key in self._opened.possible_keys(name, category):
            found.extend(self.found_keys(name, tuple(key)))
        if self._source.places.category is not None:  # no key could say it
            found = [stream for stream in found if category in (None, stream.category)]
        return tuple(dict.fromkeys(found))

    def found_keys(self, name: str, key: PageKey) -> list[StreamId]:
        """As :meth:`find_keys`, with what only the events of a stream tell about it."""
        found = self.find_keys(name, key)
        if not self._told_by_first:
            return found
        own = len(self._source.stream_key)
        return [self._summary(stream.key[-own:]).stream for stream in found]

    def find_keys(self, name: str, key: PageKey) -> list[StreamId]:
        """Streams with this key, or of this name where the store keeps names in a table."""
        if not self._streams.has_table:
            return list(self._existing(key))
        if "stream_name" in self._streams.extra():
            return self._named(["stream_name"], (name,))
        return self._named(list(self._source.stream_key), key)

    def _named(self, labels: Sequence[str], key: Sequence[Scalar]) -> list[StreamId]:
        wanted = [(n, v) for n, v in zip(labels, key, strict=True) if v is not ...]
        statement = self._streams.named([n for n, _ in wanted])
        parameters = {f"n{i}": value for i, (_, value) in enumerate(wanted)}
        names = (*self._source.stream_key, *self._streams.extra())
        rows = self._read(statement, parameters)
        return [self._stream_row(dict(zip(names, row, strict=True)))[0] for row in rows]

    def _existing(self, key: tuple[Scalar, ...]) -> Iterator[StreamId]:
        """Streams with this key; open parts are filled in by skipping through the index."""
        for full in self._filled(key):
            statement = self._streams.one_key(tuple(v is None for v in full))
            rows = self._read(statement, key_parameters("k", full))
            if rows:
                stream = self._shaper.stream(tuple(rows[0]))
                told = self._streams.told_by_events
                yield self.summary(stream).stream if told else stream

    def _filled(self, key: tuple[Scalar, ...]) -> Iterator[tuple[Scalar, ...]]:
        if ... not in key:
            yield key
            return
        index = key.index(...)
        fixed = [i for i, value in enumerate(key) if value is not ... and i < index]
        parameters = {f"k{i}": key[i] for i in fixed}
        rows = self._read(self._streams.values_of(index, fixed, after=False), parameters)
        while rows:
            value = rows[0][0]
            yield from self._filled((*key[:index], value, *key[index + 1 :]))
            statement = self._streams.values_of(index, fixed, after=True)
            rows = self._read(statement, {**parameters, "v": value})

    def _summary_labels(self, row: Sequence[Any]) -> tuple[str, ...]:
        labels = self._streams.summary_labels()
        if len(labels) == len(row):
            return labels
        extra = set(self._streams.extra())
        return tuple(n for n in labels if n not in extra)

    def _stream_page(self, rows: Rows, limit: int, reverse: bool) -> Page[StreamSummary]:
        more = len(rows) > limit
        rows = rows[:limit]
        if reverse:
            rows.reverse()
        labels = self._streams.summary_labels()
        found = tuple(self._shaper.summary(labels, row, COUNT_LIMIT) for row in rows)
        places = [labels.index(n) for n in self._streams.order]
        keys = [tuple(row[i] for i in places) for row in (rows[:1] + rows[-1:])]
        before, last = (keys[0], keys[-1]) if keys else (None, None)
        return Page(found, before, last, more)

    def _seek_streams(
        self, after: PageKey | None, limit: int, reverse: bool
    ) -> Page[StreamSummary]:
        keys = self._next_keys(after, limit + 1, reverse)
        more = len(keys) > limit
        keys = keys[:limit]
        if reverse:
            keys.reverse()
        found = tuple(self._summary(key) for key in keys)
        return Page(found, keys[0] if keys else None, keys[-1] if keys else None, more)

    def _next_keys(self, after: PageKey | None, limit: int, reverse: bool) -> list[PageKey]:
        keys: list[PageKey] = []
        while len(keys) < limit:
            statement = self._streams.next_key(after=after is not None, reverse=reverse)
            rows = self._read(statement, key_parameters("a", after or ()))
            if not rows:
                break
            after = tuple(rows[0])
            keys.append(after)
        return keys


def _with_last(
    page: Page[StreamSummary], outside: tuple[StreamSummary, ...], limit: int
) -> Page[StreamSummary]:
    """A page, with the last entry of the list where the page ends it and has room."""
    if page.more or not outside:
        return page
    if len(page.rows) >= limit:
        return replace(page, more=True)
    return replace(page, rows=(*page.rows, *outside), before=page.before or LOOSE, after=LOOSE)
