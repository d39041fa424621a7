"""Tabs of streams: each keeps its place, and none shows what another asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton

from inspector.ui.actions import reason_of
from inspector.ui.models.comparison_model import Side
from inspector.ui.models.store_model import Phase
from inspector.ui.session import Session, resume
from tests.helpers.stores import stream_rows, write_store
from tests.ui.windows import WALLET, new_window, open_store

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from inspector.ui.main_window import MainWindow
    from inspector.ui.theme import Theme


@pytest.fixture
def window(theme: Theme, qtbot: QtBot, tmp_path: Path) -> MainWindow:
    window = new_window(theme, qtbot, tmp_path, Session(tmp_path / "session.json"))
    rows = [*stream_rows("order-1", 1, 9), *stream_rows("order-2", 1, 5)]
    store = write_store(tmp_path / "two.db", [*rows, *stream_rows("order-3", 1, 3)])
    open_store(window, qtbot, store, "order-1")
    qtbot.waitUntil(lambda: window.streams.rowCount() == 3)
    return window


def stands(window: MainWindow, qtbot: QtBot, name: str, version: int) -> None:
    qtbot.waitUntil(
        lambda: (
            window.replay.stream is not None
            and window.replay.stream.name == name
            and window.replay.step is not None
            and window.replay.step.position == version
        )
    )


def names(window: MainWindow) -> list[str]:
    return [place.stream for place in window.stream_tabs.places]


def bar_texts(window: MainWindow) -> list[str]:
    bar = window.place.tabs
    return [bar.tabText(i) for i in range(bar.count())] if bar.isVisible() else []


def open_from_list(window: MainWindow, row: int, *, behind: bool) -> None:
    view = window.streams_panel.view
    place = view.visualRect(view.model().index(row, 0)).center()
    if behind:
        QTest.mouseClick(view.viewport(), Qt.MouseButton.MiddleButton, pos=place)
    else:
        view.setFocus()
        view.go_to_row(row)
        QTest.keyClick(view, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def test_with_one_tab_there_is_no_bar(window: MainWindow) -> None:
    assert bar_texts(window) == []
    assert reason_of(window.actions_by_name["next-tab"]) == "There is only one tab."
    assert reason_of(window.actions_by_name["reopen-tab"]) == "No tab was closed."


def test_each_tab_keeps_cursor_panel_and_pins(window: MainWindow, qtbot: QtBot) -> None:
    stands(window, qtbot, "order-1", 9)
    for row, side in ((2, Side.A), (5, Side.B)):
        window.replay.move_to(row)
        stands(window, qtbot, "order-1", row + 1)
        window.models.comparison.pin(side)
    qtbot.waitUntil(lambda: window.models.comparison.comparison is not None)
    window.details.show_tab("raw")
    open_from_list(window, 1, behind=True)
    assert names(window) == ["order-1", "order-2"]
    assert bar_texts(window) == ["order-1", "order-2"]
    stands(window, qtbot, "order-1", 6)

    window.actions_by_name["next-tab"].trigger()
    stands(window, qtbot, "order-2", 5)
    assert not window.models.comparison.both
    window.replay.move_to(1)
    stands(window, qtbot, "order-2", 2)
    window.details.show_tab("state")

    window.actions_by_name["previous-tab"].trigger()
    stands(window, qtbot, "order-1", 6)
    assert window.details.tab == "raw"
    assert window.models.comparison.pinned_here == (3, 6)
    assert window.models.comparison.between_pins
    window.actions_by_name["next-tab"].trigger()
    stands(window, qtbot, "order-2", 2)
    assert window.details.tab == "state"


def test_the_same_stream_at_two_versions(window: MainWindow, qtbot: QtBot) -> None:
    stands(window, qtbot, "order-1", 9)
    window.actions_by_name["new-tab"].trigger()
    window.replay.move_to(2)
    stands(window, qtbot, "order-1", 3)
    QTest.keyClick(window, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
    stands(window, qtbot, "order-1", 9)
    QTest.keyClick(window, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    stands(window, qtbot, "order-1", 3)


def test_going_through_tabs_quickly_shows_the_last_one_alone(
    window: MainWindow, qtbot: QtBot
) -> None:
    """Whatever a tab asked for is nobody's when another has come to the front."""
    for row in (1, 2):
        open_from_list(window, row, behind=True)
    window.models.comparison.pin(Side.A)  # asked for in the first tab
    for _ in range(7):
        window.stream_tabs.step(1)
    name = names(window)[window.stream_tabs.front]
    last = {"order-1": 9, "order-2": 5, "order-3": 3}[name]
    stands(window, qtbot, name, last)
    qtbot.waitUntil(lambda: window.models.activity.busy is None)
    qtbot.wait(100)
    stands(window, qtbot, name, last)
    assert window.models.comparison.pinned_here == (None, None)
    shown = window.events.event_at(0)
    assert shown is not None
    assert shown.stream.name == name


def test_a_stream_that_is_being_looked_for_does_not_come_into_another_tab(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.actions_by_name["new-tab"].trigger()
    window.conductor.find_and_show("order-3", None, 2)
    window.stream_tabs.step(-1)
    stands(window, qtbot, "order-1", 9)
    qtbot.waitUntil(lambda: window.models.activity.busy is None)
    qtbot.wait(100)
    stands(window, qtbot, "order-1", 9)


def test_closing_and_opening_again(window: MainWindow, qtbot: QtBot) -> None:
    open_from_list(window, 1, behind=False)
    stands(window, qtbot, "order-2", 5)
    assert names(window) == ["order-1", "order-2"] or names(window) == ["order-2", "order-2"]
    window.replay.move_to(3)
    stands(window, qtbot, "order-2", 4)
    count = len(names(window))
    window.actions_by_name["close-tab"].trigger()
    assert len(names(window)) == count - 1
    assert bar_texts(window) == []
    window.actions_by_name["reopen-tab"].trigger()
    stands(window, qtbot, "order-2", 4)
    window.stream_tabs.close_others(window.stream_tabs.front)
    assert names(window) == ["order-2"]
    window.actions_by_name["close-tab"].trigger()
    assert window.store.phase is Phase.NOTHING
    assert names(window) == [""]


def test_the_mouse_on_the_bar(window: MainWindow, qtbot: QtBot) -> None:
    for row in (2, 1):
        open_from_list(window, row, behind=True)
    assert names(window) == ["order-1", "order-2", "order-3"]
    bar = window.place.tabs
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(2).center())
    stands(window, qtbot, "order-3", 3)
    bar.moveTab(2, 0)
    assert names(window) == ["order-3", "order-1", "order-2"]
    assert window.stream_tabs.front == 0
    assert bar_texts(window) == ["order-3", "order-1", "order-2"]
    QTest.mouseClick(bar, Qt.MouseButton.MiddleButton, pos=bar.tabRect(1).center())
    assert names(window) == ["order-3", "order-2"]
    cross = bar.tabButton(0, bar.ButtonPosition.RightSide)
    assert isinstance(cross, QToolButton)
    cross.click()
    stands(window, qtbot, "order-2", 5)
    assert bar_texts(window) == []


def test_an_event_among_all_events_opens_in_its_stream(window: MainWindow, qtbot: QtBot) -> None:
    window.conductor.show_all_events()
    qtbot.waitUntil(lambda: window.events.event_at(10) is not None)
    view = window.events_panel.view
    place = view.visualRect(view.model().index(10, 0)).center()
    row = view.currentIndex().row()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.MiddleButton, pos=place)
    assert view.currentIndex().row() == row
    assert bar_texts(window) == ["All events", "order-2"]
    window.stream_tabs.step(1)
    stands(window, qtbot, "order-2", 2)
    window.stream_tabs.step(1)
    qtbot.waitUntil(lambda: window.replay.stream is None and window.events.rowCount() == 17)


def test_tabs_come_back_at_the_next_start(
    window: MainWindow, theme: Theme, qtbot: QtBot, tmp_path: Path
) -> None:
    stands(window, qtbot, "order-1", 9)
    window.replay.move_to(4)
    stands(window, qtbot, "order-1", 5)
    window.models.comparison.pin(Side.A)
    qtbot.waitUntil(lambda: window.models.comparison.pinned_here == (5, None))
    for row in (2, 1):
        open_from_list(window, row, behind=True)
    window.stream_tabs.step(1)
    stands(window, qtbot, "order-2", 5)
    window.details.show_tab("event")
    qtbot.waitUntil(lambda: window.timeline.view.ready)
    window.close()

    again = new_window(theme, qtbot, tmp_path, Session(tmp_path / "session.json"))
    resume(again)
    stands(again, qtbot, "order-2", 5)
    assert names(again) == ["order-1", "order-2", "order-3"]
    assert again.details.tab == "event"
    again.stream_tabs.step(-1)
    stands(again, qtbot, "order-1", 5)
    qtbot.waitUntil(lambda: again.models.comparison.pinned_here == (5, None))
    again.stream_tabs.show(2)
    stands(again, qtbot, "order-3", 3)


def test_places_of_a_store_are_not_those_of_another(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    open_from_list(window, 1, behind=True)
    open_store(window, qtbot, stream=WALLET)
    assert names(window) == [WALLET]
    assert bar_texts(window) == []
    assert reason_of(window.actions_by_name["reopen-tab"]) == "No tab was closed."


def test_there_is_an_end_to_how_many_there_are(window: MainWindow) -> None:
    stream = window.replay.stream
    for _ in range(200):
        window.stream_tabs.open(stream, 1, behind=True)
    assert len(window.stream_tabs.tabs) == 60
    QApplication.processEvents()
    assert window.width() <= 1400
    assert window.place.tabs.mapToGlobal(QPoint(0, 0)).x() >= 0
