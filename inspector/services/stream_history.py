"""The rows of one stream, held cheaply for replay.

Of every row only the stored payload is kept, beside two arrays with its position and a code
for its type: a stream of 100,000 events costs its raw bytes and about fifty bytes an event.
When the raw bytes of a very long stream exceed the budget, the oldest segments are given back
and read again by key when somebody looks there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from inspector.codecs._api import CodecError
from inspector.core.folding import PASSED, Entry
from inspector.core.payloads import REPLAY_LIMIT, Decoded, Undecoded, Value
from inspector.core.replaying import KEYFRAME_EVERY
from inspector.services.stream_rows import StreamRows
from inspector.storage.shaping import find

if TYPE_CHECKING:
    from inspector.codecs import ColumnDecoder
    from inspector.core.events import StreamId
    from inspector.storage.reading import HistoryBlock
    from inspector.storage.store_reader import StoreReader

BUDGET = 256 * 1024 * 1024
"""Raw bytes of payloads that one stream may keep in memory."""


class StreamHistory(StreamRows):
    """Rows of one stream with their payloads.

    Args:
        reader: how the store is read; only its description is kept.
        stream: the stream.
        budget: bytes of raw payloads to keep at most.
    """

    def __init__(self, reader: StoreReader, stream: StreamId, budget: int = BUDGET) -> None:
        super().__init__(stream)
        self._segments: list[_Segment | None] = []
        self._source = reader.source
        self._budget = budget
        self._held = 0
        self._oldest = 0

    @property
    def counted(self) -> bool:
        """Whether the store has no positions, so that they are only counted rows."""
        return self._source.counted_positions

    # -- loading --------------------------------------------------------------------------

    def load(self, reader: StoreReader, rows: int) -> Iterator[Entry]:
        """Read the next rows and give their entries; ``rows`` is a multiple of a segment.

        A last segment that was not full is read again as a whole, so that segments stay
        aligned with keyframes when a stream grows; its known entries are not given twice.
        The arrays are complete when the iterator is.
        """
        known = self._reopen_last_segment()
        block = reader.events.history(self.stream, self.after, rows)
        for start in range(0, len(block.rows), KEYFRAME_EVERY):
            part = block.rows[start : start + KEYFRAME_EVERY]
            added = self._add(reader, block, part)
            yield from islice(added, known, None) if known and start == 0 else added

    def _reopen_last_segment(self) -> int:
        rest = len(self) % KEYFRAME_EVERY
        if rest:
            segment = self._segments.pop()
            self._held -= segment.size if segment is not None else 0
            self._after.pop()
            del self.positions[-rest:]
            del self.codes[-rest:]
        return rest

    def _add(
        self, reader: StoreReader, block: HistoryBlock, rows: list[tuple[Any, ...]]
    ) -> Iterator[Entry]:
        segment = _Segment(block.columns, rows)
        order = block.keys
        self._after.append(tuple(rows[-1][:order]))
        self._segments.append(segment)
        self._held += segment.size
        self.positions.extend(self._positions(block, rows))
        if segment.types is None or self._source.places.type is not None:
            yield from self._typed_by_payload(reader, segment)
        else:
            known = self._code_of
            for name in dict.fromkeys(segment.types):  # in order: colours go by it
                if name not in known:
                    self._code(name)
            self.codes.extend(map(known.__getitem__, segment.types))
            yield from self._entries(reader, segment)
        segment.forget_types()
        self._give_back()

    def _typed_by_payload(self, reader: StoreReader, segment: _Segment) -> Iterator[Entry]:
        for event_type, value in self._entries(reader, segment):
            self.codes.append(self._code(event_type))
            yield event_type, value

    def _positions(self, block: HistoryBlock, rows: list[tuple[Any, ...]]) -> list[int]:
        if self._source.counted_positions:
            start = len(self.positions) + 1
            return list(range(start, start + len(rows)))
        index = block.columns.index("position") if "position" in block.columns else None
        if index is None:
            return [-1] * len(rows)
        found = list(map(itemgetter(index), rows))
        if set(map(type, found)) <= {int}:
            return found
        return [int(p) if isinstance(p, int) else -1 for p in found]

    def _give_back(self) -> None:
        """Drop the oldest segments beyond the budget; they are read again when needed."""
        while self._held > self._budget and self._oldest < len(self._segments) - 1:
            segment = self._segments[self._oldest]
            if segment is not None:
                self._held -= segment.size
                self._segments[self._oldest] = None
            self._oldest += 1

    # -- looking --------------------------------------------------------------------------

    def entries(self, reader: StoreReader, start: int, stop: int) -> list[Entry]:
        """Entries of the rows ``start`` … ``stop - 1``, all of one segment."""
        number = start // KEYFRAME_EVERY
        segment = self._segments[number]
        if segment is None:
            block = reader.events.history(self.stream, self._after[number], KEYFRAME_EVERY)
            segment = _Segment(block.columns, block.rows)
        first = number * KEYFRAME_EVERY
        if segment.types is None and self._source.places.type is None:
            segment.types = [self.types[c] for c in self.codes[first : first + len(segment)]]
        part = segment.part(start - first, stop - first)
        return list(self._entries(reader, part))

    # -- decoding -------------------------------------------------------------------------

    def _entries(self, reader: StoreReader, segment: _Segment) -> Iterable[Entry]:
        """Entries, their values unsealed where that is to be done."""
        opened, unseal = reader.opened, self._source.unseal_data
        entries = self._stored_entries(opened.payloads, segment)
        if unseal is None:
            return entries
        ring = opened.decoders.ring
        return ((event_type, unseal(value, ring)) for event_type, value in entries)

    def _stored_entries(self, decoder: ColumnDecoder, segment: _Segment) -> Iterable[Entry]:
        plain = segment.kinds is None and segment.more is None and segment.types is not None
        places = self._source.places
        if plain and places.type is None and places.data is None:
            return _plain_entries(decoder, segment)
        return self._any_entries(decoder, segment)

    def _any_entries(self, decoder: ColumnDecoder, segment: _Segment) -> Iterator[Entry]:
        ignored = self._source.folding.ignore_kinds
        seeds = self._source.folding.seed_types
        place, data = self._source.places.type, self._source.places.data
        for i, raw in enumerate(segment.payloads):
            value = _any_value(decoder, segment, i, raw)
            name = segment.types[i] if segment.types is not None else None
            if name is None and place is not None:
                name = find(place, value, None)
            event_type = "" if name is None else str(name)
            kind = segment.kinds[i] if segment.kinds is not None else None
            if kind in ignored and event_type not in seeds:
                yield event_type, PASSED
                continue
            more = segment.more[i] if segment.more is not None else None
            if data is not None and not isinstance(value, Undecoded):
                value = find(data, value, None)
            yield event_type, _merged(decoder, value, more)


def _plain_entries(decoder: ColumnDecoder, segment: _Segment) -> Iterable[Entry]:
    """The usual case: a type column and one payload cell; nothing else to look at."""
    types = segment.types or ()
    try:
        values = decoder.short_values(segment.payloads)
    except TypeError:  # no cell, or one that is no text
        values = None
    if values is None:
        return _entries_one_by_one(decoder, segment, types)
    return zip(types, values, strict=True)


def _entries_one_by_one(
    decoder: ColumnDecoder, segment: _Segment, types: Sequence[Any]
) -> Iterator[Entry]:
    value_of = decoder.value
    for i, (event_type, raw) in enumerate(zip(types, segment.payloads, strict=True)):
        try:
            value = decoder.of(str(event_type)).value(raw) if decoder.typed else value_of(raw)
        except (CodecError, TypeError):  # TypeError: no cell, or one that is no text
            value = _any_value(decoder, segment, i, raw)
        yield event_type, value


def _merged(decoder: ColumnDecoder, value: Value, more: Any) -> Value:
    """Business data and personal data that a store keeps apart."""
    if more is None or not isinstance(value, dict):
        return value
    extra = decoder(more)
    if isinstance(extra, Decoded) and isinstance(extra.value, dict):
        return {**value, **extra.value}
    return value


def _any_value(decoder: ColumnDecoder, segment: _Segment, index: int, raw: Any) -> Value:
    """The value of any cell: missing, too large, no text, or undecodable."""
    if raw is None:
        oversize = segment.oversize.get(index)
        if oversize is None:
            return None
        limit = REPLAY_LIMIT // (1024 * 1024)
        reason = f"The payload has {oversize:,} bytes; replay reads at most {limit} MiB"
        return Undecoded(reason, oversize, "payload-too-large")
    if isinstance(raw, memoryview | bytearray):
        raw = bytes(raw)
    if not isinstance(raw, bytes | str):
        return raw
    if decoder.typed and segment.types is not None and segment.types[index] is not None:
        decoder = decoder.of(str(segment.types[index]))
    read = decoder(raw)
    return read.value if isinstance(read, Decoded) else read


def _unless_empty(cells: list[Any] | None) -> list[Any] | None:
    """``None`` for a column that holds nothing in any of the rows."""
    return None if cells is None or cells.count(None) == len(cells) else cells


def _size_of(payloads: list[Any]) -> int:
    """Bytes and characters of all cells that have any."""
    try:
        return sum(map(len, payloads))
    except TypeError:  # a missing cell, or a number
        return sum(len(cell) for cell in payloads if isinstance(cell, bytes | str))


class _Segment:
    """Up to 256 consecutive rows, column by column."""

    __slots__ = ("kinds", "more", "oversize", "payloads", "size", "types")

    def __init__(self, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
        cells = dict(zip(columns, map(list, zip(*rows, strict=True)), strict=False))
        self.payloads: list[Any] = cells.get("payload") or [None] * len(rows)
        self.types = cells.get("type")
        self.kinds = cells.get("kind")
        self.more = _unless_empty(cells.get("payload_more"))
        sizes = _unless_empty(cells.get("payload_oversize")) or []
        self.oversize = {i: size for i, size in enumerate(sizes) if size is not None}
        self.size = _size_of(self.payloads)

    def __len__(self) -> int:
        return len(self.payloads)

    def forget_types(self) -> None:
        """The codes say the same in two bytes."""
        self.types = None

    def part(self, start: int, stop: int) -> _Segment:
        """Some of the rows."""
        if start == 0 and stop >= len(self):
            return self
        part = _Segment((), [])
        part.payloads = self.payloads[start:stop]
        part.types = None if self.types is None else self.types[start:stop]
        part.kinds = None if self.kinds is None else self.kinds[start:stop]
        part.more = None if self.more is None else self.more[start:stop]
        part.oversize = {i - start: s for i, s in self.oversize.items() if start <= i < stop}
        return part
