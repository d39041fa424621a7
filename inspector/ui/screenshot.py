"""A picture of the real window, without a screen.

The window is built as always, asked to open the store, and drawn when it says that what was
asked for can be seen. Offscreen where there is no display.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QSettings, QTimer

from inspector.core.errors import InspectorError, OutputFailed, Stopped
from inspector.core.texts import tr
from inspector.ui.app import application
from inspector.ui.main_window import FIRST_SIZE, MainWindow
from inspector.ui.models.store_model import Phase
from inspector.ui.theme import Theme, ThemeChoice

if TYPE_CHECKING:
    from inspector.services.window_request import WindowRequest

PATIENCE = 60_000
"""Milliseconds to wait for the window before giving up."""

QUIET = 250
"""Milliseconds without news after which nothing more is expected."""


def take(request: WindowRequest, output: Path) -> None:
    """Draw the window and save the picture.

    Raises:
        InspectorError: the store could not be opened.
        Stopped: the window did not settle in time.
        OutputFailed: the picture could not be written.
    """
    app = application()
    theme = Theme(app, ThemeChoice(request.theme or ThemeChoice.LIGHT.value))
    with tempfile.TemporaryDirectory() as folder:
        settings = QSettings(str(Path(folder) / "window.ini"), QSettings.Format.IniFormat)
        window = MainWindow(theme, settings)
        try:
            window.resize(*(request.size or FIRST_SIZE))
            window.show()
            _settle(window, request)
            if request.panel:
                window.details.show_tab(request.panel)
                app.processEvents()
            if not window.grab().save(str(output), "PNG"):
                raise OutputFailed(tr("The picture {file} could not be written.", file=output))
        finally:
            window.close()
            window.deleteLater()
            app.processEvents()


def _settle(window: MainWindow, request: WindowRequest) -> None:
    """Open what was asked for and wait until it can be seen."""
    loop = QEventLoop()
    quiet = QTimer(singleShot=True, interval=QUIET)

    def rest() -> None:
        if window.timeline.view.ready:
            loop.quit()

    quiet.timeout.connect(rest)
    limit = QTimer(singleShot=True, interval=PATIENCE)
    limit.timeout.connect(lambda: loop.exit(1))
    failed: list[InspectorError] = []

    def news() -> None:
        quiet.start()

    def prolong() -> None:
        if quiet.isActive():
            quiet.start()

    def store_changed() -> None:
        model = window.store
        if model.phase in (Phase.FAILED, Phase.CHOOSING) and model.error is not None:
            failed.append(model.error)
            quiet.start()

    window.settled.connect(news)
    window.timeline.view.became_ready.connect(news)
    window.streams.state_changed.connect(prolong)
    window.store.changed.connect(store_changed)
    window.replay.failed.connect(failed.append)
    window.replay.failed.connect(lambda _error: quiet.start())
    if request.store is None:
        quiet.start()
    else:
        window.open_request(request.store, request.stream, request.at)
    limit.start()
    if loop.exec():
        raise Stopped(tr("The window did not come to rest within a minute."))
    if failed and not request.show_failure:
        raise failed[0]
