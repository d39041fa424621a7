"""The bar of tabs above the timeline; with a single tab there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QMenu, QTabBar, QToolButton

from inspector.core.texts import tr
from inspector.ui.theme import FontRole, Icon, Role
from inspector.ui.widgets.plain_text import shortened, tooltip_text, visible_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QAction

    from inspector.ui.stream_tabs import StreamTabs
    from inspector.ui.theme import Theme

WIDEST: Final = 240
NARROWEST: Final = 96
"""Pixels of the design for one tab; names give way in their middle."""

NAME_SHOWN: Final = 60


class PlaceBar(QTabBar):
    """Shows the tabs of a window and passes on what is done to them."""

    def __init__(self, theme: Theme, actions: Mapping[str, QAction]) -> None:
        super().__init__()
        self._theme, self._actions = theme, actions
        self._tabs: StreamTabs | None = None
        self._filling = False
        self.setObjectName("place-bar")
        self.setAccessibleName(tr("Tabs"))
        self.setDocumentMode(True)
        self.setMovable(True)
        self.setExpanding(False)
        self.setUsesScrollButtons(True)
        self.setElideMode(Qt.TextElideMode.ElideMiddle)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)
        theme.set_font(self, FontRole.UI)
        theme.changed.connect(self._size_again)
        self.hide()

    def follow(self, tabs: StreamTabs) -> None:
        """Show these tabs."""
        self._tabs = tabs
        tabs.changed.connect(self._fill)
        self.currentChanged.connect(self._chosen)
        self.tabMoved.connect(self._moved)
        self._fill()

    # -- filling ------------------------------------------------------------------------------

    def _fill(self) -> None:
        tabs = self._tabs
        if tabs is None or self._filling:
            return
        self._filling = True
        places = tabs.places if len(tabs.tabs) > 1 else ()
        while self.count() > len(places):
            self.removeTab(self.count() - 1)
        for index, place in enumerate(places):
            name = visible_text(shortened(place.stream, NAME_SHOWN)) or tr("All events")
            if index >= self.count():
                self.addTab("")
                self.setTabButton(index, QTabBar.ButtonPosition.RightSide, self._cross())
            if self.tabText(index) != (text := name.replace("&", "&&")):
                self.setTabText(index, text)
                self.setTabToolTip(index, tooltip_text(place.stream or tr("All events")))
        if places:
            self.setCurrentIndex(tabs.front)
        self.setVisible(bool(places))
        self._filling = False

    def _cross(self) -> QToolButton:
        button = QToolButton()
        button.setProperty("small", "true")
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setAccessibleName(tr("Close tab"))
        button.setToolTip(tooltip_text(tr("Close tab")))
        self._theme.set_icon(button, Icon.X, Role.TEXT_MUTED)
        button.clicked.connect(lambda: self._close_of(button))
        return button

    def _close_of(self, button: QToolButton) -> None:
        side = QTabBar.ButtonPosition.RightSide
        for index in range(self.count()):
            if self.tabButton(index, side) is button and self._tabs is not None:
                self._tabs.close(index)
                return

    def _size_again(self) -> None:
        self.updateGeometry()
        self.update()

    # -- what the user does -------------------------------------------------------------------

    def _chosen(self, index: int) -> None:
        if self._tabs is not None and not self._filling:
            self._tabs.show(index)

    def _moved(self, source: int, target: int) -> None:
        if self._tabs is None or self._filling:
            return
        self._filling = True  # the bar has moved it already
        self._tabs.move(source, target)
        self._filling = False

    def _show_menu(self, place: QPoint) -> None:
        index, tabs = self.tabAt(place), self._tabs
        if tabs is None or index < 0:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("Close tab"), lambda: tabs.close(index))
        menu.addAction(tr("Close the other tabs"), lambda: tabs.close_others(index))
        menu.addAction(self._actions["reopen-tab"])
        menu.popup(self.mapToGlobal(place))

    # -- Qt -----------------------------------------------------------------------------------

    def tabSizeHint(self, index: int) -> QSize:
        """Wide enough for a name, never so wide that a few fill the window."""
        hint = super().tabSizeHint(index)
        px = self._theme.px
        return QSize(min(max(hint.width(), px(NARROWEST)), px(WIDEST)), hint.height())

    def minimumTabSizeHint(self, index: int) -> QSize:
        """The same: what does not fit is scrolled to."""
        return self.tabSizeHint(index)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The middle button closes a tab."""
        index = self.tabAt(event.position().toPoint())
        if event.button() is Qt.MouseButton.MiddleButton and index >= 0 and self._tabs is not None:
            self._tabs.close(index)
        else:
            super().mouseReleaseEvent(event)
