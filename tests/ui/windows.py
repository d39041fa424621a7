"""Windows for tests: built as the program builds them, with settings of their own."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings

from inspector.services.open_store import OpenRequest
from inspector.services.sample import sample_store
from inspector.ui.main_window import MainWindow
from inspector.ui.models.store_model import Phase
from inspector.ui.recent import RecentStores

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

    from inspector.ui.session import Session
    from inspector.ui.theme import Theme

WALLET = "97e74d34-be82-5e8a-96b5-b0ea03c322a8"
"""The wallet of the incident: 26 events, its balance is negative after version 21."""

STORED_EVENTS = """
CREATE TABLE stored_events (originator_id uuid, originator_version int, topic text,
    state bytea, notification_id bigserial, PRIMARY KEY (originator_id, originator_version));
CREATE UNIQUE INDEX ON stored_events (notification_id ASC);
INSERT INTO stored_events (originator_id, originator_version, topic, state)
SELECT '97e74d34-be82-5e8a-96b5-b0ea03c322a8', n, 'shop:Order.Counted', '{}'::bytea
FROM generate_series(1, 5) n
"""
"""A small store of Python ``eventsourcing`` in PostgreSQL: one stream of five events."""


def ini(path: Path) -> QSettings:
    """A settings file."""
    return QSettings(str(path), QSettings.Format.IniFormat)


def wait_for_plot_import(qtbot: QtBot) -> None:
    """Wait for the thread that loads the plot's library; it cannot be stopped."""
    qtbot.waitUntil(
        lambda: not any(t.name == "plot-import" for t in threading.enumerate()), timeout=30_000
    )


def new_window(
    theme: Theme, qtbot: QtBot, folder: Path, session: Session | None = None
) -> MainWindow:
    """A window that is shown, with its settings in a folder."""
    recent = RecentStores(ini(folder / "recent.ini"))
    window = MainWindow(theme, ini(folder / "window.ini"), recent, session)

    def wait_for_the_plot(_window: QWidget) -> None:
        qtbot.waitUntil(lambda: window.timeline.view.ready)
        wait_for_plot_import(qtbot)

    qtbot.addWidget(window, before_close_func=wait_for_the_plot)
    window.show()
    window.activateWindow()
    qtbot.waitExposed(window)
    return window


def open_store(
    window: MainWindow, qtbot: QtBot, path: Path | None = None, stream: str | None = None
) -> None:
    """Open a store, the sample by default, and wait until what was asked for can be seen."""
    window.open_request(OpenRequest(str(path or sample_store())), stream)
    qtbot.waitUntil(lambda: window.store.phase is Phase.OPEN)
    if stream is None:
        qtbot.waitUntil(lambda: window.events.count.exact and window.streams.rowCount() > 0)
    else:
        qtbot.waitUntil(lambda: window.replay.step is not None)
        qtbot.waitUntil(lambda: window.events.event_at(window.replay.cursor) is not None)
        qtbot.waitUntil(lambda: window.timeline.view.ready)
