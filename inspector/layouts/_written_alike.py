"""What layouts have in common whose snapshots are written like others of their kind.

Imports the core and the layout contract.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.core.instants import parse_instant
from inspector.core.payloads import Value
from inspector.core.snapshot_drafts import Uncertain
from inspector.core.texts import tr
from inspector.layouts._written_forms import require_fields

if TYPE_CHECKING:
    from inspector.core.snapshot_drafts import Sample, SnapshotDraft


def newest_first(draft: SnapshotDraft) -> tuple[Sample, ...]:
    """The samples, the one that was written last before all others.

    Raises:
        Uncertain: the state has other fields than what the library wrote last.
    """
    ordered = sorted(draft.samples, key=_age, reverse=True)
    require_fields(draft.state, ordered[0].snapshot.state)
    return tuple(ordered)


def cells_of(samples: tuple[Sample, ...]) -> tuple[bytes | str, ...]:
    """The stored cells, newest first."""
    return tuple(s.snapshot.payload.raw for s in samples if s.snapshot.payload.raw is not None)


def in_place_of(stored: Value, inside: Value, state: Value) -> Value:
    """A stored map with another state where its own state is: as a part, or beside other fields.

    Args:
        inside: the state of the snapshot, which is a part of ``stored`` or whose fields are
            some of its own.

    Raises:
        Uncertain: it is neither.
    """
    if not isinstance(stored, dict) or not isinstance(inside, dict):
        raise Uncertain(tr("The snapshots that are there are no maps of fields."))
    parts = [name for name, value in stored.items() if value == inside]
    if len(parts) == 1 and inside:
        return {**stored, parts[0]: state}
    if inside.keys() <= stored.keys():
        return {**stored, **state}
    raise Uncertain(tr("Where the snapshots that are there keep the state cannot be told."))


def plain_time(draft: SnapshotDraft, *, between: str = " ") -> str:
    """The present time in UTC without its zone, to the microsecond."""
    return draft.taken_at.partition("+")[0].replace("T", between)


def seconds(draft: SnapshotDraft) -> int:
    """The present time in seconds since 1970."""
    moment = parse_instant(draft.taken_at)
    return 0 if moment is None else (moment.nanoseconds or 0) // 1_000_000_000


def _age(sample: Sample) -> tuple[int, int]:
    """By the time at which it was taken, then by how far its stream had come."""
    taken = sample.snapshot.taken_at
    when = 0 if taken is None else taken.nanoseconds or 0
    return when, sample.snapshot.position or 0
