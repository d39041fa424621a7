"""The window looks as in the pictures that are kept: every panel, light and dark."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from inspector.ui.theme import ThemeChoice
from tests.ui.pictures import REFERENCE, RENEW, other_blocks, reduced
from tests.ui.windows import WALLET, new_window, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from inspector.ui.main_window import MainWindow
    from inspector.ui.theme import Theme

THEMES = (ThemeChoice.LIGHT, ThemeChoice.DARK)
PANELS = ("state", "event", "diff", "raw", "problems")
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
NOTE = 21
"""Row of the wallet's first note: its text is Korean, and the balance is negative."""


def test_the_window_looks_as_it_is_meant_to(theme: Theme, qtbot: QtBot, tmp_path: Path) -> None:
    window = new_window(theme, qtbot, tmp_path)
    window.resize(1280, 800)
    window.models.freshness._now = lambda: NOON  # the status bar tells the time of day
    others = {}
    for name, picture in pictures(window, theme, qtbot):
        file = REFERENCE / f"{name}.png"
        if os.environ.get(RENEW):
            assert picture.save(str(file), "PNG", 0), file
            continue
        kept = QImage(str(file)).convertToFormat(picture.format())
        assert kept.size() == picture.size(), f"{file} is missing or no picture"
        blocks = other_blocks(kept, picture)
        if blocks:
            picture.save(str(tmp_path / f"{name}.png"))
            others[name] = blocks
    assert not others, (
        f"The pictures in {tmp_path} differ at these places. Where that is meant, look at them "
        "and take new ones with: python -m tests.ui.reference"
    )


def pictures(window: MainWindow, theme: Theme, qtbot: QtBot) -> Iterator[tuple[str, QImage]]:
    """Names and pictures of everything that is kept."""
    open_store(window, qtbot)
    yield from in_themes(window, theme, qtbot, "store")
    open_store(window, qtbot, stream=WALLET)
    window.replay.move_to(NOTE)
    qtbot.waitUntil(lambda: window.replay.step is not None and window.replay.step.index == NOTE)
    for panel in PANELS:
        window.place.show_panel(panel)
        yield from in_themes(window, theme, qtbot, panel)


def in_themes(
    window: MainWindow, theme: Theme, qtbot: QtBot, name: str
) -> Iterator[tuple[str, QImage]]:
    """One view in both themes, when it has come to rest."""
    for choice in THEMES:
        theme.choose(choice)
        window.events_panel.view.setFocus()
        qtbot.waitUntil(lambda: window.timeline.settled and window.streams.rowCount() > 0)
        qtbot.wait(50)  # what is drawn a moment later: marks, legends, sizes
        yield f"{name}-{choice.value}", reduced(window.grab().toImage())


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
