"""Sequent (Ruby) on PostgreSQL: the normalised tables of 8.x, and three plain ones before.

8.x keeps types in tables of their own, streams (aggregates) and events in partitioned ones, and
has no order over all streams but that of the commands that wrote the events. Before, events and
snapshots lie in one table, where a snapshot carries the number of the next event; its rows are
left out of streams and counts. A snapshot of either generation with the number *n* is the state
after the events 1 … n-1.

Before 8 the event's own time, with its offset, is inside the JSON; the column has no zone.

Source: sequent 1.0 to 8.2, and the schema of 9.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from inspector.core.events import Event, PageKey, Snapshot, StreamId
from inspector.core.findings import Finding
from inspector.core.snapshot_drafts import KnownKind, RowDraft, SnapshotDraft
from inspector.core.texts import tr
from inspector.layouts import _sequent_writing
from inspector.layouts._api import (
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
from inspector.layouts._describe import Cells, Expression, Labels, row_key, word
from inspector.layouts._naming import id_keys, id_text
from inspector.layouts._probe import Shape, beside, having, near_misses, nearest
from inspector.layouts._scoring import Scale

EVENTS = Shape(
    {
        "aggregate_id": ("uuid",),
        "partition_key": ("text",),
        "sequence_number": ("integer",),
        "created_at": ("time",),
        "command_id": ("integer",),
        "event_type_id": ("integer",),
        "event_json": ("json",),
    },
    optional=frozenset({"xact_id"}),
)
AGGREGATES = Shape(
    {
        "aggregate_id": ("uuid",),
        "events_partition_key": ("text",),
        "aggregate_type_id": ("integer",),
        "created_at": ("time",),
    }
)
COMMANDS = Shape(
    {
        "id": ("integer",),
        "user_id": ("uuid",),
        "command_type_id": ("integer",),
        "event_aggregate_id": ("uuid",),
        "event_sequence_number": ("integer",),
    }
)
TYPES = Shape({"id": ("integer",), "type": ("text",)}, closed=True)
SNAPSHOTS = Shape(
    {
        "aggregate_id": ("uuid",),
        "sequence_number": ("integer",),
        "created_at": ("time",),
        "snapshot_type": ("text",),
        "snapshot_json": ("json",),
    }
)
SAVED = Shape(
    {
        "operation": ("text",),
        "timestamp": ("time",),
        "aggregate_id": ("uuid",),
        "sequence_number": ("integer",),
        "event_type": ("text",),
        "event_json": ("json",),
    }
)
NEEDED = Shape(
    {
        "aggregate_id": ("uuid",),
        "snapshot_sequence_number_high_water_mark": ("integer",),
        "snapshot_outdated_at": ("time",),
        "snapshot_scheduled_at": ("time",),
    }
)
HELPERS = (
    ("aggregates", AGGREGATES),
    ("commands", COMMANDS),
    ("snapshots", SNAPSHOTS),
    ("needed snapshots", NEEDED),
    ("saved events", SAVED),
)

OLD_EVENTS = Shape(
    {
        "id": ("integer",),
        "aggregate_id": ("text",),
        "sequence_number": ("integer",),
        "created_at": ("time",),
        "event_type": ("text",),
        "event_json": ("text", "json"),
        "command_record_id": ("integer",),
        "stream_record_id": ("integer",),
    },
    optional=frozenset({"xact_id"}),
)
OLD_STREAMS = Shape(
    {
        "id": ("integer",),
        "created_at": ("time",),
        "aggregate_type": ("text",),
        "aggregate_id": ("text",),
    }
)
OLD_COMMANDS = Shape(
    {
        "id": ("integer",),
        "user_id": ("text",),
        "command_type": ("text",),
        "command_json": ("text", "json"),
    }
)
OLD_HELPERS = (("aggregates", OLD_STREAMS), ("commands", OLD_COMMANDS))

SNAPSHOT_EVENT = "Sequent::Core::SnapshotEvent"
BOOKKEEPING = frozenset(
    {
        "id", "sequence_number", "uncommitted_events", "event_stream",
        "latest_snapshot_sequence_number", "$ruby",
    }
)  # fmt: skip
"""What an aggregate remembers about itself, which is no part of its state."""

ENVELOPE = frozenset({"aggregate_id", "sequence_number", "created_at", "event_type"})
STATE = Encoding(codecs=("json",), refine=("ruby-snapshot",))
OLD_PLACES = Places(recorded_at=Place("payload", ("created_at",)), hidden=ENVELOPE)


class Sequent(PlainLayout):
    """Aggregates and their events."""

    name = "sequent"
    title = "Sequent"

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One store per table of events; 8.x needs its aggregates beside it."""
        current = (
            self._current(catalog, events)
            for events in having(catalog, EVENTS)
            if beside(catalog, AGGREGATES, events) is not None
        )
        return [*current, *(self._old(catalog, events) for events in having(catalog, OLD_EVENTS))]

    def _current(self, catalog: Catalog, events: Table) -> Match:
        scale = Scale(self.name, self.title)
        scale.columns(events, EVENTS)
        scale.index(events, "partition_key", "aggregate_id", "sequence_number")
        tables = {"events": events}
        for role, shape in HELPERS:
            self._helper(scale, tables, role, beside(catalog, shape, events))
        for role, owner in (("event types", events), ("aggregate types", tables["aggregates"])):
            types = nearest(catalog, TYPES, owner)
            self._helper(scale, tables, role, types)
            if types is None:
                scale.against(10, tr("which table holds the {role} is not clear", role=role))
        scale.found(0, tr("the number of the command orders the whole store"))
        return scale.match(tables, variant="8")

    def _old(self, catalog: Catalog, events: Table) -> Match:
        scale = Scale(self.name, "Sequent before 8")
        scale.columns(events, OLD_EVENTS)
        scale.index(events, "id", points=5)
        tables = {"events": events}
        for role, shape in OLD_HELPERS:
            self._helper(scale, tables, role, beside(catalog, shape, events))
        return scale.match(tables, variant="7")

    def _helper(
        self, scale: Scale, tables: dict[str, Table], role: str, table: Table | None
    ) -> None:
        if table is not None:
            tables[role] = table
            scale.sibling(role, table)

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """The nearer generation, and what its tables lack."""
        for events in having(catalog, EVENTS):
            if beside(catalog, AGGREGATES, events) is None:
                text = tr(
                    "{table} is there, but no {role}", table=events.full_name, role="aggregates"
                )
                return (NearMiss(self.name, self.title, 50, (text,)),)
        shapes = (EVENTS, OLD_EVENTS)
        found = [m for s in shapes for m in near_misses(catalog, self.name, self.title, s)]
        return sorted(found, key=lambda miss: -miss.score)[:1]

    def source(self, match: Match, dialect: str) -> Source:
        """Events by the command that wrote them, or by their own number before 8."""
        return _current(match) if match.variant == "8" else _old(match)

    def stream_id(self, key: PageKey, name: str | None, match: Match) -> StreamId:
        """The aggregate's id; its category is the aggregate's class."""
        return StreamId(id_text(key[-1]), None, key)

    def stream_keys(self, name: str, category: str | None, match: Match) -> Sequence[PageKey]:
        """The id in the column's own form, under whatever partition key."""
        ids = id_keys(name, match.tables["events"].column("aggregate_id"))
        return [(..., own) if match.variant == "8" else (own,) for own in ids]

    def snapshot_key(self, stream: StreamId, match: Match) -> PageKey | None:
        """Snapshots carry the aggregate's id alone."""
        return (stream.key[-1],)

    def adjust_snapshot(self, snapshot: Snapshot) -> Snapshot:
        """The aggregate out of its Marshal data, without what it remembers about itself."""
        wrapped = snapshot.state
        inner = wrapped.get("data") if isinstance(wrapped, dict) else None
        if not isinstance(inner, dict):
            text = tr("The aggregate inside the snapshot could not be read.")
            finding = Finding("payload-undecodable", text, snapshot.stream.name)
            return replace(snapshot, findings=(*snapshot.findings, finding))
        state = {k: v for k, v in inner.items() if k not in BOOKKEEPING}
        own = str(inner.get("$ruby") or "") or None
        stream = replace(snapshot.stream, category=own)
        return replace(snapshot, state=state, type=own or snapshot.type, stream=stream)

    def stream_kind(self, first: Event, known: Collection[KnownKind]) -> str | None:
        """The aggregate's class."""
        return first.stream.category

    def snapshot_row(self, draft: SnapshotDraft, match: Match) -> RowDraft:
        """One more row, and the aggregate's among those that need snapshots."""
        return _sequent_writing.row(draft, SNAPSHOT_EVENT, match.tables["snapshots"].names)


def _cause(commands: Cells) -> Labels:
    """Who gave the command, and the event that made somebody give it."""
    cause = row_key(commands["event_aggregate_id"], commands["event_sequence_number"])
    known = commands["event_aggregate_id"].is_not(None)
    return {"actor": commands["user_id"], "causation_id": sa.case((known, cause))}


def _current(match: Match) -> Source:
    events = match.tables["events"]
    cells = Cells(events, alias="e")
    joined: sa.FromClause = cells.source
    labels: Labels = {
        "stream_0": "partition_key",
        "stream_1": "aggregate_id",
        "position": "sequence_number",
        "global_0": "command_id",
        "global_1": "created_at",
        "global_2": "aggregate_id",
        "global_3": "sequence_number",
        "recorded_at": "created_at",
        "payload": "event_json",
        "type": sa.cast(cells["event_type_id"], sa.Text),
    }
    types = match.tables.get("event types")
    if types is not None:
        named = Cells(types, alias="t")
        joined = joined.outerjoin(named.source, named["id"] == cells["event_type_id"])
        labels["type"] = named["type"]
    if "commands" in match.tables:
        commands = Cells(match.tables["commands"], alias="c")
        joined = joined.outerjoin(commands.source, commands["id"] == cells["command_id"])
        labels |= _cause(commands)
    aggregates = Cells(match.tables["aggregates"], alias="a")
    joined = joined.outerjoin(
        aggregates.source, aggregates["aggregate_id"] == cells["aggregate_id"]
    )
    joined, labels["category"] = _with_class(match, aggregates, joined)
    return Source(
        events=sa.select(*cells.labelled(labels)).select_from(joined),
        stream_key=("stream_0", "stream_1"),
        order_key=("global_0", "global_1", "global_2", "global_3"),
        order_indexed=events.has_index("command_id"),
        streams=_aggregates(match),
        streams_order=("stream_1",),
        snapshots=_snapshots(match.tables.get("snapshots")),
        snapshot_payload=STATE,
        snapshot_write="native" if "needed snapshots" in match.tables else "none",
    )


def _with_class(
    match: Match, aggregates: Cells, joined: sa.FromClause
) -> tuple[sa.FromClause, Expression | None]:
    """An aggregate's class by its number."""
    types = match.tables.get("aggregate types")
    if types is None:
        return joined, None
    named = Cells(types, alias="n")
    joined = joined.outerjoin(named.source, named["id"] == aggregates["aggregate_type_id"])
    return joined, named["type"]


def _aggregates(match: Match) -> sa.Select[Any]:
    aggregates = Cells(match.tables["aggregates"], alias="s")
    joined, own = _with_class(match, aggregates, aggregates.source)
    labels: Labels = {
        "stream_0": "events_partition_key",
        "stream_1": "aggregate_id",
        "category": own,
    }
    return sa.select(*aggregates.labelled(labels)).select_from(joined)


def _snapshots(table: Table | None) -> sa.Select[Any] | None:
    if table is None:
        return None
    cells = Cells(table)
    labels: Labels = {
        "stream_name": "aggregate_id",
        "position": cells["sequence_number"] - sa.literal_column("1"),
        "type": "snapshot_type",
        "schema_version": "snapshot_version",
        "recorded_at": "created_at",
        "payload": "snapshot_json",
        "row_key": row_key(cells["aggregate_id"], cells["sequence_number"]),
    }
    return cells.select(labels)


def _old(match: Match) -> Source:
    events = match.tables["events"]
    cells = Cells(events, alias="e")
    joined: sa.FromClause = cells.source
    labels: Labels = {
        "stream_0": "aggregate_id",
        "position": "sequence_number",
        "global_0": "id",
        "stored_at": "created_at",
        "payload": "event_json",
        "type": "event_type",
    }
    commands = match.tables.get("commands")
    if commands is not None:
        given = Cells(commands, alias="c")
        joined = joined.outerjoin(given.source, given["id"] == cells["command_record_id"])
        labels["actor"] = given["user_id"]
        if {"event_aggregate_id", "event_sequence_number"} <= commands.names:
            labels |= _cause(given)
    streams = match.tables.get("aggregates")
    if streams is not None:
        owners = Cells(streams, alias="a")
        joined = joined.outerjoin(owners.source, owners["id"] == cells["stream_record_id"])
        labels["category"] = owners["aggregate_type"]
    chosen = sa.select(*cells.labelled(labels)).select_from(joined)
    return Source(
        events=chosen.where(cells["event_type"].is_distinct_from(word(SNAPSHOT_EVENT))),
        stream_key=("stream_0",),
        order_key=("global_0",),
        order_indexed=events.has_index("id"),
        streams=_old_streams(streams),
        streams_order=("stream_0",),
        snapshots=_old_snapshots(cells),
        snapshot_payload=STATE,
        places=OLD_PLACES,
    )


def _old_streams(table: Table | None) -> sa.Select[Any] | None:
    if table is None:
        return None
    return Cells(table).select({"stream_0": "aggregate_id", "category": "aggregate_type"})


def _old_snapshots(cells: Cells) -> sa.Select[Any]:
    """Snapshots among the events: rows of a class of their own."""
    labels: Labels = {
        "stream_name": "aggregate_id",
        "position": cells["sequence_number"] - sa.literal_column("1"),
        "type": "event_type",
        "recorded_at": "created_at",
        "payload": "event_json",
        "row_key": "id",
    }
    return cells.select(labels).where(cells["event_type"] == word(SNAPSHOT_EVENT))


LAYOUT = Sequent()
