"""Times are shown in the zone people choose, and read as people type them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.core.errors import InputInvalid
from inspector.core.instants import Instant, parse_instant
from inspector.core.zones import find_zone, format_instant, parse_user_time


def shown(stored: str, zone: str) -> str:
    instant = parse_instant(stored)
    assert instant is not None
    return format_instant(instant, find_zone(zone))


@pytest.mark.parametrize(
    ("stored", "zone", "text"),
    [
        ("2024-03-12T02:44:53.379Z", "UTC", "2024-03-12T02:44:53.379Z"),
        ("2024-03-12T02:44:53.3790Z", "+09:00", "2024-03-12T11:44:53.3790+09:00"),
        ("2024-03-12T02:44:53Z", "-0330", "2024-03-11T23:14:53-03:30"),
        ("2024-03-12T02:44:53Z", " gmt ", "2024-03-12T02:44:53Z"),
        ("2024-03-12T02:44:53Z", "utc+02", "2024-03-12T04:44:53+02:00"),
        ("2024-07-01T12:00:00Z", "Europe/Berlin", "2024-07-01T14:00:00+02:00"),
        ("2024-01-01T12:00:00Z", "Europe/Berlin", "2024-01-01T13:00:00+01:00"),
        ("2016-12-31T23:59:60.5Z", "Asia/Seoul", "2017-01-01T08:59:60.5+09:00"),
        ("2024-03-12 02:44:53", "Asia/Seoul", "2024-03-12T02:44:53"),
        ("2024-03-12", "Asia/Seoul", "2024-03-12"),
        ("not a time", "Asia/Seoul", "not a time"),
        ("infinity", "Asia/Seoul", "infinity"),
        ("0001-01-01T00:00:00Z", "-05:00", "0001-01-01T00:00:00Z"),
        ("294276-12-31 23:59:59+00", "Asia/Seoul", "+294276-12-31T23:59:59Z"),
    ],
)
def test_a_time_is_shown_in_a_zone_only_if_it_can_be(stored: str, zone: str, text: str) -> None:
    assert shown(stored, zone) == text


def test_an_old_zone_has_an_offset_with_seconds() -> None:
    expected = datetime(1880, 1, 1, 12, tzinfo=UTC).astimezone(ZoneInfo("Europe/Amsterdam"))
    assert expected.utcoffset() not in (None, timedelta())
    assert shown("1880-01-01T12:00:00Z", "Europe/Amsterdam") == expected.isoformat()


def test_the_zone_of_this_computer_is_a_choice() -> None:
    # The session's zone, set where the tests begin.
    assert shown("2024-03-12T02:00:00Z", "local") == "2024-03-12T07:45:00+05:45"


@given(
    st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1)),  # noqa: DTZ001 made UTC below
    st.integers(-86_399, 86_399),
)
def test_showing_and_reading_again_is_the_same_moment(moment: datetime, east: int) -> None:
    instant = parse_instant(moment.replace(tzinfo=UTC))
    assert instant is not None
    zone = timezone(timedelta(seconds=east))
    text = format_instant(instant, zone)
    assert datetime.fromisoformat(text) == moment.replace(tzinfo=UTC)
    again = parse_instant(text)
    assert again is not None
    assert again.nanoseconds == instant.nanoseconds


@pytest.mark.parametrize(
    "name", ["", "Mars/Olympus", "../../etc/passwd", "Europe", "+25:00", "+01:75", "\0", "/etc"]
)
def test_what_is_no_zone_is_refused_with_advice(name: str) -> None:
    with pytest.raises(InputInvalid) as caught:
        find_zone(name)
    assert "Asia/Seoul" in caught.value.hint


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("2024-03-12T14:32:07Z", "2024-03-12T14:32:07Z"),
        (" 2024-03-12 14:32 ", "2024-03-12T14:32:00Z"),
        ("2024-03-12 14:32:07.25", "2024-03-12T14:32:07.25Z"),
        ("2024-03-12T23:32:07+09:00", "2024-03-12T14:32:07Z"),
        ("2024-03-12", "2024-03-12T00:00:00Z"),
    ],
)
def test_a_typed_time_without_a_zone_means_utc(typed: str, text: str) -> None:
    found = parse_user_time(typed)
    assert found.zone == "utc"
    assert parse_instant(text) == found


@pytest.mark.parametrize("typed", ["", "14:32", "yesterday", "infinity", "2024-02-30", "12"])
def test_what_is_no_time_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(InputInvalid) as caught:
        parse_user_time(typed)
    assert typed in caught.value.message
    assert "2024-03-12" in caught.value.hint


def test_an_instant_made_by_hand_is_shown_too() -> None:
    assert format_instant(Instant("2024-03-12T00:00:00Z", "utc", 1710201600 * 10**9)).endswith("Z")
