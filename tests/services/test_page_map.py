"""Rows by number: the map and the pages above it."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from inspector.services.event_pages import KEPT, PAGE, EventPages
from inspector.services.open_store import OpenRequest, open_store
from inspector.services.page_map import STRIDE, PageMap
from inspector.services.tasks import Work
from tests.helpers.stores import append, stream_rows, write_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from inspector.services.open_store import OpenedStore

ROWS = 2 * STRIDE + 300


@pytest.fixture
def store(tmp_path: Path) -> Iterator[OpenedStore]:
    path = write_store(tmp_path / "s.db", stream_rows("order-1", 1, ROWS))
    with closing(open_store(OpenRequest(str(path)), Work())) as store:
        yield store


def test_the_map_counts_in_strides_and_says_when_it_is_complete(store: OpenedStore) -> None:
    known = PageMap(None)
    assert known.count.value == 0
    assert known.learn(store.reader.events)
    assert (known.count.value, known.count.exact) == (STRIDE, False)
    known.learn_all(store.reader.events, Work())
    assert (known.count.value, known.count.exact) == (ROWS, True)
    assert not known.learn(store.reader.events)


@pytest.mark.parametrize("page", [0, 1, STRIDE // PAGE, ROWS // PAGE])
def test_a_page_by_number_is_what_reading_from_the_start_gives(
    store: OpenedStore, page: int
) -> None:
    pages = EventPages(None)
    pages.map.learn_all(store.reader.events, Work())
    found = [event.position for event in pages.read(store.reader.events, page)]
    first = page * PAGE + 1
    assert found == list(range(first, min(first + PAGE, ROWS + 1)))


def test_a_page_can_be_read_before_the_map_reaches_it(store: OpenedStore) -> None:
    pages = EventPages(None)
    found = pages.read(store.reader.events, ROWS // PAGE)
    assert found[-1].position == ROWS


def test_a_page_beyond_the_end_is_empty(store: OpenedStore) -> None:
    pages = EventPages(None)
    pages.map.learn_all(store.reader.events, Work())
    assert pages.read(store.reader.events, ROWS // PAGE + 1) == ()


def test_pages_that_follow_each_other_are_read_at_once(store: OpenedStore) -> None:
    pages = EventPages(None)
    pages.map.learn_all(store.reader.events, Work())
    last = ROWS // PAGE
    run = pages.read_run(store.reader.events, last - 1, 3)
    assert list(run) == [last - 1, last, last + 1]
    assert run[last - 1] == pages.read(store.reader.events, last - 1)
    assert run[last] == pages.read(store.reader.events, last)
    assert run[last + 1] == ()


def test_rows_that_were_added_are_counted(store: OpenedStore) -> None:
    known = PageMap(None)
    known.learn_all(store.reader.events, Work())
    assert store.address.path is not None
    append(store.address.path, stream_rows("order-1", ROWS + 1, 5))
    assert known.grown(store.reader.events).value == ROWS + 5


def test_few_pages_are_kept_and_the_oldest_gives_way(store: OpenedStore) -> None:
    pages = EventPages(None)
    rows = pages.read(store.reader.events, 0)
    for number in range(KEPT + 1):
        pages.keep(number, rows)
    assert pages.cached(0) is None
    assert pages.cached(PAGE) is rows[0]
    pages.forget(PAGE * 2)
    assert pages.cached(PAGE) is rows[0]
    assert pages.cached(PAGE * 2) is None
