"""modernice/goes (Go) on PostgreSQL.

A stream is an aggregate's id; an event without one belongs to no stream. Times are whole
nanoseconds and also what orders the store. There are no metadata, no schema versions and no
snapshots.

Source: modernice/goes 0.9.0.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from inspector.core.events import PageKey, Scalar, StreamId
from inspector.layouts._api import (
    Catalog,
    Match,
    NearMiss,
    Places,
    PlainLayout,
    Source,
    Table,
    plain_text,
)
from inspector.layouts._describe import Cells, Labels
from inspector.layouts._naming import id_keys, id_text
from inspector.layouts._probe import Shape, having, near_misses
from inspector.layouts._scoring import Scale

EVENTS = Shape(
    {
        "id": ("uuid",),
        "name": ("text",),
        "time": ("integer",),
        "aggregate_id": ("uuid",),
        "aggregate_name": ("text",),
        "aggregate_version": ("integer",),
        "data": ("json",),
    },
    forbidden=frozenset({"metadata"}),
)
NANOSECONDS = 1_000_000_000


class Goes(PlainLayout):
    """The table of events, whatever its name."""

    name = "goes"
    title = "modernice/goes (Go)"

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One store per table of events."""
        return [self._match(table) for table in having(catalog, EVENTS)]

    def _match(self, events: Table) -> Match:
        scale = Scale(self.name, self.title)
        scale.columns(events, EVENTS)
        scale.index(events, "time", points=5)
        keys = ("aggregate_name", "aggregate_id", "aggregate_version")
        scale.index(events, *keys, points=5)
        return scale.match({"events": events})

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What a table lacks."""
        return near_misses(catalog, self.name, self.title, EVENTS)

    def source(self, match: Match, dialect: str) -> Source:
        """Events by time."""
        events = match.tables["events"]
        labels: Labels = {
            "stream_0": "aggregate_name",
            "stream_1": "aggregate_id",
            "position": "aggregate_version",
            "global_0": "time",
            "global_1": "id",
            "id": "id",
            "type": "name",
            "recorded_at": "time",
            "payload": "data",
        }
        return Source(
            events=Cells(events).select(labels),
            stream_key=("stream_0", "stream_1"),
            order_key=("global_0", "global_1"),
            order_indexed=events.has_index("time"),
            places=Places(epoch_per_second=NANOSECONDS),
        )

    def stream_id(self, key: PageKey, name: str | None, match: Match) -> StreamId:
        """The aggregate's id, in the category of its name."""
        return StreamId(id_text(key[1]), plain_text(key[0]), key)

    def stream_keys(self, name: str, category: str | None, match: Match) -> Sequence[PageKey]:
        """The id, of whatever aggregate."""
        column = match.tables["events"].column("aggregate_id")
        first: Scalar = cast("Scalar", ...) if category is None else category
        return [(first, own) for own in id_keys(name, column)]


LAYOUT = Goes()
