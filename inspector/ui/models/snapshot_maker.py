"""Making one snapshot: previewed, then perhaps written, read back and verified.

The planner lives in the scanning lane. What is being written is never stopped half way: it is
one short transaction, and whoever asked for it has to hear how it ended.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from inspector.services.snapshot_files import compute, save
from inspector.services.snapshotting import Planner, create, preview
from inspector.services.tasks import Done, Failed, Work

if TYPE_CHECKING:
    from pathlib import Path

    from inspector.core.errors import InspectorError
    from inspector.core.events import StreamId
    from inspector.services.open_store import OpenedStore
    from inspector.services.snapshot_planning import Step
    from inspector.services.snapshotting import Created, Preview
    from inspector.services.tasks import Outcome, Progress
    from inspector.services.write_log import WriteLog
    from inspector.services.write_unlock import Unlock
    from inspector.ui.lanes import StoreLanes


class MakerPhase(enum.Enum):
    """Where the making of a snapshot stands."""

    LOOKING = "looking"
    READY = "ready"
    REFUSED = "refused"
    STOPPED = "stopped"
    WRITING = "writing"
    WRITTEN = "written"
    FAILED = "failed"


class SnapshotMaker(QObject):
    """One stream at one version.

    Attributes:
        passed: checks that were passed, in order; ``progress`` how far the slow one is.
        preview: what would be written; ``created``: what became of it.
        error: why it must not be written, or was not.

    Signals:
        changed(): it is further.
        filed(object): the state was saved as a file: ``None``, or why it was not.
    """

    changed = Signal()
    filed = Signal(object)

    def __init__(
        self, lanes: StoreLanes, stream: StreamId, at: int | None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._lanes, self.stream, self.at = lanes, stream, at
        self._planner: Planner | None = None
        self.phase = MakerPhase.LOOKING
        self.passed: tuple[Step, ...] = ()
        self.progress: Progress | None = None
        self.preview: Preview | None = None
        self.created: Created | None = None
        self.error: InspectorError | None = None

    def look(self) -> None:
        """Go through every check, and make the row; nothing is written."""
        self.preview, self.error, self.passed = None, None, ()
        self._enter(MakerPhase.LOOKING)
        stream, at = self.stream, self.at

        def job(store: OpenedStore, work: Work) -> Preview:
            self._planner = Planner(store)
            return preview(self._planner, stream, at, work)

        self._lanes.scan_store("make-snapshot", job, self._looked, self._progressed)

    def write(self, unlocked: Unlock, log: WriteLog) -> None:
        """Write what was previewed."""
        shown, planner = self.preview, self._planner
        if shown is None or planner is None or self.phase is not MakerPhase.READY:
            return
        self._enter(MakerPhase.WRITING)
        self._lanes.scan_store(
            "write-snapshot",
            lambda _store, _work: create(planner, shown, unlocked, Work(), log),
            self._wrote,
        )

    def stop(self) -> bool:
        """Stop looking; returns whether anything was stopped. Writing is not."""
        if self.phase is not MakerPhase.LOOKING:
            return False
        self._lanes.cancel("make-snapshot")
        return True

    def save_file(self, file: Path) -> None:
        """Keep the exact state as a file of one's own, whether or not it may be written."""
        stream, at = self.stream, self.at

        def done(outcome: Outcome[None]) -> None:
            if isinstance(outcome, Failed):
                self.filed.emit(outcome.error)
            elif isinstance(outcome, Done):
                self.filed.emit(None)

        self._lanes.scan_store(
            "snapshot-file",
            lambda store, work: save(compute(store, stream, at, work), file),
            done,
        )

    # -- what comes of it ---------------------------------------------------------------------

    def _progressed(self, progress: Progress) -> None:
        self.progress = progress
        self._take_passed()
        self.changed.emit()

    def _looked(self, outcome: Outcome[Preview]) -> None:
        self._take_passed()
        if isinstance(outcome, Done):
            self.preview = outcome.value
            self._enter(MakerPhase.READY)
        elif isinstance(outcome, Failed):
            self.error = outcome.error
            self._enter(MakerPhase.REFUSED)
        else:
            self._enter(MakerPhase.STOPPED)

    def _wrote(self, outcome: Outcome[Created]) -> None:
        if isinstance(outcome, Done):
            self.created = outcome.value
            self._enter(MakerPhase.WRITTEN)
        elif isinstance(outcome, Failed):
            self.error = outcome.error
            self._enter(MakerPhase.FAILED)

    def _take_passed(self) -> None:
        if self._planner is not None:
            self.passed = tuple(self._planner.passed)

    def _enter(self, phase: MakerPhase) -> None:
        self.phase = phase
        self.changed.emit()
