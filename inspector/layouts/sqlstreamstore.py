"""SQLStreamStore (.NET) on PostgreSQL, and its port to SQLite.

Messages name their stream by a number; the table of streams has the readable name beside a
hash of it. Streams that begin with ``$`` are the library's own: ``$$name`` holds a stream's
settings, ``$deleted`` says what was deleted. Old messages may be gone (``max_count``), so a
stream may begin at any version and have holes.

Source: SQLStreamStore of 2020 to 2022 (schema version 1).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from inspector.core.events import PageKey, StreamId, StreamKind
from inspector.core.texts import tr
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
from inspector.layouts._probe import Shape, beside, having, near_misses
from inspector.layouts._scoring import Scale

MESSAGES = Shape(
    {
        "stream_id_internal": ("integer",),
        "stream_version": ("integer",),
        "position": ("integer",),
        "created_utc": ("time", "text"),
        "type": ("text",),
        "json_data": ("json", "text"),
        "json_metadata": ("json", "text"),
    },
    optional=frozenset({"message_id", "event_id"}),
)
STREAMS = Shape(
    {
        "id": ("text",),
        "id_original": ("text",),
        "id_internal": ("integer",),
        "version": ("integer",),
        "position": ("integer",),
    },
    optional=frozenset({"max_age", "max_count"}),
)


class SqlStreamStore(PlainLayout):
    """Messages, and a table of streams."""

    name = "sqlstreamstore"
    title = "SQLStreamStore"

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One store per table of messages that has its streams beside it."""
        found: list[Match] = []
        for events in having(catalog, MESSAGES):
            streams = beside(catalog, STREAMS, events)
            if streams is not None:
                found.append(self._match(events, streams))
        return found

    def _match(self, events: Table, streams: Table) -> Match:
        scale = Scale(self.name, self.title)
        scale.columns(events, MESSAGES)
        scale.sibling("streams", streams, 15)
        scale.index(events, "stream_id_internal", "stream_version")
        return scale.match({"events": events, "streams": streams})

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What the nearest table lacks, or that its streams are not there."""
        for events in having(catalog, MESSAGES):
            if beside(catalog, STREAMS, events) is None:
                text = tr("{table} is there, but no {role}", table=events.full_name, role="streams")
                return (NearMiss(self.name, self.title, 50, (text,)),)
        return near_misses(catalog, self.name, self.title, MESSAGES)

    def source(self, match: Match, dialect: str) -> Source:
        """Messages by position, with the names of their streams."""
        events, streams = match.tables["events"], match.tables["streams"]
        cells, names = Cells(events, alias="m"), Cells(streams, alias="n")
        labels: Labels = {
            "stream_0": "stream_id_internal",
            "stream_name": names["id_original"],
            "position": "stream_version",
            "global_0": "position",
            "id": "message_id" if "message_id" in cells else "event_id",
            "type": "type",
            "recorded_at": "created_utc",
            "payload": "json_data",
            "metadata": "json_metadata",
        }
        same = names["id_internal"] == cells["stream_id_internal"]
        joined = cells.source.outerjoin(names.source, same)
        return Source(
            events=sa.select(*cells.labelled(labels)).select_from(joined),
            stream_key=("stream_0",),
            order_key=("global_0",),
            order_indexed=events.has_index("position"),
            streams=_streams(streams),
            streams_order=("stream_0",),
            places=Places(time_zone_utc=True),
        )

    def stream_id(self, key: PageKey, name: str | None, match: Match) -> StreamId:
        """The readable name; the library's own streams begin with a dollar sign."""
        text = plain_text(key[0]) if name is None else name
        kind = StreamKind.SYSTEM if text.startswith("$") else StreamKind.PRIMARY
        return StreamId(text, None, key, kind)

    def stream_keys(self, name: str, category: str | None, match: Match) -> Sequence[PageKey]:
        """Numbers of streams are found by name in the table of streams."""
        return ((...,),)


def _streams(table: Table) -> sa.Select[Any]:
    return Cells(table).select({"stream_0": "id_internal", "stream_name": "id_original"})


LAYOUT = SqlStreamStore()
