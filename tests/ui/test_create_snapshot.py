"""Creating snapshots from the window: dry run first, a gate, nothing without unlocking."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from inspector.core.snapshot_checks import Verdict
from inspector.services.sample import sample_rules, sample_store
from inspector.services.snapshot_planning import Step
from inspector.services.write_log import WriteLog
from inspector.services.write_unlock import unlock
from inspector.ui.dialogs.create_many import CreateMany
from inspector.ui.dialogs.create_snapshot import STEPS, CreateSnapshot
from inspector.ui.dialogs.unlock_store import UnlockDialog
from inspector.ui.dialogs.write_log_view import WriteLogView
from inspector.ui.models.snapshot_batch import BatchPhase, Fate
from inspector.ui.models.snapshot_maker import MakerPhase
from inspector.ui.store_labels import StoreLabel
from tests.ui.snapshot_stores import dashed, lying_store, open_with_rules
from tests.ui.windows import WALLET, new_window

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from inspector.ui.main_window import MainWindow
    from inspector.ui.theme import Theme

LAST = 26
"""The wallet's last version; it has snapshots of versions 10 and 20."""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return shutil.copy(sample_store(), tmp_path / "shop.sqlite")


@pytest.fixture
def window(theme: Theme, qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    made = new_window(theme, qtbot, tmp_path)
    made.writing.log = WriteLog(tmp_path / "log" / "written.jsonl")
    yield made
    made.close()


def open_wallet(window: MainWindow, qtbot: QtBot, store: Path, rules: Path | None = None) -> None:
    open_with_rules(window, qtbot, store, WALLET, rules=rules or sample_rules())


def asked(window: MainWindow, qtbot: QtBot, at: int = LAST) -> CreateSnapshot:
    """The dialog for a version, with its checks at their end."""
    window.replay.move_to(at - 1)
    qtbot.waitUntil(lambda: window.replay.place == at)
    window.actions_by_name["create-snapshot"].trigger()
    dialog = window.findChildren(CreateSnapshot)[-1]
    qtbot.waitUntil(lambda: dialog.maker.phase is not MakerPhase.LOOKING, timeout=30_000)
    return dialog


def allow(window: MainWindow) -> None:
    """Unlock the open store by its name."""
    store = window.store.store
    assert store is not None
    window.writing.put(unlock(store, store.name))


def snapshots(store: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(store)) as connection:
        text = "SELECT originator_id, originator_version FROM stored_snapshots ORDER BY 1, 2"
        return connection.execute(text).fetchall()


def versions(store: Path, stream: str) -> list[int]:
    return [version for key, version in snapshots(store) if str(key) == stream.replace("-", "")]


def test_a_dry_run_shows_the_exact_row_and_writes_nothing(
    window: MainWindow, qtbot: QtBot, store: Path
) -> None:
    before = store.read_bytes()
    open_wallet(window, qtbot, store)
    dialog = asked(window, qtbot)
    assert dialog.maker.phase is MakerPhase.READY
    assert dialog.maker.passed == tuple(Step)
    assert dialog.statement.toPlainText().startswith('INSERT INTO "stored_snapshots"')
    assert f"originator_version = {LAST}" in dialog.statement.toPlainText()
    assert "nothing was written" in dialog.banner.accessibleName()
    assert all(words in dialog.report.text for words in STEPS.values())
    assert not dialog.confirm.isVisible()
    dialog.reject()
    assert store.read_bytes() == before


def test_nothing_is_written_without_unlocking(
    window: MainWindow, qtbot: QtBot, store: Path
) -> None:
    """Neither by the button, which is not there, nor by whatever else would reach it."""
    before = snapshots(store)
    open_wallet(window, qtbot, store)
    dialog = asked(window, qtbot)
    assert not dialog.confirm.write_button.isVisible()
    dialog.confirm.confirmed.emit()
    assert dialog.maker.phase is MakerPhase.READY
    dialog.reject()
    window.actions_by_name["create-snapshots"].trigger()
    many = window.findChildren(CreateMany)[-1]
    many.longer.setValue(10)
    many.newer.setValue(1)
    many.look_button.click()
    qtbot.waitUntil(lambda: many.batch.phase is BatchPhase.LOOKED, timeout=30_000)
    assert many.batch.count(Fate.READY) > 0
    assert not many.confirm.isVisible()
    many.confirm.confirmed.emit()
    assert many.batch.phase is BatchPhase.LOOKED
    many.reject()
    assert snapshots(store) == before
    assert window.writing.log.lines() == ()


def test_only_the_right_name_unlocks_and_the_bar_says_so(
    window: MainWindow, qtbot: QtBot, store: Path
) -> None:
    open_wallet(window, qtbot, store)
    assert window.bar.lock.accessibleName() == "Read-only"
    window.bar.lock.click()
    dialog = window.findChildren(UnlockDialog)[-1]
    dialog.name.setText("another.sqlite")
    dialog.allow.click()
    assert window.writing.unlocked is None
    assert dialog.message.isVisible()
    dialog.name.setText(store.name)
    dialog.allow.click()
    assert window.writing.unlocked is not None
    assert window.bar.lock.accessibleName() == "Snapshots may be written"
    assert window.status.counts.text().startswith("snapshots may be written")
    window.actions_by_name["unlock-writing"].trigger()
    assert window.writing.unlocked is None
    assert window.bar.lock.accessibleName() == "Read-only"


def test_a_permission_ends_with_its_store(
    window: MainWindow, qtbot: QtBot, store: Path, tmp_path: Path
) -> None:
    open_wallet(window, qtbot, store)
    allow(window)
    other = shutil.copy(sample_store(), tmp_path / "other.sqlite")
    open_wallet(window, qtbot, other)
    assert window.writing.unlocked is None
    assert window.bar.lock.accessibleName() == "Read-only"


def test_a_confirmed_snapshot_is_written_read_back_and_verified(
    window: MainWindow, qtbot: QtBot, store: Path
) -> None:
    open_wallet(window, qtbot, store)
    window.show_panel("snapshots")
    dialog = asked(window, qtbot)
    allow(window)
    assert dialog.confirm.isVisible()
    QTest.mouseClick(dialog.confirm.write_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.maker.phase is MakerPhase.WRITTEN, timeout=30_000)
    created = dialog.maker.created
    assert created is not None
    assert created.verified, created.reason
    assert versions(store, WALLET) == [10, 20, LAST]
    assert [line["outcome"] for line in window.writing.log.lines()] == ["begun", "written"]
    assert "verified" in dialog.banner.accessibleName()
    assert not dialog.confirm.isVisible()
    dialog.reject()
    tab = window.models.snapshots
    qtbot.waitUntil(lambda: [line.version for line in tab.lines] == [LAST, 20, 10])
    qtbot.waitUntil(lambda: window.replay.snapshots == (10, 20, LAST))
    tab.verify()
    qtbot.waitUntil(lambda: not tab.verifying)
    assert {c.verdict for c in tab.book.of_stream(tab.lines[0].stream)} == {Verdict.MATCHES}


def test_a_production_store_has_to_be_typed_once_more(
    window: MainWindow, qtbot: QtBot, store: Path
) -> None:
    open_wallet(window, qtbot, store)
    assert window.store.store is not None
    window.labels.put(window.store.store, StoreLabel.PRODUCTION)
    dialog = asked(window, qtbot)
    allow(window)
    confirm = dialog.confirm
    assert confirm.name.isVisible()
    assert not confirm.write_button.isVisible()
    confirm.name.setText(store.name)
    assert confirm.write_button.isVisible()
    dialog.reject()


def test_a_version_that_has_a_snapshot_is_refused(
    window: MainWindow, qtbot: QtBot, store: Path
) -> None:
    open_wallet(window, qtbot, store)
    allow(window)
    dialog = asked(window, qtbot, 20)
    assert dialog.maker.phase is MakerPhase.REFUSED
    assert dialog.maker.passed == (Step.PLACE, Step.EXACT)
    assert "There is a snapshot of version 20 already." in dialog.report.text
    assert "Not reached" in dialog.report.text
    assert not dialog.confirm.isVisible()
    dialog.reject()


def test_rules_that_do_not_reproduce_what_is_there_are_refused_with_the_failing_ones(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path, plan = lying_store(tmp_path)
    stream = next(s for s, kind in plan.items() if kind == "value")
    open_with_rules(window, qtbot, path, dashed(stream))
    dialog = asked(window, qtbot, window.replay.count)
    assert dialog.maker.phase is MakerPhase.REFUSED
    assert dialog.maker.passed == (Step.PLACE, Step.EXACT, Step.FREE)
    assert "differs" in dialog.report.text
    dialog.reject()


def test_without_rules_it_is_refused(window: MainWindow, qtbot: QtBot, store: Path) -> None:
    open_with_rules(window, qtbot, store, WALLET, rules=None)
    dialog = asked(window, qtbot)
    assert dialog.maker.phase is MakerPhase.REFUSED
    assert dialog.maker.passed == ()
    assert "there are no rules for this store" in dialog.report.text
    dialog.reject()


def test_a_stream_that_went_on_since_the_preview_is_not_written(
    window: MainWindow, qtbot: QtBot, store: Path
) -> None:
    open_wallet(window, qtbot, store)
    allow(window)
    dialog = asked(window, qtbot)
    with closing(sqlite3.connect(store)) as connection, connection:
        connection.execute(
            "INSERT INTO stored_events (originator_id, originator_version, topic, state)"
            " SELECT originator_id, 27, topic, state FROM stored_events"
            " WHERE originator_id = ? AND originator_version = 26",
            (WALLET.replace("-", ""),),
        )
    before = snapshots(store)
    dialog.confirm.write_button.click()
    qtbot.waitUntil(lambda: dialog.maker.phase is MakerPhase.FAILED, timeout=30_000)
    assert snapshots(store) == before
    assert dialog.again_button.isVisible()
    assert [line["outcome"] for line in window.writing.log.lines()] == ["begun", "not-written"]
    dialog.reject()


def test_the_state_can_be_kept_as_a_file_where_nothing_may_be_written(
    window: MainWindow, qtbot: QtBot, store: Path, tmp_path: Path
) -> None:
    before = store.read_bytes()
    open_wallet(window, qtbot, store)
    dialog = asked(window, qtbot, 20)
    file = tmp_path / "wallet.snapshot.json"
    dialog.maker.save_file(file)
    qtbot.waitUntil(lambda: "saved as a file" in dialog.banner.accessibleName())
    assert file.exists()
    dialog.reject()
    assert store.read_bytes() == before


def test_many_streams_are_previewed_then_written_one_by_one(
    window: MainWindow, qtbot: QtBot, store: Path
) -> None:
    open_wallet(window, qtbot, store)
    window.actions_by_name["create-snapshots"].trigger()
    dialog = window.findChildren(CreateMany)[-1]
    dialog.longer.setValue(15)
    dialog.newer.setValue(5)
    dialog.look_button.click()
    qtbot.waitUntil(lambda: dialog.batch.phase is BatchPhase.LOOKED, timeout=30_000)
    ready = dialog.batch.count(Fate.READY)
    refused = dialog.batch.count(Fate.REFUSED)
    assert ready > 1
    before = len(snapshots(store))
    allow(window)
    dialog.confirm.write_button.click()
    qtbot.waitUntil(lambda: dialog.batch.phase is BatchPhase.WROTE, timeout=30_000)
    assert dialog.batch.count(Fate.WRITTEN) == ready
    assert dialog.batch.count(Fate.REFUSED) == refused
    assert len(snapshots(store)) == before + ready
    outcomes = [line["outcome"] for line in window.writing.log.lines()]
    assert outcomes == ["begun", "written"] * ready
    dialog.reject()


def test_a_stopped_preview_of_many_is_a_part_and_says_so(
    window: MainWindow, qtbot: QtBot, store: Path
) -> None:
    open_wallet(window, qtbot, store)
    window.actions_by_name["create-snapshots"].trigger()
    dialog = window.findChildren(CreateMany)[-1]
    dialog.longer.setValue(1)
    dialog.newer.setValue(1)
    dialog.look_button.click()
    dialog.reject()  # Escape stops; it does not close
    qtbot.waitUntil(lambda: dialog.batch.phase is BatchPhase.LOOKED, timeout=30_000)
    assert dialog.batch.stopped
    assert dialog.isVisible()
    assert "a part only" in dialog.banner.accessibleName()
    dialog.reject()


def test_the_record_is_shown_newest_first(window: MainWindow, qtbot: QtBot, store: Path) -> None:
    open_wallet(window, qtbot, store)
    facts = {"store": "<b>shop</b>", "stream": WALLET, "version": 3, "state_sha256": "ab" * 32}
    window.writing.log.add("begun", facts)
    window.writing.log.add("written", {**facts, "version": 4})
    window.actions_by_name["write-log"].trigger()
    view = window.findChildren(WriteLogView)[-1]
    qtbot.waitUntil(lambda: view.rows.rowCount() == 2)
    assert [view.rows.index(row, 4).data() for row in (0, 1)] == ["4", "3"]
    assert view.rows.index(0, 1).data() == "written"
    assert view.rows.index(0, 2).data() == "<b>shop</b>"
    view.accept()


def test_an_event_that_fails_later_refuses_an_earlier_version(
    window: MainWindow, qtbot: QtBot, store: Path
) -> None:
    with closing(sqlite3.connect(store)) as connection, connection:
        connection.execute(
            "INSERT INTO stored_events (originator_id, originator_version, topic, state)"
            " SELECT originator_id, 27, 'shop.wallets:Wallet.Spent', '{\"amount\":[]}'"
            " FROM stored_events WHERE originator_id = ? AND originator_version = 26",
            (WALLET.replace("-", ""),),
        )
    open_wallet(window, qtbot, store)
    dialog = asked(window, qtbot, 26)
    assert dialog.maker.phase is MakerPhase.REFUSED
    assert dialog.maker.passed == (Step.PLACE,)
    assert "An event after this version could not be applied." in dialog.report.text
    dialog.reject()
