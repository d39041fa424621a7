"""What the timeline shows: one stream as numbers, without one object per event.

Imports neither Qt nor numpy, so that a window can hold it before either is needed.
"""

from __future__ import annotations

import enum
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from inspector.core.texts import counted, thousands, tr

if TYPE_CHECKING:
    from inspector.services.store_clock import ClockCloseup, ClockCount
    from inspector.services.store_density import Closeup, Counted


MARKS_KEPT = 20_000
"""Rows of a stream for which warnings are kept; beyond, their number is *at least*."""


class Tone(enum.Enum):
    """How a snapshot stands, as far as it was checked."""

    RIGHT = "right"
    DOUBT = "doubt"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class SnapshotVerdict:
    """What a check found about the snapshot at a row, and in words."""

    tone: Tone
    words: str


def _no_words(index: int) -> str:
    del index
    return ""


def _no_time(index: int) -> int | None:
    del index
    return None


@dataclass(frozen=True, slots=True, eq=False)
class TimelineData:
    """A stream, or the whole store, or as much of it as is loaded. Compared by identity.

    An *index* is the place among the loaded rows, from 0: never a position in a store, which
    may have gaps and may not fit a widget.

    Attributes:
        count: number of rows.
        type_codes: for each row, which type it has; a buffer of whole numbers
            (``array("H")``, a numpy array) is used as it is. Empty where ``density`` counts.
        type_names: the types' names, by code.
        snapshots: indexes of rows after which a snapshot was stored, ascending.
        findings: indexes of rows that could not be applied, ascending.
        verdicts: for those of them that were checked, what was found, by index.
        warnings: for rows where something else is to be said, what it is; by index, ascending.
        broken: for rows where what a rule says begins not to hold, what that is; likewise.
        bookmarks: for marked rows, what people say about them; likewise.
        failure_from: index of the first row from which on the state is not fully known.
        position_of: the position as stored, for the axis and in words; ``None``: index + 1.
        describe: more words about a row for assistive technology.
        complete: whether more rows are still to come.
        times: for each row, nanoseconds since 1970 UTC or ``NO_TIME``: the axis is a clock.
        density: counts of the whole store, where its rows are too many to have a code each.
        closeup: types of the rows that are looked at closely, in addition to ``density``.
        clock: counts of the whole store by time: the axis is a clock.
        clock_closeup: the rows that are looked at closely, in addition to ``clock``.
        time_of: the time of a row, as in ``times``, where that is at hand.
        expected: how many rows there will be, when that can be guessed and ``complete`` is not
            yet true.
        of_store: whether these are the rows of the whole store.
        hits: rows that the filter finds, ascending.
    """

    count: int = 0
    type_codes: Sequence[int] = field(default_factory=lambda: array("H"))
    type_names: Sequence[str] = ()
    snapshots: Sequence[int] = ()
    verdicts: Mapping[int, SnapshotVerdict] = field(default_factory=dict)
    findings: Sequence[int] = ()
    warnings: Mapping[int, Sequence[str]] = field(default_factory=dict)
    broken: Mapping[int, Sequence[str]] = field(default_factory=dict)
    bookmarks: Mapping[int, Sequence[str]] = field(default_factory=dict)
    failure_from: int | None = None
    position_of: Callable[[int], int | None] | None = None
    describe: Callable[[int], str] = _no_words
    complete: bool = True
    times: Sequence[int] | None = None
    density: Counted | None = None
    closeup: Closeup | None = None
    clock: ClockCount | None = None
    clock_closeup: ClockCloseup | None = None
    time_of: Callable[[int], int | None] = _no_time
    expected: int | None = None
    of_store: bool = False
    hits: Sequence[int] = ()

    def position(self, index: int) -> int:
        """The stored position of a row; where there is none, its place from 1."""
        found = self.position_of(index) if self.position_of is not None else None
        return index + 1 if found is None else found

    def type_name(self, index: int) -> str:
        """The type of a row; nothing where rows are only counted."""
        close = self.clock_closeup or self.closeup
        if close is not None and close.first <= index < close.stop:
            return self.type_names[close.codes[index - close.first]]
        if index >= len(self.type_codes):
            return ""
        return self.type_names[self.type_codes[index]]

    @property
    def line(self) -> int:
        """Rows that the whole line stands for: those that are known, or will be."""
        return self.count if self.complete else max(self.count, self.expected or 0)

    def marks(self, index: int) -> tuple[str, ...]:
        """What the signs at a row mean, in words."""
        said: list[str] = []
        if _holds(self.findings, index):
            said.append(tr("This event could not be applied."))
        elif self.failure_from is not None and index > self.failure_from:
            said.append(tr("An earlier event could not be applied: parts may be unknown."))
        said.extend(tr("Rule broken: {words}", words=words) for words in self.broken.get(index, ()))
        said.extend(self.warnings.get(index, ()))
        said.extend(self.bookmarks.get(index, ()))
        if _holds(self.hits, index):
            said.append(tr("The filter finds this event."))
        if _holds(self.snapshots, index):
            said.append(tr("A snapshot was stored after this event."))
        if index in self.verdicts:
            said.append(self.verdicts[index].words)
        return tuple(said)

    def next_mark(self, index: int, direction: int) -> int | None:
        """The nearest row after (1) or before (-1) a row at which something is wrong.

        Only where it begins: a row that merely follows one that could not be applied is none.
        """
        found: list[int] = []
        for rows in (self.findings, tuple(self.warnings), tuple(self.broken)):
            at = bisect_right(rows, index) if direction > 0 else bisect_left(rows, index) - 1
            if 0 <= at < len(rows):
                found.append(rows[at])
        if not found:
            return None
        return min(found) if direction > 0 else max(found)

    def words(self, index: int) -> str:
        """A row in words: position, type and what more there is to say."""
        first = f"{thousands(self.position(index))}  {self.type_name(index)}".rstrip()
        more = self.describe(index)
        return "\n".join((first, *((more,) if more else ()), *self.marks(index)))

    def summary(self) -> str:
        """The whole timeline in one paragraph, for who cannot see it."""
        events = counted(self.count, "{n} event", "{n} events")
        said = [events if self.complete else tr("at least {events}", events=events)]
        if self.snapshots:
            said.append(counted(len(self.snapshots), "{n} snapshot", "{n} snapshots"))
        if self.findings:
            failed = counted(
                len(self.findings),
                "{n} event could not be applied",
                "{n} events could not be applied",
            )
            said.append(failed)
        if self.broken:
            rows = counted(
                len(self.broken), "a rule is broken at {n} event", "a rule is broken at {n} events"
            )
            said.append(rows)
        if self.bookmarks:
            said.append(counted(len(self.bookmarks), "{n} bookmark", "{n} bookmarks"))
        if self.hits:
            said.append(counted(len(self.hits), "{n} hit of the filter", "{n} hits of the filter"))
        if self.warnings:
            words = counted(len(self.warnings), "{n} warning", "{n} warnings")
            more = len(self.warnings) >= MARKS_KEPT
            said.append(tr("at least {events}", events=words) if more else words)
        return ", ".join(said)


def _holds(indexes: Sequence[int], index: int) -> bool:
    at = bisect_left(indexes, index)
    return at < len(indexes) and indexes[at] == index


NO_DATA = TimelineData()
"""Nothing to show."""
