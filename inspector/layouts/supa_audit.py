"""supa_audit (PostgreSQL): ``audit.record_version``, filled by triggers on any table.

A row keeps the record after the change and before it. A stream is a ``record_id``, a UUID made
from the table and the record's key; a deletion names it as ``old_record_id`` only. A record whose
key changes goes on under another id. TRUNCATE is recorded for the table, and belongs to no record.

Source: supabase/supa_audit 0.3.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from inspector.core.events import PageKey, StreamId
from inspector.core.row_changes import Effect, Gone, Image
from inspector.core.texts import tr
from inspector.layouts._api import (
    COLUMN,
    Catalog,
    Folding,
    Match,
    NearMiss,
    Place,
    Places,
    Source,
    Table,
)
from inspector.layouts._audit_trail import AuditTrail, explain, json_row
from inspector.layouts._describe import Cells, Expression, Labels, quoted
from inspector.layouts._naming import id_keys, id_text
from inspector.layouts._probe import Shape, having, near_misses
from inspector.layouts._scoring import Scale

VERSIONS = Shape(
    {
        "id": ("integer",),
        "record_id": ("uuid",),
        "old_record_id": ("uuid",),
        "op": (),
        "ts": ("time",),
        "table_schema": ("text",),
        "table_name": ("text",),
        "record": ("json",),
        "old_record": ("json",),
    },
    optional=frozenset({"table_oid", "auth_uid", "auth_role"}),
)
DELETE = "DELETE"


class SupaAudit(AuditTrail):
    """Rows of ``record_version``."""

    name = "supa_audit"
    title = "supa_audit (triggers), audit trail"
    gone = frozenset({DELETE})

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One trail per table."""
        return [self._match(table) for table in having(catalog, VERSIONS)]

    def _match(self, table: Table) -> Match:
        scale = Scale(self.name, self.title)
        scale.columns(table, VERSIONS)
        scale.index(table, "id")
        means = tr("the state after a change is the record that was recorded")
        explain(scale, means, tr("what happened while triggers were off"))
        return scale.match({"events": table}, trail=True)

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What a table lacks."""
        return near_misses(catalog, self.name, self.title, VERSIONS)

    def source(self, match: Match, dialect: str) -> Source:
        """Rows under their record's id, deletions under the old one; each has its own index."""
        table = match.tables["events"]
        cells = Cells(table)
        record, old = cells["record_id"], cells["old_record_id"]
        alive = _part(cells, record, dialect).where(record.is_not(None))
        gone = _part(cells, old, dialect).where(record.is_(None))
        both = sa.union_all(alive, gone).subquery("u")
        return Source(
            events=_part(cells, sa.func.coalesce(record, old), dialect),
            stream_events=sa.select(*both.c),
            stream_key=("stream_0",),
            order_key=("global_0",),
            order_indexed=table.has_index("id"),
            stream_order=("global_0",),
            counted_positions=True,
            places=Places(category=Place(COLUMN, ())),
            folding=Folding(ignore_kinds=frozenset(), effect_of=effect_of),
        )

    def stream_id(self, key: PageKey, name: str | None, match: Match) -> StreamId:
        """The record's UUID; only rows tell its table."""
        return StreamId(id_text(key[0]), None, key)

    def stream_keys(self, name: str, category: str | None, match: Match) -> Sequence[PageKey]:
        """The UUID, where it is one."""
        column = match.tables["events"].column("record_id")
        return tuple((value,) for value in id_keys(name, column))


def _part(cells: Cells, record: Expression, dialect: str) -> sa.Select[Any]:
    named: Any = sa.cast(cells["table_schema"], sa.Text).op("||")(quoted("."))
    whole: Expression = named.op("||")(sa.cast(cells["table_name"], sa.Text))
    labels: Labels = {
        "stream_0": record,
        "category": whole,
        "global_0": cells["id"],
        "type": sa.cast(cells["op"], sa.Text),
        "recorded_at": cells["ts"],
        "payload": json_row({n: cells[n] for n in ("record", "old_record")}, dialect),
        "actor": cells.maybe("auth_uid"),
    }
    return cells.select(labels)


def effect_of(event_type: str, value: Any) -> Effect:
    """The whole record."""
    if event_type == DELETE:
        return Gone()
    record = value.get("record") if isinstance(value, dict) else None
    return Image(record) if isinstance(record, dict) else None


LAYOUT = SupaAudit()
