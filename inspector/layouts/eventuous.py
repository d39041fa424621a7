"""Eventuous (.NET) on PostgreSQL and SQLite.

Messages name their stream by a number; a second table has the names. The first part of a name,
up to the first dash, is the category. A type may carry its schema version as a prefix
(``V1.BookingCreated``), which is a convention of the library's documentation.

Source: Eventuous 0.15 and 0.16; its SQLite store of 2026.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from inspector.core.events import Event, PageKey, StreamId
from inspector.core.texts import tr
from inspector.layouts._api import (
    Catalog,
    Match,
    NearMiss,
    Place,
    Places,
    PlainLayout,
    Source,
    Table,
    plain_text,
)
from inspector.layouts._describe import Cells, Labels
from inspector.layouts._probe import Shape, beside, having, near_misses
from inspector.layouts._scoring import Scale

MESSAGES = Shape(
    {
        "message_id": ("text",),
        "message_type": ("text",),
        "stream_id": ("integer",),
        "stream_position": ("integer",),
        "global_position": ("integer",),
        "json_data": ("json", "text"),
        "json_metadata": ("json", "text"),
        "created": ("time", "text"),
    }
)
STREAMS = Shape({"stream_name": ("text",), "stream_id": ("integer",), "version": ("integer",)})
CHECKPOINTS = Shape({"id": ("text",), "position": ("integer",)}, closed=True)

PLACES = Places(
    correlation_id=Place("metadata", ("eventuous.correlation-id",)),
    causation_id=Place("metadata", ("eventuous.causation-id",)),
    time_zone_utc=True,
)
_VERSION = re.compile(r"V(\d+)\.")


class Eventuous(PlainLayout):
    """Messages, and a table of streams."""

    name = "eventuous"
    title = "Eventuous"

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One store per table of messages that has its streams beside it."""
        found: list[Match] = []
        for events in having(catalog, MESSAGES):
            streams = beside(catalog, STREAMS, events)
            if streams is not None:
                found.append(self._match(catalog, events, streams))
        return found

    def _match(self, catalog: Catalog, events: Table, streams: Table) -> Match:
        scale = Scale(self.name, self.title)
        scale.columns(events, MESSAGES)
        scale.sibling("streams", streams, 10)
        scale.index(events, "stream_id", "stream_position", points=5)
        checkpoints = beside(catalog, CHECKPOINTS, events)
        if checkpoints is not None:
            scale.sibling("checkpoints", checkpoints)
        return scale.match({"events": events, "streams": streams})

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What the nearest table lacks, or that its streams are not there."""
        for events in having(catalog, MESSAGES):
            if beside(catalog, STREAMS, events) is None:
                text = tr("{table} is there, but no {role}", table=events.full_name, role="streams")
                return (NearMiss(self.name, self.title, 50, (text,)),)
        return near_misses(catalog, self.name, self.title, MESSAGES)

    def source(self, match: Match, dialect: str) -> Source:
        """Messages by global position, with the names of their streams."""
        events, streams = match.tables["events"], match.tables["streams"]
        cells, names = Cells(events, alias="m"), Cells(streams, alias="n")
        labels: Labels = {
            "stream_0": "stream_id",
            "stream_name": names["stream_name"],
            "position": "stream_position",
            "global_0": "global_position",
            "id": "message_id",
            "type": "message_type",
            "recorded_at": "created",
            "payload": "json_data",
            "metadata": "json_metadata",
        }
        joined = cells.source.outerjoin(names.source, names["stream_id"] == cells["stream_id"])
        return Source(
            events=sa.select(*cells.labelled(labels)).select_from(joined),
            stream_key=("stream_0",),
            order_key=("global_0",),
            order_indexed=events.has_index("global_position"),
            streams=_streams(streams),
            streams_order=("stream_name",),
            places=PLACES,
            schema_versions="named",
        )

    def stream_id(self, key: PageKey, name: str | None, match: Match) -> StreamId:
        """The stream's name; its category is what stands before the first dash."""
        text = plain_text(key[0]) if name is None else name
        before, dash, _ = text.partition("-")
        return StreamId(text, before if dash and before else None, key)

    def stream_keys(self, name: str, category: str | None, match: Match) -> Sequence[PageKey]:
        """Numbers of streams are found by name in the table of streams."""
        return ((...,),)

    adjusts: frozenset[str] | None = frozenset({"schema_version"})

    def adjust(self, event: Event) -> Event:
        """The schema version out of the type's prefix."""
        found = _VERSION.match(event.type)
        return event if found is None else replace(event, schema_version=int(found[1]))


def _streams(table: Table) -> sa.Select[Any]:
    return Cells(table).select({"stream_0": "stream_id", "stream_name": "stream_name"})


LAYOUT = Eventuous()
