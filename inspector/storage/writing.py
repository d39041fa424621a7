"""The only code of this program that writes to a store: one snapshot.

A writer has a connection of its own, opened for this one snapshot and closed after it; every
other connection stays read-only by construction. A snapshot is one row, and in some libraries a
row of another table beside it. One short transaction first looks whether the stream and its
snapshots are still as they were previewed. Nothing else can be written: the statements are made
here, out of column values.

- SQLite: ``mode=rw`` (never creates a file), a busy handler, ``BEGIN IMMEDIATE``, no change of
  the journal mode; an authorizer knows reading and inserting into those tables, so that a
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
_FUNCTIONS: Final = frozenset({"max", "min", "sum", "count", "coalesce"})
_ACTIONS: Final = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_TRANSACTION}
)
_PRAGMAS: Final = ("trusted_schema=OFF", "cell_size_check=ON", "mmap_size=0")


@dataclass(frozen=True, slots=True)
class StreamState:
    """What must still be so when the row is written.

    Attributes:
        last: the stream's last position; ``rows`` of it up to the snapshot's position.
        stored: what the watched column holds of the snapshots in the row's place.
    """

    last: int
    rows: int
    stored: tuple[Scalar, ...]


@dataclass(frozen=True)
class RowOrder:
    """A row of some table.

    Attributes:
        columns: all values, by the column's name as stored.
        key: columns that find the row that is overwritten, or that make it the only one.
        replaces: columns that are overwritten in a row with the same key; ``raises`` those of
            which the greater value stays; both empty: none may be there.
        first: it is written before the snapshot's own row.
    """

    table: Table
    columns: Mapping[str, Scalar]
    key: tuple[str, ...]
    replaces: tuple[str, ...] = ()
    raises: tuple[str, ...] = ()
    first: bool = False


@dataclass(frozen=True)
class Watched:
    """Rows that tell whether somebody else wrote a snapshot of the stream."""

    table: Table
    where: Mapping[str, Scalar]
    column: str


@dataclass(frozen=True)
class WriteOrder:
    """One snapshot to be written.

    Attributes:
        row: its own row; ``beside`` what the library writes together with it.
        watched: the snapshots in its place; ``identity`` columns that tell it from all others.
        stream: key of the stream in the events; ``position`` of the snapshot.
        expected: how stream and snapshots were when the row was previewed; without it nothing is
            written.
    """

    row: RowOrder
    beside: tuple[RowOrder, ...]
    watched: Watched
    identity: tuple[str, ...]
    source: Source
    stream: PageKey
    position: int
    expected: StreamState | None = None

    @property
    def rows(self) -> tuple[RowOrder, ...]:
        """All rows in the order in which they are written."""
        before = [row for row in self.beside if row.first]
        return (*before, self.row, *(row for row in self.beside if not row.first))


class Runs(Protocol):
    """What runs one of the statements of this module."""

    def __call__(self, statement: sa.Executable, parameters: Mapping[str, Any], /) -> list[Any]:
        """The rows that it gives."""


def statement_of(row: RowOrder, dialect: str) -> tuple[str, dict[str, Any]]:
    """The driver's SQL and its parameters, for people and for the driver."""
    found = _compiler(dialect).compiled(_insert(row, dialect))
    return found.text, {str(name): value for name, value in found.values.items()}


def look(order: WriteOrder, run: Runs) -> StreamState:
    """How the stream and the snapshots in the row's place are now."""
    source, key = order.source, order.stream
    if source.parts is not None:
        source, key = source.parts.describe(str(key[0])), key[1:]
    events = (source.events if source.stream_events is None else source.stream_events).subquery("e")
    tests = [events.c[name] == untyped(f"k{i}") for i, name in enumerate(source.stream_key)]
    until = sa.case((events.c["position"] <= order.position, 1), else_=0)
    counted = sa.select(
        sa.func.coalesce(sa.func.max(events.c["position"]), 0),
        sa.func.coalesce(sa.func.sum(until), 0),
    ).where(*tests)
    last, rows = run(counted, key_parameters("k", key[: len(tests)]))[0]
    watched = order.watched
    found = _found(watched.table, watched.where, watched.column, run)
    return StreamState(int(last), int(rows), tuple(sorted(found, key=str)))


def is_there(order: WriteOrder, run: Runs) -> bool:
    """Whether the row is in the store."""
    row = order.row
    same = {name: row.columns[name] for name in order.identity}
    return bool(_found(row.table, same, order.identity[0], run))


def _found(table: Table, where: Mapping[str, Scalar], column: str, run: Runs) -> list[Scalar]:
    clause = table.clause()
    same = [clause.c[name] == untyped(f"u{i}") for i, name in enumerate(where)]
    chosen = sa.select(clause.c[column]).where(*same)
    return [row[0] for row in run(chosen, key_parameters("u", tuple(where.values())))]


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
                for row in order.rows:
                    text, values = statement_of(row, "sqlite")
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
        raw.set_authorizer(_only_into(*(row.table.name for row in order.rows)))
    except BaseException:
        raw.close()
        raise
    return raw


def _only_into(*tables: str) -> Any:
    """Lets a connection read, and insert into (or overwrite in) some tables."""

    def authorise(
        action: int, first: str | None, second: str | None, _database: str | None, by: str | None
    ) -> int:
        if action in _ACTIONS:
            return sqlite3.SQLITE_OK
        if action in (sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE):
            fits = by is None and first in tables
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
    # SQLite needs no libpq.
    from inspector.storage.postgres_connecting import Connector  # noqa: PLC0415 - as above

    with closing(Connector(address, options)) as connect, closing(connect()) as raw:
        _write_through(order, raw, address.display)


def _write_through(order: WriteOrder, raw: psycopg.Connection[Any], place: str) -> None:
    import psycopg  # noqa: PLC0415 - as above

    try:
        raw.read_only = False
        raw.isolation_level = psycopg.IsolationLevel.SERIALIZABLE
        with raw.transaction(), raw.cursor() as cursor:
            _insert_postgres(order, cursor)
    except psycopg.Error as error:
        raise _postgres_fault(error, place) from error


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
    for row in order.rows:
        text, values = statement_of(row, "postgresql")
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


def _insert(row: RowOrder, dialect: str) -> sa.Executable:
    table = row.table.clause()
    values = {table.c[name]: value for name, value in row.columns.items()}
    if not (row.replaces or row.raises):
        return sa.insert(table).values(values)
    insert = lite.insert if dialect == "sqlite" else postgresql.insert
    made = insert(table).values(values)
    changes: dict[str, Any] = {name: made.excluded[name] for name in row.replaces}
    for name in row.raises:
        changes[name] = sa.func.greatest(table.c[name], made.excluded[name])
    return made.on_conflict_do_update(
        index_elements=[table.c[name] for name in row.key], set_=changes
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
