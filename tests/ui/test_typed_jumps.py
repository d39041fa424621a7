"""Letters that go to the next row of a kind, from the table and from the timeline alike."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from tests.helpers.stores import state, write_store
from tests.ui.windows import WALLET, new_window, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from inspector.services.tasks import Work
    from inspector.ui.main_window import MainWindow
    from inspector.ui.theme import Theme

Key = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier
PLAIN = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def window(theme: Theme, qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    made = new_window(theme, qtbot, tmp_path)
    open_store(made, qtbot, stream=WALLET)
    yield made
    made.close()


def requests(folder: Path) -> Path:
    """Two streams that one request went through, and one of another request."""

    def told(stream: str, version: int, request: str) -> tuple[str, int, str, bytes]:
        fields = {"n": version, "metadata": {"correlation_id": request}}
        return (stream, version, "shop:Order.Counted", state(version, **fields))

    rows = [told("first", 1, "r1"), told("first", 2, "r2"), told("first", 3, "r1")]
    return write_store(folder / "requests.db", [*rows, told("second", 1, "r1")])


def press(window: MainWindow, qtbot: QtBot, key: Key, held: Qt.KeyboardModifier = PLAIN) -> None:
    """Press a key in the table and wait until nothing is being looked for."""
    window.activateWindow()
    window.events_panel.view.setFocus()
    qtbot.keyClick(window.events_panel.view, key, held)
    qtbot.waitUntil(lambda: not window.jumps.working)


def said(window: MainWindow) -> str:
    return window.status.counts.text()


def test_a_letter_goes_where_the_chosen_value_changes_and_back(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.replay.move_to(20)
    qtbot.waitUntil(lambda: window.replay.step is not None and window.replay.step.index == 20)
    assert window.details.state.show_path(("balance_after",))
    press(window, qtbot, Key.Key_C, SHIFT)
    before = window.replay.cursor
    assert before < 20
    assert "balance_after" in said(window)
    qtbot.waitUntil(lambda: window.replay.step is not None and window.replay.step.index == before)
    assert window.replay.step is not None
    assert ("balance_after",) in {change.path for change in window.replay.step.changes}
    press(window, qtbot, Key.Key_C)
    assert window.replay.cursor == 20
    assert window.events_panel.view.currentIndex().row() == 20
    assert window.timeline.view.cursor_index == 20


def test_a_pinned_value_is_followed_where_none_is_chosen(window: MainWindow, qtbot: QtBot) -> None:
    window.replay.move_to(0)
    press(window, qtbot, Key.Key_C)
    assert window.replay.cursor == 0
    assert "Choose a value" in said(window)
    window.details.state.pinned.toggle(("balance_after",))
    press(window, qtbot, Key.Key_C)
    assert window.replay.cursor > 0


def test_that_nothing_is_left_is_said(window: MainWindow, qtbot: QtBot) -> None:
    window.details.state.pinned.toggle(("balance_after",))
    window.replay.move_to(window.replay.count - 1)
    for key, words in (
        (Key.Key_C, "does not change further on."),
        (Key.Key_E, "Nothing is known to be wrong further on."),
    ):
        press(window, qtbot, key)
        assert window.replay.cursor == window.replay.count - 1
        assert words in said(window)
    press(window, qtbot, Key.Key_V)
    assert "schema version" in said(window)


def test_a_request_is_followed_into_another_stream(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    open_store(window, qtbot, requests(tmp_path), "first")
    window.replay.move_to(0)
    press(window, qtbot, Key.Key_O)
    assert window.replay.cursor == 2
    press(window, qtbot, Key.Key_O)
    qtbot.waitUntil(lambda: window.replay.cursor == 0)
    assert window.replay.stream is not None
    assert window.replay.stream.name == "second"
    assert "another stream" in said(window)
    press(window, qtbot, Key.Key_O)
    assert "No event of this request, in the whole store, further on." in said(window)
    qtbot.waitUntil(lambda: window.replay.step is not None)


def test_a_jump_that_is_stopped_says_so_and_moves_nothing(window: MainWindow, qtbot: QtBot) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def hold_up(_reader: object, work: Work) -> None:
        begun.set()
        while not go_on.wait(0.01):
            work.check()

    window.models.store.lanes.scan("held up", hold_up, lambda _outcome: None)
    assert begun.wait(10)
    window.details.state.pinned.toggle(("balance_after",))
    window.replay.move_to(3)
    window.events_panel.view.setFocus()
    qtbot.keyClick(window.events_panel.view, Key.Key_C)
    assert window.jumps.working
    qtbot.keyClick(window.events_panel.view, Key.Key_Escape)
    go_on.set()
    qtbot.waitUntil(lambda: not window.jumps.working)
    assert "the cursor stays" in said(window)
    assert window.replay.cursor == 3


def test_who_goes_elsewhere_is_not_taken_away_by_a_jump(window: MainWindow, qtbot: QtBot) -> None:
    window.details.state.pinned.toggle(("balance_after",))
    window.replay.move_to(3)
    window.actions_by_name["next-change"].trigger()
    window.replay.move_to(12)
    qtbot.waitUntil(lambda: not window.jumps.working)
    qtbot.waitUntil(lambda: window.replay.step is not None and window.replay.step.index == 12)
    assert window.replay.cursor == 12


def test_among_all_events_a_request_is_followed_row_by_row(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    open_store(window, qtbot, requests(tmp_path))
    window.events_panel.view.selectRow(0)
    for row in (2, 3):
        press(window, qtbot, Key.Key_O)
        assert window.events_panel.view.currentIndex().row() == row
    press(window, qtbot, Key.Key_O, SHIFT)
    assert window.events_panel.view.currentIndex().row() == 2


def test_among_the_hits_of_a_filter_a_request_is_followed_through_all_events(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    open_store(window, qtbot, requests(tmp_path))
    panel = window.events_panel
    panel.filter.field.setText("version == 1")
    qtbot.keyClick(panel.filter.field, Key.Key_Return)
    qtbot.waitUntil(lambda: window.events.shows_hits and window.events.rowCount() == 2)
    panel.view.selectRow(1)
    qtbot.waitUntil(lambda: panel.current_event() is not None)
    assert panel.row == 3
    for row in (2, 0):
        press(window, qtbot, Key.Key_O, SHIFT)
        qtbot.waitUntil(lambda wanted=row: panel.row == wanted)
