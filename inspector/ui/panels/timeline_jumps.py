"""Going to a number or a time that was typed, in a stream or in the whole store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from inspector.core.errors import InspectorError
from inspector.services.event_times import last_event_until
from inspector.services.finding_rows import row_numbered, row_until
from inspector.services.jumping import parse_jump
from inspector.services.tasks import Done, Failed

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

    from inspector.core.instants import Instant
    from inspector.services.open_store import StoreReader
    from inspector.services.tasks import Outcome, Work
    from inspector.ui.models.event_table import EventTableModel
    from inspector.ui.models.replay_model import ReplayModel
    from inspector.ui.models.store_outline import StoreOutline
    from inspector.ui.widgets.timeline_jump import JumpField

KEY = "jump"


class Jumps(QObject):
    """Reads what was typed and finds the row.

    Signals:
        row_asked(object): the row that was found.
    """

    row_asked = Signal(object)

    def __init__(
        self,
        field: JumpField,
        replay: ReplayModel,
        events: EventTableModel,
        outline: StoreOutline,
        zone: Callable[[], tzinfo | None],
    ) -> None:
        super().__init__(field)
        self._field, self._replay, self._events = field, replay, events
        self._outline, self._zone = outline, zone
        field.asked.connect(self._asked)

    def _asked(self, text: str) -> None:
        try:
            where = parse_jump(text, self._zone(), self._near())
            if isinstance(where, int):
                self._to_number(where)
            else:
                self._to_time(where)
        except InspectorError as error:
            self._field.say(error.message, error.hint or "")

    def _near(self) -> Instant | None:
        """A time on the day that is being looked at."""
        row = self._replay.cursor if self._replay.stream is not None else 0
        event = self._events.peek(max(row, 0))
        return None if event is None else event.recorded_at

    # -- numbers ----------------------------------------------------------------------------------

    def _to_number(self, number: int) -> None:
        replay = self._replay.replay
        if replay is not None:
            self._go(replay.index_at(number))
            return
        density, lanes = self._outline.density, self._outline.lanes
        if density is None or lanes is None:
            return

        lanes.ask(KEY, lambda reader, _work: row_numbered(reader, density, number), self._came)

    # -- times ------------------------------------------------------------------------------------

    def _to_time(self, moment: Instant) -> None:
        model = self._replay
        if model.replay is not None and model.lanes is not None:
            replay = model.replay

            def in_stream(reader: StoreReader, work: Work) -> int:
                event = last_event_until(reader, replay.stream, moment, work)
                position = -1 if event.position is None else event.position
                return max(replay.history.index_of(position), 0)

            model.lanes.ask(KEY, in_stream, self._came)
            return
        density, lanes = self._outline.density, self._outline.lanes
        if density is not None and lanes is not None:
            lanes.ask(
                KEY, lambda reader, work: row_until(reader, density, moment, work), self._came
            )

    # -- going there ------------------------------------------------------------------------------

    def _came(self, outcome: Outcome[int]) -> None:
        if isinstance(outcome, Failed):
            self._field.say(outcome.error.message, outcome.error.hint or "")
        elif isinstance(outcome, Done):
            self._go(outcome.value)

    def _go(self, row: int) -> None:
        self._field.close_field()
        self.row_asked.emit(row)
