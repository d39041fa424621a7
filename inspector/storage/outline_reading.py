"""Reading the outline of a store: what a timeline needs, without the events themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from inspector.codecs._api import CodecError
from inspector.core.payloads import REPLAY_LIMIT
from inspector.storage.outline_statements import OutlineStatements
from inspector.storage.shaping import find
from inspector.storage.statements import key_parameters, stream_parameters

if TYPE_CHECKING:
    from inspector.core.events import PageKey, StreamId
    from inspector.core.instants import Instant
    from inspector.layouts._api import Place
    from inspector.storage.opened import Opened
    from inspector.storage.reading import EventReader


@dataclass(frozen=True, slots=True)
class MomentBlock:
    """Times of consecutive rows of a stream; ``None``: the event has none.

    Attributes:
        after: key of the last row; ``more``: whether rows may follow.
    """

    moments: tuple[Instant | None, ...]
    after: PageKey | None
    more: bool


@dataclass(frozen=True, slots=True)
class TypeBlock:
    """Stored types of consecutive rows of the store, ``""`` where there is none.

    Attributes:
        after: key of the last row; ``more``: whether rows may follow.
    """

    types: tuple[str, ...]
    after: PageKey | None
    more: bool


@dataclass(frozen=True, slots=True)
class PlacedBlock:
    """Types (``""``: none) and times (``None``: none) of consecutive rows of the store.

    Attributes:
        after: key of the last row; ``more``: whether rows may follow.
    """

    types: tuple[str, ...]
    moments: tuple[Instant | None, ...]
    after: PageKey | None
    more: bool


@dataclass(frozen=True, slots=True)
class TypeCount:
    """So many rows of a type begin at ``first`` (rows from the start of what was counted)."""

    first: int
    type: str
    count: int


class OutlineReader:
    """Reads types, times and counts of one matched store through one connection."""

    def __init__(self, opened: Opened, events: EventReader) -> None:
        self._statements = OutlineStatements(opened.statements)
        self._read = opened.connection.read
        self._shaper = opened.shaper
        self._decoder = opened.payloads
        self._place = opened.source.places.recorded_at
        self._events = events

    @property
    def has_types(self) -> bool:
        """Whether types can be counted by the database: they have a column."""
        return self._statements.has_types

    def moments(self, stream: StreamId | None, after: PageKey | None, limit: int) -> MomentBlock:
        """When the next events of a stream, or of the whole store, were recorded.

        A column of times is read alone, and times inside of payloads without the rest of the
        row. Where one of these is missing whole events are read, so that the times are always
        those that the table of events shows.
        """
        by_column = self._statements.has_times
        if stream is None:
            by_column = self._statements.has_times_of_all
        if by_column:
            found = self._from_column(stream, after, limit)
        elif stream is not None and self._place is not None and self._place.cell == "payload":
            found = self._from_payloads(stream, after, limit, self._place)
        else:
            return self._from_events(stream, after, limit)
        return self._from_events(stream, after, limit) if None in found.moments else found

    def _from_column(
        self, stream: StreamId | None, after: PageKey | None, limit: int
    ) -> MomentBlock:
        parameters = {"limit": limit, **stream_parameters(stream)}
        parameters |= key_parameters("a", after or ())
        order = self._events.order(stream)
        key = None if stream is None else stream.key
        statement = self._statements.moments(key, order, after=after is not None)
        rows = self._read(statement, parameters)
        moments = tuple(self._shaper.instant(row[-1]) for row in rows)
        last = tuple(rows[-1][: len(order)]) if rows else None
        return MomentBlock(moments, last, len(rows) == limit)

    def _from_payloads(
        self, stream: StreamId, after: PageKey | None, limit: int, place: Place
    ) -> MomentBlock:
        block = self._events.history(stream, after, limit)
        column = block.columns.index("payload")
        moments = tuple(self._in_payload(place, row[column]) for row in block.rows)
        return MomentBlock(moments, block.after, len(block.rows) == limit)

    def _in_payload(self, place: Place, payload: Any) -> Instant | None:
        try:
            stored = find(place, self._decoder.value(payload), None)
        except (CodecError, TypeError):  # TypeError: no cell, or one that is no text
            return None
        return None if isinstance(stored, dict | list) else self._shaper.instant(stored)

    def _from_events(
        self, stream: StreamId | None, after: PageKey | None, limit: int
    ) -> MomentBlock:
        page = self._events.page(stream, after=after, limit=limit)
        return MomentBlock(tuple(e.recorded_at for e in page.rows), page.after, page.more)

    @property
    def may_have_times(self) -> bool:
        """Whether the layout knows where a time would be."""
        return self._statements.has_times_of_all or self._place is not None

    def placed(self, after: PageKey | None, limit: int) -> PlacedBlock:
        """Type and time of the store's next rows in global order, as the table shows them."""
        statements, place = self._statements, self._place
        if statements.has_times_of_all:
            found = self._placed(statements.placed(after=after is not None), after, limit)
            moments = tuple(self._shaper.instant(row[-1]) for row in found)
        elif place is not None and place.cell == "payload" and statements.has_payloads_of_all:
            found = self._placed(statements.payloads(after=after is not None), after, limit)
            moments = tuple(self._in_payload(place, row[-2]) for row in found)
        else:
            return self._placed_from_events(after, limit)
        if None in moments:
            return self._placed_from_events(after, limit)
        size = len(self._events.order(None))
        types = (_text(row[size]) if self.has_types else "" for row in found)
        last = tuple(found[-1][:size]) if found else None
        return PlacedBlock(tuple(types), moments, last, len(found) == limit)

    def _placed(self, statement: Any, after: PageKey | None, limit: int) -> list[Any]:
        parameters = {"limit": limit, "size": REPLAY_LIMIT} | key_parameters("a", after or ())
        return list(self._read(statement, parameters))

    def _placed_from_events(self, after: PageKey | None, limit: int) -> PlacedBlock:
        page = self._events.page(None, after=after, limit=limit)
        types = tuple(e.type if self.has_types else "" for e in page.rows)
        return PlacedBlock(types, tuple(e.recorded_at for e in page.rows), page.after, page.more)

    def types(self, after: PageKey | None, limit: int) -> TypeBlock:
        """Types of the store's next rows in global order."""
        parameters = {"limit": limit} | key_parameters("a", after or ())
        rows = self._read(self._statements.types(after=after is not None), parameters)
        last = tuple(rows[-1][:-1]) if rows else None
        return TypeBlock(tuple(_text(row[-1]) for row in rows), last, len(rows) == limit)

    def tally(self, after: PageKey | None, limit: int, every: int) -> list[TypeCount]:
        """How many of each type are among the next rows, for each ``every`` rows of them."""
        parameters = {"limit": limit, "bin": every} | key_parameters("a", after or ())
        rows = self._read(self._statements.tally(after=after is not None), parameters)
        return [TypeCount(int(first), _text(kind), int(count)) for first, kind, count in rows]

    def rows_between(self, after: PageKey, until: PageKey) -> int:
        """How many rows of the store lie after one key and not after another."""
        parameters = key_parameters("a", after) | key_parameters("u", until)
        return int(self._read(self._statements.between(), parameters)[0][0])


def _text(stored: Any) -> str:
    return "" if stored is None else str(stored)
