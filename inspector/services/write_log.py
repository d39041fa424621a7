"""A local record of everything that was ever written to a store, or asked of its application.

One JSON object a line, only ever added to: who, when, which store, stream and version, digests of
the state and of the rules, and how it ended. It holds no payload and no password. The first
line about a row is there before the row is.
"""

from __future__ import annotations

import getpass
import json
import os
import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import platformdirs

from inspector.core.errors import WriteRefused
from inspector.core.texts import tr

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME: Final = "snapshots-written.jsonl"
BEGUN, WRITTEN, NOT_WRITTEN, UNKNOWN = "begun", "written", "not-written", "unknown"
TRIGGERED: Final = "triggered"
"""The application was asked for a snapshot, and answered."""


@dataclass(frozen=True, slots=True)
class WriteLog:
    """The record in one file; by default in the user's folder for program state."""

    path: Path

    def add(self, outcome: str, facts: Mapping[str, Any]) -> None:
        """Add a line, and make sure that it is on the disk.

        Raises:
            WriteRefused: it cannot be added; so nothing may be written to a store either.
        """
        line = {"time": _now(), "user": _user(), "host": socket.gethostname(), "outcome": outcome}
        text = json.dumps({**line, **facts}, ensure_ascii=True) + "\n"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(handle, text.encode("ascii"))
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            raise WriteRefused(
                tr("The record of what is written cannot be kept in {path}: {reason}.",
                   path=self.path, reason=error.strerror or str(error)),
                hint=tr("Without it nothing is written to a store; make that file writable."),
            ) from error  # fmt: skip

    def lines(self) -> tuple[dict[str, Any], ...]:
        """All lines, oldest first; one that a crash cut off is left out.

        Raises:
            OSError: it cannot be read.
        """
        if not self.path.exists():
            return ()
        found = []
        for line in self.path.read_text(encoding="ascii", errors="replace").splitlines():
            try:
                entry = json.loads(line)
            except ValueError:
                continue
            if isinstance(entry, dict):
                found.append(entry)
        return tuple(found)


def default_log() -> WriteLog:
    """The record of this user on this computer."""
    folder = platformdirs.user_state_dir("event-history-inspector", appauthor=False)
    return WriteLog(Path(folder) / NAME)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a user id without a name
        return str(os.getuid()) if hasattr(os, "getuid") else ""
