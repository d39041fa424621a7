"""Whom test servers run as: database servers refuse root, everybody else stays who they are.

Imports the standard library only. Promises that what is started with `as_server()` never has
root's rights, and that a computer where that is impossible says so.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_CANDIDATES = ("nobody", "postgres", "daemon")


class ServerMissingError(RuntimeError):
    """A server that the tests need cannot run on this computer; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Identity:
    """User and groups for `subprocess`; all None when nothing has to change."""

    user: str | None = None
    group: int | None = None
    extra_groups: tuple[int, ...] | None = None

    def hand_over(self, *paths: Path) -> None:
        """Make the server the owner of `paths`."""
        if self.user is not None and self.group is not None:
            for path in paths:
                shutil.chown(path, self.user, self.group)


@cache
def server_identity() -> Identity:
    """Find whom a server has to run as.

    Raises:
        ServerMissingError: we are root and no unprivileged account exists.
    """
    if os.name == "nt" or os.geteuid() != 0:
        return Identity()
    import pwd  # noqa: PLC0415 - exists on Unix only, and only root needs it

    groups = {entry.pw_name: entry.pw_gid for entry in pwd.getpwall()}
    for name in _CANDIDATES:
        if name in groups:
            return Identity(name, groups[name], ())
    raise ServerMissingError(
        f"database servers do not run as root, and none of {', '.join(_CANDIDATES)} exists here"
    )


def ends_with_the_tests(command: list[str]) -> list[str]:
    """Wrap a server's command so that killed tests leave no server behind (where Linux can)."""
    setpriv = shutil.which("setpriv")
    return command if setpriv is None else [setpriv, "--pdeathsig", "INT", *command]
