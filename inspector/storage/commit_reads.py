"""Reading a store whose rows hold several events each: every event with its own part of the cell.

The layout's SQL gives a row for each event, with its number in ``item``, and the payload of the
whole commit in each; the parts are told apart here, once for all events of a commit. Whatever reads
the store afterwards sees plain events. Stores without such rows never come here.

Imports the codecs. Promises that a cell which cannot be taken apart is handed on as it is, so that
nothing disappears: the layout then says so of the event.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from inspector.codecs._commit_parts import parts_of
from inspector.core.payloads import REPLAY_LIMIT
from inspector.storage.statements import ITEM

if TYPE_CHECKING:
    from inspector.core.findings import Finding
    from inspector.storage.opened import Reads, Rows
    from inspector.storage.statements import Parameters

_PAYLOAD, _COUNT = "payload", "items"


class CommitReads:
    """A connection that hands out the events of a commit one by one.

    Args:
        inner: the connection of the store.
    """

    def __init__(self, inner: Reads) -> None:
        self._inner = inner
        self._cell: object = None
        self._parts: tuple[bytes | str, ...] | None = None

    @property
    def dialect(self) -> str:
        """As the connection has it."""
        return self._inner.dialect

    def note(self, finding: Finding) -> None:
        """Handed on."""
        self._inner.note(finding)

    def read(self, statement: sa.Executable, parameters: Parameters) -> Rows:
        """Rows, each with its own part of the payload."""
        rows = self._inner.read(statement, parameters)
        if not isinstance(statement, sa.Select) or not rows:
            return rows
        names = [column.key for column in statement.selected_columns]
        if _PAYLOAD not in names or ITEM not in names:
            return rows
        payload, item = names.index(_PAYLOAD), names.index(ITEM)
        count = names.index(_COUNT) if _COUNT in names else None
        return [self._one(row, payload, item, count) for row in rows]

    def _one(
        self, row: tuple[Any, ...], payload: int, item: int, count: int | None
    ) -> tuple[Any, ...]:
        parts, number = self._parts_of(row[payload]), row[item]
        told = count is None or (parts is not None and len(parts) == row[count])
        if parts is None or not told or not 0 < number <= len(parts):
            return row
        return (*row[:payload], parts[number - 1], *row[payload + 1 :])

    def _parts_of(self, cell: object) -> tuple[bytes | str, ...] | None:
        """The parts of a cell; the last ones are kept, since a commit's rows lie together."""
        if isinstance(cell, memoryview):
            cell = bytes(cell)
        if cell != self._cell:
            self._cell, self._parts = cell, parts_of(cell, REPLAY_LIMIT)
        return self._parts
