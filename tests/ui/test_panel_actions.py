"""Keys for table and tabs, and the window where there is no room for three columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from inspector.ui.panels.event_delegate import Density
from tests.ui.windows import WALLET, new_window, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from inspector.ui.main_window import MainWindow
    from inspector.ui.theme import Theme


@pytest.fixture
def window(theme: Theme, qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    made = new_window(theme, qtbot, tmp_path)
    open_store(made, qtbot, stream=WALLET)
    yield made
    made.close()


def press(window: MainWindow, name: str) -> None:
    window.actions_by_name[name].trigger()


def test_two_keys_and_a_move_compare_two_versions(window: MainWindow, qtbot: QtBot) -> None:
    window.replay.move_to(3)
    press(window, "pin-a")
    window.replay.move_to(20)
    press(window, "pin-b")
    comparison = window.models.comparison
    qtbot.waitUntil(lambda: comparison.comparison is not None and comparison.between_pins)
    qtbot.waitUntil(lambda: not comparison.loading)
    shown = comparison.comparison
    assert shown is not None
    assert shown.before is not None
    assert (shown.before.version, shown.after.version) == (4, 21)
    assert len(shown.changes) == 11
    assert window.details.tab == "diff"
    press(window, "swap-pins")
    qtbot.waitUntil(lambda: comparison.comparison is not None and not comparison.loading)
    assert comparison.comparison is not None
    assert comparison.comparison.after.version == 4


@pytest.mark.parametrize(
    "name", ["state", "event", "diff", "versions", "raw", "snapshots", "problems"]
)
def test_every_tab_has_a_key(window: MainWindow, name: str) -> None:
    press(window, f"tab-{name}")
    assert window.details.tab == name
    assert window.actions_by_name[f"tab-{name}"].shortcuts()


def test_payloads_are_opened_and_closed_with_one_key(window: MainWindow, qtbot: QtBot) -> None:
    window.replay.move_to(20)
    press(window, "open-all")
    assert window.events_panel.density is Density.FULL
    view = window.events_panel.view
    qtbot.wait(50)
    assert view.viewport().rect().contains(view.visualRect(view.currentIndex()).center())
    press(window, "open-all")
    assert window.events_panel.density is Density.LIST


def test_the_stored_text_and_the_search_are_one_key_away(window: MainWindow, qtbot: QtBot) -> None:
    press(window, "stored-text")
    assert window.details.tab == "event"
    assert window.details.event_page.stored
    press(window, "stored-text")
    assert not window.details.event_page.stored
    press(window, "find-value")
    assert window.details.tab == "state"
    assert window.details.state.find_bar.isVisible()


def test_the_whole_store_is_looked_through_by_an_action(window: MainWindow, qtbot: QtBot) -> None:
    press(window, "look-through")
    scan = window.models.problems.scan
    qtbot.waitUntil(lambda: not scan.running, timeout=20_000)
    assert scan.scanner is not None
    assert scan.scanner.done == 4464


def test_a_number_of_the_state_becomes_a_chart(window: MainWindow, qtbot: QtBot) -> None:
    window.details.chart_requested.emit(("balance_after",))
    assert window.timeline.pinned_paths == (("balance_after",),)


def test_in_a_narrow_window_table_and_details_share_one_column(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.resize(1280, 800)
    columns = window.place.columns
    qtbot.waitUntil(lambda: not columns.narrow)
    wide = columns.splitter.sizes()
    window.resize(900, 700)
    qtbot.waitUntil(lambda: columns.narrow)
    assert window.events_panel.isVisible()
    assert not window.details.isVisible()
    press(window, "tab-state")
    assert window.details.isVisible()
    assert not window.events_panel.isVisible()
    columns.show_table()
    assert window.events_panel.isVisible()
    window.resize(1280, 800)
    qtbot.waitUntil(lambda: not columns.narrow)
    assert window.events_panel.isVisible()
    assert window.details.isVisible()
    assert not columns.tabs.isVisible()
    assert columns.splitter.sizes() == wide


def test_letters_walk_through_the_events_of_a_stream(window: MainWindow, qtbot: QtBot) -> None:
    view = window.events_panel.view
    view.setFocus()
    window.replay.move_to(5)
    qtbot.keyClick(view, Qt.Key.Key_J)
    assert window.replay.cursor == 6
    qtbot.keyClick(view, Qt.Key.Key_K)
    assert window.replay.cursor == 5
