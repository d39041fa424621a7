"""The snapshot rows of Sequent 8, as its procedure ``store_snapshots`` writes them.

A row holds the whole aggregate as Marshal data in base64, with the number of the *next* event.
The row of the aggregate among those that need snapshots is made, or brought up to date, first.
Before 8 a snapshot lies among the events and needs ids of other tables inside the aggregate;
how a commit treats one from elsewhere was never seen, so none is written.

Source: sequent 8.2, ``store_snapshots`` and ``AggregateRoot``; a row written from elsewhere was
loaded by the library, which went on from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.core.snapshot_drafts import BesideDraft, EncodedAlike, RowDraft, Uncertain
from inspector.core.texts import tr
from inspector.layouts._written_alike import cells_of, newest_first

if TYPE_CHECKING:
    from inspector.core.payloads import Value
    from inspector.core.snapshot_drafts import Sample, SnapshotDraft

STREAM = frozenset(
    {
        "$ruby", "aggregate_type", "aggregate_id", "events_partition_key", "snapshot_outdated_at",
        "unique_keys",
    }
)  # fmt: skip


def row(draft: SnapshotDraft, snapshot_type: str, columns: frozenset[str]) -> RowDraft:
    """The rows for a state.

    Args:
        snapshot_type: what the library calls its snapshots.
        columns: of the table of snapshots.

    Raises:
        Uncertain: it is not known for certain how those rows look.
    """
    if "snapshot_version" in columns:
        raise Uncertain(tr("It has versions of snapshots, which no release has yet."))
    samples = newest_first(draft)
    number = draft.position + 1
    _, own_id = draft.stream.key
    taken = f"{draft.taken_at[:23]}+00:00"
    facts = {"created_at": taken, "aggregate_id": draft.stream.name, "sequence_number": number}
    state = EncodedAlike(_aggregate(samples, draft), "ruby-json", cells_of(samples), facts)
    needed = {
        "aggregate_id": own_id,
        "snapshot_sequence_number_high_water_mark": number,
        "snapshot_outdated_at": None,
        "snapshot_scheduled_at": None,
    }
    return RowDraft(
        columns={
            "aggregate_id": own_id,
            "sequence_number": number,
            "created_at": taken,
            "snapshot_type": snapshot_type,
            "snapshot_json": state,
        },
        key=("aggregate_id", "sequence_number"),
        position="sequence_number",
        state="snapshot_json",
        beside=(
            BesideDraft(
                "needed snapshots", needed, first=True, key=("aggregate_id",),
                replaces=("snapshot_outdated_at", "snapshot_scheduled_at"),
                raises=("snapshot_sequence_number_high_water_mark",),
            ),
        ),
        identity=("aggregate_id", "sequence_number"),
    )  # fmt: skip


def _aggregate(samples: tuple[Sample, ...], draft: SnapshotDraft) -> Value:
    """The instance variables, the library's own and those of the state."""
    stream = _stream(samples[0])
    own = {
        "id": draft.stream.name,
        "uncommitted_events": [],
        "sequence_number": draft.position + 1,
        "event_stream": {
            "aggregate_type": stream["aggregate_type"],
            "aggregate_id": draft.stream.name,
            "events_partition_key": draft.stream.key[0],
            **_alike_everywhere(samples),
        },
    }
    before = [at for at in draft.there if at < draft.position]
    latest = {"latest_snapshot_sequence_number": max(before) + 1} if before else {}
    return {**own, **draft.state, **latest}


def _stream(sample: Sample) -> dict[str, Value]:
    found = sample.snapshot.payload.value["data"].get("event_stream")
    if not isinstance(found, dict) or found.keys() != STREAM:
        raise Uncertain(tr("The snapshots that are there hold another stream than usual."))
    return found


def _alike_everywhere(samples: tuple[Sample, ...]) -> dict[str, Value]:
    """What a stream keeps besides its name; it may be another for each aggregate.

    Raises:
        Uncertain: it is.
    """
    usual: dict[str, Value] = {"snapshot_outdated_at": None, "unique_keys": {}}
    for sample in samples:
        stream = _stream(sample)
        for name, value in usual.items():
            if stream[name] != value:
                raise Uncertain(tr("The field {name} is not written in the usual way.", name=name))
    return usual
