"""The value tree's model: every value in words, lazy, and steady while the value changes."""

from __future__ import annotations

import sys
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from inspector.core.diffing import diff
from inspector.core.folding import Truth
from inspector.core.paths import MapKey
from inspector.core.payloads import DecimalText
from inspector.ui.widgets.json_content import (
    GLYPHS,
    ChangeKind,
    Mark,
    Removed,
    TreeContent,
    ancestors_of_changes,
    content_of,
)
from inspector.ui.widgets.json_copy import copy_text
from inspector.ui.widgets.json_model import LOOK_ROLE, Column, JsonModel
from inspector.ui.widgets.json_nodes import GROUP_ABOVE, GROUP_SIZE
from inspector.ui.widgets.json_text import name_text, preview_text, value_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot


@pytest.fixture
def model(qtbot: QtBot) -> Iterator[JsonModel]:
    made = JsonModel()
    tester = QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Warning)
    yield made
    tester.deleteLater()
    made.deleteLater()


@pytest.fixture
def lazy_model(qtbot: QtBot) -> Iterator[JsonModel]:
    """Without the tester, which opens everything."""
    made = JsonModel()
    yield made
    made.deleteLater()


def rows(model: JsonModel, parent: QModelIndex | None = None, depth: int = 0) -> list[str]:
    """The whole tree as lines, indented."""
    above = parent if parent is not None else QModelIndex()
    found = []
    for row in range(model.rowCount(above)):
        cells = [model.index(row, column, above).data() for column in Column]
        found.append("  " * depth + "|".join(cells))
        found += rows(model, model.index(row, 0, above), depth + 1)
    return found


# --- Values as text ---


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (0, "0"),
        (2**63, "9223372036854775808"),
        (-(2**200), str(-(2**200))),
        (Decimal("118.40"), "118.40"),
        (Decimal("1E+5"), "1E+5"),
        (DecimalText("0.10"), "0.10"),
        (1e300, "1e+300"),
        (float("nan"), "NaN"),
        (float("-inf"), "-Infinity"),
        ("plain", '"plain"'),
        ("", '""'),
        ("이벤트", '"이벤트"'),
        ('say "hi"\\n', '"say \\"hi\\"\\\\n"'),
        ("two\nlines\tend\x00", '"two\\nlines\\tend\\x00"'),
        ("\u202eabc\u2066", '"\\u202eabc\\u2066"'),
        ("\udc80", '"\\udc80"'),
        ("<b>bold</b>", '"<b>bold</b>"'),
        (b"\x00\xff", "2 bytes  00 ff"),
        (b"", "0 bytes"),
        ({}, "{0}"),
        ({"a": 1}, "{1}"),
        ([1, 2], "[2]"),
    ],
)
def test_every_value_has_a_text(value: object, text: str) -> None:
    assert value_text(value) == text


def test_long_texts_say_how_long_they_are() -> None:
    text = value_text("x" * 12_345)
    assert text == '"' + "x" * 500 + '…" (12\u2009345 characters)'
    assert len(value_text(b"\x01" * 10_000_000)) < 300


def test_whole_numbers_of_any_length_are_shown_without_stalling() -> None:
    long = 7 * 10**9000
    assert len(str(10**4000)) < sys.get_int_max_str_digits() < 9001
    assert value_text(long) == "7" + "0" * 499 + "…"
    assert value_text(1 << 2_000_000).startswith("0x1000")
    assert copy_text(long) == "7" + "0" * 9000


def test_names_of_any_key_can_be_seen() -> None:
    assert name_text("status") == "status"
    assert name_text(3) == "3"
    assert name_text(MapKey(42)) == "42"
    assert name_text("") == '""'
    assert name_text("  ") == '"  "'
    assert name_text("a\u202eb") == "a\\u202eb"


def test_a_preview_shows_the_beginning() -> None:
    assert preview_text({"sku": "A-19", "qty": 2}) == 'sku "A-19", qty 2'
    assert preview_text([1, [2], {}]) == "1, [1], {0}"
    assert preview_text(list(range(1000))).endswith("11, …")
    assert preview_text({"k" * 100: "v" * 100}) == "…"


def test_copied_text_is_exact() -> None:
    value = {
        "n": 2**70,
        "d": Decimal("1.10"),
        "t": DecimalText("1.10"),
        "x": None,
        "s": 'a"\ud800',
        "l": [[], {}, True],
        7: b"\x01",
    }
    assert copy_text(value) == (
        '{\n  "n": 1180591620717411303424,\n  "d": 1.10,\n  "t": "1.10",\n  "x": null,\n'
        '  "s": "a\\"\\ud800",\n  "l": [\n    [],\n    {},\n    true\n  ],\n  "7": "01"\n}'
    )
    assert copy_text("as it is\n\ud800") == "as it is\n\\ud800"
    assert copy_text(b"\x01\x02") == "0102"
    assert copy_text([]) == "[]"


def test_depth_has_no_limit(lazy_model: JsonModel) -> None:
    deep: Any = "bottom"
    for _ in range(3000):
        deep = [deep]
    lazy_model.set_content(TreeContent(deep))
    index = QModelIndex()
    for _ in range(3000):
        index = lazy_model.index(0, 0, index)
        assert index.isValid()
    assert lazy_model.value_at(index) == "bottom"
    assert len(lazy_model.path_at(index)) == 3000
    assert copy_text(deep).count("[") == 3000


# --- Rows ---


def test_fields_are_rows(model: JsonModel) -> None:
    model.set_content(TreeContent({"id": "O-1", "items": [{"qty": 2}], "none": None}))
    assert rows(model) == ['|id|"O-1"|', "|items|[1]|", "  |0|{1}|", "    |qty|2|", "|none|null|"]


@pytest.mark.parametrize("value", [None, 5, "text", {}, []])
def test_a_value_without_fields_is_one_row(model: JsonModel, value: object) -> None:
    model.set_content(TreeContent(value))
    assert rows(model) == [f"|(whole value)|{value_text(value)}|"]
    assert model.path_at(model.index_of_path(())) == ()


def test_changes_have_a_sign_a_word_and_what_was(model: JsonModel) -> None:
    before = {"status": "placed", "items": [{"sku": "A"}], "coupon": "SPRING", "total": 1}
    after = {"status": "paid", "items": [{"sku": "A"}, {"sku": "B"}], "total": Decimal("1.0")}
    model.set_content(content_of(after, diff(before, after)))
    assert rows(model) == [
        '~|status|"paid"   was "placed"|',
        "•|items|[2]|",
        "  |0|{1}|",
        '    |sku|"A"|',
        "  +|1|{1}|",
        '    +|sku|"B"|',
        "~|total|1.0   was 1, same number, other form|",
        '−|coupon|"SPRING"   removed|',
    ]


def test_removed_and_moved_elements_stand_where_they_belong(model: JsonModel) -> None:
    before, after = ["a", "b", "c", "d", "e"], ["a", "e", "b", "d"]
    model.set_content(content_of(after, diff(before, after)))
    shown = rows(model)
    assert '−|2|"c"   removed|' in shown
    assert shown.index('−|2|"c"   removed|') == 2
    assert '↕|1|"e"   was at [4]|' in shown


def test_what_is_gone_has_no_place_in_the_value(model: JsonModel) -> None:
    content = TreeContent({"a": [1]}, {}, {("a",): [Removed(0, {"x": {"y": 1}}, 0)]})
    model.set_content(content)
    assert rows(model) == ["•|a|[2]|", "  −|0|{1}   removed|"] or rows(model)[1:] == [
        "  −|0|{1}   removed|",
        "    −|x|{1}|",
        "      −|y|1|",
        "  |0|1|",
    ]
    assert model.path_at(model.index_of_path(("a", 0))) == ("a", 0)
    assert model.value_at(model.index_of_path(("a", 0))) == 1


def test_an_emptied_map_still_shows_what_it_lost(model: JsonModel) -> None:
    model.set_content(content_of({}, diff({"a": 1}, {})))
    assert rows(model) == ["−|a|1   removed|"]


def test_a_change_of_the_whole_value_has_a_row(model: JsonModel) -> None:
    model.set_content(content_of({"a": 1}, diff(None, {"a": 1})))
    assert rows(model)[0].startswith("~|(whole value)|{1}   was null")


def test_an_upcast_has_its_own_sign(model: JsonModel) -> None:
    mark = Mark(ChangeKind.UPCAST, note="v2 → v3 split")
    model.set_content(TreeContent({"zip": "2012"}, {("zip",): mark}))
    assert rows(model) == ['↑|zip|"2012"   v2 → v3 split|']
    assert len(set(GLYPHS.values())) == len(ChangeKind)


def test_everything_above_a_change_is_known() -> None:
    mark = Mark(ChangeKind.CHANGED)
    content = TreeContent(
        {}, {("a", "b", 0): mark, ("a", "c"): mark}, {("x", "y"): [Removed("z", 1)]}
    )
    assert ancestors_of_changes(content) == {(), ("a",), ("a", "b"), ("x",), ("x", "y")}


def test_trust_is_told_per_row_and_drawn_where_it_differs(model: JsonModel) -> None:
    value = {"a": 1, "b": {"c": 2}}
    model.set_content(TreeContent(value, {}, {}, Truth.INFERRED, {("b",): Truth.UNKNOWN}))
    assert rows(model) == ["|a|1|inferred", "|b|{1}|unknown", "  |c|2|unknown"]
    looks = [model.index_of_path(path).data(LOOK_ROLE) for path in (("a",), ("b", "c"))]
    assert [(look.truth_differs, look.unsure) for look in looks] == [(False, False), (True, True)]


def test_a_payload_has_no_trust(model: JsonModel) -> None:
    model.set_content(TreeContent({"a": 1}))
    assert rows(model) == ["|a|1|"]


def test_tool_tips_are_never_markup(model: JsonModel) -> None:
    model.set_content(TreeContent({"<img src='x'>": "<b>\u202e"}))
    for column in Column:
        tip = model.index(0, column).data(Qt.ItemDataRole.ToolTipRole)
        assert "<img" not in tip
        assert "<b>" not in tip
    value_tip = model.index(0, Column.VALUE).data(Qt.ItemDataRole.ToolTipRole)
    assert "&lt;b&gt;\\u202e" in value_tip


def test_the_sign_has_words_for_those_who_do_not_see_it(model: JsonModel) -> None:
    model.set_content(TreeContent({"a": 1}, {("a",): Mark(ChangeKind.ADDED)}))
    spoken = model.index(0, Column.GLYPH).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "added"


# --- Size ---


def test_nothing_is_made_before_it_is_opened(lazy_model: JsonModel) -> None:
    value = {"list": [{"n": number, "t": ["x"]} for number in range(20_000)]}
    lazy_model.set_content(TreeContent(value))
    assert lazy_model.rowCount() == 1
    assert lazy_model.hasChildren(lazy_model.index(0, 0))
    assert len(lazy_model._tree.nodes) == 2


def test_large_lists_open_in_groups(lazy_model: JsonModel) -> None:
    lazy_model.set_content(TreeContent({"n": list(range(60_000))}))
    top = lazy_model.index(0, 0)
    assert lazy_model.rowCount(top) == 60
    group = lazy_model.index(59, 0, top)
    assert lazy_model.index(59, Column.NAME, top).data() == "59\u2009000 … 59\u2009999"
    assert lazy_model.rowCount(group) == GROUP_SIZE
    assert lazy_model.value_at(group) == list(range(59_000, 60_000))
    found = lazy_model.index_of_path(("n", 59_999))
    assert lazy_model.value_at(found) == 59_999
    assert lazy_model.path_at(found) == ("n", 59_999)
    assert len(lazy_model._tree.nodes) < 60 + GROUP_SIZE + 10


def test_large_maps_open_in_groups(lazy_model: JsonModel) -> None:
    value = {f"k{number}": number for number in range(GROUP_ABOVE + 1)}
    lazy_model.set_content(TreeContent(value, {("k2000",): Mark(ChangeKind.CHANGED, 0)}))
    assert lazy_model.rowCount() == 3
    assert lazy_model.index(2, Column.GLYPH).data() == "•"
    assert lazy_model.index(0, Column.GLYPH).data() == ""
    assert lazy_model.value_at(lazy_model.index_of_path(("k2000",))) == 2000
    assert not lazy_model.index_of_path(("nowhere",)).isValid()


# --- Changing ---


def test_rows_keep_their_indexes_while_the_value_changes(model: JsonModel) -> None:
    model.set_content(TreeContent({"a": {"x": 1}, "b": [1, 2], "c": 3}))
    kept = QPersistentModelIndex(model.index_of_path(("b", 1)))
    lost = QPersistentModelIndex(model.index_of_path(("a", "x")))
    model.set_content(TreeContent({"new": 0, "b": [1, 7, 9], "a": {}}))
    assert kept.isValid()
    assert kept.row() == 1
    assert model.value_at(kept) == 7
    assert kept.parent().row() == 1
    assert not lost.isValid()


def test_no_reset_is_sent(model: JsonModel, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.layoutChanged):
        model.set_content(TreeContent({"a": 1}))
    with qtbot.assertNotEmitted(model.layoutChanged):
        model.set_content(model.content)


def test_an_index_of_an_older_moment_does_no_harm(model: JsonModel) -> None:
    model.set_content(TreeContent({"a": {"b": 1}}))
    stale = model.index_of_path(("a", "b"))
    model.set_content(TreeContent({}))
    assert not model.parent(stale).isValid()
    assert model.path_at(stale) == ()
