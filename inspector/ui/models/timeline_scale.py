"""Where the rows of a timeline lie: at their number, or at their time.

On a clock, rows without a readable time lie with the row before them, and how many those are
is told. The order of a stream is that of its positions and not of its clocks; where a clock
went back, rows are found by time all the same.

Imports numpy; no Qt. Places on a clock are nanoseconds since the earliest row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from inspector.services.stream_times import NO_TIME
from inspector.ui.models.timeline_bins import Floats

_SECOND: Final = 1_000_000_000
_LEAST_ROWS: Final = 6.0


class Scale(Protocol):
    """Places of rows, and rows at places."""

    @property
    def origin(self) -> int | None:
        """Nanoseconds since 1970 UTC of place 0, where places are times; else ``None``."""

    @property
    def ends(self) -> tuple[float, float, float]:
        """First and last place of the whole line, and the shortest part worth looking at."""

    def place(self, row: int) -> float:
        """Where a row lies."""

    def row(self, place: float) -> int:
        """The row that is nearest to a place."""

    def places(self, rows: Sequence[int] | npt.NDArray[Any]) -> Floats:
        """Where several rows lie, ascending."""

    def placed(self, rows: npt.NDArray[np.int64]) -> Floats:
        """Where several rows lie, in their own order."""


@dataclass(frozen=True, slots=True)
class NumberScale:
    """Rows lie at their index; a row is drawn in the middle of its unit."""

    count: int

    @property
    def origin(self) -> None:
        """Places are no times."""
        return

    @property
    def ends(self) -> tuple[float, float, float]:
        """Half a unit beyond the first and the last row."""
        return -0.5, max(1, self.count) - 0.5, _LEAST_ROWS

    def place(self, row: int) -> float:
        """The index."""
        return float(row)

    def row(self, place: float) -> int:
        """The nearest index."""
        return min(max(round(place), 0), self.count - 1)

    def places(self, rows: Sequence[int] | npt.NDArray[Any]) -> Floats:
        """The indexes."""
        return np.asarray(rows, np.float64)

    def placed(self, rows: npt.NDArray[np.int64]) -> Floats:
        """The indexes."""
        return rows.astype(np.float64)


class TimeScale:
    """Rows lie at their time.

    Args:
        times: of every row, nanoseconds since 1970 UTC, or ``NO_TIME``; at least one is known.

    Attributes:
        origin: the earliest time; place 0.
        missing: rows without a readable time.
        all: place of every row.
    """

    def __init__(self, times: Sequence[int]) -> None:
        known = np.array(times, np.int64)
        gaps = known == NO_TIME
        self.missing = int(gaps.sum())
        if self.missing:
            known = _filled(known, gaps)
        self.origin = int(known.min())
        self.all: Floats = (known - self.origin).astype(np.float64)
        steady = bool((np.diff(self.all) >= 0).all())
        self._order = None if steady else np.argsort(self.all, kind="stable")
        self._sorted = self.all if self._order is None else self.all[self._order]

    @property
    def ends(self) -> tuple[float, float, float]:
        """The first and the last moment; half a second around a single one."""
        length = float(self._sorted[-1])
        if length <= 0:
            return -0.5 * _SECOND, 0.5 * _SECOND, _SECOND
        return 0.0, length, max(length * 1e-6, 1000.0)

    def place(self, row: int) -> float:
        """Nanoseconds since the earliest row."""
        return float(self.all[row])

    def row(self, place: float) -> int:
        """The row whose time is nearest; the first of several at the same time."""
        after = int(np.searchsorted(self._sorted, place))
        if after == len(self._sorted):
            after -= 1
        before = max(after - 1, 0)
        near = before if place - self._sorted[before] < self._sorted[after] - place else after
        near = int(np.searchsorted(self._sorted, self._sorted[near]))
        return near if self._order is None else int(self._order[near])

    def places(self, rows: Sequence[int] | npt.NDArray[Any]) -> Floats:
        """Times of several rows, ascending."""
        return np.sort(self.placed(np.asarray(rows, np.int64)))

    def placed(self, rows: npt.NDArray[np.int64]) -> Floats:
        """Times of several rows, in the rows' own order."""
        found: Floats = self.all[rows]
        return found


def _filled(known: npt.NDArray[np.int64], gaps: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Every gap takes the time before it; the first ones take the first known time."""
    last = np.maximum.accumulate(np.where(gaps, -1, np.arange(len(known))))
    first = int(np.argmin(gaps))
    filled: npt.NDArray[np.int64] = known[np.where(last < 0, first, last)]
    return filled
