"""What is drawn in the timeline's view box: the kept picture, and the lines over it."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QTransform
from PySide6.QtWidgets import QGraphicsObject, QStyleOptionGraphicsItem, QWidget

from inspector.ui.models.clock_lanes import ClockLanes, ClockScale
from inspector.ui.models.store_lanes import StoreLanes
from inspector.ui.models.timeline_bins import LaneIndex, Lanes, build_lanes
from inspector.ui.models.timeline_scale import NumberScale, Scale, TimeScale
from inspector.ui.theme import Role, Theme
from inspector.ui.widgets.timeline_data import NO_DATA, TimelineData, Tone
from inspector.ui.widgets.timeline_picture import TOP, Frame, Signs, draw_timeline, squares_fit

HANDLE: Final = 5


class TimelineItem(QGraphicsObject):
    """Picture, cursor and hover line, in pixels of the view box it lies in."""

    def __init__(self, theme: Theme, box: Any) -> None:
        super().__init__(box)
        self._theme, self._box = theme, box
        self._cursor = self._hover = -1
        self._focused = False
        self._picture: QImage | None = None
        self._drawn: Frame | None = None
        self._scale: Scale = NumberScale(0)
        self._signs = Signs(*(np.empty(0),) * 4)
        self.lanes: Lanes = LaneIndex(0, (), others=False, members=())
        self.content: TimelineData = NO_DATA
        self.setZValue(10)

    def set_data(self, data: TimelineData, scale: Scale) -> None:
        """Draw another stream."""
        self.lanes = self._lanes_of(data, scale)
        self.content, self._scale = data, scale
        self._signs = signs_of(data, scale)
        self.forget_picture()

    def _lanes_of(self, data: TimelineData, scale: Scale) -> Lanes:
        if data.clock is not None:
            return ClockLanes(data.clock, len(data.type_names), data.clock_closeup)
        if data.density is None:
            places = scale.all if isinstance(scale, TimeScale) else None
            return build_lanes(data.type_codes, len(data.type_names), places)
        shown, known = self.lanes, self.content.density
        stays = isinstance(shown, StoreLanes) and known is not None and bool(shown.codes)
        if known is not None and known.complete != data.density.complete:
            stays = False  # now it is known which types are the most frequent ones
        return StoreLanes(data.density, data.closeup, shown.codes if stays else None)

    def set_cursor(self, index: int) -> None:
        """Draw the cursor there."""
        self._cursor = index
        self.update()

    def cursor_place(self) -> float | None:
        """Where the cursor is."""
        known = 0 <= self._cursor < self.content.count
        return self._scale.place(self._cursor) if known else None

    def set_hover(self, index: int) -> bool:
        """Draw the faint line under the mouse there; returns whether that is another place."""
        if index == self._hover:
            return False
        self._hover = index
        self.update()
        return True

    def set_focused(self, focused: bool) -> None:
        """Draw the handle with or without a ring."""
        self._focused = focused
        self.update()

    def forget_picture(self) -> None:
        """Draw everything again next time."""
        self._picture = None
        self.update()

    def refit(self) -> None:
        """The view box has another size or range."""
        self.prepareGeometryChange()
        self.update()

    def frame(self, density: float = 1.0) -> Frame:
        """What part of the stream is in view."""
        low, high = self._box.viewRange()[0]
        return Frame(
            float(low),
            float(high),
            max(1, round(self._box.width())),
            max(1, round(self._box.height())),
            density,
        )

    def picture(self, density: float = 1.0) -> QImage:
        """Lanes and marks, drawn now if anything has changed."""
        frame = self.frame(density)
        if self._picture is None or frame != self._drawn:
            self._picture = draw_timeline(self.lanes, self._signs, frame, self._theme.tokens)
            self._drawn = frame
        return self._picture

    def count_at(self, index: int) -> int:
        """How many events share the pixel of a row; 1 where each has a square of its own."""
        frame = self.frame()
        if squares_fit(self.lanes, frame):
            return 1
        column = math.floor(frame.x(self._scale.place(index)))
        low, high = frame.place(column), frame.place(column + 1)
        return self.lanes.count_between(low, high)

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt's name
        """The whole view box."""
        return QRectF(0, 0, self._box.width(), self._box.height())

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw the picture at whole device pixels, then the lines over it."""
        del option, widget
        density = painter.device().devicePixelRatio()
        moved: QTransform = painter.worldTransform()
        painter.save()
        painter.resetTransform()
        painter.translate(
            round(moved.dx() * density) / density, round(moved.dy() * density) / density
        )
        painter.drawImage(QPointF(0, 0), self.picture(density))
        frame = self.frame(density)
        if 0 <= self._hover < self.content.count:
            self._line(painter, frame, self._hover, Role.OUTLINE, 1)
        if 0 <= self._cursor < self.content.count:
            self._line(painter, frame, self._cursor, Role.CURSOR, 2)
            self._handle(painter, frame)
        painter.restore()

    def _line(self, painter: QPainter, frame: Frame, index: int, role: Role, width: int) -> None:
        x = frame.x(self._scale.place(index))
        x = round((x - width / 2) * frame.density) / frame.density
        colour = QColor(self._theme.tokens[role])
        painter.fillRect(QRectF(x, 3, width, frame.height - 3), colour)

    def _handle(self, painter: QPainter, frame: Frame) -> None:
        """A drop at the upper end of the cursor, to be grabbed."""
        x = frame.x(self._scale.place(self._cursor))
        path = QPainterPath()
        path.addRoundedRect(QRectF(x - HANDLE, 2, 2 * HANDLE, TOP - 4), 3, 3)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.tokens[Role.CURSOR]))
        painter.drawPath(path)
        if self._focused:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QColor(self._theme.tokens[Role.ACCENT]))
            painter.drawRoundedRect(QRectF(x - HANDLE - 2, 0.5, 2 * HANDLE + 4, TOP - 1), 4, 4)


def scale_of(data: TimelineData) -> Scale:
    """Where the rows of a stream or store lie."""
    if data.clock is not None:
        return ClockScale(data.clock, data.clock_closeup, data.time_of)
    return NumberScale(data.line) if data.times is None else TimeScale(data.times)


def signs_of(data: TimelineData, scale: Scale) -> Signs:
    """What is drawn over the lanes of a stream or store."""
    doubt = unread = None
    by_number = scale.origin is None
    half = 0.5 if by_number else 0.0
    if data.failure_from is not None and data.count:
        doubt = (scale.place(data.failure_from) - half, scale.ends[1])
    if by_number and data.line > data.count:
        unread = (data.count - 0.5, data.line - 0.5)
    places = scale.places
    verdicts = data.verdicts
    return Signs(
        snapshots=places([row for row in data.snapshots if row not in verdicts]),
        findings=places(data.findings),
        warnings=places(tuple(data.warnings)),
        broken=places(tuple(data.broken)),
        judged={
            tone: places(sorted(row for row, said in verdicts.items() if said.tone is tone))
            for tone in Tone
        },
        bookmarks=places(tuple(data.bookmarks)),
        doubt=doubt,
        unread=unread,
        hits=places(data.hits),
    )
