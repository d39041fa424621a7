"""The window looks as in the pictures that are kept: every panel, light and dark, English and
Korean, small and large, with three events and with a million."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QImage

from inspector.services.languages import choose_language
from inspector.ui.models.store_model import Phase
from inspector.ui.theme import ThemeChoice
from tests.ui.pictures import REFERENCE, RENEW, other_blocks, reduced
from tests.ui.scenes import SCENES
from tests.ui.windows import WALLET, new_window, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from inspector.services.open_store import OpenRequest
    from inspector.ui.main_window import MainWindow
    from inspector.ui.theme import Theme
    from tests.ui.scenes import Scene

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name or "usual")
def test_the_window_looks_as_it_is_meant_to(
    scene: Scene, theme: Theme, qtbot: QtBot, tmp_path: Path
) -> None:
    choose_language(scene.language)
    try:
        window = new_window(theme, qtbot, tmp_path)
        window.resize(*scene.size)
        window.models.freshness._now = lambda: NOON  # the status bar tells the time of day
        others = {}
        for name, picture in pictures(scene, window, theme, qtbot, tmp_path):
            blocks = compared(name, picture)
            if blocks:
                picture.save(str(tmp_path / f"{name}.png"))
                others[name] = blocks
    finally:
        choose_language("en")
    assert not others, (
        f"The pictures in {tmp_path} differ at these places. Where that is meant, look at them "
        "and take new ones with: python -m tests.ui.reference"
    )


def compared(name: str, picture: QImage) -> list[tuple[int, int]]:
    """Where a picture differs from the one that is kept, or keep it where that was asked for."""
    file = REFERENCE / f"{name}.png"
    if os.environ.get(RENEW):
        assert picture.save(str(file), "PNG", 0), file
        return []
    kept = QImage(str(file)).convertToFormat(picture.format())
    assert kept.size() == picture.size(), f"{file} is missing or no picture"
    return other_blocks(kept, picture)


def pictures(
    scene: Scene, window: MainWindow, theme: Theme, qtbot: QtBot, folder: Path
) -> Iterator[tuple[str, QImage]]:
    """Names and pictures of everything that is kept of a scene."""
    request = scene.store(folder)
    prefix = f"{scene.name}-" if scene.name else ""
    for panel in scene.panels:
        if panel == "store":
            show(window, qtbot, request)
        else:
            if window.replay.stream is None:
                show(window, qtbot, request, scene.stream)
                window.replay.move_to(scene.row)
                row_reached(window, qtbot, scene.row)
            window.show_panel(panel)
        yield from in_themes(window, theme, qtbot, scene, prefix + panel)


def show(window: MainWindow, qtbot: QtBot, request: OpenRequest, stream: str | None = None) -> None:
    """Open the store, at a stream or all events, and wait until that can be seen."""
    window.open_request(request, stream)
    qtbot.waitUntil(lambda: window.store.phase is Phase.OPEN)
    if stream is None:
        qtbot.waitUntil(lambda: window.events.count.exact, timeout=60_000)
    else:
        qtbot.waitUntil(lambda: window.replay.step is not None and window.replay.complete)


def row_reached(window: MainWindow, qtbot: QtBot, row: int) -> None:
    """Wait until the state of a row is here."""
    qtbot.waitUntil(lambda: window.replay.step is not None and window.replay.step.index == row)


def in_themes(
    window: MainWindow, theme: Theme, qtbot: QtBot, scene: Scene, name: str
) -> Iterator[tuple[str, QImage]]:
    """One view in its themes, when it has come to rest."""
    for choice in scene.themes:
        theme.choose(choice)
        window.events_panel.view.setFocus()
        qtbot.waitUntil(lambda: window.timeline.settled and window.streams.rowCount() > 0)
        qtbot.waitUntil(lambda: at_rest(window), timeout=60_000)
        qtbot.wait(100)  # what is drawn a moment later: marks, legends, sizes
        yield f"{name}-{choice.value}", reduced(window.grab().toImage())


def at_rest(window: MainWindow) -> bool:
    """Whether nothing is being read for what is in front."""
    page = window.pages.front
    return window.models.activity.busy is None and (page is None or not page.busy)


def test_what_has_changed_is_noticed(theme: Theme, qtbot: QtBot, tmp_path: Path) -> None:
    """A moved column, a text that is gone and another colour; nothing is noticed otherwise."""
    window = new_window(theme, qtbot, tmp_path)
    window.resize(1280, 800)
    open_store(window, qtbot, stream=WALLET)
    before = reduced(window.grab().toImage())
    assert not other_blocks(before, reduced(window.grab().toImage()))
    window.splitter.setSizes([260, 620, 384])
    moved = reduced(window.grab().toImage())
    assert other_blocks(before, moved)
    window.events_panel._count.setText("")
    assert other_blocks(moved, reduced(window.grab().toImage()))
    theme.choose(ThemeChoice.DARK)
    assert len(other_blocks(moved, reduced(window.grab().toImage()))) > 500
