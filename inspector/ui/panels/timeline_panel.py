"""The timeline of the stream that is shown; slider, table and tabs are one cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout

from inspector.core.texts import tr
from inspector.ui.models.event_table import short_type, summary_text
from inspector.ui.models.replay_model import SPEEDS
from inspector.ui.widgets.timeline_data import NO_DATA, TimelineData
from inspector.ui.widgets.timeline_view import TimelineView

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtGui import QAction

    from inspector.services.replaying import StreamReplay
    from inspector.ui.models.event_table import EventTableModel
    from inspector.ui.models.replay_model import ReplayModel
    from inspector.ui.theme import Theme


CURSOR_ACTIONS = (
    "previous", "play", "next", "back-ten", "on-ten", "previous-type", "next-type", "go-to",
)  # fmt: skip
"""Actions that need a stream; the first and last event exist in the whole store, too."""


class TimelinePanel(QFrame):
    """Timeline, slider, transport buttons and speed."""

    def __init__(
        self,
        theme: Theme,
        replay: ReplayModel,
        events: EventTableModel,
        actions: Mapping[str, QAction],
    ) -> None:
        super().__init__()
        self.setProperty("panel", "true")
        self._replay = replay
        self._events = events
        self._actions = actions
        self.view = TimelineView(theme)
        self.view.transport.use_actions(
            {name: actions[name] for name in ("first", "previous", "play", "next", "last")}
        )
        self._speed = QComboBox()
        self._speed.setAccessibleName(tr("Speed"))
        self._speed.setToolTip(tr("Events a second while playing"))
        for speed in SPEEDS:
            self._speed.addItem(f"{speed:g}×", speed)
        self._speed.setCurrentIndex(SPEEDS.index(2.0))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 8, 0)
        row.addWidget(self.view, 1)
        row.addWidget(self._speed)
        self.view.cursor_moved.connect(self._moved)
        replay.stream_changed.connect(self._show)
        replay.loaded_changed.connect(self._show)
        replay.cursor_changed.connect(self.view.set_cursor_index)
        replay.playing_changed.connect(self.view.set_playing)

    @property
    def speed(self) -> float:
        """Events a second while playing."""
        return float(self._speed.currentData())

    def _moved(self, index: int) -> None:
        self._replay.stop()
        self._replay.move_to(index)

    def _show(self) -> None:
        replay = self._replay.replay
        for name in CURSOR_ACTIONS:
            self._actions[name].setEnabled(replay is not None and len(replay) > 0)
        if replay is None or not len(replay):
            self.view.set_data(NO_DATA)
            return
        self.view.set_data(timeline_data(replay, self._replay.snapshots, self._describe))
        if self._replay.cursor >= 0:
            self.view.set_cursor_index(self._replay.cursor)

    def _describe(self, index: int) -> str:
        """Time and sentence of an event, where its page is in memory."""
        event = self._events.peek(index)
        if event is None:
            return ""
        moment = event.recorded_at
        words = [] if moment is None else [moment.text]
        return "\n".join((*words, summary_text(event)))


def timeline_data(
    replay: StreamReplay, snapshots: tuple[int, ...], describe: Callable[[int], str]
) -> TimelineData:
    """What the timeline shows of a stream, as far as it is loaded.

    The codes are copied: the view keeps a buffer of them, and an array with a buffer in use
    could not grow while the rest of the stream is being read.
    """
    history, count = replay.history, len(replay)
    marks = (history.exact_index_of(position) for position in snapshots)
    failures = replay.failures
    return TimelineData(
        count=count,
        type_codes=history.codes[:count],
        type_names=[short_type(name) for name in history.types],
        snapshots=[index for index in marks if index is not None and index < count],
        findings=failures,
        failure_from=failures[0] if failures else None,
        position_of=history.position_at,
        describe=describe,
        complete=replay.complete,
    )
