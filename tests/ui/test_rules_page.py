"""The workbench of rules: written, checked, tried, used unsaved, saved, and never lost."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox

from inspector.core.suggesting.proposals import Confidence
from inspector.services.open_store import OpenRequest
from inspector.ui.models.long_scan import ScanPhase
from inspector.ui.pages.rules_page import RulesPage
from inspector.ui.pages.suggest_panel import PROPOSAL
from inspector.ui.session import Session
from tests.ui.test_rules_window import LADDER, cart_store, open_carts, write_rules
from tests.ui.windows import new_window, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from inspector.ui.main_window import MainWindow
    from inspector.ui.theme import Theme

FINE = 'format = 1\nname = "mine"\n'


@pytest.fixture
def window(theme: Theme, qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    made = new_window(theme, qtbot, tmp_path)
    yield made
    made.close()


def bench_page(window: MainWindow, qtbot: QtBot) -> RulesPage:
    """The page in front, with everything read that it reads by itself."""
    window.actions_by_name["page-rules"].trigger()
    page = window.pages.front
    assert isinstance(page, RulesPage)
    qtbot.waitUntil(lambda: page.sampling.phase is ScanPhase.COMPLETE)
    qtbot.waitUntil(lambda: page.bench.checked is not None or bool(page.bench.problems))
    return page


def written(page: RulesPage, qtbot: QtBot, text: str) -> None:
    """Write a text and wait until it was checked."""
    page.editor.setPlainText(text)
    qtbot.waitUntil(lambda: page.bench.checked is not None or bool(page.bench.problems))


def open_empty(window: MainWindow, qtbot: QtBot, folder: Path) -> RulesPage:
    open_store(window, qtbot, cart_store(folder / "carts.sqlite"))
    return bench_page(window, qtbot)


def test_mistakes_are_listed_marked_and_visited(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    page = open_empty(window, qtbot, tmp_path)
    page.bench.write("")
    text = FINE + '[[upcast]]\nevnt = "Opened"\n\n[aggregate.a.on.B]\nset.x = "dta.y"\n'
    page.editor.setPlainText(text)
    qtbot.waitUntil(lambda: len(page.bench.problems) == 2)
    assert page.mistake_list.isVisible()
    assert "Did you mean data?" in str(page.mistakes.index(1, 1).data())
    places = []
    for _ in range(3):
        window.actions_by_name["rules-mistake"].trigger()
        cursor = page.editor.textCursor()
        places.append((cursor.blockNumber() + 1, cursor.positionInBlock() + 1))
    assert places == [(4, 1), (7, 10), (4, 1)]
    assert len(page.editor.extraSelections()) == 3
    assert not page.use_button.isEnabled()
    written(page, qtbot, FINE)
    qtbot.waitUntil(lambda: page.bench.checked is not None)
    assert not page.mistake_list.isVisible()


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_words_of_the_store_are_offered(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    page = open_empty(window, qtbot, tmp_path)
    page.editor.moveCursor(page.editor.textCursor().MoveOperation.End)
    page.editor.setFocus()
    qtbot.keyClicks(page.editor, "data.ow")
    assert page.editor.completer.popup().isVisible()
    assert page.editor.completer.currentCompletion() == "data.owner"
    qtbot.keyClick(page.editor.completer.popup(), Qt.Key.Key_Return)
    assert page.editor.toPlainText().endswith("data.owner")
    qtbot.keyClicks(page.editor, " shop:")
    assert page.editor.completer.currentCompletion() == "shop:Cart.Opened"
    page.editor.completer.popup().hide()


def test_a_text_is_tried_on_the_store_and_a_difference_leads_to_its_event(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    open_carts(window, qtbot, tmp_path)
    page = bench_page(window, qtbot)
    assert page.editor.toPlainText() == LADDER
    assert page.bench.in_use
    written(page, qtbot, LADDER.replace("data.total * 100", "coalesce(int(data.total), 0) * 100"))
    page.trial.failing.setChecked(True)
    window.actions_by_name["rules-try"].trigger()
    qtbot.waitUntil(lambda: page.trial.scan.phase is ScanPhase.COMPLETE)
    words = page.trial.words.full_text
    assert "2 events were tried." in words
    assert "Failing: 2 before, 2 after." in words
    written(page, qtbot, LADDER.replace('"data.total * 100"', "1"))
    page.trial.start()
    qtbot.waitUntil(lambda: page.trial.scan.phase is ScanPhase.COMPLETE)
    assert "Failing: 2 before, 1 after." in page.trial.words.full_text
    assert "1 mended, 0 broken." in page.trial.words.full_text
    index = page.trial.model.index(0, 0)
    assert "cart · 2" in str(index.data())
    page.trial.view.clicked.emit(index)
    assert window.pages.front is None
    qtbot.waitUntil(lambda: window.replay.place == 2)


def test_rules_are_used_without_being_saved_then_saved(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    page = open_empty(window, qtbot, tmp_path)
    written(page, qtbot, LADDER)
    window.actions_by_name["rules-use"].trigger()
    qtbot.waitUntil(lambda: window.models.rules.loaded is not None)
    assert window.models.rules.loaded is not None
    assert window.models.rules.loaded.files == ()
    assert "not saved" in window.bar.rules.accessibleName()
    assert page.editor.toPlainText() == LADDER
    qtbot.waitUntil(lambda: page.bench.in_use)
    assert page.bench.unsaved
    goal = tmp_path / "mine.rules.toml"
    with qtbot.waitSignal(window.models.rules.changed):
        page.bench.save(goal)
    assert goal.read_text(encoding="utf-8") == LADDER
    assert [file.path for file in window.models.rules.loaded.files] == [goal]
    assert not page.bench.unsaved
    assert "not saved" not in window.bar.rules.accessibleName()


def test_a_file_that_another_program_changed_is_not_overwritten(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    open_carts(window, qtbot, tmp_path)
    page = bench_page(window, qtbot)
    path = tmp_path / "cart.rules.toml"
    written(page, qtbot, LADDER + "# mine\n")
    write_rules(path, LADDER + "# theirs\n")
    with qtbot.waitSignal(page.bench.failed):
        page.save()
    assert page.banner.isVisible()
    assert path.read_text(encoding="utf-8").endswith("# theirs\n")
    with qtbot.waitSignal(page.bench.saved):
        page.bench.save(path, replace_changed=True)
    assert path.read_text(encoding="utf-8").endswith("# mine\n")


def test_rules_are_never_saved_into_the_store(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    page = open_empty(window, qtbot, tmp_path)
    store = tmp_path / "carts.sqlite"
    before = store.read_bytes()
    (tmp_path / "link.toml").symlink_to(store)
    for name in ("carts.sqlite", "link.toml", "carts.sqlite-wal"):
        with qtbot.waitSignal(page.bench.failed) as failed:
            page.bench.save(tmp_path / name, replace_changed=True)
        assert failed.args is not None
        assert "never written to" in failed.args[0].message
    assert store.read_bytes() == before


def test_an_unsaved_text_is_there_again_the_next_time(
    theme: Theme, qtbot: QtBot, tmp_path: Path
) -> None:
    first = new_window(theme, qtbot, tmp_path)
    page = open_empty(first, qtbot, tmp_path)
    page.editor.setPlainText(FINE + "# unfinished [[")
    first.close()
    second = new_window(theme, qtbot, tmp_path)
    open_store(second, qtbot, tmp_path / "carts.sqlite")
    again = bench_page(second, qtbot)
    assert again.editor.toPlainText() == FINE + "# unfinished [["
    assert again.banner.isVisible()
    again.bench.discard()
    assert "unfinished" not in again.editor.toPlainText()
    assert not list((tmp_path / "rules-drafts").iterdir())
    second.close()


def test_a_private_session_keeps_no_text_but_asks_before_it_is_lost(
    theme: Theme, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = new_window(theme, qtbot, tmp_path, Session(private=True))
    page = open_empty(window, qtbot, tmp_path)
    written(page, qtbot, FINE + "# private")
    open_store(window, qtbot)
    window.open_request(OpenRequest(str(tmp_path / "carts.sqlite")))
    qtbot.waitUntil(lambda: window.events.rowCount() == 4)
    assert bench_page(window, qtbot).editor.toPlainText().endswith("# private")
    answers = [QMessageBox.StandardButton.Cancel, QMessageBox.StandardButton.Discard]
    monkeypatch.setattr(QMessageBox, "exec", lambda _box: answers.pop(0))
    window.close()
    assert window.isVisible()
    window.close()
    assert not window.isVisible()
    assert not (tmp_path / "rules-drafts").exists()


def test_a_rule_that_made_something_is_shown_at_its_line(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    open_carts(window, qtbot, tmp_path)
    window.rules_desk.show_place("cart.rules.toml", 9)
    page = window.pages.front
    assert isinstance(page, RulesPage)
    assert page.editor.textCursor().blockNumber() == 8
    written(page, qtbot, FINE)
    window.rules_desk.show_place("other.rules.toml", 1)
    assert page.banner.isVisible()
    assert page.editor.toPlainText() == FINE


def test_letters_are_written_and_found(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    page = open_empty(window, qtbot, tmp_path)
    page.editor.setPlainText("")
    page.editor.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is page.editor)
    qtbot.keyClicks(page.editor, "a b/jk")
    assert page.editor.toPlainText() == "a b/jk"
    window.actions_by_name["find"].trigger()
    assert QApplication.focusWidget() is page.search
    page.search.setText("jk")
    page.find_next()
    assert page.editor.textCursor().selectedText() == "jk"
    written(page, qtbot, FINE)


def test_what_is_accepted_of_a_suggestion_comes_into_the_text(
    window: MainWindow, qtbot: QtBot
) -> None:
    open_store(window, qtbot)
    page = bench_page(window, qtbot)
    window.actions_by_name["rules-suggest"].trigger()
    panel = page.suggest
    qtbot.waitUntil(lambda: panel.scan.phase is ScanPhase.COMPLETE, timeout=30_000)
    assert panel.tree.isVisible()
    assert not panel.chosen()
    assert not panel.accept_button.isEnabled()
    panel.all_button.click()
    agreeing = len(panel.chosen())
    assert {one.confidence for one in panel.chosen()} == {Confidence.AGREES}
    panel.likely_button.click()
    assert len(panel.chosen()) > agreeing
    panel.all_button.click()
    item = next(i for i in panel._items() if i.data(0, PROPOSAL).path == "balance")
    panel.tree.setCurrentItem(item)
    assert "balance as stored in" in panel.evidence.full_text
    panel.accept_button.click()
    qtbot.waitUntil(lambda: page.bench.checked is not None)
    assert 'add.balance = "data.amount"' in page.editor.toPlainText()
    assert "# agrees: " in page.editor.toPlainText()
    page.editor.undo()
    assert "balance" not in page.editor.toPlainText()


def test_a_snapshot_that_does_not_fit_is_one_click_away(window: MainWindow, qtbot: QtBot) -> None:
    open_store(window, qtbot)
    page = bench_page(window, qtbot)
    page.start_suggesting()
    panel = page.suggest
    qtbot.waitUntil(lambda: panel.scan.phase is ScanPhase.COMPLETE, timeout=30_000)
    doubtful = next(i for i in panel._items() if i.data(0, PROPOSAL).against)
    panel.tree.setCurrentItem(doubtful)
    case = doubtful.data(0, PROPOSAL).against[0]
    panel.against[0].click()
    assert window.pages.front is None
    qtbot.waitUntil(lambda: window.replay.place == case.version)
