"""Another value in the rows that are there: says what a tree made anew would say."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QModelIndex, QPersistentModelIndex
from PySide6.QtTest import QAbstractItemModelTester

from inspector.core.diffing import diff
from inspector.core.folding import Truth
from inspector.core.payloads import DecimalText
from inspector.ui.widgets.json_content import TreeContent, content_of
from inspector.ui.widgets.json_model import LOOK_ROLE, Column, JsonModel
from inspector.ui.widgets.json_nodes import GROUP_ABOVE, Tree
from inspector.ui.widgets.json_patch import patch
from inspector.ui.widgets.json_tree import JsonTree

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from inspector.ui.theme import Theme


def looks(model: JsonModel, parent: QModelIndex | None = None) -> list[Any]:
    """What all rows say, each opened."""
    above = parent if parent is not None else QModelIndex()
    found: list[Any] = []
    for row in range(model.rowCount(above)):
        index = model.index(row, 0, above)
        found += [model.data(index, LOOK_ROLE), looks(model, index)]
    return found


def changed_value(rng: Random, value: Any) -> Any:
    """The value with something in it changed, added or taken away."""
    if isinstance(value, dict) and value:
        made = dict(value)
        key = rng.choice(list(made))
        chance = rng.random()
        if chance < 0.1:
            del made[key]
        elif chance < 0.2:
            made[f"new{rng.randrange(5)}"] = rng.choice([1, "x", {"deep": [1]}, None])
        else:
            made[key] = changed_value(rng, made[key])
        return made
    if isinstance(value, list) and value:
        place = rng.randrange(len(value))
        return [*value[:place], changed_value(rng, value[place]), *value[place + 1 :]]
    return rng.choice([0, 1, True, 1.0, None, "1", "", {}, [], {"a": 1}, [0], DecimalText("1.0")])


def test_a_thousand_steps_say_what_trees_made_anew_say(qtbot: QtBot) -> None:
    rng = Random(11)  # noqa: S311
    state: Any = {"id": "a", "lines": [{"n": 1, "of": {"x": 1}}, {"n": 2}], "to": {"city": "Bern"}}
    model = JsonModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    kept = 0
    for number in range(1000):
        after = changed_value(rng, state) if rng.random() < 0.95 else state
        marks = {("id",): Truth.UNKNOWN} if number % 97 == 0 else {}
        content = content_of(after, diff(state, after), Truth.INFERRED, marks)
        fresh = JsonModel()
        fresh.set_content(content)
        kept += model.set_content(content)
        assert looks(model) == looks(fresh), number
        fresh.deleteLater()
        state = after if isinstance(after, dict) and after else {"again": {"from": [1, 2]}}
    assert kept > 200
    tester.deleteLater()
    model.deleteLater()


def test_only_rows_that_say_something_else_are_told(qtbot: QtBot) -> None:
    before = {"name": "a", "total": 1, "to": {"city": "Bern", "zip": "3000"}}
    after = {"name": "".join(["a"]), "total": 2, "to": {"city": "Basel", "zip": "3000"}}
    model = JsonModel()
    model.set_content(TreeContent(before))
    looks(model)
    told: list[str] = []
    model.dataChanged.connect(lambda first, last: told.append(model.look(first).name))
    replaced: list[None] = []
    model.layoutChanged.connect(lambda: replaced.append(None))
    assert model.set_content(content_of(after, diff(before, after)))
    assert sorted(told) == ["city", "to", "total"]
    told.clear()
    assert model.set_content(TreeContent(after))  # their marks go out
    assert sorted(told) == ["city", "to", "total"]
    assert not replaced
    model.deleteLater()


def test_of_many_changed_rows_the_whole_stretch_is_told_once(qtbot: QtBot) -> None:
    model = JsonModel()
    model.set_content(TreeContent({f"k{n}": n for n in range(200)}))
    looks(model)
    told: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda first, last: told.append((first.row(), last.row())))
    model.set_content(TreeContent({f"k{n}": n + (3 <= n < 190) for n in range(200)}))
    assert told == [(3, 189)]
    model.deleteLater()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"a": 1}, {"b": 1}),
        ({"a": 1}, {"a": 1, "b": 2}),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({"a": []}, {"a": [1]}),
        ({"a": 1}, [1]),
        ({"a": 1}, {}),
        (1, {"a": 1}),
    ],
)
def test_rows_that_come_go_or_move_are_no_patch(before: Any, after: Any) -> None:
    tree = Tree(TreeContent(before))
    tree.children(tree.root)
    assert patch(tree, TreeContent(after)) is None
    assert tree.content.value is before
    assert [node.value for node in tree.children(tree.root)] == [
        node.value for node in Tree(TreeContent(before)).children(tree.root)
    ]


def test_groups_of_a_very_long_list_keep_their_rows(qtbot: QtBot) -> None:
    before = list(range(GROUP_ABOVE + 5))
    after = [*before[:-1], -1]
    model = JsonModel()
    model.set_content(TreeContent(before))
    last = model.index(model.rowCount() - 1, 0)
    inside = QPersistentModelIndex(model.index(model.rowCount(last) - 1, Column.VALUE, last))
    assert model.set_content(content_of(after, diff(before, after)))
    assert inside.data() == "-1   was 2004"
    model.deleteLater()


def test_names_get_room_when_a_row_below_is_opened_later(qtbot: QtBot, theme: Theme) -> None:
    tree = JsonTree(theme, "State")
    qtbot.addWidget(tree)
    tree.resize(900, 400)
    wide = {f"k{n}": n for n in range(60)}
    value = {"top": {"a_name_that_is_quite_a_bit_longer_than_others": 1}, **wide}
    tree.set_content(TreeContent(value))
    narrow = tree.columnWidth(Column.NAME)
    tree.expand(tree.json_model().index(0, 0))
    tree.set_content(TreeContent({**value, "k0": "another"}))
    assert tree.columnWidth(Column.NAME) > narrow
