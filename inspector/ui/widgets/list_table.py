"""A table of rows to walk through: one look and the same keys for every list of the window.

Rows have one fixed height (fitting them to their contents would visit every row), the texts
of cells stand exactly below those of the header, and j / k, g / G work beside arrows, Home and
End. Store text is drawn, never interpreted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from inspector.ui.theme import FontRole, Role

if TYPE_CHECKING:
    from inspector.ui.theme import Theme

Index = QModelIndex | QPersistentModelIndex

ROW_HEIGHT: Final = 24
PADDING: Final = 6
"""Space left and right in a cell; the header's own, so that both stand in one line."""

_ONE_LINE: Final = Qt.AlignmentFlag.AlignVCenter.value | Qt.TextFlag.TextSingleLine.value
_LEFT: Final = _ONE_LINE | Qt.AlignmentFlag.AlignLeft.value
_RIGHT: Final = _ONE_LINE | Qt.AlignmentFlag.AlignRight.value

_SELECTED: Final = QStyle.StateFlag.State_Selected.value

ELIDED: Final = 4096
"""Texts whose form in their column is remembered; a window shows some hundred."""

_LETTERS: Final = {
    Qt.Key.Key_J: Qt.Key.Key_Down,
    Qt.Key.Key_K: Qt.Key.Key_Up,
    Qt.Key.Key_G: Qt.Key.Key_Home,
}


@dataclass(frozen=True, slots=True)
class CellLook:
    """How the text of one cell is drawn.

    Attributes:
        font, role: font and colour.
        elide: where a text that does not fit gives way.
    """

    font: FontRole = FontRole.UI
    role: Role = Role.TEXT
    elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight


class CellDelegate(QStyledItemDelegate):
    """Draws ground and text of a cell; subclasses say how, or draw more."""

    def __init__(self, theme: Theme, view: QAbstractItemView) -> None:
        super().__init__(view)
        self.theme = theme
        self._view = view
        self._colours: dict[Role, QColor] = {}
        self._fonts: dict[FontRole, tuple[QFont, QFontMetrics]] = {}
        self._elided: dict[tuple[str, FontRole, Qt.TextElideMode, int], str] = {}
        theme.changed.connect(self._forget)

    def look(self, index: Index) -> CellLook:
        """How the cell's text is drawn."""
        del index
        return CellLook()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        self.ground(painter, option, index)
        self.content(painter, option, index)

    def ground(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Selection; the alternate colour is there already."""
        if not option.state.value & _SELECTED:
            return
        rect: QRect = option.rect
        painter.fillRect(rect, self.colour(Role.SELECTION))
        if self._view.hasFocus() and rect.left() <= 0:
            bar = QRect(rect.left(), rect.top(), 3, rect.height())
            painter.fillRect(bar, self.colour(Role.ACCENT))

    def content(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The text, elided; on the header's line."""
        text = index.data()
        if text:
            side = index.data(Qt.ItemDataRole.TextAlignmentRole) or Qt.AlignmentFlag.AlignLeft
            right = bool(side & Qt.AlignmentFlag.AlignRight)
            self.draw_text(painter, option.rect, str(text), self.look(index), right=right)

    def draw_text(
        self, painter: QPainter, rect: QRect, text: str, look: CellLook, *, right: bool = False
    ) -> None:
        """Draw a text with the cell's padding."""
        inside = rect.adjusted(PADDING, 0, -PADDING, 0)
        if inside.width() <= 0:
            return
        font, metrics = self._font(look.font)
        painter.setFont(font)
        painter.setPen(self.colour(look.role))
        key = (text, look.font, look.elide, inside.width())
        shown = self._elided.get(key)
        if shown is None:
            if len(self._elided) >= ELIDED:
                self._elided.clear()
            shown = self._elided[key] = metrics.elidedText(text, look.elide, inside.width())
        painter.drawText(inside, _RIGHT if right else _LEFT, shown)

    def fits(self, text: str, look: CellLook, rect: QRect) -> bool:
        """Whether a text has room in a cell without giving way."""
        metrics = self._font(look.font)[1]
        return metrics.horizontalAdvance(text) <= rect.width() - 2 * PADDING

    def colour(self, role: Role) -> QColor:
        """A colour of the theme, made once; a screen full of cells asks for few of them often."""
        made = self._colours.get(role)
        if made is None:
            made = self._colours[role] = QColor(self.theme.tokens[role])
        return made

    def _font(self, role: FontRole) -> tuple[QFont, QFontMetrics]:
        made = self._fonts.get(role)
        if made is None:
            font = self.theme.fonts[role]
            made = self._fonts[role] = (font, QFontMetrics(font))
        return made

    def _forget(self) -> None:
        """Colours and fonts are others now."""
        self._colours.clear()
        self._fonts.clear()
        self._elided.clear()


class ListTable(QTableView):
    """A table whose rows are chosen one at a time.

    Signals:
        copy_asked(): Ctrl+C on a row.
        menu_asked(QModelIndex, QPoint): the menu of a row, at a place of the screen.
        apart_asked(QModelIndex, bool): where a row leads is wanted in a tab of its own; ``True``
            keeps it behind what is shown.

    Attributes:
        leads_apart: rows lead somewhere that can be a tab of its own.
    """

    apart_asked = Signal(QModelIndex, bool)

    copy_asked = Signal()
    menu_asked = Signal(QModelIndex, QPoint)

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._row_height = float(ROW_HEIGHT)
        self.leads_apart = False
        self.setAccessibleName(name)
        self.setItemDelegate(CellDelegate(theme, self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._set_headers()
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._ask_menu)
        theme.changed.connect(self._theme_changed)

    def _set_headers(self) -> None:
        rows = self.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(1)
        rows.setDefaultSectionSize(self._theme.px(self._row_height))
        rows.hide()
        columns = self.horizontalHeader()
        columns.setHighlightSections(False)
        columns.setMinimumSectionSize(self._theme.px(36))
        columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def set_row_height(self, height: float) -> None:
        """Make all rows this high, in pixels of the design; the current row stays in view."""
        self._row_height = height
        self.verticalHeader().setDefaultSectionSize(self._theme.px(height))
        if self.currentIndex().isValid():
            self.updateGeometries()  # the scroll bar has to know the new heights first
            self.scrollTo(self.currentIndex(), QAbstractItemView.ScrollHint.PositionAtCenter)

    def go_to_row(self, row: int) -> None:
        """Make a row the current one and bring it into view."""
        model = self.model()
        if not 0 <= row < model.rowCount():
            return
        index = model.index(row, max(self.currentIndex().column(), 0))
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
        rows = QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().setCurrentIndex(index, flags | rows)
        self.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)

    def _ask_menu(self, place: QPoint) -> None:
        index = self.indexAt(place)
        if not index.isValid():
            index = self.currentIndex()
        if index.isValid():
            self.menu_asked.emit(index, self.viewport().mapToGlobal(place))

    # -- Qt ---------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Letters and copying belong to the list that has the focus, not to the window."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() in (
                Qt.KeyboardModifier.NoModifier,
                Qt.KeyboardModifier.ShiftModifier,
            )
            ours = event.matches(QKeySequence.StandardKey.Copy) or self._is_apart(event)
            if ours or (plain and event.key() in _LETTERS):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """j, k, g, G walk; Ctrl+C copies; the rest is as in any table."""
        plain = event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_asked.emit()
        elif self._is_apart(event):
            self.apart_asked.emit(self.currentIndex(), False)
        elif event.key() in _LETTERS and plain == Qt.KeyboardModifier.NoModifier:
            self._walk(event)
        else:
            super().keyPressEvent(event)

    def _is_apart(self, event: QKeyEvent) -> bool:
        """Whether a key asks for a tab: Ctrl+Enter on a row."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        control = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        return self.leads_apart and enter and control == Qt.KeyboardModifier.ControlModifier

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The middle button opens a tab and leaves the row alone that is chosen."""
        if event.button() is not Qt.MouseButton.MiddleButton or not self.leads_apart:
            super().mousePressEvent(event)
            return
        index = self.indexAt(event.position().toPoint())
        if index.isValid():
            self.apart_asked.emit(index, True)

    def _walk(self, event: QKeyEvent) -> None:
        row, last = self.currentIndex().row(), self.model().rowCount() - 1
        if event.key() == Qt.Key.Key_G:
            upper = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.go_to_row(last if upper else 0)
            return
        step = 1 if event.key() == Qt.Key.Key_J else -1
        self.go_to_row(min(max(row + step, 0), last))

    def keyboardSearch(self, search: str) -> None:
        """Nothing: letters are keys here, and searching has its own field."""

    def _theme_changed(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._theme.px(self._row_height))
        self.viewport().update()
