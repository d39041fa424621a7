"""The tab of versions: cards of every form, where the way ends, and the rule that made a form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from inspector.core.rules import RulesText, load_rules
from inspector.services.ladders import ladder_of
from inspector.services.open_store import OpenRequest
from inspector.ui.models.event_columns import EventColumn
from inspector.ui.models.ladder_cards import MOST, cards_of
from inspector.ui.pages.rules_page import RulesPage
from inspector.ui.widgets.json_content import ChangeKind
from tests.ui.test_rules_window import cart_store, open_carts
from tests.ui.windows import new_window
from tests.unit.core.rules.building import event

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from inspector.ui.main_window import MainWindow
    from inspector.ui.panels.ladder_view import CardView
    from inspector.ui.theme import Theme


@pytest.fixture
def window(theme: Theme, qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    made = new_window(theme, qtbot, tmp_path)
    yield made
    made.close()


def go_to(window: MainWindow, qtbot: QtBot, row: int) -> list[CardView]:
    window.replay.move_to(row)
    window.show_panel("versions")
    model = window.models.ladder
    position = row + 1
    qtbot.waitUntil(
        lambda: (
            model.ladder is not None
            and not model.loading
            and model.ladder.event.position == position
        )
    )
    return window.details.versions.view.shown()


def titles(cards: list[CardView]) -> list[tuple[str, str]]:
    return [(card.title.full_text, card.version.full_text) for card in cards]


def test_every_hop_has_a_card_with_its_difference_and_its_rule(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    open_carts(window, qtbot, tmp_path)
    cards = go_to(window, qtbot, 0)
    assert titles(cards) == [("Stored", "v1"), ("Hop 1", "v2"), ("Hop 2", "v3 · newest")]
    second, third = cards[1].tree.json_model(), cards[2].tree.json_model()
    assert second.look(second.index_of_path(("owner",))).kind is ChangeKind.CHANGED
    assert third.look(third.index_of_path(("cents",))).kind is ChangeKind.ADDED
    assert third.look(third.index_of_path(("owner",))).kind is None
    assert cards[2].rule.accessibleName() == "cart.rules.toml:15"


def test_the_rule_of_a_hop_is_shown_at_its_line(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    open_carts(window, qtbot, tmp_path)
    go_to(window, qtbot, 0)[2].rule.click()
    page = window.pages.front
    assert isinstance(page, RulesPage)
    assert page.editor.textCursor().blockNumber() == 14


def test_a_hop_that_fails_ends_the_ladder_and_names_what_still_works(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    open_carts(window, qtbot, tmp_path)
    cards = go_to(window, qtbot, 1)
    assert titles(cards) == [("Stored", "v2"), ("Hop 1", "stops here")]
    assert "failed" in cards[1].trouble.full_text
    assert cards[1].tree.isHidden()
    banner = window.details.versions.banner
    assert "v2" in banner.accessibleDescription()


def test_a_version_newer_than_the_rules_is_not_passed_silently(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    open_carts(window, qtbot, tmp_path)
    cards = go_to(window, qtbot, 2)
    assert [card.title.full_text for card in cards] == ["Stored", "Newer than the rules"]
    assert "newest that the rules know is 3" in window.details.versions.banner.accessibleName()


def test_without_rules_the_tab_says_so_and_leads_on(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = cart_store(tmp_path / "carts.sqlite")
    window.open_request(OpenRequest(str(path)), "cart", 1, panel="versions")
    qtbot.waitUntil(lambda: window.models.ladder.wanted is not None)
    content = window.details.versions.empty_page.content
    assert content is not None
    assert "Stored in schema version 1" in content.sentence
    assert [step.text for step in content.steps] == ["Use a rules file…", "Write rules…"]


def test_the_version_in_the_table_leads_to_the_tab(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    open_carts(window, qtbot, tmp_path)
    view = window.events_panel.view
    place = view.visualRect(window.events.index(3, EventColumn.VERSION)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert window.details.tab == "versions"
    assert window.replay.cursor == 3


SPLIT = """format = 1
[[upcast]]
event = "Filled"
from = 1
to = 2
[[upcast.split]]
type = "Put"
version = 1
for = "data.items"
data = "{item: item}"
"""


def test_an_event_split_into_very_many_shows_some_and_says_how_many_more() -> None:
    rules = load_rules([RulesText("split.rules.toml", SPLIT)])
    ladder = ladder_of(event("Filled", {"items": list(range(100))}), rules)
    assert len(ladder.trace.final) == 100
    cards = cards_of(ladder)
    assert len(cards) == MOST
    assert cards[1].note == "1 of 100 events that it is split into"
    assert cards[-1].note == "62 more forms are not shown."
