"""Tables of ordinary applications that look a bit like events: never taken for certain."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import psycopg
import pytest

from inspector.core.errors import InspectorError, LayoutAmbiguous, LayoutUnknown
from inspector.layouts import recognise
from inspector.layouts._api import Catalog, Column, Table
from inspector.services.open_store import OpenRequest, open_store
from inspector.services.tasks import Work
from tests.layouts.cases import Case

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.postgres import PostgresServer

ORDINARY = {
    "audit log": "id entity_type entity_id action changes user_id created_at",
    "transactional outbox": "id aggregate_type aggregate_id type payload created_at processed_at",
    "outbox of Debezium": "id aggregatetype aggregateid type payload timestamp",
    "calendar": "id title description starts_at ends_at location version",
    "webhooks": "id type data created livemode api_version pending_webhooks",
    "chat": "id sender recipient type body time position",
    "record versions": "id item_type item_id event whodunnit object object_changes created_at",
    "analytics": "id user_id event_name properties timestamp session_id",
    "broker log": "topic partition offset key value timestamp headers",
    "job queue": "id queue payload attempts reserved_at available_at created_at",
    "activity": "id log_name description subject_type subject_id properties created_at",
    "ledger": "id account_id version type amount currency created_at metadata",
    "inbox": "message_id stream_name type data received_at",
    "video streams": "id stream_id name version data created_at",
    "sensor readings": "id stream_id position value time",
    "log lines": "id level message context created_at",
    "notes with versions": "stream_id version body metadata created",
    "sessions": "id user_id ip_address user_agent payload last_activity",
    "snapshots of disks": "id aggregate_id version state data created_at",
    "documents": "id data metadata created_at updated_at version",
    "streams alone": "stream_id stream_position created_at archived",
    "commits": "id stream_id sequence payload committed_at",
    "Django's admin log": "id object_id object_repr action_flag change_message content_type_id",
    "changes of documents": "id item_type item_id event author body created_at",
    "medical histories": "history_id patient_id history_type history_text",
    "audits of a company": "id auditable_type auditable_id action auditor version created_at",
    "tax revisions": "rev revtype amount id",
    "bank transactions": "id transaction_id operation_type amount issued_at",
    "versions of contracts": "id object_id format content db revision_id",
    "recordings": "id record_id record op ts table_name",
    "games": "snapshot_pk type version state player",
}


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
@pytest.mark.parametrize("name", ORDINARY)
def test_an_ordinary_table_is_no_certain_store(name: str, dialect: str) -> None:
    """With columns of no type, which could be of any: the hardest case."""
    columns = tuple(Column(column, "") for column in ORDINARY[name].split())
    keys = (columns[0].name,)
    for called in ("events", "stored_events", "messages", "x"):
        table = Table(called, columns, rowid=True, primary_key=keys, unique=(keys,))
        found = recognise(Catalog(dialect, (table,)))
        assert not [s.match.layout for s in found.stores if s.certain]


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_all_of_them_in_one_database_do_not_add_up_to_a_store(dialect: str) -> None:
    tables = tuple(
        Table(name, tuple(Column(c, "") for c in columns.split()), rowid=True)
        for name, columns in ORDINARY.items()
    )
    found = recognise(Catalog(dialect, tables))
    assert not [s.match.layout for s in found.stores if s.certain]


def open_it(address: str, **asked: str) -> tuple[str, str, int]:
    """Layout, events table and number of events of the store that is taken unasked."""
    with closing(open_store(OpenRequest(address, **asked), Work())) as store:  # type: ignore[arg-type]
        return store.match.layout, store.table, store.reader.events.count(None).value


# -- the same shop, moved about -------------------------------------------------------------

PLAIN = Case("pyeventsourcing", "plain", "sqlite")
BANK = Case("evtstore", "bank", "postgresql")


@pytest.fixture
def server_store(postgres_server: PostgresServer, tmp_path: Path) -> str:
    """A real store in a database of its own, to be changed."""
    return postgres_server.restore_dump(BANK.unpack(tmp_path), fresh=True)


def change(conninfo: str, *statements: str) -> None:
    with psycopg.connect(conninfo, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def test_a_store_in_another_schema_under_another_name(server_store: str) -> None:
    layout, table, count = open_it(server_store)
    name = table.split(".")[-1]
    change(
        server_store,
        'CREATE SCHEMA "Buchhaltung 2"',
        f'ALTER TABLE public.{name} SET SCHEMA "Buchhaltung 2"',
        f'ALTER TABLE "Buchhaltung 2".{name} RENAME TO "was; geschah"',
    )
    assert open_it(server_store) == (layout, "Buchhaltung 2.was; geschah", count)
    assert open_it(server_store, schema="Buchhaltung 2")[2] == count
    with pytest.raises(LayoutUnknown):
        open_it(server_store, schema="public")


def test_two_stores_in_one_database_have_to_be_chosen_from(server_store: str) -> None:
    _, table, count = open_it(server_store)
    name = table.split(".")[-1]
    change(
        server_store,
        "CREATE SCHEMA test",
        f"CREATE TABLE test.{name} (LIKE public.{name} INCLUDING ALL)",
    )
    with pytest.raises(LayoutAmbiguous) as caught:
        open_it(server_store)
    assert f"test.{name}" in caught.value.hint
    assert f"public.{name}" in caught.value.hint
    assert open_it(server_store, choice=f"public.{name}")[2] == count
    assert open_it(server_store, choice=f"test.{name}")[2] == 0
    assert open_it(server_store, schema="test")[2] == 0


def test_ordinary_tables_beside_a_store_do_not_confuse(server_store: str, tmp_path: Path) -> None:
    tables = [
        f'CREATE TABLE public."{name}" ({", ".join(f"{c} text" for c in columns.split())})'
        for name, columns in ORDINARY.items()
    ]
    expected = open_it(server_store)
    change(server_store, *[text.replace(" offset ", ' "offset" ') for text in tables])
    assert open_it(server_store) == expected


def test_a_partitioned_store_is_one_store(server_store: str) -> None:
    """The parts look like stores themselves, and are not."""
    layout, table, count = open_it(server_store)
    name = table.split(".")[-1]
    with psycopg.connect(server_store) as connection:
        keys = connection.execute(
            "SELECT a.attname::text FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid"
            " AND a.attnum = ANY (i.indkey) WHERE i.indrelid = %s::regclass AND i.indisprimary",
            [f"public.{name}"],
        ).fetchall()
    key = keys[0][0]
    change(
        server_store,
        f"ALTER TABLE public.{name} RENAME TO whole",
        f"CREATE TABLE public.{name} (LIKE public.whole INCLUDING DEFAULTS)"
        f" PARTITION BY HASH ({key})",
        *[
            f"CREATE TABLE public.part{n} PARTITION OF public.{name}"
            f" FOR VALUES WITH (MODULUS 3, REMAINDER {n})"
            for n in range(3)
        ],
        f"INSERT INTO public.{name} SELECT * FROM public.whole",
        "DROP TABLE public.whole CASCADE",
    )
    assert open_it(server_store) == (layout, f"public.{name}", count)


def test_a_store_without_any_key_or_index_is_doubted(tmp_path: Path) -> None:
    path = PLAIN.unpack(tmp_path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE bare AS SELECT * FROM stored_events")
        connection.execute("DROP TABLE stored_events")
        connection.execute("DROP TABLE IF EXISTS stored_snapshots")
    with closing(open_store(OpenRequest(str(path), layout="pyeventsourcing"), Work())) as store:
        assert store.match.tables["events"].name == "bare"
        assert any("index" in doubt for doubt in store.match.doubts)
        assert store.reader.events.page(None).rows


# -- map files ------------------------------------------------------------------------------

GOOD = '[events]\ntable = "log"\nstream = "stream"\norder = "id"\ntype = "type"\npayload = "body"\n'
TYPOS = {
    "no table": (GOOD.replace('table = "log"', ""), "table"),
    "a wrong table": (GOOD.replace('"log"', '"lgo"'), "lgo"),
    "a wrong column": (GOOD.replace('= "stream"', '= "steram"'), "steram"),
    "a wrong key": (GOOD.replace("stream =", "steram ="), "steram"),
    "a wrong section": (GOOD.replace("events", "event"), "event"),
    "a number": (GOOD.replace('"log"', "5"), "table"),
    "a key twice": (GOOD + 'table = "log"\n', "line 7"),
    "no TOML": ("events: table", "line 1"),
    "nothing": ("", "events"),
    "another file": ("\x00\x01\x02", "line 1"),
}


@pytest.mark.parametrize("typo", TYPOS)
def test_a_map_with_a_typo_is_answered_with_the_word(typo: str, tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE log (id INTEGER PRIMARY KEY, stream, type, body)")
    text, word = TYPOS[typo]
    with pytest.raises(InspectorError) as caught:
        open_it(str(path), map_text=text, map_file="shop.toml")
    assert caught.value.exit_code in (2, 3)
    told = f"{caught.value.message} {caught.value.hint}"
    assert word in told
    assert "shop.toml" in told
