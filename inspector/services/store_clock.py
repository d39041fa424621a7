"""When the events of a whole store were recorded, counted by type in equal bins of a clock.

All rows are read once, in the order of the store, a page at a time, so that the work tells how
far it is and can be stopped and taken up again; later it goes on where it ended. What is kept
does not grow with the rows of a bin: a count for each bin and type, and for each 256 rows the
earliest and the latest time, by which the rows of a part of the clock are found again.

Imports neither Qt nor numpy. Ten million rows take about four megabytes.
"""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from inspector.core.texts import tr
from inspector.services.store_density import BIN, CLOSE, Closeup
from inspector.services.stream_times import NO_TIME, PAGE, nanoseconds_of
from inspector.storage.statements import Range

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from inspector.core.events import PageKey
    from inspector.core.instants import Instant
    from inspector.services.store_density import StoreDensity
    from inspector.services.tasks import Work
    from inspector.storage.outline_reading import PlacedBlock
    from inspector.storage.store_reader import StoreReader

_SECOND: Final = 1_000_000_000
UNITS: Final[tuple[int, ...]] = (
    *(10**power for power in range(3, 11)),
    *(seconds * _SECOND for seconds in (60, 600, 3600, 21_600, 86_400)),
)
"""Widths of a bin, in nanoseconds: from a microsecond to a day."""

MOST_UNITS: Final = 65_536
"""Bins from the first to the last event; at most twice as many where a clock was far off."""

_CODES: Final = 1 << 16
_BACK: Final = Range(reverse=True)


@dataclass(frozen=True, slots=True, eq=False)
class ClockCount:
    """What is known of a store's clock at one moment. Compared by identity.

    Attributes:
        rows: rows placed, from the first one of the store.
        unit: width of a bin in nanoseconds.
        start: where the first bin begins, nanoseconds since 1970 UTC.
        bins, codes, counts: for each bin (from 0) and type, how many rows.
        lows, highs: for each ``BIN`` rows, the earliest and the latest time.
        first, last: the earliest and the latest time of all.
    """

    rows: int
    unit: int
    start: int
    bins: Sequence[int]
    codes: Sequence[int]
    counts: Sequence[int]
    lows: Sequence[int]
    highs: Sequence[int]
    first: int
    last: int

    def rows_between(self, low: int, high: int) -> tuple[int, int]:
        """The first row, and the one after the last, of those that may lie between two times.

        By groups of ``BIN`` rows; where clocks went back, there are others among them.
        """
        groups = range(len(self.lows))
        there = [n for n in groups if self.lows[n] <= high and self.highs[n] >= low]
        if not there:
            return 0, 0
        return there[0] * BIN, min((there[-1] + 1) * BIN, self.rows)


@dataclass(frozen=True, slots=True, eq=False)
class ClockCloseup(Closeup):
    """Type and time of the rows from ``first`` up to, but without, ``stop``.

    Attributes:
        times: nanoseconds since 1970 UTC; a row without a time has that of the row before.
        low, high: all rows of the store whose time lies between these are among them.
    """

    times: Sequence[int]
    low: int
    high: int


class ClockCounter:
    """Places the rows of one store on a clock; used by one lane at a time.

    A row without a readable time lies with the row before it, the first ones with the first
    row that has one.

    Attributes:
        rows: rows placed so far.
        missing: how many of them have no time that can be read.
        without_zone: how many were stored without a zone; they are taken as UTC.
    """

    def __init__(self, code: Callable[[str], int]) -> None:
        self._code = code
        self.rows = self.missing = self.without_zone = 0
        self._unit = 0
        self._cells: Counter[int] = Counter()
        self._lows, self._highs = array("q"), array("q")
        self._last_time: int | None = None
        self._earliest, self._latest = 1 << 63, -(1 << 63)
        self._untimed: list[int] = []
        self._after: PageKey | None = None

    @property
    def known(self) -> bool:
        """Whether any row has a time."""
        return self.missing < self.rows

    def load(self, reader: StoreReader, work: Work, expected: int | None = None) -> None:
        """Read on to the end of the store; can be stopped and called again, also later."""
        if not self._unit:
            self._unit = _unit_for(_span(reader))
        more = True
        while more:
            work.check()
            block = reader.outline.placed(self._after, PAGE)
            self._add(block)
            self._after = block.after or self._after
            more = block.more
            work.report(self.rows, expected, tr("times"))

    def counted(self) -> ClockCount | None:
        """What is known now; ``None`` where no row has a time."""
        if not self.known:
            return None
        found = sorted(self._cells.items())
        start = found[0][0] // _CODES
        return ClockCount(
            self.rows,
            self._unit,
            start * self._unit,
            array("I", [cell // _CODES - start for cell, _ in found]),
            array("H", [cell % _CODES for cell, _ in found]),
            array("L", [count for _, count in found]),
            self._lows[:],
            self._highs[:],
            self._earliest,
            self._latest,
        )

    def _add(self, block: PlacedBlock) -> None:
        codes = [self._code(name) for name in block.types]
        times = self._times(block.moments)
        if not times:
            self._untimed += codes  # until there is a time, there is no place for them
        else:
            unit = self._unit
            places = zip(times, codes, strict=True)
            self._place_untimed(times[0])
            self._cells.update(time // unit * _CODES + code for time, code in places)
            self._note_range(times)
            self._keep_few()
        self.rows += len(codes)

    def _times(self, moments: Iterable[Instant | None]) -> list[int]:
        """A time for every row; those before the first known one take that."""
        times: list[int] = []
        early, last = 0, self._last_time
        for moment in moments:
            found = nanoseconds_of(moment)
            if found == NO_TIME:
                self.missing += 1
            else:
                self.without_zone += moment is not None and moment.zone != "utc"
                last = found
            if last is None:
                early += 1
            else:
                times.append(last)
        self._last_time = last
        return [times[0]] * early + times if times else []

    def _place_untimed(self, first: int) -> None:
        if self._untimed:
            place = first // self._unit * _CODES
            self._cells.update(place + code for code in self._untimed)
            self._lows.extend([first] * -(-len(self._untimed) // BIN))
            self._highs.extend([first] * -(-len(self._untimed) // BIN))
            self._untimed = []

    def _note_range(self, times: list[int]) -> None:
        """The earliest and the latest time of every ``BIN`` rows."""
        self._earliest = min(self._earliest, *times)
        self._latest = max(self._latest, *times)
        done = 0
        while done < len(times):
            row = self.rows + done
            part = times[done : done + BIN - row % BIN]
            if row // BIN == len(self._lows):
                self._lows.append(min(part))
                self._highs.append(max(part))
            else:
                self._lows[-1] = min(self._lows[-1], *part)
                self._highs[-1] = max(self._highs[-1], *part)
            done += len(part)

    def _keep_few(self) -> None:
        """Take wider bins where a clock was so far off that there would be too many."""
        span = (self._latest - self._earliest) // self._unit
        if span <= 2 * MOST_UNITS:
            return
        wider = -(-span // MOST_UNITS)
        cells: Counter[int] = Counter()
        for cell, count in self._cells.items():
            cells[cell // _CODES // wider * _CODES + cell % _CODES] += count
        self._cells, self._unit = cells, self._unit * wider


def close_on_clock(
    reader: StoreReader, density: StoreDensity, count: ClockCount, part: tuple[int, int]
) -> ClockCloseup | None:
    """Type and time of the rows between two times; ``None`` where these are too many."""
    first, stop = count.rows_between(*part)
    if stop - first > CLOSE:
        return None
    codes, times = array("H"), array("q")
    last = NO_TIME
    after = density.key_before(reader, first)
    more = after is not None or first == 0
    while more and len(codes) < stop - first:
        block = reader.outline.placed(after, min(PAGE, stop - first - len(codes)))
        codes.extend(density.code(name) for name in block.types)
        for moment in block.moments:
            found = nanoseconds_of(moment)
            last = last if found == NO_TIME else found
            times.append(last)
        after, more = block.after, block.more
    return ClockCloseup(first, first + len(codes), codes, times, *part)


def _span(reader: StoreReader) -> int:
    """Nanoseconds from the first to the last row, as far as these have a time."""
    ends = (
        reader.outline.placed(None, 1).moments,
        tuple(e.recorded_at for e in reader.events.page(None, limit=1, where=_BACK).rows),
    )
    found = [nanoseconds_of(moment) for moments in ends for moment in moments]
    times = [time for time in found if time != NO_TIME]
    return max(times) - min(times) if times else 0


def _unit_for(span: int) -> int:
    """The narrowest bin of which not too many are needed."""
    return next((unit for unit in UNITS if span // unit <= MOST_UNITS), UNITS[-1])
