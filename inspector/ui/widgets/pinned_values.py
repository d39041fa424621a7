"""Values pinned above the state tree: always in view, whatever is open or scrolled below.

A pin is a path. It stays while the cursor moves and when another stream is opened; where the
state has no such field, it says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import QHeaderView, QMenu, QStyleOptionViewItem, QTreeView

from inspector.core.paths import path_text
from inspector.core.texts import tr
from inspector.ui.theme import Role
from inspector.ui.widgets.json_copy import copy_text
from inspector.ui.widgets.json_delegate import ROW_HEIGHT, JsonDelegate, row_tint
from inspector.ui.widgets.json_model import LOOK_ROLE, Column, RowLook
from inspector.ui.widgets.plain_text import shortened, tooltip_text, visible_text

if TYPE_CHECKING:
    from PySide6.QtCore import QPersistentModelIndex

    from inspector.core.paths import Path
    from inspector.ui.theme import Theme
    from inspector.ui.widgets.json_tree import JsonTree

    Index = QModelIndex | QPersistentModelIndex

MOST_IN_VIEW: Final = 6
"""Rows after which the pinned values scroll."""

_MISSING: Final = RowLook(None, "", "", "", "", "", "", False, True, False)


class PinnedModel(QAbstractTableModel):
    """One row per pinned path, drawn like the rows of the tree."""

    def __init__(self, tree: JsonTree) -> None:
        super().__init__(tree)
        self._tree = tree
        self.paths: list[Path] = []
        tree.content_changed.connect(self._refresh)

    def toggle(self, path: Path) -> None:
        """Pin a path, or take it away."""
        self.beginResetModel()
        if path in self.paths:
            self.paths.remove(path)
        else:
            self.paths.append(path)
        self.endResetModel()

    def clear(self) -> None:
        """Take all away."""
        self.beginResetModel()
        self.paths.clear()
        self.endResetModel()

    def value_at(self, row: int) -> Any:
        """The value at a pinned path; ``None`` where there is none."""
        index = self._place(row)
        return self._tree.json_model().value_at(index) if index.isValid() else None

    def _place(self, row: int) -> QModelIndex:
        return self._tree.json_model().index_of_path(self.paths[row])

    def look(self, row: int) -> RowLook:
        """What a row shows."""
        index = self._place(row)
        look = self._tree.json_model().look(index) if index.isValid() else None
        name = visible_text(shortened(path_text(self.paths[row]), 200))
        shown = look or _MISSING
        value = shown.value if look is not None else tr("not there at this version")
        return RowLook(
            shown.kind, shown.glyph, name, value, shown.preview, shown.aside,
            shown.truth, shown.truth_differs, shown.quiet, shown.unsure,
        )  # fmt: skip

    def _refresh(self) -> None:
        if self.paths:
            last = self.index(len(self.paths) - 1, len(Column) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Pinned paths."""
        return 0 if parent.isValid() else len(self.paths)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """As the tree."""
        return 0 if parent.isValid() else len(Column)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Looks and texts of a row."""
        if not index.isValid():
            return None
        look = self.look(index.row())
        if role == LOOK_ROLE:
            return look
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return (look.glyph, look.name, f"{look.value} {look.aside}".strip(), look.truth)[
                index.column()
            ]
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip_text(f"{look.name}\n{look.value}\n{look.aside}".strip())
        return None


class PinnedValues(QTreeView):
    """The pinned rows; hidden while there are none.

    Signals:
        changed(): a value was pinned or taken away.
    """

    changed = Signal()

    def __init__(self, theme: Theme, tree: JsonTree) -> None:
        super().__init__()
        self._theme, self._tree = theme, tree
        self._pins = PinnedModel(tree)
        self.setAccessibleName(tr("Pinned values"))
        self.setModel(self._pins)
        self.setItemDelegate(JsonDelegate(theme, self))
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setUniformRowHeights(True)
        self.setFrameShape(QTreeView.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QTreeView.EditTrigger.NoEditTriggers)
        header = self.header()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(20)
        for column in (Column.GLYPH, Column.NAME, Column.TRUTH):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(Column.VALUE, QHeaderView.ResizeMode.Stretch)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)
        self.activated.connect(self._show_in_tree)
        tree.header().sectionResized.connect(lambda *_sizes: self._fit())
        theme.changed.connect(self._fit)
        self._fit()

    @property
    def paths(self) -> tuple[Path, ...]:
        """What is pinned, in order."""
        return tuple(self._pins.paths)

    def toggle(self, path: Path) -> None:
        """Pin a value, or take it away."""
        self._pins.toggle(path)
        self._fit()
        self.changed.emit()

    def clear(self) -> None:
        """Take all pins away."""
        self._pins.clear()
        self._fit()

    def _fit(self) -> None:
        """As high as its rows, as wide columns as the tree's."""
        rows = min(len(self._pins.paths), MOST_IN_VIEW)
        self.setFixedHeight(rows * self._theme.px(ROW_HEIGHT) + 1)
        self.setVisible(rows > 0)
        tree, header = self._tree.header(), self.header()
        for column in (Column.GLYPH, Column.NAME, Column.TRUTH):
            header.resizeSection(column, tree.sectionSize(column))
        self.setColumnHidden(Column.TRUTH, self._tree.isColumnHidden(Column.TRUTH))

    def _show_in_tree(self, index: QModelIndex) -> None:
        self._tree.show_path(self._pins.paths[index.row()])

    def _show_menu(self, place: QPoint) -> None:
        index = self.indexAt(place)
        if not index.isValid():
            return
        path = self._pins.paths[index.row()]
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("Show in the tree"), lambda: self._tree.show_path(path))
        menu.addAction(tr("Copy value"), self._copy).setShortcut("Ctrl+C")
        menu.addAction(tr("Take from the top"), lambda: self.toggle(path)).setShortcut("Del")
        menu.popup(self.viewport().mapToGlobal(place))

    def _copy(self) -> None:
        row = self.currentIndex().row()
        if row >= 0:
            QGuiApplication.clipboard().setText(copy_text(self._pins.value_at(row)))

    # -- Qt -----------------------------------------------------------------------------------

    def drawRow(  # noqa: N802 - Qt's name
        self, painter: QPainter, options: QStyleOptionViewItem, index: Index
    ) -> None:
        """Tint a changed row; a line below the last one."""
        tint = row_tint(self._theme, self._pins.look(index.row()))
        tokens = self._theme.tokens
        ground = tokens[Role.SURFACE_ALTERNATE] if tint is None else tint.back
        if self.selectionModel().isSelected(index) and self.hasFocus():
            ground = tokens[Role.SELECTION]
        painter.fillRect(options.rect, QColor(ground))
        super().drawRow(painter, options, index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete takes a pin away, Ctrl+C copies its value."""
        if event.key() == Qt.Key.Key_Delete and self.currentIndex().isValid():
            self.toggle(self._pins.paths[self.currentIndex().row()])
        elif event.matches(QKeySequence.StandardKey.Copy):
            self._copy()
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Nothing: letters are the window's keys."""
