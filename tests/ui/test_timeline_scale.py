"""Rows on a clock: also where it went back, and where a row has no time."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from inspector.services.stream_times import NO_TIME
from inspector.ui.models.timeline_bins import build_lanes
from inspector.ui.models.timeline_scale import NumberScale, TimeScale


def test_rows_without_a_time_lie_with_the_row_before() -> None:
    scale = TimeScale([NO_TIME, 100, NO_TIME, 300])
    assert scale.missing == 2
    assert scale.origin == 100
    assert scale.all.tolist() == [0, 0, 0, 200]
    assert scale.row(190) == 3


def test_a_clock_that_went_back_is_no_obstacle() -> None:
    scale = TimeScale([100, 300, 200, 400])
    assert [scale.row(scale.place(row)) for row in range(4)] == [0, 1, 2, 3]
    assert scale.places([0, 1, 2]).tolist() == [0, 100, 200]
    assert scale.placed(np.array([0, 1, 2])).tolist() == [0, 200, 100]


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=50), st.floats(-100, 1100))
def test_the_nearest_row_is_found(times: list[int], place: float) -> None:
    scale = TimeScale(times)
    found = abs(scale.place(scale.row(place)) - place)
    assert found == min(abs(scale.place(row) - place) for row in range(len(times)))


def test_one_moment_has_room_around_it() -> None:
    first, last, least = TimeScale([5, 5, 5]).ends
    assert first < 0 < last
    assert least <= last - first
    first, last, _ = NumberScale(0).ends
    assert first < last


def test_lanes_on_a_clock_count_every_event() -> None:
    scale = TimeScale([100, 300, 200, 400])
    lanes = build_lanes([0, 1, 0, 1], 2, scale.all)
    assert not lanes.even
    assert lanes.bins(0, 301, 3).tolist() == [[2, 0, 0], [0, 1, 1]]
    assert lanes.between(0, 0, 150).tolist() == [0, 100]
    assert lanes.count_between(0, 150) == 2
