"""Evento (Rust) on SQLite or PostgreSQL.

Payloads and metadata are in a compact form of Rust (bitcode or rkyv) that only the application's
own types can read: they are shown as bytes, and no state can be told from them. Its snapshots are
in the same form and are not listed. Ids are ULIDs, which order the store.

Source: evento 2.0.0-alpha.12, an alpha: the shape may change.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from inspector.core.events import PageKey, StreamId
from inspector.layouts._api import (
    Catalog,
    Encoding,
    Match,
    NearMiss,
    Places,
    PlainLayout,
    Source,
    Table,
    plain_text,
)
from inspector.layouts._describe import Cells
from inspector.layouts._probe import Shape, having, near_misses, paired
from inspector.layouts._scoring import Scale

EVENTS = Shape(
    {
        "id": ("text",),
        "name": ("text",),
        "aggregator_type": ("text",),
        "aggregator_id": ("text",),
        "version": ("integer",),
        "data": ("bytes",),
        "metadata": ("bytes",),
        "routing_key": ("text",),
        "timestamp": ("integer",),
        "timestamp_subsec": ("integer",),
    }
)
SNAPSHOTS = Shape(
    {
        "id": ("text",),
        "type": ("text",),
        "cursor": ("text",),
        "revision": ("text", "integer"),
        "data": ("bytes",),
    }
)
_SECONDS = Places(epoch_per_second=1)
OPAQUE = Encoding(codecs=("opaque",))


class Evento(PlainLayout):
    """The table of events."""

    name = "evento"
    title = "Evento (Rust)"

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One store per table of events."""
        events = list(having(catalog, EVENTS))
        snapshots = paired(events, list(having(catalog, SNAPSHOTS)))
        return [self._match(table, snapshots.get(table)) for table in events]

    def _match(self, events: Table, snapshots: Table | None) -> Match:
        scale = Scale(self.name, self.title)
        scale.columns(events, EVENTS)
        scale.index(events, "id", points=5)
        scale.index(events, "aggregator_type", "aggregator_id", "version", points=5)
        tables = {"events": events}
        if snapshots is not None:
            tables["snapshots"] = snapshots
            scale.sibling("snapshots", snapshots)
        return scale.match(tables)

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What a table lacks."""
        return near_misses(catalog, self.name, self.title, EVENTS)

    def source(self, match: Match, dialect: str) -> Source:
        """Events by their id."""
        events = match.tables["events"]
        return Source(
            events=Cells(events).select(
                {
                    "stream_0": "aggregator_type",
                    "stream_1": "aggregator_id",
                    "position": "version",
                    "global_0": "id",
                    "id": "id",
                    "type": "name",
                    "recorded_at": "timestamp",
                    "payload": "data",
                    "metadata": "metadata",
                }
            ),
            stream_key=("stream_0", "stream_1"),
            order_key=("global_0",),
            order_indexed=events.has_index("id"),
            payload=OPAQUE,
            metadata=OPAQUE,
            places=_SECONDS,
        )

    def stream_id(self, key: PageKey, name: str | None, match: Match) -> StreamId:
        """The aggregate's id, in the category of its type."""
        return StreamId(plain_text(key[1]), plain_text(key[0]), key)

    def stream_keys(self, name: str, category: str | None, match: Match) -> Sequence[PageKey]:
        """The id, of whatever type."""
        kind: Any = ... if category is None else category
        return [(kind, name)]


LAYOUT = Evento()
