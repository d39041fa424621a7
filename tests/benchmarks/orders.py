"""Ordering all streams of a store by their length and by their last change, each way.

    python -m tests.benchmarks.orders --store many.sqlite
    python -m tests.benchmarks.orders --store many.sqlite --each

As the window does it, which keeps the foremost 10,000. With `--each`, every stream is read, as
stores without an index of all keys need it. May import the inspector's services.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from inspector.core.events import StreamKind
from inspector.services.long_scans import run_to_end
from inspector.services.open_store import OpenRequest, open_store
from inspector.services.stream_listing import Sort, StreamQuery
from inspector.services.stream_ranking import StreamRanking
from inspector.services.tasks import Work
from tests.benchmarks.measuring import alone, parser_for, print_table, timed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inspector.services.open_store import OpenedStore
    from tests.benchmarks.measuring import Line


def measure(store: OpenedStore, *, in_bulk: bool) -> list[Line]:
    """The figures of an open store."""
    return [_ordered(store, sort, in_bulk=in_bulk) for sort in (Sort.EVENTS, Sort.LAST)]


def _ordered(store: OpenedStore, sort: Sort, *, in_bulk: bool) -> Line:
    query = StreamQuery(kind=StreamKind.PRIMARY)
    ranking = StreamRanking(query, sort, in_bulk=in_bulk)
    took = timed(lambda: run_to_end(ranking, store.reader, Work()))
    return alone(f"{ranking.done:,} streams by {sort.value}", took)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = parser_for("orders", __doc__ or "")
    parser.add_argument("--store", required=True, help="a store of many streams")
    parser.add_argument("--each", action="store_true", help="read every stream")
    options = parser.parse_args(arguments)
    with closing(open_store(OpenRequest(options.store), Work())) as store:
        print_table(measure(store, in_bulk=not options.each))


if __name__ == "__main__":
    main()
