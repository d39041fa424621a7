"""The timeline of what is shown: a stream, or the whole store.

Slider, table and tabs are one cursor. The cursor of a stream is the replay's; in the whole
store it is the row of the table, and the panel only says where somebody wants to go.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QToolButton, QVBoxLayout

from inspector.core.texts import thousands, tr
from inspector.core.zones import format_instant
from inspector.ui.models.chart_model import ChartModel, ChartState
from inspector.ui.models.event_table import summary_text
from inspector.ui.models.replay_model import SPEEDS
from inspector.ui.models.store_outline import OutlineState, StoreOutline
from inspector.ui.panels.timeline_clocks import Clocks
from inspector.ui.panels.timeline_content import (
    NOTHING_SAID,
    clock_data,
    no_clock,
    outline_note,
    store_data,
    stream_data,
)
from inspector.ui.panels.timeline_jumps import Jumps
from inspector.ui.panels.timeline_moments import Moments
from inspector.ui.widgets.timeline_data import NO_DATA, TimelineData
from inspector.ui.widgets.timeline_jump import JumpField
from inspector.ui.widgets.timeline_view import TimelineView

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import tzinfo

    from PySide6.QtGui import QAction

    from inspector.core.events import Count
    from inspector.core.instants import Instant
    from inspector.core.paths import Path
    from inspector.ui.lanes import StoreLanes
    from inspector.ui.models.event_table import EventTableModel
    from inspector.ui.models.replay_model import ReplayModel
    from inspector.ui.models.viewport import Viewport
    from inspector.ui.panels.timeline_content import Said
    from inspector.ui.theme import Theme
    from inspector.ui.widgets.timeline_charts import ChartStack
    from inspector.ui.widgets.timeline_data import SnapshotVerdict


REAL_GAPS = None
"""In place of a speed: as it was, with idle time cut."""


class TimelinePanel(QFrame):
    """Timeline, slider, transport buttons, axis and speed.

    Signals:
        row_asked(object): somebody wants to go to this row of the whole store.
        failed(object): an :class:`InspectorError`.
    """

    row_asked = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        theme: Theme,
        replay: ReplayModel,
        events: EventTableModel,
        actions: Mapping[str, QAction],
    ) -> None:
        super().__init__()
        self.setProperty("panel", "true")
        self._theme = theme
        self._replay = replay
        self._events = events
        self._zone: Callable[[], tzinfo | None] = lambda: UTC
        self._shown: object = None
        self._said = NOTHING_SAID
        self._hits: Sequence[int] = ()
        self.outline = StoreOutline(self)
        self.clocks = Clocks(replay, events, self.outline, self)
        self.view = TimelineView(theme)
        self.jump = JumpField(theme)
        self.charts = ChartModel(self)
        self._stack: ChartStack | None = None
        self.view.transport.use_actions(
            {name: actions[name] for name in ("first", "previous", "play", "next", "last")}
        )
        self.axis = self._make_axis()
        self.speeds = self._make_speeds()
        self.again = QToolButton()
        self.again.setText(tr("Go on"))
        self.again.setToolTip(tr("Count or calculate on from where it was stopped"))
        self.again.clicked.connect(self.go_on)
        self.again.hide()
        for tool in (self.again, self.jump, self.axis, self.speeds):
            self.view.add_tool(tool)
        self.moments = Moments(theme, self.view, (replay, self.outline), self.time_forms)
        self.jumps = Jumps(self.jump, replay, events, self.outline, self.zone)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(1, 1, 1, 2)  # the frame goes all round
        self._column.setSpacing(0)
        self._column.addWidget(self.view)
        self._connect()
        self._show()

    def _make_axis(self) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(tr("Axis"))
        box.setToolTip(tr("Place events by their number, or by the time they were recorded"))
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        box.addItem(tr("By number"), False)
        box.addItem(tr("By time"), True)
        box.currentIndexChanged.connect(self._show)
        return box

    def _make_speeds(self) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(tr("Speed"))
        box.setToolTip(tr("Events a second while playing; “as it was” cuts idle time"))
        for speed in SPEEDS:
            box.addItem(f"{speed:g}×", speed)
        box.addItem(tr("as it was"), REAL_GAPS)
        box.setCurrentIndex(SPEEDS.index(2.0))
        return box

    def _connect(self) -> None:
        view, replay = self.view, self._replay
        view.cursor_moved.connect(self._moved)
        view.touched.connect(replay.stop)
        view.typed.connect(self.ask_where)
        view.view_changed.connect(self._looked)
        replay.stream_changed.connect(self._stream_changed)
        self._events.count_changed.connect(self._rows_counted)
        replay.loaded_changed.connect(self._show)
        replay.cursor_changed.connect(self._show_cursor)
        replay.playing_changed.connect(view.set_playing)
        self.clocks.changed.connect(self._show)
        self.clocks.failed.connect(self.failed)
        self._events.page_arrived.connect(self._page_came)
        self.outline.changed.connect(self._show)
        self.outline.failed.connect(self.failed)
        self.charts.pins_changed.connect(self._show_pins)
        self.charts.lines_changed.connect(self._show_lines)
        self.charts.failed.connect(self.failed)
        view.became_ready.connect(self._show_pins)
        self.jump.left.connect(view.slider.setFocus)
        self.jumps.row_asked.connect(self._moved)

    # -- what the window asks for ---------------------------------------------------------------

    @property
    def speed(self) -> float | None:
        """Events a second while playing; ``None``: as it was, with idle time cut."""
        speed = self.speeds.currentData()
        return None if speed is REAL_GAPS else float(speed)

    @property
    def settled(self) -> bool:
        """Whether nothing more will change by itself."""
        return self.view.ready and not self.working

    @property
    def working(self) -> bool:
        """Whether something is being counted or calculated that can be stopped."""
        counting = self.outline.state is OutlineState.COUNTING
        return counting or self.clocks.loading or self.charts.running

    def switch_axis(self) -> None:
        """From numbers to the clock, and back."""
        if self.axis.isEnabled():
            self.axis.setCurrentIndex(1 - self.axis.currentIndex())

    def bring_back(self, *, by_time: bool, speed: float | None) -> None:
        """Axis and speed as they were; a speed that there is no longer is the usual one."""
        self.axis.setCurrentIndex(int(by_time))
        place = self.speeds.findData(REAL_GAPS if speed == 0 else speed)
        if speed is not None and place >= 0:
            self.speeds.setCurrentIndex(place)

    def zone(self) -> tzinfo | None:
        """The zone that times are shown in; ``None`` is the zone of this computer."""
        return self._zone()

    def set_zone(self, zone: Callable[[], tzinfo | None]) -> None:
        """Where to ask for the zone that times are shown in; call again when it changed."""
        self._zone = zone
        self.view.set_zone(zone)
        self.view.set_cursor_index(self.view.cursor_index)

    def show_store(self, lanes: StoreLanes) -> None:
        """Show the whole store in its own order."""
        self.clocks.forget()
        self.outline.show(lanes)

    def show_problems(
        self, warnings: Mapping[int, Sequence[str]], broken: Mapping[int, Sequence[str]]
    ) -> None:
        """What is to be said about rows of the stream, and where rules break, by position."""
        self._say(replace(self._said, warnings=warnings, broken=broken))

    def show_verdicts(self, verdicts: Mapping[int, SnapshotVerdict]) -> None:
        """What checks found about the stream's snapshots, by the position they were taken at."""
        self._say(replace(self._said, verdicts=verdicts))

    def show_bookmarks(
        self, of_stream: Mapping[int, Sequence[str]], of_store: Mapping[int, Sequence[str]]
    ) -> None:
        """What people say about marked rows: of the stream by version, of all by position."""
        self._say(replace(self._said, bookmarks=of_stream, of_store=of_store))

    def show_hits(self, rows: Sequence[int]) -> None:
        """Rows that the filter finds, among those that are shown."""
        if len(rows) or len(self._hits):
            self._hits = rows
            self._show()

    def _say(self, said: Said) -> None:
        if said != self._said:
            self._said = said
            self._show()

    def failing_row(self, direction: int) -> int | None:
        """The next (1) or previous (-1) row of the stream at which something is wrong."""
        return self.view.data.next_mark(self._replay.cursor, direction)

    def go_to_row(self, row: int) -> None:
        """Go to a row of what is shown: a stream, or the whole store."""
        self._moved(row)

    def show_row(self, row: int) -> None:
        """The table of the whole store stands at this row."""
        if self._replay.stream is None and 0 <= row < self.view.data.count:
            self.view.set_cursor_index(row)

    def ask_where(self, text: str = "") -> None:
        """Open the field that takes a number or a time."""
        if self.view.data.count:
            self._replay.stop()
            self.jump.open_field(text)

    def play_or_pause(self) -> None:
        """Play from the cursor on, or stop."""
        replay = self._replay
        if replay.playing:
            replay.stop()
        elif replay.count > 1 and self.speed is not None:
            replay.play(self.speed)
        elif replay.count > 1:
            self.clocks.play()

    def stop_work(self) -> None:
        """Give up what is being counted or read; what is there stays."""
        self.outline.stop()
        self.clocks.stop()
        self.charts.stop()

    def go_on(self) -> None:
        """Work on what was stopped."""
        self.outline.go_on()
        self.charts.go_on()
        self.clocks.go_on()

    # -- content ----------------------------------------------------------------------------------

    def _stream_changed(self) -> None:
        self.clocks.forget()
        self.moments.leave()
        self.jump.close_field()
        if self._replay.stream is not None:
            self.outline.clear()
        self._show()

    def _show(self) -> None:
        replay = self._replay.replay
        in_stream = replay is not None and len(replay) > 0
        data = self._data()
        if len(self._hits) and data.clock is None:  # by time, a far row's time is not at hand
            data = replace(data, hits=self._within(data.count))
        self._set_axis_usable()
        line = replay if in_stream else self.outline.density
        self.view.set_empty_text(self._empty_text())
        self.view.set_data(data, same_line=line is self._shown)
        self._shown = line
        self.view.set_note(self._note())
        self._offer_to_go_on()
        if in_stream and self._replay.cursor >= 0:
            self._show_cursor(self._replay.cursor)
        self.charts.show(self._replay.lanes, replay)
        self._show_lines()

    def _within(self, count: int) -> Sequence[int]:
        """Hits among the rows that the line knows by now."""
        return self._hits[: bisect_left(self._hits, count)]

    def _offer_to_go_on(self) -> None:
        stopped = self.outline.state in (OutlineState.STOPPED, OutlineState.FAILED)
        self.again.setVisible(stopped or self.clocks.stopped or self.charts.stopped)

    def _show_cursor(self, index: int) -> None:
        self.view.set_cursor_index(index)
        if self._stack is not None:
            self._stack.set_cursor(index)

    def _data(self) -> TimelineData:
        replay, by_time = self._replay.replay, bool(self.axis.currentData())
        if replay is not None and len(replay):
            times = self.clocks.of_stream() if by_time else None
            marks = (self._replay.snapshots, self._describe, times, self._said)
            return stream_data(replay, *marks)
        if self._replay.stream is not None:
            return NO_DATA
        clock = self.clocks.of_large_store() if by_time else None
        placed = clock and clock_data(self.outline, clock, self._describe, self.clocks.time_of)
        times = self.clocks.of_small_store() if by_time else None
        return placed or store_data(self.outline, self._describe, times, self._said)

    def _set_axis_usable(self) -> None:
        reason = "" if self._replay.stream is not None else no_clock(self.outline)
        self.axis.setEnabled(not reason)
        in_stream = self._replay.stream is not None
        self.axis.setItemText(0, self._number_name())
        self.jump.ask_for(
            tr("Version or time: 27, 2026-03-16 10:00")
            if in_stream
            else tr("Position or time: 27, 2026-03-16 10:00")
        )
        usual = tr("Place events by their number, or by the time they were recorded")
        self.axis.setToolTip(reason or usual)

    def _number_name(self) -> str:
        """Which number the axis shows: of a store, positions where these have no gap."""
        if self._replay.stream is not None:
            return tr("By number")
        density = self.outline.density
        known = density is not None and density.first_position is not None
        return tr("By position") if known else tr("By row")

    def _rows_counted(self, count: Count) -> None:
        """The table knows of rows that the whole store's timeline does not show yet."""
        if self._replay.stream is None and self._events.stream is None:
            self.outline.grown(count.value)

    def _empty_text(self) -> str:
        if self._replay.stream is not None:
            return tr("Reading the stream…")
        if self.outline.state is OutlineState.COUNTING:
            return tr("counting…")
        if self.outline.state is OutlineState.COMPLETE:
            return tr("No events here.")
        return tr("No stream is chosen")

    def _note(self) -> str:
        """What is to be known about the drawing, in a few words."""
        if self._replay.stream is None and outline_note(self.outline):
            return outline_note(self.outline)
        return self.clocks.note(by_time=bool(self.axis.currentData()))

    def time_text(self, moment: Instant) -> str:
        """A time as the window shows times."""
        return format_instant(moment, self._zone()).replace("T", " ")

    def time_forms(self, moment: Instant) -> list[str]:
        """A time in the window's zone, in UTC and in this computer's zone; each once."""
        zones = (self._zone(), UTC, None)
        forms = (format_instant(moment, zone).replace("T", " ") for zone in zones)
        return list(dict.fromkeys(form.replace("+00:00", "Z") for form in forms))

    def _describe(self, index: int) -> str:
        """Time and sentence of an event, where its page is in memory."""
        event = self._events.peek(index)
        if event is None:
            return ""
        moment = event.recorded_at
        words = [] if moment is None else [self.time_text(moment)]
        return "\n".join((*words, summary_text(event)))

    # -- moving -----------------------------------------------------------------------------------

    def _moved(self, index: int) -> None:
        self._replay.stop()
        if self._replay.stream is not None:
            self._replay.move_to(index)
        else:
            self.view.set_cursor_index(index)
            self.row_asked.emit(index)

    def _looked(self, view: Viewport) -> None:
        if self._replay.stream is None:
            self._look_closely(view)
        if self._stack is not None:
            self._stack.set_view(view)
        self.moments.hide()

    def _look_closely(self, view: Viewport) -> None:
        """Rows of the whole store are read one by one where few enough are visible."""
        plot = self.view.plot
        scale = None if plot is None else plot.scale
        if scale is None or scale.origin is None:
            self.outline.look(view.low, view.high)
        elif self.view.data.clock is not None:
            self.clocks.look(scale.origin, view.low, view.high)

    def _page_came(self) -> None:
        """Now the time of the cursor's row is at hand."""
        if self.view.data.clock is not None:
            self.view.set_cursor_index(self.view.cursor_index)

    # -- numbers under the timeline ---------------------------------------------------------------

    @property
    def pinned_paths(self) -> tuple[Path, ...]:
        """Numbers of the state that have a lane under the timeline."""
        return self.charts.pins

    def pin_number(self, path: Path) -> None:
        """Show a number of the state over the whole stream, in a lane under the timeline."""
        self.charts.pin(path)

    def unpin_number(self, path: Path) -> None:
        """Take a number's lane away."""
        self.charts.unpin(path)

    def _show_pins(self) -> None:
        """Lanes for the pinned numbers; their widgets are made when there is first one."""
        plot = self.view.plot
        if plot is None:
            return
        if self._stack is None and self.charts.pins:
            # Late: numpy comes with it, and by now the drawing libraries are there.
            from inspector.ui.widgets.timeline_charts import ChartStack  # noqa: PLC0415

            self._stack = ChartStack(self._theme)
            self._stack.removed.connect(self.unpin_number)
            self._stack.pointed.connect(self._moved)
            self._column.addWidget(self._stack)
            self._stack.set_view(plot.view)
        if self._stack is not None:
            self._stack.set_pins(self.charts.pins)
            self._stack.set_cursor(self._replay.cursor)
            self._show_lines()

    def _show_lines(self) -> None:
        plot = self.view.plot
        self._offer_to_go_on()
        if self._stack is not None and plot is not None:
            self._stack.set_lines(self.charts.line, self._line_note, plot.scale)

    def _line_note(self, path: Path) -> str:
        if self._replay.stream is None:
            return tr("choose a stream")
        state, line = self.charts.state(path), self.charts.line(path)
        rows = thousands(0 if line is None else line.rows)
        words = {
            ChartState.WAITING: tr("reading the stream…"),
            ChartState.RUNNING: tr("calculating… {n}", n=rows),
            ChartState.STOPPED: tr("stopped: only the first {n}", n=rows),
            ChartState.FAILED: tr("failed: only the first {n}", n=rows),
        }
        return words.get(state, "")
