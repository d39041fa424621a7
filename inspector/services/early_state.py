"""The state of a very long stream at once: from a snapshot on, before its history is replayed.

Somebody else computed the snapshot, so what follows from it is *not yet verified* until a replay
of the whole history has said what the state at that version really is. It is only shown where
rules or a replayer give the exact state, and where the snapshot looks like a state of theirs:
the first events are folded to see how such a state looks. Everything that is odd is answered
with nothing, and the history is replayed as ever.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from inspector.core.folding import Frame, Truth
from inspector.core.payloads import DecimalText, Decoded, Value
from inspector.core.replaying import Origin, Step, steps
from inspector.core.rules import RulesChain, RuleSet
from inspector.core.sameness import kind_of
from inspector.core.snapshot_checks import as_number, compare, sealed_path
from inspector.services.event_ranges import EventQuery, read_events
from inspector.services.replaying import Told
from inspector.services.snapshot_verifying import current_state

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inspector.core.diffing import Change
    from inspector.core.events import Event, Snapshot, StreamId
    from inspector.core.folding import Folder
    from inspector.services.replayers import StoreReplayer
    from inspector.services.replaying import StreamReplay
    from inspector.services.tasks import Work
    from inspector.storage.store_reader import StoreReader

WORTH: Final = 2_000
"""Events before a snapshot from which on it saves anybody time."""

FAR: Final = 20_000
"""Events after a snapshot up to which the way from it is short."""

FIRST: Final = 64
"""Events that are folded to see how a state looks."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """A state that somebody else computed.

    Attributes:
        position: of the last event that it contains.
        kind: ``snapshot``, or ``snapshot-file``.
    """

    position: int
    state: Value
    kind: str = "snapshot"


@dataclass(frozen=True, slots=True)
class EarlyState:
    """A state that is not yet verified.

    Attributes:
        step: of the version that was asked for; its origin is the beginning.
        type: stored type of the event there; empty where that is the beginning itself.
    """

    beginning: Beginning
    step: Step
    type: str = ""


def newest_snapshot(
    reader: StoreReader, stream: StreamId, at: int | None, rules: RuleSet | None
) -> Beginning | None:
    """The newest snapshot at or before a version, led to the rules' newest schema version."""
    found = reader.snapshots.newest(stream, at)
    if found is None or found.position is None or not _is_readable(found):
        return None
    state, _, failed = current_state(found, None if rules is None else RulesChain(rules))
    own = reader.source.snapshot_bookkeeping
    if failed or not isinstance(state, dict):
        return None
    state = {name: value for name, value in state.items() if name not in own}
    if sealed_path(state, reader.source.sealed) is not None:
        return None
    return Beginning(found.position, state)


def _is_readable(snapshot: Snapshot) -> bool:
    read = isinstance(snapshot.payload.content, Decoded)
    return read and snapshot.of_stream and not snapshot.findings


@dataclass(frozen=True)
class Question:
    """Which state is wanted.

    Attributes:
        application: who knows what the events do.
        at: the version; the last one by default.
        worth, far: when a beginning is worth it; see :data:`WORTH` and :data:`FAR`.
    """

    reader: StoreReader
    stream: StreamId
    application: RuleSet | StoreReplayer | None
    work: Work
    at: int | None = None
    worth: int = WORTH
    far: int = FAR


def early_state(asked: Question, beginning: Beginning | None) -> EarlyState | None:
    """The state at a version, from a beginning on.

    Returns:
        ``None`` where it would not be exact if the beginning is right, or not be quicker.
    """
    application = asked.application
    if beginning is None or application is None or not _can_resume(application):
        return None
    summary = asked.reader.streams.summary(asked.stream)
    first, last = summary.first_position, summary.last_position
    if first is None or last is None or first > 1:
        return None
    target = last if asked.at is None else asked.at
    if not (beginning.position <= target <= last and beginning.position - first >= asked.worth):
        return None
    if target - beginning.position > asked.far:
        return None
    folder = Told(asked.reader, asked.stream, application).folder
    state = _shaped(beginning.state, _early_frame(folder, asked))
    if folder.truth is not Truth.EXACT or state is None:
        return None
    return _folded(folder, replace(beginning, state=state), asked, (first, target))


def _can_resume(application: RuleSet | StoreReplayer) -> bool:
    return isinstance(application, RuleSet) or application.can_resume


def differences(
    early: EarlyState, replay: StreamReplay, reader: StoreReader
) -> tuple[Change, ...] | None:
    """What the replayed history says about a beginning; empty: it is right.

    Returns:
        ``None`` when the history has no such version, or could not be replayed exactly to it.
    """
    beginning = early.beginning
    index = replay.history.exact_index_of(beginning.position)
    if index is None:
        return None
    step = replay.step(reader, index)
    if step.marks or step.truth is not Truth.EXACT:
        return None
    return compare(beginning.state, step.state, reader.source.snapshot_bookkeeping)


# -- folding on ------------------------------------------------------------------------------------


def _early_frame(folder: Folder[Any], asked: Question) -> Frame:
    fold = folder.begin()
    pages = read_events(asked.reader, EventQuery(asked.stream, limit=FIRST), asked.work)
    fold.feed(islice((event for page in pages for event in page), FIRST))
    return fold.frame()


def _folded(
    folder: Folder[Any], beginning: Beginning, asked: Question, ends: tuple[int, int]
) -> EarlyState | None:
    first, target = ends
    count = beginning.position - first + 1
    frame = Frame(beginning.state, count=count, applied=count)
    origin = Origin(beginning.kind, beginning.position)
    fold, last = folder.begin(frame), None
    for event in _events_after(asked, beginning.position, target):
        if last is not None:
            fold.feed((last,))
        last = event
    if last is None:
        if target != beginning.position:
            return None
        step = Step(count - 1, target, beginning.state, (), origin, (), Truth.UNVERIFIED, {}, count)
        return EarlyState(beginning, step)
    before = fold.frame()
    [step] = steps(folder, (last,), lambda index: index + first, frame=before, origin=origin)
    if step.position != target or step.position != last.position or step.marks or step.findings:
        return None
    return EarlyState(beginning, replace(step, truth=Truth.UNVERIFIED), last.type)


def _events_after(asked: Question, position: int, target: int) -> Iterator[Event]:
    if target > position:
        for page in read_events(
            asked.reader, EventQuery(asked.stream, position + 1, target), asked.work
        ):
            yield from page


# -- how a state looks -----------------------------------------------------------------------------


def _shaped(state: Value, frame: Frame) -> Value | None:
    """A snapshot's state in the kinds of value that a replay has; ``None``: it looks otherwise.

    A library may have written a number as a text, and an empty map as an empty list.
    """
    model = frame.state
    if not isinstance(state, dict) or not isinstance(model, dict) or frame.failed_at is not None:
        return None
    if state.keys() != model.keys():
        return None
    made: dict[Value, Value] = {}
    for name in model:
        fits, made[name] = _like(state[name], model[name])
        if not fits:
            return None
    return made


def _like(value: Value, model: Value) -> tuple[bool, Value]:
    """Whether a value can stand where a replay has another, and how it is written there."""
    if value is None or model is None or kind_of(value) == kind_of(model):
        return True, value
    kinds = {kind_of(value), kind_of(model)}
    if kinds == {"map", "list"}:
        empty = not value
        return empty, ({} if kind_of(model) == "map" else []) if empty else value
    if kind_of(model) == "number" and isinstance(value, str):
        number = as_number(value)
        return number is not None, value if number is None else DecimalText(number)
    if isinstance(model, str) and kind_of(value) == "number":
        return True, str(value)
    return False, value
