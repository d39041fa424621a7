"""One running replayer: questions go in, answers come out, and every wait has an end.

Three threads of its own move bytes, so that neither side can block the other: what is written,
what is answered, what is said on standard error. Whoever asks looks at the cancel token ten times
a second. The process gets a group of its own and is killed with everything that it started.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import IO, Final

from inspector.core.children import child_environment
from inspector.core.texts import tr
from inspector.replayers.failing import ReplayerFailed
from inspector.replayers.limits import Limits

_LOOK_SECONDS: Final = 0.1
_STDERR_LINES: Final = 20
_STDERR_BYTES: Final = 2000
_END_SECONDS: Final = 2.0
_CLOSED: Final = b""
"""An answer is a line, so nothing else is empty: the output has ended."""


def never_stopped() -> None:
    """In place of a look at a cancel token, for work that nobody stops."""


class ReplayerProcess:
    """A replayer that runs until it is closed.

    Args:
        command: program and arguments; never through a shell.
        limits: what it may take.
        folder: where it runs; the current one by default.

    Raises:
        ReplayerFailed: it cannot be started.
    """

    def __init__(
        self, command: Sequence[str], limits: Limits | None = None, folder: str | None = None
    ) -> None:
        self.command = tuple(command)
        self.limits = limits or Limits()
        self._questions: queue.Queue[bytes | None] = queue.Queue()
        self._answers: queue.Queue[bytes] = queue.Queue(self.limits.waiting)
        self._errors: deque[bytes] = deque(maxlen=_STDERR_LINES)
        self._closing = threading.Event()
        self._process = self._start(folder)
        self._limit_memory()
        self._threads = [
            threading.Thread(target=work, name=f"replayer-{name}", daemon=True)
            for name, work in (
                ("in", self._write),
                ("out", self._read),
                ("errors", self._read_errors),
            )
        ]
        for thread in self._threads:
            thread.start()

    # -- asking -----------------------------------------------------------------------------------

    def ask(
        self,
        questions: Sequence[bytes],
        check: Callable[[], None] = never_stopped,
        seconds: float | None = None,
    ) -> list[bytes]:
        """Send lines and wait for as many answers.

        Args:
            questions: lines, each with its line end.
            check: called while waiting; what it raises ends the wait and the process.
            seconds: patience for each answer.

        Raises:
            ReplayerFailed: it died, was too slow, or answered too much or too long.
        """
        with contextlib.suppress(queue.Empty):
            unasked = self._answers.get_nowait()
            ended = unasked is _CLOSED
            reason = self._end() if ended else tr("it wrote a line that nobody asked for")
            raise self._failed(reason)
        for question in questions:
            self._questions.put(question)
        patience = self.limits.answer_seconds if seconds is None else seconds
        return [self._answer(patience, check) for _ in questions]

    def _answer(self, patience: float, check: Callable[[], None]) -> bytes:
        deadline = time.monotonic() + patience
        while True:
            try:
                check()
            except BaseException:
                self.kill()
                raise
            try:
                answer = self._answers.get(timeout=_LOOK_SECONDS)
            except queue.Empty:
                if time.monotonic() < deadline:
                    continue
                reason = tr("it did not answer within {n} seconds", n=f"{patience:g}")
                raise self._failed(reason) from None
            if answer is _CLOSED:
                raise self._failed(self._end())
            if not answer.endswith(b"\n"):
                reason = tr("an answer is longer than {n} bytes", n=self.limits.line_bytes)
                raise self._failed(reason)
            return answer

    def _end(self) -> str:
        """How it ended, in words."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_END_SECONDS)
        code = self._process.poll()
        if code is None:
            return tr("it closed its output")
        if code < 0:
            return tr("it was ended by signal {n}", n=-code)
        return tr("it ended with exit code {n}", n=code)

    def _failed(self, reason: str) -> ReplayerFailed:
        self.kill()
        said = b"".join(self._errors)[-_STDERR_BYTES:].decode("utf-8", "replace")
        shown = "".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in said).strip()
        last = shown.rsplit("\n", 1)[-1]
        hint = tr("Its last words: {words}", words=last) if last else ""
        message = tr("The replayer {name} failed: {reason}.", name=self.name, reason=reason)
        return ReplayerFailed(message, hint=hint, detail=shown)

    @property
    def name(self) -> str:
        """The program, for people."""
        return os.path.basename(self.command[0]) if self.command else ""  # noqa: PTH119 - any system's path

    # -- ending -----------------------------------------------------------------------------------

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def close(self, farewell: bytes = b"") -> None:
        """Say good-bye, give it a moment, then kill it."""
        if self.alive and farewell:
            self._questions.put(farewell)
        self._questions.put(None)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_END_SECONDS)
        self.kill()

    def kill(self) -> None:
        """End it and everything that it started, now."""
        self._closing.set()
        self._questions.put(None)
        if sys.platform == "win32":
            self._process.kill()
        else:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        with contextlib.suppress(queue.Empty):  # a reader that waits for room goes on
            while True:
                self._answers.get_nowait()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(_END_SECONDS)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            with contextlib.suppress(OSError, ValueError):
                _open(pipe).close()

    # -- the process ------------------------------------------------------------------------------

    def _start(self, folder: str | None) -> subprocess.Popen[bytes]:
        try:
            # The command is the user's own, allowed by the user, and never read by a shell.
            return subprocess.Popen(  # noqa: S603
                self.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=folder,
                env=child_environment(),
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            raise ReplayerFailed(
                tr("The replayer {name} cannot be started.", name=self.name),
                hint=str(error),
            ) from error

    def _limit_memory(self) -> None:
        """Set the limit from outside: nothing of ours runs between fork and exec."""
        if not sys.platform.startswith("linux"):
            return
        import resource  # noqa: PLC0415 - exists on Unix alone

        limit = self.limits.memory_bytes
        with contextlib.suppress(OSError, ValueError):  # it may have ended already
            resource.prlimit(self._process.pid, resource.RLIMIT_AS, (limit, limit))

    def _write(self) -> None:
        pipe = _open(self._process.stdin)
        with contextlib.suppress(OSError, ValueError):
            while (question := self._questions.get()) is not None:
                pipe.write(question)
                if self._questions.empty():
                    pipe.flush()
            pipe.close()

    def _read(self) -> None:
        pipe = _open(self._process.stdout)
        with contextlib.suppress(OSError, ValueError):
            while answer := pipe.readline(self.limits.line_bytes):
                if not self._keep(answer):
                    return
        self._keep(_CLOSED)

    def _keep(self, answer: bytes) -> bool:
        """Wait for room; a flood waits in the other process. False when nobody reads any more."""
        while not self._closing.is_set():
            try:
                self._answers.put(answer, timeout=_LOOK_SECONDS)
            except queue.Full:
                continue
            return True
        return False

    def _read_errors(self) -> None:
        pipe = _open(self._process.stderr)
        with contextlib.suppress(OSError, ValueError):
            while said := pipe.readline(_STDERR_BYTES):
                self._errors.append(said)


def _open(pipe: IO[bytes] | None) -> IO[bytes]:
    """A pipe that was asked for is there."""
    assert pipe is not None  # noqa: S101 - Popen was told so
    return pipe
