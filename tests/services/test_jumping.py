"""What somebody types to go somewhere: numbers, times, and what is neither."""

from __future__ import annotations

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from inspector.core.errors import InputInvalid
from inspector.core.instants import Instant, parse_instant
from inspector.services.jumping import parse_jump

SEOUL = ZoneInfo("Asia/Seoul")
BERLIN = ZoneInfo("Europe/Berlin")


def _near(text: str) -> Instant:
    found = parse_instant(text)
    assert found is not None
    return found


def _at(text: str) -> int:
    found = _near(text).nanoseconds
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("27", 27), (" 27 ", 27), ("#27", 27), ("0", 0), ("-1", -1),
        ("1 000 000", 1_000_000), ("1\u2009234", 1234), ("1,234", 1234), ("12'000", 12_000),
    ],
)  # fmt: skip
def test_numbers_are_read_as_the_window_writes_them(text: str, number: int) -> None:
    assert parse_jump(text) == number


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-16 10:00", "2026-03-16T10:00:00Z"),
        ("2026-03-16T10:00:30.25Z", "2026-03-16T10:00:30.25Z"),
        ("2026-03-16 10:00+09:00", "2026-03-16T01:00:00Z"),
        ("2026-03-16", "2026-03-16T00:00:00Z"),
        ("10:00", "2026-03-15T10:00:00Z"),
        ("9:05:30.5", "2026-03-15T09:05:30.5Z"),
    ],
)
def test_times_are_read_in_utc(text: str, moment: str) -> None:
    found = parse_jump(text, UTC, _near("2026-03-15T13:53:00Z"))
    assert isinstance(found, Instant)
    assert found.nanoseconds == _at(moment)


@pytest.mark.parametrize(
    ("text", "zone", "moment"),
    [
        ("2026-03-16 10:00", SEOUL, "2026-03-16T01:00:00Z"),
        ("2026-03-16", SEOUL, "2026-03-15T15:00:00Z"),
        ("10:00", SEOUL, "2026-03-16T01:00:00Z"),
        ("2026-01-16 10:00", BERLIN, "2026-01-16T09:00:00Z"),
        ("2026-07-16 10:00", BERLIN, "2026-07-16T08:00:00Z"),
        ("2026-03-29 03:30", BERLIN, "2026-03-29T01:30:00Z"),
    ],
)
def test_times_without_a_zone_are_those_of_the_window(
    text: str, zone: ZoneInfo, moment: str
) -> None:
    found = parse_jump(text, zone, _near("2026-03-15T23:53:00Z"))
    assert isinstance(found, Instant)
    assert found.nanoseconds == _at(moment)


@pytest.mark.parametrize("text", ["abc", "", "12:", "25:00", "2026-02-30", "10-11", "١٢"])
def test_what_is_neither_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InputInvalid) as refused:
        parse_jump(text, UTC, _near("2026-03-15T13:53:00Z"))
    assert "neither a number nor a time" in refused.value.message
    assert "10:00" in (refused.value.hint or "")


def test_a_clock_time_needs_a_day() -> None:
    with pytest.raises(InputInvalid, match="No day is known"):
        parse_jump("10:00", UTC, None)
