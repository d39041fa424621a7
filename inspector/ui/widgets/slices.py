"""Work on what is in memory, in slices between two events of the window.

For work whose length depends on a value (searching a huge state, filtering a long comparison):
it never holds the window up, and newer work replaces older one.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from collections.abc import Iterator

SLICE: Final = 0.006
"""Seconds of one slice: well within a frame."""


class Slices(QObject):
    """Runs one iterator to its end, a slice at a time.

    Signals:
        sliced(): a slice is done and more follows.
        ended(): the iterator came to its end.
    """

    sliced = Signal()
    ended = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._work: Iterator[object] | None = None
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._slice)

    @property
    def running(self) -> bool:
        """Whether work is left."""
        return self._work is not None

    def start(self, work: Iterator[object]) -> None:
        """Begin; the first slice is done at once, so that short work never flickers."""
        self._work = work
        self._timer.start()
        self._slice()

    def stop(self) -> None:
        """Forget the work."""
        self._work = None
        self._timer.stop()

    def _slice(self) -> None:
        work, until = self._work, monotonic() + SLICE
        if work is None:
            return
        for _nothing in work:
            if monotonic() >= until:
                self.sliced.emit()
                return
        if self._work is work:
            self.stop()
            self.ended.emit()
