"""From a labelled row to an :class:`Event`.

A row is never dropped: a cell that no codec can read becomes ``Undecoded`` with a finding, a
missing type or position becomes a finding, and the raw cell stays beside the decoded value.

A page of 256 events is shaped for every scroll, so what a store has no column and no place for
is found out once per list of labels (:class:`_Plan`), not once per row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import repeat
from typing import TYPE_CHECKING, Any

from inspector.codecs import ColumnDecoder
from inspector.codecs._key_ring import KeyRing
from inspector.core import conventions
from inspector.core.events import (
    Count,
    Event,
    EventDraft,
    EventRef,
    PageKey,
    StreamId,
    StreamKind,
    StreamSummary,
    sealed,
)
from inspector.core.findings import Finding
from inspector.core.instants import Instant, instant_from_epoch, parse_instant
from inspector.core.payloads import EAGER_LIMIT, EMPTY, Decoded, Payload, Undecoded, Value
from inspector.core.texts import is_text
from inspector.layouts._api import COLUMN, PlainLayout
from inspector.storage.odd_cells import text_finding, time_finding
from inspector.storage.sealed_values import personal_data, seal_findings

if TYPE_CHECKING:
    from inspector.layouts._api import Layout, Match, Place, Source

Decode = ColumnDecoder
Row = Sequence[Any]

_PEOPLE = ("correlation_id", "causation_id", "actor", "tenant")
_STREAMS_KEPT = 4096
_TRUE = (True, "1", "t", "true")


class Shaper:
    """Shapes rows of one source.

    Args:
        layout, match, source: who recognised the store, and how it described it.
        payload, metadata: decoders of the two kinds of cells.
        part: the part of the store that the rows come from, which every key begins with.
        eager: cells up to this many bytes are decoded at once.
        ring: keys of values inside of payloads.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what the readers of a store share
        self,
        layout: Layout,
        match: Match,
        source: Source,
        payload: Decode,
        metadata: Decode,
        part: PageKey = (),
        *,
        eager: int = EAGER_LIMIT,
        ring: KeyRing | None = None,
    ) -> None:
        self._part, self._eager = part, eager
        self._ring = ring or KeyRing()
        self._layout = layout
        self._match = match
        self._source = source
        self._places = source.places
        self._payload = payload
        self._metadata = metadata
        self._streams: dict[tuple[PageKey, str | None, str | None], StreamId] = {}
        self._sound: dict[tuple[PageKey, str | None, str | None], StreamId] = {}
        self._plans: dict[tuple[str, ...], _Plan] = {}
        self._adjusts = getattr(type(layout), "adjust", None) is not PlainLayout.adjust

    def patient(self, eager: int) -> Shaper:
        """One that decodes larger cells too, for an event that somebody asked for."""
        return Shaper(
            self._layout,
            self._match,
            self._source,
            self._payload,
            self._metadata,
            self._part,
            eager=eager,
            ring=self._ring,
        )

    def events(self, labels: Sequence[str], rows: Sequence[Row]) -> tuple[Event, ...]:
        """Shape a page."""
        plan, event = self._plan(tuple(labels)), self._event
        payloads = self._short_payloads(plan, rows)
        if payloads is None:
            return tuple([event(plan, row) for row in rows])
        return tuple(map(event, repeat(plan), rows, payloads))

    def _short_payloads(self, plan: _Plan, rows: Sequence[Row]) -> list[Payload] | None:
        """The payloads of a page, decoded together where all are short plain JSON."""
        if plan.payload is None:
            return None
        raws = [row[plan.payload] for row in rows]
        kinds = set(map(type, raws))
        if kinds not in ({bytes}, {str}):
            return None
        cells = self._payload.short_cells(raws)
        if cells is None:
            return None
        sizes = map(len if kinds == {bytes} else _utf8_length, raws)
        return list(map(Payload, raws, cells, sizes))

    def stream(
        self, key: PageKey, name: str | None = None, category: str | None = None
    ) -> StreamId:
        """The stream with this key; remembered, since a page is often of one stream."""
        key = (*self._part, *key)
        known = self._streams.get((key, name, category))
        if known is None:
            known = self._layout.stream_id(key, name, self._match)
            if category is not None:
                known = replace(known, category=category)
            if len(self._streams) > _STREAMS_KEPT:
                self._streams.clear()
            self._streams[key, name, category] = known
        return known

    def cell(self, raw: Any, size: int | None, decode: Decode) -> Payload:
        """A payload or metadata cell with what could be read out of it."""
        kind = type(raw)
        if kind is bytes or (kind is str and raw.isascii()):
            length = len(raw)
            if length <= self._eager:
                return Payload(raw, decode(raw), length)
        return self._odd_cell(raw, size, decode)

    def _odd_cell(self, raw: Any, size: int | None, decode: Decode) -> Payload:
        if raw is None:
            if not size:
                return EMPTY
            reason = f"{size:,} bytes or more, not loaded with the page"
            return Payload(None, Undecoded(reason, size, "payload-too-large"), size)
        if isinstance(raw, memoryview | bytearray):
            raw = bytes(raw)
        if not isinstance(raw, bytes | str):
            return Payload(str(raw), Decoded(raw, "value"), size or 0)
        length = len(raw) if isinstance(raw, bytes) else _utf8_length(raw)
        if length > self._eager:
            reason = f"{length:,} bytes, decoded only on demand"
            return Payload(raw, Undecoded(reason, length, "payload-too-large"), length)
        return Payload(raw, decode(raw), length)

    def instant(self, stored: Any) -> Instant | None:
        """A stored time of any of the forms that stores use."""
        if isinstance(stored, int) and not isinstance(stored, bool):
            return instant_from_epoch(stored, per_second=self._places.epoch_per_second)
        if isinstance(stored, Decimal) and self._places.epoch_per_second == 1:
            return instant_from_epoch(stored, per_second=1)  # seconds with their fraction
        return parse_instant(stored, assume_utc=self._places.time_zone_utc)

    def summary(self, labels: Sequence[str], row: Row, most: int) -> StreamSummary:
        """A stream in the list, from its first and last row."""
        cells = dict(zip(labels, row, strict=True))
        key = tuple(cells.get(n) for n in self._source.stream_key)
        name = cells.get("stream_name", cells.get("first_stream_name"))
        stream = self.stream(key, name, cells.get("category"))
        first, last = self._edge(labels, row, "first_"), self._edge(labels, row, "last_")
        if self._places.category is not None:
            stream = replace(stream, category=first.stream.category)
        if cells.get("kind") is not None:
            stream = replace(stream, kind=StreamKind(cells["kind"]))
        told = "first_origin_name" in cells and "kind" not in cells
        if told and stream.kind is StreamKind.PRIMARY:
            stream = replace(stream, kind=purpose(first.origin or last.origin, first.kind))
        count = int(cells.get("events") or 0)
        counted = self._source.counted_positions
        return StreamSummary(
            stream=stream,
            events=Count(count, exact=count < most),
            first_position=1 if counted and count else first.position,
            last_position=count if counted and 0 < count < most else last.position,
            first_time=first.recorded_at,
            last_time=last.recorded_at,
            archived=bool(cells.get("archived")),
            deleted=cells.get("deleted") not in (None, False, 0) or last.kind == "tombstone",
            tenant=first.tenant,
        )

    def _edge(self, labels: Sequence[str], row: Row, prefix: str) -> Event:
        """The first or last event of a stream, from the columns of a summary."""
        size = len(prefix)
        own = tuple(n[size:] if n.startswith(prefix) else f"({n})" for n in labels)
        keyed = tuple(
            n if n in self._source.stream_key or n == "stream_name" else o
            for n, o in zip(labels, own, strict=True)
        )
        return self._event(self._plan(keyed), row)

    def _plan(self, labels: tuple[str, ...]) -> _Plan:
        plan = self._plans.get(labels)
        if plan is None:
            plan = self._plans[labels] = _Plan.of(labels, self._source)
        return plan

    # -- one event ------------------------------------------------------------------------

    def _event(self, plan: _Plan, row: Row, payload: Payload | None = None) -> Event:
        findings: list[Finding] = []
        if payload is None:
            size = None if plan.payload_size is None else row[plan.payload_size]
            raw = None if plan.payload is None else row[plan.payload]
            payload = self.cell(raw, size, self._reader(plan, row))
        metadata = EMPTY if plan.metadata is None else self._meta_cell(plan, row)
        content = payload.content
        value = content.value if isinstance(content, Decoded) else None
        if plan.payload_more is not None and row[plan.payload_more] is not None:
            value = self._merged(value, row[plan.payload_more])
        meta = metadata.value
        if meta is None and self._places.meta is not None:
            meta = find(self._places.meta, value, None)
        facts: dict[str, Any] = {**conventions.known_facts(meta, value)}
        if plan.told:
            facts.update(plan.facts(row, value, meta))
        stream = self._stream_of(plan, row, findings)
        if self._places.category is not None:
            stream = self._with_category(stream, value, meta)
        draft = EventDraft(
            ref=EventRef((*self._part, *[row[i] for i in plan.order])),
            stream=stream,
            position=None if plan.position is None else _whole(row[plan.position], findings),
            type=self._type(plan, row, value, findings),
            data=self._business(value),
            payload=payload,
            metadata=metadata,
            meta=meta,
            global_position=None if plan.world is None else _plain(row[plan.world]),
            schema_version=self._schema_version(plan, row, value, meta),
            recorded_at=self._recorded_at(plan, row, value, meta),
            valid_at=self._time(plan.valid_at, self._places.valid_at, row, value, meta)
            if plan.has_valid_at
            else None,
            kind="event" if plan.kind is None else str(row[plan.kind] or "event"),
            tags=() if plan.tags is None else tuple(str(t) for t in row[plan.tags] or ()),
            origin=None if plan.origin_name is None else plan.origin(row),
            archived=plan.archived is not None and row[plan.archived] in _TRUE,
            **facts,
        )
        return self._finished(sealed(draft), findings)

    def _reader(self, plan: _Plan, row: Row) -> Decode:
        """The decoder of the payload, which schemas make another one for each type."""
        stored = None if plan.type is None or not self._payload.typed else row[plan.type]
        return self._payload if stored is None else self._payload.of(str(stored))

    def _meta_cell(self, plan: _Plan, row: Row) -> Payload:
        size = None if plan.metadata_size is None else row[plan.metadata_size]
        return self.cell(row[plan.metadata or 0], size, self._metadata)

    def _finished(self, event: Event, findings: list[Finding]) -> Event:
        if self._adjusts:
            event = self._layout.adjust(event)
        if self._source.unseal is not None:
            event = self._source.unseal(event, self._ring)
            findings.extend(seal_findings(event.data))
        if not findings and _in_order(event):
            return event
        for content, cell in ((event.payload.content, ""), (event.metadata.content, "metadata")):
            if isinstance(content, Undecoded):
                code = "metadata-undecodable" if cell else content.code
                words = f"The {cell or 'payload'} was not decoded: {content.reason.rstrip('.')}."
                findings.append(Finding(code, words))
            elif content is not None and content.notes:
                findings.extend(Finding(code, text) for code, text in content.notes)
        moments = (event.recorded_at, event.valid_at)
        odd = [m for m in moments if m is not None and m.zone != "utc"]
        findings.extend(time_finding(moment) for moment in odd)
        if not findings:
            return event
        place = f"{event.stream.name} {event.position}"
        placed = (replace(f, place=f.place or place) for f in findings)
        return replace(event, findings=(*event.findings, *placed))

    def _merged(self, value: Value, more: Any) -> Value:
        if not isinstance(value, dict):
            return value
        return {**value, **personal_data(self.cell(more, None, self._payload))}

    def _business(self, value: Value) -> Value:
        if self._places.data is not None:
            value = find(self._places.data, value, None)
        hidden = self._places.hidden
        if not hidden or not isinstance(value, dict) or hidden.isdisjoint(value):
            return value
        return {k: v for k, v in value.items() if k not in hidden}

    def _stream_of(self, plan: _Plan, row: Row, findings: list[Finding]) -> StreamId:
        key = tuple([row[i] for i in plan.stream])
        name = None if plan.stream_name is None else row[plan.stream_name]
        category = None if plan.category is None else row[plan.category]
        known = self._sound.get((key, name, category))
        if known is not None:
            return known
        if key.count(None) == len(key) and not self._source.loose_key:
            findings.append(Finding("stream-missing", "The row names no stream."))
        odd = [part for part in key if type(part) is str and not is_text(part)]
        findings.extend(text_finding("stream", part) for part in odd)
        stream = self.stream(key, name, category)
        if not findings:
            if len(self._sound) > _STREAMS_KEPT:
                self._sound.clear()
            self._sound[key, name, category] = stream
        return stream

    def _with_category(self, stream: StreamId, value: Value, meta: Value) -> StreamId:
        place = self._places.category
        if place is None or place.cell == COLUMN:
            return stream
        told = find(place, value, meta)
        return replace(stream, category=told) if isinstance(told, str) and told else stream

    def _type(self, plan: _Plan, row: Row, value: Value, findings: list[Finding]) -> str:
        stored = None if plan.type is None else row[plan.type]
        if stored is None and self._places.type is not None:
            stored = find(self._places.type, value, None)
        if stored is None:
            findings.append(Finding("type-missing", "The row names no event type."))
            return ""
        if type(stored) is not str:
            return str(stored)
        if not is_text(stored):
            findings.append(text_finding("type", stored))
        return stored

    def _schema_version(self, plan: _Plan, row: Row, value: Value, meta: Value) -> str | int | None:
        stored = None if plan.schema_version is None else row[plan.schema_version]
        place = self._places.schema_version
        if stored is None and place is not None:
            stored = find(place, value, meta)
        if stored is None:
            decoded = isinstance(value, dict) or place is None or place.cell != "payload"
            return self._places.schema_version_default if decoded else None
        return stored if isinstance(stored, int) else str(stored)

    def _recorded_at(self, plan: _Plan, row: Row, value: Value, meta: Value) -> Instant | None:
        found = self._time(plan.recorded_at, self._places.recorded_at, row, value, meta)
        if found is None and plan.stored_at is not None and row[plan.stored_at] is not None:
            return self.instant(row[plan.stored_at])
        return found

    def _time(
        self, column: int | None, place: Place | None, row: Row, value: Value, meta: Value
    ) -> Instant | None:
        stored = None if column is None else row[column]
        if stored is None:
            if place is None:
                return None
            stored = find(place, value, meta)
            if isinstance(stored, dict | list):
                return None
        return self.instant(stored)


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where in a row what is; ``None`` for what the store has no column for.

    Attributes:
        told: facts with a column or a place: name, column, place.
        has_valid_at: events tell when they happened, beside when they were stored.
    """

    stream: tuple[int, ...]
    order: tuple[int, ...]
    told: tuple[tuple[str, int | None, Place | None], ...]
    has_valid_at: bool
    stream_name: int | None
    category: int | None
    position: int | None
    world: int | None
    type: int | None
    kind: int | None
    tags: int | None
    schema_version: int | None
    recorded_at: int | None
    stored_at: int | None
    valid_at: int | None
    payload: int | None
    payload_size: int | None
    payload_more: int | None
    metadata: int | None
    metadata_size: int | None
    origin_name: int | None
    origin_position: int | None
    archived: int | None

    @classmethod
    def of(cls, labels: tuple[str, ...], source: Source) -> _Plan:
        """Find out what a row with these labels has."""
        at = {name: i for i, name in enumerate(labels)}
        told = tuple(
            (name, at.get(name), getattr(source.places, name))
            for name in ("id", *_PEOPLE)
            if name in at or getattr(source.places, name) is not None
        )
        columns = {
            name: at.get(name)
            for name in cls.__dataclass_fields__
            if name not in ("stream", "order", "told", "has_valid_at", "world")
        }
        return cls(
            stream=tuple(at[n] for n in source.stream_key if n in at),
            order=tuple(at[n] for n in source.order_key if n in at),
            told=told,
            has_valid_at="valid_at" in at or source.places.valid_at is not None,
            world=at.get("global_0"),
            **columns,
        )

    def facts(self, row: Row, value: Value, meta: Value) -> dict[str, Any]:
        """Id and people, from columns first, then from their places."""
        found: dict[str, Any] = {}
        for name, column, place in self.told:
            stored = None if column is None else row[column]
            if stored is None and place is not None:
                stored = find(place, value, meta)
            if stored is not None and not isinstance(stored, dict | list):
                found[name] = str(stored)
        return found

    def origin(self, row: Row) -> tuple[str, int | None] | None:
        """Where a linked event was first written."""
        if self.origin_name is None or row[self.origin_name] is None:
            return None
        position = None if self.origin_position is None else row[self.origin_position]
        return str(row[self.origin_name]), position


def purpose(origin: object, kind: str = "event") -> StreamKind:
    """What a stream is for, when only its events tell.

    Args:
        origin: where its first or its last event was first written, if that is elsewhere.
            Both ends are asked: the home of a linked event may have been deleted.
        kind: kind of the first event.
    """
    if origin is not None or kind == "link":
        return StreamKind.LINKS
    return StreamKind.SNAPSHOTS if kind == "snapshot" else StreamKind.PRIMARY


def _in_order(event: Event) -> bool:
    """Whether nothing is to be said about an event: the usual case, told quickly."""
    content, moment = event.payload.content, event.recorded_at
    return (
        type(content) is Decoded
        and not content.notes
        and event.metadata is EMPTY
        and event.valid_at is None
        and (moment is None or moment.zone == "utc")
    )


def find(place: Place, value: Value, meta: Value) -> Value:
    """Follow a place into the decoded cells; ``None`` where it leads nowhere."""
    here = value if place.cell == "payload" else meta
    for key in place.path:
        if not isinstance(here, dict):
            return None
        here = here.get(key)
    return here


def _whole(stored: Any, findings: list[Finding]) -> int | None:
    if stored is None or type(stored) is int:
        return stored
    try:
        return int(str(stored))
    except ValueError:
        findings.append(Finding("position-invalid", f"The position is {str(stored)[:80]!r}."))
        return None


def _plain(stored: Any) -> int | str | None:
    if isinstance(stored, Decimal) and stored == stored.to_integral_value():
        return int(stored)  # a column of numbers that no integer can hold
    return stored if stored is None or isinstance(stored, int) else str(stored)


def _utf8_length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
