"""The snapshots of Rails Event Store: an event, and its row in a stream of its own.

The data are YAML with the aggregate as Marshal data, the id of the last event that it contains,
and that event's position counted from 0. The library takes the last row of the stream, whatever
its version: so an older version is never written last. Links by type or correlation, which an
application may add, are not needed and not written.

Source: aggregate_root 2.7 to 3.0, ``SnapshotRepository``; a row written from elsewhere was
loaded by the library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.core.snapshot_drafts import BesideDraft, EncodedAlike, RowDraft, Uncertain, Watch
from inspector.core.texts import tr
from inspector.layouts._written_alike import cells_of, newest_first, plain_time

if TYPE_CHECKING:
    from inspector.core.snapshot_drafts import SnapshotDraft


def row(draft: SnapshotDraft, event_type: str, suffix: str) -> RowDraft:
    """The rows for a state.

    Args:
        event_type: of the events that are snapshots.
        suffix: of the names of the streams that they are in.

    Raises:
        Uncertain: it is not known for certain how those rows look.
    """
    samples = newest_first(draft)
    if not draft.last.id:
        raise Uncertain(tr("The event of version {n} has no id.", n=draft.position))
    own_id, correlation = draft.new_ids
    cells, metadata = cells_of(samples), f"---\n:correlation_id: {correlation}\n"
    stream, now = f"{draft.stream.name}{suffix}", plain_time(draft)
    facts = {"last_event_id": draft.last.id, "version": draft.position}
    link = {"stream": stream, "position": None, "event_id": own_id, "created_at": now}
    return RowDraft(
        columns={
            "event_id": own_id,
            "event_type": event_type,
            "metadata": metadata.encode() if isinstance(cells[0], bytes) else metadata,
            "data": EncodedAlike(draft.state, "ruby-yaml", cells, facts),
            "created_at": now,
            "valid_at": None,
        },
        key=("event_id",),
        state="data",
        newest_wins=True,
        beside=(BesideDraft("links", link),),
        watch=Watch("links", {"stream": stream}, "id"),
    )
