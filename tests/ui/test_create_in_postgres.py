"""A snapshot that the window writes into PostgreSQL is the row that the library itself wrote."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from inspector.services.write_log import WriteLog
from inspector.services.write_unlock import unlock
from inspector.ui.dialogs.create_snapshot import CreateSnapshot
from inspector.ui.models.snapshot_maker import MakerPhase
from inspector.ui.models.store_model import Phase
from tests.helpers.written import own_copy
from tests.layouts.cases import Case
from tests.ui.windows import new_window

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from inspector.ui.theme import Theme
    from tests.helpers.postgres import PostgresServer


def test_the_row_is_written_and_verified(
    theme: Theme, qtbot: QtBot, tmp_path: Path, postgres_server: PostgresServer
) -> None:
    own = own_copy(Case("pyeventsourcing", "plain", "postgresql"), tmp_path, postgres_server)
    with own.open() as (store, *_):
        snapshot = store.reader.snapshots.page(limit=1)[0]
        choice = store.table
        table = store.match.tables["snapshots"].full_name
    own.remove(snapshot)
    window = new_window(theme, qtbot, tmp_path)
    window.writing.log = WriteLog(tmp_path / "written.jsonl")
    window.open_request(
        replace(own.request, choice=choice), snapshot.stream.name, snapshot.position
    )
    qtbot.waitUntil(lambda: window.store.phase is Phase.OPEN, timeout=30_000)
    qtbot.waitUntil(lambda: window.replay.step is not None, timeout=30_000)
    assert window.replay.place == snapshot.position
    opened = window.store.store
    assert opened is not None
    window.writing.put(unlock(opened, opened.name))
    window.actions_by_name["create-snapshot"].trigger()
    dialog = window.findChildren(CreateSnapshot)[-1]
    qtbot.waitUntil(lambda: dialog.maker.phase is not MakerPhase.LOOKING, timeout=30_000)
    assert dialog.maker.phase is MakerPhase.READY, dialog.report.text
    assert table in dialog.report.text
    dialog.confirm.write_button.click()
    qtbot.waitUntil(lambda: dialog.maker.phase is MakerPhase.WRITTEN, timeout=30_000)
    assert dialog.maker.created is not None
    assert dialog.maker.created.verified, dialog.maker.created.reason
    assert own.row(snapshot)
    dialog.reject()
    window.close()
