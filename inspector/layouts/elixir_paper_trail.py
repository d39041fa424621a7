"""paper_trail (Elixir): a ``versions`` table, any name and schema.

``item_changes`` keeps the new values: all of them at an insert, those that changed at an update,
the last ones at a delete. So the record is folded from its insert on.

Source: paper_trail 0.8 to 1.1, its migration and ``PaperTrail.Version``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from inspector.core.events import PageKey, StreamId
from inspector.core.row_changes import Effect, Gone, Image, Written
from inspector.layouts._api import (
    Folding,
    Match,
    Places,
    Source,
    plain_text,
)
from inspector.layouts._audit_trail import TrailTable, assembled, record_keys
from inspector.layouts._describe import Cells
from inspector.layouts._naming import id_text
from inspector.layouts._probe import Shape

VERSIONS = Shape(
    {
        "id": ("integer",),
        "event": ("text",),
        "item_type": ("text",),
        "item_id": (),
        "item_changes": ("json", "text"),
        "inserted_at": ("time", "text"),
    },
    optional=frozenset({"originator_id", "origin", "meta"}),
    forbidden=frozenset({"whodunnit", "object_changes"}),
)
INSERT, DELETE = "insert", "delete"


class ElixirPaperTrail(TrailTable):
    """Rows of ``versions``."""

    name = "elixir_paper_trail"
    title = "paper_trail (Elixir), audit trail"
    gone = frozenset({DELETE})

    shape = VERSIONS
    index = ("item_id", "item_type")
    means = "the state is what the rows since the insert wrote"
    missing = "bulk updates and changes made past the library"

    def source(self, match: Match, dialect: str) -> Source:
        """Rows in the order of their ids, which is the order of the whole trail."""
        table = match.tables["events"]
        cells = Cells(table)
        kept = [n for n in ("origin", "meta", *VERSIONS.extras(table)) if n in cells]
        return Source(
            events=cells.select(
                {
                    "stream_0": "item_id",
                    "stream_1": "item_type",
                    "global_0": "id",
                    "type": "event",
                    "recorded_at": "inserted_at",
                    "payload": "item_changes",
                    "metadata": assembled(cells, table, kept, dialect) if kept else None,
                    "actor": "originator_id",
                }
            ),
            stream_key=("stream_0", "stream_1"),
            order_key=("global_0",),
            order_indexed=table.has_index("id"),
            stream_order=("global_0",),
            counted_positions=True,
            places=Places(time_zone_utc=True),
            folding=Folding(ignore_kinds=frozenset(), effect_of=effect_of),
        )

    def stream_id(self, key: PageKey, name: str | None, match: Match) -> StreamId:
        """The record's id, and its schema module."""
        return StreamId(id_text(key[0]), plain_text(key[1]) or None, key)

    def stream_keys(self, name: str, category: str | None, match: Match) -> Sequence[PageKey]:
        """The id in the column's own form, under any module."""
        column = match.tables["events"].column("item_id")
        model = ... if category is None else category
        return tuple((value, model) for value in record_keys(name, column))


def effect_of(event_type: str, value: Any) -> Effect:
    """All fields at an insert, the new ones at an update."""
    if event_type == DELETE:
        return Gone()
    if not isinstance(value, dict):
        return None
    return Image(value) if event_type == INSERT else Written(value)


LAYOUT = ElixirPaperTrail()
