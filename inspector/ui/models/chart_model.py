"""Numbers that are pinned under the timeline, and their values over the stream.

Pins belong to the window and stay when another stream is shown. A walk over the stream in the
scanning lane finds all their values; what was found until somebody stopped it stays, and says
that it is a part.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from inspector.services.tasks import Done, Failed
from inspector.services.value_history import ValueWalk

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from inspector.core.errors import InspectorError
    from inspector.core.paths import Path
    from inspector.services.open_store import StoreReader
    from inspector.services.replaying import StreamReplay
    from inspector.services.tasks import Outcome, Progress, Work
    from inspector.services.value_history import Line
    from inspector.ui.lanes import StoreLanes


class ChartState(enum.Enum):
    """How far a line is."""

    WAITING = "waiting"
    RUNNING = "running"
    COMPLETE = "complete"
    STOPPED = "stopped"
    FAILED = "failed"


class ChartModel(QObject):
    """Pinned numbers of the state.

    Attributes:
        pins: paths of the pinned values, top lane first.

    Signals:
        pins_changed(): a number was pinned or taken away.
        lines_changed(): there is more to see of the lines, or their state is another.
        failed(object): an :class:`InspectorError`; what was found stays.
    """

    pins_changed = Signal()
    lines_changed = Signal()
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.pins: tuple[Path, ...] = ()
        self._lanes: StoreLanes | None = None
        self._replay: StreamReplay | None = None
        self._walks: dict[Path, ValueWalk] = {}
        self._states: dict[Path, ChartState] = {}
        self._running: dict[Hashable, ValueWalk] = {}
        self._number = 0

    def pin(self, path: Path) -> None:
        """Pin the number at a path; one that is pinned stays where it is."""
        if path in self.pins:
            return
        self.pins = (*self.pins, path)
        self.pins_changed.emit()
        self._begin([path])

    def unpin(self, path: Path) -> None:
        """Take a number away."""
        if path not in self.pins:
            return
        self.pins = tuple(pin for pin in self.pins if pin != path)
        self._walks.pop(path, None)
        self._states.pop(path, None)
        wanted = set(self._walks.values())
        for key in [key for key, walk in self._running.items() if walk not in wanted]:
            self._cancel(key)
        self.pins_changed.emit()

    @property
    def running(self) -> bool:
        """Whether a walk is under way."""
        return bool(self._running)

    @property
    def stopped(self) -> bool:
        """Whether a line is not complete and nobody works on it."""
        ends = (ChartState.STOPPED, ChartState.FAILED)
        return any(self.state(path) in ends for path in self.pins)

    def state(self, path: Path) -> ChartState:
        """How far the line of a pin is."""
        return self._states.get(path, ChartState.WAITING)

    def line(self, path: Path) -> Line | None:
        """The line of a pin, as far as it is known."""
        walk = self._walks.get(path)
        return None if walk is None else walk.lines()[walk.paths.index(path)]

    # -- the stream -----------------------------------------------------------------------------

    def show(self, lanes: StoreLanes | None, replay: StreamReplay | None) -> None:
        """Follow the numbers of this stream; again when more of it has been loaded."""
        if replay is not self._replay:
            self.stop()
            self._walks.clear()
            self._states.clear()
        self._lanes, self._replay = lanes, replay
        if replay is None or not replay.complete:
            return
        fresh = [pin for pin in self.pins if pin not in self._walks]
        self._begin(fresh)
        for walk in set(self._walks.values()):
            if not walk.complete and walk not in self._running.values() and self._may_grow(walk):
                self._run(walk)

    def _may_grow(self, walk: ValueWalk) -> bool:
        """Whether a walk came to the end of the stream before the stream had grown."""
        return all(self.state(path) is ChartState.COMPLETE for path in walk.paths)

    def stop(self) -> None:
        """Stop all walks; what was found stays."""
        for key in list(self._running):
            self._cancel(key)

    def go_on(self) -> None:
        """Walk on after a stop."""
        for walk in set(self._walks.values()):
            if not walk.complete and walk not in self._running.values():
                self._run(walk)

    def _begin(self, paths: Sequence[Path]) -> None:
        if self._lanes is None or self._replay is None or not paths:
            return
        if not self._replay.complete:
            return  # comes back through ``show`` when the stream is loaded
        walk = ValueWalk(self._replay, paths)
        self._walks.update(dict.fromkeys(paths, walk))
        self._run(walk)

    def _run(self, walk: ValueWalk) -> None:
        lanes = self._lanes
        if lanes is None:
            return
        self._number += 1
        key = ("chart", self._number)
        self._running[key] = walk
        self._enter(walk, ChartState.RUNNING)

        def job(reader: StoreReader, work: Work) -> None:
            walk.run(reader, work)

        def done(outcome: Outcome[None]) -> None:
            if self._running.pop(key, None) is not None:
                self._ended(walk, outcome)

        def progress(_value: Progress) -> None:
            if key in self._running:
                self.lines_changed.emit()

        lanes.scan(key, job, done, progress)

    def _ended(self, walk: ValueWalk, outcome: Outcome[None]) -> None:
        if isinstance(outcome, Done):
            self._enter(walk, ChartState.COMPLETE)
        elif isinstance(outcome, Failed):
            self._enter(walk, ChartState.FAILED)
            error: InspectorError = outcome.error
            self.failed.emit(error)
        else:
            self._enter(walk, ChartState.STOPPED)

    def _cancel(self, key: Hashable) -> None:
        walk = self._running.pop(key)
        if self._lanes is not None:
            self._lanes.cancel(key)
        self._enter(walk, ChartState.STOPPED)

    def _enter(self, walk: ValueWalk, state: ChartState) -> None:
        for path in walk.paths:
            if self._walks.get(path) is walk:
                self._states[path] = state
        self.lines_changed.emit()
