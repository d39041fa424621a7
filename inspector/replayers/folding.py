"""Folds whose work is done by a replayer.

A fold goes on from any frame: a replayer that can resume is given the frame's state, another one
is given the stream's events from the beginning again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from inspector.core.events import Event, StreamId
from inspector.core.findings import Finding
from inspector.core.folding import FoldRules, Frame, Truth
from inspector.core.paths import ROOT
from inspector.core.payloads import Undecoded
from inspector.replayers.failing import ReplayerFailed
from inspector.replayers.messages import Folded
from inspector.replayers.process import never_stopped
from inspector.replayers.replayer import BATCH, Replayer

Earlier = Callable[[int], Iterable[Event]]
"""Gives the first so many events of the stream once more."""

EVERYTHING: Final = frozenset({ROOT})


class ReplayerFolder:
    """Makes folds of one stream that a replayer carries out.

    Args:
        replayer: who folds; one stream at a time.
        stream: the stream.
        earlier: reads the stream's beginning again, for a replayer that cannot resume.
        rules: rows that are shown but not folded.
        check: looked at while waiting; what it raises stops the work.
    """

    truth: Final = Truth.EXACT

    def __init__(
        self,
        replayer: Replayer,
        stream: StreamId,
        earlier: Earlier,
        rules: FoldRules | None = None,
        check: Callable[[], None] = never_stopped,
    ) -> None:
        self.replayer = replayer
        self.stream = stream
        self.earlier = earlier
        self.rules = rules or FoldRules()
        self.check = check

    @property
    def name(self) -> str:
        """Who folds, for people."""
        return self.replayer.name

    def begin(self, frame: Frame | None = None) -> ReplayerFold:
        """Start a run; the process is only asked when there is something to fold."""
        return ReplayerFold(self, frame)

    def passes(self, event: Event) -> bool:
        """Whether a row is shown but takes no part in the state."""
        return event.kind in self.rules.ignore_kinds or event.type in self.rules.ignore_types


class ReplayerFold:
    """One run; see :class:`inspector.core.folding.Fold`."""

    def __init__(self, folder: ReplayerFolder, frame: Frame | None) -> None:
        self._folder = folder
        self._frame = frame
        self._broken: ReplayerFailed | None = None

    @property
    def count(self) -> int:
        """Rows of the stream seen so far."""
        return 0 if self._frame is None else self._frame.count

    def frame(self) -> Frame:
        """The state now."""
        if self._frame is None:
            with self._folder.replayer.lock:
                self._go_on()
        return self._frame or Frame(None, unknown=EVERYTHING)

    def feed(self, entries: Iterable[Event]) -> Sequence[int]:
        """Fold many events; gives the indexes of those that could not be applied."""
        failed: list[int] = []
        waiting = iter(entries)
        while batch := list(islice(waiting, BATCH)):
            start = self.count
            for offset, findings in enumerate(self._fold(batch)):
                if any(
                    finding.code in ("reducer-failed", "replayer-failed") for finding in findings
                ):
                    failed.append(start + offset)
        return failed

    def feed_one(self, entry: Event) -> tuple[Finding, ...]:
        """Fold one event; gives what is to be said about it."""
        (findings,) = self._fold([entry])
        return findings

    # -- with the process -------------------------------------------------------------------------

    def _fold(self, batch: list[Event]) -> list[tuple[Finding, ...]]:
        with self._folder.replayer.lock:
            answers = self._answers([event for event in batch if not self._is_passed(event)])
        return [
            self._passed() if self._is_passed(event) else self._taken(event, next(answers))
            for event in batch
        ]

    def _is_passed(self, event: Event) -> bool:
        return self._folder.passes(event)

    def _answers(self, events: list[Event]) -> Iterator[Folded]:
        """One answer for each event; a replayer that broke has the same one for all of them."""
        try:
            self._go_on()
            if events and self._broken is None:
                return iter(self._folder.replayer.fold(events, self._folder.check))
        except ReplayerFailed as error:
            self._broken = error
        return iter([Folded(error=self._reason()) for _ in events])

    def _reason(self) -> str:
        error = self._broken
        return "" if error is None else f"{error.message} {error.hint}".strip()

    def _go_on(self) -> None:
        """Bring the process to where this run stands."""
        folder, frame = self._folder, self._frame
        if self._broken is not None or folder.replayer.running is self:
            return
        try:
            if frame is not None and folder.replayer.can("resume"):
                folder.replayer.begin(folder.stream, frame.state, resume=True, check=folder.check)
            else:
                state = folder.replayer.begin(folder.stream, check=folder.check)
                self._frame = frame or Frame(state)
                self._again(0 if frame is None else frame.count)
        except ReplayerFailed as error:
            self._broken = error
            self._frame = self._frame or Frame(None, unknown=EVERYTHING)
            return
        folder.replayer.running = self

    def _again(self, count: int) -> None:
        """Fold the first events once more, for what the process keeps to itself."""
        waiting = (event for event in self._folder.earlier(count) if not self._is_passed(event))
        while batch := list(islice(waiting, BATCH)):
            self._folder.replayer.fold(batch, self._folder.check)

    def _passed(self) -> tuple[Finding, ...]:
        old = self.frame()
        self._frame = replace(old, count=old.count + 1)
        return ()

    def _taken(self, event: Event, answer: Folded) -> tuple[Finding, ...]:
        old = self.frame()
        notes = tuple(Finding("replayer-note", note) for note in answer.notes)
        if answer.error is None:
            state = old.state if answer.same else answer.state
            self._frame = replace(old, state=state, count=old.count + 1, applied=old.applied + 1)
            return notes
        self._frame = replace(old, count=old.count + 1, unknown=EVERYTHING, failed_at=old.count)
        if isinstance(event.payload.content, Undecoded):
            content = event.payload.content
            return (Finding(content.code, content.reason), *notes)
        code = "reducer-failed" if self._broken is None else "replayer-failed"
        return (Finding(code, answer.error), *notes)
