"""What prooph's event store for PDO and Ecotone, which stands on it, have in common.

A table of streams names a table of events for each stream: ``_`` and the SHA-1 of the stream's
name. What is in such a table depends on a strategy, which its indexes tell: many aggregates
(*shared*: an index on type and id), one aggregate (*own*: an index on the version alone), or any
events (*plain*: no index, a copy or an import). There is no order over all tables, so the store
is read one table after the other. Deleting a stream drops its table.

Source: prooph/pdo-event-store 1.16.4, its PostgreSQL strategies.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa

from inspector.core.events import PageKey, StreamId
from inspector.core.texts import tr
from inspector.layouts._api import (
    Catalog,
    Match,
    NearMiss,
    Parts,
    Places,
    PlainLayout,
    Source,
    Table,
    plain_text,
)
from inspector.layouts._describe import Cells, Expression, Labels, quoted, word
from inspector.layouts._php_family import json_object
from inspector.layouts._probe import LISTED, Shape, having, near_misses
from inspector.layouts._scoring import Scale

REGISTRY = Shape(
    {
        "no": ("integer",),
        "real_stream_name": ("text",),
        "stream_name": ("text",),
        "metadata": ("json", "text"),
        "category": ("text",),
    },
    closed=True,
)
EVENTS = Shape(
    {
        "no": ("integer",),
        "event_id": ("uuid", "text"),
        "event_name": ("text",),
        "payload": ("json", "text"),
        "metadata": ("json",),
        "created_at": ("time",),
    },
    closed=True,
)

ECOTONE = frozenset({"revision", "correlationId", "parentId", "_stream_name"})
"""Keys that Ecotone always writes into the metadata."""

TYPE, ID, VERSION = "_aggregate_type", "_aggregate_id", "_aggregate_version"
SHARED, OWN, PLAIN = "shared", "own", "plain"

LOOKED_INTO = 5
"""So many tables of events are sampled, to see who writes them."""

_HASHED = re.compile(r"_[0-9a-f]{40}\Z")


@dataclass(frozen=True)
class Streams:
    """The tables of one store.

    Attributes:
        registry: the table of streams; ``None`` when there is none.
        tables: tables of events by the name that the registry has for them.
        kinds: what is in each: ``shared``, ``own`` or ``plain``.
    """

    registry: Table | None
    tables: Mapping[str, Table]
    kinds: Mapping[str, str]


def stores(catalog: Catalog) -> Iterator[Streams]:
    """One store per table of streams; without one, one per schema with hashed table names."""
    events = list(having(catalog, EVENTS))
    registries = list(having(catalog, REGISTRY)) if events else []
    homes = {registry.schema for registry in registries}
    taken: set[str | None] = set()
    for registry in registries:
        if registry.schema in taken:
            continue
        taken.add(registry.schema)
        alone = len(homes) == 1
        tables = [t for t in events if t.schema == registry.schema or alone]
        if tables:
            yield _streams(registry, {_name(t, registry): t for t in tables})
    if not registries:
        for schema in dict.fromkeys(t.schema for t in events):
            hashed = [t for t in events if t.schema == schema and _HASHED.match(t.name)]
            if hashed:
                yield _streams(None, {t.name: t for t in hashed})


def _name(table: Table, registry: Table) -> str:
    """As the registry spells it: with the schema, where that is another one."""
    return table.name if table.schema == registry.schema else table.full_name


def _streams(registry: Table | None, tables: Mapping[str, Table]) -> Streams:
    ordered = dict(sorted(tables.items()))
    return Streams(registry, ordered, {name: _kind(table) for name, table in ordered.items()})


def _kind(table: Table) -> str:
    """What the indexes over the metadata say."""
    made = [" ".join(parts) for parts in table.expressions]
    if any(TYPE in text and ID in text for text in made):
        return SHARED
    return OWN if any(VERSION in text for text in made) else PLAIN


def is_ecotone(catalog: Catalog, streams: Streams) -> bool | None:
    """Whether the metadata are Ecotone's; ``None`` when there is no row to see."""
    for table in list(streams.tables.values())[:LOOKED_INTO]:
        for row in catalog.sampler(table):
            metadata = json_object(row.get("metadata"))
            if metadata is not None:
                return metadata.keys() >= ECOTONE
    return None


class StreamTables(PlainLayout):
    """Behaviour common to prooph and Ecotone."""

    places = Places()
    schema_versions = "none"

    def scale(self, catalog: Catalog, streams: Streams) -> Scale:
        """Evidence that both have."""
        scale = Scale(self.name, self.title)
        count = len(streams.tables)
        listed = ", ".join(list(streams.tables)[:2]) + (" …" if count > 2 else "")
        if streams.registry is None:
            scale.against(10, tr("there is no table of {role} beside it", role="streams"))
        else:
            scale.columns(streams.registry, REGISTRY)
            self._check_names(catalog, streams, streams.registry, scale)
        scale.found(10, tr("events are in {n} tables: {names}", n=count, names=listed))
        scale.found(5, tr("an event has {columns}", columns=", ".join(EVENTS.required)))
        if count > 1:
            words = tr("numbers order each table only, so the store is read table by table")
            scale.found(0, words)
        return scale

    @staticmethod
    def _check_names(catalog: Catalog, streams: Streams, registry: Table, scale: Scale) -> None:
        rows = [
            (plain_text(row.get("real_stream_name")), plain_text(row.get("stream_name")).strip())
            for row in catalog.sampler(registry)
        ]
        if rows and all(made == _hashed(real) for real, made in rows):
            scale.found(10, tr("the names of tables are hashes of the names of streams"))
        missing = [made for _, made in rows if made not in streams.tables]
        if missing:
            named = ", ".join(missing[:LISTED])
            scale.against(5, tr("there is no table of events named {names}", names=named))

    def matched(self, scale: Scale, streams: Streams, snapshots: Sequence[Table]) -> Match:
        """The match; the first table of events stands for all of them."""
        tables = {"events": next(iter(streams.tables.values()))}
        if streams.registry is not None:
            tables["streams"] = streams.registry
        if snapshots:
            tables["snapshots"] = snapshots[0]
            scale.sibling("snapshots", snapshots[0])
        options = {"streams": streams, "snapshots": tuple(snapshots)}
        return scale.match(tables, options=options)

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What a table of events lacks, or which of the two tables is missing."""
        near = near_misses(catalog, self.name, self.title, EVENTS)
        if any(True for _ in having(catalog, EVENTS)):
            near = near_misses(catalog, self.name, self.title, REGISTRY)
        return near

    # -- reading --------------------------------------------------------------------------

    def parts(self, match: Match, snapshots: sa.Select[Any] | None) -> Source:
        """The tables one after the other."""
        streams = streams_of(match)
        names = tuple(streams.tables)

        def describe(name: str) -> Source:
            return self._part(streams, name)

        return Source(
            events=describe(names[0]).events,
            stream_key=("part", "stream_0", "stream_1"),
            order_key=("part", "global_0"),
            snapshots=snapshots,
            places=self.places,
            parts=Parts(names, describe, holding=_holding(streams)),
            schema_versions=self.schema_versions,
        )

    def _part(self, streams: Streams, name: str) -> Source:
        table, kind = streams.tables[name], streams.kinds[name]
        cells = Cells(table)
        named = _real_name(streams.registry, name)
        labels: Labels = {"stream_0": named}
        if kind == SHARED:
            labels = {"stream_0": _meta(cells, TYPE), "stream_1": _meta(cells, ID)}
        labels |= {
            "position": None if kind == PLAIN else _version(cells),
            "global_0": "no",
            "id": "event_id",
            "type": "event_name",
            "recorded_at": "created_at",
            "payload": "payload",
            "metadata": "metadata",
        }
        whole: sa.Select[Any] | None = None
        if kind != SHARED:
            whole = _the_stream(streams.registry, name, cells, named)
        return Source(
            events=cells.select(labels),
            stream_key=("stream_0", "stream_1") if kind == SHARED else ("stream_0",),
            order_key=("global_0",),
            order_indexed=table.has_index("no"),
            stream_order=("global_0",),
            streams=whole,
            places=self.places,
        )

    def stream_id(self, key: PageKey, name: str | None, match: Match) -> StreamId:
        """An aggregate by its id, with its type or the prefix of its stream; a plain stream by
        its name."""
        kind = streams_of(match).kinds.get(str(key[0]), PLAIN)
        if kind == SHARED:
            return StreamId(plain_text(key[2]), plain_text(key[1]) or None, key)
        real = plain_text(key[1])
        before, dash, after = real.partition("-")
        category = before if dash and before else None
        return StreamId(after if kind == OWN and category else real, category, key)

    def stream_keys(self, name: str, category: str | None, match: Match) -> Sequence[PageKey]:
        """An id in any shared table, under any type; or the one stream of a table."""
        return ((..., category if category is not None else ..., name), (..., ...))

    def snapshot_key(self, stream: StreamId, match: Match) -> PageKey | None:
        """Snapshots carry the id alone."""
        return (stream.name,)


def streams_of(match: Match) -> Streams:
    """The tables that a match remembers."""
    return cast("Streams", match.options["streams"])


def _hashed(real: str) -> str:
    """The name that the library gives to a stream's table."""
    schema, dot, _ = real.partition(".")
    made = "_" + hashlib.sha1(real.encode(), usedforsecurity=False).hexdigest()
    return f"{schema}.{made}" if dot else made


def _meta(cells: Cells, key: str) -> Expression:
    """A text out of the metadata, written as the library's indexes have it."""
    return cells["metadata"].op("->>")(word(key))


def _version(cells: Cells) -> Expression:
    """The version as a number; whatever is no number is none."""
    text = _meta(cells, VERSION)
    digits = sa.literal_column("'^[0-9]{1,18}$'", sa.Text())
    return sa.case((text.op("~")(digits), sa.cast(text, sa.BigInteger)))


def _real_name(registry: Table | None, name: str) -> Expression:
    """The stream's own name; that of the table when the registry does not know it."""
    if registry is None:
        return quoted(name)
    cells = Cells(registry, alias="r")
    found: Any = sa.select(cells["real_stream_name"]).where(cells["stream_name"] == quoted(name))
    known: Expression = found.correlate(None).limit(sa.literal_column("1")).scalar_subquery()
    return sa.func.coalesce(known, quoted(name))


def _the_stream(
    registry: Table | None, name: str, cells: Cells, named: Expression
) -> sa.Select[Any]:
    """The one stream of a table, unless nobody knows the table and nothing is in it."""
    one: Expression = sa.literal_column("1")
    known: list[Expression] = [sa.exists(sa.select(one).select_from(cells.source))]
    if registry is not None:
        listed = Cells(registry, alias="k")
        row = sa.select(one).where(listed["stream_name"] == quoted(name))
        known.append(sa.exists(row))
    return sa.select(named.label("stream_0")).where(sa.or_(*known))


def _holding(streams: Streams) -> Callable[[str], sa.Select[Any]] | None:
    """Tables in which a stream of this name can be: all shared ones, and its own."""
    if streams.registry is None:
        return None
    cells = Cells(streams.registry)
    shared = [name for name, kind in streams.kinds.items() if kind == SHARED]
    made = sa.func.rtrim(sa.cast(cells["stream_name"], sa.Text))
    real = cells["real_stream_name"]
    after_dash = sa.func.substr(real, sa.func.strpos(real, word("-")) + sa.literal_column("1"))

    always = [sa.select(quoted(name).label("part")) for name in shared]

    def holding(name: str) -> sa.Select[Any]:
        own = sa.select(made.label("part")).select_from(cells.source)
        own = own.where(sa.or_(real == name, after_dash == name))
        return sa.select(sa.union_all(own, *always).subquery().c.part).distinct()

    return holding


def unwrapped(state: object) -> object:
    """An aggregate's own properties, without what the library adds to every aggregate."""
    if not isinstance(state, dict):
        return state
    own = {k: v for k, v in state.items() if k not in ("$class", "version", "recordedEvents")}
    if own.keys() <= {"id", "state"} and isinstance(own.get("state"), dict):
        return own["state"]  # an aggregate that keeps all but its id in one property
    return own
