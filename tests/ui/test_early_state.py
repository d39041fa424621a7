"""A very long stream in the window: its state from a snapshot first, then what is really so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.core.folding import Truth
from inspector.core.texts import thousands
from inspector.ui.models.store_model import Phase
from tests.helpers.long_stream import NAME, long_stream, total
from tests.ui.windows import new_window

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from inspector.ui.main_window import MainWindow
    from inspector.ui.theme import Theme

EVENTS = 12_000
EARLY = f"From snapshot {thousands(EVENTS - 500)}, not yet verified"


def opened(theme: Theme, qtbot: QtBot, folder: Path, kept: int) -> tuple[MainWindow, list[str]]:
    """A window on a stream with one snapshot, and what its state page said, in order."""
    window = new_window(theme, qtbot, folder)
    said: list[str] = []
    page = window.details.state

    def note(_step: object) -> None:
        texts = page._truth.value, page._detail.text(), window.status.replayed.text()
        said.append(" | ".join(texts))

    window.replay.step_changed.connect(note)
    window.open_request(long_stream(folder, EVENTS, {EVENTS - 500: kept}), NAME)
    qtbot.waitUntil(lambda: window.store.phase is Phase.OPEN)
    qtbot.waitUntil(lambda: window.replay.complete, timeout=30_000)
    qtbot.waitUntil(lambda: window.replay.cursor == EVENTS - 1, timeout=30_000)
    qtbot.waitUntil(lambda: window.replay.early is None, timeout=30_000)
    qtbot.waitUntil(lambda: window.replay.step.truth is Truth.EXACT)  # type: ignore[union-attr]
    return window, said


def banner(window: MainWindow) -> str:
    """What stands above the state, if anything does."""
    shown = window.details.state._banner
    text = f"{shown._title.text()} {shown._detail.text()}"
    return text if shown.isVisibleTo(window.details.state) else ""


def test_a_right_snapshot(theme: Theme, qtbot: QtBot, tmp_path: Path) -> None:
    window, said = opened(theme, qtbot, tmp_path, total(EVENTS - 500))
    assert said[0].startswith(f"unverified | {EARLY} | {EARLY}")
    assert said[-1].startswith(f"exact | {thousands(EVENTS)} events applied")
    assert not banner(window)
    assert window.replay.step is not None
    assert window.replay.step.state["total"] == total(EVENTS)


def test_a_wrong_snapshot(theme: Theme, qtbot: QtBot, tmp_path: Path) -> None:
    window, said = opened(theme, qtbot, tmp_path, total(EVENTS - 500) + 7)
    assert said[0].startswith("unverified")
    assert said[-1].startswith("exact")
    assert window.replay.step is not None
    assert window.replay.step.state["total"] == total(EVENTS)  # what the history gives
    at, kept = EVENTS - 500, total(EVENTS - 500)
    told = f"Snapshot {thousands(at)}, which was shown first, is not what the history gives."
    assert banner(window) == f"{told} total: snapshot {kept + 7}, replay {kept}"


def test_another_stream_forgets_it(theme: Theme, qtbot: QtBot, tmp_path: Path) -> None:
    window, _ = opened(theme, qtbot, tmp_path, 0)
    assert banner(window)
    window.replay.clear()
    assert not banner(window)
    assert window.replay.early is None
