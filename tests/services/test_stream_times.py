"""Times of a whole stream are those that the table of events shows, in every layout."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from inspector.core.errors import Cancelled
from inspector.services import stream_times
from inspector.services.open_store import OpenRequest, open_store, open_stores
from inspector.services.sample import sample_store
from inspector.services.stream_times import NO_TIME, StreamTimes
from inspector.services.tasks import Work
from tests.helpers.stores import state, write_store
from tests.layouts.cases import cases

if TYPE_CHECKING:
    from pathlib import Path

    from inspector.core.events import StreamId
    from inspector.services.open_store import OpenedStore
    from tests.layouts.cases import Case


def _shown(store: OpenedStore, stream: StreamId | None) -> list[int]:
    """Times as whole events have them."""
    page = store.reader.events.page(stream, limit=10_000)
    found = [event.recorded_at for event in page.rows]
    times = [None if moment is None else moment.nanoseconds for moment in found]
    return [NO_TIME if time is None else time for time in times]


def _loaded(store: OpenedStore, name: str) -> StreamTimes:
    times = StreamTimes(store.reader.streams.find(name)[0])
    times.load(store.reader, Work())
    return times


def test_times_inside_of_payloads_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_times, "PAGE", 7)
    with closing(open_store(OpenRequest(str(sample_store())), Work())) as store:
        times = _loaded(store, "97e74d34-be82-5e8a-96b5-b0ea03c322a8")
        assert times.complete
        assert len(times.times) == 26
        assert times.times.tolist() == _shown(store, times.stream)
        assert times.missing == 0


@pytest.mark.parametrize("case", [c for c in cases() if c.dialect == "sqlite"], ids=str)
def test_times_of_a_whole_store_are_those_of_its_events(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream_times, "PAGE", 100)
    stores = open_stores(OpenRequest(str(case.unpack(tmp_path)), keys=case.given_keys), Work())
    try:
        store = stores[0]
        if not store.reader.source.order_key:
            pytest.skip("no order over all streams")
        times = StreamTimes(None)
        times.load(store.reader, Work())
        assert times.times.tolist() == _shown(store, None)
    finally:
        for store in stores:
            store.close()


def test_events_without_a_time_are_counted(tmp_path: Path) -> None:
    broken = b'{"timestamp": "yesterday", "n": 1}'
    rows = [
        ("a", 1, "shop:T", state(5, n=1)),
        ("a", 2, "shop:T", b'{"n": 1}'),
        ("a", 3, "shop:T", broken),
        ("a", 4, "shop:T", b"{broken"),
        ("a", 5, "shop:T", state(9, n=2)),
    ]
    path = write_store(tmp_path / "s.db", rows)
    with closing(open_store(OpenRequest(str(path)), Work())) as store:
        times = _loaded(store, "a")
        assert times.times.tolist() == _shown(store, times.stream)
    assert times.missing == 3
    assert times.known
    assert times.times[1] == NO_TIME


def test_reading_times_can_be_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_times, "PAGE", 2)
    path = write_store(tmp_path / "s.db", [("a", n, "shop:T", state(n)) for n in range(1, 8)])
    with closing(open_store(OpenRequest(str(path)), Work())) as store:
        times = StreamTimes(store.reader.streams.find("a")[0])
        work = Work()
        with pytest.raises(Cancelled):
            times.load(store.reader, Work(work.token, lambda _progress: work.token.cancel()))
    assert len(times.times) == 2
    assert not times.complete
