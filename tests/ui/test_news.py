"""New events, following, lost connections and changed tables, in the whole window."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from inspector.core.errors import ConnectionLost, StoreUnavailable
from inspector.core.events import Count
from inspector.services.open_store import OpenRequest
from inspector.storage.opening import OpenOptions
from inspector.ui.actions import reason_of
from inspector.ui.models.store_model import Phase
from tests.helpers.stores import append, stream_rows, write_store
from tests.ui.windows import STORED_EVENTS, new_window, open_store

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from inspector.ui.main_window import MainWindow
    from inspector.ui.theme import Theme
    from tests.helpers.postgres import PostgresServer


@pytest.fixture
def window(theme: Theme, qtbot: QtBot, tmp_path: Path) -> MainWindow:
    return new_window(theme, qtbot, tmp_path)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_store(tmp_path / "live.db", stream_rows("order-1", 1, 5))


def look(window: MainWindow, qtbot: QtBot, expected: int) -> None:
    window.models.news.look()
    qtbot.waitUntil(lambda: window.models.news.count.value == expected)


def test_new_events_are_counted_quietly_and_one_key_shows_them(
    window: MainWindow, qtbot: QtBot, path: Path
) -> None:
    open_store(window, qtbot, path)
    window.events_panel.view.selectRow(2)
    qtbot.waitUntil(lambda: window.models.news.watching)
    append(path, stream_rows("order-2", 1, 12))
    look(window, qtbot, 12)
    assert window.status.news.isVisible()
    assert window.status.news.text() == "12 new events · F5"
    assert window.events.rowCount() == 5
    window.actions_by_name["reload"].trigger()
    qtbot.waitUntil(lambda: window.events.count == Count(17))
    assert window.events_panel.view.currentIndex().row() == 2
    qtbot.waitUntil(lambda: not window.status.news.isVisible())
    look(window, qtbot, 0)


def test_rows_beyond_the_table_come_without_a_blank_moment(
    window: MainWindow, qtbot: QtBot, path: Path
) -> None:
    open_store(window, qtbot, path)
    window.actions_by_name["last"].trigger()
    append(path, stream_rows("order-1", 6, 300))
    window.actions_by_name["reload"].trigger()
    qtbot.waitUntil(lambda: window.events.count == Count(305))
    shown = [window.events.peek(row) for row in range(5)]
    assert all(event is not None for event in shown)
    window.actions_by_name["last"].trigger()
    qtbot.waitUntil(lambda: window.events.event_at(304) is not None)
    event = window.events.event_at(304)
    assert event is not None
    assert event.position == 305


def test_a_stream_reads_on_and_the_cursor_stays(
    window: MainWindow, qtbot: QtBot, path: Path
) -> None:
    open_store(window, qtbot, path, "order-1")
    window.replay.move_to(1)
    append(path, stream_rows("order-1", 6, 3))
    window.actions_by_name["reload"].trigger()
    qtbot.waitUntil(lambda: window.replay.count == 8 and window.events.rowCount() == 8)
    assert window.replay.cursor == 1


def test_following_stays_at_the_end_until_somebody_looks_elsewhere(
    window: MainWindow, qtbot: QtBot, path: Path
) -> None:
    open_store(window, qtbot, path, "order-1")
    window.replay.move_to(0)
    window.actions_by_name["follow"].trigger()
    qtbot.waitUntil(lambda: window.replay.cursor == 4)
    assert window.status.news.text() == "Following the end"
    append(path, stream_rows("order-1", 6, 2))
    window.models.news.look()
    qtbot.waitUntil(lambda: window.replay.cursor == 6)
    window.actions_by_name["previous"].trigger()
    assert not window.models.news.following
    assert not window.actions_by_name["follow"].isChecked()


def test_a_private_copy_is_never_watched_and_says_why(
    window: MainWindow, qtbot: QtBot, path: Path
) -> None:
    window.open_request(OpenRequest(str(path), options=OpenOptions(touch_nothing=True)))
    qtbot.waitUntil(lambda: window.events.count == Count(5))
    assert not window.models.news.watching
    assert "private copy" in reason_of(window.actions_by_name["follow"])


def test_nothing_is_looked_for_while_another_window_is_in_use(
    window: MainWindow, qtbot: QtBot, path: Path
) -> None:
    open_store(window, qtbot, path)
    qtbot.waitUntil(lambda: window.models.news.watching)
    qtbot.wait(100)  # a look that is on its way may still come
    looked: list[bool] = []
    window.models.news.set_active(False)
    window.models.news.looked.connect(lambda: looked.append(True))
    window.models.news.look()
    qtbot.wait(60)
    assert not looked
    window.models.news.set_active(True)
    qtbot.waitUntil(lambda: bool(looked))


def test_more_than_can_be_counted_is_at_least_so_many(
    window: MainWindow, qtbot: QtBot, path: Path
) -> None:
    open_store(window, qtbot, path)
    qtbot.waitUntil(lambda: window.models.news.watching)
    append(path, stream_rows("order-9", 1, 1500))
    look(window, qtbot, 1000)
    assert window.status.news.text().startswith("at least 1\u2009000 new events")


def test_tables_that_changed_take_the_page_and_lead_on(
    window: MainWindow, qtbot: QtBot, path: Path
) -> None:
    open_store(window, qtbot, path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("ALTER TABLE stored_events RENAME TO gone")
    window.actions_by_name["reload"].trigger()
    qtbot.waitUntil(window.gone_page.isVisible)
    content = window.gone_page.content
    assert content is not None
    assert "no longer" in content.sentence
    assert not window.place.isVisible()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("ALTER TABLE gone RENAME TO stored_events")
    content.steps[0].run()
    qtbot.waitUntil(lambda: window.events.count == Count(5))
    assert window.place.isVisible()


def test_what_fails_after_a_lost_connection_does_not_hide_what_happened(
    window: MainWindow, qtbot: QtBot, path: Path
) -> None:
    open_store(window, qtbot, path)
    window.events.failed.emit(ConnectionLost("The server went away."))
    window.timeline.failed.emit(StoreUnavailable("No answer."))
    assert window.banner.accessibleName().startswith("The server went away.")
    window.conductor.health.reconnect()
    qtbot.waitUntil(lambda: not window.models.freshness.stale)
    window.timeline.failed.emit(StoreUnavailable("No answer."))
    assert window.banner.accessibleName().startswith("No answer.")


@pytest.mark.postgres
def test_a_lost_connection_leaves_what_was_read_and_offers_to_connect_again(
    window: MainWindow, qtbot: QtBot, own_postgres_server: PostgresServer
) -> None:
    own_postgres_server.execute(STORED_EVENTS)
    window.open_request(OpenRequest(own_postgres_server.conninfo()))
    qtbot.waitUntil(lambda: window.events.count == Count(5), timeout=20_000)
    qtbot.waitUntil(lambda: window.models.news.watching)
    own_postgres_server.stop()
    window.models.news.look()
    said = "What is shown was read at"
    qtbot.waitUntil(lambda: said in window.banner.accessibleName(), timeout=20_000)
    qtbot.wait(100)  # what else fails now is a consequence, and not said
    assert said in window.banner.accessibleName()
    assert window.models.freshness.stale
    assert window.status.age.text().startswith("stale: read")
    assert window.events.rowCount() == 5
    assert not window.models.news.watching
    own_postgres_server.start()
    window.conductor.health.reconnect()
    qtbot.waitUntil(lambda: not window.banner.isVisible(), timeout=20_000)
    qtbot.waitUntil(lambda: not window.models.freshness.stale)
    qtbot.waitUntil(lambda: window.events.count == Count(5))
    assert window.store.phase is Phase.OPEN
