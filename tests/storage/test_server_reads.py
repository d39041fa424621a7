"""What every read on a server promises: short, read-only, bounded, and its own settings."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from inspector.core.errors import (
    AccessDenied,
    Cancelled,
    ConnectionLost,
    InspectorError,
    LayoutAmbiguous,
    LayoutUnknown,
    StoreBusy,
    StoreChanged,
    StoreUnavailable,
)
from inspector.services.event_ranges import EventQuery, read_events
from inspector.services.tasks import Work
from inspector.storage.opening import OpenOptions
from tests.storage.servers import asks, changed, codes, fill, open_and_close, opened, run

if TYPE_CHECKING:
    from collections.abc import Callable

    from inspector.services.open_store import OpenedStore
    from tests.helpers.pooler import Pooler
    from tests.helpers.postgres import PostgresServer

pytestmark = pytest.mark.postgres

SETTINGS = {
    "transaction_read_only": "on",
    "transaction_isolation": "repeatable read",
    "default_transaction_read_only": "on",
    "search_path": "",
    "statement_timeout": "30s",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "1min",
    "application_name": "event-history-inspector",
    "TimeZone": "UTC",
    "DateStyle": "ISO, MDY",
    "client_encoding": "UTF8",
    "standard_conforming_strings": "on",
}

ODD_ROLE = """
ALTER ROLE {role} SET search_path = public, pg_catalog;
ALTER ROLE {role} SET statement_timeout = 0;
ALTER ROLE {role} SET timezone = 'Asia/Seoul';
ALTER ROLE {role} SET datestyle = 'German';
ALTER ROLE {role} SET bytea_output = 'escape';
ALTER ROLE {role} SET default_transaction_isolation = 'serializable';
ALTER ROLE {role} SET client_encoding = 'LATIN1';
"""


def settings(store: OpenedStore, names: list[str]) -> dict[str, Any]:
    return {name: asks(store, f"pg_catalog.current_setting('{name}')") for name in names}


def test_settings_of_a_read(shop: str) -> None:
    with opened(changed(shop, user="storage_trusted")) as store:
        assert settings(store, list(SETTINGS)) == SETTINGS


def test_settings_do_not_depend_on_the_role(shop: str) -> None:
    run(shop, "CREATE ROLE storage_odd LOGIN IN ROLE storage_trusted", *[
        line.format(role="storage_odd") for line in ODD_ROLE.strip().splitlines()
    ])  # fmt: skip
    with opened(changed(shop, user="storage_odd")) as store:
        assert settings(store, list(SETTINGS)) == SETTINGS
        assert store.reader.events.page(None).rows[3].data == {"n": 3}


def test_the_users_own_words_win_where_they_do_no_harm(shop: str) -> None:
    ours = {"application_name": "night-shift", "options": "-c work_mem=3MB"}
    with opened(changed(shop, user="storage_trusted", **ours)) as store:
        assert settings(store, ["application_name", "work_mem", "transaction_read_only"]) == {
            "application_name": "night-shift",
            "work_mem": "3MB",
            "transaction_read_only": "on",
        }
    harm = {"options": "-c default_transaction_read_only=off -c statement_timeout=0"}
    with opened(changed(shop, user="storage_trusted", **harm)) as store:
        assert settings(store, list(SETTINGS)) == SETTINGS


def test_nothing_is_left_open_between_reads(shop: str, postgres_server: PostgresServer) -> None:
    with opened(shop) as store:
        store.reader.events.page(None)
        process = asks(store, "pg_catalog.pg_backend_pid()")
        with psycopg.connect(postgres_server.conninfo()) as other:
            found = other.execute(
                "SELECT state, backend_xmin, application_name FROM pg_stat_activity WHERE pid = %s",
                [process],
            ).fetchone()
    assert found == ("idle", None, "event-history-inspector")


# -- limits ---------------------------------------------------------------------------------


def test_a_read_that_takes_too_long_is_stopped_by_the_server(shop: str) -> None:
    with opened(shop, OpenOptions(statement_timeout=0.2)) as store:
        with pytest.raises(StoreBusy, match="time limit") as caught:
            asks(store, "pg_catalog.pg_sleep(20)::text")
        assert caught.value.hint
        assert store.reader.events.count(None).value == 700


def test_a_locked_table_is_not_waited_for(shop: str) -> None:
    with opened(shop, OpenOptions(lock_timeout=0.2)) as store, psycopg.connect(shop) as other:
        other.execute("LOCK TABLE shop_events IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(StoreBusy, match="locked by another session"):
            store.reader.events.page(None)
        other.rollback()
        assert len(store.reader.events.page(None).rows) == 256


def test_a_read_is_stopped_from_another_thread_and_the_next_one_is_not(shop: str) -> None:
    with opened(shop) as store:
        store.connection.interrupt()  # nothing is running, so nothing is stopped
        assert store.reader.events.count(None).value == 700
        for _ in range(3):
            timer = threading.Timer(0.1, store.connection.interrupt)
            timer.start()
            with pytest.raises(Cancelled):
                asks(store, "pg_catalog.pg_sleep(20)::text")
            timer.join()
            assert store.reader.events.count(None).value == 700


# -- poolers --------------------------------------------------------------------------------


def test_every_read_through_a_pooler_brings_its_settings(shop: str, pooler: Pooler) -> None:
    """Two server sessions behind the pooler, changed in turn, and another client beside us."""
    address = pooler.conninfo("storage_shop")
    with opened(address) as store, psycopg.connect(address, autocommit=True) as other:
        for _ in range(4):
            other.execute("SET search_path = public")
            other.execute("SET default_transaction_read_only = off")
            found = settings(store, ["transaction_read_only", "search_path", "statement_timeout"])
            assert found == {
                "transaction_read_only": "on",
                "search_path": "",
                "statement_timeout": "30s",
            }
        assert len(store.reader.events.page(None).rows) == 256
        stream = store.reader.streams.page().rows[0].stream
        assert sum(len(p) for p in read_events(store.reader, EventQuery(stream), Work())) == 100


def test_a_read_through_a_pooler_can_be_stopped(shop: str, pooler: Pooler) -> None:
    with opened(pooler.conninfo("storage_shop")) as store:
        timer = threading.Timer(0.2, store.connection.interrupt)
        timer.start()
        with pytest.raises(Cancelled):
            asks(store, "pg_catalog.pg_sleep(20)::text")
        timer.join()
        assert store.reader.events.count(None).value == 700


# -- servers that go away -------------------------------------------------------------------


def end_session(server: PostgresServer, store: OpenedStore) -> None:
    process = asks(store, "pg_catalog.pg_backend_pid()")
    server.execute(f"SELECT pg_terminate_backend({process})")


def test_paging_goes_on_where_it_was_after_the_session_was_ended(
    shop: str, postgres_server: PostgresServer
) -> None:
    """As a firewall or an administrator does between two pages: every event, once."""
    with opened(shop) as store:
        seen: list[Any] = []
        for page in read_events(store.reader, EventQuery(), Work()):
            seen.extend(event.global_position for event in page)
            end_session(postgres_server, store)
        assert seen == list(range(1, 701))


def test_a_read_that_is_ended_on_purpose_is_told_and_not_begun_again(
    shop: str, postgres_server: PostgresServer
) -> None:
    with opened(shop) as store:
        process = asks(store, "pg_catalog.pg_backend_pid()")
        end = f"SELECT pg_terminate_backend({process})"
        timer = threading.Timer(0.3, lambda: postgres_server.execute(end))
        timer.start()
        with pytest.raises(ConnectionLost) as caught:
            asks(store, "pg_catalog.pg_sleep(20)::text")
        assert caught.value.hint
        timer.join()
        assert store.reader.events.count(None).value == 700


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_a_server_that_goes_away_in_the_middle_of_paging_and_comes_back(
    own_postgres_server: PostgresServer, end: str
) -> None:
    server = own_postgres_server
    fill(server.create_database("shop"))
    with opened(server.conninfo("shop")) as store:
        pages = read_events(store.reader, EventQuery(), Work())
        seen = [event.global_position for event in next(pages)]
        server.execute("CHECKPOINT")  # the tests' server keeps nothing over a crash otherwise
        (server.stop if end == "stop" else server.kill)()
        with pytest.raises((StoreUnavailable, ConnectionLost)) as caught:
            next(pages)
        assert caught.value.hint
        store.connection.interrupt()  # nobody minds
        server.start()
        rest = EventQuery(first=seen[-1] + 1)
        for page in read_events(store.reader, rest, Work()):
            seen.extend(event.global_position for event in page)
    assert seen == list(range(1, 701))


def test_a_server_that_starts_up_says_so(own_postgres_server: PostgresServer) -> None:
    own_postgres_server.stop()
    with pytest.raises(StoreUnavailable, match="Connection refused"):
        open_and_close(own_postgres_server.conninfo(tcp=True))


# -- rights ---------------------------------------------------------------------------------


@pytest.fixture
def own_shop(postgres_server: PostgresServer, request: pytest.FixtureRequest) -> str:
    """A database of one test, with a store in it."""
    name = f"reads_{abs(hash(request.node.name)) % 10**10}"
    conninfo = postgres_server.create_database(name)
    fill(conninfo)
    return conninfo


@pytest.fixture
def role(postgres_server: PostgresServer) -> Callable[..., str]:
    """Makes a role anew; gives its name."""

    def made(name: str, *properties: str) -> str:
        postgres_server.execute(f"DROP ROLE IF EXISTS {name}")
        postgres_server.execute(f"CREATE ROLE {name} LOGIN {' '.join(properties)}")
        return name

    return made


BADGES = {
    "nothing but SELECT": ([], [], []),
    "UPDATE": ([], ["GRANT UPDATE ON shop_events TO {role}"], ["role-can-write"]),
    "DELETE": ([], ["GRANT DELETE ON shop_events TO {role}"], ["role-can-write"]),
    "INSERT of one column": (
        [],
        ["GRANT INSERT (topic) ON shop_events TO {role}"],
        ["role-can-write"],
    ),
    "TRUNCATE": ([], ["GRANT TRUNCATE ON shop_events TO {role}"], ["role-can-write"]),
    "owner": ([], ["ALTER TABLE shop_events OWNER TO {role}"], ["role-can-write"]),
    "superuser": (["SUPERUSER"], [], ["role-can-write"]),
    "server files": ([], ["GRANT pg_write_server_files TO {role}"], ["role-can-write"]),
    "programs": ([], ["GRANT pg_execute_server_program TO {role}"], ["role-can-write"]),
    "all data": ([], ["GRANT pg_write_all_data TO {role}"], ["role-can-write"]),
}


@pytest.mark.parametrize("case", BADGES)
def test_a_role_that_could_write_gets_a_badge(
    case: str, own_shop: str, role: Callable[..., str], postgres_server: PostgresServer
) -> None:
    properties, statements, expected = BADGES[case]
    name = role("reads_badge", *properties)
    run(own_shop, f"GRANT SELECT ON shop_events TO {name}")
    run(own_shop, *[text.format(role=name) for text in statements])
    try:
        with opened(changed(own_shop, user=name)) as store:
            assert codes(store) == expected
            assert store.connection.report.user == name
            for finding in store.findings:
                assert name in finding.message
    finally:
        run(own_shop, f"REASSIGN OWNED BY {name} TO postgres", f"DROP OWNED BY {name}")


def test_rows_that_a_policy_hides_are_not_called_missing(
    own_shop: str, role: Callable[..., str]
) -> None:
    """What the server does not show looks like "nothing there": so it is said."""
    name = role("reads_policy")
    run(
        own_shop,
        f"GRANT SELECT ON shop_events TO {name}",
        "ALTER TABLE shop_events ENABLE ROW LEVEL SECURITY",
        f"CREATE POLICY few ON shop_events FOR SELECT TO {name} USING (notification_id <= 10)",
    )
    with opened(changed(own_shop, user=name)) as store:
        assert store.reader.events.count(None).value == 10
        assert codes(store) == ["rows-hidden"]
        assert "shop_events" in store.findings[0].message
    with opened(own_shop) as store:  # whoever owns the table sees everything
        assert store.reader.events.count(None).value == 700
        assert "rows-hidden" not in codes(store)
    run(own_shop, f"DROP OWNED BY {name}")


SNAPSHOTS = """
CREATE TABLE shop_snapshots (originator_id uuid NOT NULL, originator_version bigint NOT NULL,
  topic text, state bytea, PRIMARY KEY (originator_id, originator_version))
"""


def test_one_table_of_several_without_permission(own_shop: str, role: Callable[..., str]) -> None:
    """The snapshots are closed: events are read, and the closed table is named."""
    name = role("reads_some")
    run(own_shop, SNAPSHOTS, f"GRANT SELECT ON shop_events TO {name}")
    with opened(changed(own_shop, user=name)) as store:
        assert store.reader.events.count(None).value == 700
        doubts = " ".join(store.match.doubts)
        assert "shop_snapshots" in doubts
        assert "may not be read" in doubts
        stream = store.reader.streams.page().rows[0].stream
        with pytest.raises(AccessDenied, match="shop_snapshots") as caught:
            store.reader.snapshots.page(stream)
        assert "SELECT" in caught.value.hint
        assert len(store.reader.events.page(None).rows) == 256
    run(own_shop, f"DROP OWNED BY {name}")


def test_the_events_without_permission(own_shop: str, role: Callable[..., str]) -> None:
    name = role("reads_none")
    address = changed(own_shop, user=name)
    with opened(address) as store:
        assert "may not be read" in " ".join(store.match.doubts)
        for read in (lambda: store.reader.events.page(None), store.reader.streams.page):
            with pytest.raises(AccessDenied, match="shop_events"):
                read()


def test_a_schema_without_permission(own_shop: str, role: Callable[..., str]) -> None:
    name = role("reads_outside")
    run(
        own_shop,
        "CREATE SCHEMA closed",
        "ALTER TABLE shop_events SET SCHEMA closed",
        f"GRANT SELECT ON closed.shop_events TO {name}",
    )
    with opened(changed(own_shop, user=name)) as store:
        with pytest.raises(AccessDenied, match="closed") as caught:
            store.reader.events.page(None)
        assert "USAGE" in caught.value.hint
    run(own_shop, f"DROP OWNED BY {name}")


def test_one_store_of_two_without_permission(own_shop: str, role: Callable[..., str]) -> None:
    name = role("reads_one")
    fill(own_shop, "bank_events", 14)
    run(own_shop, f"GRANT SELECT ON bank_events TO {name}")
    with opened(changed(own_shop, user=name), choice="bank_events") as store:
        assert store.reader.events.count(None).value == 14
        assert not store.match.doubts
    with opened(changed(own_shop, user=name), choice="shop_events") as store:
        assert store.match.doubts
    run(own_shop, f"DROP OWNED BY {name}")


def test_a_table_that_goes_away_while_it_is_read(own_shop: str) -> None:
    with opened(own_shop) as store:
        run(own_shop, "ALTER TABLE shop_events RENAME COLUMN topic TO subject")
        with pytest.raises(StoreChanged) as caught:
            store.reader.events.page(None)
        assert "again" in caught.value.hint
        run(own_shop, "DROP TABLE shop_events")
        with pytest.raises(StoreChanged):
            store.reader.streams.page()


# -- objects that run somebody's code ---------------------------------------------------------


def test_a_view_runs_nothing_even_when_a_table_is_swapped_for_it(own_shop: str) -> None:
    """The server itself refuses it, where it can, after the look at the tables."""
    run(own_shop, "CREATE TABLE ran (at int)")
    trap = (
        "CREATE FUNCTION spring(n bigint) RETURNS bigint LANGUAGE plpgsql AS "
        "'BEGIN RAISE EXCEPTION ''the trap has sprung''; END'"
    )
    with opened(own_shop) as store:
        run(
            own_shop,
            trap,
            "ALTER TABLE shop_events RENAME TO real_events",
            "CREATE VIEW shop_events AS SELECT originator_id, originator_version, topic, state, "
            "spring(notification_id) AS notification_id FROM real_events",
        )
        with pytest.raises(InspectorError) as caught:
            store.reader.events.page(None)
        assert "sprung" not in caught.value.detail
        assert asks(store, "pg_catalog.current_setting('restrict_nonsystem_relation_kind')") == (
            "view, foreign-table"
        )


def test_views_are_read_after_consent_and_never_taken_unasked(own_shop: str) -> None:
    run(
        own_shop,
        "ALTER TABLE shop_events RENAME COLUMN state TO body",
        "CREATE VIEW seen_events AS SELECT originator_id, originator_version, topic, "
        "body AS state, notification_id FROM shop_events",
    )
    with pytest.raises(LayoutUnknown) as unknown:
        open_and_close(own_shop)
    assert "seen_events" in unknown.value.hint
    consent = OpenOptions(allow_views=True)
    with pytest.raises(LayoutAmbiguous):
        open_and_close(own_shop, consent)
    with opened(own_shop, consent, choice="seen_events") as store:
        assert not store.certain
        assert len(store.reader.events.page(None).rows) == 256


def test_materialised_views_and_foreign_tables_are_no_tables(own_shop: str) -> None:
    run(
        own_shop,
        "ALTER TABLE shop_events RENAME COLUMN state TO body",
        "CREATE MATERIALIZED VIEW kept_events AS SELECT originator_id, originator_version, topic, "
        "body AS state, notification_id FROM shop_events",
    )
    with pytest.raises(LayoutUnknown) as caught:
        open_and_close(own_shop)
    assert "kept_events" in caught.value.hint


def test_operators_of_the_database_are_not_taken_for_the_servers_own(own_shop: str) -> None:
    run(
        own_shop,
        "CREATE FUNCTION public.trap(uuid, uuid) RETURNS boolean LANGUAGE plpgsql AS "
        "'BEGIN RAISE EXCEPTION ''the trap has sprung''; END'",
        "CREATE OPERATOR public.= (LEFTARG = uuid, RIGHTARG = uuid, FUNCTION = public.trap)",
        "CREATE OPERATOR public.> (LEFTARG = uuid, RIGHTARG = uuid, FUNCTION = public.trap)",
    )
    with opened(own_shop) as store:
        summary = store.reader.streams.page().rows[0]
        assert summary.events.value == 100
        assert len(store.reader.events.page(summary.stream).rows) == 100


def test_a_server_that_is_gone_cannot_be_told_to_stop(
    shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The read ends with its server; nothing is to be said about the interrupt."""

    def gone(_self: object, **_: object) -> None:
        raise psycopg.OperationalError("couldn't send cancellation")

    with opened(shop) as store:
        monkeypatch.setattr(psycopg.Connection, "cancel_safe", gone)
        with store.connection._turn:
            store.connection.interrupt()
        assert store.reader.events.count(None).value == 700
