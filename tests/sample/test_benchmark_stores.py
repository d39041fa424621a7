"""Benchmark stores have the size they claim and the bytes the library would have stored."""

from __future__ import annotations

import dataclasses
import json
import signal
import sqlite3
import subprocess
import sys
from array import array
from collections import Counter, defaultdict
from contextlib import closing
from itertools import pairwise
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from eventsourcing.persistence import StoredEvent

from inspector.services.open_store import OpenRequest, open_store
from inspector.services.tasks import Work
from tests.benchmarks import floors, measuring, pages, replaying
from tests.benchmarks.filling import (
    fill_postgres,
    fill_sqlite,
    open_postgres_shop,
    open_sqlite_shop,
)
from tests.benchmarks.live_writer import summarise
from tests.benchmarks.payloads import WIDE_KEYS
from tests.benchmarks.scenario import (
    LONG_STREAM,
    MEDIUM_STREAM,
    Row,
    Shape,
    many_streams_shape,
    rows,
    standard_shape,
)
from tests.benchmarks.shop_model import Account

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.postgres import PostgresServer

SMALL = Shape(6_000, 120, ((MEDIUM_STREAM, 400), (LONG_STREAM, 1_500)))


@pytest.fixture(scope="module")
def small_rows() -> list[Row]:
    return list(rows(SMALL))


def test_shapes_are_those_of_the_design() -> None:
    long_streams = ((MEDIUM_STREAM, 10_000), (LONG_STREAM, 100_000))
    assert standard_shape() == Shape(1_000_000, 20_000, long_streams)
    assert standard_shape(10) == Shape(10_000_000, 200_000, long_streams)
    assert many_streams_shape().streams == 2_000_000


def test_rows_have_exactly_the_claimed_size(small_rows: list[Row]) -> None:
    lengths = Counter(row[0] for row in small_rows)
    assert len(small_rows) == SMALL.events
    assert len(lengths) == SMALL.streams
    assert lengths[LONG_STREAM.hex] == 1_500
    assert lengths[MEDIUM_STREAM.hex] == 400


def test_versions_of_a_stream_have_no_gaps(small_rows: list[Row]) -> None:
    versions = defaultdict(list)
    for stream, version, _, _ in small_rows:
        versions[stream].append(version)
    for found in versions.values():
        assert found == list(range(1, len(found) + 1))


def test_streams_lie_scattered(small_rows: list[Row]) -> None:
    neighbours = pairwise(small_rows)
    together = sum(one[0] == other[0] for one, other in neighbours)
    assert together < len(small_rows) / 4


def test_same_seed_gives_the_same_bytes(small_rows: list[Row]) -> None:
    assert list(rows(SMALL)) == small_rows
    assert list(rows(SMALL, seed=1)) != small_rows


def test_payloads_are_of_the_promised_size(small_rows: list[Row]) -> None:
    sizes = [len(row[3]) for row in small_rows]
    assert min(sizes) >= 100
    assert max(sizes) <= 300
    assert len({row[2] for row in small_rows}) == 11


def test_bytes_are_those_the_library_would_store(small_rows: list[Row], tmp_path: Path) -> None:
    with open_sqlite_shop(tmp_path / "empty.sqlite") as shop:
        for stream, version, topic, state in small_rows:
            stored = StoredEvent(UUID(stream), version, topic, state)
            event = shop.mapper.to_domain_event(stored)
            assert shop.mapper.to_stored_event(event) == stored
            if not isinstance(event, Account.AttributesSet):
                declared = {item.name for item in dataclasses.fields(event)}  # type: ignore[arg-type]
                assert vars(event).keys() == declared


def test_sqlite_store_is_one_the_library_loads(small_rows: list[Row], tmp_path: Path) -> None:
    store = tmp_path / "small.sqlite"
    fill_sqlite(store, small_rows)
    assert not list(tmp_path.glob("*-wal"))
    with closing(sqlite3.connect(store)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        stored = connection.execute("SELECT * FROM stored_events ORDER BY rowid").fetchall()
    assert stored == small_rows
    lengths = Counter(row[0] for row in small_rows)
    with open_sqlite_shop(store) as shop:
        for stream, length in lengths.items():
            aggregate: Account = shop.repository.get(UUID(stream))
            assert aggregate.version == length


def test_filling_never_adds_to_a_store_that_is_there(tmp_path: Path) -> None:
    store = tmp_path / "there.sqlite"
    store.write_bytes(b"")
    with pytest.raises(FileExistsError):
        fill_sqlite(store, [])


@pytest.mark.postgres
def test_postgres_store_holds_the_same_rows(
    small_rows: list[Row], postgres_server: PostgresServer
) -> None:
    dsn = postgres_server.create_database("benchmark_store")
    fill_postgres(dsn, small_rows)
    with open_postgres_shop(dsn) as shop:
        stored = shop.recorder.select_notifications(1, SMALL.events)
        longest: Account = shop.repository.get(LONG_STREAM)
    assert longest.version == 1_500
    assert [item.id for item in stored] == list(range(1, SMALL.events + 1))
    assert [
        (UUID(str(item.originator_id)).hex, item.originator_version, item.topic, bytes(item.state))
        for item in stored
    ] == small_rows
    assert floors.bare_floor_postgres(dsn, MEDIUM_STREAM).wall > 0
    with pytest.raises(FileExistsError):
        fill_postgres(dsn, [])


def test_wide_stream_has_a_state_of_two_hundred_keys(tmp_path: Path) -> None:
    store = tmp_path / "wide.sqlite"
    fill_sqlite(store, rows(Shape(2_000, 10, ((MEDIUM_STREAM, 1_500),), is_wide=True)))
    with open_sqlite_shop(store) as shop:
        account: Account = shop.repository.get(MEDIUM_STREAM)
    assert len(account.attributes) == WIDE_KEYS


def test_floors_measure_a_stream_and_refuse_a_missing_one(
    small_rows: list[Row], tmp_path: Path
) -> None:
    store = tmp_path / "floor.sqlite"
    fill_sqlite(store, small_rows)
    assert floors.bare_floor(store, LONG_STREAM).wall > 0
    assert floors.bare_floor(store, LONG_STREAM, pause_collector=True).wall > 0
    assert floors.library_get(store, LONG_STREAM).wall > 0
    with pytest.raises(LookupError):
        floors.bare_floor(store, UUID(int=0))


def test_live_writer_reports_what_it_wrote(tmp_path: Path) -> None:
    store = tmp_path / "live.sqlite"
    command = [sys.executable, "-m", "tests.benchmarks.generate", "live-writer", "--out"]
    with subprocess.Popen([*command, str(store)], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert json.loads(writer.stdout.readline())["ready"] is True
        _wait_for_rows(store)
        writer.send_signal(signal.SIGTERM)
        report = json.loads(writer.stdout.readline())
    assert writer.returncode == 0
    with closing(sqlite3.connect(store)) as connection:
        (count,) = connection.execute("SELECT count(*) FROM stored_events").fetchone()
    assert count == report["events"] == report["transactions"] * 10
    assert 0 < report["p50_ms"] <= report["p99_ms"] <= report["max_ms"]


def test_percentiles_are_nearest_ranks() -> None:
    report = summarise(array("d", [i / 1000 for i in range(1, 101)]), 2.0, 10)
    assert report["p50_ms"] == 50.0
    assert report["p99_ms"] == 99.0
    assert report["max_ms"] == 100.0
    assert report["events_per_second"] == 500
    assert summarise(array("d"), 1.0, 10) == {"transactions": 0, "events": 0, "seconds": 1.0}


def _wait_for_rows(store: Path) -> None:
    """Until the writer has committed something; pytest's time limit ends an endless wait."""
    while True:
        with closing(sqlite3.connect(store)) as connection:
            if connection.execute("SELECT 1 FROM stored_events LIMIT 1").fetchone():
                return


def test_percentiles_and_medians_of_readings() -> None:
    values = [float(n) for n in range(1, 101)]
    assert [measuring.percentile(values, p) for p in (1, 50, 95, 100)] == [1, 50, 95, 100]
    assert measuring.percentile([7.0], 95) == 7
    readings = [measuring.Reading(wall, wall / 2) for wall in (3.0, 1.0, 2.0)]
    assert measuring.middle(readings) == measuring.Reading(2.0, 1.0)


def test_rounds_are_taken_in_turn_and_the_first_only_warms_up() -> None:
    calls: list[str] = []

    def measure(name: str) -> measuring.Reading:
        calls.append(name)
        return measuring.Reading(float(len(calls)), 0.0)

    found = measuring.in_turn(3, {"a": lambda: measure("a"), "b": lambda: measure("b")})
    assert calls == ["a", "b"] * 4
    assert (found["a"].wall, found["b"].wall) == (5.0, 6.0)


def test_verdicts_tell_the_wall_clock_from_the_processor() -> None:
    peer = ("peer", measuring.Reading(1.0, 1.0))
    for wall, cpu, verdict in ((2.0, 2.0, "ok"), (3.0, 1.5, "CPU ok"), (3.0, 2.5, "NOT")):
        line = measuring.times_peer("f", measuring.Reading(wall, cpu), peer, at_most=2.0)
        assert line.verdict == verdict
        faster = measuring.times_faster("f", peer[1], ("slow", measuring.Reading(wall, cpu)), 2.0)
        assert faster.verdict == ("ok" if wall >= 2.0 else "NOT")
    assert measuring.times_peer("f", peer[1], peer).verdict == ""
    slow = [measuring.Reading(0.020, 0.010)] * 20
    assert [line.verdict for line in measuring.answers("f", slow, 16.0)] == ["", "CPU ok"]
    assert measuring.within("f", 5.0, 5.0, "MB").verdict == "ok"


def test_a_benchmark_of_a_small_stream_tells_every_figure(
    small_rows: list[Row], tmp_path: Path
) -> None:
    store = tmp_path / "small.sqlite"
    fill_sqlite(store, small_rows)
    lines = replaying.measure(replaying.sqlite_subject(store), rounds=1)
    assert all(line.value for line in lines)
    assert len(lines) == 7
    with closing(open_store(OpenRequest(str(store)), Work())) as opened:
        assert len(pages.measure(opened, 5)) == 5
