"""The clock of a whole store: what is counted in bins is what the table of events shows."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from inspector.core.errors import Cancelled
from inspector.core.instants import Instant
from inspector.services import store_clock
from inspector.services.open_store import OpenRequest, open_store, open_stores
from inspector.services.sample import sample_store
from inspector.services.store_clock import MOST_UNITS, ClockCounter, close_on_clock
from inspector.services.store_density import BIN, StoreDensity
from inspector.services.tasks import Work
from inspector.storage.outline_reading import PlacedBlock
from tests.helpers.stores import append, state, write_store
from tests.layouts.cases import cases

if TYPE_CHECKING:
    from pathlib import Path

    from inspector.services.open_store import OpenedStore
    from inspector.services.store_clock import ClockCount
    from tests.layouts.cases import Case


def _placed(store: OpenedStore) -> list[tuple[int, str]]:
    """Time and type of every row as whole events have them, gaps filled from before."""
    events = store.reader.events.page(None, limit=100_000).rows
    read = [None if e.recorded_at is None else e.recorded_at.nanoseconds for e in events]
    last = next((time for time in read if time is not None), 0)
    found = []
    for time, event in zip(read, events, strict=True):
        last = last if time is None else time
        found.append((last, event.type))
    return found


def _count(store: OpenedStore) -> tuple[StoreDensity, ClockCounter, ClockCount | None]:
    density = StoreDensity()
    density.begin(store.reader, Work())
    density.load(store.reader, Work())
    counter = ClockCounter(density.code)
    counter.load(store.reader, Work())
    return density, counter, counter.counted()


def _cells(count: ClockCount, names: tuple[str, ...]) -> Counter[tuple[int, str]]:
    cells = zip(count.bins, count.codes, count.counts, strict=True)
    first = count.start // count.unit
    return Counter({(first + number, names[code]): n for number, code, n in cells})


def _expected(placed: list[tuple[int, str]], unit: int) -> Counter[tuple[int, str]]:
    return Counter((time // unit, name) for time, name in placed)


@pytest.mark.parametrize("case", cases(), ids=str)
def test_every_row_is_in_the_bin_of_its_time(
    case: Case,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    monkeypatch.setattr(store_clock, "PAGE", 100)
    path = case.unpack(tmp_path)
    restored = case.dialect == "postgresql"
    address = request.getfixturevalue("restore_dump")(path) if restored else str(path)
    stores = open_stores(OpenRequest(address, keys=case.given_keys), Work())
    try:
        store = stores[0]
        if not store.reader.source.order_key:
            pytest.skip("no order over all streams")
        density, counter, count = _count(store)
        placed = _placed(store)
        assert counter.rows == len(placed)
        if count is None:
            pytest.skip("no event has a time")
        if density.counted().by_type:
            assert _cells(count, density.names) == _expected(placed, count.unit)
        times = [time for time, _ in placed]
        groups = [times[n : n + BIN] for n in range(0, len(times), BIN)]
        assert list(count.lows) == [min(group) for group in groups]
        assert list(count.highs) == [max(group) for group in groups]
        assert (count.first, count.last) == (min(times), max(times))
    finally:
        for store in stores:
            store.close()


def test_rows_without_a_time_lie_with_the_row_before(tmp_path: Path) -> None:
    untimed = [("a", n, "shop:T", b'{"n": 1}') for n in range(1, 301)]
    timed = [("a", 301, "shop:U", state(5)), ("a", 302, "shop:T", b'{"n": 1}')]
    path = write_store(tmp_path / "s.db", [*untimed, *timed])
    with closing(open_store(OpenRequest(str(path)), Work())) as store:
        density, counter, count = _count(store)
        assert count is not None
        assert (counter.missing, counter.rows, count.rows) == (301, 302, 302)
        assert _cells(count, density.names) == _expected(_placed(store), count.unit)
        assert len(count.lows) == 2
        assert set(count.lows) == set(count.highs)


def test_a_store_without_any_time_has_no_clock(tmp_path: Path) -> None:
    path = write_store(tmp_path / "s.db", [("a", 1, "shop:T", b'{"n": 1}')])
    with closing(open_store(OpenRequest(str(path)), Work())) as store:
        _, counter, count = _count(store)
    assert count is None
    assert not counter.known


def test_reading_can_be_stopped_and_gone_on_with_also_when_the_store_has_grown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_clock, "PAGE", 2)
    path = write_store(tmp_path / "s.db", [("a", n, "shop:T", state(n)) for n in range(1, 8)])
    with closing(open_store(OpenRequest(str(path)), Work())) as store:
        density = StoreDensity()
        counter, work = ClockCounter(density.code), Work()
        with pytest.raises(Cancelled):
            counter.load(store.reader, Work(work.token, lambda _progress: work.token.cancel()))
        assert counter.rows == 2
        counter.load(store.reader, Work())
        assert counter.rows == 7
        append(path, [("a", 8, "shop:T", state(8))])
        counter.load(store.reader, Work())
        count = counter.counted()
        assert count is not None
        assert _cells(count, density.names) == _expected(_placed(store), count.unit)


def test_a_clock_that_was_far_off_makes_the_bins_wider_and_loses_no_row() -> None:
    counter = ClockCounter(lambda name: ord(name) - ord("a"))
    counter._unit = 1000
    times = [n * 1000 for n in range(1000)]
    counter._last_time = 0
    _feed(counter, times)
    _feed(counter, [10**18])
    count = counter.counted()
    assert count is not None
    assert sum(count.counts) == 1001
    assert max(count.bins) <= 2 * MOST_UNITS
    assert count.unit % 1000 == 0
    assert _cells(count, ("a",)) == _expected([(t, "a") for t in (*times, 10**18)], count.unit)


def _feed(counter: ClockCounter, times: list[int]) -> None:
    moments = tuple(Instant(str(time), "utc", time) for time in times)
    counter._add(PlacedBlock(("a",) * len(times), moments, None, False))


def test_the_rows_between_two_times_are_read_one_by_one() -> None:
    with closing(open_store(OpenRequest(str(sample_store())), Work())) as store:
        density, _, count = _count(store)
        assert count is not None
        placed = _placed(store)
        part = (placed[2000][0], placed[2100][0])
        close = close_on_clock(store.reader, density, count, part)
        assert close is not None
        assert close.first <= 2000
        assert close.stop > 2100
        for row, (code, time) in enumerate(zip(close.codes, close.times, strict=True), close.first):
            assert (time, density.names[code]) == placed[row]
        outside = (*placed[: close.first], *placed[close.stop :])
        assert not [time for time, _ in outside if part[0] <= time <= part[1]]


def test_too_many_rows_are_not_read_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_clock, "CLOSE", 1000)
    with closing(open_store(OpenRequest(str(sample_store())), Work())) as store:
        density, _, count = _count(store)
        assert count is not None
        assert close_on_clock(store.reader, density, count, (count.first, count.last)) is None
