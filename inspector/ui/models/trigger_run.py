"""Letting the application take a snapshot: where the stream stands, then what came of asking.

Both run in the scanning lane. What runs can be stopped; what the application did until then,
only a new look at the store tells.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from inspector.services.snapshot_triggering import (
    Prepared,
    Standing,
    standing_of,
    trigger_snapshot,
)
from inspector.services.tasks import Done, Failed

if TYPE_CHECKING:
    from inspector.core.errors import InspectorError
    from inspector.core.events import StreamId
    from inspector.services.open_store import OpenedStore
    from inspector.services.snapshot_triggering import Triggered
    from inspector.services.snapshot_triggers import Call
    from inspector.services.tasks import Outcome, Work
    from inspector.services.write_log import WriteLog
    from inspector.services.write_unlock import Unlock
    from inspector.ui.lanes import StoreLanes


class RunPhase(enum.Enum):
    """Where asking the application stands."""

    LOOKING = "looking"
    READY = "ready"
    REFUSED = "refused"
    RUNNING = "running"
    ENDED = "ended"
    STOPPED = "stopped"
    FAILED = "failed"


class TriggerRun(QObject):
    """One stream at one version.

    Attributes:
        standing: where the stream stands, once that was read.
        done: how it ended; ``error``: why nothing could be read, or run.

    Signals:
        changed(): it is further.
    """

    changed = Signal()

    def __init__(
        self, lanes: StoreLanes, stream: StreamId, at: int | None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._lanes, self.stream, self.at = lanes, stream, at
        self.phase = RunPhase.LOOKING
        self.standing: Standing | None = None
        self.done: Triggered | None = None
        self.error: InspectorError | None = None

    @property
    def can_run(self) -> bool:
        """Whether something may be run now, again where something ran before."""
        busy = (RunPhase.LOOKING, RunPhase.RUNNING)
        return self.standing is not None and self.phase not in busy

    def look(self) -> None:
        """Read where the stream stands; nothing runs."""
        stream, at = self.stream, self.at
        self._lanes.scan_store(
            "trigger-look", lambda store, _work: standing_of(store, stream, at), self._looked
        )

    def run(self, call: Call, unlocked: Unlock, log: WriteLog) -> None:
        """Run what was shown."""
        if self.standing is None or not self.can_run:
            return
        stream, version = self.stream, self.standing.version
        self.done, self.error = None, None
        self._enter(RunPhase.RUNNING)

        def job(store: OpenedStore, work: Work) -> Triggered:
            # What came since the dialog was opened is nothing that this run made.
            before = standing_of(store, stream, version).before
            return trigger_snapshot(
                store, Prepared(stream, version, call, before), unlocked, work, log
            )

        self._lanes.scan_store("trigger-snapshot", job, self._ended)

    def stop(self) -> bool:
        """Stop what runs; returns whether anything did."""
        if self.phase is not RunPhase.RUNNING:
            return False
        self._lanes.cancel("trigger-snapshot")
        return True

    def _looked(self, outcome: Outcome[Standing]) -> None:
        if isinstance(outcome, Done):
            self.standing = outcome.value
            self._enter(RunPhase.READY)
        elif isinstance(outcome, Failed):
            self.error = outcome.error
            self._enter(RunPhase.REFUSED)

    def _ended(self, outcome: Outcome[Triggered]) -> None:
        if isinstance(outcome, Done):
            self.done = outcome.value
            self._enter(RunPhase.ENDED)
        elif isinstance(outcome, Failed):
            self.error = outcome.error
            self._enter(RunPhase.FAILED)
        else:
            self._enter(RunPhase.STOPPED)

    def _enter(self, phase: RunPhase) -> None:
        self.phase = phase
        self.changed.emit()
