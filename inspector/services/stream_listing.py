"""Listing and searching streams in steps, for both front ends.

A list of one kind of streams is read page by page. A search by any part of the id looks at the
ids alone, a block at a time, and reads the summaries of what it found; it can be stopped between
two blocks, and says how many streams it looked at.

The list that is looked at counts a stream's events only up to a bound. :func:`complete` counts
the rest, in short reads, for who needs exact figures.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from inspector.core.texts import tr
from inspector.services.page_map import PageMap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from inspector.core.events import PageKey, StreamId, StreamKind, StreamSummary, StreamTally
    from inspector.services.tasks import Work
    from inspector.storage.store_reader import StoreReader

BLOCK = 1024
"""Ids looked at between two chances to stop."""

PAGE = 256
"""Streams of one read, when all are wanted."""

MANY = 16
"""More hits in a block than a sixteenth of it: one read of the block costs less than theirs."""


class Sort(enum.StrEnum):
    """How a list of streams is ordered."""

    ID = "id"
    EVENTS = "events"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class StreamQuery:
    """Which streams are wanted.

    Attributes:
        text: any part of the id, whatever its case; empty for all.
        category: this category only.
        kind: this kind only; ``None`` for all.
    """

    text: str = ""
    category: str | None = None
    kind: StreamKind | None = None

    @property
    def is_search(self) -> bool:
        """Whether ids have to be looked at one by one."""
        return bool(self.text) or self.category is not None

    def wants(self, stream: StreamId) -> bool:
        """Whether this stream is one of them."""
        if self.kind is not None and stream.kind is not self.kind:
            return False
        if self.category is not None and stream.category != self.category:
            return False
        return not self.text or self.text.casefold() in stream.name.casefold()


@dataclass(frozen=True, slots=True)
class StreamPage:
    """Some of the wanted streams.

    Attributes:
        rows: what was found, in the store's order.
        after: where to go on; ``None`` when the list was read to its end.
        looked_at: streams that were looked at for this page.
    """

    rows: tuple[StreamSummary, ...]
    after: PageKey | None
    looked_at: int


def next_streams(  # noqa: PLR0913 - what, from where, how much, and how long
    reader: StoreReader,
    query: StreamQuery,
    after: PageKey | None,
    limit: int,
    work: Work,
    *,
    most: int | None = None,
) -> StreamPage:
    """The next wanted streams; at least one, unless the list or ``most`` ends before.

    Args:
        most: look at about so many streams, even if none of them is wanted.
    """
    if query.is_search:
        return _search(reader, query, (after, limit, most), work)
    rows: list[StreamSummary] = []
    looked = 0
    while len(rows) < limit:
        work.check()
        page = reader.streams.page(after, limit)
        looked += len(page.rows)
        work.report(looked, None, tr("streams"))
        rows.extend(r for r in page.rows if query.wants(r.stream))
        after = page.after if page.more else None
        if after is None or (most is not None and looked >= most):
            break
    return StreamPage(tuple(rows), after, looked)


def _search(
    reader: StoreReader,
    query: StreamQuery,
    part: tuple[PageKey | None, int, int | None],
    work: Work,
) -> StreamPage:
    """The next hits: beyond which key, how many at most, and how many streams to look at."""
    after, limit, most = part
    rows: list[StreamSummary] = []
    looked = 0
    while len(rows) < limit and (most is None or looked < most):
        work.check()
        found, last = reader.streams.keys(after, BLOCK)
        looked += len(found)
        work.report(looked, None, tr("streams"))
        hits = [(stream, key) for stream, key in found if query.wants(stream)]
        taken = hits[: limit - len(rows)]
        rows.extend(_summaries(reader, query, (after, len(found)), [s for s, _ in taken]))
        after = last
        if len(taken) < len(hits) or (len(rows) == limit and taken[-1][1] != last):
            return StreamPage(tuple(rows), taken[-1][1], looked)
        if len(found) < BLOCK:
            return StreamPage(tuple(rows), None, looked)
    return StreamPage(tuple(rows), after, looked)


def _summaries(
    reader: StoreReader,
    query: StreamQuery,
    block: tuple[PageKey | None, int],
    wanted: list[StreamId],
) -> list[StreamSummary]:
    """Summaries of the first wanted streams of one block (where it begins, and its size)."""
    after, size = block
    if len(wanted) * MANY < size:
        return [reader.streams.summary(stream) for stream in wanted]
    page = reader.streams.page(after, size)
    chosen = [row for row in page.rows if query.wants(row.stream)]
    return chosen[: len(wanted)]


def every_stream(reader: StoreReader, query: StreamQuery, work: Work) -> Iterator[StreamSummary]:
    """All wanted streams in the store's order, with exact counts; each as soon as it is found."""
    blocks = _hits(reader, query, work) if query.is_search else _pages(reader, work)
    for rows in blocks:
        for row in rows:
            if query.wants(row.stream):
                yield complete(reader, row, work)


def _pages(reader: StoreReader, work: Work) -> Iterator[Sequence[StreamSummary]]:
    after: PageKey | None = None
    looked = 0
    while True:
        work.check()
        page = reader.streams.page(after, PAGE)
        looked += len(page.rows)
        work.report(looked, None, tr("streams"))
        yield page.rows
        after = page.after
        if not page.more:
            return


def _hits(reader: StoreReader, query: StreamQuery, work: Work) -> Iterator[Sequence[StreamSummary]]:
    for wanted, block in wanted_keys(reader, query, work):
        if wanted:
            yield _summaries(reader, query, block, wanted)


def wanted_keys(
    reader: StoreReader, query: StreamQuery, work: Work
) -> Iterator[tuple[list[StreamId], tuple[PageKey | None, int]]]:
    """The wanted streams of each block of ids; where the block begins, and its size."""
    after: PageKey | None = None
    looked = 0
    while True:
        work.check()
        found, last = reader.streams.keys(after, BLOCK)
        looked += len(found)
        work.report(looked, None, tr("streams"))
        yield [stream for stream, _ in found if query.wants(stream)], (after, len(found))
        if len(found) < BLOCK:
            return
        after = last


def complete(reader: StoreReader, summary: StreamSummary, work: Work) -> StreamSummary:
    """The stream with all its events counted, in reads that can be stopped between."""
    if summary.events.exact:
        return summary
    count = PageMap(summary.stream).learn_all(reader.events, work)
    last = count.value if reader.source.counted_positions else summary.last_position
    return replace(summary, events=count, last_position=last)


def rank(row: StreamSummary | StreamTally, sort: Sort) -> tuple[int, str, str]:
    """The place of a stream in an order: smaller comes first.

    Equal streams are ordered by id, so that the order is always the same.
    """
    name, category = row.stream.name, row.stream.category or ""
    if sort is Sort.EVENTS:
        return (-row.events.value, name, category)
    if sort is Sort.LAST:
        moment = None if row.last_time is None else row.last_time.nanoseconds
        # A stream without a readable time comes last, whatever the years of the others.
        return (1 << 80 if moment is None else -moment, name, category)
    return (0, name, category)
