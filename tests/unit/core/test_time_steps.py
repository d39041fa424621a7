"""Round moments for an axis, in any zone and at any distance."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.core.time_steps import (
    DAY,
    SECOND,
    TimeStep,
    offset_at,
    place_text,
    time_places,
    time_step,
)

BERLIN = ZoneInfo("Europe/Berlin")
KATHMANDU = ZoneInfo("Asia/Kathmandu")


def _ns(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp()) * SECOND  # type: ignore[misc,arg-type]


@given(st.floats(1, 1e20))
def test_a_step_is_at_least_as_long_as_was_asked(least: float) -> None:
    step = time_step(least)
    length = step.nanoseconds or step.days * DAY or step.months * 30 * DAY
    assert length >= least or step == TimeStep(months=12_000)


@given(st.integers(-(10**18), 4 * 10**18), st.integers(1, 10**18))
def test_places_are_ascending_round_and_inside(low: int, length: int) -> None:
    step = time_step(length / 8)
    places = time_places(low, low + length, step, BERLIN)
    assert all(low <= place <= low + length for place in places)
    assert all(left < right for left, right in pairwise(places))
    assert len(places) <= 20


def test_short_steps_stand_at_round_local_times() -> None:
    step = TimeStep(nanoseconds=3600 * SECOND)
    low = _ns(2026, 3, 16, 9, 30)
    places = time_places(low, low + 3 * 3600 * SECOND, step, KATHMANDU)
    assert [place_text(place, step, KATHMANDU) for place in places] == [
        "2026-03-16 16:00", "2026-03-16 17:00", "2026-03-16 18:00",
    ]  # fmt: skip


def test_days_begin_at_midnight_also_when_the_clock_is_put_forward() -> None:
    step = TimeStep(days=1)
    places = time_places(_ns(2026, 3, 28), _ns(2026, 3, 31), step, BERLIN)
    assert [place_text(place, step, BERLIN) for place in places] == [
        "2026-03-29", "2026-03-30", "2026-03-31",
    ]  # fmt: skip
    assert places[1] - places[0] == 23 * 3600 * SECOND


@pytest.mark.parametrize(
    ("step", "text"),
    [
        (TimeStep(months=12), "2026"),
        (TimeStep(months=1), "2026-03"),
        (TimeStep(days=7), "2026-03-16"),
        (TimeStep(nanoseconds=60 * SECOND), "2026-03-16 10:00"),
        (TimeStep(nanoseconds=SECOND), "2026-03-16 10:00:00"),
        (TimeStep(nanoseconds=100_000_000), "2026-03-16 10:00:00.000"),
        (TimeStep(nanoseconds=5_000), "2026-03-16 10:00:00.000000"),
    ],
)
def test_labels_are_as_precise_as_their_step_and_name_the_year(step: TimeStep, text: str) -> None:
    assert place_text(_ns(2026, 3, 16, 10), step) == text


def test_years_beyond_all_calendars_do_no_harm() -> None:
    far = 400_000 * 366 * DAY
    assert time_places(far, far + 10**18, TimeStep(months=12), BERLIN) == []
    assert offset_at(far, BERLIN) == 0
    assert place_text(10**6 * 366 * DAY, TimeStep(days=1)) == ""
    assert place_text(far, TimeStep(days=1)).startswith("+4")
