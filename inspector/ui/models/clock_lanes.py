"""The whole store on a clock: exact counts of bins, and single rows where one looks closely.

A bar always holds whole bins as they were counted, so that no count is ever spread or guessed.
Imports numpy; no Qt. Places are nanoseconds since the earliest row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from inspector.services.store_density import BIN
from inspector.services.stream_times import NO_TIME
from inspector.ui.models.timeline_bins import Floats, Ints, LaneIndex, lanes_of_types, running_sums

if TYPE_CHECKING:
    from inspector.services.store_clock import ClockCloseup, ClockCount

TimeOf = Callable[[int], int | None]
"""The time of a row that is at hand, in nanoseconds since 1970 UTC."""

_SECOND: Final = 1_000_000_000


class ClockScale:
    """Rows of a whole store at their time.

    The time of a row is exact where the row is looked at closely or at hand; of any other row
    it is known between which two times it lies, and it is taken to lie at the earlier one.

    Attributes:
        origin: the earliest time; place 0.
    """

    def __init__(self, counted: ClockCount, close: ClockCloseup | None, time_of: TimeOf) -> None:
        self._counted, self._close, self._time_of = counted, close, time_of
        self.origin = counted.first
        self._lows = np.asarray(counted.lows, np.int64)
        self._highs = np.asarray(counted.highs, np.int64)
        self._order = np.argsort(self._lows, kind="stable")
        self._sorted = self._lows[self._order]
        self._near = _close_times(close)

    @property
    def ends(self) -> tuple[float, float, float]:
        """The first and the last moment; half a second around a single one."""
        length = float(self._counted.last - self.origin)
        if length <= 0:
            return -0.5 * _SECOND, 0.5 * _SECOND, _SECOND
        return 0.0, length, max(length * 1e-9, 1000.0)

    def place(self, row: int) -> float:
        """Nanoseconds since the earliest row."""
        found = self._near_time(row)
        if found is None:
            found = self._time_of(row)
        if found is None:
            found = int(self._lows[min(row // BIN, len(self._lows) - 1)])
        return float(found - self.origin)

    def row(self, place: float) -> int:
        """The row whose time is nearest; among many rows one that lies close to it."""
        moment = round(place) + self.origin
        close = self._close
        if close is not None and len(self._near) and close.low <= moment <= close.high:
            return close.first + int(np.abs(self._near - moment).argmin())
        at = max(int(np.searchsorted(self._sorted, moment, side="right")) - 1, 0)
        group = int(self._order[at])
        low, high = int(self._lows[group]), int(self._highs[group])
        first, last = group * BIN, min((group + 1) * BIN, self._counted.rows) - 1
        if moment <= high:
            share = (moment - low) / (high - low) if high > low else 0.0
            return first + round(max(share, 0.0) * (last - first))
        if at + 1 < len(self._order) and self._sorted[at + 1] - moment < moment - high:
            return int(self._order[at + 1]) * BIN
        return last

    def places(self, rows: Sequence[int] | npt.NDArray[Any]) -> Floats:
        """Times of several rows, ascending."""
        return np.sort(self.placed(np.asarray(rows, np.int64)))

    def placed(self, rows: npt.NDArray[np.int64]) -> Floats:
        """Times of several rows, in the rows' own order."""
        return np.array([self.place(int(row)) for row in rows], np.float64)

    def _near_time(self, row: int) -> int | None:
        close = self._close
        if close is None or not close.first <= row < close.stop:
            return None
        found = int(self._near[row - close.first])
        return None if found == NO_TIME else found


class ClockLanes:
    """Lanes of bins of a clock.

    Args:
        counted: how many rows of each type are in each bin.
        types: number of types.
        close: single rows.
    """

    even = False

    def __init__(self, counted: ClockCount, types: int, close: ClockCloseup | None = None) -> None:
        self._counted, self._close = counted, close
        of_type = np.asarray(counted.codes, np.int64)
        counts = np.asarray(counted.counts, np.int64)
        self.codes, self.others, lane_of = lanes_of_types(of_type, counts, types)
        self.lanes = len(self.codes) + self.others
        bins = np.asarray(counted.bins, np.int64)
        size = int(bins.max(initial=0)) + 1
        self._sums = running_sums(lane_of[of_type], bins, counts, (self.lanes, size))
        self._near = self._closely(lane_of)

    def _closely(self, lane_of: Ints) -> LaneIndex:
        close = self._close
        if close is None or not len(close.codes):
            return LaneIndex(0, (), others=False, members=())
        codes = np.asarray(close.codes, np.int64).clip(0, len(lane_of) - 1)
        times, of_lane = _close_times(close), lane_of[codes]
        inside = (times >= close.low) & (times <= close.high)
        places = (times - self._counted.first).astype(np.float64)
        lanes = range(self.lanes)
        members = tuple(np.sort(places[inside & (of_lane == lane)]) for lane in lanes)
        return LaneIndex(int(inside.sum()), self.codes, self.others, members, even=False)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Number of events in each lane."""
        return tuple(int(total) for total in self._sums[:, -1])

    def single(self, low: float, high: float) -> bool:
        """Whether the rows between are known one by one."""
        close, counted = self._close, self._counted
        if close is None or not len(close.codes):
            return False
        first = max(low + counted.first, counted.first)
        last = min(high + counted.first, counted.last)
        return close.low <= first and last <= close.high

    def bars(self, low: float, high: float, bins: int) -> tuple[Floats, Ints]:
        """Counts of whole bins, several of them together where they are narrow."""
        if self.single(low, high):
            return self._near.bars(low, high, bins)
        unit, known = self._counted.unit, self._sums.shape[1] - 1
        shift = self._counted.first - self._counted.start  # the first bin begins before place 0
        first = int(min(max(np.floor((low + shift) / unit), 0), known))
        last = int(min(max(np.ceil((high + shift) / unit), first), known))
        step = max(1, -(-int(np.ceil((high - low) / unit)) // bins))
        first -= first % step  # the same bins stand together wherever one looks
        edges = np.minimum(np.arange(first, last + step, step), known)
        edges = np.unique(np.append(edges, last)) if last > first else edges[:1]
        counts = np.diff(self._sums[:, edges], axis=1)
        return edges.astype(np.float64) * unit - shift, counts

    def between(self, lane: int, low: float, high: float) -> Floats:
        """Rows of one lane, where they are known one by one."""
        return self._near.between(lane, low, high)

    def count_between(self, low: float, high: float) -> int:
        """Events in the bins that two places touch."""
        return int(self.bars(low, high, 1)[1].sum())


def _close_times(close: ClockCloseup | None) -> npt.NDArray[np.int64]:
    return np.asarray(() if close is None else close.times, np.int64)
