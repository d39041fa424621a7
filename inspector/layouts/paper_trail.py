"""PaperTrail (Ruby): a ``versions`` table, any name.

A row keeps the record as it was *before* the change (``object``) and, where the application
asked for it, what changed (``object_changes``: field to old and new value). So the record after
a change is ``object`` with the new values; without ``object_changes`` it is the ``object`` of
the record's next row, and the newest is only in the table that the trail is about. That next
image is shown as ``next_object``. Both cells are YAML or JSON. A creation leaves out fields that
are empty. Columns that the application added are shown as metadata.

Source: paper_trail 9 to 16, its generators and ``VersionConcern``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from inspector.core.row_changes import Effect, Gone, Image, Untold, Written
from inspector.core.texts import tr
from inspector.layouts._api import (
    Catalog,
    Encoding,
    Folding,
    Match,
    NearMiss,
    Places,
    Source,
    Table,
)
from inspector.layouts._audit_trail import AuditTrail, assembled, explain, json_row, new_values
from inspector.layouts._describe import Cells, Expression
from inspector.layouts._probe import NEAR, Example, Shape, having, near_misses
from inspector.layouts._scoring import Scale

VERSIONS = Shape(
    {
        "id": ("integer",),
        "item_type": ("text",),
        "item_id": (),
        "event": ("text",),
        "whodunnit": (),
    },
    optional=frozenset({"object", "object_changes", "created_at", "item_subtype"}),
    forbidden=frozenset({"item_changes", "inserted_at", "originator_id"}),
)
CREATE, DESTROY = "create", "destroy"


class PaperTrail(AuditTrail):
    """Rows of ``versions``."""

    name = "paper_trail"
    title = "PaperTrail (Ruby), audit trail"
    gone = frozenset({DESTROY})
    id_column = "item_id"

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One trail per table."""
        tables = having(catalog, VERSIONS)
        return [self._match(t) for t in tables if {"object", "object_changes"} & t.names]

    def _match(self, table: Table) -> Match:
        scale = Scale(self.name, self.title)
        listed = ", ".join(VERSIONS.required)
        scale.found(0, tr("{table} has {columns}", table=table.full_name, columns=listed))
        scale.index(table, "item_type", "item_id", points=15)
        added = VERSIONS.extras(table)
        if added:
            names = ", ".join(added[:5])
            scale.found(0, tr("columns that the application added: {columns}", columns=names))
        if "object_changes" in table.names:
            means = tr("the state after a change is the image before it, with the new values")
        else:
            means = tr(
                "the state after a change is the image in the record's next row; the newest is "
                "only in the table that the trail is about"
            )
        explain(scale, means, tr("bulk updates and changes made past the library"))
        return scale.match({"events": table}, trail=True)

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What a table lacks."""
        for table in having(catalog, VERSIONS):
            if not {"object", "object_changes"} & table.names:
                text = tr("{table}: no columns object, object_changes", table=table.full_name)
                return (NearMiss(self.name, self.title, NEAR, (text,)),)
        return near_misses(catalog, self.name, self.title, VERSIONS)

    def source(self, match: Match, dialect: str) -> Source:
        """Rows in the order of their ids, which is the order of the whole trail."""
        table = match.tables["events"]
        cells = Cells(table)
        added = [c.name.lower() for c in table.columns if c.name.lower() in VERSIONS.extras(table)]
        return Source(
            events=cells.select(
                {
                    "stream_0": "item_type",
                    "stream_1": "item_id",
                    "global_0": "id",
                    "type": "event",
                    "recorded_at": "created_at",
                    "payload": _payload(table, cells, dialect),
                    "metadata": assembled(cells, table, added, dialect) if added else None,
                    "actor": "whodunnit",
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


def _payload(table: Table, cells: Cells, dialect: str) -> Expression:
    """Both cells, and the next image where only that tells the state."""
    values: dict[str, Expression] = {}
    for name in ("object", "object_changes"):
        if name in table.names:
            values[name] = cells[name]
    if "object" in table.names:
        following = _next_image(table, cells, dialect)
        if "object_changes" in table.names:
            following = sa.case((cells["object_changes"].is_(None), following))
        values["next_object"] = following
    return json_row(values, dialect)


def _next_image(table: Table, cells: Cells, dialect: str) -> Expression:
    """``object`` of the record's next row, found by the index over records."""
    later, following = Cells(table, alias="later"), Cells(table, alias="following")
    number: Any = later["id"]
    if dialect == "postgresql":  # else it may walk along the ids of all records
        number = number + sa.literal_column("0")
    first: Any = (
        sa.select(sa.func.min(number))
        .where(later["item_type"] == cells["item_type"])
        .where(later["item_id"] == cells["item_id"])
        .where(later["id"] > cells["id"])
        .correlate(cells.source)
        .scalar_subquery()
    )
    image: Any = sa.select(following["object"]).where(following["id"] == first)
    return image.correlate(cells.source).scalar_subquery()  # type: ignore[no-any-return]


def effect_of(event_type: str, value: Any) -> Effect:
    """The record after the change, as far as rows tell it."""
    if event_type == DESTROY:
        return Gone()
    row = value if isinstance(value, dict) else {}
    before, changes, after = row.get("object"), row.get("object_changes"), row.get("next_object")
    if isinstance(changes, dict):
        if isinstance(before, dict) or event_type == CREATE:
            return Image({**(before or {}), **new_values(changes)})
        if before is None:  # the application keeps only changes
            return Written(new_values(changes))
    elif isinstance(after, dict):
        return Image(after)
    return Untold(
        tr("The row keeps the record before the change; no later row says what became of it.")
    )


EXAMPLES = (
    Example(
        {
            "versions": "id:bigint item_type:text item_id:bigint event:text whodunnit:text"
            " object:text object_changes:text created_at:timestamp"
        }
    ),
)
"""For the manual."""

LAYOUT = PaperTrail()
