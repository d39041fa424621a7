"""The box itself: a field and a list over the window's top, for the keyboard alone.

It takes the focus because somebody asked for it, and gives it back to where it was. Typing
``>`` leads from places to commands. Only one box is open at a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QLineEdit,
    QListView,
    QVBoxLayout,
    QWidget,
)

from inspector.core.texts import tr
from inspector.ui.quick.offer_list import ROW, OfferDelegate, OfferListModel
from inspector.ui.theme import FontRole
from inspector.ui.widgets.labels import PlainLabel, muted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtCore import QModelIndex

    from inspector.ui.quick.offers import OfferSource
    from inspector.ui.theme import Theme

WIDTH: Final = 640
ROWS: Final = 12
TOP: Final = 52

_MOVES: Final = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: ROWS - 1,
    Qt.Key.Key_PageUp: 1 - ROWS,
}


class QuickBox(QFrame):
    """A field, a list of offers, and a line about the search.

    Signals:
        closed(): the box is gone.
    """

    closed = Signal()

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._theme, self._window = theme, window
        self._sources: dict[str, OfferSource] = {}
        self._source: OfferSource | None = None
        self._before: QWidget | None = None
        self.setObjectName("quick-box")
        self.setProperty("panel", "true")
        self.setAutoFillBackground(True)
        self.field = QLineEdit()
        self.field.textChanged.connect(self._typed)
        self.field.installEventFilter(self)
        self.model = OfferListModel(self)
        self.view = QListView()
        self._status = muted(PlainLabel())
        self._prepare()
        window.installEventFilter(self)
        theme.changed.connect(self._place)
        self.hide()

    def ask(self, sources: Mapping[str, OfferSource], text: str = "") -> None:
        """Show the box.

        Args:
            sources: by the first character of what is typed; ``""`` is the usual one.
            text: what stands in the field at first.
        """
        self._leave()
        if not self.isVisible():
            self._before = QApplication.focusWidget()
        self._sources = dict(sources)
        for source in self._sources.values():
            source.changed.connect(self._found)
        self.field.blockSignals(True)
        self.field.setText(text)
        self.field.blockSignals(False)
        self._place()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)
        self.field.end(False)
        self._typed(text)

    def put_away(self) -> None:
        """Close the box; the focus goes back to where it was."""
        if not self.isVisible():
            return
        self._leave()
        self.hide()
        before, self._before = self._before, None
        if before is not None and before.isVisible():
            before.setFocus(Qt.FocusReason.PopupFocusReason)
        else:
            self._window.setFocus(Qt.FocusReason.PopupFocusReason)
        self.closed.emit()

    @property
    def status_text(self) -> str:
        """What the line below the list says."""
        return self._status.text()

    # -- building -----------------------------------------------------------------------------

    def _prepare(self) -> None:
        view = self.view
        view.setModel(self.model)
        view.setItemDelegate(OfferDelegate(self._theme, view))
        view.setUniformItemSizes(True)
        view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.clicked.connect(self._choose)
        self._theme.set_font(self._status, FontRole.SMALL)
        self._status.setContentsMargins(12, 2, 12, 6)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 4)
        column.setSpacing(6)
        column.addWidget(self.field)
        column.addWidget(view, 1)
        column.addWidget(self._status)

    def _place(self) -> None:
        """In the middle of the window's top, as tall as its offers need."""
        px = self._theme.px
        room = self._window.rect()
        width = min(px(WIDTH), room.width() - 32)
        rows = min(max(self.model.rowCount(), 1), ROWS)
        status = px(24) if self._status.text() else 8
        height = min(px(44) + rows * px(ROW) + status + 16, room.height() - px(TOP) - 16)
        self.setGeometry((room.width() - width) // 2, px(TOP), width, height)

    # -- searching ----------------------------------------------------------------------------

    def _typed(self, text: str) -> None:
        prefix = text[:1] if text[:1] in self._sources and text else ""
        source = self._sources.get(prefix)
        if source is not self._source and self._source is not None:
            self._source.stop()
        self._source = source
        if source is None:
            return
        self.field.setPlaceholderText(source.placeholder)
        self.field.setAccessibleName(source.title)
        self.setAccessibleName(source.title)
        self.view.setAccessibleName(tr("{title}: what was found", title=source.title))
        source.look_for(text.removeprefix(prefix).strip())

    def _found(self) -> None:
        source = self._source
        if source is None or self.sender() not in (source, None):
            return
        chosen = self.model.offer(self.view.currentIndex().row())
        self.model.show(source.offers)
        nothing = "" if source.offers or source.searching else tr("Nothing found.")
        status = " ".join(part for part in (nothing, source.status) if part)
        self._status.setText(status)
        self._status.setVisible(bool(status))
        row = 0
        if chosen is not None and self._moved:
            row = next((i for i, o in enumerate(source.offers) if o.text == chosen.text), 0)
        if source.offers:
            self.view.setCurrentIndex(self.model.index(row))
        self._place()

    def _choose(self, index: QModelIndex) -> None:
        offer = self.model.offer(index.row())
        if offer is None:
            return
        if offer.reason:
            self._status.setText(offer.reason)
            self._status.setVisible(True)
            self._place()
            return
        self.put_away()
        offer.run()

    def _leave(self) -> None:
        for source in self._sources.values():
            source.stop()
            source.changed.disconnect(self._found)
        self._sources, self._source = {}, None
        self._moved = False

    _moved = False

    # -- keys ---------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the field move in the list; the box moves with the window."""
        kind = event.type()
        if watched is self._window and isinstance(event, QResizeEvent) and self.isVisible():
            self._place()
        elif watched is self.field and self.isVisible():
            if kind is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
                if self._is_ours(event):
                    event.accept()
                    return True
            elif kind is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
                return self._pressed(event)
            elif kind is QEvent.Type.FocusOut and not self._window_left():
                self.put_away()
        return super().eventFilter(watched, event)

    def _window_left(self) -> bool:
        """Another program, or a menu of the field, has the focus: the box stays."""
        return QApplication.activeWindow() is not self._window or (
            QApplication.activePopupWidget() is not None
        )

    def _is_ours(self, event: QKeyEvent) -> bool:
        keys = (*_MOVES, Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        return event.key() in keys and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier

    def _pressed(self, event: QKeyEvent) -> bool:
        if not self._is_ours(event):
            return False
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape:
            self.put_away()
        elif key in _MOVES:
            self._move(_MOVES[key])
        else:
            self._choose(self.view.currentIndex())
        return True

    def _move(self, rows: int) -> None:
        """Up and down; a single step goes round at the ends."""
        count = self.model.rowCount()
        if not count:
            return
        now = self.view.currentIndex().row()
        row = (now + rows) % count if abs(rows) == 1 else min(max(now + rows, 0), count - 1)
        self._moved = True
        self.view.setCurrentIndex(self.model.index(row))
