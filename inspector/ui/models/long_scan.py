"""A long pass in the scanning lane: starts, tells how far it is, can be stopped.

The pass is done in short slices, so that a stream that is opened meanwhile need not wait for
its end, and all but rests while a person drags the slider or scrolls. What was found
until a stop stays, marked as partial.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from inspector.services.long_scans import run_slice
from inspector.services.tasks import Done, Failed

if TYPE_CHECKING:
    from inspector.core.errors import InspectorError
    from inspector.services.long_scans import Scanner
    from inspector.services.tasks import Outcome
    from inspector.ui.lanes import StoreLanes


REST: Final = 50
"""Milliseconds after which a resting pass looks whether the person has come to rest, too."""

RESTS: Final = 20
"""Rests after which a pass does one short piece all the same, so that it gets to its end."""


class ScanPhase(enum.Enum):
    """Where a long pass stands."""

    IDLE = "idle"
    RUNNING = "running"
    COMPLETE = "complete"
    STOPPED = "stopped"
    FAILED = "failed"


class LongScan(QObject):
    """Runs one scanner at a time under one key.

    Attributes:
        phase: where it stands; ``scanner``: what was found, also after a stop.
        error: why it failed.

    Signals:
        changed(): it is further, or in another phase; the scanner may be looked at now.
    """

    changed = Signal()

    def __init__(self, key: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._key = key
        self._lanes: StoreLanes | None = None
        self.phase = ScanPhase.IDLE
        self.scanner: Scanner | None = None
        self.error: InspectorError | None = None
        self._rests = 0
        self._rest = QTimer(self, singleShot=True, interval=REST)
        self._rest.timeout.connect(self._go_on)

    @property
    def running(self) -> bool:
        """Whether it goes on."""
        return self.phase is ScanPhase.RUNNING

    def start(self, lanes: StoreLanes, scanner: Scanner) -> None:
        """Begin a pass; one that is running is forgotten."""
        self._lanes, self.scanner, self.error = lanes, scanner, None
        self._rests = 0
        self._enter(ScanPhase.RUNNING)
        self._go_on()

    def stop(self) -> None:
        """Stop the pass; what it found stays."""
        if not self.running or self._lanes is None:
            return
        if self._rest.isActive():
            self._rest.stop()
            self._enter(ScanPhase.STOPPED)
        self._lanes.cancel(self._key)

    def forget(self) -> None:
        """Stop without a word, and forget what was found."""
        lanes, self._lanes = self._lanes, None
        running, self.scanner = self.running, None
        self.phase = ScanPhase.IDLE
        self._rest.stop()
        if running and lanes is not None:
            lanes.cancel(self._key)

    def _go_on(self) -> None:
        lanes, scanner = self._lanes, self.scanner
        if lanes is None or lanes.closed or scanner is None or not self.running:
            return
        if lanes.moving and self._rests < RESTS:
            self._rests += 1
            self._rest.start()
            return
        self._rests = 0
        self._rest.stop()
        lanes.scan(
            self._key,
            lambda reader, work: run_slice(scanner, reader, work, disturbs=lambda: lanes.moving),
            lambda outcome: self._slice_done(scanner, outcome),
        )

    def _slice_done(self, scanner: Scanner, outcome: Outcome[bool]) -> None:
        if scanner is not self.scanner or not self.running:
            return
        if isinstance(outcome, Failed):
            self.error = outcome.error
            self._enter(ScanPhase.FAILED)
        elif not isinstance(outcome, Done):
            self._enter(ScanPhase.STOPPED)
        elif outcome.value:
            self.changed.emit()
            if self.running:
                self._go_on()
        else:
            self._enter(ScanPhase.COMPLETE)

    def _enter(self, phase: ScanPhase) -> None:
        self.phase = phase
        self.changed.emit()
