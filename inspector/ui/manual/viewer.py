"""The manual's window: contents and search on the left, the page on the right.

A window of its own, so that a page can be read beside what it is about, also while a dialog is
open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSettings, Qt, QUrl
from PySide6.QtGui import QAction, QCloseEvent, QDesktopServices, QKeySequence
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from inspector.core.texts import tr
from inspector.services.manual import HOME
from inspector.ui.manual.browser import ManualBrowser
from inspector.ui.manual.contents import Contents
from inspector.ui.theme import Icon
from inspector.ui.widgets.labels import PlainLabel

if TYPE_CHECKING:
    from inspector.services.manual import Manual
    from inspector.ui.theme import Theme

SIZE: Final = (1080, 760)
SIDE: Final = 260
"""Pixels of the contents at first."""

_GEOMETRY: Final = "manual-geometry"


class ManualViewer(QWidget):
    """Shows the manual's pages, and walks back and forward through those that were read."""

    def __init__(self, theme: Theme, settings: QSettings, manual: Manual) -> None:
        super().__init__(None)
        self.setObjectName("manual-window")
        self.setWindowTitle(tr("Manual"))
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, on=False)
        self._theme, self._settings, self._manual = theme, settings, manual
        self._walked: list[tuple[str, int]] = []
        self._place = -1
        self.contents = Contents(theme, manual)
        self.browser = ManualBrowser(theme, manual)
        self.title = PlainLabel()
        self.back = self._action(tr("Back"), Icon.ARROW_LEFT, ("Alt+Left",), self.go_back)
        self.forth = self._action(tr("Forward"), Icon.ARROW_RIGHT, ("Alt+Right",), self.go_forth)
        self.home = self._action(tr("Contents"), Icon.LIST, ("Alt+Home", "F1"), self.go_home)
        self._action(tr("Find"), None, ("Ctrl+F", "/"), self._find)
        self._action(tr("Close"), None, ("Esc", "Ctrl+W"), self._escape)
        self._build()
        self.contents.page_asked.connect(self._asked)
        self.browser.page_asked.connect(self.open_page)
        self.browser.address_asked.connect(lambda text: QDesktopServices.openUrl(QUrl(text)))
        self.resize(*SIZE)
        geometry = settings.value(_GEOMETRY)
        if geometry is not None:
            self.restoreGeometry(geometry)

    # -- going somewhere -------------------------------------------------------------------------

    def open_page(self, name: str, place: str = "", words: str = "") -> None:
        """Show a page; one that is not there leads to the first page."""
        if self._manual.page(name) is None:
            name, place = HOME, ""
        self._note_where()
        if name != self.browser.page:
            del self._walked[self._place + 1 :]
            self._walked.append((name, 0))
            self._place = len(self._walked) - 1
        self._show(name, place)
        if words:
            self.browser.light(words)

    def go_back(self) -> None:
        """The page that was read before."""
        self._walk(-1)

    def go_forth(self) -> None:
        """The page that was read after."""
        self._walk(1)

    def go_home(self) -> None:
        """The first page."""
        self.open_page(HOME)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember where the window was."""
        self.contents.stop()
        self._settings.setValue(_GEOMETRY, self.saveGeometry())
        super().closeEvent(event)

    def _asked(self, name: str, place: str, words: str) -> None:
        self.open_page(name, place, words)

    def _walk(self, step: int) -> None:
        if not 0 <= self._place + step < len(self._walked):
            return
        self._note_where()
        self._place += step
        name, scrolled = self._walked[self._place]
        self._show(name, "")
        self.browser.verticalScrollBar().setValue(scrolled)

    def _note_where(self) -> None:
        if self._walked:
            name, _ = self._walked[self._place]
            self._walked[self._place] = (name, self.browser.verticalScrollBar().value())

    def _show(self, name: str, place: str) -> None:
        page = self._manual.page(name)
        if page is None:
            return
        self.browser.show_page(name, place)
        self.contents.show_current(name)
        self.title.setText(page.title)
        self.setWindowTitle(f"{page.title} – {tr('Manual')}")
        self.back.setEnabled(self._place > 0)
        self.forth.setEnabled(self._place + 1 < len(self._walked))

    # -- building --------------------------------------------------------------------------------

    def _build(self) -> None:
        bar = QHBoxLayout()
        bar.setContentsMargins(8, 8, 8, 8)
        bar.setSpacing(4)
        for action in (self.back, self.forth, self.home):
            button = QToolButton()
            button.setDefaultAction(action)
            bar.addWidget(button)
        bar.addSpacing(8)
        bar.addWidget(self.title, 1)
        right = QFrame()
        right.setProperty("panel", "true")
        inside = QVBoxLayout(right)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.setSpacing(0)
        inside.addLayout(bar)
        inside.addWidget(self.browser, 1)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(self.contents)
        splitter.addWidget(right)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([self._theme.px(SIDE), SIZE[0]])
        splitter.setHandleWidth(8)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 8, 8)
        outer.addWidget(splitter)

    def _action(self, text: str, icon: Icon | None, keys: tuple[str, ...], run: object) -> QAction:
        action = QAction(text, self)
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.setToolTip(f"{text} ({QKeySequence(keys[0]).toString(_NATIVE)})")
        if icon is not None:
            self._theme.set_icon(action, icon)
        action.triggered.connect(run)
        self.addAction(action)
        return action

    def _find(self) -> None:
        self.contents.search.setFocus()
        self.contents.search.selectAll()

    def _escape(self) -> None:
        if self.contents.search.text():
            self.contents.search.empty()
        else:
            self.close()


_NATIVE: Final = QKeySequence.SequenceFormat.NativeText
