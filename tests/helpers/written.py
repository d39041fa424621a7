"""Copies of the stores of real libraries that a test may write to, with bare access beside."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from inspector.services.open_store import OpenRequest, open_stores
from inspector.services.tasks import Work

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from inspector.core.events import Snapshot
    from inspector.services.open_store import OpenedStore
    from tests.helpers.postgres import PostgresServer
    from tests.layouts.cases import Case


@dataclass
class OwnStore:
    """A store of a test's own.

    Attributes:
        address: how the product opens it.
        path: the file, or ``None``.
        conninfo: how libpq connects, or ``None``.
    """

    address: str
    path: Path | None
    conninfo: str | None
    request: OpenRequest

    @contextmanager
    def open(self, **changes: Any) -> Iterator[tuple[OpenedStore, ...]]:
        """Every store in it, as the product opens them."""
        stores = open_stores(replace(self.request, **changes), Work())
        try:
            yield stores
        finally:
            stores[0].close()

    def execute(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run a statement with ``?`` for its values, and commit."""
        if self.path is not None:
            with closing(sqlite3.connect(self.path)) as connection, connection:
                return connection.execute(statement, values).fetchall()
        assert self.conninfo is not None
        with psycopg.connect(self.conninfo, autocommit=True) as server:
            cursor = server.execute(statement.replace("?", "%s").encode(), values or None)
            return cursor.fetchall() if cursor.description else []

    def remove(self, snapshot: Snapshot) -> tuple[Any, ...]:
        """Take a snapshot out of the store; gives its row."""
        table = ".".join(f'"{part}"' for part in snapshot.table.split("."))
        where, values = _row_of(snapshot)
        [row] = self.execute(f"SELECT * FROM {table} WHERE {where}", *values)
        self.execute(f"DELETE FROM {table} WHERE {where}", *values)
        return row

    def row(self, snapshot: Snapshot) -> tuple[Any, ...]:
        """The row in the place of a snapshot."""
        table = ".".join(f'"{part}"' for part in snapshot.table.split("."))
        where, values = _row_of(snapshot)
        [row] = self.execute(f"SELECT * FROM {table} WHERE {where}", *values)
        return row

    def put_back(self, snapshot: Snapshot, row: tuple[Any, ...]) -> None:
        """Put the library's own row where ours is."""
        table = ".".join(f'"{part}"' for part in snapshot.table.split("."))
        where, values = _row_of(snapshot)
        self.execute(f"DELETE FROM {table} WHERE {where}", *values)
        marks = ", ".join("?" for _ in row)
        cells = [psycopg.types.json.Jsonb(c) if isinstance(c, dict) else c for c in row]
        self.execute(f"INSERT INTO {table} VALUES ({marks})", *cells)


def _row_of(snapshot: Snapshot) -> tuple[str, list[Any]]:
    key = snapshot.stream.key
    if not key:  # Commanded finds snapshots by name
        return "source_uuid = ?", [snapshot.stream.name]
    if snapshot.type == key[-1]:  # eventsource-py
        return "aggregate_id = ? AND aggregate_type = ?", list(key)
    where, values = "originator_id = ? AND originator_version = ?", [key[-1], snapshot.position]
    if len(key) == 2:
        return f"{where} AND application_name = ?", [*values, key[0]]
    return where, values


def own_copy(case: Case, folder: Path, server: PostgresServer | None) -> OwnStore:
    """A fresh copy of a store, with its rules and keys."""
    path = case.unpack(folder)
    keys = case.given_keys
    rules = (str(case.folder / "bank.rules.toml"),)
    if case.dialect == "sqlite":
        return OwnStore(str(path), path, None, OpenRequest(str(path), keys=keys, rules=rules))
    assert server is not None
    conninfo = server.restore_dump(path, fresh=True)
    parts = conninfo_to_dict(conninfo)
    name, *rest = parts.pop("dbname"), *(f"{k}={v}" for k, v in parts.items())
    address = f"postgresql:///{name}?{'&'.join(rest)}"
    return OwnStore(address, None, conninfo, OpenRequest(address, keys=keys, rules=rules))
