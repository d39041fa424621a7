"""Whether rows were added since: short looks by key that never count the store.

A look begins beyond the last row that is known and steps over at most ``MOST`` rows of the
order's own index, so it costs the same in a store of any size. A store that hands out its
numbers before it commits (PostgreSQL's sequences) may show a row below one that was seen
already; reading again finds such rows, a look does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from inspector.core.events import Count

if TYPE_CHECKING:
    from inspector.core.events import PageKey, StreamId
    from inspector.storage.store_reader import StoreReader

MOST: Final = 1000
"""New rows that are counted; beyond it there are at least so many."""


def can_watch(reader: StoreReader) -> bool:
    """Whether the store's order has an index, so that looking costs nothing."""
    return bool(reader.source.order_key) and reader.source.order_indexed


def last_key(reader: StoreReader, stream: StreamId | None) -> PageKey | None:
    """The key of the last row; ``None`` when there is none."""
    return reader.events.last_key(stream)


def rows_after(reader: StoreReader, stream: StreamId | None, key: PageKey | None) -> Count:
    """How many rows lie beyond a key, up to ``MOST``."""
    beyond, rows = reader.events.step(stream, key, MOST)
    return Count(rows, exact=beyond is None)
