"""A tunnel to a database through an SSH server: the system's own ``ssh``, as a child.

OpenSSH knows the user's configuration, agent, keys and further hops (``ProxyJump``), and is kept
up to date by the system; nothing of that is done anew here. It is started with a list of
arguments, never through a shell, and asks nobody: what would be a question is refused and told.
Host keys are always checked, whatever the configuration says: a server that is not known, or
shows another key, is not connected to.

The local end is a port of 127.0.0.1, because libpq encrypts only over TCP, or, where no TLS is
wanted, a socket in a folder that only the user can enter. That the port is ssh's own is known from
ssh's own words before anything is sent there.

Connections to the same database share one tunnel; the last one closes it. Where Linux can, the
child ends with this process however that ends.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Final

from inspector.core.children import child_environment
from inspector.core.errors import Cancelled
from inspector.storage.ssh_faults import PortTaken, no_program, silent, tunnel_fault

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from inspector.storage.ssh_faults import TunnelFailed
    from inspector.storage.ssh_hop import SshHop

CONFIGURATION: Final = "EVENT_INSPECTOR_SSH_CONFIG"
"""Environment variable: a configuration file for ssh in place of the user's and the system's. No
address may name one, because a configuration can run programs."""

LOCAL: Final = "127.0.0.1"
PATIENCE: Final = 30.0
"""Seconds in which the SSH server has to let us in; a key may want to be touched."""

LOOK: Final = 0.1
"""Seconds between two looks whether somebody still waits."""

TRIES: Final = 3
"""Times that a port taken by somebody else is answered with another one."""

_LISTENING: Final = "debug1: Local forwarding listening on "
_ENTERED: Final = "debug1: Entering interactive session"
_LINES: Final = 400
_END: Final = 2.0

_OPTIONS: Final = (
    "BatchMode=yes",
    "ExitOnForwardFailure=yes",
    "StrictHostKeyChecking=yes",
    "UpdateHostKeys=no",
    "PermitLocalCommand=no",
    "RemoteCommand=none",
    "ControlMaster=no",
    "ControlPath=none",
    "ServerAliveInterval=10",
    "ServerAliveCountMax=3",
    "ForwardAgent=no",
    "ForwardX11=no",
)
"""Said on the command line, where no configuration can say otherwise."""


@dataclass(frozen=True, slots=True)
class Target:
    """A database as the SSH server reaches it.

    Attributes:
        host: a name, an address, or the folder of a socket on the server.
        port: its port.
    """

    host: str
    port: str

    @property
    def spec(self) -> str:
        """As the end of ``-L``."""
        if self.host.startswith("/"):
            return f"{self.host}/.s.PGSQL.{self.port}"
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class Tunnel:
    """One child of ours that forwards to one or several targets.

    Args:
        hop: the SSH server.
        targets: what is forwarded to.
        private: the local ends are sockets in a folder of our own instead of ports.
        stopped: whether nobody waits for it any more.

    Raises:
        Cancelled: ``stopped`` said so.
        TunnelFailed: it could not be opened; nothing of it is left.
    """

    def __init__(
        self,
        hop: SshHop,
        targets: Sequence[Target],
        *,
        private: bool,
        stopped: Callable[[], bool] | None = None,
    ) -> None:
        program = shutil.which("ssh")
        if program is None:
            raise no_program()
        self.hop = hop
        self._lines: deque[str] = deque(maxlen=_LINES)
        self._said = 0
        self._changed = threading.Condition()
        self._ready = self._over = False
        self._child: subprocess.Popen[bytes] | None = None
        self._missing: OSError | None = None
        self.folder = tempfile.mkdtemp(prefix="ehi-ssh-") if private else ""
        self.folders = tuple(f"{self.folder}/{i}" for i in range(len(targets)) if private)
        self.ports = tuple(
            target.port if private else str(port)
            for target, port in zip(targets, _free_ports(len(targets)), strict=True)
        )
        # A server in between is another ssh, which enters first, and says nothing of our ends.
        self._due = {f"{_LISTENING}{end}" for end in self._ends()}
        command = [*_ends_with_us(), program, *_arguments(hop, self._forwards(targets))]
        # The thread lives as long as the child: Linux ends a child with the thread that made it.
        self._reader = threading.Thread(
            target=self._keep, args=(command,), name="ssh-tunnel", daemon=True
        )
        self._reader.start()
        try:
            self._await(stopped)
        except BaseException:
            self.close()
            raise

    @property
    def alive(self) -> bool:
        """Whether the child still runs."""
        return not self._over

    def close(self) -> None:
        """End the child and remove the folder."""
        child = self._child
        if child is not None and child.poll() is None:
            child.terminate()
            try:
                child.wait(_END)
            except subprocess.TimeoutExpired:
                child.kill()
        self._reader.join(_END)
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def died(self, wait: float) -> bool:
        """Whether the child has ended; its end is heard of a moment after its port is closed."""
        with self._changed:
            return self._changed.wait_for(lambda: self._over, wait)

    @property
    def said(self) -> int:
        """How many lines ssh has written so far."""
        with self._changed:
            return self._said

    def complaint(self, since: int, wait: float = 0.0) -> TunnelFailed | None:
        """What ssh said about a forward that failed.

        Args:
            since: the lines that were there before the forward was used.
            wait: seconds to wait for it; the closed connection may be seen before the words.
        """
        deadline = monotonic() + wait
        with self._changed:
            while True:
                new = list(self._lines)[-(self._said - since) :] if self._said > since else []
                found = [line for line in new if "open failed" in line]
                if found:
                    return tunnel_fault(self.hop, found)
                if self._over or not self._changed.wait(deadline - monotonic()):
                    return None

    def fault(self) -> TunnelFailed:
        """The lines of ssh as an error."""
        with self._changed:
            return tunnel_fault(self.hop, list(self._lines))

    # -- inside -------------------------------------------------------------------------------

    def _forwards(self, targets: Sequence[Target]) -> list[str]:
        for folder in self.folders:
            Path(folder).mkdir(0o700)
        # Two hosts with one port would have the same socket: each has a folder of its own.
        sockets = [f"{f}/.s.PGSQL.{p}" for f, p in zip(self.folders, self.ports, strict=False)]
        ends = sockets or [f"{LOCAL}:{port}" for port in self.ports]
        return [f"{end}:{target.spec}" for end, target in zip(ends, targets, strict=True)]

    def _ends(self) -> list[str]:
        """The local ends as ssh names them when it listens there."""
        if self.folders:
            pairs = zip(self.folders, self.ports, strict=True)
            return [f"path {folder}/.s.PGSQL.{port}" for folder, port in pairs]
        return [f"{LOCAL} port {port}" for port in self.ports]

    def _keep(self, command: Sequence[str]) -> None:
        """Start the child, hear what it says, and note its end."""
        try:
            child = subprocess.Popen(  # noqa: S603 - a list of arguments, checked in ssh_hop
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env=child_environment(),
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
                start_new_session=True,
            )
        except OSError as error:
            self._missing = error
        else:
            self._child = child
            with child:
                for raw in child.stderr or ():
                    self._hear(raw.decode("utf-8", "replace").rstrip("\r\n"))
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def _hear(self, line: str) -> None:
        with self._changed:
            self._lines.append(line)
            self._said += 1
            self._due.discard(line.rstrip("."))
            self._ready = self._ready or (not self._due and line.startswith(_ENTERED))
            self._changed.notify_all()

    def _await(self, stopped: Callable[[], bool] | None) -> None:
        deadline = monotonic() + PATIENCE
        with self._changed:
            while not (self._ready or self._over):
                if stopped is not None and stopped():
                    raise Cancelled
                if monotonic() > deadline:
                    raise silent(self.hop)
                self._changed.wait(LOOK)
            ended = self._over
        if self._missing is not None:
            raise no_program() from self._missing
        if ended:
            raise self.fault()


def open_tunnel(
    hop: SshHop,
    targets: Sequence[Target],
    *,
    private: bool,
    stopped: Callable[[], bool] | None = None,
) -> Tunnel:
    """A tunnel, tried with other ports when somebody takes one in between.

    Raises:
        Cancelled: ``stopped`` said that nobody waits.
        TunnelFailed: it could not be opened.
    """
    for _ in range(TRIES - 1):
        try:
            return Tunnel(hop, targets, private=private, stopped=stopped)
        except PortTaken:
            continue
    return Tunnel(hop, targets, private=private, stopped=stopped)


def _arguments(hop: SshHop, forwards: Sequence[str]) -> list[str]:
    command = ["-v", "-N", "-T"]
    for option in _OPTIONS:
        command += ["-o", option]
    configuration = os.environ.get(CONFIGURATION)
    if configuration:
        command += ["-F", configuration]
    if hop.user:
        command += ["-l", hop.user]
    if hop.port:
        command += ["-p", hop.port]
    if hop.key:
        command += ["-o", "IdentitiesOnly=yes", "-o", f'IdentityFile="{_literal(hop.key)}"']
    for forward in forwards:
        command += ["-L", forward]
    return [*command, "--", hop.host]


def _literal(path: str) -> str:
    """A path as the configuration has it: a percent sign begins a placeholder there."""
    return path.replace("\\", r"\\").replace('"', r"\"").replace("%", "%%")


def _ends_with_us() -> list[str]:
    setpriv = shutil.which("setpriv") if sys.platform == "linux" else None
    return [] if setpriv is None else [setpriv, "--pdeathsig", "TERM", "--"]


def _free_ports(count: int) -> list[int]:
    """Ports that nobody uses now; ssh says when somebody took one in the meantime."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind((LOCAL, 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()
