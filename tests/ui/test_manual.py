"""The manual in its window: the page about what has the focus, links, search, back and forward."""

from __future__ import annotations

import inspect
import pkgutil
import re
from importlib import import_module
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog

from inspector import ui
from inspector.cli.command_pages import command_pages
from inspector.services.languages import LANGUAGES
from inspector.services.manual import Manual
from inspector.services.resources import resource
from inspector.ui.action_table import ACTIONS
from inspector.ui.dialogs.key_sheet import KeySheet
from inspector.ui.help_desk import DIALOGS
from inspector.ui.pages.page_stack import PAGES
from inspector.ui.panel_actions import TABS
from tests.ui.windows import WALLET, new_window, open_store

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from inspector.ui.main_window import MainWindow
    from inspector.ui.manual.viewer import ManualViewer
    from inspector.ui.theme import Theme

Key = Qt.Key


@pytest.fixture
def window(theme: Theme, qtbot: QtBot, tmp_path: Path) -> MainWindow:
    window = new_window(theme, qtbot, tmp_path)
    window.help.commands = command_pages
    return window


def viewer_of(window: MainWindow) -> ManualViewer:
    viewer = window.help.viewer
    assert viewer is not None
    return viewer


def page_after_f1(window: MainWindow, qtbot: QtBot) -> str:
    window.activateWindow()
    window.actions_by_name["manual"].trigger()
    return viewer_of(window).browser.page


def dialogs_of_the_window() -> set[str]:
    """The names of all dialogs that the program itself defines."""
    found = set()
    for module in pkgutil.walk_packages(ui.__path__, "inspector.ui."):
        for name, kind in inspect.getmembers(import_module(module.name), inspect.isclass):
            if issubclass(kind, QDialog) and kind.__module__ == module.name:
                found.add(name)
    return found


def test_every_tab_page_and_dialog_has_a_page_in_every_language() -> None:
    assert dialogs_of_the_window() - {"FollowingDialog"} == set(DIALOGS)
    names = {*(f"panels/{name}" for name in (*TABS, *PAGES)), *DIALOGS.values()}
    names |= {
        f"panels/{name}"
        for name in ("start", "store-bar", "timeline", "streams", "events", "filter")
    }
    for name in names:
        for code in LANGUAGES if name.startswith("panels/") else ("en",):
            assert resource("manual", code, *f"{name}.md".split("/")).is_file()


OF_WIDGETS = {"Alt+1", "Alt+7", "Ctrl", "Ctrl+C", "Ctrl+Space", "Del", "Enter", "F3",
              "Page Down", "Shift", "Shift+F3", "↓"}  # fmt: skip
"""Keys that a list, a field or the editor has of its own, and parts of keys."""


@pytest.mark.parametrize("code", LANGUAGES)
def test_keys_that_pages_of_the_window_name_are_keys_of_the_window(code: str) -> None:
    spelt = {"Left": "←", "Right": "→", "PgDown": "Page Down"}
    known = set(OF_WIDGETS)
    for key in (key for spec in ACTIONS for key in spec.keys):
        first, _, last = key.rpartition("+")
        known.add(f"{first}{'+' if first else ''}{spelt.get(last, last)}")
        known.add(key)
    shape = r"`((?:(?:Ctrl|Alt|Shift)\+)*(?:[A-Z0-9←→↓?/]|F\d+|[A-Z][a-z]+(?: [A-Z][a-z]+)?))`"
    for file in resource("manual", code, "panels", "state.md").parent.glob("*.md"):
        named = set(re.findall(shape, file.read_text("utf-8")))
        assert named <= known, (file.name, named - known)


def test_before_a_store_is_open_it_tells_of_the_empty_window(
    window: MainWindow, qtbot: QtBot
) -> None:
    assert page_after_f1(window, qtbot) == "panels/start"


def test_f1_opens_the_page_of_the_panel_that_has_the_focus(
    window: MainWindow, qtbot: QtBot
) -> None:
    open_store(window, qtbot, stream=WALLET)
    help_desk = window.help
    for tab in window.details.names:
        window.show_panel(tab)
        assert help_desk.page_about(window.details.tabs) == f"panels/{tab}"
    assert help_desk.page_about(window.streams_panel.view) == "panels/streams"
    assert help_desk.page_about(window.events_panel.view) == "panels/events"
    assert help_desk.page_about(window.events_panel.filter.field) == "panels/filter"
    assert help_desk.page_about(window.timeline.view) == "panels/timeline"
    assert help_desk.page_about(window.bar) == "panels/store-bar"
    assert help_desk.page_about(None) == "panels/events"
    window.streams_panel.view.setFocus()
    QTest.keyClick(window.streams_panel.view, Key.Key_F1)
    assert viewer_of(window).browser.page == "panels/streams"
    for name in PAGES:
        window.show_panel(name)
        assert help_desk.page_about(window.pages.front) == f"panels/{name}"


def test_f1_in_a_dialog_opens_the_page_about_it(window: MainWindow, qtbot: QtBot) -> None:
    sheet = KeySheet(window.theme, window)
    sheet.open()
    qtbot.waitExposed(sheet)
    sheet.activateWindow()
    sheet.setFocus()
    qtbot.waitUntil(lambda: sheet.property("manual-key") is True)
    QTest.keyClick(sheet, Key.Key_F1)
    assert viewer_of(window).browser.page == "panels/keys"
    sheet.close()


def test_links_lead_on_and_back_returns_to_the_place(window: MainWindow, qtbot: QtBot) -> None:
    window.help.show("tour")
    viewer = viewer_of(window)
    bar = viewer.browser.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 400)
    bar.setValue(300)
    viewer.browser.anchorClicked.emit(QUrl("manual:panels/state"))
    assert viewer.browser.page == "panels/state"
    assert viewer.windowTitle().startswith("State")
    assert not viewer.forth.isEnabled()
    viewer.activateWindow()
    qtbot.waitUntil(viewer.isActiveWindow)
    QTest.keyClick(viewer.browser, Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert viewer.browser.page == "tour"
    assert bar.value() == 300
    assert not viewer.back.isEnabled()
    viewer.forth.trigger()
    assert viewer.browser.page == "panels/state"
    viewer.home.trigger()
    assert viewer.browser.page == "index"


def test_a_link_to_a_heading_scrolls_there(window: MainWindow, qtbot: QtBot) -> None:
    window.help.show("snapshots")
    viewer = viewer_of(window)
    viewer.open_page("snapshots", "when-it-refuses")
    assert viewer.browser.verticalScrollBar().value() > 0


def test_a_page_that_is_not_there_leads_to_the_first(window: MainWindow) -> None:
    window.help.show("panels/nothing")
    assert viewer_of(window).browser.page == "index"


def test_words_are_found_and_lit(window: MainWindow, qtbot: QtBot) -> None:
    window.help.show("index")
    contents = viewer_of(window).contents
    contents.search.setText("O-2262 voucher")
    qtbot.waitUntil(lambda: contents.count.text().startswith("Found"))
    contents.found.setCurrentRow(0)
    browser = viewer_of(window).browser
    assert browser.page == "tour"
    assert browser.textCursor().selectedText() in ("O-2262", "voucher")
    contents.search.setText("qwertzuiop")
    qtbot.waitUntil(lambda: contents.count.text() == "No page has all these words.")
    assert contents.found.count() == 0
    QTest.keyClick(viewer_of(window), Key.Key_Escape)
    assert contents.search.text() == ""
    assert viewer_of(window).isVisible()
    QTest.keyClick(viewer_of(window), Key.Key_Escape)
    assert not viewer_of(window).isVisible()


def test_the_contents_lead_to_every_page(window: MainWindow, qtbot: QtBot) -> None:
    window.help.show("index")
    viewer = viewer_of(window)
    tree = viewer.contents.tree
    named = [
        top.child(i).data(0, Qt.ItemDataRole.UserRole)
        for top in (tree.topLevelItem(n) for n in range(tree.topLevelItemCount()))
        for i in range(top.childCount())
    ]
    assert named == [page.name for page in Manual("en", command_pages("en")).pages]
    tree.setCurrentItem(tree.topLevelItem(3).child(0))
    assert viewer.browser.page.startswith("commands/")
    assert "event-inspector" in viewer.browser.toPlainText()


def test_pictures_come_from_the_manual_and_from_nowhere_else(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window.help.show("tour")
    browser = viewer_of(window).browser
    kind = QTextDocument.ResourceType.ImageResource.value
    assert not browser.loadResource(kind, QUrl("pictures/window.png")).isNull()
    stranger = tmp_path / "x.png"
    stranger.write_bytes(resource("manual", "en", "pictures", "window.png").read_bytes())
    for address in (stranger.as_uri(), str(stranger), "https://example.com/x.png",
                    "pictures/../../../sample/sample-shop.sqlite"):  # fmt: skip
        assert browser.loadResource(kind, QUrl(address)).isNull()
    assert browser.loadResource(QTextDocument.ResourceType.StyleSheetResource.value, "x") is None


def test_the_manual_says_the_same_whatever_store_is_open(window: MainWindow, qtbot: QtBot) -> None:
    window.help.show("panels/state")
    before = viewer_of(window).browser.toHtml()
    open_store(window, qtbot, stream=WALLET)
    window.help.show("panels/state")
    assert viewer_of(window).browser.toHtml() == before


def test_the_manual_is_closed_with_its_window(window: MainWindow, qtbot: QtBot) -> None:
    window.help.show("tour")
    viewer = viewer_of(window)
    window.close()
    assert not viewer.isVisible()
    assert window.help.viewer is None


def test_other_colours_and_sizes_lay_the_page_out_again(window: MainWindow, theme: Theme) -> None:
    from inspector.ui.theme import Role, ThemeChoice  # noqa: PLC0415

    window.help.show("panels/keys")
    browser = viewer_of(window).browser
    theme.choose(ThemeChoice.DARK)
    assert theme.tokens[Role.TEXT].lower() in browser.toHtml().lower()
    theme.set_zoom(1.5)
    assert browser.document().defaultFont().pixelSize() == theme.fonts.ui.pixelSize()
