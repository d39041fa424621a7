"""What a map file says: tables, columns, places and encodings, as values.

Imports the core and the contract. The format of the file is in
:mod:`inspector.layouts._map_file`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn

from inspector.core.errors import InputInvalid
from inspector.core.texts import tr
from inspector.layouts._api import Encoding, Places

Lines = Mapping[tuple[str, str], tuple[int, int]]
"""Section and key to line and column, counted from 1; a section itself has the key ``""``."""


@dataclass(frozen=True)
class TableMap:
    """Columns of one table.

    Attributes:
        section: the section of the file, for messages.
        table, schema: as the user wrote them (``schema`` ``None``: any).
        stream, order: key columns.
        columns: label to column, for everything else.
    """

    section: str
    table: str
    schema: str | None
    stream: tuple[str, ...]
    order: tuple[str, ...]
    columns: Mapping[str, str]


@dataclass(frozen=True)
class ColumnMap:
    """A whole map file.

    Attributes:
        origin: what messages call the file.
        lines: (section, key) to line and column, counted from 1.
        category: the column that is the category: one of the stream's, or another.
    """

    origin: str
    events: TableMap
    snapshots: TableMap | None = None
    payload: Encoding = field(default_factory=Encoding)
    metadata: Encoding = field(default_factory=Encoding)
    snapshot_payload: Encoding | None = None
    places: Places = field(default_factory=Places)
    category: str | None = None
    lines: Lines = field(default_factory=dict)

    def wrong(self, section: str, key: str, message: str, hint: str = "") -> NoReturn:
        """Refuse the file.

        Raises:
            InputInvalid: always, naming the line of the key where it is known.
        """
        where = place_of(self.origin, self.lines, section, key)
        raise InputInvalid(f"{where}: {message}", hint=hint)


def place_of(origin: str, lines: Lines, section: str, key: str) -> str:
    """Where a key stands, for the beginning of a message."""
    at = lines.get((section, key)) or lines.get(("", section)) or lines.get((section, ""))
    if at is None:
        return origin
    return at_place(origin, *at)


def at_place(origin: str, line: int | str, column: int | str) -> str:
    """File, line and column."""
    return tr("{file}, line {line}, column {column}", file=origin, line=line, column=column)
