"""Running a trigger: with its output, how it ended, a time limit, and a way to stop it.

A command has no shell, no input and a process group of its own, which is ended as a whole. A
request follows no redirection. Output is cut where it gets long, and that is said.

Imports ``inspector.core`` and the standard library.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import threading
import time
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final
from urllib.parse import urlsplit

from inspector.core.children import child_environment
from inspector.core.errors import InputInvalid, StoreUnavailable
from inspector.core.texts import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from inspector.services.snapshot_triggers import Call, Trigger
    from inspector.services.tasks import Work

KEPT: Final = 64 * 1024
"""Bytes of output that are kept."""

_LOOK: Final = 0.05
_GRACE: Final = 2.0
"""Seconds that a program has to end by itself after it was asked to."""


@dataclass(frozen=True, slots=True)
class Ran:
    """How a trigger ended.

    Attributes:
        status: exit status of a command (negative: the signal that ended it), or the status
            code of an answer; ``None`` when the time was over.
        succeeded: exit status 0, or a status code from 200 to 299.
        output: what it said, output and errors in one; ``is_cut``: there was more.
    """

    status: int | None
    succeeded: bool
    output: str
    is_cut: bool
    seconds: float


class _Heard:
    """Output as it comes, up to a limit."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.size = 0
        self.is_cut = False

    def add(self, part: bytes) -> None:
        left = KEPT - self.size
        self.is_cut = self.is_cut or len(part) > left
        if left > 0:
            self.parts.append(part[:left])
            self.size += min(len(part), left)

    @property
    def text(self) -> str:
        return b"".join(self.parts).decode("utf-8", "replace")


def run(call: Call, work: Work) -> Ran:
    """Run it to its end.

    Raises:
        Cancelled: it was stopped; a command was ended, a connection closed.
        InputInvalid: there is no such program.
        StoreUnavailable: the application cannot be reached.
    """
    return _run_command(call.trigger, work) if call.trigger.is_command else _ask(call.trigger, work)


# -- a command -------------------------------------------------------------------------------------


def _run_command(trigger: Trigger, work: Work) -> Ran:
    work.check()
    began = time.monotonic()
    try:
        process = subprocess.Popen(  # noqa: S603 the user's own words, shown before, no shell
            trigger.words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, start_new_session=True, env=child_environment(),
        )  # fmt: skip
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputInvalid(
            tr("The program {name} cannot be run: {reason}.", name=trigger.words[0], reason=reason),
            hint=tr("Give its whole path."),
        ) from error
    heard = _Heard()
    reader = threading.Thread(target=_listen, args=(process.stdout, heard), daemon=True)
    reader.start()
    try:
        ended = _wait(lambda: process.poll() is not None, began + trigger.seconds, work)
    finally:
        if process.poll() is None:
            _end(process)
        reader.join(_GRACE)  # somebody whom it started may still hold its output
    status = process.returncode if ended else None
    took = time.monotonic() - began
    return Ran(status, status == 0, heard.text, heard.is_cut, took)


def _listen(stream: IO[bytes], heard: _Heard) -> None:
    with contextlib.suppress(OSError, ValueError), stream:
        while part := os.read(stream.fileno(), 8192):
            heard.add(part)


def _wait(is_done: Callable[[], bool], until: float, work: Work) -> bool:
    """Wait for something; ``False``: the time is over."""
    while not is_done():
        work.check()
        if time.monotonic() >= until:
            return False
        time.sleep(_LOOK)
    return True


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a program and everybody it started."""
    for how in ("SIGTERM", "SIGKILL"):
        _tell(process, how)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE)
            return


def _tell(process: subprocess.Popen[bytes], how: str) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, getattr(signal, how))
        else:
            process.kill()


# -- a request -------------------------------------------------------------------------------------


class _Request:
    """One request in a thread of its own, so that somebody can close its connection."""

    def __init__(self, trigger: Trigger) -> None:
        parts = urlsplit(trigger.url)
        secure = parts.scheme == "https"
        make = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        self._connection = make(parts.hostname or "", parts.port, timeout=trigger.seconds)
        self._target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._trigger = trigger
        self.heard = _Heard()
        self.status: int | None = None
        self.error: BaseException | None = None
        self.thread = threading.Thread(target=self._ask, daemon=True)

    def _ask(self) -> None:
        body = self._trigger.body.encode("ascii") or None
        headers = {"Content-Type": "application/json"} if body else {}
        try:
            self._connection.request(self._trigger.method, self._target, body, headers)
            answer = self._connection.getresponse()
            while not self.heard.is_cut and (part := answer.read(8192)):
                self.heard.add(part)
            self.status = answer.status
        except (OSError, http.client.HTTPException) as error:
            self.error = error
        finally:
            self._connection.close()

    def close(self) -> None:
        """Let go of the connection, whatever it waits for."""
        with contextlib.suppress(OSError, AttributeError):
            self._connection.sock.shutdown(socket.SHUT_RDWR)


def _ask(trigger: Trigger, work: Work) -> Ran:
    work.check()
    began = time.monotonic()
    request = _Request(trigger)
    request.thread.start()
    try:
        ended = _wait(lambda: not request.thread.is_alive(), began + trigger.seconds, work)
    finally:
        request.close()
    took = time.monotonic() - began
    if ended and request.error is not None and not isinstance(request.error, TimeoutError):
        raise StoreUnavailable(
            tr("The application could not be asked: {reason}.", reason=request.error),
            hint=tr("Is it running, and is the address right?"),
        )
    status = request.status if ended else None
    succeeded = status is not None and 200 <= status < 300
    return Ran(status, succeeded, request.heard.text, request.heard.is_cut, took)
