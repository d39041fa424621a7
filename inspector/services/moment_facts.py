"""What happened at one place of a timeline: the event, its time, and what it changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inspector.core.diffing import Change
    from inspector.core.events import Event
    from inspector.services.replaying import StreamReplay
    from inspector.services.store_density import StoreDensity
    from inspector.storage.store_reader import StoreReader


@dataclass(frozen=True, slots=True)
class MomentFacts:
    """One row of a timeline.

    Attributes:
        index: the row.
        event: the event; ``None``: it is no longer there.
        changes: what it changed in the state of its stream; empty for the whole store.
        follows_failure: an earlier event could not be applied.
    """

    index: int
    event: Event | None
    changes: tuple[Change, ...] = ()
    follows_failure: bool = False


def facts_in_stream(reader: StoreReader, replay: StreamReplay, index: int) -> MomentFacts:
    """The row of a stream, with what it changed."""
    after, walk = replay.history.key_before(index)
    if walk:
        after, _ = reader.events.step(replay.stream, after, walk)
    found = reader.events.page(replay.stream, after=after, limit=1).rows
    step = replay.step(reader, index)
    follows = any(finding.code == "follows-failure" for finding in step.findings)
    return MomentFacts(index, found[0] if found else None, step.changes, follows)


def facts_in_store(reader: StoreReader, density: StoreDensity, row: int) -> MomentFacts:
    """The row of the whole store; what it changed would need its stream."""
    return MomentFacts(row, density.event_at(reader, row))
