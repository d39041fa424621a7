"""The view of a value: a tree that stays put while the value changes under it.

What the user opened and closed is remembered by place, also for values that come and go;
small values open by themselves. The tree keeps its scroll position and its current row.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, Qt
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from inspector.core.paths import Path, path_text
from inspector.ui.theme import Role, Theme
from inspector.ui.widgets.json_content import TreeContent
from inspector.ui.widgets.json_copy import copy_text
from inspector.ui.widgets.json_delegate import JsonDelegate, row_tint
from inspector.ui.widgets.json_model import Column, JsonModel
from inspector.ui.widgets.json_nodes import NodeKey
from inspector.ui.widgets.plain_text import visible_text

OPEN_BY_ITSELF: Final = 40
"""Rows up to which a value opens by itself; a larger one stays closed below its fields."""

REMEMBERED: Final = 5000
"""Places whose opening or closing is remembered; far more than anybody clicks."""


_OWN_KEYS: Final = frozenset(
    {
        Qt.Key.Key_Left,
        Qt.Key.Key_Right,
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_Home,
        Qt.Key.Key_End,
        Qt.Key.Key_Plus,
        Qt.Key.Key_Minus,
        Qt.Key.Key_Asterisk,
    }
)


class JsonTree(QTreeView):
    """A tree with columns for the change sign, the name, the value and the trust."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = JsonModel(self)
        self._opened: dict[NodeKey, bool] = {}
        self._by_itself = False
        self.setAccessibleName(name)
        self.setModel(self._model)
        self.setItemDelegate(JsonDelegate(theme, self))
        self._set_behaviour()
        self._set_columns()
        self.expanded.connect(self._remember_opened)
        self.collapsed.connect(self._remember_closed)
        theme.changed.connect(self._theme_changed)

    def _set_behaviour(self) -> None:
        self.setFrameShape(QTreeView.Shape.NoFrame)
        self.setUniformRowHeights(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setIndentation(16)
        self.setTreePosition(Column.NAME)

    def _set_columns(self) -> None:
        header = self.header()
        header.setSectionsMovable(False)
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(20)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(Column.GLYPH, QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(Column.VALUE, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(Column.TRUTH, QHeaderView.ResizeMode.Fixed)
        self._size_columns()
        self.setColumnHidden(Column.TRUTH, True)

    def _size_columns(self) -> None:
        self.header().resizeSection(Column.GLYPH, self._theme.px(24))
        self.header().resizeSection(Column.NAME, self._theme.px(150))
        self.header().resizeSection(Column.TRUTH, self._theme.px(68))

    def json_model(self) -> JsonModel:
        """The model behind."""
        return self._model

    # --- content ---

    def set_content(self, content: TreeContent) -> None:
        """Show another value, or another moment of it; everything stays where it is."""
        differs = any(truth is not content.truth for truth in content.truth_marks.values())
        self.setColumnHidden(Column.TRUTH, content.truth is None or not differs)
        scrolled = self.verticalScrollBar().value() > 0
        index = self.indexAt(QPoint(1, 1))
        top = self._model.key_at(index) if scrolled and index.isValid() else None
        offset = self.visualRect(index).y()
        self._model.set_content(content)
        self._restore_opened()
        if top is not None:
            self._keep_at_top(top, offset)

    def _keep_at_top(self, key: NodeKey, offset: int) -> None:
        """Bring the row that was at the upper edge back to where it was."""
        index = self._model.index_of(key)
        if index.isValid():
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + self.visualRect(index).y() - offset)

    def forget_opened(self) -> None:
        """Forget what was opened and closed, for a value that has nothing to do with it."""
        self._opened.clear()
        self.collapseAll()
        self._opened.clear()
        self.scrollToTop()

    def show_path(self, path: Path) -> bool:
        """Open what is above a value, go to its row and make it current."""
        index = self._model.index_of_path(path)
        if not index.isValid():
            return False
        self.setCurrentIndex(index)
        self.scrollTo(index)
        return True

    def current_path(self) -> Path | None:
        """The path of the current row."""
        index = self.currentIndex()
        return self._model.path_at(index) if index.isValid() else None

    def copy_value(self) -> None:
        """Put the current row's value on the clipboard: exact digits, maps and lists as JSON."""
        index = self.currentIndex()
        if index.isValid():
            QGuiApplication.clipboard().setText(copy_text(self._model.value_at(index)))

    def copy_path(self) -> None:
        """Put the current row's path on the clipboard."""
        path = self.current_path()
        if path is not None:
            QGuiApplication.clipboard().setText(visible_text(path_text(path)))

    # --- what is open ---

    def _remember_opened(self, index: QModelIndex) -> None:
        self._remember(index, opened=True)

    def _remember_closed(self, index: QModelIndex) -> None:
        self._remember(index, opened=False)

    def _remember(self, index: QModelIndex, *, opened: bool) -> None:
        if self._by_itself:
            return
        if len(self._opened) >= REMEMBERED:
            self._opened.pop(next(iter(self._opened)))
        self._opened[self._model.key_at(index)] = opened

    def _restore_opened(self) -> None:
        self._by_itself = True
        for key, opened in self._opened.items():
            if opened:
                index = self._model.index_of(key)
                if index.isValid() and not self.isExpanded(index):
                    self.expand(index)
        self._open_small()
        self._by_itself = False

    def _open_small(self) -> None:
        """Open everything that the user has not closed, while there are few rows."""
        rows = self._model.rowCount()
        level = [QModelIndex()]
        while level and rows <= OPEN_BY_ITSELF:
            below: list[QModelIndex] = []
            for parent in level:
                for row in range(self._model.rowCount(parent)):
                    index = self._model.index(row, 0, parent)
                    if not self._model.hasChildren(index) or not self._opens(index):
                        continue
                    count = self._model.rowCount(index)
                    if rows + count > OPEN_BY_ITSELF:
                        continue
                    rows += count
                    self.expand(index)
                    below.append(index)
            level = below

    def _opens(self, index: QModelIndex) -> bool:
        return self._opened.get(self._model.key_at(index), True)

    # --- Qt ---

    def drawRow(  # noqa: N802 - Qt's name
        self,
        painter: QPainter,
        options: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Tint the whole row of a change, or light the selected one, then draw the cells."""
        selected = self.selectionModel().isRowSelected(index.row(), index.parent())
        tint = row_tint(self._theme, self._model.look(index))
        rect = options.rect
        if selected:
            painter.fillRect(rect, QColor(self._theme.tokens[Role.SELECTION]))
        elif tint is not None:
            painter.fillRect(rect, QColor(tint.back))
        super().drawRow(painter, options, index)
        current = self.currentIndex()
        if self.hasFocus() and index.row() == current.row() and index.parent() == current.parent():
            painter.setPen(QColor(self._theme.tokens[Role.ACCENT]))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(0, 0, -1, -1))

    def event(self, event: QEvent) -> bool:
        """Keys that walk, open and close rows belong to the tree, not to the window's actions."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
            if event.key() in _OWN_KEYS and plain == Qt.KeyboardModifier.NoModifier:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+C copies the value, Ctrl+Shift+C its path; the rest is as in any tree."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_value()
        else:
            super().keyPressEvent(event)

    def _theme_changed(self) -> None:
        self._size_columns()
        self.scheduleDelayedItemsLayout()
        self.viewport().update()
