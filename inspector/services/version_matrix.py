"""Which event types in which schema versions a store holds, and which of them the rules cover.

A scan over all events, page after page by key: it can be stopped at any time, and what it has
counted until then stays, marked as a part. One million events take about half a minute on a
small machine.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from inspector.core.payloads import Undecoded
from inspector.core.rules import RulesChain, UpcastStopped
from inspector.core.texts import tr
from inspector.services.counting import quick_counts
from inspector.services.event_ranges import EventQuery, read_events
from inspector.services.long_scans import run_to_end

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inspector.core.events import Event, StreamId
    from inspector.core.instants import Instant
    from inspector.core.rules import RuleSet
    from inspector.core.upcasting import SchemaVersion
    from inspector.services.tasks import Work
    from inspector.storage.store_reader import StoreReader

KEPT: Final = 200
"""Events of a cell whose places are kept, and as many of those that failed."""


@dataclass(frozen=True, slots=True)
class Found:
    """One event of a cell.

    Attributes:
        stream, version: where it is.
        hop: the hop that failed, as ``from → to``; empty when there was none to try.
        code, message: why it could not be led on; empty where it could.
    """

    stream: StreamId
    version: int | None
    hop: str = ""
    code: str = ""
    message: str = ""


class Coverage(enum.StrEnum):
    """What is known of a version."""

    CURRENT = "current"
    """It is the newest version that is known."""
    LED = "led"
    """Hops lead from it to the newest version."""
    NEWER = "newer"
    """It is newer than the rules know."""
    GAP = "gap"
    """No hop leads on from it."""


@dataclass(slots=True)
class Cell:
    """Events of one stored type in one schema version.

    Attributes:
        type: as stored; ``name`` what the rules call it.
        schema_version: as the rules tell it, or as stored.
        events: how many.
        first_time, last_time: earliest and latest time of recording.
        current: this is the newest version that is known.
        upcastable: hops lead from it to the newest version.
        reducer: an aggregate of the rules says what such events change.
        failed: events that could not be led to the newest version, or read at all.
        found: the first of its events, :data:`KEPT` at most.
        failures: the first of those that failed, :data:`KEPT` at most.
    """

    type: str
    name: str
    schema_version: SchemaVersion | None
    events: int = 0
    first_time: Instant | None = None
    last_time: Instant | None = None
    current: bool = True
    upcastable: bool = False
    reducer: bool = False
    failed: int = 0
    found: list[Found] = field(default_factory=list)
    failures: list[Found] = field(default_factory=list)

    @property
    def first_failure(self) -> Found | None:
        """The first event that could not be led on."""
        return self.failures[0] if self.failures else None

    @property
    def coverage(self) -> Coverage:
        """What is known of the version."""
        if self.current:
            return Coverage.CURRENT
        if self.upcastable:
            return Coverage.LED
        first = self.first_failure
        newer = first is not None and first.code == "version-newer"
        return Coverage.NEWER if newer else Coverage.GAP

    def seen(self, event: Event) -> None:
        """Count an event."""
        self.events += 1
        if len(self.found) < KEPT:
            self.found.append(Found(event.stream, event.position))
        moment = event.recorded_at
        if moment is None or moment.nanoseconds is None:
            return
        first, last = self.first_time, self.last_time
        if first is None or moment.nanoseconds < (first.nanoseconds or 0):
            self.first_time = moment
        if last is None or moment.nanoseconds > (last.nanoseconds or 0):
            self.last_time = moment


Key = tuple[str, str, "SchemaVersion | None"]


@dataclass
class VersionScan:
    """A scan that can be done in pieces and stopped; what it counted stays.

    Args:
        rules: the rules; without them versions are as stored.

    Attributes:
        done: events looked at so far; ``total``: events in all, where that is known.
        complete: nothing is left.
    """

    rules: RuleSet | None = None
    done: int = 0
    total: int | None = None
    complete: bool = False
    _cells: dict[Key, Cell] = field(default_factory=dict)
    _chain: RulesChain | None = None
    _pages: Iterator[tuple[Event, ...]] | None = None

    def __post_init__(self) -> None:
        self._chain = None if self.rules is None else RulesChain(self.rules)

    def run(self, reader: StoreReader, work: Work) -> None:
        """Look at all events.

        Raises:
            Cancelled: somebody stopped it; ask for :meth:`cells` nevertheless.
        """
        run_to_end(self, reader, work, tr("events"))

    def advance(self, reader: StoreReader, work: Work) -> bool:
        """Look at the next page of events; returns whether anything is left."""
        if self._pages is None:
            if self.total is None:
                counts = quick_counts(reader, work)
                self.total = counts.events if counts.exact else None
            self._pages = all_pages(reader, work)
        page = next(self._pages, None)
        if page is None:
            self.complete = True
            return False
        kinds, types = reader.source.folding.ignore_kinds, reader.source.folding.ignore_types
        for event in page:
            if event.kind not in kinds and event.type not in types:
                self._look_at(event)
        self.done += len(page)
        return True

    def cells(self) -> tuple[Cell, ...]:
        """What was counted so far, by type and version."""
        found = sorted(self._cells.values(), key=lambda c: (c.name, _order(c), c.type))
        if self.rules is None:
            _mark_newest(found)
        return tuple(found)

    def _look_at(self, event: Event) -> None:
        if self._chain is None:
            self._cell(event, event.type, event.schema_version).seen(event)
            return
        self._with_rules(event, self._chain)

    def _with_rules(self, event: Event, chain: RulesChain) -> None:
        try:
            form = chain.stored(event)
        except UpcastStopped as stopped:
            cell = self._cell(event, stopped.form.name, None)
            cell.seen(event)
            _failed(cell, event, stopped)
            return
        cell = self._cell(event, form.name, form.version)
        cell.seen(event)
        content = event.payload.content
        if isinstance(content, Undecoded):
            _unreadable(cell, event, content)
            return
        if cell.current and not cell.upcastable:
            return
        try:
            chain.onward(event, form)
        except UpcastStopped as stopped:
            _failed(cell, event, stopped)

    def _cell(self, event: Event, name: str, version: SchemaVersion | None) -> Cell:
        key = (event.type, name, version)
        cell = self._cells.get(key)
        if cell is None:
            cell = self._cells[key] = Cell(event.type, name, version)
            if self.rules is not None:
                _describe(cell, self.rules)
        return cell


def _describe(cell: Cell, rules: RuleSet) -> None:
    """What the rules say of a cell, whatever is in its events."""
    newest = rules.newest.get(cell.name)
    cell.current = newest is None or cell.schema_version == newest
    hops = cell.schema_version is not None and (cell.name, cell.schema_version) in rules.hops
    cell.upcastable = hops
    names = {cell.name}
    if hops and cell.schema_version is not None:
        ways = rules.hops[cell.name, cell.schema_version]
        cell.current = cell.current and all(hop.when is not None for hop in ways)
        names |= {rules.types.named(hop.type).name for hop in ways if hop.type is not None}
        names |= {rules.types.named(part.type).name for hop in ways for part in hop.parts}
    cell.reducer = any(
        aggregate.handler(name) is not None for aggregate in rules.aggregates for name in names
    )


def _failed(cell: Cell, event: Event, stopped: UpcastStopped) -> None:
    cell.failed += 1
    if len(cell.failures) < KEPT:
        hop = "" if stopped.hop is None else f"{stopped.hop.start} → {stopped.hop.goal}"
        finding = stopped.finding
        found = Found(event.stream, event.position, hop, finding.code, finding.message)
        cell.failures.append(found)


def _unreadable(cell: Cell, event: Event, content: Undecoded) -> None:
    cell.failed += 1
    if len(cell.failures) < KEPT:
        found = Found(event.stream, event.position, "", content.code, content.reason)
        cell.failures.append(found)


def _order(cell: Cell) -> tuple[int, int, str]:
    version = cell.schema_version
    if isinstance(version, int):
        return (1, version, "")
    return (0, 0, "") if version is None else (2, 0, str(version))


def _mark_newest(cells: list[Cell]) -> None:
    """Without rules the newest version of a type is the newest that is stored."""
    newest = {cell.type: cell for cell in cells}
    for cell in cells:
        cell.current = newest[cell.type] is cell


def all_pages(reader: StoreReader, work: Work) -> Iterator[tuple[Event, ...]]:
    """All events of a store: in global order, or else stream after stream."""
    if reader.source.order_key:
        yield from read_events(reader, EventQuery(), work)
        return
    for stream in all_streams(reader, work):
        yield from read_events(reader, EventQuery(stream), work)


def all_streams(reader: StoreReader, work: Work) -> Iterator[StreamId]:
    """All streams of a store that hold events of their own."""
    after = None
    while True:
        work.check()
        found, after = reader.streams.keys(after)
        yield from (stream for stream, _ in found if stream.kind == "primary")
        if not found:
            return
