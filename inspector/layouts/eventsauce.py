"""EventSauce (PHP): tables of messages that users make, recognised by the envelope in them.

The payload column holds ``{"headers": {…}, "payload": {…}}``; everything that is known about a
message is in the headers, and the other columns repeat some of it. Often every type of aggregate
has a table of its own: tables of one schema are one store, whose ids order each table only. Ids
may be 16 bytes, which SQLite may hold as text. Versions count from 1. Neither schema versions
nor snapshots are stored; nothing is deleted or archived. An outbox holds copies of messages that
are on their way, and is not counted.

Source: eventsauce 3.8, its message storage repositories, the doctrine repository 0.8, and the
package for Laravel.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from inspector.core.events import PageKey, StreamId
from inspector.core.texts import tr
from inspector.layouts._api import (
    Catalog,
    Match,
    NearMiss,
    Parts,
    Place,
    Places,
    PlainLayout,
    Source,
)
from inspector.layouts._describe import Cells
from inspector.layouts._eventsauce_tables import (
    DEFAULT,
    KIND,
    LARAVEL,
    LEGACY,
    OUTBOX,
    Columns,
    tables_of,
)
from inspector.layouts._naming import id_keys, id_text
from inspector.layouts._probe import LISTED, having, near_misses
from inspector.layouts._scoring import Scale

PLACES = Places(
    type=Place("payload", ("headers", "__event_type")),
    id=Place("payload", ("headers", "__event_id")),
    recorded_at=Place("payload", ("headers", "__time_of_recording")),
    meta=Place("payload", ("headers",)),
    data=Place("payload", ("payload",)),
    category=Place("payload", ("headers", KIND)),
    time_zone_utc=True,
)

OUTSIDE = "(no aggregate)"
"""What messages without an aggregate are called."""


class EventSauce(PlainLayout):
    """Tables of messages in one schema."""

    name = "eventsauce"
    title = "EventSauce (PHP)"

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One store per schema."""
        schemas: dict[str | None, list[Columns]] = {}
        for found in tables_of(catalog):
            schemas.setdefault(found.table.schema, []).append(found)
        return [self._match(catalog, tables) for tables in schemas.values()]

    def _match(self, catalog: Catalog, tables: list[Columns]) -> Match:
        scale = Scale(self.name, self.title)
        tables = sorted(tables, key=lambda columns: columns.table.name)
        first = max(tables, key=lambda columns: columns.rows)
        names = [columns.table.name for columns in tables]
        listed = ", ".join(names[:LISTED]) + (" …" if len(names) > LISTED else "")
        if first.rows:
            scale.found(10, tr("{names}: rows are envelopes with headers", names=listed))
        else:
            scale.found(0, tr("{names}: columns of messages, and no rows", names=listed))
        if all(c.table.has_index(c.stream) for c in tables):
            scale.found(10, tr("messages are found by {column}", column=first.stream))
        else:
            scale.against(0, tr("no index on {column}", column=first.stream))
        if first.known != "own":
            scale.found(5, tr("columns are called as in its {kind} tables", kind=first.known))
        if len(tables) > 1:
            scale.found(0, tr("ids order each table only, so the store is read table by table"))
        roles = {"events": tables[0].table}
        outbox = next((t for t in having(catalog, OUTBOX) if t.schema == first.table.schema), None)
        if outbox is not None:
            roles["outbox"] = outbox
            text = tr(
                "{table} holds copies on their way (an outbox): not counted", table=outbox.name
            )
            scale.found(0, text)
        options = {"tables": {columns.table.name: columns for columns in tables}}
        return scale.match(roles, variant=first.known, options=options)

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What a table lacks of the columns that the library documents."""
        shapes = (DEFAULT, LEGACY, LARAVEL)
        found = [m for s in shapes for m in near_misses(catalog, self.name, self.title, s)]
        return sorted(found, key=lambda miss: -miss.score)[:1]

    def source(self, match: Match, dialect: str) -> Source:
        """One table as it is, or the tables one after the other."""
        tables = _tables(match)
        names = tuple(tables)
        first = _source(tables[names[0]])
        if len(names) == 1:
            return first
        ordered = all(columns.order for columns in tables.values())
        return Source(
            events=first.events,
            stream_key=("part", *first.stream_key),
            order_key=("part", "global_0") if ordered else (),
            byte_key=first.byte_key,
            places=PLACES,
            parts=Parts(names, lambda name: _source(tables[name])),
        )

    def stream_id(self, key: PageKey, name: str | None, match: Match) -> StreamId:
        """The aggregate's id; its type is in the headers."""
        tables = _tables(match)
        columns = tables[str(key[0])] if len(key) > 1 else next(iter(tables.values()))
        text = OUTSIDE if key[-1] is None else id_text(key[-1])
        return StreamId(text, columns.kind, key)

    def stream_keys(self, name: str, category: str | None, match: Match) -> Sequence[PageKey]:
        """The id in the form of each table's column."""
        tables = _tables(match)
        several = len(tables) > 1
        found: list[PageKey] = []
        for part, columns in tables.items():
            column = columns.table.column(columns.stream)
            values = (None,) if name == OUTSIDE else id_keys(name, column)
            found += [(part, value) if several else (value,) for value in values]
        return found

    def snapshot_key(self, stream: StreamId, match: Match) -> PageKey | None:
        """The library has no table of snapshots."""
        return None


def _tables(match: Match) -> dict[str, Columns]:
    return cast("dict[str, Columns]", match.options["tables"])


def _source(columns: Columns) -> Source:
    """One table; what has no column is in the headers."""
    numbered = columns.version is not None
    return Source(
        events=Cells(columns.table).select(
            {
                "stream_0": columns.stream,
                "position": columns.version,
                "global_0": columns.order,
                "payload": columns.payload,
            }
        ),
        stream_key=("stream_0",),
        order_key=("global_0",) if columns.order else (),
        order_indexed=columns.order is not None and columns.table.has_index(columns.order),
        stream_order=("position",) if numbered else ("global_0",),
        counted_positions=not numbered,
        loose_order=("global_0",) if numbered and columns.order else (),
        loose_key=True,
        byte_key=columns.bytes,
        places=PLACES,
    )


LAYOUT = EventSauce()
