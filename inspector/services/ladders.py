"""The ladder of one event: as stored, after every hop, and as a reducer sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inspector.core.diffing import Change, diff
from inspector.core.errors import InputInvalid
from inspector.core.payloads import REPLAY_LIMIT, Undecoded
from inspector.core.rules import RulesChain
from inspector.core.texts import tr
from inspector.services.event_ranges import EventQuery, read_events
from inspector.services.replayers import StoreReplayer
from inspector.services.stepping import require_version
from inspector.services.whole_payload import read_whole

if TYPE_CHECKING:
    from inspector.core.events import Event, StreamId
    from inspector.core.rules import RuleSet
    from inspector.core.upcasting import Form, Hop, UpcastTrace
    from inspector.services.tasks import Work
    from inspector.storage.store_reader import StoreReader


@dataclass(frozen=True, slots=True)
class Rung:
    """One hop with what it changed.

    Attributes:
        changes: from the form before to the (only) form after; empty when the hop failed,
            dropped the event or split it.
    """

    hop: Hop
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Ladder:
    """The whole way of one event.

    Attributes:
        name: what the rules call the event.
        rungs: the hops, in order.
    """

    event: Event
    name: str
    trace: UpcastTrace
    rungs: tuple[Rung, ...]


def ladder_of(event: Event, rules: RuleSet) -> Ladder:
    """Lead an event through the hops. Never raises for what is stored."""
    trace = RulesChain(rules).trace(event)
    rungs = tuple(Rung(hop, _changes(hop)) for hop in trace.hops)
    return Ladder(event, rules.types.named(event.type).name, trace, rungs)


def ladder_at(
    reader: StoreReader,
    stream: StreamId,
    position: int,
    rules: RuleSet | StoreReplayer | None,
    work: Work,
) -> Ladder:
    """The ladder of the event with a version of a stream.

    Raises:
        InputInvalid: the stream has no such version, or nobody knows what events become.
        ReplayerFailed: the replayer broke.
    """
    require_version(reader, stream, position, work)
    if isinstance(rules, StoreReplayer):
        return _told_by_code(reader, stream, position, rules, work)
    if rules is None:
        raise InputInvalid(tr("Only rules and replayers know how events become newer ones."))
    pages = read_events(reader, EventQuery(stream, position, position, limit=1), work)
    event = next(event for page in pages for event in page)
    return ladder_of(_whole(reader, event, work), rules)


def ladder_for(
    reader: StoreReader, event: Event, rules: RuleSet | StoreReplayer | None, work: Work
) -> Ladder | None:
    """The ladder of an event that was read already; ``None``: nobody knows what events become.

    Raises:
        ReplayerFailed: the replayer broke, or does not tell.
    """
    if isinstance(rules, StoreReplayer):
        if event.position is None:
            return None
        return _told_by_code(reader, event.stream, event.position, rules, work)
    return None if rules is None else ladder_of(_whole(reader, event, work), rules)


def nearest_working(ladder: Ladder) -> Form | None:
    """The last form on the way to the newest one, where the way does not lead there.

    ``None``: it does, or nothing of the event could be read.
    """
    trace = ladder.trace
    if not trace.findings or isinstance(ladder.event.payload.content, Undecoded):
        return None
    return trace.hops[-1].before if trace.failed else _last(trace)


def _last(trace: UpcastTrace) -> Form:
    made = [form for hop in trace.hops for form in hop.after]
    return made[-1] if made else trace.stored


def _whole(reader: StoreReader, event: Event, work: Work) -> Event:
    """The event with its payload, where that was too large for its page."""
    content = event.payload.content
    if isinstance(content, Undecoded) and content.size <= REPLAY_LIMIT:
        return read_whole(reader, event, work)
    return event


def _told_by_code(
    reader: StoreReader, stream: StreamId, position: int, replayer: StoreReplayer, work: Work
) -> Ladder:
    """One rung: the application says what an event becomes, not by which way."""
    pages = read_events(reader, EventQuery(stream, last=position), work)
    events = [event for page in pages for event in page]
    trace = replayer.traced(events)
    rungs = tuple(Rung(hop, _changes(hop)) for hop in trace.hops)
    return Ladder(events[-1], events[-1].type, trace, rungs)


def _changes(hop: Hop) -> tuple[Change, ...]:
    if len(hop.after) != 1:
        return ()
    return diff(hop.before.value, hop.after[0].value)
