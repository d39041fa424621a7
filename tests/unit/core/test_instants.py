"""Stored times are read exactly, whatever wrote them, and never made better than they are."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.core.calendars import date_text, days_since_epoch
from inspector.core.instants import Instant, instant_from_epoch, parse_instant

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
offsets = st.timedeltas(timedelta(hours=-23), timedelta(hours=23)).map(
    lambda span: timezone(timedelta(seconds=round(span.total_seconds())))
)


def microseconds(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)


@given(st.datetimes(timezones=offsets))
def test_any_moment_with_an_offset_is_that_moment(moment: datetime) -> None:
    found = parse_instant(moment)
    assert found is not None
    assert (found.zone, found.nanoseconds) == ("utc", microseconds(moment) * 1000)
    try:
        expected = moment.astimezone(UTC)
    except OverflowError:  # the UTC date is one that datetime cannot hold
        assert found.text.startswith(("0000-12-31T", "+010000-01-01T"))
    else:
        assert found.text == expected.replace(tzinfo=None).isoformat() + "Z"
    assert parse_instant(found.text) == found


@given(st.datetimes())
def test_a_moment_without_a_zone_stays_as_stored(moment: datetime) -> None:
    found = parse_instant(moment.isoformat(sep=" "))
    nanoseconds = microseconds(moment.replace(tzinfo=UTC)) * 1000
    assert found == Instant(moment.isoformat(), "unknown", nanoseconds)
    assumed = parse_instant(moment.isoformat(), assume_utc=True)
    assert assumed == Instant(moment.isoformat() + "Z", "utc", nanoseconds)


@given(st.integers(-365_000_000, 364_000_000))
def test_days_are_counted_the_same_way_there_and_back(days: int) -> None:
    text = date_text(days)
    year, month, day = text.rsplit("-", 2)
    assert days_since_epoch(int(year), int(month), int(day)) == days
    if 0 < int(year) <= 9999:
        assert date.fromisoformat(text) == date(1970, 1, 1) + timedelta(days=days)


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        ("2024-03-12 02:44:53.379+00", "2024-03-12T02:44:53.379Z"),
        ("2024-03-12T02:44:53.379Z", "2024-03-12T02:44:53.379Z"),
        ("2024-03-12 02:44:53 UTC", "2024-03-12T02:44:53Z"),
        ("2024-03-12 02:44:53 +0000", "2024-03-12T02:44:53Z"),
        ("2024-03-12 11:44:53.5 +0900 KST", "2024-03-12T02:44:53.5Z"),
        ("2024-03-12T03:44:53+01:00[Europe/Paris]", "2024-03-12T02:44:53Z"),
        ("2024-03-12T02:44:53Z[UTC]", "2024-03-12T02:44:53Z"),
        ("2024-03-12t02:44:53,12z", "2024-03-12T02:44:53.12Z"),
        ("2024-03-12 02:44-03:30", "2024-03-12T06:14:00Z"),
        ("1890-01-01 00:00:00+00:19:32", "1889-12-31T23:40:28Z"),
        ("1890-01-01 00:00:00-001932", "1890-01-01T00:19:32Z"),
        ("2024-03-12T02:44:53.123456789012345678Z", "2024-03-12T02:44:53.123456789012345678Z"),
        ("2024-03-12T02:44:53.000Z", "2024-03-12T02:44:53.000Z"),
        ("0001-01-01T00:00:00+14:00", "0000-12-31T10:00:00Z"),
        ("9999-12-31T23:59:59.9-01:00", "+010000-01-01T00:59:59.9Z"),
        ("0044-03-15 12:00:00+00 BC", "-000043-03-15T12:00:00Z"),
        ("0001-12-31 23:00:00+00 BC", "0000-12-31T23:00:00Z"),
        ("2024-03-12 02:44:53+00 AD", "2024-03-12T02:44:53Z"),
        ("294276-12-31 23:59:59.999999+00", "+294276-12-31T23:59:59.999999Z"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:60Z"),
        ("2017-01-01T08:59:60.5+09:00", "2016-12-31T23:59:60.5Z"),
        ("2017-01-01T05:29:60+05:30", "2016-12-31T23:59:60Z"),
        ("2017-01-01T00:19:60+00:20:28", "2016-12-31T23:59:32Z"),
        ("2024-02-29T24:00:00Z", "2024-03-01T00:00:00Z"),
        ("2024-12-31T24:00:00.00Z", "2025-01-01T00:00:00.00Z"),
        (" 2024-03-12T02:44:53Z\n", "2024-03-12T02:44:53Z"),
        (b"2024-03-12 02:44:53+00", "2024-03-12T02:44:53Z"),
    ],
)
def test_known_forms_become_utc_with_the_stored_digits(stored: object, text: str) -> None:
    found = parse_instant(stored)
    assert found is not None
    assert (found.text, found.zone) == (text, "utc")
    assert str(found) == text


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        ("2024-03-12 02:44:53.379", "2024-03-12T02:44:53.379"),
        ("2024-03-12", "2024-03-12"),
        (date(2024, 3, 12), "2024-03-12"),
        ("0044-03-15 12:00:00 BC", "-000043-03-15T12:00:00"),
        ("2016-12-31 23:59:60", "2016-12-31T23:59:60"),
        ("2024-03-12 24:00", "2024-03-13T00:00:00"),
    ],
)
def test_no_zone_is_invented(stored: object, text: str) -> None:
    found = parse_instant(stored)
    assert found is not None
    assert (found.text, found.zone) == (text, "unknown")


def test_a_leap_second_is_ordered_between_its_neighbours() -> None:
    texts = ("23:59:59.9", "23:59:60", "23:59:60.9")
    found = [parse_instant(f"2016-12-31T{text}Z") for text in texts]
    moments = [instant.nanoseconds for instant in found if instant and instant.nanoseconds]
    assert moments == sorted(moments)
    assert len(moments) == 3


@pytest.mark.parametrize(
    "stored",
    [
        "", "yesterday", "2024-02-30", "2023-02-29T00:00:00Z", "1900-02-29", "2024-13-01",
        "2024-00-10", "2024-01-00", "2024-03-12T25:00:00Z", "2024-03-12T24:00:01Z",
        "2024-03-12T24:00:00.01Z", "2024-03-12T02:60:00Z", "2024-03-12T02:44:61Z",
        "2024-03-12T02:44:53+24:00", "2024-03-12T02:44:53+09:60",
        "2024-03-12T02:44:53 EST", "12/03/2024", "1710211493", "٢٠٢٤-03-12", "2024-03-12Z",
        "2024-03-12T02:44:53Z; DROP TABLE", "2024-03-12T02:44:53Z\0", "\ud800", "1" * 5000,
        " <b>now</b> ",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_kept_as_it_is(stored: str) -> None:
    assert parse_instant(stored) == Instant(stored, "unreadable", None)


def test_odd_objects_are_kept_as_text() -> None:
    assert parse_instant(b"\xff") == Instant("\\xff", "unreadable", None)
    assert parse_instant(5) == Instant("5", "unreadable", None)
    huge = parse_instant(10**5000)
    assert huge is not None
    assert huge.text.startswith("0x")


def test_a_missing_time_is_missing() -> None:
    assert parse_instant(None) is None
    assert instant_from_epoch(None, per_second=1) is None


@pytest.mark.parametrize("word", ["infinity", "-infinity", " Infinity "])
def test_infinity_is_a_time_without_a_place(word: str) -> None:
    assert parse_instant(word) == Instant(word.strip().lower(), "utc", None)


@pytest.mark.parametrize(
    ("count", "per_second", "text"),
    [
        (0, 1, "1970-01-01T00:00:00Z"),
        (1710211493, 1, "2024-03-12T02:44:53Z"),
        (1710211493379, 1000, "2024-03-12T02:44:53.379Z"),
        (1710211493379000, 1_000_000, "2024-03-12T02:44:53.379000Z"),
        ("1710211493379", 1000, "2024-03-12T02:44:53.379Z"),
        (1710211493.25, 1, "2024-03-12T02:44:53.25Z"),
        (Decimal("1710211493.3790"), 1, "2024-03-12T02:44:53.3790Z"),
        (Decimal("1710211493379.5"), 1000, "2024-03-12T02:44:53.3795Z"),
        (Decimal("1.5E+3"), 1, "1970-01-01T00:25:00Z"),
        (-1, 1000, "1969-12-31T23:59:59.999Z"),
        (-1.5, 1, "1969-12-31T23:59:58.5Z"),
        ("-1", 1, "1969-12-31T23:59:59Z"),
        (-62135596801, 1, "0000-12-31T23:59:59Z"),
        (253402300800, 1, "+010000-01-01T00:00:00Z"),
    ],
)
def test_counts_since_the_epoch_keep_their_unit(count: object, per_second: int, text: str) -> None:
    found = instant_from_epoch(count, per_second=per_second)
    assert found is not None
    assert (found.text, found.zone) == (text, "utc")
    again = parse_instant(text)
    assert again == found


@pytest.mark.parametrize(
    "count",
    [
        2**63, -(2**63), 10**40, float("nan"), float("inf"), 1e300, 5e-324, Decimal("sNaN"),
        Decimal("1E+999999"), Decimal("1E-999999"), Decimal("0." + "1" * 50), True, "12a", "9" * 50,
    ],
)  # fmt: skip
def test_counts_that_are_no_moment_are_kept_as_they_are(count: object) -> None:
    assert instant_from_epoch(count, per_second=1) == Instant(str(count), "unreadable", None)


def test_a_text_where_a_count_was_expected_is_read_as_a_time() -> None:
    found = instant_from_epoch("2024-03-12T02:44:53Z", per_second=1000)
    assert found is not None
    assert found.text == "2024-03-12T02:44:53Z"
