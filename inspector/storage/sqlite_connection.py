"""One open SQLite database that can only be read.

Read-only several times over, because ``mode=ro`` alone allows ATTACH to create a file and VACUUM
INTO to write a copy: query-only, no attached databases, and an authorizer that knows reading
and nothing else. Objects of the database are not trusted to run functions.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects import sqlite

from inspector.core.errors import Cancelled
from inspector.core.texts import is_text
from inspector.storage.compiling import Compiler
from inspector.storage.faults import sqlite_fault
from inspector.storage.interrupting import Turn

if TYPE_CHECKING:
    from pathlib import Path

    import sqlalchemy as sa

    from inspector.core.findings import Finding
    from inspector.storage.address import StoreAddress
    from inspector.storage.opening import OpenOptions, OpenReport, Rows

LENGTH_LIMIT = 512 * 1024 * 1024
STEPS_BETWEEN_LOOKS = 50_000
"""Virtual machine steps between two looks at the clock; some milliseconds of work."""

_ALLOWED = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE})
_DESCRIBING = frozenset({"table_list", "table_xinfo", "index_list", "index_xinfo", "quick_check"})
"""Pragmas whose argument says what to describe."""

_ASKING = frozenset({"data_version", "journal_mode", "page_count", "page_size", "encoding"})
"""Pragmas that tell something without an argument, and would set it with one."""

_FUNCTIONS = frozenset(
    {
        "abs", "avg", "ceil", "ceiling", "char", "coalesce", "concat", "concat_ws", "count",
        "cume_dist", "date", "datetime", "dense_rank", "exp", "first_value", "floor", "format",
        "glob", "group_concat", "hex", "ifnull", "iif", "instr", "json", "json_array",
        "json_array_length", "json_each", "json_extract", "json_group_array", "json_group_object",
        "json_insert", "json_object", "json_patch", "json_pretty", "json_quote", "json_remove",
        "json_replace", "json_set", "json_tree", "json_type", "json_valid", "jsonb",
        "jsonb_extract", "julianday", "lag", "last_value", "lead", "length", "like", "likelihood",
        "likely", "ln", "log", "lower", "ltrim", "max", "min", "mod", "nth_value", "ntile",
        "nullif", "octet_length", "percent_rank", "pow", "power", "printf", "quote", "rank",
        "replace", "round", "row_number", "rtrim", "sign", "sqrt", "strftime", "string_agg",
        "substr", "substring", "sum", "time", "timediff", "total", "trim", "trunc", "typeof",
        "unicode", "unixepoch", "unlikely", "upper", "->", "->>",
    }
)  # fmt: skip


Values = Mapping[str, Any] | tuple[Any, ...]


class SqliteConnection:
    """A read-only SQLite connection; see :class:`inspector.storage.opening.Connection`.

    Args:
        raw: the driver's connection, in autocommit mode.
        folder: a private copy's folder, removed on close.
    """

    dialect = "sqlite"

    def __init__(
        self,
        raw: sqlite3.Connection,
        address: StoreAddress,
        report: OpenReport,
        options: OpenOptions,
        folder: Path | None = None,
    ) -> None:
        self._raw = raw
        self.address = address
        self.report = report
        self._options = options
        self._folder = folder
        self._compiler = Compiler(sqlite.dialect(paramstyle="named"))
        self._deadline = float("inf")
        self._turn = Turn()
        raw.set_progress_handler(self._out_of_time, STEPS_BETWEEN_LOOKS)

    def read(self, statement: sa.Executable, parameters: Mapping[str, Any]) -> Rows:
        """All rows of one short read."""
        found = self._compiler.compiled(statement)
        return self.read_sql(found.text, {**found.values, **parameters})

    def read_sql(self, text: str, values: Values = ()) -> Rows:
        """All rows of one statement that this program wrote itself."""
        with self._turn:
            self._deadline = monotonic() + self._options.statement_timeout
            try:
                return self._raw.execute(text, values).fetchall()
            except sqlite3.Error as error:
                if not _undecodable(error):
                    raise self._fault(error) from error
            except UnicodeEncodeError:
                text, values = _as_bytes(text, values)
            return self._read_tolerantly(text, values)

    def interrupt(self) -> None:
        """Stop the running read, if there is one; from any thread."""
        self._turn.interrupt(self._raw.interrupt)

    def change_marker(self) -> object:
        """SQLite's own counter of other connections' commits."""
        return self.read_sql("PRAGMA data_version")[0][0]

    def note(self, finding: Finding) -> None:
        """Add something worth knowing to the report."""
        if finding not in self.report.findings:
            self.report = replace(self.report, findings=(*self.report.findings, finding))

    def close(self) -> None:
        """Close, and remove a private copy."""
        self._turn.alone(self._raw.close)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    # -- inside -------------------------------------------------------------------------------

    def _out_of_time(self) -> bool:
        return monotonic() > self._deadline

    def _read_tolerantly(self, text: str, values: Values) -> Rows:
        """Read again, keeping bytes that are no UTF-8 as lone surrogates.

        Only then, because a text factory of ours costs more than the rest of the read.
        """
        self._raw.text_factory = _tolerant_text
        try:
            return self._raw.execute(text, values).fetchall()
        except sqlite3.Error as error:
            raise self._fault(error) from error
        finally:
            self._raw.text_factory = str

    def _fault(self, error: sqlite3.Error) -> Exception:
        stopped = getattr(error, "sqlite_errorname", "") == "SQLITE_INTERRUPT"
        if stopped and self._turn.asked:
            return Cancelled()
        return sqlite_fault(error, self.address.display)


def harden(raw: sqlite3.Connection) -> None:
    """Make a fresh connection able to read and nothing else.

    Raises:
        sqlite3.Error: the file is no database, or cannot be read.
    """
    raw.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    raw.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LENGTH_LIMIT)
    for setting in ("query_only=ON", "trusted_schema=OFF", "cell_size_check=ON", "mmap_size=0"):
        raw.execute(f"PRAGMA {setting}")
    raw.execute("SELECT count(*) FROM sqlite_schema").fetchall()
    raw.set_authorizer(_authorise)


def _authorise(
    action: int, first: str | None, second: str | None, _database: str | None, _by: str | None
) -> int:
    if action in _ALLOWED:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in _FUNCTIONS:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_PRAGMA and _harmless((first or "").lower(), second):
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_UPDATE and first == "sqlite_master":
        return sqlite3.SQLITE_OK  # SQLite's own words when it declares a pragma as a table;
    return sqlite3.SQLITE_DENY  # a real update is refused by query_only and mode=ro


def _harmless(pragma: str, argument: str | None) -> bool:
    return pragma in _DESCRIBING or (pragma in _ASKING and argument is None)


def _tolerant_text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _as_bytes(text: str, values: Values) -> tuple[str, Values]:
    """The statement with texts that are no UTF-8 given as the bytes they were read from: the
    driver binds no other text, and the key of such a row is needed to find it again."""
    if not isinstance(values, Mapping):
        return text, values
    made = dict(values)
    for name, value in values.items():
        if isinstance(value, str) and not is_text(value):
            made[name] = value.encode("utf-8", "surrogateescape")
            text = re.sub(rf":{name}\b", f"CAST(:{name} AS TEXT)", text)
    return text, made


def _undecodable(error: sqlite3.Error) -> bool:
    """The driver's own complaint about text that is no UTF-8 carries no SQLite code."""
    return isinstance(error, sqlite3.OperationalError) and not hasattr(error, "sqlite_errorcode")
