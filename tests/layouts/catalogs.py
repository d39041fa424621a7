"""A catalog read with plain drivers, so that layouts are tested without the storage layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg import sql

from inspector.layouts._api import Catalog, Column, Sample, Table

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence

    import psycopg

SAMPLES = 5

_COLUMNS = """
    SELECT n.nspname, c.relname, c.relkind::text, a.attname, format_type(a.atttypid, a.atttypmod),
           NOT a.attnotnull
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
    ORDER BY 1, 2, a.attnum
"""
_INDEXES = """
    SELECT n.nspname, c.relname, i.indisprimary, i.indisunique,
           ARRAY(SELECT a.attname::text FROM generate_series(0, i.indnkeyatts - 1) k
                 JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[k] ORDER BY k)
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE i.indpred IS NULL AND i.indexprs IS NULL
"""


def sqlite_catalog(connection: sqlite3.Connection) -> Catalog:
    """The tables of an SQLite database."""
    rows = connection.execute(
        "SELECT name, wr FROM pragma_table_list"
        " WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    ).fetchall()
    tables = tuple(_sqlite_table(connection, name, not wr) for name, wr in rows)
    return Catalog("sqlite", tables, _sqlite_sampler(connection))


def _sqlite_table(connection: sqlite3.Connection, name: str, rowid: bool) -> Table:
    info = connection.execute("SELECT * FROM pragma_table_info(?)", (name,)).fetchall()
    columns = tuple(Column(row[1], str(row[2]).lower(), not row[3]) for row in info)
    primary = tuple(row[1] for row in sorted((r for r in info if r[5]), key=lambda r: int(r[5])))
    unique, indexes = [], []
    listed = connection.execute("SELECT * FROM pragma_index_list(?)", (name,)).fetchall()
    for _, index, is_unique, _, partial in listed:
        found = connection.execute("SELECT name FROM pragma_index_info(?)", (index,)).fetchall()
        names = tuple(row[0] for row in found)
        if partial or None in names:
            continue
        (unique if is_unique else indexes).append(names)
    return Table(name, columns, None, "table", primary, tuple(unique), tuple(indexes), rowid=rowid)


def _sqlite_sampler(connection: sqlite3.Connection) -> Callable[[Table], Sequence[Sample]]:
    def sample(table: Table) -> Sequence[Sample]:
        quoted = table.name.replace('"', '""')
        cursor = connection.execute(f'SELECT * FROM "{quoted}" LIMIT ?', (SAMPLES,))
        return _rows(cursor)

    return sample


def postgres_catalog(connection: psycopg.Connection) -> Catalog:
    """The tables of a PostgreSQL database, partitions under their parents."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for schema, name, kind, column, declared, nullable in connection.execute(_COLUMNS):
        entry = found.setdefault((schema, name), {"kind": kind, "columns": [], "keys": []})
        entry["columns"].append(Column(column, declared.lower(), nullable))
    for schema, name, primary, unique, names in connection.execute(_INDEXES):
        if (schema, name) in found:
            found[schema, name]["keys"].append((primary, unique, tuple(names)))
    tables = tuple(_postgres_table(place, entry) for place, entry in found.items())
    return Catalog("postgresql", tables, _postgres_sampler(connection))


def _postgres_table(place: tuple[str, str], entry: dict[str, Any]) -> Table:
    keys = entry["keys"]
    return Table(
        name=place[1],
        columns=tuple(entry["columns"]),
        schema=place[0],
        kind="partitioned" if entry["kind"] == "p" else "table",
        primary_key=next((names for primary, _, names in keys if primary), ()),
        unique=tuple(names for _, unique, names in keys if unique),
        indexes=tuple(names for _, unique, names in keys if not unique),
    )


def _postgres_sampler(connection: psycopg.Connection) -> Callable[[Table], Sequence[Sample]]:
    def sample(table: Table) -> Sequence[Sample]:
        place = sql.Identifier(*(n for n in (table.schema, table.name) if n))
        query = sql.SQL("SELECT * FROM {} LIMIT %s").format(place)
        return _rows(connection.execute(query, (SAMPLES,)))

    return sample


def _rows(cursor: Any) -> Sequence[Sample]:
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
