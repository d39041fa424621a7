"""The axis under the timeline: round stored positions, or round moments of a clock."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, tzinfo
from typing import Final

import pyqtgraph as pg

from inspector.core.texts import thousands
from inspector.core.time_steps import TimeStep, place_text, time_places, time_step
from inspector.ui.models.timeline_scale import NumberScale, Scale
from inspector.ui.widgets.plain_text import visible_text
from inspector.ui.widgets.timeline_data import NO_DATA, TimelineData

Ticks = list[tuple[float, list[float]]]
"""Levels of ticks: their distance, and their places."""

_LABEL_GAP: Final = 56
_CHARACTER: Final = 8


class TimelineAxis(pg.AxisItem):  # type: ignore[misc] # pyqtgraph has no types
    """Labels at round places, never at fractions of a position.

    Attributes:
        content: what the timeline shows; ``placing``: where its rows lie.
        zone: tells the zone that times are shown in.
    """

    content: TimelineData = NO_DATA
    placing: Scale = NumberScale(0)
    zone: Callable[[], tzinfo | None] = staticmethod(lambda: UTC)
    _step: TimeStep = TimeStep(nanoseconds=1)

    def tickValues(self, low: float, high: float, size: float) -> Ticks:  # noqa: N802
        """Places of labels, and of the smaller ticks between them."""
        if self.content.count == 0 or size <= 0:
            return []
        origin = self.placing.origin
        if origin is not None:
            return self._time_ticks(origin, low, high, size)
        return self._number_ticks(low, high, size)

    def _number_ticks(self, low: float, high: float, size: float) -> Ticks:
        count = self.content.line
        first = self.content.position(0)
        widest = len(thousands(self.content.position(count - 1)))
        step = round_step((high - low) / size * (widest * _CHARACTER + _LABEL_GAP))
        levels = [step] if step < 5 else [step, step // 5]
        start, stop = max(0, math.ceil(low)), min(count - 1, math.floor(high))
        return [(level, _round_places(start, stop, first, level)) for level in levels]

    def _time_ticks(self, origin: int, low: float, high: float, size: float) -> Ticks:
        step = time_step((high - low) / size * 160)
        self._step = step
        first, last = math.ceil(low) + origin, math.floor(high) + origin
        places = time_places(first, last, step, self.zone())
        return [(float(high - low), [float(place - origin) for place in places])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:  # noqa: N802
        """The stored positions, or the clock times, at those places."""
        del scale, spacing
        origin, zone = self.placing.origin, self.zone()
        if origin is not None:
            return [place_text(round(v) + origin, self._step, zone) for v in values]
        return [visible_text(thousands(self.content.position(round(value)))) for value in values]


def _round_places(start: int, stop: int, first: int, step: int) -> list[float]:
    """Indexes whose position is a multiple of the step, where positions run without gaps."""
    begin = start + (-(start + first)) % step
    return [float(index) for index in range(begin, stop + 1, step)]


def round_step(least: float) -> int:
    """The smallest of 1, 2, 5, 10, 20, 50 … that is at least so large."""
    if least <= 1:
        return 1
    power = int(10 ** math.floor(math.log10(least)))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least)
