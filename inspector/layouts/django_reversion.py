"""django-reversion (Python): ``reversion_version`` and ``reversion_revision``.

A row is a whole record, written by Django's serializer as a list of one object with ``fields``.
What was done is not recorded: every row is a ``version``, and a deletion leaves none.

Source: django-reversion 1.10 to 6.4; seen with 6.4.0 and Django 5.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from inspector.core.events import Event, PageKey, StreamId
from inspector.core.row_changes import Effect, Image, Untold
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
from inspector.layouts._audit_trail import AuditTrail, explain, json_row
from inspector.layouts._describe import Cells, Labels, word
from inspector.layouts._django_types import content_types, django_places, model_of
from inspector.layouts._probe import Shape, beside, having, near_misses
from inspector.layouts._scoring import Scale

VERSIONS = Shape(
    {
        "id": ("integer",),
        "object_id": ("text",),
        "format": ("text",),
        "serialized_data": ("text",),
        "object_repr": ("text",),
        "content_type_id": ("integer",),
        "revision_id": ("integer",),
        "db": ("text",),
    }
)
REVISIONS = Shape({"id": ("integer",), "date_created": ("time", "text"), "comment": ("text",)})


class DjangoReversion(AuditTrail):
    """Versions with their revisions."""

    name = "django_reversion"
    title = "django-reversion (Python), audit trail"

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One trail per table of versions that has its revisions beside it."""
        found: list[Match] = []
        for table in having(catalog, VERSIONS):
            revisions = beside(catalog, REVISIONS, table)
            if revisions is not None:
                found.append(self._match(table, revisions, content_types(catalog, table)))
        return found

    def _match(self, table: Table, revisions: Table, types: Table | None) -> Match:
        scale = Scale(self.name, self.title)
        scale.columns(table, VERSIONS)
        scale.index(table, "db", "content_type_id", "object_id")
        scale.sibling("revisions", revisions)
        tables = {"events": table, "revisions": revisions}
        if types is not None:
            tables["types"] = types
            scale.sibling("content types", types)
        means = tr("the state is the record as it was saved; it may have been deleted since")
        explain(scale, means, tr("deletions, and saving outside a revision"))
        return scale.match(tables, trail=True)

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What a table lacks, or that its revisions are not there."""
        for table in having(catalog, VERSIONS):
            text = tr("{table} is there, but no {role}", table=table.full_name, role="revisions")
            return (NearMiss(self.name, self.title, 50, (text,)),)
        return near_misses(catalog, self.name, self.title, VERSIONS)

    def source(self, match: Match, dialect: str) -> Source:
        """Versions in the order of their ids, with what their revisions say."""
        table, revisions = match.tables["events"], match.tables["revisions"]
        cells, told = Cells(table, alias="v"), Cells(revisions, alias="r")
        about = {
            "comment": told["comment"],
            "object_repr": cells["object_repr"],
            "format": cells["format"],
            "revision_id": cells["revision_id"],
        }
        labels: Labels = {
            "stream_0": "db",
            "stream_1": "content_type_id",
            "stream_2": "object_id",
            "category": model_of(cells["content_type_id"], match.tables.get("types")),
            "global_0": "id",
            "type": word("version"),
            "recorded_at": told["date_created"],
            "payload": "serialized_data",
            "metadata": json_row(about, dialect),
            "actor": told.maybe("user_id"),
            "correlation_id": "revision_id",
        }
        joined = cells.source.outerjoin(told.source, told["id"] == cells["revision_id"])
        return Source(
            events=sa.select(*cells.labelled(labels)).select_from(joined),
            stream_key=("stream_0", "stream_1", "stream_2"),
            order_key=("global_0",),
            order_indexed=table.has_index("id"),
            stream_order=("global_0",),
            counted_positions=True,
            places=django_places(dialect, Place(COLUMN, ())),
            folding=Folding(ignore_kinds=frozenset(), effect_of=effect_of),
        )

    adjusts: frozenset[str] | None = frozenset({"data"})

    def adjust(self, event: Event) -> Event:
        """The fields without the serializer's wrapping."""
        fields = _fields(event.data)
        return event if fields is None else replace(event, data=fields)

    def stream_id(self, key: PageKey, name: str | None, match: Match) -> StreamId:
        """The record's key; only rows tell its model."""
        return StreamId(plain_text(key[2]), None, key)

    def stream_keys(self, name: str, category: str | None, match: Match) -> Sequence[PageKey]:
        """The key in any database, under any model."""
        return ((..., ..., name),)


def _fields(value: Any) -> dict[str, Any] | None:
    """The record within ``[{"model": …, "pk": …, "fields": {…}}]``, its key first."""
    if not isinstance(value, list) or len(value) != 1 or not isinstance(value[0], dict):
        return None
    fields = value[0].get("fields")
    return {"pk": value[0].get("pk"), **fields} if isinstance(fields, dict) else None


def effect_of(_event_type: str, value: Any) -> Effect:
    """The whole record."""
    fields = _fields(value)
    if fields is None:
        return Untold(tr("The record is not written by Django's JSON serializer."))
    return Image(fields)


LAYOUT = DjangoReversion()
