"""The snapshot documents of Ecotone, as its document store keeps them.

A document is what the application's converter makes of the aggregate; how it does that, which
name the version has, and the collection are those of the snapshot written last for the same
class. ``updated_at`` is no time but the reading of a clock that only goes on.

Source: ecotone 1.326, ``DbalDocumentStore`` and ``AggregateSnapshot``; a row from elsewhere was
loaded by the library.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from inspector.core.snapshot_drafts import EncodedAlike, RowDraft, Uncertain, Watch
from inspector.core.texts import tr
from inspector.layouts._written_alike import cells_of, in_place_of, newest_first

if TYPE_CHECKING:
    from inspector.core.payloads import Value
    from inspector.core.snapshot_drafts import Sample, SnapshotDraft


def row(draft: SnapshotDraft, prefix: str, versions: Collection[str]) -> RowDraft:
    """The row for a state.

    Args:
        prefix: of the names of collections that hold snapshots.
        versions: names that the version may have in a document.

    Raises:
        Uncertain: it is not known for certain how that row looks.
    """
    samples = newest_first(draft)
    kind = samples[0].snapshot.type or ""
    place = {"collection": f"{prefix}{kind}", "document_id": draft.stream.name}
    document = _document(samples[0], draft, versions)
    return RowDraft(
        columns={
            **place,
            "document_type": kind,
            "document": EncodedAlike(document, "php-json", cells_of(samples)),
            "updated_at": draft.ticks,
        },
        key=("collection", "document_id"),
        type="document_type",
        state="document",
        replaces=("document_type", "document", "updated_at"),
        watch=Watch("snapshots", place, "updated_at"),
        identity=("collection", "document_id", "updated_at"),
    )


def _document(sample: Sample, draft: SnapshotDraft, versions: Collection[str]) -> Value:
    """The newest document with another state, version and id."""
    stored = sample.stored
    made = in_place_of(stored, sample.snapshot.state, draft.state)
    name = next(name for name in versions if isinstance(stored.get(name), int))
    if made.keys() - {name} == {"id", "state"}:
        if stored["id"] != sample.snapshot.stream.name:
            raise Uncertain(tr("The field {name} is not written in the usual way.", name="id"))
        made["id"] = draft.stream.name
    return {**made, name: draft.position}
