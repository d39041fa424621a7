"""Where in a stream a moment lies.

The order of a stream is that of its positions, not of its clocks, and a clock may have gone
back. What counts is therefore the *last* event by position that was recorded at or before the
moment: it is looked for from the end of the stream, page by page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.core.errors import InputInvalid
from inspector.core.texts import tr
from inspector.services.finding_streams import shown_name
from inspector.storage.statements import Range

if TYPE_CHECKING:
    from inspector.core.events import Event, PageKey, StreamId
    from inspector.core.instants import Instant
    from inspector.services.tasks import Work
    from inspector.storage.store_reader import StoreReader

PAGE = 512


def last_event_until(reader: StoreReader, stream: StreamId, moment: Instant, work: Work) -> Event:
    """The last event of a stream that was recorded at or before a moment.

    A stored time without a zone is compared as if it were UTC; the event then says so in its
    findings. An event without a readable time cannot be compared and is passed over.

    Raises:
        InputInvalid: nothing was recorded until then, or no event has a readable time.
    """
    if moment.nanoseconds is None:
        raise InputInvalid(tr("“{text}” is no moment on a clock.", text=moment.text))
    after: PageKey | None = None
    earliest: Instant | None = None
    looked = 0
    while True:
        work.check()
        where = Range(reverse=True)
        page = reader.events.page(stream, after=after, limit=PAGE, where=where)
        for event in reversed(page.rows):
            recorded = event.recorded_at
            if recorded is None or recorded.nanoseconds is None:
                continue
            if recorded.nanoseconds <= moment.nanoseconds:
                return event
            if earliest is None or recorded.nanoseconds < (earliest.nanoseconds or 0):
                earliest = recorded
        looked += len(page.rows)
        work.report(looked, None, tr("events"))
        if not page.more:
            raise _nothing_until(stream, moment, earliest)
        after = page.before


def _nothing_until(stream: StreamId, moment: Instant, earliest: Instant | None) -> InputInvalid:
    name = shown_name(stream.name)
    if earliest is None:
        return InputInvalid(
            tr("No event of the stream “{name}” has a time that can be read.", name=name),
            hint=tr("Choose a version instead."),
        )
    return InputInvalid(
        tr("The stream “{name}” had no event until {time}.", name=name, time=moment.text),
        hint=tr("Its earliest event was recorded at {time}.", time=earliest.text),
    )
