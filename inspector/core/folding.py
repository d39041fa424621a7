"""What a fold is: one run over the events of a stream that ends in a state.

A :class:`Fold` has private mutable state; it is fed in bulk and asked for a :class:`Frame`
(a value that never changes afterwards) when somebody wants to look. A :class:`Folder` makes
folds: :class:`inspector.core.reducing.GenericReducer` out of cheap entries, without an `Event`
being built, and :class:`inspector.core.event_reducing.EventReducer` out of whole events.

Imports ``inspector.core`` only. Every fold promises:

- an event that cannot be applied never stops it; it leaves the state as it was, and what it
  could have changed is *unknown*;
- a frame never changes after it was handed out;
- folding on from a frame gives what folding from the start gives.
"""

from __future__ import annotations

import enum
from abc import abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

from inspector.core.findings import Finding
from inspector.core.paths import Path
from inspector.core.payloads import Value
from inspector.core.sealing import seals_in
from inspector.core.texts import tr


class Truth(enum.StrEnum):
    """How much a state value can be trusted.

    ``UNVERIFIED``: exact, if a snapshot that it follows from is.
    """

    EXACT = "exact"
    INFERRED = "inferred"
    UNKNOWN = "unknown"
    MIXED = "mixed"
    UNVERIFIED = "unverified"


class _Passed(enum.Enum):
    PASSED = "passed"

    def __repr__(self) -> str:
        return "PASSED"


PASSED: Final = _Passed.PASSED
"""In place of a value: a row that is shown but takes no part in the state (a command)."""

Entry = tuple[str, Value]
"""Event type and business payload, :data:`PASSED`, or why it could not be decoded
(:class:`inspector.core.payloads.Undecoded`)."""

E_contra = TypeVar("E_contra", contravariant=True)


@dataclass(frozen=True, slots=True)
class Frame:
    """The state between two events, with what must be known to fold on from here.

    Attributes:
        state: the state; shared, never to be changed in place.
        count: rows of the stream seen so far; the frame stands after row ``count - 1``.
        applied: how many of them changed or could have changed the state as told.
        unknown: paths whose value an event that could not be applied may have changed.
        known: paths below unknown ones whose value is known all the same.
        failed_at: index of the latest row that could not be applied.
        sealed: paths of values that the application encrypted and that were not opened.
    """

    state: Value
    count: int = 0
    applied: int = 0
    unknown: frozenset[Path] = frozenset()
    failed_at: int | None = None
    known: frozenset[Path] = frozenset()
    sealed: frozenset[Path] = frozenset()

    def knows(self, path: Path) -> bool:
        """Whether the value at a path is not in doubt: the nearest word about it counts."""
        for size in range(len(path), -1, -1):
            if path[:size] in self.sealed:
                return False
            if path[:size] in self.known:
                return True
            if path[:size] in self.unknown:
                return False
        return True


class Fold(Protocol[E_contra]):
    """One run over the events of a stream, oldest first."""

    @property
    def count(self) -> int:
        """Rows of the stream seen so far."""

    def feed(self, entries: Iterable[E_contra]) -> Sequence[int]:
        """Apply many events; gives the indexes of those that could not be applied.

        What ``entries`` raises is let through; the run is then of no more use.
        """

    def feed_one(self, entry: E_contra) -> tuple[Finding, ...]:
        """Apply one event; gives what is to be said about it."""

    def frame(self) -> Frame:
        """The state now."""


class Folder(Protocol[E_contra]):
    """Makes folds: how one stream's events are turned into state."""

    @property
    def name(self) -> str:
        """Who folds, for people (``generic``, a rules file's name)."""

    @property
    def truth(self) -> Truth:
        """What a value is when nothing failed."""

    def begin(self, frame: Frame | None = None) -> Fold[E_contra]:
        """Start a run, at the beginning of a stream or where a frame stands."""


class FrameFold(Generic[E_contra]):
    """A fold whose whole state is a frame that each entry replaces; made of :meth:`feed_one`."""

    __slots__ = ("_frame",)

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    @property
    def count(self) -> int:
        """Rows of the stream seen so far."""
        return self._frame.count

    def frame(self) -> Frame:
        """The state now."""
        return self._frame

    def feed(self, entries: Iterable[E_contra]) -> Sequence[int]:
        """Apply many entries; gives the indexes of those that could not be applied."""
        failed = []
        for entry in entries:
            index = self.count
            self.feed_one(entry)
            if self._frame.failed_at == index:
                failed.append(index)
        return failed

    @abstractmethod
    def feed_one(self, entry: E_contra) -> tuple[Finding, ...]:
        """Apply one entry; gives what is to be said about it."""


@dataclass(frozen=True, slots=True)
class FoldRules:
    """Which rows change the state, and which of their fields are part of it.

    Attributes:
        ignore_types, ignore_kinds: rows of these types or kinds are shown but not folded.
        seed_types: rows whose payload *is* the state so far; used only as the first row.
        skipped_keys: payload keys that are part of no state (envelope, time stamps).
        seals: events may hold values that were encrypted one by one.
    """

    ignore_types: frozenset[str] = frozenset()
    ignore_kinds: frozenset[str] = frozenset()
    seed_types: frozenset[str] = frozenset()
    skipped_keys: frozenset[str] = frozenset()
    seals: bool = False

    def sealed_in(self, state: Value) -> frozenset[Path]:
        """Where a state holds such values."""
        return frozenset(path for path, _, _ in seals_in(state)) if self.seals else frozenset()

    def entry(self, event_type: str, kind: str, value: Value) -> Entry:
        """The entry of a row whose kind may say that it is no event."""
        if kind in self.ignore_kinds and event_type not in self.seed_types:
            return event_type, PASSED
        return event_type, value


def history_starts_late() -> Finding:
    """What is to be said about a seed row."""
    message = tr("The first row holds the whole state; what led to it is not in the store.")
    return Finding("history-starts-late", message)
