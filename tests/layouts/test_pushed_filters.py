"""What the database leaves out could not have passed: with and without it, the answer is the same.

Filters are made by chance out of what each store holds, so that they hit, nearly hit, and compare
unlike kinds; every store of every layout is asked, in both dialects and both directions.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from inspector.core.errors import StreamUnknown
from inspector.core.events import Event
from inspector.layouts import builtin_layouts
from inspector.layouts._api import PlainLayout
from inspector.services.event_ranges import EventQuery
from inspector.services.filter_texts import read_filter
from inspector.services.filtering import FilterScan, Question
from inspector.services.tasks import Work
from tests.helpers.made_filters import FilterMaker
from tests.layouts.cases import Case, cases

if TYPE_CHECKING:
    from inspector.core.events import StreamId
    from inspector.storage.store_reader import StoreReader
    from tests.layouts.conftest import Shelf

FILTERS = 6
ROWS = 400


def answer(reader: StoreReader, text: str, stream: StreamId | None, *, push: bool, back: bool):
    query = EventQuery(stream, reverse=back)
    scan = FilterScan(Question((read_filter(text),), query, push=push))
    while scan.advance(reader, Work()):
        pass
    events = [scan.event(number) for number in range(len(scan))]
    return scan, (list(scan.rows), scan.keys, events, scan.unread, scan.done)


@pytest.mark.parametrize("case", cases(), ids=str)
def test_pushing_changes_no_answer(shelf: Shelf, case: Case) -> None:
    random = Random(str(case))  # noqa: S311
    for reader in shelf.open(case).readers:
        events = reader.events.some(ROWS)
        if not events:
            continue
        maker = FilterMaker(random, events)
        for number in range(FILTERS):
            text = maker.make()
            whole = bool(reader.source.order_key) and number % 3 > 0
            event = random.choice(events)
            if not whole and not event.stream.key:
                continue
            stream = None if whole else event.stream
            back = random.random() < 0.3
            try:
                plain, expected = answer(reader, text, stream, push=False, back=back)
            except StreamUnknown:
                continue
            pushed, found = answer(reader, text, stream, push=True, back=back)
            assert not plain.decided
            assert found == expected, (text, stream, back, pushed.decided)


@pytest.mark.parametrize("case", cases(), ids=str)
def test_layouts_adjust_nothing_but_what_they_say(shelf: Shelf, case: Case) -> None:
    for store, reader in zip(shelf.open(case).stores, shelf.open(case).readers, strict=True):
        layout = reader.opened.layout
        if type(layout).adjust is PlainLayout.adjust or layout.adjusts is None:
            continue
        changed: set[str] = set()
        plain = layout.adjust

        def watched(event: Event, plain=plain, changed=changed) -> Event:
            after = plain(event)
            fields = Event.__dataclass_fields__
            changed |= {n for n in fields if getattr(event, n) != getattr(after, n)}
            return after

        assert store.match.layout == layout.name
        object.__setattr__(layout, "adjust", watched)
        try:
            reader.events.some(ROWS)
        finally:
            object.__delattr__(layout, "adjust")
        assert changed <= layout.adjusts


def test_every_layout_that_adjusts_says_what() -> None:
    silent = [
        layout.name
        for layout in builtin_layouts()
        if type(layout).adjust is not PlainLayout.adjust and layout.adjusts is None
    ]
    assert silent == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("emmett-messages-sqlite", "type == 'Opened'"),
        ("pyeventsourcing-plain-sqlite", "version > 3"),
    ],
)
def test_a_database_decides_where_it_can(shelf: Shelf, name: str, text: str) -> None:
    case = next(c for c in cases() if str(c) == name)
    scan, _ = answer(shelf.open(case).readers[0], text, None, push=True, back=False)
    assert scan.decided
