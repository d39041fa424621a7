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
from PySide6.QtCore import QSettings, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from inspector import __version__
from inspector.core.errors import InspectorError
from inspector.core.texts import tr
from inspector.services.single_instance import socket_name
from inspector.ui.faults import watch_crashes
from inspector.ui.instance_server import InstanceServer
from inspector.ui.look import remembered_look
from inspector.ui.program import Program
from inspector.ui.runner import QtTaskRunner
from inspector.ui.session import Session, resume, wants_private
from inspector.ui.theme import Icon, Role, Theme, ThemeChoice
from inspector.ui.widgets.banner import Tone
from inspector.ui.window_holder import WindowHolder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from inspector.services.manual import Page
    from inspector.services.window_request import WindowRequest
    from inspector.ui.main_window import MainWindow

NAME = "event-history-inspector"

LISTEN_AFTER = 1_000
"""Milliseconds after the window is shown until later starts can reach it: its own start first."""


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
    app = Program(arguments if arguments is not None else [NAME])
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


def _show_first(holder: WindowHolder, window: MainWindow, request: WindowRequest) -> None:
    """What was asked for, or what was open."""
    if (request.store, request.link, request.case) != (None, None, None):
        holder.show_request(window, request)
    else:
        resume(window, lambda: holder.show(window))
    if request.note:
        window.notice.show_message(Tone.INFO, request.note)


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
    _show_first(holder, window, request)
    if holder.faults is not None:
        holder.faults.show(crashes.earlier())
    server = None
    if request.shares_program:
        server = InstanceServer(socket_name(settings_file().parent))
        server.requested.connect(holder.take)
        server.refused.connect(holder.refuse)
        QTimer.singleShot(LISTEN_AFTER, server, server.listen)
    try:
        return app.exec()
    finally:
        if server is not None:
            server.close()
        sys.excepthook = sys.__excepthook__
        QtTaskRunner.on_bug = None
        crashes.end()
