"""Why a value is so: asked by key or menu, told below the state, leads to events and rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from inspector.core.paths import ROOT
from inspector.services.open_store import OpenRequest
from inspector.services.sample import sample_rules, sample_store
from inspector.ui.pages.rules_page import RulesPage
from inspector.ui.widgets.truth_legend import TruthLegend
from tests.ui.windows import WALLET, new_window

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from inspector.ui.main_window import MainWindow
    from inspector.ui.theme import Theme


@pytest.fixture
def window(theme: Theme, qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    made = new_window(theme, qtbot, tmp_path)
    request = OpenRequest(str(sample_store()), rules=(str(sample_rules()),))
    made.open_request(request, WALLET, 21)
    qtbot.waitUntil(lambda: made.replay.complete and made.replay.step is not None)
    yield made
    made.close()


def ask(window: MainWindow, qtbot: QtBot) -> list[list[str]]:
    assert window.details.state.show_path(("balance",))
    window.actions_by_name["why-value"].trigger()
    qtbot.waitUntil(lambda: window.models.why.story is not None)
    rows = window.details.state.why.rows
    return [[str(rows.index(r, c).data()) for c in range(4)] for r in range(rows.rowCount())]


def test_the_event_and_the_rule_that_made_a_value_are_named(
    window: MainWindow, qtbot: QtBot
) -> None:
    rows = ask(window, qtbot)
    panel = window.details.state.why
    assert rows[0][:2] == ["21", "RefundReversed"]
    assert "-25.00" in rows[0][2]
    assert len(rows) == 13
    assert panel.isVisible()
    assert "sample-shop.rules.toml:" in panel.rule_words.full_text
    assert "balance" in panel.rule_words.full_text


def test_a_row_leads_to_its_event_and_the_list_stays(window: MainWindow, qtbot: QtBot) -> None:
    ask(window, qtbot)
    panel = window.details.state.why
    panel.view.clicked.emit(panel.rows.index(1, 2))
    qtbot.waitUntil(lambda: window.replay.place == 20)
    assert panel.rows.rowCount() == 13


def test_the_rule_leads_to_its_line(window: MainWindow, qtbot: QtBot) -> None:
    ask(window, qtbot)
    panel, story = window.details.state.why, window.models.why.story
    assert story is not None
    panel.view.clicked.emit(panel.rows.index(0, 3))
    page = window.pages.front
    assert isinstance(page, RulesPage)
    assert page.editor.textCursor().blockNumber() == story.changes[-1].rules[-1].line - 1


def test_another_stream_puts_the_answer_away(window: MainWindow, qtbot: QtBot) -> None:
    ask(window, qtbot)
    window.conductor.show_all_events()
    assert window.models.why.path is None
    assert window.details.state.why.isHidden()


def test_the_menu_of_a_value_asks_why(window: MainWindow) -> None:
    tree = window.details.state.tree
    index = tree.json_model().index_of_path(("balance",))
    menu = window.details.state.menu.build(index)
    assert "Why this value?" in [action.text() for action in menu.actions()]


def test_nothing_is_asked_about_the_whole_state(window: MainWindow) -> None:
    window.models.why.ask(ROOT)
    assert window.models.why.path is None


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_the_legend_explains_every_mark(window: MainWindow) -> None:
    window.details.state.legend_button.click()
    legend = window.details.state.findChild(TruthLegend)
    assert legend is not None
    words = [label.full_text for label in legend.findChildren(type(legend.note))]
    for word in ("exact", "inferred", "unknown"):
        assert word in words
    legend.close()
