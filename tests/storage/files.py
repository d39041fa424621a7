"""SQLite files for the tests of opening, and what must not have happened to them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def change(path: Path, *statements: str) -> Path:
    """Run statements, each committed; gives the path."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)
    return path


def change_schema(path: Path, *rows: tuple[str, str, str]) -> Path:
    """Write rows (kind, name, SQL) into the schema behind SQLite's back, as an attacker can."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema=ON")
        for kind, name, text in rows:
            connection.execute(
                "INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql)"
                " VALUES (?, ?, ?, 0, ?)",
                (kind, name, name, text),
            )
    return path


def redefine(path: Path, name: str, text: str) -> Path:
    """Give something in the schema another definition, behind SQLite's back."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema=ON")
        connection.execute("UPDATE sqlite_schema SET sql = ? WHERE name = ?", [text, name])
    return path
