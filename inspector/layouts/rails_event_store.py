"""Rails Event Store / RubyEventStore (Ruby) on SQLite and PostgreSQL, all generations.

Since 0.19 a second table says which event is in which stream: its home, and every stream that
links to it, unmarked. The row of an event with the lowest number is its home, unless that stream
was deleted, which takes the rows of the stream away and leaves the events. Positions are NULL
unless somebody asked for a version; such a stream is ordered by the numbers of its rows.

2.x numbers the events themselves. In 1.x the order of the store is that of the rows of a stream
``all``, and the time of an event is in its metadata. Before 0.19 an event has one stream and no
position. Snapshots (``aggregate_root``) are events in a stream of their own.

Source: ruby_event_store-active_record 0.1 to 3.0 and aggregate_root 2.7 to 3.0.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from inspector.core.events import Event, PageKey, Snapshot, StreamId, StreamKind
from inspector.core.findings import Finding
from inspector.core.snapshot_drafts import KnownKind, RowDraft, SnapshotDraft
from inspector.core.texts import tr
from inspector.layouts import _rails_event_store_writing
from inspector.layouts._api import (
    Catalog,
    Column,
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
from inspector.layouts._describe import Cells, Expression, Labels, word
from inspector.layouts._naming import identity_prefix
from inspector.layouts._probe import Shape, beside, having, is_kind, near_misses
from inspector.layouts._rails_secrets import is_sealed, unseal
from inspector.layouts._scoring import Scale

CELL_KINDS = ("bytes", "json", "text")
FACTS: Mapping[str, tuple[str, ...]] = {
    "event_type": ("text",),
    "metadata": CELL_KINDS,
    "data": CELL_KINDS,
    "created_at": ("time",),
}
LINKS = Shape(
    {
        "id": ("integer",),
        "stream": ("text",),
        "position": ("integer",),
        "event_id": ("text",),
        "created_at": ("time",),
    }
)
MIGRATIONS = Shape({"version": ("text",)}, closed=True)


@dataclass(frozen=True)
class _Generation:
    """Columns and rules of one generation.

    Attributes:
        own_id: the column with the event's own id.
    """

    variant: str
    title: str
    events: Shape
    own_id: str


CURRENT = _Generation(
    "2",
    "Rails Event Store",
    Shape({"id": ("integer",), "event_id": ("text",), **FACTS, "valid_at": ("time",)}),
    "event_id",
)
FIRST = _Generation(
    "1",
    "Rails Event Store 0.19 to 1.x",
    Shape({"id": ("text",), **FACTS}, forbidden=frozenset({"event_id", "valid_at", "stream"})),
    "id",
)
OLDEST = _Generation(
    "0",
    "Rails Event Store before 0.19",
    Shape(
        {"id": ("integer",), "stream": ("text",), "event_id": ("text",), **FACTS},
        forbidden=frozenset({"valid_at", "position"}),
    ),
    "event_id",
)
LINKED = (CURRENT, FIRST)

SNAPSHOT = "AggregateRoot::SnapshotRepository::Snapshot"
SUFFIX = "_snapshots"
"""What the stream of an aggregate's snapshots is called, after the aggregate's own stream."""

LINKED_BY = "$by_"
"""What streams are called into which the library's own classes link (unless told otherwise)."""

BOOKKEEPING = frozenset({"version", "unpublished_events"})
"""What an aggregate remembers about itself, which is no part of its state."""

JSON_CELL = Encoding(codecs=("json",), refine=("json-in-json",))
TEXT_CELL = Encoding(codecs=("ruby-yaml", "json"))
STATE = Encoding(codecs=("ruby-yaml", "json"), refine=("ruby-snapshot",))

PLACES = Places(
    correlation_id=Place("metadata", ("correlation_id",)),
    causation_id=Place("metadata", ("causation_id",)),
    schema_version=Place("metadata", ("schema_version",)),
    time_zone_utc=True,
)
OWN_TIMES = replace(
    PLACES,
    recorded_at=Place("metadata", ("timestamp",)),
    valid_at=Place("metadata", ("valid_at",)),
)


class RailsEventStore(PlainLayout):
    """Events, and the streams that they are in."""

    name = "rails_event_store"
    title = "Rails Event Store"

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One store per table of events that has its table of streams, or needs none."""
        found: list[Match] = []
        for generation in LINKED:
            for events in having(catalog, generation.events):
                links = beside(catalog, LINKS, events)
                if links is not None:
                    found.append(self._match(catalog, events, links, generation))
        oldest = [self._oldest(catalog, events) for events in having(catalog, OLDEST.events)]
        return [*found, *oldest]

    def _match(
        self, catalog: Catalog, events: Table, links: Table, generation: _Generation
    ) -> Match:
        scale = Scale(self.name, generation.title)
        scale.columns(events, generation.events)
        scale.sibling("streams of events", links, 10)
        scale.index(links, "stream", "position", points=5)
        scale.index(links, "event_id", points=5)
        self._rails(scale, catalog, events)
        return scale.match({"events": events, "links": links}, variant=generation.variant)

    def _oldest(self, catalog: Catalog, events: Table) -> Match:
        scale = Scale(self.name, OLDEST.title, score=65)
        scale.columns(events, OLDEST.events)
        scale.index(events, "stream")
        scale.index(events, "event_id")
        self._rails(scale, catalog, events)
        return scale.match({"events": events}, variant=OLDEST.variant)

    def _rails(self, scale: Scale, catalog: Catalog, events: Table) -> None:
        migrations = beside(catalog, MIGRATIONS, events)
        if migrations is not None:
            scale.sibling("Rails' migrations", migrations)

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What the nearest table lacks, or that its table of streams is not there."""
        for generation in LINKED:
            alone = [
                events
                for events in having(catalog, generation.events)
                if beside(catalog, LINKS, events) is None
            ]
            if alone:
                text = tr(
                    "{table} is there, but no {role}",
                    table=alone[0].full_name,
                    role="streams of events",
                )
                return (NearMiss(self.name, generation.title, 50, (text,)),)
        shapes = (CURRENT.events, LINKS)
        found = [m for s in shapes for m in near_misses(catalog, self.name, self.title, s)]
        return sorted(found, key=lambda miss: -miss.score)[:1]

    def source(self, match: Match, dialect: str) -> Source:
        """Events by the order of the store; the rows of the table of streams for one stream."""
        events = match.tables["events"]
        if match.variant == OLDEST.variant:
            return _single(events)
        links = match.tables["links"]
        current = match.variant == CURRENT.variant
        return Source(
            events=_numbered(events, links) if current else _through_all(events, links),
            stream_key=("stream_0",),
            order_key=("global_0",),
            order_indexed=(events if current else links).has_index("id"),
            stream_events=_one_stream(events, links, current=current),
            loose_order=("stream_row",),
            snapshots=_snapshots(events, links, dialect) if current else None,
            payload=_encoding(events, "data"),
            metadata=_encoding(events, "metadata"),
            snapshot_payload=STATE,
            places=PLACES if current else OWN_TIMES,
            snapshot_write="native" if current else "none",
            snapshot_role="events",
            sealed=is_sealed,
            unseal=unseal,
        )

    def stream_id(self, key: PageKey, name: str | None, match: Match) -> StreamId:
        """The stream's name; its category is what stands before the aggregate's id."""
        text = plain_text(key[0])
        kind = StreamKind.LINKS if text.startswith(LINKED_BY) else StreamKind.PRIMARY
        return StreamId(text, _category_of(text), key, kind)

    def snapshot_key(self, stream: StreamId, match: Match) -> PageKey | None:
        """Snapshots are in a stream that is called after the aggregate's."""
        return (stream.name + SUFFIX,)

    adjusts: frozenset[str] | None = frozenset({"data", "kind", "meta"})

    def adjust(self, event: Event) -> Event:
        """Links, and the JSON client's notes about types."""
        if event.origin is not None:
            event = replace(event, kind="link")
        meta = event.meta
        if not isinstance(meta, dict):
            return event
        types = meta.get("types")
        if isinstance(types, dict) and types.keys() <= {"data", "metadata"}:
            event = replace(event, meta={k: v for k, v in meta.items() if k != "types"})
        return event

    def adjust_snapshot(self, snapshot: Snapshot) -> Snapshot:
        """The aggregate out of its Marshal data, under the stream that it belongs to."""
        stream = snapshot.stream.name.removesuffix(SUFFIX)
        own = StreamId(stream, _category_of(stream), (stream,))
        found = replace(snapshot, stream=own)
        wrapped = snapshot.state
        if not isinstance(wrapped, dict):
            return found
        version = wrapped.get("version")
        if type(version) is int:
            found = replace(found, position=version)
        inner = wrapped.get("marshal")
        if not isinstance(inner, dict):
            text = tr("The aggregate inside the snapshot could not be read.")
            finding = Finding("payload-undecodable", text, stream)
            return replace(found, findings=(*found.findings, finding))
        state = {k: v for k, v in inner.items() if k not in BOOKKEEPING and k != "$ruby"}
        return replace(found, state=state, type=str(inner.get("$ruby") or "") or None)

    def stream_kind(self, first: Event, known: Collection[KnownKind]) -> str | None:
        """The class of the aggregates whose streams begin with the same prefix."""
        found = {kind for kind, category in known if category == first.stream.category}
        return found.pop() if len(found) == 1 and first.stream.category else None

    def snapshot_row(self, draft: SnapshotDraft, match: Match) -> RowDraft:
        """One more event, in the stream that is called after the aggregate's."""
        return _rails_event_store_writing.row(draft, SNAPSHOT, SUFFIX)


def _category_of(stream: str) -> str | None:
    """Of an aggregate's stream; those that the library itself links into are called ``$by_…``."""
    if stream.startswith("$") or stream.endswith(SUFFIX):
        return None
    return identity_prefix(stream, "$_-")


# -- SQL ----------------------------------------------------------------------------------


def _facts(events: Cells, *, timed: bool) -> Labels:
    """What the table of events says about an event, whatever finds it."""
    kind = sa.case((events["event_type"] == word(SNAPSHOT), word("snapshot")), else_=word("event"))
    labels: Labels = {
        "type": events["event_type"],
        "kind": kind,
        "payload": events["data"],
        "metadata": events["metadata"],
    }
    times: Labels = {"recorded_at": events["created_at"], "valid_at": events.maybe("valid_at")}
    return labels | (times if timed else {"stored_at": events["created_at"]})


def _same_id(
    one: Expression, first: Column | None, other: Expression, second: Column | None
) -> Any:
    """Whether two columns hold the same id; a uuid is compared with a text as a text."""
    kinds = [column is not None and is_kind(column, "uuid") for column in (first, second)]
    if kinds[0] == kinds[1]:
        return one == other
    casts = [sa.cast(x, sa.Text) if k else x for x, k in zip((one, other), kinds, strict=True)]
    return casts[0] == casts[1]


def _home(links: Table, event_id: Expression, *, without_all: bool) -> tuple[Cells, Any]:
    """The first row of an event: where it was published; and how it is joined."""
    home = Cells(links, alias="h")
    rows = Cells(links, alias="m")
    # A sum, or PostgreSQL might walk the whole key upwards until it meets the event.
    number = rows["id"] + sa.literal_column("0")
    first = sa.select(sa.func.min(number)).where(rows["event_id"] == event_id)
    if without_all:
        first = first.where(rows["stream"] != word("all"))
    found = first.correlate_except(rows.source).scalar_subquery()
    return home, home["id"] == found


def _numbered(events: Table, links: Table) -> sa.Select[Any]:
    """2.x: every event once, under the stream where it was published, if that is there."""
    cells = Cells(events, alias="e")
    own = cells["event_id"]
    if _is_uuid(events, "event_id") != _is_uuid(links, "event_id"):
        own = sa.cast(own, sa.Text if _is_uuid(events, "event_id") else sa.Uuid)
    home, here = _home(links, own, without_all=False)
    columns = cells.labelled(
        {
            "stream_0": home["stream"],
            "position": home["position"],
            "global_0": "id",
            "id": "event_id",
            **_facts(cells, timed=True),
        }
    )
    return sa.select(*columns).select_from(cells.source.outerjoin(home.source, here))


def _through_all(events: Table, links: Table) -> sa.Select[Any]:
    """1.x: the rows of the stream ``all`` are the order of the store."""
    everything = Cells(links, alias="a")
    cells = Cells(events, alias="e")
    home, here = _home(links, everything["event_id"], without_all=True)
    joined = everything.source.outerjoin(
        cells.source,
        _same_id(
            cells["id"], events.column("id"), everything["event_id"], links.column("event_id")
        ),
    ).outerjoin(home.source, here)
    columns = cells.labelled(
        {
            "stream_0": home["stream"],
            "position": home["position"],
            "global_0": everything["id"],
            "id": everything["event_id"],
            **_facts(cells, timed=False),
        }
    )
    # Joined with nothing, the name keeps the database from sorting what the key has in order.
    named = everything["stream"].op("||")(sa.literal_column("''"))
    return sa.select(*columns).select_from(joined).where(named == word("all"))


def _one_stream(events: Table, links: Table, *, current: bool) -> sa.Select[Any]:
    """The rows of a stream, its own events and linked ones."""
    rows = Cells(links, alias="s")
    cells = Cells(events, alias="e")
    own = CURRENT.own_id if current else FIRST.own_id
    home, here = _home(links, rows["event_id"], without_all=not current)
    same = _same_id(cells[own], events.column(own), rows["event_id"], links.column("event_id"))
    joined = rows.source.outerjoin(cells.source, same).outerjoin(home.source, here)
    order: Expression = cells["id"]
    if not current:
        everything = Cells(links, alias="a")
        order = everything["id"]
        joined = joined.outerjoin(
            everything.source,
            sa.and_(
                everything["event_id"] == rows["event_id"], everything["stream"] == word("all")
            ),
        )
    linked = home["id"] != rows["id"]
    columns = rows.labelled(
        {
            "stream_0": "stream",
            "stream_row": "id",
            "position": "position",
            "global_0": order,
            "id": "event_id",
            "origin_name": sa.case((linked, home["stream"])),
            "origin_position": sa.case((linked, home["position"])),
            **_facts(cells, timed=current),
        }
    )
    chosen = sa.select(*columns).select_from(joined)
    return chosen if current else chosen.where(rows["stream"] != word("all"))


def _encoding(events: Table, name: str) -> Encoding:
    """YAML or JSON in bytes and texts; in json columns JSON, written twice up to 2.16."""
    column = events.column(name)
    in_json = column is not None and column.type != "" and is_kind(column, "json")
    return JSON_CELL if in_json else TEXT_CELL


def _single(events: Table) -> Source:
    """Before 0.19: one table, one stream per event."""
    cells = Cells(events)
    labels: Labels = {
        "stream_0": "stream",
        "global_0": "id",
        "id": "event_id",
        **_facts(cells, timed=False),
    }
    return Source(
        events=cells.select(labels),
        stream_key=("stream_0",),
        order_key=("global_0",),
        order_indexed=events.has_index("id"),
        stream_order=("global_0",),
        counted_positions=True,
        payload=_encoding(events, "data"),
        metadata=_encoding(events, "metadata"),
        places=OWN_TIMES,
    )


def _is_uuid(table: Table, name: str) -> bool:
    column = table.column(name)
    return column is not None and column.type != "" and is_kind(column, "uuid")


def _snapshots(events: Table, links: Table, dialect: str) -> sa.Select[Any]:
    """Snapshot events in the streams that are called after an aggregate's."""
    rows = Cells(links, alias="s")
    cells = Cells(events, alias="e")
    same = _same_id(
        cells["event_id"], events.column("event_id"), rows["event_id"], links.column("event_id")
    )
    columns = rows.labelled(
        {
            "stream_name": "stream",
            "position": _version(cells["data"], events.column("data"), dialect),
            "recorded_at": cells["created_at"],
            "payload": cells["data"],
            "row_key": "id",
        }
    )
    ending: Expression = sa.func.substr(rows["stream"], sa.literal_column("-10"))
    if dialect == "postgresql":
        ending = sa.func.right(rows["stream"], sa.literal_column("10"))
    chosen = sa.select(*columns).select_from(rows.source.join(cells.source, same))
    return chosen.where(cells["event_type"] == word(SNAPSHOT), ending == word(SUFFIX))


def _version(data: Expression, column: Column | None, dialect: str) -> Expression:
    """``:version: 99`` out of the YAML text, which holds no other such key."""
    if dialect == "sqlite":
        text: Expression = sa.cast(data, sa.Text)
        at = sa.func.instr(text, sa.literal_column("':version: '"))
        number = sa.cast(sa.func.substr(text, at + sa.literal_column("10")), sa.Integer)
        return sa.case((at > sa.literal_column("0"), number))
    if column is not None and is_kind(column, "bytes"):
        text = sa.func.encode(data, sa.literal_column("'escape'"))
    else:
        text = sa.cast(data, sa.Text)
    digits = sa.func.substring(text, sa.literal_column("'version\"?: *([0-9]{1,15})'"))
    return sa.cast(digits, sa.BigInteger)


EXAMPLES = tuple((generation.events, LINKS) for generation in (*LINKED, OLDEST))
"""For the manual."""

LAYOUT = RailsEventStore()
