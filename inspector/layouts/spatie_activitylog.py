"""spatie/laravel-activitylog (PHP): an ``activity_log`` table, any name.

A row is about a *subject*. What changed is in ``properties`` (up to release 4) or in
``attribute_changes`` (since 5): ``attributes`` with the new values and ``old`` with those before.
A model logs the attributes that it was told to log, so the state is made of these. Rows without
values are remarks: they change nothing here. Rows without a subject belong to no stream. The type
is ``event`` (since release 4), or the description.

Source: spatie/laravel-activitylog 3 to 5, migrations and ``LogsActivity``.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from inspector.core.row_changes import Effect, Gone, Image, Untold, Written
from inspector.core.texts import tr
from inspector.layouts._api import (
    Encoding,
    Folding,
    Match,
    Places,
    Source,
    Table,
)
from inspector.layouts._audit_trail import TrailTable, assembled
from inspector.layouts._describe import Cells, Expression
from inspector.layouts._probe import Shape
from inspector.layouts._scoring import Scale

ACTIVITY = Shape(
    {
        "id": ("integer",),
        "log_name": ("text",),
        "description": ("text",),
        "subject_type": ("text",),
        "subject_id": (),
        "causer_type": ("text",),
        "causer_id": (),
        "properties": ("json", "text"),
    },
    optional=frozenset({"event", "batch_uuid", "attribute_changes", "created_at", "updated_at"}),
)
KEPT = ("log_name", "description", "causer_type", "causer_id", "batch_uuid")
"""Columns that are shown as metadata, with those that the application added."""

VALUES = ("attribute_changes", "properties")
"""Cells with values; up to release 4 there is only the second."""

WHOLE = frozenset({"created", "restored"})
UPDATED, DELETED = "updated", "deleted"


class SpatieActivitylog(TrailTable):
    """Rows of ``activity_log``."""

    name = "spatie_activitylog"
    title = "spatie/laravel-activitylog (PHP), audit trail"
    gone = frozenset({DELETED})
    id_column = "subject_id"

    shape = ACTIVITY
    index = ("subject_type", "subject_id")
    means = "the state is made of the attributes that the model was told to log"
    missing = "other attributes, bulk updates and changes past the models"

    def judge(self, scale: Scale, table: Table) -> None:
        """A column that only newer releases have."""
        if "attribute_changes" in table.names:
            scale.found(5, tr("attribute_changes keeps the values (since release 5)"))

    def source(self, match: Match, dialect: str) -> Source:
        """Rows in the order of their ids, which is the order of the whole trail."""
        table = match.tables["events"]
        cells = Cells(table)
        kept = [n for n in (*KEPT, *ACTIVITY.extras(table)) if n in cells]
        return Source(
            events=cells.select(
                {
                    "stream_0": "subject_type",
                    "stream_1": "subject_id",
                    "global_0": "id",
                    "type": _type(cells),
                    "recorded_at": "created_at",
                    "payload": assembled(cells, table, VALUES, dialect)
                    if VALUES[0] in cells
                    else "properties",
                    "metadata": assembled(cells, table, kept, dialect),
                    "actor": "causer_id",
                    "correlation_id": "batch_uuid",
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


def _type(cells: Cells) -> Expression:
    if "event" in cells:
        return sa.func.coalesce(cells["event"], cells["description"])
    return cells["description"]


def effect_of(event_type: str, value: Any) -> Effect:
    """The logged attributes: all of them where a life begins."""
    if event_type == DELETED:
        return Gone()
    row = value if isinstance(value, dict) else {}
    for told in (row.get(VALUES[0]), row.get(VALUES[1]), row):
        new = told.get("attributes") if isinstance(told, dict) else None
        if isinstance(new, dict):
            return Image(new) if event_type in WHOLE else Written(new)
    if event_type in WHOLE or event_type == UPDATED:
        return Untold(tr("The row says that the record changed, and names no values."))
    return None


LAYOUT = SpatieActivitylog()
