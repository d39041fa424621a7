"""Rows of a comparison: sign, path, before and after; filtered by any text in them."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal

from inspector.core.paths import path_text
from inspector.core.texts import tr
from inspector.services.comparing import OP_GLYPHS, op_word, sides
from inspector.ui.widgets.json_text import value_text
from inspector.ui.widgets.plain_text import shortened, tooltip_text, visible_text
from inspector.ui.widgets.slices import Slices

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from PySide6.QtCore import QPersistentModelIndex

    from inspector.core.diffing import Change
    from inspector.core.payloads import Value

    Index = QModelIndex | QPersistentModelIndex

CHANGE_ROLE = int(Qt.ItemDataRole.UserRole)
"""Gives the :class:`Change` of a row."""

FILTERED_AT_ONCE = 50


class ChangeColumn(enum.IntEnum):
    """Columns of a comparison."""

    GLYPH = 0
    PATH = 1
    BEFORE = 2
    AFTER = 3


class ChangeTableModel(QAbstractTableModel):
    """The changes of one comparison, all or those that hold a text.

    Signals:
        filtered(): filtering is further, or done.
    """

    filtered = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: Sequence[Change] = ()
        self._shown: list[Change] = []
        self.text = ""
        self._slices = Slices(self)
        self._slices.sliced.connect(self.filtered)
        self._slices.ended.connect(self._show_found)
        self._found: list[Change] = []

    @property
    def total(self) -> int:
        """Changes of the comparison, shown or not."""
        return len(self._all)

    @property
    def filtering(self) -> bool:
        """Whether rows are still being looked through."""
        return self._slices.running

    def changes(self) -> Sequence[Change]:
        """What is shown."""
        return self._shown

    def show(self, changes: Sequence[Change]) -> None:
        """Show another comparison; the same one again keeps its rows."""
        if changes is not self._all:
            self._all = changes
            self._filter()

    def look_for(self, text: str) -> None:
        """Show only rows with this text in their path or values."""
        if text != self.text:
            self.text = text
            self._filter()

    def _filter(self) -> None:
        self._slices.stop()
        if self.text:
            self._found = []
            self._slices.start(self._matching(self.text.casefold()))
        else:
            self._found = list(self._all)
            self._show_found()

    def _matching(self, wanted: str) -> Iterator[None]:
        for number, change in enumerate(self._all):
            if any(wanted in text.casefold() for text in _texts(change)):
                self._found.append(change)
            if number % FILTERED_AT_ONCE == 0:
                yield

    def _show_found(self) -> None:
        self.beginResetModel()
        self._shown = self._found
        self.endResetModel()
        self.filtered.emit()

    # -- Qt's model ---------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Changes shown."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Sign, path, before, after."""
        return 0 if parent.isValid() else len(ChangeColumn)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Titles of the columns."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return ("", tr("Field"), tr("Before"), tr("After"))[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Texts of a row."""
        if not index.isValid():
            return None
        change, column = self._shown[index.row()], ChangeColumn(index.column())
        if role == CHANGE_ROLE:
            return change
        if role == Qt.ItemDataRole.DisplayRole:
            return _cell(change, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return op_word(change) if column is ChangeColumn.GLYPH else _cell(change, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip_text(_tip(change, column))
        return None


def _texts(change: Change) -> tuple[str, str, str]:
    return (
        path_text(change.path),
        _side(change, ChangeColumn.BEFORE, 2000),
        _side(change, ChangeColumn.AFTER, 2000),
    )


def _cell(change: Change, column: ChangeColumn) -> str:
    if column is ChangeColumn.GLYPH:
        return OP_GLYPHS[change.op]
    if column is ChangeColumn.PATH:
        return visible_text(shortened(path_text(change.path) or tr("(whole value)")))
    return _side(change, column, 300)


def _side(change: Change, column: ChangeColumn, limit: int) -> str:
    """One side's value in a line; a moved element's side before is its place."""
    before, after = sides(change)
    if change.source is not None and column is ChangeColumn.BEFORE:
        return tr("was at [{place}]", place=change.source)
    side = before if column is ChangeColumn.BEFORE else after
    return "" if side is None else value_text(side[0], limit)


def _tip(change: Change, column: ChangeColumn) -> str:
    if column is ChangeColumn.GLYPH:
        return op_word(change)
    if column is ChangeColumn.PATH:
        return f"{path_text(change.path)}\n{op_word(change)}"
    before, after = sides(change)
    side = before if column is ChangeColumn.BEFORE else after
    return "" if side is None else _whole(side[0])


def _whole(value: Value) -> str:
    return value if isinstance(value, str) else value_text(value, 2000)
