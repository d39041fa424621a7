"""Which row of a long list has which key, learned in steps.

Pages are found by key, but a scroll bar asks for rows by number. The map holds the key of
every ``STRIDE``-th row; a row in between is found by a short walk through the index. It is
built by the scanning lane, chunk by chunk, and says "at least n rows" until it is complete.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.core.events import Count

if TYPE_CHECKING:
    from collections.abc import Callable

    from inspector.core.events import PageKey, StreamId
    from inspector.services.tasks import Work
    from inspector.storage.reading import EventReader

STRIDE = 4096
"""Rows between two remembered keys: 2,441 keys for ten million rows."""


class PageMap:
    """Keys of rows 0, ``STRIDE``, 2·``STRIDE`` … of a stream or of the whole store.

    Attributes:
        stream: the stream, or ``None`` for the store in global order.
    """

    def __init__(self, stream: StreamId | None) -> None:
        self.stream = stream
        self._after: list[PageKey | None] = [None]
        self._rows = 0
        self._complete = False

    @property
    def count(self) -> Count:
        """Rows known so far."""
        return Count(self._rows, exact=self._complete)

    def learn(self, reader: EventReader) -> bool:
        """Walk one stride further; returns whether rows may follow."""
        if self._complete:
            return False
        key, rows = reader.step(self.stream, self._after[-1], STRIDE)
        self._rows += rows
        if key is None:
            self._complete = True
        else:
            self._after.append(key)
        return not self._complete

    def learn_all(
        self, reader: EventReader, work: Work, told: Callable[[Count], None] | None = None
    ) -> Count:
        """Walk to the end, looking at the token between two strides."""
        while self.learn(reader):
            work.check()
            work.report(self._rows, None, "events")
            if told is not None:
                told(self.count)
        return self.count

    def grown(self, reader: EventReader) -> Count:
        """Look again whether rows were added since the map was completed."""
        if self._complete:
            self._complete = False
            self._rows = (len(self._after) - 1) * STRIDE
        self.learn(reader)
        return self.count

    def locate(self, row: int) -> tuple[PageKey | None, int]:
        """The nearest remembered key at or before a row, and how many rows to walk on."""
        index = min(row // STRIDE, len(self._after) - 1)
        return self._after[index], row - index * STRIDE
