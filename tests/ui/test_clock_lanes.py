"""The picture of a whole store on a clock: whole bins, as they were counted."""

from __future__ import annotations

from array import array

from inspector.services.store_clock import ClockCloseup, ClockCount
from inspector.ui.models.clock_lanes import ClockLanes, ClockScale


def _count() -> ClockCount:
    return ClockCount(
        rows=600,
        unit=100,
        start=100,
        bins=array("I", [0, 0, 1, 49]),
        codes=array("H", [0, 1, 0, 1]),
        counts=array("L", [300, 150, 100, 50]),
        lows=array("q", [130, 180, 250]),
        highs=array("q", [190, 260, 5010]),
        first=130,
        last=5010,
    )


def _closeup() -> ClockCloseup:
    codes, times = array("H", [0, 1, 0]), array("q", [249, 255, 260])
    return ClockCloseup(300, 303, codes, times, 240, 260)


def _nothing(row: int) -> int | None:
    del row
    return None


def test_bars_hold_whole_bins_and_nothing_is_lost() -> None:
    lanes = ClockLanes(_count(), 2)
    for bins in (1, 7, 50, 1000):
        edges, counts = lanes.bars(0, 4880, bins)
        assert counts.sum(axis=1).tolist() == [400, 200]
        assert len(edges) == counts.shape[1] + 1
    assert edges[0] == -30, "the first bin begins before the first event"
    assert lanes.count_between(0, 60) == 450
    assert not lanes.single(0, 100)


def test_single_rows_are_drawn_where_they_are_known() -> None:
    lanes = ClockLanes(_count(), 2, _closeup())
    assert lanes.single(110, 130)
    assert not lanes.single(0, 130)
    assert lanes.between(0, 110, 131).tolist() == [119, 130]
    assert lanes.bars(110, 130, 3)[1].sum() == 2, "the last edge is beyond"


def test_a_row_lies_at_its_time_where_that_is_known() -> None:
    at_hand = {17: 145}
    scale = ClockScale(_count(), _closeup(), at_hand.get)
    assert scale.origin == 130
    assert scale.ends[:2] == (0.0, 4880.0)
    assert scale.place(17) == 15
    assert scale.place(301) == 125
    assert scale.place(0) == 0, "between two known times: the earlier one"


def test_the_row_at_a_place_is_one_that_lies_there() -> None:
    scale = ClockScale(_count(), _closeup(), _nothing)
    assert scale.row(-5) == 0
    assert scale.row(125) == 301, "looked at closely"
    assert 0 <= scale.row(40) < 256
    assert 512 <= scale.row(4000) < 600
    assert scale.row(9_999) == 599
