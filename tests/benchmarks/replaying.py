"""Replaying one stream of 100,000 events: loading it, going to places in it, its memory.

    python -m tests.benchmarks.replaying --store r1.sqlite --postgres

Peers, in the same rounds: the bare floor (fetch and parse, see `floors`) and `repository.get` of
the `eventsourcing` library. Memory is that of a process of its own that loads the stream and
goes to places in it, as a whole: interpreter and libraries included. May import the inspector's
services and the benchmark modules.
"""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from inspector.services.open_store import OpenRequest, open_store
from inspector.services.tasks import Work
from tests.benchmarks import floors
from tests.benchmarks.filling import fill_postgres
from tests.benchmarks.measuring import (
    Line,
    answers,
    ask_for_attention,
    in_turn,
    parser_for,
    print_table,
    timed,
    times_faster,
    times_peer,
    within,
)
from tests.benchmarks.one_stream import loaded, seeks
from tests.benchmarks.scenario import LONG_STREAM, rows, standard_shape
from tests.helpers.postgres import start_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tests.benchmarks.measuring import Reading

TIMES_FLOOR = 2.0
TIMES_FASTER_THAN_LIBRARY = 5.0
SEEK_MILLISECONDS = 4.0
SEEKS = 3000
TIMES_RAW = 2.0
SPARE_MEGABYTES = 60.0


@dataclass(frozen=True, slots=True)
class Subject:
    """A store, and the peers for one of its streams.

    Attributes:
        name: of the kind of database.
        address: as `event-inspector` takes it.
        stream: id of the stream.
        floor, paused, library: one run of a peer; `paused` is the floor with Python's garbage
            collector at rest.
    """

    name: str
    address: str
    stream: str
    floor: Callable[[], Reading]
    paused: Callable[[], Reading]
    library: Callable[[], Reading]


def sqlite_subject(store: Path) -> Subject:
    """The stream of 100,000 events in R1."""
    floor = partial(floors.bare_floor, store, LONG_STREAM)
    return Subject(
        "SQLite",
        str(store),
        str(LONG_STREAM),
        floor,
        partial(floor, pause_collector=True),
        partial(floors.library_get, store, LONG_STREAM),
    )


def postgres_subject(dsn: str) -> Subject:
    """The same stream in R2."""
    floor = partial(floors.bare_floor_postgres, dsn, LONG_STREAM)
    return Subject(
        "PostgreSQL",
        dsn,
        str(LONG_STREAM),
        floor,
        partial(floor, pause_collector=True),
        partial(floors.library_get_postgres, dsn, LONG_STREAM),
    )


def measure(subject: Subject, rounds: int) -> list[Line]:
    """All figures of one store."""
    with closing(open_store(OpenRequest(subject.address), Work())) as store:
        found = in_turn(
            rounds,
            {
                "load": lambda: timed(lambda: loaded(store, subject.stream)),
                "floor": subject.floor,
                "paused": subject.paused,
                "library": subject.library,
            },
        )
        times = seeks(store, loaded(store, subject.stream), SEEKS)
    load, name = found["load"], f"load and replay, {subject.name}"
    return [
        times_peer(name, load, ("bare floor", found["floor"]), at_most=TIMES_FLOOR),
        times_peer(name, load, ("floor, collector paused", found["paused"])),
        times_faster(name, load, ("library", found["library"]), TIMES_FASTER_THAN_LIBRARY),
        *answers(f"state at a random place, {subject.name}", times, SEEK_MILLISECONDS),
        *_memory(subject),
    ]


def _memory(subject: Subject) -> list[Line]:
    command = [sys.executable, "-m", "tests.benchmarks.one_stream", subject.address, subject.stream]
    told = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    raw, resident, peak = (told[name] / 1e6 for name in ("raw", "resident", "peak"))
    name = f"memory of the process, {subject.name}"
    limit = round(TIMES_RAW * raw + SPARE_MEGABYTES)
    return [
        within(f"{name}, raw {raw:.0f} MB", resident, limit, "MB"),
        Line(f"{name}, while loading", f"{peak:.2f} MB"),
    ]


@contextmanager
def own_postgres() -> Iterator[str]:
    """A server of our own for the block, holding R2; gives its address."""
    server = start_server(settings={"shared_buffers": "'256MB'"})
    try:
        dsn = server.create_database("r2")
        fill_postgres(dsn, rows(standard_shape()))
        server.execute("VACUUM ANALYZE", "r2")
        yield dsn
    finally:
        server.remove()


def main(arguments: Sequence[str] | None = None) -> None:
    """Print every figure for the stores the arguments name."""
    parser = parser_for("replaying", __doc__ or "")
    parser.add_argument("--store", type=Path, help="R1, an SQLite file")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--dsn", help="R2, a libpq address")
    where.add_argument("--postgres", action="store_true", help="R2 in a server of its own")
    options = parser.parse_args(arguments)
    ask_for_attention()
    lines: list[Line] = []
    if options.store:
        lines += measure(sqlite_subject(options.store), options.rounds)
    if options.dsn:
        lines += measure(postgres_subject(options.dsn), options.rounds)
    if options.postgres:
        with own_postgres() as dsn:
            lines += measure(postgres_subject(dsn), options.rounds)
    print_table(lines)


if __name__ == "__main__":
    main()
