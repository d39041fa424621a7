"""Disintegrate (Rust) on PostgreSQL: events without streams, found by identifiers.

Every column beside the number, the type, the payload and the time is an identifier of the
application's domain. Each value of one is shown as a stream of the events that have it, in the
category of its column; an event with two identifiers is in two streams and counted once in the
store. Events have no number in such a stream: they are counted.

Identifiers that were added later are empty in older events, though these may concern the same
entity. Times have no zone: they are those of the session that wrote. Up to release 3 the numbers
were drawn in a table of their own. Snapshots belong to a query of the application, not to a stream;
they are listed by the name of their state.

Source: disintegrate-postgres 4.0.1 and before.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from inspector.core.events import PageKey, StreamId
from inspector.core.texts import tr
from inspector.layouts._api import (
    Catalog,
    Encoding,
    Match,
    NearMiss,
    Parts,
    PlainLayout,
    Source,
    StreamKind,
    Table,
    plain_text,
)
from inspector.layouts._describe import Cells, Expression, quoted
from inspector.layouts._probe import Example, Shape, beside, having, is_kind, near_misses
from inspector.layouts._scoring import Scale

EVENTS = Shape(
    {
        "event_id": ("integer",),
        "event_type": ("text",),
        "payload": ("bytes",),
        "inserted_at": ("time",),
    },
    forbidden=frozenset({
        "metadata", "aggregate_id", "aggregate_type", "stream_id", "version", "committed", "data",
    }),
)  # fmt: skip
LISTENERS = Shape(
    {"id": ("text",), "last_processed_event_id": ("integer",), "updated_at": ("time",)}
)
SNAPSHOTS = Shape(
    {
        "id": ("uuid",),
        "name": ("text",),
        "query": ("text",),
        "version": ("integer",),
        "payload": ("text",),
        "inserted_at": ("time",),
    }
)
NUMBERS = Shape(
    {
        "event_id": ("integer",),
        "event_type": ("text",),
        "consumed": ("integer",),
        "inserted_at": ("time",),
    },
    forbidden=frozenset({"payload"}),
)
ENCODING = Encoding(codecs=("json", "msgpack"))


class Disintegrate(PlainLayout):
    """One table of events, and identifiers in its columns."""

    name = "disintegrate"
    title = "Disintegrate (Rust)"

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """Plain as the table is, one of the library's others has to be beside it."""
        found: list[Match] = []
        for events in having(catalog, EVENTS):
            helpers = {
                role: table
                for role, shape in (
                    ("snapshots", SNAPSHOTS), ("listeners", LISTENERS), ("numbers", NUMBERS)
                )
                if (table := beside(catalog, shape, events)) is not None
            }  # fmt: skip
            if helpers and identifiers(events):
                found.append(self._match(events, helpers))
        return found

    def _match(self, events: Table, helpers: dict[str, Table]) -> Match:
        scale = Scale(self.name, self.title)
        listed = ", ".join((*EVENTS.required, *identifiers(events)))
        scale.found(0, tr("{table} has {columns}", table=events.full_name, columns=listed))
        scale.index(events, "event_id", points=5)
        for role, table in helpers.items():
            scale.sibling(role, table, 10)
        return scale.match(
            {"events": events, **helpers}, variant="3" if "numbers" in helpers else "4"
        )

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What a table lacks; or that it is too plain alone."""
        for events in having(catalog, EVENTS):
            if identifiers(events):
                role = tr("snapshots or listeners")
                text = tr("{table} is there, but no {role}", table=events.full_name, role=role)
                return (NearMiss(self.name, self.title, 45, (text,)),)
        return near_misses(catalog, self.name, self.title, EVENTS, least=0.7)

    def source(self, match: Match, dialect: str) -> Source:
        """Every event once, and once more in a part for each of its identifiers."""
        events, snapshots = match.tables["events"], match.tables.get("snapshots")
        names = identifiers(events)
        return Source(
            events=_everything(events, names),
            stream_key=("stream_0", "stream_1"),
            order_key=("global_0",),
            order_indexed=events.has_index("event_id"),
            counted_positions=True,
            stream_order=("global_0",),
            snapshots=None if snapshots is None else _snapshots(snapshots),
            payload=ENCODING,
            snapshot_payload=Encoding(),
            parts=Parts(names, lambda name: _part(events, name), merged=True, shared=True),
        )

    def stream_id(self, key: PageKey, name: str | None, match: Match) -> StreamId:
        """The value of an identifier; its column is the category.

        Numbers and UUIDs are kept as texts: the whole store can have them in one column only so.
        """
        kind, value = plain_text(key[0]), plain_text(key[1])
        return StreamId(value, kind or None, (key[0], value), StreamKind.PRIMARY)

    def stream_keys(self, name: str, category: str | None, match: Match) -> Sequence[PageKey]:
        """The value in the column, or in any column that can hold it."""
        events = match.tables["events"]
        return [
            (column, name)
            for column in identifiers(events)
            if category in (None, column) and _can_be(name, events, column)
        ]

    def snapshot_key(self, stream: StreamId, match: Match) -> PageKey | None:
        """Snapshots belong to no stream."""
        return None


def identifiers(events: Table) -> tuple[str, ...]:
    """The columns that identify something, in the table's order."""
    return tuple(
        c.name
        for c in events.columns
        if c.name.lower() not in EVENTS.required and is_kind(c, "text", "uuid", "integer")
    )


def _can_be(text: str, events: Table, name: str) -> bool:
    column = events.column(name.lower())
    if column is not None and is_kind(column, "uuid"):
        plain = text.replace("-", "").lower()
        return len(plain) == 32 and all(sign in "0123456789abcdef" for sign in plain)
    if column is not None and is_kind(column, "integer"):
        return text.removeprefix("-").isdecimal() and text.isascii() and len(text) < 19
    return True


_FACTS = {
    "global_0": "event_id",
    "type": "event_type",
    "recorded_at": "inserted_at",
    "payload": "payload",
}


def _everything(events: Table, names: Sequence[str]) -> sa.Select[Any]:
    """Every event once, under the first of its identifiers."""
    cells = Cells(events)
    present = [(cells[name.lower()].is_not(None), quoted(name)) for name in names]
    values: list[Expression] = [sa.cast(cells[name.lower()], sa.Text) for name in names]
    return cells.select(
        {"stream_0": sa.case(*present), "stream_1": sa.func.coalesce(*values), **_FACTS}
    )


def _part(events: Table, name: str) -> Source:
    """The events that have one identifier."""
    cells = Cells(events)
    chosen = cells.select({"stream_0": name.lower(), **_FACTS})
    return Source(
        events=chosen.where(cells[name.lower()].is_not(None)),
        stream_key=("stream_0",),
        order_key=("global_0",),
        order_indexed=events.has_index("event_id"),
        counted_positions=True,
        stream_order=("global_0",),
        payload=ENCODING,
    )


def _snapshots(table: Table) -> sa.Select[Any]:
    cells = Cells(table)
    return cells.select(
        {
            "stream_name": "name",
            "position": "version",
            "recorded_at": "inserted_at",
            "payload": "payload",
            "row_key": sa.cast(cells["id"], sa.Text),
        }
    )


EXAMPLES = tuple(
    Example(
        {
            "event": "event_id:bigint event_type:varchar payload:bytea inserted_at:timestamp"
            " course_id:varchar",
            "event_listener": "id:varchar last_processed_event_id:bigint updated_at:timestamp",
            "snapshot": "id:uuid name:varchar query:text version:bigint payload:text"
            " inserted_at:timestamp",
            **others,
        }
    )
    for others in (
        {},
        {"event_sequence": "event_id:bigint event_type:varchar consumed:smallint inserted_at:date"},
    )
)
"""For the manual."""

LAYOUT = Disintegrate()
