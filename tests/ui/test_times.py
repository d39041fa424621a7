"""One time choice: what it writes, and that nothing is invented."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from inspector.core.errors import InputInvalid
from inspector.core.instants import Instant, parse_instant
from inspector.ui.models.times import TimeChoice, to_the_minute, whole_seconds, zone_names


def instant(text: str) -> Instant:
    found = parse_instant(text)
    assert found is not None
    return found


def test_utc_keeps_every_stored_digit() -> None:
    assert TimeChoice().format(instant("2024-03-12T14:32:07.1234567Z")) == (
        "2024-03-12 14:32:07.1234567"
    )


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("2024-03-12 14:32:07.1234567", "2024-03-12 14:32:07"),
        ("2024-03-12T14:32:07.5+09:00", "2024-03-12T14:32:07+09:00"),
        ("2024-03-12 14:32:07", "2024-03-12 14:32:07"),
        ("1.5 o'clock", "1.5 o'clock"),
    ],
)
def test_without_room_a_time_loses_the_fraction_of_its_second(text: str, short: str) -> None:
    assert whole_seconds(text) == short


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("2024-03-12 14:32:07.1234567", "2024-03-12 14:32"),
        ("2024-03-12T14:32:07.5+09:00", "2024-03-12 14:32"),
        ("2024-03-12 14:32", "2024-03-12 14:32"),
        ("12 March, half past two", "12 March, half past two"),
        ("2024-03-12 14:325", "2024-03-12 14:325"),
    ],
)
def test_in_a_list_a_time_is_told_to_the_minute(text: str, short: str) -> None:
    assert to_the_minute(text) == short


def test_another_zone_writes_its_offset_at_that_date() -> None:
    times = TimeChoice(name="Europe/Berlin")
    assert times.format(instant("2024-01-01T00:00:00Z")) == "2024-01-01 01:00:00+01:00"
    assert times.format(instant("2024-07-01T00:00:00Z")) == "2024-07-01 02:00:00+02:00"


def test_local_is_the_zone_of_this_computer() -> None:
    times = TimeChoice(name="local")
    assert times.format(instant("2024-01-01T00:00:00Z")) == "2024-01-01 05:45:00+05:45"
    assert times.name == "local"


def test_a_time_without_a_zone_stays_as_stored_and_says_so() -> None:
    times = TimeChoice(name="Asia/Seoul")
    assert times.format(instant("2024-01-01T00:00:00")) == "2024-01-01T00:00:00"
    assert "no zone" in times.forms(instant("2024-01-01T00:00:00"))
    assert times.format(instant("infinity")) == "infinity"


def test_all_three_forms_are_told() -> None:
    forms = TimeChoice(name="Asia/Seoul").forms(instant("2024-01-01T00:00:00.5Z"))
    assert forms.splitlines() == [
        "2024-01-01T00:00:00.5Z", "2024-01-01T09:00:00.5+09:00", "2024-01-01T05:45:00.5+05:45",
    ]  # fmt: skip


def test_a_wrong_zone_changes_nothing_and_a_damaged_setting_is_utc() -> None:
    times = TimeChoice(name="Asia/Seoul")
    with pytest.raises(InputInvalid):
        times.choose("Mars/Olympus")
    assert times.name == "Asia/Seoul"
    assert TimeChoice(name="\x00nonsense").name == "UTC"


def test_our_own_moments_follow_the_choice() -> None:
    moment = datetime(2024, 1, 1, 12, 0, 5, tzinfo=UTC)
    assert TimeChoice().clock(moment) == "12:00:05"
    assert TimeChoice(name="Asia/Seoul").clock(moment) == "21:00:05"


def test_the_systems_list_has_places_first() -> None:
    names = zone_names()
    assert "Asia/Seoul" in names
    assert "/" in names[0]
