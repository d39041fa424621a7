"""Connections for tests of layouts: values arrive as the storage layer promises them."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.types.string import TextLoader
from sqlalchemy.dialects.postgresql import psycopg as postgres_dialect
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect

from tests.layouts.catalogs import postgres_catalog, sqlite_catalog

if TYPE_CHECKING:
    from pathlib import Path

    import sqlalchemy as sa

    from inspector.layouts._api import Catalog

XID8 = 5069
AS_TEXT = ("json", "jsonb", "timestamptz", "timestamp", "date")


class PlainReads:
    """Runs expressions through a bare driver."""

    def __init__(self, dialect: str, connection: Any) -> None:
        self.dialect = dialect
        self.connection = connection
        named = sqlite_dialect(paramstyle="named")  # type: ignore[no-untyped-call]
        self._compiler = named if dialect == "sqlite" else postgres_dialect.dialect()

    def read(self, statement: sa.Executable, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
        """All rows."""
        return self._run("", statement, parameters)

    def plan(self, statement: sa.Executable, parameters: dict[str, Any]) -> str:
        """How the database would find the rows, a line a step."""
        sqlite = self.dialect == "sqlite"
        words = "EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN (COSTS OFF) "
        return "\n".join(str(row[-1]) for row in self._run(words, statement, parameters))

    def catalog(self) -> Catalog:
        """The tables that are there now."""
        made = sqlite_catalog if self.dialect == "sqlite" else postgres_catalog
        return made(self.connection)

    def execute(self, text: str) -> None:
        """One statement that changes something."""
        self.connection.execute(text)

    def close(self) -> None:
        self.connection.close()

    def _run(self, words: str, statement: Any, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
        compiled = statement.compile(dialect=self._compiler)
        cursor = self.connection.cursor()
        cursor.execute(words + str(compiled), compiled.construct_params(parameters))
        rows = [tuple(row) for row in cursor.fetchall()]
        cursor.close()
        return rows


def sqlite_reads(path: Path) -> PlainReads:
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    return PlainReads("sqlite", connection)


def postgres_reads(conninfo: str) -> PlainReads:
    connection = psycopg.connect(conninfo, autocommit=True)
    connection.execute("SET search_path = ''")
    for name in AS_TEXT:
        connection.adapters.register_loader(connection.adapters.types[name].oid, TextLoader)
    connection.adapters.register_loader(XID8, TextLoader)
    return PlainReads("postgresql", connection)
