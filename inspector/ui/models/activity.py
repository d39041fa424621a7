"""What is being worked on just now, for the status bar: quick work is never mentioned.

Asking is on the path of every step of the slider, so noting it costs next to nothing: one entry
in a table; whether something takes long is looked at by a clock that runs only meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from time import monotonic
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from inspector.core.texts import thousands, tr
from inspector.services.tasks import Progress

if TYPE_CHECKING:
    from inspector.services.tasks import Outcome, T

SHOWN_AFTER: Final = 0.15
"""Seconds after which work is mentioned."""

STOPPED_AFTER: Final = 1.0
"""Seconds after which a way to stop it is offered."""

QUIET: Final = frozenset(
    {
        "news",
        "news-base",
        "hover",
        "fingerprint",
        "filter",
        "filter-words",
        "saved-filters",
        "quick-exact",
        "quick-search",
        "quick-event",
        "stream-order",
        "categories",
        "problems",
        "stream-problems",
        "snapshot-list",
        "snapshot-verify",
        "snapshot-close",
    }
)
"""Work that is nobody's concern, or that is spoken of where it was asked for."""

WORDS: Final[dict[Hashable, str]] = {
    "case": "Writing the case file",
    "case-check": "Looking at the marked events",
    "chart": "Following a number over the stream",
    "clock": "Reading times",
    "closeup": "Reading event types",
    "compare": "Comparing",
    "count": "Counting events",
    "events": "Reading events",
    "find": "Looking for the stream",
    "hits": "Reading events",
    "jump": "Looking for the place",
    "typed-jump": "Looking further",
    "new-events": "Reading new events",
    "open": "Opening the store",
    "outline": "Counting events by type",
    "reconnect": "Connecting again",
    "replay": "Reading the stream",
    "save": "Writing the file",
    "snapshots": "Looking for snapshots",
    "make-snapshot": "Checking what a snapshot would be",
    "make-snapshots": "Checking what snapshots would be",
    "write-snapshot": "Writing a snapshot",
    "write-log": "Reading the record",
    "trigger-look": "Looking where the stream stands",
    "trigger-snapshot": "Waiting for the application",
    "snapshot-file": "Writing the file",
    "step": "Replaying",
    "stream-snapshots": "Reading snapshots",
    "verify-stream": "Comparing snapshots with a replay",
    "view-snapshot": "Comparing a snapshot with a replay",
    "streams": "Reading the list of streams",
    "whole": "Reading the payload",
}


@dataclass(frozen=True, slots=True)
class Busy:
    """One piece of work that goes on.

    Attributes:
        key: how to stop it.
        text: what it is and how far, for people.
        can_stop: it has gone on for so long that a way to stop it is offered.
    """

    key: Hashable
    text: str
    can_stop: bool


@dataclass(frozen=True, slots=True)
class _Running:
    since: float
    progress: Progress | None = None


class Activity(QObject):
    """Knows which requests have no answer yet.

    Signals:
        changed(): ``busy`` may be another one.
    """

    changed = Signal()

    def __init__(
        self, parent: QObject | None = None, clock: Callable[[], float] = monotonic
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._running: dict[Hashable, _Running] = {}
        self._shown = False
        self._timer = QTimer(self, interval=round(1000 * SHOWN_AFTER))
        self._timer.timeout.connect(self.look)

    @property
    def keys(self) -> tuple[Hashable, ...]:
        """Everything that has no answer yet and could be stopped, the oldest first."""
        return tuple(self._running)

    @property
    def busy(self) -> Busy | None:
        """What has gone on the longest, when that is long enough to be mentioned."""
        if not self._running:
            return None
        key, running = min(self._running.items(), key=lambda item: item[1].since)
        age = self._clock() - running.since
        if age < SHOWN_AFTER:
            return None
        return Busy(key, _words(key, running.progress), age >= STOPPED_AFTER)

    def begun(self, key: Hashable, done: Callable[[Outcome[T]], None]) -> Callable[..., None]:
        """Note a request; gives what is to be called with its outcome in place of ``done``."""
        if key in QUIET:
            return done
        running = _Running(self._clock())
        self._running[key] = running
        if not self._timer.isActive():
            self._timer.start()
        since = running.since

        def ended(outcome: Outcome[T]) -> None:
            now = self._running.get(key)
            if now is not None and now.since == since:
                self.ended(key)
            done(outcome)

        return ended

    def progress(
        self, key: Hashable, told: Callable[[Progress], None] | None
    ) -> Callable[[Progress], None] | None:
        """What is to be called with the request's progress in place of ``told``."""
        if key in QUIET:
            return told

        def progress(value: Progress) -> None:
            now = self._running.get(key)
            if now is not None:
                self._running[key] = replace(now, progress=value)
            if told is not None:
                told(value)

        return progress

    def ended(self, key: Hashable) -> None:
        """A request has its answer."""
        self._running.pop(key, None)
        if not self._running:
            self._timer.stop()
            if self._shown:
                self.look()

    def clear(self) -> None:
        """Nothing goes on any more: the store was closed."""
        self._running.clear()
        self._timer.stop()
        self.look()

    def look(self) -> None:
        """Tell whether something takes long."""
        shown = self.busy is not None
        if shown or self._shown:
            self._shown = shown
            self.changed.emit()


def _words(key: Hashable, progress: Progress | None) -> str:
    text = tr(WORDS.get(key[0] if isinstance(key, tuple) else key, "Working"))
    if progress is None or not progress.done:
        return f"{text}…"
    if progress.total:
        share = round(100 * min(progress.done / progress.total, 1))
        return tr("{what}… {n} %", what=text, n=share)
    return tr("{what}… {n}", what=text, n=thousands(progress.done))
