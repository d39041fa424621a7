"""The timeline: one cursor, moved by mouse, keys and buttons, told in words and drawn exactly."""

from __future__ import annotations

import itertools
import sys
from array import array
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QAction, QColor
from PySide6.QtWidgets import QApplication

from inspector.ui.models.timeline_bins import build_lanes
from inspector.ui.models.timeline_scale import NumberScale
from inspector.ui.theme import Role, Theme, ThemeChoice, TintRole
from inspector.ui.widgets.timeline_axis import TimelineAxis, round_step
from inspector.ui.widgets.timeline_data import NO_DATA, SnapshotVerdict, TimelineData, Tone
from inspector.ui.widgets.timeline_item import signs_of
from inspector.ui.widgets.timeline_picture import (
    BOTTOM,
    TOP,
    Frame,
    draw_timeline,
    lane_colours,
)
from inspector.ui.widgets.timeline_plot import TimelinePlot
from inspector.ui.widgets.timeline_view import TimelineView
from inspector.ui.widgets.transport_bar import TransportBar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QImage
    from pytestqt.qtbot import QtBot

THIN = "\u2009"


def _data(count: int, types: int = 4, **more: object) -> TimelineData:
    codes = array("H", [index % types for index in range(count)])
    names = [f"Type{code}" for code in range(types)]
    return TimelineData(count, codes, names, **more)  # type: ignore[arg-type]


@pytest.fixture
def view(theme: Theme, qtbot: QtBot) -> TimelineView:
    made = TimelineView(theme)
    qtbot.addWidget(made)
    made.resize(1000, made.height())
    made.show()
    return made


def _show(view: TimelineView, data: TimelineData, qtbot: QtBot) -> TimelinePlot:
    view.set_data(data)
    qtbot.waitUntil(lambda: view.ready)
    plot = view.findChild(TimelinePlot)
    assert isinstance(plot, TimelinePlot)
    QApplication.processEvents()
    return plot


def _moves(view: TimelineView) -> list[object]:
    seen: list[object] = []
    view.cursor_moved.connect(seen.append)
    return seen


# --- Before there is anything ---


def test_without_events_nothing_can_be_moved(view: TimelineView, qtbot: QtBot) -> None:
    seen = _moves(view)
    assert view.cursor_index == -1
    assert view.readout.text() == "–"
    assert view.ready
    for name in ("first", "previous", "play", "next", "last"):
        assert not view.transport.button(name).isEnabled()
    qtbot.keyClick(view.slider, Qt.Key.Key_Right)
    assert not seen


def test_an_empty_timeline_says_so_and_a_full_one_does_not(
    view: TimelineView, qtbot: QtBot
) -> None:
    assert view._nothing.isVisible()
    view.set_empty_text("This stream has no events")
    assert view._nothing.text() == "This stream has no events"
    plot = _show(view, _data(42), qtbot)
    assert not view._nothing.isVisible()
    assert plot.isVisible()
    view.set_data(NO_DATA)
    assert view._nothing.isVisible()
    assert not plot.isVisible()


def test_the_legend_makes_room_for_a_longer_read_out(view: TimelineView, qtbot: QtBot) -> None:
    _show(view, _data(9), qtbot)
    before = view.legend.width()
    view.set_data(_data(1_000_000))
    qtbot.waitUntil(lambda: view.legend.width() < before)
    assert view.legend.geometry().right() <= view.readout.x()


def test_the_window_does_not_wait_for_the_drawing_libraries() -> None:
    """The module of the view must not import what takes half a second."""
    source = sys.modules["inspector.ui.widgets.timeline_view"]
    assert "numpy" not in vars(source)
    assert "pg" not in vars(source)
    assert "TimelinePlot" not in vars(source)


# --- Moving ---


def test_keys_move_the_cursor(view: TimelineView, qtbot: QtBot) -> None:
    _show(view, _data(42), qtbot)
    view.set_cursor_index(20)
    seen = _moves(view)
    shift = Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(view.slider, Qt.Key.Key_Right)
    qtbot.keyClick(view.slider, Qt.Key.Key_Left)
    qtbot.keyClick(view.slider, Qt.Key.Key_Period)
    qtbot.keyClick(view.slider, Qt.Key.Key_Comma)
    qtbot.keyClick(view.slider, Qt.Key.Key_Right, shift)
    qtbot.keyClick(view.slider, Qt.Key.Key_Left, shift)
    qtbot.keyClick(view.slider, Qt.Key.Key_End)
    qtbot.keyClick(view.slider, Qt.Key.Key_Right)
    qtbot.keyClick(view.slider, Qt.Key.Key_Home)
    assert seen == [21, 20, 21, 20, 30, 20, 41, 0]


def test_buttons_move_the_cursor(view: TimelineView, qtbot: QtBot) -> None:
    _show(view, _data(42), qtbot)
    view.set_cursor_index(20)
    seen = _moves(view)
    for name in ("next", "previous", "last", "first"):
        qtbot.mouseClick(view.transport.button(name), Qt.MouseButton.LeftButton)
    assert seen == [21, 20, 41, 0]
    assert not view.transport.button("first").isEnabled()
    assert view.transport.button("next").isEnabled()
    with qtbot.waitSignal(view.play_pressed):
        qtbot.mouseClick(view.transport.button("play"), Qt.MouseButton.LeftButton)


def test_a_click_moves_the_cursor_to_the_event_under_it(view: TimelineView, qtbot: QtBot) -> None:
    plot = _show(view, _data(42), qtbot)
    seen = _moves(view)
    target = plot._widget.viewport()
    for index in (0, 7, 41):
        at = QPoint(round(plot.x_of(index)), 30)
        qtbot.mouseClick(target, Qt.MouseButton.LeftButton, pos=at)
        assert view.cursor_index == index
    assert seen == [7, 41]
    assert view.slider.hasFocus()


def test_dragging_moves_on_and_stops_at_the_ends(view: TimelineView, qtbot: QtBot) -> None:
    plot = _show(view, _data(42), qtbot)
    target, seen = plot._widget.viewport(), _moves(view)
    qtbot.mousePress(target, Qt.MouseButton.LeftButton, pos=QPoint(round(plot.x_of(10)), 30))
    for index in (11, 12):
        qtbot.mouseMove(target, QPoint(round(plot.x_of(index)), 30))
    qtbot.mouseMove(target, QPoint(5000, 30))
    qtbot.mouseRelease(target, Qt.MouseButton.LeftButton, pos=QPoint(5000, 30))
    qtbot.mouseMove(target, QPoint(round(plot.x_of(3)), 30))
    assert seen == [10, 11, 12, 41]


def test_another_button_moves_nothing(view: TimelineView, qtbot: QtBot) -> None:
    plot = _show(view, _data(42), qtbot)
    seen = _moves(view)
    at = QPoint(round(plot.x_of(10)), 30)
    qtbot.mouseClick(plot._widget.viewport(), Qt.MouseButton.RightButton, pos=at)
    assert not seen


def test_the_owner_of_the_cursor_is_not_told_what_it_said(view: TimelineView, qtbot: QtBot) -> None:
    _show(view, _data(42), qtbot)
    seen = _moves(view)
    view.set_cursor_index(5)
    view.set_data(_data(3))
    assert view.cursor_index == 2
    assert not seen


def test_the_cursor_stays_while_the_stream_grows(view: TimelineView, qtbot: QtBot) -> None:
    _show(view, _data(42, complete=False), qtbot)
    view.set_cursor_index(26)
    assert view.readout.text() == "27 / 42+"
    view.set_data(_data(1_000_000))
    assert view.cursor_index == 26
    assert view.readout.text() == f"27 / 1{THIN}000{THIN}000"


# --- Words ---


def test_the_slider_speaks(view: TimelineView, qtbot: QtBot) -> None:
    data = _data(42, position_of=lambda index: index, describe=lambda index: "09:27\u202e")
    _show(view, data, qtbot)
    view.set_cursor_index(26)
    told = QAccessible.queryAccessibleInterface(view.slider)
    assert told.role() == QAccessible.Role.Slider
    assert told.text(QAccessible.Text.Name) == "Timeline"
    spoken = told.text(QAccessible.Text.Description)
    assert spoken == "Event 27 of 42: 26  Type2, 09:27\\u202e"
    assert told.valueInterface().currentValue() == 26
    assert told.valueInterface().maximumValue() == 41


def test_an_assistive_technology_can_set_the_cursor(view: TimelineView, qtbot: QtBot) -> None:
    _show(view, _data(42), qtbot)
    seen = _moves(view)
    QAccessible.queryAccessibleInterface(view.slider).valueInterface().setCurrentValue(7)
    assert seen == [7]


def test_a_place_tells_how_many_events_share_it(view: TimelineView, qtbot: QtBot) -> None:
    plot = _show(view, _data(1_000_000), qtbot)
    assert abs(plot.count_at(500_000) - 1 / plot._item.frame().per_unit) <= 1
    view.set_data(_data(42))
    assert plot.count_at(20) == 1


def test_marks_are_told_in_words(view: TimelineView, qtbot: QtBot) -> None:
    data = _data(42, snapshots=[20], findings=[30], failure_from=30)
    _show(view, data, qtbot)
    assert data.marks(19) == ()
    assert "snapshot" in data.marks(20)[0]
    assert "could not be applied" in data.marks(30)[0]
    assert "may be unknown" in data.marks(31)[0]
    view.set_cursor_index(20)
    assert "A snapshot was stored after this event." in view.slider.accessibleDescription()


def test_the_drawing_can_be_read_out(view: TimelineView, qtbot: QtBot) -> None:
    _show(view, _data(42, snapshots=[20], findings=[30], failure_from=30), qtbot)
    told = QAccessible.queryAccessibleInterface(view._place)
    spoken = told.text(QAccessible.Text.Description)
    assert told.text(QAccessible.Text.Name) == "Timeline drawing"
    assert spoken.startswith("42 events, 1 snapshot, 1 event could not be applied; Type0: 11")


def test_the_lane_of_a_type_is_named_in_the_legend(view: TimelineView, qtbot: QtBot) -> None:
    _show(view, _data(90, types=9), qtbot)
    entries = view.legend.entries
    assert [entry.colour for entry in entries] == [0, 1, 2, 3, 4, 5, None]
    assert entries[0].name == "Type0"
    assert entries[0].count == 10
    assert (entries[-1].name, entries[-1].count) == ("3 other types", 30)
    assert "Type5: 10 events" in view.legend.accessibleDescription()
    view.set_data(NO_DATA)
    assert not view.legend.entries


def test_the_transport_buttons_have_names(theme: Theme, qtbot: QtBot) -> None:
    bar = TransportBar(theme)
    qtbot.addWidget(bar)
    names = [bar.button(n).accessibleName() for n in ("first", "previous", "play", "next", "last")]
    assert names == ["First event", "Previous event", "Play", "Next event", "Last event"]
    bar.set_playing(True)
    assert bar.button("play").accessibleName() == "Pause"


def test_the_windows_actions_can_stand_behind_the_buttons(theme: Theme, qtbot: QtBot) -> None:
    bar = TransportBar(theme)
    qtbot.addWidget(bar)
    action, seen = QAction("On"), []
    action.triggered.connect(lambda: seen.append("action"))
    bar.following.connect(lambda: seen.append("signal"))
    bar.use_actions({"next": action})
    action.setEnabled(True)
    bar.set_place(0, 0)
    qtbot.mouseClick(bar.button("next"), Qt.MouseButton.LeftButton)
    assert seen == ["action"]


# --- Axis ---


@pytest.mark.parametrize(
    ("least", "step"), [(0.2, 1), (1, 1), (1.1, 2), (3, 5), (6, 10), (10, 10), (101, 200)]
)
def test_steps_are_round_whole_numbers(least: float, step: int) -> None:
    assert round_step(least) == step


@pytest.mark.parametrize(("first", "labels"), [(0, ["0", "10", "20"]), (1, ["10", "20", "30"])])
def test_labels_stand_at_round_positions(
    theme: Theme, first: int, labels: Sequence[str], qapp: QApplication
) -> None:
    axis = TimelineAxis(orientation="bottom")
    axis.content = _data(30, position_of=lambda index: index + first)
    (step, places), (small, between) = axis.tickValues(-0.5, 29.5, 300)
    assert (step, small) == (10, 2)
    assert axis.tickStrings(places, 1, step) == labels
    assert all(place == int(place) for place in (*places, *between))


def test_labels_never_are_fractions(theme: Theme, qapp: QApplication) -> None:
    axis = TimelineAxis(orientation="bottom")
    axis.content = _data(3)
    assert axis.tickValues(-0.5, 2.5, 1200) == [(1, [0.0, 1.0, 2.0])]
    axis.content = NO_DATA
    assert axis.tickValues(-0.5, 0.5, 1200) == []


# --- Picture ---


def _pixels(image: QImage) -> np.ndarray[tuple[int, int], np.dtype[np.uint32]]:
    flat = np.frombuffer(image.constBits(), np.uint32)
    return flat.reshape(image.height(), image.bytesPerLine() // 4)[:, : image.width()]


def _solid(colour: str) -> int:
    return 0xFF000000 | int(colour[1:], 16)


def _draw(data: TimelineData, theme: Theme, frame: Frame) -> QImage:
    lanes = build_lanes(data.type_codes, len(data.type_names))
    return draw_timeline(lanes, signs_of(data, NumberScale(data.count)), frame, theme.tokens)


@pytest.mark.parametrize("density", [1.0, 1.5, 2.0])
def test_every_event_is_a_square_in_its_lane(theme: Theme, density: float) -> None:
    data = _data(42)
    frame = Frame(-0.5, 41.5, 840, 80, density)
    pixels = _pixels(_draw(data, theme, frame))
    rows = []
    for code, colour in enumerate(lane_colours(build_lanes(data.type_codes, 4), theme.tokens)):
        found = pixels == _solid(colour)
        columns = np.flatnonzero(found.any(axis=0))
        starts = columns[np.flatnonzero(np.diff(columns, prepend=-9) > 1)]
        assert len(starts) == len(range(code, 42, 4))
        rows.append(np.flatnonzero(found.any(axis=1)))
        width = len(columns) / len(starts)
        assert width == len(rows[-1])
        centre = starts[0] + width / 2
        assert abs(centre - frame.x(code) * density) <= 1
    assert all(above[-1] < below[0] for above, below in itertools.pairwise(rows))


def test_a_lone_event_among_a_million_is_drawn_where_it_is(theme: Theme) -> None:
    codes = np.zeros(1_000_000, np.uint16)
    codes[654_321] = 1
    data = TimelineData(1_000_000, codes, ["a", "b"])  # type: ignore[arg-type]
    frame = Frame(0, 1_000_000, 1000, 80)
    pixels = _pixels(_draw(data, theme, frame))
    columns = np.flatnonzero((pixels == _solid(theme.tokens.event_types[1])).any(axis=0))
    assert columns.tolist() == [654, 655]


def test_bars_grow_with_the_count(theme: Theme) -> None:
    codes = array("H", [0] * 10_000)
    for index in range(5000):
        codes[index] = 1 if index % 50 else 0
    pixels = _pixels(
        _draw(TimelineData(10_000, codes, ["a", "b"]), theme, Frame(0, 10_000, 500, 80))
    )
    heights = (pixels == _solid(theme.tokens.event_types[0])).sum(axis=0)
    assert 0 < heights[100] < heights[400]


def test_rare_types_share_the_neutral_lane(theme: Theme) -> None:
    data = _data(90, types=9)
    pixels = _pixels(_draw(data, theme, Frame(-0.5, 89.5, 900, 80)))
    assert (pixels == _solid(theme.tokens.event_neutral)).any()


def test_marks_stand_above_and_below_the_lanes(theme: Theme) -> None:
    data = _data(42, snapshots=[20], findings=[30], failure_from=30)
    frame = Frame(-0.5, 41.5, 840, 80)
    image = _draw(data, theme, frame)
    diamond = image.pixelColor(round(frame.x(20)), round(80 - BOTTOM / 2 + 1))
    assert diamond == QColor(theme.tokens.tints[TintRole.SNAPSHOT].text)
    assert image.pixelColor(round(frame.x(30)), 3) == QColor(theme.tokens[Role.DANGER])
    pixels = _pixels(image)
    lanes = pixels[TOP : 80 - BOTTOM]
    before = _pixels(_draw(_data(42), theme, frame))[TOP : 80 - BOTTOM]
    changed = np.flatnonzero((lanes != before).any(axis=0))
    assert changed[0] >= frame.x(29.5) - 1
    assert changed[-1] <= frame.x(41.5)


def test_a_broken_rule_has_a_sign_of_its_own_and_words(theme: Theme) -> None:
    frame = Frame(-0.5, 41.5, 840, 80)
    data = replace(_data(42), broken={20: ["stock is never negative"]}, warnings={20: ["odd"]})
    other = replace(_data(42), warnings={20: ["odd"]})
    assert data.marks(20) == ("Rule broken: stock is never negative", "odd")
    assert "a rule is broken at 1 event" in data.summary()
    middle = QPoint(round(frame.x(20)), 5)
    danger = QColor(theme.tokens[Role.DANGER])
    assert _draw(data, theme, frame).pixelColor(middle) == danger
    assert _draw(other, theme, frame).pixelColor(middle) != danger


def test_a_snapshot_shows_what_a_check_found(theme: Theme) -> None:
    frame = Frame(-0.5, 41.5, 840, 80)
    verdicts = {
        10: SnapshotVerdict(Tone.RIGHT, "agrees"),
        20: SnapshotVerdict(Tone.DOUBT, "cannot be told"),
        30: SnapshotVerdict(Tone.WRONG, "differs"),
    }
    data = replace(_data(42), snapshots=[0, 10, 20, 30], verdicts=verdicts)
    assert data.marks(30) == ("A snapshot was stored after this event.", "differs")
    image, low = _draw(data, theme, frame), round(80 - BOTTOM / 2 + 1)
    at = {row: image.pixelColor(round(frame.x(row)), low) for row in (0, 10, 20, 30)}
    assert at[0] == QColor(theme.tokens.tints[TintRole.SNAPSHOT].text)
    assert at[10] == QColor(theme.tokens[Role.SUCCESS])
    assert at[20].alpha() == 0, "there is doubt: hollow"
    assert at[30] == QColor(theme.tokens[Role.DANGER])


def test_marks_are_found_in_both_directions() -> None:
    data = replace(_data(42), findings=[7], warnings={9: ["odd"]}, broken={3: ["low"], 30: ["low"]})
    on = [data.next_mark(row, 1) for row in (-1, 3, 7, 9, 30)]
    back = [data.next_mark(row, -1) for row in (41, 30, 9, 7, 3)]
    assert on == [3, 7, 9, 30, None]
    assert back == [30, 9, 7, 3, None]


@pytest.mark.parametrize("count", [1, 2, 3, 1000, 100_000])
def test_any_number_of_events_and_marks_can_be_drawn(theme: Theme, count: int) -> None:
    everywhere = range(count)
    data = _data(count, snapshots=everywhere, findings=everywhere, failure_from=0)
    for frame in (
        Frame(-0.5, count - 0.5, 900, 80),
        Frame(-0.5, count - 0.5, 1, 30, 2.0),
        Frame(count - 1, count + 5, 300, 80),
    ):
        assert not _draw(data, theme, frame).isNull()


def test_the_cursor_is_drawn_in_its_colour_in_every_theme(
    view: TimelineView, theme: Theme, qtbot: QtBot
) -> None:
    plot = _show(view, _data(42), qtbot)
    view.set_cursor_index(26)
    for choice in (ThemeChoice.LIGHT, ThemeChoice.DARK):
        theme.choose(choice)
        QApplication.processEvents()
        image = plot.grab().toImage()
        ratio = image.devicePixelRatio()
        at = QPoint(round(plot.x_of(26) * ratio), round(6 * ratio))
        assert image.pixelColor(at) == QColor(theme.tokens[Role.CURSOR])


def test_the_picture_is_drawn_again_only_when_something_changed(
    view: TimelineView, theme: Theme, qtbot: QtBot
) -> None:
    plot = _show(view, _data(100_000), qtbot)
    before = plot.picture().cacheKey()
    view.set_cursor_index(50_000)
    plot.repaint()
    assert plot.picture().cacheKey() == before
    theme.choose(ThemeChoice.DARK)
    assert plot.picture().cacheKey() != before
    before = plot.picture().cacheKey()
    view.resize(700, view.height())
    QApplication.processEvents()
    assert plot.picture().cacheKey() != before
