"""Command line that writes the benchmark stores.

    python -m tests.benchmarks.generate r1 --out r1.sqlite
    python -m tests.benchmarks.generate r1x10 --out r1x10.sqlite
    python -m tests.benchmarks.generate r2 --dsn postgresql://user@host/database
    python -m tests.benchmarks.generate many-streams --out many.sqlite
    python -m tests.benchmarks.generate live-writer --out live.sqlite --seconds 10

R1: a million events in 20,000 streams, one of them of 10,000 and one of 100,000 events, in the
SQLite tables of the Python `eventsourcing` library. R2: the same rows in PostgreSQL. r1x10: ten
times the events and streams. The same command always writes the same rows.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from tests.benchmarks.filling import fill_postgres, fill_sqlite
from tests.benchmarks.live_writer import WriterSettings, run_live_writer
from tests.benchmarks.scenario import Shape, many_streams_shape, rows, standard_shape


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the store that the arguments ask for and print its size and time as JSON."""
    options = _parser().parse_args(arguments)
    if options.what == "live-writer":
        settings = WriterSettings(
            options.out, options.per_transaction, options.synchronous, options.seconds
        )
        run_live_writer(settings)
        return
    shape = _shape(options)
    started = perf_counter()
    if options.what == "r2":
        fill_postgres(options.dsn, rows(shape))
    else:
        fill_sqlite(options.out, rows(shape))
    report = {
        "store": options.what,
        "events": shape.events,
        "streams": shape.streams,
        "seconds": round(perf_counter() - started, 1),
    }
    if options.what != "r2":
        report["bytes"] = options.out.stat().st_size
    print(json.dumps(report))


def _shape(options: argparse.Namespace) -> Shape:
    if options.what == "many-streams":
        return many_streams_shape(options.streams)
    return standard_shape(10 if options.what == "r1x10" else 1, is_wide=options.wide)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.generate")
    commands = parser.add_subparsers(dest="what", required=True)
    for name in ("r1", "r1x10", "r2", "many-streams", "live-writer"):
        command = commands.add_parser(name)
        if name == "r2":
            command.add_argument("--dsn", required=True, help="libpq address of an empty database")
        else:
            command.add_argument("--out", required=True, type=Path, help="SQLite file to write")
        if name.startswith("r"):
            command.add_argument(
                "--wide", action="store_true", help="the 10,000 stream has a state of 200 keys"
            )
    streams = commands.choices["many-streams"]
    streams.add_argument("--streams", type=int, default=2_000_000)
    _add_writer_options(commands.choices["live-writer"])
    return parser


def _add_writer_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--seconds", type=float, help="default: until stopped by a signal")
    command.add_argument("--per-transaction", type=int, default=10, help="events per commit")
    command.add_argument("--synchronous", choices=("off", "normal", "full"), default="normal")


if __name__ == "__main__":
    main()
