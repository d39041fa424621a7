"""Audited (Ruby): an ``audits`` table, any name.

A creation and a deletion keep ``field: value``, a change ``field: [old, new]``, so the record is
folded from its creation on; when that row was cleaned up, only what was written since is known.
``version`` numbers the rows of a record. The changes are JSON or YAML.

Source: audited 4 to 5, its generators and ``Audit``.
"""

from __future__ import annotations

from typing import Any

from inspector.core.row_changes import Effect
from inspector.layouts._api import (
    Encoding,
    Folding,
    Match,
    Places,
    Source,
)
from inspector.layouts._audit_trail import TrailTable, assembled, changed
from inspector.layouts._describe import Cells
from inspector.layouts._probe import Shape

AUDITS = Shape(
    {
        "id": ("integer",),
        "auditable_type": ("text",),
        "auditable_id": (),
        "action": ("text",),
        "audited_changes": ("json", "text"),
        "version": ("integer",),
    },
    optional=frozenset(
        {"associated_id", "associated_type", "user_id", "user_type", "username", "comment",
         "remote_address", "request_uuid", "created_at"}
    ),
)  # fmt: skip
KEPT = (
    "user_id", "user_type", "username", "associated_type", "associated_id", "comment",
    "remote_address", "request_uuid",
)  # fmt: skip
"""Columns that are shown as metadata, with those that the application added."""

CREATE, DESTROY = frozenset({"create"}), frozenset({"destroy"})


class Audited(TrailTable):
    """Rows of ``audits``."""

    name = "audited"
    title = "Audited (Ruby), audit trail"
    gone = DESTROY
    id_column = "auditable_id"

    shape = AUDITS
    index = ("auditable_type", "auditable_id")
    means = "the state is what the rows since the creation wrote"
    missing = "changes made past the library, and fields it was told to skip"

    def source(self, match: Match, dialect: str) -> Source:
        """Rows in the order of their ids, which is the order of the whole trail."""
        table = match.tables["events"]
        cells = Cells(table)
        numbered = table.has_index("auditable_type", "auditable_id", "version")
        kept = [n for n in (*KEPT, *AUDITS.extras(table)) if n in cells]
        return Source(
            events=cells.select(
                {
                    "stream_0": "auditable_type",
                    "stream_1": "auditable_id",
                    "position": "version",
                    "global_0": "id",
                    "type": "action",
                    "recorded_at": "created_at",
                    "payload": "audited_changes",
                    "metadata": assembled(cells, table, kept, dialect) if kept else None,
                    "actor": "user_id",
                    "correlation_id": "request_uuid",
                }
            ),
            stream_key=("stream_0", "stream_1"),
            order_key=("global_0",),
            order_indexed=table.has_index("id"),
            stream_order=("position", "global_0") if numbered else ("global_0",),
            payload=Encoding(codecs=("json", "ruby-yaml")),
            places=Places(time_zone_utc=True),
            folding=Folding(ignore_kinds=frozenset(), effect_of=effect_of),
        )


def effect_of(event_type: str, value: Any) -> Effect:
    """All fields at a creation, the new ones at a change."""
    return changed(event_type, value, CREATE, DESTROY)


LAYOUT = Audited()
