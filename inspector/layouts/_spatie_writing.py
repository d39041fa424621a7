"""The snapshot rows of spatie/laravel-event-sourcing, as the library writes them itself.

The state is the JSON of the aggregate's public properties. Many rows may be of one aggregate,
and the library takes the one with the highest id, whatever its version: so an older version is
never written last. Times may be NULL, and are: they are in the application's time zone, which no
row names.

Source: release 7.15, ``EloquentSnapshotRepository`` and ``AggregateRoot::getState``; a row
inserted by hand was loaded by the library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.core.snapshot_drafts import EncodedAlike, RowDraft, Watch
from inspector.layouts._written_alike import cells_of, in_place_of, newest_first

if TYPE_CHECKING:
    from inspector.core.snapshot_drafts import SnapshotDraft


def row(draft: SnapshotDraft) -> RowDraft:
    """The row for a state.

    Raises:
        Uncertain: it is not known for certain how that row looks.
    """
    samples = newest_first(draft)
    whole = in_place_of(samples[0].stored, samples[0].snapshot.state, draft.state)
    return RowDraft(
        columns={
            "aggregate_uuid": draft.stream.key[0],
            "aggregate_version": draft.position,
            "state": EncodedAlike(whole, "php-json", cells_of(samples)),
        },
        key=("aggregate_uuid", "aggregate_version"),
        position="aggregate_version",
        state="state",
        newest_wins=True,
        repeats=True,
        watch=Watch("snapshots", {"aggregate_uuid": draft.stream.key[0]}, "id"),
    )
