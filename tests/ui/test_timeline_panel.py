"""The timeline's panel with real models, threads and stores."""

from __future__ import annotations

import sqlite3
from array import array
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QPoint, QPointF, QSettings, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QSlider

from inspector.services import store_clock, store_density
from inspector.services.open_store import OpenRequest, open_store
from inspector.services.sample import sample_store
from inspector.services.tasks import Work
from inspector.ui.main_window import MainWindow
from inspector.ui.models.chart_model import ChartState
from inspector.ui.models.replay_model import LONGEST_GAP, SHORTEST_GAP
from inspector.ui.models.store_model import Phase
from inspector.ui.models.store_outline import OutlineState
from inspector.ui.panels.timeline_content import CARD_WIDTH, card_lines
from inspector.ui.recent import RecentStores
from inspector.ui.widgets.timeline_data import TimelineData
from tests.helpers.stores import append, state, write_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from inspector.core.events import StreamId
    from inspector.ui.panels.timeline_panel import TimelinePanel
    from inspector.ui.theme import Theme
    from inspector.ui.widgets.timeline_plot import TimelinePlot

WALLET = "97e74d34-be82-5e8a-96b5-b0ea03c322a8"
"""The wallet of the incident: 26 events, its balance is negative after version 21."""


@pytest.fixture
def window(theme: Theme, qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    recent = RecentStores(QSettings(str(tmp_path / "recent.ini"), QSettings.Format.IniFormat))
    window = MainWindow(theme, settings, recent)
    qtbot.addWidget(window)
    window.show()
    yield window
    qtbot.waitUntil(lambda: window.timeline.view.ready)
    window.close()


def _wallet(window: MainWindow, qtbot: QtBot) -> TimelinePanel:
    window.open_request(OpenRequest(str(sample_store())), WALLET)
    qtbot.waitUntil(lambda: window.replay.step is not None and window.timeline.view.ready)
    QApplication.processEvents()
    return window.timeline


def _store(window: MainWindow, qtbot: QtBot, path: str | None = None) -> TimelinePanel:
    window.open_request(OpenRequest(path or str(sample_store())))
    qtbot.waitUntil(lambda: window.store.phase is Phase.OPEN and window.events.count.exact)
    qtbot.waitUntil(lambda: window.timeline.settled and window.timeline.view.plot is not None)
    QApplication.processEvents()
    return window.timeline


def _plot(panel: TimelinePanel) -> TimelinePlot:
    plot = panel.view.plot
    assert plot is not None
    return plot


def _wheel(plot: TimelinePlot, x: float, *, notches: QPoint, pixels: QPoint | None = None) -> None:
    target = plot._widget.viewport()
    at = QPointF(x, 30)
    event = QWheelEvent(
        at, QPointF(target.mapToGlobal(at)), pixels or QPoint(), notches,
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(target, event)


# --- zooming and panning ---


def test_the_wheel_zooms_at_the_mouse_and_a_touchpad_pans(window: MainWindow, qtbot: QtBot) -> None:
    panel = _wallet(window, qtbot)
    plot = _plot(panel)
    x = plot.x_of(10)
    _wheel(plot, x, notches=QPoint(0, 240))
    assert not plot.view.is_whole
    assert abs(plot.x_of(10) - x) <= 1
    before = plot.view
    _wheel(plot, x, notches=QPoint(), pixels=QPoint(-60, 3))
    assert plot.view.low > before.low
    assert plot.view.length == pytest.approx(before.length)
    _wheel(plot, x, notches=QPoint(0, -2400))
    assert plot.view.is_whole


def test_keys_zoom_pan_and_fit(window: MainWindow, qtbot: QtBot) -> None:
    panel = _wallet(window, qtbot)
    plot, slider = _plot(panel), panel.view.slider
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Plus)
    qtbot.keyClick(slider, Qt.Key.Key_Plus)
    closer = plot.view
    assert closer.length < 26 / 2
    window.actions_by_name["timeline-back"].trigger()
    assert plot.view.low < closer.low
    qtbot.keyClick(slider, Qt.Key.Key_Minus)
    assert plot.view.length > closer.length
    qtbot.keyClick(slider, Qt.Key.Key_0)
    assert plot.view.is_whole


def test_the_axis_can_be_dragged_and_the_cursor_stays(window: MainWindow, qtbot: QtBot) -> None:
    panel = _wallet(window, qtbot)
    plot = _plot(panel)
    panel.view.zoom(1)
    panel.view.zoom(1)
    target = plot._widget.viewport()
    y = target.height() - 6
    before, cursor = plot.view, panel.view.cursor_index
    qtbot.mousePress(target, Qt.MouseButton.LeftButton, pos=QPoint(300, y))
    qtbot.mouseMove(target, QPoint(420, y))
    qtbot.mouseRelease(target, Qt.MouseButton.LeftButton, pos=QPoint(420, y))
    assert plot.view.low < before.low
    assert panel.view.cursor_index == cursor


def test_the_view_follows_the_cursor_out_of_sight(window: MainWindow, qtbot: QtBot) -> None:
    panel = _wallet(window, qtbot)
    for _ in range(3):
        panel.view.zoom(1)
    window.replay.move_to(0)
    view = _plot(panel).view
    assert view.low <= 0 <= view.high
    assert not view.is_whole


def test_the_overview_drags_what_is_visible(window: MainWindow, qtbot: QtBot) -> None:
    panel = _wallet(window, qtbot)
    plot = _plot(panel)
    strip = plot._overview
    assert strip.accessibleDescription() == "100 % are visible"
    for _ in range(3):
        panel.view.zoom(1)
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert plot.view.low == plot.view.first
    held = strip._window().center().toPoint()
    qtbot.mousePress(strip, Qt.MouseButton.LeftButton, pos=held)
    qtbot.mouseMove(strip, held + QPoint(5000, 0))
    qtbot.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=held)
    assert plot.view.high == plot.view.last
    assert "100" not in strip.accessibleDescription()


# --- the clock ---


def test_events_can_lie_at_their_time(window: MainWindow, qtbot: QtBot) -> None:
    panel = _wallet(window, qtbot)
    plot = _plot(panel)
    even = [plot.x_of(index + 1) - plot.x_of(index) for index in range(25)]
    assert max(even) - min(even) < 2
    panel.axis.setCurrentIndex(1)
    qtbot.waitUntil(lambda: panel.view.data.times is not None)
    assert plot.x_of(18) - plot.x_of(17) < 1  # a refund within the same second
    assert plot.x_of(17) - plot.x_of(16) > 20
    seen: list[object] = []
    panel.view.cursor_moved.connect(seen.append)
    target = plot._widget.viewport()
    qtbot.mouseClick(target, Qt.MouseButton.LeftButton, pos=QPoint(round(plot.x_of(16)), 30))
    assert window.replay.cursor == 16
    panel.axis.setCurrentIndex(0)
    assert panel.view.data.times is None


def test_the_axis_obeys_the_zone_of_the_window(window: MainWindow, qtbot: QtBot) -> None:
    panel = _wallet(window, qtbot)
    panel.axis.setCurrentIndex(1)
    qtbot.waitUntil(lambda: panel.view.data.times is not None)
    axis = _plot(panel)._axis
    low, high = 0.0, 4e13
    [(_, utc)] = axis.tickValues(low, high, 1000)
    assert axis.tickStrings(utc, 1, 1)[0].endswith("06:00")
    panel.set_zone(lambda: ZoneInfo("Asia/Kathmandu"))
    [(_, local)] = axis.tickValues(low, high, 1000)
    assert axis.tickStrings(local, 1, 1)[0].endswith("12:00")
    assert (local[0] - utc[0]) % (3600 * 10**9) == 15 * 60 * 10**9
    event = window.events.event_at(20)
    assert event is not None
    assert event.recorded_at is not None
    assert panel.time_text(event.recorded_at).endswith("+05:45")


def test_a_stream_without_times_says_so(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    rows = [("a", n, "shop:Order.Placed", b'{"n": 1}') for n in range(1, 4)]
    window.open_request(OpenRequest(str(write_store(tmp_path / "n.db", rows))), "a")
    qtbot.waitUntil(lambda: window.replay.step is not None and window.timeline.view.ready)
    window.timeline.axis.setCurrentIndex(1)
    qtbot.waitUntil(lambda: "no event has a time" in window.timeline.view.note.text())
    assert window.timeline.view.data.times is None


def test_times_of_new_events_are_read_on(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = write_store(tmp_path / "g.db", [("a", n, "shop:T", state(n)) for n in range(1, 5)])
    window.open_request(OpenRequest(str(path)), "a")
    qtbot.waitUntil(lambda: window.replay.step is not None and window.timeline.view.ready)
    panel = window.timeline
    panel.axis.setCurrentIndex(1)
    qtbot.waitUntil(lambda: panel.view.data.times is not None)
    append(path, [("a", n, "shop:T", state(n)) for n in range(5, 8)])
    replay, lanes = window.replay.replay, window.replay.lanes
    assert replay is not None
    assert lanes is not None
    lanes.scan("more", replay.load_new, lambda _outcome: window.replay.loaded_changed.emit())
    qtbot.waitUntil(lambda: panel.view.data.count == 7 and panel.view.data.times is not None)
    assert len(panel.view.data.times or ()) == 7


# --- going to a number or a time ---


def _type(panel: TimelinePanel, qtbot: QtBot, text: str) -> None:
    field = panel.jump.field
    field.setText(text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_a_digit_on_the_timeline_opens_the_field(window: MainWindow, qtbot: QtBot) -> None:
    panel = _wallet(window, qtbot)
    slider = panel.view.slider
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_1)
    assert panel.jump.isVisible()
    qtbot.keyClicks(panel.jump.field, "2")
    assert panel.jump.field.text() == "12"
    qtbot.keyClick(panel.jump.field, Qt.Key.Key_Return)
    assert window.replay.cursor == 11
    assert not panel.jump.isVisible()
    assert slider.hasFocus()


@pytest.mark.parametrize(
    ("text", "cursor"),
    [("21", 20), ("2026-03-16 10:00:01", 20), ("2026-03-16 10:00", 19), ("2026-03-15", 18)],
)
def test_one_goes_to_a_number_or_a_time(
    window: MainWindow, qtbot: QtBot, text: str, cursor: int
) -> None:
    panel = _wallet(window, qtbot)
    window.actions_by_name["go-to"].trigger()
    _type(panel, qtbot, text)
    qtbot.waitUntil(lambda: window.replay.cursor == cursor)
    assert not panel.jump.isVisible()


@pytest.mark.parametrize(
    ("text", "words"),
    [("abc", "neither a number nor a time"), ("99", "no version 99"), ("2001-01-01", "until")],
)
def test_where_one_cannot_go_is_said_beside_the_field(
    window: MainWindow, qtbot: QtBot, text: str, words: str
) -> None:
    panel = _wallet(window, qtbot)
    panel.ask_where()
    _type(panel, qtbot, text)
    qtbot.waitUntil(lambda: words in panel.jump.problem.full_text)
    assert panel.jump.isVisible()
    assert window.replay.cursor == 25
    qtbot.keyClick(panel.jump.field, Qt.Key.Key_Escape)
    assert not panel.jump.isVisible()


# --- playing ---


def test_playing_as_it_was_cuts_idle_time(window: MainWindow, qtbot: QtBot) -> None:
    panel = _wallet(window, qtbot)
    window.replay.move_to(17)
    panel.speeds.setCurrentIndex(panel.speeds.count() - 1)
    assert panel.speed is None
    panel.play_or_pause()
    qtbot.waitUntil(lambda: window.replay.playing)
    # 155 milliseconds lie between these two refunds, and days before the next event.
    assert window.replay._next_gap() == 155
    qtbot.waitUntil(lambda: window.replay.cursor == 18)
    assert window.replay._player.interval() == round(LONGEST_GAP * 1000)
    assert SHORTEST_GAP < 0.155
    panel.play_or_pause()
    assert not window.replay.playing


@pytest.mark.parametrize("touch", ["wheel", "key", "click", "zoom"])
def test_a_touch_stops_playing(window: MainWindow, qtbot: QtBot, touch: str) -> None:
    panel = _wallet(window, qtbot)
    plot = _plot(panel)
    window.replay.move_to(0)
    panel.play_or_pause()
    assert window.replay.playing
    if touch == "wheel":
        _wheel(plot, 200, notches=QPoint(0, 120))
    elif touch == "key":
        qtbot.keyClick(panel.view.slider, Qt.Key.Key_Right)
    elif touch == "zoom":
        panel.view.zoom(1)
    else:
        target = plot._widget.viewport()
        qtbot.mouseClick(target, Qt.MouseButton.LeftButton, pos=QPoint(400, 30))
    assert not window.replay.playing


# --- what is under the mouse ---


def test_the_card_tells_what_an_event_changed(window: MainWindow, qtbot: QtBot) -> None:
    panel = _wallet(window, qtbot)
    plot = _plot(panel)
    qtbot.mouseMove(plot._widget.viewport(), QPoint(round(plot.x_of(20)), 30))
    card = panel.moments.card
    assert card is not None
    assert card.isVisible()
    assert card.lines[0].text == "21  RefundReversed"
    qtbot.waitUntil(lambda: any("was 13.40" in line.text for line in card.lines))
    words = [line.text for line in card.lines]
    assert words[1] == "2026-03-16 10:00:00.154770Z"
    assert any(text.startswith("~ balance_after  -25.00") for text in words)
    assert "balance_after" in card.accessibleDescription()
    window.replay.move_to(3)
    assert window.replay.cursor == 3
    panel.moments.hovered(-1)
    assert not card.isVisible()


def test_store_text_on_the_card_is_never_markup(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    evil = "<img src='file:///etc/passwd'>\u202e"
    rows = [("a", n, evil, state(n, **{evil: n})) for n in (1, 2)]
    window.open_request(OpenRequest(str(write_store(tmp_path / "x.db", rows))), "a")
    qtbot.waitUntil(lambda: window.replay.step is not None and window.timeline.view.ready)
    QApplication.processEvents()
    panel = window.timeline
    panel.moments.hovered(1)
    card = panel.moments.card
    assert card is not None
    qtbot.waitUntil(lambda: any("~" in line.text for line in card.lines))
    assert "\u202e" not in card.accessibleDescription()
    assert "\\u202e" in card.accessibleDescription()
    assert not card.grab().isNull()


# --- the whole store ---


def test_a_small_store_is_shown_row_by_row(window: MainWindow, qtbot: QtBot) -> None:
    panel = _store(window, qtbot)
    assert panel.view.data.count == 4464
    assert panel.view.data.density is None
    assert sum(entry.count for entry in panel.view.legend.entries) == 4464
    assert panel.outline.state is OutlineState.COMPLETE
    assert panel.axis.isEnabled()


def test_a_small_store_can_lie_on_a_clock(window: MainWindow, qtbot: QtBot) -> None:
    panel = _store(window, qtbot)
    window.actions_by_name["timeline-clock"].trigger()
    qtbot.waitUntil(lambda: panel.view.data.times is not None)
    times = panel.view.data.times
    assert times is not None
    assert len(times) == 4464
    event = window.events.event_at(0)
    assert event is not None
    assert event.recorded_at is not None
    assert times[0] == event.recorded_at.nanoseconds


def test_rows_positions_and_versions_are_told_apart(window: MainWindow, qtbot: QtBot) -> None:
    panel = _store(window, qtbot)
    header = partial(window.events.headerData, 0, Qt.Orientation.Horizontal)
    assert panel.axis.itemText(0) == "By position"
    assert panel.view.readout.text().startswith("row ")
    assert "Position" in panel.jump.field.placeholderText()
    assert "whole store" in header(Qt.ItemDataRole.ToolTipRole)
    window.conductor.find_and_show(WALLET, None, 3)
    qtbot.waitUntil(lambda: panel.view.readout.text() == "3 / 26")
    assert panel.axis.itemText(0) == "By number"
    assert "Version" in panel.jump.field.placeholderText()
    assert header(Qt.ItemDataRole.ToolTipRole) == "Version in the stream, as stored"


def test_the_timeline_shows_positions_where_they_have_no_gap_and_rows_elsewhere(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    rows = [("a", n, "shop:T", state(n)) for n in range(1, 31)]
    path = write_store(tmp_path / "gaps.db", rows)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM stored_events WHERE originator_version < 11")
    panel = _store(window, qtbot, str(path))
    first = window.events.event_at(0)
    assert first is not None
    assert panel.axis.itemText(0) == "By position"
    assert panel.view.data.position(0) == first.global_position == 11
    assert panel.view.data.position(19) == 30
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM stored_events WHERE originator_version = 20")
    panel = _store(window, qtbot, str(path))
    qtbot.waitUntil(lambda: panel.view.data.count == 19)
    assert panel.axis.itemText(0) == "By row"
    assert panel.view.data.position(18) == 19


def test_the_card_says_all_of_what_is_wrong() -> None:
    said = "“a wallet is never overdrawn (shop.rules.toml:203)” does not hold after this event."
    data = TimelineData(1, array("H", [0]), ["Spent"], broken={0: [said]})
    texts = [line.text for line in card_lines(data, 0, 1, lambda _moment: (), None)]
    assert f"Rule broken: {said}" in " ".join(texts)
    assert max(map(len, texts)) <= CARD_WIDTH


def _large_on_a_clock(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, path: str | None = None
) -> TimelinePanel:
    """A store that is counted in bins rather than held row by row."""
    monkeypatch.setattr(store_density, "FIRST_LOOK", 1000)
    panel = _store(window, qtbot, path)
    qtbot.waitUntil(lambda: panel.outline.state is OutlineState.COMPLETE)
    assert panel.view.data.density is not None
    window.actions_by_name["timeline-clock"].trigger()
    return panel


def _time_at(window: MainWindow, qtbot: QtBot, row: int) -> int:
    window.events_panel.go_to(row)
    qtbot.waitUntil(lambda: window.events.event_at(row) is not None)
    event = window.events.event_at(row)
    assert event is not None
    assert event.recorded_at is not None
    assert event.recorded_at.nanoseconds is not None
    return event.recorded_at.nanoseconds


def test_a_large_store_lies_on_a_clock_counted_in_bins(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = _large_on_a_clock(window, qtbot, monkeypatch)
    qtbot.waitUntil(lambda: panel.view.data.clock is not None)
    data, plot = panel.view.data, _plot(panel)
    assert (data.count, data.density, data.times) == (4464, None, None)
    assert sum(entry.count for entry in panel.view.legend.entries) == 4464
    assert plot.scale.origin == data.clock.first  # type: ignore[union-attr]
    for row in (4463, 2000, 0):
        moment = _time_at(window, qtbot, row)
        assert int(plot.scale.place(row)) + plot.scale.origin == moment  # type: ignore[operator]
    window.actions_by_name["timeline-clock"].trigger()
    assert panel.view.data.density is not None


def test_single_rows_of_a_large_store_can_be_told_apart_on_the_clock(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_clock, "CLOSE", 1000)
    panel = _large_on_a_clock(window, qtbot, monkeypatch)
    qtbot.waitUntil(lambda: panel.view.data.clock is not None)
    moment, plot = _time_at(window, qtbot, 2000), _plot(panel)
    panel.view.set_cursor_index(2000)
    while panel.view.data.clock_closeup is None:
        panel.view.zoom(1)
        qtbot.wait(80)
    assert plot.scale.row(moment - panel.view.data.clock.first) == 2000  # type: ignore[union-attr]
    event = window.events.event_at(2000)
    assert event is not None
    assert event.type.endswith(panel.view.data.type_name(2000))
    assert plot.count_at(2000) >= 1
    panel.view.zoom(0)
    assert plot.count_at(2000) >= 1


def test_reading_the_times_of_a_large_store_can_be_stopped_and_gone_on_with(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_clock, "PAGE", 100)
    panel = _large_on_a_clock(window, qtbot, monkeypatch)
    clock = panel.clocks.of_store
    stop = clock.changed.connect(lambda: clock.stop() if 0 < clock.done < 4000 else None)
    assert panel.working
    qtbot.waitUntil(lambda: clock.stopped or panel.view.data.clock is not None)
    clock.changed.disconnect(stop)
    if clock.stopped:
        assert "stopped" in panel.view.note.full_text
        assert panel.view.data.clock is None, "a part is never shown as the whole"
        panel.again.click()
    qtbot.waitUntil(lambda: panel.view.data.clock is not None)
    assert panel.view.data.count == 4464


def test_a_store_without_times_says_so(window: MainWindow, qtbot: QtBot) -> None:
    panel = _store(window, qtbot)
    assert window.store.store is not None
    outline = window.store.store.reader.outline
    outline._place = None
    panel._show()
    assert not panel.axis.isEnabled()
    assert panel.axis.toolTip() == "This store keeps no time of its events."


def test_pointing_at_the_whole_store_moves_its_table_and_back(
    window: MainWindow, qtbot: QtBot
) -> None:
    panel = _store(window, qtbot)
    plot = _plot(panel)
    at = QPoint(round(plot.x_of(2000)), 30)
    qtbot.mouseClick(plot._widget.viewport(), Qt.MouseButton.LeftButton, pos=at)
    row = window.events_panel.view.currentIndex().row()
    assert abs(row - 2000) <= 4
    assert panel.view.cursor_index == row
    window.events_panel.view.selectRow(17)
    assert panel.view.cursor_index == 17


@pytest.mark.parametrize(("text", "row"), [("3000", 2999), ("2026-03-16 10:00:01", None)])
def test_one_goes_to_a_position_or_a_time_of_the_store(
    window: MainWindow, qtbot: QtBot, text: str, row: int | None
) -> None:
    panel = _store(window, qtbot)
    panel.ask_where()
    _type(panel, qtbot, text)
    qtbot.waitUntil(lambda: not panel.jump.isVisible())
    found = window.events_panel.view.currentIndex().row()
    qtbot.waitUntil(lambda: window.events.event_at(found) is not None)
    event = window.events.event_at(found)
    assert event is not None
    if row is not None:
        assert found == row
    else:
        assert event.recorded_at is not None
        assert event.recorded_at.text <= "2026-03-16T10:00:01Z"
        assert event.recorded_at.text > "2026-03-16T09:00:00Z"


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A store that does not fit into the first look."""
    monkeypatch.setattr(store_density, "FIRST_LOOK", 512)
    monkeypatch.setattr(store_density, "CHUNK", 1024)
    rows = [
        (f"s-{n % 9}", n, f"shop:T{n % 4 if n % 100 else 5}", state(n, n=n)) for n in range(5000)
    ]
    return str(write_store(tmp_path / "large.db", rows))


def test_a_large_store_is_counted_and_looked_at_closely(
    window: MainWindow, qtbot: QtBot, large: str
) -> None:
    panel = _store(window, qtbot, large)
    data = panel.view.data
    assert data.density is not None
    assert data.complete
    assert data.count == 5000
    assert sum(entry.count for entry in panel.view.legend.entries) == 5000
    assert not panel.view.note.isVisible()
    plot = _plot(panel)
    panel.view.set_cursor_index(100)
    for _ in range(9):
        panel.view.zoom(1)
    qtbot.waitUntil(lambda: panel.view.data.closeup is not None)
    assert panel.view.data.type_name(100) == "T5"
    assert panel.view.data.type_name(101) == "T1"
    assert plot.lanes.single(plot.view.low, plot.view.high)


def test_counting_that_was_stopped_says_that_it_is_a_part(
    window: MainWindow, qtbot: QtBot, large: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = store_density.StoreDensity._count_chunk

    def first_chunk_only(self: store_density.StoreDensity, reader: object) -> None:
        if self.counted().rows >= 1024:
            window.timeline.outline._lanes.cancel("outline")  # type: ignore[union-attr]
        real(self, reader)  # type: ignore[arg-type]

    monkeypatch.setattr(store_density.StoreDensity, "_count_chunk", first_chunk_only)
    panel = _store(window, qtbot, large)
    assert panel.outline.state is OutlineState.STOPPED
    assert not panel.view.data.complete
    assert "only a part" in panel.view.note.text()
    assert panel.view.data.line == 5000
    monkeypatch.setattr(store_density.StoreDensity, "_count_chunk", real)
    assert panel.again.isVisible()
    qtbot.mouseClick(panel.again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.outline.state is OutlineState.COMPLETE)
    assert panel.view.data.count == 5000
    assert not panel.view.note.isVisible()
    assert not panel.again.isVisible()


# --- numbers under the timeline ---


def test_a_number_is_drawn_over_the_whole_stream(window: MainWindow, qtbot: QtBot) -> None:
    panel = _wallet(window, qtbot)
    height = panel.height()
    panel.pin_number(("balance_after",))
    qtbot.waitUntil(lambda: panel.charts.state(("balance_after",)) is ChartState.COMPLETE)
    assert panel.pinned_paths == (("balance_after",),)
    stack = panel._stack
    assert stack is not None
    (lane,) = stack.lanes
    qtbot.waitUntil(lambda: panel.height() > height)
    assert lane.bounds.text() == "lowest -25.00   highest 84.50"
    assert lane.value.text() == "-25.00"
    window.replay.move_to(18)
    assert lane.value.text() == "84.50"
    for _ in range(4):
        panel.view.zoom(1)
    assert lane.bounds.text().startswith("visible: lowest 7.70")
    panel.view.zoom(0)
    window.replay.move_to(2)
    assert lane.value.text() == "no value"
    assert "lowest -25.00" in lane.accessibleDescription()
    assert lane.remove_button.accessibleName() == "Remove balance_after"


def test_lanes_are_stacked_removed_and_stay_for_the_next_stream(
    window: MainWindow, qtbot: QtBot
) -> None:
    panel = _wallet(window, qtbot)
    panel.pin_number(("balance_after",))
    panel.pin_number(("points_after",))
    panel.pin_number(("balance_after",))
    assert panel.pinned_paths == (("balance_after",), ("points_after",))
    stack = panel._stack
    assert stack is not None
    qtbot.mouseClick(stack.lanes[0].remove_button, Qt.MouseButton.LeftButton)
    assert [lane.path for lane in stack.lanes] == [("points_after",)]
    streams = window.streams
    qtbot.waitUntil(lambda: streams.rowCount() > 0)
    window.conductor.show_all_events()
    assert stack.lanes[0].note.text() == "choose a stream"
    window.conductor.show_stream(_wallet_id())
    qtbot.waitUntil(lambda: panel.charts.state(("points_after",)) is ChartState.COMPLETE)
    assert stack.lanes[0].bounds.text() == "lowest 31   highest 436"
    panel.unpin_number(("points_after",))
    assert not stack.isVisible()


def _wallet_id() -> StreamId:
    with closing(open_store(OpenRequest(str(sample_store())), Work())) as store:
        return store.reader.streams.find(WALLET)[0]


def test_pointing_at_a_line_moves_the_cursor(window: MainWindow, qtbot: QtBot) -> None:
    panel = _wallet(window, qtbot)
    panel.pin_number(("balance_after",))
    qtbot.waitUntil(lambda: panel.charts.state(("balance_after",)) is ChartState.COMPLETE)
    stack = panel._stack
    assert stack is not None
    chart = stack.lanes[0].chart
    qtbot.waitUntil(lambda: chart.width() > 500)
    at = QPoint(round(chart._x(12.0)), 10)
    qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=at)
    assert window.replay.cursor == 12
    assert abs(chart._x(12.0) - _plot(panel).x_of(12)) <= 1


def test_a_value_that_is_no_number_says_so(window: MainWindow, qtbot: QtBot) -> None:
    panel = _wallet(window, qtbot)
    panel.pin_number(("customer_name",))
    qtbot.waitUntil(lambda: panel.charts.state(("customer_name",)) is ChartState.COMPLETE)
    stack = panel._stack
    assert stack is not None
    assert stack.lanes[0].bounds.text() == "no number in this stream"
    assert stack.lanes[0].value.text().endswith("(no number)")


# --- assistive technology ---


def test_every_control_of_the_panel_has_a_name(window: MainWindow, qtbot: QtBot) -> None:
    panel = _wallet(window, qtbot)
    panel.pin_number(("balance_after",))
    controls = [
        widget
        for kind in (QAbstractButton, QComboBox, QLineEdit, QSlider)
        for widget in panel.findChildren(kind)
    ]
    assert len(controls) > 8
    for control in controls:
        name = control.accessibleName() or getattr(control, "text", lambda: "")()
        assert name, control
