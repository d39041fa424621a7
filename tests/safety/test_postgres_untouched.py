"""A PostgreSQL server notices a reader, and nothing else: no transaction of ours ever writes."""

from __future__ import annotations

from contextlib import closing
from time import sleep
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from inspector.core.errors import InspectorError
from inspector.services.open_store import OpenRequest, open_store
from inspector.services.tasks import Work
from tests.safety.browsing import browse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.helpers.pooler import Pooler
    from tests.helpers.postgres import PostgresServer

SCHEMA = """
CREATE TABLE shop_events (originator_id uuid NOT NULL, originator_version bigint NOT NULL,
  topic text, state bytea, notification_id bigserial,
  PRIMARY KEY (originator_id, originator_version));
CREATE UNIQUE INDEX shop_events_notification_id_idx ON shop_events (notification_id);
INSERT INTO shop_events (originator_id, originator_version, topic, state)
SELECT ('00000000-0000-4000-8000-' || lpad((n % 7)::text, 12, '0'))::uuid, n / 7 + 1,
  'shop:Order.Counted', convert_to('{"n":' || n || '}', 'UTF8') FROM generate_series(0, 699) n;
ANALYZE shop_events;
"""

COUNTERS = """
SELECT pg_current_wal_insert_lsn()::text, txid_snapshot_xmax(txid_current_snapshot())::bigint,
  d.tup_inserted + d.tup_updated + d.tup_deleted, d.temp_files, d.xact_rollback
FROM pg_stat_database d WHERE d.datname = current_database()
"""


@pytest.fixture
def shop(postgres_server: PostgresServer, request: pytest.FixtureRequest) -> str:
    name = f"safety_{abs(hash(request.node.name)) % 10**8}"
    conninfo = postgres_server.create_database(name)
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute(SCHEMA)
    return conninfo


def counters(conninfo: str) -> tuple[Any, ...]:
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("SELECT pg_stat_force_next_flush()")
        found = connection.execute(COUNTERS).fetchone()
        assert found is not None
        return tuple(found[:4])


@pytest.fixture
def undisturbed(shop: str) -> Iterator[str]:
    """The server without its own cleaning up, which writes statistics when it pleases."""
    workers = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'autovacuum worker'"
    with psycopg.connect(shop, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET autovacuum = off")
        connection.execute("SELECT pg_reload_conf()")
        sleep(0.2)  # the launcher hears of it
        while connection.execute(workers).fetchone() != (0,):
            sleep(0.1)
        yield shop
        connection.execute("ALTER SYSTEM RESET autovacuum")
        connection.execute("SELECT pg_reload_conf()")


@pytest.mark.postgres
def test_no_transaction_number_is_used_and_no_log_is_written(undisturbed: str) -> None:
    shop = undisturbed
    with psycopg.connect(shop, autocommit=True) as connection:
        connection.execute("VACUUM (FREEZE, ANALYZE) shop_events")
        connection.execute("CHECKPOINT")
    browse(shop)  # hint bits of the first look are the server's own business
    before = counters(shop)
    assert browse(shop) == 256
    assert counters(shop)[1:] == before[1:]


@pytest.mark.postgres
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO public.shop_events (topic) VALUES ('x')",
        "DELETE FROM public.shop_events",
        "CREATE TEMP TABLE t (a int)",
        "SELECT pg_catalog.nextval('public.shop_events_notification_id_seq')",
        "SELECT * FROM public.shop_events FOR UPDATE",
        "COMMIT; INSERT INTO public.shop_events (topic) VALUES ('x')",
        "SET transaction_read_only = off",
    ],
)
def test_the_connection_itself_refuses_everything_but_reading(shop: str, statement: str) -> None:
    with closing(open_store(OpenRequest(shop), Work())) as store:
        read = store.connection.read_sql  # type: ignore[attr-defined]
        with pytest.raises(InspectorError):
            read(f"{statement} /* %(always)s */", {"always": True})
    with psycopg.connect(shop) as connection:
        found = connection.execute("SELECT count(*) FROM shop_events").fetchone()
        assert found == (700,)


@pytest.mark.postgres
def test_a_role_with_select_alone_has_no_badge_and_others_have(
    shop: str, postgres_server: PostgresServer
) -> None:
    with psycopg.connect(shop, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS only_reads")
        connection.execute("CREATE ROLE only_reads LOGIN")
        connection.execute("GRANT SELECT ON shop_events TO only_reads")
    reader = psycopg.conninfo.make_conninfo(shop, user="only_reads")
    with closing(open_store(OpenRequest(reader), Work())) as store:
        assert [f.code for f in store.findings] == []
    with closing(open_store(OpenRequest(shop), Work())) as store:
        assert [f.code for f in store.findings] == ["role-can-write"]
    with psycopg.connect(shop, autocommit=True) as connection:
        connection.execute("GRANT INSERT ON shop_events TO only_reads")
    with closing(open_store(OpenRequest(reader), Work())) as store:
        assert [f.code for f in store.findings] == ["role-can-write"]


@pytest.mark.postgres
def test_functions_of_the_database_never_stand_in_for_the_servers_own(shop: str) -> None:
    with psycopg.connect(shop, autocommit=True) as connection:
        for name in ("length(bytea)", "octet_length(bytea)", "lower(text)"):
            connection.execute(
                f"CREATE FUNCTION public.{name} RETURNS int LANGUAGE plpgsql "
                "AS 'BEGIN RAISE EXCEPTION ''hijacked''; END'"
            )
        connection.execute(
            "CREATE FUNCTION public.pg_column_size(bytea) RETURNS int LANGUAGE plpgsql "
            "AS 'BEGIN RAISE EXCEPTION ''hijacked''; END'"
        )
    assert browse(shop) == 256


@pytest.mark.postgres
def test_a_view_is_left_out_until_the_user_agrees(shop: str) -> None:
    with psycopg.connect(shop, autocommit=True) as connection:
        connection.execute("ALTER TABLE shop_events RENAME TO hidden_events")
        connection.execute("ALTER TABLE hidden_events DROP COLUMN notification_id CASCADE")
        connection.execute("ALTER TABLE hidden_events RENAME COLUMN state TO body")
        connection.execute(
            "CREATE VIEW shop_events AS SELECT originator_id, originator_version, topic, "
            "body AS state, originator_version AS notification_id FROM hidden_events"
        )
    with pytest.raises(InspectorError) as caught:
        open_store(OpenRequest(shop), Work())
    assert "shop_events" in caught.value.hint


@pytest.mark.postgres
def test_a_pooler_in_transaction_mode_is_enough(shop: str, pooler: Pooler) -> None:
    database = psycopg.conninfo.conninfo_to_dict(shop)["dbname"]
    assert browse(pooler.conninfo(str(database))) == 256


@pytest.mark.postgres
def test_a_server_that_went_away_and_came_back_is_read_on(
    own_postgres_server: PostgresServer,
) -> None:
    server = own_postgres_server
    conninfo = server.create_database("shop")
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute(SCHEMA)
    with closing(open_store(OpenRequest(conninfo), Work())) as store:
        assert store.reader.events.count(None).value == 700
        server.stop()
        with pytest.raises(InspectorError) as caught:
            store.reader.events.page(None)
        assert caught.value.code in ("connection-lost", "store-unavailable")
        with pytest.raises(InspectorError):
            store.reader.events.page(None)
        server.start()
        assert len(store.reader.events.page(None).rows) == 256
