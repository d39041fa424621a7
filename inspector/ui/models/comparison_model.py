"""What the diff tab compares: the event at the cursor with the one before, or two pins A and B.

A pin keeps the state it was set at, so that it holds while the cursor moves, and also when
another stream is opened: two streams can be compared as well as two versions of one.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from inspector.services.comparing import (
    Comparison,
    Moment,
    compare,
    compare_with_event_before,
)
from inspector.services.tasks import Done, Failed
from inspector.ui.models.store_model import Phase

if TYPE_CHECKING:
    from inspector.core.errors import InspectorError
    from inspector.core.events import StreamId
    from inspector.core.replaying import Step
    from inspector.services.replaying import StreamReplay
    from inspector.services.tasks import Outcome
    from inspector.ui.models.replay_model import ReplayModel
    from inspector.ui.models.store_model import StoreModel


class Side(enum.Enum):
    """The two pins."""

    A = "A"
    B = "B"


@dataclass(frozen=True, slots=True)
class Pins:
    """Two pins with their states, and whether they are compared."""

    first: Moment | None = None
    second: Moment | None = None
    compared: bool = False


NOTHING_PINNED: Final = Pins()


class ComparisonModel(QObject):
    """Two pins, and what differs.

    Attributes:
        pins: what is pinned; ``between_pins``: the pins are compared, not the event before.
        comparison: what differs, or ``None`` while there is nothing to compare.
        loading: a comparison of two pins is being made; ``error``: why there is none.

    Signals:
        changed(): pins, mode or comparison are others now.
        paired(): the second of two pins was set.
    """

    changed = Signal()
    paired = Signal()

    def __init__(
        self, store: StoreModel, replay: ReplayModel, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._store, self._replay = store, replay
        self._wish = 0
        self._before: tuple[str, tuple[int | None, int | None]] = ("", (None, None))
        self.pins: dict[Side, Moment | None] = {Side.A: None, Side.B: None}
        self.between_pins = False
        self.comparison: Comparison | None = None
        self.loading = False
        self.error: InspectorError | None = None
        replay.step_changed.connect(self._step_changed)
        replay.stream_changed.connect(self._stream_changed)
        replay.loaded_changed.connect(self._pin_as_before)
        store.changed.connect(self._store_changed)

    @property
    def both(self) -> bool:
        """Whether A and B are set."""
        return all(pin is not None for pin in self.pins.values())

    @property
    def pinned_here(self) -> tuple[int | None, int | None]:
        """Versions A and B of the stream that is shown; pins of other streams do not count."""
        stream = self._replay.stream
        first, second = (
            None if pin is None or stream is None or pin.stream != stream else pin.step.position
            for pin in (self.pins[Side.A], self.pins[Side.B])
        )
        return first, second

    @property
    def kept(self) -> Pins:
        """What is pinned, to be taken up again later."""
        return Pins(self.pins[Side.A], self.pins[Side.B], self.between_pins)

    def take_up(self, kept: Pins) -> None:
        """Pin what was pinned; versions that are just being pinned are not any more."""
        self._before = ("", (None, None))
        if self._store.phase is Phase.OPEN:
            for side in Side:
                self._store.lanes.cancel(("pin", side))
        self.pins = {Side.A: kept.first, Side.B: kept.second}
        self.between_pins = kept.compared and self.both
        self._compare()

    # -- what can be asked for ----------------------------------------------------------------

    def pin(self, side: Side) -> None:
        """Pin the version at the cursor; the second pin shows what lies between the two."""
        replay, stream, index = self._replay.replay, self._replay.stream, self._replay.cursor
        if stream is None or replay is None or index < 0:
            return
        step = self._replay.step
        if step is not None and step.index == index and not self._replay.is_early:
            self._set(side, Moment(stream, step, replay.history.counted))
            return
        self._pin_at(side, stream, replay, index)

    def bring_back(self, stream: str, pins: tuple[int | None, int | None]) -> None:
        """Pin these versions again once the stream of this name is there."""
        self._before = (stream, pins)
        self._pin_as_before()  # the stream may be there already

    def _pin_as_before(self) -> None:
        replay, stream = self._replay.replay, self._replay.stream
        (name, pins), told = self._before, (None, None)
        if replay is None or stream is None or not replay.complete or pins == told:
            return
        if stream.name != name:
            return
        self._before = ("", told)
        for side, position in zip(Side, pins, strict=True):
            index = None if position is None else replay.history.exact_index_of(position)
            if index is not None:
                self._pin_at(side, stream, replay, index, quiet=True)

    def _pin_at(
        self,
        side: Side,
        stream: StreamId,
        replay: StreamReplay,
        index: int,
        *,
        quiet: bool = False,
    ) -> None:
        def done(outcome: Outcome[Step]) -> None:
            if isinstance(outcome, Done):
                moment = Moment(stream, outcome.value, replay.history.counted)
                self._set(side, moment, quiet=quiet)
            elif isinstance(outcome, Failed):
                self.error = outcome.error
                self.changed.emit()

        # The state at the cursor is on its way, and the cursor may go on before it is here.
        self._store.lanes.ask(("pin", side), lambda reader, _work: replay.step(reader, index), done)

    def _set(self, side: Side, moment: Moment, *, quiet: bool = False) -> None:
        self.pins[side] = moment
        if self.both:
            self.between_pins = True
        self._compare()
        if self.both and not quiet:
            self.paired.emit()

    def clear(self, side: Side) -> None:
        """Take a pin away, or one that is just being set."""
        if self._store.phase is Phase.OPEN:
            self._store.lanes.cancel(("pin", side))
        self.pins[side] = None
        self.between_pins = False
        self._compare()

    def swap(self) -> None:
        """Look at the difference the other way round."""
        pins = self.pins
        pins[Side.A], pins[Side.B] = pins[Side.B], pins[Side.A]
        self._compare()

    def compare_pins(self, wanted: bool) -> None:
        """Compare the pins, or the event at the cursor with the one before."""
        if wanted != self.between_pins and (self.both or not wanted):
            self.between_pins = wanted
            self._compare()

    # -- comparing ----------------------------------------------------------------------------

    def _compare(self) -> None:
        self._wish += 1
        self.error = None
        first, second = self.pins[Side.A], self.pins[Side.B]
        if self.between_pins and first is not None and second is not None:
            self._compare_in_background(first, second)
        else:
            self.loading = False
            self.comparison = self._with_event_before()
        self.changed.emit()

    def _with_event_before(self) -> Comparison | None:
        step, stream, replay = self._replay.step, self._replay.stream, self._replay.replay
        if step is None or stream is None or self._replay.is_early:
            return None
        counted = replay is not None and replay.history.counted
        return compare_with_event_before(Moment(stream, step, counted))

    def _compare_in_background(self, first: Moment, second: Moment) -> None:
        """States may be huge: they are compared in the lane, not in the window."""
        shown = self.comparison
        if shown is not None and (shown.before, shown.after) == (first, second):
            return
        self.loading, self.comparison = True, None
        wish = self._wish

        def done(outcome: Outcome[Comparison]) -> None:
            if wish != self._wish:
                return
            self.loading = False
            if isinstance(outcome, Failed):
                self.error = outcome.error
            elif isinstance(outcome, Done):
                self.comparison = outcome.value
            self.changed.emit()

        self._store.lanes.ask("compare", lambda _reader, _work: compare(first, second), done)

    # -- what happens around ------------------------------------------------------------------

    def _step_changed(self, _step: Step) -> None:
        if not self.between_pins:
            self._compare()

    def _stream_changed(self) -> None:
        if not self.between_pins:
            self._compare()

    def _store_changed(self) -> None:
        if self._store.phase is not Phase.OPEN:
            self.pins = {Side.A: None, Side.B: None}
            self.between_pins = False
            self._compare()
