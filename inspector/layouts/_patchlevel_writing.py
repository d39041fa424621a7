"""The snapshot rows of patchlevel/event-sourcing, as its cache writes them.

The cell is a serialised PHP array ``{version, payload}``; the payload has the position in
``_playhead``. The library reads over a snapshot of another version than the one that the class
names, so the version is that of the snapshot written last; where two were written in the same
second, nobody can tell.

Source: release 3.5, ``DefaultSnapshotStore`` and Symfony's ``PdoAdapter``; rows inserted by hand
were loaded by the library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.core.snapshot_drafts import EncodedAlike, RowDraft, Uncertain, Watch
from inspector.core.texts import tr
from inspector.layouts._written_alike import cells_of, in_place_of, newest_first, seconds

if TYPE_CHECKING:
    from inspector.core.payloads import Value
    from inspector.core.snapshot_drafts import Sample, SnapshotDraft

LONGEST = 200
"""Longer keys are hashed by the cache, and not found again by name."""


def row(draft: SnapshotDraft, namespace: str) -> RowDraft:
    """The row for a state.

    Args:
        namespace: what the cache puts before the name of a stream.

    Raises:
        Uncertain: it is not known for certain how that row looks.
    """
    samples = newest_first(draft)
    _require_one_version(samples)
    name = f"{namespace}{draft.stream.name}"
    if len(name) > LONGEST:
        raise Uncertain(tr("The cache keeps so long a name in a form of its own."))
    value = {**samples[0].stored, "payload": _payload(samples[0], draft)}
    return RowDraft(
        columns={
            "item_id": name,
            "item_data": EncodedAlike(value, "php", cells_of(samples)),
            "item_lifetime": None,
            "item_time": seconds(draft),
        },
        key=("item_id",),
        state="item_data",
        replaces=("item_data", "item_lifetime", "item_time"),
        watch=Watch("snapshots", {"item_id": name}, "item_data"),
        identity=("item_id", "item_data"),
    )


def _require_one_version(samples: tuple[Sample, ...]) -> None:
    newest = samples[0].snapshot
    for sample in samples[1:]:
        other = sample.snapshot
        if other.schema_version != newest.schema_version and other.taken_at == newest.taken_at:
            raise Uncertain(tr("Snapshots of two versions were written in the same second."))


def _payload(sample: Sample, draft: SnapshotDraft) -> Value:
    """The newest payload with another state, position and id."""
    stored = dict(sample.stored["payload"])
    made = in_place_of(stored, sample.snapshot.state, draft.state)
    if made.keys() - {"_playhead"} == {"id", "data"}:
        category = f"{draft.stream.category}-"
        if sample.snapshot.stream.name != f"{category}{stored['id']}":
            raise Uncertain(tr("The field {name} is not written in the usual way.", name="id"))
        made["id"] = draft.stream.name.removeprefix(category)
    return {**made, "_playhead": draft.position}
