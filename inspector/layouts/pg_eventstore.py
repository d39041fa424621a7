"""pg_eventstore (Ruby) on PostgreSQL, 1.x and 2.x.

One table, partitioned by context, stream name and type; a stream is the three parts context,
stream name and stream id. A link is a row of its own, of the type ``$>``, that names its target:
by id in 1.x, by global position in 2.x. Deleting an event renumbers the later ones of its stream
and leaves links to it dangling; only a gap in the global positions tells.

``created_at`` is the server's clock without a zone, which the library reads as UTC.

Source: pg_eventstore 1.13 and 2.0.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from inspector.core.events import Event, PageKey, Scalar, StreamId
from inspector.core.findings import Finding
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
from inspector.layouts._describe import Cells, Expression, Labels, word
from inspector.layouts._probe import Example, Shape, beside, having, near_misses
from inspector.layouts._scoring import Scale

EVENTS = Shape(
    {
        "id": ("uuid",),
        "context": ("text",),
        "stream_name": ("text",),
        "stream_id": ("text",),
        "global_position": ("integer",),
        "stream_revision": ("integer",),
        "data": ("json",),
        "metadata": ("json",),
        "link_partition_id": ("integer",),
        "created_at": ("time",),
        "type": ("text",),
    },
    optional=frozenset({"link_id", "link_global_position"}),
)
PARTITIONS = Shape(
    {
        "context": ("text",),
        "stream_name": ("text",),
        "event_type": ("text",),
        "table_name": ("text",),
    }
)
TARGETS = {"link_global_position": "global_position", "link_id": "id"}
"""How a link names its target: its own column, and the target's; the newer way first."""

LINK = sa.literal_column("'$>'", sa.Text())
PLACES = Places(schema_version=Place("metadata", ("schema_version",)), time_zone_utc=True)

_PARTS = re.compile(r"((?:[^/\\]|\\.)*)/((?:[^/\\]|\\.)*)/(.*)", re.DOTALL)


class PgEventstore(PlainLayout):
    """Streams of three parts, and links as rows."""

    name = "pg_eventstore"
    title = "pg_eventstore (Ruby)"

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One store per table of events."""
        found = (self._match(catalog, events) for events in having(catalog, EVENTS))
        return [match for match in found if match is not None]

    def _match(self, catalog: Catalog, events: Table) -> Match | None:
        ways = [way for way in TARGETS if way in events.names]
        if not ways:
            return None
        scale = Scale(self.name, self.title)
        scale.columns(events, EVENTS)
        scale.index(events, "stream_id", "stream_revision")
        tables = {"events": events}
        partitions = beside(catalog, PARTITIONS, events)
        if partitions is not None:
            tables["partitions"] = partitions
            scale.sibling("partitions", partitions, 10)
        scale.found(5, tr("links name their target by {column}", column=", ".join(ways)))
        if len(ways) > 1:
            scale.against(0, tr("it has the links of both generations"))
        return scale.match(tables, variant="2" if ways[0] != "link_id" else "1")

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What the nearest table lacks."""
        for events in having(catalog, EVENTS):
            if not any(way in events.names for way in TARGETS):
                columns = ", ".join(TARGETS)
                text = tr("{table} has none of the columns {columns}",
                          table=events.full_name, columns=columns)  # fmt: skip
                return (NearMiss(self.name, self.title, 50, (f"no column: {text}",)),)
        return near_misses(catalog, self.name, self.title, EVENTS)

    def source(self, match: Match, dialect: str) -> Source:
        """Events by global position; streams by their first event, which is always revision 0."""
        events = match.tables["events"]
        return Source(
            events=_events(events),
            stream_key=("stream_0", "stream_1", "stream_2"),
            order_key=("global_0",),
            order_indexed=events.has_index("global_position"),
            streams=_streams(events),
            streams_order=("list_0",),
            places=PLACES,
        )

    def stream_id(self, key: PageKey, name: str | None, match: Match) -> StreamId:
        """The three parts with slashes between; a slash inside a part is written ``\\/``."""
        stream, context, stream_name = (plain_text(part) for part in key)
        category = f"{_escaped(context)}/{_escaped(stream_name)}"
        return StreamId(f"{category}/{stream}", category, key)

    def stream_keys(self, name: str, category: str | None, match: Match) -> Sequence[PageKey]:
        """The three parts of the name; or the name as the stream id of any context."""
        parts = _PARTS.fullmatch(name)
        alone: tuple[Scalar, ...] = (name, ..., ...)
        if parts is None:
            return (alone,)
        context, stream_name, stream = parts.groups()
        whole = (stream, _plain(context), _plain(stream_name))
        return (whole, alone)

    adjusts: frozenset[str] | None = frozenset({"findings"})

    def adjust(self, event: Event) -> Event:
        """A link whose target is gone says so."""
        if event.kind != "link" or event.origin is not None:
            return event
        text = tr("The event that this link points at is no longer in the store.")
        place = f"{event.stream.name} {event.position}"
        return replace(event, findings=(*event.findings, Finding("link-broken", text, place)))


def _escaped(part: str) -> str:
    return part.replace("\\", "\\\\").replace("/", "\\/")


def _plain(part: str) -> str:
    return re.sub(r"\\(.)", r"\1", part, flags=re.DOTALL)


def _in_name(part: Expression) -> Expression:
    """A part as :func:`_escaped` writes it."""
    sign, slash = (sa.literal_column(text, sa.Text()) for text in ("chr(92)", "'/'"))
    doubled = sa.func.replace(part, sign, sign.op("||")(sign))
    return sa.func.replace(doubled, slash, sign.op("||")(slash))


def _events(events: Table) -> sa.Select[Any]:
    """All rows, links with what they point at."""
    cells = Cells(events, alias="e")
    target = Cells(events, alias="t")
    ways = [cells[own] == target[its] for own, its in TARGETS.items() if own in cells]
    pointed = sa.and_(cells["type"] == LINK, sa.or_(*ways))
    slash = sa.literal_column("'/'", sa.Text())
    home: Expression = _in_name(target["context"]).op("||")(slash)
    for part in (_in_name(target["stream_name"]), slash, target["stream_id"]):
        home = home.op("||")(part)
    labels: Labels = {
        "stream_0": "stream_id",
        "stream_1": "context",
        "stream_2": "stream_name",
        "position": "stream_revision",
        "global_0": "global_position",
        "id": "id",
        "type": "type",
        "kind": sa.case((cells["type"] == LINK, word("link")), else_=word("event")),
        "recorded_at": "created_at",
        "payload": "data",
        "metadata": "metadata",
        "origin_name": sa.case((target["id"].is_not(None), home)),
        "origin_position": target["stream_revision"],
    }
    joined = cells.source.outerjoin(target.source, pointed)
    return sa.select(*cells.labelled(labels)).select_from(joined)


def _streams(events: Table) -> sa.Select[Any]:
    """The first event of each stream, by when it was written."""
    cells = Cells(events, alias="s")
    labels: Labels = {
        "stream_0": "stream_id",
        "stream_1": "context",
        "stream_2": "stream_name",
        "list_0": "global_position",
        "kind": sa.case((cells["type"] == LINK, word("links")), else_=word("primary")),
    }
    return cells.select(labels).where(cells["stream_revision"] == sa.literal_column("0"))


EXAMPLES = tuple(
    Example(
        {
            "events": "id context stream_name stream_id global_position stream_revision data"
            f" metadata {link} link_partition_id created_at type",
            "partitions": "id context stream_name event_type table_name",
        }
    )
    for link in ("link_id:uuid", "link_global_position:bigint")
)
"""For the manual."""

LAYOUT = PgEventstore()
