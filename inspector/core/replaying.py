"""Events in, steps out: what a stream's state was after every event.

:class:`Keyframes` loads a stream in bulk and keeps a frame (our in-memory saved state) every
256 events. Going to a place asks the caller for the events since the nearest keyframe, at most
256 of them, so that the events themselves need not be kept decoded. :func:`steps` walks a
stream from its beginning and gives every step.

An event that could not be applied keeps its finding at its own step; every later step says
``follows-failure`` and marks what is not known.

Imports ``inspector.core`` only. Promises that a state at an index is the same whichever
keyframe it was reached from, and that a state once handed out never changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, Generic, TypeVar

from inspector.core.diffing import Change, diff
from inspector.core.errors import StoreChanged
from inspector.core.findings import Finding
from inspector.core.folding import Fold, Folder, Frame, Truth
from inspector.core.paths import Path, path_text
from inspector.core.payloads import Value
from inspector.core.texts import tr

KEYFRAME_EVERY: Final = 256

E = TypeVar("E")

Fetch = Callable[[int, int], Sequence[E]]
"""The entries of a stream from one index up to, but without, another."""

PositionOf = Callable[[int], int | None]
"""Position in its stream, as stored, of the row at an index."""


def _index_as_position(index: int) -> int | None:
    return index


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a replay began.

    Attributes:
        kind: ``start``, ``keyframe`` or ``snapshot``.
        position: of the last event that the keyframe or snapshot contains.
    """

    kind: str = "start"
    position: int | None = None

    def __str__(self) -> str:
        return self.kind if self.position is None else f"{self.kind}@{self.position}"


@dataclass(frozen=True, slots=True)
class Step:
    """The state after one event.

    Attributes:
        index: place among the rows of the stream, from 0.
        position: place in the stream as stored, or ``None``.
        state: the state after the event; shared, never to be changed in place.
        changes: what the event changed.
        origin: where the replay began that led here.
        findings: about this event, and that it follows one that failed.
        truth: what holds for every value that ``marks`` does not name.
        marks: values, with all below them, whose truth is another.
        applied: how many events the state is made of.
    """

    index: int
    position: int | None
    state: Value
    changes: tuple[Change, ...]
    origin: Origin
    findings: tuple[Finding, ...]
    truth: Truth
    marks: Mapping[Path, Truth]
    applied: int


class Keyframes(Generic[E]):
    """One stream, ready to be looked at in any place.

    Attributes:
        failures: indexes of the events that could not be applied, ascending.
    """

    __slots__ = ("_every", "_fold", "_folder", "_frames", "failures")

    def __init__(self, folder: Folder[E], *, every: int = KEYFRAME_EVERY) -> None:
        self._folder = folder
        self._every = every
        self._fold: Fold[E] = folder.begin()
        self._frames = [self._fold.frame()]
        self.failures: list[int] = []

    def __len__(self) -> int:
        """Rows of the stream loaded so far."""
        return self._fold.count

    @property
    def folder(self) -> Folder[E]:
        """Who folds."""
        return self._folder

    def extend(self, entries: Iterable[E]) -> int:
        """Load the next rows of the stream; gives how many there were.

        What ``entries`` raises (a lost connection, a stop) is let through. Everything up to
        the last keyframe is kept then; ``len()`` tells where to go on.
        """
        before = len(self)
        rest = iter(entries)
        try:
            while self._extend_to_keyframe(rest):
                pass
        except BaseException:
            last = self._frames[-1]
            self._fold = self._folder.begin(last)
            self.failures = [index for index in self.failures if index < last.count]
            raise
        return len(self) - before

    def _extend_to_keyframe(self, rest: Iterator[E]) -> bool:
        goal = len(self._frames) * self._every
        self.failures.extend(self._fold.feed(islice(rest, goal - self._fold.count)))
        if self._fold.count < goal:
            return False
        self._frames.append(self._fold.frame())
        return True

    def frame_at(self, index: int, fetch: Fetch[E]) -> Frame:
        """The state after the row at ``index``; -1 is the state before the first row.

        Raises:
            IndexError: the stream has no such row.
            StoreChanged: ``fetch`` no longer finds the rows that were loaded.
        """
        self._check(index, -1)
        if index == len(self) - 1:
            return self._fold.frame()
        nearest, rest = divmod(index + 1, self._every)
        frame = self._frames[nearest]
        if rest == 0:
            return frame
        fold = self._folder.begin(frame)
        fold.feed(_fetched(fetch, frame.count, index + 1))
        return fold.frame()

    def step_at(
        self, index: int, fetch: Fetch[E], position_of: PositionOf = _index_as_position
    ) -> Step:
        """The step of the row at ``index``.

        Raises:
            IndexError: the stream has no such row.
            StoreChanged: ``fetch`` no longer finds the rows that were loaded.
        """
        self._check(index, 0)
        frame = self._frames[index // self._every]
        entries = _fetched(fetch, frame.count, index + 1)
        fold = self._folder.begin(frame)
        fold.feed(entries[:-1])
        origin = Origin("keyframe", position_of(frame.count - 1)) if frame.count else Origin()
        return _step(fold, entries[-1], origin, self._folder, position_of)

    def _check(self, index: int, first: int) -> None:
        if not first <= index < len(self):
            raise IndexError(f"no row {index} among {len(self)}")


def _fetched(fetch: Fetch[E], start: int, stop: int) -> Sequence[E]:
    entries = fetch(start, stop)
    if len(entries) != stop - start:
        raise StoreChanged(
            tr(
                "The stream had {n} events here when it was loaded, and has {now} now.",
                n=stop - start,
                now=len(entries),
            ),
            hint=tr("Load the stream again."),
        )
    return entries


def steps(
    folder: Folder[E],
    entries: Iterable[E],
    position_of: PositionOf = _index_as_position,
    *,
    frame: Frame | None = None,
    origin: Origin | None = None,
) -> Iterator[Step]:
    """Every step of a stream, oldest first.

    Args:
        entries: all rows of the stream, or those after ``frame``.
        frame: where to begin, when that is not the beginning; ``origin`` names it.
    """
    fold = folder.begin(frame)
    begun = origin or Origin()
    for entry in entries:
        yield _step(fold, entry, begun, folder, position_of)


def _step(
    fold: Fold[E], entry: E, origin: Origin, folder: Folder[E], position_of: PositionOf
) -> Step:
    before = fold.frame()
    findings = fold.feed_one(entry)
    after = fold.frame()
    index = after.count - 1
    if before.failed_at is not None:
        findings += (_follows(before.failed_at, position_of),)
    return Step(
        index,
        position_of(index),
        after.state,
        diff(before.state, after.state),
        origin,
        findings,
        folder.truth,  # some folders only know it once they have seen the first event
        _marks(after, folder.truth),
        after.applied,
    )


def _marks(frame: Frame, truth: Truth) -> Mapping[Path, Truth]:
    """What is unknown, and what below it is not."""
    marks = dict.fromkeys(sorted(frame.unknown | frame.sealed, key=path_text), Truth.UNKNOWN)
    return marks | dict.fromkeys(sorted(frame.known, key=path_text), truth)


def _follows(failed_at: int, position_of: PositionOf) -> Finding:
    position = position_of(failed_at)
    place = tr("row {n}", n=failed_at + 1) if position is None else str(position)
    message = tr(
        "The event at {place} could not be applied; what it changed is not known.", place=place
    )
    return Finding("follows-failure", message, place)
