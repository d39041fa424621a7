"""Filters over real stores: in either direction, with rules, with states, with what is unread."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from inspector.core.errors import Cancelled, FilterInvalid
from inspector.core.expressions import Filter
from inspector.services.event_ranges import EventQuery
from inspector.services.filter_texts import (
    Mistake,
    path_expression,
    read_filter,
    read_text,
    value_expression,
)
from inspector.services.filtering import CHUNK, FilterScan, Question, filtered, read_hits
from inspector.services.open_store import OpenRequest, open_store
from inspector.services.replaying import every_step
from inspector.services.rules import read_rules
from inspector.services.sample import sample_store
from inspector.services.tasks import Work
from tests.helpers.made_filters import FilterMaker
from tests.helpers.stores import append, state, stream_rows, write_store
from tests.layouts.cases import cases

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from inspector.core.events import StreamId
    from inspector.services.open_store import OpenedStore

WALLET = "97e74d34-be82-5e8a-96b5-b0ea03c322a8"


@pytest.fixture
def shop() -> Iterator[OpenedStore]:
    with closing(open_store(OpenRequest(str(sample_store())), Work())) as store:
        yield store


def scanned(
    store: OpenedStore, text: str, stream: StreamId | None = None, **how: Any
) -> FilterScan:
    rules = how.pop("rules", store.rule_set)
    question = Question((read_filter(text),), EventQuery(stream), rules, **how)
    scan = FilterScan(question)
    while scan.advance(store.reader, Work()):
        pass
    return scan


def rows_of(store: OpenedStore, text: str, stream: StreamId | None = None, **how: Any) -> list[int]:
    return list(scanned(store, text, stream, **how).rows)


def wallet(store: OpenedStore) -> StreamId:
    (found,) = store.reader.streams.find(WALLET)
    return found


# -- what is found --------------------------------------------------------------------------------


def test_rows_and_keys_are_those_of_the_whole_list(shop: OpenedStore) -> None:
    scan = scanned(shop, "type endswith 'Payment.Refunded'")
    assert scan.decided
    everything = shop.reader.events.page(None, limit=10_000).rows
    wanted = [i for i, event in enumerate(everything) if event.type.endswith("Payment.Refunded")]
    assert list(scan.rows) == wanted
    assert wanted
    assert scan.done == len(everything)
    again = read_hits(shop.reader, None, scan.keys, Work())
    assert again == tuple(everything[row] for row in wanted)


def test_either_direction_gives_the_same_events(shop: OpenedStore) -> None:
    for text in ("type contains 'Wallet'", "data.status == 'refunded'"):
        ways = []
        for reverse in (False, True):
            question = Question((read_filter(text),), EventQuery(None, reverse=reverse))
            blocks = filtered(shop.reader, question, Work())
            ways.append([event.ref for block in blocks for event in block.events])
        assert ways[0] == ways[1][::-1]
        assert ways[0]


def test_several_filters_all_have_to_hold(shop: OpenedStore) -> None:
    both = Question((read_filter("type contains 'Wallet'"), read_filter("version > 20")))
    scan = FilterScan(both)
    while scan.advance(shop.reader, Work()):
        pass
    assert list(scan.rows) == rows_of(shop, "type contains 'Wallet' and version > 20")


def test_a_range_is_kept_to(shop: OpenedStore) -> None:
    question = Question((read_filter("version > 0"),), EventQuery(None, 10, 20))
    found = [e.global_position for b in filtered(shop.reader, question, Work()) for e in b.events]
    assert found == list(range(10, 21))


def test_a_quoted_text_is_searched_beside_conditions(shop: OpenedStore) -> None:
    words = rows_of(shop, "REFUND")
    assert words
    assert rows_of(shop, "'refund'") == words
    payments = rows_of(shop, "'refund' and type contains 'payments'")
    assert set(payments) < set(words)
    assert scanned(shop, "not 'refund' or version == 0").done == 4464
    assert len(rows_of(shop, "not 'refund'")) == 4464 - len(words)


def test_a_number_alone_is_searched(shop: OpenedStore) -> None:
    assert rows_of(shop, "1370")


def test_a_pass_can_be_stopped_and_keeps_what_it_found(tmp_path: Path) -> None:
    rows = [row for n in range(40) for row in stream_rows(f"order-{n:02d}", 1, 400)]
    path = write_store(tmp_path / "many.db", rows)
    with closing(open_store(OpenRequest(str(path)), Work())) as store:
        scan = FilterScan(Question((read_filter("data.n == 7"),)))
        work = Work()
        assert scan.advance(store.reader, work)
        found = len(scan)
        work.token.cancel()
        with pytest.raises(Cancelled):
            scan.advance(store.reader, work)
        assert len(scan) == found
        assert 0 < scan.done < len(rows)


@pytest.mark.parametrize("text", ["type endswith 'Counted'", "data.n > 0"])
def test_a_pass_goes_on_with_what_was_added(tmp_path: Path, text: str) -> None:
    path = write_store(tmp_path / "growing.db", stream_rows("order-1", 1, 300))
    with closing(open_store(OpenRequest(str(path)), Work())) as store:
        scan = scanned(store, text)
        found = len(scan)
        append(path, stream_rows("order-1", 301, 20))
        while scan.advance(store.reader, Work()):
            pass
        assert (len(scan), scan.done) == (found + 20, 320)
        assert scan.rows[-1] == 319
        assert not scan.advance(store.reader, Work())
        assert scan.done == 320


def test_payloads_of_what_cannot_pass_are_not_read(tmp_path: Path) -> None:
    """The database passes over rows of another type, more than one read looks at."""
    rows = stream_rows("order-1", 1, CHUNK + 500)
    path = write_store(tmp_path / "long.db", rows)
    with closing(open_store(OpenRequest(str(path)), Work())) as store:
        (stream,) = store.reader.streams.find("order-1")
        for where in (None, stream):
            scan = FilterScan(Question((read_filter("type endswith 'Placed'"),), EventQuery(where)))
            assert scan.advance(store.reader, Work())
            assert scan.done == CHUNK
            while scan.advance(store.reader, Work()):
                pass
            assert (list(scan.rows), scan.done) == ([0], CHUNK + 500)


# -- what could not be read -----------------------------------------------------------------------


def test_what_could_not_be_read_is_counted_where_it_might_have_passed(tmp_path: Path) -> None:
    rows = stream_rows("order-1", 1, 10)
    rows += [("order-1", 11, "shop:Order.Counted", b"\x00broken"),
             ("order-1", 12, "shop:Order.Other", b"\x01broken")]  # fmt: skip
    path = write_store(tmp_path / "broken.db", rows)
    with closing(open_store(OpenRequest(str(path)), Work())) as store:
        for push in (True, False):
            scan = scanned(store, "data.n > 8", push=push)
            assert (list(scan.rows), scan.unread) == ([8, 9], 2)
            assert scan.first_unread is not None
            assert scan.first_unread.position == 11
            assert scanned(store, "type endswith 'Counted' and data.n > 8", push=push).unread == 1
            assert scanned(store, "not has(data.n)", push=push).unread == 2
            known = scanned(store, "version == 11 or data.n == 1", push=push)
            assert (list(known.rows), known.unread) == ([0, 10], 1)
            word = scanned(store, "'Other'", push=push)
            assert (list(word.rows), word.unread) == ([11], 1)
            assert scanned(store, "version < 5", push=push).unread == 0


def test_a_payload_too_large_for_a_page_is_read_when_it_decides(tmp_path: Path) -> None:
    large = state(2, text="x" * 400_000, n=2)
    rows = [*stream_rows("order-1", 1, 1), ("order-1", 2, "shop:Order.Counted", large)]
    path = write_store(tmp_path / "large.db", rows)
    with closing(open_store(OpenRequest(str(path)), Work())) as store:
        scan = scanned(store, "data.n == 2")
        assert (list(scan.rows), scan.unread) == ([1], 0)


# -- odd values -----------------------------------------------------------------------------------

ODD_TOPICS = (
    "shop:Order.Counted", "SHOP:ORDER.COUNTED", None, 5, "5", b"shop:Order.Counted", "", " ",
    "shop:Order.Counted\x00more", "한글", 2.5,
)  # fmt: skip


ODD_FILTERS = (
    "type != 'SHOP:ORDER.COUNTED'", "not (type == 'shop:order.counted')", "type == ''",
    "type contains 'counted'", "type startswith 'shop:Order.Counted'", "version == 12",
    "not (version == 2)", "version < 3", "type in ['5', 'x']", "not (type in ['5'])",
    "stream == 'order-1'", "stream in ['order-1', 'order-2']", "stream == 'nobody'",
    "type == '5'", "type endswith 'more'", "type == null", "version == null",
)  # fmt: skip


def test_odd_values_are_never_left_out(tmp_path: Path) -> None:
    """NULL, numbers and blobs in a column of texts, texts in one of numbers, and no case."""
    path = tmp_path / "odd.db"
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(
            "CREATE TABLE stored_events (originator_id TEXT, originator_version INTEGER,"
            " topic TEXT COLLATE NOCASE, state BLOB,"
            " PRIMARY KEY (originator_id, originator_version))"
        )
        versions = [*range(len(ODD_TOPICS)), "seven", 2.5, "12"]
        for number, version in enumerate(versions):
            topic = ODD_TOPICS[number % len(ODD_TOPICS)]
            name = f"order-{number % 3}"
            row = (name.encode() if number == 4 else name, version, topic, state(number, n=number))
            db.execute("INSERT INTO stored_events VALUES (?, ?, ?, ?)", row)
        db.execute(
            "INSERT INTO stored_events VALUES ('order-9', 99, CAST(x'fffe41' AS TEXT), ?)",
            (state(99, n=99),),
        )
    compare_ways(path, 250, *ODD_FILTERS)


def test_odd_times_and_ids_are_never_left_out(tmp_path: Path) -> None:
    case = next(c for c in cases() if str(c) == "emmett-messages-sqlite")
    path = case.unpack(tmp_path)
    times: tuple[object, ...] = (
        "2026-03-01 23:30:00-11:00", "2026-03-02T01:00:00+14:00", None, 1772323200000, "soon",
        "2026-03-01", b"2026-03-01T00:00:00Z", " 2026-03-01T00:00:00Z", "0044-03-15 BC",
        "2026-03-02 10:00:00.123456789Z",
    )  # fmt: skip
    ids: tuple[object, ...] = (None, 5, "5", b"5", "ID", "id")
    with closing(sqlite3.connect(path)) as db, db:
        told = "SELECT sql FROM sqlite_schema WHERE name = 'emt_messages'"
        (table,) = db.execute(told).fetchone()
        db.execute("PRAGMA writable_schema = ON")
        loose = table.replace("NOT NULL", "")
        db.execute("UPDATE sqlite_schema SET sql = ? WHERE name = 'emt_messages'", (loose,))
        db.execute("PRAGMA writable_schema = RESET")
        keys = db.execute("SELECT rowid FROM emt_messages").fetchall()
        for number, (key,) in enumerate(keys):
            db.execute(
                "UPDATE emt_messages SET created = ?, message_id = ? WHERE rowid = ?",
                (times[number % len(times)], ids[number % len(ids)], key),
            )
    compare_ways(path, 40)


def compare_ways(path: Path, filters: int, *texts: str) -> None:
    with closing(open_store(OpenRequest(str(path)), Work())) as store:
        maker = FilterMaker(Random(7), store.reader.events.some(100))  # noqa: S311
        decided = 0
        for text in (*texts, *(maker.make() for _ in range(filters))):
            plain, pushed = scanned(store, text, push=False), scanned(store, text)
            decided += pushed.decided
            assert (pushed.rows, pushed.unread) == (plain.rows, plain.unread), text
        assert decided > filters // 8


# -- rules and states -----------------------------------------------------------------------------

RENAMING = """
format = 1
name = "shop"

[[type]]
match = '^shop\\.(?:\\w+):(?<event>.*)$'
version = "3"
"""


def test_names_and_versions_are_those_of_the_rules(shop: OpenedStore, tmp_path: Path) -> None:
    file = tmp_path / "shop.rules.toml"
    file.write_text(RENAMING)
    rules = read_rules((str(file),)).rules
    stored = rows_of(shop, "type endswith ':Wallet.Opened'")
    assert stored
    for push in (True, False):
        named = scanned(shop, "name == 'Wallet.Opened'", rules=rules, push=push)
        assert list(named.rows) == stored
        versions = scanned(shop, "schema_version == 3", rules=rules, push=push)
        assert len(versions) == versions.done
    maker = FilterMaker(Random(3), shop.reader.events.some(300))  # noqa: S311
    for _ in range(12):
        text = maker.make()
        pushed = scanned(shop, text, rules=rules)
        assert list(pushed.rows) == rows_of(shop, text, rules=rules, push=False), text


def test_a_state_is_asked_of_one_stream(shop: OpenedStore) -> None:
    stream = wallet(shop)
    states = [s.state for s in every_step(shop.reader, stream, Work())]
    field = next(k for k, v in states[-1].items() if isinstance(v, int))
    limit = sorted(s[field] for s in states if isinstance(s.get(field), int))[3]
    below = [i for i, s in enumerate(states) if isinstance(s.get(field), int) and s[field] < limit]
    scan = scanned(shop, f"state.{field} < {limit}", stream)
    assert list(scan.rows) == below
    assert below
    changed = scanned(shop, f"state.{field} != before.{field}", stream)
    pairs = pairwise(states)
    wanted = [i for i, (a, b) in enumerate(pairs, 1) if field in a and a[field] != b[field]]
    assert list(changed.rows) == wanted
    back = Question((read_filter(f"state.{field} < {limit}"),), EventQuery(stream, reverse=True))
    positions = [e.position for b in filtered(shop.reader, back, Work()) for e in b.events]
    assert positions == sorted(positions, reverse=True)
    assert len(positions) == len(below)
    with pytest.raises(FilterInvalid, match="A state belongs to one stream"):
        scanned(shop, "state.x == 1")


# -- texts ----------------------------------------------------------------------------------------


def test_a_wrong_text_names_its_place() -> None:
    with pytest.raises(FilterInvalid, match="Line 2, column 5") as caught:
        read_filter("data.a == 1 and\n    )")
    assert caught.value.exit_code == 2
    with pytest.raises(FilterInvalid) as caught:
        read_filter("tpye == 'x'")
    assert "type" in caught.value.hint


def test_an_id_that_is_no_word_of_the_language_is_offered_in_quotes() -> None:
    found = read_text(WALLET)
    assert isinstance(found, Mistake)
    assert found.near == f"'{WALLET}'"
    assert isinstance(read_text(found.near), Filter)


@pytest.mark.parametrize(
    ("path", "value", "text"),
    [
        (("a", 0, "first name"), "O'Neil", r"data.a[0].'first name' == 'O\'Neil'"),
        (("if",), None, "data.if == null"),
        (("n",), -3, "data.n == -3"),
        (("n",), 1e-7, "data.n == 0.0000001"),
        (("한글",), True, "data.'한글' == true"),
        (("a",), [1], None),
        (("a",), b"x", None),
    ],
)
def test_a_value_becomes_a_condition(path: Any, value: object, text: str | None) -> None:
    place = path_expression("data", path)
    assert place is not None
    assert value_expression(place, value) == text
    if text is not None:
        assert isinstance(read_text(text), Filter)
