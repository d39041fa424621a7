"""One table feeds menus, keys, tool tips, palette and key sheet, and they cannot disagree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMenu, QToolButton

from inspector.ui.action_table import ACTIONS, Menu, Need
from inspector.ui.actions import keys_text, reason_of
from inspector.ui.dialogs.key_sheet import COLUMNS, KeySheet
from inspector.ui.quick.commands import CommandSource
from tests.ui.windows import WALLET, new_window, open_store

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from inspector.ui.main_window import MainWindow
    from inspector.ui.theme import Theme

Key = Qt.Key


@pytest.fixture
def window(theme: Theme, qtbot: QtBot, tmp_path: Path) -> MainWindow:
    return new_window(theme, qtbot, tmp_path)


def menu_names(menu: QMenu) -> set[str]:
    names: set[str] = set()
    for action in menu.actions():
        inside = action.menu()
        names |= menu_names(inside) if isinstance(inside, QMenu) else {action.objectName()}
    return names


def test_no_key_is_used_twice_and_every_key_can_be_read() -> None:
    seen: dict[str, str] = {}
    for spec in ACTIONS:
        for key in spec.keys:
            spelt = QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText)
            assert spelt, f"{spec.name}: {key}"
            assert spelt not in seen, f"{spelt}: {spec.name} and {seen[spelt]}"
            seen[spelt] = spec.name


def test_names_are_used_once_and_every_action_has_words() -> None:
    assert len({spec.name for spec in ACTIONS}) == len(ACTIONS)
    for spec in ACTIONS:
        assert spec.text, spec.name
        assert spec.tip, spec.name


def test_everything_is_in_the_menu_the_palette_and_on_the_key_sheet(
    window: MainWindow, qtbot: QtBot
) -> None:
    names = {spec.name for spec in ACTIONS}
    assert menu_names(window.menu) - {""} == names
    palette = CommandSource(window.actions_by_name)
    palette.look_for("")
    assert [offer.text for offer in palette.offers] == [spec.text for spec in ACTIONS]
    assert [offer.keys for offer in palette.offers] == [keys_text(spec) for spec in ACTIONS]
    sheet = KeySheet(window.theme, window)
    qtbot.addWidget(sheet)
    shown = [label.text() for label in sheet.findChildren(QLabel)]
    for spec in ACTIONS:
        assert spec.tip in shown
        assert (keys_text(spec) or "–") in shown


def test_the_columns_of_the_key_sheet_hold_every_menu() -> None:
    """The screen of the tests is so narrow that all menus stand in one."""
    assert sorted(menu for column in COLUMNS for menu in column) == sorted(Menu)


def test_tool_tips_name_the_keys(window: MainWindow) -> None:
    for spec in ACTIONS:
        tip = window.actions_by_name[spec.name].toolTip()
        assert all(key in tip.replace("&lt;", "<") for key in keys_text(spec).split(", ")), tip


def test_what_cannot_be_done_says_why_everywhere(window: MainWindow, qtbot: QtBot) -> None:
    palette = CommandSource(window.actions_by_name)
    palette.look_for("")
    greyed = {spec.name for spec in ACTIONS if Need.STORE in spec.needs}
    assert greyed
    for spec, offer in zip(ACTIONS, palette.offers, strict=True):
        action = window.actions_by_name[spec.name]
        assert bool(reason_of(action)) == (not action.isEnabled()) == bool(offer.reason)
        if spec.name in greyed:
            assert offer.reason == Need.STORE.value
            assert offer.reason in action.toolTip()
    open_store(window, qtbot)
    assert not reason_of(window.actions_by_name["reload"])
    assert reason_of(window.actions_by_name["next"]) == Need.STREAM.value
    window.events_panel.view.setFocus()
    QTest.keyClick(window.events_panel.view, Key.Key_Space)
    qtbot.waitUntil(lambda: Need.STREAM.value in [x.text() for x in window.findChildren(QLabel)])


def test_j_and_k_move_in_the_list_that_has_the_focus(window: MainWindow, qtbot: QtBot) -> None:
    open_store(window, qtbot)
    events, streams = window.events_panel.view, window.streams_panel.view
    for key, row in ((Key.Key_J, 0), (Key.Key_J, 1), (Key.Key_J, 2), (Key.Key_K, 1)):
        QTest.keyClick(events, key)
        assert events.currentIndex().row() == row
    QTest.keyClick(events, Key.Key_G, Qt.KeyboardModifier.ShiftModifier)
    assert events.currentIndex().row() == 4463
    QTest.keyClick(events, Key.Key_G)
    assert events.currentIndex().row() == 0
    QTest.keyClick(events, Key.Key_PageDown)
    page = events.currentIndex().row()
    assert page > 5
    QTest.keyClick(events, Key.Key_PageUp)
    assert events.currentIndex().row() == 0
    QTest.keyClick(events, Key.Key_End)
    assert events.currentIndex().row() == 4463
    streams.selectRow(0)
    streams.setFocus()
    QTest.keyClick(streams, Key.Key_J)
    assert streams.currentIndex().row() == 1
    qtbot.waitUntil(lambda: window.replay.step is not None)


def test_letters_are_text_in_a_field_and_slash_goes_there(window: MainWindow, qtbot: QtBot) -> None:
    open_store(window, qtbot)
    QTest.keyClick(window.events_panel.view, Key.Key_Slash)
    field = window.events_panel.filter.field
    assert field.hasFocus()
    QTest.keyClicks(field, "jg?/k")
    assert field.text() == "jg?/k"
    search = window.streams_panel.search
    window.streams_panel.view.setFocus()
    QTest.keyClick(window.streams_panel.view, Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert search.hasFocus()
    assert not window.findChildren(KeySheet)


def test_escape_leaves_one_level_at_a_time(window: MainWindow, qtbot: QtBot) -> None:
    open_store(window, qtbot, stream=WALLET)
    search = window.streams_panel.search
    search.setFocus()
    search.setText("be82")
    QTest.keyClick(search, Key.Key_Escape)
    assert search.text() == ""
    assert search.hasFocus()
    QTest.keyClick(search, Key.Key_Escape)
    assert not search.hasFocus()
    assert window.replay.stream is not None
    QTest.keyClick(window.events_panel.view, Key.Key_Escape)
    assert window.replay.stream is None
    qtbot.waitUntil(lambda: window.events.count.exact)


def test_buttons_and_trees_keep_their_own_keys(window: MainWindow, qtbot: QtBot) -> None:
    open_store(window, qtbot, stream=WALLET)
    buttons = [b for b in window.bar.findChildren(QToolButton) if b.text() == "All events"]
    pressed: list[bool] = []
    buttons[0].pressed.connect(lambda: pressed.append(True))
    buttons[0].setFocus()
    QTest.keyPress(buttons[0], Key.Key_Space)
    assert pressed
    assert not window.replay.playing
    QTest.keyClick(window.events_panel.view, Key.Key_Space)
    assert window.replay.playing
    window.replay.stop()
    tree = window.details.state.tree
    tree.setFocus()
    before = window.replay.cursor
    QTest.keyClick(tree, Key.Key_Left)
    assert window.replay.cursor == before


def test_back_and_forward_walk_through_what_was_looked_at(window: MainWindow, qtbot: QtBot) -> None:
    open_store(window, qtbot)
    window.events_panel.view.selectRow(7)
    event = window.events.event_at(7)
    assert event is not None
    window.events_panel.event_opened.emit(event)
    qtbot.waitUntil(lambda: window.replay.step is not None)
    window.actions_by_name["first"].trigger()
    qtbot.waitUntil(lambda: window.replay.step is not None and window.replay.step.index == 0)
    window.actions_by_name["back"].trigger()
    qtbot.waitUntil(lambda: window.events_panel.view.currentIndex().row() == 7)
    assert window.replay.stream is None
    window.actions_by_name["forth"].trigger()
    qtbot.waitUntil(lambda: window.replay.step is not None and window.replay.step.index == 0)
    assert window.replay.stream == event.stream
    assert reason_of(window.actions_by_name["forth"]) == Need.FORTH.value


def test_text_zoom_holds_and_is_remembered(
    window: MainWindow, qtbot: QtBot, theme: Theme, tmp_path: Path
) -> None:
    open_store(window, qtbot)
    before = window.events_panel.view.font().pixelSize()
    window.actions_by_name["larger"].trigger()
    window.actions_by_name["larger"].trigger()
    assert theme.fonts.zoom == 1.3
    assert window.events_panel.view.font().pixelSize() > before
    assert "zoom=1.3" in _written(window, tmp_path)
    window.actions_by_name["usual-size"].trigger()
    assert theme.fonts.zoom == 1.0


def test_colours_and_theme_are_chosen_in_the_menu_and_remembered(
    window: MainWindow, theme: Theme, tmp_path: Path
) -> None:
    window.actions_by_name["colour-blind"].trigger()
    window.actions_by_name["theme-dark"].trigger()
    assert theme.tokens.name == "dark-cvd"
    assert window.actions_by_name["theme-dark"].isChecked()
    written = _written(window, tmp_path)
    assert "colour-blind=true" in written
    assert "theme=dark" in written
    window.actions_by_name["colour-blind"].trigger()
    window.actions_by_name["theme-light"].trigger()
    assert theme.tokens.name == "light"


def _written(window: MainWindow, folder: Path) -> str:
    window.look.settings.sync()
    return (folder / "window.ini").read_text("utf-8")


def test_letters_of_a_text_are_no_keys_that_are_refused(window: MainWindow, qtbot: QtBot) -> None:
    """A key without its action says why, but not while somebody writes."""
    open_store(window, qtbot)
    said: list[str] = []
    window.keys.refused.connect(said.append)
    window.events_panel.view.setFocus()
    qtbot.keyClick(window.events_panel.view, Qt.Key.Key_C)
    assert said == [Need.STREAM.value]
    field = window.streams_panel.search
    field.setFocus()
    qtbot.keyClicks(field, "cow")
    assert field.text() == "cow"
    assert said == [Need.STREAM.value]
