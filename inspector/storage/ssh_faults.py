"""What the words of OpenSSH mean, as errors that people can act on.

OpenSSH has no codes: its exit status is 255 for everything that is its own. Its words are English
on every system, and those that are looked for here have been the same for many releases. What is
not known is told in ssh's own words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from inspector.core.errors import StoreUnavailable
from inspector.core.texts import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inspector.storage.ssh_hop import SshHop

LONGEST_REASON: Final = 300
_FINGERPRINT: Final = re.compile(r"debug1: Server host key: (\S+ \S+)")


class TunnelFailed(StoreUnavailable):
    """There is no way to the database through the SSH server."""

    code = "tunnel-failed"


class PortTaken(TunnelFailed):
    """Somebody else took the local port in the meantime; another one may be free."""


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What some words of ssh mean: a sentence with ``{hop}`` and ``{words}``, and its hint."""

    words: tuple[str, ...]
    message: str
    hint: str
    kind: type[TunnelFailed] = TunnelFailed


MEANINGS: Final = (
    _Meaning(
        ("REMOTE HOST IDENTIFICATION HAS CHANGED", "host key for", "POSSIBLE DNS SPOOFING"),
        "The SSH server {hop} shows another host key than the one this computer knows.",
        "Somebody may stand in between. Ask who runs the server; when the change is "
        "meant, remove the old key with ssh-keygen -R and connect once in a terminal.{shown}",
    ),
    _Meaning(
        ("Host key verification failed", "host key is known"),
        "The SSH server {hop} is not known on this computer, so it was not trusted.",
        "Connect once in a terminal with ssh, compare the fingerprint it shows with one that "
        "you were given, and accept it there.{shown}",
    ),
    _Meaning(
        ("are too open", "bad permissions"),
        "The SSH key may be read by others on this computer, so ssh does not use it.",
        "Take the others' permission away: chmod 600 on the key's file.",
    ),
    _Meaning(
        ("Permission denied", "Too many authentication failures"),
        "The SSH server {hop} did not accept the user or the key: {words}.",
        "Check user and key. A key with a passphrase has to be in the agent: run ssh-add once. "
        "Passwords are not asked for.",
    ),
    _Meaning(
        ("Bad configuration option", "bad configuration option", "Bad owner or permissions on"),
        "ssh does not accept its configuration: {words}.",
        "Correct the file that it names; ssh in a terminal says the same.",
    ),
    _Meaning(
        ("Could not request local forwarding", "cannot listen to port"),
        "A port of this computer that the tunnel needs is taken: {words}.",
        "Try again. If your SSH configuration forwards a port for this server, another session "
        "may hold it.",
        PortTaken,
    ),
    _Meaning(
        ("administratively prohibited", "forwarding is disabled"),
        "The SSH server {hop} does not forward to the database: {words}.",
        "Ask who runs it for AllowTcpForwarding, or for permission to reach that host and port.",
    ),
    _Meaning(
        ("open failed",),
        "The SSH server {hop} was reached, but not the database behind it: {words}.",
        "Host and port are looked up from the SSH server: localhost there is that server itself.",
    ),
    _Meaning(
        ("Could not resolve hostname", "Connection refused", "Connection timed out",
         "Operation timed out", "No route to host", "Network is unreachable",
         "Connection closed by", "Connection reset by", "kex_exchange_identification"),
        "The SSH server {hop} cannot be reached: {words}.",
        "Check its name and port, and that this computer is in the right network (VPN).",
    ),
    _Meaning(
        ("not responding", "Broken pipe", "closed by remote host"),
        "The SSH server {hop} does not answer any more.",
        "Check the network; the tunnel is opened anew at the next try.",
    ),
    _Meaning(
        ("",),
        "The SSH tunnel through {hop} could not be opened: {words}.",
        "Try ssh to this server in a terminal; it says more there.",
    ),
)  # fmt: skip
"""The first that fits counts: what is special stands before what is general, and at last what
nothing is known of."""


def no_program() -> TunnelFailed:
    """OpenSSH is not there."""
    return TunnelFailed(
        tr("The program ssh is not on this computer, so there is no tunnel."),
        hint=tr("Install OpenSSH's client (openssh-client), or connect without a tunnel."),
    )


def silent(hop: SshHop) -> TunnelFailed:
    """Nothing came in time."""
    return TunnelFailed(
        tr("The SSH server {hop} did not let us in within the time.", hop=hop.display),
        hint=tr("Check the network; a key that wants a touch or a PIN may be waiting for it."),
    )


def tunnel_fault(hop: SshHop, lines: Sequence[str]) -> TunnelFailed:
    """What the lines that ssh wrote mean.

    Args:
        hop: the server.
        lines: everything it wrote, debug lines too.
    """
    said = [line.strip() for line in lines if line.strip() and not line.startswith("debug")]
    for meaning in MEANINGS[:-1]:
        for line in said:
            if any(word in line for word in meaning.words):
                return _made(meaning, hop, line, lines)
    return _made(MEANINGS[-1], hop, said[-1] if said else "ssh", lines)


def _made(meaning: _Meaning, hop: SshHop, words: str, lines: Sequence[str]) -> TunnelFailed:
    shown = words[:LONGEST_REASON].rstrip(". \r")
    message = tr(meaning.message, hop=hop.display, words=shown)
    hint = tr(meaning.hint, shown=_fingerprint(lines)) if "{shown}" in meaning.hint else None
    return meaning.kind(message, hint=hint if hint is not None else tr(meaning.hint), detail=shown)


def _fingerprint(lines: Sequence[str]) -> str:
    """The key that was shown, to compare with; a sentence of its own, or nothing."""
    for line in reversed(lines):
        found = _FINGERPRINT.match(line)
        if found is not None:
            return " " + tr("It showed {key}.", key=found[1])
    return ""
