"""Opening a PostgreSQL database read-only, through libpq.

How is said in ``postgres_connecting``. Only plain SQL is used afterwards, so that poolers in
transaction mode, replicas and servers that speak PostgreSQL's protocol work too.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from inspector.core.findings import Finding
from inspector.core.texts import tr
from inspector.storage.opening import OpenReport
from inspector.storage.postgres_connecting import Connector
from inspector.storage.postgres_connection import PostgresConnection

if TYPE_CHECKING:
    import psycopg

    from inspector.storage.address import StoreAddress
    from inspector.storage.opening import OpenOptions


def open_postgres(address: StoreAddress, options: OpenOptions) -> PostgresConnection:
    """Connect read-only.

    Raises:
        StoreUnavailable: no server, wrong user or password, no such database, TLS refused.
    """
    connect = Connector(address, options)
    try:
        raw = connect()
    except BaseException:
        connect.close()
        raise
    way = connect.way
    how = tr("read-only") if way is None else tr("read-only, through {hop}", hop=way.display)
    encrypted = _encrypted(raw, tunnelled=way is not None)
    report = OpenReport(how, encrypted=encrypted)
    connection = PostgresConnection(raw, connect, address, report, options)
    try:
        connection.report = _described(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _encrypted(raw: psycopg.Connection[Any], *, tunnelled: bool) -> bool | None:
    if tunnelled:
        # SSH encrypts the way to its server; what comes behind it is TLS's to say.
        return True if raw.pgconn.ssl_in_use else None
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
    WHERE s.name = 'restrict_nonsystem_relation_kind'),
  pg_catalog.current_database()::text
WHERE %(always)s::boolean
"""


def _described(connection: PostgresConnection) -> OpenReport:
    """Server, role, and what is worth knowing about them."""
    (row,) = connection.read_sql(_FACTS, {"always": True})
    version, user, superuser, mighty, can_restrict, database = row
    connection.can_restrict = bool(can_restrict)
    server = f"PostgreSQL {version}"
    report = replace(connection.report, server=server, user=user, database=database)
    findings: list[Finding] = []
    if superuser or mighty:
        what = tr("a superuser") if superuser else tr("a role that may write")
        words = tr("You are connected as {user}, {what}.", user=user, what=what)
        findings.append(Finding("role-can-write", words, connection.address.display))
    if report.encrypted is False:
        words = tr("The connection to the server is not encrypted.")
        findings.append(Finding("not-encrypted", words, connection.address.display))
    return replace(report, findings=tuple(findings))
