"""django-simple-history (Python): a table of history beside every table.

Each row is the whole record after the change; that of a deletion repeats the last one. The table
``shop_historicalorder`` is about ``shop_order``, whose key is looked up there; where that table
is gone, ``id`` or the first column is taken for the key.

Source: django-simple-history 2 to 3.13, ``HistoricalRecords``; seen with 3.13 and Django 5.2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from inspector.core.texts import tr
from inspector.layouts._api import Catalog, Places, Source
from inspector.layouts._audit_trail import assembled, in_words
from inspector.layouts._describe import Cells
from inspector.layouts._django_types import django_places
from inspector.layouts._image_tables import (
    History,
    ImageTables,
    LiveTables,
    fields_of,
    key_labels,
    record_key,
)
from inspector.layouts._probe import Example, Shape, having
from inspector.layouts._scoring import Scale

HISTORY = Shape(
    {
        "history_id": ("integer", "uuid", "text"),
        "history_date": ("time", "text"),
        "history_type": ("text",),
    }
)
OWN = frozenset({"history_id", "history_date", "history_type", "history_change_reason",
                 "history_user_id", "history_relation_id"})  # fmt: skip
KEPT = ("history_change_reason", "history_user_id")
HISTORICAL = "historical"
INTEGERS = ("int", "serial")

WORDS: Mapping[int | str, str] = {"+": "Created", "~": "Changed", "-": "Deleted"}
"""The library's words for the stored codes."""


class SimpleHistory(ImageTables):
    """Tables with ``history_id``, ``history_date`` and ``history_type``."""

    name = "simple_history"
    title = "django-simple-history (Python), audit trail"
    shape = HISTORY
    gone = frozenset({"Deleted"})
    words = WORDS

    def histories(self, catalog: Catalog) -> Sequence[History]:
        """Every table of the shape that has fields of a record, too."""
        found: list[History] = []
        tables = LiveTables(catalog)
        for table in having(catalog, HISTORY):
            about = table.name.replace(HISTORICAL, "", 1)
            live = tables.named(table.schema, about) if about != table.name else None
            key, fields = record_key(table, OWN, live), fields_of(table, OWN)
            if key[0] and fields:
                found.append(History(table, about, key, fields))
        return found

    def places(self, dialect: str) -> Places:
        """Times as Django writes them."""
        return django_places(dialect)

    def judge(self, scale: Scale, first: History) -> None:
        """The columns that newer releases add."""
        if {"history_change_reason", "history_user_id"} & first.table.names:
            scale.found(5, tr("history_change_reason or history_user_id says why or who"))

    def part(self, history: History, dialect: str) -> Source:
        """One table; ids that are UUIDs have no order, so the time comes first then."""
        table, cells = history.table, Cells(history.table)
        column = table.column("history_id")
        numbered = column is not None and any(w in column.type for w in INTEGERS)
        kept = [n for n in KEPT if n in cells]
        labels = key_labels(history) | {
            "global_0": "history_id" if numbered else "history_date",
            "global_1": None if numbered else "history_id",
            "type": in_words(cells["history_type"], self.words),
            "recorded_at": "history_date",
            "payload": assembled(cells, table, history.fields, dialect),
            "metadata": assembled(cells, table, kept, dialect) if kept else None,
            "actor": "history_user_id",
        }
        order = ("global_0",) if numbered else ("global_0", "global_1")
        indexed = table.has_index("history_id") if numbered else False
        return Source(
            events=cells.select(labels),
            stream_key=tuple(key_labels(history)),
            order_key=order,
            order_indexed=indexed,
            stream_order=order,
            counted_positions=True,
            places=self.places(dialect),
            folding=self.folding(),
        )


EXAMPLES = (
    Example(
        {
            "shop_historicalorder": "id:bigint total:numeric history_id:bigint"
            " history_date:timestamptime history_change_reason:text history_type:varchar"
            " history_user_id:bigint"
        }
    ),
)
"""For the manual."""

LAYOUT = SimpleHistory()
