"""Small stores for tests: the layout of Python ``eventsourcing`` 9 in an SQLite file."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Row = tuple[str, int, str, bytes]

EVENTS = """CREATE TABLE stored_events (originator_id TEXT, originator_version INTEGER,
topic TEXT, state BLOB, PRIMARY KEY (originator_id, originator_version))"""


def state(number: int, **fields: Any) -> bytes:
    """A payload as the library writes it, with a time that grows with the number."""
    stamp = f"2026-01-01T{number // 3600 % 24:02d}:{number // 60 % 60:02d}:{number % 60:02d}+00:00"
    time = {"_type_": "datetime_iso", "_data_": stamp}
    return json.dumps({"timestamp": time, **fields}, separators=(",", ":")).encode()


def write_store(path: Path, rows: Iterable[Row]) -> Path:
    """Make a store with these rows, in this global order."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(EVENTS)
        connection.executemany("INSERT INTO stored_events VALUES (?, ?, ?, ?)", rows)
    return path


def append(path: Path, rows: Iterable[Row]) -> None:
    """Add rows, as the application would while the store is open."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany("INSERT INTO stored_events VALUES (?, ?, ?, ?)", rows)


def stream_rows(name: str, first: int, count: int) -> list[Row]:
    """Rows of one stream: ``n`` is the version, ``total`` the sum so far."""
    return [
        (
            name,
            version,
            "shop:Order." + ("Placed" if version == 1 else "Counted"),
            state(version, n=version, total=version * (version + 1) // 2),
        )
        for version in range(first, first + count)
    ]
