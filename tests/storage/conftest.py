"""A store on the session's server, made once for the tests that only read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.storage.servers import fill, run

if TYPE_CHECKING:
    from tests.helpers.postgres import PostgresServer

ROLES = """
CREATE ROLE storage_reader LOGIN PASSWORD 'right-secret' IN ROLE password_roles;
CREATE ROLE storage_trusted LOGIN;
"""


@pytest.fixture(scope="session")
def shop(postgres_server: PostgresServer) -> str:
    """A store of 700 events; the superuser's connection string.

    Role ``storage_reader`` needs the password ``right-secret``, ``storage_trusted`` none; both
    may read the store and nothing else.
    """
    conninfo = postgres_server.create_database("storage_shop")
    fill(conninfo)
    run(conninfo, ROLES, "GRANT SELECT ON shop_events TO storage_reader, storage_trusted")
    return conninfo
