"""A picture of the real window, without a screen.

The window is built as always, asked to open the store, and drawn when it says that what was
asked for can be seen. Offscreen where there is no display.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEventLoop,
    QMessageLogContext,
    QSettings,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)

from inspector.core.errors import InspectorError, OutputFailed, Stopped
from inspector.core.texts import tr
from inspector.ui.app import application
from inspector.ui.main_window import FIRST_SIZE, MainWindow
from inspector.ui.models.store_model import Phase
from inspector.ui.recent import RecentStores
from inspector.ui.theme import Theme, ThemeChoice

if TYPE_CHECKING:
    from inspector.services.window_request import WindowRequest

PATIENCE = 60_000
"""Milliseconds to wait for the window before giving up."""

QUIET = 250
"""Milliseconds without news after which nothing more is expected."""


LOOK = 20
"""Milliseconds between two looks whether anything is being read."""


def take(request: WindowRequest, output: Path) -> None:
    """Draw the window and save the picture.

    Raises:
        InspectorError: the store could not be opened.
        Stopped: the window did not settle in time.
        OutputFailed: the picture could not be written.
    """
    previous = qInstallMessageHandler(_heard)
    try:
        _draw(request, output)
    finally:
        qInstallMessageHandler(previous)


def _heard(_kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
    """Pass Qt's messages on, but not what the platform without a screen says of itself."""
    if not text.startswith("This plugin does not support "):
        sys.stderr.write(f"{text}\n")


def _draw(request: WindowRequest, output: Path) -> None:
    app = application()
    theme = Theme(app, ThemeChoice(request.theme or ThemeChoice.LIGHT.value), styled=False)
    with tempfile.TemporaryDirectory() as folder:
        settings = QSettings(str(Path(folder) / "window.ini"), QSettings.Format.IniFormat)
        window = MainWindow(theme, settings, RecentStores(settings))
        try:
            window.resize(*(request.size or FIRST_SIZE))
            window.show()
            _settle(window, request)
            if request.panel:
                window.show_panel(request.panel)
                _wait_for_panel(window)
                app.processEvents()
            if not window.grab().save(str(output), "PNG"):
                raise OutputFailed(tr("The picture {file} could not be written.", file=output))
        finally:
            window.close()
            window.deleteLater()
            app.processEvents()


def _settle(window: MainWindow, request: WindowRequest) -> None:
    """Open what was asked for and wait until it can be seen.

    Raises:
        InspectorError: the store could not be opened, unless that is what is to be drawn.
        Stopped: the window did not come to rest in time.
    """
    waiter = _Waiter(window)
    if request.store is None:
        waiter.expect_rest()
    else:
        window.open_request(request.store, request.stream, request.at, request.category)
    error = waiter.wait()
    if error is not None and not request.show_failure:
        raise error


def _wait_for_panel(window: MainWindow) -> None:
    """Wait until a panel that was just brought to the front has read what it shows.

    Raises:
        Stopped: a minute was not enough.
    """
    loop = QEventLoop()
    quiet = QTimer(loop, singleShot=True, interval=QUIET)
    quiet.timeout.connect(loop.quit)
    looking = QTimer(loop, interval=LOOK)

    def look() -> None:
        page = window.pages.front
        if window.models.activity.busy is not None or (page is not None and page.busy):
            quiet.stop()
        elif not quiet.isActive():
            quiet.start()

    looking.timeout.connect(look)
    looking.start()
    QTimer.singleShot(PATIENCE, loop, lambda: loop.exit(1))
    gave_up = loop.exec()
    looking.stop()  # whoever takes several pictures goes on without this window
    if gave_up:
        raise Stopped(tr("The window did not come to rest within a minute."))


class _Waiter:
    """Waits until nothing new has come for a moment, or something failed."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._loop = QEventLoop()
        self._error: InspectorError | None = None
        self._quiet = QTimer(singleShot=True, interval=QUIET)
        self._quiet.timeout.connect(self._rest)
        window.settled.connect(self._quiet.start)
        window.timeline.view.became_ready.connect(self._quiet.start)
        window.timeline.outline.changed.connect(self._quiet.start)
        window.streams.state_changed.connect(self._prolong)
        window.store.changed.connect(self._store_changed)
        window.replay.failed.connect(self._failed)
        window.conductor.not_found.connect(self._failed)

    def expect_rest(self) -> None:
        """Nothing was asked for, so nothing will announce itself."""
        self._quiet.start()

    def wait(self) -> InspectorError | None:
        """Wait; gives what failed.

        Raises:
            Stopped: a minute was not enough.
        """
        QTimer.singleShot(PATIENCE, self._loop, lambda: self._loop.exit(1))
        if self._loop.exec():
            raise Stopped(tr("The window did not come to rest within a minute."))
        return self._error

    def _rest(self) -> None:
        if self._error is not None or self._window.timeline.settled:
            self._loop.quit()

    def _prolong(self) -> None:
        if self._quiet.isActive():
            self._quiet.start()

    def _store_changed(self) -> None:
        model = self._window.store
        if model.phase in (Phase.FAILED, Phase.CHOOSING) and model.error is not None:
            self._failed(model.error)

    def _failed(self, error: InspectorError) -> None:
        self._error = error
        self._quiet.start()
