"""NEventStore (.NET) on PostgreSQL and SQLite: a row is a commit, which holds several events.

The commit says how many (``Items``) and the number of the last in its stream (``StreamRevision``),
so that event *k* of *n* is number ``StreamRevision - n + k``. Every event is shown as one, with its
own part of the payload: a list of JSON or BSON, compressed or not. What is encrypted or written by
.NET's binary formatter cannot be taken apart: each event then shows the payload of its commit.

Events of a commit share its time, its checkpoint (the place in the whole store) and its headers; an
event's own headers come on top. The type is the .NET name that the serializer wrote beside the
body. Names of streams are kept beside their hash, which is the key; a bucket is the tenant. Tables
before release 10 have one more column, which said whether a commit had been sent on.

Snapshots are in the same form, several to a stream.

Source: NEventStore.Persistence.SQL, releases 5 to 10, statements for PostgreSQL and SQLite.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import sqlalchemy as sa

from inspector.core.events import Event, PageKey, StreamId
from inspector.core.findings import Finding
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
from inspector.layouts._describe import Cells, Expression, row_key
from inspector.layouts._probe import Shape, near_misses
from inspector.layouts._scoring import Scale, journals

COMMITS = Shape(
    {
        "bucketid": ("text",),
        "streamid": ("text",),
        "streamidoriginal": ("text",),
        "streamrevision": ("integer",),
        "items": ("integer",),
        "commitid": (),
        "commitsequence": ("integer",),
        "commitstamp": ("time", "text"),
        "checkpointnumber": ("integer",),
        "headers": ("bytes", "text"),
        "payload": ("bytes", "text"),
    },
    optional=frozenset({"dispatched"}),
)
SNAPSHOTS = Shape(
    {
        "bucketid": ("text",),
        "streamid": ("text",),
        "streamrevision": ("integer",),
        "payload": ("bytes", "text"),
    },
    closed=True,
)
PLACES = Places(
    type=Place("payload", ("Body", "$type")),
    data=Place("payload", ("Body",)),
    hidden=frozenset({"$type"}),
    time_zone_utc=True,
)
ENCODING = Encoding(codecs=("json", "bson"))
MOST = 100_000
"""Events of a commit that are listed; a commit of more is damaged."""


class NEventStore(PlainLayout):
    """Commits and snapshots."""

    name = "neventstore"
    title = "NEventStore"

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One store per table of commits."""
        scale = partial(Scale, self.name, self.title)
        index = ("bucketid", "streamid", "streamrevision")
        return journals(scale, catalog, (COMMITS, SNAPSHOTS), index)

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What a table lacks."""
        return near_misses(catalog, self.name, self.title, COMMITS)

    def source(self, match: Match, dialect: str) -> Source:
        """Events by checkpoint and their number in the commit."""
        commits, snapshots = match.tables["events"], match.tables.get("snapshots")
        return Source(
            events=_events(commits, dialect),
            stream_key=("stream_0", "stream_1"),
            order_key=("global_0", "item"),
            order_indexed=commits.has_index("checkpointnumber"),
            stream_order=("revision", "item"),
            snapshots=None if snapshots is None else _snapshots(snapshots, commits),
            payload=ENCODING,
            metadata=ENCODING,
            snapshot_payload=ENCODING,
            places=PLACES,
        )

    def stream_id(self, key: PageKey, name: str | None, match: Match) -> StreamId:
        """The name that stands beside the hash."""
        return StreamId(plain_text(key[1]).rstrip() if name is None else name, None, key)

    def stream_keys(self, name: str, category: str | None, match: Match) -> Sequence[PageKey]:
        """The hash of the name in any bucket; a hash is found too."""
        digest = hashlib.sha1(name.encode("utf-8", "surrogateescape"), usedforsecurity=False)
        own = digest.hexdigest()
        bucket: Any = ...
        return [(bucket, key) for key in dict.fromkeys((own.upper(), own, name))]

    adjusts: frozenset[str] | None = frozenset({"findings", "meta"})

    def adjust(self, event: Event) -> Event:
        """The event's own headers; and whether its part of the commit was found."""
        value = event.payload.value
        if not isinstance(value, dict) or "Body" not in value:
            return replace(event, findings=(*event.findings, _undivided()))
        own = value.get("Headers")
        if not isinstance(own, dict) or not own:
            return event
        return replace(event, meta={**(event.meta if isinstance(event.meta, dict) else {}), **own})


def _undivided() -> Finding:
    text = tr("The payload of the commit could not be taken apart: all of it is shown.")
    return Finding("payload-not-divided", text)


def _events(commits: Table, dialect: str) -> sa.Select[Any]:
    """A row for each event of each commit."""
    cells = Cells(commits, alias="c")
    counted = _at_most(cells["items"], dialect)
    numbers = _numbers(counted, dialect)
    item = numbers.c.n if dialect == "postgresql" else numbers.c.key + sa.literal_column("1")
    labels = cells.labelled(
        {
            "stream_0": "bucketid",
            "stream_1": "streamid",
            "stream_name": "streamidoriginal",
            "global_0": "checkpointnumber",
            "revision": "streamrevision",
            "item": item,
            "items": "items",
            "position": cells["streamrevision"] - cells["items"] + item,
            "recorded_at": "commitstamp",
            "payload": "payload",
            "metadata": "headers",
            "tenant": "bucketid",
        }
    )
    return sa.select(*labels).select_from(cells.source.join(numbers, sa.true()))


def _at_most(items: Expression, dialect: str) -> Expression:
    most: Expression = sa.literal_column(str(MOST))
    return sa.func.least(items, most) if dialect == "postgresql" else sa.func.min(items, most)


def _numbers(count: Expression, dialect: str) -> Any:
    """The numbers of the events of one commit, as a table beside it."""
    if dialect == "postgresql":
        one: Expression = sa.literal_column("1")
        return sa.func.generate_series(one, count).table_valued("n", name="i").render_derived()
    # SQLite has no such table: a list of as many items is made and taken apart.
    marks = sa.func.printf(sa.literal_column("'%.*c'"), count, sa.literal_column("'x'"))
    items = sa.func.replace(marks, sa.literal_column("'x'"), sa.literal_column("',1'"))
    listed = sa.literal_column("'['").op("||")(sa.func.substr(items, sa.literal_column("2")))
    return sa.func.json_each(listed.op("||")(sa.literal_column("']'"))).table_valued(
        "key", name="i"
    )


def _snapshots(table: Table, commits: Table) -> sa.Select[Any]:
    cells, others = Cells(table), Cells(commits, alias="c")
    same = [others[name] == cells[name] for name in ("bucketid", "streamid")]
    named = sa.select(others["streamidoriginal"]).where(*same).limit(1).correlate(cells.source)
    keys = (cells["bucketid"], cells["streamid"], cells["streamrevision"])
    return cells.select(
        {
            "stream_0": "bucketid",
            "stream_1": "streamid",
            "stream_name": named.scalar_subquery(),
            "position": "streamrevision",
            "payload": "payload",
            "row_key": row_key(*keys),
        }
    )


LAYOUT = NEventStore()
