"""What an administrator can run to make a role that reads a store and can do nothing else.

The text is only shown and copied: this program never runs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from inspector.core.errors import InputInvalid
from inspector.core.texts import tr
from inspector.storage.address import POSTGRESQL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inspector.layouts._api import Table
    from inspector.services.open_store import OpenedStore

ROLE: Final = "event_reader"
"""The name that the text proposes."""


def grant_text(stores: Sequence[OpenedStore], role: str = ROLE) -> str:
    """Statements for a role that may read the tables of these stores of one database.

    Raises:
        InputInvalid: the store is a file; its rights are those of the file.
    """
    address = stores[0].address
    if address.dialect != POSTGRESQL:
        raise InputInvalid(
            tr("An SQLite file has no roles."),
            hint=tr("Who may read or write it is said by the file's permissions."),
        )
    tables = {table.full_name: table for store in stores for table in store.match.tables.values()}
    schemas = sorted({table.schema or "public" for table in tables.values()})
    name = quoted(role)
    lines = [
        tr("-- A role that can read this store and change nothing. Run this as an administrator,"),
        tr("-- then set its password in psql: \\password {role}", role=role),
        f"CREATE ROLE {name} LOGIN;",
        f"GRANT CONNECT ON DATABASE {quoted(database_of(stores[0]))} TO {name};",
        *(f"GRANT USAGE ON SCHEMA {quoted(schema)} TO {name};" for schema in schemas),
        *(
            f"GRANT SELECT ON TABLE {_full(table)} TO {name};"
            for _, table in sorted(tables.items())
        ),
        f"ALTER ROLE {name} SET default_transaction_read_only = on;",
    ]
    return "\n".join(lines) + "\n"


def database_of(store: OpenedStore) -> str:
    """The database's own name, which an address need not say."""
    return store.connection.report.database or store.name


def quoted(name: str) -> str:
    """An identifier that means exactly this name."""
    return '"' + name.replace('"', '""') + '"'


def _full(table: Table) -> str:
    return f"{quoted(table.schema or 'public')}.{quoted(table.name)}"
