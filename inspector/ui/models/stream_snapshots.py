"""The snapshots of the stream that is shown: listed, checked, and one of them looked at."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from inspector.services.snapshot_files import compute, save
from inspector.services.snapshot_reports import line_of
from inspector.services.snapshot_viewing import StreamChecker, list_stream
from inspector.services.tasks import Done, Failed
from inspector.ui.models.store_model import Phase

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from inspector.core.errors import InspectorError
    from inspector.core.events import StreamId
    from inspector.core.snapshot_checks import SnapshotCheck
    from inspector.services.snapshot_lines import SnapshotKey, SnapshotLine
    from inspector.services.snapshot_viewing import SnapshotView
    from inspector.services.tasks import Outcome
    from inspector.ui.models.replay_model import ReplayModel
    from inspector.ui.models.rules_model import RulesModel
    from inspector.ui.models.store_model import StoreModel
    from inspector.ui.models.verdict_book import VerdictBook


class ListState(enum.Enum):
    """Where the list of a stream's snapshots stands."""

    NO_STREAM = "no-stream"
    NO_PLACE = "no-place"
    """The store has no place for snapshots that its layout knows."""
    READING = "reading"
    READ = "read"
    FAILED = "failed"


class StreamSnapshots(QObject):
    """Lists when it is looked at, checks when it is asked to.

    Attributes:
        lines: the newest first; ``error``: why they could not be read.
        view: the snapshot that is looked at, once it was compared; ``chosen``: which one it is.
        verifying: a check of several is running; ``stopped``: the last one was stopped.
        check_error: why the last check failed.

    Signals:
        listed(): other lines, or another state.
        viewed(): ``view`` or ``chosen`` is another one.
        verified(): a check began or ended.
        filed(object): a state was kept as a file: ``None``, or why it was not.
    """

    listed = Signal()
    viewed = Signal()
    verified = Signal()
    filed = Signal(object)

    def __init__(
        self,
        store: StoreModel,
        replay: ReplayModel,
        rules: RulesModel,
        book: VerdictBook,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store, self._replay, self.book = store, replay, book
        self._checker = StreamChecker()
        self._front = self._due = False
        self._wish: SnapshotKey | None = None
        self.state = ListState.NO_STREAM
        self.lines: tuple[SnapshotLine, ...] = ()
        self.error: InspectorError | None = None
        self.chosen: SnapshotKey | None = None
        self.view: SnapshotView | None = None
        self.verifying = self.stopped = False
        self.check_error: InspectorError | None = None
        replay.stream_changed.connect(self._stream_changed)
        store.changed.connect(self._begin_anew)
        rules.changed.connect(self._begin_anew)

    @property
    def stream(self) -> StreamId | None:
        """The stream that is shown."""
        return self._replay.stream

    def set_front(self, *, front: bool) -> None:
        """Whether anybody looks; behind another tab nothing is read."""
        self._front = front
        if front and self._due:
            self.read()

    def again(self) -> None:
        """Read the list anew, now or when somebody looks; what is chosen stays."""
        self._due = self.stream is not None
        if self._front and self._due:
            self.read()

    def read(self) -> None:
        """Read the list."""
        self._due = False
        stream = self.stream
        if stream is None or self._store.phase is not Phase.OPEN:
            return
        if not self._store.lanes.store or not self._store.lanes.store.reader.snapshots.available:
            self._enter(ListState.NO_PLACE)
            return
        if not self.lines:
            self._enter(ListState.READING)

        def done(outcome: Outcome[tuple[SnapshotLine, ...]]) -> None:
            if stream != self.stream:
                return
            if isinstance(outcome, Failed):
                self.error = outcome.error
                self._enter(ListState.FAILED)
            elif isinstance(outcome, Done):
                self.lines = outcome.value
                self._enter(ListState.READ)
                self._go_to_wish()

        self._store.lanes.ask(
            "stream-snapshots", lambda reader, _work: list_stream(reader, stream), done
        )

    def choose(self, key: SnapshotKey | None) -> None:
        """Look at one snapshot: it is read, and compared with a replay."""
        stream = self.stream
        if key == self.chosen or stream is None:
            return
        self.chosen, self.view, self.check_error = key, None, None
        self.viewed.emit()
        if key is None:
            return
        checker = self._checker

        def done(outcome: Outcome[SnapshotView]) -> None:
            if key != self.chosen or stream != self.stream:
                return
            if isinstance(outcome, Failed):
                self.check_error = outcome.error
            elif isinstance(outcome, Done):
                self.view = outcome.value
                self.book.put((line_of(outcome.value.check),))
            self.viewed.emit()

        self._store.lanes.scan_store(
            "view-snapshot", lambda store, work: checker.view(store, stream, key, work), done
        )

    def wish_for(self, key: SnapshotKey) -> None:
        """Look at this snapshot as soon as its stream is listed."""
        self._wish = key
        if self.state is ListState.READ:
            self._go_to_wish()

    def verify(self, only: Collection[SnapshotKey] | None = None) -> None:
        """Check all snapshots of the stream, or some."""
        stream = self.stream
        if stream is None or self.verifying or not self.lines:
            return
        self.verifying, self.stopped, self.check_error = True, False, None
        self.verified.emit()
        checker = self._checker

        def done(outcome: Outcome[list[SnapshotCheck]]) -> None:
            self.verifying = False
            if isinstance(outcome, Failed):
                self.check_error = outcome.error
            elif isinstance(outcome, Done):
                self.book.put([line_of(check) for check in outcome.value])
            else:
                self.stopped = True
            self.verified.emit()

        self._store.lanes.scan_store(
            "verify-stream", lambda store, work: checker.check(store, stream, work, only), done
        )

    def save_correct(self, version: int, file: Path) -> None:
        """Keep what the history gives at a version as a file; the store is not touched."""
        stream = self.stream
        if stream is None:
            return

        def done(outcome: Outcome[None]) -> None:
            if isinstance(outcome, Failed):
                self.filed.emit(outcome.error)
            elif isinstance(outcome, Done):
                self.filed.emit(None)

        self._store.lanes.scan_store(
            "snapshot-file",
            lambda store, work: save(compute(store, stream, version, work), file),
            done,
        )

    def stop(self) -> bool:
        """Stop a check; returns whether one was running."""
        if self.verifying and self._store.phase is Phase.OPEN:
            self._store.lanes.cancel("verify-stream")
            return True
        return False

    # -- what happens around ------------------------------------------------------------------

    def _go_to_wish(self) -> None:
        """What was asked for, or else the newest: that is the one an application loads."""
        wish, self._wish = self._wish, None
        known = [line.key for line in self.lines]
        if wish in known:
            self.choose(wish)
        elif self.chosen not in known:
            self.choose(known[0] if known else None)

    def _begin_anew(self) -> None:
        """Another store, or other rules: nothing that was learnt of it holds."""
        self._checker = StreamChecker()
        self._stream_changed()

    def _stream_changed(self) -> None:
        if self.stop():
            self.verifying = False
        self.lines, self.error, self.check_error = (), None, None
        self.chosen, self.view, self.stopped = None, None, False
        self._due = self.stream is not None
        self._enter(ListState.NO_STREAM if self.stream is None else ListState.READING)
        self.viewed.emit()
        self.verified.emit()
        if self._front and self._due:
            self.read()

    def _enter(self, state: ListState) -> None:
        self.state = state
        self.listed.emit()
