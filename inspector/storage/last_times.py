"""When the last event of each of many streams was stored, without the rest of the event.

A column of times is read alone, and times inside of payloads without shaping the event. Where
one of these is missing, the whole event tells, so that times are those that the list shows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from inspector.storage.shaping import find

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inspector.core.instants import Instant
    from inspector.core.payloads import Value
    from inspector.layouts._api import Place
    from inspector.storage.opened import Opened

    Row = Sequence[Any]

PREFIX = "last_"


class LastTimes:
    """Reads times out of rows with the columns of each stream's last event.

    Args:
        opened: the store.
        labels: names of the columns; those of the last event begin with ``last_``.
    """

    def __init__(self, opened: Opened, labels: Sequence[str]) -> None:
        self._shaper, self._decoder = opened.shaper, opened.payloads
        self._place = opened.source.places.recorded_at
        own = opened.source.stream_key
        self._labels = tuple(
            n.removeprefix(PREFIX) if n.startswith(PREFIX) or n in own else f"({n})" for n in labels
        )

    def of(self, rows: Sequence[Row]) -> list[Instant | None]:
        """The time of each row."""
        labels, place = self._labels, self._place
        if "recorded_at" in labels:
            column = labels.index("recorded_at")
            found = [self._shaper.instant(row[column]) for row in rows]
        elif place is not None and place.cell == "payload" and "payload" in labels:
            column = labels.index("payload")
            found = self._in_payloads(place, [row[column] for row in rows])
        else:
            found = [None] * len(rows)
        missing = [row for row, moment in zip(rows, found, strict=True) if moment is None]
        told = iter(self._shaper.events(labels, missing))
        return [next(told).recorded_at if moment is None else moment for moment in found]

    def _in_payloads(self, place: Place, raws: list[Any]) -> list[Instant | None]:
        """The times in short plain cells; ``None`` for those that are not told at once."""
        values: list[Value] | None = None
        if set(map(type, raws)) in ({bytes}, {str}):
            values = self._decoder.short_values(raws)
        told = [] if values is None else [find(place, value, None) for value in values]
        if values is None or any(isinstance(stored, dict | list) for stored in told):
            return [None] * len(raws)
        return [self._shaper.instant(stored) for stored in told]
