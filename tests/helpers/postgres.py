"""A real PostgreSQL server for the tests: found, started, filled from dumps and stopped.

Imports psycopg and the standard library, never the product. Promises that a missing server is an
error with its reason, never a skipped test: the product reads PostgreSQL, so a run without one
says nothing. Works as root (the server then runs as an unprivileged user) and as anybody else.

Every cluster is its own: own folder, own Unix socket, own free port on 127.0.0.1.

Who may log in over TCP: a role that is a member of `password_roles` needs its password; role
`tls_only` must use TLS; everybody else is trusted, as is everybody on the Unix socket.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from tests.helpers.certificates import ServerCertificates, make_server_certificates
from tests.helpers.unprivileged import ServerMissingError, ends_with_the_tests, server_identity

if TYPE_CHECKING:
    from collections.abc import Mapping

BINARIES_VARIABLE = "INSPECTOR_TEST_POSTGRES_BIN"
SUPERUSER = "postgres"
START_SECONDS = 60.0

_NEEDED = ("initdb", "postgres", "psql")
_SETTINGS = {
    # The data live as long as the tests: losing them in a crash costs nothing.
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "listen_addresses": "'127.0.0.1'",
    "max_connections": "300",
    "shared_buffers": "'64MB'",
    "timezone": "'UTC'",
    "log_min_messages": "warning",
}
_LOGINS = """\
local all all trust
local replication all trust
hostssl all tls_only all trust
host all tls_only all reject
host all +password_roles all scram-sha-256
host all all all trust
"""


@dataclass(slots=True)
class PostgresServer:
    """One cluster, started by `start_server`.

    `host` is where TCP listens; `port` serves TCP and the Unix socket in `socket_folder`.
    """

    binaries: Path
    folder: Path
    port: int
    host: str = "127.0.0.1"
    certificates: ServerCertificates | None = None
    _process: subprocess.Popen[bytes] | None = None
    _restored: dict[str, str] = field(default_factory=dict)

    @property
    def socket_folder(self) -> Path:
        """The folder of the Unix socket."""
        return self.folder / "socket"

    @property
    def log_path(self) -> Path:
        """Everything the server wrote to its standard error."""
        return self.folder / "server.log"

    def conninfo(self, database: str = SUPERUSER, *, tcp: bool = False, **parameters: str) -> str:
        """Give a libpq connection string; `parameters` (user, sslmode, …) win over ours."""
        merged = {
            "host": self.host if tcp else str(self.socket_folder),
            "port": str(self.port),
            "user": SUPERUSER,
            "dbname": database,
        } | parameters
        return make_conninfo("", **merged)

    def execute(self, statement: str, database: str = SUPERUSER) -> None:
        """Run one statement (or several, without parameters) as the superuser, committed."""
        with psycopg.connect(self.conninfo(database), autocommit=True) as connection:
            connection.execute(statement.encode())

    def create_database(self, name: str) -> str:
        """Create an empty database and return how to connect to it."""
        with psycopg.connect(self.conninfo(), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self.conninfo(name)

    def restore_dump(self, dump: Path, *, fresh: bool = False) -> str:
        """Load a plain dump into its own database and return how to connect to it.

        The same dump is loaded once per cluster; `fresh` loads it once more into a database of
        its own, for a test that changes what it holds.

        Raises:
            RuntimeError: psql refused the dump; the message holds its words.
        """
        content = dump.read_bytes()
        digest = hashlib.sha256(content).hexdigest()[:12]
        if not fresh and digest in self._restored:
            return self._restored[digest]
        name = f"store_{digest}" + (f"_{time.monotonic_ns()}" if fresh else "")
        conninfo = self.create_database(name)
        self._load(content, conninfo, dump.name)
        if not fresh:
            self._restored[digest] = conninfo
        return conninfo

    def _load(self, content: bytes, conninfo: str, label: str) -> None:
        psql = str(self.binaries / "psql")
        command = [psql, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", conninfo]
        done = subprocess.run(
            [*command, "-f", "-"], input=content, capture_output=True, check=False
        )
        if done.returncode != 0:
            raise RuntimeError(f"{label} could not be restored: {done.stderr.decode()[-2000:]}")

    def start(self) -> None:
        """Start the server and wait until it answers.

        Raises:
            ServerMissingError: it ended or stayed silent; the message holds the log's end.
        """
        self._process = _spawn(self)
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                log = self.log_path.read_text(errors="replace")[-2000:]
                raise ServerMissingError(f"the test PostgreSQL did not start; its log ends:\n{log}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop the server as an administrator would; sessions are ended, data stay."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """End the server at once, as a crash would; the next start recovers."""
        self._end(signal.SIGQUIT)

    def remove(self) -> None:
        """End the server and delete its folder."""
        self.kill()
        shutil.rmtree(self.folder)

    def _end(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(number)
        self._process.wait(timeout=START_SECONDS)
        self._process = None

    def _answers(self) -> bool:
        try:
            with psycopg.connect(self.conninfo(connect_timeout="2")):
                return True
        except psycopg.OperationalError:  # not up yet: the caller decides when that is too long
            return False


def start_server(
    *, settings: Mapping[str, str] | None = None, tls: bool = False, logins: str = ""
) -> PostgresServer:
    """Create a cluster in a new folder and start it.

    `settings` are lines of postgresql.conf that win over ours. With `tls` the server has a
    certificate for localhost and takes TLS beside plain connections; it knows clients of the same
    authority. `logins` are lines of pg_hba.conf that come before ours.

    Raises:
        ServerMissingError: there is no server here, or it does not start.
    """
    binaries = find_binaries()
    folder = Path(tempfile.mkdtemp(prefix="inspector-pg-"))
    server_identity().hand_over(folder)
    server = PostgresServer(_reachable(binaries, folder), folder, free_port())
    try:
        _create_cluster(server)
        if tls:
            server.certificates = _install_certificates(folder)
        _configure(server, settings or {}, logins)
        server.start()
        server.execute("CREATE ROLE password_roles; CREATE ROLE tls_only LOGIN SUPERUSER")
    except BaseException:
        server.remove()
        raise
    return server


def find_binaries() -> Path:
    """Find the folder with initdb, postgres and psql.

    The environment's word comes first, then Debian's newest server, then the search path.

    Raises:
        ServerMissingError: none is complete; the message lists where it looked.
    """
    named = os.environ.get(BINARIES_VARIABLE)
    candidates = [Path(named)] if named else _usual_places()
    for folder in candidates:
        if all((folder / name).exists() for name in _NEEDED):
            return folder
    looked = ", ".join(str(folder) for folder in candidates) or "/usr/lib/postgresql and PATH"
    raise ServerMissingError(
        f"no PostgreSQL server for the tests (looked in {looked}). "
        f"'packaging/setup/run.sh test' installs one; {BINARIES_VARIABLE} names another."
    )


def free_port() -> int:
    """Find a TCP port of 127.0.0.1 that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _usual_places() -> list[Path]:
    def version(folder: Path) -> int:
        return int(folder.parent.name) if folder.parent.name.isdigit() else 0

    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=version, reverse=True)
    found = shutil.which("initdb")
    return debian + ([Path(found).resolve().parent] if found else [])


def _reachable(binaries: Path, folder: Path) -> Path:
    """Copy the server's tree where the unprivileged user can run it, if it cannot already."""
    try:
        _run_as_server([str(binaries / "postgres"), "--version"], folder)
    except PermissionError:
        copied = folder / "server"
        shutil.copytree(binaries.parent, copied, symlinks=True)
        return copied / "bin"
    return binaries


def _run_as_server(command: list[str], folder: Path) -> None:
    who = server_identity()
    done = subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        check=False,
        user=who.user,
        group=who.group,
        extra_groups=who.extra_groups,
    )
    if done.returncode != 0:
        raise ServerMissingError(f"{command[0]} failed: {done.stderr.decode()[-2000:]}")


def _create_cluster(server: PostgresServer) -> None:
    server.socket_folder.mkdir()
    server_identity().hand_over(server.socket_folder)
    command = [str(server.binaries / "initdb"), "-D", str(server.folder / "data"), "-U", SUPERUSER]
    options = ["--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C"]
    _run_as_server([*command, *options], server.folder)


def _install_certificates(folder: Path) -> ServerCertificates:
    made = make_server_certificates(folder)
    server_identity().hand_over(made.authority, made.certificate, made.key)
    return made


def _configure(server: PostgresServer, settings: Mapping[str, str], first: str = "") -> None:
    chosen = _SETTINGS | {
        "port": str(server.port),
        "unix_socket_directories": f"'{server.socket_folder}'",
    }
    logins = _LOGINS.splitlines(keepends=True)
    if server.certificates is None:
        logins = [line for line in logins if not line.startswith("hostssl")]
    else:
        chosen |= {
            "ssl": "on",
            "ssl_cert_file": f"'{server.certificates.certificate}'",
            "ssl_key_file": f"'{server.certificates.key}'",
            "ssl_ca_file": f"'{server.certificates.authority}'",
        }
    data = server.folder / "data"
    with (data / "postgresql.conf").open("a", encoding="utf-8") as conf:
        conf.writelines(f"{name} = {value}\n" for name, value in (chosen | dict(settings)).items())
    (data / "pg_hba.conf").write_text(first + "".join(logins), encoding="utf-8")


def _spawn(server: PostgresServer) -> subprocess.Popen[bytes]:
    who = server_identity()
    command = [str(server.binaries / "postgres"), "-D", str(server.folder / "data")]
    with server.log_path.open("ab") as log:
        return subprocess.Popen(
            ends_with_the_tests(command),
            cwd=server.folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            user=who.user,
            group=who.group,
            extra_groups=who.extra_groups,
        )


def start_standby(primary: PostgresServer) -> PostgresServer:
    """Copy a running cluster and start the copy as a hot standby that follows it.

    Raises:
        ServerMissingError: the copy cannot be made, or does not start.
    """
    folder = Path(tempfile.mkdtemp(prefix="inspector-pg-"))
    server_identity().hand_over(folder)
    standby = PostgresServer(primary.binaries, folder, free_port())
    try:
        standby.socket_folder.mkdir()
        server_identity().hand_over(standby.socket_folder)
        program = str(primary.binaries / "pg_basebackup")
        source = ["-h", str(primary.socket_folder), "-p", str(primary.port), "-U", SUPERUSER]
        target = ["-D", str(folder / "data"), "-R", "-c", "fast", "--no-sync"]
        _run_as_server([program, *source, *target], folder)
        with (folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as conf:
            conf.write(f"port = {standby.port}\n")
            conf.write(f"unix_socket_directories = '{standby.socket_folder}'\n")
        standby.start()
    except BaseException:
        standby.remove()
        raise
    return standby
