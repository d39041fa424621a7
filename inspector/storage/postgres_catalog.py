"""Tables of a PostgreSQL database, in every schema the role can see."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, cast

from inspector.core.findings import Finding
from inspector.core.texts import tr
from inspector.layouts._api import Column, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inspector.storage.opening import Connection
    from inspector.storage.postgres_connection import PostgresConnection

_OURS = """n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%%'
  AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND %(always)s::boolean"""

_TABLES = f"""
SELECT c.oid::bigint, n.nspname::text, c.relname::text, c.relkind::text,
  pg_catalog.has_schema_privilege(n.oid, 'USAGE')
    AND pg_catalog.has_table_privilege(c.oid, 'SELECT'),
  pg_catalog.has_any_column_privilege(c.oid, 'INSERT, UPDATE')
    OR pg_catalog.has_table_privilege(c.oid, 'DELETE, TRUNCATE'),
  pg_catalog.row_security_active(c.oid)
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE {_OURS} AND NOT c.relispartition
ORDER BY n.nspname, c.relname
"""  # noqa: S608 - our own parts

_COLUMNS = f"""
SELECT a.attrelid::bigint, a.attnum::int, a.attname::text,
  pg_catalog.format_type(a.atttypid, a.atttypmod)::text, a.attnotnull
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE {_OURS} AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum
"""  # noqa: S608 - our own parts

_INDEXES = f"""
SELECT i.indrelid::bigint, i.indisunique, i.indisprimary, i.indnkeyatts::int, i.indkey::text,
  CASE WHEN i.indexprs IS NOT NULL THEN ARRAY(
    SELECT pg_catalog.pg_get_indexdef(i.indexrelid, k, true)
    FROM pg_catalog.generate_series(1, i.indnkeyatts::int) AS k) END
FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE {_OURS} AND NOT c.relispartition AND i.indisvalid AND i.indpred IS NULL
ORDER BY i.indexrelid
"""  # noqa: S608 - our own parts

_DATABASES = """
SELECT d.datname::text FROM pg_catalog.pg_database d
WHERE d.datallowconn AND NOT d.datistemplate AND %(always)s::boolean
  AND pg_catalog.has_database_privilege(d.oid, 'CONNECT')
ORDER BY d.datname
"""

_KINDS = {"r": "table", "p": "partitioned", "v": "view", "m": "view", "f": "foreign"}
_VALUES = {"always": True}


def database_names(connection: Connection) -> tuple[str, ...]:
    """Databases of the server that the role may connect to."""
    rows = cast("PostgresConnection", connection).read_sql(_DATABASES, _VALUES)
    return tuple(str(name) for (name,) in rows)


def postgres_tables(connection: Connection) -> Sequence[Table]:
    """All tables and views outside the system's schemas; children of partitions left out."""
    read = cast("PostgresConnection", connection).read_sql
    numbers: dict[int, dict[int, Column]] = defaultdict(dict)
    for oid, number, name, kind, not_null in read(_COLUMNS, _VALUES):
        numbers[oid][number] = Column(name, kind.lower(), not not_null)
    keys = _Keys(numbers)
    for row in read(_INDEXES, _VALUES):
        keys.add(*row)
    found: list[Table] = []
    writable: list[str] = []
    for oid, schema, name, kind, readable, may_write, filtered in read(_TABLES, _VALUES):
        table = Table(
            name=name,
            columns=tuple(numbers[oid].values()),
            schema=schema,
            kind=_KINDS[kind],
            primary_key=keys.primary.get(oid, ()),
            unique=tuple(keys.unique[oid]),
            indexes=tuple(keys.indexes[oid]),
            expressions=tuple(keys.expressions[oid]),
            readable=bool(readable),
            filtered=bool(filtered),
        )
        found.append(table)
        if may_write:
            writable.append(table.full_name)
    if writable:
        _warn(connection, writable)
    return found


class _Keys:
    """Primary keys, unique keys and indexes by table."""

    def __init__(self, columns: dict[int, dict[int, Column]]) -> None:
        self._columns = columns
        self.primary: dict[int, tuple[str, ...]] = {}
        self.unique: dict[int, list[tuple[str, ...]]] = defaultdict(list)
        self.indexes: dict[int, list[tuple[str, ...]]] = defaultdict(list)
        self.expressions: dict[int, list[tuple[str, ...]]] = defaultdict(list)

    def add(  # noqa: PLR0913, PLR0917 - a row of the query
        self,
        oid: int,
        unique: Any,
        primary: Any,
        keys: int,
        numbers: str,
        expressions: Any,
    ) -> None:
        """Add an index; one over expressions (column number 0) is kept apart."""
        if expressions is not None:
            self.expressions[oid].append(tuple(str(part) for part in expressions))
            return
        known = self._columns[oid]
        parts = [int(n) for n in numbers.split()[:keys]]
        if any(n not in known for n in parts):
            return
        names = tuple(known[n].name for n in parts)
        self.indexes[oid].append(names)
        if unique:
            self.unique[oid].append(names)
        if primary:
            self.primary[oid] = names


def _warn(connection: Connection, writable: list[str]) -> None:
    if any(f.code == "role-can-write" for f in connection.report.findings):
        return
    words = tr(
        "You are connected as {user}, a role that may write to {table}.",
        user=connection.report.user or "",
        table=writable[0] + (", …" if len(writable) > 1 else ""),
    )
    connection.note(Finding("role-can-write", words, connection.address.display))
