"""Reading a range of events from either end, page by page.

A range is said in the store's own counting: versions inside a stream, positions in the whole
store. Where those are the key that orders the rows, the range is a search in the index; where
the store counts in another way, rows are stepped over or compared one by one, and it can be
stopped between two pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inspector.core.errors import InputInvalid, StreamUnknown
from inspector.core.texts import tr
from inspector.storage.statements import Range

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inspector.core.events import Event, PageKey, StreamId
    from inspector.services.tasks import Work
    from inspector.storage.store_reader import StoreReader

PAGE = 256

PAGE_WITHOUT_INDEX = 4096
"""Without an index every page is a pass over all rows; fewer pages are fewer passes."""

Bound = int | str


@dataclass(frozen=True, slots=True)
class EventQuery:
    """Which events, and in which direction.

    Attributes:
        stream: the stream, or ``None`` for the whole store in global order.
        first, last: smallest and largest version (or global position), both included.
        reverse: newest first.
        limit: so many events at most.
    """

    stream: StreamId | None = None
    first: Bound | None = None
    last: Bound | None = None
    reverse: bool = False
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Walk:
    """Where reading begins and ends, as keys; ``None`` leaves an end open."""

    start: PageKey | None
    inclusive: bool
    until: PageKey | None


def read_events(reader: StoreReader, query: EventQuery, work: Work) -> Iterator[tuple[Event, ...]]:
    """Pages of the wanted events, in reading order.

    Raises:
        StreamUnknown: the whole store is wanted, and it keeps no order over all streams.
        InputInvalid: a bound is no number where the store counts in numbers.
    """
    require_order(reader, query)
    walk = walk_of(reader, query)
    if walk is None:
        return
    left = query.limit
    looked = 0
    for page in _pages(reader, query, walk, work):
        looked += len(page)
        wanted = tuple(e for e in page if is_inside(e, query))
        if left is not None:
            wanted = wanted[:left]
            left -= len(wanted)
        work.report(looked, None, tr("events"))
        yield wanted
        if left == 0 or is_past(page[-1], query):
            return


def require_order(reader: StoreReader, query: EventQuery) -> None:
    """Make sure that the events can be read in an order, and a range be told in it.

    Raises:
        StreamUnknown: the whole store is wanted, and it keeps no order over all streams.
        InputInvalid: a range of the whole store is wanted that counts each table apart.
    """
    if query.stream is not None:
        return
    if not reader.source.order_key:
        raise StreamUnknown(
            tr("This store keeps no order over all streams."),
            hint=tr("Name a stream; its events are ordered by their version."),
        )
    bounded = query.first is not None or query.last is not None
    if bounded and not reader.source.ordered:
        raise InputInvalid(
            tr("This store counts the events of each table apart: a range needs a stream."),
            hint=tr("Name a stream; its events are ordered by their version."),
        )


def _pages(
    reader: StoreReader, query: EventQuery, walk: Walk, work: Work
) -> Iterator[tuple[Event, ...]]:
    after, inclusive = walk.start, walk.inclusive
    size = PAGE if query.stream is not None or reader.source.order_indexed else PAGE_WITHOUT_INDEX
    if query.limit is not None and not compares(reader, query):
        size = min(size, max(query.limit, 1))
    while True:
        work.check()
        where = Range(inclusive=inclusive, reverse=query.reverse)
        page = reader.events.page(
            query.stream, after=after, limit=size, where=where, until=walk.until
        )
        if page.rows:
            yield page.rows[::-1] if query.reverse else page.rows
        if not page.more:
            return
        after, inclusive = (page.before if query.reverse else page.after), False


def walk_of(reader: StoreReader, query: EventQuery) -> Walk | None:
    """The range as keys; ``None`` when it is known to be empty."""
    if query.stream is not None and reader.source.counted_positions:
        return _counted_walk(reader, query.stream, query)
    if compares(reader, query):
        return Walk(None, False, None)
    first, last = (_key(reader, query, bound) for bound in (query.first, query.last))
    if query.reverse:
        return Walk(last, True, None)
    return Walk(first, True, last)


def _counted_walk(reader: StoreReader, stream: StreamId, query: EventQuery) -> Walk | None:
    """Versions are counted from 1 in the order of the rows: the key is found by counting."""
    first = max(_number(query.first, 1), 1)
    last = None if query.last is None else _number(query.last, 1)
    if last is not None and last < first:
        return None
    if query.reverse:
        start = None if last is None else reader.events.step(stream, None, last)[0]
        return Walk(start, True, None)
    if first == 1:
        return Walk(None, False, None)
    start, _rows = reader.events.step(stream, None, first - 1)
    return None if start is None else Walk(start, False, None)


def compares(reader: StoreReader, query: EventQuery) -> bool:
    """Whether rows have to be compared one by one: the order is not that of the number alone."""
    if query.stream is None:
        return len(reader.source.order_key) > 1
    return reader.events.order(query.stream) != ("position",)


def _key(reader: StoreReader, query: EventQuery, bound: Bound | None) -> PageKey | None:
    """A bound as the key of a row, of the kind that the database compares with."""
    if bound is None:
        return None
    if query.stream is not None:
        return (_number(bound, 0),)
    known = reader.events.page(None, limit=1).rows
    if known and not isinstance(known[0].global_position, int):
        return (str(bound),)
    return (_number(bound, 0),)


def _number(bound: Bound | None, default: int) -> int:
    if bound is None:
        return default
    try:
        number = int(bound)
    except ValueError as error:
        raise InputInvalid(
            tr("“{text}” is not a whole number.", text=bound),
            hint=tr("Positions in this store are numbers."),
        ) from error
    if abs(number) >= 1 << 63:
        raise InputInvalid(tr("{n} is larger than any position can be.", n=number))
    return number


def _place(event: Event, query: EventQuery) -> Bound | None:
    return event.global_position if query.stream is None else event.position


def is_inside(event: Event, query: EventQuery) -> bool:
    """Whether an event is in the range; one without a place only is where there is no range."""
    place = _place(event, query)
    if query.first is None and query.last is None:
        return True
    if place is None:
        return False
    if isinstance(place, int):
        low = query.first is None or place >= _number(query.first, 0)
        return low and (query.last is None or place <= _number(query.last, 0))
    low = query.first is None or place >= str(query.first)
    return low and (query.last is None or place <= str(query.last))


def is_past(event: Event, query: EventQuery) -> bool:
    """Whether the end of the range was passed, so that nothing more can follow."""
    place = _place(event, query)
    if query.stream is None or not isinstance(place, int):
        return False
    if query.reverse:
        return query.first is not None and place < _number(query.first, 0)
    return query.last is not None and place > _number(query.last, 0)
