"""Rows that hold several events: what is damaged is shown whole, and pages read few rows."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING

import pytest

from inspector.layouts import layout_named, recognise
from inspector.storage.statements import Range, key_parameters
from inspector.storage.store_reader import StoreReader
from tests.layouts.cases import Case
from tests.layouts.reads import PlainReads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.layouts.conftest import Shelf

TABLE = """
CREATE TABLE Commits (BucketId varchar(40), StreamId char(40), StreamIdOriginal text,
    StreamRevision int, Items int, CommitId guid, CommitSequence int, CommitStamp datetime,
    CheckpointNumber INTEGER PRIMARY KEY AUTOINCREMENT, Headers blob, Payload blob);
CREATE UNIQUE INDEX r ON Commits (BucketId, StreamId, StreamRevision, Items);
"""


def body(number: int) -> dict[str, object]:
    return {"Headers": {}, "Body": {"$type": "Shop.Made, Shop", "n": number}}


@pytest.fixture
def commits() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.executescript(TABLE)
    yield connection
    connection.close()


def put(connection: sqlite3.Connection, last: int, items: int, payload: object) -> None:
    connection.execute(
        "INSERT INTO Commits VALUES ('default', 'AB', 'cart', ?, ?, x'00', ?,"
        " '2025-01-01 00:00:00', NULL, NULL, ?)",
        (last, items, last, payload),
    )


def reader_of(connection: sqlite3.Connection) -> StoreReader:
    reads = PlainReads("sqlite", connection)
    [store] = recognise(reads.catalog()).stores
    return StoreReader(reads, layout_named(store.match.layout), store.match)


def test_a_commit_that_cannot_be_taken_apart_is_shown_whole(commits: sqlite3.Connection) -> None:
    sealed = bytes(range(200, 255))
    put(commits, 2, 2, sealed)
    put(commits, 3, 1, json.dumps([body(3)]).encode())
    put(commits, 6, 3, json.dumps([body(4), body(5)]).encode())  # one fewer than it says
    put(commits, 7, 1, json.dumps([body(7), body(8)]).encode())  # one more
    read = reader_of(commits).events.page(None).rows
    assert [event.position for event in read] == [1, 2, 3, 4, 5, 6, 7]
    assert [event.payload.raw for event in read[:2]] == [sealed, sealed]
    odd = [e.position for e in read if "payload-not-divided" in [f.code for f in e.findings]]
    assert odd == [1, 2, 4, 5, 6, 7]
    assert (read[2].data, read[2].findings) == ({"n": 3}, ())


def test_events_of_a_commit_are_cut_anywhere(commits: sqlite3.Connection) -> None:
    put(commits, 300, 300, json.dumps([body(n) for n in range(1, 301)]).encode())
    put(commits, 301, 1, json.dumps([body(301)]).encode())
    reader = reader_of(commits)
    [summary] = reader.streams.page().rows
    assert (summary.events.value, summary.first_position, summary.last_position) == (301, 1, 301)
    for stream in (None, summary.stream):
        seen, after = [], None
        while True:
            page = reader.events.page(stream, after=after, limit=7)
            seen += [event.data["n"] for event in page.rows]  # type: ignore[index,call-overload]
            after = page.after
            if not page.more:
                break
        assert seen == list(range(1, 302))
        back = reader.events.page(stream, after=after, limit=3, where=Range(reverse=True)).rows
        assert [event.position for event in back] == [298, 299, 300]
    assert reader.events.last_key(None) == (2, 1)
    assert reader.events.step(None, (1, 250), 51) == ((2, 1), 51)


def test_a_page_in_the_middle_sorts_only_its_own_rows(commits: sqlite3.Connection) -> None:
    for number in range(1, 20_001):
        put(commits, number, 1, b"[]")
    reader = reader_of(commits)
    steps = 0

    def count() -> None:
        nonlocal steps
        steps += 1

    statement = reader.opened.statements.events(None, reader.source.order_key, Range(after=True))
    parameters = {"size": 1, "limit": 50} | key_parameters("a", (100, 1))
    commits.set_progress_handler(count, 100)
    rows = reader.opened.connection.read(statement, parameters)
    assert len(rows) == 50
    assert steps < 300  # of a hundred instructions each: all rows would need several thousand


def test_a_stream_is_found_by_its_name_and_by_its_hash(shelf: Shelf) -> None:
    [reader] = shelf.open(Case("neventstore", "shop", "postgresql")).readers
    [stream] = reader.streams.find("Order-3")
    digest = str(stream.key[1])
    assert len(digest.rstrip()) == 40
    assert reader.streams.find(digest) == (stream,)
    [summary] = [row for row in reader.streams.page().rows if row.stream == stream]
    assert summary.tenant == "default"
    headed = next(e for e in reader.events.page(stream).rows if "Source" in (e.meta or {}))
    assert headed.meta == {"Source": "web"}
