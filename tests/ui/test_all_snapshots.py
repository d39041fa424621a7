"""The page of all snapshots: worst first, groups with counts, partial when stopped, a report."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QPushButton

from inspector.core.snapshot_checks import BAD, Cause, Verdict
from inspector.services.long_scans import run_slice
from inspector.services.sample import sample_store
from inspector.services.snapshot_files import load
from inspector.ui.models import all_snapshots, long_scan
from inspector.ui.models.all_snapshots import ALL, UNCHECKED, Group
from inspector.ui.models.long_scan import ScanPhase
from inspector.ui.models.snapshot_rows import LINE_ROLE, SnapshotColumn
from inspector.ui.pages.all_snapshots import AllSnapshotsPage
from inspector.ui.widgets.banner import Banner
from tests.benchmarks.snapshot_faults import FAULTS, VERDICTS
from tests.helpers.stores import stream_rows, write_store
from tests.ui.snapshot_stores import SMALL, dashed, lying_store, open_with_rules
from tests.ui.windows import new_window, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from inspector.ui.main_window import MainWindow
    from inspector.ui.theme import Theme


@pytest.fixture(scope="module")
def lying(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    return lying_store(tmp_path_factory.mktemp("lying"))


@pytest.fixture
def window(theme: Theme, qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    made = new_window(theme, qtbot, tmp_path)
    yield made
    made.close()


def page_of(window: MainWindow, qtbot: QtBot) -> AllSnapshotsPage:
    """The page in front, with its list read."""
    window.actions_by_name["page-all-snapshots"].trigger()
    page = window.pages.front
    assert isinstance(page, AllSnapshotsPage)
    qtbot.waitUntil(lambda: not page.model.listing.running)
    return page


def verified(page: AllSnapshotsPage, qtbot: QtBot) -> AllSnapshotsPage:
    QTest.mouseClick(page.verify_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page.model.verifying.running, timeout=30_000)
    return page


def test_the_most_events_since_come_first(window: MainWindow, qtbot: QtBot) -> None:
    open_store(window, qtbot)
    page = page_of(window, qtbot)
    since = [line.events_since or 0 for line in page.model.shown if line.newest]
    assert since == sorted(since, reverse=True)
    assert len(page.model.shown) == 319
    assert [line.newest for line in page.model.shown].count(False) > 0
    assert page.notice.isVisible()  # there are no rules: said before somebody waits
    assert not page.save_button.isVisible()


def test_job_six_takes_four_interactions(
    window: MainWindow,
    qtbot: QtBot,
    lying: tuple[Path, dict[str, str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Snapshots, Verify all, open the worst, save what is right; every fault with its cause."""
    path, plan = lying
    before = path.read_bytes()
    open_with_rules(window, qtbot, path)
    interactions = 0

    window.actions_by_name["page-all-snapshots"].trigger()
    interactions += 1
    page = window.pages.front
    assert isinstance(page, AllSnapshotsPage)
    qtbot.waitUntil(lambda: not page.model.listing.running)

    verified(page, qtbot)
    interactions += 1
    wrong = {
        line.stream.name: (line.verdict.value, line.cause.value)
        for line in page.model.checked
        if line.verdict in BAD
    }
    planted = {("dead" + s[4:] if k == "orphan" else s): VERDICTS[k] for s, k in plan.items()}
    assert wrong == {dashed(stream): verdict for stream, verdict in planted.items()}
    assert len(page.model.checked) == SMALL.streams

    worst = page.model.shown[0]
    assert page.view.currentIndex().row() == 0
    QTest.keyClick(page.view, Qt.Key.Key_Return)
    interactions += 1
    assert window.pages.front is None
    assert window.details.tab == "snapshots"
    qtbot.waitUntil(lambda: window.replay.place == worst.version)
    qtbot.waitUntil(lambda: window.models.snapshots.view is not None)
    view = window.models.snapshots.view
    assert view is not None
    assert view.check.snapshot.stream.name == worst.stream.name
    assert view.check.verdict in BAD
    file = tmp_path / "correct.snapshot.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    window.details.snapshots.pane.findChildren(Banner)[0].findChildren(QPushButton)[0].click()
    interactions += 1
    qtbot.waitUntil(file.exists)
    assert load(file).position == worst.version
    assert interactions <= 4
    assert path.read_bytes() == before


def test_groups_count_and_filter(
    window: MainWindow, qtbot: QtBot, lying: tuple[Path, dict[str, str]]
) -> None:
    open_with_rules(window, qtbot, lying[0])
    page = verified(page_of(window, qtbot), qtbot)
    counts = dict(page.model.groups)
    assert counts[ALL] == SMALL.streams
    assert counts[Group(Verdict.MATCHES)] == SMALL.streams - sum(FAULTS.values())
    assert counts[Group(Verdict.DIFFERS, Cause.ROUNDED)] == FAULTS["rounded"]
    assert UNCHECKED not in counts
    assert page.summary.text().endswith("100 checked: 37 wrong, 63 right")
    row = next(
        n
        for n, (g, _) in enumerate(page.model.groups)
        if g == Group(Verdict.DIFFERS, Cause.ROUNDED)
    )
    page.group_list.go_to_row(row)
    assert page.rows.rowCount() == FAULTS["rounded"]
    assert "numbers rounded" in str(page.rows.index(0, SnapshotColumn.VERDICT).data())
    assert str(page.rows.index(0, SnapshotColumn.FIRST).data())


def test_a_stopped_check_is_partial_and_says_so_in_the_report(
    window: MainWindow,
    qtbot: QtBot,
    lying: tuple[Path, dict[str, str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Both cores, as the command line uses them; Esc stops them and keeps what they found."""
    monkeypatch.setattr(all_snapshots, "FEW", 0)
    open_with_rules(window, qtbot, lying[0])
    page = page_of(window, qtbot)
    monkeypatch.setattr(long_scan, "run_slice", partial(run_slice, seconds=0))
    stop = window.actions_by_name["stop"].trigger
    scan = page.model.verifying
    scan.changed.connect(
        lambda: QTimer.singleShot(0, stop) if scan.running and page.model.checked else None
    )
    page.verify_button.click()
    qtbot.waitUntil(lambda: not page.model.verifying.running, timeout=30_000)
    assert window.pages.front is page
    assert page.model.verifying.phase is ScanPhase.STOPPED
    assert 0 < len(page.model.checked) < SMALL.streams
    file = tmp_path / "report.jsonl"
    page.save(file)
    qtbot.waitUntil(file.exists)
    head, *lines = (json.loads(line) for line in file.read_text().splitlines())
    assert "stopped after" in json.dumps(head)
    assert len(lines) == len(page.model.checked)


@pytest.mark.parametrize("ending", ["html", "csv", "jsonl"])
def test_the_report_is_saved_in_every_format(
    window: MainWindow,
    qtbot: QtBot,
    lying: tuple[Path, dict[str, str]],
    tmp_path: Path,
    ending: str,
) -> None:
    open_with_rules(window, qtbot, lying[0])
    page = verified(page_of(window, qtbot), qtbot)
    file = tmp_path / f"report.{ending}"
    page.save(file)
    qtbot.waitUntil(page.notice.isVisible)
    assert "numbers-rounded" in file.read_text()
    page.save(tmp_path / "report.docx")
    qtbot.waitUntil(lambda: "in which format" in page.notice.accessibleName())


def test_an_orphan_stays_on_the_page_and_says_why(
    window: MainWindow, qtbot: QtBot, lying: tuple[Path, dict[str, str]]
) -> None:
    open_with_rules(window, qtbot, lying[0])
    page = verified(page_of(window, qtbot), qtbot)
    page.model.show_group(Group(Verdict.ORPHAN))
    assert page.rows.rowCount() == 1
    page.view.activated.emit(page.rows.index(0, 0))
    assert window.pages.front is page
    assert page.rows.index(0, 0).data(LINE_ROLE).last is None


def test_no_table_is_not_no_snapshot(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    open_store(window, qtbot, write_store(tmp_path / "bare.sqlite", stream_rows("a", 1, 3)))
    page = page_of(window, qtbot)
    content = page.empty_page.content
    assert content is not None
    assert content.sentence.startswith("This store has no place for snapshots")
    assert not page.verify_button.isVisible()


def test_another_store_forgets_what_was_found(
    window: MainWindow, qtbot: QtBot, lying: tuple[Path, dict[str, str]]
) -> None:
    open_with_rules(window, qtbot, lying[0])
    page = verified(page_of(window, qtbot), qtbot)
    open_store(window, qtbot, sample_store())
    assert page.model.checked == []
    assert page.model.groups == [(ALL, 0)]
