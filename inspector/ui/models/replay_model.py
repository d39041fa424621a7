"""The cursor of a stream and the state at it. The cursor has one owner: this model.

Slider, table row, timeline click and keyboard all go through :meth:`ReplayModel.move_to`. The
cursor moves at once; the state follows from the interactive lane, and only the newest answer is
shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from inspector.services.early_state import Question, differences, early_state, newest_snapshot
from inspector.services.replaying import StreamReplay
from inspector.services.tasks import Done, Failed

if TYPE_CHECKING:
    from collections.abc import Callable

    from inspector.core.diffing import Change
    from inspector.core.errors import InspectorError
    from inspector.core.events import StreamId
    from inspector.core.replaying import Step
    from inspector.services.early_state import EarlyState
    from inspector.services.open_store import StoreReader
    from inspector.services.tasks import Outcome, Progress, Work
    from inspector.ui.lanes import StoreLanes

SPEEDS = (0.5, 1.0, 2.0, 5.0, 10.0)
"""Events a second while playing."""

SHORTEST_GAP, LONGEST_GAP, UNKNOWN_GAP = 0.05, 2.0, 0.5
"""Seconds between two events played as they were: idle time is cut to the longest."""


@dataclass(frozen=True, slots=True)
class EarlyCheck:
    """What the history says about a snapshot whose state was shown before it was replayed.

    Attributes:
        changes: from the snapshot to the replayed state; empty: it is right; ``None``: nobody
            can say.
    """

    position: int
    changes: tuple[Change, ...] | None


class ReplayModel(QObject):
    """Replay of the stream that is shown.

    Attributes:
        replay: the loaded stream, or ``None`` while it is being begun.
        cursor: index of the row the replay stands at; -1 when there is none.
        step: the state at the cursor as far as it is known.
        snapshots: positions of the stream's stored snapshots.
        early: a state from a snapshot on, while the history of a long stream is replayed.

    Signals:
        stream_changed(): another stream, or none.
        loaded_changed(): more rows can be looked at, or loading ended.
        cursor_changed(object): index of the row the cursor went to.
        step_changed(object): a :class:`Step`, always of the newest cursor.
        snapshot_checked(object): an :class:`EarlyCheck`, once the history is replayed.
        playing_changed(bool): playing began or ended.
        failed(object): an :class:`InspectorError`.
    """

    stream_changed = Signal()
    loaded_changed = Signal()
    cursor_changed = Signal(object)
    step_changed = Signal(object)
    snapshot_checked = Signal(object)
    playing_changed = Signal(bool)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lanes: StoreLanes | None = None
        self.stream: StreamId | None = None
        self.replay: StreamReplay | None = None
        self.cursor = -1
        self.step: Step | None = None
        self.snapshots: tuple[int, ...] = ()
        self.early: EarlyState | None = None
        self.error: InspectorError | None = None
        self._wish: int | None = None
        self._gap_of: Callable[[int], float | None] | None = None
        self._player = QTimer(self)
        self._player.timeout.connect(self._play_on)

    @property
    def lanes(self) -> StoreLanes | None:
        """The lanes of the store that the stream is in."""
        return self._lanes

    @property
    def place(self) -> int | None:
        """The version at the cursor, or the one that is wanted while it is being read."""
        if self.step is not None and (self.step.index == self.cursor or self.is_early):
            return self.step.position
        return self._wish

    @property
    def is_early(self) -> bool:
        """Whether the state that is shown follows from a snapshot and is not yet verified."""
        return self.early is not None and self.step is self.early.step

    @property
    def count(self) -> int:
        """Rows that can be looked at."""
        return 0 if self.replay is None else len(self.replay)

    @property
    def complete(self) -> bool:
        """Whether the whole stream is loaded."""
        return self.replay is not None and self.replay.complete

    @property
    def playing(self) -> bool:
        """Whether the cursor moves by itself."""
        return self._player.isActive()

    def show(self, lanes: StoreLanes, stream: StreamId, position: int | None = None) -> None:
        """Load a stream; the cursor goes to ``position``, or to the last event."""
        self.clear()
        self._lanes = lanes
        self.stream = stream
        self._wish = position
        self.stream_changed.emit()
        lanes.scan("replay", self._loading(stream), self._loaded(stream), self._growing(stream))
        self._ask_early(lanes, stream, position)
        self.read_snapshots()

    def read_snapshots(self) -> None:
        """Read which versions of the stream have a snapshot."""
        lanes, stream = self._lanes, self.stream
        if lanes is None or stream is None:
            return
        lanes.ask(
            "snapshots",
            lambda reader, _work: reader.snapshots.positions(stream),
            self._snapshots_came(stream),
        )

    def read_on(self) -> None:
        """Read events that were added to the stream since; the cursor stays."""
        lanes, stream, replay = self._lanes, self.stream, self.replay
        if lanes is None or stream is None or replay is None or not replay.complete:
            return

        def job(reader: StoreReader, work: Work) -> StreamReplay:
            replay.load_new(reader, work)
            return replay

        lanes.scan("replay", job, self._loaded(stream), self._growing(stream))

    def clear(self) -> None:
        """Show no stream."""
        self.stop()
        if self._lanes is not None:
            self._lanes.cancel("replay")
            self._lanes.cancel("step")
            self._lanes.cancel("early")
        self._lanes = None
        self.stream, self.replay, self.step, self.error = None, None, None, None
        self.cursor = -1
        self.snapshots, self.early = (), None
        self.stream_changed.emit()

    def move_to(self, index: int) -> None:
        """Put the cursor on a row; beyond the ends it stays at the end."""
        index = min(max(index, 0), self.count - 1)
        if index < 0 or index == self.cursor:
            return
        self.cursor = index
        self.cursor_changed.emit(index)
        self._ask_step()

    def move_by(self, rows: int) -> None:
        """Move the cursor; a touch stops playing."""
        self.stop()
        self.move_to(self.cursor + rows)

    def move_to_next_of_type(self, direction: int) -> None:
        """Go to the next (1) or previous (-1) event of the type at the cursor."""
        if self.replay is None or self.cursor < 0:
            return
        codes = self.replay.history.codes
        wanted = codes[self.cursor]
        index = self.cursor + direction
        while 0 <= index < self.count and codes[index] != wanted:
            index += direction
        self.stop()
        if 0 <= index < self.count:
            self.move_to(index)

    def play(
        self,
        events_a_second: float | None,
        gap_of: Callable[[int], float | None] | None = None,
    ) -> None:
        """Let the cursor move by itself, from the beginning when it stands at the end.

        Args:
            events_a_second: the speed; ``None``: as it was, with idle time cut.
            gap_of: for that, seconds from a row to the next one, where they are known.
        """
        if self.cursor >= self.count - 1:
            self.move_to(0)
        self._gap_of = gap_of if events_a_second is None else None
        speed = events_a_second or 1 / UNKNOWN_GAP
        self._player.start(round(1000 / speed) if self._gap_of is None else self._next_gap())
        self.playing_changed.emit(True)

    def _next_gap(self) -> int:
        """Milliseconds until the next event is due."""
        gap = None if self._gap_of is None else self._gap_of(self.cursor)
        gap = UNKNOWN_GAP if gap is None else min(max(gap, SHORTEST_GAP), LONGEST_GAP)
        return round(1000 * gap)

    def stop(self) -> None:
        """Stop playing."""
        if self._player.isActive():
            self._player.stop()
            self.playing_changed.emit(False)

    # -- loading --------------------------------------------------------------------------

    def _loading(self, stream: StreamId) -> Callable[[StoreReader, Work], StreamReplay]:
        store = None if self._lanes is None else self._lanes.store
        rules = None if store is None else store.application

        def job(reader: StoreReader, work: Work) -> StreamReplay:
            replay = StreamReplay(reader, stream, rules)
            if replay.load_chunk(reader):
                self._begin_early(stream, replay)
                replay.load(reader, work)
            replay.complete = True
            return replay

        return job

    def _begin_early(self, stream: StreamId, replay: StreamReplay) -> None:
        """A long stream can be looked at while the rest is being read."""
        if stream == self.stream:
            self.replay = replay

    def _growing(self, stream: StreamId) -> Callable[[Progress], None]:
        def progress(_value: Progress) -> None:
            if stream == self.stream:
                self.loaded_changed.emit()

        return progress

    def _loaded(self, stream: StreamId) -> Callable[[Outcome[StreamReplay]], None]:
        def done(outcome: Outcome[StreamReplay]) -> None:
            if stream != self.stream:
                return
            if isinstance(outcome, Failed):
                self.error = outcome.error
                self.failed.emit(outcome.error)
            elif isinstance(outcome, Done):
                self.replay = outcome.value
                self.loaded_changed.emit()
                self._go_to_wish()
                self._check_early(stream, outcome.value)

        return done

    # -- a state from a snapshot on, until the history is replayed -------------------------------

    def _ask_early(self, lanes: StoreLanes, stream: StreamId, position: int | None) -> None:
        store = lanes.store
        if store is None or store.application is None or not store.reader.snapshots.available:
            return
        application, rules = store.application, store.rule_set

        def job(reader: StoreReader, work: Work) -> EarlyState | None:
            beginning = newest_snapshot(reader, stream, position, rules)
            return early_state(Question(reader, stream, application, work, position), beginning)

        def done(outcome: Outcome[EarlyState | None]) -> None:
            late = stream != self.stream or self.step is not None or self.cursor >= 0
            if not late and isinstance(outcome, Done) and outcome.value is not None:
                self.early = outcome.value
                self.step = outcome.value.step
                self.step_changed.emit(self.step)

        lanes.ask("early", job, done)

    def _check_early(self, stream: StreamId, replay: StreamReplay) -> None:
        early, lanes = self.early, self._lanes
        if early is None or lanes is None:
            return
        position = early.beginning.position

        def done(outcome: Outcome[tuple[Change, ...] | None]) -> None:
            if stream == self.stream and isinstance(outcome, Done):
                self.early = None
                self.snapshot_checked.emit(EarlyCheck(position, outcome.value))

        lanes.ask("early", lambda reader, _work: differences(early, replay, reader), done)

    def _go_to_wish(self) -> None:
        if self.replay is None or self.cursor >= 0:
            return
        index = self.count - 1
        if self._wish is not None:
            index = max(self.replay.history.index_of(self._wish), 0)
        self.move_to(index)

    def _snapshots_came(self, stream: StreamId) -> Callable[[Outcome[tuple[int, ...]]], None]:
        def done(outcome: Outcome[tuple[int, ...]]) -> None:
            if stream == self.stream and isinstance(outcome, Done):
                self.snapshots = outcome.value
                self.loaded_changed.emit()
            elif stream == self.stream and isinstance(outcome, Failed):
                self.failed.emit(outcome.error)

        return done

    # -- the step at the cursor --------------------------------------------------------------

    def _ask_step(self) -> None:
        lanes, replay, index = self._lanes, self.replay, self.cursor
        if lanes is None or replay is None:
            return
        lanes.ask("step", lambda reader, _work: replay.step(reader, index), self._step_came)

    def _step_came(self, outcome: Outcome[Step]) -> None:
        if isinstance(outcome, Failed):
            self.error = outcome.error
            self.failed.emit(outcome.error)
        elif isinstance(outcome, Done):
            self.step = outcome.value
            self.step_changed.emit(outcome.value)

    def _play_on(self) -> None:
        if self.cursor >= self.count - 1:
            self.stop()
            return
        self.move_to(self.cursor + 1)
        if self._gap_of is not None:
            self._player.setInterval(self._next_gap())
