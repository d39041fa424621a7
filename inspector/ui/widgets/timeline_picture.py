"""The timeline's picture: lanes, marks and hatching as one image.

Everything that does not move with the cursor is drawn once per range, size and theme, with
numpy, so that its cost depends on the number of pixels and lanes and never on the number of
events. Events are squares while they fit; where they do not, each lane shows counted bars.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPolygonF

from inspector.ui.models.timeline_bins import LaneIndex, occupied_columns
from inspector.ui.theme import Role, TintRole, Tokens
from inspector.ui.widgets.timeline_data import TimelineData

TOP: Final = 12
"""Pixels above the lanes: the cursor's handle and the signs of findings."""

BOTTOM: Final = 14
"""Pixels below the lanes: snapshots."""

LARGEST_SQUARE: Final = 9
SMALLEST_SQUARE: Final = 3
LEAST_BAR: Final = 2
BAR_WIDTH: Final = 2
LANE_PITCH: Final = 14

Pixels = npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Frame:
    """What part of a stream is drawn, and how large.

    Attributes:
        low, high: range of indexes from the left to the right edge; a row lies in the middle
            of its unit, so the first of 42 rows lies at 0 and is drawn for -0.5 to 0.5.
        width, height: size in device-independent pixels.
        density: device pixels for each of those.
    """

    low: float
    high: float
    width: int
    height: int
    density: float = 1.0

    @property
    def per_event(self) -> float:
        """Device-independent pixels that one event has for itself."""
        return self.width / (self.high - self.low)

    @property
    def squares(self) -> bool:
        """Whether every event can be drawn as a square of its own."""
        return self.per_event >= SMALLEST_SQUARE + 1

    def x(self, index: float) -> float:
        """Where an index is drawn, in device-independent pixels."""
        return (index - self.low) * self.per_event

    def index(self, x: float) -> float:
        """The index that is drawn at ``x``."""
        return self.low + x / self.per_event


def draw_timeline(data: TimelineData, lanes: LaneIndex, frame: Frame, tokens: Tokens) -> QImage:
    """The picture, transparent where nothing is."""
    wide = max(1, round(frame.width * frame.density))
    high = max(1, round(frame.height * frame.density))
    pixels = np.zeros((high, wide), np.uint32)
    if lanes.lanes:
        _draw_lanes(pixels, lanes, frame, lane_colours(lanes, tokens))
    image = QImage(pixels.data, wide, high, 4 * wide, QImage.Format.Format_ARGB32_Premultiplied)
    image = image.copy()  # the pixels belong to numpy
    image.setDevicePixelRatio(frame.density)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _draw_hatching(painter, data, frame, tokens)
    _draw_snapshots(painter, data.snapshots, frame, tokens)
    _draw_findings(painter, data.findings, frame, tokens)
    painter.end()
    return image


def lane_colours(lanes: LaneIndex, tokens: Tokens) -> tuple[str, ...]:
    """The colour of every lane, ``#RRGGBB``."""
    shown = tokens.event_types[: len(lanes.codes)]
    return (*shown, tokens.event_neutral) if lanes.others else shown


def _draw_lanes(pixels: Pixels, lanes: LaneIndex, frame: Frame, colours: Sequence[str]) -> None:
    density = frame.density
    tall = frame.height - TOP - BOTTOM
    pitch = min(LANE_PITCH, tall / lanes.lanes)
    top = TOP + (tall - pitch * lanes.lanes) / 2
    for lane, colour in enumerate(colours):
        first = round((top + pitch * lane) * density)
        last = round((top + pitch * (lane + 1)) * density)
        band = pixels[first:last]
        solid = np.uint32(0xFF000000 | int(colour[1:], 16))
        if frame.squares:
            _draw_squares(band, lanes.between(lane, frame.low - 1, frame.high + 1), frame, solid)
        else:
            _draw_bars(band, _counts(lanes, frame, pixels.shape[1])[lane], frame, solid)


def _draw_squares(
    band: Pixels, indexes: npt.NDArray[np.int64], frame: Frame, solid: np.uint32
) -> None:
    """Squares of whole device pixels, a gap of at least one between two of them."""
    density, wide = frame.density, band.shape[1]
    edge = min(LARGEST_SQUARE * density, band.shape[0] - density, (frame.per_event - 1) * density)
    edge = max(round(edge), 1)
    left = np.round((indexes - frame.low) * frame.per_event * density - edge / 2).astype(np.int64)
    columns = (left[:, None] + np.arange(edge)).ravel()
    columns = columns[(columns >= 0) & (columns < wide)]
    first = (band.shape[0] - edge) // 2
    band[first : first + edge, columns] = solid


def _counts(lanes: LaneIndex, frame: Frame, wide: int) -> npt.NDArray[np.int64]:
    bins = max(1, round(wide / (BAR_WIDTH * frame.density)))
    return lanes.bins(frame.low, frame.high, bins)


def _draw_bars(band: Pixels, counts: npt.NDArray[np.int64], frame: Frame, solid: np.uint32) -> None:
    """Bars whose area grows with the count; a lone event is still a visible one."""
    most = int(counts.max(initial=0))
    if not most:
        return
    gap = max(1, round(frame.density))
    tall, wide = band.shape[0] - gap, band.shape[1]
    least = min(tall, round(LEAST_BAR * frame.density))
    heights = np.where(counts > 0, least + np.sqrt(counts / most) * (tall - least), 0)
    of_column = np.arange(wide) * len(counts) // wide
    heights = np.round(heights).astype(np.int64)[of_column]
    rows = np.arange(band.shape[0])[:, None]
    band[rows >= band.shape[0] - heights] = solid


def _draw_hatching(painter: QPainter, data: TimelineData, frame: Frame, tokens: Tokens) -> None:
    if data.failure_from is None:
        return
    left = max(0.0, frame.x(data.failure_from - 0.5))
    right = min(float(frame.width), frame.x(data.count - 0.5))
    colour = QColor(tokens[Role.DANGER])
    colour.setAlphaF(0.45)
    rect = QRectF(left, TOP - 1, right - left, frame.height - TOP - BOTTOM + 2)
    painter.fillRect(rect, QBrush(colour, Qt.BrushStyle.BDiagPattern))


def _draw_snapshots(
    painter: QPainter, indexes: Sequence[int], frame: Frame, tokens: Tokens
) -> None:
    """A diamond where one snapshot is, a thin line where many are."""
    columns = occupied_columns(indexes, frame.low, frame.high, max(1, frame.width))
    colour = QColor(tokens.tints[TintRole.SNAPSHOT].text)
    middle = frame.height - BOTTOM / 2 + 1
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    if len(columns) > 1 and int(np.diff(columns).min()) < 10:
        for column in columns.tolist():
            painter.drawRect(QRectF(column, middle - 3, 1, 6))
        return
    for index in _inside(indexes, frame):
        painter.drawPolygon(_diamond(frame.x(index), middle, 4.5))


def _draw_findings(painter: QPainter, indexes: Sequence[int], frame: Frame, tokens: Tokens) -> None:
    """A sign above the lanes and a thin line through them."""
    colour = QColor(tokens[Role.DANGER])
    faint = QColor(colour)
    faint.setAlphaF(0.5)
    columns = occupied_columns(indexes, frame.low, frame.high, max(1, frame.width))
    alone = len(columns) <= 200
    points = _inside(indexes, frame) if alone else columns.tolist()
    painter.setPen(Qt.PenStyle.NoPen)
    for point in points:
        x = frame.x(point) if alone else float(point)
        if alone:
            painter.setBrush(faint)
            painter.drawRect(QRectF(round(x) - 0.5, TOP - 2, 1, frame.height - TOP - BOTTOM + 2))
        painter.setBrush(colour)
        painter.drawPolygon(QPolygonF([QPointF(x - 4, 1), QPointF(x + 4, 1), QPointF(x, 8)]))


def _inside(indexes: Sequence[int], frame: Frame) -> list[int]:
    array: npt.NDArray[Any] = np.asarray(indexes, np.int64)
    first, last = np.searchsorted(array, [np.ceil(frame.low), np.ceil(frame.high)])
    found: list[int] = array[first:last].tolist()
    return found


def _diamond(x: float, y: float, reach: float) -> QPolygonF:
    points = ((0, -reach), (reach, 0), (0, reach), (-reach, 0))
    return QPolygonF([QPointF(x + dx, y + dy) for dx, dy in points])
