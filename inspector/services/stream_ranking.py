"""Ordering streams by what no index knows: a pass over all of them, in pieces.

Of two million streams only the foremost are kept; a list that is looked at needs no more, and
the pass says how many it has seen.

Where one index has the keys of all streams in order, the database counts them, many in one short
read, and only those that may be among the foremost are read as the list shows them. Elsewhere
each stream is read.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

from inspector.core.texts import tr
from inspector.services.long_scans import run_to_end
from inspector.services.stream_listing import (
    MANY,
    PAGE,
    Sort,
    complete,
    every_stream,
    next_streams,
    rank,
    wanted_keys,
)
from inspector.services.tasks import Work

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from inspector.core.events import PageKey, StreamId, StreamSummary, StreamTally
    from inspector.services.stream_listing import StreamQuery
    from inspector.storage.store_reader import StoreReader

KEPT = 10_000
"""Streams that a ranking keeps."""

LOOKED_AT_ONCE = 4096
"""Ids of one piece of the pass."""

FEWEST_ROWS, MOST_ROWS = 1024, 65_536
"""Rows of the index that are counted in one read: more where streams are long."""


class StreamRanking:
    """The foremost of the wanted streams.

    Args:
        in_bulk: let the database count where it can; without, each stream is read everywhere.

    Attributes:
        done: streams looked at so far; ``total`` is not known before the end.
        found: how many of them were wanted.
    """

    def __init__(
        self, query: StreamQuery, sort: Sort, kept: int = KEPT, *, in_bulk: bool = True
    ) -> None:
        self.done = self.found = 0
        self.total: int | None = None
        self._query, self._sort, self._kept = query, sort, kept
        self._in_bulk = in_bulk
        self._rows: list[StreamSummary] = []
        self._after: PageKey | None = None
        self._ordered = True
        self._bar: tuple[int, str, str] | None = None
        self._at_once = FEWEST_ROWS
        self._times = sort is Sort.LAST and not query.is_search

    @property
    def cut(self) -> bool:
        """Whether more streams were wanted than are kept."""
        return self.found > self._kept

    def rows(self) -> tuple[StreamSummary, ...]:
        """The foremost streams so far, in their order."""
        self._order()
        return tuple(self._rows)

    def _order(self) -> None:
        if not self._ordered:
            self._rows.sort(key=lambda row: rank(row, self._sort))
            del self._rows[self._kept :]
            self._ordered = True
        if self._rows and len(self._rows) == self._kept:
            self._bar = rank(self._rows[-1], self._sort)

    def advance(self, reader: StoreReader, work: Work) -> bool:
        """Look at the next streams."""
        work.check()
        if not (self._in_bulk and reader.streams.tallies):
            return self._look(reader, work, PAGE, LOOKED_AT_ONCE)
        counted, ended = self._counted(reader)
        if not counted:  # a very long stream is next, or what belongs to no stream, or nothing
            more = self._look(reader, Work(work.token), 1, 1)
        else:
            self._choose(reader, counted, work)
            more = not ended or reader.source.loose_key
        work.report(self.done, None, tr("streams"))
        return more

    # -- each stream ----------------------------------------------------------------------

    def _look(self, reader: StoreReader, work: Work, limit: int, most: int) -> bool:
        page = next_streams(reader, self._query, self._after, limit, work, most=most)
        found = [self._exact(reader, row, work) for row in page.rows]
        self._take(found, page.looked_at, len(page.rows), page.after)
        return page.after is not None

    def _exact(self, reader: StoreReader, row: StreamSummary, work: Work) -> StreamSummary:
        return complete(reader, row, work) if self._sort is Sort.EVENTS else row

    def _take(
        self, rows: Sequence[StreamSummary], looked_at: int, found: int, after: PageKey | None
    ) -> None:
        self._rows += rows
        self._ordered = self._ordered and not rows
        self.done += looked_at
        self.found += found
        self._after = after
        held = len(self._rows)
        if after is None or held > 2 * self._kept or (self._bar is None and held >= self._kept):
            self._order()  # here, where nobody waits, and not where the rows are shown

    # -- many at once ---------------------------------------------------------------------

    def _counted(self, reader: StoreReader) -> tuple[list[StreamTally], bool]:
        """The next streams, counted, and whether they are the last."""
        counted, ended = reader.streams.tally(self._after, self._at_once, times=self._times)
        if len(counted) < FEWEST_ROWS // 2:
            self._at_once = min(2 * self._at_once, MOST_ROWS)
        elif len(counted) > FEWEST_ROWS:
            self._at_once = max(self._at_once // 2, FEWEST_ROWS)
        return counted, ended

    def _choose(self, reader: StoreReader, counted: list[StreamTally], work: Work) -> None:
        """Read those of some counted streams that may be among the foremost."""
        wanted = [row for row in counted if self._query.wants(row.stream)]
        told = self._times or self._sort is not Sort.LAST
        chosen = self._foremost(wanted) if told else {row.stream for row in wanted}
        rows = list(self._summaries(reader, counted, chosen, work))
        self._take(rows, len(counted), len(wanted), counted[-1].stream.key)
        # Where hits are few, their summaries cost less than the times of all.
        self._times = self._sort is Sort.LAST and len(wanted) * MANY >= len(counted)

    def _foremost(self, counted: list[StreamTally]) -> set[StreamId]:
        """Those of some streams that may be among the foremost of all."""
        places = ((rank(row, self._sort), row.stream) for row in counted)
        ahead = (place for place in places if self._bar is None or place[0] < self._bar)
        nearest = heapq.nsmallest(self._kept, ahead, key=lambda place: place[0])
        return {stream for _, stream in nearest}

    def _summaries(
        self,
        reader: StoreReader,
        counted: list[StreamTally],
        chosen: set[StreamId],
        work: Work,
    ) -> Iterator[StreamSummary]:
        """Summaries of the chosen ones of some streams that follow each other in the list."""
        after = self._after
        for start in range(0, len(counted), PAGE):
            work.check()
            block = counted[start : start + PAGE]
            wanted = [row.stream for row in block if row.stream in chosen]
            known = {}
            if len(wanted) * MANY >= len(block):
                page = reader.streams.page(after, len(block))
                known = {row.stream: row for row in page.rows}
            for stream in wanted:
                row = known.get(stream) or reader.streams.summary(stream)
                yield self._exact(reader, row, work)
            after = block[-1].stream.key


class CategorySurvey:
    """Which categories there are, learned from the ids alone.

    Attributes:
        done: streams looked at so far; ``total`` is not known before the end.
        names: the categories found so far.
    """

    def __init__(self) -> None:
        self.done = 0
        self.total: int | None = None
        self.names: set[str] = set()
        self._after: PageKey | None = None

    def note(self, stream: StreamId) -> None:
        """Learn from a stream that was read for another reason."""
        if stream.category is not None:
            self.names.add(stream.category)

    def advance(self, reader: StoreReader, work: Work) -> bool:
        """Look at the next ids."""
        work.check()
        found, self._after = reader.streams.keys(self._after, LOOKED_AT_ONCE)
        for stream, _key in found:
            self.note(stream)
        self.done += len(found)
        return len(found) == LOOKED_AT_ONCE


def sorted_streams(
    reader: StoreReader, query: StreamQuery, sort: Sort, limit: int | None, work: Work
) -> list[StreamSummary]:
    """All wanted streams in another order than the store's: a full pass.

    By id from A to Z; by events and by the time of the last event, the most and the newest
    first. With ``limit``, no more than so many streams are ever held.
    """
    if limit is not None and sort is Sort.ID:
        names = heapq.nsmallest(limit, _ids(reader, query, work), key=_name)
        return [complete(reader, reader.streams.summary(stream), work) for stream in names]
    if limit is not None and reader.streams.tallies:
        ranking = StreamRanking(query, sort, limit)
        run_to_end(ranking, reader, work, tr("streams"))
        return [complete(reader, row, work) for row in ranking.rows()]
    everything = every_stream(reader, query, work)
    if limit is None:
        return sorted(everything, key=lambda row: rank(row, sort))
    return heapq.nsmallest(limit, everything, key=lambda row: rank(row, sort))


def _ids(reader: StoreReader, query: StreamQuery, work: Work) -> Iterator[StreamId]:
    """The wanted streams by their ids alone, which is much less to read than their summaries."""
    for wanted, _block in wanted_keys(reader, query, work):
        yield from wanted


def _name(stream: StreamId) -> tuple[str, str]:
    return stream.name, stream.category or ""
