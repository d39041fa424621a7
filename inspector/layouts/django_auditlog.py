"""django-auditlog (Python): ``auditlog_logentry``.

``changes`` keeps ``field: [old, new]``, both sides as texts, with the word ``None`` for nothing;
values are not typed, and shown as they are recorded. Relations that changed are kept as lists of
what was added or removed, and are no part of the state. The record is folded from its creation
on. An access is a row, too, and changes nothing.

Source: django-auditlog 1 to 3.4, ``LogEntry``; seen with 3.4.1 and Django 5.2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from inspector.core.events import PageKey, StreamId
from inspector.core.row_changes import Effect, Gone, Image, Written
from inspector.core.texts import tr
from inspector.layouts._api import (
    COLUMN,
    Catalog,
    Folding,
    Match,
    NearMiss,
    Place,
    Source,
    Table,
    plain_text,
)
from inspector.layouts._audit_trail import (
    AuditTrail,
    assembled,
    explain,
    in_words,
    new_values,
)
from inspector.layouts._describe import Cells
from inspector.layouts._django_types import content_types, django_places, model_of
from inspector.layouts._probe import Shape, having, near_misses
from inspector.layouts._scoring import Scale

ENTRIES = Shape(
    {
        "id": ("integer",),
        "object_pk": ("text",),
        "object_repr": ("text",),
        "action": ("integer",),
        "changes": ("json", "text"),
        "timestamp": ("time", "text"),
        "content_type_id": ("integer",),
        "actor_id": (),
    },
    optional=frozenset(
        {"object_id", "changes_text", "actor_email", "remote_addr", "remote_port", "cid",
         "serialized_data", "additional_data"}
    ),
)  # fmt: skip
KEPT = (
    "object_repr", "actor_email", "remote_addr", "remote_port", "cid", "additional_data",
)  # fmt: skip
"""Columns that are shown as metadata, with those that the application added."""

WORDS: Mapping[int | str, str] = {0: "create", 1: "update", 2: "delete", 3: "access"}
"""The library's words for its numbers."""


class DjangoAuditlog(AuditTrail):
    """Rows of ``auditlog_logentry``."""

    name = "django_auditlog"
    title = "django-auditlog (Python), audit trail"
    gone = frozenset({"delete"})

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One trail per table."""
        tables = having(catalog, ENTRIES)
        return [self._match(table, content_types(catalog, table)) for table in tables]

    def _match(self, table: Table, types: Table | None) -> Match:
        scale = Scale(self.name, self.title)
        scale.columns(table, ENTRIES)
        scale.index(table, "object_pk", points=15)
        tables = {"events": table}
        if types is not None:
            tables["types"] = types
            scale.sibling("content types", types)
        means = tr("the state is what the rows since the creation wrote, all values as texts")
        explain(scale, means, tr("bulk updates and changes made past the models"))
        return scale.match(tables, trail=True)

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What a table lacks."""
        return near_misses(catalog, self.name, self.title, ENTRIES)

    def source(self, match: Match, dialect: str) -> Source:
        """Rows in the order of their ids, which is the order of the whole trail."""
        table = match.tables["events"]
        cells = Cells(table)
        kept = [n for n in (*KEPT, *ENTRIES.extras(table)) if n in cells]
        return Source(
            events=cells.select(
                {
                    "stream_0": "object_pk",
                    "stream_1": "content_type_id",
                    "category": model_of(cells["content_type_id"], match.tables.get("types")),
                    "global_0": "id",
                    "type": in_words(cells["action"], WORDS),
                    "recorded_at": "timestamp",
                    "payload": "changes",
                    "metadata": assembled(cells, table, kept, dialect),
                    "actor": "actor_id",
                    "correlation_id": "cid",
                }
            ),
            stream_key=("stream_0", "stream_1"),
            order_key=("global_0",),
            order_indexed=table.has_index("id"),
            stream_order=("global_0",),
            counted_positions=True,
            places=django_places(dialect, Place(COLUMN, ())),
            folding=Folding(ignore_kinds=frozenset(), effect_of=effect_of),
        )

    def stream_id(self, key: PageKey, name: str | None, match: Match) -> StreamId:
        """The record's key; only rows tell its model."""
        return StreamId(plain_text(key[0]), None, key)

    def stream_keys(self, name: str, category: str | None, match: Match) -> Sequence[PageKey]:
        """The key under any model."""
        return ((name, ...),)


def effect_of(event_type: str, value: Any) -> Effect:
    """The new side of every field; changed relations tell no value."""
    if event_type == "delete":
        return Gone()
    if event_type == "access" or not isinstance(value, dict):
        return None
    new = new_values({k: v for k, v in value.items() if isinstance(v, list)})
    return Image(new) if event_type == "create" else Written(new)


LAYOUT = DjangoAuditlog()
