"""Tables of an SQLite database, through table-valued pragmas: one query each for all tables."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, cast

from inspector.core.errors import InspectorError
from inspector.core.findings import Finding
from inspector.core.texts import tr
from inspector.layouts._api import Column, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inspector.storage.opening import Connection, Rows
    from inspector.storage.sqlite_connection import SqliteConnection

_TABLES = """
SELECT l.name, l.type, l.wr FROM pragma_table_list AS l
WHERE l.schema = 'main' AND l.name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY l.name
"""

_COLUMNS = """
SELECT l.name, c.name, c.type, c."notnull", c.pk, c.hidden
FROM pragma_table_list AS l, pragma_table_xinfo(l.name) AS c
WHERE l.schema = 'main' AND l.type = 'table' AND l.name NOT LIKE 'sqlite~_%' ESCAPE '~'
ORDER BY l.name, c.cid
"""
"""Of real tables only: one view on a table that is gone, or one table of an extension that is not
here, would make the whole query fail."""

_COLUMNS_OF_ONE = """
SELECT :table, c.name, c.type, c."notnull", c.pk, c.hidden
FROM pragma_table_xinfo(:table) AS c ORDER BY c.cid
"""

_INDEXES = """
SELECT l.name, i.name, i."unique", i.partial, x.name
FROM pragma_table_list AS l, pragma_index_list(l.name) AS i, pragma_index_xinfo(i.name) AS x
WHERE l.schema = 'main' AND l.type = 'table' AND x.key = 1
ORDER BY l.name, i.seq, x.seqno
"""

_KINDS = {"table": "table", "view": "view", "virtual": "foreign"}
"""A virtual table is code of a module, like a foreign table; shadow tables belong to one."""


def sqlite_tables(connection: Connection, *, allow_views: bool = False) -> Sequence[Table]:
    """All tables and views of the main database.

    Args:
        allow_views: find out the columns of views and virtual tables too, which runs code of
            their makers.
    """
    read = cast("SqliteConnection", connection).read_sql
    listed = [row for row in read(_TABLES) if row[1] in _KINDS]
    rows = list(read(_COLUMNS))
    if allow_views:
        for name, kind, _ in listed:
            if kind != "table":
                rows.extend(_columns_of(connection, name))
    columns: dict[str, list[tuple[Column, int]]] = defaultdict(list)
    for table, name, kind, not_null, key, hidden in rows:
        if hidden != 1:  # 1: a hidden column of a virtual table; 2 and 3 are generated ones
            columns[table].append((Column(name, (kind or "").lower(), not not_null), key))
    indexes, unique = _indexes(read(_INDEXES))
    found: list[Table] = []
    for name, kind, without_rowid in listed:
        own = columns[name]
        keys = tuple(c.name for c, at in sorted(own, key=lambda item: item[1]) if at)
        uniques = tuple(unique[name]) + ((keys,) if keys else ())
        found.append(
            Table(
                name=name,
                columns=tuple(c for c, _ in own),
                kind=_KINDS[kind],
                primary_key=keys,
                unique=tuple(dict.fromkeys(uniques)),
                indexes=tuple(indexes[name]),
                rowid=kind == "table" and not without_rowid,
            )
        )
    return found


def _columns_of(connection: Connection, name: str) -> Rows:
    """Columns of one view or virtual table; none, with a finding, when it is broken."""
    try:
        return cast("SqliteConnection", connection).read_sql(_COLUMNS_OF_ONE, {"table": name})
    except InspectorError as error:
        words = tr("{table} cannot be read: {why}", table=name, why=error.detail or error.message)
        connection.note(Finding("table-unreadable", words, name))
        return []


Lists = dict[str, list[tuple[str, ...]]]


def _indexes(rows: Sequence[Any]) -> tuple[Lists, Lists]:
    """Column lists of usable indexes: not partial, no expressions (their column has no name)."""
    parts: dict[tuple[str, str], list[str | None]] = defaultdict(list)
    is_unique: dict[tuple[str, str], bool] = {}
    for table, index, unique, partial, column in rows:
        if not partial:
            parts[table, index].append(column)
            is_unique[table, index] = bool(unique)
    indexes: Lists = defaultdict(list)
    uniques: Lists = defaultdict(list)
    for (table, index), names in parts.items():
        if any(n is None for n in names):
            continue
        columns = tuple(str(n) for n in names)
        indexes[table].append(columns)
        if is_unique[table, index]:
            uniques[table].append(columns)
    return indexes, uniques
