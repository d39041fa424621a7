"""Driver exceptions as errors that people can act on, decided by code and never by text."""

from __future__ import annotations

import sqlite3
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
    import psycopg


def sqlite_fault(error: sqlite3.Error, place: str) -> InspectorError:  # noqa: PLR0911 - a table
    """What an SQLite error means.

    Args:
        error: the driver's exception; its code decides.
        place: the store, for people.
    """
    name = getattr(error, "sqlite_errorname", "") or ""
    detail = f"{name}: {error}"
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StoreBusy(
            tr("{place} is locked by another program just now.", place=place),
            hint=tr("Try again in a moment, or read a private copy (touch nothing)."),
            detail=detail,
        )
    if name.startswith("SQLITE_INTERRUPT"):
        return StoreBusy(
            tr("Reading {place} took longer than allowed and was stopped.", place=place),
            hint=tr("Try again, or raise the time limit."),
            detail=detail,
        )
    if name == "SQLITE_NOTADB":
        return StoreUnavailable(
            tr("{place} is not an SQLite database, or it is encrypted.", place=place),
            hint=tr("Choose a database file; an encrypted one has to be decrypted first."),
            detail=detail,
        )
    if name.startswith("SQLITE_CORRUPT"):
        return StoreUnavailable(
            tr("{place} is damaged: SQLite cannot read a part of it.", place=place),
            hint=tr("Work on a copy; SQLite's .recover command may save the rows."),
            detail=detail,
        )
    if name.startswith(("SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_READONLY")):
        return StoreUnavailable(
            tr("{place} cannot be opened for reading.", place=place),
            hint=tr("Check that the file may be read, or read a private copy (touch nothing)."),
            detail=detail,
        )
    if name.startswith("SQLITE_IOERR"):
        return ConnectionLost(
            tr("Reading {place} failed: the disk or the network drive gave an error.", place=place),
            hint=tr("Check the drive and open the store again."),
            detail=detail,
        )
    if name == "SQLITE_AUTH":
        return AccessDenied(
            tr("{place} asked for something that a reader may not do.", place=place),
            hint=tr("The database holds an object that does more than reading; it was refused."),
            detail=detail,
        )
    if name == "SQLITE_TOOBIG":
        return StoreUnavailable(
            tr("{place} holds a value too large to be read at once.", place=place),
            hint=tr("Save the raw bytes of that row instead."),
            detail=detail,
        )
    if name in ("SQLITE_SCHEMA", "SQLITE_ERROR"):
        return StoreChanged(
            tr("The tables of {place} are no longer as they were.", place=place),
            hint=tr("Open the store again."),
            detail=detail,
        )
    return StoreUnavailable(
        tr("{place} cannot be read.", place=place),
        hint=tr("The driver's words are in the report."),
        detail=detail,
    )


_PASSWORD_STATES = ("28P01", "28000")


def postgres_fault(error: psycopg.Error, place: str) -> InspectorError:  # noqa: PLR0911 - a table
    """What a PostgreSQL error means."""
    state = error.sqlstate or ""
    detail = f"{state}: {_first_line(error)}"
    if state == "57014":
        return StoreBusy(
            tr("The server stopped a read of {place} at its time limit.", place=place),
            hint=tr("Try again, or raise the time limit."),
            detail=detail,
        )
    if state == "55P03":
        return StoreBusy(
            tr("A table of {place} is locked by another session.", place=place),
            hint=tr("Try again in a moment."),
            detail=detail,
        )
    if state in _PASSWORD_STATES:
        return StoreUnavailable(
            tr("{place} refused the user or the password.", place=place),
            hint=tr("Check user and password; they may come from keyring, .pgpass or PGPASSWORD."),
            detail=detail,
        )
    if state == "3D000":
        return StoreUnavailable(
            tr("The server of {place} has no database of that name.", place=place),
            hint=tr("Check the last part of the address."),
            detail=detail,
        )
    if state == "42501":
        return AccessDenied(
            tr("The role may not read a table of {place}.", place=place),
            hint=tr("Ask for SELECT on the tables of the store, and USAGE on their schema."),
            detail=detail,
        )
    if state in ("42P01", "42703", "3F000"):
        return StoreChanged(
            tr("The tables of {place} are no longer as they were.", place=place),
            hint=tr("Open the store again."),
            detail=detail,
        )
    if state.startswith(("57P", "08")) or (not state and _is_operational(error)):
        return ConnectionLost(
            tr("The connection to {place} was lost.", place=place),
            hint=tr("What was read stays on the screen; open the store again."),
            detail=detail,
        )
    return StoreUnavailable(
        tr("{place} cannot be read.", place=place),
        hint=tr("The server's words are in the report."),
        detail=detail,
    )


def connect_fault(error: psycopg.Error, place: str) -> InspectorError:
    """Why a connection could not be made; libpq tells no code for most reasons."""
    if error.sqlstate:
        return postgres_fault(error, place)
    words = _first_line(error)
    return StoreUnavailable(
        tr("{place} cannot be reached: {reason}", place=place, reason=words),
        hint=tr("Check host, port, user, password and sslmode; is the server up?"),
        detail=words,
    )


def _is_operational(error: psycopg.Error) -> bool:
    from psycopg import InterfaceError, OperationalError  # noqa: PLC0415 - SQLite needs no libpq

    return isinstance(error, OperationalError | InterfaceError)


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1][:400] if lines else type(error).__name__
