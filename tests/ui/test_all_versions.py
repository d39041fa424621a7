"""The page of all versions: Job 7 in four interactions, stopping, no rules, saving."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from inspector.services.open_store import OpenRequest
from inspector.services.sample import sample_rules, sample_store
from inspector.services.version_matrix import KEPT, Coverage
from inspector.ui.models.long_scan import ScanPhase
from inspector.ui.models.store_model import Phase
from inspector.ui.pages.cell_events import ALL, FAILING
from inspector.ui.pages.matrix_table import MatrixColumn
from inspector.ui.pages.versions_page import AllVersionsPage
from tests.helpers.stores import state, write_store
from tests.ui.test_rules_window import LADDER, cart_store, open_carts, write_rules
from tests.ui.windows import new_window

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from inspector.ui.main_window import MainWindow
    from inspector.ui.theme import Theme


@pytest.fixture
def window(theme: Theme, qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    made = new_window(theme, qtbot, tmp_path)
    yield made
    made.close()


def shown(window: MainWindow, qtbot: QtBot) -> AllVersionsPage:
    page = window.pages.front
    assert isinstance(page, AllVersionsPage)
    qtbot.waitUntil(lambda: page.scan.phase is ScanPhase.COMPLETE)
    return page


def column(page: AllVersionsPage, which: MatrixColumn) -> list[str]:
    rows = page.table.rows
    return [str(rows.index(row, which).data()) for row in range(rows.rowCount())]


def test_from_the_store_to_the_hop_that_failed_in_four_interactions(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    rows = [
        ("cart-1", n, "shop:Cart.Opened", state(n, v=3, owner="a", cents=1)) for n in range(1, 9)
    ]
    rows += [
        (
            f"cart-{n}",
            1,
            "shop:Cart.Opened",
            state(n, v=2, owner="B", total="many" if n == 7 else n),
        )
        for n in range(2, 10)
    ]
    path = write_store(tmp_path / "many.sqlite", rows)
    rules = write_rules(tmp_path / "cart.rules.toml")
    window.open_request(OpenRequest(str(path), rules=(str(rules),)))
    qtbot.waitUntil(lambda: window.store.phase is Phase.OPEN and window.events.rowCount() > 0)
    interactions = 0

    window.actions_by_name["page-all-versions"].trigger()
    interactions += 1
    page = shown(window, qtbot)
    assert column(page, MatrixColumn.FAILING) == ["1", ""]

    place = page.table.visualRect(page.table.rows.index(0, MatrixColumn.FAILING)).center()
    qtbot.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    interactions += 1
    first = page.events.rows.index(0, 2)
    assert first.data() == "2 → 3"

    place = page.events.view.visualRect(first).center()
    qtbot.mouseClick(page.events.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    interactions += 1
    assert window.pages.front is None
    qtbot.waitUntil(lambda: len(window.details.versions.view.shown()) == 2)
    assert window.details.tab == "versions"
    assert window.replay.stream is not None
    assert window.replay.stream.name == "cart-7"
    assert "cart.rules.toml:19" in window.details.versions.view.shown()[1].trouble.full_text
    assert interactions <= 4


def test_every_type_and_version_is_counted_with_what_the_rules_cover(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    open_carts(window, qtbot, tmp_path)
    window.show_panel("all-versions")
    page = shown(window, qtbot)
    assert column(page, MatrixColumn.VERSION) == ["v1", "v2", "v3", "v9"]
    words = ["↑ led on", "↑ led on", "✓ newest", "▲ newer than the rules"]
    assert column(page, MatrixColumn.HOPS) == words
    cell = page.table.cell()
    assert cell is not None
    assert cell.schema_version == 2, "the first that fails is chosen"
    page.events.modes.button(ALL).click()
    assert page.events.rows.rowCount() == 1
    page.table.go_to_row(0)
    assert page.events.modes.checkedId() == ALL
    page.table.go_to_row(3)
    assert page.events.modes.checkedId() == FAILING


def test_the_sample_with_its_rules_leads_every_event_on(window: MainWindow, qtbot: QtBot) -> None:
    request = OpenRequest(str(sample_store()), rules=(str(sample_rules()),))
    window.open_request(request, panel="all-versions")
    qtbot.waitUntil(lambda: window.pages.front is not None)
    page = shown(window, qtbot)
    assert set(column(page, MatrixColumn.FAILING)) == {""}
    assert {words[0] for words in column(page, MatrixColumn.HOPS)} == {"✓", "↑"}


def test_enter_on_a_cell_leads_to_its_first_event(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    open_carts(window, qtbot, tmp_path)
    window.show_panel("all-versions")
    page = shown(window, qtbot)
    page.table.go_to_row(3)
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.replay.place == 3)
    assert window.details.tab == "versions"


def test_a_stopped_count_says_that_it_is_a_part(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    rows = [(f"cart-{n}", 1, "shop:Cart.Opened", state(n, owner="a")) for n in range(30_000)]
    path = write_store(tmp_path / "large.sqlite", rows)
    window.open_request(OpenRequest(str(path)))
    qtbot.waitUntil(lambda: window.store.phase is Phase.OPEN and window.events.rowCount() > 0)
    window.show_panel("all-versions")
    page = window.pages.front
    assert isinstance(page, AllVersionsPage)
    qtbot.waitUntil(lambda: page.scan.scanner is not None and page.scan.scanner.done > 0)
    window.actions_by_name["stop"].trigger()
    qtbot.waitUntil(lambda: page.scan.phase is not ScanPhase.RUNNING)
    assert page.scan.phase is ScanPhase.STOPPED
    assert window.pages.front is page
    assert page.progress.button.accessibleName() == "Count again"
    file = tmp_path / "part.csv"
    page.save(file)
    qtbot.waitUntil(file.exists)
    assert file.read_text(encoding="utf-8-sig").splitlines()[-1].endswith(",partial")


def test_without_rules_nothing_is_said_about_hops(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = cart_store(tmp_path / "carts.sqlite")
    window.open_request(OpenRequest(str(path)))
    qtbot.waitUntil(lambda: window.store.phase is Phase.OPEN)
    window.show_panel("all-versions")
    page = shown(window, qtbot)
    assert page.banner.isVisible()
    assert page.table.isColumnHidden(MatrixColumn.HOPS)
    window.models.rules.use([write_rules(tmp_path / "cart.rules.toml")])
    qtbot.waitUntil(lambda: not page.table.isColumnHidden(MatrixColumn.HOPS))
    shown(window, qtbot)
    assert not page.banner.isVisible()
    assert len(column(page, MatrixColumn.VERSION)) == 4


def test_the_table_is_saved_with_its_failures(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    open_carts(window, qtbot, tmp_path)
    window.show_panel("all-versions")
    page = shown(window, qtbot)
    file = tmp_path / "versions.jsonl"
    page.save(file)
    qtbot.waitUntil(file.exists)
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    cells = [line for line in lines if "schema_version" in line]
    assert [(c["schema_version"], c["coverage"], c["failed"]) for c in cells] == [
        (1, "led", 0), (2, "led", 1), (3, "current", 0), (9, "newer", 1),
    ]  # fmt: skip
    assert lines[0]["replayed_with"].startswith("cart.rules.toml (sha256 ")


def test_a_version_that_no_hop_leads_on_from_is_a_gap(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    gap = LADDER.replace("from = 1\nto = 2", "from = 0\nto = 2")
    open_carts(window, qtbot, tmp_path, gap)
    window.show_panel("all-versions")
    page = shown(window, qtbot)
    cell = page.table.rows.index(0, MatrixColumn.HOPS)
    assert cell.data() == "∅ no hop leads on"
    assert page.scan.scanner is not None


def test_of_very_many_failing_events_the_first_are_kept(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    many = KEPT + 50
    rows = [(f"cart-{n}", 1, "shop:Cart.Opened", state(n, v=2, total="x")) for n in range(many)]
    path = write_store(tmp_path / "bad.sqlite", rows)
    rules = write_rules(tmp_path / "cart.rules.toml")
    window.open_request(OpenRequest(str(path), rules=(str(rules),)))
    qtbot.waitUntil(lambda: window.store.phase is Phase.OPEN)
    window.show_panel("all-versions")
    page = shown(window, qtbot)
    cell = page.table.cell()
    assert cell is not None
    assert (cell.failed, len(cell.failures), cell.coverage) == (many, KEPT, Coverage.LED)
    assert page.events.rows.rowCount() == KEPT
