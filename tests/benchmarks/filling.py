"""Create the library's own tables, then fill them by bulk insert.

The tables come from the `eventsourcing` library itself, so their definition is exact; only the
rows take a faster way than its recorder (which would need a quarter of an hour for a million).
May import the `eventsourcing` library, the drivers and the benchmark modules.
"""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from itertools import islice
from pathlib import Path
from uuid import UUID

import psycopg
from psycopg.conninfo import conninfo_to_dict

from tests.benchmarks.scenario import Row
from tests.benchmarks.shop_model import BenchmarkShop

POSTGRES_TABLE = "shop_events"
_CACHE_KIB = 1_500_000
_ROWS_PER_TRANSACTION = 500_000
_INSERT = "INSERT INTO stored_events VALUES (?,?,?,?)"
_COPY = (
    f"COPY {POSTGRES_TABLE} (originator_id, originator_version, topic, state) "
    "FROM STDIN (FORMAT BINARY)"
)


def fill_sqlite(path: Path, rows: Iterable[Row]) -> None:
    """Write `rows` to a new SQLite store at `path`, left as the library leaves one: in WAL mode,
    closed cleanly, without -wal and -shm files.

    Raises FileExistsError rather than add to a store that is there already.
    """
    if path.exists():
        raise FileExistsError(f"{path} exists; choose another place or remove it first")
    open_sqlite_shop(path).close()
    source = iter(rows)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        _make_fast(connection)
        while chunk := list(islice(source, _ROWS_PER_TRANSACTION)):
            connection.execute("BEGIN")
            connection.executemany(_INSERT, chunk)
            connection.execute("COMMIT")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA journal_mode=WAL")


def fill_postgres(dsn: str, rows: Iterable[Row]) -> None:
    """Write `rows` to the (new) shop tables of the database at `dsn`, in one COPY.

    Raises FileExistsError when the table already holds events, psycopg.Error when the server
    cannot be reached or refuses.
    """
    open_postgres_shop(dsn).close()
    with psycopg.connect(dsn) as connection, connection.cursor() as cursor:
        if cursor.execute(f"SELECT 1 FROM {POSTGRES_TABLE} LIMIT 1").fetchone() is not None:
            raise FileExistsError(f"table {POSTGRES_TABLE} already holds events; drop it first")
        with cursor.copy(_COPY) as copy:
            copy.set_types(["uuid", "int8", "text", "bytea"])
            for row in rows:
                copy.write_row(_with_uuid(row))


def open_sqlite_shop(path: Path) -> BenchmarkShop:
    """The library's application on the store at `path`; makes the tables where there are none."""
    return BenchmarkShop({"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)})


def open_postgres_shop(dsn: str) -> BenchmarkShop:
    """The library's application on the database at `dsn`; makes the tables where there are none."""
    parts = conninfo_to_dict(dsn)
    return BenchmarkShop(
        {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": str(parts.get("dbname", "postgres")),
            "POSTGRES_HOST": str(parts.get("host", "localhost")),
            "POSTGRES_PORT": str(parts.get("port", 5432)),
            "POSTGRES_USER": str(parts.get("user", "postgres")),
            "POSTGRES_PASSWORD": str(parts.get("password", "")),
        }
    )


def _make_fast(connection: sqlite3.Connection) -> None:
    """No journal and no syncing while filling: a crash loses a file nobody has used yet."""
    connection.execute("PRAGMA journal_mode=OFF")
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("PRAGMA locking_mode=EXCLUSIVE")
    connection.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")


def _with_uuid(row: Row) -> tuple[UUID, int, str, bytes]:
    hex_id, version, topic, state = row
    return UUID(hex_id), version, topic, state
