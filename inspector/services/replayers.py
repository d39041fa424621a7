"""The replayer of an open store: who folds its streams instead of rules.

A command is the user's own and is only run when the user has asked for it: on the command line by
naming it, in the window after a question. JavaScript projections need no question, because they
run in the program's own worker without access to anything.

Imports ``replayers``, ``core`` and the standard library.
"""

from __future__ import annotations

import shlex
import shutil
import weakref
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from inspector.core.errors import InputInvalid
from inspector.core.texts import tr
from inspector.core.upcasting import Form, Hop, UpcastTrace
from inspector.replayers.folding import ReplayerFolder
from inspector.replayers.javascript import LIMITS as WORKER_LIMITS
from inspector.replayers.javascript import command as worker
from inspector.replayers.javascript import is_projection
from inspector.replayers.limits import Limits
from inspector.replayers.messages import Folded
from inspector.replayers.process import never_stopped
from inspector.replayers.replayer import BATCH, Replayer

if TYPE_CHECKING:
    from inspector.core.events import Event, StreamId
    from inspector.core.folding import FoldRules


class StoreReplayer:
    """A replayer that runs for a store until it is closed.

    Args:
        text: the command as somebody typed it, or the path of a JavaScript projection.
        facts: what it is told about the store; never an address.

    Raises:
        InputInvalid: there is no such command or script.
        ReplayerFailed: it cannot be started, or does not speak the protocol.
    """

    def __init__(self, text: str, facts: dict[str, object]) -> None:
        self.text = text
        command, limits = command_of(text)
        self._replayer = Replayer(command, facts, limits)
        # Both lanes of a store hold it; the process ends with the last of them.
        self._end = weakref.finalize(self, self._replayer.close)

    @property
    def name(self) -> str:
        """Who folds, for people."""
        return self._replayer.name

    def folder(
        self,
        stream: StreamId,
        earlier: Callable[[int], Iterable[Event]],
        rules: FoldRules,
        check: Callable[[], None] = never_stopped,
    ) -> ReplayerFolder:
        """Who folds one stream."""
        return ReplayerFolder(self._replayer, stream, earlier, rules, check)

    @property
    def can_resume(self) -> bool:
        """Whether it goes on from a state that it is given."""
        return self._replayer.can("resume")

    def traced(self, events: Iterable[Event]) -> UpcastTrace:
        """How the last of some events looks to the application.

        Args:
            events: a stream from its beginning to the event that is meant; at least one.

        Raises:
            InputInvalid: the replayer does not tell.
            ReplayerFailed: it broke.
        """
        if not self._replayer.can("upcast"):
            message = tr("The replayer {name} does not tell what events become.", name=self.name)
            raise InputInvalid(message, hint=tr("Rules can: add --rules FILE."))
        known = list(events)
        self._replayer.begin(known[0].stream)
        answers: list[Folded] = []
        for start in range(0, len(known), BATCH):
            answers = self._replayer.fold(known[start : start + BATCH])
        return _trace(known[-1], answers[-1], self.name)

    def close(self) -> None:
        """End the process."""
        self._end()


def command_of(text: str) -> tuple[tuple[str, ...], Limits]:
    """The program and arguments that a text means, and what it may take.

    Raises:
        InputInvalid: it names nothing that could be run.
    """
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise InputInvalid(
            tr("The replayer's command cannot be read: {reason}.", reason=str(error)),
            hint=tr("Put quotes around paths with spaces."),
        ) from None
    if not words:
        raise InputInvalid(tr("The replayer's command is empty."))
    path = Path(words[0]).expanduser()
    if len(words) == 1 and is_projection(path):
        if not path.is_file():
            raise InputInvalid(tr("There is no script {file}.", file=path))
        return worker(path.absolute()), WORKER_LIMITS
    program = shutil.which(str(path)) if path.name else None
    if program is None:
        raise InputInvalid(
            tr("There is no program {name} to run as a replayer.", name=words[0]),
            hint=tr("Name an interpreter and its script, or a JavaScript projection (.js)."),
        )
    return (program, *words[1:]), Limits()


def _trace(event: Event, answer: Folded, name: str) -> UpcastTrace:
    stored = Form(event.type, event.schema_version, event.data)
    final = tuple(Form(f.type, f.schema_version, f.data) for f in answer.upcast or ())
    if not final or final == (stored,):
        return UpcastTrace(stored, (), final or (stored,))
    return UpcastTrace(stored, (Hop(stored, final, name),), final)
