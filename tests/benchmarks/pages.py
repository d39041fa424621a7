"""A page of 256 events from anywhere in a store: by key, and by row number as the table asks.

    python -m tests.benchmarks.pages --store r1x10.sqlite

Every page is whole: read, decoded and shaped into events. By row number, the nearest remembered
key is looked up and the rest walked, as the window does while somebody drags the scroll bar;
learning the row numbers is not part of the figure and is told by itself. The file should be in
the system's cache: the disk is not what is measured. May import the inspector's services.
"""

from __future__ import annotations

from contextlib import closing
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from inspector.services.event_pages import PAGE, EventPages
from inspector.services.open_store import OpenRequest, open_store
from inspector.services.tasks import Work
from tests.benchmarks.measuring import (
    alone,
    answers,
    ask_for_attention,
    parser_for,
    print_table,
    timed,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from inspector.services.open_store import OpenedStore
    from tests.benchmarks.measuring import Line, Reading

PAGE_MILLISECONDS = 5.0
PAGES = 500
ROWS = 256
"""Rows of what the limit speaks of; the window reads them in runs of shorter pages."""


def measure(store: OpenedStore, count: int = PAGES) -> list[Line]:
    """The figures of an open store."""
    pages = EventPages(None)
    learned = timed(lambda: pages.map.learn_all(store.reader.events, Work()))
    rows = pages.map.count.value
    last, run = max(1, rows // ROWS), ROWS // PAGE
    by_number = _times(
        count, lambda rng: pages.read_run(store.reader.events, rng.randrange(last) * run, run)
    )
    by_key = _times(count, lambda rng: _page_by_key(store, pages, rng))
    return [
        *answers(f"page of {ROWS} by key, of {rows:,} rows", by_key, PAGE_MILLISECONDS),
        *answers(f"page of {ROWS} by row number, of {rows:,} rows", by_number, PAGE_MILLISECONDS),
        alone(f"learning the numbers of {rows:,} rows", learned),
    ]


def _page_by_key(store: OpenedStore, pages: EventPages, rng: Random) -> object:
    key, _ = pages.map.locate(rng.randrange(max(1, pages.map.count.value - ROWS)))
    return store.reader.events.page(None, after=key, limit=ROWS)


def _times(count: int, read: Callable[[Random], object]) -> list[Reading]:
    rng = Random(5)  # noqa: S311
    return [timed(partial(read, rng)) for _ in range(count)]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print every figure for the store the arguments name."""
    parser = parser_for("pages", __doc__ or "")
    parser.add_argument("--store", required=True, help="R1 at ten times the size, or any other")
    parser.add_argument("--pages", type=int, default=PAGES, help="pages to read")
    options = parser.parse_args(arguments)
    ask_for_attention()
    with closing(open_store(OpenRequest(options.store), Work())) as store:
        measure(store, options.pages // 5)  # warms the file cache
        lines = measure(store, options.pages)
    print_table(lines)


if __name__ == "__main__":
    main()
