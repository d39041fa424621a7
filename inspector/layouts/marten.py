"""Marten (.NET) on PostgreSQL, 4 to 9.

Events and streams in two tables of a schema; ids of streams are UUIDs or texts. Under conjoined
tenancy, visible in the key of the table of streams, a stream is a tenant and an id. Aggregates
that the library projects are documents in tables of their own: such a row counts as a snapshot
when its id is a stream and its numeric version is not beyond the stream's. The columns
``snapshot`` of older tables of streams are never filled and never read here.

A type may end in ``_v2``, which is a convention; upcasters are code and leave no trace. Streams
that were compacted begin at a version above 1.

Source: Marten 6.4, 7.40, 8.37 and 9.29.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

import sqlalchemy as sa

from inspector.core.events import Event, PageKey, Scalar, Snapshot, StreamId
from inspector.core.texts import tr
from inspector.layouts._api import (
    Catalog,
    Match,
    NearMiss,
    Places,
    PlainLayout,
    Source,
    Table,
)
from inspector.layouts._describe import Cells, Expression, Labels, row_key, word
from inspector.layouts._naming import id_keys, id_text
from inspector.layouts._probe import Shape, beside, having, near_misses
from inspector.layouts._scoring import Scale

EVENTS = Shape(
    {
        "seq_id": ("integer",),
        "id": ("uuid",),
        "stream_id": ("text",),
        "version": ("integer",),
        "data": ("json",),
        "type": ("text",),
        "timestamp": ("time",),
        "tenant_id": ("text",),
        "mt_dotnet_type": ("text",),
        "is_archived": ("bool",),
    },
    optional=frozenset(
        {
            "bdata", "correlation_id", "causation_id", "headers", "user_name", "is_skipped",
            "tags",
        }
    ),
)  # fmt: skip
STREAMS = Shape(
    {
        "id": ("text",),
        "type": ("text",),
        "version": ("integer",),
        "timestamp": ("time",),
        "created": ("time",),
        "tenant_id": ("text",),
        "is_archived": ("bool",),
    },
    optional=frozenset({"snapshot", "snapshot_version"}),
)
DOCUMENTS = Shape(
    {
        "id": ("text",),
        "data": ("json",),
        "mt_version": ("integer",),
        "mt_last_modified": ("time",),
        "mt_dotnet_type": ("text",),
    }
)
PROGRESSION = Shape({"name": ("text",), "last_seq_id": ("integer",), "last_updated": ("time",)})

DEFAULT_TENANT = sa.literal_column("'*DEFAULT*'", sa.Text())
_VERSION = re.compile(r"_v(\d+)\Z")


class Marten(PlainLayout):
    """Events, streams, and projected aggregates."""

    name = "marten"
    title = "Marten"

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One store per schema with events and streams."""
        found: list[Match] = []
        for events in having(catalog, EVENTS):
            streams = beside(catalog, STREAMS, events)
            if streams is not None:
                found.append(self._match(catalog, events, streams))
        return found

    def _match(self, catalog: Catalog, events: Table, streams: Table) -> Match:
        scale = Scale(self.name, self.title)
        scale.columns(events, EVENTS)
        scale.sibling("streams", streams, 10)
        tables = {"events": events, "streams": streams}
        keys = _keys(streams)
        scale.index(events, *keys, points=5)
        if len(keys) > 1:
            scale.found(0, tr("a stream is a tenant and an id"))
        progression = beside(catalog, PROGRESSION, events)
        if progression is not None:
            scale.sibling("progress of projections", progression)
        documents = [t for t in catalog.in_schema(events.schema) if DOCUMENTS.fits(t)]
        for number, table in enumerate(sorted(documents, key=lambda t: t.name), start=1):
            tables[f"documents {number}"] = table
            scale.sibling("projected documents", table, 0)
        return scale.match(tables, options={"keys": keys})

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What the nearest table lacks, or that its streams are not there."""
        for events in having(catalog, EVENTS):
            if beside(catalog, STREAMS, events) is None:
                text = tr("{table} is there, but no {role}", table=events.full_name, role="streams")
                return (NearMiss(self.name, self.title, 50, (text,)),)
        return near_misses(catalog, self.name, self.title, EVENTS)

    def source(self, match: Match, dialect: str) -> Source:
        """Events by their number; under partitions by tenant, by tenant first."""
        events, keys = match.tables["events"], _match_keys(match)
        per_tenant = "tenant_id" in {name.lower() for name in events.primary_key}
        order = ("tenant_id", "seq_id") if per_tenant else ("seq_id",)
        return Source(
            events=_events(match, keys, order),
            stream_key=tuple(f"stream_{i}" for i in range(len(keys))),
            order_key=tuple(f"global_{i}" for i in range(len(order))),
            order_indexed=events.has_index(*order),
            streams=_streams(match.tables["streams"], keys),
            snapshots=_snapshots(match),
            places=Places(),
            schema_versions="named",
        )

    def stream_id(self, key: PageKey, name: str | None, match: Match) -> StreamId:
        """The stream's id; its category is the aggregate's alias."""
        return StreamId(id_text(key[_match_keys(match).index("stream_id")]), None, key)

    def stream_keys(self, name: str, category: str | None, match: Match) -> Sequence[PageKey]:
        """The id in the column's own form, of whatever tenant."""
        found: list[PageKey] = []
        for own in id_keys(name, match.tables["streams"].column("id")):
            key: list[Scalar] = [own if k == "stream_id" else ... for k in _match_keys(match)]
            found.append(tuple(key))
        return found

    adjusts: frozenset[str] | None = frozenset({"global_position", "schema_version"})

    def adjust(self, event: Event) -> Event:
        """The number of the event itself, and the schema version at the end of its type."""
        found = _VERSION.search(event.type)
        if found is not None:
            event = replace(event, schema_version=int(found[1]))
        key = event.ref.key
        return replace(event, global_position=key[-1]) if len(key) > 1 else event

    def snapshot_key(self, stream: StreamId, match: Match) -> PageKey | None:
        """A document carries the stream's id."""
        return (stream.key[_match_keys(match).index("stream_id")],)

    def adjust_snapshot(self, snapshot: Snapshot) -> Snapshot:
        """The class without its assembly."""
        short = (snapshot.type or "").partition(",")[0]
        return replace(snapshot, type=short or None)


def _keys(streams: Table) -> tuple[str, ...]:
    """Columns of events that are a stream's key, in the order of the key of streams."""
    key = [name.lower() for name in streams.primary_key if name.lower() != "is_archived"]
    if "tenant_id" not in key:
        return ("stream_id",)
    return ("tenant_id", "stream_id") if key[0] == "tenant_id" else ("stream_id", "tenant_id")


def _match_keys(match: Match) -> tuple[str, ...]:
    return cast("tuple[str, ...]", match.options["keys"])


def _events(match: Match, keys: Sequence[str], order: Sequence[str]) -> sa.Select[Any]:
    cells = Cells(match.tables["events"], alias="e")
    streams = Cells(match.tables["streams"], alias="s")
    same = [streams["id"] == cells["stream_id"]]
    if "tenant_id" in keys:
        same.append(streams["tenant_id"] == cells["tenant_id"])
    labels: Labels = {f"stream_{i}": name for i, name in enumerate(keys)}
    labels |= {f"global_{i}": name for i, name in enumerate(order)}
    kind = sa.case((cells["type"] == word("tombstone"), word("tombstone")), else_=word("event"))
    labels |= {
        "category": streams["type"],
        "position": "version",
        "id": "id",
        "type": "type",
        "kind": kind,
        "recorded_at": "timestamp",
        "payload": _payload(cells),
        "metadata": "headers",
        "correlation_id": "correlation_id",
        "causation_id": "causation_id",
        "actor": "user_name",
        "tenant": sa.func.nullif(cells["tenant_id"], DEFAULT_TENANT),
        "archived": "is_archived",
    }
    joined = cells.source.outerjoin(streams.source, sa.and_(*same))
    return sa.select(*cells.labelled(labels)).select_from(joined)


def _payload(cells: Cells) -> Expression:
    """JSON; in 9, types may have chosen a binary form of their own, beside an empty JSON."""
    binary = cells.maybe("bdata")
    if binary is None:
        return cells["data"]
    text = sa.cast(cells["data"], sa.Text)
    return sa.func.coalesce(binary, sa.func.convert_to(text, sa.literal_column("'UTF8'")))


def _streams(table: Table, keys: Sequence[str]) -> sa.Select[Any]:
    names = {"stream_id": "id", "tenant_id": "tenant_id"}
    labels: Labels = {f"stream_{i}": names[name] for i, name in enumerate(keys)}
    return Cells(table).select(labels | {"category": "type", "archived": "is_archived"})


def _snapshots(match: Match) -> sa.Select[Any] | None:
    """Documents that are the state of a stream at a version of it."""
    found = [_documents(match, t) for role, t in match.tables.items() if "documents" in role]
    if not found:
        return None
    if len(found) == 1:
        return found[0]
    every = sa.union_all(*found).subquery("d")
    return sa.select(*every.c)


def _documents(match: Match, table: Table) -> sa.Select[Any]:
    cells = Cells(table, alias="d")
    streams = Cells(match.tables["streams"], alias="s")
    same = [cells["id"] == streams["id"], cells["mt_version"] <= streams["version"]]
    if "tenant_id" in _match_keys(match) and "tenant_id" in cells:
        same.append(cells["tenant_id"] == streams["tenant_id"])
    labels: Labels = {
        "stream_name": "id",
        "position": "mt_version",
        "type": "mt_dotnet_type",
        "recorded_at": "mt_last_modified",
        "payload": "data",
        "row_key": row_key(cells["id"]),
    }
    joined = cells.source.join(streams.source, sa.and_(*same))
    return sa.select(*cells.labelled(labels)).select_from(joined)


LAYOUT = Marten()
