"""The tab of a stream's snapshots: list, check, difference, and a face for each way of nothing."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from inspector.core.snapshot_checks import Cause, Verdict
from inspector.services.sample import sample_rules, sample_store
from inspector.ui.models.snapshot_rows import VERDICT_ROLE, SnapshotColumn, span_text
from inspector.ui.models.stream_snapshots import ListState
from inspector.ui.widgets.timeline_data import Tone
from tests.helpers.stores import stream_rows, write_store
from tests.ui.snapshot_stores import dashed, lying_store, open_with_rules
from tests.ui.windows import WALLET, new_window, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from inspector.ui.main_window import MainWindow
    from inspector.ui.theme import Theme

SNAPPED = "4c040414-d451-5ac5-8f75-5aaa5f084438"
"""A wallet of the sample with a snapshot of version 10 and 18 events."""

DEPLOYMENTS = "8361ed06-d8ea-5f5c-b6a6-699391104c32"
"""A stream of the sample without a snapshot."""


@pytest.fixture
def window(theme: Theme, qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    made = new_window(theme, qtbot, tmp_path)
    yield made
    made.close()


def shown(window: MainWindow, qtbot: QtBot) -> None:
    """Bring the tab to the front and wait for the snapshot that it looks at."""
    window.show_panel("snapshots")
    qtbot.waitUntil(lambda: window.models.snapshots.state is not ListState.READING)
    if window.models.snapshots.lines:
        qtbot.waitUntil(lambda: window.models.snapshots.view is not None)


def cell(window: MainWindow, column: SnapshotColumn, row: int = 0) -> str:
    return str(window.details.snapshots.rows.index(row, column).data())


def test_a_right_snapshot_is_listed_with_its_age_and_matches(
    window: MainWindow, qtbot: QtBot
) -> None:
    open_with_rules(window, qtbot, sample_store(), SNAPPED, rules=sample_rules())
    shown(window, qtbot)
    assert cell(window, SnapshotColumn.VERSION) == "10"
    assert cell(window, SnapshotColumn.SINCE) == "8"
    assert cell(window, SnapshotColumn.TIME_SINCE).endswith("days")
    assert cell(window, SnapshotColumn.VERDICT) == "matches"
    assert not window.details.snapshots.pane.differences.isVisible()


def test_going_to_a_snapshot_moves_the_cursor(window: MainWindow, qtbot: QtBot) -> None:
    open_with_rules(window, qtbot, sample_store(), SNAPPED, rules=sample_rules())
    assert window.replay.place == 18
    shown(window, qtbot)
    page = window.details.snapshots
    page.view.go_to_row(0)
    page.view.activated.emit(page.view.currentIndex())
    qtbot.waitUntil(lambda: window.replay.place == 10)
    assert window.details.tab == "snapshots"


def test_a_lying_snapshot_shows_what_differs_and_lights_the_first_field(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path, plan = lying_store(tmp_path)
    stream = next(s for s, kind in plan.items() if kind == "rounded")
    open_with_rules(window, qtbot, path, dashed(stream))
    shown(window, qtbot)
    view = window.models.snapshots.view
    assert view is not None
    assert (view.check.verdict, view.check.cause) == (Verdict.DIFFERS, Cause.ROUNDED)
    pane = window.details.snapshots.pane
    first = view.check.first_difference
    assert first is not None
    assert pane.rows.rowCount() == len(view.check.changes)
    assert pane.tree.current_path() == first.path
    assert first.path in pane.tree.json_model().content.marks
    assert "numbers rounded" in pane.verdict.accessibleName()


def test_without_rules_nothing_matches_and_the_page_says_what_is_needed(
    window: MainWindow, qtbot: QtBot
) -> None:
    open_store(window, qtbot, stream=SNAPPED)
    shown(window, qtbot)
    page = window.details.snapshots
    assert page.rows.index(0, 0).data(VERDICT_ROLE) == Verdict.UNVERIFIABLE
    assert "checked: 1 unverifiable" in page.summary.text()
    assert "Needed: rules" in page.pane.verdict.accessibleDescription()


def test_verdicts_are_forgotten_with_the_rules(window: MainWindow, qtbot: QtBot) -> None:
    open_with_rules(window, qtbot, sample_store(), SNAPPED, rules=sample_rules())
    shown(window, qtbot)
    assert cell(window, SnapshotColumn.VERDICT) == "matches"
    window.actions_by_name["rules-none"].trigger()
    qtbot.waitUntil(
        lambda: (
            bool(window.models.snapshots.lines)
            and cell(window, SnapshotColumn.VERDICT) == "unverifiable"
        )
    )


def test_an_unreadable_snapshot_says_so_before_and_after_a_check(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path, plan = lying_store(tmp_path)
    stream = next(s for s, kind in plan.items() if kind == "undecodable")
    open_with_rules(window, qtbot, path, dashed(stream))
    shown(window, qtbot)
    assert cell(window, SnapshotColumn.VERDICT) == "undecodable"
    assert not window.details.snapshots.pane.tree.isVisible()
    window.models.verdicts.forget()
    assert cell(window, SnapshotColumn.VERDICT) == "cannot be read"


def test_a_store_without_a_snapshot_table_is_not_one_without_snapshots(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = write_store(tmp_path / "bare.sqlite", stream_rows("order-1", 1, 5))
    open_store(window, qtbot, path, "order-1")
    shown(window, qtbot)
    content = window.details.snapshots.empty_page.content
    assert content is not None
    assert content.sentence.startswith("This store has no place for snapshots")
    window.conductor.show_all_events()
    content = window.details.snapshots.empty_page.content
    assert content is not None
    assert content.sentence.startswith("Choose a stream")


def test_a_stream_without_a_snapshot_has_a_face_of_its_own(
    window: MainWindow, qtbot: QtBot
) -> None:
    open_with_rules(window, qtbot, sample_store(), DEPLOYMENTS, rules=sample_rules())
    shown(window, qtbot)
    content = window.details.snapshots.empty_page.content
    assert content is not None
    assert content.sentence == "This stream has no snapshot."


def test_all_or_the_selected_ones_are_verified(window: MainWindow, qtbot: QtBot) -> None:
    open_with_rules(window, qtbot, sample_store(), WALLET, rules=sample_rules())
    shown(window, qtbot)
    window.models.verdicts.forget()
    page = window.details.snapshots
    QTest.mouseClick(page.verify_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.models.snapshots.verifying)
    checked = [page.rows.checked(line) for line in page.rows.lines]
    assert all(line is not None and line.verdict is Verdict.MATCHES for line in checked)
    assert checked


def test_the_unit_of_a_time_span_is_the_one_that_matters() -> None:
    spans = (5.0, 600.0, 7200.0, 864_000.0, -600.0, None)
    assert [span_text(s) for s in spans] == ["5 s", "10 min", "2 h", "10 days", "−10 min", ""]


def test_a_field_that_the_snapshot_lacks_is_not_called_null(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path, plan = lying_store(tmp_path)
    stream = next(s for s, kind in plan.items() if kind == "field-added")
    open_with_rules(window, qtbot, path, dashed(stream))
    shown(window, qtbot)
    assert ": missing, replay " in cell(window, SnapshotColumn.FIRST)


def test_the_timeline_says_what_a_check_found(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path, plan = lying_store(tmp_path)
    stream = next(s for s, kind in plan.items() if kind == "value")
    open_with_rules(window, qtbot, path, dashed(stream))
    qtbot.waitUntil(lambda: len(window.timeline.view.data.snapshots) == 1)
    row = window.timeline.view.data.snapshots[0]
    assert window.timeline.view.data.verdicts == {}
    shown(window, qtbot)
    assert window.timeline.view.data.verdicts[row].tone is Tone.WRONG
    assert "differs: other cause" in window.timeline.view.data.words(row)
    window.models.verdicts.forget()
    assert window.timeline.view.data.verdicts == {}


def test_reading_again_shows_new_ages_and_keeps_the_choice(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    store = shutil.copy(sample_store(), tmp_path / "shop.sqlite")
    open_with_rules(window, qtbot, store, WALLET, rules=sample_rules())
    shown(window, qtbot)
    page = window.details.snapshots
    page.view.go_to_row(1)
    qtbot.waitUntil(lambda: cell(window, SnapshotColumn.VERDICT, 1) == "matches")
    assert [cell(window, SnapshotColumn.SINCE, row) for row in (0, 1)] == ["6", "16"]
    with closing(sqlite3.connect(store)) as connection, connection:
        connection.execute(
            "INSERT INTO stored_events (originator_id, originator_version, topic, state)"
            " SELECT originator_id, 27, topic, state FROM stored_events"
            " WHERE originator_id = ? AND originator_version = 26",
            (WALLET.replace("-", ""),),
        )
    window.actions_by_name["reload"].trigger()
    qtbot.waitUntil(lambda: cell(window, SnapshotColumn.SINCE, 1) == "17")
    assert page.view.currentIndex().row() == 1
