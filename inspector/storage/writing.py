"""The only code of this program that writes to a store: one row of one snapshot.

A writer has a connection of its own, opened for this one row and closed after it; every other
connection stays read-only by construction. The row goes in with one statement in one short
transaction, which first looks whether the stream and its snapshots are still as they were
previewed. Nothing else can be written: the statement is made here, out of column values.

- SQLite: ``mode=rw`` (never creates a file), a busy handler, ``BEGIN IMMEDIATE``, no change of
  the journal mode; an authorizer knows reading and inserting into that one table, so that a
  trigger of somebody's cannot do more.
- PostgreSQL: SERIALIZABLE, lock and statement time-outs, an empty search path.

Only ``services.snapshotting`` may import this module.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as lite
from sqlalchemy.dialects.postgresql import psycopg as psycopg_dialect

from inspector.core.errors import SnapshotConflict, StoreBusy, WriteRefused
from inspector.core.texts import tr
from inspector.storage.compiling import Compiler
from inspector.storage.faults import postgres_fault, sqlite_fault
from inspector.storage.statements import key_parameters, untyped

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import psycopg

    from inspector.core.errors import InspectorError
    from inspector.core.events import PageKey, Scalar
    from inspector.layouts._api import Source, Table
    from inspector.storage.address import StoreAddress
    from inspector.storage.opening import OpenOptions

WAIT_SECONDS: Final = 5.0
"""How long to wait for somebody else's lock."""

STATEMENT_SECONDS: Final = 10.0

_LOCKED: Final = ("SQLITE_BUSY", "SQLITE_LOCKED")
_FUNCTIONS: Final = frozenset({"max", "sum", "count", "coalesce"})
_ACTIONS: Final = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_TRANSACTION}
)
_PRAGMAS: Final = ("trusted_schema=OFF", "cell_size_check=ON", "mmap_size=0")


@dataclass(frozen=True, slots=True)
class StreamState:
    """What must still be so when the row is written.

    Attributes:
        last: the stream's last position; ``rows`` of it up to the snapshot's position.
        stored: positions of the snapshots that stand where the row will.
    """

    last: int
    rows: int
    stored: tuple[int, ...]


@dataclass(frozen=True)
class WriteOrder:
    """One row to be written.

    Attributes:
        columns: all values, by the column's name as stored.
        key: columns that make the row the only one of its kind.
        replaces: columns that are overwritten in a row with the same key; empty: none may be
            there.
        stream: key of the stream in the events; ``position`` of the snapshot.
        expected: how stream and snapshots were when the row was previewed; without it nothing is
            written.
    """

    table: Table
    columns: Mapping[str, Scalar]
    key: tuple[str, ...]
    position_column: str
    replaces: tuple[str, ...]
    source: Source
    stream: PageKey
    position: int
    expected: StreamState | None = None


class Runs(Protocol):
    """What runs one of the statements of this module."""

    def __call__(self, statement: sa.Executable, parameters: Mapping[str, Any], /) -> list[Any]:
        """The rows that it gives."""


def statement_of(order: WriteOrder, dialect: str) -> tuple[str, dict[str, Any]]:
    """The driver's SQL and its parameters, for people and for the driver."""
    found = _compiler(dialect).compiled(_insert(order, dialect))
    return found.text, {str(name): value for name, value in found.values.items()}


def look(order: WriteOrder, run: Runs) -> StreamState:
    """How the stream and the snapshots in the row's place are now."""
    source = order.source
    events = (source.events if source.stream_events is None else source.stream_events).subquery("e")
    tests = [events.c[name] == untyped(f"k{i}") for i, name in enumerate(source.stream_key)]
    until = sa.case((events.c["position"] <= order.position, 1), else_=0)
    counted = sa.select(
        sa.func.coalesce(sa.func.max(events.c["position"]), 0),
        sa.func.coalesce(sa.func.sum(until), 0),
    ).where(*tests)
    last, rows = run(counted, key_parameters("k", order.stream))[0]
    table = order.table.clause()
    same = [table.c[name] == untyped(f"u{i}") for i, name in enumerate(order.key)]
    found = run(
        sa.select(table.c[order.position_column]).where(*same),
        key_parameters("u", tuple(order.columns[name] for name in order.key)),
    )
    return StreamState(int(last), int(rows), tuple(sorted(int(row[0]) for row in found)))


def write(order: WriteOrder, address: StoreAddress, options: OpenOptions) -> None:
    """Write the row, or nothing.

    Raises:
        SnapshotConflict: the stream or its snapshots are no longer as previewed.
        WriteRefused: the file, the role or the server does not let this be written.
        StoreBusy, ConnectionLost, StoreUnavailable: it could not be done.
    """
    if address.path is not None:
        _write_sqlite(order, address.path.resolve(), address.display)
    else:
        _write_postgres(order, address, options)


# -- SQLite ----------------------------------------------------------------------------------------


def _write_sqlite(order: WriteOrder, path: Path, place: str) -> None:
    journal = path.with_name(f"{path.name}-journal")
    if journal.exists() and journal.stat().st_size:
        raise StoreBusy(
            tr("Somebody is writing to {place}, or left a journal that is not recovered.",
               place=place),
            hint=tr("Try again; let the application open the file if it stays."),
        )  # fmt: skip
    compiler = _compiler("sqlite")
    try:
        with closing(_connect_sqlite(path, order)) as raw:

            def run(statement: sa.Executable, parameters: Mapping[str, Any]) -> list[Any]:
                found = compiler.compiled(statement)
                return raw.execute(found.text, {**found.values, **parameters}).fetchall()

            raw.execute("BEGIN IMMEDIATE")
            try:
                _require_unchanged(order, run)
                text, values = statement_of(order, "sqlite")
                _require_one(raw.execute(text, values).rowcount)
                raw.execute("COMMIT")
            except BaseException:
                if raw.in_transaction:
                    raw.execute("ROLLBACK")
                raise
    except sqlite3.Error as error:
        raise _sqlite_fault(error, place) from error


def _connect_sqlite(path: Path, order: WriteOrder) -> sqlite3.Connection:
    raw = sqlite3.connect(
        f"{path.as_uri()}?mode=rw", uri=True, timeout=WAIT_SECONDS, isolation_level=None
    )
    try:
        raw.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        for setting in _PRAGMAS:
            raw.execute(f"PRAGMA {setting}")
        raw.execute("SELECT count(*) FROM sqlite_schema").fetchall()
        raw.set_authorizer(_only_into(order.table.name))
    except BaseException:
        raw.close()
        raise
    return raw


def _only_into(table: str) -> Any:
    """Lets a connection read, and insert into (or overwrite in) one table."""

    def authorise(
        action: int, first: str | None, second: str | None, _database: str | None, by: str | None
    ) -> int:
        if action in _ACTIONS:
            return sqlite3.SQLITE_OK
        if action in (sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE):
            fits = by is None and first == table
            return sqlite3.SQLITE_OK if fits else sqlite3.SQLITE_DENY
        if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in _FUNCTIONS:
            return sqlite3.SQLITE_OK
        return sqlite3.SQLITE_DENY

    return authorise


def _sqlite_fault(error: sqlite3.Error, place: str) -> InspectorError:
    name = getattr(error, "sqlite_errorname", "") or ""
    if name.startswith(_LOCKED):
        return StoreBusy(
            tr("{place} is locked by another program just now.", place=place),
            hint=tr("Try again in a moment."),
            detail=f"{name}: {error}",
        )
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return WriteRefused(
            tr("{place} may not be written to.", place=place),
            hint=tr("Check the permissions of the file and of its folder."),
            detail=f"{name}: {error}",
        )
    if name.startswith("SQLITE_FULL"):
        return WriteRefused(
            tr("There is no room left to write to {place}.", place=place),
            hint=tr("Make room on the disk and try again."),
            detail=f"{name}: {error}",
        )
    if name.startswith("SQLITE_CONSTRAINT"):
        return _conflict(str(error))
    if name.startswith("SQLITE_AUTH"):
        return WriteRefused(
            tr("Writing the snapshot would have set off more than one row in {place}.",
               place=place),
            hint=tr("The table has a trigger; ask who made it."),
            detail=f"{name}: {error}",
        )  # fmt: skip
    return sqlite_fault(error, place)


# -- PostgreSQL ------------------------------------------------------------------------------------


def _write_postgres(order: WriteOrder, address: StoreAddress, options: OpenOptions) -> None:
    import psycopg  # noqa: PLC0415 - SQLite needs no libpq

    from inspector.storage.postgres_opening import connector  # noqa: PLC0415 - as above

    raw = connector(address, options)()
    try:
        raw.read_only = False
        raw.isolation_level = psycopg.IsolationLevel.SERIALIZABLE
        with raw.transaction(), raw.cursor() as cursor:
            _insert_postgres(order, cursor)
    except psycopg.Error as error:
        raise _postgres_fault(error, address.display) from error
    finally:
        raw.close()


def _insert_postgres(order: WriteOrder, cursor: psycopg.Cursor[Any]) -> None:
    settings = {
        "search_path": "",
        "lock_timeout": f"{WAIT_SECONDS * 1000:.0f}",
        "statement_timeout": f"{STATEMENT_SECONDS * 1000:.0f}",
        "idle_in_transaction_session_timeout": f"{STATEMENT_SECONDS * 1000:.0f}",
        "timezone": "UTC",
    }
    for name, value in settings.items():
        cursor.execute("SELECT pg_catalog.set_config(%s, %s, true)", (name, value))
    compiler = _compiler("postgresql")

    def run(statement: sa.Executable, parameters: Mapping[str, Any]) -> list[Any]:
        found = compiler.compiled(statement)
        return cursor.execute(found.text.encode(), {**found.values, **parameters}).fetchall()

    _require_unchanged(order, run)
    text, values = statement_of(order, "postgresql")
    cursor.execute(text.encode(), values)
    _require_one(cursor.rowcount)


def _postgres_fault(error: psycopg.Error, place: str) -> InspectorError:
    state = error.sqlstate or ""
    words = error.diag.message_primary or str(error)
    if state.startswith(("23", "40")):
        return _conflict(words)
    if state in ("42501", "25006"):
        return WriteRefused(
            tr("The server lets nothing be written to {place}: {words}.", place=place, words=words),
            hint=tr("The role needs INSERT (and UPDATE, where one row is kept) on the snapshots."),
            detail=f"{state}: {words}",
        )
    if state.startswith("53"):
        return WriteRefused(
            tr("The server has no room left to write to {place}.", place=place),
            hint=tr("Make room on the server and try again."),
            detail=f"{state}: {words}",
        )
    return postgres_fault(error, place)


# -- both ------------------------------------------------------------------------------------------


def _compiler(dialect: str) -> Compiler:
    if dialect == "sqlite":
        return Compiler(lite.dialect(paramstyle="named"))
    return Compiler(psycopg_dialect.dialect())  # type: ignore[no-untyped-call]


def _insert(order: WriteOrder, dialect: str) -> sa.Executable:
    table = order.table.clause()
    values = {table.c[name]: value for name, value in order.columns.items()}
    if not order.replaces:
        return sa.insert(table).values(values)
    insert = lite.insert if dialect == "sqlite" else postgresql.insert
    made = insert(table).values(values)
    return made.on_conflict_do_update(
        index_elements=[table.c[name] for name in order.key],
        set_={name: made.excluded[name] for name in order.replaces},
    )


def _require_unchanged(order: WriteOrder, run: Runs) -> None:
    if look(order, run) != order.expected:
        raise _conflict("")


def _require_one(rows: int) -> None:
    if rows != 1:
        raise _conflict(f"{rows} rows")


def _conflict(detail: str) -> SnapshotConflict:
    return SnapshotConflict(
        tr("The stream or its snapshots have changed since the preview; nothing was written."),
        hint=tr("Look at the preview again."),
        detail=detail,
    )
