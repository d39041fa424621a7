"""The window as assistive technology sees it: over the real accessibility bus, on a real screen."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.screen import running_screen
from tests.helpers.unprivileged import ServerMissingError
from tests.ui.windows import WALLET

HERE = Path(__file__).parent
NAME = "event-history-inspector"
SYSTEM_PYTHON = "/usr/bin/python3"
"""Debian's Python, because ``python3-pyatspi`` is a package of Debian's."""

CONTROLS = {
    "push button", "check box", "combo box", "page tab", "slider", "text", "table", "tree",
    "list item", "tree table", "toggle button", "menu item",
}  # fmt: skip

_SESSION = """
exec 3<>"$1"
{python} {window} {stream} <"$1" >"$2" &
for _ in $(seq 200); do grep -q ready "$2" && break; sleep 0.1; done
{system} {reader} {name}
echo >&3
wait
"""

Node = dict[str, Any]


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> list[Node]:
    """Everything the window says about itself, read once."""
    folder = tmp_path_factory.mktemp("bus")
    os.mkfifo(folder / "in")
    (folder / "out").touch()
    script = _SESSION.format(
        python=sys.executable, window=HERE / "accessible_window.py", stream=WALLET,
        system=SYSTEM_PYTHON, reader=HERE / "read_accessibility.py", name=NAME,
    )  # fmt: skip
    if shutil.which("dbus-run-session") is None:
        raise ServerMissingError("dbus is not installed; 'packaging/setup/run.sh test' does it")
    command = ["dbus-run-session", "--", "sh", "-c", script, "sh"]
    with running_screen() as display:
        done = subprocess.run(
            [*command, str(folder / "in"), str(folder / "out")],
            env=os.environ
            | {
                "DISPLAY": display,
                "QT_QPA_PLATFORM": "xcb",
                "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
                "PYTHONPATH": str(HERE.parent.parent),
            },
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    found = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert found, done.stderr
    return found


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
