"""Python ``eventsourcing`` 9.5, dynamic consistency boundaries: tags instead of streams.

An event belongs to every one of its tags. Objects that last use their id as a tag,
``<class in lower case>-<uuid>``; other tags are free. What is shown as a stream is a tag; there
are no positions, so the events of a tag are counted from 1 in the order of the store. A second
table repeats the tags, with an index; an event counts once, in the main table.

Source: eventsourcing 9.5.6, module ``eventsourcing.dcb.postgres_tt`` (PostgreSQL only).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from inspector.core.events import Event, PageKey, StreamId, StreamKind
from inspector.core.instants import Instant, parse_instant
from inspector.core.texts import tr
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
from inspector.layouts._describe import Cells, Expression
from inspector.layouts._probe import Shape, having, near_misses, paired
from inspector.layouts._scoring import Scale

MAIN = Shape(
    {"id": ("integer",), "type": ("text",), "data": ("bytes",), "tags": ("array",)}, closed=True
)
TAG = Shape({"tag": ("text",), "main_id": ("integer",)}, closed=True)

TIMES = ("timestamp", "at", "occurred_at", "recorded_at", "created_at")
"""A decision has a time only if its author gave it a field; these are the usual names."""

PLACES = Places(
    recorded_at=Place("payload", ("timestamp",)),
    meta=Place("payload", ("metadata",)),
    unfolded=frozenset({"originator_topic", "metadata", *TIMES}),
)

_OBJECT = re.compile(r"([^\W\d][\w.]*)-(?=\S*\d)\S+\Z")


class PyEventsourcingDcb(PlainLayout):
    """A main table and a table of its tags."""

    name = "pyeventsourcing_dcb"
    title = "Python eventsourcing DCB"

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One store per pair of tables."""
        main = list(having(catalog, MAIN))
        tags = paired(main, list(having(catalog, TAG)))
        return [self._match(table, tags[table]) for table in main if table in tags]

    def _match(self, main: Table, tag: Table) -> Match:
        scale = Scale(self.name, self.title)
        scale.columns(main, MAIN)
        scale.sibling("tags", tag)
        scale.index(main, "id", points=5)
        scale.index(tag, "tag", "main_id")
        return scale.match({"events": main, "tags": tag})

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What the main table lacks, or that its table of tags is missing."""
        main = next(having(catalog, MAIN), None)
        if main is None:
            return near_misses(catalog, self.name, self.title, MAIN)
        if next(having(catalog, TAG), None) is not None:
            return ()
        reason = tr("{table} is there, but no table of tags", table=main.full_name)
        return (NearMiss(self.name, self.title, 50, (reason,)),)

    def source(self, match: Match, dialect: str) -> Source:
        """The main table for the store, the tags joined to it for one tag."""
        main = match.tables["events"]
        return Source(
            events=_everything(main),
            stream_key=("stream_0",),
            order_key=("global_0",),
            order_indexed=main.has_index("id"),
            stream_events=_of_tag(main, match.tables["tags"]),
            stream_order=("global_0",),
            counted_positions=True,
            payload=Encoding(codecs=("msgpack", "json"), refine=("transcodings",)),
            places=PLACES,
        )

    def stream_id(self, key: PageKey, name: str | None, match: Match) -> StreamId:
        """The tag; an object's has a category, any other is a list of links."""
        text = plain_text(key[0])
        found = _OBJECT.match(text)
        kind = StreamKind.LINKS if found is None else StreamKind.PRIMARY
        return StreamId(text, found[1] if found else None, key, kind)

    adjusts: frozenset[str] | None = frozenset({"recorded_at"})

    def adjust(self, event: Event) -> Event:
        """The time, when one of the decision's fields is one."""
        if event.recorded_at is not None or not isinstance(event.data, dict):
            return event
        for name in TIMES:
            moment = _moment(event.data.get(name))
            if moment is not None:
                return replace(event, recorded_at=moment)
        return event


def _moment(value: Any) -> Instant | None:
    """A time with a zone; anything else in a field of that name is business."""
    if not isinstance(value, str):
        return None
    moment = parse_instant(value)
    return moment if moment is not None and moment.zone == "utc" else None


def _everything(main: Table) -> sa.Select[Any]:
    cells = Cells(main)
    first: Expression = sa.literal_column(f"({_quoted(main)}.tags)[1]", sa.Text())
    return cells.select({"stream_0": first, "global_0": "id", **_FACTS})


def _quoted(main: Table) -> str:
    """The table's name inside an expression that SQLAlchemy has no construct for."""
    return '"' + main.name.replace('"', '""') + '"'


def _of_tag(main: Table, tag: Table) -> sa.Select[Any]:
    tags = Cells(tag, alias="t")
    events = Cells(main, alias="m")
    joined = tags.source.outerjoin(events.source, events["id"] == tags["main_id"])
    columns = tags.labelled({"stream_0": "tag", "global_0": "main_id"})
    facts = events.labelled(dict(_FACTS))
    return sa.select(*columns, *facts).select_from(joined)


_FACTS: dict[str, str | Expression | None] = {"type": "type", "payload": "data", "tags": "tags"}

LAYOUT = PyEventsourcingDcb()
