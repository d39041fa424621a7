"""Stored text can be anything: it never steers a terminal, and JSON keeps every character."""

from __future__ import annotations

import json
import unicodedata
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Caller, Own, Result

HOSTILE = {
    "escape": "a\x1b[31mred\x1b]0;title\x07b",
    "c1": "a\x9b31mb\x85c",
    "lines": "a\nb\rc\x0bd\u2028e\u2029f",
    "zero": "a\x00b",
    "backspace": "secret\x08\x08\x08\x08\x08\x08public\x7f",
    "bidi": "user\u202egnp.exe\u2066x\u2069",
    "invisible": "a\u200bb\ufeffc\u00add",
    "html": "<img src='file:/etc/passwd' onerror=alert(1)>",
    "tag": "a\U000e0041b",
    "korean": "주문 — 完了 ✓",
    "long": "x" * 50_000,
}
SURROGATE = b"half \xed\xa0\x80 and \xff bytes"


def hostile_row(text: str) -> tuple[Any, ...]:
    """The text in every field that a store has."""
    body = json.dumps({text: text, "list": [text]}, ensure_ascii=False)
    meta = json.dumps({"user": text, text: text}, ensure_ascii=False)
    return (text, 1, text, body, meta, "2024-01-01T00:00:00Z", text, text)


@pytest.fixture(params=HOSTILE)
def text(request: pytest.FixtureRequest) -> str:
    return HOSTILE[request.param]


@pytest.fixture
def hostile(text: str, own_store: Callable[..., Own]) -> Own:
    return own_store([hostile_row(text)])


def commands(own: Own, stream: str) -> list[list[str]]:
    """Every command that prints stored text."""
    store = list(own.arguments)
    return [
        ["recognise", *store],
        ["streams", *store],
        ["streams", *store, "--match", stream],
        ["events", *store],
        ["events", *store, "--", stream],
        ["state", *store, "--", stream],
        ["state", *store, "--every", "--", stream],
        ["state", *store, "--", stream + "?"],
        ["events", *store, "--category", stream, "--", stream],
    ]


def only_harmless(result: Result) -> None:
    for char in set(result.out + result.err) - {"\n"}:
        assert char.isprintable(), f"{char!r} ({unicodedata.name(char, '?')}) reached the terminal"


def test_people_see_only_what_can_be_printed(text: str, hostile: Own, call: Caller) -> None:
    for command in commands(hostile, text):
        if "\x00" in text and "--match" not in command and text in command:
            continue  # no shell can pass such an argument
        only_harmless(call(*command))


def test_html_is_just_text(call: Caller, own_store: Callable[..., Own]) -> None:
    own = own_store([hostile_row(HOSTILE["html"])])
    assert HOSTILE["html"] in call("streams", *own.arguments).out


def test_programs_get_every_character(text: str, hostile: Own, call: Caller) -> None:
    (stream,) = call.json("streams", *hostile.arguments)
    assert stream["stream"] == text
    (event,) = call.json("events", *hostile.arguments)
    assert event["stream"] == event["type"] == event["actor"] == event["tenant"] == text
    assert event["data"] == {text: text, "list": [text]}
    assert event["metadata"] == {"user": text, text: text}
    (state,) = call.json("state", *hostile.arguments, "--", text)
    assert state["state"] == {text: text, "list": [text]}


def test_json_lines_are_lines_whatever_is_in_them(text: str, hostile: Own, call: Caller) -> None:
    result = call("events", *hostile.arguments, "--json")
    line = result.out.removesuffix("\n")
    assert "\n" not in line
    assert "\x1b" not in line
    assert not any(0x7F <= ord(char) < 0xA0 for char in line)


def test_bytes_that_are_no_text(call: Caller, tmp_path: Any) -> None:
    """SQLite keeps any bytes in a column of text."""
    import sqlite3  # noqa: PLC0415 - only here
    from contextlib import closing  # noqa: PLC0415

    from tests.cli.conftest import write_own  # noqa: PLC0415

    own = write_own(tmp_path, [])
    body = b'{"name": "' + SURROGATE + b'"}'
    with closing(sqlite3.connect(own.path)) as database:
        database.execute(
            "INSERT INTO log (stream, version, type, body, at) VALUES"
            f" (CAST(x'{SURROGATE.hex()}' AS TEXT), 1, CAST(x'{SURROGATE.hex()}' AS TEXT),"
            f" CAST(x'{body.hex()}' AS TEXT), '2024-01-01T00:00:00Z')"
        )
        database.commit()
    for command in ("streams", "events"):
        result = call(command, *own.arguments)
        assert result.code == 0
        only_harmless(result)
        result = call(command, *own.arguments, "--json")
        assert result.code == 0
        result.out.encode("utf-8")  # nothing in it is half a character
    assert call.json("events", *own.arguments)[0]["type"].startswith("half ")


def test_a_million_brackets_and_other_odd_payloads(
    call: Caller, own_store: Callable[..., Own]
) -> None:
    bodies = [
        "[" * 100_000 + "]" * 100_000,
        "[" * 100_000,
        '{"a": 1, "a": 2}',
        '{"n": NaN, "i": -Infinity}',
        '{"big": 123456789012345678901234567890.000000000000000000001}',
        "",
        None,
        '"just a text"',
        b"\x00\x01\x02binary",
        '{"half": "\\ud800"}',
    ]
    rows = [("s", i, "T", body, None, None, None, None) for i, body in enumerate(bodies, start=1)]
    own = own_store(rows)
    for command in (["events", *own.arguments, "s"], ["state", *own.arguments, "s", "--every"]):
        result = call(*command)
        assert result.code == 0
        only_harmless(result)
    events = call.json("events", *own.arguments, "s")
    assert len(events) == len(bodies)
    assert "$undecoded" in events[1]["data"]
    assert {f["code"] for f in events[2]["findings"]} >= {"payload-duplicate-keys"}
    assert events[3]["data"] == {"n": {"$number": "NaN"}, "i": {"$number": "-Infinity"}}
    exact = "123456789012345678901234567890.000000000000000000001"
    assert str(events[4]["data"]["big"]) == exact
    assert len(call.json("state", *own.arguments, "s", "--every")) == len(bodies)


def test_an_integer_longer_than_python_reads(call: Caller, own_store: Callable[..., Own]) -> None:
    digits = "9" * 5000
    own = own_store([("s", 1, "T", f'{{"n": {digits}}}', None, None, None, None)])
    for command in ("events", "state"):
        result = call(command, *own.arguments, "s", "--json")
        assert result.code == 0
        assert f'{{"n":{digits}}}' in result.out


def test_times_that_no_calendar_has(call: Caller, own_store: Callable[..., Own]) -> None:
    times = [
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999999999Z",
        "2024-01-01 12:00:00",
        "2024-13-45T99:99:99Z",
        "\x1b[2Jnow",
        1_700_000_000_123,
        None,
    ]
    own = own_store([("s", i, "T", "{}", None, at, None, None) for i, at in enumerate(times, 1)])
    read = [event["recorded_at"] for event in call.json("events", *own.arguments, "s")]
    assert read[:2] == times[:2]
    assert read[2] == {"time": "2024-01-01T12:00:00", "zone": "unknown"}
    assert read[3] == {"time": times[3], "zone": "unreadable"}
    assert read[5] == "2023-11-14T22:13:20.123Z"
    assert read[6] is None
    only_harmless(call("events", *own.arguments, "s"))
    (state,) = call.json("state", *own.arguments, "s", "--time", "2000-01-01")
    assert state["version"] == 1
    late = call("state", *own.arguments, "s", "--time", "2024-02-01", "--json")
    assert late.records[0]["version"] == 6  # the last by position, though its clock had gone back
    unzoned = call("state", *own.arguments, "s", "--time", "2023-01-01", "--json")
    assert unzoned.records[0]["version"] == 1
