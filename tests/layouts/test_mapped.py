"""Tables that no library made: the user's map file, its mistakes, and reading with it."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from inspector.core.errors import InputInvalid
from inspector.layouts import recognise
from inspector.layouts.mapped import MappedLayout, parse_map
from inspector.storage.store_reader import StoreReader
from tests.layouts.reads import PlainReads, postgres_reads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LEDGER = """
CREATE TABLE ledger (
    no INTEGER PRIMARY KEY, branch TEXT, account TEXT, seq INTEGER, what TEXT,
    body TEXT, at INTEGER, extra TEXT, UNIQUE (branch, account, seq)
);
CREATE TABLE balances (branch TEXT, account TEXT, seq INTEGER, kind TEXT, state TEXT);
INSERT INTO ledger VALUES
    (1, 'north', '7', 1, 'Opened', '{"owner": "Kim"}', 1700000000, '{"by": {"who": "ann"}}'),
    (2, 'south', '7', 1, 'Opened', '{"owner": "Lee"}', 1700000001, NULL),
    (3, 'north', '7', 2, 'Paid', '{"amount": 12.50, "v": 2, "secret": 1}', 1700000002, NULL),
    (4, 'north', 'a/b', 1, 'Opened', '{"owner": "Cho"}', 1700000003, NULL);
INSERT INTO balances VALUES ('north', '7', 2, 'Balance', '{"owner": "Kim", "total": "12.50"}');
"""

MAP = """\
[events]
table = "ledger"
stream = ["branch", "account"]
position = "seq"
order = "no"
type = "what"
payload = "body"
metadata = "extra"
recorded_at = "at"
schema_version = { payload = "v" }
actor = { metadata = "by.who" }

[values]
time_unit = "seconds"
schema_version_default = 1
hidden = ["secret"]

[snapshots]
table = "balances"
stream = ["branch", "account"]
position = "seq"
payload = "state"
type = "kind"
"""


@pytest.fixture
def ledger() -> Iterator[PlainReads]:
    connection = sqlite3.connect(":memory:")
    connection.executescript(LEDGER)
    reads = PlainReads("sqlite", connection)
    yield reads
    reads.close()


def read_with(reads: PlainReads, text: str) -> StoreReader:
    chosen = parse_map(text, "ledger.toml")
    [store] = recognise(reads.catalog(), map=chosen).stores
    assert store.certain
    return StoreReader(reads, MappedLayout(chosen), store.match)


def refused(text: str, reads: PlainReads | None = None) -> tuple[str, str]:
    if reads is None:
        with pytest.raises(InputInvalid) as caught:
            parse_map(text, "ledger.toml")
    else:
        chosen = parse_map(text, "ledger.toml")
        with pytest.raises(InputInvalid) as caught:
            recognise(reads.catalog(), map=chosen)
    return caught.value.message, caught.value.hint


def test_nothing_is_mapped_unasked(ledger: PlainReads) -> None:
    assert recognise(ledger.catalog()).stores == ()


def test_events_streams_and_snapshots(ledger: PlainReads) -> None:
    reader = read_with(ledger, MAP)
    names = [row.stream.name for row in reader.streams.page().rows]
    assert names == ["north/7", "north/a/b", "south/7"]
    first, _, paid, _ = reader.events.page(None).rows
    assert (first.stream.name, first.position, first.type) == ("north/7", 1, "Opened")
    assert (first.actor, first.schema_version) == ("ann", 1)
    assert str(first.recorded_at) == "2023-11-14T22:13:20Z"
    assert (paid.position, paid.schema_version) == (2, 2)
    assert {k: str(v) for k, v in paid.data.items()} == {"amount": "12.50", "v": "2"}
    [snapshot] = reader.snapshots.page()
    assert (snapshot.stream.name, snapshot.position, snapshot.type) == ("north/7", 2, "Balance")
    assert snapshot.state == {"owner": "Kim", "total": "12.50"}
    assert reader.snapshots.positions(first.stream) == (2,)


def test_streams_are_found_by_their_joined_name(ledger: PlainReads) -> None:
    reader = read_with(ledger, MAP)
    for name, key in (("north/7", ("north", "7")), ("north/a/b", ("north", "a/b"))):
        assert [stream.key for stream in reader.streams.find(name)] == [key]
    assert reader.streams.find("north") == ()
    assert reader.streams.find("north/7/1") == ()


def test_one_column_can_be_the_category(ledger: PlainReads) -> None:
    text = MAP.replace('payload = "body"', 'payload = "body"\ncategory = "branch"')
    reader = read_with(ledger, text)
    found = reader.streams.find("7")
    assert [(s.name, s.category) for s in found] == [("7", "north"), ("7", "south")]
    assert [s.category for s in reader.streams.find("7", "south")] == ["south"]


def test_a_column_beside_the_stream_can_be_the_category(ledger: PlainReads) -> None:
    text = MAP.replace('stream = ["branch", "account"]', 'stream = "account"', 1)
    text = text.replace('payload = "body"', 'payload = "body"\ncategory = "branch"', 1)
    reader = read_with(ledger, text.partition("[snapshots]")[0])
    [row] = [row for row in reader.streams.page().rows if row.stream.name == "7"]
    assert row.stream.category in {"north", "south"}
    assert reader.streams.find("7", row.stream.category) == (row.stream,)
    assert reader.streams.find("7", "nowhere") == ()


def test_without_positions_events_are_counted(ledger: PlainReads) -> None:
    reader = read_with(ledger, MAP.replace('position = "seq"\norder', "order", 1))
    [stream] = reader.streams.find("north/7")
    rows = reader.events.page(stream).rows
    assert [(row.position, row.global_position) for row in rows] == [(1, 1), (2, 3)]


def test_without_an_order_only_streams_are_read(ledger: PlainReads) -> None:
    reader = read_with(ledger, MAP.replace('order = "no"\n', ""))
    assert reader.events.order(None) == ()
    [stream] = reader.streams.find("south/7")
    assert len(reader.events.page(stream).rows) == 1


def test_a_table_of_another_schema(restore_dump: Callable[[Path], str], tmp_path: Path) -> None:
    dump = tmp_path / "audit.sql"
    dump.write_text(
        "CREATE SCHEMA audit; CREATE SCHEMA other;"
        'CREATE TABLE audit."Log.Book" (id uuid, n int, at timestamptz, kind text, body jsonb);'
        'CREATE TABLE other."Log.Book" (id uuid);'
        'INSERT INTO audit."Log.Book" VALUES'
        " ('00000000-0000-4000-8000-000000000001', 1, '2024-01-01 00:00:00+09', 'Made', '{}');"
    )
    reads = postgres_reads(restore_dump(dump))
    text = """
[events]
schema = "audit"
table = "Log.Book"
stream = "id"
position = "n"
type = "kind"
payload = "body"
recorded_at = "at"
"""
    [stream] = read_with(reads, text).streams.find("00000000000040008000000000000001")
    assert stream.name == "00000000-0000-4000-8000-000000000001"
    message, hint = refused(text.replace('schema = "audit"\n', ""), reads)
    assert (
        message
        == "ledger.toml, line 3, column 1: table 'Log.Book' is in several schemas: audit, other."
    )
    assert "schema" in hint
    named = text.replace('schema = "audit"\n', "").replace('"Log.Book"', '"audit.Log.Book"')
    assert read_with(reads, named).opened.match.schema == "audit"
    reads.close()


@pytest.mark.parametrize(
    ("change", "line", "message", "hint"),
    [
        (('"ledger"', '"legder"'), 2, "there is no table 'legder'.", "ledger"),
        (('"what"', '"wath"'), 6, "ledger has no column 'wath'.", "what"),
        (('"state"', '"stat"'), 22, "balances has no column 'stat'.", "state"),
        (
            ("[values]", 'category = "braxch"\n[values]'),
            13,
            "ledger has no column 'braxch'.",
            "branch",
        ),
    ],
)
def test_what_the_database_does_not_have(
    ledger: PlainReads, change: tuple[str, str], line: int, message: str, hint: str
) -> None:
    told = refused(MAP.replace(*change), ledger)
    assert told[0] == f"ledger.toml, line {line}, column 1: {message}"
    assert hint in told[1]


def changed(old: str, new: str) -> str:
    assert old in MAP
    return MAP.replace(old, new, 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[events\ntable = 1", "line 1, column 8: "),
        ('[events]\ntable = "t', "line 2, column 11: "),
        ("", "line 1, column 1: there is no section [events]."),
        ("events = 1", "line 1, column 1: events must be a section: [events]."),
    ],
)
def test_no_map_at_all(text: str, message: str) -> None:
    assert refused(text)[0].startswith(f"ledger.toml, {message}")


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("position =", "positoin =", 4, "'positoin' is not known here."),
        ("[snapshots]", "[rules]", 18, "'rules' is not known here."),
        ('payload = "body"\n', "", 1, "payload is needed in [events]."),
        ('type = "what"\n', "", 1, 'type is needed: a column, or { payload = "key" }.'),
        (
            'position = "seq"\norder = "no"\n',
            "",
            1,
            "position or order is needed: events must have an order.",
        ),
        ('position = "seq"\npayload', "payload", 18, "position is needed in [snapshots]."),
        ('"seq"', "3", 4, "position must be the name of a column."),
        ('"what"', '""', 6, "type must be a text."),
        ('["branch", "account"]', "[]", 3, "stream must be a text or a list of texts."),
        ('["branch", "account"]', '["a", "a"]', 3, "stream names the same thing twice."),
        (
            '["branch", "account"]',
            '"branch"',
            20,
            "it needs as many columns as the events' stream.",
        ),
        (
            '{ payload = "v" }',
            '{ body = "v" }',
            10,
            'a place is written schema_version = { payload = "key" }.',
        ),
        (
            '{ payload = "v" }',
            "{ payload = 3 }",
            10,
            'a path is a text such as "a.b", or a list of keys.',
        ),
        (
            '"seconds"',
            '"hours"',
            14,
            "time_unit must be one of seconds, milliseconds, microseconds, nanoseconds.",
        ),
        ("default = 1", 'default = "1"', 15, "schema_version_default must be a whole number."),
        ("default = 1", "default = true", 15, "schema_version_default must be a whole number."),
        ("[values]", "[values]\ntimes_are_utc = 1", 14, "times_are_utc must be true or false."),
        ("[values]", "[values]\ncategory = 1", 14, "'category' is not known here."),
    ],
)
def test_mistakes_are_answered_with_their_place(
    old: str, new: str, line: int, message: str
) -> None:
    assert refused(changed(old, new))[0] == f"ledger.toml, line {line}, column 1: {message}"


def test_an_unknown_key_names_the_nearest() -> None:
    assert refused(MAP.replace("position =", "positoin =", 1))[1] == "Did you mean 'position'?"
    assert refused(MAP.replace("position =", "qqqq =", 1))[1].startswith("Known: ")


@pytest.mark.parametrize(
    ("line", "word", "hint"),
    [
        ('payload = ["zip"]', "zip", "Known: json, zlib."),
        ('metadata = "jsom"', "jsom", "Did you mean 'json'?"),
        ('refine = "transcoding"', "transcoding", "Did you mean 'transcodings'?"),
    ],
)
def test_codecs_must_exist(line: str, word: str, hint: str) -> None:
    text = changed("[values]", f"[values]\n{line}")
    known = {"codecs": ("json", "zlib"), "refiners": ("transcodings",)}
    with pytest.raises(InputInvalid) as caught:
        parse_map(text, "ledger.toml", **known)
    place = "ledger.toml, line 14, column 1"
    assert (caught.value.message, caught.value.hint) == (
        f"{place}: {word!r} is not known here.",
        hint,
    )
    assert parse_map(text).origin == "map file"


def test_paths_may_be_lists_of_keys() -> None:
    text = MAP.replace('"by.who"', '["by", "first.name"]')
    place = parse_map(text).places.actor
    assert place is not None
    assert (place.cell, place.path) == ("metadata", ("by", "first.name"))
