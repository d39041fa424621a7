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
    from inspector.core.upcasting import Hop, UpcastTrace
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
    content = event.payload.content
    if isinstance(content, Undecoded) and content.size <= REPLAY_LIMIT:
        event = read_whole(reader, event, work)
    return ladder_of(event, rules)


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
