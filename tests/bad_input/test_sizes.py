"""A hundred megabytes in a cell, thousands of columns, two million streams, ids of a megabyte."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from inspector.core.cancelling import CancelToken
from inspector.core.errors import Cancelled
from inspector.services.event_ranges import EventQuery, read_events
from inspector.services.open_store import OpenedStore, OpenRequest, open_store
from inspector.services.stream_listing import Sort, StreamQuery, next_streams
from inspector.services.stream_ranking import sorted_streams
from inspector.services.tasks import Work
from tests.bad_input.logs import big_log, lite_log, look, row
from tests.helpers.stores import stream_rows, write_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from inspector.services.tasks import Progress
    from tests.cli.conftest import Caller

MEGABYTE = 1_000_000
STREAMS = 2_000_000


# -- one large cell -------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["bytes", "text"])
def test_a_payload_of_100_megabytes_in_a_file(kind: str, tmp_path: Path, call: Caller) -> None:
    log = lite_log(tmp_path, [row(1, b'{"n": 1}'), row(2, b""), row(3, b'{"n": 3}')])
    value = "zeroblob(100000000)"
    if kind == "text":
        value = f"CAST(replace(hex({value}), '00', 'x') AS TEXT)"
    with closing(sqlite3.connect(log.address)) as connection, connection:
        connection.execute(f"UPDATE log SET body = {value} WHERE version = 2")
    _is_a_row_and_no_more(log, call)


@pytest.mark.parametrize("body", ["bytea", "text"])
def test_a_payload_of_100_megabytes_on_a_server(
    body: str, tmp_path: Path, database: str, call: Caller
) -> None:
    one, two = ('{"n": 1}', '{"n": 3}') if body == "text" else (b'{"n": 1}', b'{"n": 3}')
    log = big_log(tmp_path, database, [row(1, one), row(2, None), row(3, two)], body=body)
    text = "repeat('x', 100000000)"
    value = text if body == "text" else f"convert_to({text}, 'UTF8')"
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("ALTER TABLE log ALTER COLUMN body SET STORAGE EXTERNAL")
        connection.execute(f"UPDATE log SET body = {value} WHERE version = 2".encode())
    _is_a_row_and_no_more(log, call)


def _is_a_row_and_no_more(log: Any, call: Caller) -> None:
    seen = look(log.request)
    assert [event.position for event in seen.events] == [1, 2, 3]
    assert seen.codes == [set(), {"payload-too-large"}, set()]
    large = seen.events[1].payload
    assert large.raw is None
    assert large.size == 100 * MEGABYTE
    first, second, third = seen.steps["s"]
    assert (first.state, second.state, third.state) == ({"n": 1}, {"n": 1}, {"n": 3})
    assert {f.code for f in second.findings} == {"payload-too-large"}
    assert {f.code for f in third.findings} == {"follows-failure"}
    assert "payload-too-large" in call("events", *log.arguments, "s").out


# -- ids ------------------------------------------------------------------------------------


def test_stream_ids_of_a_megabyte(tmp_path: Path, call: Caller) -> None:
    names = [letter * MEGABYTE for letter in "abc"]
    rows = [row(n, b'{"n": %d}' % n, stream=name, type=name[:40]) for name in names for n in (1, 2)]
    log = lite_log(tmp_path, rows)
    seen = look(log.request)
    assert [s.stream.name for s in seen.streams] == names
    assert [s.events.value for s in seen.streams] == [2, 2, 2]
    assert [len(steps) for steps in seen.steps.values()] == [2, 2, 2]
    assert [s["stream"] for s in call.json("streams", *log.arguments)] == names
    (state,) = call.json("state", *log.arguments, "--", names[1])
    assert state["state"] == {"n": 2}
    table = call("streams", *log.arguments)
    assert table.code == 0
    missing = call("state", *log.arguments, "--json", "--", "z" * MEGABYTE)
    assert missing.code == 2
    assert len(missing.error["message"]) < 1000


def test_stream_ids_of_a_megabyte_on_a_server(tmp_path: Path, database: str) -> None:
    names = [letter * MEGABYTE for letter in "ab"]
    rows = [row(n, "{}", stream=name) for name in names for n in (1, 2)]
    seen = look(big_log(tmp_path, database, rows).request)
    assert [s.stream.name for s in seen.streams] == names


# -- columns --------------------------------------------------------------------------------


def test_ten_thousand_columns_in_a_file(tmp_path: Path, call: Caller) -> None:
    """SQLite as it is built everywhere takes 2,000 a table; so there are five such tables, and
    the store's own table has as many more than it needs."""
    path = tmp_path / "wide.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        for table in range(5):
            columns = ", ".join(f"c{n}" for n in range(2000))
            connection.execute(f"CREATE TABLE wide{table} ({columns})")
            connection.execute(f"INSERT INTO wide{table} (c0, c1999) VALUES (1, 2)")
    refused = call("streams", path, "--json")
    assert refused.error["code"] == "layout-unknown"
    assert len(refused.error["hint"]) < 2000
    extra = ", ".join(f"c{n}" for n in range(1996))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "CREATE TABLE events (originator_id TEXT, originator_version INTEGER, topic TEXT, "
            f"state BLOB, {extra}, PRIMARY KEY (originator_id, originator_version))"
        )
        connection.executemany(
            "INSERT INTO events (originator_id, originator_version, topic, state) "
            "VALUES (?, ?, ?, ?)",
            stream_rows("order-1", 1, 300),
        )
    with closing(open_store(OpenRequest(str(path), layout="pyeventsourcing"), Work())) as store:
        assert store.reader.events.count(None).value == 300
        assert len(store.reader.events.page(None).rows) == 256
        assert all(len(text) < 300 for text in store.match.doubts)
    recognised = call("recognise", path, "--layout", "pyeventsourcing", "--json")
    assert recognised.code == 0
    assert len(recognised.out) < 5000


def test_ten_thousand_columns_on_a_server(tmp_path: Path, database: str, call: Caller) -> None:
    """PostgreSQL takes 1,600 a table; so there are seven such tables."""
    columns = ", ".join(f"c{n} int" for n in range(1592))
    with psycopg.connect(database, autocommit=True) as connection:
        for table in range(7):
            connection.execute(f"CREATE TABLE wide{table} ({columns})".encode())
    log = big_log(tmp_path, database, [row(1, '{"n": 1}')])
    with psycopg.connect(database, autocommit=True) as connection:
        more = ", ".join(f"ADD COLUMN c{n} int" for n in range(1592))
        connection.execute(f"ALTER TABLE log {more}".encode())
    refused = call("streams", database, "--json")
    assert refused.error["code"] == "layout-unknown"
    assert len(refused.error["hint"]) < 2000
    assert len(look(log.request).events) == 1


# -- streams --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two million streams of one event."""
    path = write_store(tmp_path_factory.mktemp("crowd") / "crowd.db", [])
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=OFF")
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("BEGIN")
        connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
            "INSERT INTO stored_events SELECT printf('order-%07d', i), 1, 'shop:Order.Placed',"
            " x'7b7d' FROM n",
            [STREAMS],
        )
        connection.execute("COMMIT")
    return path


class _Counted:
    """Counts the rows that leave the database."""

    def __init__(self, store: OpenedStore) -> None:
        self.rows = 0
        self.largest = 0
        self._raw = store.connection.read_sql  # type: ignore[attr-defined]
        store.connection.read_sql = self  # type: ignore[attr-defined]

    def __call__(self, text: str, values: Any = ()) -> Any:
        found = self._raw(text, values)
        self.rows += len(found)
        self.largest = max(self.largest, len(found))
        return found


@pytest.fixture
def store(crowd: Path) -> Iterator[OpenedStore]:
    with closing(open_store(OpenRequest(str(crowd)), Work())) as opened:
        yield opened


def test_the_first_page_of_two_million_streams(store: OpenedStore) -> None:
    counted = _Counted(store)
    page = next_streams(store.reader, StreamQuery(), None, 100, Work())
    assert [s.stream.name for s in page.rows[:2]] == ["order-0000001", "order-0000002"]
    assert counted.rows <= 101
    last = store.reader.streams.page(None, 100, reverse=True)
    assert last.rows[-1].stream.name == f"order-{STREAMS:07d}"
    middle = next_streams(store.reader, StreamQuery(), ("order-1234567",), 100, Work())
    assert middle.rows[0].stream.name == "order-1234568"
    assert counted.rows <= 303
    assert store.reader.streams.find("order-1999999")[0].name == "order-1999999"
    assert not store.reader.streams.find("order-9999999")
    assert counted.rows <= 304


def test_a_search_in_two_million_streams_goes_block_by_block(store: OpenedStore) -> None:
    counted = _Counted(store)
    page = next_streams(store.reader, StreamQuery(text="ER-0001"), None, 20, Work())
    assert len(page.rows) == 20
    assert counted.largest <= 1024
    assert counted.rows < 5000


@pytest.mark.parametrize("sort", [None, *Sort])
def test_a_pass_over_two_million_streams_can_be_stopped(
    store: OpenedStore, sort: Sort | None
) -> None:
    """It says how far it is, holds one block at a time, and stops between two of them."""
    counted = _Counted(store)
    token = CancelToken()
    told: list[int] = []

    def progress(value: Progress) -> None:
        told.append(value.done)
        if len(told) == 5:
            token.cancel()

    work = Work(token, progress)
    nothing = StreamQuery(text="nothing like it")
    with pytest.raises(Cancelled):
        _ = (
            next_streams(store.reader, nothing, None, 20, work)
            if sort is None
            else sorted_streams(store.reader, StreamQuery(), sort, 20, work)
        )
    assert told == sorted(told)
    assert counted.largest <= 1024
    assert counted.rows < 20_000


def test_the_events_of_two_million_streams(store: OpenedStore, crowd: Path, call: Caller) -> None:
    counted = _Counted(store)
    assert len(next(read_events(store.reader, EventQuery(first=1_500_000), Work()))) == 256
    assert len(next(read_events(store.reader, EventQuery(reverse=True), Work()))) == 256
    assert counted.rows < 600
    assert len(call.json("streams", crowd, "--limit", "5")) == 5
    (state,) = call.json("state", crowd, "order-1999999")
    assert state["version"] == 1


# -- what is too large for a page, but not for a script ---------------------------------------


@pytest.mark.parametrize("place", ["file", "server"])
def test_the_command_line_loses_nothing_of_a_payload_of_some_megabytes(
    place: str, tmp_path: Path, request: pytest.FixtureRequest, call: Caller
) -> None:
    body = '{"n": 1, "text": "' + "가" * MEGABYTE + '"}'
    rows = [row(n, body) for n in (1, 2)]
    if place == "file":
        log = lite_log(tmp_path, rows)
    else:
        log = big_log(tmp_path, request.getfixturevalue("database"), rows, body="jsonb")
    for arguments in (["s"], ["s", "--reverse"], []):
        found = call.json("events", *log.arguments, *arguments)
        assert [event["data"]["text"] for event in found] == ["가" * MEGABYTE] * 2
        assert [event["findings"] for event in found] == [[], []]
        assert sorted(event["version"] for event in found) == [1, 2]
    (state,) = call.json("state", *log.arguments, "s")
    assert state["state"]["text"] == "가" * MEGABYTE
