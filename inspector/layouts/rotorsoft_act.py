"""Act (rotorsoft, TypeScript) on SQLite and PostgreSQL.

Events, snapshots and tombstones are rows of one table and share a stream's versions, which
count from 0. A restarted stream begins with a snapshot, a closed one is a tombstone alone. The
schema version is a suffix of the name: ``Foo``, ``Foo_v2``. Newer stores keep personal data
apart, in ``pii``: a text where the application encrypts them, and nothing where it has forgotten
them (or never had any: nobody can tell).

The predecessor ``eventually`` has a column for the actor and calls the metadata by that name.

Source: @rotorsoft/act-sqlite 1.19.4, @rotorsoft/act-pg 0.4.6; @rotorsoft/eventually-pg.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from inspector.core.events import Event
from inspector.core.texts import tr
from inspector.layouts._api import (
    Catalog,
    Folding,
    Match,
    NearMiss,
    Place,
    Places,
    PlainLayout,
    Source,
    Table,
)
from inspector.layouts._describe import Cells, row_key, word
from inspector.layouts._probe import Shape, beside, having, near_misses
from inspector.layouts._scoring import Scale

EVENTS = Shape(
    {
        "id": ("integer",),
        "stream": ("text",),
        "version": ("integer",),
        "name": ("text",),
        "data": ("text", "json"),
        "meta": ("text", "json"),
        "created": ("text", "time"),
    },
    optional=frozenset({"pii"}),
)
OLDER = Shape(
    {
        "id": ("integer",),
        "stream": ("text",),
        "version": ("integer",),
        "name": ("text",),
        "data": ("json",),
        "metadata": ("json",),
        "created": ("time",),
    },
    optional=frozenset({"actor"}),
    closed=True,
)
SUBSCRIPTIONS = Shape(
    {"consumer": ("text",), "watermark": ("integer",), "lease": ("text",), "expires": ("time",)}
)
CONSUMERS = Shape(
    {"stream": ("text",), "at": ("integer",), "retry": ("integer",), "blocked": (),
     "leased_by": ("text",)}
)  # fmt: skip

SNAPSHOT, TOMBSTONE = "__snapshot__", "__tombstone__"
KINDS = {SNAPSHOT: "snapshot", TOMBSTONE: "tombstone"}

PLACES = Places(
    correlation_id=Place("metadata", ("correlation",)),
    causation_id=Place("metadata", ("causation", "event", "id")),
    actor=Place("metadata", ("causation", "action", "actor", "id")),
)

_VERSION = re.compile(r"_v(\d{1,9})\Z")


class RotorsoftAct(PlainLayout):
    """Act's table of events, snapshots and tombstones."""

    name = "rotorsoft_act"
    title = "Act (rotorsoft)"

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One store per table of events."""
        older = (self._older(catalog, table) for table in having(catalog, OLDER))
        return [*(self._match(catalog, table) for table in having(catalog, EVENTS)), *older]

    def _older(self, catalog: Catalog, events: Table) -> Match:
        """The predecessor's table, which is plain: its subscriptions have to be beside it."""
        scale = Scale(self.name, tr("eventually (rotorsoft)"))
        scale.columns(events, OLDER)
        tables = _with_consumers(scale, events, beside(catalog, SUBSCRIPTIONS, events), missed=25)
        return scale.match(tables, variant="eventually")

    def _match(self, catalog: Catalog, events: Table) -> Match:
        scale = Scale(self.name, self.title)
        scale.columns(events, EVENTS)
        tables = _with_consumers(scale, events, beside(catalog, CONSUMERS, events), missed=5)
        return scale.match(tables)

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What a table lacks."""
        return near_misses(catalog, self.name, self.title, EVENTS)

    def source(self, match: Match, dialect: str) -> Source:
        """All rows, each with its kind."""
        table = match.tables["events"]
        cells = Cells(table)
        meta = "metadata" if match.variant == "eventually" else "meta"
        kinds = [(cells["name"] == word(name), word(kind)) for name, kind in KINDS.items()]
        return Source(
            events=cells.select(
                {
                    "stream_0": "stream",
                    "position": "version",
                    "global_0": "id",
                    "type": "name",
                    "recorded_at": "created",
                    "payload": "data",
                    "payload_more": "pii",
                    "metadata": meta,
                    "actor": "actor",
                    "kind": sa.case(*kinds, else_=word("event")),
                }
            ),
            stream_key=("stream_0",),
            order_key=("global_0",),
            order_indexed=table.has_index("id"),
            snapshots=_snapshots(cells),
            places=PLACES,
            unseal=(lambda event, ring: event) if table.column("pii") is not None else None,
            folding=Folding(ignore_types=frozenset({TOMBSTONE}), seed_types=frozenset({SNAPSHOT})),
            schema_versions="named",
        )

    adjusts: frozenset[str] | None = frozenset({"kind", "schema_version"})

    def adjust(self, event: Event) -> Event:
        """The version in the name (the first has none), and what the library's own rows are."""
        kind = KINDS.get(event.type)
        if kind is not None:
            return replace(event, kind=kind)
        found = _VERSION.search(event.type)
        return replace(event, schema_version=int(found[1]) if found else 1)


def _with_consumers(
    scale: Scale, events: Table, consumers: Table | None, *, missed: int
) -> dict[str, Table]:
    """Weigh the index and the consumers of either generation; ``missed``: the points for none."""
    scale.index(events, "stream", "version")
    if consumers is None:
        scale.against(missed, tr("there is no table of {role} beside it", role="consumers"))
        return {"events": events}
    scale.sibling("consumers", consumers, 10)
    return {"events": events, "consumers": consumers}


def _snapshots(cells: Cells) -> sa.Select[Any]:
    """Snapshot rows; the name is a literal, so that SQLite's partial index is used."""
    chosen = cells.select(
        {
            "stream_0": "stream",
            "position": "version",
            "type": "name",
            "recorded_at": "created",
            "payload": "data",
            "metadata": "meta",
            "row_key": row_key(cells["id"]),
        }
    )
    return chosen.where(cells["name"] == word(SNAPSHOT))


LAYOUT = RotorsoftAct()
