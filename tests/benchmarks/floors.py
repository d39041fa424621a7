"""The peers the inspector's speed is compared with, measured in the same run on the same store.

- bare floor: fetch a stream's rows with the driver and parse their JSON with msgspec into plain
  values; nothing that shows a stream does less. With `pause_collector` Python's garbage collector
  rests meanwhile, which more than halves the parsing: the floor of a program that thought of it.
- library: `repository.get` of the `eventsourcing` library on the same stream.
- empty window: see `windows`.

    python -m tests.benchmarks.floors --store r1.sqlite

Each function returns the time of one run. May import the drivers, msgspec, the `eventsourcing`
library and the benchmark modules, never the inspector.
"""

import argparse
import gc
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import psycopg

from tests.benchmarks.filling import POSTGRES_TABLE, open_postgres_shop, open_sqlite_shop
from tests.benchmarks.measuring import (
    Line,
    Reading,
    alone,
    ask_for_attention,
    in_turn,
    parser_for,
    print_table,
    timed,
)
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


def bare_floor(path: Path, stream: UUID, *, pause_collector: bool = False) -> Reading:
    """The time to fetch `stream` from the SQLite store at `path` and parse every payload.

    Raises LookupError when the store has no such stream: an empty read would be no floor.
    """
    with closing(sqlite3.connect(path)) as connection:
        return _fetch_and_parse(
            lambda: connection.execute(_SELECT_SQLITE, (stream.hex,)).fetchall(),
            pause_collector=pause_collector,
        )


def bare_floor_postgres(dsn: str, stream: UUID, *, pause_collector: bool = False) -> Reading:
    """The same for the PostgreSQL store at `dsn`, with psycopg and rows in binary form."""
    with psycopg.connect(dsn) as connection, connection.cursor(binary=True) as cursor:
        return _fetch_and_parse(
            lambda: cursor.execute(_SELECT_POSTGRES, (stream,)).fetchall(),
            pause_collector=pause_collector,
        )


def library_get(path: Path, stream: UUID) -> Reading:
    """The time of the library's own `repository.get` on the SQLite store at `path`.

    The application is made before the clock starts. Raises the library's
    AggregateNotFoundError when there is no such stream.
    """
    with open_sqlite_shop(path) as application:
        return timed(lambda: application.repository.get(stream))


def library_get_postgres(dsn: str, stream: UUID) -> Reading:
    """The same for the PostgreSQL store at `dsn`."""
    with open_postgres_shop(dsn) as application:
        return timed(lambda: application.repository.get(stream))


def _fetch_and_parse(
    fetch: Callable[[], Sequence[tuple[Any, ...]]], *, pause_collector: bool
) -> Reading:
    decode = msgspec.json.Decoder().decode
    events: list[tuple[Any, ...]] = []

    def run() -> None:
        events.extend((row[0], row[1], row[2], decode(row[3])) for row in fetch())

    with _collector_paused() if pause_collector else nullcontext():
        reading = timed(run)
    if not events:
        raise LookupError("the store has no such stream")
    return reading


@contextmanager
def _collector_paused() -> Iterator[None]:
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _store_peers(options: argparse.Namespace) -> dict[str, Callable[[], Reading]]:
    peers: dict[str, Callable[[], Reading]] = {}
    for size, stream in (("10,000", MEDIUM_STREAM), ("100,000", LONG_STREAM)):
        floor = partial(bare_floor, options.store, stream)
        peers[f"SQLite, bare floor, stream of {size}"] = floor
        paused = f"SQLite, bare floor, collector paused, stream of {size}"
        peers[paused] = partial(floor, pause_collector=True)
        peers[f"SQLite, library, stream of {size}"] = partial(library_get, options.store, stream)
        if options.dsn:
            floor = partial(bare_floor_postgres, options.dsn, stream)
            peers[f"PostgreSQL, bare floor, stream of {size}"] = floor
            library = partial(library_get_postgres, options.dsn, stream)
            peers[f"PostgreSQL, library, stream of {size}"] = library
    return peers


def _lines(rounds: int, peers: dict[str, Callable[[], Reading]]) -> list[Line]:
    return [alone(name, reading) for name, reading in in_turn(rounds, peers).items()]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print every peer's figure for the store the arguments name."""
    parser = parser_for("floors", __doc__ or "")
    parser.add_argument("--store", type=Path, required=True, help="R1, an SQLite file")
    parser.add_argument("--dsn", help="R2, a libpq address")
    options = parser.parse_args(arguments)
    ask_for_attention()
    lines = _lines(options.rounds, _store_peers(options))
    lines += _lines(options.rounds, {"empty PySide6 window, offscreen": empty_window})
    try:
        with virtual_screen():
            xcb = {"empty PySide6 window, xcb": partial(empty_window, "xcb")}
            lines += _lines(options.rounds, xcb)
    except PeerUnavailableError as reason:
        print(f"empty PySide6 window, xcb: not measured, {reason}")
    print_table(lines)


if __name__ == "__main__":
    main()
