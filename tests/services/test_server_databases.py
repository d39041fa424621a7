"""The databases of one server, which of them hold stores, and a role that can only read one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from inspector.core.errors import Cancelled, InputInvalid, StoreUnavailable
from inspector.services.open_store import OpenRequest, open_stores
from inspector.services.reading_role import grant_text
from inspector.services.sample import sample_store
from inspector.services.server_databases import at_database, look_into, server_databases
from inspector.services.tasks import Work
from inspector.storage.opening import OpenOptions
from tests.storage.servers import codes, fill, opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.helpers.postgres import PostgresServer

pytestmark = pytest.mark.postgres
ODD = 'odd "name; drop'


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A server with two stores in one database, one in another, an empty and a closed one."""
    from tests.helpers.postgres import start_server  # noqa: PLC0415 - not for the other tests

    made = start_server()
    fill(made.create_database("shop"))
    fill(made.create_database(ODD), table="odd_events")
    fill(made.conninfo(ODD), table="more_events")
    made.create_database("empty")
    made.create_database("closed")
    made.execute("CREATE ROLE looker LOGIN; REVOKE CONNECT ON DATABASE closed FROM PUBLIC")
    made.execute("GRANT SELECT ON shop_events TO looker", "shop")
    yield made
    made.remove()


def test_the_databases_that_the_role_may_enter(server: PostgresServer) -> None:
    all_names = ("closed", "empty", ODD, "postgres", "shop")
    for database in ("shop", "postgres", "no such database"):
        request = OpenRequest(server.conninfo(database))
        assert server_databases(request, Work()) == tuple(sorted(all_names))
    request = OpenRequest(server.conninfo("shop", user="looker"))
    assert "closed" not in server_databases(request, Work())
    unnamed = f"host={server.socket_folder} port={server.port} user=postgres"
    assert "shop" in server_databases(OpenRequest(unnamed), Work())


def test_what_each_holds(server: PostgresServer) -> None:
    request = OpenRequest(server.conninfo("shop"))
    shop = look_into(request, "shop", Work())
    assert [store.table for store in shop.stores] == ["public.shop_events"]
    assert shop.stores[0].certain
    odd = look_into(request, ODD, Work())
    assert {store.table for store in odd.stores} == {"public.odd_events", "public.more_events"}
    empty = look_into(request, "empty", Work())
    assert (empty.stores, empty.trouble) == ((), "")
    closed = look_into(OpenRequest(server.conninfo("shop", user="looker")), "closed", Work())
    assert closed.stores == ()
    assert "closed" in closed.trouble


def test_what_cannot_be_asked(server: PostgresServer) -> None:
    with pytest.raises(InputInvalid, match="A file holds one database"):
        server_databases(OpenRequest(str(sample_store())), Work())
    with pytest.raises(StoreUnavailable, match="cannot be reached"):
        server_databases(OpenRequest("postgresql://nobody@127.0.0.1:1/x"), Work())
    work = Work()
    work.token.cancel()
    with pytest.raises(Cancelled):
        look_into(OpenRequest(server.conninfo("shop")), "shop", work)


def test_passwords_stay_beside_the_address() -> None:
    request = at_database(OpenRequest("postgresql://me:s3cret@db/x?sslpassword=k3y"), "other")
    assert "s3cret" not in request.address
    assert "k3y" not in request.address
    assert "dbname=other" in request.address
    assert request.options.typed_password == "s3cret"
    assert request.options.key_passphrase == "k3y"


@pytest.mark.parametrize("database", ["shop", ODD])
def test_the_role_of_the_text_reads_the_store_and_can_do_nothing_else(
    server: PostgresServer, database: str
) -> None:
    role = f"reader of {database[:3]}"
    stores = open_stores(OpenRequest(server.conninfo(database)), Work())
    try:
        assert "role-can-write" in [f.code for f in stores[0].findings]
        text = grant_text(stores, role)
    finally:
        stores[0].close()
    with psycopg.connect(server.conninfo(), autocommit=True) as admin:
        for statement in text.splitlines():
            if not statement.startswith("--") and "TABLE" not in statement:
                admin.execute(statement.encode())
    server.execute("\n".join(line for line in text.splitlines() if "TABLE" in line), database)
    reader = server.conninfo(database, user=role)
    table = stores[0].table
    with opened(reader, OpenOptions(), choice=table) as store:
        assert "role-can-write" not in codes(store)
        assert store.reader.events.count(None).value == 700
    with (
        psycopg.connect(reader) as connection,
        pytest.raises(psycopg.errors.ReadOnlySqlTransaction),
    ):
        connection.execute(f"DELETE FROM {table}".encode())
    with psycopg.connect(reader) as connection:
        connection.execute("SET default_transaction_read_only = off; COMMIT")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(f"DELETE FROM {table}".encode())


def test_a_file_has_no_roles() -> None:
    with opened(str(sample_store())) as store, pytest.raises(InputInvalid, match="no roles"):
        grant_text((store,))
