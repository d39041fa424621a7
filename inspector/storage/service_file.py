"""libpq's service file, read where something else than libpq has to know what it says.

A tunnel needs the host and the port of a service before libpq is called, and a form offers the
names. Sections in brackets, ``key=value`` lines, ``#`` before a comment; the user's file comes
before the system's, and the first section of a name counts.

Source of the format: the chapter "The Connection Service File" of PostgreSQL's manual.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT: Final = 1_000_000
"""Bytes of a service file; a longer one is surely something else."""


def service_names() -> tuple[str, ...]:
    """The services that can be named, in the order of the files."""
    return tuple(dict.fromkeys(name for name, _entries in _sections()))


def service_entries(name: str) -> dict[str, str]:
    """What a service says; empty when no file knows it."""
    for found, entries in _sections():
        if found == name:
            return entries
    return {}


def _files() -> Iterator[Path]:
    named = os.environ.get("PGSERVICEFILE")
    if named:
        yield Path(named)
    elif os.name == "nt":
        yield Path(os.environ.get("APPDATA", "")) / "postgresql" / ".pg_service.conf"
    else:
        yield Path("~").expanduser() / ".pg_service.conf"
    system = os.environ.get("PGSYSCONFDIR")
    if system:
        yield Path(system) / "pg_service.conf"
    else:
        # Where the libpq that comes with the driver was told to look is known to nobody else.
        yield Path("/etc/postgresql-common/pg_service.conf")


def _sections() -> Iterator[tuple[str, dict[str, str]]]:
    for file in _files():
        yield from _read(file)


def _read(file: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """The sections of one file; one that cannot be read has none, and libpq will say so."""
    try:
        if file.stat().st_size > LIMIT:
            return
        lines = file.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except (OSError, RuntimeError):
        return
    name: str | None = None
    entries: dict[str, str] = {}
    for line in map(str.strip, lines):
        if line.startswith("[") and line.endswith("]"):
            if name is not None:
                yield name, entries
            name, entries = line[1:-1], {}
        elif line and not line.startswith("#") and "=" in line:
            key, _, value = line.partition("=")
            entries.setdefault(key.strip(), value.strip())
    if name is not None:
        yield name, entries
