"""What the rules find wrong in streams: events that cannot be led on or applied, invariants.

An invariant that does not hold over a stretch of events is told once, where the stretch begins.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from inspector.core.cancelling import CancelToken
from inspector.services.problems import BROKEN, PAGE, Problem, ProblemScan
from inspector.services.replaying import Told
from inspector.services.tasks import Work

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inspector.core.events import Event, PageKey, StreamId
    from inspector.core.findings import Finding
    from inspector.core.rules import RuleSet
    from inspector.storage.store_reader import StoreReader


class StreamCheck:
    """One walk through a stream with the rules."""

    def __init__(self, reader: StoreReader, stream: StreamId, rules: RuleSet) -> None:
        self._stream = stream
        self._told = Told(reader, stream, rules, keep=False)
        self._fold = self._told.folder.begin()
        self._broken: frozenset[str] = frozenset()

    def walk(self, reader: StoreReader, work: Work) -> Iterator[list[Problem]]:
        """What is wrong with each row, in order."""
        event: Event
        for event in self._told.entries(reader, work):
            found = (*event.findings, *self._new(self._fold.feed_one(event)))
            yield [Problem(finding, self._stream, event.position, event.type) for finding in found]

    def _new(self, findings: tuple[Finding, ...]) -> list[Finding]:
        broken = frozenset(f.message for f in findings if f.code == BROKEN)
        before, self._broken = self._broken, broken
        return [
            finding
            for finding in findings
            if finding.code != "follows-failure"
            and not (finding.code == BROKEN and finding.message in before)
        ]


class StreamScan:
    """The problems of one stream, a few rows at a time.

    Attributes:
        done, total: rows looked at, and rows in all.
    """

    def __init__(self, stream: StreamId, rules: RuleSet, total: int | None = None) -> None:
        self._stream, self._rules = stream, rules
        self.done = 0
        self.total = total
        self._found: list[Problem] = []
        self._walk: Iterator[list[Problem]] | None = None

    def fetch(self) -> list[Problem]:
        """What was found since the last time."""
        found, self._found = self._found, []
        return found

    def advance(self, reader: StoreReader, work: Work) -> bool:
        """Look at some rows; whether any is left."""
        work.check()
        if self._walk is None:
            # The walk outlives this piece of work; every piece asks for itself whether to stop.
            check = StreamCheck(reader, self._stream, self._rules)
            self._walk = check.walk(reader, Work(CancelToken()))
        rows = list(islice(self._walk, PAGE))
        for found in rows:
            self._found += found
        self.done += len(rows)
        return len(rows) == PAGE


class RulesPass:
    """The same for all streams of a store.

    Attributes:
        done: rows looked at.
    """

    def __init__(self, rules: RuleSet) -> None:
        self._rules = rules
        self._before = 0
        self._found: list[Problem] = []
        self._scan: StreamScan | None = None
        self._streams: list[StreamId] = []
        self._after: PageKey | None = None
        self._left = True

    @property
    def done(self) -> int:
        """Rows looked at."""
        return self._before + (0 if self._scan is None else self._scan.done)

    def fetch(self) -> list[Problem]:
        """What was found since the last time."""
        found, self._found = self._found, []
        return found

    def advance(self, reader: StoreReader, work: Work) -> bool:
        """Look at some rows of a stream, or go on to the next; whether anything is left."""
        if self._scan is None:
            stream = self._next(reader)
            if stream is None:
                return False
            self._scan = StreamScan(stream, self._rules)
        left = self._scan.advance(reader, work)
        self._found += self._scan.fetch()
        if not left:
            self._before += self._scan.done
            self._scan = None
        return True

    def _next(self, reader: StoreReader) -> StreamId | None:
        if not self._streams and self._left:
            found, self._after = reader.streams.keys(self._after, PAGE)
            self._streams = [stream for stream, _key in found][::-1]
            self._left = len(found) == PAGE
        return self._streams.pop() if self._streams else None


class StoreCheck:
    """A look through all events of a store and, with rules, a replay of every stream.

    Args:
        total: events in all, where that is known.
        rules: what the application would do; ``None`` looks at the rows alone.

    Attributes:
        done, total: events looked at, and to be looked at; each counts twice with rules.
    """

    def __init__(self, total: int | None = None, rules: RuleSet | None = None) -> None:
        self._rows = ProblemScan(total)
        self._replays = None if rules is None else RulesPass(rules)
        self.total = None if total is None else total * (1 if rules is None else 2)
        self.done = 0
        self._rows_left = True

    def fetch(self) -> list[Problem]:
        """What was found since the last time."""
        found = self._rows.fetch()
        if self._replays is not None:
            found += self._replays.fetch()
        return found

    def advance(self, reader: StoreReader, work: Work) -> bool:
        """Look at the next rows."""
        replays = self._replays
        if self._rows_left:
            self._rows_left = self._rows.advance(reader, work)
            left = self._rows_left or replays is not None
        else:
            left = replays is not None and replays.advance(reader, work)
        self.done = self._rows.done + (0 if replays is None else replays.done)
        return left
