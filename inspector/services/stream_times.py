"""When every event was recorded, as numbers: for a timeline with a clock as axis.

Read in pages by the scanning lane, only when somebody asks for the clock: most of the time the
order of the events is enough. Eight bytes an event.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Final

from inspector.core.texts import tr

if TYPE_CHECKING:
    from inspector.core.events import PageKey, StreamId
    from inspector.core.instants import Instant
    from inspector.services.tasks import Work
    from inspector.storage.store_reader import StoreReader

NO_TIME: Final = -(1 << 63)
"""In place of a time: the event has none, or one that cannot be read."""

PAGE: Final = 2048


class StreamTimes:
    """Times of a stream's events, in the stream's own order.

    Attributes:
        stream: the stream; ``None``: the whole store, in its own order.
        times: nanoseconds since 1970 UTC of the rows read so far, or ``NO_TIME``.
        missing: how many of them have no time that can be read.
        without_zone: how many were stored without a zone; they are taken as UTC.
        complete: whether these are all rows.
    """

    def __init__(self, stream: StreamId | None) -> None:
        self.stream = stream
        self.times = array("q")
        self.missing = self.without_zone = 0
        self.complete = False
        self._after: PageKey | None = None

    @property
    def known(self) -> bool:
        """Whether any event has a time."""
        return self.missing < len(self.times)

    def load(self, reader: StoreReader, work: Work) -> None:
        """Read on to the end of the stream; can be stopped and called again, also later."""
        self.complete = False
        more = True
        while more:
            work.check()
            block = reader.outline.moments(self.stream, self._after, PAGE)
            for moment in block.moments:
                self._add(moment)
            self._after = block.after or self._after
            more = block.more
            work.report(len(self.times), None, tr("times"))
        self.complete = True

    def _add(self, moment: Instant | None) -> None:
        nanoseconds = nanoseconds_of(moment)
        if nanoseconds == NO_TIME:
            self.missing += 1
        else:
            self.without_zone += moment is not None and moment.zone != "utc"
        self.times.append(nanoseconds)


def nanoseconds_of(moment: Instant | None) -> int:
    """Nanoseconds since 1970 UTC, or ``NO_TIME``; also where they do not fit 64 bits."""
    found = None if moment is None else moment.nanoseconds
    return NO_TIME if found is None or abs(found) >= -NO_TIME else found
