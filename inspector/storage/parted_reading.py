"""Reading a store whose events are in several tables: one table per stream, or per kind.

A stream is in one part, and is read there. The whole store is read in the order of all parts
when there is one, else one part after the other; so however many tables there are, a page
costs what the tables it shows cost. Keys begin with the name of the part.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from inspector.core.events import Count, Event, EventRef, PageKey, StreamId, StreamSummary
from inspector.core.paging import Page
from inspector.core.payloads import EAGER_LIMIT
from inspector.storage.reading import WHOLE_LIMIT, EventReader, HistoryBlock, Numbered
from inspector.storage.statements import Range
from inspector.storage.stream_reading import StreamReader

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from inspector.layouts._api import Parts
    from inspector.storage.opened import Opened
    from inspector.storage.pushdown import Pushed

PARTS_TRIED = 32
"""So many tables are looked into for a few sample events."""

Place = tuple[str, PageKey | None]
"""A part, and the key within it to begin beyond."""


class PartReaders:
    """Readers of the parts, made when they are first needed."""

    def __init__(self, opened: Opened, parts: Parts) -> None:
        self.parts = parts
        self._opened = opened
        self._described: dict[str, Opened] = {}
        self._events: dict[str, EventReader] = {}
        self._streams: dict[str, StreamReader] = {}

    def events(self, name: str) -> EventReader:
        """The reader of a part's events."""
        if name not in self._events:
            self._open(name)
        return self._events[name]

    def streams(self, name: str) -> StreamReader:
        """The reader of a part's streams."""
        if name not in self._streams:
            self._open(name)
        return self._streams[name]

    def opened(self, name: str) -> Opened:
        """What the readers of a part share."""
        if name not in self._described:
            self._open(name)
        return self._described[name]

    def _open(self, name: str) -> None:
        opened = self._opened.part(name, self.parts.describe(name))
        self._described[name] = opened
        self._events[name] = EventReader(opened)
        self._streams[name] = StreamReader(opened)

    def walk(self, after: PageKey | None, *, reverse: bool = False) -> Iterator[Place]:
        """The parts from a key on, each with the key to begin beyond in it."""
        names = self.parts.names[::-1] if reverse else self.parts.names
        start = 0
        if after is not None:
            place = self.parts.places.get(str(after[0]), 0)
            start = len(names) - 1 - place if reverse else place
            yield names[start], tuple(after[1:])
            start += 1
        for name in names[start:]:
            yield name, None


def within(stream: StreamId) -> tuple[str, StreamId]:
    """The part of a stream, and the stream as the part knows it."""
    return str(stream.key[0]), replace(stream, key=stream.key[1:])


class PartedEventReader(EventReader):
    """Events of a store of several tables."""

    def __init__(self, opened: Opened, readers: PartReaders) -> None:
        super().__init__(opened)
        self._readers = readers
        self._merged = readers.parts.merged

    def order(self, stream: StreamId | None) -> tuple[str, ...]:
        """Labels that order this stream within its part, or the whole store."""
        if stream is None:
            return super().order(None)
        name, inner = within(stream)
        return self._readers.events(name).order(inner)

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
        """As :meth:`EventReader.page`; the whole store part by part, or in its own order."""
        if stream is not None:
            name, inner = within(stream)
            reader = self._readers.events(name)
            return reader.page(
                inner, after=after, limit=limit, where=where, until=until, size=size,
                mark_every=mark_every, only=only,
            )  # fmt: skip
        if self._merged:
            return super().page(
                None, after=after, limit=limit, where=where, until=until, size=size,
                mark_every=mark_every, only=only,
            )  # fmt: skip
        page = self._page_by_parts(after, limit, where or Range(), until, size)
        if not mark_every:
            return page
        marks = tuple(row.ref.key for row in page.rows[mark_every - 1 :: mark_every])
        return replace(page, marks=marks)

    def decides(self, stream: StreamId | None, only: Pushed) -> bool:
        """As :meth:`EventReader.decides`; tables that are read in turn are read whole."""
        if stream is None:
            return self._merged and super().decides(None, only)
        name, inner = within(stream)
        return self._readers.events(name).decides(inner, only)

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
        """As :meth:`EventReader.numbered`, within the stream's part or the merged store."""
        if stream is None:
            return super().numbered(None, only, after=after, limit=limit, where=where, until=until)
        name, inner = within(stream)
        return self._readers.events(name).numbered(
            inner, only, after=after, limit=limit, where=where, until=until
        )

    def told_with_clock(self, stream: StreamId, event: Event, key: PageKey) -> Event:
        """As :meth:`EventReader.told_with_clock`."""
        name, inner = within(stream)
        return self._readers.events(name).told_with_clock(inner, event, key)

    def whole(self, event: Event, limit: int = WHOLE_LIMIT) -> Event:
        """As :meth:`EventReader.whole`, in the part that the event's stream is in."""
        name, inner = within(event.stream)
        key = event.ref.key
        ref = EventRef(key[1:] if key[:1] == (name,) else key)
        found = self._readers.events(name).whole(replace(event, stream=inner, ref=ref), limit)
        place = event.global_position
        return replace(found, stream=event.stream, ref=event.ref, global_position=place)

    def _page_by_parts(
        self, after: PageKey | None, limit: int, where: Range, until: PageKey | None, size: int
    ) -> Page[Event]:
        rows: list[Event] = []
        places = self._readers.parts.places
        for name, key in self._readers.walk(after, reverse=where.reverse):
            bound = None
            if until is not None:
                end, here = places.get(str(until[0]), len(places)), places[name]
                if here < end if where.reverse else here > end:
                    break
                bound = tuple(until[1:]) if name == until[0] else None
            how = replace(where, inclusive=where.inclusive and key is not None)
            wanted = limit + 1 - len(rows)
            page = self._readers.events(name).page(
                None, after=key, limit=wanted, where=how, until=bound, size=size
            )
            rows += page.rows[::-1] if where.reverse else page.rows
            if len(rows) > limit:
                break
        more = len(rows) > limit
        rows = [replace(row, global_position=None) for row in rows[:limit]]
        if where.reverse:
            rows.reverse()
        before, last = (rows[0].ref.key, rows[-1].ref.key) if rows else (None, None)
        return Page(tuple(rows), before, last, more)

    def with_id(self, text: str, limit: int = 16) -> tuple[Event, ...]:
        """Events with exactly this id, in whichever part they are."""
        if self._merged:
            return super().with_id(text, limit)
        found: list[Event] = []
        for name in self._readers.parts.names:
            found += self._readers.events(name).with_id(text, limit - len(found))
            if len(found) >= limit:
                break
        return tuple(found)

    def some(self, limit: int) -> tuple[Event, ...]:
        """A few events of the first parts that have any."""
        if self._readers.parts.shared:
            return super().some(limit)
        rows: list[Event] = []
        for name in self._readers.parts.names[:PARTS_TRIED]:
            rows += self._readers.events(name).some(limit - len(rows))
            if len(rows) >= limit:
                break
        return tuple(rows)

    def count_before(self, stream: StreamId, key: PageKey) -> int:
        """How many rows of the stream lie before this key."""
        name, inner = within(stream)
        return self._readers.events(name).count_before(inner, key)

    def count(self, stream: StreamId | None, *, at_most: int | None = None) -> Count:
        """Rows of a stream, or of all parts together."""
        if stream is not None:
            name, inner = within(stream)
            return self._readers.events(name).count(inner, at_most=at_most)
        if self._readers.parts.shared:
            return super().count(None, at_most=at_most)
        total = 0
        for name in self._readers.parts.names:
            left = None if at_most is None else at_most - total
            total += self._readers.events(name).count(None, at_most=left).value
            if at_most is not None and total >= at_most:
                return Count(total, exact=False)
        return Count(total)

    def step(
        self, stream: StreamId | None, after: PageKey | None, rows: int
    ) -> tuple[PageKey | None, int]:
        """As :meth:`EventReader.step`, over the ends of the parts."""
        if stream is not None:
            name, inner = within(stream)
            return self._readers.events(name).step(inner, after, rows)
        if self._merged:
            return super().step(None, after, rows)
        passed = 0
        for name, key in self._readers.walk(after):
            found, counted = self._readers.events(name).step(None, key, rows - passed)
            if found is not None:
                return (name, *found), rows
            passed += counted
        return None, passed

    def history(self, stream: StreamId, after: PageKey | None, limit: int) -> HistoryBlock:
        """The next rows of a stream, from its part."""
        name, inner = within(stream)
        return self._readers.events(name).history(inner, after, limit)


class PartedStreamReader(StreamReader):
    """Streams of a store of several tables: those of the first part come first."""

    def __init__(self, opened: Opened, readers: PartReaders) -> None:
        super().__init__(opened)
        self._readers = readers

    def page(
        self, after: PageKey | None = None, limit: int = 256, *, reverse: bool = False
    ) -> Page[StreamSummary]:
        """A page of streams, part after part."""
        rows: list[StreamSummary] = []
        for name, key in self._readers.walk(after, reverse=reverse):
            reader = self._readers.streams(name)
            page = reader.page(key, limit + 1 - len(rows), reverse=reverse)
            rows += page.rows[::-1] if reverse else page.rows
            if len(rows) > limit:
                break
        more = len(rows) > limit
        rows = rows[:limit]
        if reverse:
            rows.reverse()
        before, last = (rows[0].stream.key, rows[-1].stream.key) if rows else (None, None)
        return Page(tuple(rows), before, last, more)

    def keys(
        self, after: PageKey | None = None, limit: int = 256
    ) -> tuple[list[tuple[StreamId, PageKey]], PageKey | None]:
        """Only the ids of the next streams, part after part."""
        found: list[tuple[StreamId, PageKey]] = []
        for name, key in self._readers.walk(after):
            rows, _ = self._readers.streams(name).keys(key, limit - len(found))
            found += [(stream, (name, *own)) for stream, own in rows]
            if len(found) >= limit:
                break
        return found, found[-1][1] if found else None

    def summary(self, stream: StreamId) -> StreamSummary:
        """One stream as the list shows it; errors as :meth:`StreamReader.summary`."""
        name, inner = within(stream)
        return self._readers.streams(name).summary(inner)

    def find(self, name: str, category: str | None = None) -> tuple[StreamId, ...]:
        """Streams of this name, in the parts that may hold it."""
        found: list[StreamId] = []
        for key in self._opened.possible_keys(name, category):
            for part in self._holding(name, key[0]):
                reader = self._readers.streams(part)
                if len(key) - 1 == reader.key_length:
                    streams = reader.found_keys(name, tuple(key[1:]))
                    found += (s for s in streams if s.name == name)
        found = [s for s in found if category in (None, s.category)]
        return tuple(dict.fromkeys(found))

    def _holding(self, name: str, part: Any) -> Sequence[str]:
        if part is not ...:
            return (part,) if part in self._readers.parts.places else ()
        if self._readers.parts.holding is None:
            return self._readers.parts.names
        rows = self._opened.connection.read(self._readers.parts.holding(name), {})
        return [row[0] for row in rows if row[0] in self._readers.parts.places]
