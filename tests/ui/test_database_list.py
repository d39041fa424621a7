"""Choosing a database of a server, and the statements for a role that only reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QGuiApplication

from inspector.core.events import Count
from inspector.services.open_store import OpenRequest
from inspector.services.sample import sample_store
from inspector.ui.dialogs.database_list import DatabaseList
from inspector.ui.dialogs.grant_view import GrantView
from inspector.ui.dialogs.open_dialog import SERVER_TAB, OpenDialog
from inspector.ui.recent import RecentStores
from inspector.ui.widgets.banner import Tone
from inspector.ui.widgets.chip import ChipButton
from tests.ui.windows import STORED_EVENTS, ini, new_window

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from inspector.ui.theme import Theme
    from tests.helpers.postgres import PostgresServer

pytestmark = pytest.mark.postgres
SLOW = 20_000


@pytest.fixture
def server(own_postgres_server: PostgresServer) -> PostgresServer:
    for name in ("orders", "other"):
        own_postgres_server.create_database(name)
    own_postgres_server.execute(STORED_EVENTS, "orders")
    return own_postgres_server


@pytest.fixture
def dialog(theme: Theme, qtbot: QtBot, tmp_path: Path) -> OpenDialog:
    made = OpenDialog(theme, RecentStores(ini(tmp_path / "recent.ini")))
    qtbot.addWidget(made)
    made.show()
    made.tabs.setCurrentIndex(SERVER_TAB)
    return made


def cells(shown: DatabaseList) -> dict[str, str]:
    rows = shown.rows
    return {rows.index(row, 0).data(): rows.index(row, 1).data() for row in range(rows.rowCount())}


def asked(dialog: OpenDialog) -> DatabaseList:
    dialog.server_form.browse_databases.click()
    (shown,) = dialog.findChildren(DatabaseList)
    return shown


def test_a_database_is_chosen_by_what_it_holds(
    dialog: OpenDialog, qtbot: QtBot, server: PostgresServer
) -> None:
    address = f"postgresql://postgres@{server.host}:{server.port}/"
    dialog.set_address(address)
    shown = asked(dialog)
    qtbot.waitUntil(lambda: shown.message.tone is Tone.SUCCESS, timeout=SLOW)
    found = cells(shown)
    assert set(found) == {"orders", "other", "postgres"}
    assert "stored_events" in found["orders"]
    assert found["other"] == found["postgres"] == "none"
    assert "1 database holds event stores" in shown.message.text
    shown.view.selectRow(0)
    shown.take_button.click()
    assert dialog.server_form.database.text() == "orders"
    assert dialog.form.address == f"{address}orders"


def test_a_server_that_does_not_answer_says_why(dialog: OpenDialog, qtbot: QtBot) -> None:
    dialog.set_address("postgresql://nobody@127.0.0.1:1/x")
    shown = asked(dialog)
    qtbot.waitUntil(lambda: shown.message.tone is Tone.ERROR, timeout=SLOW)
    assert "cannot be reached" in shown.message.text
    assert not shown.take_button.isEnabled()
    shown.reject()


def test_closing_it_stops_looking(dialog: OpenDialog, qtbot: QtBot, server: PostgresServer) -> None:
    dialog.set_address(f"postgresql://postgres@{server.host}:{server.port}/")
    shown = asked(dialog)
    qtbot.waitUntil(lambda: shown.rows.rowCount() == 3, timeout=SLOW)
    shown.reject()
    qtbot.wait(50)
    assert dialog.server_form.database.text() == ""


def test_a_role_that_could_write_leads_to_one_that_cannot(
    theme: Theme, qtbot: QtBot, tmp_path: Path, server: PostgresServer
) -> None:
    window = new_window(theme, qtbot, tmp_path)
    window.open_request(OpenRequest(server.conninfo("orders")))
    qtbot.waitUntil(lambda: window.events.count == Count(5), timeout=SLOW)
    (badge,) = (
        chip
        for chip in window.bar.findChildren(ChipButton)
        if chip.accessibleName() == "Role could write"
    )
    badge.click()
    (view,) = window.findChildren(GrantView)
    text = view.text.toPlainText()
    assert 'GRANT SELECT ON TABLE "public"."stored_events"' in text
    assert 'ON DATABASE "orders"' in text
    view.copy_button.click()
    assert QGuiApplication.clipboard().text().rstrip() == text
    view.accept()
    window.open_request(OpenRequest(str(sample_store())))
    qtbot.waitUntil(lambda: window.store.store is not None, timeout=SLOW)
    assert not [chip for chip in window.bar._badges if chip.accessibleName() == "Role could write"]
    window.close()
