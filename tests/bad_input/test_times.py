"""Times that no clock shows, of no zone, out of order, and from the ends of the calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.bad_input.logs import big_log, lite_log, look, row

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Caller

STORED = {
    "0001-01-01T00:00:00Z": ("0001-01-01T00:00:00Z", "utc"),
    "9999-12-31T23:59:59.999999Z": ("9999-12-31T23:59:59.999999Z", "utc"),
    "2024-05-01T12:00:00": ("2024-05-01T12:00:00", "unknown"),
    "2024-05-01": ("2024-05-01", "unknown"),
    "2024-05-01T12:00:00+09:00": ("2024-05-01T03:00:00Z", "utc"),
    "0001-01-01T00:00:00+09:00": ("0000-12-31T15:00:00Z", "utc"),
    "9999-12-31T23:59:59-09:00": ("+010000-01-01T08:59:59Z", "utc"),
    "2016-12-31T23:59:60Z": ("2016-12-31T23:59:60Z", "utc"),
    "2023-02-29T00:00:00Z": ("2023-02-29T00:00:00Z", "unreadable"),
    "yesterday": ("yesterday", "unreadable"),
    "": ("", "unreadable"),
    "1\0": ("1\0", "unreadable"),
    1_700_000_000_123: ("2023-11-14T22:13:20.123Z", "utc"),
    -62_135_596_800_000: ("0001-01-01T00:00:00.000Z", "utc"),
    10**40: (str(10**40), "unreadable"),
}
"""What a file can hold, and what is shown of it."""

SERVER = {
    "0001-01-01 00:00:00+00": "0001-01-01T00:00:00Z",
    "9999-12-31 23:59:59.999999+00": "9999-12-31T23:59:59.999999Z",
    "4713-01-01 00:00:00+00 BC": "-004712-01-01T00:00:00Z",
    "294276-12-31 23:59:59+00": "+294276-12-31T23:59:59Z",
    "infinity": "infinity",
    "-infinity": "-infinity",
    "2024-05-01 12:00:00+09": "2024-05-01T03:00:00Z",
}


def test_times_in_a_file(tmp_path: Path, call: Caller) -> None:
    stored = [None if at == 10**40 else at for at in STORED]
    rows = [row(n, b"{}", at=at) for n, at in enumerate(stored, start=1)]
    log = lite_log(tmp_path, rows)
    seen = look(log.request)
    shown = [(e.recorded_at.text, e.recorded_at.zone) for e in seen.events if e.recorded_at]
    assert shown == [STORED[at] for at in STORED if at != 10**40]
    for codes, (_, zone) in zip(seen.codes, STORED.values(), strict=True):
        expected = {"unknown": {"time-without-zone"}, "unreadable": {"time-unreadable"}}
        assert codes - {"time-goes-back"} <= expected.get(zone, set())
    for command in (["events"], ["streams"], ["streams", "--sort", "last"]):
        assert call(command[0], *log.arguments, *command[1:]).code == 0
    for moment, version in (("0001-06-01", 14), ("9999-12-31", 14), ("2024-04-30", 14)):
        (state,) = call.json("state", *log.arguments, "s", "--time", moment)
        assert state["version"] <= version


@pytest.mark.parametrize("kind", ["timestamptz", "timestamp", "text"])
def test_times_on_a_server(kind: str, tmp_path: Path, database: str, call: Caller) -> None:
    rows = [row(n, "{}", at=at) for n, at in enumerate(SERVER, start=1)]
    log = big_log(tmp_path, database, rows, at=kind)
    seen = look(log.request)
    if kind != "timestamp":
        assert seen.times == list(SERVER.values())
    else:
        # The server itself drops the offset of a text for a column without one.
        local = [text.removesuffix("Z") for text in SERVER.values()]
        local[-1] = "2024-05-01T12:00:00"
        assert seen.times == local
        assert all("time-without-zone" in codes for codes in seen.codes[:4])
    assert call("events", *log.arguments).code == 0
    assert call("streams", *log.arguments, "--sort", "last").code == 0
    assert len(call.json("events", *log.arguments)) == len(SERVER)
    (state,) = call.json("state", *log.arguments, "s", "--time", "2030-01-01")
    assert state["version"] >= 1


def test_a_date_or_a_number_on_a_server(tmp_path: Path, database: str) -> None:
    rows = [row(1, "{}", at="2024-05-01"), row(2, "{}", at="infinity")]
    assert look(big_log(tmp_path, database, rows, at="date").request).times == [
        "2024-05-01",
        "infinity",
    ]


def test_a_clock_that_goes_back_changes_no_order(tmp_path: Path, call: Caller) -> None:
    times = ["2024-05-03T00:00:00Z", "2024-05-01T00:00:00Z", "2024-05-02T00:00:00Z"]
    log = lite_log(tmp_path, [row(n, b"{}", at=at) for n, at in enumerate(times, start=1)])
    assert look(log.request).times == times
    found = [call.json("state", *log.arguments, "s", "--time", f"2024-05-0{d}T12:00:00Z")
             for d in (1, 2, 3)]  # fmt: skip
    assert [states[0]["version"] for states in found] == [2, 3, 3]


def test_where_a_clock_goes_back_is_said_however_the_pages_fall(
    tmp_path: Path, call: Caller
) -> None:
    """At 257 a new page begins; a day is compared with a day, whatever its zone is called."""
    times = [f"2024-05-01T00:{n // 60:02d}:{n % 60:02d}Z" for n in range(600)]
    back = {100, 256, 300}
    for index in back:
        times[index] = "2024-04-01T00:00:00Z"
    log = lite_log(tmp_path, [row(n, b"{}", at=at) for n, at in enumerate(times, start=1)])
    for extra in ([], ["--reverse"], ["--from", "257"], ["--from", "200", "--to", "280"]):
        told = [
            event["version"] - 1
            for event in call.json("events", *log.arguments, "s", *extra)
            if any(finding["code"] == "time-goes-back" for finding in event["findings"])
        ]
        first = int(extra[1]) if "--from" in extra else 1
        last = int(extra[3]) if "--to" in extra else 600
        assert sorted(told) == sorted(n for n in back if first <= n + 1 <= last)
    assert "time-goes-back" in call("events", *log.arguments, "s").out
