"""One number of the state over the stream: a step line in a lane of its own.

The lane lies under the timeline and shows the same part of it. The line is drawn once per view
and kept; only the cursor moves over it. Where more values than pixels are, each column of
pixels spans from the lowest to the highest of them, so that no peak is lost. Gaps say why they
are gaps: hatched where the value is not known, empty where there is none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from inspector.core.paths import path_text
from inspector.core.texts import tr
from inspector.services.value_history import NOTHING, Line, Reading
from inspector.ui.theme import FontRole, Icon, Role, Theme
from inspector.ui.theme.tokens import mix
from inspector.ui.widgets.json_text import value_text
from inspector.ui.widgets.labels import ElidedLabel, PlainLabel, muted
from inspector.ui.widgets.plain_text import tooltip_text, visible_text

if TYPE_CHECKING:
    from inspector.core.paths import Path
    from inspector.ui.models.timeline_bins import Floats
    from inspector.ui.models.timeline_scale import Scale
    from inspector.ui.models.viewport import Viewport

HEIGHT: Final = 62
EDGE: Final = 10
_PAD: Final = 5
_Key = tuple[float, float, int, int, float]


class ChartLine(QWidget):
    """The drawn line.

    Signals:
        pointed(object): index of the row that was clicked or dragged to.
    """

    pointed = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._line: Line | None = None
        self._places: Floats = np.empty(0)
        self._numbers: Floats = np.empty(0)
        self._scale: Scale | None = None
        self._view: Viewport | None = None
        self._cursor = -1
        self._picture: QImage | None = None
        self._drawn: _Key | None = None
        self._sought = False
        self._found: tuple[int, int] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self._forget)

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(100, 36)

    def set_line(self, line: Line | None, scale: Scale) -> None:
        """Draw other values, or the same ones in other places."""
        self._line, self._scale = line, scale
        if line is None:
            self._places = self._numbers = np.empty(0)
        else:
            ends = np.append(np.asarray(line.starts, np.int64), max(line.rows - 1, 0))
            # On a clock that went back a line still runs to the right only.
            self._places = np.maximum.accumulate(scale.placed(ends))
            self._numbers = np.append(np.asarray(line.numbers, np.float64), np.nan)
            self._numbers[-1] = self._numbers[-2] if len(self._numbers) > 1 else np.nan
        self._forget()

    def set_view(self, view: Viewport) -> None:
        """Show the part that the timeline shows."""
        self._view, self._sought = view, False
        self.update()

    def set_cursor(self, index: int) -> None:
        """Move the cursor line."""
        if index != self._cursor:
            self._cursor = index
            self.update()

    def _forget(self) -> None:
        self._picture, self._sought = None, False
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width shows another part."""
        super().resizeEvent(event)
        self._sought = False

    # --- geometry ---

    def _per_unit(self, view: Viewport) -> float:
        return max(1.0, self.width() - 2 * EDGE) / view.length

    def _x(self, place: float) -> float:
        view = self._view
        return 0.0 if view is None else EDGE + (place - view.low) * self._per_unit(view)

    def _visible(self) -> slice:
        """Which of the places are in view, with one more on either side."""
        view = self._view
        if view is None or len(self._places) < 2:
            return slice(0, 0)
        margin = EDGE / self._per_unit(view)
        first = int(np.searchsorted(self._places, view.low - margin, side="right")) - 1
        last = int(np.searchsorted(self._places, view.high + margin, side="left")) + 1
        return slice(max(first, 0), min(last, len(self._places)))

    def extremes(self) -> tuple[int, int] | None:
        """Which of the line's values are the lowest and the highest that can be seen."""
        if not self._sought:
            self._sought, self._found = True, self._find_extremes()
        return self._found

    def _find_extremes(self) -> tuple[int, int] | None:
        part = self._visible()
        numbers = self._numbers[part][:-1] if part.stop > part.start else np.empty(0)
        if not np.isfinite(numbers).any():
            return None
        return part.start + int(np.nanargmin(numbers)), part.start + int(np.nanargmax(numbers))

    def _range(self) -> tuple[float, float] | None:
        found = self.extremes()
        if found is None:
            return None
        return float(self._numbers[found[0]]), float(self._numbers[found[1]])

    def _y(self, numbers: Floats) -> Floats:
        low, high = self._range() or (0.0, 0.0)
        tall = self.height() - 2 * _PAD
        if high <= low:
            return np.full(len(numbers), self.height() / 2)
        return _PAD + (high - numbers) / (high - low) * tall

    # --- drawing ---

    def paintEvent(self, event: QPaintEvent) -> None:
        """The kept line, and the cursor over it."""
        del event
        view, scale = self._view, self._scale
        if view is None or scale is None:
            return
        painter = QPainter(self)
        painter.drawImage(QPointF(0, 0), self._kept(view))
        if self._cursor >= 0 and self._line is not None:
            x = round(self._x(scale.place(self._cursor))) - 1
            painter.fillRect(QRectF(x, 0, 2, self.height()), QColor(self._tokens(Role.CURSOR)))

    def _tokens(self, role: Role) -> str:
        return self._theme.tokens[role]

    def _kept(self, view: Viewport) -> QImage:
        ratio = self.devicePixelRatioF()
        key = (view.low, view.high, self.width(), self.height(), ratio)
        if self._picture is None or self._drawn != key:
            size = QSize(max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio)))
            image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
            image.fill(Qt.GlobalColor.transparent)
            image.setDevicePixelRatio(ratio)
            painter = QPainter(image)
            self._draw(painter, view)
            painter.end()
            self._picture, self._drawn = image, key
        return self._picture

    def _draw(self, painter: QPainter, view: Viewport) -> None:
        self._draw_ground(painter)
        first, last = self._visible().start, self._visible().stop
        if last - first < 2:
            return
        xs = EDGE + (self._places[first:last] - view.low) * self._per_unit(view)
        numbers = self._numbers[first:last]
        self._draw_unknown(painter, xs, first, last)
        painter.setPen(QPen(QColor(self._tokens(Role.ACCENT)), 1.5))
        if last - first > self.width() / 2:
            self._draw_spans(painter, xs, numbers)
        else:
            self._draw_steps(painter, xs, numbers)

    def _draw_ground(self, painter: QPainter) -> None:
        """A hair line at zero, where the values lie on both sides of it."""
        found = self._range()
        if found is not None and found[0] < 0 < found[1]:
            y = round(float(self._y(np.zeros(1))[0]))
            painter.fillRect(QRectF(0, y, self.width(), 1), QColor(self._tokens(Role.BORDER)))

    def _draw_steps(self, painter: QPainter, xs: Floats, numbers: Floats) -> None:
        """Level from each change to the next, then straight up or down."""
        ys = np.round(self._y(numbers)) + 0.5
        lines: list[QLineF] = []
        ended = len(xs) - 1
        ground, wash = self._ground(), QColor(self._tokens(Role.ACCENT))
        wash.setAlphaF(0.12)
        for i in range(ended):
            if np.isnan(numbers[i]):
                continue
            painter.fillRect(QRectF(xs[i], ys[i], xs[i + 1] - xs[i], ground - ys[i]), wash)
            lines.append(QLineF(xs[i], ys[i], xs[i + 1], ys[i]))
            if i + 1 < ended and not np.isnan(numbers[i + 1]):
                lines.append(QLineF(xs[i + 1], ys[i], xs[i + 1], ys[i + 1]))
        painter.drawLines(lines)
        if len(xs) <= self.width() / 6:
            painter.setBrush(QColor(self._tokens(Role.ACCENT)))
            for i in range(ended):
                if not np.isnan(numbers[i]):
                    painter.drawRect(QRectF(xs[i] - 1, ys[i] - 1, 2, 2))

    def _ground(self) -> float:
        """Where the wash under the line ends: at zero, or at the edge that is nearer to it."""
        low, high = self._range() or (0.0, 0.0)
        if low >= 0:
            return float(self.height())
        return 0.0 if high <= 0 else float(self._y(np.zeros(1))[0])

    def _draw_spans(self, painter: QPainter, xs: Floats, numbers: Floats) -> None:
        """From the lowest to the highest value of every column of pixels."""
        known = ~np.isnan(numbers)
        columns, ys = np.floor(xs[known]).astype(np.int64), self._y(numbers[known])
        if not len(columns):
            return
        begins = np.flatnonzero(np.diff(columns, prepend=columns[0] - 1))
        tops, bottoms = np.minimum.reduceat(ys, begins), np.maximum.reduceat(ys, begins)
        before = ys[np.maximum(begins - 1, 0)]  # the line comes from the column before
        tops, bottoms = np.minimum(tops, before), np.maximum(bottoms, before)
        at = columns[begins] + 0.5
        painter.drawLines(
            [
                QLineF(x, top, x, max(bottom, top + 1))
                for x, top, bottom in zip(at, tops, bottoms, strict=True)
            ]
        )

    def _draw_unknown(self, painter: QPainter, xs: Floats, first: int, last: int) -> None:
        line = self._line
        if line is None:
            return
        colour = QColor(self._tokens(Role.DANGER))
        colour.setAlphaF(0.45)
        brush = QBrush(colour, Qt.BrushStyle.BDiagPattern)
        readings = line.readings
        for i in range(first, min(last - 1, len(readings))):
            if readings[i] == Reading.UNKNOWN:
                left, right = xs[i - first], xs[i - first + 1]
                painter.fillRect(QRectF(left, 1, right - left, self.height() - 2), brush)

    # --- mouse ---

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the row under the mouse."""
        view, scale = self._view, self._scale
        pressed = event.buttons() & Qt.MouseButton.LeftButton
        if view is not None and scale is not None and pressed and self._line is not None:
            place = view.low + (event.position().x() - EDGE) / self._per_unit(view)
            self.pointed.emit(scale.row(place))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go along with the mouse."""
        self.mousePressEvent(event)


class ChartLane(QWidget):
    """A line with its name, its bounds, its value at the cursor, and a button to remove it.

    Signals:
        removed(object): the path whose lane is to go.
        pointed(object): index of the row that was clicked or dragged to.
    """

    removed = Signal(object)
    pointed = Signal(object)

    def __init__(self, theme: Theme, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self.path = theme, path
        self._line: Line | None = None
        self._cursor = -1
        self._note = ""
        self._zoomed = False
        name = path_text(path)
        self.title = ElidedLabel(name)
        self.value = PlainLabel()
        self.bounds = muted(PlainLabel())
        self.note = muted(PlainLabel())
        self.chart = ChartLine(theme)
        self.chart.pointed.connect(self.pointed)
        self._remove = QToolButton()
        self._remove.setAccessibleName(tr("Remove {name}", name=name))
        self._remove.setToolTip(tooltip_text(tr("Remove this number from the timeline")))
        self._remove.clicked.connect(lambda: self.removed.emit(path))
        theme.set_icon(self._remove, Icon.X, Role.TEXT_MUTED)
        self._lay_out()
        self.setAccessibleName(visible_text(tr("Number {name}", name=name)))
        theme.changed.connect(self._size)
        self._size()

    def _lay_out(self) -> None:
        theme = self._theme
        for label in (self.title, self.bounds, self.note):
            theme.set_font(label, FontRole.SMALL)
        theme.set_font(self.value, FontRole.MONO)
        row = QHBoxLayout()
        row.setContentsMargins(10, 0, 6, 0)
        row.setSpacing(12)
        row.addWidget(self.title)
        row.addWidget(self.value)
        row.addStretch(1)
        row.addWidget(self.note)
        row.addWidget(self.bounds)
        row.addWidget(self._remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 1, 0, 2)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.chart, 1)

    def _size(self) -> None:
        self.setFixedHeight(self._theme.px(HEIGHT))

    @property
    def remove_button(self) -> QToolButton:
        """The button that takes the lane away."""
        return self._remove

    def set_line(self, line: Line | None, scale: Scale, note: str) -> None:
        """Show the values, and how far they are known."""
        self._line, self._note = line, note
        self.chart.set_line(line, scale)
        said = [note] if note else []
        if line is not None and Reading.NUMBER_TEXT in line.readings:
            said.append(tr("texts read as numbers"))
        self.note.setText(" · ".join(said))
        self._tell_bounds()

    def set_view(self, view: Viewport) -> None:
        """Show the part that the timeline shows; the line takes all of the lane's height."""
        self._zoomed = not view.is_whole
        self.chart.set_view(view)
        self._tell_bounds()

    def _tell_bounds(self) -> None:
        """The lowest and the highest of the values that can be seen."""
        line, found = self._line, self.chart.extremes()
        text = ""
        if line is not None and line.lowest is None and not self._note:
            text = tr("no number in this stream")
        elif line is not None and found is not None:
            low, high = (value_text(line.values[place], 24) for place in found)
            text = tr("lowest {low}   highest {high}", low=low, high=high)
            if self._zoomed:
                text = tr("visible: {text}", text=text)
        self.bounds.setText(text)
        self._tell()

    def set_cursor(self, index: int) -> None:
        """Show the value at another row."""
        self._cursor = index
        self.chart.set_cursor(index)
        self._tell()

    def _tell(self) -> None:
        self.value.setText(_words(self._line, self._cursor))
        said = (self.value.full_text, self.bounds.full_text, self.note.full_text)
        self.setAccessibleDescription(visible_text("; ".join(text for text in said if text)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """A hair line above the lane."""
        del event
        tokens = self._theme.tokens
        colour = mix(tokens[Role.SURFACE], tokens[Role.BORDER], 0.8)
        QPainter(self).fillRect(QRectF(0, 0, self.width(), 1), QColor(colour))


def _words(line: Line | None, cursor: int) -> str:
    """The value at the cursor, or why there is none."""
    found = None if line is None else line.at(cursor)
    if found is None:
        return "…" if cursor >= 0 else ""
    reading, value = found
    if reading is Reading.UNKNOWN:
        return tr("not known: an event could not be applied")
    if reading is Reading.MISSING or value is NOTHING:
        return tr("no value")
    text = value_text(value, 40)
    return tr("{text} (no number)", text=text) if reading is Reading.OTHER else text
