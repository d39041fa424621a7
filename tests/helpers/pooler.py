"""A real PgBouncer in front of a test server, in transaction mode.

Imports psycopg and the standard library, never the product. Promises what such a pooler does to
its clients: a session's settings do not survive a transaction, and unknown start-up parameters
are refused.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg.conninfo import make_conninfo

from tests.helpers.postgres import START_SECONDS, SUPERUSER, PostgresServer, free_port
from tests.helpers.unprivileged import ServerMissingError, ends_with_the_tests, server_identity

if TYPE_CHECKING:
    from collections.abc import Iterator

_CONFIGURATION = """\
[databases]
* = host={server.host} port={server.port} user={superuser}

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 2
logfile = {folder}/pooler.log
"""


@dataclass(frozen=True, slots=True)
class Pooler:
    """A running pooler on a port of 127.0.0.1."""

    port: int

    def conninfo(self, database: str = SUPERUSER, **parameters: str) -> str:
        """Give a libpq connection string that goes through the pooler."""
        ours = {"host": "127.0.0.1", "port": str(self.port), "dbname": database}
        return make_conninfo("", **(ours | {"user": SUPERUSER} | parameters))


@contextmanager
def running_pooler(server: PostgresServer) -> Iterator[Pooler]:
    """Run a pooler over `server` for the length of a `with` block.

    Raises:
        ServerMissingError: PgBouncer is not installed, or does not start.
    """
    program = _find_program()
    folder = Path(tempfile.mkdtemp(prefix="inspector-pooler-"))
    server_identity().hand_over(folder)
    pooler = Pooler(free_port())
    settings = folder / "pooler.ini"
    settings.write_text(
        _CONFIGURATION.format(server=server, superuser=SUPERUSER, port=pooler.port, folder=folder),
        encoding="utf-8",
    )
    process = _spawn(program, settings)
    try:
        _wait(pooler, process)
        yield pooler
    finally:
        process.send_signal(signal.SIGTERM)  # at once; SIGINT would wait for the clients
        process.wait(timeout=START_SECONDS)
        shutil.rmtree(folder)


def _find_program() -> str:
    # Debian puts it where only root's search path leads.
    found = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
    if found is None:
        raise ServerMissingError(
            "PgBouncer is not installed; 'packaging/setup/run.sh test' installs it"
        )
    return found


def _spawn(program: str, settings: Path) -> subprocess.Popen[bytes]:
    who = server_identity()
    return subprocess.Popen(
        ends_with_the_tests([program, "-q", str(settings)]),
        cwd=settings.parent,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        user=who.user,
        group=who.group,
        extra_groups=who.extra_groups,
    )


def _wait(pooler: Pooler, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with psycopg.connect(pooler.conninfo(connect_timeout="2")):
                return
        except psycopg.OperationalError:  # not up yet
            time.sleep(0.02)
    raise ServerMissingError("the test PgBouncer did not start")
