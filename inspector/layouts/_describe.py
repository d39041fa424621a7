"""Describing a table as a labelled SELECT, whatever the case of its column names.

Imports SQLAlchemy expressions and the layout contract. Promises that a column which the table
does not have is left out, that plain columns stay raw (an index can serve them), and that
constant words are written into the statement as literals (a partial index can serve them).
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from inspector.layouts._api import Table

Expression = sa.ColumnElement[Any]
Labels = dict[str, "str | Expression | None"]


class Cells:
    """The columns of one table, found by their lower-case names.

    Args:
        table: the table as the catalog describes it.
        alias: a name for the table within a join.
        rowid: also offer SQLite's implicit row id under ``rowid``.
    """

    def __init__(self, table: Table, *, alias: str | None = None, rowid: bool = False) -> None:
        clause = table.clause()
        if rowid:
            clause.append_column(sa.column("rowid"))
        self.source: sa.FromClause = clause.alias(alias) if alias else clause
        self._names = {column.name.lower(): column.name for column in table.columns}
        if rowid:
            self._names["rowid"] = "rowid"

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def __getitem__(self, name: str) -> Expression:
        return self.source.c[self._names[name]]

    def maybe(self, name: str) -> Expression | None:
        """The column, or ``None`` when the table has none of that name."""
        stored = self._names.get(name)
        return None if stored is None else self.source.c[stored]

    def select(self, labels: Labels) -> sa.Select[Any]:
        """One table with its columns relabelled."""
        return sa.select(*self.labelled(labels)).select_from(self.source)

    def labelled(self, labels: Labels) -> list[sa.Label[Any]]:
        """Labelled expressions; a value is a column name, an expression, or nothing."""
        found: list[sa.Label[Any]] = []
        for label, what in labels.items():
            expression = self.maybe(what) if isinstance(what, str) else what
            if expression is not None:
                found.append(expression.label(label))
        return found


def word(text: str) -> Expression:
    """A constant text, written into the statement (only for words of a layout's own)."""
    if not text.replace("_", "").replace(":", "").replace("-", "x").isalnum():
        raise ValueError(f"not a plain word: {text!r}")
    return sa.literal_column(f"'{text}'", sa.Text())


def quoted(text: str) -> Expression:
    """A constant text of any characters (a table's name), written into the statement."""
    doubled = text.replace("'", "''")
    return sa.literal_column(f"'{doubled}'", sa.Text())


def as_hex(part: Expression) -> Expression:
    """Bytes of an SQLite column as a text."""
    return sa.func.lower(sa.func.hex(part))


def row_key(*parts: Expression) -> Expression:
    """Key columns joined to one text that names a row to people."""
    texts: list[Expression] = [sa.cast(part, sa.Text) for part in parts]
    joined = texts[0]
    for text in texts[1:]:
        joined = joined.op("||")(sa.literal_column("'/'", sa.Text())).op("||")(text)
    return joined
