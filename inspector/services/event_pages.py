"""Pages of events by row number: a small cache over reading by key."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from inspector.services.collector import collector_paused
from inspector.services.page_map import PageMap
from inspector.services.rising import Rise, rises_of

if TYPE_CHECKING:
    from inspector.core.events import Event, PageKey, StreamId
    from inspector.core.rules import RuleSet
    from inspector.storage.reading import EventReader

PAGE: Final = 64
"""Rows of a page: about what a window shows. Somebody who drags the slider waits for the state
behind the page that is just being read, so a page must be short."""

KEPT: Final = 256
"""Pages that are remembered: 16,384 rows."""


class EventPages:
    """Events of a stream, or of the whole store, by row number.

    Args:
        rules: lead every event of a page on when it is read.

    Attributes:
        map: which row has which key.
    """

    def __init__(self, stream: StreamId | None, rules: RuleSet | None = None) -> None:
        self.stream, self.rules = stream, rules
        self._rises: dict[int, tuple[Rise, ...]] = {}
        self.map = PageMap(stream)
        self._pages: OrderedDict[int, tuple[Event, ...]] = OrderedDict()

    def cached(self, row: int) -> Event | None:
        """The event at a row, if its page is in memory."""
        page = self._pages.get(row // PAGE)
        if page is None:
            return None
        self._pages.move_to_end(row // PAGE)
        offset = row % PAGE
        return page[offset] if offset < len(page) else None

    def rise(self, row: int) -> Rise | None:
        """What the rules make of the event at a row, if its page is in memory."""
        page = self._rises.get(row // PAGE, ())
        offset = row % PAGE
        return page[offset] if offset < len(page) else None

    def read(self, reader: EventReader, number: int) -> tuple[Event, ...]:
        """Read page ``number`` (rows ``number * PAGE`` …)."""
        return self.read_run(reader, number, 1)[number]

    def read_run(self, reader: EventReader, first: int, pages: int) -> dict[int, tuple[Event, ...]]:
        """Read pages that follow each other at once, which a distant server answers as quickly
        as one of them; a page beyond the end is empty."""
        with collector_paused():
            rows = self._read(reader, first, pages * PAGE)
            run = {first + n: rows[n * PAGE : (n + 1) * PAGE] for n in range(pages)}
            if self.rules is not None:
                for number, part in run.items():
                    self._rises[number] = rises_of(part, self.rules)
            return run

    def _read(self, reader: EventReader, number: int, limit: int) -> tuple[Event, ...]:
        key, walk = self.map.locate(number * PAGE)
        if walk:
            stepped, _rows = reader.step(self.stream, key, walk)
            if stepped is None:
                return ()
            key = stepped
        return reader.page(self.stream, after=key, limit=limit).rows

    def end(self, reader: EventReader) -> PageKey | None:
        """The key of the last row that is known."""
        rows = self.map.count.value
        key, walk = self.map.locate(rows)
        return reader.step(self.stream, key, walk)[0] if walk else key

    def keep(self, number: int, rows: tuple[Event, ...]) -> None:
        """Remember a page; the least recently used one gives way."""
        self._pages[number] = rows
        self._pages.move_to_end(number)
        while len(self._pages) > KEPT:
            gone, _rows = self._pages.popitem(last=False)
            self._rises.pop(gone, None)

    def forget(self, from_row: int = 0) -> None:
        """Forget pages from a row on (the store grew, or another stream is shown)."""
        first = from_row // PAGE
        for number in [n for n in self._pages if n >= first]:
            del self._pages[number]
            self._rises.pop(number, None)
