"""Every step of a stream with the type of its event, and a replay that goes only so far.

Both read the stream in blocks and fold on; nothing is read beyond the version that is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inspector.core.errors import InputInvalid
from inspector.core.replaying import steps
from inspector.core.texts import tr
from inspector.services.event_ranges import EventQuery, read_events
from inspector.services.finding_streams import shown_name
from inspector.services.replaying import StreamReplay, Told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inspector.core.events import StreamId
    from inspector.core.replaying import Step
    from inspector.core.rules import RuleSet
    from inspector.services.replayers import StoreReplayer
    from inspector.services.tasks import Work
    from inspector.storage.store_reader import StoreReader


@dataclass(frozen=True, slots=True)
class ToldStep:
    """A step, and the stored type of the event that led to it."""

    type: str
    step: Step


def told_steps(
    reader: StoreReader, stream: StreamId, work: Work, rules: RuleSet | StoreReplayer | None = None
) -> Iterator[ToldStep]:
    """Every step of a stream, oldest first, without keeping the stream."""
    told = Told(reader, stream, rules, keep=False)
    history = told.history
    for step in steps(told.folder, told.entries(reader, work), history.position_at):
        yield ToldStep(history.type_at(step.index), step)


def require_version(reader: StoreReader, stream: StreamId, position: int, work: Work) -> None:
    """Make sure that a stream has a version, before anything is told about earlier ones.

    Raises:
        InputInvalid: it has none; the message names the first and the last.
    """
    query = EventQuery(stream, position, position, limit=1)
    if any(read_events(reader, query, work)):
        return
    ends = [
        event.position
        for reverse in (False, True)
        for page in read_events(reader, EventQuery(stream, reverse=reverse, limit=1), work)
        for event in page
    ]
    name = shown_name(stream.name)
    if not ends:
        raise InputInvalid(tr("The stream “{name}” has no events.", name=name))
    if all(end is None for end in ends):
        raise InputInvalid(
            tr("The events of the stream “{name}” have no versions.", name=name),
            hint=tr("Their library wrote them without; choose a time instead (--time)."),
        )
    raise InputInvalid(
        tr(
            "The stream “{name}” has no version {n}; it has {first} to {last}.",
            name=name,
            n=position,
            first=ends[0],
            last=ends[-1],
        ),
        hint=tr("Versions are counted as the library counts them."),
    )


def step_at(
    reader: StoreReader,
    stream: StreamId,
    position: int | None,
    work: Work,
    rules: RuleSet | StoreReplayer | None = None,
) -> ToldStep:
    """The step at a version of a stream; the last one by default.

    Raises:
        InputInvalid: the stream has no such version, or no events at all.
    """
    if position is not None:
        require_version(reader, stream, position, work)
    replay = StreamReplay(reader, stream, rules)
    positions = replay.history.positions
    while replay.load_chunk(reader):
        work.check()
        work.report(len(replay), None, tr("events"))
        if position is not None and positions and positions[-1] >= position:
            break
    if not len(replay):
        raise InputInvalid(tr("The stream “{name}” has no events.", name=shown_name(stream.name)))
    index = len(replay) - 1 if position is None else replay.index_at(position)
    return ToldStep(replay.history.type_at(index), replay.step(reader, index))
