"""A few rows of plain text in a table: a preview that looks like the event table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QVBoxLayout

from inspector.ui.theme import FontRole, Role
from inspector.ui.widgets.labels import PlainLabel, muted
from inspector.ui.widgets.plain_text import shortened, tooltip_text, visible_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inspector.ui.theme import Theme

ROW: Final = 24
WIDEST: Final = 260

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class PreviewContent:
    """What a preview shows.

    Attributes:
        headers: names of the columns.
        rows: cells; ``None`` is shown as NULL, quietly.
        strong: numbers of the columns that stand out.
    """

    headers: Sequence[str] = ()
    rows: Sequence[Sequence[str | None]] = ()
    strong: frozenset[int] = field(default_factory=frozenset)


class PreviewModel(QAbstractTableModel):
    """The content as Qt wants it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._content = PreviewContent()

    @property
    def content(self) -> PreviewContent:
        """What is shown."""
        return self._content

    def show(self, content: PreviewContent) -> None:
        """Show something else."""
        self.beginResetModel()
        self._content = content
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """How many rows."""
        return 0 if parent.isValid() else len(self._content.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """How many columns."""
        return 0 if parent.isValid() else len(self._content.headers)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text of a cell, its tool tip, its colour."""
        cell = self._content.rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return "NULL" if cell is None else visible_text(shortened(cell))
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip_text(cell or "")
        if role == Qt.ItemDataRole.ForegroundRole and cell is None:
            return QColor(self._theme.tokens[Role.TEXT_DISABLED])
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Name of a column; one that means something stands out."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return visible_text(shortened(self._content.headers[section], 80))
        if role == Qt.ItemDataRole.FontRole and section in self._content.strong:
            return self._theme.fonts.heading
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None


class PreviewTable(QTableView):
    """The table."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self._model = PreviewModel(theme)
        self.setModel(self._model)
        self.setAccessibleName(name)
        theme.set_font(self, FontRole.MONO)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setStretchLastSection(True)
        self.setMinimumHeight(theme.px(ROW) * 4)
        self._instead = muted(PlainLabel(wrap=True))
        self._instead.setAlignment(Qt.AlignmentFlag.AlignCenter)
        inside = QVBoxLayout(self.viewport())
        inside.setContentsMargins(16, 16, 16, 16)
        inside.addWidget(self._instead)

    @property
    def content(self) -> PreviewContent:
        """What is shown."""
        return self._model.content

    def show_instead(self, text: str) -> None:
        """Show nothing, and say why."""
        self.show_content(PreviewContent())
        self._instead.setText(text)

    def show_content(self, content: PreviewContent) -> None:
        """Show something else, each column as wide as it needs within limits."""
        self._instead.setText("")
        self.verticalHeader().setDefaultSectionSize(self._theme.px(ROW))
        self._model.show(content)
        widest = self._theme.px(WIDEST)
        for column in range(min(len(content.headers), 64)):
            needed = max(self.sizeHintForColumn(column), self._header_width(column)) + 16
            self.setColumnWidth(column, min(widest, needed))

    def _header_width(self, column: int) -> int:
        return self.horizontalHeader().sectionSizeFromContents(column).width()
