"""Laravel Auditing (PHP): an ``audits`` table, any name.

A row keeps the old and the new values of the fields that changed, as two JSON texts. A creation
and a restoration name every field; so the record is folded from there on, and when that row was
cleaned up, only what was written since is known. Rows of an event that the application named
itself are taken as changes of the fields that they name. Times are in the application's zone,
which no row names; Laravel's is UTC unless it is told otherwise.

Source: owen-it/laravel-auditing 8 to 14, its migration and ``Auditable``.
"""

from __future__ import annotations

from typing import Any

from inspector.core.row_changes import Effect, Gone, Image, Written
from inspector.layouts._api import (
    Encoding,
    Folding,
    Match,
    Places,
    Source,
)
from inspector.layouts._audit_trail import TrailTable, assembled
from inspector.layouts._describe import Cells
from inspector.layouts._probe import Shape

AUDITS = Shape(
    {
        "id": ("integer",),
        "auditable_type": ("text",),
        "auditable_id": (),
        "event": ("text",),
        "old_values": ("json", "text"),
        "new_values": ("json", "text"),
    },
    optional=frozenset(
        {"user_type", "user_id", "url", "ip_address", "user_agent", "tags", "created_at",
         "updated_at"}
    ),
)  # fmt: skip
KEPT = ("user_type", "user_id", "url", "ip_address", "user_agent", "tags")
"""Columns that are shown as metadata, with those that the application added."""

WHOLE = frozenset({"created", "restored"})
DELETED = "deleted"
READ = "retrieved"


class LaravelAuditing(TrailTable):
    """Rows of ``audits``."""

    name = "laravel_auditing"
    title = "Laravel Auditing (PHP), audit trail"
    gone = frozenset({DELETED})
    id_column = "auditable_id"

    shape = AUDITS
    index = ("auditable_type", "auditable_id")
    means = "the state is what the rows since the creation wrote"
    missing = "bulk updates and changes made past the models"

    def source(self, match: Match, dialect: str) -> Source:
        """Rows in the order of their ids, which is the order of the whole trail."""
        table = match.tables["events"]
        cells = Cells(table)
        kept = [n for n in (*KEPT, *AUDITS.extras(table)) if n in cells]
        return Source(
            events=cells.select(
                {
                    "stream_0": "auditable_type",
                    "stream_1": "auditable_id",
                    "global_0": "id",
                    "type": "event",
                    "recorded_at": "created_at",
                    "payload": assembled(cells, table, ("old_values", "new_values"), dialect),
                    "metadata": assembled(cells, table, kept, dialect) if kept else None,
                    "actor": "user_id",
                }
            ),
            stream_key=("stream_0", "stream_1"),
            order_key=("global_0",),
            order_indexed=table.has_index("id"),
            stream_order=("global_0",),
            counted_positions=True,
            payload=Encoding(refine=("documents-in-json",)),
            places=Places(time_zone_utc=True),
            folding=Folding(ignore_kinds=frozenset(), effect_of=effect_of),
        )


def effect_of(event_type: str, value: Any) -> Effect:
    """The new values, or all of them where a life begins."""
    if event_type == DELETED:
        return Gone()
    new = value.get("new_values") if isinstance(value, dict) else None
    if event_type == READ or not isinstance(new, dict):
        return None
    return Image(new) if event_type in WHOLE else Written(new)


LAYOUT = LaravelAuditing()
