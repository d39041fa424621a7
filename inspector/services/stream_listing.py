"""Listing and searching streams in steps, for both front ends.

A list of one kind of streams is read page by page. A search by any part of the id looks at the
ids alone, a block at a time, and reads the summaries of what it found; it can be stopped between
two blocks, and says how many streams it looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inspector.core.texts import tr

if TYPE_CHECKING:
    from inspector.core.events import PageKey, StreamId, StreamKind, StreamSummary
    from inspector.services.tasks import Work
    from inspector.storage.store_reader import StoreReader

BLOCK = 1024
"""Ids looked at between two chances to stop."""


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
        return self.text.casefold() in stream.name.casefold()


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


def next_streams(
    reader: StoreReader, query: StreamQuery, after: PageKey | None, limit: int, work: Work
) -> StreamPage:
    """The next wanted streams; at least one, unless the list ends before."""
    if query.is_search:
        return _search(reader, query, after, limit, work)
    rows: list[StreamSummary] = []
    looked = 0
    while len(rows) < limit:
        work.check()
        page = reader.streams.page(after, limit)
        looked += len(page.rows)
        rows.extend(r for r in page.rows if query.wants(r.stream))
        after = page.after if page.more else None
        if after is None:
            break
    return StreamPage(tuple(rows), after, looked)


def _search(
    reader: StoreReader, query: StreamQuery, after: PageKey | None, limit: int, work: Work
) -> StreamPage:
    rows: list[StreamSummary] = []
    looked = 0
    while len(rows) < limit:
        work.check()
        found, last = reader.streams.keys(after, BLOCK)
        looked += len(found)
        work.report(looked, None, tr("streams"))
        for stream, key in found:
            if query.wants(stream):
                rows.append(reader.streams.summary(stream))
                if len(rows) == limit:
                    return StreamPage(tuple(rows), key, looked)
        after = last
        if len(found) < BLOCK:
            return StreamPage(tuple(rows), None, looked)
    return StreamPage(tuple(rows), after, looked)
