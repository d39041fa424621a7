"""The rows of one stream as whole events, for replays that look at more than the payload.

Rules may ask for metadata, times or ids, and decide by stored schema versions. Of every row
only its position and type are kept, with one key for every 64 rows; the events of the last
few places that were looked at stay, because a slider moves in small steps.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from inspector.core.payloads import REPLAY_LIMIT, Undecoded
from inspector.services.stream_rows import StreamRows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from inspector.core.events import Event, StreamId
    from inspector.core.folding import Entry, FoldRules
    from inspector.storage.store_reader import StoreReader

BLOCK: Final = 512
"""Rows of one read while loading; whole segments, and few enough to be made in a moment."""

_KEPT: Final = 32
"""Segments that stay in memory."""


class EventHistory(StreamRows):
    """Rows of one stream, oldest first, as events.

    Making whole events costs more than reading payloads, so that segments are shorter.

    Args:
        reader: how the store is read; only its description is kept.
        stream: the stream.
    """

    segment = 64

    def __init__(self, reader: StoreReader, stream: StreamId) -> None:
        super().__init__(stream)
        self.counted = reader.source.counted_positions
        # One lane may look at a stream while the other still loads it.
        self._lock = Lock()
        self._recent: OrderedDict[int, Sequence[Event]] = OrderedDict()

    def load(self, reader: StoreReader, rows: int) -> Iterator[Event]:
        """Read the next rows and give their events; ``rows`` is a multiple of a segment.

        A last segment that was not full is read again as a whole; its known events are not
        given twice. The arrays are complete when the iterator is.
        """
        known = self._reopen_last_segment()
        for _ in range(0, rows, BLOCK):
            events = self._read_on(reader)
            self.positions.extend(-1 if e.position is None else e.position for e in events)
            self.codes.extend(self._code(event.type) for event in events)
            yield from islice(events, known, None)
            known = 0
            if len(events) < BLOCK:
                return

    def _reopen_last_segment(self) -> int:
        rest = len(self) % self.segment
        if rest:
            with self._lock:
                self._recent.pop(len(self._after) - 2, None)
            self._after.pop()
            del self.positions[-rest:]
            del self.codes[-rest:]
        return rest

    def entries(self, reader: StoreReader, start: int, stop: int) -> Sequence[Event]:
        """Events of the rows ``start`` … ``stop - 1``."""
        found: list[Event] = []
        for number in range(start // self.segment, (stop - 1) // self.segment + 1):
            first = number * self.segment
            part = self._segment(reader, number)
            found.extend(part[max(start - first, 0) : stop - first])
        return found

    def _segment(self, reader: StoreReader, number: int) -> Sequence[Event]:
        with self._lock:
            found = self._recent.get(number)
            if found is not None:
                self._recent.move_to_end(number)
        return self._read(reader, number) if found is None else found

    def _read_on(self, reader: StoreReader) -> Sequence[Event]:
        """Read the next segments at once; they are added at the end."""
        number = len(self._after) - 1
        page = reader.events.page(
            self.stream,
            after=self._after[number],
            limit=BLOCK,
            size=REPLAY_LIMIT,
            mark_every=self.segment,
        )
        events = self._numbered(page.rows, number)
        self._after.extend(page.marks)
        if len(events) % self.segment:
            self._after.append(page.after)
        for start in range(0, len(events), self.segment):
            self._keep(number + start // self.segment, events[start : start + self.segment])
        return events

    def _read(self, reader: StoreReader, number: int) -> Sequence[Event]:
        """Read one segment from the store again."""
        page = reader.events.page(
            self.stream, after=self._after[number], limit=self.segment, size=REPLAY_LIMIT
        )
        events = self._numbered(page.rows, number)
        self._keep(number, events)
        return events

    def _numbered(self, events: Sequence[Event], number: int) -> Sequence[Event]:
        """Events of segments with their counted positions, where the store has none."""
        if not self.counted:
            return events
        first = number * self.segment + 1
        return [replace(event, position=first + place) for place, event in enumerate(events)]

    def _keep(self, number: int, events: Sequence[Event]) -> None:
        with self._lock:
            self._recent[number] = events
            while len(self._recent) > _KEPT:
                self._recent.popitem(last=False)


class EntryHistory(EventHistory):
    """Rows of one stream as cheap entries, made of whole events.

    For stores whose payloads are not what they say before the rest of the row was looked at:
    values that were encrypted one by one.

    Args:
        rules: which rows are folded.
    """

    def __init__(self, reader: StoreReader, stream: StreamId, rules: FoldRules) -> None:
        super().__init__(reader, stream)
        self._rules = rules

    def load(self, reader: StoreReader, rows: int) -> Iterator[Any]:
        """Read the next rows and give their entries, as the events' history does."""
        return map(self._entry, super().load(reader, rows))

    def entries(self, reader: StoreReader, start: int, stop: int) -> Sequence[Any]:
        """Entries of the rows ``start`` … ``stop - 1``."""
        return list(map(self._entry, super().entries(reader, start, stop)))

    def _entry(self, event: Event) -> Entry:
        content = event.payload.content
        value = content if isinstance(content, Undecoded) else event.data
        return self._rules.entry(event.type, event.kind, value)
