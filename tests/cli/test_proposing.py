"""``recognise --propose``: a map for a table that no layout knows, to be checked and used."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Caller


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.db"
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(
            """
            CREATE TABLE event_store (id INTEGER PRIMARY KEY, aggregate_id TEXT,
                aggregate_type TEXT, version INTEGER, event_type TEXT, payload TEXT,
                occurred_at TEXT, UNIQUE (aggregate_id, version));
            INSERT INTO event_store VALUES
                (1, 'a', 'Cart', 1, 'Opened', '{"n": 1}', '2025-01-01T00:00:00Z'),
                (2, 'a', 'Cart', 2, 'Closed', '{}', '2025-01-01T00:00:01Z');
            CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT);
            """
        )
    return path


def test_what_is_proposed_opens_the_store(call: Caller, own: Path, tmp_path: Path) -> None:
    failed = call("events", own)
    assert failed.code == 3
    assert "event_store may hold events of the application's own" in failed.err
    proposed = call("recognise", own, "--propose")
    assert (proposed.code, proposed.err) == (0, "")
    assert "# the key (aggregate_id, version) is unique" in proposed.out
    file = tmp_path / "own.toml"
    file.write_text(proposed.out, encoding="utf-8")
    read = call("events", own, "--map", file, "--json")
    told = [json.loads(line) for line in read.out.splitlines()]
    assert len(told) >= 2
    assert "Opened" in read.out
    streams = call("streams", own, "--map", file)
    assert "Cart" in streams.out


def test_a_table_can_be_named(call: Caller, own: Path) -> None:
    found = call("recognise", own, "--propose", "--table", "people", "--json")
    assert found.code == 1  # nothing could be read by it
    record = json.loads(found.out)
    assert (record["table"], record["whole"]) == ("people", False)
    assert "stream" in record["missing"]
    wrong = call("recognise", own, "--propose", "--table", "peple")
    assert wrong.code == 2
    assert "event_store" in wrong.err


def test_nothing_is_proposed_where_there_are_no_tables(call: Caller, tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA user_version = 1")
    assert call("recognise", path, "--propose").code in (2, 3)
