"""Driver exceptions as errors that people can act on, decided by code and never by text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inspector.core.errors import (
    AccessDenied,
    ConnectionLost,
    InspectorError,
    StoreBusy,
    StoreChanged,
    StoreUnavailable,
)
from inspector.core.texts import tr

if TYPE_CHECKING:
    import sqlite3

    import psycopg


LONGEST_REASON = 400
"""Characters of a driver's own words in a message."""


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What a code means: the error, its sentence (with ``{place}``, or ``{words}`` of the server's)
    and its hint, in English."""

    error: type[InspectorError]
    message: str
    hint: str


_SQLITE: tuple[tuple[str, _Meaning], ...] = (
    ("SQLITE_BUSY", _Meaning(
        StoreBusy, "{place} is locked by another program just now.",
        "Try again in a moment, or read a private copy (touch nothing).")),
    ("SQLITE_LOCKED", _Meaning(
        StoreBusy, "{place} is locked by another program just now.",
        "Try again in a moment, or read a private copy (touch nothing).")),
    ("SQLITE_INTERRUPT", _Meaning(
        StoreBusy, "Reading {place} took longer than allowed and was stopped.",
        "Try again, or raise the time limit.")),
    ("SQLITE_NOTADB", _Meaning(
        StoreUnavailable, "{place} is not an SQLite database, or it is encrypted.",
        "Choose a database file; an encrypted one has to be decrypted first.")),
    ("SQLITE_CORRUPT", _Meaning(
        StoreUnavailable, "{place} is damaged: SQLite cannot read a part of it.",
        "Work on a copy; SQLite's .recover command may save the rows.")),
    ("SQLITE_CANTOPEN", _Meaning(
        StoreUnavailable, "{place} cannot be opened for reading.",
        "Check that the file may be read, or read a private copy (touch nothing).")),
    ("SQLITE_PERM", _Meaning(
        StoreUnavailable, "{place} cannot be opened for reading.",
        "Check the file's permissions.")),
    ("SQLITE_READONLY", _Meaning(
        StoreUnavailable, "{place} cannot be opened for reading as it is.",
        "Read a private copy (touch nothing).")),
    ("SQLITE_IOERR", _Meaning(
        ConnectionLost, "Reading {place} failed: the disk or the network drive gave an error.",
        "Check the drive and open the store again.")),
    ("SQLITE_AUTH", _Meaning(
        AccessDenied, "{place} asked for something that a reader may not do.",
        "The database holds an object that does more than reading; it was refused.")),
    ("SQLITE_TOOBIG", _Meaning(
        StoreUnavailable, "{place} holds a value too large to be read at once.",
        "Save the raw bytes of that row instead.")),
    ("SQLITE_SCHEMA", _Meaning(
        StoreChanged, "The tables of {place} are no longer as they were.",
        "Open the store again.")),
    ("SQLITE_ERROR_MISSING_COLLSEQ", _Meaning(
        StoreUnavailable, "{place} sorts texts in a way that only its application knows: {words}.",
        "Ask for a copy of the table without this collation; what does not sort by it is read.")),
    ("SQLITE_ERROR", _Meaning(
        StoreChanged, "The tables of {place} are no longer as they were: {words}.",
        "Open the store again.")),
)  # fmt: skip
"""Result codes by the beginning of their names; extended codes begin with the plain one."""

_POSTGRES: tuple[tuple[str, _Meaning], ...] = (
    ("57014", _Meaning(
        StoreBusy, "The server stopped a read of {place} at its time limit.",
        "Try again, or raise the time limit.")),
    ("55P03", _Meaning(
        StoreBusy, "A table of {place} is locked by another session.",
        "Try again in a moment.")),
    ("28", _Meaning(
        StoreUnavailable, "{place} refused the user or the password.",
        "Check user and password; they may come from keyring, .pgpass or PGPASSWORD.")),
    ("3D000", _Meaning(
        StoreUnavailable, "The server of {place} has no database of that name.",
        "Check the last part of the address.")),
    ("42501", _Meaning(
        AccessDenied, "The role may not read a table of {place}: {words}.",
        "Ask for SELECT on the tables of the store, and USAGE on their schema.")),
    ("42P01", _Meaning(
        StoreChanged, "The tables of {place} are no longer as they were.",
        "Open the store again.")),
    ("42703", _Meaning(
        StoreChanged, "The tables of {place} are no longer as they were.",
        "Open the store again.")),
    ("3F000", _Meaning(
        StoreChanged, "The tables of {place} are no longer as they were.",
        "Open the store again.")),
    ("57P", _Meaning(
        ConnectionLost, "The connection to {place} was lost.",
        "Try again: it is connected anew. What is shown is as it was when it was read.")),
    ("08", _Meaning(
        ConnectionLost, "The connection to {place} was lost.",
        "Try again: it is connected anew. What is shown is as it was when it was read.")),
)  # fmt: skip
"""SQLSTATEs by their beginning: a class of two characters, or a whole code."""

_OTHER = _Meaning(
    StoreUnavailable, "{place} cannot be read: {words}.", "The driver's words are in the report."
)
_LOST = _POSTGRES[-1][1]


def sqlite_fault(error: sqlite3.Error, place: str) -> InspectorError:
    """What an SQLite error means.

    Args:
        error: the driver's exception; its code decides.
        place: the store, for people.
    """
    name = getattr(error, "sqlite_errorname", "") or ""
    return _made(_meaning(_SQLITE, name), place, f"{name}: {error}", words=str(error))


def postgres_fault(error: psycopg.Error, place: str) -> InspectorError:
    """What a PostgreSQL error means; without a code the connection itself failed."""
    state = error.sqlstate or ""
    lost = not state and _is_operational(error)
    meaning = _LOST if lost else _meaning(_POSTGRES, state)
    words = _first_line(error)
    return _made(meaning, place, f"{state}: {words}", words=error.diag.message_primary or words)


def _meaning(table: tuple[tuple[str, _Meaning], ...], code: str) -> _Meaning:
    for beginning, meaning in table:
        if code.startswith(beginning):
            return meaning
    return _OTHER


def _made(meaning: _Meaning, place: str, detail: str, *, words: str = "") -> InspectorError:
    message = tr(meaning.message, place=place, words=words[:LONGEST_REASON])
    return meaning.error(message, hint=tr(meaning.hint), detail=detail)


def _is_operational(error: psycopg.Error) -> bool:
    from psycopg import InterfaceError, OperationalError  # noqa: PLC0415 - SQLite needs no libpq

    return isinstance(error, OperationalError | InterfaceError)


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1][:LONGEST_REASON] if lines else type(error).__name__
