"""A real PostgreSQL server for the tests: found, started, filled from dumps and stopped.

Imports psycopg and the standard library, never the product. Promises that a missing server is an
error with its reason, never a skipped test: the product reads PostgreSQL, so a run without one
says nothing. Works as root (the server then runs as an unprivileged user) and as anybody else.

Every cluster is its own: own folder, own Unix socket, own free port on 127.0.0.1.

Who may log in over TCP: a role that is a member of `password_roles` needs its password; everybody
else is trusted, as is everybody on the Unix socket.
"""

from __future__ import annotations

import contextlib
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

if TYPE_CHECKING:
    from collections.abc import Mapping

BINARIES_VARIABLE = "INSPECTOR_TEST_POSTGRES_BIN"
SUPERUSER = "postgres"
START_SECONDS = 60.0

_UNPRIVILEGED = ("nobody", "postgres", "daemon")
_NEEDED = ("initdb", "postgres", "psql")
_SETTINGS = {
    # The data live as long as the tests: losing them in a crash costs nothing.
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "listen_addresses": "'127.0.0.1'",
    "max_connections": "60",
    "shared_buffers": "'64MB'",
    "timezone": "'UTC'",
    "log_min_messages": "warning",
}
_LOGINS = """\
local all all trust
hostssl all tls_only all trust
host all tls_only all reject
host all +password_roles all scram-sha-256
host all all all trust
"""


class PostgresMissingError(RuntimeError):
    """There is no usable PostgreSQL server on this computer; the message says what to do."""


@dataclass(slots=True)
class PostgresServer:
    """One running cluster.

    `host` is where TCP listens, `port` serves TCP and the Unix socket in `socket_folder`.
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
        # Standard input instead of -f: with dropped rights psql may not reach the dump's folder.
        done = subprocess.run(
            [
                self.binaries / "psql",
                "-X",
                "-q",
                "-v",
                "ON_ERROR_STOP=1",
                "-d",
                conninfo,
                "-f",
                "-",
            ],
            input=content,
            capture_output=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{label} could not be restored: {done.stderr.decode()[-2000:]}")

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self._process = _spawn(self)
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise PostgresMissingError(
                    f"the test PostgreSQL did not start; its log ends with:\n{self._log_end()}"
                )
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop the server as an administrator would; sessions are ended, data stay."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """End the server at once, as a crash would; the next start recovers."""
        self._end(signal.SIGQUIT)

    def remove(self) -> None:
        """Stop the server and delete its folder."""
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

    def _log_end(self) -> str:
        return self.log_path.read_text(errors="replace")[-2000:]


def find_binaries() -> Path:
    """Find the folder with initdb, postgres and psql.

    The environment's word comes first, then Debian's newest server, then the search path.

    Raises:
        PostgresMissingError: none is complete; the message lists where it looked.
    """
    named = os.environ.get(BINARIES_VARIABLE)
    candidates = [Path(named)] if named else _usual_places()
    for folder in candidates:
        if all((folder / name).exists() for name in _NEEDED):
            return folder
    looked = ", ".join(str(folder) for folder in candidates) or "no known folder"
    raise PostgresMissingError(
        f"no PostgreSQL server for the tests (looked in: {looked}). "
        f"'packaging/setup/run.sh test' installs one; {BINARIES_VARIABLE} names another."
    )


def start_server(*, settings: Mapping[str, str] | None = None, tls: bool = False) -> PostgresServer:
    """Create a cluster in a new folder and start it.

    `settings` are lines of postgresql.conf that win over ours. With `tls` the server has a
    certificate for localhost and takes TLS beside plain connections; role `tls_only` must use it.
    """
    binaries = find_binaries()
    folder = Path(tempfile.mkdtemp(prefix="inspector-pg-"))
    server = PostgresServer(_reachable(binaries, folder), folder, _free_port())
    try:
        _create_cluster(server)
        server.certificates = _install_certificates(folder) if tls else None
        _configure(server, settings or {}, tls=tls)
        server.start()
        server.execute("CREATE ROLE password_roles; CREATE ROLE tls_only LOGIN SUPERUSER")
    except BaseException:
        server.remove()
        raise
    return server


def _usual_places() -> list[Path]:
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: float(p.parent.name), reverse=True
    )
    found = shutil.which("initdb")
    return debian + ([Path(found).resolve().parent] if found else [])


def _unprivileged_user() -> str | None:
    """Whom the server runs as: PostgreSQL refuses root; anybody else stays who they are."""
    if os.name == "nt" or os.geteuid() != 0:
        return None
    import pwd  # noqa: PLC0415 - exists on Unix only, and only root needs it

    known = {entry.pw_name for entry in pwd.getpwall()}
    for name in _UNPRIVILEGED:
        if name in known:
            return name
    raise PostgresMissingError(
        f"PostgreSQL does not run as root, and none of {', '.join(_UNPRIVILEGED)} exists here"
    )


def _identity() -> dict[str, object]:
    """Arguments of subprocess that drop root's rights; nothing for anybody else."""
    user = _unprivileged_user()
    if user is None:
        return {}
    return {"user": user, "group": _group_of(user), "extra_groups": []}


def _group_of(user: str) -> int:
    import pwd  # noqa: PLC0415 - exists on Unix only

    return pwd.getpwnam(user).pw_gid


def _reachable(binaries: Path, folder: Path) -> Path:
    """Copy the server's tree where the unprivileged user can run it, if it cannot already."""
    user = _unprivileged_user()
    _hand_over(folder)
    if user is None:
        return binaries
    with contextlib.suppress(PermissionError):
        subprocess.run(
            [binaries / "postgres", "--version"], check=True, capture_output=True, **_identity()
        )
        return binaries
    copied = folder / "server"
    shutil.copytree(binaries.parent, copied, symlinks=True)
    return copied / "bin"


def _hand_over(*paths: Path) -> None:
    user = _unprivileged_user()
    if user is not None:
        for path in paths:
            shutil.chown(path, user, _group_of(user))


def _create_cluster(server: PostgresServer) -> None:
    server.socket_folder.mkdir()
    _hand_over(server.socket_folder)
    done = subprocess.run(
        [
            server.binaries / "initdb",
            *("-D", server.folder / "data", "-U", SUPERUSER, "--auth=trust", "--no-sync"),
            *("--encoding=UTF8", "--locale=C"),
        ],
        cwd=server.folder,
        capture_output=True,
        check=False,
        **_identity(),
    )
    if done.returncode != 0:
        raise PostgresMissingError(f"initdb failed: {done.stderr.decode()[-2000:]}")


def _install_certificates(folder: Path) -> ServerCertificates:
    made = make_server_certificates(folder)
    _hand_over(made.authority, made.certificate, made.key)
    return made


def _configure(server: PostgresServer, settings: Mapping[str, str], *, tls: bool) -> None:
    chosen = _SETTINGS | {
        "port": str(server.port),
        "unix_socket_directories": f"'{server.socket_folder}'",
    }
    if tls and server.certificates is not None:
        chosen |= {
            "ssl": "on",
            "ssl_cert_file": f"'{server.certificates.certificate}'",
            "ssl_key_file": f"'{server.certificates.key}'",
        }
    lines = [f"{name} = {value}\n" for name, value in (chosen | dict(settings)).items()]
    data = server.folder / "data"
    with (data / "postgresql.conf").open("a", encoding="utf-8") as conf:
        conf.writelines(lines)
    (data / "pg_hba.conf").write_text(_LOGINS if tls else _without_tls(_LOGINS), encoding="utf-8")


def _without_tls(logins: str) -> str:
    """Leave out the lines that a server without TLS warns about."""
    return "".join(line for line in logins.splitlines(True) if not line.startswith("hostssl"))


def _spawn(server: PostgresServer) -> subprocess.Popen[bytes]:
    command = [server.binaries / "postgres", "-D", server.folder / "data"]
    setpriv = shutil.which("setpriv")
    if setpriv is not None:
        # Tests that are killed must not leave a server behind.
        command = [Path(setpriv), "--pdeathsig", "INT", *command]
    with server.log_path.open("ab") as log:
        return subprocess.Popen(
            command,
            cwd=server.folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            **_identity(),
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
