"""An application that never rests: writes events into a live WAL store as fast as it can.

Run as a process of its own beside the program under test; stopped by SIGTERM, SIGINT or after
`seconds`, it reports how long its transactions took, so that a reader's effect on it shows.
Each line it prints is a JSON object: first `{"ready": true, ...}`, at the end the report.
May import the standard library and the benchmark modules.
"""

import json
import signal
import sqlite3
import threading
from array import array
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import chain, islice
from math import ceil
from pathlib import Path
from time import perf_counter

from tests.benchmarks.filling import open_sqlite_shop
from tests.benchmarks.scenario import Row, Shape, rows

_SHAPE = Shape(events=1_000_000, streams=20_000)
_INSERT = "INSERT INTO stored_events VALUES (?,?,?,?)"
_PERCENTILES = (50, 90, 95, 99, 99.9)


@dataclass(frozen=True, slots=True)
class WriterSettings:
    """How to write. `synchronous` is SQLite's setting: "full" is the library's (and waits for
    the disk at every commit), "normal" writes several times faster. `seconds` None: until
    stopped."""

    path: Path
    per_transaction: int = 10
    synchronous: str = "normal"
    seconds: float | None = None


def run_live_writer(settings: WriterSettings) -> None:
    """Write until stopped, then print the report. Creates the store where there is none."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    open_sqlite_shop(settings.path).close()
    with closing(sqlite3.connect(settings.path, isolation_level=None, timeout=30)) as connection:
        connection.execute(f"PRAGMA synchronous={settings.synchronous}")
        print(json.dumps({"ready": True, "path": str(settings.path)}), flush=True)
        started = perf_counter()
        latencies, wal_bytes = _write(connection, settings, stop)
        seconds = perf_counter() - started
    report = summarise(latencies, seconds, settings.per_transaction)
    print(json.dumps(report | {"wal_bytes_max": wal_bytes}), flush=True)


def summarise(latencies: "array[float]", seconds: float, per_transaction: int) -> dict[str, float]:
    """Count, rate and percentiles (nearest rank, milliseconds) of the transactions' times.

    `latencies` are seconds. With no transaction at all only the counts are given.
    """
    count = len(latencies)
    report: dict[str, float] = {
        "transactions": count,
        "events": count * per_transaction,
        "seconds": round(seconds, 3),
    }
    if not count:
        return report
    ordered = sorted(latencies)
    report["events_per_second"] = round(count * per_transaction / seconds)
    for percentile in _PERCENTILES:
        rank = max(1, ceil(count * percentile / 100))
        report[f"p{percentile:g}_ms"] = round(ordered[rank - 1] * 1000, 4)
    report["max_ms"] = round(ordered[-1] * 1000, 4)
    return report


def _write(
    connection: sqlite3.Connection, settings: WriterSettings, stop: threading.Event
) -> tuple["array[float]", int]:
    latencies = array("d")
    wal = settings.path.with_name(settings.path.name + "-wal")
    wal_bytes = 0
    ends = perf_counter() + settings.seconds if settings.seconds is not None else float("inf")
    source = _endless_rows()
    while not stop.is_set():
        batch = list(islice(source, settings.per_transaction))
        before = perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(_INSERT, batch)
        connection.execute("COMMIT")
        after = perf_counter()
        latencies.append(after - before)
        if len(latencies) % 100 == 0 and wal.exists():
            wal_bytes = max(wal_bytes, wal.stat().st_size)
        if after >= ends:
            break
    return latencies, wal_bytes


def _endless_rows() -> Iterator[Row]:
    """A million events, then a million more of other streams, and so on.

    Seeds start from the clock so that a second run adds new streams to the same store.
    """
    first_seed = int(perf_counter() * 1000)
    seeds = iter(range(first_seed, first_seed + 1_000_000))
    return chain.from_iterable(rows(_SHAPE, seed) for seed in seeds)
