"""Cycles are searched for in the window's thread, when nobody touches it, and never elsewhere."""

from __future__ import annotations

import gc
import weakref
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject

from inspector.ui import housekeeping
from inspector.ui.housekeeping import BETWEEN, MOMENT, OVERDUE, UNTOUCHED, Housekeeping

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


def test_python_searches_by_itself_only_while_there_is_no_window(clock: Clock) -> None:
    parent = QObject()
    first, second = Housekeeping(parent), Housekeeping(parent)
    assert gc.isenabled()
    first.start()
    second.start()
    first.stop()
    first.stop()
    assert not gc.isenabled()
    second.stop()
    assert gc.isenabled()


def test_a_search_waits_until_nobody_touches_the_window(
    keeping: Housekeeping, clock: Clock
) -> None:
    ring = weakref.ref(Ring())
    clock.now = BETWEEN + UNTOUCHED
    keeping.touch()
    assert not keeping.look()
    assert ring() is not None
    clock.now += UNTOUCHED
    assert keeping.look()
    assert ring() is None
    assert not keeping.look()


def test_after_a_long_time_a_moment_is_enough(keeping: Housekeeping, clock: Clock) -> None:
    clock.now = OVERDUE
    keeping.touch()
    assert not keeping.look()
    clock.now += MOMENT
    assert keeping.look()
