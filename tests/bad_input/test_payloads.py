"""Payloads that no writer should have written: all of them are rows, and none does harm."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from inspector.core.payloads import Undecoded
from tests.bad_input.logs import Log, big_log, lite_log, look, row

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Caller

MILLION = 1_000_000

ODD: dict[str, tuple[bytes, str]] = {
    "a million brackets": (b"[" * MILLION + b"]" * MILLION, "payload-too-large"),
    "half a million open brackets": (b'{"a":' * (MILLION // 2), "payload-too-large"),
    "a thousand brackets": (b"[" * 1000 + b"]" * 1000, "payload-undecodable"),
    "open brackets": (b"[" * 100_000, "payload-undecodable"),
    "duplicate keys": (b'{"n": 1, "n": 2}', "payload-duplicate-keys"),
    "duplicate keys inside": (b'{"a": [{"n": 1, "n": 2}]}', "payload-duplicate-keys"),
    "not a number": (b'{"n": NaN, "i": -Infinity}', "payload-not-standard"),
    "a lone surrogate": (b'{"n": "\\ud800 half"}', "payload-not-standard"),
    "a raw surrogate": (b'{"n": "\xed\xa0\x80"}', "payload-undecodable"),
    "invalid UTF-8": (b'{"n": "caf\xe9"}', "payload-undecodable"),
    "NUL as an escape": (b'{"n": "a\\u0000b"}', ""),
    "NUL bytes around": (b'\x00\x00{"n": 1}\x00', "payload-undecodable"),
    "a NUL inside": (b'{"n": "a\x00b"}', "payload-not-standard"),
    "nothing": (b"", "payload-undecodable"),
    "blanks": (b" \n ", "payload-undecodable"),
    "cut off": (b'{"n": 1, "text": "hal', "payload-undecodable"),
    "a huge exponent": (b'{"n": 1e999999999}', ""),
    "a long integer": (b'{"n": ' + b"9" * 5000 + b"}", ""),
    "many digits": (b'{"n": 0.1000000000000000000000000000001}', ""),
    "a text alone": (b'"text"', ""),
    "a list": (b"[1, 2]", ""),
    "a compression bomb": (b"x\x9c" + b"\xed\xc1" * 100, "payload-undecodable"),
    "a pickle that runs a command": (
        b"cposix\nsystem\n(S'touch {folder}/made'\ntR.",
        "payload-undecodable",
    ),
    "an Erlang term cut off": (b"\x83t\x00\x00\x00\x05", "payload-undecodable"),
    "an Erlang function": (b"\x83p\x00\x00\x00\x10" + b"\x01" * 12, "payload-undecodable"),
}
"""Bytes, and the finding that says what is odd about them."""


@pytest.fixture(params=["sqlite bytes", "sqlite text", "postgresql"])
def log(request: pytest.FixtureRequest, tmp_path: Path) -> Log:
    """All odd payloads in one stream, an ordinary event after each."""
    rows: list[Any] = []
    for number, (body, _) in enumerate(ODD.values()):
        rows.append(row(2 * number + 1, body.replace(b"{folder}", str(tmp_path).encode())))
        rows.append(row(2 * number + 2, b'{"after": %d}' % number))
    if request.param == "postgresql":
        return big_log(tmp_path, request.getfixturevalue("database"), rows, body="bytea")
    made = lite_log(tmp_path, rows)
    if request.param == "sqlite text":
        import sqlite3  # noqa: PLC0415 - only here
        from contextlib import closing  # noqa: PLC0415

        with closing(sqlite3.connect(made.address)) as connection, connection:
            connection.execute("UPDATE log SET body = CAST(body AS TEXT)")
    return made


AS_TEXT = dict.fromkeys(("a raw surrogate", "invalid UTF-8"), "payload-not-standard")
"""SQLite gives these bytes as a text, whose readable characters are read."""


def test_every_odd_payload_is_a_row_with_a_finding(
    log: Log, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    seen = look(log.request)
    assert len(seen.events) == 2 * len(ODD)
    told = dict(zip(ODD, seen.codes[::2], strict=True))
    expected = {name: {code} - {""} for name, (_, code) in ODD.items()}
    if "sqlite text" in request.node.name:
        expected |= {name: {code} for name, code in AS_TEXT.items()}
    assert told == expected
    assert all(not codes for codes in seen.codes[1::2])
    data = {name: seen.events[2 * i].data for i, name in enumerate(ODD)}
    assert data["duplicate keys"] == {"n": 2}
    assert data["NUL as an escape"] == {"n": "a\0b"}
    assert data["many digits"] == {"n": Decimal("0.1000000000000000000000000000001")}
    assert data["a long integer"]["n"] == Decimal("9" * 5000)
    assert not (tmp_path / "made").exists()


def test_stored_bytes_are_kept_beside_what_could_not_be_read(log: Log) -> None:
    for event, (body, _) in zip(look(log.request).events[::2], ODD.values(), strict=True):
        content = event.payload.content
        if isinstance(content, Undecoded):
            assert content.reason
            raw = event.payload.raw
            kept = raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else raw
            if kept is not None and b"{folder}" not in body:
                assert kept == body


def test_replay_goes_on_and_says_since_when_it_does_not_know(log: Log) -> None:
    steps = look(log.request).steps["s"]
    assert len(steps) == 2 * len(ODD)
    assert steps[-1].state["after"] == len(ODD) - 1
    assert {f.code for f in steps[-1].findings} == {"follows-failure"}


def test_both_forms_of_the_command_line(log: Log, call: Caller) -> None:
    for command in ("streams", "events"):
        assert call(command, *log.arguments).code == 0
    # Counted, not read: Python itself refuses integers of 5,000 digits.
    assert len(call("events", *log.arguments, "s", "--json").lines) == 2 * len(ODD)
    assert len(call("state", *log.arguments, "s", "--every", "--json").lines) == 2 * len(ODD)
    assert call("state", *log.arguments, "s", "--every").code == 0
