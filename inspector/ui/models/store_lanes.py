"""The lanes of the whole store: exact counts of bins of rows, and single rows where close.

A bar always holds whole bins as the database counted them, so that no count is ever spread or
guessed. Imports numpy; no Qt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from inspector.services.store_density import BIN
from inspector.ui.models.timeline_bins import Floats, Ints, LaneIndex, lanes_of_types, running_sums

if TYPE_CHECKING:
    from inspector.services.store_density import Closeup, Counted


class StoreLanes:
    """Lanes of bins; the same types keep their lanes while the counting goes on.

    Args:
        counted: what is known.
        closeup: types of single rows.
        codes: the types that have lanes already; ``None`` chooses the most frequent ones.
    """

    even = True

    def __init__(
        self, counted: Counted, closeup: Closeup | None = None, codes: tuple[int, ...] | None = None
    ) -> None:
        self.counted = counted
        types = len(counted.names)
        bins = np.asarray(counted.bins, np.int64)
        of_type = np.asarray(counted.codes, np.int64)
        counts = np.asarray(counted.counts, np.int64)
        self.codes, self.others, lane_of = lanes_of_types(of_type, counts, types, codes)
        self.lanes = len(self.codes) + self.others
        size = -(-counted.rows // BIN)
        self._sums = running_sums(lane_of[of_type], bins, counts, (self.lanes, size))
        self._close, self._near = self._closely(closeup, lane_of)

    def _closely(self, closeup: Closeup | None, lane_of: Ints) -> tuple[Closeup | None, LaneIndex]:
        nothing = LaneIndex(0, (), others=False, members=())
        if closeup is None or not len(closeup.codes):
            return None, nothing
        codes = np.asarray(closeup.codes, np.int64)
        known = np.where(codes < len(lane_of), lane_of[codes.clip(0, len(lane_of) - 1)], 0)
        places = closeup.first + np.arange(len(codes), dtype=np.float64)
        members = tuple(places[known == lane] for lane in range(self.lanes))
        return closeup, LaneIndex(len(codes), self.codes, self.others, members, even=False)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Number of events in each lane."""
        return tuple(int(total) for total in self._sums[:, -1])

    def single(self, low: float, high: float) -> bool:
        """Whether the rows between are known one by one."""
        if self._close is None:
            return False
        first, last = max(low, 0.0), min(high, self.counted.rows - 1.0)
        return self._close.first <= first and last <= self._close.stop - 1

    def bars(self, low: float, high: float, bins: int) -> tuple[Floats, Ints]:
        """Counts of whole bins, several of them together where they are narrow."""
        if self.single(low, high):
            return self._near.bars(low, high, bins)
        known = self._sums.shape[1] - 1
        first = int(min(max(np.floor((low + 0.5) / BIN), 0), known))
        last = int(min(max(np.ceil((high + 0.5) / BIN), first), known))
        step = max(1, -(-int(np.ceil((high - low) / BIN)) // bins))
        first -= first % step  # the same bins stand together wherever one looks
        edges = np.minimum(np.arange(first, last + step, step), known)
        edges = np.unique(np.append(edges, last)) if last > first else edges[:1]
        counts = np.diff(self._sums[:, edges], axis=1)
        places = np.minimum(edges * BIN, self.counted.rows).astype(np.float64) - 0.5
        return places, counts

    def between(self, lane: int, low: float, high: float) -> Floats:
        """Rows of one lane, where they are known one by one."""
        return self._near.between(lane, low, high)

    def count_between(self, low: float, high: float) -> int:
        """Events in the bins that two places touch."""
        return int(self.bars(low, high, 1)[1].sum())
