"""Databases made to harm whoever looks at them: nothing of theirs runs, and the rest is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from inspector.core.errors import InspectorError, LayoutAmbiguous, LayoutUnknown
from inspector.storage.opening import OpenOptions
from tests.helpers.stores import stream_rows, write_store
from tests.safety.browsing import browse, digests
from tests.storage.files import change, change_schema, redefine
from tests.storage.servers import codes, open_and_close, opened

if TYPE_CHECKING:
    from pathlib import Path

    from inspector.services.open_store import OpenedStore

CONSENT = OpenOptions(allow_views=True, statement_timeout=0.5)
COLUMNS = "1 AS id, 'shop' AS application_name, originator_id, originator_version, topic"
ENDLESS = "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n)"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return write_store(tmp_path / "s.db", stream_rows("order-1", 1, 5))


def read_all(store: OpenedStore) -> None:
    """The first stream and its events."""
    store.reader.events.page(store.reader.streams.page().rows[0].stream)


TRAPS = {
    "a trigger": (
        "CREATE TRIGGER t AFTER INSERT ON stored_events BEGIN DELETE FROM stored_events; END"
    ),
    "a view that loads code": "CREATE VIEW v AS SELECT load_extension('x') AS state",
    "a view that writes": "CREATE VIEW v AS SELECT writefile('{folder}/made', 'x') AS state",
    "an endless view": f"CREATE VIEW v AS SELECT {ENDLESS} AS state",
    "a view on nothing": "CREATE VIEW v AS SELECT * FROM gone",
    "a view on itself": "CREATE VIEW v AS SELECT * FROM v",
    "a huge generated column": ("CREATE TABLE g (a, b AS (upper(a)), c AS (zeroblob(900000000)))"),
    "an index on an expression": "CREATE INDEX i ON stored_events (substr(topic, 1, 4))",
    "a partial index": "CREATE INDEX i ON stored_events (topic) WHERE originator_version > 2",
    "a full-text table": "CREATE VIRTUAL TABLE f USING fts5(body)",
    "a tree table": "CREATE VIRTUAL TABLE f USING rtree(id, a, b)",
    "names that are SQL": 'CREATE TABLE "x""); DROP TABLE stored_events; --" ("a""b;--", "c\nd")',
    "names that are HTML": 'CREATE TABLE "<img src=\'file:/etc/passwd\'>" ("<script>", "\x1b[2J")',
    "a table without row ids": "CREATE TABLE n (a PRIMARY KEY, b) WITHOUT ROWID",
    "a strict table": "CREATE TABLE n (a INTEGER, b ANY) STRICT",
}


@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_beside_the_store(trap: str, store: Path, tmp_path: Path) -> None:
    change(store, TRAPS[trap].format(folder=tmp_path))
    before = digests(store)
    assert browse(str(store)) == 5
    assert browse(str(store), touch_nothing=True) == 5
    assert digests(store) == before
    assert [p.name for p in tmp_path.iterdir()] == ["s.db"]


BROKEN = {
    "a table of a module that is not here": (
        "table", "v", "CREATE VIRTUAL TABLE v USING nosuchmodule(a, b)"
    ),
    "a table of a module with code": (
        "table", "v", "CREATE VIRTUAL TABLE v USING csv(filename='/etc/passwd')"
    ),
    "a table like a module of SQLite's own": (
        "table", "v", "CREATE VIRTUAL TABLE v USING dbstat"
    ),
    "a view with an unknown function": ("view", "v", "CREATE VIEW v AS SELECT nosuch(1) AS a"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BROKEN)
def test_something_broken_beside_the_store(kind: str, store: Path) -> None:
    """As an application's extension leaves it: the store beside it is read all the same."""
    change_schema(store, BROKEN[kind])
    before = digests(store)
    assert browse(str(store)) == 5
    assert digests(store) == before


def test_a_schema_that_is_no_sql_is_refused_with_a_sentence(store: Path) -> None:
    change_schema(store, ("table", "x", "CREATE TABLE x (((("))
    before = digests(store)
    with pytest.raises(InspectorError, match="damaged"):
        open_and_close(str(store))
    assert digests(store) == before


def test_two_tables_of_one_name(store: Path) -> None:
    change_schema(store, ("table", "stored_events", "CREATE TABLE stored_events (a)"))
    try:
        open_and_close(str(store))
    except InspectorError as error:
        assert error.hint  # noqa: PT017 - either is right: refused, or read with a remark


# -- the events themselves are a trap -----------------------------------------------------------


def trapped(path: Path, state: str, *before: str) -> Path:
    """A view with the columns of a store, whose payload is an expression."""
    view = f"CREATE VIEW events AS SELECT {COLUMNS}, {state} AS state FROM kept"
    change(path, "ALTER TABLE stored_events RENAME TO kept", *before, view)
    return change(path, "ALTER TABLE kept RENAME COLUMN state TO body")


def test_a_view_is_left_out_until_the_user_agrees(store: Path) -> None:
    trapped(store, "state")
    with pytest.raises(LayoutUnknown) as caught:
        open_and_close(str(store))
    assert "events" in caught.value.hint
    assert "iew" in caught.value.hint
    with pytest.raises(LayoutAmbiguous):
        open_and_close(str(store), CONSENT)
    with opened(str(store), CONSENT, choice="events") as seen:
        assert not seen.certain
        assert seen.reader.streams.page().rows[0].events.value == 5


@pytest.mark.parametrize(
    "state",
    [
        "load_extension('x')",
        "writefile('{folder}/made', state)",
        "readfile('/etc/passwd')",
        "randomblob(900000000)",
        "hex(zeroblob(500000000))",
        "fts3_tokenizer('x')",
        "edit(state)",
    ],
)
def test_functions_that_do_more_than_reading_are_refused_after_consent(
    state: str, store: Path, tmp_path: Path
) -> None:
    call = state.format(folder=tmp_path).replace("state", "body")
    change(store, "ALTER TABLE stored_events RENAME TO kept")
    change(store, "ALTER TABLE kept RENAME COLUMN state TO body")
    text = f"CREATE VIEW events AS SELECT {COLUMNS}, {call} AS state FROM kept"
    change_schema(store, ("view", "events", text))
    before = digests(store)
    with (
        pytest.raises(InspectorError) as caught,
        opened(str(store), CONSENT, choice="events") as seen,
    ):
        read_all(seen)
    told = caught.value.message + caught.value.hint
    refusals = ("unsafe use", "not authorized", "no such function", "may not do", "too large")
    assert any(words in told for words in refusals), told
    assert caught.value.hint
    assert digests(store) == before
    assert [p.name for p in tmp_path.iterdir()] == ["s.db"]


def test_an_endless_view_ends_at_the_time_limit(store: Path) -> None:
    trapped(store, ENDLESS)
    with (
        pytest.raises(InspectorError, match="longer than allowed"),
        opened(str(store), CONSENT, choice="events") as seen,
    ):
        read_all(seen)


def test_a_payload_that_the_table_generates(tmp_path: Path) -> None:
    """A generated column needs no consent, since its table is real: so its size is bounded."""
    path = change(
        tmp_path / "s.db",
        "CREATE TABLE stored_events (originator_id TEXT, originator_version INTEGER, topic TEXT,"
        " body BLOB, state BLOB AS (zeroblob(900000000)),"
        " PRIMARY KEY (originator_id, originator_version))",
        "INSERT INTO stored_events (originator_id, originator_version, topic, body)"
        " VALUES ('order-1', 1, 'shop:Order.Placed', '{}')",
    )
    with opened(str(path)) as seen, pytest.raises(InspectorError, match="too large"):
        seen.reader.events.page(None)


def test_a_key_with_an_order_of_the_applications_own(store: Path) -> None:
    """A collation that only the application has: the sentence names it."""
    text = (
        "CREATE TABLE stored_events (originator_id TEXT COLLATE KOREAN, originator_version INTEGER,"
        " topic TEXT, state BLOB, PRIMARY KEY (originator_id, originator_version))"
    )
    redefine(store, "stored_events", text)
    with opened(str(store)) as seen, pytest.raises(InspectorError, match="KOREAN") as caught:
        read_all(seen)
    assert caught.value.code != "store-changed"


@pytest.mark.parametrize("codes_of", ["streams", "events"])
def test_text_in_another_encoding(codes_of: str, tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    change(path, "PRAGMA encoding='UTF-16be'", "CREATE TABLE z (a)")
    change(path, "DROP TABLE z")
    write_store(path, stream_rows("주문-1", 1, 5))
    with opened(str(path)) as seen:
        assert seen.reader.streams.page().rows[0].stream.name == "주문-1"
        assert seen.reader.events.page(None).rows[0].data["n"] == 1
        assert codes(seen) == []
