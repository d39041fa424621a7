"""Forms that the libraries write but the stores of ``data`` do not happen to hold.

Each store is made here by SQL, after the library's own table definitions.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from inspector.core.events import StreamKind
from inspector.layouts import layout_named, recognise
from inspector.storage.store_reader import StoreReader
from tests.layouts.reads import PlainReads, postgres_reads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MESSAGES = """
CREATE SCHEMA message_store;
CREATE TABLE message_store.messages (
    global_position bigserial PRIMARY KEY, position bigint NOT NULL,
    "time" timestamp DEFAULT '2024-01-01 00:00:00', stream_name text NOT NULL, type text NOT NULL,
    data jsonb, metadata jsonb, id uuid DEFAULT gen_random_uuid() UNIQUE,
    UNIQUE (stream_name, position)
);
INSERT INTO message_store.messages (stream_name, position, type, data, metadata) VALUES
"""


def reader_of(reads: PlainReads, layout: str) -> StoreReader:
    [store] = recognise(reads.catalog()).stores
    assert (store.match.layout, store.certain) == (layout, True)
    return StoreReader(reads, layout_named(layout), store.match)


@pytest.fixture
def lite() -> Iterator[Callable[[str, str], StoreReader]]:
    """Make an SQLite store of a script."""
    connection = sqlite3.connect(":memory:")

    def make(layout: str, script: str) -> StoreReader:
        connection.executescript(script)
        return reader_of(PlainReads("sqlite", connection), layout)

    yield make
    connection.close()


@pytest.fixture
def big(
    restore_dump: Callable[[Path], str], tmp_path: Path
) -> Iterator[Callable[[str, str], StoreReader]]:
    """Make a PostgreSQL store of a script."""
    opened: list[PlainReads] = []

    def make(layout: str, script: str) -> StoreReader:
        dump = tmp_path / "made.sql"
        dump.write_text(script, encoding="utf-8")
        opened.append(postgres_reads(restore_dump(dump)))
        return reader_of(opened[-1], layout)

    yield make
    for reads in opened:
        reads.close()


def test_act_keeps_personal_data_apart(lite: Callable[[str, str], StoreReader]) -> None:
    reader = lite(
        "rotorsoft_act",
        """
        CREATE TABLE events (id INTEGER PRIMARY KEY AUTOINCREMENT, stream TEXT, version INTEGER,
            name TEXT, data TEXT, meta TEXT, created TEXT, pii TEXT, UNIQUE (stream, version));
        INSERT INTO events VALUES
            (1, 'a', 0, 'Joined_v12', '{"n": 1}', '{}', '2024-01-01T00:00:00.000Z',
                '{"mail": "x"}'),
            (2, 'a', 1, 'Left', '{"n": 2}', '{}', '2024-01-01T00:00:01.000Z', '"c2VjcmV0"'),
            (3, 'a', 2, 'Paid', '{"n": 3}', '{}', '2024-01-01T00:00:02.000Z', NULL);
        CREATE TABLE streams (stream TEXT PRIMARY KEY, at INTEGER, retry INTEGER, blocked INTEGER,
            leased_by TEXT);
        """,
    )
    joined, left, paid = reader.events.page(None).rows
    assert (joined.data, joined.schema_version) == ({"n": 1, "mail": "x"}, 12)
    # encrypted as a whole: what its fields are called is not known either
    sealed = {"$encrypted": {"bytes": '"c2VjcmV0"'}}
    assert (left.data, left.schema_version) == ({"n": 2, "$personal": sealed}, 1)
    assert [finding.code for finding in left.findings] == ["value-encrypted"]
    assert paid.data == {"n": 3}


def test_emmett_may_use_an_archived_name_again(
    lite: Callable[[str, str], StoreReader],
) -> None:
    reader = lite(
        "emmett",
        """
        CREATE TABLE emt_streams (stream_id TEXT, stream_position BIGINT, partition TEXT,
            stream_type TEXT, stream_metadata JSONB, is_archived BOOLEAN,
            PRIMARY KEY (stream_id, partition, is_archived));
        CREATE TABLE emt_messages (stream_id TEXT, stream_position BIGINT, partition TEXT,
            message_kind CHAR(1), message_data JSONB, message_metadata JSONB,
            message_schema_version TEXT, message_type TEXT, message_id TEXT, is_archived BOOLEAN,
            global_position INTEGER PRIMARY KEY, created DATETIME,
            UNIQUE (stream_id, stream_position, partition, is_archived));
        INSERT INTO emt_streams VALUES
            ('cart-1', 1, '[object Object]', 'cart', '[]', 1),
            ('cart-1', 2, '[object Object]', 'cart', '[]', 0);
        INSERT INTO emt_messages VALUES
            ('cart-1', 1, 'emt:default', 'E', '{}', '{}', '0', 'Old', 'a', 1, 1, '2024-01-01'),
            ('cart-1', 1, 'emt:default', 'E', '{}', '{}', '0', 'New', 'b', 0, 2, '2024-01-01'),
            ('cart-1', 2, 'emt:default', 'C', '{}', '{}', '1', 'Do', 'c', 0, 3, '2024-01-01');
        """,
    )
    rows = reader.streams.page().rows
    assert [(r.stream.name, r.events.value, r.archived) for r in rows] == [
        ("cart-1", 2, False),
        ("cart-1", 1, True),
    ]
    assert len(reader.streams.find("cart-1")) == 2
    kinds = [(e.type, e.kind) for e in reader.events.page(rows[0].stream).rows]
    assert kinds == [("New", "event"), ("Do", "command")]
    assert [e.type for e in reader.events.page(rows[1].stream).rows] == ["Old"]


def test_eventsourcing_with_another_mapper(lite: Callable[[str, str], StoreReader]) -> None:
    """Alternative mappers write plain JSON with ids inside, and no class version."""
    reader = lite(
        "pyeventsourcing",
        """
        CREATE TABLE stored_events (originator_id TEXT, originator_version INTEGER, topic TEXT,
            state BLOB, PRIMARY KEY (originator_id, originator_version));
        INSERT INTO stored_events VALUES ('017ac2f504634c9bac12ac7ab298d4d7', 1, 'shop:Opened',
            CAST('{"originator_id": "017ac2f5-0463-4c9b-ac12-ac7ab298d4d7",
                   "originator_version": 1, "timestamp": "2024-01-01T00:00:00Z",
                   "amount": "12.50"}' AS BLOB));
        INSERT INTO stored_events VALUES ('order-7', 1, 'bank.opened', CAST('{}' AS BLOB));
        """,
    )
    first, second = reader.events.page(None).rows
    assert first.stream.name == "017ac2f5-0463-4c9b-ac12-ac7ab298d4d7"
    assert first.data == {"timestamp": "2024-01-01T00:00:00Z", "amount": "12.50"}
    assert (str(first.recorded_at), first.schema_version) == ("2024-01-01T00:00:00Z", 1)
    assert second.stream.name == "order-7"
    for name in (first.stream.name, "017ac2f504634c9bac12ac7ab298d4d7"):
        assert reader.streams.find(name) == (first.stream,)


def test_texts_of_thirty_two_digits_stay_texts_in_postgresql(
    big: Callable[[str, str], StoreReader],
) -> None:
    reader = big(
        "pyeventsourcing",
        """
        CREATE TABLE shop_events (originator_id text, originator_version bigint, topic text,
            state bytea, notification_id bigserial,
            PRIMARY KEY (originator_id, originator_version));
        CREATE UNIQUE INDEX ON shop_events (notification_id);
        INSERT INTO shop_events VALUES ('017ac2f504634c9bac12ac7ab298d4d7', 1, 't', '{}');
        """,
    )
    [stream] = reader.streams.find("017ac2f504634c9bac12ac7ab298d4d7")
    assert stream.name == "017ac2f504634c9bac12ac7ab298d4d7"


def test_evtstore_with_times_as_text(lite: Callable[[str, str], StoreReader]) -> None:
    reader = lite(
        "evtstore",
        """
        CREATE TABLE log (position integer PRIMARY KEY, version integer, stream varchar(255),
            aggregate_id varchar(255), timestamp datetime, event text);
        CREATE UNIQUE INDEX i ON log (stream, aggregate_id, version);
        INSERT INTO log VALUES (1, 1, 's', 'a', '2024-01-01 00:00:00', '{"type": "Made"}'),
            (2, 2, 's', 'a', 1704067200123, '{"type": "Kept", "__persisted": 3}');
        """,
    )
    made, kept = reader.events.page(None).rows
    assert (made.type, str(made.recorded_at)) == ("Made", "2024-01-01T00:00:00Z")
    assert (kept.data, str(kept.recorded_at)) == ({}, "2024-01-01T00:00:00.123Z")
    [odd] = reader.snapshots.page()
    assert odd.state == {"type": "Kept", "__persisted": 3}  # no state in it: shown as it is


def test_streams_of_message_db_by_purpose(big: Callable[[str, str], StoreReader]) -> None:
    names = {
        "account-1": StreamKind.PRIMARY,
        "account": StreamKind.PRIMARY,
        "account:command-1": StreamKind.SYSTEM,
        "account:command+position-1": StreamKind.SYSTEM,
        "account:position": StreamKind.SYSTEM,
        "account:snapshot-1": StreamKind.SNAPSHOTS,
        "account:v1-1": StreamKind.PRIMARY,
        "shop::command-1": StreamKind.PRIMARY,
        "shop::cart:command-1+2": StreamKind.SYSTEM,
        "account-1:snapshot-2": StreamKind.PRIMARY,
    }
    rows = ", ".join(f"('{name}', 0, 'T', '{{}}', NULL)" for name in names)
    reader = big("message_db", MESSAGES + rows)
    read = {row.stream.name: row.stream for row in reader.streams.page().rows}
    assert {name: stream.kind for name, stream in read.items()} == names
    assert read["account:command-1"].category == "account:command"
    assert read["account-1:snapshot-2"].category == "account"
    kinds = {e.stream.name: e.kind for e in reader.events.page(None).rows}
    assert {n for n, kind in kinds.items() if kind == "command"} == {
        "account:command-1",
        "account:command+position-1",
        "shop::cart:command-1+2",
    }


def test_snapshots_of_message_db_s_clients(big: Callable[[str, str], StoreReader]) -> None:
    reader = big(
        "message_db",
        MESSAGES
        + """
        ('a-1', 0, 'Opened', '{}', '{"$correlationId": "c", "$causationId": "d"}'),
        ('a:snapshot-1', 0, 'Recorded', '{"entityData": {"n": 1}, "entityVersion": 4}', NULL),
        ('b:snapshot-1', 0, 'State', '{"n": 2}', '{"streamVersion": "7"}'),
        ('c:snapshot-1', 0, 'Odd', '[1]', '{"streamVersion": "soon"}'),
        ('d:snapshot-1', 0, 'Huge', '{"entityVersion": 99999999999999999999}', NULL),
        ('e:snapshot-1', 0, 'Nothing', NULL, NULL)
        """,
    )
    read = {s.stream.name: (s.position, s.state) for s in reader.snapshots.page()}
    assert read["a-1"] == (4, {"n": 1})
    assert read["b-1"] == (7, {"n": 2})
    assert read["c-1"] == (None, [1])
    assert read["d-1"][0] is None
    assert read["e-1"] == (None, None)
    opened = reader.events.page(None, limit=1).rows[0]
    assert (opened.correlation_id, opened.causation_id) == ("c", "d")
    assert reader.snapshots.positions(opened.stream) == (4,)


def test_dcb_with_json_and_odd_tags(big: Callable[[str, str], StoreReader]) -> None:
    reader = big(
        "pyeventsourcing_dcb",
        """
        CREATE TABLE "My_tt_main" (id bigserial, type text NOT NULL, data bytea,
            tags text[] NOT NULL);
        CREATE UNIQUE INDEX ON "My_tt_main" (id) INCLUDE (type);
        CREATE TABLE "My_tt_tag" (tag text, main_id bigint);
        CREATE INDEX ON "My_tt_tag" (tag, main_id);
        INSERT INTO "My_tt_main" (type, data, tags) VALUES
            ('Registered', '{"at": "2024-01-01T00:00:00Z"}', ARRAY['student-17', 'year:2024']),
            ('Joined', '{"at": "noon"}', ARRAY['student-17', 'course-x1']),
            ('Noted', '{}', ARRAY[]::text[]);
        INSERT INTO "My_tt_tag" SELECT unnest(tags), id FROM "My_tt_main";
        """,
    )
    registered, joined, noted = reader.events.page(None).rows
    assert registered.tags == ("student-17", "year:2024")
    assert str(registered.recorded_at) == "2024-01-01T00:00:00Z"
    assert joined.recorded_at is None  # a business field that happens to be called so
    assert [f.code for f in noted.findings] == ["stream-missing"]
    rows = {row.stream.name: row for row in reader.streams.page().rows}
    assert {n: (r.stream.kind, r.stream.category) for n, r in rows.items()} == {
        "course-x1": (StreamKind.PRIMARY, "course"),
        "student-17": (StreamKind.PRIMARY, "student"),
        "year:2024": (StreamKind.LINKS, None),
    }
    student = rows["student-17"]
    assert (student.first_position, student.last_position) == (1, 2)
    assert [e.position for e in reader.events.page(student.stream).rows] == [1, 2]


def test_protean_s_facts_and_commands(big: Callable[[str, str], StoreReader]) -> None:
    def metadata(kind: str, own: str) -> str:
        return f'{{"headers": {{"id": "{own}"}}, "domain": {{"kind": "{kind}"}}}}'

    reader = big(
        "protean",
        MESSAGES
        + f"""
        ('shop::cart-1', 0, 'Shop.Made.v3', '{{}}', '{metadata("EVENT", "shop::cart-1-0")}'),
        ('shop::cart-fact-1', 0, 'Shop.CartFact.v1', '{{}}', '{metadata("EVENT", "f-0")}'),
        ('shop::cart:command-1', 0, 'Shop.Make.v1', '{{}}', '{metadata("COMMAND", "1")}'),
        ('shop::cart-1', 1, 'Shop.Bare', '{{}}', NULL)
        """,
    )
    made, fact, command, bare = reader.events.page(None).rows
    assert (made.id, made.schema_version, made.kind) == ("shop::cart-1-0", 3, "event")
    assert (fact.stream.category, fact.stream.kind) == ("shop::cart", StreamKind.PRIMARY)
    assert (command.kind, command.stream.kind) == ("command", StreamKind.SYSTEM)
    assert command.id != "1"
    assert (bare.schema_version, bare.meta) == (None, None)


BROADWAY = """
CREATE TABLE events (id INTEGER PRIMARY KEY AUTOINCREMENT, uuid {uuid} NOT NULL,
    playhead INTEGER UNSIGNED NOT NULL, payload CLOB NOT NULL, metadata CLOB NOT NULL,
    recorded_on VARCHAR(32) NOT NULL, type VARCHAR(255) NOT NULL);
CREATE UNIQUE INDEX u ON events (uuid, playhead);
"""


def test_broadway_s_reflection_serializer(lite: Callable[[str, str], StoreReader]) -> None:
    reader = lite(
        "broadway",
        BROADWAY.format(uuid="CHAR(36)")
        + r"""
        INSERT INTO events VALUES (1, 'a', 0, '{"class": "App\\Paid", "payload":
            {"by": {"class": "App\\Id", "payload": {"value": 7}}}}',
            '{"class": "Broadway\\Domain\\Metadata", "payload": {"values": {"tenant": "x"}}}',
            '2024-01-01T00:00:00.000000+00:00', 'App.PaidV2');
        """,
    )
    [event] = reader.events.page(None).rows
    assert (event.data, event.meta) == ({"by": {"value": 7}}, {"tenant": "x"})
    assert (event.schema_version, event.payload.value["class"]) == (2, "App\\Paid")


def test_broadway_s_ids_in_two_forms(lite: Callable[[str, str], StoreReader]) -> None:
    cells = """'{"class": "A", "payload": {}}', '{}', '2024-01-01T00:00:00+00:00', 'A'"""
    one, two, three = (f"{digit:032x}" for digit in (1, 2, 3))
    forms = [f"x'{one}'", f"CAST(x'{one}' AS TEXT)", f"CAST(x'{two}' AS TEXT)", f"x'{three}'"]
    rows = ", ".join(f"({i}, {uuid}, {i}, {cells})" for i, uuid in enumerate(forms * 3, 1))
    reader = lite("broadway", BROADWAY.format(uuid="BLOB") + f"INSERT INTO events VALUES {rows};")
    listed = [(r.stream.name[-1], r.events.value) for r in reader.streams.page(limit=9).rows]
    assert listed == [("1", 6), ("2", 3), ("3", 3)]
    back, after = [], None
    for _ in listed:
        page = reader.streams.page(after, limit=1, reverse=True)
        back += [row.stream.name[-1] for row in page.rows]
        after = page.before
    assert back == ["3", "2", "1"]
    [stream] = reader.streams.find("00000000-0000-0000-0000-000000000001")
    pages = [reader.events.page(stream, limit=4)]
    pages.append(reader.events.page(stream, after=pages[0].after, limit=4))
    assert [e.position for page in pages for e in page.rows] == [1, 2, 5, 6, 9, 10]
    assert reader.events.count(stream).value == 6
    assert len(reader.events.history(stream, (5,), 10).rows) == 3


STREAMS = """
CREATE TABLE event_store (id INTEGER PRIMARY KEY, stream VARCHAR(255) NOT NULL, playhead INTEGER,
    event VARCHAR(255), payload CLOB, recorded_on DATETIME, new_stream_start BOOLEAN,
    archived BOOLEAN, custom_headers CLOB);
CREATE UNIQUE INDEX u ON event_store (stream, playhead);
CREATE TABLE cache_items (item_id TEXT PRIMARY KEY, item_data BLOB, item_lifetime INTEGER,
    item_time INTEGER);
"""


def test_patchlevel_s_free_streams_and_shared_cache(
    lite: Callable[[str, str], StoreReader],
) -> None:
    rows = ", ".join(
        f"({i}, '{'imports' if i % 2 else 'cart-a-1'}', {'NULL' if i % 2 else i}, 'e', "
        f"'{{\"n\": {i}}}', '2024-01-01 00:00:00', 0, {int(i < 4)}, '[]')"
        for i in range(1, 21)
    )
    state = 'a:2:{s:7:"version";s:1:"3";s:7:"payload";a:2:{s:1:"n";i:8;s:9:"_playhead";i:8;}}'
    reader = lite(
        "patchlevel",
        STREAMS
        + f"""
        INSERT INTO event_store VALUES {rows};
        INSERT INTO cache_items VALUES ('app:cart-a-1', CAST('{state}' AS BLOB), NULL, 1700000000),
            ('app:menu-html', CAST('s:2:"hi";' AS BLOB), NULL, 1700000000);
        """,
    )
    imports, cart = reader.streams.find("imports") + reader.streams.find("cart-a-1")
    assert (imports.category, cart.category) == (None, "cart")
    read, after = [], None
    for _ in range(4):
        page = reader.events.page(imports, after=after, limit=3)
        read += [(event.global_position, event.position) for event in page.rows]
        after = page.after
    assert read == [(i, None) for i in range(1, 21, 2)]
    assert [e.archived for e in reader.events.page(cart).rows] == [True] + [False] * 9
    [snapshot] = reader.snapshots.page()
    assert (snapshot.stream.name, snapshot.position) == ("cart-a-1", 8)
    assert (snapshot.state, snapshot.schema_version) == ({"n": 8}, "3")
    assert reader.snapshots.positions(cart) == (8,)
    assert reader.snapshots.positions(imports) == ()


def test_patchlevel_s_tags_and_transactions(big: Callable[[str, str], StoreReader]) -> None:
    reader = big(
        "patchlevel",
        """
        CREATE TABLE event_store (id bigserial PRIMARY KEY, stream varchar(255) NOT NULL,
            playhead int, event_id varchar(255) UNIQUE, event_name varchar(255),
            event_payload json, recorded_on timestamp(0) with time zone, archived boolean,
            custom_headers json, tags jsonb, transaction_id xid8);
        CREATE UNIQUE INDEX ON event_store (stream, playhead);
        INSERT INTO event_store VALUES (1, 'a-1', 1, 'x', 'a.made', '[]', '2024-01-01 00:00:00+00',
            false, '{"actor": {"userId": "u", "tenant": "t"}}', '["a:1"]', '7');
        """,
    )
    [event] = reader.events.page(None).rows
    assert (event.type, event.id, event.data) == ("a.made", "x", [])
    assert (event.actor, event.tenant) == ("u", "t")


def test_eventsauce_under_names_of_one_s_own(lite: Callable[[str, str], StoreReader]) -> None:
    def message(number: int, version: int) -> str:
        headers = (
            f'{{"__event_id": "e{number}", "__event_type": "shop.paid", "__aggregate_root_id": '
            f'"cart-{number % 2}", "__aggregate_root_version": {version}, "__aggregate_root_type": '
            f'"shop.cart", "__time_of_recording": "2024-01-01 00:00:0{number}.5+0000"}}'
        )
        envelope = f'{{"headers": {headers}, "payload": {{"n": {number}}}}}'
        return f"({number}, 'e{number}', 'cart-{number % 2}', {version}, '{envelope}')"

    rows = ", ".join(message(i, (i + 1) // 2) for i in range(1, 7))
    reader = lite(
        "eventsauce",
        f"""
        CREATE TABLE journal (nr INTEGER PRIMARY KEY, uid TEXT, subject TEXT, step INTEGER,
            body TEXT);
        CREATE INDEX i ON journal (subject, step);
        INSERT INTO journal VALUES {rows};
        """,
    )
    [stream] = reader.streams.find("cart-1")
    first = reader.events.page(stream).rows[0]
    assert (stream.category, first.type, first.id, first.data) == (
        "shop.cart", "shop.paid", "e1", {"n": 1},
    )  # fmt: skip
    assert (first.position, str(first.recorded_at)) == (1, "2024-01-01T00:00:01.5Z")


def test_spatie_s_events_outside_aggregates(lite: Callable[[str, str], StoreReader]) -> None:
    keys = ["NULL, NULL" if i % 2 else f"'a', {i}" for i in range(1, 13)]
    rows = ", ".join(
        f"({i}, {key}, 1, 'E', '{{}}', '{{}}', '2024-01-01 00:00')" for i, key in enumerate(keys, 1)
    )
    reader = lite(
        "spatie",
        f"""
        CREATE TABLE stored_events (id integer primary key, aggregate_uuid varchar,
            aggregate_version integer, event_version integer, event_class varchar,
            event_properties text, meta_data text, created_at datetime);
        CREATE UNIQUE INDEX u ON stored_events (aggregate_uuid, aggregate_version);
        INSERT INTO stored_events VALUES {rows};
        """,
    )
    one = reader.streams.page(limit=1)
    two = reader.streams.page(one.after, limit=1)
    assert [row.stream.name for row in (*one.rows, *two.rows)] == ["a", "(no aggregate)"]
    assert (one.more, two.more, two.rows[0].last_position) == (True, False, None)
    assert reader.streams.page(two.after).rows == ()
    last = reader.streams.page(limit=1, reverse=True)
    assert [row.stream for row in last.rows] == [two.rows[0].stream]
    assert reader.streams.page(last.before, limit=5, reverse=True).rows == one.rows
    [outside] = reader.streams.find("(no aggregate)")
    page = reader.events.page(outside, limit=4)
    rest = reader.events.page(outside, after=page.after, limit=4)
    assert [e.global_position for e in (*page.rows, *rest.rows)] == [1, 3, 5, 7, 9, 11]
    assert all(event.position is None and not event.findings for event in page.rows)


HASHED = "_" + "0123456789abcdef" * 2 + "01234567"


def test_prooph_without_its_table_of_streams(big: Callable[[str, str], StoreReader]) -> None:
    reader = big(
        "prooph",
        f"""
        CREATE TABLE {HASHED} (no bigserial PRIMARY KEY, event_id uuid UNIQUE, event_name
            varchar(100), payload json, metadata jsonb, created_at timestamp(6));
        CREATE UNIQUE INDEX ON {HASHED} ((metadata->>'_aggregate_version'));
        INSERT INTO {HASHED} VALUES (1, gen_random_uuid(), 'A', '[]',
            '{{"_aggregate_version": 1}}', '2024-01-01 00:00:00'), (2, gen_random_uuid(), 'B',
            '[]', '{{"_aggregate_version": "two"}}', '2024-01-01 00:00:01');
        """,
    )
    [row] = reader.streams.page().rows
    assert (row.stream.name, row.events.value, row.last_position) == (HASHED, 2, None)
    assert [e.position for e in reader.events.page(row.stream).rows] == [1, None]
    assert reader.streams.find(HASHED) == (row.stream,)


def test_binary_payloads_of_marten(big: Callable[[str, str], StoreReader]) -> None:
    """In 9 a type may choose a binary form; its JSON is empty then and says nothing."""
    reader = big(
        "marten",
        """
        CREATE TABLE mt_streams (id varchar PRIMARY KEY, type varchar, version bigint,
            timestamp timestamptz, created timestamptz, tenant_id varchar, is_archived bool);
        CREATE TABLE mt_events (seq_id bigint PRIMARY KEY, id uuid, stream_id varchar,
            version bigint, data jsonb, type varchar, timestamp timestamptz, tenant_id varchar,
            mt_dotnet_type varchar, is_archived bool, bdata bytea);
        CREATE UNIQUE INDEX ON mt_events (stream_id, version);
        INSERT INTO mt_streams VALUES ('a', 'account', 2, now(), now(), '*DEFAULT*', false);
        INSERT INTO mt_events VALUES
            (1, gen_random_uuid(), 'a', 1, '{}', 'opened', now(), '*DEFAULT*', 'A, B', false,
             '\\x81a16e05'),
            (2, gen_random_uuid(), 'a', 2, '{"n": 6}', 'kept_v3', now(), '*DEFAULT*', 'A, B',
             false, NULL)
        """,
    )
    opened, kept = reader.events.page(None).rows
    assert (opened.data, opened.payload.codec, opened.tenant) == ({"n": 5}, "msgpack", None)
    assert (kept.data, kept.schema_version, kept.payload.codec) == ({"n": 6}, 3, "json")
    assert kept.stream.category == "account"


def test_rails_event_store_before_streams_had_a_table(
    lite: Callable[[str, str], StoreReader],
) -> None:
    """Up to 0.18: one stream an event, no positions, the time in the metadata if anywhere."""
    reader = lite(
        "rails_event_store",
        r"""
        CREATE TABLE event_store_events (id integer PRIMARY KEY, stream varchar NOT NULL,
            event_type varchar NOT NULL, event_id varchar NOT NULL, metadata text,
            data text NOT NULL, created_at datetime NOT NULL);
        CREATE INDEX s ON event_store_events (stream);
        CREATE UNIQUE INDEX e ON event_store_events (event_id);
        INSERT INTO event_store_events VALUES
            (1, 'Order$17', 'Placed', 'a', '---' || char(10) || ':timestamp: 2016-05-01 10:00:00 Z',
             '---' || char(10) || ':total: !ruby/object:BigDecimal 18:0.125e2',
             '2016-05-01 10:00:01'),
            (2, 'Order$17', 'Paid', 'b', NULL, '--- {}', '2016-05-01 11:00:00');
        """,
    )
    placed, paid = reader.events.page(None).rows
    assert (placed.stream.category, str(placed.recorded_at)) == ("Order", "2016-05-01T10:00:00Z")
    assert (str(placed.data["total"]), str(paid.recorded_at)) == ("12.5", "2016-05-01T11:00:00Z")
    [row] = reader.streams.page().rows
    assert (row.first_position, row.last_position, row.events.value) == (1, 2, 2)


def test_rails_event_store_with_ids_of_two_types(big: Callable[[str, str], StoreReader]) -> None:
    """Ids are UUIDs in one table and texts in the other where an application made them."""
    own = "017ac2f5-0463-4c9b-ac12-ac7ab298d4d7"
    reader = big(
        "rails_event_store",
        f"""
        CREATE TABLE history (id bigserial PRIMARY KEY, event_id uuid UNIQUE, event_type varchar,
            metadata json, data json, created_at timestamp, valid_at timestamp);
        CREATE TABLE history_streams (id bigserial PRIMARY KEY, stream varchar, position int,
            event_id varchar(36), created_at timestamp);
        CREATE UNIQUE INDEX ON history_streams (stream, position);
        CREATE INDEX ON history_streams (event_id);
        INSERT INTO history VALUES (1, '{own}', 'Made', '{{"types": {{"data": {{}}}}, "a": 1}}',
            '"{{\\"n\\": 12.50}}"', '2024-01-01 00:00:00', NULL),
            (2, gen_random_uuid(), 'Alone', NULL, '{{}}', '2024-01-01 00:00:00', NULL);
        INSERT INTO history_streams VALUES (5, 'cart', NULL, '{own}', now()),
            (6, 'audit', 3, '{own}', now());
        """,
    )
    made, alone = reader.events.page(None).rows
    assert (made.stream.name, str(made.data["n"]), made.meta) == ("cart", "12.50", {"a": 1})
    assert [finding.code for finding in alone.findings] == ["stream-missing"]
    rows = {row.stream.name: row for row in reader.streams.page().rows}
    assert {name: row.stream.kind for name, row in rows.items()} == {
        "audit": StreamKind.LINKS,
        "cart": StreamKind.PRIMARY,
    }
    [linked] = reader.events.page(rows["audit"].stream).rows
    assert (linked.kind, linked.position, linked.origin) == ("link", 3, ("cart", None))


def test_a_slash_inside_a_part_of_pg_eventstore_s_streams(
    big: Callable[[str, str], StoreReader],
) -> None:
    reader = big(
        "pg_eventstore",
        r"""
        CREATE TABLE events (id uuid, context varchar, stream_name varchar, stream_id varchar,
            global_position bigint PRIMARY KEY, stream_revision int, data jsonb, metadata jsonb,
            link_id uuid, link_partition_id bigint, created_at timestamp, type varchar);
        CREATE INDEX ON events (stream_id, stream_revision);
        INSERT INTO events VALUES
            ('017ac2f5-0463-4c9b-ac12-ac7ab298d4d7', 'a/b', 'c\d', 'e/f', 1, 0, '{}', '{}', NULL,
             NULL, '2024-01-01 00:00:00', 'Made'),
            ('117ac2f5-0463-4c9b-ac12-ac7ab298d4d7', 'r', 'l', 'all', 2, 0, '{}', '{}',
             '017ac2f5-0463-4c9b-ac12-ac7ab298d4d7', 1, '2024-01-01 00:00:00', '$>');
        """,
    )
    made, link = reader.events.page(None).rows
    assert made.stream.name == r"a\/b/c\\d/e/f"
    assert link.origin == (made.stream.name, 0)
    for name in (made.stream.name, "e/f"):
        assert [stream.name for stream in reader.streams.find(name)] == [made.stream.name]
