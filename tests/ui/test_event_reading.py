"""Which pages the event table asks for: each once, and none that is on its way already."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

import pytest

from inspector.core.events import Count
from inspector.services.event_pages import PAGE, EventPages
from inspector.services.tasks import Done, Outcome, StoppedWork, Work
from inspector.ui.models.event_table import EventTableModel

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from inspector.ui.lanes import StoreLanes


class HeldLanes:
    """Lanes that keep what they are asked for, until the test gives an answer."""

    store = None

    def __init__(self) -> None:
        self.asked: list[tuple[Callable[[Any, Work], Any], Callable[[Outcome[Any]], None]]] = []
        self.counted: Callable[[Outcome[Count]], None] | None = None

    def ask(self, key: str, job: Any, done: Any, progress: Any = None) -> None:
        self.asked.append((job, done))

    def scan(self, key: str, job: Any, done: Any, progress: Any = None) -> None:
        self.counted = done


class NoReader:
    events = None


def told_pages(
    _pages: EventPages, _reader: object, first: int, count: int
) -> dict[int, tuple[int, ...]]:
    return {number: (number,) for number in range(first, first + count)}


@pytest.fixture
def lanes() -> HeldLanes:
    return HeldLanes()


@pytest.fixture
def table(lanes: HeldLanes, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> EventTableModel:
    """A table of ten pages, none of which is here."""
    monkeypatch.setattr(EventPages, "read_run", told_pages)
    model = EventTableModel()
    model.show(cast("StoreLanes", lanes), None)
    lanes.asked.pop()[1](Done(()))
    assert lanes.counted is not None
    lanes.counted(Done(Count(10 * PAGE)))
    return model


def pages_asked_for(lanes: HeldLanes) -> list[int]:
    return sorted(lanes.asked[-1][0](NoReader(), Work()))


def look(table: EventTableModel, qtbot: QtBot, *pages: int) -> None:
    for number in pages:
        assert table.event_at(number * PAGE) is None
    qtbot.wait(5)


def test_a_page_on_its_way_is_not_asked_for_again(
    table: EventTableModel, lanes: HeldLanes, qtbot: QtBot
) -> None:
    look(table, qtbot, 3)
    look(table, qtbot, 3)
    assert len(lanes.asked) == 1
    assert pages_asked_for(lanes) == [3]


def test_a_neighbour_joins_and_a_far_page_takes_the_place(
    table: EventTableModel, lanes: HeldLanes, qtbot: QtBot
) -> None:
    look(table, qtbot, 3)
    look(table, qtbot, 3, 4)
    assert pages_asked_for(lanes) == [3, 4]
    look(table, qtbot, 8)
    assert pages_asked_for(lanes) == [8]
    look(table, qtbot, 3)
    assert pages_asked_for(lanes) == [3]


def test_a_page_that_did_not_come_is_asked_for_again(
    table: EventTableModel, lanes: HeldLanes, qtbot: QtBot
) -> None:
    look(table, qtbot, 3)
    lanes.asked[-1][1](StoppedWork())
    look(table, qtbot, 3)
    assert len(lanes.asked) == 2
