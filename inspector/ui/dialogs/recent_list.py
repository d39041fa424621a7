"""The recent stores in the open dialog: two lines each, with time and layout."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QListView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from inspector.core.texts import tr
from inspector.ui.theme import Icon, Role
from inspector.ui.widgets.plain_text import shortened, tooltip_text, visible_text

if TYPE_CHECKING:
    from inspector.ui.recent import RecentStore, RecentStores
    from inspector.ui.theme import Theme

ROW: Final = 46
PADDING: Final = 10
PICTURE: Final = 16
ROUNDING: Final = 2
"""Pixels that a text may need beyond its width in whole pixels."""

NEVER: Final = datetime.min.replace(tzinfo=UTC)
STORE_ROLE: Final = int(Qt.ItemDataRole.UserRole)

Index = QModelIndex | QPersistentModelIndex


class RecentModel(QAbstractListModel):
    """The list as Qt wants it; what a screen reader says is the whole entry in one line."""

    def __init__(self, recent: RecentStores) -> None:
        super().__init__(recent)
        self._recent = recent
        self._stores = recent.stores
        recent.changed.connect(self._again)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """How many there are."""
        return 0 if parent.isValid() else len(self._stores)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Name, tool tip, spoken text, or the store itself."""
        store = self._stores[index.row()]
        if role == STORE_ROLE:
            return store
        if role == Qt.ItemDataRole.DisplayRole:
            return visible_text(shortened(store.name))
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip_text(store.address)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            pinned = tr("pinned") if store.pinned else ""
            parts = (store.name, pinned, store.title, store.place, when_opened(store))
            return visible_text(", ".join(part for part in parts if part))
        return None

    def _again(self) -> None:
        self.beginResetModel()
        self._stores = self._recent.stores
        self.endResetModel()


class RecentList(QListView):
    """Stores that were opened before.

    Signals:
        selected(object): a :class:`RecentStore` was chosen; it is not opened yet.
        wanted(object): open this one now.
    """

    selected = Signal(object)
    wanted = Signal(object)

    def __init__(self, theme: Theme, recent: RecentStores) -> None:
        super().__init__()
        self._recent = recent
        self.setModel(RecentModel(recent))
        self.setItemDelegate(_TwoLines(theme, self))
        self.setAccessibleName(tr("Recent stores"))
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)
        self.selectionModel().currentChanged.connect(self._current_changed)
        self.doubleClicked.connect(lambda index: self.wanted.emit(index.data(STORE_ROLE)))

    @property
    def store(self) -> RecentStore | None:
        """The chosen store."""
        index = self.currentIndex()
        return index.data(STORE_ROLE) if index.isValid() else None

    def choose_newest(self) -> None:
        """Choose the store that was open last, wherever pinned ones put it."""
        times = [store.opened_at or NEVER for store in self._recent.stores]
        self.setCurrentIndex(self.model().index(times.index(max(times)), 0))

    def forget_current(self) -> None:
        """Take the chosen store off the list; the store itself is not touched."""
        row, store = self.currentIndex().row(), self.store
        if store is None:
            return
        self._recent.forget(store.address)
        count = self.model().rowCount()
        if count:
            self.setCurrentIndex(self.model().index(min(row, count - 1), 0))

    def pin_current(self) -> None:
        """Keep the chosen store above the others, or no longer; it stays chosen."""
        store = self.store
        if store is None:
            return
        self._recent.pin(store.address, pinned=not store.pinned)
        addresses = [known.address for known in self._recent.stores]
        self.setCurrentIndex(self.model().index(addresses.index(store.address), 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return opens, P pins, Delete takes off the list; j and k move as in every list."""
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.store is not None:
            self.wanted.emit(self.store)
        elif key == Qt.Key.Key_Delete:
            self.forget_current()
        elif event.text() == "p":
            self.pin_current()
        elif event.text() in ("j", "k"):
            row = self.currentIndex().row() + (1 if event.text() == "j" else -1)
            if 0 <= row < self.model().rowCount():
                self.setCurrentIndex(self.model().index(row, 0))
        else:
            super().keyPressEvent(event)

    def _current_changed(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid():
            self.selected.emit(current.data(STORE_ROLE))

    def _show_menu(self, point: QPoint) -> None:
        if not self.indexAt(point).isValid():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("Open"), lambda: self.wanted.emit(self.store))
        pinned = self.store is not None and self.store.pinned
        pin = menu.addAction(tr("Unpin") if pinned else tr("Pin on top"), self.pin_current)
        pin.setShortcut("P")
        menu.addAction(tr("Remove from this list"), self.forget_current)
        menu.popup(self.viewport().mapToGlobal(point))


class _TwoLines(QStyledItemDelegate):
    """Name and time above, layout and place below."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """One height for all."""
        return QSize(120, self._theme.px(ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw an entry."""
        store: RecentStore = index.data(STORE_ROLE)
        tokens = self._theme.tokens
        rect: QRect = option.rect
        painter.save()
        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(tokens[Role.SELECTION]))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, QColor(tokens.hover()))
        inside = rect.adjusted(PADDING, 5, -PADDING, -5)
        icon = Icon.SERVER if store.on_server else Icon.DATABASE
        density = painter.device().devicePixelRatio()
        picture = self._theme.icons.pixmap(icon, tokens[Role.TEXT_MUTED], PICTURE, density)
        half = inside.height() // 2
        painter.drawPixmap(inside.left(), inside.top() + (half - PICTURE) // 2, picture)
        words = inside.adjusted(PICTURE + 8, 0, 0, 0)
        top = QRect(words.left(), words.top(), words.width(), half)
        bottom = QRect(words.left(), words.top() + half, words.width(), inside.height() - half)
        self._draw_lines(painter, store, top, bottom)
        painter.restore()

    def _draw_lines(self, painter: QPainter, store: RecentStore, top: QRect, bottom: QRect) -> None:
        fonts, tokens = self._theme.fonts, self._theme.tokens
        middle, right = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignRight
        painter.setFont(fonts.small)
        painter.setPen(QColor(tokens[Role.TEXT_MUTED]))
        time = when_opened(store)
        taken = painter.fontMetrics().horizontalAdvance(time) + 8
        painter.drawText(top, int(middle | right), time)
        if store.pinned:
            density = painter.device().devicePixelRatio()
            pin = self._theme.icons.pixmap(Icon.PIN, tokens[Role.ACCENT], PICTURE, density)
            left, above = top.right() - taken - PICTURE, top.top() + (top.height() - PICTURE) // 2
            painter.drawPixmap(left, above, pin)
            taken += PICTURE + 8
        below = f"{store.title} · " if store.title and store.place else store.title
        needed, rest = (
            painter.fontMetrics().horizontalAdvance(text) + ROUNDING
            for text in (below, store.place)
        )
        width = min(needed, max(bottom.width() * 6 // 10, bottom.width() - rest))
        _draw(painter, QRect(bottom.topLeft(), QSize(width, bottom.height())), below)
        _draw(painter, bottom.adjusted(width, 0, 0, 0), store.place, Qt.TextElideMode.ElideLeft)
        painter.setFont(fonts.ui)
        painter.setPen(QColor(tokens[Role.TEXT]))
        name = top.adjusted(0, 0, -taken, 0)
        _draw(painter, name, store.name, Qt.TextElideMode.ElideMiddle)


def _draw(
    painter: QPainter,
    rect: QRect,
    text: str,
    mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
) -> None:
    text = visible_text(shortened(text))
    shown = painter.fontMetrics().elidedText(text, mode, rect.width())
    flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
    painter.drawText(rect, int(flags), shown)


def when_opened(store: RecentStore, now: datetime | None = None) -> str:
    """When a store was opened, short, in local time; empty when nobody knows."""
    if store.opened_at is None:
        return ""
    opened = store.opened_at.astimezone()
    today = (now or datetime.now().astimezone()).date()
    if opened.date() == today:
        return tr("today {time}", time=f"{opened:%H:%M}")
    if opened.date() == today - timedelta(days=1):
        return tr("yesterday {time}", time=f"{opened:%H:%M}")
    return f"{opened:%Y-%m-%d}"
