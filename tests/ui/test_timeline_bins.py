"""Counting for the timeline is exact, whatever the range and the number of bins."""

from __future__ import annotations

from array import array
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.ui.models.timeline_bins import (
    COLOURED_LANES,
    build_lanes,
    occupied_columns,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


def _codes(count: int, types: int) -> Sequence[int]:
    return array("H", [(number * number + number // 7) % types for number in range(count)])


def test_no_events_have_no_lanes() -> None:
    lanes = build_lanes([], 0)
    assert lanes.lanes == 0
    assert lanes.bins(0, 10, 5).shape == (0, 5)


def test_few_types_have_a_lane_each_in_order_of_appearance() -> None:
    lanes = build_lanes([0, 2, 2, 2, 1], 4)
    assert lanes.codes == (0, 1, 2)
    assert not lanes.others
    assert [members.tolist() for members in lanes.members] == [[0], [4], [1, 2, 3]]


def test_the_most_frequent_types_have_lanes_and_the_others_share_one() -> None:
    codes = [0] + [code for code in range(1, 8) for _ in range(code + 1)]
    lanes = build_lanes(codes, 8)
    assert lanes.codes == (2, 3, 4, 5, 6, 7)
    assert lanes.lanes == COLOURED_LANES + 1
    assert lanes.members[-1].tolist() == [0, 1, 2]
    assert lanes.lane_of(7) == 5
    assert lanes.lane_of(0) == 6


def test_lanes_stay_while_more_of_the_stream_is_loaded() -> None:
    codes = _codes(5000, 5)
    assert build_lanes(codes[:1000], 5).codes == build_lanes(codes, 5).codes


@given(
    st.lists(st.integers(0, 9), max_size=200),
    st.floats(-20, 220),
    st.floats(0.01, 240),
    st.integers(1, 40),
)
def test_bins_hold_every_event_of_the_range_once(
    codes: list[int], low: float, width: float, bins: int
) -> None:
    high = low + width
    lanes = build_lanes(codes, 10)
    counts = lanes.bins(low, high, bins)
    inside = [code for index, code in enumerate(codes) if low <= index < high]
    expected = Counter(lanes.lane_of(code) for code in inside)
    assert counts.sum(axis=1).tolist() == [expected[lane] for lane in range(lanes.lanes)]
    assert (counts >= 0).all()
    for lane in range(lanes.lanes):
        listed = lanes.between(lane, low, high).tolist()
        assert listed == [
            index
            for index, code in enumerate(codes)
            if low <= index < high and lanes.lane_of(code) == lane
        ]


def test_an_event_is_in_the_bin_of_its_own_place() -> None:
    lanes = build_lanes(np.zeros(1_000_000, np.uint16), 1)
    counts = lanes.bins(0, 1_000_000, 1000)
    assert counts.tolist() == [[1000] * 1000]
    lone = np.zeros(1_000_000, np.uint16)
    lone[654_321] = 1
    counts = build_lanes(lone, 2).bins(0, 1_000_000, 1000)
    assert counts[1].nonzero()[0].tolist() == [654]
    assert counts[1, 654] == 1


@pytest.mark.parametrize("codes", [[0, 1, 0], array("H", [0, 1, 0]), np.array([0, 1, 0], "u1")])
def test_any_sequence_of_codes_will_do(codes: Sequence[int]) -> None:
    assert build_lanes(codes, 2).bins(0, 3, 3).tolist() == [[1, 0, 1], [0, 1, 0]]


def test_columns_with_marks_are_told_once() -> None:
    assert occupied_columns([0, 1, 2, 50, 99], 0, 100, 10).tolist() == [0, 5, 9]
    assert occupied_columns([0, 1, 2, 50, 99], 40, 60, 20).tolist() == [10]
    assert occupied_columns([], 0, 100, 10).tolist() == []
    assert occupied_columns([5], 5, 5, 10).tolist() == []
