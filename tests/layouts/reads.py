"""A bare connection for what the product's own cannot do: damage a store, and explain a plan.

It reads as the product's connections do (values arrive in the same forms), but inside whatever
transaction is open, so that damage is seen and then rolled back.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.types.string import TextLoader
from sqlalchemy.dialects.postgresql import psycopg as postgres_dialect
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect

from inspector.storage.address import parse_address
from inspector.storage.catalog import read_catalog
from inspector.storage.opening import OpenReport

if TYPE_CHECKING:
    from pathlib import Path

    import sqlalchemy as sa

    from inspector.core.findings import Finding
    from inspector.layouts._api import Catalog

XID8 = 5069
AS_TEXT = ("json", "jsonb", "timestamptz", "timestamp", "date")


class PlainReads:
    """Runs expressions through a bare driver."""

    report = OpenReport("a test")
    address = parse_address("postgresql:///test")

    def __init__(self, dialect: str, connection: Any) -> None:
        self.dialect = dialect
        self.connection = connection
        if dialect == "sqlite":
            connection.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
        named = sqlite_dialect(paramstyle="named")  # type: ignore[no-untyped-call]
        self._compiler = named if dialect == "sqlite" else postgres_dialect.dialect()

    def read(self, statement: sa.Executable, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
        """All rows."""
        return self._run("", statement, parameters)

    def read_sql(self, text: str, values: Any = ()) -> list[tuple[Any, ...]]:
        """All rows of a text."""
        cursor = self.connection.cursor()
        cursor.execute(text, values)
        rows = [tuple(row) for row in cursor.fetchall()]
        cursor.close()
        return rows

    def note(self, finding: Finding) -> None:
        """Nobody asks."""

    def catalog(self) -> Catalog:
        """The tables that are there now."""
        return read_catalog(self)  # type: ignore[arg-type]

    def plan(self, statement: sa.Executable, parameters: dict[str, Any]) -> str:
        """How the database would find the rows, a line a step."""
        sqlite = self.dialect == "sqlite"
        words = "EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN (COSTS OFF) "
        return "\n".join(str(row[-1]) for row in self._run(words, statement, parameters))

    def execute(self, text: str) -> None:
        """One statement that changes something."""
        self.connection.execute(text)

    def close(self) -> None:
        """Close the driver's connection."""
        self.connection.close()

    def _run(self, words: str, statement: Any, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
        compiled = statement.compile(dialect=self._compiler)
        return self.read_sql(words + str(compiled), compiled.construct_params(parameters))


def sqlite_reads(path: Path) -> PlainReads:
    """An SQLite file."""
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    return PlainReads("sqlite", connection)


def postgres_reads(conninfo: str) -> PlainReads:
    """A PostgreSQL database; a transaction is begun by whoever wants one."""
    connection = psycopg.connect(conninfo, autocommit=True)
    connection.execute("SET search_path = ''")
    for name in AS_TEXT:
        connection.adapters.register_loader(connection.adapters.types[name].oid, TextLoader)
    connection.adapters.register_loader(XID8, TextLoader)
    return PlainReads("postgresql", connection)
