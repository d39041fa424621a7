"""One open PostgreSQL database that is only read.

Every read is a short ``REPEATABLE READ READ ONLY`` transaction that sets what it needs for itself
(empty search path, time-outs, UTC), so that nothing depends on the session: poolers in
transaction mode may hand out another one each time. Statements always carry parameters, which
makes the driver use the extended protocol, where one message is one statement.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy.dialects.postgresql import psycopg as dialect

from inspector.core.errors import Cancelled, ConnectionLost, InputInvalid, StoreUnavailable
from inspector.core.texts import tr
from inspector.storage.compiling import Compiler
from inspector.storage.faults import postgres_fault
from inspector.storage.interrupting import Turn

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import sqlalchemy as sa

    from inspector.core.findings import Finding
    from inspector.storage.address import StoreAddress
    from inspector.storage.opening import OpenOptions, OpenReport, Rows
    from inspector.storage.postgres_connecting import Connector

_CANCEL_SECONDS = 5.0


class PostgresConnection:
    """A read-only connection; see :class:`inspector.storage.opening.Connection`.

    Attributes:
        can_restrict: the server can refuse views and foreign tables by itself.
    """

    dialect = "postgresql"

    def __init__(
        self,
        raw: psycopg.Connection[Any],
        connect: Connector,
        address: StoreAddress,
        report: OpenReport,
        options: OpenOptions,
    ) -> None:
        self._raw = raw
        self._connect = connect
        self.address = address
        self.report = report
        self._options = options
        self._compiler = Compiler(dialect.dialect())  # type: ignore[no-untyped-call]
        self._turn = Turn()
        self.can_restrict = False

    def read(self, statement: sa.Executable, parameters: Mapping[str, Any]) -> Rows:
        """All rows of one short read."""
        found = self._compiler.compiled(statement)
        return self.read_sql(found.text, {**found.values, **parameters})

    def read_sql(self, text: str, values: Mapping[str, Any]) -> Rows:
        """All rows of one statement that this program wrote itself; it must have a parameter."""
        with self._turn:
            try:
                with self._transaction() as cursor:
                    cursor.execute(text.encode(), values)
                    return cursor.fetchall()
            except psycopg.Error as error:
                raise self._fault(error) from error
            except UnicodeEncodeError as error:
                raise InputInvalid(
                    tr("A text holds bytes that are no character, so it cannot be looked for."),
                    hint=tr("Texts on this server are made of characters."),
                ) from error

    def interrupt(self) -> None:
        """Stop the running read, if there is one; from any thread."""
        # A server that cannot be told is gone, and the read ends with it.
        with suppress(psycopg.OperationalError):
            self._turn.interrupt(lambda: self._raw.cancel_safe(timeout=_CANCEL_SECONDS))

    def change_marker(self) -> object:
        """The newest transaction that can be seen."""
        text = "SELECT pg_catalog.pg_current_snapshot()::text WHERE %(always)s::boolean"
        return self.read_sql(text, {"always": True})[0][0]

    def note(self, finding: Finding) -> None:
        """Add something worth knowing to the report."""
        if finding not in self.report.findings:
            self.report = replace(self.report, findings=(*self.report.findings, finding))

    def close(self) -> None:
        """Close the connection, and the tunnel with the last connection through it."""
        self._turn.alone(self._raw.close)
        self._connect.close()

    # -- inside -------------------------------------------------------------------------------

    @contextmanager
    def _transaction(self) -> Iterator[psycopg.Cursor[Any]]:
        """The transaction of one read.

        A server that went away since the last read is called again, once: no transaction spans
        two reads, so nothing is lost by it. What is lost in the middle of a read is told, since
        somebody may have ended it on purpose.
        """
        with ExitStack() as stack:
            try:
                cursor = self._begin(stack)
            except psycopg.OperationalError:
                if not self._raw.closed:
                    raise
                cursor = self._begin(stack)
            yield cursor

    def _begin(self, outer: ExitStack) -> psycopg.Cursor[Any]:
        if self._raw.closed:
            try:
                self._raw = self._connect()
            except StoreUnavailable as error:  # it was there: what was read stays worth showing
                raise ConnectionLost(error.message, hint=error.hint, detail=error.detail) from None
        with ExitStack() as stack:
            stack.enter_context(self._raw.transaction())
            cursor = stack.enter_context(self._raw.cursor())
            self._set_up(cursor)
            outer.push(stack.pop_all())
        return cursor

    def _set_up(self, cursor: psycopg.Cursor[Any]) -> None:
        """Settings of this transaction, in one round trip."""
        settings = {
            "search_path": "",
            "statement_timeout": str(round(self._options.statement_timeout * 1000)),
            "lock_timeout": str(round(self._options.lock_timeout * 1000)),
            "idle_in_transaction_session_timeout": "60000",
            "timezone": "UTC",
            "datestyle": "ISO, MDY",
            "extra_float_digits": "3",
            "bytea_output": "hex",
        }
        if self.can_restrict and not self._options.allow_views:
            settings["restrict_nonsystem_relation_kind"] = "view, foreign-table"
        calls = ", ".join(
            f"pg_catalog.set_config('{name}', %(s{i})s, true)" for i, name in enumerate(settings)
        )
        values = {f"s{i}": value for i, value in enumerate(settings.values())}
        cursor.execute(f"SELECT {calls}".encode(), values)

    def _fault(self, error: psycopg.Error) -> Exception:
        if error.sqlstate == "57014" and self._turn.asked:
            return Cancelled()
        return postgres_fault(error, self.address.display)
