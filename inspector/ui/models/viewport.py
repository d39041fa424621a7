"""Which part of a timeline is visible: zooming and panning that never lose the way.

Plain numbers in the unit of the axis (rows, or nanoseconds); imports neither Qt nor numpy.
Promises that the visible part always lies inside the whole, and that its length stays between
the shortest one and the whole.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

MARGIN = 0.08
"""Share of the visible part that is left free beside the cursor when the view follows it."""


@dataclass(frozen=True, slots=True)
class Viewport:
    """The visible part of a line, and the line.

    Attributes:
        first, last: ends of the whole line; ``first < last``.
        least: the shortest part that may be looked at.
        low, high: ends of the visible part.
    """

    first: float
    last: float
    least: float
    low: float
    high: float

    @classmethod
    def of(cls, first: float, last: float, least: float) -> Viewport:
        """All of a line."""
        return cls(first, last, min(least, last - first), first, last)

    @property
    def length(self) -> float:
        """How much is visible."""
        return self.high - self.low

    @property
    def is_whole(self) -> bool:
        """Whether everything is visible."""
        return self.low <= self.first and self.high >= self.last

    def whole(self) -> Viewport:
        """Everything."""
        return replace(self, low=self.first, high=self.last)

    def zoomed(self, factor: float, anchor: float) -> Viewport:
        """Show ``1 / factor`` of what is visible; ``anchor`` stays where it is on the screen."""
        length = min(max(self.length / factor, self.least), self.last - self.first)
        share = (min(max(anchor, self.low), self.high) - self.low) / self.length
        return self._from(anchor - share * length, length)

    def panned(self, by: float) -> Viewport:
        """Move the visible part; at the ends it stops."""
        return self._from(self.low + by, self.length)

    def between(self, low: float, high: float) -> Viewport:
        """Show a certain part."""
        low, high = min(low, high), max(low, high)
        length = min(max(high - low, self.least), self.last - self.first)
        return self._from((low + high - length) / 2, length)

    def showing(self, place: float) -> Viewport:
        """The nearest view in which a place is visible with some room beside it."""
        room = self.length * MARGIN
        if place < self.low + room:
            return self.panned(place - room - self.low)
        if place > self.high - room:
            return self.panned(place + room - self.high)
        return self

    def on(self, first: float, last: float, least: float) -> Viewport:
        """The same part of a line that has grown; the whole stays the whole."""
        if self.is_whole:
            return Viewport.of(first, last, least)
        grown = Viewport.of(first, last, least)
        return grown.between(self.low, self.high)

    def _from(self, low: float, length: float) -> Viewport:
        if length >= self.last - self.first:
            return self.whole()
        low = min(max(low, self.first), self.last - length)
        return replace(self, low=low, high=low + length)
