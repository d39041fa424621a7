"""The view of a value: a tree that stays put while the value changes under it.

What the user opened and closed is remembered by place, also for values that come and go;
small values open by themselves. The tree keeps its scroll position and its current row.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QResizeEvent,
)
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

OPEN_AT_ONCE: Final = 2000
"""Rows after which opening all below a row comes to its end."""

NARROW_NAMES: Final = 128
"""Width of the column of names until longer ones come into view."""

MEASURED: Final = 60
"""Rows whose names are measured for that."""

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


class _TreeHeader(QHeaderView):
    """A header whose title of names stands above the names, not above the arrows."""

    def __init__(self, tree: QTreeView) -> None:
        super().__init__(Qt.Orientation.Horizontal, tree)
        self._tree = tree
        self.setHighlightSections(False)

    def paintSection(self, painter: QPainter, rect: QRect, column: int) -> None:  # noqa: N802
        """Draw a title; that of names moved in by one level."""
        if column != Column.NAME:
            super().paintSection(painter, rect, column)
            return
        super().paintSection(painter, rect, Column.GLYPH)
        moved = rect.adjusted(self._tree.indentation() - 4, 0, 0, 0)
        super().paintSection(painter, moved, column)


class JsonTree(QTreeView):
    """A tree with columns for the change sign, the name, the value and the trust.

    Signals:
        content_changed(): another value, or another moment of it, is shown.
        find_asked(): Ctrl+F in the tree.
        find_next_asked(int): F3 (1) or Shift+F3 (-1) in the tree.
        menu_asked(QModelIndex, QPoint): the menu of a row, at a place of the screen.
    """

    content_changed = Signal()
    find_asked = Signal()
    find_next_asked = Signal(int)
    menu_asked = Signal(QModelIndex, QPoint)

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = JsonModel(self)
        self._opened: dict[NodeKey, bool] = {}
        self._by_itself = False
        self.setAccessibleName(name)
        self._names_sized = False
        self._names_measured = False
        self._name_widths: dict[str, int] = {}
        self.setHeader(_TreeHeader(self))
        self.setModel(self._model)
        self.setItemDelegate(JsonDelegate(theme, self))
        self._set_behaviour()
        self._set_columns()
        self.expanded.connect(self._remember_opened)
        self.collapsed.connect(self._remember_closed)
        theme.changed.connect(self._theme_changed)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._ask_menu)

    def _ask_menu(self, place: QPoint) -> None:
        index = self.indexAt(place)
        if not index.isValid():
            index = self.currentIndex()
        if index.isValid():
            self.setCurrentIndex(index)
            self.menu_asked.emit(index, self.viewport().mapToGlobal(place))

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
        header.sectionHandleDoubleClicked.connect(lambda _column: self._give_names_room())
        header.sectionResized.connect(self._section_resized)

    def _size_columns(self) -> None:
        self.header().resizeSection(Column.GLYPH, self._theme.px(24))
        self.header().resizeSection(Column.NAME, self._theme.px(NARROW_NAMES))
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
        index = self.indexAt(QPoint(1, 1)) if scrolled else QModelIndex()
        top = self._model.key_at(index) if index.isValid() else None
        offset = self.visualRect(index).y()
        if not self._model.set_content(content):
            self._restore_opened()
            if top is not None:
                self._keep_at_top(top, offset)
            self._names_measured = False
        self._give_names_room()
        self.content_changed.emit()

    def _keep_at_top(self, key: NodeKey, offset: int) -> None:
        """Bring the row that was at the upper edge back to where it was."""
        index = self._model.index_of(key)
        if index.isValid():
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + self.visualRect(index).y() - offset)

    # --- width of the names ---

    def _section_resized(self, column: int, _old: int, _new: int) -> None:
        """A width that the user has chosen is left alone."""
        if column == Column.NAME and not self._by_itself:
            self._names_sized = True

    def _give_names_room(self) -> None:
        """Widen the column of names to the rows in view; it never shrinks by itself."""
        if self._names_sized or self._names_measured or self.width() <= 0:
            return
        self._names_measured = True
        wanted = self.columnWidth(Column.NAME)
        for depth, name in self._model.first_names(MEASURED, self.isExpanded):
            wanted = max(wanted, self._name_width(name) + 16 + depth * self.indentation())
        most = round(self.width() * 0.45)
        if self.columnWidth(Column.NAME) < min(wanted, most):
            self._by_itself = True
            self.header().resizeSection(Column.NAME, min(wanted, most))
            self._by_itself = False

    def _name_width(self, name: str) -> int:
        """Pixels of a name; the same names come again at every step."""
        known = self._name_widths.get(name)
        if known is None:
            if len(self._name_widths) >= REMEMBERED:
                self._name_widths.clear()
            metrics = QFontMetrics(self._theme.fonts.mono)
            known = self._name_widths[name] = metrics.horizontalAdvance(name)
        return known

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More room may be room for longer names."""
        super().resizeEvent(event)
        self._names_measured = False
        self._give_names_room()

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

    def open_below(self, top: QModelIndex) -> None:
        """Open everything below a row, as long as there are not too many rows."""
        rows, waiting = 0, [top]
        while waiting and rows <= OPEN_AT_ONCE:
            index = waiting.pop(0)
            if self._model.hasChildren(index):
                self.expand(index)
                below = self._model.rowCount(index)
                rows += below
                waiting += [self._model.index(row, 0, index) for row in range(below)]

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
        self._names_measured = False
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
            walks = event.key() in _OWN_KEYS and plain == Qt.KeyboardModifier.NoModifier
            if walks or _command(event) is not None:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+C copies the value, Ctrl+Alt+C its path, Ctrl+F finds; else as in any tree."""
        command = _command(event)
        if command == "copy":
            self.copy_value()
        elif command == "path":
            self.copy_path()
        elif command == "find":
            self.find_asked.emit()
        elif command == "next":
            back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self.find_next_asked.emit(-1 if back else 1)
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Nothing: letters are the window's keys, and finding has its own bar."""

    def _theme_changed(self) -> None:
        self._name_widths.clear()
        self._names_measured = False
        self._size_columns()
        self.scheduleDelayedItemsLayout()
        self.viewport().update()


def _command(event: QKeyEvent) -> str | None:
    """What a key asks of the tree beside walking."""
    control = Qt.KeyboardModifier.ControlModifier
    if event.matches(QKeySequence.StandardKey.Copy):
        return "copy"
    if event.matches(QKeySequence.StandardKey.Find):
        return "find"
    if event.key() == Qt.Key.Key_F3:
        return "next"
    with_alt = event.modifiers() == control | Qt.KeyboardModifier.AltModifier
    return "path" if with_alt and event.key() == Qt.Key.Key_C else None
