"""Axon Framework (Java), 4 and 5: events of aggregates by JPA or JDBC.

In 4, ``type`` is the aggregate's and ``payload_type`` the event's; in 5, ``type`` is the event's
name and ``aggregate_type`` the aggregate's. Names are in snake case, run together, or camel case.
Numbers of a stream begin at 0; an event outside aggregates is a stream of its own without a
category. Snapshots have the columns of events except the global index; failed deliveries ("dead
letters") as well, and are left alone.

On PostgreSQL, payloads may be large objects. One that is missing, or that the role may not read,
leaves an empty payload with the reason, and the event is listed all the same.

Source: Axon Framework 4.13.2 and 5.3.1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from inspector.core.events import Event, Snapshot
from inspector.core.payloads import Payload, Undecoded
from inspector.core.texts import tr
from inspector.layouts._api import (
    COLUMN,
    Catalog,
    Encoding,
    Match,
    NearMiss,
    Place,
    Places,
    PlainLayout,
    Source,
    Table,
)
from inspector.layouts._describe import Cells, Labels, row_key
from inspector.layouts._large_objects import with_large_object
from inspector.layouts._probe import Shape, having, nearest_misses, paired
from inspector.layouts._scoring import Scale

Names = Mapping[str, str]
"""What a column means to its name."""

_FOUR: Names = {
    "order": "global_index",
    "id": "event_identifier",
    "stream": "aggregate_identifier",
    "position": "sequence_number",
    "category": "type",
    "type": "payload_type",
    "schema": "payload_revision",
    "payload": "payload",
    "metadata": "meta_data",
    "time": "time_stamp",
}
_FIVE: Names = {
    "order": "global_index",
    "id": "identifier",
    "stream": "aggregate_identifier",
    "position": "aggregate_sequence_number",
    "category": "aggregate_type",
    "type": "type",
    "schema": "version",
    "payload": "payload",
    "metadata": "metadata",
    "time": "timestamp",
}
_LETTERS = ("dead_letter_id", "deadletterid")
_KINDS = {"order": ("integer",), "position": ("integer",)} | dict.fromkeys(
    ("id", "stream", "category", "type", "schema"), ("text",)
)


def _together(names: Names) -> Names:
    return {meaning: name.replace("_", "") for meaning, name in names.items()}


def _shape(names: Names, *, snapshots: bool = False) -> Shape:
    columns = {n: _KINDS.get(m, ()) for m, n in names.items() if not snapshots or m != "order"}
    strange = {names["order"], *_LETTERS} if snapshots else set(_LETTERS)
    return Shape(columns, forbidden=frozenset(strange))


PLACES = Places(category=Place(COLUMN, ()), hidden=frozenset({"$class"}), time_zone_utc=True)

VARIANTS: Mapping[str, Names] = {
    "4": _FOUR,
    "4, names run together": _together(_FOUR),
    "5": _FIVE,
    "5, names run together": _together(_FIVE),
}
EVENTS = {variant: _shape(names) for variant, names in VARIANTS.items()}
SNAPSHOTS = {variant: _shape(VARIANTS[variant], snapshots=True) for variant in list(VARIANTS)[:2]}
TOKENS = (
    Shape(dict.fromkeys(("processor_name", "segment", "token", "token_type", "owner"), ())),
    Shape(dict.fromkeys(("processorname", "segment", "token", "tokentype", "owner"), ())),
)

POSITIONS_ALONE = 45
"""How near a store is that has only the positions of its readers."""


class Axon(PlainLayout):
    """Events of aggregates, with their snapshots."""

    name = "axon"
    title = "Axon Framework"

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One store per table of events, of whatever generation."""
        found: list[Match] = []
        for variant, shape in EVENTS.items():
            events = list(having(catalog, shape))
            snapshots: Mapping[Table, Table] = {}
            if variant in SNAPSHOTS:
                snapshots = paired(events, list(having(catalog, SNAPSHOTS[variant])))
            found += [_match(catalog, t, variant, snapshots.get(t)) for t in events]
        return found

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What the nearest table lacks; or that there are only positions of readers."""
        misses = nearest_misses(catalog, self.name, self.title, EVENTS.values())
        if misses and misses[0].score > POSITIONS_ALONE:
            return misses
        return self._positions_alone(catalog) or misses

    def _positions_alone(self, catalog: Catalog) -> Sequence[NearMiss]:
        for table in (t for shape in TOKENS for t in having(catalog, shape)):
            text = tr(
                "{table} holds how far readers of events have come; the events are kept "
                "elsewhere, usually in Axon Server",
                table=table.full_name,
            )
            return (NearMiss(self.name, self.title, POSITIONS_ALONE, (text,)),)
        return ()

    def source(self, match: Match, dialect: str) -> Source:
        """Events by global index."""
        names, events = VARIANTS[match.variant], match.tables["events"]
        snapshots = match.tables.get("snapshots")
        return Source(
            events=_described(events, names, {"id": names["id"],
                "global_0": names["order"], "category": names["category"]}),
            stream_key=("stream_0",),
            order_key=("global_0",),
            order_indexed=events.has_index(names["order"]),
            loose_key=match.variant.startswith("5"),
            snapshots=None if snapshots is None else _described(snapshots, names, {}),
            payload=Encoding(codecs=("json", "xstream"), refine=("jackson-types",)),
            metadata=Encoding(codecs=("json", "xstream"), refine=("jackson-types",)),
            places=PLACES,
            schema_versions="stored",
        )  # fmt: skip

    adjusts: frozenset[str] | None = frozenset({"payload"})

    def adjust(self, event: Event) -> Event:
        """A reason for a payload that could not be had."""
        if event.payload.raw != b"":
            return event
        return replace(event, payload=_unreadable())

    def adjust_snapshot(self, snapshot: Snapshot) -> Snapshot:
        """The state without the name of its class, or why there is none."""
        if snapshot.payload.raw == b"":
            return replace(snapshot, payload=_unreadable())
        if isinstance(snapshot.state, dict) and "$class" in snapshot.state:
            state = {k: v for k, v in snapshot.state.items() if k != "$class"}
            return replace(snapshot, state=state)
        return snapshot


def _match(catalog: Catalog, events: Table, variant: str, snapshots: Table | None) -> Match:
    scale = Scale(Axon.name, Axon.title)
    names = VARIANTS[variant]
    scale.columns(events, EVENTS[variant])
    scale.index(events, names["stream"], names["position"])
    scale.found(5, tr("columns as in version {version}", version=variant))
    tables = {"events": events}
    if snapshots is not None:
        tables["snapshots"] = snapshots
        scale.sibling("snapshots", snapshots)
    for shape in TOKENS:
        for table in catalog.in_schema(events.schema):
            if shape.fits(table):
                scale.sibling("positions of readers", table)
    return scale.match(tables, variant=variant)


def _described(table: Table, names: Names, more: Labels) -> sa.Select[Any]:
    cells = Cells(table, alias="e")
    source: sa.FromClause = cells.source
    labels: Labels = {
        "stream_0": names["stream"],
        **more,
        "position": names["position"],
        "type": names["type"],
        "schema_version": names["schema"],
        "recorded_at": names["time"],
    }
    if not more:  # snapshots, which have no number of their own
        labels["row_key"] = row_key(cells[names["stream"]], cells[names["position"]])
    for label in ("payload", "metadata"):
        column = table.column(names[label])
        labels[label] = names[label]
        if column is not None and column.type == "oid":
            source, labels[label] = with_large_object(source, cells[names[label]], f"{label}_lob")
    return sa.select(*cells.labelled(labels)).select_from(source)


def _unreadable() -> Payload:
    reason = tr(
        "There are no bytes: the payload is a large object that is missing here or that this role "
        "may not read (GRANT SELECT ON LARGE OBJECT), or nothing was stored."
    )
    return Payload(b"", Undecoded(reason, 0), 0)


LAYOUT = Axon()
