"""Whole paths through the window, with real models, threads and the bundled store."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QSettings, Qt

from inspector.core.events import Count
from inspector.services.open_store import OpenRequest
from inspector.services.sample import sample_store
from inspector.ui.dialogs.password_prompt import PasswordPrompt
from inspector.ui.dialogs.unknown_store import UnknownStore
from inspector.ui.main_window import MainWindow
from inspector.ui.models.event_table import EventColumn
from inspector.ui.models.store_model import Phase
from inspector.ui.recent import RecentStores
from tests.helpers.stores import EVENTS, stream_rows, write_store
from tests.ui.windows import new_window, open_store, wait_for_plot_import

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from inspector.ui.theme import Theme
    from tests.helpers.postgres import PostgresServer

WALLET = "97e74d34-be82-5e8a-96b5-b0ea03c322a8"
"""The wallet of the incident: 26 events, its balance is negative after version 21."""


@pytest.fixture
def window(theme: Theme, qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    window = new_window(theme, qtbot, tmp_path)
    yield window
    qtbot.waitUntil(lambda: window.timeline.view.ready)
    wait_for_plot_import(qtbot)
    window.close()


def open_sample(window: MainWindow, qtbot: QtBot, stream: str | None = None) -> None:
    window.open_request(OpenRequest(str(sample_store())), stream)
    qtbot.waitUntil(lambda: window.store.phase is Phase.OPEN)
    if stream is None:
        qtbot.waitUntil(lambda: window.events.count.exact and window.streams.rowCount() > 0)
    else:
        qtbot.waitUntil(lambda: window.replay.step is not None)
        qtbot.waitUntil(lambda: window.events.event_at(window.replay.cursor) is not None)
        qtbot.waitUntil(lambda: window.timeline.view.ready)


def test_an_unknown_store_shows_layout_streams_and_events_without_being_told_anything(
    window: MainWindow, qtbot: QtBot
) -> None:
    open_sample(window, qtbot)
    store = window.store.store
    assert store is not None
    assert (store.match.layout, store.certain) == ("pyeventsourcing", True)
    assert window.events.count.value == 4464
    first = window.events.event_at(0)
    assert first is not None
    assert first.recorded_at is not None
    assert window.events_panel.view.isVisible()


def test_the_last_event_of_the_store_is_one_key_away(window: MainWindow, qtbot: QtBot) -> None:
    open_sample(window, qtbot)
    window.actions_by_name["last"].trigger()
    qtbot.waitUntil(lambda: window.events_panel.current_event() is not None)
    event = window.events_panel.current_event()
    assert event is not None
    assert event.global_position == 4464


def test_slider_table_and_state_are_one_cursor(window: MainWindow, qtbot: QtBot) -> None:
    open_sample(window, qtbot, WALLET)
    assert window.replay.cursor == 25
    window.timeline.view.slider.setValue(20)
    qtbot.waitUntil(lambda: window.replay.step is not None and window.replay.step.index == 20)
    assert window.events_panel.view.currentIndex().row() == 20
    step = window.replay.step
    assert step is not None
    assert str(step.state["balance_after"]) == "-25.00"
    window.events_panel.view.selectRow(18)
    qtbot.waitUntil(lambda: window.replay.step is not None and window.replay.step.index == 18)
    assert window.timeline.view.cursor_index == 18
    step = window.replay.step
    assert step is not None
    assert str(step.state["balance_after"]) == "84.50"


def test_arrow_keys_of_the_whole_window_move_the_cursor(window: MainWindow, qtbot: QtBot) -> None:
    open_sample(window, qtbot, WALLET)
    for name, cursor in (
        ("first", 0), ("next", 1), ("on-ten", 11), ("back-ten", 1), ("previous", 0), ("last", 25),
    ):  # fmt: skip
        window.actions_by_name[name].trigger()
        assert window.replay.cursor == cursor, name


def test_the_next_event_of_the_same_type_is_found(window: MainWindow, qtbot: QtBot) -> None:
    open_sample(window, qtbot, WALLET)
    window.replay.move_to(17)
    window.actions_by_name["next-type"].trigger()
    assert window.replay.cursor == 18


def test_a_stream_is_found_by_a_part_of_its_id(window: MainWindow, qtbot: QtBot) -> None:
    open_sample(window, qtbot)
    window.streams_panel.search.setText("BE82-5e8a")
    qtbot.waitUntil(lambda: window.streams.rowCount() == 1 and window.streams.complete)
    window.streams_panel.view.selectRow(0)
    qtbot.waitUntil(lambda: window.replay.step is not None)
    assert window.replay.stream is not None
    assert window.replay.stream.name == WALLET


def test_nothing_found_says_so_and_offers_the_way_back(window: MainWindow, qtbot: QtBot) -> None:
    open_sample(window, qtbot)
    window.streams_panel.search.setText("<b>no such</b>")
    qtbot.waitUntil(lambda: window.streams.complete and not window.streams.rowCount())
    content = window.streams_panel.empty_page.content
    assert content is not None
    assert "<b>no such</b>" in content.sentence
    content.steps[0].run()
    qtbot.waitUntil(lambda: window.streams.rowCount() > 1)


def test_an_event_of_the_whole_store_opens_in_its_stream(window: MainWindow, qtbot: QtBot) -> None:
    open_sample(window, qtbot)
    qtbot.waitUntil(lambda: window.events.event_at(100) is not None)
    event = window.events.event_at(100)
    assert event is not None
    index = window.events.index(100, EventColumn.TYPE)
    window.events_panel.view.activated.emit(index)
    qtbot.waitUntil(lambda: window.replay.step is not None)
    assert window.replay.stream == event.stream
    assert window.replay.step is not None
    assert window.replay.step.position == event.position


def test_playing_stops_at_a_touch(window: MainWindow, qtbot: QtBot) -> None:
    open_sample(window, qtbot, WALLET)
    window.actions_by_name["first"].trigger()
    window.replay.play(200)
    qtbot.waitUntil(lambda: window.replay.cursor >= 2)
    window.actions_by_name["next"].trigger()
    assert not window.replay.playing


def test_a_missing_file_is_said_in_place_and_leaves_the_window_usable(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window.open_request(OpenRequest(str(tmp_path / "gone.db")))
    qtbot.waitUntil(lambda: window.store.phase is Phase.FAILED)
    error = window.store.error
    assert error is not None
    assert error.code == "store-unavailable"
    assert not (tmp_path / "gone.db").exists()
    open_sample(window, qtbot)


def test_an_unknown_stream_is_said_above_the_table(window: MainWindow, qtbot: QtBot) -> None:
    window.open_request(OpenRequest(str(sample_store())), "no-such-stream")
    qtbot.waitUntil(window.banner.isVisible)
    assert "no-such-stream" in window.banner.accessibleName()
    qtbot.waitUntil(lambda: window.events.rowCount() > 0)
    assert window.events.stream is None
    assert window.banner.isVisible()


def test_closing_a_store_leaves_nothing_of_it(window: MainWindow, qtbot: QtBot) -> None:
    open_sample(window, qtbot, WALLET)
    window.actions_by_name["close"].trigger()
    assert window.store.phase is Phase.NOTHING
    assert not window.events.rowCount()
    assert not window.streams.rowCount()
    assert window.replay.stream is None


def test_the_window_remembers_its_shape_and_nothing_of_the_store(
    theme: Theme, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "window.ini"
    settings = QSettings(str(path), QSettings.Format.IniFormat)
    recent = RecentStores(QSettings(str(tmp_path / "recent.ini"), QSettings.Format.IniFormat))
    window = MainWindow(theme, settings, recent)
    qtbot.addWidget(window)
    window.show()
    open_sample(window, qtbot, WALLET)
    window.splitter.setSizes([300, 500, 400])
    window.close()
    settings.sync()
    written = path.read_text("utf-8", "replace")
    assert "splitter" in written
    assert WALLET not in written
    assert "sample-shop" not in written


def test_a_dropped_file_opens(window: MainWindow, qtbot: QtBot) -> None:
    window.open_path(str(sample_store()))
    qtbot.waitUntil(lambda: window.store.phase is Phase.OPEN)


def test_every_action_has_words_and_its_keys_are_its_own(window: MainWindow) -> None:
    seen: dict[str, str] = {}
    for name, action in window.actions_by_name.items():
        assert action.text()
        assert action.toolTip()
        for key in action.shortcuts():
            spelt = key.toString()
            assert spelt not in seen, f"{spelt}: {name} and {seen[spelt]}"
            seen[spelt] = name


def test_both_themes_can_be_chosen_while_a_store_is_open(
    window: MainWindow, qtbot: QtBot, theme: Theme
) -> None:
    open_sample(window, qtbot, WALLET)
    window.actions_by_name["theme-dark"].trigger()
    assert theme.tokens.dark
    window.actions_by_name["theme-light"].trigger()
    assert not theme.tokens.dark
    assert window.testAttribute(Qt.WidgetAttribute.WA_WState_Visible)


def test_several_stores_lead_to_a_choice_and_one_can_be_taken(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = write_store(tmp_path / "two.db", stream_rows("order-1", 1, 3))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(EVENTS.replace("stored_events", "other_events"))
    window.open_request(OpenRequest(str(path)))
    qtbot.waitUntil(lambda: window.store.phase is Phase.CHOOSING)
    names = [store.table for store in window.store.stores]
    window.store.choose(window.store.stores[names.index("stored_events")])
    qtbot.waitUntil(lambda: window.events.count == Count(3))


def test_a_database_without_a_store_leads_to_what_was_looked_for(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE notes (id INTEGER, body TEXT)")
    window.open_request(OpenRequest(str(path)))
    qtbot.waitUntil(lambda: window.store.phase is Phase.FAILED)
    window.dialogs.choose()
    shown = [d for d in window.findChildren(UnknownStore) if d.isVisible()]
    assert shown
    shown[0].close()


@pytest.mark.postgres
def test_a_missing_password_is_asked_for_and_nothing_else_is(
    window: MainWindow, qtbot: QtBot, postgres_server: PostgresServer
) -> None:
    postgres_server.execute("CREATE ROLE asks LOGIN PASSWORD 'secret' IN ROLE password_roles")
    address = postgres_server.conninfo(tcp=True, user="asks")
    window.open_request(OpenRequest(address))
    qtbot.waitUntil(lambda: bool(window.findChildren(PasswordPrompt)), timeout=20_000)
    prompt = window.findChildren(PasswordPrompt)[0]
    assert "secret" not in prompt.accessibleName()
    prompt.close()


def test_leaving_a_stream_comes_back_to_the_row_among_all_events(
    window: MainWindow, qtbot: QtBot
) -> None:
    open_store(window, qtbot)
    view = window.events_panel.view
    for leave in ("stop", "all-events", "back"):
        view.selectRow(40)
        qtbot.waitUntil(lambda: window.events_panel.current_event() is not None)
        view.activated.emit(view.currentIndex())
        qtbot.waitUntil(lambda: window.replay.step is not None)
        qtbot.waitUntil(lambda: not window.models.activity.busy)
        window.actions_by_name[leave].trigger()
        qtbot.waitUntil(lambda: window.replay.stream is None and view.currentIndex().row() == 40)


def test_a_large_window_gives_the_list_room_until_somebody_sizes_it(
    window: MainWindow, qtbot: QtBot
) -> None:
    open_store(window, qtbot)
    window.resize(1280, 800)
    usual = window.splitter.sizes()[0]
    window.resize(2400, 900)
    assert window.splitter.sizes()[0] > usual + 80
    window.splitter.moveSplitter(260, 1)
    window.splitter.splitterMoved.emit(260, 1)
    mine = window.splitter.sizes()[0]
    window.resize(1400, 900)
    window.resize(2200, 900)
    assert window.splitter.sizes()[0] == mine
