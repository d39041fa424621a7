"""Finding the events of a stream, or of the whole store, that pass a filter.

A pass goes from either end, or from any key, in short pieces, so that it can be stopped between
two of them and what it found stays. Where columns decide a part of the filter, the database
leaves out what cannot pass (see :mod:`inspector.storage.pushdown`) and no payload of it is read;
what it lets through is decoded and asked again, so the answer is the same with or without.

What could not be read, and might have passed, is counted and never looks like a miss. A filter
that asks for the state folds the stream as it goes, and needs one stream for that.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from inspector.core.errors import FilterInvalid
from inspector.core.expressions import Filter, Scope, Verdict
from inspector.core.expressions.tree import Logic
from inspector.core.instants import Instant, parse_instant
from inspector.core.payloads import REPLAY_LIMIT, Undecoded
from inspector.core.texts import tr
from inspector.services.event_ranges import (
    PAGE,
    PAGE_WITHOUT_INDEX,
    EventQuery,
    Walk,
    is_inside,
    is_past,
    require_order,
    walk_of,
)
from inspector.services.filter_facts import Facts
from inspector.services.replaying import every_step
from inspector.services.tasks import Work
from inspector.services.whole_payload import read_whole
from inspector.storage.pushdown import Pushed, streams_asked, worth_pushing
from inspector.storage.statements import Range

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from inspector.core.events import Event, PageKey, StreamId
    from inspector.core.replaying import Step
    from inspector.core.rules import RuleSet
    from inspector.services.replayers import StoreReplayer
    from inspector.storage.store_reader import StoreReader

CHUNK: Final = 8192
"""Rows that the database looks at in one read."""

KEPT: Final = 2048
"""Hits of which the event stays in memory; others are read again when they are looked at."""

MOST_STREAMS: Final = 64
"""Streams of one name up to which they are handed to the database."""

_STATE: Final = frozenset({"state", "before"})
_BROKEN: Final = frozenset({"reducer-failed", "follows-failure", "replayer-failed"})


@dataclass(frozen=True)
class Question:
    """What is looked for.

    Attributes:
        filters: all of them have to hold.
        query: where, and from which end; its ``limit`` is not looked at.
        rules: what gives events their names and states, where somebody said it.
        replayer: the application's own fold, before the rules' one.
        push: let the database leave out what cannot pass.
    """

    filters: tuple[Filter, ...]
    query: EventQuery = field(default_factory=EventQuery)
    rules: RuleSet | None = None
    replayer: StoreReplayer | None = None
    push: bool = True

    @property
    def mentions(self) -> frozenset[str]:
        """Names that the filters ask for."""
        return frozenset().union(*(one.mentions for one in self.filters))

    @property
    def asks_state(self) -> bool:
        """Whether the stream has to be folded for it."""
        return bool(self.mentions & _STATE)

    @property
    def forward(self) -> EventQuery:
        """The range, from its beginning."""
        return replace(self.query, reverse=False)

    def require_answerable(self, reader: StoreReader) -> None:
        """Make sure that the question can be answered in this store.

        Raises:
            FilterInvalid: the state is asked for, and no stream is named.
            StreamUnknown, InputInvalid: as of :func:`~.event_ranges.require_order`.
        """
        require_order(reader, self.query)
        if not self.asks_state:
            return
        if self.query.stream is None:
            raise FilterInvalid(
                tr("A state belongs to one stream; the whole store has none to ask for."),
                hint=tr("Choose a stream, or ask for “data” in place of “state”."),
            )


@dataclass(frozen=True, slots=True)
class Hit:
    """An event that passed.

    Attributes:
        row: its row among all rows that were looked at, from 0; counted from the end that the
            pass began at.
        key: where it is read again.
    """

    row: int
    key: PageKey
    event: Event


class FilterScan:
    """A pass that looks for events; a :class:`~.long_scans.Scanner`.

    Attributes:
        done: rows looked at; ``total``: rows in all, where that is known.
        rows, keys: of the hits so far, in reading order.
        unread: events that could not be read and might have passed.
        first_unread: the first of them.
        decided: the database leaves events out.
    """

    def __init__(self, question: Question, total: int | None = None, *, keep: bool = True) -> None:
        self.question = question
        self.done, self.total = 0, total
        self.rows: array[int] = array("q")
        self.keys: list[PageKey] = []
        self.unread = 0
        self.first_unread: Event | None = None
        self.decided = False
        self._keep = keep
        self._events: OrderedDict[int, Event] = OrderedDict()
        self._new: list[Hit] = []
        self._pass: _Pass | None = None
        self._now = _present()

    def __len__(self) -> int:
        """Hits so far."""
        return len(self.rows)

    def event(self, number: int) -> Event | None:
        """The event of a hit, if it is still in memory."""
        return self._events.get(number)

    @property
    def resumable(self) -> bool:
        """Whether it can go on with events that are added after its end."""
        return not self.question.asks_state and not self.question.query.reverse

    def fetch(self) -> list[Hit]:
        """Hits since the last time; only where none are kept."""
        new, self._new = self._new, []
        return new

    def advance(self, reader: StoreReader, work: Work) -> bool:
        """Look at the next rows.

        Raises:
            FilterInvalid, StreamUnknown, InputInvalid: see :meth:`Question.require_answerable`.
        """
        work.check()
        if self._pass is None:
            self.question.require_answerable(reader)
            self._pass = _Pass(reader, self.question, self._now, work)
            self.decided = self._pass.pushed is not None
        more = self._pass.advance(reader, work, self._take)
        self.done = self._pass.looked
        work.report(self.done, self.total, tr("events"))
        return more

    def _take(self, verdict: Verdict, hit: Hit) -> None:
        if verdict is Verdict.UNREAD:
            self.unread += 1
            self.first_unread = self.first_unread or hit.event
        elif verdict is Verdict.HIT and not self._keep:
            self._new.append(hit)
        elif verdict is Verdict.HIT:
            number = len(self.rows)
            self._events[number] = hit.event
            if len(self._events) > KEPT:
                self._events.popitem(last=False)
            self.keys.append(hit.key)
            self.rows.append(hit.row)


def filtered(reader: StoreReader, question: Question, work: Work) -> Iterator[FoundBlock]:
    """The events that pass, as they are found, in reading order.

    Raises:
        FilterInvalid, StreamUnknown, InputInvalid: see :meth:`Question.require_answerable`.
    """
    scan = FilterScan(question, keep=False)
    backwards = question.asks_state and question.query.reverse
    more = True
    while more:
        more = scan.advance(reader, work)
        if backwards and more:
            continue
        events = tuple(hit.event for hit in scan.fetch())
        yield FoundBlock(events[::-1] if backwards else events, scan.done, scan.unread)


@dataclass(frozen=True, slots=True)
class FoundBlock:
    """What one piece of a pass found.

    Attributes:
        events: those that passed; ``looked`` and ``unread``: as of the whole pass so far.
    """

    events: tuple[Event, ...]
    looked: int
    unread: int


def read_hits(
    reader: StoreReader, stream: StreamId | None, keys: Sequence[PageKey], work: Work
) -> tuple[Event | None, ...]:
    """Hits read again by their keys; ``None`` for one that is no longer there."""
    found: list[Event | None] = []
    for key in keys:
        work.check()
        rows = reader.events.at(stream, [key])
        found.append(_with_clock(reader, stream, rows[0], key) if rows else None)
    return tuple(found)


def _with_clock(reader: StoreReader, stream: StreamId | None, event: Event, key: PageKey) -> Event:
    return event if stream is None else reader.events.told_with_clock(stream, event, key)


def _present() -> Instant | None:
    """The present, fixed for a pass so that it does not move between two events."""
    return parse_instant(datetime.now(UTC).isoformat())


Take = Callable[[Verdict, Hit], None]


class _Pass:
    """Where a pass stands in its range."""

    def __init__(
        self, reader: StoreReader, question: Question, now: Instant | None, work: Work
    ) -> None:
        query = self._query = question.forward if question.asks_state else question.query
        # A state follows from all events before it, so the stream is read from its beginning.
        walk = Walk(None, False, None) if question.asks_state else walk_of(reader, query)
        self._walk: Walk | None = walk
        self._after = None if walk is None else walk.start
        self._inclusive = walk is not None and walk.inclusive
        self._filters = question.filters
        self._scope = Scope(now)
        self._facts = Facts(reader.source, question.rules)
        self._states = _States(reader, question, work) if question.asks_state else None
        self.looked = 0
        self.pushed = _pushed(reader, question, now)
        self._waiting: deque[tuple[PageKey, int]] = deque()
        self._ended = False
        indexed = query.stream is not None or reader.source.order_indexed
        self._size = PAGE if indexed else PAGE_WITHOUT_INDEX

    def advance(self, reader: StoreReader, work: Work, take: Take) -> bool:
        """Look at the next rows; whether there are more."""
        if self._walk is None:
            return False
        if self.pushed is None:
            return self._page(reader, work, take)
        if not self._waiting:
            self._choose(reader)
        if self._waiting:
            self._candidates(reader, work, take)
        return bool(self._waiting) or not self._ended

    # -- every row ----------------------------------------------------------------------------

    def _page(self, reader: StoreReader, work: Work, take: Take) -> bool:
        query, walk = self._query, self._walk
        assert walk is not None  # noqa: S101 the caller has looked
        page = reader.events.page(
            query.stream, after=self._after, limit=self._size, where=self._where(),
            until=walk.until, mark_every=1,
        )  # fmt: skip
        rows, marks = page.rows, page.marks
        if query.reverse:
            rows, marks = rows[::-1], marks[::-1]
        for event, key in zip(rows, marks, strict=True):
            self._ask(reader, Hit(self.looked, key, event), work, take)
            self.looked += 1
        if rows:  # else the end stays where it was, and what comes later lies beyond it
            self._after, self._inclusive = (page.before if query.reverse else page.after), False
        return page.more and not is_past(rows[-1], query)

    # -- what the database takes for possible -------------------------------------------------

    def _choose(self, reader: StoreReader) -> None:
        """Let the database look at the next rows."""
        query, walk, pushed = self._query, self._walk, self.pushed
        assert walk is not None and pushed is not None  # noqa: S101, PT018 the caller has looked
        found = reader.events.numbered(
            query.stream, pushed, after=self._after, limit=CHUNK, where=self._where(),
            until=walk.until,
        )  # fmt: skip
        self._waiting.extend((key, self.looked + number - 1) for key, number in found.keys)
        self.looked += found.looked
        self._ended = not found.more
        if found.last is not None:
            self._after, self._inclusive = found.last, False

    def _candidates(self, reader: StoreReader, work: Work, take: Take) -> None:
        """Read and ask the next of them."""
        some = [self._waiting.popleft() for _ in range(min(PAGE, len(self._waiting)))]
        row_of = dict(some)
        first, last = some[0][0], some[-1][0]
        where = Range(inclusive=True, reverse=self._query.reverse)
        page = reader.events.page(
            self._query.stream, after=first, limit=len(some), where=where, until=last,
            only=self.pushed, mark_every=1,
        )  # fmt: skip
        pairs = list(zip(page.rows, page.marks, strict=True))
        for event, key in reversed(pairs) if self._query.reverse else pairs:
            row = row_of.get(key)
            if row is not None:  # one that was added meanwhile belongs to another pass
                told = _with_clock(reader, self._query.stream, event, key)
                self._ask(reader, Hit(row, key, told), work, take)

    # -- one event ----------------------------------------------------------------------------

    def _where(self) -> Range:
        return Range(inclusive=self._inclusive, reverse=self._query.reverse)

    def _ask(self, reader: StoreReader, hit: Hit, work: Work, take: Take) -> None:
        if not is_inside(hit.event, self._query):
            if self._states is not None:
                self._states.pass_over()
            return
        verdict = self._verdict(hit.event)
        if verdict is Verdict.UNREAD and _was_left_out(hit.event):
            hit = Hit(hit.row, hit.key, read_whole(reader, hit.event, work))
            verdict = self._verdict(hit.event)
        if self._states is not None:
            self._states.pass_over()
        if verdict is not Verdict.MISS:
            take(verdict, hit)

    def _verdict(self, event: Event) -> Verdict:
        """What all filters together say: one that does not hold decides."""
        scope = self._scope
        scope.look_at(event)
        unread = self._facts.tell(scope, event)
        if self._states is not None:
            unread |= self._states.tell(scope)
        answer = Verdict.HIT
        for one in self._filters:
            found = one.judge(scope, unread)
            if found is Verdict.MISS:
                return found
            if found is Verdict.UNREAD:
                answer = found
        return answer


def _was_left_out(event: Event) -> bool:
    """Whether a payload was only too large for its page."""
    content = event.payload.content
    if not isinstance(content, Undecoded) or content.code != "payload-too-large":
        return False
    return content.size <= REPLAY_LIMIT


class _States:
    """The state before and after the event that is looked at."""

    def __init__(self, reader: StoreReader, question: Question, work: Work) -> None:
        stream = question.query.stream
        assert stream is not None  # noqa: S101 a question about states names one
        quiet = Work(work.token)
        self._steps = every_step(reader, stream, quiet, question.replayer or question.rules)
        self._before: Step | None = None
        self._now: Step | None = next(self._steps, None)

    def tell(self, scope: Scope) -> frozenset[str]:
        """Put both into a scope; gives which of them nobody knows."""
        unknown = set()
        if self._now is None or _is_broken(self._now):
            unknown.add("state")
        else:
            scope.state = self._now.state
        if self._before is not None and _is_broken(self._before):
            unknown.add("before")
        elif self._before is not None:
            scope.before = self._before.state
        return frozenset(unknown)

    def pass_over(self) -> None:
        """Go on to the next event."""
        self._before, self._now = self._now, next(self._steps, None)


def _is_broken(step: Step) -> bool:
    return any(finding.code in _BROKEN for finding in step.findings)


def _pushed(reader: StoreReader, question: Question, now: Instant | None) -> Pushed | None:
    """What the database may decide; ``None`` where it has to look at every row itself."""
    if not question.push or question.asks_state or not question.filters:
        return None
    trees = tuple(one.asked for one in question.filters)
    tree = trees[0] if len(trees) == 1 else Logic("and", trees)
    if not worth_pushing(tree, reader.source):
        return None
    without = frozenset() if question.rules is None else frozenset({"name", "schema_version"})
    streams = {} if question.query.stream is not None else _streams(reader, streams_asked(tree))
    pushed = Pushed(tree, without, now, streams)
    return pushed if reader.events.decides(question.query.stream, pushed) else None


def _streams(reader: StoreReader, names: frozenset[str]) -> dict[str, tuple[PageKey, ...]]:
    """Keys of all streams of some names, where the events themselves say which there are."""
    source = reader.source
    if source.streams is not None or source.parts is not None or source.stream_events is not None:
        return {}
    found = {}
    for name in names:
        if name.isprintable():
            keys = tuple(stream.key for stream in reader.streams.find(name))
            if len(keys) <= MOST_STREAMS:
                found[name] = keys
    return found
