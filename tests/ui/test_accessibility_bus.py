"""The window as assistive technology sees it: over the real accessibility bus, on a real screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.ui.screen.session import looked_at
from tests.ui.windows import WALLET

CONTROLS = {
    "push button", "check box", "combo box", "page tab", "slider", "text", "table", "tree",
    "list item", "tree table", "toggle button", "menu item",
}  # fmt: skip

Node = dict[str, Any]


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> list[Node]:
    """Everything the window says about itself, read once."""
    return looked_at(tmp_path_factory.mktemp("bus"), "read_window", [WALLET])


def some(nodes: list[Node], wanted: Callable[[Node], bool]) -> list[Node]:
    return [node for node in nodes if node["showing"] and wanted(node)]


def test_every_control_has_a_name_and_a_role(nodes: list[Node]) -> None:
    controls = some(nodes, lambda n: n["role"] in CONTROLS or n["focusable"])
    controls = [n for n in controls if n["role"] != "table cell"]
    assert len(controls) > 30
    assert not [n["path"] + "/" + n["role"] for n in controls if not n["name"]]
    assert not [n for n in controls if n["role"] in ("unknown", "invalid")]


def test_nothing_is_read_out_as_markup(nodes: list[Node]) -> None:
    told = [n["name"] + n["description"] + n.get("text", "") for n in nodes]
    assert not [text for text in told if "<p" in text or "white-space" in text]


def test_the_timeline_has_a_value_and_its_content_as_text(nodes: list[Node]) -> None:
    (slider,) = some(nodes, lambda n: n["role"] == "slider")
    assert slider["value"] == [0.0, 25.0, 25.0]
    assert "Event 26 of 26" in slider["description"]
    assert "NoteAdded" in slider["description"]


def test_boxes_say_what_they_are_for_beside_what_is_chosen(nodes: list[Node]) -> None:
    boxes = some(nodes, lambda n: n["role"] == "combo box")
    assert boxes
    assert not [n for n in boxes if not n["description"]]


def test_lists_and_trees_offer_their_rows(nodes: list[Node]) -> None:
    names = {n["name"]: n for n in nodes if n["role"] in ("table", "tree", "tree table")}
    assert names["Events"]["children"] > 26
    assert names["Streams"]["children"] > 100
    cells = [n["name"] for n in nodes if n["role"] == "table cell"]
    assert "customer_no" in cells
    assert '"C-1042"' in cells


def test_the_state_of_the_window_is_said_in_words(nodes: list[Node]) -> None:
    words = [n["name"] for n in some(nodes, lambda n: n["role"] in ("label", "push button"))]
    for text in ("Read-only", "sample-shop.sqlite", "Times in UTC", "State after version 26"):
        assert text in words
