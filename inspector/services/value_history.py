"""One value of the state over a whole stream: for a line under the timeline.

Several values are followed in one walk. Only the places where a value became another one are
kept. Where there is no number a gap is kept with its reason: the value was not there, was
something else, or was not known because an event could not be applied.

Imports neither Qt nor numpy. The walk belongs to the scanning lane; the window looks at what
is ready while it goes on.
"""

from __future__ import annotations

import enum
import math
import re
from array import array
from bisect import bisect_right
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from inspector.core.paths import Path, part_key
from inspector.core.replaying import KEYFRAME_EVERY
from inspector.core.texts import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inspector.core.folding import Frame
    from inspector.core.payloads import Value
    from inspector.services.replaying import StreamReplay
    from inspector.services.tasks import Work
    from inspector.storage.store_reader import StoreReader

_NUMBER_TEXT: Final = re.compile(r"[+-]?\d{1,30}(?:\.\d{1,30})?", re.ASCII)


class Reading(enum.IntEnum):
    """What was found at a place."""

    NUMBER = 0
    NUMBER_TEXT = 1
    """A text that spells a number; it is shown as that number and said to be a text."""
    MISSING = 2
    OTHER = 3
    UNKNOWN = 4


class _Nothing(enum.Enum):
    NOTHING = "nothing"


NOTHING: Final = _Nothing.NOTHING
"""In place of a value: the path leads nowhere."""


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """What is known of a value at one moment. Compared by identity.

    Attributes:
        path: where the value is.
        rows: rows of the stream that were walked, from the first.
        starts: indexes from which on the value is another one, ascending; the first is 0.
        numbers: the numbers from there on; not a number in a gap.
        readings: a :class:`Reading` for each.
        values: the values as they were found.
        lowest, highest: of all numbers, as they were found; ``None``: there is no number.
    """

    path: Path
    rows: int
    starts: Sequence[int]
    numbers: Sequence[float]
    readings: Sequence[int]
    values: Sequence[Value]
    lowest: Value = None
    highest: Value = None

    def at(self, index: int) -> tuple[Reading, Value] | None:
        """What was found at a row; ``None``: it was not walked yet."""
        if not 0 <= index < self.rows:
            return None
        place = bisect_right(self.starts, index) - 1
        return Reading(self.readings[place]), self.values[place]


class _Followed:
    """One value while it is being followed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.starts, self.numbers, self.readings = array("I"), array("d"), array("B")
        self.values: list[Value] = []
        self.low, self.high = math.inf, -math.inf
        self.lowest: Value = None
        self.highest: Value = None

    def add(self, index: int, frame: Frame) -> None:
        """Look at the state after a row."""
        reading, number, value = _read(frame, self.path)
        if self.readings and self.readings[-1] == reading and _alike(self.values[-1], value):
            return
        self.values.append(value)
        self.readings.append(reading)
        self.numbers.append(number)
        self.starts.append(index)
        if number < self.low:
            self.low, self.lowest = number, value
        if number > self.high:
            self.high, self.highest = number, value

    def line(self, rows: int, size: int) -> Line:
        """What is known now."""
        return Line(
            self.path, rows, self.starts[:size], self.numbers[:size], self.readings[:size],
            self.values[:size], self.lowest, self.highest,
        )  # fmt: skip


class ValueWalk:
    """Follows values of one stream from its first event on.

    Args:
        replay: the stream; as much of it as is loaded is walked.
        paths: where the values are.
    """

    def __init__(self, replay: StreamReplay, paths: Sequence[Path]) -> None:
        self.paths = tuple(paths)
        self._replay = replay
        self._fold = replay.folder.begin()
        self._followed = [_Followed(path) for path in paths]
        self._ready = (0, tuple(0 for _ in paths))

    @property
    def rows(self) -> int:
        """Rows walked so far."""
        return self._ready[0]

    @property
    def complete(self) -> bool:
        """Whether every event of the stream was walked."""
        return self._replay.complete and self.rows == len(self._replay)

    def lines(self) -> tuple[Line, ...]:
        """What is known now, for each path."""
        rows, sizes = self._ready
        return tuple(f.line(rows, size) for f, size in zip(self._followed, sizes, strict=True))

    def run(self, reader: StoreReader, work: Work, until: int | None = None) -> None:
        """Walk on to the last loaded event, or to the row ``until``; can be called again."""
        total = len(self._replay) if until is None else min(until + 1, len(self._replay))
        while self.rows < total:
            work.check()
            start = self.rows
            stop = min((start // KEYFRAME_EVERY + 1) * KEYFRAME_EVERY, total)
            self._walk(start, self._replay.history.entries(reader, start, stop))
            work.report(self.rows, total, tr("events"))

    def _walk(self, start: int, entries: Sequence[Any]) -> None:
        fold, before = self._fold, None
        for index, entry in enumerate(entries, start):
            fold.feed_one(entry)
            frame = fold.frame()
            same = before is not None and frame.state is before.state
            doubts = (frame.unknown, frame.known)
            if not (same and before is not None and doubts == (before.unknown, before.known)):
                for followed in self._followed:
                    followed.add(index, frame)
            before = frame
        self._ready = (start + len(entries), tuple(len(f.starts) for f in self._followed))


def value_at(state: Value, path: Path) -> Value:
    """The value at a path; :data:`NOTHING` where it leads nowhere."""
    here = state
    for part in path:
        key = part_key(part)
        if isinstance(here, dict):
            if key not in here:
                return NOTHING
            here = here[key]
        elif isinstance(here, list | tuple) and isinstance(key, int) and 0 <= key < len(here):
            here = here[key]
        else:
            return NOTHING
    return here


def differs(before: Frame, after: Frame, path: Path) -> bool:
    """Whether what is known of a value is another thing after an event than before it."""
    if before.state is after.state and (before.unknown, before.known) == (
        after.unknown,
        after.known,
    ):
        return False
    (old, _, left), (new, _, right) = _read(before, path), _read(after, path)
    return old != new or not _alike(left, right)


def _read(frame: Frame, path: Path) -> tuple[Reading, float, Value]:
    value = value_at(frame.state, path)
    if (frame.unknown or frame.sealed) and not frame.knows(path):
        return Reading.UNKNOWN, math.nan, value
    if value is NOTHING:
        return Reading.MISSING, math.nan, NOTHING
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        number = _float(value)
        return (Reading.NUMBER if math.isfinite(number) else Reading.OTHER), number, value
    if isinstance(value, str) and _NUMBER_TEXT.fullmatch(value):
        return Reading.NUMBER_TEXT, float(value), value
    return Reading.OTHER, math.nan, value


def _float(value: int | float | Decimal) -> float:
    try:
        number = float(value)
    except (OverflowError, ValueError):  # more than any float holds, or a signalling NaN
        return math.nan
    return number if math.isfinite(number) else math.nan


def _alike(left: Value, right: Value) -> bool:
    """Whether a value stayed the same; ``1`` and ``1.0`` are told apart."""
    return left is right or (type(left) is type(right) and bool(left == right))


def is_chartable(value: Value) -> bool:
    """Whether a value can be drawn as a number: what a menu asks before it offers to."""
    if isinstance(value, str):
        return _NUMBER_TEXT.fullmatch(value) is not None
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)
