"""Where the events of the whole store lie: a first look at once, then counted exactly.

The first look and what is looked at closely come from the interactive lane, the counting from
the scanning lane. What was counted until somebody stopped it stays, and says that it is a part.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from inspector.services.store_density import CLOSE, Closeup, StoreDensity
from inspector.services.tasks import Done, Failed, StoppedWork

if TYPE_CHECKING:
    from inspector.services.open_store import StoreReader
    from inspector.services.tasks import Outcome, Progress, Work
    from inspector.ui.lanes import StoreLanes

COUNT_KEY = "outline"
CLOSE_KEY = "closeup"
_REST = 60
"""Milliseconds that the view rests before rows are read one by one."""


class OutlineState(enum.Enum):
    """How far the counting is."""

    NOTHING = "nothing"
    COUNTING = "counting"
    COMPLETE = "complete"
    STOPPED = "stopped"
    FAILED = "failed"


class StoreOutline(QObject):
    """Outline of the store that is shown as a whole.

    Attributes:
        density: the counts; ``None`` while no store is shown as a whole.
        closeup: types of the rows that are looked at closely.
        state: how far the counting is.

    Signals:
        changed(): there is more to see, or the state is another.
        failed(object): an :class:`InspectorError`; what was counted stays.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lanes: StoreLanes | None = None
        self.density: StoreDensity | None = None
        self.closeup: Closeup | None = None
        self.state = OutlineState.NOTHING
        self._wanted: tuple[int, int] | None = None
        self._resting = QTimer(self, singleShot=True, interval=_REST)
        self._resting.timeout.connect(self._ask_close)

    @property
    def lanes(self) -> StoreLanes | None:
        """The lanes of the store that is shown as a whole."""
        return self._lanes

    def show(self, lanes: StoreLanes) -> None:
        """Look at a store as a whole."""
        self.clear()
        density = StoreDensity()
        self._lanes, self.density, self.state = lanes, density, OutlineState.COUNTING

        def job(reader: StoreReader, work: Work) -> StoreDensity:
            density.begin(reader, work)
            return density

        lanes.ask(COUNT_KEY, job, self._begun)
        self.changed.emit()

    def clear(self) -> None:
        """Show no store as a whole."""
        self._resting.stop()
        if self._lanes is not None:
            self._lanes.cancel(COUNT_KEY)
            self._lanes.cancel(CLOSE_KEY)
        shown = self.density is not None
        self._lanes, self.density, self.closeup = None, None, None
        self._wanted, self.state = None, OutlineState.NOTHING
        if shown:
            self.changed.emit()

    def stop(self) -> None:
        """Stop counting; what was counted stays."""
        if self._lanes is not None and self.state is OutlineState.COUNTING:
            self._lanes.cancel(COUNT_KEY)

    def go_on(self) -> None:
        """Count on after a stop."""
        if self.state in (OutlineState.STOPPED, OutlineState.FAILED):
            self._count()

    def grown(self, rows: int) -> None:
        """The store is known to have so many rows now; count those that are new."""
        density = self.density
        if density is None or self.state is not OutlineState.COMPLETE:
            return
        if rows > density.counted().rows:
            self._count(grow=True)

    # -- counting ---------------------------------------------------------------------------

    def _begun(self, outcome: Outcome[StoreDensity]) -> None:
        if self.density is None or (isinstance(outcome, Done) and outcome.value != self.density):
            return  # about a store that is no longer shown
        if isinstance(outcome, Done) and not self.density.complete:
            self._count()
        else:
            self._ended(outcome)

    def _count(self, *, grow: bool = False) -> None:
        lanes, density = self._lanes, self.density
        if lanes is None or density is None:
            return
        self.state = OutlineState.COUNTING

        def job(reader: StoreReader, work: Work) -> StoreDensity:
            (density.grow if grow else density.load)(reader, work)
            return density

        def done(outcome: Outcome[StoreDensity]) -> None:
            if density is self.density:
                self._ended(outcome)

        def progress(_value: Progress) -> None:
            if density is self.density:
                self.changed.emit()

        lanes.scan(COUNT_KEY, job, done, progress)
        self.changed.emit()

    def _ended(self, outcome: Outcome[StoreDensity]) -> None:
        if isinstance(outcome, Failed):
            self.state = OutlineState.FAILED
            self.failed.emit(outcome.error)
        elif isinstance(outcome, StoppedWork):
            self.state = OutlineState.STOPPED
        else:
            self.state = OutlineState.COMPLETE
        self.changed.emit()

    # -- looking closely --------------------------------------------------------------------

    def look(self, low: float, high: float) -> None:
        """A part of the rows is visible; read their types when they are few enough."""
        density = self.density
        if density is None or density.types is not None or high - low > CLOSE:
            return
        rows = density.counted().rows
        margin = (high - low) / 2
        first, stop = max(0, int(low)), min(int(high) + 2, rows)
        have = self.closeup
        if stop <= first or (have and have.first <= first and stop <= have.stop):
            return
        self._wanted = (max(0, int(low - margin)), min(int(high + margin) + 2, rows))
        self._resting.start()

    def _ask_close(self) -> None:
        lanes, density, wanted = self._lanes, self.density, self._wanted
        if lanes is None or density is None or wanted is None:
            return
        first, stop = wanted

        def done(outcome: Outcome[Closeup]) -> None:
            if density is not self.density:
                return
            if isinstance(outcome, Done):
                self.closeup = outcome.value
                self.changed.emit()
            elif isinstance(outcome, Failed):
                self.failed.emit(outcome.error)

        lanes.ask(CLOSE_KEY, lambda reader, _work: density.close(reader, first, stop), done)
