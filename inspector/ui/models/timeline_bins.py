"""Counting events for the timeline: exactly, and fast enough to do it again for every zoom.

Each lane keeps the places of its events in order, so a bin is the difference of two binary
searches: counting a million events into a thousand bins takes well under a millisecond, and
a lone event is never moved or lost as it would be by a plot library's down-sampling. A place is
the index of a row, or its time where the axis is a clock.

Imports numpy; no Qt. Memory is four bytes per event, eight where the axis is a clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

COLOURED_LANES: Final = 6

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class Lanes(Protocol):
    """What the timeline's picture needs to know of the events of every lane."""

    @property
    def codes(self) -> tuple[int, ...]:
        """Type code of each coloured lane, top to bottom."""

    @property
    def others(self) -> bool:
        """Whether there is a last lane for all other types."""

    @property
    def lanes(self) -> int:
        """Number of lanes."""

    @property
    def even(self) -> bool:
        """Whether the events lie one unit apart."""

    @property
    def sizes(self) -> tuple[int, ...]:
        """Number of events in each lane."""

    def single(self, low: float, high: float) -> bool:
        """Whether the place of every single event between two places is known."""

    def bars(self, low: float, high: float, bins: int) -> tuple[Floats, Ints]:
        """Edges of at most so many bins, and exact counts, a row per lane."""

    def between(self, lane: int, low: float, high: float) -> Floats:
        """Places of one lane's events with ``low <= place < high``, ascending."""

    def count_between(self, low: float, high: float) -> int:
        """Events of all lanes with ``low <= place < high``."""


@dataclass(frozen=True, slots=True, eq=False)
class LaneIndex:
    """The events of every lane.

    The most frequent types, at most six, have a lane each, in the order in which the types
    first appear; all other types share one more lane below.

    Attributes:
        count: number of events.
        codes: type code of each coloured lane, top to bottom.
        others: whether there is a last lane for all other types.
        members: for each lane, ascending places of its events: indexes, or times.
        even: whether places are indexes.
    """

    count: int
    codes: tuple[int, ...]
    others: bool
    members: tuple[npt.NDArray[Any], ...]
    even: bool = True

    def single(self, low: float, high: float) -> bool:
        """Every event has a place of its own."""
        del low, high
        return True

    @property
    def lanes(self) -> int:
        """Number of lanes."""
        return len(self.members)

    def lane_of(self, code: int) -> int:
        """The lane of a type."""
        return self.codes.index(code) if code in self.codes else len(self.codes)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Number of events in each lane."""
        return tuple(len(members) for members in self.members)

    def bins(self, low: float, high: float, bins: int) -> Ints:
        """Count events per lane in equal bins.

        Args:
            low, high: range of places; an event at ``p`` is in it when ``low <= p < high``.
            bins: how many bins, at least 1.

        Returns:
            Counts, one row per lane and one column per bin.
        """
        return self.bars(low, high, bins)[1]

    def bars(self, low: float, high: float, bins: int) -> tuple[Floats, Ints]:
        """Edges of equal bins, and the counts in them."""
        edges = np.linspace(low, high, bins + 1)
        counts = np.empty((self.lanes, bins), np.int64)
        sought = self._sought(edges)
        for lane, members in enumerate(self.members):
            counts[lane] = np.diff(np.searchsorted(members, sought))
        return edges, counts

    def between(self, lane: int, low: float, high: float) -> Floats:
        """Places of one lane's events with ``low <= place < high``."""
        members = self.members[lane]
        first, last = np.searchsorted(members, self._sought(np.array([low, high])))
        return members[first:last].astype(np.float64)

    def count_between(self, low: float, high: float) -> int:
        """Events of all lanes with ``low <= place < high``."""
        return int(self.bins(low, high, 1).sum()) if self.lanes else 0

    def _sought(self, edges: Floats) -> npt.NDArray[Any]:
        """Edges in the members' own kind of number: numpy would copy all members otherwise."""
        if self.even:
            return np.ceil(edges).clip(0, self.count).astype(np.uint32)
        return edges


def build_lanes(
    codes: Sequence[int] | npt.NDArray[Any], types: int, places: Floats | None = None
) -> LaneIndex:
    """Sort the events of a stream into lanes.

    Args:
        codes: type code of every event; a buffer is not copied.
        types: number of types; every code is below it.
        places: where every event lies; ``None``: at its index.
    """
    array = np.asarray(codes)
    if len(array) == 0:
        return LaneIndex(0, (), others=False, members=())
    totals = np.bincount(array, minlength=types)
    ranked = np.argsort(-totals, kind="stable")[:COLOURED_LANES]
    chosen = tuple(sorted(int(code) for code in ranked if totals[code]))
    members = [np.flatnonzero(array == code).astype(np.uint32) for code in chosen]
    others = int(np.count_nonzero(totals)) > len(chosen)
    if others:
        rest = np.isin(array, np.array(chosen, array.dtype), invert=True)
        members.append(np.flatnonzero(rest).astype(np.uint32))
    if places is None:
        return LaneIndex(len(array), chosen, others, tuple(members))
    placed = tuple(np.sort(places[indexes]) for indexes in members)
    return LaneIndex(len(array), chosen, others, placed, even=False)


def lanes_of_types(
    of_type: Ints, counts: Ints, types: int, codes: tuple[int, ...] | None = None
) -> tuple[tuple[int, ...], bool, Ints]:
    """Which types have lanes where events are only counted, and the lane of every type.

    Args:
        of_type, counts: so many events of a type, any number of times.
        types: number of types.
        codes: the types that have lanes already; ``None`` chooses the most frequent ones.

    Returns:
        The types with lanes, whether there is a lane for all others, and the types' lanes.
    """
    totals = np.bincount(of_type, weights=counts, minlength=types).astype(np.int64)
    if codes is None:
        ranked = np.argsort(-totals, kind="stable")[:COLOURED_LANES]
        codes = tuple(sorted(int(code) for code in ranked if totals[code]))
    others = bool(np.count_nonzero(totals) > np.count_nonzero(totals[list(codes)]))
    lane_of = np.full(max(len(totals), 1), len(codes))
    lane_of[list(codes)] = range(len(codes))
    return codes, others, lane_of


def running_sums(lanes: Ints, bins: Ints, counts: Ints, shape: tuple[int, int]) -> Ints:
    """For each lane, how many events lie before each bin, and in all of them.

    Args:
        lanes, bins, counts: so many events in a bin of a lane, any number of times.
        shape: number of lanes and of bins.
    """
    table = np.zeros(shape, np.int64)
    np.add.at(table, (lanes, bins), counts)
    return np.concatenate((np.zeros((shape[0], 1), np.int64), np.cumsum(table, axis=1)), axis=1)


def occupied_columns(
    places: Sequence[int] | npt.NDArray[Any], low: float, high: float, columns: int
) -> Ints:
    """Which of ``columns`` equal columns of a range hold at least one of the places.

    Args:
        places: ascending.
        low, high: the range that the columns cover.
        columns: how many; at least 1.
    """
    array = np.asarray(places)
    first, last = np.searchsorted(array, [low, high])
    inside = array[first:last]
    if not len(inside) or high <= low:
        return np.empty(0, np.int64)
    return np.unique(((inside - low) * (columns / (high - low))).astype(np.int64))
