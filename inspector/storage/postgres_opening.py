"""Opening a PostgreSQL database read-only, through libpq.

libpq does what it does everywhere: service files, several hosts, ``target_session_attrs``, every
``sslmode``, ``.pgpass`` and environment. Only plain SQL is used afterwards, so that poolers in
transaction mode, replicas and servers that speak PostgreSQL's protocol work too.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.adapt import Loader
from psycopg.types.string import StrDumperUnknown

from inspector.core.findings import Finding
from inspector.core.texts import tr
from inspector.storage.faults import connect_fault
from inspector.storage.opening import OpenReport
from inspector.storage.postgres_connection import PostgresConnection

if TYPE_CHECKING:
    from collections.abc import Callable

    from psycopg.abc import Buffer

    from inspector.storage.address import StoreAddress
    from inspector.storage.opening import OpenOptions

APPLICATION = "event-history-inspector"
KEYRING_SERVICE = "event-history-inspector"
_EXACT_TYPES = ("json", "jsonb", "timestamptz", "timestamp", "date", "time", "timetz", "interval")


class _ExactText(Loader):
    """The server's own text: JSON keeps every digit, times any year and infinity."""

    def load(self, data: Buffer) -> str:
        """The text as it came; bytes that are no UTF-8 become lone surrogates."""
        return bytes(data).decode("utf-8", "surrogateescape")


class _AnyText(StrDumperUnknown):
    """Text as bytes, those that were no UTF-8 as they were."""

    def dump(self, obj: str) -> bytes:
        """The bytes that :class:`_ExactText` made this text from."""
        return obj.encode("utf-8", "surrogateescape")


def open_postgres(address: StoreAddress, options: OpenOptions) -> PostgresConnection:
    """Connect read-only.

    Raises:
        StoreUnavailable: no server, wrong user or password, no such database, TLS refused.
    """
    connect = connector(address, options)
    raw = connect()
    report = OpenReport(tr("read-only"), encrypted=_encrypted(raw))
    connection = PostgresConnection(raw, connect, address, report, options)
    try:
        connection.report = _described(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def connector(address: StoreAddress, options: OpenOptions) -> Callable[[], psycopg.Connection[Any]]:
    """How to connect, and to connect again after the server went away."""
    given = options.typed_password or address.password
    known: list[str] = [] if given is None else [given]

    def connect() -> psycopg.Connection[Any]:
        try:
            return _connect(address, options, known[0] if known else None)
        except psycopg.OperationalError as error:
            refused = error
        state = refused.pgconn
        if known or state is None or not state.needs_password:
            raise connect_fault(refused, address.display) from None
        for source in (_from_keyring, _from_person):
            password = source(address, options)
            if password is None:
                continue
            try:
                raw = _connect(address, options, password)
            except psycopg.OperationalError as error:
                refused = error
                if not _about_the_user(error):
                    break
            else:
                known.append(password)
                return raw
        raise connect_fault(refused, address.display) from None

    return connect


def _from_person(address: StoreAddress, options: OpenOptions) -> str | None:
    """What somebody answers; asked last, also when the keyring's password is out of date."""
    return None if options.password is None else options.password(address.without_password)


def _from_keyring(address: StoreAddress, _options: OpenOptions) -> str | None:
    import keyring  # noqa: PLC0415 - slow to import, and needed only without a password
    from keyring.errors import KeyringError  # noqa: PLC0415

    try:
        return keyring.get_password(KEYRING_SERVICE, address.display)
    except (KeyringError, RuntimeError):  # no back end, or locked and nobody to unlock it
        return None


def _connect(
    address: StoreAddress, options: OpenOptions, password: str | None
) -> psycopg.Connection[Any]:
    """One try with a read-only session default; poolers may refuse start-up options, so another
    without it: every transaction says READ ONLY by itself anyway."""
    parameters: dict[str, Any] = {
        "application_name": APPLICATION,
        "connect_timeout": max(2, round(options.connect_timeout)),
        **address.connect_parameters(),
        "client_encoding": "UTF8",
    }
    if password is not None:
        parameters["password"] = password
    own = dict(address.parameters).get("options", "")
    belt = f"{own} -c default_transaction_read_only=on".strip()
    try:
        raw = psycopg.connect(**{**parameters, "options": belt}, prepare_threshold=None)
    except psycopg.OperationalError as error:
        if _about_the_user(error) or isinstance(error, psycopg.errors.ConnectionTimeout):
            raise
        raw = psycopg.connect(**parameters, prepare_threshold=None)
    for name in _EXACT_TYPES:
        raw.adapters.register_loader(name, _ExactText)
    if raw.info.parameter_status("server_encoding") == "SQL_ASCII":
        _take_any_bytes(raw)
    raw.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    raw.read_only = True
    return raw


def _take_any_bytes(raw: psycopg.Connection[Any]) -> None:
    """A database without an encoding keeps whatever bytes it was given as text, and refuses to
    give out as UTF-8 what is none."""
    raw.autocommit = True
    raw.execute("SET client_encoding TO 'SQL_ASCII'")
    raw.autocommit = False
    for name in ("text", "varchar", "bpchar", "name"):
        raw.adapters.register_loader(name, _ExactText)
    raw.adapters.register_dumper(str, _AnyText)


def _about_the_user(error: psycopg.OperationalError) -> bool:
    """The password was the trouble, so trying without our options would not help."""
    state = error.pgconn
    return state is not None and (state.needs_password or state.used_password)


def _encrypted(raw: psycopg.Connection[Any]) -> bool | None:
    if raw.info.host.startswith(("/", "@")) or not raw.info.host:
        return None  # a socket of this machine; there is no network to listen on
    return bool(raw.pgconn.ssl_in_use)


_FACTS = """
SELECT pg_catalog.current_setting('server_version'), CURRENT_USER::text,
  (SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = CURRENT_USER),
  EXISTS (SELECT 1 FROM pg_catalog.pg_roles r WHERE r.rolname IN
    ('pg_execute_server_program', 'pg_write_server_files', 'pg_write_all_data')
    AND pg_catalog.pg_has_role(r.oid, 'MEMBER')),
  EXISTS (SELECT 1 FROM pg_catalog.pg_settings s
    WHERE s.name = 'restrict_nonsystem_relation_kind')
WHERE %(always)s::boolean
"""


def _described(connection: PostgresConnection) -> OpenReport:
    """Server, role, and what is worth knowing about them."""
    version, user, superuser, mighty, can_restrict = connection.read_sql(_FACTS, {"always": True})[
        0
    ]
    connection.can_restrict = bool(can_restrict)
    report = replace(connection.report, server=f"PostgreSQL {version}", user=user)
    findings: list[Finding] = []
    if superuser or mighty:
        what = tr("a superuser") if superuser else tr("a role that may write")
        words = tr("You are connected as {user}, {what}.", user=user, what=what)
        findings.append(Finding("role-can-write", words, connection.address.display))
    if report.encrypted is False:
        words = tr("The connection to the server is not encrypted.")
        findings.append(Finding("not-encrypted", words, connection.address.display))
    return replace(report, findings=tuple(findings))
