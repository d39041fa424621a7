"""Counting problems once, keeping the first, and looking through stores of several kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from inspector.core.events import StreamId
from inspector.core.findings import Finding
from inspector.services import problems
from inspector.services.long_scans import run_to_end
from inspector.services.open_store import OpenRequest, choose, open_stores
from inspector.services.problems import Problem, ProblemBook, ProblemScan
from inspector.services.stream_listing import Sort, StreamQuery
from inspector.services.stream_ranking import StreamRanking
from inspector.services.tasks import Work
from inspector.services.whole_payload import read_whole
from tests.helpers.stores import state, stream_rows, write_store
from tests.layouts.cases import cases

if TYPE_CHECKING:
    from pathlib import Path


def problem(code: str, position: int, stream: str = "s") -> Problem:
    return Problem(Finding(code, f"in {position}"), StreamId(stream, None, (stream,)), position)


def test_a_problem_that_is_met_again_is_counted_once() -> None:
    book = ProblemBook()
    assert book.add([problem("gap-in-stream", 3), problem("gap-in-stream", 3)]) == 1
    assert book.add([problem("gap-in-stream", 3, "other")]) == 1
    assert (book.count, book.exact) == (2, True)


def test_serious_kinds_come_first_and_remarks_are_not_counted() -> None:
    book = ProblemBook()
    book.add([problem("time-goes-back", 1), problem("gap-in-stream", 1)])
    book.add([problem("payload-undecodable", 1)])
    assert [kind.code for kind in book.kinds] == [
        "payload-undecodable", "gap-in-stream", "time-goes-back",
    ]  # fmt: skip
    assert book.count == 2


def test_of_very_many_only_the_first_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(problems, "KEPT", 10)
    monkeypatch.setattr(problems, "REMEMBERED", 20)
    book = ProblemBook()
    book.add(problem("gap-in-stream", n) for n in range(50))
    kind = book.kinds[0]
    assert (kind.count, kind.exact, len(kind.problems)) == (20, False, 10)


@pytest.mark.parametrize("case", [c for c in cases() if c.dialect == "sqlite"], ids=str)
def test_every_kind_of_store_is_looked_through_to_its_end(case: object, tmp_path: Path) -> None:
    path = case.unpack(tmp_path)  # type: ignore[attr-defined]
    work = Work()
    stores = open_stores(OpenRequest(str(path), keys=case.given_keys), work)  # type: ignore[attr-defined]
    try:
        store = stores[0]
        scan = ProblemScan()
        run_to_end(scan, store.reader, work)
        counted = 0
        after = None
        while True:
            found, after = store.reader.streams.keys(after, 256)
            counted += sum(store.reader.events.count(stream).value for stream, _ in found)
            if len(found) < 256:
                break
        if store.reader.source.order_key:
            counted = store.reader.events.count(None).value
        assert scan.done == counted
        assert counted > 0
    finally:
        for store in stores:
            store.close()


@pytest.mark.parametrize("case", [c for c in cases() if c.dialect == "sqlite"], ids=str)
def test_any_event_can_be_read_again_as_a_whole(case: object, tmp_path: Path) -> None:
    path = case.unpack(tmp_path)  # type: ignore[attr-defined]
    work = Work()
    stores = open_stores(OpenRequest(str(path), keys=case.given_keys), work)  # type: ignore[attr-defined]
    try:
        reader = stores[0].reader
        streams, _ = reader.streams.keys(None, 3)
        for stream, _key in streams:
            for event in reader.events.page(stream, limit=3).rows:
                again = read_whole(reader, event, work)
                assert (again.data, again.payload, again.type, again.position) == (
                    event.data, event.payload, event.type, event.position,
                )  # fmt: skip
    finally:
        for store in stores:
            store.close()


def test_a_payload_beyond_the_page_is_decoded_when_asked_for(tmp_path: Path) -> None:
    text = "b" * 300_000
    path = write_store(tmp_path / "s.sqlite", [("a", 1, "shop:A.B", state(1, text=text))])
    work = Work()
    request = OpenRequest(str(path))
    store = choose(open_stores(request, work), request)
    try:
        event = store.reader.events.page(None).rows[0]
        assert event.payload.raw is None
        assert read_whole(store.reader, event, work).data["text"] == text
    finally:
        store.close()


def test_a_ranking_keeps_the_foremost_and_says_how_many_there_were(tmp_path: Path) -> None:
    rows = [row for n in range(40) for row in stream_rows(f"s{n:02d}", 1, n % 10 + 1)]
    path = write_store(tmp_path / "s.sqlite", rows)
    work = Work()
    request = OpenRequest(str(path))
    store = choose(open_stores(request, work), request)
    try:
        ranking = StreamRanking(StreamQuery(), Sort.EVENTS, kept=5)
        run_to_end(ranking, store.reader, work)
        assert [row.stream.name for row in ranking.rows()] == ["s09", "s19", "s29", "s39", "s08"]
        assert (ranking.found, ranking.cut, ranking.done) == (40, True, 40)
    finally:
        store.close()
