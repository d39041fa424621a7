"""How a connection gets to its server: straight, or through a tunnel that several share.

Imports what runs ``ssh`` only when an address names an SSH server.
"""

from __future__ import annotations

import atexit
import getpass
import os
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from inspector.storage.password_file import password_for
from inspector.storage.service_file import service_entries
from inspector.storage.ssh_hop import hop_of
from inspector.storage.ssh_tunnel import LOCAL, Target, Tunnel, open_tunnel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from inspector.core.errors import InspectorError
    from inspector.storage.address import StoreAddress
    from inspector.storage.ssh_hop import SshHop

_USUAL_PORT: Final = "5432"
_WORDS_WAIT: Final = 0.5
"""Seconds in which ssh says why it closed a connection."""

_END_WAIT: Final = 0.3
"""Seconds in which a child that was ended is seen to be so."""


@dataclass
class _Shared:
    """One tunnel and who uses it."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    users: int = 0
    tunnel: Tunnel | None = None


_Key = tuple["SshHop", tuple[Target, ...], bool]
_SHARED: Final[dict[_Key, _Shared]] = {}
_GUARD: Final = threading.Lock()


class TunnelWay:
    """One connection's share of a tunnel; may be used by one thread at a time."""

    def __init__(self, hop: SshHop, known: Mapping[str, str]) -> None:
        self._known = known
        self._targets = _targets(known)
        self.private = os.name != "nt" and (
            known.get("sslmode") == "disable" or any(t.host.startswith("/") for t in self._targets)
        )
        self._key: _Key = (hop, self._targets, self.private)
        self._before = 0
        self._closed = False
        with _GUARD:
            self._shared = _SHARED.setdefault(self._key, _Shared())
            self._shared.users += 1

    @property
    def display(self) -> str:
        """The SSH server, for people."""
        return self._key[0].display

    def parameters(self, stopped: Callable[[], bool] | None = None) -> dict[str, str]:
        """What libpq has to be told instead of host and port; the tunnel is open then.

        Args:
            stopped: whether nobody waits for it any more.

        Raises:
            Cancelled: ``stopped`` said so.
            TunnelFailed: there is no way.
        """
        tunnel = self._tunnel(stopped)
        self._before = tunnel.said
        if self.private:
            return {"host": ",".join(tunnel.folders), "hostaddr": "", "port": self._ports(tunnel)}
        # The name stays, because certificates are made out to it.
        names = self._known.get("host") or ",".join(target.host for target in self._targets)
        addresses = ",".join([LOCAL] * len(self._targets))
        return {"host": names, "hostaddr": addresses, "port": self._ports(tunnel)}

    def died(self) -> bool:
        """Whether the tunnel is gone, so that a connection may succeed through another one."""
        tunnel = self._shared.tunnel
        return tunnel is not None and tunnel.died(_END_WAIT)

    def reason(self) -> InspectorError | None:
        """Why a connection through it failed, if ssh knows."""
        tunnel = self._shared.tunnel
        if tunnel is None:
            return None
        if not tunnel.alive:
            return tunnel.fault()
        return tunnel.complaint(self._before, _WORDS_WAIT)

    def password(self) -> str | None:
        """What the password file has for the database; libpq would look for the local port."""
        if len(self._targets) != 1:
            return None
        target = self._targets[0]
        user = self._known.get("user") or os.environ.get("PGUSER") or getpass.getuser()
        database = self._known.get("dbname") or os.environ.get("PGDATABASE") or user
        host = self._known.get("host") or target.host
        return password_for(host, target.port, database, user, self._known.get("passfile", ""))

    def close(self) -> None:
        """Give the share back; the last one closes the tunnel."""
        with _GUARD:
            if self._closed:
                return
            self._closed = True
            self._shared.users -= 1
            if self._shared.users:
                return
            _SHARED.pop(self._key, None)
        if self._shared.tunnel is not None:
            self._shared.tunnel.close()

    def _ports(self, tunnel: Tunnel) -> str:
        return ",".join(tunnel.ports)

    def _tunnel(self, stopped: Callable[[], bool] | None) -> Tunnel:
        """The tunnel, opened anew when it has died."""
        shared = self._shared
        hop, targets, private = self._key
        with shared.lock:
            if shared.tunnel is not None and not shared.tunnel.alive:
                shared.tunnel.close()
                shared.tunnel = None
            if shared.tunnel is None:
                shared.tunnel = open_tunnel(hop, targets, private=private, stopped=stopped)
            return shared.tunnel


def way_of(address: StoreAddress) -> TunnelWay | None:
    """The tunnel that an address asks for; ``None``: it is connected to straight.

    Raises:
        InputInvalid: it does not say where through.
    """
    named = dict(address.parameters)
    hop = hop_of(named)
    if hop is None:
        return None
    service = named.get("service") or os.environ.get("PGSERVICE", "")
    known = {**(service_entries(service) if service else {}), **named}
    return TunnelWay(hop, known)


def _targets(known: Mapping[str, str]) -> tuple[Target, ...]:
    """Every host, as libpq pairs hosts and ports; without one, the SSH server itself."""
    said = known.get("hostaddr") or known.get("host") or os.environ.get("PGHOST", "")
    hosts = [host.strip() or "localhost" for host in said.split(",")]
    port = known.get("port") or os.environ.get("PGPORT", "")
    ports = [part.strip() or _USUAL_PORT for part in port.split(",")]
    if len(ports) == 1:
        ports *= len(hosts)
    return tuple(Target(host, port) for host, port in zip(hosts, ports, strict=False))


@atexit.register
def _close_all() -> None:
    """No child outlives the program, also when a lane never came back."""
    for shared in list(_SHARED.values()):
        if shared.tunnel is not None:
            shared.tunnel.close()
