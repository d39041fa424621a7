"""patchlevel/event-sourcing (PHP, Doctrine): five generations of tables, any names.

=========== ============================================================================
first       1.x: one table, two columns in camel case
aggregate   2.x and 3.x: one table, a stream is (``aggregate``, ``aggregate_id``)
stream      3.4 and later: a stream is one text, ``<aggregate>-<id>`` or a free name
named       the newest line: as *stream*, with ``event_id``, ``event_name``, ``event_payload``
multi       1.x and 2.x: a table per aggregate, and one that numbers all events
=========== ============================================================================

``playhead`` counts from 1; free streams have none, and the ids order them. A stream can be
*split*: an event carries the whole state on, and everything before it is ``archived``. Payloads
are JSON, in which personal data may be encrypted with a key for each subject (see
:mod:`inspector.layouts._patchlevel_secrets`); whoever deletes a key erases what it opens. Schema
versions are not stored. Times are those of the writing process without a zone on SQLite, which is
UTC by custom.

Snapshots are rows of a cache, serialised PHP ``{version, payload}``; the position is the field
``_playhead`` of the payload.

Source: releases 1.0 to 3.6 and the 4.0 line, ``src/Store`` and ``src/Snapshot``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from inspector.core.conventions import facts
from inspector.core.events import Event, PageKey, Snapshot, StreamId
from inspector.core.snapshot_drafts import KnownKind, RowDraft, SnapshotDraft
from inspector.core.texts import tr
from inspector.layouts import _patchlevel_writing
from inspector.layouts._api import (
    Catalog,
    Column,
    Encoding,
    Match,
    NearMiss,
    Parts,
    Places,
    PlainLayout,
    Source,
    Table,
    plain_text,
)
from inspector.layouts._describe import Cells, Labels
from inspector.layouts._naming import id_keys, id_text
from inspector.layouts._patchlevel_secrets import is_sealed, unseal, unseal_data
from inspector.layouts._patchlevel_tables import merged_events, part_of, snapshots
from inspector.layouts._php_family import CACHE_ITEMS, split_stream
from inspector.layouts._probe import Shape, beside, having, near_misses
from inspector.layouts._scoring import Scale

_FLAGS = frozenset({"new_stream_start", "archived"})

FIRST = Shape(
    {
        "id": ("integer",),
        "aggregate": ("text",),
        "aggregateid": ("text",),
        "playhead": ("integer",),
        "event": ("text",),
        "payload": ("json", "text"),
        "recordedon": ("time",),
    },
    optional=frozenset({"custom_headers"}),
)
AGGREGATE = Shape(
    {
        "id": ("integer",),
        "aggregate": ("text",),
        "aggregate_id": ("text",),
        "playhead": ("integer",),
        "event": ("text",),
        "payload": ("json", "text"),
        "recorded_on": ("time",),
        "custom_headers": ("json", "text"),
    },
    optional=_FLAGS,
)
STREAM = Shape(
    {
        "id": ("integer",),
        "stream": ("text",),
        "playhead": ("integer",),
        "event": ("text",),
        "payload": ("json", "text"),
        "recorded_on": ("time",),
        "archived": ("bool", "integer"),
        "custom_headers": ("json", "text"),
    },
    optional=_FLAGS,
)
NAMED = Shape(
    {
        "id": ("integer",),
        "stream": ("text",),
        "playhead": ("integer",),
        "event_id": ("text",),
        "event_name": ("text",),
        "event_payload": ("json", "text"),
        "recorded_on": ("time",),
        "archived": ("bool", "integer"),
        "custom_headers": ("json", "text"),
    },
    optional=frozenset({"tags", "transaction_id", *_FLAGS}),
)
NUMBERS = Shape(
    {
        "id": ("integer",),
        "aggregate": ("text",),
        "aggregate_id": ("text",),
        "playhead": ("integer",),
    },
    closed=True,
)
ONE_OF_MANY = Shape(
    {
        "id": ("integer",),
        "aggregate_id": ("text",),
        "playhead": ("integer",),
        "event": ("text",),
        "payload": ("json", "text"),
        "recorded_on": ("time",),
        "custom_headers": ("json", "text"),
    },
    optional=_FLAGS,
    forbidden=frozenset({"aggregate", "stream"}),
)
KEYS = Shape({"subject_id": ("text",), "crypto_key": ("text",), "crypto_method": ("text",)})
SUBSCRIPTIONS = Shape(
    {"id": ("text",), "group_name": ("text",), "run_mode": ("text",), "position": ("integer",)}
)


@dataclass(frozen=True)
class _Generation:
    """One generation with a single table."""

    variant: str
    title: str
    shape: Shape
    key: tuple[str, ...]
    index: tuple[str, ...]
    columns: Mapping[str, str]


_OLD = {"type": "event", "payload": "payload", "recorded_at": "recorded_on"}
GENERATIONS = (
    _Generation(
        "first", "patchlevel/event-sourcing 1 (PHP)", FIRST, ("aggregate", "aggregateid"),
        ("aggregate", "aggregateid", "playhead"), _OLD | {"recorded_at": "recordedon"},
    ),
    _Generation(
        "aggregate", "patchlevel/event-sourcing, aggregate table (PHP)", AGGREGATE,
        ("aggregate", "aggregate_id"), ("aggregate", "aggregate_id", "playhead"), _OLD,
    ),
    _Generation(
        "stream", "patchlevel/event-sourcing, stream table (PHP)", STREAM, ("stream",),
        ("stream", "playhead"), _OLD,
    ),
    _Generation(
        "named", "patchlevel/event-sourcing 4, stream table (PHP)", NAMED, ("stream",),
        ("stream", "playhead"),
        _OLD | {"type": "event_name", "payload": "event_payload", "id": "event_id"},
    ),
)  # fmt: skip
BY_VARIANT = {generation.variant: generation for generation in GENERATIONS}
MULTI = "multi"
MULTI_TITLE = "patchlevel/event-sourcing, a table per aggregate (PHP)"

PLACES = Places(
    time_zone_utc=True,
)


class Patchlevel(PlainLayout):
    """All generations; which one a match is, its variant says."""

    name = "patchlevel"
    title = "patchlevel/event-sourcing (PHP)"

    # -- recognition ----------------------------------------------------------------------

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One store per events table, or per table that numbers several of them."""
        found = [
            self._match(catalog, table, generation)
            for generation in GENERATIONS
            for table in having(catalog, generation.shape)
        ]
        return [*found, *self._several(catalog)]

    def _match(self, catalog: Catalog, events: Table, generation: _Generation) -> Match:
        scale = Scale(self.name, generation.title)
        scale.columns(events, generation.shape)
        scale.index(events, *generation.index, points=15)
        tables = {"events": events}
        self._add_helpers(catalog, events, scale, tables)
        marked = any("__enc" in str(r.get("event_payload", "")) for r in catalog.sampler(events))
        options = {"namespace": namespace(catalog, tables.get("snapshots")), "marked": marked}
        return scale.match(tables, variant=generation.variant, options=options)

    def _several(self, catalog: Catalog) -> Iterator[Match]:
        many = list(having(catalog, ONE_OF_MANY))
        for numbers in having(catalog, NUMBERS) if many else ():
            parts = {t.name: t for t in many if t.schema == numbers.schema}
            if parts:
                yield self._match_several(catalog, numbers, parts)

    def _match_several(self, catalog: Catalog, numbers: Table, parts: dict[str, Table]) -> Match:
        scale = Scale(self.name, MULTI_TITLE)
        scale.columns(numbers, NUMBERS)
        scale.index(numbers, "aggregate", "aggregate_id", "playhead")
        listed = ", ".join(sorted(parts)[:5]) + (" …" if len(parts) > 5 else "")
        scale.found(10, tr("events are in {n} tables: {names}", n=len(parts), names=listed))
        rows = catalog.sampler(numbers)
        missing = sorted({str(row.get("aggregate")) for row in rows} - parts.keys())
        if rows and not missing:
            scale.found(5, tr("the aggregates in it are names of these tables"))
        elif missing:
            named = ", ".join(missing)
            scale.against(10, tr("there is no table of events named {names}", names=named))
        tables = {"events": numbers}
        self._add_helpers(catalog, numbers, scale, tables)
        options = {
            "parts": dict(sorted(parts.items())),
            "namespace": namespace(catalog, tables.get("snapshots")),
        }
        return scale.match(tables, variant=MULTI, options=options)

    def _add_helpers(
        self, catalog: Catalog, events: Table, scale: Scale, tables: dict[str, Table]
    ) -> None:
        for role, shape, points in (
            ("snapshots", CACHE_ITEMS, 0),
            ("subscriptions", SUBSCRIPTIONS, 5),
            ("encryption keys", KEYS, 5),
        ):
            table = beside(catalog, shape, events)
            if table is not None:
                tables[role] = table
                scale.sibling(role, table, points)

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """The nearest generation, and what a table lacks for it; several tables apart."""
        single = [
            miss
            for generation in GENERATIONS
            for miss in near_misses(catalog, self.name, generation.title, generation.shape)
        ]
        several: Sequence[NearMiss] = ()
        if any(True for _ in having(catalog, ONE_OF_MANY)):
            several = near_misses(catalog, self.name, MULTI_TITLE, NUMBERS)
        elif any(True for _ in having(catalog, NUMBERS)):
            several = near_misses(catalog, self.name, MULTI_TITLE, ONE_OF_MANY)
        return [*sorted(single, key=lambda miss: -miss.score)[:1], *several]

    # -- reading --------------------------------------------------------------------------

    def source(self, match: Match, dialect: str) -> Source:
        """One table as it is, or the tables of all aggregates in the order of their ids."""
        stored = snapshots(match.tables.get("snapshots"))
        if match.variant == MULTI:
            parts: Mapping[str, Table] = match.options["parts"]  # type: ignore[assignment]
            return Source(
                events=merged_events(parts),
                stream_key=("stream_0", "stream_1"),
                order_key=("global_0",),
                snapshots=stored,
                snapshot_payload=SNAPSHOT,
                snapshot_write="native",
                old_snapshots_unread=True,
                sealed=is_sealed,
                **_secrets(match),
                places=PLACES,
                parts=Parts(tuple(parts), lambda name: part_of(parts[name], PLACES), merged=True),
            )
        table = _of_table(match)
        return replace(
            table,
            snapshots=stored,
            snapshot_payload=SNAPSHOT,
            snapshot_write="native",
            old_snapshots_unread=True,
            sealed=is_sealed,
            **_secrets(match),
        )

    def stream_id(self, key: PageKey, name: str | None, match: Match) -> StreamId:
        """``<aggregate>-<id>``; a free stream has no aggregate."""
        if len(key) == 1:
            text = plain_text(key[0])
            return StreamId(text, split_stream(text)[0], key)
        aggregate = plain_text(key[0])
        return StreamId(f"{aggregate}-{id_text(key[1])}", aggregate, key)

    def stream_keys(self, name: str, category: str | None, match: Match) -> Sequence[PageKey]:
        """The text as it is, or every place where a dash may divide it."""
        if match.variant in ("stream", "named"):
            return ((name,),)
        column = _id_column(match)
        dashes = [i for i, sign in enumerate(name) if sign == "-" and i]
        pairs = ((name[:i], name[i + 1 :]) for i in dashes[:LONGEST])
        return [
            (aggregate, key)
            for aggregate, text in pairs
            if category in (None, aggregate)
            for key in id_keys(text, column)
        ]

    adjusts: frozenset[str] | None = frozenset(
        {"actor", "causation_id", "correlation_id", "data", "tenant"}
    )

    def adjust(self, event: Event) -> Event:
        """Who and why, out of the headers, each of which is a map of fields."""
        if not isinstance(event.meta, dict):
            return event
        known = {name: getattr(event, name) for name in FACTS}
        fields: dict[str, object] = {}
        for header in event.meta.values():
            if isinstance(header, dict):
                fields |= header
        if not fields or None not in known.values():
            return event
        told: dict[str, Any] = facts(fields)
        return replace(event, **{n: v if v is not None else told[n] for n, v in known.items()})

    def snapshot_key(self, stream: StreamId, match: Match) -> PageKey | None:
        """The name of the stream is the key of its row in the cache."""
        return (f"{match.options.get('namespace', '')}{stream.name}",)

    def adjust_snapshot(self, snapshot: Snapshot) -> Snapshot:
        """State, version and position out of the cached array."""
        name = snapshot.stream.name.rpartition(":")[2]
        category = split_stream(name)[0]
        stream = replace(snapshot.stream, name=name, category=category)
        snapshot = replace(snapshot, stream=stream, type=category)
        cached = snapshot.state
        if not isinstance(cached, dict) or not isinstance(cached.get("payload"), dict):
            return snapshot
        payload = dict(cached["payload"])
        position = payload.pop("_playhead", None)
        if payload.keys() == {"id", "data"} and isinstance(payload["data"], dict):
            payload = payload["data"]  # an aggregate that keeps all but its id in one property
        return replace(
            snapshot,
            state=payload,
            position=position if isinstance(position, int) else None,
            schema_version=cached.get("version"),
        )

    def snapshot_kind(self, snapshot: Snapshot) -> str | None:
        """The aggregate that the row's key begins with."""
        return snapshot.stream.category

    def stream_kind(self, first: Event, known: Collection[KnownKind]) -> str | None:
        """The aggregate that the stream is named after."""
        return first.stream.category

    def snapshot_row(self, draft: SnapshotDraft, match: Match) -> RowDraft:
        """The one row of the aggregate in the cache."""
        return _patchlevel_writing.row(draft, str(match.options.get("namespace", "")))


def namespace(catalog: Catalog, cache: Table | None) -> str:
    """What the cache puts before the names of streams, as far as its rows show it."""
    if cache is None:
        return ""
    ids = [plain_text(row.get("item_id")) for row in catalog.sampler(cache)]
    found = {text[: text.rfind(":") + 1] for text in ids if "-" in text}
    return found.pop() if len(found) == 1 else ""


FACTS = ("correlation_id", "causation_id", "actor", "tenant")
SNAPSHOT = Encoding(codecs=("php",))
LONGEST = 16
"""So many dashes of a name are tried as the one that divides it."""


SECRETS = {"unseal": unseal, "unseal_data": unseal_data}


def _secrets(match: Match) -> dict[str, Any]:
    """How encrypted fields are told apart, where there are any."""
    keys = match.tables.get("encryption keys")
    if keys is None:
        return {**SECRETS} if match.options.get("marked") else {}
    columns = {"subject": "subject_id", "key": "crypto_key", "method": "crypto_method"}
    iv = {"iv": "crypto_iv"} if keys.column("crypto_iv") is not None else {}
    vault = Cells(keys).select({**columns, **iv}) if keys.readable else None
    return {**SECRETS, "vault": vault}


def _id_column(match: Match) -> Column | None:
    table = match.tables["events"]
    return table.column("aggregate_id") or table.column("aggregateid")


def _of_table(match: Match) -> Source:
    """A generation with one table."""
    generation = BY_VARIANT[match.variant]
    table = match.tables["events"]
    labels: Labels = {f"stream_{i}": name for i, name in enumerate(generation.key)}
    labels |= {"position": "playhead", "global_0": "id", "metadata": "custom_headers"}
    labels |= dict(generation.columns)
    labels["archived"] = "archived"
    return Source(
        events=Cells(table).select(labels),
        stream_key=tuple(f"stream_{i}" for i in range(len(generation.key))),
        order_key=("global_0",),
        order_indexed=table.has_index("id"),
        loose_order=("global_0",) if match.variant in ("stream", "named") else (),
        places=PLACES,
    )


LAYOUT = Patchlevel()
