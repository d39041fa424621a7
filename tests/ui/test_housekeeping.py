"""The search of everything waits until nobody touches the window, and is given back in the end."""

from __future__ import annotations

import gc
import weakref
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject

from inspector.ui import housekeeping
from inspector.ui.housekeeping import BETWEEN, UNTOUCHED, Housekeeping

if TYPE_CHECKING:
    from collections.abc import Iterator


class Ring:
    """An object that only a search can free."""

    def __init__(self) -> None:
        self.itself = self


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(housekeeping, "monotonic", made)
    return made


@pytest.fixture
def keeping(clock: Clock) -> Iterator[Housekeeping]:
    parent = QObject()
    made = Housekeeping(parent)
    made.start()
    yield made
    made.stop()


def test_python_has_everything_back_in_the_end(clock: Clock) -> None:
    parent = QObject()
    first, second = Housekeeping(parent), Housekeeping(parent)
    first.start()
    second.start()
    first.stop()
    first.stop()
    assert gc.get_freeze_count() > 0
    second.stop()
    assert gc.get_freeze_count() == 0


def test_everything_is_searched_when_nobody_touches_the_window(
    keeping: Housekeeping, clock: Clock
) -> None:
    ring = weakref.ref(Ring())
    assert not keeping.look()
    clock.now = BETWEEN + UNTOUCHED
    keeping.touch()
    assert not keeping.look()
    assert ring() is not None
    clock.now += UNTOUCHED
    assert keeping.look()
    assert ring() is None
    assert gc.get_freeze_count() > 0
    assert not keeping.look()
