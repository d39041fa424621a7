"""The SSH server that stands before a database, read from what a person typed.

``ssh`` is ``[user@]host[:port]`` and ``ssh_key`` a file. Both become arguments of another program,
and names may be handed on by its configuration to a shell (``ProxyCommand`` with ``%h``). So a
name is taken only when it consists of what names are made of, and never when it begins like an
option.

Imports the standard library and ``core``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from inspector.core.errors import InputInvalid
from inspector.core.texts import tr

if TYPE_CHECKING:
    from collections.abc import Mapping

HOP: Final = "ssh"
KEY: Final = "ssh_key"
OWN_PARAMETERS: Final = frozenset({HOP, KEY})
"""Parameters of an address that are ours; libpq never sees them."""

_HOP: Final = re.compile(
    r"(?:(?P<user>[^@]+)@)?(?:\[(?P<six>[0-9A-Fa-f:.]+(?:%\w+)?)\]|(?P<host>[^:@\[\]]+))"
    r"(?::(?P<port>\d{1,5}))?",
    re.ASCII,
)
_NAME: Final = re.compile(r"(?!-)[\w.+-]+")
"""Letters of any script, digits and four signs: no blank, quote, bracket, ``$`` or ``;``."""


@dataclass(frozen=True, slots=True)
class SshHop:
    """Where the tunnel goes through.

    Attributes:
        host: name, address, or an alias of the user's SSH configuration.
        user, port: empty: what the configuration says.
        key: file of the private key; empty: agent and configuration.
    """

    host: str
    user: str = ""
    port: str = ""
    key: str = ""

    @property
    def display(self) -> str:
        """As a person would type it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        user = f"{self.user}@" if self.user else ""
        return f"{user}{host}{':' if self.port else ''}{self.port}"


def hop_of(parameters: Mapping[str, str]) -> SshHop | None:
    """The hop that an address names, if it does.

    Raises:
        InputInvalid: it is none, or its key is not a file that can be named.
    """
    text, key = parameters.get(HOP, "").strip(), parameters.get(KEY, "").strip()
    if not text:
        if key:
            raise InputInvalid(
                tr("An SSH key is given, but no SSH server."),
                hint=tr("Say which with ssh=user@host, or leave out ssh_key."),
            )
        return None
    found = _HOP.fullmatch(text)
    user = found["user"] or "" if found else ""
    host = (found["six"] or found["host"]) if found else ""
    port = found["port"] or "" if found else ""
    named = found is not None and (found["six"] or _NAME.fullmatch(host))
    if not named or (user and not _NAME.fullmatch(user)) or (port and not 0 < int(port) < 65536):
        raise InputInvalid(
            tr("“{text}” names no SSH server.", text=text),
            hint=tr("Write user@host, user@host:port, or an alias of your SSH configuration."),
        )
    return SshHop(host, user, port, _key_file(key))


def _key_file(text: str) -> str:
    """The path of a key, written so that ssh takes it literally."""
    if not text:
        return ""
    try:
        path = Path(text).expanduser().absolute()
        there = path.is_file()
    except (OSError, RuntimeError, ValueError):
        path, there = Path(text), False
    if not there:
        raise InputInvalid(
            tr("There is no SSH key {file}.", file=text),
            hint=tr("Give the file of the private key, or leave it empty to use the agent."),
        )
    if "$" in str(path):
        raise InputInvalid(
            tr("ssh cannot be given a key whose path holds a dollar sign: {file}.", file=text)
        )
    return str(path)
