"""Whole jobs with the keyboard alone: real keys of a real screen, seen over the accessibility bus.

Each key, chord and filled field is one interaction; their number is counted against the jobs'.
"""

from __future__ import annotations

from shutil import copyfile
from typing import TYPE_CHECKING

from inspector.core.texts import thousands
from inspector.services.sample import sample_store
from tests.ui.screen.session import looked_at
from tests.ui.windows import WALLET

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Steps = list[tuple[str, str]]


def interactions(steps: Sequence[tuple[str, str]]) -> int:
    """Keys and filled fields; the Enter that ends a field belongs to it."""
    done = [step for step in steps if step[0] != "see"]
    return sum(
        1
        for before, step in zip([("", ""), *done], done, strict=False)
        if not (before[0] == "type" and step == ("press", "Return"))
    )


def all_seen(found: Sequence[dict[str, object]], steps: Steps) -> bool:
    assert [line["words"] for line in found if not line["seen"]] == []
    return len(found) == sum(1 for step in steps if step[0] == "see")


def test_the_last_event_of_an_unknown_store_is_found_without_a_mouse(tmp_path: Path) -> None:
    store = tmp_path / "s.sqlite"
    copyfile(sample_store(), store)
    steps: Steps = [
        ("see", "Open a store"),
        ("press", "Control_L+o"),
        ("see", "Stores that you open appear here"),
        ("type", str(store)),
        ("press", "Return"),
        ("see", "Python eventsourcing"),
        ("press", "End"),
        ("see", f"row {thousands(4464)} / {thousands(4464)}"),
    ]
    assert all_seen(looked_at(tmp_path, "press_keys", [], steps), steps)
    assert interactions(steps) <= 3


def test_snapshots_are_verified_without_a_mouse(tmp_path: Path) -> None:
    rules = str(sample_store().with_name("sample-shop.rules.toml"))
    steps: Steps = [
        ("press", "Control_L+Shift_L+s"),
        ("see", "319 snapshots"),
        ("press", "space"),
        ("see", "319 checked"),
        ("press", "Return"),
        ("see", "matches"),
    ]
    assert all_seen(looked_at(tmp_path, "press_keys", [WALLET, rules], steps), steps)
    assert interactions(steps) <= 4


def test_help_places_and_values_are_reached_without_a_mouse(tmp_path: Path) -> None:
    steps: Steps = [
        ("see", "State after version 26"),
        ("press", "Shift_L+slash"),
        ("see", "Keys"),
        ("press", "Escape"),
        ("press", "Control_L+g"),
        ("see", "Go to a number or a time"),
        ("type", "21"),
        ("press", "Return"),
        ("see", "State after version 21"),
        ("see", "-25.00"),
        ("press", "Left"),
        ("see", "State after version 20"),
        ("press", "Home"),
        ("see", "State after version 1"),
        ("press", "Control_L+k"),
        ("see", "looked at before"),
        ("type", "00c46"),
        ("see", "00c46c90-2450-58be-ac8a-ae163001898a"),
        ("press", "Return"),
        ("see", "State after version 7"),
        ("press", "Alt_L+Left"),
        ("see", WALLET),
    ]
    assert all_seen(looked_at(tmp_path, "press_keys", [WALLET], steps), steps)
