"""Orders of streams: counted by the database, or by reading every stream, they are the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from inspector.core.events import StreamKind
from inspector.services.long_scans import run_to_end
from inspector.services.stream_listing import Sort, StreamQuery
from inspector.services.stream_ranking import StreamRanking
from inspector.services.tasks import Work
from inspector.storage.statements import key_parameters
from inspector.storage.stream_statements import StreamStatements
from tests.layouts.cases import Case, cases

if TYPE_CHECKING:
    from inspector.core.events import StreamSummary
    from inspector.storage.store_reader import StoreReader
    from tests.layouts.conftest import Shelf

CASES = cases()
each_case = pytest.mark.parametrize("case", CASES, ids=str)
each_file_and_a_server = pytest.mark.parametrize(
    "case",
    [c for c in CASES if c.dialect == "sqlite" or c.layout.startswith("pyeventsourcing")],
    ids=str,
)
QUERIES = (StreamQuery(), StreamQuery(kind=StreamKind.PRIMARY), StreamQuery(text="1"))


@each_file_and_a_server
@pytest.mark.parametrize("sort", [Sort.EVENTS, Sort.LAST])
def test_both_ways_agree(case: Case, sort: Sort, shelf: Shelf) -> None:
    for reader in shelf.open(case).readers:
        for query in QUERIES:
            for kept in (5, 10_000):
                bulk = StreamRanking(query, sort, kept)
                each = StreamRanking(query, sort, kept, in_bulk=False)
                assert _rows(bulk, reader) == _rows(each, reader)
                assert (bulk.done, bulk.found, bulk.cut) == (each.done, each.found, each.cut)


@each_file_and_a_server
def test_pieces_end_within_a_stream(
    case: Case, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pieces are shorter than many streams, so that these are read one by one between them."""
    monkeypatch.setattr("inspector.services.stream_ranking.FEWEST_ROWS", 7)
    monkeypatch.setattr("inspector.services.stream_ranking.MOST_ROWS", 7)
    for reader in shelf.open(case).readers:
        bulk = StreamRanking(StreamQuery(), Sort.EVENTS)
        each = StreamRanking(StreamQuery(), Sort.EVENTS, in_bulk=False)
        assert _rows(bulk, reader) == _rows(each, reader)
        assert bulk.done == each.done


def _rows(ranking: StreamRanking, reader: StoreReader) -> tuple[StreamSummary, ...]:
    run_to_end(ranking, reader, Work())
    return ranking.rows()


@each_case
def test_streams_are_counted_along_an_index(case: Case, shelf: Shelf) -> None:
    reads = shelf.plain(case)
    steps = ("seqscan", "sort", "bitmapscan") if case.dialect == "postgresql" else ()
    for step in steps:  # the stores are too small to be worth an index otherwise
        reads.execute(f"SET enable_{step} = off")
    try:
        for reader in shelf.open(case).readers:
            statements = StreamStatements(reader.opened.statements)
            if statements.tallies:
                key = reader.streams.page(None, 1).rows[0].stream.key
                values = {"rows": 100, "size": 1} | key_parameters("a", key)
                plan = reads.plan(statements.tally(after=True, times=False), values)
                assert _is_along_an_index(plan), plan
    finally:
        for step in steps:  # other tests use this connection, too
            reads.execute(f"RESET enable_{step}")


def _is_along_an_index(plan: str) -> bool:
    """Whether rows are found by key and arrive in its order; the few of a piece may be grouped."""
    if "SEARCH" in plan:
        inner = plan.partition("SCAN (subquery")[0].partition("SCAN r")[0]
        return "SCAN" not in inner and "TEMP B-TREE" not in inner
    return "Index Cond" in plan and "Seq Scan" not in plan and "Sort Key" not in plan
