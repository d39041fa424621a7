"""A bounded sample of a store's events: some of every type, from all over its history.

Old schema versions stand at the beginning of a store and new ones at its end, so that a look at
one place is no sample. Where the order of the store is a number, stretches are read by key at
even distances; elsewhere from both ends, or stream after stream.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from inspector.core.payloads import Undecoded
from inspector.storage.statements import Range

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from inspector.core.events import Event, PageKey, StreamId
    from inspector.services.tasks import Work
    from inspector.storage.store_reader import StoreReader

STRETCHES: Final = 24
PAGE: Final = 256
STREAMS: Final = 200
"""Streams that are looked at where a store keeps no order over all of them."""

KEPT: Final = 240
"""Events of one type that are kept; of what comes later every place is exchanged in turn."""

_DEPTH: Final = 4


@dataclass(slots=True)
class TypeSample:
    """Events of one stored type.

    Attributes:
        type: as stored.
        seen: how many were met.
        events: some of them, in the order in which they were met.
    """

    type: str
    seen: int = 0
    events: list[Event] = field(default_factory=list)

    def take(self, event: Event) -> None:
        """Keep an event, or count it."""
        if len(self.events) < KEPT:
            self.events.append(event)
        elif self.seen % 7 == 0:  # the newest shapes must not be lost
            self.events[KEPT // 2 + self.seen // 7 % (KEPT // 2)] = event
        self.seen += 1


class EventSample:
    """A look at a store's events that ends after a fixed number of pages.

    Attributes:
        done: pages read so far; ``total``: pages at most.
        types: what was found, by stored type.
        whole: every event of the store was looked at.
        ended: nothing is left to be read.
    """

    def __init__(self) -> None:
        self.done = 0
        self.total: int | None = None
        self.types: dict[str, TypeSample] = {}
        self.whole = False
        self.ended = False
        self._jobs: deque[Callable[[], None]] | None = None
        self._seen: set[tuple[Any, ...]] = set()

    @property
    def events(self) -> int:
        """How many events were looked at."""
        return sum(one.seen for one in self.types.values())

    def advance(self, reader: StoreReader, work: Work) -> bool:
        """Read the next page."""
        work.check()
        if self._jobs is None:
            self._jobs = deque()
            self._plan(reader, self._jobs)
            self.total = self.done + len(self._jobs)
        if self._jobs:
            self._jobs.popleft()()
            self.done += 1
        self.ended = not self._jobs
        return not self.ended

    def _plan(self, reader: StoreReader, jobs: deque[Callable[[], None]]) -> None:
        if not reader.source.order_key:
            self._plan_streams(reader, jobs)
            return
        first = reader.events.page(None, limit=PAGE)
        self._take(reader, first.rows)
        self.done = 1
        if not first.more:
            self.whole = True
            return
        last = reader.events.page(None, limit=PAGE, where=Range(reverse=True))
        keys = _stretches(first.after, last.before)
        for key in keys or ():
            jobs.append(partial(self._stretch, reader, key))
        if keys is None:
            jobs.append(lambda: self._walk(reader, jobs, first.after, reverse=False))
            jobs.append(lambda: self._walk(reader, jobs, last.before, reverse=True))
        self._take(reader, last.rows)

    def _stretch(self, reader: StoreReader, key: PageKey | None) -> None:
        self._take(reader, reader.events.page(None, after=key, limit=PAGE).rows)

    def _walk(
        self,
        reader: StoreReader,
        jobs: deque[Callable[[], None]],
        key: PageKey | None,
        *,
        reverse: bool,
    ) -> None:
        """From one end on, where the distance between two keys says nothing."""
        page = reader.events.page(None, after=key, limit=PAGE, where=Range(reverse=reverse))
        self._take(reader, page.rows)
        key = page.before if reverse else page.after
        if page.more and self.done < STRETCHES:
            jobs.append(lambda: self._walk(reader, jobs, key, reverse=reverse))

    def _plan_streams(self, reader: StoreReader, jobs: deque[Callable[[], None]]) -> None:
        after: PageKey | None = None
        streams: list[StreamId] = []
        while len(streams) < STREAMS:
            found, after = reader.streams.keys(after)
            streams += [stream for stream, _ in found if stream.kind == "primary"]
            if not found:
                break
        for stream in streams[:STREAMS]:
            jobs.append(partial(self._beginning, reader, stream))

    def _beginning(self, reader: StoreReader, stream: StreamId) -> None:
        self._take(reader, reader.events.page(stream, limit=PAGE // 4).rows)

    def _take(self, reader: StoreReader, rows: Iterable[Event]) -> None:
        folding = reader.source.folding
        for event in rows:
            key = (event.stream.key, event.ref.key)
            passed = event.kind in folding.ignore_kinds or event.type in folding.ignore_types
            if passed or key in self._seen:
                continue
            self._seen.add(key)
            sample = self.types.get(event.type)
            if sample is None:
                sample = self.types[event.type] = TypeSample(event.type)
            sample.take(event)


def _stretches(first: PageKey | None, last: PageKey | None) -> list[PageKey] | None:
    """Keys at even distances between two; ``None`` where keys are no numbers."""
    if not first or not last or len(first) != 1 or len(last) != 1:
        return None
    low, high = first[0], last[0]
    if not isinstance(low, int) or not isinstance(high, int):
        return None
    count = min(STRETCHES, -(-(high - low) // PAGE))
    if count <= 0:
        return []
    return [(low + (high - low) * n // count,) for n in range(count)]


@dataclass(frozen=True, slots=True)
class StoreWords:
    """Names of a store that somebody who writes rules may want.

    Attributes:
        types: stored event types.
        fields: paths in payloads and metadata, as expressions write them.
    """

    types: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()


def words_of(sample: EventSample) -> StoreWords:
    """The names that a sample holds."""
    fields: set[str] = set()
    for one in sample.types.values():
        for event in one.events:
            for root, payload in (("data", event.payload), ("meta", event.metadata)):
                if not isinstance(payload.content, Undecoded):
                    value = event.data if root == "data" else event.meta
                    _paths(root, value, fields, _DEPTH)
    return StoreWords(tuple(sorted(sample.types)), tuple(sorted(fields)))


def _paths(path: str, value: Any, found: set[str], depth: int) -> None:
    if not isinstance(value, dict) or not depth or len(value) > 100:
        return
    for key, inner in value.items():
        if isinstance(key, str) and key.isidentifier():
            found.add(f"{path}.{key}")
            _paths(f"{path}.{key}", inner, found, depth - 1)
