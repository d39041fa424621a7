"""Driving the real window by script: open a store, move about, and wait until it is painted.

Painted means: whatever was asked for has arrived, and everything that this set off in the window,
drawing included, is done. The time of an answer runs from the call to that moment. May import the
inspector's window and Qt.
"""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, sleep
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QSettings, QTimer

from inspector.services.open_store import OpenRequest
from inspector.ui.app import application
from inspector.ui.main_window import FIRST_SIZE, MainWindow
from inspector.ui.recent import RecentStores
from inspector.ui.theme import Theme, ThemeChoice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


PATIENCE = 120.0
"""Seconds after which something that was asked for will not come any more."""


WAKE = 100
"""Milliseconds after which waiting looks again whether it is in vain."""


class Driver:
    """A window and what a script needs of it.

    Attributes:
        window: the real one.
    """

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self._app = application()
        self._waker = QTimer(window, interval=WAKE)
        self._waker.start()

    def until(self, reached: Callable[[], bool]) -> None:
        """Let the window work until something is so.

        Raises:
            TimeoutError: it does not come to that.
        """
        ends = perf_counter() + PATIENCE
        while not reached():
            if perf_counter() > ends:
                raise TimeoutError("the window did not get there")
            # Waiting as the program does, so that the lanes can have the interpreter.
            self._app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)

    def events_pending(self) -> float:
        """Handle what is waiting; gives the seconds for which the window was deaf."""
        begun = perf_counter()
        self._app.processEvents()
        return perf_counter() - begun

    def rest(self, seconds: float) -> float:
        """Let the window work for a while; gives the longest time it was deaf."""
        ends, longest = perf_counter() + seconds, 0.0
        while True:
            longest = max(longest, self.events_pending())
            if perf_counter() >= ends:
                return longest
            sleep(0.001)

    # -- what people do ---------------------------------------------------------------------------

    def open(self, store: str, *rules: str) -> None:
        """Open a store, with rules files if any, and wait until all its rows are known."""
        self.window.open_request(OpenRequest(store, rules=rules))
        events = self.window.events
        self.until(lambda: events.count.exact and events.rowCount() > 0)
        self.until(lambda: self.window.timeline.settled)
        self.rest(0.3)

    def show_stream(self, name: str) -> None:
        """Show a stream, and wait until it is loaded and its last state is painted."""
        replay = self.window.replay
        self.window.open_request(self.window.store.request, name)  # type: ignore[arg-type]
        self.until(lambda: replay.complete and replay.step is not None)
        self.until(lambda: self.window.timeline.view.ready)
        self.rest(0.3)

    def move(self, index: int) -> None:
        """Move the slider, and wait until the state there is painted."""
        replay = self.window.replay
        self.window.timeline.view.slider.setValue(index)
        self.until(lambda: replay.step is not None and replay.step.index == index)
        self.events_pending()

    def jump(self, row: int) -> None:
        """Bring a row to the top of the table, and wait until its page is painted."""
        self.window.events_panel.view.verticalScrollBar().setValue(row)
        self.until(self._seen)
        self.events_pending()

    def scroll(self, row: int) -> None:
        """Bring a row to the top of the table, and handle what that sets off at once."""
        self.window.events_panel.view.verticalScrollBar().setValue(row)
        self._app.processEvents()

    def _seen(self) -> bool:
        """Whether the first and the last visible row are here."""
        view = self.window.events_panel.view
        height = view.viewport().height()
        rows = (view.rowAt(1), view.rowAt(height - 2))
        model = self.window.events
        return all(row < 0 or model.peek(row) is not None for row in rows)


@contextmanager
def driven_window() -> Iterator[Driver]:
    """A window with settings of its own for the block."""
    app = application()
    theme = Theme(app, ThemeChoice.LIGHT, styled=False)
    with tempfile.TemporaryDirectory() as folder:
        settings = QSettings(str(Path(folder) / "window.ini"), QSettings.Format.IniFormat)
        window = MainWindow(theme, settings, RecentStores(settings))
        window.resize(*FIRST_SIZE)
        window.show()
        try:
            yield Driver(window)
        finally:
            window.close()
            window.deleteLater()
            app.processEvents()
