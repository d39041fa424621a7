"""The whole store in numbers: exact, by chunks, stoppable, and the rows behind a place."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from inspector.core.errors import Cancelled, InputInvalid
from inspector.core.instants import Instant, parse_instant
from inspector.services import store_density
from inspector.services.finding_rows import row_numbered, row_until
from inspector.services.open_store import OpenRequest, open_store
from inspector.services.store_density import BIN, StoreDensity
from inspector.services.tasks import Progress, Work
from tests.helpers.stores import Row, append, state, write_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from inspector.services.open_store import OpenedStore
    from tests.helpers.postgres import PostgresServer

ROWS = 5 * BIN + 100


def _rows() -> list[Row]:
    return [
        (f"s-{n % 7}", n, f"shop:Order.T{(n * n + n // 300) % 5}", state(n * 10, n=n))
        for n in range(ROWS)
    ]


TYPES = [row[2] for row in _rows()]


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes a store of a million rows is tried with a thousand."""
    monkeypatch.setattr(store_density, "CHUNK", 2 * BIN)
    monkeypatch.setattr(store_density, "FIRST_LOOK", BIN + 50)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[OpenedStore]:
    path = write_store(tmp_path / "s.db", _rows())
    with closing(open_store(OpenRequest(str(path)), Work())) as opened:
        yield opened


def _bins(density: StoreDensity) -> dict[tuple[int, str], int]:
    counted = density.counted()
    cells = zip(counted.bins, counted.codes, counted.counts, strict=True)
    return {(number, counted.names[code]): count for number, code, count in cells}


def _expected(rows: int) -> dict[tuple[int, str], int]:
    return dict(Counter((index // BIN, name) for index, name in enumerate(TYPES[:rows])))


def _loaded(store: OpenedStore) -> StoreDensity:
    density = StoreDensity()
    density.begin(store.reader, Work())
    density.load(store.reader, Work())
    return density


def test_the_first_look_counts_whole_bins_and_says_how_many_rows_may_follow(
    store: OpenedStore,
) -> None:
    density = StoreDensity()
    density.begin(store.reader, Work())
    assert not density.complete
    assert density.expected == ROWS
    assert density.counted().rows == BIN
    assert _bins(density) == _expected(BIN)


def test_every_bin_is_counted_exactly(store: OpenedStore) -> None:
    density = _loaded(store)
    counted = density.counted()
    assert counted.complete
    assert counted.rows == ROWS
    assert _bins(density) == _expected(ROWS)


def test_counting_tells_how_far_it_is_and_can_be_stopped_and_gone_on_with(
    store: OpenedStore,
) -> None:
    density = StoreDensity()
    density.begin(store.reader, Work())
    work = Work()
    seen: list[Progress] = []

    def stop_after_the_first(progress: Progress) -> None:
        seen.append(progress)
        work.token.cancel()

    with pytest.raises(Cancelled):
        density.load(store.reader, Work(work.token, stop_after_the_first))
    assert [(p.done, p.total) for p in seen] == [(2 * BIN, ROWS)]
    part = density.counted()
    assert not part.complete
    assert _bins(density) == _expected(2 * BIN)
    density.load(store.reader, Work())
    assert _bins(density) == _expected(ROWS)
    assert part.rows == 2 * BIN  # what was handed out does not change


@pytest.mark.parametrize("rows", [0, 1, BIN + 50])
def test_a_small_store_is_known_row_by_row_at_once(tmp_path: Path, rows: int) -> None:
    path = write_store(tmp_path / "small.db", _rows()[:rows])
    with closing(open_store(OpenRequest(str(path)), Work())) as store:
        density = StoreDensity()
        density.begin(store.reader, Work())
    if rows == BIN + 50:  # a full first look cannot know that nothing follows
        assert not density.complete
        return
    assert density.complete
    assert density.types is not None
    assert [density.names[code] for code in density.types] == TYPES[:rows]


@pytest.mark.parametrize(
    ("first", "stop"), [(0, 10), (BIN, BIN + 1), (2 * BIN - 3, 2 * BIN + 400), (ROWS - 5, ROWS + 9)]
)
def test_rows_that_are_looked_at_closely_have_their_own_types(
    store: OpenedStore, first: int, stop: int
) -> None:
    density = _loaded(store)
    closeup = density.close(store.reader, first, stop)
    assert closeup.first == first
    assert closeup.stop == min(stop, ROWS)
    assert [density.names[code] for code in closeup.codes] == TYPES[first : min(stop, ROWS)]


@pytest.mark.parametrize("row", [0, 1, 2 * BIN, 2 * BIN + 1, ROWS - 1])
def test_rows_are_found_by_number_and_by_key(store: OpenedStore, row: int) -> None:
    density = _loaded(store)
    event = density.event_at(store.reader, row)
    assert event is not None
    assert event.type == TYPES[row]
    assert isinstance(event.global_position, int)
    assert density.row_of(store.reader, (event.global_position,)) == row
    assert density.event_at(store.reader, ROWS + 5) is None


def test_a_moment_lies_at_the_last_row_before_it(store: OpenedStore) -> None:
    density = _loaded(store)

    def row(text: str) -> int:
        moment = parse_instant(text)
        assert isinstance(moment, Instant)
        return row_until(store.reader, density, moment, Work())

    assert row("2026-01-01T00:00:00Z") == 0
    assert row("2026-01-01T00:00:09Z") == 0
    assert row("2026-01-01T00:00:10Z") == 1
    assert row("2026-01-01T02:00:05Z") == 720
    assert row("2027-01-01T00:00:00Z") == ROWS - 1
    with pytest.raises(InputInvalid, match="no event until"):
        row("2025-12-31T23:59:59Z")


@pytest.mark.parametrize("rows", [40, ROWS - 2 * BIN, ROWS - 1])
def test_rows_that_were_added_are_counted(tmp_path: Path, rows: int) -> None:
    path = write_store(tmp_path / "grows.db", _rows()[:rows])
    with closing(open_store(OpenRequest(str(path)), Work())) as store:
        density = _loaded(store)
        before = density.counted()
        append(path, _rows()[rows:])
        density.grow(store.reader, Work())
        assert density.complete
        assert _bins(density) == _expected(ROWS)
        assert before.rows == rows


def test_a_moment_beyond_what_is_counted_is_not_guessed(store: OpenedStore) -> None:
    density = StoreDensity()
    density.begin(store.reader, Work())
    early, late = parse_instant("2026-01-01T00:05:00Z"), parse_instant("2026-01-01T03:00:00Z")
    assert early is not None
    assert late is not None
    assert row_until(store.reader, density, early, Work()) == 30
    with pytest.raises(InputInvalid, match="only counted up to"):
        row_until(store.reader, density, late, Work())


def test_gaps_in_the_keys_make_the_guess_too_large_and_the_count_right(
    tmp_path: Path,
) -> None:
    path = write_store(tmp_path / "gaps.db", _rows())
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM stored_events WHERE rowid BETWEEN 600 AND 900")
    with closing(open_store(OpenRequest(str(path)), Work())) as store:
        density = _loaded(store)
        assert density.expected == ROWS
        assert density.counted().rows == ROWS - 301
        assert density.row_of(store.reader, (700,)) == 598
        assert density.row_of(store.reader, (901,)) == 599
        assert row_numbered(store.reader, density, 599) == 598
        assert row_numbered(store.reader, density, 901) == 599
        for number, words in [
            (700, "No event has position 700; the nearest are 599 and 901"),
            (0, "begins at 1"),
            (ROWS + 1, "ends at 1.380"),
        ]:
            with pytest.raises(InputInvalid, match=words):
                row_numbered(store.reader, density, number)


def test_postgres_counts_the_same(postgres_server: PostgresServer) -> None:
    dsn = postgres_server.create_database("density")
    postgres_server.execute(
        "CREATE TABLE stored_events (originator_id uuid NOT NULL, "
        "originator_version bigint NOT NULL, topic text, state bytea, "
        "notification_id bigserial, PRIMARY KEY (originator_id, originator_version)); "
        "CREATE UNIQUE INDEX ON stored_events (notification_id)",
        "density",
    )
    postgres_server.execute(
        "INSERT INTO stored_events (originator_id, originator_version, topic, state) "
        "SELECT ('00000000-0000-0000-0000-00000000000' || n % 7)::uuid, n, "
        "'shop:Order.T' || ((n::bigint * n + n / 300) % 5), '{}'::bytea "
        f"FROM generate_series(0, {ROWS - 1}) n",
        "density",
    )
    with closing(open_store(OpenRequest(dsn), Work())) as store:
        density = _loaded(store)
        assert _bins(density) == _expected(ROWS)
        assert density.close(store.reader, BIN, BIN + 3).codes.tolist()
        event = density.event_at(store.reader, 700)
        assert event is not None
        assert event.type == TYPES[700]
