"""Snapshots for many streams: which could use one, what would be written, and what became of it."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from inspector.core.errors import InspectorError
from inspector.core.texts import tr
from inspector.services.snapshotting import Planner, create, due, preview
from inspector.services.tasks import Done, Failed, Work

if TYPE_CHECKING:
    from inspector.core.events import StreamId
    from inspector.services.open_store import OpenedStore
    from inspector.services.tasks import Outcome, Progress
    from inspector.services.write_log import WriteLog
    from inspector.services.write_unlock import Unlock
    from inspector.ui.lanes import StoreLanes

MOST: Final = 10_000
"""Streams of one batch."""


class Fate(enum.Enum):
    """What is known of the snapshot of one stream."""

    READY = "ready"
    REFUSED = "refused"
    WRITTEN = "written"
    DOUBTFUL = "doubtful"
    """Written, and the check afterwards did not go well."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One stream.

    Attributes:
        digest: of the state that was previewed; ``statement`` what would be run.
        reason: why it was refused or failed, or what the check afterwards found.
    """

    stream: StreamId
    fate: Fate
    version: int | None = None
    digest: str = ""
    statement: str = ""
    reason: str = ""


class BatchPhase(enum.Enum):
    """Where the batch stands."""

    ASKING = "asking"
    LOOKING = "looking"
    LOOKED = "looked"
    WRITING = "writing"
    WROTE = "wrote"


class SnapshotBatch(QObject):
    """Looks for streams and previews each; writes those that are ready.

    Attributes:
        rows: what is known so far; ``stopped``: the last pass was stopped, so it is partial.
        cut: there are more streams than a batch takes.
        error: why the last pass ended before its time.

    Signals:
        changed(): it is further.
    """

    changed = Signal()

    def __init__(self, lanes: StoreLanes, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lanes = lanes
        self._planner: Planner | None = None
        self.phase = BatchPhase.ASKING
        self.rows: list[BatchRow] = []
        self.progress: Progress | None = None
        self.stopped = self.cut = False
        self.error: InspectorError | None = None

    @property
    def running(self) -> bool:
        """Whether a pass goes on."""
        return self.phase in (BatchPhase.LOOKING, BatchPhase.WRITING)

    def count(self, *fates: Fate) -> int:
        """How many rows have one of these fates."""
        return sum(row.fate in fates for row in self.rows)

    def look(self, longer_than: int, newer_than: int) -> None:
        """Look for streams, and preview the snapshot of each; nothing is written."""
        self._begin(BatchPhase.LOOKING)
        rows: list[BatchRow] = []
        self.rows, self.cut = rows, False

        def job(store: OpenedStore, work: Work) -> None:
            planner = self._planner = Planner(store)
            for stream in due(store, longer_than, newer_than, work):
                if len(rows) == MOST:
                    self.cut = True
                    return
                rows.append(_previewed(planner, stream, work))
                work.report(len(rows), None, tr("streams"))

        self._lanes.scan_store("make-snapshots", job, self._ended, self._progressed)

    def write(self, unlocked: Unlock, log: WriteLog) -> None:
        """Write what is ready, one row after the other; each is read back and verified."""
        planner, rows = self._planner, self.rows
        if planner is None or self.phase is not BatchPhase.LOOKED:
            return
        self._begin(BatchPhase.WRITING)

        def job(_store: OpenedStore, work: Work) -> None:
            ready = [n for n, row in enumerate(rows) if row.fate is Fate.READY]
            for done, number in enumerate(ready, start=1):
                work.check()  # between two rows; a row that was begun is finished
                rows[number] = _written(planner, rows[number], unlocked, log)
                work.report(done, len(ready), tr("snapshots"))

        self._lanes.scan_store("make-snapshots", job, self._ended, self._progressed)

    def stop(self) -> bool:
        """Stop after the row that is being done; returns whether anything was running."""
        if self.running:
            self._lanes.cancel("make-snapshots")
            return True
        return False

    def _begin(self, phase: BatchPhase) -> None:
        self.phase, self.stopped, self.error, self.progress = phase, False, None, None
        self.changed.emit()

    def _progressed(self, progress: Progress) -> None:
        self.progress = progress
        self.changed.emit()

    def _ended(self, outcome: Outcome[None]) -> None:
        if isinstance(outcome, Failed):
            self.error = outcome.error
        elif not isinstance(outcome, Done):
            self.stopped = True
        looked = self.phase is BatchPhase.LOOKING
        self.phase = BatchPhase.LOOKED if looked else BatchPhase.WROTE
        self.changed.emit()


def _previewed(planner: Planner, stream: StreamId, work: Work) -> BatchRow:
    try:
        shown = preview(planner, stream, None, work)
    except InspectorError as error:
        return BatchRow(stream, Fate.REFUSED, reason=f"{error.message} {error.hint}".strip())
    plan = shown.plan
    return BatchRow(stream, Fate.READY, plan.position, plan.state_sha256, shown.statement)


def _written(planner: Planner, row: BatchRow, unlocked: Unlock, log: WriteLog) -> BatchRow:
    """Preview again and write, if it is still what was shown."""
    try:
        shown = preview(planner, row.stream, row.version, Work())
        if shown.plan.state_sha256 != row.digest:
            return replace(row, fate=Fate.REFUSED, reason=tr("Its history changed since."))
        created = create(planner, shown, unlocked, Work(), log)
    except InspectorError as error:
        return replace(row, fate=Fate.FAILED, reason=f"{error.message} {error.hint}".strip())
    fate = Fate.WRITTEN if created.verified else Fate.DOUBTFUL
    return replace(row, fate=fate, reason=created.reason)
