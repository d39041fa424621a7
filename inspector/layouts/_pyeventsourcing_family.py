"""What the Python eventsourcing library and its table adapters share.

The column ``state`` is the same everywhere: JSON, perhaps compressed, perhaps encrypted, with
marked values inside (``{"_type_": …, "_data_": …}``). The schema version is the key
``class_version`` of an event (absent means 1), and of a snapshot's inner state.

Source: eventsourcing 9.0 to 9.5, eventsourcing_sqlalchemy 1.0, eventsourcing_django 0.6.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from inspector.core.events import Event, PageKey, Snapshot, StreamId
from inspector.core.instants import Instant, parse_instant
from inspector.core.snapshot_drafts import KnownKind, RowDraft, SnapshotDraft
from inspector.layouts._api import Encoding, Match, Place, Places, PlainLayout, Table, plain_text
from inspector.layouts._describe import Cells, Labels, as_hex, row_key
from inspector.layouts._naming import id_keys, id_text
from inspector.layouts._probe import Shape, is_kind
from inspector.layouts._pyeventsourcing_writing import row, topic_of, topic_of_stream

STATE = Encoding(codecs=("json", "zlib", "aes-gcm"), refine=("transcodings",))

PLACES = Places(
    schema_version=Place("payload", ("class_version",)),
    schema_version_default=1,
    recorded_at=Place("payload", ("timestamp",)),
    meta=Place("payload", ("metadata",)),
    hidden=frozenset({"originator_id", "originator_version"}),
    unfolded=frozenset({"timestamp", "originator_topic", "class_version", "metadata"}),
)

TRACKING = Shape(
    {"application_name": ("text",), "notification_id": ("integer",)},
    closed=True,
)

OLDER = frozenset({"pipeline_id", "causal_dependencies", "sequence_id"})
"""Columns of the library's versions 7 and 8: another format."""

TEXT_IDS = "text ids"
"""Variant of a PostgreSQL store whose ids are texts: one of 32 digits is no UUID there."""

_OWN = frozenset({"_id", "_version", "_created_on", "_modified_on", "_pending_events"})


class StateLayout(PlainLayout):
    """Behaviour common to the layouts whose rows are ``originator_id`` … ``state``."""

    id_index = 0

    def stream_id(self, key: PageKey, name: str | None, match: Match) -> StreamId:
        """The id with dashes when it is a UUID; text ids as they are."""
        category = None if self.id_index == 0 else plain_text(key[0])
        value = key[self.id_index]
        text = plain_text(value) if match.variant == TEXT_IDS else id_text(value)
        return StreamId(text, category, key)

    def stream_keys(self, name: str, category: str | None, match: Match) -> tuple[PageKey, ...]:
        """Every form in which the id column could hold this id."""
        column = match.tables["events"].column("originator_id")
        before: PageKey = () if self.id_index == 0 else (category if category else ...,)
        return tuple((*before, value) for value in id_keys(name, column))

    adjusts: frozenset[str] | None = frozenset()

    def adjust(self, event: Event) -> Event:
        """Nothing to add."""
        return event

    def adjust_snapshot(self, snapshot: Snapshot) -> Snapshot:
        """The aggregate's own state, with its class version, out of the wrapping."""
        stored = snapshot.state
        if not isinstance(stored, dict) or not isinstance(stored.get("state"), dict):
            return snapshot
        inner: dict[str, Any] = stored["state"]
        version = inner.get("class_version", 1)
        return replace(
            snapshot,
            state={k: v for k, v in inner.items() if k not in _OWN and k != "class_version"},
            schema_version=version if isinstance(version, int) else str(version),
            taken_at=_time(stored.get("timestamp")),
            meta={"topic": stored.get("topic")},
        )

    def snapshot_kind(self, snapshot: Snapshot) -> str | None:
        """The class of the aggregate."""
        return topic_of(snapshot)

    def stream_kind(self, first: Event, known: Collection[KnownKind]) -> str | None:
        """The class of the aggregate, as its first event names it."""
        return topic_of_stream(first, known)

    def snapshot_row(self, draft: SnapshotDraft, match: Match) -> RowDraft:
        """As the library writes it; errors as the protocol says."""
        keys = ("originator_id",) if self.id_index == 0 else ("application_name", "originator_id")
        return row(draft, keys)


def snapshots(table: Table | None, *keys: str) -> sa.Select[Any] | None:
    """The snapshots table with standard labels; ``keys`` are its stream key columns."""
    if table is None:
        return None
    cells = Cells(table)
    labels: Labels = {f"stream_{i}": name for i, name in enumerate(keys)}
    labels["position"] = "originator_version"
    labels["type"] = "topic"
    labels["payload"] = "state"
    parts = [cells[name] for name in (*keys, "originator_version")]
    column = table.column("originator_id")
    if column is not None and column.type and is_kind(column, "bytes"):  # only on SQLite
        parts[-2] = as_hex(parts[-2])
    labels["row_key"] = cells["uid"] if "uid" in cells else row_key(*parts)
    return cells.select(labels)


def _time(stored: object) -> Instant | None:
    return None if isinstance(stored, dict | list) else parse_instant(stored)
