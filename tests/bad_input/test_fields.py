"""Anything in every text field, in both databases, through both front ends and the window."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.bad_input.logs import Log, big_log, lite_log, look, row

if TYPE_CHECKING:
    from tests.cli.conftest import Caller
    from tests.helpers.postgres import PostgresServer

TEXTS = {
    "html": "<img src='file:/etc/passwd' onerror=alert(1)><script>x</script>&amp;",
    "control": "a\x01\x07\x1b[31mred\x1b]0;title\x07\x7f\x9b31m",
    "lines": "a\nb\r\nc\u2028d\x0be",
    "direction": "user\u202egnp.exe\u2066x\u2069",
    "nothing to see": "\u200b\ufeff\u00ad",
    "empty": "",
    "blank": "   ",
    "sql": "'; DROP TABLE log; --",
    "format": "{0} {x} %s %(a)s ${HOME} `id`",
    "path": "../../../etc/passwd",
    "korean": "주문-1021 — 完了 ✓ 👩‍👩‍👧",
    "combining": "e" + "\u0301" * 500,
    "option": "--json",
}
LITE_ONLY = {"zero": "a\x00b", "surrogate": "half \udc80 of one", "megabyte": "m" * 1_000_000}


def rows_of(texts: dict[str, str]) -> list[tuple[object, ...]]:
    """The text as stream, type, actor, and in the payload and metadata as key and value."""
    made = []
    for text in texts.values():
        body = json.dumps({text: text, "list": [text]})
        meta = json.dumps({text: text})
        fields = {"stream": text, "type": text, "meta": meta, "actor": text, "at": None}
        made.append(row(1, body, **fields))
    return made


@pytest.fixture(params=["sqlite", "postgresql"])
def log(request: pytest.FixtureRequest, tmp_path: Path) -> Log:
    if request.param == "postgresql":
        return big_log(tmp_path, request.getfixturevalue("database"), rows_of(TEXTS))
    texts = TEXTS | LITE_ONLY
    rows = rows_of(texts)
    stored = [tuple(_bytes(cell) for cell in one) for one in rows]
    made = lite_log(tmp_path, stored)
    with closing(sqlite3.connect(made.address)) as connection, connection:
        for name in ("stream", "type", "body", "meta", "actor"):
            connection.execute(f"UPDATE log SET {name} = CAST({name} AS TEXT)")
    return made


def _bytes(cell: object) -> object:
    """A text with a lone surrogate can reach a file only as bytes."""
    return cell.encode("utf-8", "surrogateescape") if isinstance(cell, str) else cell


def texts_of(log: Log) -> dict[str, str]:
    return TEXTS if "host=" in log.address else TEXTS | LITE_ONLY


def test_everything_comes_out_as_it_was_stored(log: Log) -> None:
    seen = look(log.request)
    texts = texts_of(log)
    assert [e.stream.name for e in seen.events] == list(texts.values())
    for event, text in zip(seen.events, texts.values(), strict=True):
        assert event.type == text
        assert event.actor == text
        if len(text) < 100_000:  # a larger payload is read on demand
            assert event.data[text] == text
    assert {s.stream.name for s in seen.streams} == set(texts.values())


def test_the_command_line_prints_nothing_that_steers(log: Log, call: Caller) -> None:
    for command in (["recognise"], ["streams"], ["events"], ["streams", "--sort", "id"]):
        result = call(command[0], *log.arguments, *command[1:])
        assert result.code == 0
        assert all(char.isprintable() or char == "\n" for char in result.out + result.err)
        lines = call(command[0], *log.arguments, *command[1:], "--json").lines
        assert all(isinstance(json.loads(line), dict) for line in lines)
    for name, text in texts_of(log).items():
        if name in ("zero", "surrogate", "megabyte"):
            continue  # no shell can pass such an argument
        (state,) = call.json("state", *log.arguments, "--", text)
        assert state["state"] == {text: text, "list": [text]}


@pytest.mark.parametrize("which", ["all", "megabyte"])
def test_the_window_draws_it(which: str, tmp_path: Path) -> None:
    """In a process of its own, as a person starts it; a hang or a crash would be seen."""
    rows = rows_of(TEXTS | LITE_ONLY)
    log = lite_log(tmp_path, [tuple(_bytes(cell) for cell in one) for one in rows])
    with closing(sqlite3.connect(log.address)) as connection, connection:
        for name in ("stream", "type", "body", "meta", "actor"):
            connection.execute(f"UPDATE log SET {name} = CAST({name} AS TEXT)")
        if which != "all":
            connection.execute("DELETE FROM log WHERE stream <> ?", [LITE_ONLY[which]])
    picture = tmp_path / "window.png"
    command = [sys.executable, "-m", "inspector", "screenshot", *log.arguments]
    done = subprocess.run(
        [*command, "-o", str(picture)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_an_id_that_is_no_text_is_found_by_its_bytes(tmp_path: Path, call: Caller) -> None:
    log = lite_log(tmp_path, [row(1, b'{"n": 1}'), row(2, b'{"n": 2}')])
    with closing(sqlite3.connect(log.address)) as connection, connection:
        connection.execute("UPDATE log SET stream = CAST(x'636166e9' AS TEXT), type = stream")
    seen = look(log.request)
    assert [e.stream.name for e in seen.events] == ["caf\udce9"] * 2
    assert all("text-not-utf8" in codes for codes in seen.codes)
    (state,) = call.json("state", *log.arguments, "caf\udce9")  # as a shell passes such bytes
    assert state["state"] == {"n": 2}
    assert call("events", *log.arguments, "caf\udce9").code == 0
    assert call("events", *log.arguments, "café").code == 2


def test_a_server_without_an_encoding(tmp_path: Path, postgres_server: PostgresServer) -> None:
    """Such a database takes any bytes as text, and gives them back."""
    postgres_server.execute(
        "CREATE DATABASE bad_ascii ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' "
        "TEMPLATE template0"
    )
    conninfo = postgres_server.conninfo("bad_ascii")
    log = big_log(tmp_path, conninfo, [row(1, '{"n": 1}'), row(2, '{"n": 2}')])
    postgres_server.execute(
        r"UPDATE log SET stream = E'caf\351', type = E'\377', body = E'{\"n\": \"\351\"}'",
        "bad_ascii",
    )
    seen = look(log.request)
    assert [e.stream.name for e in seen.events] == ["caf\udce9"] * 2
    assert all("text-not-utf8" in codes for codes in seen.codes)
    assert seen.streams[0].events.value == 2


def test_a_text_that_no_server_can_hold_is_not_looked_for(
    tmp_path: Path, database: str, call: Caller
) -> None:
    log = big_log(tmp_path, database, [row(1, "{}")])
    result = call("events", *log.arguments, "caf\udce9", "--json")
    assert result.code == 2
    assert result.error["hint"]
