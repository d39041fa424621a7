"""What is wrong in a store so far: findings of every page, replay and pass, told once each.

A store may hold millions of the same finding. Every kind is counted; of each only the first
ones are kept to be looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inspector.core.findings import CATALOGUE, Severity
from inspector.storage.statements import Range

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator

    from inspector.core.events import Event, PageKey, StreamId, StreamSummary
    from inspector.core.findings import Finding
    from inspector.core.replaying import Step
    from inspector.services.tasks import Work
    from inspector.storage.store_reader import StoreReader

KEPT = 2000
"""Problems of one kind that can be looked at."""

REMEMBERED = 200_000
"""Problems of one kind that are told apart; beyond it the number is *at least*."""

PAGE = 512

BROKEN = "invariant-broken"
"""The finding that what a rule says must hold does not hold; told where that begins."""

_RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding and where it leads.

    Attributes:
        finding: what is wrong.
        stream: the stream it is in, where it is about one.
        position: version of the event, as stored.
        event_type: stored type of the event.
    """

    finding: Finding
    stream: StreamId | None = None
    position: int | None = None
    event_type: str = ""


class ProblemKind:
    """All problems with one code.

    Attributes:
        code: the word of the catalogue.
        count: how many there are; ``exact`` says whether more may have been passed over.
        problems: the first ones, in the order of their finding.
    """

    __slots__ = ("_seen", "code", "count", "exact", "problems")

    def __init__(self, code: str) -> None:
        self.code = code
        self.count = 0
        self.exact = True
        self.problems: list[Problem] = []
        self._seen: set[Hashable] = set()

    @property
    def severity(self) -> Severity:
        """How much it matters."""
        return CATALOGUE[self.code][0]

    @property
    def remedy(self) -> str:
        """What the user can do."""
        return CATALOGUE[self.code][1]

    def add(self, problem: Problem) -> bool:
        """Take a problem; returns whether it was new."""
        key = hash(_place(problem))
        if key in self._seen:
            return False
        if len(self._seen) >= REMEMBERED:
            self.exact = False
            return False
        self._seen.add(key)
        self.count += 1
        if len(self.problems) < KEPT:
            self.problems.append(problem)
        return True


def _place(problem: Problem) -> tuple[object, ...]:
    """What tells a problem from others of its kind: a page and a replay may both report it."""
    stream, finding = problem.stream, problem.finding
    if stream is not None and problem.position is not None:
        rule = finding.message if finding.code == BROKEN else ""
        return (stream.key, stream.name, problem.position, rule)
    name = None if stream is None else (stream.key, stream.name)
    return (name, finding.message, finding.place)


class ProblemBook:
    """All problems found so far, by kind; the serious kinds first."""

    def __init__(self) -> None:
        self._kinds: dict[str, ProblemKind] = {}

    @property
    def kinds(self) -> list[ProblemKind]:
        """By severity, then by code."""
        return sorted(self._kinds.values(), key=lambda kind: (_RANK[kind.severity], kind.code))

    @property
    def count(self) -> int:
        """Problems that are more than a remark."""
        kinds = self._kinds.values()
        return sum(kind.count for kind in kinds if kind.severity is not Severity.INFO)

    @property
    def exact(self) -> bool:
        """Whether every problem that was met has been counted."""
        return all(kind.exact for kind in self._kinds.values())

    def of_stream(self, stream: StreamId) -> list[Problem]:
        """Those of a stream, as far as they were kept."""
        kept = (problem for kind in self._kinds.values() for problem in kind.problems)
        return [problem for problem in kept if problem.stream == stream]

    def add(self, problems: Iterable[Problem]) -> int:
        """Take problems; returns how many were new."""
        new = 0
        for problem in problems:
            code = problem.finding.code
            kind = self._kinds.get(code)
            if kind is None:
                kind = self._kinds[code] = ProblemKind(code)
            new += kind.add(problem)
        return new


def of_events(events: Iterable[Event]) -> Iterator[Problem]:
    """Problems of a page."""
    for event in events:
        for finding in event.findings:
            yield Problem(finding, event.stream, event.position, event.type)


def of_streams(streams: Iterable[StreamSummary]) -> Iterator[Problem]:
    """Problems that a list of streams shows."""
    for row in streams:
        for finding in row.findings:
            yield Problem(finding, row.stream)


def of_step(stream: StreamId, step: Step) -> Iterator[Problem]:
    """Problems of one step of a replay, each where it begins.

    That a step follows a failure is told at the failure. Where an invariant began to be broken
    only a walk through the stream can tell.
    """
    for finding in step.findings:
        if finding.code not in ("follows-failure", BROKEN):
            yield Problem(finding, stream, step.position)


class ProblemScan:
    """A look through all events of a store, a page at a time.

    Attributes:
        done: events looked at; ``total``: events in all, where that is known.
        found: problems that were not fetched yet.
    """

    def __init__(self, total: int | None = None) -> None:
        self.done = 0
        self.total = total
        self._found: list[Problem] = []
        self._after: PageKey | None = None
        self._streams: list[StreamId] = []
        self._streams_after: PageKey | None = None
        self._streams_left = True

    def fetch(self) -> list[Problem]:
        """What was found since the last time."""
        found, self._found = self._found, []
        return found

    def advance(self, reader: StoreReader, work: Work) -> bool:
        """Look at the next page of events."""
        work.check()
        if reader.source.order_key:
            return self._page(reader, None)
        return self._next_stream(reader)

    def _page(self, reader: StoreReader, stream: StreamId | None) -> bool:
        where = Range()
        page = reader.events.page(stream, after=self._after, limit=PAGE, where=where)
        self._found += of_events(page.rows)
        self.done += len(page.rows)
        self._after = page.after if page.more else None
        return page.more

    def _next_stream(self, reader: StoreReader) -> bool:
        """Where there is no order over all streams, one stream after the other."""
        if not self._streams and self._streams_left:
            found, self._streams_after = reader.streams.keys(self._streams_after, PAGE)
            self._streams = [stream for stream, _key in found]
            self._streams_left = len(found) == PAGE
        if not self._streams:
            return False
        if not self._page(reader, self._streams[0]):
            del self._streams[0]
        return bool(self._streams) or self._streams_left
