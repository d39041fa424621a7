"""Quick open, palette and zone choice: one box, keyboard only."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from inspector.ui.models.store_model import Phase
from tests.ui.windows import WALLET, new_window, open_store

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from inspector.ui.main_window import MainWindow
    from inspector.ui.theme import Theme

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(theme: Theme, qtbot: QtBot, tmp_path: Path) -> MainWindow:
    return new_window(theme, qtbot, tmp_path)


def focus() -> QApplication | object:
    return QApplication.focusWidget()


def offers(window: MainWindow) -> list[str]:
    model = window.quick.model
    found = (model.offer(row) for row in range(model.rowCount()))
    return [offer.text for offer in found if offer is not None]


def type_into(window: MainWindow, text: str) -> None:
    QTest.keyClicks(focus(), text)  # type: ignore[call-overload]


def press(window: MainWindow, key: Key, how: Qt.KeyboardModifier = NONE) -> None:
    QTest.keyClick(QApplication.focusWidget() or window, key, how)


def test_a_stream_is_reached_by_a_part_of_its_id_in_two_interactions(
    window: MainWindow, qtbot: QtBot
) -> None:
    open_store(window, qtbot)
    press(window, Key.Key_K, CTRL)
    type_into(window, "BE82-5e8a")
    qtbot.waitUntil(lambda: offers(window) == [WALLET])
    press(window, Key.Key_Return)
    qtbot.waitUntil(lambda: window.replay.step is not None)
    assert window.replay.stream is not None
    assert window.replay.stream.name == WALLET
    assert not window.quick.isVisible()
    assert window.events_panel.view.hasFocus()


def test_streams_that_begin_with_the_text_come_first(window: MainWindow, qtbot: QtBot) -> None:
    open_store(window, qtbot)
    press(window, Key.Key_K, CTRL)
    type_into(window, "97e7")
    qtbot.waitUntil(lambda: len(offers(window)) == 2)
    assert offers(window)[0] == WALLET


def test_an_unknown_id_is_never_silence(window: MainWindow, qtbot: QtBot) -> None:
    open_store(window, qtbot)
    press(window, Key.Key_K, CTRL)
    type_into(window, "<b>none</b>")
    qtbot.waitUntil(lambda: any("Nothing has this id" in text for text in offers(window)))
    press(window, Key.Key_Down)
    press(window, Key.Key_Return)
    assert window.streams_panel.search.text() == "<b>none</b>"
    qtbot.waitUntil(lambda: window.streams.complete and not window.streams.rowCount())


def test_escape_gives_the_focus_back_and_changes_nothing(window: MainWindow, qtbot: QtBot) -> None:
    open_store(window, qtbot, stream=WALLET)
    window.details.state.tree.setFocus()
    press(window, Key.Key_K, CTRL)
    assert window.quick.field.hasFocus()
    type_into(window, "abc")
    press(window, Key.Key_Escape)
    assert not window.quick.isVisible()
    assert window.details.state.tree.hasFocus()
    assert window.replay.stream is not None


def test_the_newest_text_wins(window: MainWindow, qtbot: QtBot) -> None:
    open_store(window, qtbot)
    press(window, Key.Key_K, CTRL)
    type_into(window, "0")
    qtbot.wait(100)
    window.quick.field.setText("be82-5e8a")
    qtbot.waitUntil(lambda: offers(window) == [WALLET])
    qtbot.wait(100)
    assert offers(window) == [WALLET]


def test_a_greater_sign_leads_to_commands(window: MainWindow, qtbot: QtBot) -> None:
    press(window, Key.Key_K, CTRL)
    type_into(window, ">dark")
    assert offers(window)[0] == "Dark"
    press(window, Key.Key_Return)
    assert window.theme.tokens.dark


def test_the_palette_is_fuzzy_and_runs_what_was_chosen(window: MainWindow, qtbot: QtBot) -> None:
    open_store(window, qtbot, stream=WALLET)
    press(window, Key.Key_P, CTRL | SHIFT)
    type_into(window, "nxtyp")
    assert offers(window)[0] == "Next of this type"
    window.replay.move_to(17)
    press(window, Key.Key_Return)
    assert window.replay.cursor == 18


def test_a_command_that_cannot_run_says_why_and_stays(window: MainWindow) -> None:
    press(window, Key.Key_P, CTRL | SHIFT)
    type_into(window, "next event")
    press(window, Key.Key_Return)
    assert window.quick.isVisible()
    assert "Open a store first." in window.quick.status_text
    press(window, Key.Key_Escape)


def test_the_list_goes_round_and_pages(window: MainWindow) -> None:
    press(window, Key.Key_P, CTRL | SHIFT)
    count = window.quick.model.rowCount()
    press(window, Key.Key_Up)
    assert window.quick.view.currentIndex().row() == count - 1
    press(window, Key.Key_Down)
    assert window.quick.view.currentIndex().row() == 0
    press(window, Key.Key_PageDown)
    assert 5 < window.quick.view.currentIndex().row() < count
    press(window, Key.Key_Escape)


def test_recent_stores_open_from_the_box(window: MainWindow, qtbot: QtBot) -> None:
    open_store(window, qtbot)
    window.actions_by_name["close"].trigger()
    press(window, Key.Key_K, CTRL)
    type_into(window, "sample")
    assert offers(window)[0] == "sample-shop.sqlite"
    press(window, Key.Key_Return)
    qtbot.waitUntil(lambda: window.store.phase is Phase.OPEN)
    qtbot.waitUntil(lambda: window.events.count.exact)


def test_a_path_offers_to_open_the_store(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE notes (id INTEGER)")
    press(window, Key.Key_K, CTRL)
    type_into(window, str(path))
    assert offers(window) == ["Open this store"]
    press(window, Key.Key_Return)
    qtbot.waitUntil(lambda: window.store.phase is Phase.FAILED)


def test_the_time_zone_is_chosen_once_for_the_whole_window(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    open_store(window, qtbot)
    assert window.events.event_at(0) is not None
    before = window.events.data(window.events.index(0, 1))
    assert before == "2025-11-03 08:00:00.164816"
    press(window, Key.Key_T, CTRL)
    type_into(window, "seoul")
    assert offers(window)[0] == "Asia/Seoul"
    press(window, Key.Key_Return)
    after = window.events.data(window.events.index(0, 1))
    assert after == "2025-11-03 17:00:00.164816+09:00"
    title = window.events.headerData(1, Qt.Orientation.Horizontal)
    assert title == "Time (Asia/Seoul)"
    assert "zone=Asia/Seoul" in _written(window, tmp_path)


def test_an_offset_is_a_time_zone_too_and_nonsense_is_none(window: MainWindow) -> None:
    window.actions_by_name["zone"].trigger()
    type_into(window, "+05:30")
    assert offers(window)[0] == "+05:30"
    window.quick.field.setText("+99:99:99")
    assert offers(window) == []
    assert "Nothing found." in window.quick.status_text
    press(window, Key.Key_Escape)


def _written(window: MainWindow, folder: Path) -> str:
    window.look.settings.sync()
    return (folder / "window.ini").read_text("utf-8")
