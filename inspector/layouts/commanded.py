"""Commanded / EventStore (Elixir) on PostgreSQL.

Events stand apart from the streams that contain them: ``stream_events`` says which event is
where. Every event is in its own stream, in stream 0 (``$all``, whose versions are the global
order), and in any stream that links to it. One schema is one store. Payloads are JSON or Erlang
terms in ``bytea``, or ``jsonb``.

Source: eventstore 0.14 to 1.4 (migrations up to 1.3.2), commanded 1.4.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from inspector.core.events import Event, PageKey, Snapshot, StreamId
from inspector.core.snapshot_drafts import (
    Encoded,
    KnownKind,
    RowDraft,
    Sample,
    SnapshotDraft,
    Uncertain,
)
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
from inspector.layouts._describe import Cells, Expression, word
from inspector.layouts._naming import is_uuid
from inspector.layouts._probe import Shape, beside, having, near_misses
from inspector.layouts._scoring import Scale
from inspector.layouts._written_forms import WrittenForms, require_fields

STREAM_EVENTS = Shape(
    {
        "event_id": ("uuid",),
        "stream_id": ("integer",),
        "stream_version": ("integer",),
        "original_stream_id": ("integer",),
        "original_stream_version": ("integer",),
    }
)
EVENTS = Shape(
    {
        "event_id": ("uuid",),
        "event_type": ("text",),
        "causation_id": ("text",),
        "correlation_id": ("text",),
        "data": ("bytes", "json"),
        "metadata": ("bytes", "json"),
        "created_at": ("time",),
    }
)
STREAMS = Shape(
    {
        "stream_id": ("integer",),
        "stream_uuid": ("text",),
        "stream_version": ("integer",),
        "created_at": ("time",),
    },
    optional=frozenset({"deleted_at"}),
)
SNAPSHOTS = Shape(
    {
        "source_uuid": ("text",),
        "source_version": ("integer",),
        "source_type": ("text",),
        "data": ("bytes", "json"),
        "metadata": ("bytes", "json"),
        "created_at": ("time",),
    }
)
MIGRATIONS = Shape(
    {"major_version": ("integer",), "minor_version": ("integer",), "patch_version": ("integer",)}
)
SUBSCRIPTIONS = Shape(
    {"stream_uuid": ("text",), "subscription_name": ("text",), "last_seen": ("integer",)}
)
HELPERS = (
    ("snapshots", SNAPSHOTS),
    ("migrations", MIGRATIONS),
    ("subscriptions", SUBSCRIPTIONS),
)

STRUCT = "__struct__"
"""The key under which an Erlang term names the type of a whole value."""

PLACES = Places(
    schema_version=Place("payload", ("version",)),
    actor=Place("metadata", ("user_id",)),
    tenant=Place("metadata", ("tenant_id",)),
    hidden=frozenset({STRUCT}),
    time_zone_utc=True,
)

CELL = Encoding(codecs=("json", "erlang"))

_DIGIT = re.compile(r"\d")


class Commanded(PlainLayout):
    """A link table between streams and events."""

    name = "commanded"
    title = "Commanded EventStore"

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One store per schema that has the three tables."""
        found: list[Match] = []
        for links in having(catalog, STREAM_EVENTS):
            events = beside(catalog, EVENTS, links)
            streams = beside(catalog, STREAMS, links)
            if events is not None and streams is not None:
                found.append(self._match(catalog, links, events, streams))
        return found

    def _match(self, catalog: Catalog, links: Table, events: Table, streams: Table) -> Match:
        scale = Scale(self.name, self.title)
        scale.columns(links, STREAM_EVENTS)
        scale.sibling("events", events, 0)
        scale.sibling("streams", streams)
        scale.index(links, "stream_id", "stream_version", points=5)
        tables = {"events": events, "stream_events": links, "streams": streams}
        for role, shape in HELPERS:
            table = beside(catalog, shape, links)
            if table is not None:
                tables[role] = table
                scale.sibling(role, table)
        return scale.match(tables)

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What the link table, or the tables around it, lack."""
        links = next(having(catalog, STREAM_EVENTS), None)
        if links is None:
            return near_misses(catalog, self.name, self.title, STREAM_EVENTS)
        around = (("events", EVENTS), ("streams", STREAMS))
        missing = tuple(
            tr("{table} is there, but no table of {role}", table=links.full_name, role=role)
            for role, shape in around
            if beside(catalog, shape, links) is None
        )
        return (NearMiss(self.name, self.title, 50, missing),) if missing else ()

    def source(self, match: Match, dialect: str) -> Source:
        """``$all`` for the store, the link table for one stream, both joined to the events."""
        return Source(
            events=_everything(match),
            stream_key=("stream_0",),
            order_key=("global_0",),
            order_indexed=match.tables["stream_events"].has_index("stream_id", "stream_version"),
            stream_events=_one_stream(match),
            streams=_streams(match),
            streams_order=("stream_name",),
            snapshots=_snapshots(match.tables.get("snapshots")),
            payload=CELL,
            metadata=CELL,
            places=PLACES,
            snapshot_write="native",
            old_snapshots_unread=True,
        )

    def stream_id(self, key: PageKey, name: str | None, match: Match) -> StreamId:
        """The stream's own id; its category is the prefix of an aggregate's identity."""
        text = plain_text(key[0]) if name is None else name
        return StreamId(text, category_of(text), key)

    def stream_keys(self, name: str, category: str | None, match: Match) -> Sequence[PageKey]:
        """Numbers of streams are found by name in the table of streams."""
        return ((...,),)

    def snapshot_key(self, stream: StreamId, match: Match) -> PageKey | None:
        """Snapshots carry the id itself."""
        return (stream.name,)

    def adjust_snapshot(self, snapshot: Snapshot) -> Snapshot:
        """The aggregate's snapshot version is in the metadata; a process manager's has none."""
        meta = snapshot.meta if isinstance(snapshot.meta, dict) else {}
        state = snapshot.state
        if isinstance(state, dict):
            state = {key: value for key, value in state.items() if key != STRUCT}
        category = category_of(snapshot.stream.name)
        return replace(
            snapshot,
            state=state,
            schema_version=meta.get("snapshot_module_version"),
            stream=replace(snapshot.stream, category=category),
            of_stream=snapshot.meta is not None,
        )

    def stream_kind(self, first: Event, known: Collection[KnownKind]) -> str | None:
        """The module of the aggregates whose streams begin with the same prefix."""
        found = {kind for kind, category in known if category == first.stream.category}
        return found.pop() if len(found) == 1 and first.stream.category else None

    def snapshot_row(self, draft: SnapshotDraft, match: Match) -> RowDraft:
        """One row for each aggregate, which the next snapshot overwrites.

        The time of the first one stays. Erlang terms are not written: they tell atoms from
        texts, and a state does not.
        """
        newest = max(draft.samples, key=_module_version)
        if any(sample.chain != newest.chain for sample in draft.samples):
            raise Uncertain(tr("The snapshots that are there are encoded in different ways."))
        if newest.chain != ("json",):
            raise Uncertain(tr("Snapshots as Erlang terms cannot be written."))
        if not isinstance(newest.snapshot.meta, dict):
            raise Uncertain(tr("The newest snapshot has no metadata."))
        require_fields(draft.state, newest.stored)
        like = newest.snapshot.payload.raw or b""
        samples = sorted(draft.samples, key=_module_version, reverse=True)
        forms = WrittenForms((sample.stored for sample in samples), marks=False)
        return RowDraft(
            columns={
                "source_uuid": draft.stream.name,
                "source_version": draft.position,
                "source_type": newest.snapshot.type,
                "data": Encoded(forms.written(draft.state), newest.chain, like),
                "metadata": Encoded(newest.snapshot.meta, newest.chain, like),
                "created_at": draft.taken_at,
            },
            key=("source_uuid",),
            position="source_version",
            type="source_type",
            state="data",
            metadata="metadata",
            replaces=("source_version", "source_type", "data", "metadata"),
        )

    adjusts: frozenset[str] | None = frozenset({"kind"})

    def adjust(self, event: Event) -> Event:
        """An event that is shown in a stream where it was not written is a link."""
        return event if event.origin is None else replace(event, kind="link")


def _module_version(sample: Sample) -> tuple[int, int]:
    """By the version of the aggregate's module, then by how far its stream had come."""
    version = sample.snapshot.schema_version
    return version if isinstance(version, int) else 0, sample.snapshot.position or 0


def category_of(stream: str) -> str | None:
    """The prefix that Commanded puts before an aggregate's identity, if this looks like one.

    The store keeps no category, and any stream may be called anything. So a prefix is what is
    followed by a UUID or by a number: ``bank-account`` of ``bank-account-17``, and nothing of
    ``frozen-accounts``.
    """
    if is_uuid(stream):
        return None
    dash = stream.rfind("-", 0, max(0, len(stream) - 36) + 1)
    if dash > 0 and is_uuid(stream[dash + 1 :]):
        return stream[:dash] or None
    parts = stream.split("-")
    plain = next((i for i, part in enumerate(parts) if _DIGIT.search(part)), len(parts))
    if plain == len(parts) or len(parts) == 1:
        return None
    return "-".join(parts[: max(plain, 1)]) or None


def _everything(match: Match) -> sa.Select[Any]:
    """Each event once, in the order and under the stream in which it was written."""
    links = Cells(match.tables["stream_events"], alias="l")
    events = Cells(match.tables["events"], alias="v")
    names = Cells(match.tables["streams"], alias="n")
    joined = links.source.outerjoin(events.source, events["event_id"] == links["event_id"])
    joined = joined.outerjoin(names.source, names["stream_id"] == links["original_stream_id"])
    columns = links.labelled(
        {
            "stream_0": "original_stream_id",
            "stream_name": names["stream_uuid"],
            "position": "original_stream_version",
            "global_0": "stream_version",
        }
    )
    chosen = sa.select(*columns, *_facts(events)).select_from(joined)
    return chosen.where(links["stream_id"] == sa.literal_column("0"))


def _one_stream(match: Match) -> sa.Select[Any]:
    """The events that a stream contains, its own and linked ones."""
    links = Cells(match.tables["stream_events"], alias="l")
    everything = Cells(match.tables["stream_events"], alias="a")
    events = Cells(match.tables["events"], alias="v")
    names = Cells(match.tables["streams"], alias="n")
    origins = Cells(match.tables["streams"], alias="o")
    linked = links["original_stream_id"] != links["stream_id"]
    in_all = sa.and_(
        everything["event_id"] == links["event_id"],
        everything["stream_id"] == sa.literal_column("0"),
    )
    joined = (
        links.source.outerjoin(events.source, events["event_id"] == links["event_id"])
        .outerjoin(names.source, names["stream_id"] == links["stream_id"])
        .outerjoin(everything.source, in_all)
        .outerjoin(origins.source, origins["stream_id"] == links["original_stream_id"])
    )
    columns = links.labelled(
        {
            "stream_0": "stream_id",
            "stream_name": names["stream_uuid"],
            "position": "stream_version",
            "global_0": everything["stream_version"],
            "origin_name": sa.case((linked, origins["stream_uuid"])),
            "origin_position": sa.case((linked, links["original_stream_version"])),
        }
    )
    return sa.select(*columns, *_facts(events)).select_from(joined)


def _facts(events: Cells) -> list[sa.Label[Any]]:
    return events.labelled(
        {
            "id": "event_id",
            "type": "event_type",
            "recorded_at": "created_at",
            "payload": "data",
            "metadata": "metadata",
            "correlation_id": "correlation_id",
            "causation_id": "causation_id",
        }
    )


def _streams(match: Match) -> sa.Select[Any]:
    """All streams but ``$all``; one whose first event was written elsewhere is made of links."""
    streams = Cells(match.tables["streams"], alias="s")
    links = Cells(match.tables["stream_events"], alias="f")
    first: Any = sa.select(links["original_stream_id"]).where(
        links["stream_id"] == streams["stream_id"]
    )
    first = first.order_by(links["stream_version"]).limit(sa.literal_column("1"))
    written: Expression = first.correlate(streams.source).scalar_subquery()
    kind = sa.case((written != streams["stream_id"], word("links")), else_=word("primary"))
    chosen = streams.select(
        {
            "stream_0": "stream_id",
            "stream_name": "stream_uuid",
            "kind": kind,
            "deleted": "deleted_at",
        }
    )
    return chosen.where(streams["stream_id"] != sa.literal_column("0"))


def _snapshots(table: Table | None) -> sa.Select[Any] | None:
    """Of aggregates (by stream id) and of process managers (by an id of their own)."""
    if table is None:
        return None
    return Cells(table).select(
        {
            "stream_name": "source_uuid",
            "position": "source_version",
            "type": "source_type",
            "recorded_at": "created_at",
            "payload": "data",
            "metadata": "metadata",
            "row_key": "source_uuid",
        }
    )


LAYOUT = Commanded()
