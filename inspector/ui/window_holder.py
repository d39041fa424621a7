"""All windows of the program: opening and closing them, their language, and who follows what.

Every window has its own store, lanes and timers; theme, settings, recent stores and the session
are shared. Closing one gives back what is its own and nothing else.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QLibraryInfo, QObject, QSettings, Qt, QTranslator
from PySide6.QtGui import QGuiApplication

from inspector.core.links import is_link
from inspector.services.case_files import is_case_file
from inspector.services.languages import choose_language
from inspector.services.open_store import OpenRequest
from inspector.services.window_request import WindowRequest
from inspector.ui.faults import FaultPresenter
from inspector.ui.main_window import MainWindow
from inspector.ui.models.store_model import Phase
from inspector.ui.program import Program
from inspector.ui.recent import load_recent, without_password
from inspector.ui.runner import QtTaskRunner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from inspector.core.errors import InspectorError
    from inspector.core.links import Link
    from inspector.services.manual import Page
    from inspector.services.workspace import Workspace
    from inspector.ui.session import Session
    from inspector.ui.theme import Theme

ASIDE: Final = 32
"""Pixels by which a new window stands aside of the one it was opened from."""


class WindowHolder(QObject):
    """Holds the windows, and puts others in their places when the language changes.

    Every text is made when its widget is built; building a window anew is the one way that
    forgets none. What was shown is shown again.

    Attributes:
        windows: those that are open, the oldest first.
    """

    def __init__(
        self,
        theme: Theme,
        settings: QSettings,
        session: Session,
        commands: Callable[[str], Iterable[Page]] | None = None,
    ) -> None:
        super().__init__()
        self._theme, self._settings, self._session = theme, settings, session
        self._commands = commands
        self._recent = load_recent(self)
        self._qt_texts: QTranslator | None = None
        self.language = "en"
        self.windows: list[MainWindow] = []
        self.faults: FaultPresenter | None = None
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.commitDataRequest.connect(self._all_end)
        if isinstance(app, Program):
            app.handed.connect(self._handed)

    @property
    def window(self) -> MainWindow | None:
        """The window that is in use, or else the newest."""
        active = [window for window in self.windows if window.isActiveWindow()]
        return next(iter(active or self.windows[-1:]), None)

    def speak(self, code: str) -> None:
        """Use a language for every text that is made from now on; the system's by default.

        Raises:
            ResourceMissing: its texts are not there: this installation is not complete.
        """
        self.language = choose_language(code or None)
        app = QGuiApplication.instance()
        if app is None:
            return
        if self._qt_texts is not None:
            app.removeTranslator(self._qt_texts)
        self._qt_texts = QTranslator(app)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if self._qt_texts.load(f"qtbase_{self.language}", folder):
            app.installTranslator(self._qt_texts)

    # -- opening and closing ------------------------------------------------------------------

    def show(self, near: MainWindow | None = None) -> MainWindow:
        """Build a window and show it.

        Args:
            near: the window beside which it is to stand.
        """
        window = MainWindow(self._theme, self._settings, self._recent, self._session)
        window.neighbours = self
        window.look.tick_language(self.language)
        window.help.commands = self._commands
        window.language_asked.connect(self._change, Qt.ConnectionType.QueuedConnection)
        window.closed.connect(lambda: self._closed(window))
        if near is not None:
            window.resize(near.size())
            window.move(near.x() + ASIDE, near.y() + ASIDE)
        window.show()
        self.windows.append(window)
        self._present_faults(window)
        return window

    def open_window(self, near: MainWindow, place: Workspace | None) -> MainWindow:
        """Open another window, at a place or with nothing open."""
        window = self.show(near)
        request = near.models.store.request
        if place is not None and request is not None:
            window.show_place(request, place)
        return window

    def quit(self, asked: MainWindow) -> None:
        """Close all windows, the one that was asked last; one that may not close ends it."""
        self._session.ending = True
        for window in [*(w for w in self.windows if w is not asked), asked]:
            if not window.close():
                self._session.ending = False
                return

    def _all_end(self, *_manager: object) -> None:
        """The computer's session ends: every window is to come back."""
        self._session.ending = True

    def _closed(self, window: MainWindow) -> None:
        if window in self.windows:
            self.windows.remove(window)
        if self.windows:
            self._present_faults(self.windows[-1])
            window.deleteLater()

    def _present_faults(self, window: MainWindow) -> None:
        """Faults of the program are shown over a window that is there."""
        self.faults = FaultPresenter(self._theme, window)
        sys.excepthook = self.faults.caught
        QtTaskRunner.on_bug = self.faults.take

    def _change(self, code: str) -> None:
        if code == self.language:
            return
        self.speak(code)
        for before in list(self.windows):
            self.show().take_over(before)

    # -- what comes from outside --------------------------------------------------------------

    def take(self, request: WindowRequest, token: str = "") -> None:
        """Show what a later start of the program was asked for, in front of everything."""
        window = self._window_for(request)
        if window is None:
            return
        self.show_request(window, request)
        _bring_forward(window, token)

    def refuse(self, error: InspectorError) -> None:
        """Say why what a later start was asked for cannot be shown."""
        window = self.window
        if window is not None:
            window.note(error)
            _bring_forward(window, "")

    def show_request(self, window: MainWindow, request: WindowRequest) -> None:
        """Open a store, a stream, or follow a link, in a window."""
        if request.store is None:
            if request.case is not None:
                window.open_path(str(request.case))
            elif request.link is not None:
                window.links.open_text(request.link)
            return
        if window.models.store.phase is Phase.OPEN and self._has(window, request.store):
            self._show_in(window, request)
            return
        at = (request.stream, request.at, request.category)
        window.open_request(request.store, *at, request.panel)
        if request.link is not None:
            window.links.expect(request.link)

    def _show_in(self, window: MainWindow, request: WindowRequest) -> None:
        """The store is open there: go to the place."""
        if request.link is not None:
            window.links.open_text(request.link)
            return
        window.pages.leave()
        window.conductor.note_visit()
        if request.stream is not None:
            window.conductor.find_and_show(request.stream, request.category, request.at)
        if request.panel is not None:
            window.show_panel(request.panel)

    def _window_for(self, request: WindowRequest) -> MainWindow | None:
        """The window that has the store, or one that has none, or a new one."""
        now, store = self.window, request.store
        if now is None or (store is None and request.case is None):
            return now
        same = [w for w in self.windows if store is not None and self._has(w, store)]
        idle = (Phase.NOTHING, Phase.FAILED)
        empty = [window for window in self.windows if window.models.store.phase in idle]
        return next(iter(same or empty), None) or self.show(now)

    def _has(self, window: MainWindow, wanted: OpenRequest) -> bool:
        """Whether a window shows the store of a request, opened in the same way."""
        model = window.models.store
        shown = model.request
        if shown is None or model.phase not in (Phase.OPEN, Phase.OPENING):
            return False
        same = (wanted.schema, wanted.layout, wanted.map_file, wanted.rules)
        alike = same == (shown.schema, shown.layout, shown.map_file, shown.rules)
        chosen = wanted.choice in (None, shown.choice)
        return alike and chosen and _where(shown.address) == _where(wanted.address)

    def follow(self, link: Link, asked: MainWindow) -> bool:
        """Let the window follow a link whose store is open there; ``False``: there is none."""
        for window in self.windows:
            if window is not asked and window.links.fingerprint == link.store:
                window.links.go(link)
                _bring_forward(window, "")
                return True
        return False

    def open_for(self, link: Link, asked: MainWindow) -> bool:
        """Let a new window follow a link."""
        self.show(asked).links.follow(link)
        return True

    def _handed(self, url: str, path: str) -> None:
        """Open a link or a file that the system hands to the program that runs."""
        if is_link(url):
            self.take(WindowRequest(link=url))
        elif path:
            self._take_file(path)

    def _take_file(self, path: str) -> None:
        if is_case_file(path):
            self.take(WindowRequest(case=Path(path)))
        else:
            self.take(WindowRequest(store=OpenRequest(path)))


def _where(address: str) -> str:
    """An address by which two requests for the same store can be told to be that."""
    try:
        if Path(address).exists():
            return str(Path(address).resolve())
    except (OSError, ValueError):  # a server's, or no path at all
        pass
    return without_password(address)


def _bring_forward(window: MainWindow, token: str) -> None:
    """Put a window in front of those of other programs, as far as the system allows."""
    if token:
        os.environ["XDG_ACTIVATION_TOKEN"] = token  # Qt takes it from there, once
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    window.activateWindow()
