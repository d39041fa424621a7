"""esrs, also called event_sourcing.rs (Rust), on PostgreSQL: a table for each kind of aggregate.

The type of an event is in its payload only, as serde writes variants of an enum. Events have no
order over the store: it is read table after table, and there stream after stream. The columns are
plain, so that tables made by hand look alike: one more column, or another type, is no esrs.

Source: primait/event_sourcing.rs 0.18.0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from inspector.core.events import Event, PageKey, StreamId
from inspector.core.texts import tr
from inspector.layouts._api import (
    Catalog,
    Encoding,
    Match,
    NearMiss,
    Parts,
    Place,
    Places,
    PlainLayout,
    Source,
    Table,
)
from inspector.layouts._describe import Cells
from inspector.layouts._naming import id_keys, id_text
from inspector.layouts._probe import LISTED, Shape, having, near_misses
from inspector.layouts._scoring import Scale

EVENTS = Shape(
    {
        "id": ("uuid",),
        "aggregate_id": ("uuid",),
        "payload": ("json",),
        "occurred_on": ("time",),
        "sequence_number": ("integer",),
    },
    optional=frozenset({"version"}),
    closed=True,
)
PLACES = Places(type=Place("payload", ("$type",)), data=Place("payload", ("$data",)))
_ENDING = "_events"


class Esrs(PlainLayout):
    """Tables of events in one schema."""

    name = "esrs"
    title = "esrs (Rust)"

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One store per schema."""
        schemas: dict[str | None, list[Table]] = {}
        for table in having(catalog, EVENTS):
            schemas.setdefault(table.schema, []).append(table)
        return [self._match(sorted(t, key=lambda x: x.name)) for t in schemas.values()]

    def _match(self, tables: list[Table]) -> Match:
        scale = Scale(self.name, self.title)
        scale.columns(tables[0], EVENTS)
        scale.index(tables[0], "aggregate_id", "sequence_number", points=5)
        if all(table.name.endswith(_ENDING) for table in tables):
            scale.found(5, tr("names of tables end with {ending}", ending=_ENDING))
        if len(tables) > 1:
            names = [table.name for table in tables]
            listed = ", ".join(names[:LISTED]) + (" …" if len(names) > LISTED else "")
            scale.found(0, tr("one store of several tables: {names}", names=listed))
        by_name = {table.name: table for table in tables}
        return scale.match({"events": tables[0]}, options={"tables": by_name})

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What a table lacks."""
        return near_misses(catalog, self.name, self.title, EVENTS)

    def source(self, match: Match, dialect: str) -> Source:
        """One table as it is, or the tables one after the other."""
        tables = _tables(match)
        first = _source(match.tables["events"])
        if len(tables) == 1:
            return first
        return Source(
            events=first.events,
            stream_key=("part", *first.stream_key),
            order_key=(),
            payload=first.payload,
            places=PLACES,
            schema_versions="stored",
            parts=Parts(tuple(tables), lambda name: _source(tables[name])),
        )

    def stream_id(self, key: PageKey, name: str | None, match: Match) -> StreamId:
        """The aggregate's id, in the category of its table."""
        table = str(key[0]) if len(key) > 1 else match.tables["events"].name
        return StreamId(id_text(key[-1]), table.removesuffix(_ENDING), key)

    def stream_keys(self, name: str, category: str | None, match: Match) -> Sequence[PageKey]:
        """The id, in whatever table."""
        tables = _tables(match)
        values = id_keys(name, match.tables["events"].column("aggregate_id"))
        if len(tables) == 1:
            return [(value,) for value in values]
        wanted = [t for t in tables if category in (None, t.removesuffix(_ENDING))]
        return [(table, value) for table in wanted for value in values]

    adjusts: frozenset[str] | None = frozenset({"global_position"})

    def adjust(self, event: Event) -> Event:
        """No place but the one in the stream."""
        return replace(event, global_position=None)


def _tables(match: Match) -> dict[str, Table]:
    return cast("dict[str, Table]", match.options["tables"])


def _source(table: Table) -> Source:
    return Source(
        events=Cells(table).select(
            {
                "stream_0": "aggregate_id",
                "position": "sequence_number",
                "global_0": "aggregate_id",
                "global_1": "sequence_number",
                "id": "id",
                "recorded_at": "occurred_on",
                "schema_version": "version",
                "payload": "payload",
            }
        ),
        stream_key=("stream_0",),
        order_key=("global_0", "global_1"),
        order_indexed=table.has_index("aggregate_id", "sequence_number"),
        order_is_walk=True,
        payload=Encoding(codecs=("json",), refine=("serde-variant",)),
        places=PLACES,
        schema_versions="stored",
    )


LAYOUT = Esrs()
