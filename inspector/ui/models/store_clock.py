"""The clock of the whole store: read when somebody asks for it, and closely where one looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from inspector.services.store_clock import ClockCounter, close_on_clock
from inspector.services.tasks import Done, Failed

if TYPE_CHECKING:
    from inspector.services.open_store import StoreReader
    from inspector.services.store_clock import ClockCloseup, ClockCount
    from inspector.services.store_density import StoreDensity
    from inspector.services.tasks import Outcome, Progress, Work
    from inspector.ui.lanes import StoreLanes

KEY = "clock"
CLOSE_KEY = "clock-closeup"
_REST = 60
"""Milliseconds that the view rests before rows are read one by one."""


class StoreClock(QObject):
    """Times of the rows of a store that is too large to hold each of them.

    Attributes:
        known: the counts, once all rows have been placed.
        counter: what is said about them; ``None`` until it was asked for.
        closeup: the rows that are looked at closely.
        loading: rows are being placed; ``done``: how many have been.
        stopped: that ended before all were placed.

    Signals:
        changed(): reading began, went on, or ended, or there is more to see.
        failed(object): an :class:`InspectorError`.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lanes: StoreLanes | None = None
        self._density: StoreDensity | None = None
        self._wanted: tuple[int, int] | None = None
        self._resting = QTimer(self, singleShot=True, interval=_REST)
        self._resting.timeout.connect(self._ask_close)
        self.known: ClockCount | None = None
        self.counter: ClockCounter | None = None
        self.closeup: ClockCloseup | None = None
        self.loading = self.stopped = False
        self.done = 0

    def want(self, lanes: StoreLanes, density: StoreDensity) -> None:
        """Place the rows of a store that has been counted, unless that is done."""
        rows = density.counted().rows
        if density is not self._density:
            self.forget()
        if self.loading or (self.counter is not None and self.counter.rows >= rows):
            return
        self._lanes, self._density, self.loading, self.stopped = lanes, density, True, False
        counter = self.counter = self.counter or ClockCounter(density.code)

        def job(reader: StoreReader, work: Work) -> tuple[ClockCounter, ClockCount | None]:
            counter.load(reader, work, rows)
            return counter, counter.counted()

        lanes.scan(KEY, job, self._came, self._progress)
        self.changed.emit()

    def forget(self) -> None:
        """Another store, or a stream, is shown."""
        self._resting.stop()
        if self._lanes is not None:
            self._lanes.cancel(KEY)
            self._lanes.cancel(CLOSE_KEY)
        self._lanes, self._density, self._wanted = None, None, None
        self.known, self.counter, self.closeup = None, None, None
        self.loading = self.stopped = False
        self.done = 0

    def stop(self) -> None:
        """Give up reading; it can be gone on with."""
        if self._lanes is not None and self.loading:
            self._lanes.cancel(KEY)

    def look(self, low: int, high: int) -> None:
        """This part of the clock is visible; read its rows one by one when they are few enough."""
        have = self.closeup
        if have is None or low < have.low or have.high < high:
            margin = (high - low) // 4
            self._wanted = (low - margin, high + margin)
            self._resting.start()

    def _progress(self, value: Progress) -> None:
        if self.loading:
            self.done = value.done
            self.changed.emit()

    def _came(self, outcome: Outcome[tuple[ClockCounter, ClockCount | None]]) -> None:
        if not self.loading or (isinstance(outcome, Done) and outcome.value[0] != self.counter):
            return  # the answer is about a store that is no longer shown
        self.loading = False
        if isinstance(outcome, Done):
            self.known, self.closeup = outcome.value[1], None
        elif isinstance(outcome, Failed):
            self.failed.emit(outcome.error)
        self.stopped = not isinstance(outcome, Done)
        self.changed.emit()

    def _ask_close(self) -> None:
        lanes, density, wanted = self._lanes, self._density, self._wanted
        known = self.known
        if lanes is None or density is None or known is None or wanted is None:
            return

        def job(reader: StoreReader, _work: Work) -> ClockCloseup | None:
            return close_on_clock(reader, density, known, wanted)

        def done(outcome: Outcome[ClockCloseup | None]) -> None:
            if density is not self._density:
                return
            if isinstance(outcome, Done) and outcome.value is not None:
                self.closeup = outcome.value
                self.changed.emit()
            elif isinstance(outcome, Failed):
                self.failed.emit(outcome.error)

        lanes.ask(CLOSE_KEY, job, done)
