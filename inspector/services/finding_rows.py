"""The row of the whole store that a number or a moment means.

A number that no event has, or a moment before the first event, is said in words: going to the
nearest row would look as if it were the one that was asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from inspector.core.errors import InputInvalid
from inspector.core.texts import thousands, tr
from inspector.storage.statements import Range

if TYPE_CHECKING:
    from inspector.core.instants import Instant
    from inspector.services.store_density import StoreDensity
    from inspector.services.tasks import Work
    from inspector.storage.store_reader import StoreReader

TRIES: Final = 8
"""Rows that are looked at for one with a time."""


def row_numbered(reader: StoreReader, density: StoreDensity, number: int) -> int:
    """The row with a position of the store's order; where it has none, the row counted from 1.

    Raises:
        InputInvalid: no event has it (the nearest ones are named), or it is not counted yet.
    """
    first = reader.events.page(None, limit=1).before
    if first is None or len(first) != 1 or not isinstance(first[0], int):
        return _counted(density, number - 1)
    before = _position(reader, number, reverse=True)
    if before == number:
        return _counted(density, density.row_of(reader, (number,)) or 0)
    raise _no_position(number, before, _position(reader, number, reverse=False))


def _position(reader: StoreReader, number: int, *, reverse: bool) -> int | None:
    """The nearest position that there is, at or before a number, or at or after it."""
    where = Range(inclusive=True, reverse=reverse)
    key = reader.events.page(None, after=(number,), limit=1, where=where).before
    return key[0] if key is not None and isinstance(key[0], int) else None


def _no_position(number: int, before: int | None, after: int | None) -> InputInvalid:
    if before is None:
        return InputInvalid(tr("The store begins at {n}.", n=thousands(after or 0)))
    if after is None:
        return InputInvalid(tr("The store ends at {n}.", n=thousands(before)))
    return InputInvalid(
        tr(
            "No event has position {n}; the nearest are {before} and {after}.",
            n=thousands(number),
            before=thousands(before),
            after=thousands(after),
        )
    )


def _counted(density: StoreDensity, row: int) -> int:
    """A row that is there.

    Raises:
        InputInvalid: it is not, or not counted yet.
    """
    rows = density.counted().rows
    if 0 <= row < rows:
        return row
    raise InputInvalid(
        tr("There is no row {n}; {rows} are known.", n=thousands(row + 1), rows=thousands(rows))
    )


def row_until(reader: StoreReader, density: StoreDensity, moment: Instant, work: Work) -> int:
    """The row of the whole store at which a moment lies, in the order of the store.

    It was recorded at or before the moment, and the row after it later. Where clocks went back
    there may be several such rows; one of them is found.

    Raises:
        InputInvalid: nothing was recorded until then, or no time can be read.
    """
    wanted = moment.nanoseconds
    if wanted is None:
        raise InputInvalid(tr("“{text}” is no moment on a clock.", text=moment.text))
    low, high = 0, density.counted().rows
    first = _time_near(reader, density, 0)
    if first is None:
        raise InputInvalid(tr("The first events of the store have no time that can be read."))
    if (first.nanoseconds or 0) > wanted:
        raise InputInvalid(
            tr("The store had no event until {time}.", time=moment.text),
            hint=tr("Its first event was recorded at {time}.", time=first.text),
        )
    while high - low > 1:
        work.check()
        middle = (low + high) // 2
        there = _time_near(reader, density, middle)
        if there is not None and (there.nanoseconds or 0) <= wanted:
            low = middle
        else:
            high = middle
    if low == density.counted().rows - 1 and not density.complete:
        raise InputInvalid(
            tr("The store is only counted up to a time before {time}.", time=moment.text),
            hint=tr("Let the counting end, and try again."),
        )
    return low


def _time_near(reader: StoreReader, density: StoreDensity, row: int) -> Instant | None:
    """The time of a row, or of one of the few after it, where it has none itself."""
    for further in range(TRIES):
        event = density.event_at(reader, row + further)
        moment = None if event is None else event.recorded_at
        if moment is not None and moment.nanoseconds is not None:
            return moment
    return None
