"""The timeline's picture: lanes, marks and hatching as one image.

Everything that does not move with the cursor is drawn once per range, size and theme, with
numpy, so that its cost depends on the number of pixels and lanes and never on the number of
events. Events are squares while they fit; where they do not, each lane shows counted bars.
Squares at nearly the same time are told apart by a gap before each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen, QPolygonF

from inspector.ui.models.timeline_bins import Floats, Lanes, occupied_columns
from inspector.ui.theme import Role, TintRole, Tokens
from inspector.ui.widgets.timeline_data import Tone

TOP: Final = 12
"""Pixels above the lanes: the cursor's handle and the signs of findings."""

BOTTOM: Final = 14
"""Pixels below the lanes: snapshots."""

LARGEST_SQUARE: Final = 9
SMALLEST_SQUARE: Final = 3
LEAST_BAR: Final = 2
BAR_WIDTH: Final = 2
LANE_PITCH: Final = 14
TICK: Final = 5
"""Pixels of a hit's tick at the lower edge."""

MOST_LINES: Final = 150
"""Hits in view up to which each has a line through the lanes."""

Pixels = npt.NDArray[np.uint32]

_NOWHERE: Final[Floats] = np.empty(0, np.float64)


@dataclass(frozen=True, slots=True)
class Frame:
    """What part of a timeline is drawn, and how large.

    Attributes:
        low, high: range of places from the left to the right edge. By number, a row lies in
            the middle of its unit: the first of 42 rows lies at 0 and is drawn for -0.5 to 0.5.
        width, height: size in device-independent pixels.
        density: device pixels for each of those.
    """

    low: float
    high: float
    width: int
    height: int
    density: float = 1.0

    @property
    def per_unit(self) -> float:
        """Device-independent pixels for one unit of the axis."""
        return self.width / (self.high - self.low)

    def x(self, place: float) -> float:
        """Where a place is drawn, in device-independent pixels."""
        return (place - self.low) * self.per_unit

    def place(self, x: float) -> float:
        """The place that is drawn at ``x``."""
        return self.low + x / self.per_unit


@dataclass(frozen=True, slots=True)
class Signs:
    """What is drawn over the lanes, as places on the axis, ascending.

    Attributes:
        snapshots: rows after which a snapshot was stored, and nothing is known about it.
        judged: those whose snapshot was checked, by what was found.
        findings: rows that could not be applied.
        warnings: rows where something else is to be said.
        broken: rows where what a rule says begins not to hold.
        bookmarks: rows that somebody marked.
        doubt: from where to where the state is not fully known; ``None``: nowhere.
        unread: from where to where nothing has been counted yet; ``None``: nowhere.
        hits: rows that a filter finds.
    """

    snapshots: Floats
    findings: Floats
    warnings: Floats
    broken: Floats
    judged: Mapping[Tone, Floats] = field(default_factory=dict)
    bookmarks: Floats = field(default_factory=lambda: _NOWHERE)
    doubt: tuple[float, float] | None = None
    unread: tuple[float, float] | None = None
    hits: Floats = field(default_factory=lambda: _NOWHERE)


def squares_fit(lanes: Lanes, frame: Frame) -> bool:
    """Whether every visible event can be drawn as a square of its own."""
    if not lanes.single(frame.low, frame.high):
        return False
    room = SMALLEST_SQUARE + 1
    if lanes.even:
        return frame.per_unit >= room
    return lanes.count_between(frame.low, frame.high) * room <= frame.width


def draw_timeline(lanes: Lanes, signs: Signs, frame: Frame, tokens: Tokens) -> QImage:
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
    _draw_hatching(painter, signs.doubt, frame, QColor(tokens[Role.DANGER]))
    _draw_hatching(painter, signs.unread, frame, QColor(tokens[Role.TEXT_DISABLED]))
    _draw_hits(painter, signs.hits, frame, QColor(tokens[Role.ACCENT]))
    _draw_snapshots(painter, signs, frame, tokens)
    _draw_marks(painter, signs.bookmarks, frame, tokens[Role.ACCENT], _ribbon)
    _draw_marks(painter, signs.warnings, frame, tokens[Role.WARNING], _circle)
    _draw_marks(painter, signs.broken, frame, tokens[Role.DANGER], _cross)
    _draw_marks(painter, signs.findings, frame, tokens[Role.DANGER], _pointer)
    painter.end()
    return image


def lane_colours(lanes: Lanes, tokens: Tokens) -> tuple[str, ...]:
    """The colour of every lane, ``#RRGGBB``."""
    shown = tokens.event_types[: len(lanes.codes)]
    return (*shown, tokens.event_neutral) if lanes.others else shown


def _draw_lanes(pixels: Pixels, lanes: Lanes, frame: Frame, colours: Sequence[str]) -> None:
    density = frame.density
    tall = frame.height - TOP - BOTTOM
    pitch = min(LANE_PITCH, tall / lanes.lanes)
    top = TOP + (tall - pitch * lanes.lanes) / 2
    squares = squares_fit(lanes, frame)
    bars = None if squares else _bars(lanes, frame, pixels.shape[1])
    for lane, colour in enumerate(colours):
        first = round((top + pitch * lane) * density)
        last = round((top + pitch * (lane + 1)) * density)
        band = pixels[first:last]
        solid = np.uint32(0xFF000000 | int(colour[1:], 16))
        if bars is None:
            room = frame.per_unit if lanes.even else LARGEST_SQUARE + 1.0
            beyond = LARGEST_SQUARE / frame.per_unit
            places = lanes.between(lane, frame.low - beyond, frame.high + beyond)
            _draw_squares(band, places, frame, room, solid)
        else:
            _draw_bars(band, bars[0], bars[1][lane], int(bars[1].max(initial=0)), density, solid)


def _draw_squares(
    band: Pixels, places: Floats, frame: Frame, room: float, solid: np.uint32
) -> None:
    """Squares of whole device pixels, a gap of at least one between two of them."""
    density, wide = frame.density, band.shape[1]
    edge = min(LARGEST_SQUARE * density, band.shape[0] - density, (room - 1) * density)
    edge = max(round(edge), 1)
    left = np.round((places - frame.low) * frame.per_unit * density - edge / 2).astype(np.int64)
    first = (band.shape[0] - edge) // 2
    rows = slice(first, first + edge)
    columns = (left[:, None] + np.arange(edge)).ravel()
    band[rows, columns[(columns >= 0) & (columns < wide)]] = solid
    close = np.flatnonzero(np.diff(left) <= edge) + 1
    gaps = left[close] - 1
    band[rows, gaps[(gaps >= 0) & (gaps < wide)]] = 0


def _bars(
    lanes: Lanes, frame: Frame, wide: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Which bar each column of pixels belongs to (-1: none), and the counts of the bars."""
    bins = max(1, round(wide / (BAR_WIDTH * frame.density)))
    edges, counts = lanes.bars(frame.low, frame.high, bins)
    starts = np.round((edges - frame.low) * frame.per_unit * frame.density).astype(np.int64)
    of_column = np.searchsorted(starts, np.arange(wide), side="right") - 1
    of_column[of_column >= counts.shape[1]] = -1
    return of_column, counts


def _draw_bars(  # noqa: PLR0913, PLR0917 - one call site, all of them numbers of one picture
    band: Pixels,
    of_column: npt.NDArray[np.int64],
    counts: npt.NDArray[np.int64],
    most: int,
    density: float,
    solid: np.uint32,
) -> None:
    """Bars whose area grows with the count; a lone event is still a visible one."""
    if not most:
        return
    tall = band.shape[0] - max(1, round((2 if band.shape[0] >= 6 * density else 1) * density))
    least = min(tall, round(LEAST_BAR * density))
    heights = np.where(counts > 0, least + np.sqrt(counts / most) * (tall - least), 0)
    heights = np.append(np.round(heights).astype(np.int64), 0)[of_column]
    rows = np.arange(band.shape[0])[:, None]
    band[rows >= band.shape[0] - heights] = solid


def _draw_hatching(
    painter: QPainter, part: tuple[float, float] | None, frame: Frame, colour: QColor
) -> None:
    if part is None:
        return
    left = max(0.0, frame.x(part[0]))
    right = min(float(frame.width), frame.x(part[1]))
    if right <= left:
        return
    colour.setAlphaF(0.45)
    rect = QRectF(left, TOP - 1, right - left, frame.height - TOP - BOTTOM + 2)
    painter.fillRect(rect, QBrush(colour, Qt.BrushStyle.BDiagPattern))


def _draw_hits(painter: QPainter, places: Floats, frame: Frame, colour: QColor) -> None:
    """Ticks at the lower edge, and a faint line through the lanes where they do not crowd."""
    columns = occupied_columns(places, frame.low, frame.high, max(1, frame.width)).tolist()
    faint = QColor(colour)
    faint.setAlphaF(0.22)
    for column in columns:
        if len(columns) <= MOST_LINES:
            line = QRectF(column, TOP - 1, 1, frame.height - TOP - TICK)
            painter.fillRect(line, faint)
        painter.fillRect(QRectF(column - 0.5, frame.height - TICK, 2, TICK), colour)


def _draw_snapshots(painter: QPainter, signs: Signs, frame: Frame, tokens: Tokens) -> None:
    """A sign where one snapshot is, a thin line where many are; the worst ones last, on top."""
    judged = signs.judged
    every = np.sort(np.concatenate((signs.snapshots, *judged.values())))
    columns = occupied_columns(every, frame.low, frame.high, max(1, frame.width))
    crowded = len(columns) > 1 and int(np.diff(columns).min()) < 10
    colours: dict[Tone | None, str] = {
        None: tokens.tints[TintRole.SNAPSHOT].text,
        Tone.RIGHT: tokens[Role.SUCCESS],
        Tone.DOUBT: tokens[Role.WARNING],
        Tone.WRONG: tokens[Role.DANGER],
    }
    for tone, colour in colours.items():
        places = signs.snapshots if tone is None else judged.get(tone, _NOWHERE)
        if crowded:
            _draw_snapshot_lines(painter, places, frame, QColor(colour))
        else:
            _draw_snapshot_signs(painter, places, frame, QColor(colour), tone)


def _draw_snapshot_lines(painter: QPainter, places: Floats, frame: Frame, colour: QColor) -> None:
    columns = occupied_columns(places, frame.low, frame.high, max(1, frame.width))
    for column in columns.tolist():
        painter.fillRect(QRectF(column, frame.height - BOTTOM / 2 - 2, 1, 6), colour)


def _draw_snapshot_signs(
    painter: QPainter, places: Floats, frame: Frame, colour: QColor, tone: Tone | None
) -> None:
    """A diamond; hollow where there is doubt, a triangle where the snapshot is wrong."""
    middle = frame.height - BOTTOM / 2 + 1
    hollow = tone is Tone.DOUBT
    painter.setPen(QPen(colour, 1.4) if hollow else QPen(Qt.PenStyle.NoPen))
    painter.setBrush(QBrush(Qt.BrushStyle.NoBrush) if hollow else colour)
    for place in _inside(places, frame):
        x = frame.x(place)
        wrong = [QPointF(x - 5, middle + 4), QPointF(x + 5, middle + 4), QPointF(x, middle - 5)]
        sign = QPolygonF(wrong) if tone is Tone.WRONG else _diamond(x, middle, 4 if hollow else 4.5)
        painter.drawPolygon(sign)


def _draw_marks(
    painter: QPainter,
    places: Floats,
    frame: Frame,
    colour_name: str,
    draw: Callable[[QPainter, float], None],
) -> None:
    """A sign above the lanes, and a thin line through them where signs do not crowd."""
    colour = QColor(colour_name)
    faint = QColor(colour)
    faint.setAlphaF(0.5)
    columns = occupied_columns(places, frame.low, frame.high, max(1, frame.width))
    alone = len(columns) <= 200
    points = _inside(places, frame) if alone else columns.tolist()
    painter.setPen(Qt.PenStyle.NoPen)
    for point in points:
        x = frame.x(point) if alone else float(point)
        if alone:
            painter.setBrush(faint)
            painter.drawRect(QRectF(round(x) - 0.5, TOP - 2, 1, frame.height - TOP - BOTTOM + 2))
        painter.setBrush(colour)
        draw(painter, x)


def _ribbon(painter: QPainter, x: float) -> None:
    """What somebody marked: a bookmark, wider than the sign that may stand in front of it."""
    points = ((-4.5, 0), (4.5, 0), (4.5, 11), (0, 7.5), (-4.5, 11))
    painter.drawPolygon(QPolygonF([QPointF(x + dx, dy) for dx, dy in points]))


def _pointer(painter: QPainter, x: float) -> None:
    """What could not be applied: a triangle that points at the row."""
    painter.drawPolygon(QPolygonF([QPointF(x - 4, 1), QPointF(x + 4, 1), QPointF(x, 8)]))


def _circle(painter: QPainter, x: float) -> None:
    """What is to be known about a row that was applied."""
    painter.drawEllipse(QPointF(x, 4.5), 3, 3)


def _cross(painter: QPainter, x: float) -> None:
    """Where what a rule says begins not to hold."""
    arms = ((-3, -4), (0, -1), (3, -4), (4, -3), (1, 0), (4, 3), (3, 4), (0, 1), (-3, 4), (-4, 3))
    points = (*arms, (-1, 0), (-4, -3))
    painter.drawPolygon(QPolygonF([QPointF(x + dx, 5 + dy) for dx, dy in points]))


def _inside(places: Floats, frame: Frame) -> list[float]:
    """Places in the frame; one for each pixel where there are more."""
    first, last = np.searchsorted(places, [frame.low, frame.high])
    found: list[float] = places[first:last][:: max(1, (last - first) // 400)].tolist()
    return found


def _diamond(x: float, y: float, reach: float) -> QPolygonF:
    points = ((0, -reach), (reach, 0), (0, reach), (-reach, 0))
    return QPolygonF([QPointF(x + dx, y + dy) for dx, dy in points])
