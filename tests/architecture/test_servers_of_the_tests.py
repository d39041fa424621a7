"""The servers that other tests lean on: present, really PostgreSQL, and loud when missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.helpers import postgres
from tests.helpers.unprivileged import ServerMissingError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.helpers.pooler import Pooler

DUMP = """
CREATE TABLE public.events (id bigint PRIMARY KEY, data jsonb);
COPY public.events (id, data) FROM stdin;
1\t{"a": 1}
2\t{"a": 2}
\\.
"""


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    path = tmp_path / "small.pg.sql"
    path.write_text(DUMP, encoding="utf-8")
    return path


def _count(conninfo: str) -> int:
    with psycopg.connect(conninfo) as connection:
        row = connection.execute("SELECT count(*) FROM public.events").fetchone()
    assert row is not None
    return int(row[0])


def test_missing_server_is_an_error_with_a_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(postgres.BINARIES_VARIABLE, str(tmp_path))
    with pytest.raises(ServerMissingError, match=r"run\.sh test") as caught:
        postgres.find_binaries()
    assert str(tmp_path) in str(caught.value)


def test_server_that_cannot_start_shows_its_log() -> None:
    with pytest.raises(ServerMissingError, match="no_such_setting"):
        postgres.start_server(settings={"no_such_setting": "1"})


def test_dump_is_restored_once(restore_dump: Callable[[Path], str], dump: Path) -> None:
    first = restore_dump(dump)
    assert _count(first) == 2
    assert restore_dump(dump) == first


def test_fresh_restore_is_another_database(
    postgres_server: postgres.PostgresServer, dump: Path
) -> None:
    shared = postgres_server.restore_dump(dump)
    own = postgres_server.restore_dump(dump, fresh=True)
    with psycopg.connect(own) as connection:
        connection.execute("DELETE FROM public.events")
    assert (_count(shared), _count(own)) == (2, 0)


def test_broken_dump_is_an_error(postgres_server: postgres.PostgresServer, tmp_path: Path) -> None:
    broken = tmp_path / "broken.pg.sql"
    broken.write_text("CREATE TABLE a (b no_such_type);")
    with pytest.raises(RuntimeError, match="no_such_type"):
        postgres_server.restore_dump(broken)


def test_members_of_password_roles_need_their_password(
    postgres_server: postgres.PostgresServer,
) -> None:
    postgres_server.execute("CREATE ROLE auditor LOGIN PASSWORD 'right' IN ROLE password_roles")
    right = postgres_server.conninfo(tcp=True, user="auditor", password="right")
    wrong = postgres_server.conninfo(tcp=True, user="auditor", password="wrong")
    with psycopg.connect(right) as connection:
        assert not connection.closed
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)


def test_tls_is_real(postgres_server: postgres.PostgresServer) -> None:
    certificates = postgres_server.certificates
    assert certificates is not None
    verified = postgres_server.conninfo(
        tcp=True,
        host="localhost",
        user="tls_only",
        sslmode="verify-full",
        sslrootcert=str(certificates.authority),
    )
    with psycopg.connect(verified) as connection:
        row = connection.execute(
            "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
        ).fetchone()
    assert row == (True,)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(postgres_server.conninfo(tcp=True, user="tls_only", sslmode="disable"))


def test_server_can_go_away_and_come_back(own_postgres_server: postgres.PostgresServer) -> None:
    own_postgres_server.kill()
    with pytest.raises(psycopg.OperationalError):
        own_postgres_server.execute("SELECT 1")
    own_postgres_server.start()
    own_postgres_server.execute("SELECT 1")


def test_pooler_forgets_a_session_between_transactions(pooler: Pooler) -> None:
    with pytest.raises(psycopg.OperationalError, match="unsupported startup parameter"):
        psycopg.connect(pooler.conninfo(options="-c statement_timeout=1"))
    with psycopg.connect(pooler.conninfo(), prepare_threshold=None) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
