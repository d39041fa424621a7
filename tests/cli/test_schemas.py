"""Stores whose payloads need schemas: with them, without them, and with wrong ones."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Caller
    from tests.helpers.postgres import PostgresServer

DATA = Path(__file__).parents[1] / "codecs" / "data"
AVRO, PROTO = DATA / "avro" / "schemas", DATA / "protobuf" / "schemas"
MAP = """
[events]
table = "log"
stream = "stream"
position = "version"
type = "type"
payload = "body"

[snapshots]
table = "kept"
stream = "stream"
position = "version"
payload = "state"
type = "type"
"""
TREE = '{"label": "a", "below": []}'


def stored(case: str) -> bytes:
    return bytes.fromhex((DATA / case / "input.hex").read_text(encoding="ascii"))


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store in which old events are JSON, later ones Avro, the last ones Protocol Buffers."""
    path = tmp_path / "log.db"
    rows = [
        ("s", 1, "shop.Tree", TREE.encode()),
        ("s", 2, "shop.Tree", stored("avro/recursive")),
        ("s", 3, "Numbers", b"5"),
        ("s", 4, "OrderPlaced", stored("protobuf/defaults")),
        ("s", 5, "Tree", stored("avro/single-object")),
        ("s", 6, "Numbers", b"\x01\x02"),
    ]
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("create table log (stream, version integer, type, body blob,"
                         " primary key (stream, version))")  # fmt: skip
        database.execute("create table kept (stream, version integer, type, state blob)")
        database.executemany("insert into log values (?, ?, ?, ?)", rows)
        state = stored("avro/recursive")
        database.execute("insert into kept values ('s', 2, 'Tree', ?)", (state,))
    (tmp_path / "log.toml").write_text(MAP)
    return path


def given(store: Path) -> list[str]:
    files = (AVRO / "tree.avsc", AVRO / "numbers.avsc", PROTO / "shop.desc")
    words = [word for file in files for word in ("--schema-file", str(file))]
    return ["--map", str(store.with_suffix(".toml")), *words]


def test_events_are_read_by_the_schemas_of_their_types(call: Caller, store: Path) -> None:
    found = call.json("events", store, "s", *given(store))
    assert [one["codec"] for one in found] == [
        "json", "avro:shop.Tree", None, "protobuf:shop.v3.OrderPlaced", "avro:shop.Tree",
        "avro:shop.Numbers",
    ]  # fmt: skip
    assert found[0]["data"] == json.loads(TREE)
    assert found[1]["data"]["below"][1]["below"] == [{"label": "leaf", "below": []}]
    assert "$undecoded" in found[2]["data"]
    assert "Does not fit the schema" in found[2]["findings"][0]["message"]
    assert found[3]["data"]["order_id"] == "a"
    assert found[5]["data"] == {"a": -1, "b": 1}


def test_the_state_is_that_of_the_decoded_events(call: Caller, store: Path) -> None:
    [told] = call.json("state", store, "s", *given(store))
    assert told["state"]["a"] == -1
    assert told["state"]["label"] == "root"
    assert told["state"]["order_id"] == "a"


def test_a_snapshot_is_read_by_its_schema(call: Caller, store: Path) -> None:
    [told] = call.json("snapshots", "list", store, *given(store))
    assert told["state"]["label"] == "root"


def test_without_schemas_nothing_is_guessed(call: Caller, store: Path) -> None:
    found = call.json("events", store, "s", "--map", store.with_suffix(".toml"))
    assert found[4]["findings"][0]["message"].endswith("; no schema is given.")
    assert found[3]["codec"] is None or found[3]["findings"][0]["code"] == "payload-without-schema"


def test_a_wrong_file_is_a_wrong_call(call: Caller, store: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.avsc").write_text("{")
    result = call("events", store, "s", "--map", store.with_suffix(".toml"), "--schema-file",
                  tmp_path / "bad.avsc", "--json")  # fmt: skip
    assert result.code == 2
    assert "bad.avsc cannot be used: it is no JSON" in result.error["message"]


def test_bytes_of_postgresql_are_read_the_same(
    call: Caller, store: Path, postgres_server: PostgresServer
) -> None:
    conninfo = postgres_server.create_database("cli_schemas")
    with closing(sqlite3.connect(store)) as database:
        rows = database.execute("select stream, version, type, body from log").fetchall()
        kept = database.execute("select stream, version, type, state from kept").fetchall()
    with psycopg.connect(conninfo) as other:
        for table, cell in (("log", "body"), ("kept", "state")):
            other.execute(f"create table {table} (stream text, version int, type text,"
                          f" {cell} bytea, primary key (stream, version))")  # fmt: skip
        other.cursor().executemany("insert into log values (%s, %s, %s, %s)", rows)
        other.cursor().executemany("insert into kept values (%s, %s, %s, %s)", kept)
    address = call.json("events", conninfo, "s", *given(store))
    assert address == call.json("events", store, "s", *given(store))
