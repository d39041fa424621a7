"""From a labelled row to an :class:`Event`.

A row is never dropped: a cell that no codec can read becomes ``Undecoded`` with a finding, a
missing type or position becomes a finding, and the raw cell stays beside the decoded value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from inspector.core import conventions
from inspector.core.events import (
    Count,
    Event,
    EventRef,
    PageKey,
    StreamId,
    StreamKind,
    StreamSummary,
)
from inspector.core.findings import Finding
from inspector.core.instants import Instant, instant_from_epoch, parse_instant
from inspector.core.payloads import EAGER_LIMIT, EMPTY, Decoded, Payload, Undecoded, Value

if TYPE_CHECKING:
    from inspector.layouts._api import Layout, Match, Place, Source

Decode = Callable[[bytes | str], Decoded | Undecoded]
Row = Sequence[Any]

_FACTS = ("correlation_id", "causation_id", "actor", "tenant")


class Shaper:
    """Shapes rows of one source.

    Args:
        layout, match, source: who recognised the store, and how it described it.
        payload, metadata: decoders of the two kinds of cells.
    """

    def __init__(
        self, layout: Layout, match: Match, source: Source, payload: Decode, metadata: Decode
    ) -> None:
        self._layout = layout
        self._match = match
        self._source = source
        self._places = source.places
        self._payload = payload
        self._metadata = metadata
        self._streams: dict[PageKey, StreamId] = {}

    def events(self, labels: Sequence[str], rows: Sequence[Row]) -> tuple[Event, ...]:
        """Shape a page."""
        index = {name: i for i, name in enumerate(labels)}
        return tuple(self._event(_Cells(index, row)) for row in rows)

    def stream(self, key: PageKey, name: str | None = None) -> StreamId:
        """The stream with this key; remembered, since a page is often of one stream."""
        known = self._streams.get(key)
        if known is None:
            known = self._layout.stream_id(key, name, self._match)
            if len(self._streams) > 4096:
                self._streams.clear()
            self._streams[key] = known
        return known

    def cell(self, raw: Any, size: int | None, decode: Decode) -> Payload:
        """A payload or metadata cell with what could be read out of it."""
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
        if length > EAGER_LIMIT:
            reason = f"{length:,} bytes, decoded only on demand"
            return Payload(raw, Undecoded(reason, length, "payload-too-large"), length)
        return Payload(raw, decode(raw), length)

    def instant(self, stored: Any) -> Instant | None:
        """A stored time of any of the forms that stores use."""
        if isinstance(stored, int) and not isinstance(stored, bool):
            return instant_from_epoch(stored, per_second=self._places.epoch_per_second)
        return parse_instant(stored, assume_utc=self._places.time_zone_utc)

    def summary(self, labels: Sequence[str], row: Row, most: int) -> StreamSummary:
        """A stream in the list, from its first and last row."""
        cells = _Cells({name: i for i, name in enumerate(labels)}, row)
        key = tuple(cells.get(n) for n in self._source.stream_key)
        stream = self.stream(key, cells.get("stream_name"))
        if cells.get("kind") is not None:
            stream = replace(stream, kind=StreamKind(cells.get("kind")))
        first, last = self._edge(cells, "first"), self._edge(cells, "last")
        count = int(cells.get("events") or 0)
        return StreamSummary(
            stream=stream,
            events=Count(count, exact=count < most),
            first_position=first.position,
            last_position=last.position,
            first_time=first.recorded_at,
            last_time=last.recorded_at,
            archived=bool(cells.get("archived")),
            deleted=cells.get("deleted") not in (None, False, 0),
            tenant=first.tenant,
        )

    def _edge(self, cells: _Cells, side: str) -> Event:
        """The first or last event of a stream, from the columns of a summary."""
        prefix = f"{side}_"
        return self._event(cells.part(prefix))

    # -- one event ------------------------------------------------------------------------

    def _event(self, cells: _Cells) -> Event:
        findings: list[Finding] = []
        payload = self.cell(cells.get("payload"), cells.get("payload_size"), self._payload)
        metadata = self.cell(cells.get("metadata"), cells.get("metadata_size"), self._metadata)
        value = self._merged(payload.value, cells)
        meta = metadata.value
        if meta is None and self._places.meta is not None:
            meta = find(self._places.meta, value, None)
        stream = self._stream_of(cells, findings)
        position = _whole(cells.get("position"), findings)
        event = Event(
            ref=EventRef(tuple(cells.get(n) for n in self._source.order_key)),
            stream=stream,
            position=position,
            type=self._type(cells, value, findings),
            data=self._business(value),
            payload=payload,
            metadata=metadata,
            meta=meta,
            global_position=_plain(cells.get("global_0")),
            id=self._fact("id", cells, value, meta),
            schema_version=self._schema_version(cells, value, meta),
            recorded_at=self._time("recorded_at", cells, value, meta),
            valid_at=self._time("valid_at", cells, value, meta),
            **self._people(cells, value, meta),
            kind=str(cells.get("kind") or "event"),
            tags=tuple(str(t) for t in cells.get("tags") or ()),
            origin=_origin(cells),
        )
        return self._finished(event, findings)

    def _finished(self, event: Event, findings: list[Finding]) -> Event:
        event = self._layout.adjust(event)
        place = f"{event.stream.name} {event.position}"
        cells = (event.payload.content, "payload"), (event.metadata.content, "metadata")
        for content, cell in cells:
            if isinstance(content, Undecoded):
                code = content.code if cell == "payload" else "metadata-undecodable"
                findings.append(
                    Finding(code, f"The {cell} was not decoded: {content.reason}.", place)
                )
            elif isinstance(content, Decoded):
                findings.extend(Finding(code, text, place) for code, text in content.notes)
        moments = (event.recorded_at, event.valid_at)
        odd = (m for m in moments if m is not None and m.zone != "utc")
        findings.extend(_time_finding(moment, place) for moment in odd)
        if not findings:
            return event
        return replace(event, findings=(*event.findings, *findings))

    def _merged(self, value: Value, cells: _Cells) -> Value:
        more = cells.get("payload_more")
        if more is None or not isinstance(value, dict):
            return value
        extra = self.cell(more, None, self._payload).value
        return {**value, **extra} if isinstance(extra, dict) else value

    def _business(self, value: Value) -> Value:
        hidden = self._places.hidden
        if not hidden or not isinstance(value, dict):
            return value
        return {k: v for k, v in value.items() if k not in hidden}

    def _stream_of(self, cells: _Cells, findings: list[Finding]) -> StreamId:
        key = tuple(cells.get(n) for n in self._source.stream_key)
        if all(part is None for part in key):
            findings.append(Finding("stream-missing", "The row names no stream."))
        return self.stream(key, cells.get("stream_name"))

    def _type(self, cells: _Cells, value: Value, findings: list[Finding]) -> str:
        stored = cells.get("type")
        if stored is None and self._places.type is not None:
            stored = find(self._places.type, value, None)
        if stored is None:
            findings.append(Finding("type-missing", "The row names no event type."))
            return ""
        return str(stored)

    def _fact(self, name: str, cells: _Cells, value: Value, meta: Value) -> str | None:
        stored = cells.get(name)
        if stored is None:
            place = getattr(self._places, name)
            stored = None if place is None else find(place, value, meta)
        return None if stored is None or isinstance(stored, dict | list) else str(stored)

    def _people(self, cells: _Cells, value: Value, meta: Value) -> dict[str, str | None]:
        """Correlation, causation, actor, tenant: column, then place, then well-known names."""
        facts = {name: self._fact(name, cells, value, meta) for name in _FACTS}
        if None not in facts.values():
            return facts
        known = conventions.facts(meta, value)
        return {name: facts[name] if facts[name] is not None else known[name] for name in _FACTS}

    def _schema_version(self, cells: _Cells, value: Value, meta: Value) -> str | int | None:
        stored = cells.get("schema_version")
        place = self._places.schema_version
        if stored is None and place is not None:
            stored = find(place, value, meta)
        if stored is None:
            decoded = isinstance(value, dict) or place is None or place.cell != "payload"
            return self._places.schema_version_default if decoded else None
        return stored if isinstance(stored, int) else str(stored)

    def _time(self, name: str, cells: _Cells, value: Value, meta: Value) -> Instant | None:
        stored = cells.get(name)
        place = getattr(self._places, name)
        if stored is None and place is not None:
            stored = find(place, value, meta)
            if isinstance(stored, dict | list):
                return None
        return self.instant(stored)


class _Cells:
    """A row, read by label."""

    __slots__ = ("_index", "_row")

    def __init__(self, index: dict[str, int], row: Row) -> None:
        self._index = index
        self._row = row

    def get(self, label: str) -> Any:
        """The value under the label, or ``None`` when the store has no such column."""
        i = self._index.get(label)
        return None if i is None else self._row[i]

    def part(self, prefix: str) -> _Cells:
        """The cells whose label begins with the prefix, under the rest of the label."""
        size = len(prefix)
        index = {n[size:]: i for n, i in self._index.items() if n.startswith(prefix)}
        return _Cells({**self._index, **index}, self._row)


def find(place: Place, value: Value, meta: Value) -> Value:
    """Follow a place into the decoded cells; ``None`` where it leads nowhere."""
    here = value if place.cell == "payload" else meta
    for key in place.path:
        if not isinstance(here, dict):
            return None
        here = here.get(key)
    return here


def _whole(stored: Any, findings: list[Finding]) -> int | None:
    if stored is None:
        return None
    if isinstance(stored, int):
        return int(stored)
    try:
        return int(str(stored))
    except ValueError:
        findings.append(Finding("position-invalid", f"The position is {str(stored)[:80]!r}."))
        return None


def _plain(stored: Any) -> int | str | None:
    return stored if stored is None or isinstance(stored, int) else str(stored)


def _origin(cells: _Cells) -> tuple[str, int | None] | None:
    name = cells.get("origin_name")
    return None if name is None else (str(name), cells.get("origin_position"))


def _time_finding(moment: Instant, place: str) -> Finding:
    if moment.zone == "unknown":
        return Finding("time-without-zone", f"{moment.text} names no zone.", place)
    return Finding("time-unreadable", f"{moment.text[:80]!r} is no time.", place)


def _utf8_length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
