"""What every test of the window gets: a theme, and a check that nothing is left behind."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QTimer

from inspector.ui.theme import Theme, ThemeChoice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication


@pytest.fixture(autouse=True)
def _no_thread_left() -> Iterator[None]:
    """Fail a test that leaves a thread running."""
    before = set(threading.enumerate())
    yield
    left = [thread.name for thread in set(threading.enumerate()) - before if thread.is_alive()]
    assert not left


@pytest.fixture(autouse=True)
def _no_timer_or_window_left(qapp: QApplication) -> Iterator[None]:
    """Fail a test that leaves a window on the screen, or a timer that will fire into nothing."""
    yield
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not [window for window in qapp.topLevelWidgets() if window.isVisible()]
    assert not [timer for timer in qapp.findChildren(QTimer) if timer.isActive()]


@pytest.fixture(scope="session")
def _one_theme(qapp: QApplication) -> Theme:
    return Theme(qapp, ThemeChoice.LIGHT)


@pytest.fixture
def theme(_one_theme: Theme) -> Iterator[Theme]:
    """The application's theme, light at the start and after the test."""
    yield _one_theme
    _one_theme.choose(ThemeChoice.LIGHT, colour_blind=False)
    if _one_theme.fonts.zoom != 1.0:
        _one_theme.set_zoom(1.0)
