"""A replayer that was greeted: streams are begun and events are folded by it.

What breaks is started again at the next stream, so that one bad event costs one stream.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from threading import RLock
from typing import Any, Final, TypeVar

from inspector.core.events import Event, StreamId
from inspector.core.payloads import Value
from inspector.core.texts import tr
from inspector.replayers.failing import ReplayerFailed
from inspector.replayers.limits import Limits
from inspector.replayers.messages import (
    Folded,
    Hello,
    Misunderstood,
    event,
    hello,
    line,
    read_hello,
    read_state,
)
from inspector.replayers.process import ReplayerProcess, never_stopped

T = TypeVar("T")

BATCH: Final = 256
"""Events that are on their way at a time."""


class Replayer:
    """A replayer and what it said of itself.

    Args:
        command: program and arguments.
        store: what it is told about the store: layout and library, never an address.
        limits: what it may take.
        folder: where it runs.

    Raises:
        ReplayerFailed: it cannot be started, or does not speak the protocol.
    """

    def __init__(
        self,
        command: Sequence[str],
        store: Mapping[str, Any] | None = None,
        limits: Limits | None = None,
        folder: str | None = None,
    ) -> None:
        self.command = tuple(command)
        self._store = dict(store or {})
        self._limits = limits or Limits()
        self._folder = folder
        self._process: ReplayerProcess | None = None
        self.running: object | None = None
        """The fold that the process is in the middle of."""
        self.lock = RLock()
        """Held by a fold while it asks: two lanes may fold with one process."""
        self.hello: Hello = self._greeted()

    @property
    def name(self) -> str:
        """Who folds, for people."""
        return self.hello.name

    def can(self, ability: str) -> bool:
        """Whether it said that it can do something."""
        return ability in self.hello.can

    def begin(
        self,
        stream: StreamId,
        state: Value = None,
        *,
        resume: bool = False,
        check: Callable[[], None] = never_stopped,
    ) -> Value:
        """Begin a stream; gives the state before its first event, or the one to go on from.

        Raises:
            ReplayerFailed: it broke; the next call starts it again.
        """
        message: dict[str, Any] = {"begin": stream.name, "category": stream.category}
        if resume:
            message["state"] = state
        if self._process is None or not self._process.alive:
            self.hello = self._greeted()
        (answer,) = self._ask([line(message)], check)
        folded = self._understood(read_state, answer)
        if folded.error is not None:
            raise ReplayerFailed(
                tr("The replayer {name} cannot begin this stream.", name=self.name),
                hint=folded.error,
            )
        return state if folded.same else folded.state

    def fold(
        self, events: Sequence[Event], check: Callable[[], None] = never_stopped
    ) -> list[Folded]:
        """Fold events in their order, at most :data:`BATCH` at once.

        Raises:
            ReplayerFailed: it broke; the next ``begin`` starts it again.
        """
        answers = self._ask([event(item) for item in events], check)
        return [self._understood(read_state, answer) for answer in answers]

    def close(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.close(line({"end": True}))
            self._process = None

    def _greeted(self) -> Hello:
        self._process = ReplayerProcess(self.command, self._limits, self._folder)
        (answer,) = self._process.ask([hello(self._store)], seconds=self._limits.start_seconds)
        return self._understood(read_hello, answer)

    def _ask(self, questions: list[bytes], check: Callable[[], None]) -> list[bytes]:
        if self._process is None:
            raise ReplayerFailed(tr("The replayer was closed."))
        return self._process.ask(questions, check)

    def _understood(self, read: Callable[[bytes], T], answer: bytes) -> T:
        """What was answered; a replayer that breaks the protocol is not asked again."""
        try:
            return read(answer)
        except Misunderstood as error:
            if self._process is not None:
                self._process.kill()
            raise ReplayerFailed(
                tr(
                    "The replayer {name} broke the protocol: {reason}.",
                    name=self._process.name if self._process else "",
                    reason=str(error),
                ),
                hint=tr("The manual's page about replayers lists what is sent and answered."),
            ) from error
