"""A real OpenSSH server for the tests, with keys of its own, and a client that knows it.

Imports the standard library, never the product. Promises that a missing server is an error with
its reason, never a skipped test, and that neither the user's keys nor their configuration are
looked at. The server runs as an unprivileged user on a free port of 127.0.0.1.
"""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.helpers.postgres import free_port
from tests.helpers.unprivileged import ServerMissingError, ends_with_the_tests, server_identity

if TYPE_CHECKING:
    from collections.abc import Iterator

START_SECONDS = 30.0

_SERVER = """\
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/authorized_keys
PidFile none
StrictModes no
UsePAM yes
PasswordAuthentication no
KbdInteractiveAuthentication no

{more}
LogLevel ERROR
"""
_CLIENT = """\
Host bastion
  HostName 127.0.0.1
  Port {port}
  User {user}
Host *
  IdentityFile {key}
  IdentitiesOnly yes
  IdentityAgent {agent}
  UserKnownHostsFile {known}
  GlobalKnownHostsFile /dev/null
"""


@dataclass(slots=True)
class SshServer:
    """A running server, and the files that a client needs.

    Attributes:
        user: who can log in.
        key: private key that is let in; ``stranger`` one that is not.
        configuration: a client's configuration that knows the server as ``bastion``.
    """

    folder: Path
    client: Path
    port: int
    user: str
    more: str = ""
    _process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def key(self) -> Path:
        return self.client / "key"

    @property
    def stranger(self) -> Path:
        return self.client / "stranger"

    @property
    def configuration(self) -> Path:
        return self.client / "config"

    @property
    def known_hosts(self) -> Path:
        return self.client / "known_hosts"

    def knows(self, public_key: Path | None) -> None:
        """Let the client know the server by a key, or not at all."""
        lines = []
        if public_key is not None:
            words = public_key.read_text().split()[:2]
            lines = [f"[127.0.0.1]:{self.port} {' '.join(words)}\n"]
        self.known_hosts.write_text("".join(lines))

    def configure(self, *, key: Path | None = None, agent: str = "none", more: str = "") -> None:
        """Write the client's configuration."""
        text = _CLIENT.format(
            port=self.port, user=self.user, key=key or self.key, agent=agent, known=self.known_hosts
        )
        self.configuration.write_text(more + text)

    def start(self) -> None:
        """Start the server and wait until it answers.

        Raises:
            ServerMissingError: it ended or stayed silent; the message holds its log.
        """
        who = server_identity()
        log = self.folder / "sshd.log"
        settings = self.folder / "sshd_config"
        settings.write_text(_SERVER.format(port=self.port, folder=self.folder, more=self.more))
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                ends_with_the_tests([_program("sshd"), "-D", "-e", "-f", str(settings)]),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
                user=who.user,
                group=who.group,
                extra_groups=who.extra_groups,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                words = log.read_text(errors="replace")[-2000:]
                raise ServerMissingError(f"the test sshd did not start; its log ends:\n{words}")
            time.sleep(0.02)

    def stop(self) -> None:
        """End the server and every session of it."""
        process, self._process = self._process, None
        if process is None:
            return
        for child in _children(process.pid):
            _end(child)
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(timeout=START_SECONDS)

    def sessions(self) -> list[int]:
        """Processes of the sessions that are open now."""
        return [] if self._process is None else _children(self._process.pid)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as probe:
                return probe.recv(4) == b"SSH-"
        except OSError:  # not up yet: the caller decides when that is too long
            return False


@contextmanager
def running_ssh_server(more: str = "") -> Iterator[SshServer]:
    """Run a server for the length of a ``with`` block.

    Args:
        more: lines of the server's configuration.

    Raises:
        ServerMissingError: OpenSSH's server is not installed, or does not start.
    """
    folder = Path(tempfile.mkdtemp(prefix="inspector-sshd-"))
    client = Path(tempfile.mkdtemp(prefix="inspector-ssh-"))
    server = SshServer(folder, client, free_port(), _login_name(), more)
    try:
        for name, place in (("host_key", folder), ("key", client), ("stranger", client)):
            make_key(place / name)
        shutil.copy(server.key.with_suffix(".pub"), folder / "authorized_keys")
        server_identity().hand_over(folder, *folder.iterdir())
        server.configure()
        server.knows(folder / "host_key.pub")
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)
        shutil.rmtree(client)


def make_key(path: Path, passphrase: str = "") -> Path:
    """Write a new key pair."""
    command = [_program("ssh-keygen"), "-q", "-t", "ed25519", "-N", passphrase, "-f", str(path)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return path


def _program(name: str) -> str:
    # Debian puts the server where only root's search path leads.
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin")
    if found is None:
        raise ServerMissingError(
            f"OpenSSH's {name} is not installed; 'packaging/setup/run.sh test' installs it"
        )
    return found


def _login_name() -> str:
    """A server without root's rights can log in only whom it runs as."""
    import getpass  # noqa: PLC0415 - only without root

    return server_identity().user or getpass.getuser()


def _children(pid: int) -> list[int]:
    done = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, check=False
    )
    return [int(word) for word in done.stdout.split()]


def _end(pid: int) -> None:
    for child in _children(pid):
        _end(child)
    subprocess.run(["kill", "-TERM", str(pid)], capture_output=True, check=False)
