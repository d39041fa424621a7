"""Commanded's EventStore (Elixir) before release 0.14: an event is in one stream only.

The stream's number and version are columns of the event; the order of the store is the number of
the event. There are no links and no ``$all`` stream, and nothing is deleted. Times have no zone and
are UTC. Payloads and metadata are written as in later releases.

Source: migrations 0.9 to 0.13 of eventstore, as later releases tell them.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from inspector.core.events import PageKey, StreamId
from inspector.core.texts import tr
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
from inspector.layouts._describe import Cells, Labels
from inspector.layouts._naming import identity_prefix
from inspector.layouts._probe import Shape, beside, having, near_misses
from inspector.layouts._scoring import Scale

EVENTS = Shape(
    {
        "event_id": ("integer", "uuid"),
        "stream_id": ("integer",),
        "stream_version": ("integer",),
        "event_type": ("text",),
        "correlation_id": ("text",),
        "data": ("bytes", "json"),
        "metadata": ("bytes", "json"),
        "created_at": ("time",),
    },
    optional=frozenset({"event_number", "causation_id"}),
    closed=True,
)
STREAMS = Shape(
    {"stream_id": ("integer",), "stream_uuid": ("text",), "created_at": ("time",)},
    optional=frozenset({"stream_version"}),
    closed=True,
)
CELL = Encoding(codecs=("json", "erlang"))


class CommandedEarly(PlainLayout):
    """Events, and the streams that they are in."""

    name = "commanded_early"
    title = "Commanded EventStore before 0.14"

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One store per table of events that has its streams beside it."""
        found = [(events, beside(catalog, STREAMS, events)) for events in having(catalog, EVENTS)]
        return [self._match(events, own) for events, own in found if own is not None]

    def _match(self, events: Table, streams: Table) -> Match:
        scale = Scale(self.name, self.title)
        scale.columns(events, EVENTS)
        scale.sibling("streams", streams, 10)
        scale.index(events, "stream_id", "stream_version", points=5)
        return scale.match({"events": events, "streams": streams})

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What a table lacks, or that its streams are not there."""
        for events in having(catalog, EVENTS):
            if beside(catalog, STREAMS, events) is None:
                text = tr("{table} is there, but no {role}", table=events.full_name, role="streams")
                return (NearMiss(self.name, self.title, 50, (text,)),)
        return near_misses(catalog, self.name, self.title, EVENTS)

    def source(self, match: Match, dialect: str) -> Source:
        """Events by their number, with the names of their streams."""
        events, streams = match.tables["events"], match.tables["streams"]
        cells, names = Cells(events, alias="e"), Cells(streams, alias="n")
        number = "event_number" if "event_number" in cells else "event_id"
        labels: Labels = {
            "stream_0": "stream_id",
            "stream_name": names["stream_uuid"],
            "position": "stream_version",
            "global_0": number,
            "id": "event_id",
            "type": "event_type",
            "recorded_at": "created_at",
            "payload": "data",
            "metadata": "metadata",
            "correlation_id": "correlation_id",
            "causation_id": "causation_id",
        }
        joined = cells.source.outerjoin(names.source, names["stream_id"] == cells["stream_id"])
        return Source(
            events=sa.select(*cells.labelled(labels)).select_from(joined),
            stream_key=("stream_0",),
            order_key=("global_0",),
            order_indexed=events.has_index(number),
            streams=Cells(streams).select({"stream_0": "stream_id", "stream_name": "stream_uuid"}),
            streams_order=("stream_name",),
            payload=CELL,
            metadata=CELL,
            places=Places(time_zone_utc=True),
        )

    def stream_id(self, key: PageKey, name: str | None, match: Match) -> StreamId:
        """The stream's own id; its category is the prefix of an aggregate's identity."""
        text = plain_text(key[0]) if name is None else name
        return StreamId(text, identity_prefix(text, "-"), key)

    def stream_keys(self, name: str, category: str | None, match: Match) -> Sequence[PageKey]:
        """Numbers of streams are found by name in the table of streams."""
        return ((...,),)


LAYOUT = CommandedEarly()
