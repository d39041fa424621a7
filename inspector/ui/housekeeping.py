"""Looking for unreachable cycles of objects while nobody waits for the window.

Python looks for them whenever enough objects were made, in whichever thread made the last one,
and holds up all others meanwhile: 150 ms with everything loaded (measured), in the middle of
scrolling. And what it finds it destroys in that very thread, where a widget must never be
destroyed. Python's own search is therefore off while there is a window. Almost everything is rows
and states, which have no cycles and go when the last reference to them goes; what is in a cycle
waits until nobody has touched the window for a while, and is then searched for in its thread.
"""

from __future__ import annotations

import gc
from time import monotonic
from typing import Final

from PySide6.QtCore import QObject, QTimer

from inspector.services.collector import pause_collector, resume_collector

TICK: Final = 500
"""Milliseconds between two looks."""

UNTOUCHED: Final = 10.0
"""Seconds without a touch after which a pause will not be noticed."""

BETWEEN: Final = 120.0
"""Seconds between two searches, at least."""

OVERDUE: Final = 300.0
"""Seconds after which a shorter moment of rest has to do."""

MOMENT: Final = 1.5
"""Seconds without a touch that make such a moment."""


class Housekeeping(QObject):
    """Keeps the search of everything away from a window's busy moments, until it is stopped."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._timer = QTimer(self, interval=TICK)
        self._timer.timeout.connect(self.look)
        self._touched = self._searched = monotonic()
        self._on = False

    def start(self) -> None:
        """Take the search over; several windows may, one after another or together."""
        pause_collector()
        self._on = True
        self._timer.start()

    def stop(self) -> None:
        """Give it back to Python."""
        if not self._on:
            return
        self._on = False
        self._timer.stop()
        resume_collector()

    def touch(self, *_what: object) -> None:
        """Somebody is doing something and would notice a pause."""
        self._touched = monotonic()

    def look(self) -> bool:
        """Search, if a pause will not be noticed; returns whether it was done."""
        now = monotonic()
        rest, since = now - self._touched, now - self._searched
        due = (rest >= UNTOUCHED and since >= BETWEEN) or (rest >= MOMENT and since >= OVERDUE)
        if due:
            gc.collect()
            self._searched = monotonic()
        return due
