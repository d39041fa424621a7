"""The drawn part of the timeline, on pyqtgraph.

pyqtgraph gives the view box and the axis; lanes and marks come as one picture from
``timeline_picture`` (its own down-sampling would move lone events). Importing pyqtgraph takes
about a third of a second, so only ``timeline_view`` imports this module, and only when there
is something to draw.

Promises that drawing costs the same for a hundred events and for a million.
"""

from __future__ import annotations

import math
from typing import Any, Final

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QTransform,
)
from PySide6.QtWidgets import (
    QGraphicsObject,
    QStyleOptionGraphicsItem,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from inspector.core.texts import counted, thousands
from inspector.ui.models.timeline_bins import LaneIndex, build_lanes
from inspector.ui.theme import Role, Theme
from inspector.ui.widgets.plain_text import tooltip_text, visible_text
from inspector.ui.widgets.timeline_data import NO_DATA, TimelineData
from inspector.ui.widgets.timeline_picture import TOP, Frame, draw_timeline

AXIS_HEIGHT: Final = 22
EDGE: Final = 10
"""Pixels to the left of the first event and to the right of the last one."""

HANDLE: Final = 5
_LABEL_GAP: Final = 56


class TimelinePlot(QWidget):
    """Lanes, marks, axis and cursor; follows the mouse.

    Signals:
        pointed(object): index of the row that was clicked or dragged to.
    """

    pointed = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._axis = PositionAxis(orientation="bottom")
        self._widget = pg.PlotWidget(axisItems={"bottom": self._axis}, parent=self)
        self._box = self._widget.getViewBox()
        self._item = TimelineItem(theme, self._box)
        self._dragging = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._widget)
        self._make_plain()
        self._take_colours()
        theme.changed.connect(self._take_colours)

    def _make_plain(self) -> None:
        """Take away what a plot can do and a timeline must not."""
        widget = self._widget
        plot = widget.getPlotItem()
        plot.hideAxis("left")
        plot.hideButtons()
        plot.setMenuEnabled(False)
        plot.setContentsMargins(0, 0, 0, 0)
        plot.layout.setContentsMargins(0, 0, 0, 0)
        plot.layout.setVerticalSpacing(0)
        self._box.setMouseEnabled(x=False, y=False)
        self._box.setDefaultPadding(0)
        self._box.disableAutoRange()
        self._box.setYRange(0, 1, padding=0)
        self._box.sigResized.connect(self._fit)
        widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        widget.setFrameShape(pg.QtWidgets.QFrame.Shape.NoFrame)
        widget.viewport().setMouseTracking(True)
        widget.viewport().installEventFilter(self)

    def _take_colours(self) -> None:
        tokens, fonts = self._theme.tokens, self._theme.fonts
        self._widget.setBackground(QColor(tokens[Role.SURFACE]))
        self._axis.setStyle(tickFont=fonts.small, tickLength=-4, tickTextOffset=4, maxTickLevel=1)
        self._axis.setHeight(fonts.px(AXIS_HEIGHT))
        self._axis.setPen(QColor(tokens[Role.BORDER]))
        self._axis.setTickPen(QColor(tokens[Role.OUTLINE]))
        self._axis.setTextPen(QColor(tokens[Role.TEXT_MUTED]))
        self._item.forget_picture()

    def set_data(self, data: TimelineData) -> None:
        """Show another stream, or more of it."""
        self._item.set_data(data)
        self._axis.content = data
        self._fit()
        self._axis.picture = None
        self._axis.update()

    def set_cursor(self, index: int) -> None:
        """Move the cursor line; -1 hides it."""
        self._item.set_cursor(index)

    def set_focused(self, focused: bool) -> None:
        """Show on the cursor's handle that keys move it."""
        self._item.set_focused(focused)

    def x_of(self, index: int) -> float:
        """Where a row is drawn, in this widget's pixels."""
        point = self._widget.mapFromScene(self._box.mapToScene(self._item.frame().x(index), 0.0))
        return float(self._widget.mapTo(self, point).x())

    def picture(self) -> QImage:
        """Lanes and marks as they are drawn now, without axis and cursor."""
        return self._item.picture()

    def _fit(self) -> None:
        """All events between the edges."""
        count = max(1, self._item.content.count)
        width = max(1.0, self._box.width() - 2 * EDGE)
        unit = count / width
        self._box.setXRange(-0.5 - EDGE * unit, count - 0.5 + EDGE * unit, padding=0)
        self._item.refit()

    # --- mouse ---

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Clicks and drags move the cursor; pyqtgraph does not hear of the mouse."""
        del watched
        kind = event.type()
        if isinstance(event, QMouseEvent):
            if kind == QEvent.Type.MouseButtonPress:
                self._dragging = event.button() == Qt.MouseButton.LeftButton
            elif kind == QEvent.Type.MouseButtonRelease:
                self._dragging = False
                return True
            if self._dragging:
                self._point(event.position())
            self._hover(event.position().toPoint(), event.globalPosition().toPoint())
            return True
        if kind == QEvent.Type.Leave:
            self._item.set_hover(-1)
        if isinstance(event, QHelpEvent) and kind == QEvent.Type.ToolTip:
            self._tell(event.pos(), event.globalPos())
            return True
        return False

    def _index_at(self, x: float) -> int:
        """The row drawn at ``x`` (pixels of the viewport), or the nearest one."""
        local = self._box.mapFromScene(self._widget.mapToScene(round(x), 0)).x()
        index = round(self._item.frame().index(local))
        return min(max(index, 0), self._item.content.count - 1)

    def _point(self, place: QPointF) -> None:
        if self._item.content.count:
            self.pointed.emit(self._index_at(place.x()))

    def _hover(self, place: QPoint, on_screen: QPoint) -> None:
        self._item.set_hover(self._index_at(place.x()) if self._item.content.count else -1)
        if QToolTip.isVisible() and not self._dragging:
            self._tell(place, on_screen)

    def _tell(self, place: QPoint, on_screen: QPoint) -> None:
        """Show what is under the mouse."""
        if self._item.content.count:
            text = tooltip_text(self._item.words_at(self._index_at(place.x())))
            QToolTip.showText(on_screen, text, self._widget.viewport())


class TimelineItem(QGraphicsObject):
    """Picture, cursor and hover line, in pixels of the view box it lies in."""

    def __init__(self, theme: Theme, box: Any) -> None:
        super().__init__(box)
        self._theme, self._box = theme, box
        self._lanes = LaneIndex(0, (), others=False, members=())
        self._cursor = self._hover = -1
        self._focused = False
        self._picture: QImage | None = None
        self._drawn: Frame | None = None
        self.content: TimelineData = NO_DATA
        self.setZValue(10)

    def set_data(self, data: TimelineData) -> None:
        """Draw another stream."""
        self.content = data
        self._lanes = build_lanes(data.type_codes, len(data.type_names))
        self.forget_picture()

    def set_cursor(self, index: int) -> None:
        """Draw the cursor there."""
        self._cursor = index
        self.update()

    def set_hover(self, index: int) -> None:
        """Draw the faint line under the mouse there."""
        if index != self._hover:
            self._hover = index
            self.update()

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
            self._picture = draw_timeline(self.content, self._lanes, frame, self._theme.tokens)
            self._drawn = frame
        return self._picture

    def words_at(self, index: int) -> str:
        """What the tool tip says: the row, and how many share its place."""
        frame, words = self.frame(), self.content.words(index)
        if frame.squares:
            return words
        column = math.floor(frame.x(index))
        low, high = frame.index(column), frame.index(column + 1)
        here = int(self._lanes.bins(low, high, 1).sum())
        return f"{words}\n{counted(here, '{n} event here', '{n} events here')}"

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
        x = round((frame.x(index) - width / 2) * frame.density) / frame.density
        colour = QColor(self._theme.tokens[role])
        painter.fillRect(QRectF(x, 3, width, frame.height - 3), colour)

    def _handle(self, painter: QPainter, frame: Frame) -> None:
        """A drop at the upper end of the cursor, to be grabbed."""
        x = frame.x(self._cursor)
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


class PositionAxis(pg.AxisItem):  # type: ignore[misc] # pyqtgraph has no types
    """Labels at round stored positions, never at fractions."""

    content: TimelineData = NO_DATA

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:  # noqa: N802
        """Places of labels, and of the smaller ticks between them, as indexes."""
        count = self.content.count
        if count == 0 or size <= 0:
            return []
        first = self.content.position(0)
        widest = len(thousands(self.content.position(count - 1)))
        step = round_step((high - low) / size * (widest * 8 + _LABEL_GAP))
        levels = [step] if step < 5 else [step, step // 5]
        start, stop = max(0, math.ceil(low)), min(count - 1, math.floor(high))
        return [(level, _round_places(start, stop, first, level)) for level in levels]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:  # noqa: N802
        """The stored positions at those places."""
        del scale, spacing
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
