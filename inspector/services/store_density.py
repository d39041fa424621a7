"""How many events of each type lie where in the whole store, counted by the database.

Rows are counted 256 at a time in the order of the store, by chunks, so that the work tells how
far it is and can be stopped; what was counted until then stays and is exact for its rows. A
small store, and a part that is looked at closely, is read type by type instead.

Imports neither Qt nor numpy. Ten million rows take about four megabytes.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from inspector.core.texts import tr
from inspector.storage.statements import Range

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inspector.core.events import Event, PageKey
    from inspector.services.tasks import Work
    from inspector.storage.store_reader import StoreReader

BIN: Final = 256
CHUNK: Final = 128 * BIN
FIRST_LOOK: Final = 16_384
"""Rows whose types are read at once: all of a small store, and the first picture of others."""

CLOSE: Final = 16_384
"""Rows that are looked at type by type when so few are visible."""

_MOST_TYPES: Final = 65_535


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """What is known of a store at one moment. Compared by identity.

    Attributes:
        rows: rows counted so far, from the first.
        bins, codes, counts: for each bin and type, how many; a bin holds ``BIN`` rows.
        names: stored types by code.
        complete: whether ``rows`` is all of them.
        by_type: whether types could be told apart at all.
    """

    rows: int
    bins: Sequence[int]
    codes: Sequence[int]
    counts: Sequence[int]
    names: Sequence[str]
    complete: bool
    by_type: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Closeup:
    """The type of every row from ``first`` up to, but without, ``stop``."""

    first: int
    stop: int
    codes: Sequence[int]


class StoreDensity:
    """Counts of one store; written by one lane, looked at by the window.

    Attributes:
        expected: how many rows there will be at most, from the first and the last key, or
            ``None`` where keys do not tell.
        types: codes of all rows, where the store is small enough to have them all.
        complete: whether everything is counted.
        first_position: stored position of the first row, where everything is counted and the
            positions of all rows follow one another without a gap; else ``None``.
    """

    def __init__(self) -> None:
        self.expected: int | None = None
        self.types: array[int] | None = None
        self.complete = False
        self.first_position: int | None = None
        self._names: list[str] = []
        self._code_of: dict[str, int] = {}
        self._bins = array("I")
        self._codes = array("H")
        self._counts = array("H")
        self._keys: list[PageKey | None] = [None]
        self._rows = 0
        self._shown = (self._bins, self._codes, self._counts, 0, 0)
        self._by_type = True

    @property
    def names(self) -> tuple[str, ...]:
        """Stored types by code."""
        return tuple(self._names)

    def counted(self) -> Counted:
        """What is known now; a value that does not change any more."""
        complete = self.complete  # before the rest: what is complete does not grow any more
        bins, codes, counts, cells, rows = self._shown
        return Counted(
            rows, bins[:cells], codes[:cells], counts[:cells], self.names, complete, self._by_type
        )

    def begin(self, reader: StoreReader, work: Work) -> None:
        """A first look, cheap in a store of any size: the first rows, and how many may follow.

        A store of no more rows than that is complete afterwards.
        """
        self._by_type = reader.outline.has_types
        block = reader.outline.types(None, FIRST_LOOK)
        codes = array("H", [self.code(name) for name in block.types])
        if not block.more:
            self.types = codes
            self._publish(len(codes))
            self._complete(reader)
            return
        work.check()
        ends = _ends(reader)
        self.expected = None if ends is None else ends[1] - ends[0] + 1
        self._count_codes(codes)
        self.types = None

    def load(self, reader: StoreReader, work: Work) -> None:
        """Count on to the end; can be stopped and called again."""
        while not self.complete:
            work.check()
            self._count_chunk(reader)
            work.report(self._rows, self.expected, tr("events"))

    def grow(self, reader: StoreReader, work: Work) -> None:
        """Count rows that were added since everything was counted."""
        self.complete = False
        if self.types is not None:
            self._forget()
            self.begin(reader, work)
        else:
            start = (len(self._keys) - 1) * CHUNK // BIN  # the last chunk was not full
            kept = next((i for i, b in enumerate(self._bins) if b >= start), len(self._bins))
            self._bins = self._bins[:kept]
            self._codes, self._counts = self._codes[:kept], self._counts[:kept]
        self.load(reader, work)

    def _count_chunk(self, reader: StoreReader) -> None:
        start, after = (len(self._keys) - 1) * CHUNK, self._keys[-1]
        found = reader.outline.tally(after, CHUNK, BIN)
        rows = sum(cell.count for cell in found)
        following = reader.events.step(None, after, CHUNK)[0] if rows == CHUNK else None
        if not start:
            self._forget()  # the first look is part of the first chunk
        for cell in found:
            self._bins.append((start + cell.first) // BIN)
            self._codes.append(self.code(cell.type))
            self._counts.append(cell.count)
        if following is not None:
            self._keys.append(following)
        self._publish(start + rows)
        if following is None:
            self._complete(reader)

    def _complete(self, reader: StoreReader) -> None:
        ends = _ends(reader)
        without_gap = ends is not None and ends[1] - ends[0] + 1 == self._rows
        self.first_position = ends[0] if ends is not None and without_gap else None
        self.complete = True

    def _publish(self, rows: int) -> None:
        """Let the window see what was added, all at once."""
        self._rows = rows
        self._shown = (self._bins, self._codes, self._counts, len(self._bins), rows)

    def _forget(self) -> None:
        """Begin anew, in arrays of its own: the window may be looking at the old ones."""
        self._bins, self._codes, self._counts = array("I"), array("H"), array("H")

    def _count_codes(self, codes: Sequence[int]) -> None:
        """Whole bins of the first rows, as the database would count them."""
        for number in range(len(codes) // BIN):
            part = list(codes[number * BIN : (number + 1) * BIN])
            for code in sorted(set(part)):
                self._bins.append(number)
                self._codes.append(code)
                self._counts.append(part.count(code))
        self._publish(len(codes) // BIN * BIN)

    def code(self, name: str) -> int:
        """The code of a stored type; a type that was not met before gets the next one."""
        code = self._code_of.get(name)
        if code is None:
            code = min(len(self._names), _MOST_TYPES)
            self._code_of[name] = code
            if code == len(self._names):
                self._names.append(name)
        return code

    def close(self, reader: StoreReader, first: int, stop: int) -> Closeup:
        """The types of a few rows, found by key; nothing where it was not counted yet."""
        after = self.key_before(reader, first)
        if after is None and first:
            return Closeup(first, first, array("H"))
        block = reader.outline.types(after, max(1, stop - first))
        codes = array("H", [self._code_of.get(name, _MOST_TYPES) for name in block.types])
        return Closeup(first, first + len(codes), codes)

    def key_before(self, reader: StoreReader, row: int) -> PageKey | None:
        """The key after which a row comes; ``None``: it is the first, or was not counted yet."""
        chunk = min(row // CHUNK, len(self._keys) - 1)
        after, walk = self._keys[chunk], row - chunk * CHUNK
        return reader.events.step(None, after, walk)[0] if walk else after

    def event_at(self, reader: StoreReader, row: int) -> Event | None:
        """The event of a row, found by key; ``None`` where it was not counted yet."""
        after = self.key_before(reader, row)
        if after is None and row:
            return None
        found = reader.events.page(None, after=after, limit=1).rows
        return found[0] if found else None

    def row_of(self, reader: StoreReader, key: PageKey) -> int | None:
        """Which row has this key, or is the last before it; ``None``: it comes before all."""
        keys = [known for known in self._keys if known is not None]
        chunk = bisect_left(keys, key)
        if chunk:
            start = chunk * CHUNK
            return start + reader.outline.rows_between(keys[chunk - 1], key) - 1
        first = reader.events.page(None, limit=1).before
        if first is None or first > key:
            return None
        return reader.outline.rows_between(first, key)


def _ends(reader: StoreReader) -> tuple[int, int] | None:
    """The first and the last key, when keys are counted numbers."""
    if not reader.source.order_indexed or len(reader.source.order_key) != 1:
        return None
    first = reader.events.page(None, limit=1).before
    last = reader.events.page(None, limit=1, where=Range(reverse=True)).after
    if first is None or last is None:
        return None
    low, high = first[0], last[0]
    if not isinstance(low, int) or not isinstance(high, int):
        return None
    return low, high
