"""Opening a store read-only: what is asked for, what comes back, and who opens what.

One thread at a time uses a connection; :meth:`Connection.interrupt` may come from another one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from inspector.storage.address import SQLITE, StoreAddress

if TYPE_CHECKING:
    import sqlalchemy as sa

    from inspector.core.findings import Finding

PasswordProvider = Callable[[StoreAddress], str | None]
"""Asked last, when the server wants a password and nobody else knew one."""

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class OpenOptions:
    """How to connect.

    Attributes:
        password: asked when keyring, ``.pgpass`` and environment know none.
        typed_password: what somebody has just typed; it comes before every other source, so
            that a stale one in a keyring cannot stand in its way.
        key_passphrase: opens the private key of a client certificate.
        touch_nothing: read a private copy, so that not even an index file is touched.
        allow_views: views and foreign tables may be read: their owner's code may run then.
        stopped: whether nobody waits for the opening any more; asked while a tunnel is opened.
        connect_timeout: seconds until a server that does not answer counts as gone.
        statement_timeout: seconds one read may take.
        lock_timeout: seconds to wait for somebody else's lock.
    """

    password: PasswordProvider | None = None
    typed_password: str | None = field(default=None, repr=False)
    key_passphrase: str | None = field(default=None, repr=False)
    touch_nothing: bool = False
    allow_views: bool = False
    stopped: Callable[[], bool] | None = field(default=None, repr=False, compare=False)
    connect_timeout: float = 5.0
    statement_timeout: float = 30.0
    lock_timeout: float = 2.0


@dataclass(frozen=True, slots=True)
class OpenReport:
    """How a store was opened.

    Attributes:
        how: a short text for people (``read-only``, ``private copy``).
        findings: what is worth knowing about it.
        encrypted: whether the connection is; ``None`` where there is no network.
        server: name and version of the database.
        user, database: the role and the database, for PostgreSQL.
        copied: what is read is a private copy, or a file that counts as unchanging.
    """

    how: str
    findings: tuple[Finding, ...] = ()
    encrypted: bool | None = None
    server: str = ""
    user: str | None = None
    database: str | None = None
    copied: bool = False


class Connection(Protocol):
    """An open, read-only database."""

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""

    @property
    def address(self) -> StoreAddress:
        """Where it is."""

    @property
    def report(self) -> OpenReport:
        """How it was opened."""

    def read(self, statement: sa.Executable, parameters: Mapping[str, Any]) -> Rows:
        """All rows of one short read transaction.

        Raises:
            Cancelled: :meth:`interrupt` stopped it.
            StoreBusy, ConnectionLost, AccessDenied, StoreChanged, StoreUnavailable.
        """

    def interrupt(self) -> None:
        """Stop the running read, if there is one; from any thread."""

    def change_marker(self) -> object:
        """A value that differs when somebody else has changed the database."""

    def note(self, finding: Finding) -> None:
        """Add something worth knowing to the report."""

    def close(self) -> None:
        """Give the database back; a private copy is removed."""


def open_connection(address: StoreAddress, options: OpenOptions) -> Connection:
    """Open a database read-only.

    Raises:
        StoreUnavailable, StoreBusy, AccessDenied: it cannot be opened; the hint says what to do.
    """
    if address.dialect == SQLITE:
        from inspector.storage.sqlite_opening import open_sqlite  # noqa: PLC0415 - one driver only

        return open_sqlite(address, options)
    from inspector.storage.postgres_opening import open_postgres  # noqa: PLC0415 - one driver only

    return open_postgres(address, options)
