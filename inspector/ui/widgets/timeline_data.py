"""What the timeline shows: one stream as numbers, without one object per event.

Imports neither Qt nor numpy, so that a window can hold it before either is needed.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from inspector.core.texts import thousands


def _no_words(index: int) -> str:
    del index
    return ""


@dataclass(frozen=True, slots=True, eq=False)
class TimelineData:
    """A stream, or as much of it as is loaded. Compared by identity.

    An *index* is the place among the loaded rows, from 0: never a position in a store, which
    may have gaps and may not fit a widget.

    Attributes:
        count: number of rows.
        type_codes: for each row, which type it has; a buffer of whole numbers
            (``array("H")``, a numpy array) is used as it is.
        type_names: the types' names, by code.
        snapshots: indexes of rows after which a snapshot was stored, ascending.
        findings: indexes of rows with something wrong, ascending.
        failure_from: index of the first row from which on the state is not fully known.
        position_of: the position as stored, for the axis and in words; ``None``: index + 1.
        describe: more words about a row for the tool tip and for assistive technology.
        complete: whether more rows are still to come.
    """

    count: int = 0
    type_codes: Sequence[int] = field(default_factory=lambda: array("H"))
    type_names: Sequence[str] = ()
    snapshots: Sequence[int] = ()
    findings: Sequence[int] = ()
    failure_from: int | None = None
    position_of: Callable[[int], int | None] | None = None
    describe: Callable[[int], str] = _no_words
    complete: bool = True

    def position(self, index: int) -> int:
        """The stored position of a row; where there is none, its place from 1."""
        found = self.position_of(index) if self.position_of is not None else None
        return index + 1 if found is None else found

    def type_name(self, index: int) -> str:
        """The type of a row."""
        return self.type_names[self.type_codes[index]]

    def words(self, index: int) -> str:
        """A row in words: position, type and what more there is to say."""
        first = f"{thousands(self.position(index))}  {self.type_name(index)}"
        more = self.describe(index)
        return f"{first}\n{more}" if more else first


NO_DATA = TimelineData()
"""Nothing to show."""
