"""Drawing of one cell of the value tree.

Rows are 24 pixels high. A change tints the whole row (the view draws that) and gives text and
sign the tint's own text colour; *was …* stands behind the value and never pushes it out.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView

from inspector.ui.theme import Role, Theme, Tint, TintRole
from inspector.ui.widgets.json_content import ChangeKind
from inspector.ui.widgets.json_model import LOOK_ROLE, Column, RowLook

ROW_HEIGHT: Final = 24
PADDING: Final = 6
GAP: Final = 16

_TINTS: Final = {
    ChangeKind.ADDED: TintRole.ADDED,
    ChangeKind.REMOVED: TintRole.REMOVED,
    ChangeKind.CHANGED: TintRole.CHANGED,
    ChangeKind.MOVED: TintRole.CHANGED,
    ChangeKind.UPCAST: TintRole.UPCAST,
}


def row_tint(theme: Theme, look: RowLook) -> Tint | None:
    """The tint of a row that has changed."""
    return None if look.kind is None else theme.tokens.tints[_TINTS[look.kind]]


_LINE: Final = int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
_SELECTED: Final = QStyle.StateFlag.State_Selected.value


class JsonDelegate(QStyledItemDelegate):
    """Draws cells with the theme's fonts and colours."""

    def __init__(self, theme: Theme, view: QTreeView) -> None:
        super().__init__(view)
        self._theme, self._view = theme, view
        self._draws = (self._glyph, self._name, self._value, self._truth)

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Every row is equally high."""
        del option, index
        return QSize(40, self._theme.px(ROW_HEIGHT))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw one cell; ground and selection are already there."""
        look: RowLook = index.data(LOOK_ROLE)
        rect: QRect = option.rect
        selected = bool(option.state.value & _SELECTED)
        tint = None if selected else row_tint(self._theme, look)
        column = index.column()
        opened = (
            column == Column.VALUE
            and bool(look.preview)
            and self._view.isExpanded(index.sibling(index.row(), 0))
        )
        painter.save()
        self._draws[column](painter, rect, look, tint, opened)
        painter.restore()

    def _colour(self, tint: Tint | None, role: Role) -> QColor:
        return QColor(tint.text if tint is not None else self._theme.tokens[role])

    def _glyph(
        self, painter: QPainter, rect: QRect, look: RowLook, tint: Tint | None, opened: bool
    ) -> None:
        if not look.glyph:
            return
        font = QFont(self._theme.fonts.mono)
        font.setPixelSize(self._theme.px(14))
        painter.setFont(font)
        painter.setPen(self._colour(tint, Role.TEXT_MUTED if look.kind is None else Role.TEXT))
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), look.glyph)

    def _name(
        self, painter: QPainter, rect: QRect, look: RowLook, tint: Tint | None, opened: bool
    ) -> None:
        font = self._theme.fonts.mono
        if look.kind is ChangeKind.REMOVED:
            font = QFont(font)
            font.setStrikeOut(True)
        painter.setFont(font)
        painter.setPen(self._colour(tint, Role.TEXT))
        _draw(painter, rect.adjusted(2, 0, -PADDING, 0), look.name)

    def _value(
        self, painter: QPainter, rect: QRect, look: RowLook, tint: Tint | None, opened: bool
    ) -> None:
        painter.setFont(self._theme.fonts.mono)
        inside = rect.adjusted(PADDING, 0, -PADDING, 0)
        aside = look.aside or ("" if opened else look.preview)
        metrics = painter.fontMetrics()
        room = _room_for_value(metrics, inside.width(), look.value, aside)
        painter.setPen(self._colour(tint, Role.TEXT_MUTED if look.quiet else Role.TEXT))
        used = _draw(painter, QRect(inside.left(), inside.top(), room, inside.height()), look.value)
        if aside:
            painter.setPen(self._colour(tint, Role.TEXT_MUTED))
            gap = GAP if look.value and look.aside else 8 if look.value else 0
            _draw(painter, inside.adjusted(used + gap, 0, 0, 0), aside)

    def _truth(
        self, painter: QPainter, rect: QRect, look: RowLook, tint: Tint | None, opened: bool
    ) -> None:
        if not look.truth_differs:
            return
        painter.setFont(self._theme.fonts.small)
        painter.setPen(self._colour(tint, Role.WARNING if look.unsure else Role.TEXT_MUTED))
        _draw(painter, rect.adjusted(PADDING, 0, -PADDING, 0), look.truth)


def _room_for_value(metrics: QFontMetrics, width: int, value: str, aside: str) -> int:
    """The value first; a long one leaves the words beside it a good third."""
    if not aside:
        return width
    wanted = metrics.horizontalAdvance(value) + 2  # widths are rounded down
    beside = metrics.horizontalAdvance(aside) + GAP + 2
    return min(wanted, max(width - beside, round(width * 0.6)))


def _draw(painter: QPainter, rect: QRect, text: str) -> int:
    """Draw what fits into the rectangle; gives the width that was used."""
    if rect.width() <= 0 or not text:
        return 0
    metrics = painter.fontMetrics()
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, _LINE, shown)
    return metrics.horizontalAdvance(shown)
