"""Python ``eventsourcing`` 7 and 8: stored events of applications, or sequenced items.

Ids and versions are repeated inside of the state, versions count from 0, and the schema version is
the key ``__class_version__`` (absent means 0). Values that JSON has no form for are objects with
one key. Times are seconds inside of the state. The state may be compressed or encrypted.

An application's events have a number of their own (``notification_id``), which is no order over
applications and is empty for events that nobody is told of: so streams are read one after the
other.
Sequenced items are the older form, without any application; with a number of the row there is an
order.

Source: eventsourcing 8.2.5 with SQLAlchemy; 7.2.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from inspector.core.events import Event, PageKey, Snapshot, StreamId
from inspector.core.instants import Instant, instant_from_epoch
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
    plain_text,
)
from inspector.layouts._describe import Cells, Labels, as_hex, row_key
from inspector.layouts._naming import id_keys, id_text
from inspector.layouts._probe import Shape, beside, having, is_kind, nearest_misses
from inspector.layouts._scoring import Scale

_CELLS = {"topic": ("text",), "state": ("bytes", "text")}
STORED = Shape(
    {
        "application_name": ("text",),
        "originator_id": ("uuid", "text", "bytes"),
        "originator_version": ("integer",),
        "pipeline_id": ("integer",),
        "notification_id": ("integer",),
        **_CELLS,
    },
    optional=frozenset({"causal_dependencies", "id", "uid"}),
)
ITEMS = Shape(
    {"sequence_id": ("uuid", "text", "bytes"), "position": ("integer",), **_CELLS},
    optional=frozenset({"id"}),
    closed=True,
)
STORED_SNAPSHOTS = Shape(
    {
        "application_name": ("text",),
        "originator_id": ("uuid", "text", "bytes"),
        "originator_version": ("integer",),
        **_CELLS,
    },
    optional=frozenset({"uid"}),
    closed=True,
)
STATE = Encoding(codecs=("json", "zlib"), refine=("older-transcodings",))
PLACES = Places(
    schema_version=Place("payload", ("__class_version__",)),
    schema_version_default=0,
    recorded_at=Place("payload", ("timestamp",)),
    epoch_per_second=1,
    meta=Place("payload", ("metadata",)),
    hidden=frozenset({"originator_id", "originator_version"}),
    unfolded=frozenset({"timestamp", "originator_topic", "__class_version__", "metadata"}),
)
_STORED, _ITEMS = "stored events", "sequenced items"
_OWN = frozenset({
    "_id", "___version__", "___created_on__", "___last_modified__", "__is_discarded__",
    "___is_discarded__", "__pending_events__", "___pending_events__", "__class_version__",
})  # fmt: skip


class PyEventsourcing8(PlainLayout):
    """Both forms of the tables."""

    name = "pyeventsourcing_8"
    title = "Python eventsourcing 7 and 8"

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One store per table of stored events, or of sequenced items."""
        found = [self._stored(catalog, table) for table in having(catalog, STORED)]
        items = [t for t in having(catalog, ITEMS) if not _is_snapshots(t)]
        return [*found, *(self._items(catalog, table) for table in items)]

    def _stored(self, catalog: Catalog, events: Table) -> Match:
        scale = Scale(self.name, self.title)
        scale.columns(events, STORED)
        scale.index(events, "application_name", "originator_id", "originator_version")
        tables = {"events": events}
        snapshots = beside(catalog, STORED_SNAPSHOTS, events)
        if snapshots is not None:
            tables["snapshots"] = snapshots
            scale.sibling("snapshots", snapshots)
        return scale.match(tables, variant=_STORED)

    def _items(self, catalog: Catalog, events: Table) -> Match:
        scale = Scale(self.name, self.title)
        scale.columns(events, ITEMS)
        scale.index(events, "sequence_id", "position")
        tables = {"events": events}
        snapshots = next((t for t in catalog.in_schema(events.schema)
                          if ITEMS.fits(t) and _is_snapshots(t)), None)  # fmt: skip
        if snapshots is not None:
            tables["snapshots"] = snapshots
            scale.sibling("snapshots", snapshots)
        return scale.match(tables, variant=_ITEMS)

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What a table lacks."""
        return nearest_misses(catalog, self.name, self.title, (STORED, ITEMS))

    def source(self, match: Match, dialect: str) -> Source:
        """Streams one after the other, or items by the number of their row."""
        events, keys = match.tables["events"], _keys(match)
        numbered = match.variant == _ITEMS and "id" in events.names
        order = ("id",) if numbered else keys
        labels: Labels = {f"stream_{i}": name for i, name in enumerate(keys[:-1])}
        labels |= {f"global_{i}": name for i, name in enumerate(order)}
        labels |= {"position": keys[-1], "type": "topic", "payload": "state"}
        return Source(
            events=Cells(events).select(labels),
            stream_key=tuple(f"stream_{i}" for i in range(len(keys) - 1)),
            order_key=tuple(f"global_{i}" for i in range(len(order))),
            order_indexed=events.has_index(*order),
            order_is_walk=not numbered,
            snapshots=_snapshots(match.tables.get("snapshots"), keys),
            payload=STATE,
            places=PLACES,
            schema_versions="stored",
        )

    def stream_id(self, key: PageKey, name: str | None, match: Match) -> StreamId:
        """The id with dashes; its application is the category."""
        return StreamId(id_text(key[-1]), plain_text(key[0]) if len(key) > 1 else None, key)

    def stream_keys(self, name: str, category: str | None, match: Match) -> Sequence[PageKey]:
        """Every form in which the column could hold this id, in any application."""
        keys = _keys(match)
        before: tuple[Any, ...] = () if len(keys) == 2 else (category or ...,)
        column = match.tables["events"].column(keys[-2])
        return [(*before, value) for value in id_keys(name, column)]

    adjusts: frozenset[str] | None = frozenset({"global_position"})

    def adjust(self, event: Event) -> Event:
        """A place in the store only where there is one."""
        place = event.global_position if len(event.ref.key) == 1 else None
        return replace(event, global_position=place)

    def adjust_snapshot(self, snapshot: Snapshot) -> Snapshot:
        """The entity's own state out of the wrapping."""
        stored = snapshot.state
        if not isinstance(stored, dict):
            return snapshot
        inner = _attributes(stored.get("state"))
        if inner is None:
            return snapshot
        version = inner.get("__class_version__", 0)
        return replace(
            snapshot,
            state={k.lstrip("_"): v for k, v in inner.items() if k not in _OWN},
            schema_version=version if isinstance(version, int) else str(version),
            taken_at=_time(stored.get("timestamp")),
            meta={"topic": stored.get("topic")},
        )


def _attributes(state: Any) -> dict[str, Any] | None:
    """The attributes of an entity: a map, or within the marks of one."""
    while isinstance(state, dict) and len(state) == 1:
        [(name, inner)] = state.items()
        if name not in ("__class__", "__dict__"):
            break
        state = inner.get("state") if isinstance(inner, dict) else None
    return state if isinstance(state, dict) else None


def _keys(match: Match) -> tuple[str, ...]:
    if match.variant == _ITEMS:
        return ("sequence_id", "position")
    return ("application_name", "originator_id", "originator_version")


def _is_snapshots(table: Table) -> bool:
    """Both tables have the same columns: only their name tells them apart."""
    return "snapshot" in table.name.lower()


def _time(stored: object) -> Instant | None:
    """Seconds with a fraction."""
    return instant_from_epoch(stored, per_second=1) if isinstance(stored, Decimal) else None


def _snapshots(table: Table | None, keys: tuple[str, ...]) -> sa.Select[Any] | None:
    if table is None:
        return None
    cells = Cells(table)
    parts = [cells[name] for name in keys]
    column = table.column(keys[-2])
    if column is not None and column.type and is_kind(column, "bytes"):
        parts[-2] = as_hex(parts[-2])
    labels: Labels = {f"stream_{i}": name for i, name in enumerate(keys[:-1])}
    return cells.select(
        {**labels, "position": keys[-1], "type": "topic", "payload": "state",
         "row_key": row_key(*parts)}
    )  # fmt: skip


LAYOUT = PyEventsourcing8()
