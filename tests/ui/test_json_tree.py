"""The value tree's view: what was opened stays open, what was in view stays in view."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QColor, QGuiApplication
from PySide6.QtWidgets import QMainWindow

from inspector.core.diffing import diff
from inspector.core.folding import Truth
from inspector.ui.theme import Role, Theme, ThemeChoice, TintRole
from inspector.ui.widgets.json_content import TreeContent, content_of
from inspector.ui.widgets.json_model import Column
from inspector.ui.widgets.json_tree import JsonTree

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from inspector.core.paths import Path


@pytest.fixture
def tree(theme: Theme, qtbot: QtBot) -> JsonTree:
    made = JsonTree(theme, "State")
    qtbot.addWidget(made)
    made.resize(420, 300)
    made.show()
    return made


def _open(tree: JsonTree, path: Path) -> bool:
    return tree.isExpanded(tree.json_model().index_of_path(path))


def _large(**fields: Any) -> dict[str, Any]:
    """More rows than open by themselves."""
    return {f"field{number:03}": {"n": number} for number in range(100)} | fields


def test_rows_are_24_pixels_high_and_zoom(tree: JsonTree, theme: Theme) -> None:
    tree.set_content(TreeContent({"a": 1, "b": 2}))
    assert tree.visualRect(tree.model().index(0, Column.VALUE)).height() == 24
    theme.set_zoom(1.5)
    tree.doItemsLayout()
    assert tree.visualRect(tree.model().index(0, Column.VALUE)).height() == 36


def test_a_small_value_opens_by_itself_and_a_large_one_does_not(tree: JsonTree) -> None:
    tree.set_content(TreeContent({"items": [{"sku": "A"}]}))
    assert _open(tree, ("items",))
    assert _open(tree, ("items", 0))
    tree.set_content(TreeContent(_large()))
    assert not _open(tree, ("field000",))


def test_what_the_user_opened_or_closed_stays_so(tree: JsonTree) -> None:
    tree.set_content(TreeContent(_large(status="placed")))
    tree.expand(tree.json_model().index_of_path(("field007",)))
    tree.set_content(TreeContent(_large(status="paid")))
    assert _open(tree, ("field007",))
    assert not _open(tree, ("field008",))
    small = {"items": [1], "other": [2]}
    tree.set_content(TreeContent(small))
    tree.collapse(tree.json_model().index_of_path(("items",)))
    tree.set_content(TreeContent(small | {"new": 1}))
    assert not _open(tree, ("items",))
    assert _open(tree, ("other",))


def test_what_was_open_opens_again_when_it_comes_back(tree: JsonTree) -> None:
    tree.set_content(TreeContent(_large(cart={"a": 1})))
    tree.expand(tree.json_model().index_of_path(("cart",)))
    tree.set_content(TreeContent(_large()))
    tree.set_content(TreeContent(_large(cart={"a": 2})))
    assert _open(tree, ("cart",))


def test_forgetting_closes_everything(tree: JsonTree) -> None:
    tree.set_content(TreeContent(_large()))
    tree.expand(tree.json_model().index_of_path(("field007",)))
    tree.forget_opened()
    tree.set_content(TreeContent(_large(x=1)))
    assert not _open(tree, ("field007",))


def test_the_rows_in_view_stay_in_view(tree: JsonTree) -> None:
    tree.set_content(TreeContent(_large()))
    tree.doItemsLayout()
    tree.verticalScrollBar().setValue(24 * 30 + 7)
    top = tree.indexAt(QPoint(1, 1))
    path, offset = tree.json_model().path_at(top), tree.visualRect(top).y()
    tree.set_content(TreeContent({"first": 0, "second": 0} | _large()))
    assert tree.json_model().path_at(tree.indexAt(QPoint(1, 1))) == path
    assert tree.visualRect(tree.json_model().index_of_path(path)).y() == offset


def test_at_the_top_new_rows_come_into_view(tree: JsonTree) -> None:
    tree.set_content(TreeContent(_large()))
    tree.set_content(TreeContent({"first": 0} | _large()))
    assert tree.json_model().path_at(tree.indexAt(QPoint(1, 1))) == ("first",)


def test_the_current_row_stays_current(tree: JsonTree) -> None:
    tree.set_content(TreeContent({"a": 1, "b": {"c": 2}}))
    assert tree.show_path(("b", "c"))
    tree.set_content(TreeContent({"new": 0, "b": {"c": 3}, "a": 1}))
    assert tree.current_path() == ("b", "c")
    assert not tree.show_path(("gone",))


def test_a_row_far_away_can_be_shown(tree: JsonTree) -> None:
    tree.set_content(TreeContent({"n": list(range(60_000))}))
    assert tree.show_path(("n", 43_210))
    rect = tree.visualRect(tree.json_model().index_of_path(("n", 43_210)))
    assert tree.viewport().rect().contains(rect.center())


def test_values_and_paths_are_copied_exactly(tree: JsonTree, qtbot: QtBot) -> None:
    tree.set_content(TreeContent({"sum": Decimal("10.50"), "l": [{"x y": "a\nb"}]}))
    clipboard = QGuiApplication.clipboard()
    tree.show_path(("sum",))
    qtbot.keyClick(tree, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert clipboard.text() == "10.50"
    tree.show_path(("l", 0, "x y"))
    tree.copy_value()
    assert clipboard.text() == "a\nb"
    tree.copy_path()
    assert clipboard.text() == 'l[0]["x y"]'


def test_keys_that_walk_the_tree_are_the_trees_own(theme: Theme, qtbot: QtBot) -> None:
    window, seen = QMainWindow(), []
    qtbot.addWidget(window)
    for keys in ("Left", "Right", "Home", "F6"):
        action = QAction(keys, window)
        action.setShortcut(keys)
        action.triggered.connect(lambda _checked=False, name=keys: seen.append(name))
        window.addAction(action)
    tree = JsonTree(theme, "State")
    window.setCentralWidget(tree)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    tree.set_content(TreeContent(_large()))
    tree.show_path(("field000",))
    tree.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_F6):
        qtbot.keyClick(tree, key)
    assert _open(tree, ("field000",))
    assert seen == ["F6"]


def test_the_trust_column_is_there_only_when_it_says_something(tree: JsonTree) -> None:
    tree.set_content(TreeContent({"a": 1}, truth=Truth.INFERRED))
    assert tree.isColumnHidden(Column.TRUTH)
    marks = {("a",): Truth.UNKNOWN}
    tree.set_content(TreeContent({"a": 1}, truth=Truth.INFERRED, truth_marks=marks))
    assert not tree.isColumnHidden(Column.TRUTH)


def test_a_changed_row_is_tinted_in_every_theme(tree: JsonTree, theme: Theme) -> None:
    before, after = {"same": 1, "status": "placed"}, {"same": 1, "status": "paid"}
    tree.set_content(content_of(after, diff(before, after)))
    for choice in (ThemeChoice.LIGHT, ThemeChoice.DARK):
        theme.choose(choice)
        image = tree.viewport().grab().toImage()
        changed = tree.visualRect(tree.json_model().index_of_path(("status",)))
        plain = tree.visualRect(tree.json_model().index_of_path(("same",)))
        x = tree.viewport().width() - 6
        tint = theme.tokens.tints[TintRole.CHANGED].back
        assert image.pixelColor(x, changed.center().y()) == QColor(tint)
        surface = QColor(theme.tokens[Role.SURFACE])
        assert image.pixelColor(x, plain.center().y()) == surface


def test_the_selected_row_shows_the_selection(tree: JsonTree, theme: Theme) -> None:
    tree.set_content(TreeContent({"a": 1, "b": 2}))
    tree.show_path(("b",))
    image = tree.viewport().grab().toImage()
    row = tree.visualRect(tree.json_model().index_of_path(("b",)))
    at = QPoint(tree.viewport().width() - 6, row.center().y())
    assert image.pixelColor(at) == QColor(theme.tokens[Role.SELECTION])


def test_hostile_text_is_painted_as_text(tree: JsonTree) -> None:
    hostile = {"<img src='file:///etc/passwd'>": "\u202e\udc80" + "x" * 2_000_000}
    tree.set_content(TreeContent(hostile))
    assert not tree.grab().isNull()
    assert len(tree.model().index(0, Column.VALUE).data()) < 700
