"""The clocks of the timeline: of a stream or a small store row by row, of a large one counted."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from inspector.core.texts import thousands, tr
from inspector.services.stream_times import NO_TIME, nanoseconds_of
from inspector.ui.models.store_clock import StoreClock
from inspector.ui.models.stream_clock import StreamClock
from inspector.ui.panels.timeline_content import no_clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inspector.ui.models.event_table import EventTableModel
    from inspector.ui.models.replay_model import ReplayModel
    from inspector.ui.models.store_outline import StoreOutline


class Clocks(QObject):
    """Reads the times of what is shown, when they are asked for.

    Attributes:
        of_store: the clock of a store that is too large to hold the time of each row.

    Signals:
        changed(): reading began, went on, or ended, or there is more to see.
        failed(object): an :class:`InspectorError`.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(
        self,
        replay: ReplayModel,
        events: EventTableModel,
        outline: StoreOutline,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._replay, self._events, self._outline = replay, events, outline
        self._of_rows = StreamClock(self)
        self.of_store = StoreClock(self)
        for clock in (self._of_rows, self.of_store):
            clock.changed.connect(self.changed)
            clock.failed.connect(self.failed)

    @property
    def loading(self) -> bool:
        """Whether times are being read."""
        return self._of_rows.loading or self.of_store.loading

    @property
    def stopped(self) -> bool:
        """Whether reading ended before all were read."""
        return self._of_rows.stopped or self.of_store.stopped

    def forget(self) -> None:
        """Something else is shown."""
        self._of_rows.forget()
        self.of_store.forget()

    def stop(self) -> None:
        """Give up reading."""
        self._of_rows.stop()
        self.of_store.stop()

    def go_on(self) -> None:
        """Read on after a stop."""
        if self.stopped:
            self._want()

    def of_stream(self) -> Sequence[int] | None:
        """Times of the stream's rows; ``None`` while they are not known."""
        return self._times(self._replay.count) if self._replay.complete else None

    def of_small_store(self) -> Sequence[int] | None:
        """Times of all rows of a store that holds the type of each; ``None`` elsewhere."""
        density = self._outline.density
        if density is None or density.types is None:
            return None
        return self._times(len(density.types))

    def of_large_store(self) -> StoreClock | None:
        """The clock of a counted store; ``None`` elsewhere."""
        density = self._outline.density
        if density is None or density.types is not None:
            return None
        if not self.of_store.stopped and not no_clock(self._outline):
            self._want()
        return self.of_store

    def time_of(self, row: int) -> int | None:
        """The time of a row of the whole store whose page is in memory."""
        event = self._events.peek(row)
        found = NO_TIME if event is None else nanoseconds_of(event.recorded_at)
        return None if found == NO_TIME else found

    def look(self, origin: int, low: float, high: float) -> None:
        """This part of a large store's clock is visible, in nanoseconds after its beginning."""
        self.of_store.look(math.floor(low) + origin, math.ceil(high) + origin)

    def play(self) -> None:
        """Play the stream as it was, once its times are known."""
        replay, lanes, stream = self._replay, self._replay.lanes, self._replay.stream
        if lanes is not None and stream is not None:
            clock = self._of_rows
            clock.want(lanes, stream, replay.count, lambda: replay.play(None, clock.gap))

    def note(self, *, by_time: bool) -> str:
        """What is to be known about the times, in a few words."""
        for clock in (self._of_rows, self.of_store):
            if clock.loading:
                return tr("reading times… {n}", n=thousands(clock.done))
        if self.stopped and by_time:
            return tr("stopped: times were not all read")
        return self._known_note() if by_time else ""

    def _known_note(self) -> str:
        known = self._of_rows.known or self.of_store.counter
        if known is None:
            return ""
        if not known.known:
            return tr("no event has a time")
        if known.missing:
            return tr("{n} without a time", n=thousands(known.missing))
        return tr("zone not stored, shown as UTC") if known.without_zone else ""

    def _times(self, rows: int) -> Sequence[int] | None:
        known = self._of_rows.known
        if (known is None or len(known.times) < rows) and not self.stopped:
            self._want()
        return self._of_rows.times(rows)

    def _want(self) -> None:
        model, outline = self._replay, self._outline
        density, lanes = outline.density, outline.lanes
        if model.lanes is not None and model.stream is not None:
            self._of_rows.want(model.lanes, model.stream, model.count)
        elif lanes is None or density is None:
            return
        elif density.types is None:
            self.of_store.want(lanes, density)
        else:
            self._of_rows.want(lanes, None, len(density.types))
