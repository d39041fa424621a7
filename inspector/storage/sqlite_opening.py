"""Opening an SQLite file without touching it.

A ladder: ``mode=ro`` first, which is right also beside a live writer. Where SQLite refuses that
and nobody can be writing (no journal, no write-ahead log with content), ``immutable=1``, and the
report says so. Otherwise the file is copied with its log or journal into a private folder, and
SQLite recovers the *copy*. Never ``mode=rw`` on the original, which would checkpoint or roll
back; never ``immutable`` beside a log, which would show stale or uncommitted rows as facts.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from inspector.core.errors import InspectorError, StoreBusy, StoreUnavailable
from inspector.core.findings import Finding
from inspector.core.texts import tr
from inspector.storage.faults import sqlite_fault
from inspector.storage.opening import OpenReport
from inspector.storage.sqlite_connection import SqliteConnection, harden

if TYPE_CHECKING:
    from inspector.storage.address import StoreAddress
    from inspector.storage.opening import OpenOptions

COPY_TRIES = 3
HEADER = 100
"""Bytes that every SQLite database begins with."""

CHECK_LIMIT = 8 * 1024 * 1024
_REFUSED = ("SQLITE_CANTOPEN", "SQLITE_READONLY")


def open_sqlite(address: StoreAddress, options: OpenOptions) -> SqliteConnection:
    """Open a file read-only.

    Raises:
        StoreUnavailable: missing, a folder, no permission, not a database, damaged.
        StoreBusy: locked by a writer that does not let go.
    """
    path = _existing(address)
    if options.touch_nothing:
        return _open_copy(address, path, options, tr("as you asked"))
    try:
        raw = _connect(path, "mode=ro", options)
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "") or ""
        if not name.startswith(_REFUSED):
            raise sqlite_fault(error, address.display) from error
        if _has_content(path, "-wal") or _has_content(path, "-journal"):
            why = tr("its journal has to be recovered, which is done in a copy")
            return _open_copy(address, path, options, why)
        return _open_immutable(address, path, options)
    report = OpenReport(tr("read-only"), server=_server())
    connection = SqliteConnection(raw, address, report, options)
    _check(connection, path)
    return connection


def _existing(address: StoreAddress) -> Path:
    """The file itself, behind any links.

    Raises:
        StoreUnavailable: it is not there, may not be read, or cannot be a database.
    """
    path, place = address.file, address.display
    try:
        unfit = _unfit(path, place)
        if unfit is None:
            with path.open("rb"):
                return path.resolve()
    except (OSError, ValueError) as error:  # ValueError: a NUL byte in the path
        raise StoreUnavailable(
            tr("{place} cannot be read: {reason}", place=place, reason=_reason(error)),
            hint=tr("Check the path and the file's permissions."),
        ) from error
    message, hint = unfit
    raise StoreUnavailable(message, hint=hint)


def _unfit(path: Path, place: str) -> tuple[str, str] | None:
    """Why this can be no database, and what to do; without opening it."""
    if path.is_dir():
        return tr("{place} is a folder.", place=place), tr("Choose the database file inside it.")
    if not path.exists():
        hint = tr("Check the path; nothing was created.")
        return tr("There is no file {place}.", place=place), hint
    if not path.is_file():  # a pipe would be waited for, and a device read without end
        return tr("{place} is no file.", place=place), tr("Choose a database file.")
    if 0 < path.stat().st_size < HEADER:
        # SQLite takes a single byte for an empty database; somebody lost the rest of it.
        message = tr("{place} is not an SQLite database: it is too short.", place=place)
        return message, tr("Choose a database file; was this one copied to its end?")
    return None


def _reason(error: Exception) -> str:
    words = getattr(error, "strerror", None) or str(error)
    return words if words.endswith(".") else f"{words}."


def _connect(path: Path, parameters: str, options: OpenOptions) -> sqlite3.Connection:
    """A hardened connection. The path goes through ``as_uri``: a ``#`` or ``?`` in a folder's
    name would otherwise end the address, drop the parameters and create a stray file."""
    raw = sqlite3.connect(
        f"{path.as_uri()}?{parameters}",
        uri=True,
        timeout=options.lock_timeout,
        isolation_level=None,
        check_same_thread=False,  # closed and interrupted by other threads, used by one
        cached_statements=256,
    )
    try:
        harden(raw)
    except sqlite3.Error:
        raw.close()
        raise
    return raw


def _has_content(path: Path, suffix: str) -> bool:
    beside = path.with_name(path.name + suffix)
    try:
        return beside.stat().st_size > 0
    except OSError:
        return False


def _open_immutable(address: StoreAddress, path: Path, options: OpenOptions) -> SqliteConnection:
    try:
        raw = _connect(path, "mode=ro&immutable=1", options)
    except sqlite3.Error as error:
        raise sqlite_fault(error, address.display) from error
    words = tr("The folder cannot be written, so the file is read as one that nobody changes.")
    finding = Finding("store-immutable", words, address.display)
    report = OpenReport(tr("read-only, unchanging"), (finding,), server=_server(), copied=True)
    connection = SqliteConnection(raw, address, report, options)
    _check(connection, path)
    return connection


def _open_copy(
    address: StoreAddress, path: Path, options: OpenOptions, why: str
) -> SqliteConnection:
    """Read a private copy; a writer may tear it, so it is checked and copied again."""
    problem: InspectorError | None = None
    for attempt in range(COPY_TRIES):
        folder = Path(tempfile.mkdtemp(prefix="event-inspector-"))
        try:
            copy = _copied(path, folder)
            damage = _recover(copy)
            if damage is not None and attempt < COPY_TRIES - 1:
                shutil.rmtree(folder, ignore_errors=True)
                continue
            raw = _connect(copy, "mode=ro", options)
        except sqlite3.Error as error:
            shutil.rmtree(folder, ignore_errors=True)
            problem = sqlite_fault(error, address.display)
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise StoreUnavailable(
                tr("No private copy of {place} could be made: {reason}",
                   place=address.display, reason=_reason(error)),
                hint=tr("Free some space in the temporary folder, or check the permissions."),
            ) from error  # fmt: skip
        else:
            words = tr("A private copy is read, {why}; it does not follow the original.", why=why)
            finding = Finding("store-copied", words, address.display)
            found = (finding,) if damage is None else (finding, _damaged(address, damage))
            report = OpenReport(tr("private copy"), found, server=_server(), copied=True)
            return SqliteConnection(raw, address, report, options, folder)
    if problem is None:
        problem = StoreBusy(tr("{place} changes too fast to be copied.", place=address.display))
    raise problem


def _copied(path: Path, folder: Path) -> Path:
    copy = folder / "store.db"
    for suffix in ("", "-wal", "-journal"):
        source = path.with_name(path.name + suffix)
        if source.exists():
            shutil.copyfile(source, copy.with_name(copy.name + suffix))
    return copy


def _recover(copy: Path) -> str | None:
    """Let SQLite bring the copy in order; gives what is wrong with it, if anything."""
    raw = sqlite3.connect(copy, isolation_level=None)
    try:
        raw.execute("PRAGMA trusted_schema=OFF")
        verdict = raw.execute("PRAGMA quick_check(1)").fetchone()
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return None if verdict is not None and verdict[0] == "ok" else str(verdict)
    finally:
        raw.close()


def _damaged(address: StoreAddress, words: str) -> Finding:
    message = tr("SQLite's check found damage: {words}", words=words[:300])
    return Finding("store-damaged", message, address.display)


def _check(connection: SqliteConnection, path: Path) -> None:
    """Look whether a small file is whole; a large one would take too long for an opening."""
    if path.stat().st_size > CHECK_LIMIT:
        return
    try:
        verdict = connection.read_sql("PRAGMA quick_check(1)")
    except InspectorError as error:
        connection.note(_damaged(connection.address, error.detail or error.message))
        return
    if verdict and verdict[0][0] != "ok":
        connection.note(_damaged(connection.address, str(verdict[0][0])))


def _server() -> str:
    return f"SQLite {sqlite3.sqlite_version}"
