"""How large a store is, told at once: counts that stop at a bound.

Counting ten million rows takes seconds, and asking how large a store is should not. So both
counts end at a bound, and say then that there are at least so many.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inspector.core.events import StreamKind
from inspector.services.stream_listing import BLOCK

if TYPE_CHECKING:
    from inspector.core.events import PageKey
    from inspector.services.tasks import Work
    from inspector.storage.store_reader import StoreReader

EVENTS_COUNTED = 100_000
STREAMS_COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class StoreCounts:
    """How much is in a store.

    Attributes:
        streams: primary streams; ``events``: rows of the events table.
        exact: both are the whole truth; else there are at least so many of each.
    """

    streams: int
    events: int
    exact: bool


def quick_counts(reader: StoreReader, work: Work) -> StoreCounts:
    """Count streams and events up to a bound."""
    events = reader.events.count(None, at_most=EVENTS_COUNTED)
    work.check()
    streams, complete = _streams(reader, work)
    return StoreCounts(streams, events.value, events.exact and complete)


def _streams(reader: StoreReader, work: Work) -> tuple[int, bool]:
    """Primary streams among the first ``STREAMS_COUNTED``, and whether those are all."""
    primary = looked = 0
    after: PageKey | None = None
    while looked < STREAMS_COUNTED:
        work.check()
        found, after = reader.streams.keys(after, BLOCK)
        looked += len(found)
        primary += sum(stream.kind is StreamKind.PRIMARY for stream, _ in found)
        if len(found) < BLOCK:
            return primary, True
    return primary, False
