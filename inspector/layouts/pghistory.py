"""django-pghistory (Python, PostgreSQL): event tables that triggers fill.

Each row is the whole record at an insert, an update or a deletion; which of these are tracked,
and under which label, the application decides. By default deletions leave no row. A context says
who and why, where the application gave one.

Source: django-pghistory 1 to 3.9; seen with 3.9.2 and Django 5.2.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from inspector.core.texts import tr
from inspector.layouts._api import Catalog, Places, Source
from inspector.layouts._audit_trail import assembled
from inspector.layouts._describe import Cells
from inspector.layouts._django_types import django_places
from inspector.layouts._image_tables import (
    History,
    ImageTables,
    LiveTables,
    fields_of,
    key_labels,
)
from inspector.layouts._probe import Example, Shape, beside, having, is_kind
from inspector.layouts._scoring import Scale

EVENTS = Shape(
    {
        "pgh_id": ("integer", "uuid"),
        "pgh_created_at": ("time",),
        "pgh_label": ("text",),
        "pgh_obj_id": (),
    }
)
CONTEXTS = Shape(
    {"id": ("uuid",), "created_at": ("time",), "updated_at": ("time",), "metadata": ("json",)},
    closed=True,
)
OWN = frozenset({"pgh_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pgh_context",
                 "pgh_context_id", "pgh_operation"})  # fmt: skip
SUFFIX = "event"


class Pghistory(ImageTables):
    """Tables with ``pgh_`` columns."""

    name = "pghistory"
    title = "django-pghistory (Python), audit trail"
    shape = EVENTS
    gone = frozenset({"delete"})

    def histories(self, catalog: Catalog) -> Sequence[History]:
        """Every table of the shape that has fields of a record, too."""
        found: list[History] = []
        tables = LiveTables(catalog)
        for table in having(catalog, EVENTS):
            fields = fields_of(table, OWN)
            if not fields:
                continue
            about = table.name.removesuffix(SUFFIX)
            if tables.named(table.schema, about) is None:
                about = table.name
            contexts = beside(catalog, CONTEXTS, table) if _has_context(table.names) else None
            found.append(History(table, about, ("pgh_obj_id",), fields, contexts))
        return found

    def places(self, dialect: str) -> Places:
        """Times as Django writes them."""
        return django_places(dialect)

    def judge(self, scale: Scale, first: History) -> None:
        """The columns have a prefix that nobody else uses."""
        scale.found(10, tr("the columns of the library begin with pgh_"))
        if first.revisions is not None:
            scale.sibling("contexts", first.revisions)

    def missing(self) -> str:
        """What leaves no row."""
        return tr("deletions, unless they are tracked; TRUNCATE")

    def part(self, history: History, dialect: str) -> Source:
        """One table; ids that are UUIDs have no order, so the time comes first then."""
        table, cells = history.table, Cells(history.table, alias="h")
        column = table.column("pgh_id")
        numbered = column is None or is_kind(column, "integer")
        metadata = cells.maybe("pgh_context")
        source = cells.source
        if history.revisions is not None:
            told = Cells(history.revisions, alias="c")
            source = source.outerjoin(told.source, told["id"] == cells["pgh_context_id"])
            metadata = told["metadata"]
        labels = key_labels(history) | {
            "global_0": "pgh_id" if numbered else "pgh_created_at",
            "global_1": None if numbered else "pgh_id",
            "type": "pgh_label",
            "recorded_at": "pgh_created_at",
            "payload": assembled(cells, table, history.fields, dialect),
            "metadata": metadata,
            "correlation_id": "pgh_context_id",
        }
        order = ("global_0",) if numbered else ("global_0", "global_1")
        return Source(
            events=sa.select(*cells.labelled(labels)).select_from(source),
            stream_key=tuple(key_labels(history)),
            order_key=order,
            order_indexed=numbered and table.has_index("pgh_id"),
            stream_order=order,
            counted_positions=True,
            places=self.places(dialect),
            folding=self.folding(),
        )


def _has_context(names: frozenset[str]) -> bool:
    return "pgh_context_id" in names


EXAMPLES = (
    Example(
        {
            "shop_orderevent": "pgh_id:bigint pgh_created_at:timestamptime pgh_label:text"
            " pgh_obj_id:bigint pgh_context_id:uuid id:bigint total:numeric",
            "pghistory_context": "id:uuid created_at:timestamptime updated_at:timestamptime"
            " metadata:jsonb",
        }
    ),
)
"""For the manual."""

LAYOUT = Pghistory()
