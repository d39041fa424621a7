"""Starting the window: the application object, its theme, its settings, its faults.

Qt is imported here and below, never by the command line. What goes wrong inside a slot is shown
once, in a dialog with a copyable report, and the window stays.
"""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs
from PySide6.QtCore import QLibraryInfo, QSettings, Qt, QTranslator
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from inspector import __version__
from inspector.core.errors import InspectorError
from inspector.core.texts import tr
from inspector.services.languages import choose_language
from inspector.ui.faults import FaultPresenter, watch_crashes
from inspector.ui.look import remembered_look
from inspector.ui.main_window import MainWindow
from inspector.ui.recent import load_recent
from inspector.ui.runner import QtTaskRunner
from inspector.ui.session import Session, resume, wants_private
from inspector.ui.theme import Icon, Role, Theme, ThemeChoice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from inspector.services.manual import Page
    from inspector.services.window_request import WindowRequest

NAME = "event-history-inspector"


class NoScreen(InspectorError):
    """There is nothing to show a window on."""

    code = "no-screen"
    exit_code = 2


def require_screen(request: WindowRequest) -> None:
    """Say so before Qt ends the process with words that help nobody.

    Raises:
        NoScreen: neither X11 nor Wayland is there; the hint is the command that draws instead.
    """
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    screens = ("DISPLAY", "WAYLAND_DISPLAY")
    if not sys.platform.startswith("linux") or platform not in ("", "xcb", "wayland"):
        return
    if any(os.environ.get(name) for name in screens):
        return
    store = "STORE" if request.store is None else shlex.quote(request.store.address)
    program = shlex.quote(sys.argv[0] if Path(sys.argv[0]).name != "__main__.py" else NAME)
    raise NoScreen(
        tr("There is no screen here to show the window on."),
        hint=tr(
            "Draw it into a picture instead: {command}",
            command=f"{program} screenshot {store} -o window.png",
        ),
    )


def application(arguments: list[str] | None = None) -> QApplication:
    """The application object, with the names that settings and windows carry."""
    known = QApplication.instance()
    if isinstance(known, QApplication):
        return known
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(
        Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    )
    app = QApplication(arguments if arguments is not None else [NAME])
    app.setApplicationName(NAME)
    app.setApplicationVersion(__version__)
    app.setDesktopFileName(NAME)
    return app


def settings_file() -> Path:
    """Where the window's shape and choices are kept; nothing of a store's content."""
    return Path(platformdirs.user_config_dir(NAME, appauthor=False)) / "window.ini"


def load_settings() -> QSettings:
    """The window's settings, as a plain file that can be mailed, in the user's own folder."""
    folder = settings_file().parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)  # where stores are is nobody else's business
    except OSError:  # not ours to change: Qt says what it can keep
        pass
    return QSettings(str(settings_file()), QSettings.Format.IniFormat)


class WindowHolder:
    """Holds the window, and puts another in its place when the language changes.

    Every text is made when its widget is built; building the window anew is the one way that
    forgets none. What was shown is shown again.
    """

    def __init__(
        self,
        theme: Theme,
        settings: QSettings,
        session: Session,
        commands: Callable[[str], Iterable[Page]] | None = None,
    ) -> None:
        self._theme, self._settings, self._session = theme, settings, session
        self._commands = commands
        self._qt_texts: QTranslator | None = None
        self.language = "en"
        self.window: MainWindow | None = None
        self.faults: FaultPresenter | None = None

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

    def show(self) -> MainWindow:
        """Build a window and show it."""
        window = MainWindow(self._theme, self._settings, load_recent(), self._session)
        window.look.tick_language(self.language)
        window.help.commands = self._commands
        window.language_asked.connect(self._change, Qt.ConnectionType.QueuedConnection)
        self.faults = FaultPresenter(self._theme, window)
        sys.excepthook = self.faults.caught
        QtTaskRunner.on_bug = self.faults.take
        window.show()
        self.window = window
        return window

    def _change(self, code: str) -> None:
        before = self.window
        if before is None or code == self.language:
            return
        self.speak(code)
        self.show().take_over(before)
        before.deleteLater()


def run(request: WindowRequest, commands: Callable[[str], Iterable[Page]] | None = None) -> int:
    """Show the window until it is closed; returns the exit code.

    Args:
        commands: gives the manual's pages of the command line's commands, in a language.

    Raises:
        NoScreen: there is no screen to show it on.
    """
    require_screen(request)
    app = application()
    crashes = watch_crashes()
    settings = load_settings()
    choice, colour_blind, zoom = remembered_look(settings)
    if request.theme is not None:
        choice = ThemeChoice(request.theme)
    theme = Theme(app, choice, colour_blind=colour_blind, zoom=zoom, styled=False)
    app.setWindowIcon(theme.icons.icon(Icon.HISTORY, Role.ACCENT))
    private = not request.session or wants_private()
    session = Session(settings_file().with_name("session.json"), private=private)
    holder = WindowHolder(theme, settings, session, commands)
    holder.speak(request.lang or str(settings.value("language", "")))
    window = holder.show()
    if request.size is not None:
        window.resize(*request.size)
    if request.store is not None:
        at = (request.stream, request.at, request.category)
        window.open_request(request.store, *at, request.panel)
        if request.link is not None:
            window.links.expect(request.link)
    elif request.case is not None:
        window.open_path(str(request.case))
    elif request.link is not None:
        window.links.open_text(request.link)
    else:
        resume(window)
    if holder.faults is not None:
        holder.faults.show(crashes.earlier())
    try:
        return app.exec()
    finally:
        sys.excepthook = sys.__excepthook__
        QtTaskRunner.on_bug = None
        crashes.end()
