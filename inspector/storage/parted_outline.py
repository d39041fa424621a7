"""The outline of a store whose events are in several tables."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from inspector.storage.outline_reading import (
    MomentBlock,
    OutlineReader,
    PlacedBlock,
    TypeBlock,
    TypeCount,
)
from inspector.storage.parted_reading import within

if TYPE_CHECKING:
    from inspector.core.events import PageKey, StreamId
    from inspector.storage.opened import Opened
    from inspector.storage.parted_reading import PartedEventReader, PartReaders

BLOCK = 5000
"""Rows whose types are read at once."""

ENDLESS = 1 << 60


class PartedOutlineReader(OutlineReader):
    """Types, times and counts, part after part where the store has no order of its own."""

    def __init__(self, opened: Opened, events: PartedEventReader, readers: PartReaders) -> None:
        super().__init__(opened, events)
        self._readers = readers
        self._merged = readers.parts.merged

    def _of(self, name: str) -> OutlineReader:
        return OutlineReader(self._readers.opened(name), self._readers.events(name))

    def moments(self, stream: StreamId | None, after: PageKey | None, limit: int) -> MomentBlock:
        """When the next events of a stream, or of the whole store, were recorded."""
        if stream is None and not self._merged:
            return self._from_events(stream, after, limit)
        if stream is None:
            return super().moments(stream, after, limit)
        name, inner = within(stream)
        return self._of(name).moments(inner, after, limit)

    def placed(self, after: PageKey | None, limit: int) -> PlacedBlock:
        """Type and time of the store's next rows."""
        if self._merged:
            return super().placed(after, limit)
        return self._placed_from_events(after, limit)

    def types(self, after: PageKey | None, limit: int) -> TypeBlock:
        """Types of the store's next rows."""
        if self._merged:
            return super().types(after, limit)
        types: list[str] = []
        last = after
        for name, key in self._readers.walk(after):
            block = self._of(name).types(key, limit - len(types))
            types += block.types
            last = last if block.after is None else (name, *block.after)
            if len(types) >= limit:
                return TypeBlock(tuple(types), last, True)
        return TypeBlock(tuple(types), last if types else None, False)

    def tally(self, after: PageKey | None, limit: int, every: int) -> list[TypeCount]:
        """How many of each type are among the next rows, for each ``every`` rows of them."""
        if self._merged:
            return super().tally(after, limit, every)
        counts: Counter[tuple[int, str]] = Counter()
        seen, more = 0, True
        while more and seen < limit:
            block = self.types(after, min(BLOCK, limit - seen))
            places = range(seen, seen + len(block.types))
            counts.update((n - n % every, t) for n, t in zip(places, block.types, strict=True))
            seen, after, more = seen + len(block.types), block.after, block.more
        return [TypeCount(first, kind, count) for (first, kind), count in counts.items()]

    def rows_between(self, after: PageKey, until: PageKey) -> int:
        """How many rows of the store lie after one key and not after another."""
        if self._merged:
            return super().rows_between(after, until)
        places, names = self._readers.parts.places, self._readers.parts.names
        whole = names[places[after[0]] + 1 : places[until[0]] + 1]
        between = sum(self._readers.events(name).count(None).value for name in whole)
        return between + self._rest(after) - self._rest(until)

    def _rest(self, key: PageKey) -> int:
        """How many rows of its part lie after a key."""
        return self._readers.events(key[0]).step(None, key[1:], ENDLESS)[1]
