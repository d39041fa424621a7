"""Sekiban DCB (.NET) on PostgreSQL or SQLite: events with tags instead of streams.

A tag is written ``Group:Content``; every tag is shown as a stream of the events that carry it. The
service is the tenant. The order is a text of 30 digits: .NET ticks and a number of the host.

Source: Sekiban, August 2026.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from inspector.core.events import PageKey, StreamId
from inspector.layouts._api import (
    Match,
    Source,
    Table,
    plain_text,
)
from inspector.layouts._describe import Cells, Labels
from inspector.layouts._probe import Shape
from inspector.layouts._scoring import Scale
from inspector.layouts._tagged import Tagged, TaggedLayout

_COMMON: dict[str, tuple[str, ...]] = {
    "serviceid": ("text",),
    "id": ("uuid", "text"),
    "causationid": ("text",),
    "correlationid": ("text",),
    "eventtype": ("text",),
    "executeduser": ("text",),
    "sortableuniqueid": ("text",),
    "timestamp": ("time", "text"),
}
EVENTS = {
    "PostgreSQL": Shape({**_COMMON, "payload": ("json", "text"), "tags": ("json", "text")}),
    "SQLite": Shape({**_COMMON, "payloadjson": ("text",), "tagsjson": ("text",)}),
}
TAGS = Shape(
    {
        "serviceid": ("text",),
        "tag": ("text",),
        "sortableuniqueid": ("text",),
        "eventid": ("uuid", "text"),
    },
    forbidden=frozenset({"payload", "payloadjson"}),
)


class SekibanDcb(TaggedLayout):
    """Events and their tags."""

    name = "sekiban_dcb"
    title = "Sekiban DCB"

    forms = EVENTS
    tags = TAGS

    def judge(self, scale: Scale, events: Table, tags: Table) -> None:
        """The indexes of the library."""
        scale.index(tags, "serviceid", "tag", points=10)

    def source(self, match: Match, dialect: str) -> Source:
        """Events by their sortable id, and by tag."""
        events = match.tables["events"]
        tagged = Tagged(
            events,
            match.tables["tags"],
            key=("serviceid", "tag"),
            order="sortableuniqueid",
            order_of_tags="sortableuniqueid",
            joined={"serviceid": "serviceid", "id": "eventid"},
            facts=_facts,
        )
        return Source(
            events=tagged.everything(),
            stream_key=("stream_0", "stream_1"),
            order_key=("global_0",),
            order_indexed=events.has_index("sortableuniqueid"),
            stream_events=tagged.of_tag(),
            stream_order=("global_0",),
            counted_positions=True,
        )

    def stream_id(self, key: PageKey, name: str | None, match: Match) -> StreamId:
        """The tag; its group is the category."""
        text = plain_text(key[1])
        group, sign, _ = text.partition(":")
        return StreamId(text, group if sign else None, key)

    def stream_keys(self, name: str, category: str | None, match: Match) -> Sequence[PageKey]:
        """The tag, of whatever service."""
        service: Any = ...
        return [(service, name)]


def _facts(cells: Cells) -> Labels:
    return {
        "id": "id",
        "type": "eventtype",
        "recorded_at": "timestamp",
        "payload": "payload" if "payload" in cells else "payloadjson",
        "tenant": "serviceid",
        "causation_id": "causationid",
        "correlation_id": "correlationid",
        "actor": "executeduser",
    }


LAYOUT = SekibanDcb()
