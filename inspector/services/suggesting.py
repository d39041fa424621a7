"""*Suggest*: a first rules file out of a store's own data, every line with its evidence.

Looks at a bounded sample of events and snapshots, in short pieces. Nothing is used before
somebody accepts it; what a proposal says was checked with the very engine that would use it,
against the snapshots that are stored.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from inspector.core.suggesting.proposals import Proposal
from inspector.services.event_sampling import EventSample
from inspector.services.replaying import fold_rules
from inspector.services.suggested_state import StateFinder
from inspector.services.suggested_types import TypeFinder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inspector.core.events import Event, Snapshot, StreamId
    from inspector.services.tasks import Work
    from inspector.storage.store_reader import StoreReader

STREAMS: Final = 80
"""Streams with snapshots that are read."""

EACH: Final = 3
"""Snapshots of one stream that are used."""

LONGEST: Final = 600
"""Streams with more events before a snapshot are passed over."""

LISTED: Final = 4000
"""Snapshots among which streams are chosen."""


@dataclass(slots=True)
class Told:
    """A stream with snapshots, read.

    Attributes:
        events: oldest first.
        snapshots: by position.
    """

    stream: StreamId
    events: list[Event] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What came out.

    Attributes:
        proposals: in the order of the rules file.
        events: events that were looked at; ``whole`` whether that is all of them.
        streams, snapshots: streams and snapshots that were compared.
        unexplained: fields of snapshots for which no effects were found, by aggregate.
        notes: what could not be looked at, as sentences.
    """

    proposals: tuple[Proposal, ...] = ()
    events: int = 0
    whole: bool = False
    streams: int = 0
    snapshots: int = 0
    unexplained: tuple[tuple[str, tuple[str, ...]], ...] = ()
    notes: tuple[str, ...] = ()


class SuggestScan:
    """Reads samples, then works out one aggregate's fields after the other.

    Attributes:
        done, total: pieces of work.
        stage: what is being done, a word for people.
        result: what came out; ``None`` until it is complete.
    """

    def __init__(self) -> None:
        self.done = 0
        self.total: int | None = None
        self.stage = "events"
        self.result: Suggestion | None = None
        self._steps: Iterator[None] | None = None

    def advance(self, reader: StoreReader, work: Work) -> bool:
        """Do the next piece."""
        work.check()
        if self._steps is None:
            self._steps = self._work(reader, work)
        try:
            next(self._steps)
        except StopIteration:
            return False
        self.done += 1
        return True

    def _work(self, reader: StoreReader, work: Work) -> Iterator[None]:
        sample = EventSample()
        while sample.advance(reader, work):
            self.total = None if sample.total is None else sample.total + STREAMS
            yield
        self.stage = "snapshots"
        streams: list[Told] = []
        for told in _streams(reader):
            if _read(reader, told):
                streams.append(told)
            yield
        self.stage = "rules"
        types = TypeFinder(sample.types, fold_rules(reader.source).skipped_keys)
        yield
        state = StateFinder(types, streams, reader.source)
        for _ in state.work():
            yield
        self.result = Suggestion(
            proposals=(*state.types(), *state.found),
            events=sample.events,
            whole=sample.whole,
            streams=len(streams),
            snapshots=sum(len(one.snapshots) for one in streams),
            unexplained=state.unexplained,
            notes=state.notes,
        )


def _streams(reader: StoreReader) -> Iterator[Told]:
    """Streams with snapshots, evenly chosen among the first ones, with a few snapshots each."""
    if not reader.snapshots.available:
        return
    by_stream: dict[Any, list[Snapshot]] = {}
    listed = 0
    for page in reader.snapshots.pages():
        for one in page:
            if one.of_stream and isinstance(one.state, dict) and one.position is not None:
                by_stream.setdefault((one.stream.key, one.stream.name), []).append(one)
        listed += len(page)
        if listed >= LISTED:
            break
    runs = list(by_stream.values())
    step = max(1, -(-len(runs) // STREAMS))
    for run in runs[::step]:
        few = (
            run
            if len(run) <= EACH
            else [run[n * (len(run) - 1) // (EACH - 1)] for n in range(EACH)]
        )
        stream = few[0].stream
        if not stream.key:
            found = reader.streams.find(stream.name)
            if not found:
                continue
            stream = found[0]
        yield Told(stream, [], few)


def _read(reader: StoreReader, told: Told) -> bool:
    """Read the events of a stream up to its last snapshot that is not too far."""
    folding = reader.source.folding
    positions = [one.position for one in told.snapshots if one.position is not None]
    rows = reader.events.page(told.stream, limit=LONGEST).rows
    told.events = [
        event
        for event in rows
        if (event.position or 0) <= max(positions)
        and event.kind not in folding.ignore_kinds
        and event.type not in folding.ignore_types | folding.seed_types
    ]
    last = max((event.position or 0 for event in told.events), default=0)
    told.snapshots = [one for one in told.snapshots if (one.position or 0) <= last]
    return bool(told.events and told.snapshots)
