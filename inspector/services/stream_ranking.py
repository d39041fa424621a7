"""Ordering streams by what no index knows: a pass over all of them, in pieces.

Of two million streams only the foremost are kept; a list that is looked at needs no more, and
the pass says how many it has seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.services.stream_listing import PAGE, Sort, complete, next_streams, rank

if TYPE_CHECKING:
    from inspector.core.events import PageKey, StreamId, StreamSummary
    from inspector.services.stream_listing import StreamQuery
    from inspector.services.tasks import Work
    from inspector.storage.store_reader import StoreReader

KEPT = 10_000
"""Streams that a ranking keeps."""

LOOKED_AT_ONCE = 4096
"""Ids of one piece of the pass."""


class StreamRanking:
    """The foremost of the wanted streams.

    Attributes:
        done: streams looked at so far; ``total`` is not known before the end.
        found: how many of them were wanted.
    """

    def __init__(self, query: StreamQuery, sort: Sort, kept: int = KEPT) -> None:
        self.done = self.found = 0
        self.total: int | None = None
        self._query, self._sort, self._kept = query, sort, kept
        self._rows: list[StreamSummary] = []
        self._after: PageKey | None = None
        self._ordered = True

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

    def advance(self, reader: StoreReader, work: Work) -> bool:
        """Look at the next streams."""
        page = next_streams(reader, self._query, self._after, PAGE, work, most=LOOKED_AT_ONCE)
        for row in page.rows:
            exact = complete(reader, row, work) if self._sort is Sort.EVENTS else row
            self._rows.append(exact)
        self._ordered = self._ordered and not page.rows
        self.done += page.looked_at
        self.found += len(page.rows)
        self._after = page.after
        if page.after is None or len(self._rows) > 2 * self._kept:
            self._order()  # here, where nobody waits, and not where the rows are shown
        return page.after is not None


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
