"""The peers the inspector's speed is compared with, measured in the same run on the same store.

- bare floor: fetch a stream's rows with the driver and parse their JSON with msgspec into plain
  values; nothing that shows a stream does less. With `pause_collector` Python's garbage collector
  rests meanwhile, which more than halves the parsing: the floor of a program that thought of it.
- library: `repository.get` of the `eventsourcing` library on the same stream.
- empty window: see `windows`.

Each function returns the seconds of one run; `middle_of` repeats one and takes the median.
`python -m tests.benchmarks.floors --store r1.sqlite` prints them all. May import the drivers,
msgspec, the `eventsourcing` library and the benchmark modules, never the inspector.
"""

import argparse
import gc
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any
from uuid import UUID

import msgspec
import psycopg

from tests.benchmarks.filling import POSTGRES_TABLE, open_postgres_shop, open_sqlite_shop
from tests.benchmarks.scenario import LONG_STREAM, MEDIUM_STREAM
from tests.benchmarks.windows import PeerUnavailableError, empty_window, virtual_screen

_SELECT_SQLITE = (
    "SELECT rowid, originator_version, topic, state FROM stored_events "
    "WHERE originator_id = ? ORDER BY originator_version"
)
_SELECT_POSTGRES = (
    "SELECT notification_id, originator_version, topic, state "
    f"FROM {POSTGRES_TABLE} WHERE originator_id = %s ORDER BY originator_version"
)


def bare_floor(path: Path, stream: UUID, *, pause_collector: bool = False) -> float:
    """Seconds to fetch `stream` from the SQLite store at `path` and parse every payload.

    Raises LookupError when the store has no such stream: an empty read would be no floor.
    """
    with closing(sqlite3.connect(path)) as connection:
        return _fetch_and_parse(
            lambda: connection.execute(_SELECT_SQLITE, (stream.hex,)).fetchall(),
            pause_collector=pause_collector,
        )


def bare_floor_postgres(dsn: str, stream: UUID, *, pause_collector: bool = False) -> float:
    """The same for the PostgreSQL store at `dsn`, with psycopg and rows in binary form."""
    with psycopg.connect(dsn) as connection, connection.cursor(binary=True) as cursor:
        return _fetch_and_parse(
            lambda: cursor.execute(_SELECT_POSTGRES, (stream,)).fetchall(),
            pause_collector=pause_collector,
        )


def library_get(path: Path, stream: UUID) -> float:
    """Seconds of the library's own `repository.get` on the SQLite store at `path`.

    The application is made before the clock starts. Raises the library's
    AggregateNotFoundError when there is no such stream.
    """
    with open_sqlite_shop(path) as application:
        started = perf_counter()
        application.repository.get(stream)
        return perf_counter() - started


def library_get_postgres(dsn: str, stream: UUID) -> float:
    """The same for the PostgreSQL store at `dsn`."""
    with open_postgres_shop(dsn) as application:
        started = perf_counter()
        application.repository.get(stream)
        return perf_counter() - started


def middle_of(runs: int, measure: Callable[[], float]) -> float:
    """Median seconds of `runs` runs, after one more that only warms the file cache."""
    measure()
    return median(measure() for _ in range(runs))


def _fetch_and_parse(
    fetch: Callable[[], Sequence[tuple[Any, ...]]], *, pause_collector: bool
) -> float:
    decode = msgspec.json.Decoder().decode
    with _collector_paused() if pause_collector else nullcontext():
        started = perf_counter()
        events = [(row[0], row[1], row[2], decode(row[3])) for row in fetch()]
        seconds = perf_counter() - started
    if not events:
        raise LookupError("the store has no such stream")
    return seconds


@contextmanager
def _collector_paused() -> Iterator[None]:
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _print(label: str, seconds: float) -> None:
    print(f"{label:<60}{seconds * 1000:>10.1f} ms")


def _report_store(options: argparse.Namespace) -> None:
    for size, stream in (("10,000", MEDIUM_STREAM), ("100,000", LONG_STREAM)):
        peers = [
            ("SQLite, bare floor", partial(bare_floor, options.store, stream)),
            (
                "SQLite, bare floor, collector paused",
                partial(bare_floor, options.store, stream, pause_collector=True),
            ),
            ("SQLite, library", partial(library_get, options.store, stream)),
        ]
        if options.dsn:
            peers += [
                ("PostgreSQL, bare floor", partial(bare_floor_postgres, options.dsn, stream)),
                ("PostgreSQL, library", partial(library_get_postgres, options.dsn, stream)),
            ]
        for label, measure in peers:
            _print(f"{label}, stream of {size}", middle_of(options.runs, measure))


def _report_windows(runs: int) -> None:
    _print("empty PySide6 window, offscreen", middle_of(runs, empty_window))
    try:
        with virtual_screen():
            _print("empty PySide6 window, xcb", middle_of(runs, partial(empty_window, "xcb")))
    except PeerUnavailableError as reason:
        print(f"empty PySide6 window, xcb: not measured, {reason}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Print every peer's figure for the store the arguments name."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.floors")
    parser.add_argument("--store", type=Path, required=True, help="R1, an SQLite file")
    parser.add_argument("--dsn", help="R2, a libpq address")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args(arguments)
    _report_store(options)
    _report_windows(options.runs)


if __name__ == "__main__":
    main()
