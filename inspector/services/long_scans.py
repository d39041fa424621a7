"""Long passes over a store, a piece at a time, so that nothing else has to wait for their end.

A :class:`Scanner` holds what it found so far. It is moved on by one short piece of work after
another; between two of them other requests of the same lane are served, and whoever stopped it
keeps what it has found, marked as partial.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from inspector.services.tasks import Work
    from inspector.storage.store_reader import StoreReader

SLICE = 0.15
"""Seconds of one slice: short beside what a person takes for at once."""


class Scanner(Protocol):
    """A long pass that can be done in pieces.

    Attributes:
        done: units looked at so far.
        total: units in all, or ``None`` while nobody knows.
    """

    done: int
    total: int | None

    def advance(self, reader: StoreReader, work: Work) -> bool:
        """Do the next short piece; returns whether anything is left."""


def run_slice(
    scanner: Scanner,
    reader: StoreReader,
    work: Work,
    seconds: float = SLICE,
    *,
    disturbs: Callable[[], bool] = lambda: False,
) -> bool:
    """Move a scanner on for a moment; returns whether anything is left.

    Args:
        disturbs: whether the slice should end after its next short piece, since somebody is
            waiting for other work.
    """
    until = monotonic() + seconds
    while True:
        work.check()
        if not scanner.advance(reader, work):
            return False
        if monotonic() >= until or disturbs():
            return True


def run_to_end(scanner: Scanner, reader: StoreReader, work: Work, what: str = "") -> None:
    """Move a scanner on to its end, telling how far it is."""
    while scanner.advance(reader, work):
        work.check()
        work.report(scanner.done, scanner.total, what)
