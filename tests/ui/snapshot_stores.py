"""Stores with snapshots for tests of the window: right ones, and ones that lie in known ways."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from inspector.services.open_store import OpenRequest
from inspector.ui.models.store_model import Phase
from tests.benchmarks.scenario import Shape
from tests.benchmarks.snapshot_faults import write_store

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from inspector.ui.main_window import MainWindow

RULES = Path(__file__).parents[1] / "benchmarks" / "shop.rules.toml"
SMALL = Shape(5_000, 100)
"""A hundred streams, each with a snapshot; thirty-seven of those are wrong, each in a known way."""


def lying_store(folder: Path) -> tuple[Path, dict[str, str]]:
    """A store and its plan: kind of fault by stream."""
    path = folder / "lying.sqlite"
    plan = write_store(path, SMALL)
    return path, plan


def dashed(stream: str) -> str:
    """A stream's name as the window spells it."""
    return "-".join((stream[:8], stream[8:12], stream[12:16], stream[16:20], stream[20:]))


def open_with_rules(
    window: MainWindow,
    qtbot: QtBot,
    path: Path,
    stream: str | None = None,
    *,
    rules: Path | None = RULES,
) -> None:
    """Open a store with rules and wait until it can be seen."""
    files = () if rules is None else (str(rules),)
    window.open_request(OpenRequest(str(path), rules=files), stream)
    qtbot.waitUntil(lambda: window.store.phase is Phase.OPEN)
    qtbot.waitUntil(lambda: window.events.rowCount() > 0)
    if stream is not None:
        qtbot.waitUntil(lambda: window.replay.step is not None)
        qtbot.waitUntil(lambda: window.timeline.view.ready)
