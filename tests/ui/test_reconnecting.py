"""A connection that dies under the window: server restarted, session ended, tunnel gone."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import psycopg
import pytest
from PySide6.QtWidgets import QPushButton

from inspector.core.events import Count
from inspector.services.open_store import OpenRequest
from inspector.storage import ssh_tunnel, tunnels
from inspector.ui.models.store_model import Phase
from tests.helpers.ssh import running_ssh_server
from tests.ui.windows import STORED_EVENTS, WALLET, new_window

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from inspector.ui.main_window import MainWindow
    from inspector.ui.theme import Theme
    from tests.helpers.postgres import PostgresServer

pytestmark = pytest.mark.postgres
SLOW = 20_000


@pytest.fixture
def window(theme: Theme, qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    made = new_window(theme, qtbot, tmp_path)
    yield made
    made.close()


def opened(window: MainWindow, qtbot: QtBot, address: str) -> None:
    window.open_request(OpenRequest(address))
    qtbot.waitUntil(lambda: window.events.count == Count(5), timeout=SLOW)
    qtbot.waitUntil(lambda: window.models.news.watching)
    # Only what is done here reads from now on.
    window.models.news.set_active(False)
    qtbot.waitUntil(lambda: window.models.activity.busy is None, timeout=SLOW)


def end_sessions(server: PostgresServer) -> None:
    """End every session of this program, as an administrator or a firewall would."""
    with psycopg.connect(server.conninfo(), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = 'event-history-inspector'"
        )


def show_wallet(window: MainWindow, qtbot: QtBot) -> None:
    window.conductor.find_and_show(WALLET, None, 3)
    qtbot.waitUntil(
        lambda: window.replay.step is not None and window.replay.step.position == 3, timeout=SLOW
    )


def again(window: MainWindow) -> QPushButton:
    (button,) = (b for b in window.banner.findChildren(QPushButton) if b.text() == "Connect again")
    return button


def is_well(window: MainWindow) -> bool:
    return not window.banner.isVisible() and not window.models.freshness.stale


def test_sessions_that_were_ended_are_not_even_noticed(
    window: MainWindow, qtbot: QtBot, own_postgres_server: PostgresServer
) -> None:
    own_postgres_server.execute(STORED_EVENTS)
    opened(window, qtbot, own_postgres_server.conninfo())
    end_sessions(own_postgres_server)
    show_wallet(window, qtbot)
    assert is_well(window)
    own_postgres_server.stop()
    own_postgres_server.start()
    window.actions_by_name["previous"].trigger()
    window.actions_by_name["all-events"].trigger()
    qtbot.waitUntil(lambda: window.events.count == Count(5), timeout=SLOW)
    assert is_well(window)


def test_the_next_action_after_a_loss_connects_by_itself(
    window: MainWindow, qtbot: QtBot, own_postgres_server: PostgresServer
) -> None:
    own_postgres_server.execute(STORED_EVENTS)
    opened(window, qtbot, own_postgres_server.conninfo())
    own_postgres_server.stop()
    window.actions_by_name["reload"].trigger()
    qtbot.waitUntil(lambda: window.models.freshness.stale, timeout=SLOW)
    assert window.banner.isVisible()
    assert window.events.rowCount() == 5
    own_postgres_server.start()
    show_wallet(window, qtbot)
    qtbot.waitUntil(lambda: is_well(window), timeout=SLOW)
    qtbot.waitUntil(lambda: window.models.news.watching, timeout=SLOW)
    assert window.store.phase is Phase.OPEN


def test_while_the_server_is_gone_it_is_said_once(
    window: MainWindow, qtbot: QtBot, own_postgres_server: PostgresServer
) -> None:
    own_postgres_server.execute(STORED_EVENTS)
    opened(window, qtbot, own_postgres_server.conninfo())
    shown: list[str] = []
    show = window.banner.show_message
    window.banner.show_message = lambda *a, **k: (shown.append(a[1]), show(*a, **k))  # type: ignore[method-assign]
    own_postgres_server.stop()
    for _ in range(3):
        window.actions_by_name["reload"].trigger()
        window.conductor.find_and_show(WALLET, None, 3)
        qtbot.wait(200)
    qtbot.waitUntil(lambda: window.models.freshness.stale, timeout=SLOW)
    qtbot.waitUntil(lambda: window.models.activity.busy is None, timeout=SLOW)
    assert len(set(shown)) == 1, shown
    assert "What is shown was read at" in shown[0]
    assert window.events.rowCount() == 5
    assert window.status.age.text().startswith("stale: read")
    again(window).click()
    qtbot.waitUntil(lambda: window.models.activity.busy is None, timeout=SLOW)
    assert window.banner.isVisible()
    own_postgres_server.start()
    again(window).click()
    qtbot.waitUntil(lambda: is_well(window), timeout=SLOW)


def test_a_tunnel_that_dies_under_the_window(
    window: MainWindow,
    qtbot: QtBot,
    own_postgres_server: PostgresServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own_postgres_server.execute(STORED_EVENTS)
    with running_ssh_server() as bastion:
        monkeypatch.setenv(ssh_tunnel.CONFIGURATION, str(bastion.configuration))
        address = own_postgres_server.conninfo(tcp=True, host="localhost")
        opened(window, qtbot, f"{address} ssh=bastion")
        (shared,) = tunnels._SHARED.values()
        assert shared.tunnel is not None
        assert shared.tunnel._child is not None
        os.kill(shared.tunnel._child.pid, signal.SIGKILL)
        show_wallet(window, qtbot)
        assert is_well(window)
        bastion.stop()
        window.actions_by_name["reload"].trigger()
        qtbot.waitUntil(lambda: window.models.freshness.stale, timeout=SLOW)
        assert "SSH server bastion" in window.banner.accessibleName()
        assert window.events.rowCount() == 5
        bastion.start()
        window.conductor.health.reconnect()
        qtbot.waitUntil(lambda: is_well(window), timeout=SLOW)
        window.close()
    assert not tunnels._SHARED
