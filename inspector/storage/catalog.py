"""Tables, columns and keys of a database, read in a few bulk queries.

Partition children are left out, because their parent is read; views and foreign tables are left
out unless the user agreed, because reading one runs what its owner wrote.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from inspector.core.errors import InspectorError
from inspector.core.findings import Finding
from inspector.core.texts import tr
from inspector.layouts._api import Catalog, Column, Sample, Table
from inspector.storage.postgres_catalog import postgres_tables
from inspector.storage.sqlite_catalog import sqlite_tables
from inspector.storage.statements import whole

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from inspector.storage.opening import Connection

SAMPLE_ROWS = 8
SAMPLE_CELL = 64 * 1024
"""Cells larger than this are left out of a sample."""

_TABLES = frozenset({"table", "partitioned"})


def read_catalog(
    connection: Connection, *, allow_views: bool = False, schema: str | None = None
) -> Catalog:
    """All tables that the role can see.

    Args:
        allow_views: take views and foreign tables too.
        schema: only this schema.
    """
    if connection.dialect == "sqlite":
        found = sqlite_tables(connection, allow_views=allow_views)
    else:
        found = postgres_tables(connection)
    tables = [t for t in found if schema is None or t.schema == schema]
    shown = [t for t in tables if allow_views or t.kind in _TABLES]
    skipped = tuple(t.full_name for t in tables if not allow_views and t.kind not in _TABLES)
    return Catalog(connection.dialect, tuple(shown), _sampler(connection), skipped)


def _sampler(connection: Connection) -> Callable[[Table], Sequence[Sample]]:
    known: dict[tuple[str | None, str], Sequence[Sample]] = {}

    def sample(table: Table) -> Sequence[Sample]:
        name = (table.schema, table.name)
        if name not in known:
            known[name] = _sample(connection, table)
        return known[name]

    return sample


def _sample(connection: Connection, table: Table) -> Sequence[Sample]:
    """The first rows; nothing from a table that is empty or cannot be read."""
    if not table.readable:
        return ()
    clause = table.clause()
    columns = [_small(connection.dialect, clause.c[c.name], c) for c in table.columns]
    statement = sa.select(*columns).limit(whole("limit"))
    try:
        rows = connection.read(statement, {"limit": SAMPLE_ROWS})
    except InspectorError as error:
        # The table stays in the catalog; whoever recognises it will say that it is unreadable.
        words = tr("{table} could not be sampled: {why}", table=table.full_name, why=error.message)
        connection.note(Finding("table-unreadable", words, table.full_name))
        return ()
    names = [c.name.lower() for c in table.columns]
    return tuple(dict(zip(names, row, strict=True)) for row in rows)


def _small(dialect: str, column: sa.ColumnElement[Any], of: Column) -> sa.ColumnElement[Any]:
    if dialect == "postgresql":
        size: sa.ColumnElement[int] = sa.func.pg_catalog.pg_column_size(column)
    else:
        size = sa.func.length(column)
    return sa.case((size <= SAMPLE_CELL, column)).label(of.name)
