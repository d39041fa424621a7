"""The snapshot rows of prooph/pdo-snapshot-store: serialised PHP objects, one for each aggregate.

Class and visibility of every property are those of the snapshot written last; of its values the
library's own are ``version`` and the empty ``recordedEvents``. The library deletes the row of an
aggregate and inserts another, which is what overwriting it comes to.

Source: pdo-snapshot-store 1.6 and event-sourcing 5.7; a row from elsewhere was loaded by the
library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.core.snapshot_drafts import EncodedAlike, RowDraft, Uncertain
from inspector.core.texts import tr
from inspector.layouts._written_alike import cells_of, in_place_of, newest_first, plain_time

if TYPE_CHECKING:
    from inspector.core.payloads import Value
    from inspector.core.snapshot_drafts import Sample, SnapshotDraft


def row(draft: SnapshotDraft, tables: int) -> RowDraft:
    """The row for a state.

    Args:
        tables: how many tables of snapshots there are.

    Raises:
        Uncertain: it is not known for certain how that row looks.
    """
    if tables != 1:
        raise Uncertain(tr("There are several tables of snapshots."))
    samples = newest_first(draft)
    newest = samples[0]
    return RowDraft(
        columns={
            "aggregate_id": draft.stream.name,
            "aggregate_type": newest.snapshot.type,
            "last_version": draft.position,
            "created_at": plain_time(draft, between="T"),
            "aggregate_root": EncodedAlike(_object(newest, draft), "php", cells_of(samples)),
        },
        key=("aggregate_id",),
        position="last_version",
        type="aggregate_type",
        state="aggregate_root",
        replaces=("aggregate_type", "last_version", "created_at", "aggregate_root"),
    )


def _object(sample: Sample, draft: SnapshotDraft) -> Value:
    """The newest object with another state, version and id."""
    stored = {name: value for name, value in sample.stored.items() if name != "$class"}
    if stored.get("version") != sample.snapshot.position or stored.get("recordedEvents") != []:
        raise Uncertain(tr("The snapshots that are there are not written by the usual mapper."))
    made = in_place_of(stored, sample.snapshot.state, draft.state)
    if made.keys() - {"version", "recordedEvents"} == {"id", "state"}:
        if stored["id"] != sample.snapshot.stream.name:
            raise Uncertain(tr("The field {name} is not written in the usual way.", name="id"))
        made["id"] = draft.stream.name
    return {**made, "version": draft.position}
