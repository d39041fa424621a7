"""JaVers (Java): ``jv_snapshot``, ``jv_commit`` and ``jv_global_id``, with any prefix.

A snapshot row is the whole object after a commit, so a state is what one row says; ``TERMINAL``
means that it was deleted. A stream is a global id: an entity by its local id, a value object by
that of its owner with its path. The type of the global id is the category. Times of commits name
no zone; since release 6 ``commit_date_instant`` does, and is taken before them.

Source: JaVers 3 to 7, ``javers-persistence-sql``, its ``schema`` package.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from inspector.core.events import PageKey, StreamId
from inspector.core.row_changes import Effect, Gone, Image
from inspector.core.texts import tr
from inspector.layouts._api import (
    Catalog,
    Folding,
    Match,
    NearMiss,
    Source,
    Table,
    plain_text,
)
from inspector.layouts._audit_trail import AuditTrail, explain, json_row
from inspector.layouts._describe import Cells, Expression, Labels, quoted
from inspector.layouts._probe import Shape, beside, having, near_misses
from inspector.layouts._scoring import Scale

SNAPSHOTS = Shape(
    {
        "snapshot_pk": ("integer",),
        "type": ("text",),
        "version": ("integer",),
        "state": ("text", "json"),
        "changed_properties": ("text", "json"),
        "global_id_fk": ("integer",),
        "commit_fk": ("integer",),
    },
    optional=frozenset({"managed_type"}),
)
COMMITS = Shape(
    {"commit_pk": ("integer",), "author": ("text",), "commit_date": ("time", "text")},
)
IDS = Shape({"global_id_pk": ("integer",), "local_id": ("text",), "type_name": ("text",)})
TERMINAL = "TERMINAL"


class Javers(AuditTrail):
    """Snapshots of objects with their commits."""

    name = "javers"
    title = "JaVers (Java), audit trail"
    gone = frozenset({TERMINAL})

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One trail per table of snapshots that has commits and ids beside it."""
        found: list[Match] = []
        for table in having(catalog, SNAPSHOTS):
            commits, ids = beside(catalog, COMMITS, table), beside(catalog, IDS, table)
            if commits is not None and ids is not None:
                found.append(self._match(table, commits, ids))
        return found

    def _match(self, table: Table, commits: Table, ids: Table) -> Match:
        scale = Scale(self.name, self.title)
        scale.columns(table, SNAPSHOTS)
        scale.index(table, "global_id_fk")
        scale.sibling("commits", commits)
        scale.sibling("global ids", ids)
        means = tr("the state after a change is the object that was recorded")
        explain(scale, means, tr("changes that were not committed to JaVers"))
        return scale.match({"events": table, "commits": commits, "streams": ids}, trail=True)

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What a table lacks, or which table is not there."""
        for table in having(catalog, SNAPSHOTS):
            for role, shape in (("commits", COMMITS), ("global ids", IDS)):
                if beside(catalog, shape, table) is None:
                    text = tr("{table} is there, but no {role}", table=table.full_name, role=role)
                    return (NearMiss(self.name, self.title, 50, (text,)),)
        return near_misses(catalog, self.name, self.title, SNAPSHOTS)

    def source(self, match: Match, dialect: str) -> Source:
        """Snapshots in the order of their keys, with what their commits say."""
        table, commits = match.tables["events"], match.tables["commits"]
        cells, told = Cells(table, alias="s"), Cells(commits, alias="c")
        about: dict[str, Expression] = {}
        for name in ("changed_properties", "managed_type", "commit_id"):
            if name in cells or name in told:
                about[name] = cells[name] if name in cells else told[name]
        instant = told.maybe("commit_date_instant")
        written: Expression = sa.cast(told["commit_date"], sa.Text)
        labels: Labels = {
            "stream_0": "global_id_fk",
            "position": "version",
            "global_0": "snapshot_pk",
            "type": "type",
            "recorded_at": written if instant is None else sa.func.coalesce(instant, written),
            "payload": "state",
            "metadata": json_row(about, dialect),
            "actor": told["author"],
        }
        joined = cells.source.outerjoin(told.source, told["commit_pk"] == cells["commit_fk"])
        return Source(
            events=sa.select(*cells.labelled(labels)).select_from(joined),
            stream_key=("stream_0",),
            order_key=("global_0",),
            order_indexed=table.has_index("snapshot_pk"),
            stream_order=("global_0",),
            streams=_streams(match.tables["streams"]),
            streams_order=("stream_0",),
            folding=Folding(ignore_kinds=frozenset(), effect_of=effect_of),
        )

    def stream_id(self, key: PageKey, name: str | None, match: Match) -> StreamId:
        """The local id; the table of ids tells it."""
        return StreamId(plain_text(key[0]) if name is None else name, None, key)

    def stream_keys(self, name: str, category: str | None, match: Match) -> Sequence[PageKey]:
        """Numbers of global ids are found by name in their table."""
        return ((...,),)


def _streams(table: Table) -> sa.Select[Any]:
    """Global ids that have a name of their own, and value objects with their owner's."""
    ids = Cells(table, alias="g")
    name = _bare(ids["local_id"])
    source = ids.source
    category: Any = ids["type_name"]
    if {"owner_id_fk", "fragment"} <= table.names:
        owner = Cells(table, alias="o")
        source = source.outerjoin(owner.source, owner["global_id_pk"] == ids["owner_id_fk"])
        path: Any = _bare(owner["local_id"]).op("||")(quoted("#")).op("||")(ids["fragment"])
        name = sa.func.coalesce(name, path, ids["fragment"])
        category = sa.func.coalesce(category, owner["type_name"])
    labels: Labels = {
        "stream_0": ids["global_id_pk"],
        "stream_name": sa.func.coalesce(name, category),
        "category": category,
    }
    return sa.select(*ids.labelled(labels)).select_from(source)


def _bare(local_id: Expression) -> Expression:
    """An id without the quotes of JSON; a text is kept with them."""
    return sa.func.trim(local_id, quoted('"'))


def effect_of(event_type: str, value: Any) -> Effect:
    """The whole object."""
    if event_type == TERMINAL:
        return Gone()
    return Image(value) if isinstance(value, dict) else None


LAYOUT = Javers()
