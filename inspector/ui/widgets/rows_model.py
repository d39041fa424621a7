"""A table of finished rows, for lists that are made at once and shown as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from inspector.ui.widgets.plain_text import shortened, tooltip_text, visible_text

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from PySide6.QtCore import QObject

    Index = QModelIndex | QPersistentModelIndex

ITEM_ROLE = int(Qt.ItemDataRole.UserRole)
"""Gives what a row stands for."""


class RowsModel(QAbstractTableModel):
    """Rows of texts, each with the thing it stands for.

    Args:
        titles: of the columns.
        right: numbers of columns that stand to the right.
    """

    def __init__(
        self,
        titles: Sequence[str],
        parent: QObject | None = None,
        right: Collection[int] = (),
    ) -> None:
        super().__init__(parent)
        self._titles, self._right = tuple(titles), frozenset(right)
        self._rows: list[tuple[Any, Sequence[str]]] = []

    def show_rows(self, rows: Sequence[tuple[Any, Sequence[str]]]) -> None:
        """Show other rows: what each stands for, and its texts."""
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Rows."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Columns."""
        return 0 if parent.isValid() else len(self._titles)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Titles of the columns."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._titles[section]
        return self._side(section, role)

    def _side(self, column: int, role: int) -> Any:
        if role != Qt.ItemDataRole.TextAlignmentRole or column not in self._right:
            return None
        return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Texts of a row, hidden characters as escapes."""
        if not index.isValid():
            return None
        item, texts = self._rows[index.row()]
        if role == ITEM_ROLE:
            return item
        text = texts[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return visible_text(shortened(text))
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip_text(text)
        return self._side(index.column(), role)
