"""Recognising a database of many tables, and opening stores of a million events in every shape.

    python -m tests.benchmarks.recognising --tables 2000
    python -m tests.benchmarks.recognising --events 1000000

The first writes an SQLite file of ordinary tables around one store, and times reading the catalog
and recognising. The second fills stores of each shape on a server of its own (one table, a table
of links, a table per kind of stream, partitions, tags) by multiplying a store of the tests, reads
the first pages as the window does, and looks at the plan of every statement: reading a large table
from its beginning is what must not happen. May import the benchmark modules and the tests' server.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Any

import psycopg

from inspector.layouts import layout_named, recognise
from inspector.storage.address import parse_address
from inspector.storage.catalog import read_catalog
from inspector.storage.opening import OpenOptions, open_connection
from inspector.storage.store_reader import StoreReader
from tests.benchmarks.measuring import Line, answers, in_turn, parser_for, print_table, timed
from tests.helpers.postgres import start_server
from tests.layouts.cases import Case

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

RECOGNISED_WITHIN_SECONDS = 2.0
LARGE = 20_000
"""Rows from which on reading a whole table counts."""
COLUMNS = (
    "id INTEGER PRIMARY KEY, {name} TEXT, type TEXT, version INTEGER, data TEXT, "
    "created_at TEXT, updated_at TEXT, owner_id INTEGER, state TEXT, metadata TEXT"
)


@dataclass(frozen=True)
class ManyEvents:
    """A store of the tests, and how its rows are multiplied.

    Attributes:
        changed: table to column to what a copy number ``g`` makes of it.
        copies: other tables of the same columns, each filled like the first.
    """

    shape: str
    case: Case
    changed: Mapping[str, Mapping[str, str]]
    copies: int = 0


STEP = 10_000
_UUID = "md5({0}::text || g)::uuid"
SHAPES = (
    ManyEvents(
        "one table",
        Case("goes", "shop", "postgresql"),
        {
            "events": {
                "id": _UUID.format("id"),
                "time": f"time + g::bigint * {STEP}",
                "aggregate_id": _UUID.format("aggregate_id"),
            }
        },
    ),
    ManyEvents(
        "table of links",
        Case("rails_event_store", "jsonb", "postgresql"),
        {
            "event_store_events": {"id": f"id + g * {STEP}", "event_id": _UUID.format("event_id")},
            "event_store_events_in_streams": {
                "id": f"id + g * {STEP}",
                "stream": "stream || '-' || g",
                "event_id": _UUID.format("event_id"),
            },
        },
    ),
    ManyEvents(
        "table per kind of stream",
        Case("esrs", "bank", "postgresql"),
        {
            "account_events": {
                "id": _UUID.format("id"),
                "aggregate_id": _UUID.format("aggregate_id"),
            }
        },
        copies=200,
    ),
    ManyEvents(
        "partitions",
        Case("emmett", "messages", "postgresql"),
        {
            "emt_messages": {
                "stream_id": "stream_id || '-' || g",
                "global_position": f"global_position + g * {STEP}",
                "message_id": "message_id || '-' || g",
            },
            "emt_streams": {"stream_id": "stream_id || '-' || g"},
        },
    ),
    ManyEvents(
        "tags",
        Case("sekiban_dcb", "school", "postgresql"),
        {
            "dcb_events": {
                "Id": _UUID.format('"Id"'),
                "SortableUniqueId": 'lpad((g::numeric * 100 + right("SortableUniqueId", 3)::int)'
                "::text, 30, '7')",
            },
            "dcb_tags": {
                "Id": f'"Id" + g * {STEP}',
                "Tag": "\"Tag\" || '-' || g",
                "EventId": _UUID.format('"EventId"'),
                "SortableUniqueId": 'lpad((g::numeric * 100 + right("SortableUniqueId", 3)::int)'
                "::text, 30, '7')",
            },
        },
    ),
)


@dataclass
class Watched:
    """Statements that went through a connection, with the plans that the server made."""

    plans: list[str] = field(default_factory=list)

    def around(self, connection: Any) -> None:
        """Keep the plan of everything that is read from now on."""
        read = connection.read_sql

        def reading(text: str, values: Any) -> Any:
            plan = read(f"EXPLAIN {text}", values)
            self.plans.append("\n".join(str(row[0]) for row in plan))
            return read(text, values)

        connection.read_sql = reading


def many_tables(path: Path, count: int) -> None:
    """A file of so many ordinary tables, and a store among them."""
    with sqlite3.connect(path) as made:
        for number in range(count):
            made.execute(f"CREATE TABLE t{number} ({COLUMNS.format(name=f'name_{number}')})")
            made.execute(f"CREATE INDEX i{number} ON t{number} (owner_id)")
    made.close()


def recognising(path: Path) -> None:
    """What the program does before it knows what a file is."""
    connection = open_connection(parse_address(str(path)), OpenOptions())
    recognise(read_catalog(connection))
    connection.close()


def tables_line(count: int, rounds: int) -> list[Line]:
    """The figure for a database of many tables."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "many.db"
        many_tables(path, count)
        found = in_turn(rounds, {"all": lambda: timed(lambda: recognising(path))})
    name = f"recognise among {count} tables"
    return [answers(name, [found["all"]], RECOGNISED_WITHIN_SECONDS * 1000)[-1]]


def fill(dsn: str, many: ManyEvents, events: int) -> int:
    """Multiply the rows of a store; how many events there are then."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        first = next(iter(many.changed))
        own = _number(connection, first)
        times = max(1, events // (own * max(1, many.copies)))
        for table, changed in many.changed.items():
            connection.execute(_multiplied(connection, (table, table), changed, times).encode())
        for number in range(many.copies - 1):
            copy = f"kind{number}_events"
            connection.execute(f"CREATE TABLE {copy} (LIKE {first} INCLUDING ALL)".encode())
            changed = many.changed[first]
            connection.execute(_multiplied(connection, (first, copy), changed, times, own).encode())
        connection.execute(b"ANALYZE")
        return _number(connection, first) * max(1, many.copies)


def _number(connection: psycopg.Connection[Any], table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()
    return int(row[0]) if row else 0


def _multiplied(
    connection: psycopg.Connection[Any],
    tables: tuple[str, str],
    changed: Mapping[str, str],
    times: int,
    only: int = 0,
) -> str:
    """A statement that puts changed copies of the rows of one table into another."""
    source, target = tables
    text = (
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s "
        "AND is_generated = 'NEVER' ORDER BY ordinal_position"
    )
    names = [str(row[0]) for row in connection.execute(text, (source,))]
    made = ", ".join(f"{changed[n]}" if n in changed else f'o."{n}"' for n in names)
    listed = ", ".join(f'"{name}"' for name in names)
    rows = f"(SELECT * FROM {source} LIMIT {only})" if only else source
    every = f"{rows} o, generate_series(1, {times}) g"
    return f"INSERT INTO {target} ({listed}) SELECT {made} FROM {every}"


def interactive(dsn_address: str, layout: str) -> tuple[float, Watched]:
    """Open a store and read what the window shows first; seconds, and the plans."""
    watched = Watched()
    connection = open_connection(parse_address(dsn_address), OpenOptions())
    started = perf_counter()
    [store] = recognise(read_catalog(connection), only=layout).stores
    reader = StoreReader(connection, layout_named(layout), store.match, ())
    _look(reader)
    seconds = perf_counter() - started
    watched.around(connection)
    _look(reader)
    connection.close()
    return seconds, watched


def _look(reader: StoreReader) -> None:
    streams = reader.streams.page(None, limit=50)
    if streams.after is not None:
        reader.streams.page(streams.after, limit=50)
    reader.events.page(streams.rows[0].stream, limit=256)
    reader.events.page(None, limit=256)


def scans(watched: Watched, rows: Mapping[str, int]) -> list[str]:
    """Large tables that a statement reads from their beginning."""
    found = {
        name
        for plan in watched.plans
        for line in plan.splitlines()
        for name, number in rows.items()
        if number >= LARGE and line.strip("-> ").startswith(f"Seq Scan on {name} ")
    }
    return sorted(found)


def shape_lines(events: int, only: str) -> list[Line]:
    """One line for each shape: how long opening takes, and what is read from its beginning."""
    lines: list[Line] = []
    with TemporaryDirectory() as folder:
        server = start_server()
        try:
            chosen = (many for many in SHAPES if only in many.shape)
            lines.extend(_shape_line(server, many, events, Path(folder)) for many in chosen)
        finally:
            server.stop()
            server.remove()
    return lines


def _shape_line(server: Any, many: ManyEvents, events: int, folder: Path) -> Line:
    dsn = server.restore_dump(many.case.unpack(folder))
    filled = fill(dsn, many, events)
    with psycopg.connect(dsn) as connection:
        text = "SELECT relname, reltuples::bigint FROM pg_class WHERE relkind = 'r'"
        rows = {str(name): int(count) for name, count in connection.execute(text.encode())}
    seconds, watched = interactive(_address(dsn), many.case.layout)
    found = scans(watched, rows)
    verdict = "NOT" if found else "ok"
    told = ", ".join(found) or f"none in {len(watched.plans)} statements"
    return Line(
        f"{many.shape}, {filled:,} events", f"{seconds * 1000:.0f} ms", target=f"scans: {told}",
        verdict=verdict,
    )  # fmt: skip


def _address(dsn: str) -> str:
    parts = psycopg.conninfo.conninfo_to_dict(dsn)
    name, *rest = parts.pop("dbname"), *(f"{k}={v}" for k, v in parts.items())
    return f"postgresql:///{name}?{'&'.join(rest)}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures that are asked for."""
    parser = parser_for("recognising", __doc__ or "")
    parser.add_argument("--tables", type=int, default=0, help="tables of an SQLite file")
    parser.add_argument("--events", type=int, default=0, help="events of each shape, on PostgreSQL")
    parser.add_argument("--shape", default="", help="only shapes whose name holds this")
    options = parser.parse_args(arguments)
    lines: list[Line] = []
    if options.tables:
        lines += tables_line(options.tables, options.rounds)
    if options.events:
        lines += shape_lines(options.events, options.shape)
    print_table(lines)


if __name__ == "__main__":
    main()
