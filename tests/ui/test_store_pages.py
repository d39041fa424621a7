"""Pages about a whole store: they come to the front, Esc leaves them, a find leads to an event."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from inspector.services.open_store import OpenRequest
from inspector.services.sample import sample_store
from inspector.ui.models.store_model import Phase
from inspector.ui.pages import page_stack
from inspector.ui.pages.store_page import StorePage
from tests.ui.windows import WALLET, new_window, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from inspector.ui.main_window import MainWindow
    from inspector.ui.theme import Theme


class WorkingPage(StorePage):
    """A page that notes what it is told."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "Work", "What is being done.")
        self.heard: list[str] = []
        self.working = True

    def begin(self) -> None:
        self.heard.append("begin")

    def store_changed(self) -> None:
        self.heard.append("changed")

    def stop(self) -> bool:
        was, self.working = self.working, False
        return was


@pytest.fixture
def window(
    theme: Theme, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MainWindow]:
    monkeypatch.setitem(page_stack.PAGES, "work", lambda window: WorkingPage(window.theme))  # type: ignore[arg-type]
    made = new_window(theme, qtbot, tmp_path)
    yield made
    made.close()


def shown(window: MainWindow) -> WorkingPage:
    page = window.pages.front
    assert isinstance(page, WorkingPage)
    return page


def test_without_a_store_there_is_no_page(window: MainWindow) -> None:
    assert window.pages.show("work") is None
    assert window.pages.front is None


def test_escape_stops_the_work_then_leaves_the_page(window: MainWindow, qtbot: QtBot) -> None:
    open_store(window, qtbot)
    window.show_panel("work")
    page = shown(window)
    window.actions_by_name["stop"].trigger()
    assert window.pages.front is page
    assert not page.working
    window.actions_by_name["stop"].trigger()
    assert window.pages.front is None
    assert window.place.isVisible()


def test_back_leads_to_the_events_that_were_shown(window: MainWindow, qtbot: QtBot) -> None:
    open_store(window, qtbot, stream=WALLET)
    place = window.replay.cursor
    window.show_panel("work")
    shown(window).back_button.click()
    assert window.pages.front is None
    assert (window.replay.cursor, window.replay.stream is None) == (place, False)


def test_what_a_page_found_is_shown_among_the_events(window: MainWindow, qtbot: QtBot) -> None:
    open_store(window, qtbot)
    window.show_panel("work")
    shown(window).name_asked.emit(WALLET, 16)
    assert window.pages.front is None
    qtbot.waitUntil(lambda: window.replay.place == 16)


def test_a_tab_of_the_events_leaves_the_page(window: MainWindow, qtbot: QtBot) -> None:
    open_store(window, qtbot)
    window.show_panel("work")
    window.actions_by_name["tab-problems"].trigger()
    assert window.pages.front is None
    assert window.details.tab == "problems"


def test_a_store_that_closes_takes_its_pages_along(window: MainWindow, qtbot: QtBot) -> None:
    open_store(window, qtbot)
    window.show_panel("work")
    page = shown(window)
    window.actions_by_name["close"].trigger()
    qtbot.waitUntil(lambda: window.store.phase is Phase.NOTHING)
    assert window.pages.front is None
    assert "changed" in page.heard


def test_a_store_can_be_opened_at_a_panel(window: MainWindow, qtbot: QtBot) -> None:
    window.open_request(OpenRequest(str(sample_store())), WALLET, 21, panel="diff")
    qtbot.waitUntil(lambda: window.replay.place == 21)
    assert window.details.tab == "diff"
