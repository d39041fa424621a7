"""Looking for unreachable cycles of objects while nobody waits for the window.

Python looks for them whenever enough objects were made, in whichever thread made the last one,
and holds up all others meanwhile: 150 ms with everything loaded (measured), in the middle of
scrolling. Here what has lived for a second is set aside, which costs nothing, and Python's own
search sees only what is young. Almost everything that stays is rows and states, which have no
cycles and go when the last reference to them goes. The search of everything waits until nobody
has touched the window for a while.
"""

from __future__ import annotations

import gc
from time import monotonic
from typing import Final

from PySide6.QtCore import QObject, QTimer

TICK: Final = 1_000
"""Milliseconds between two looks."""

UNTOUCHED: Final = 10.0
"""Seconds without a touch after which a pause will not be noticed."""

BETWEEN: Final = 120.0
"""Seconds between two searches of everything, at least."""


class Housekeeping(QObject):
    """Keeps the search of everything away from a window's busy moments, until it is stopped."""

    _running = 0

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._timer = QTimer(self, interval=TICK)
        self._timer.timeout.connect(self.look)
        self._touched = self._searched = monotonic()
        self._on = False

    def start(self) -> None:
        """Take the search over; several windows may, one after another or together."""
        Housekeeping._running += 1
        self._on = True
        gc.freeze()
        self._timer.start()

    def stop(self) -> None:
        """Give it back to Python."""
        if not self._on:
            return
        self._on = False
        self._timer.stop()
        Housekeeping._running -= 1
        if Housekeeping._running == 0:
            gc.unfreeze()

    def touch(self, *_what: object) -> None:
        """Somebody is doing something and would notice a pause."""
        self._touched = monotonic()

    def look(self) -> bool:
        """Set aside what is there, or search everything; returns whether it was searched."""
        now = monotonic()
        due = now - self._touched >= UNTOUCHED and now - self._searched >= BETWEEN
        if due:
            gc.unfreeze()
            gc.collect()
            self._searched = monotonic()
        gc.freeze()
        return due
