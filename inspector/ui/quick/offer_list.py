"""The list of a quick box: a picture, a name, quiet words behind it, and keys at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from inspector.ui.quick.offers import Offer
from inspector.ui.theme import Role
from inspector.ui.widgets.plain_text import shortened, tooltip_text, visible_text

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from inspector.ui.theme import Theme

Index = QModelIndex | QPersistentModelIndex
OFFER_ROLE: Final = int(Qt.ItemDataRole.UserRole)
ROW: Final = 30
EDGE: Final = 12
PICTURE: Final = 16
GAP: Final = 8


class OfferListModel(QAbstractListModel):
    """The offers of a source."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._offers: tuple[Offer, ...] = ()

    def show(self, offers: tuple[Offer, ...]) -> None:
        """Show other offers."""
        self.beginResetModel()
        self._offers = offers
        self.endResetModel()

    def offer(self, row: int) -> Offer | None:
        """The offer of a row."""
        return self._offers[row] if 0 <= row < len(self._offers) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Offers there are."""
        return 0 if parent.isValid() else len(self._offers)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text of an offer, and the offer itself for the delegate."""
        offer = self.offer(index.row()) if index.isValid() else None
        if offer is None:
            return None
        if role == OFFER_ROLE:
            return offer
        if role == Qt.ItemDataRole.DisplayRole:
            return visible_text(shortened(offer.text))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return visible_text(shortened(offer.spoken))
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip_text("\n".join(p for p in (offer.text, offer.detail, offer.reason) if p))
        return None


class OfferDelegate(QStyledItemDelegate):
    """Draws one line; what cannot be chosen is quiet and says why."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """One line, whatever is in it."""
        del option, index
        return QSize(0, self._theme.px(ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Ground, picture, name, quiet words, keys."""
        offer = index.data(OFFER_ROLE)
        if not isinstance(offer, Offer):
            return
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor(self._theme.tokens[Role.SELECTION]))
        inside = QRect(option.rect).adjusted(EDGE, 0, -EDGE, 0)
        quiet = Role.TEXT_MUTED if offer.reason else Role.TEXT
        if offer.icon is not None:
            density = painter.device().devicePixelRatio()
            colour = self._theme.tokens[Role.TEXT_MUTED]
            picture = self._theme.icons.pixmap(offer.icon, colour, PICTURE, density)
            painter.drawPixmap(inside.left(), inside.center().y() - PICTURE // 2 + 1, picture)
        inside.adjust(PICTURE + GAP, 0, 0, 0)
        self._words(painter, inside, offer, quiet)
        painter.restore()

    def _words(self, painter: QPainter, inside: QRect, offer: Offer, role: Role) -> None:
        fonts = self._theme.fonts
        right = Qt.AlignmentFlag.AlignRight
        if offer.keys:
            used = self._write(painter, inside, offer.keys, (fonts.mono, Role.TEXT_MUTED, right))
            inside.setRight(inside.right() - used - 2 * GAP)
        left = Qt.AlignmentFlag.AlignLeft
        text = visible_text(shortened(offer.text))
        used = self._write(painter, inside, text, (fonts.ui, role, left))
        inside.setLeft(inside.left() + used + 2 * GAP)
        words = visible_text(shortened(offer.reason or offer.detail))
        if words and inside.width() > 4 * EDGE:
            self._write(painter, inside, words, (fonts.small, Role.TEXT_MUTED, left))

    def _write(
        self,
        painter: QPainter,
        rect: QRect,
        text: str,
        how: tuple[QFont, Role, Qt.AlignmentFlag],
    ) -> int:
        font, role, side = how
        painter.setFont(font)
        painter.setPen(QColor(self._theme.tokens[role]))
        metrics = QFontMetrics(font)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, rect.width())
        painter.drawText(rect, int(side | Qt.AlignmentFlag.AlignVCenter), shown)
        return metrics.horizontalAdvance(shown) + 1
