"""A narrow strip under a timeline that is zoomed in: the whole line, and which part is visible.

The visible part can be dragged, and a click elsewhere brings it there. While everything is
visible the strip is empty: nothing in the window moves when it appears.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from inspector.core.texts import tr
from inspector.ui.theme import Role, Theme
from inspector.ui.theme.tokens import mix

if TYPE_CHECKING:
    from inspector.ui.models.timeline_bins import Lanes
    from inspector.ui.models.viewport import Viewport

HEIGHT: Final = 12
EDGE: Final = 10
_LEAST_GRIP: Final = 8.0


class TimelineOverview(QWidget):
    """The strip.

    Signals:
        moved(object): the part that somebody wants to see (a :class:`Viewport`).
    """

    moved = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._view: Viewport | None = None
        self._lanes: Lanes | None = None
        self._cursor: float | None = None
        self._picture: QImage | None = None
        self._grip: float | None = None
        self.setAccessibleName(tr("Overview of the timeline"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._forget)

    def sizeHint(self) -> QSize:
        """Narrow, and as wide as there is room."""
        return QSize(100, HEIGHT)

    def set_lanes(self, lanes: Lanes) -> None:
        """Events of another line."""
        self._lanes = lanes
        self._forget()

    def set_view(self, view: Viewport) -> None:
        """Another part is visible."""
        before, self._view = self._view, view
        if before is None or (before.first, before.last) != (view.first, view.last):
            self._picture = None
        shown = tr("{share} % are visible", share=self._share())
        self.setAccessibleDescription(shown)
        self.setToolTip("" if view.is_whole else shown)
        self.setVisible(not view.is_whole)
        self.update()

    def set_cursor(self, place: float | None) -> None:
        """The cursor's place."""
        if place != self._cursor:
            self._cursor = place
            self.update()

    def _share(self) -> str:
        view = self._view
        if view is None or view.is_whole:
            return "100"
        return f"{max(100 * view.length / (view.last - view.first), 0.01):.2g}"

    def _forget(self) -> None:
        self._picture = None
        self.update()

    # --- drawing ---

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw the density for the new width."""
        super().resizeEvent(event)
        self._forget()

    def _x(self, place: float) -> float:
        view = self._view
        if view is None:
            return 0.0
        share = (place - view.first) / (view.last - view.first)
        return EDGE + share * (self.width() - 2 * EDGE)

    def _place(self, x: float) -> float:
        view = self._view
        if view is None:
            return 0.0
        share = (x - EDGE) / max(1, self.width() - 2 * EDGE)
        return view.first + share * (view.last - view.first)

    def _window(self) -> QRectF:
        view = self._view
        if view is None:
            return QRectF()
        left, right = self._x(view.low), self._x(view.high)
        if right - left < _LEAST_GRIP:
            middle = (left + right) / 2
            left, right = middle - _LEAST_GRIP / 2, middle + _LEAST_GRIP / 2
        return QRectF(left, 0.5, right - left, HEIGHT - 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Density of all events, the visible part and the cursor; nothing while all is seen."""
        del event
        view = self._view
        if view is None or view.is_whole:
            return
        painter, tokens = QPainter(self), self._theme.tokens
        painter.drawImage(QPointF(EDGE, 0), self._density())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        accent = QColor(tokens[Role.ACCENT])
        painter.setPen(accent)
        accent.setAlphaF(0.18)
        painter.setBrush(accent)
        painter.drawRoundedRect(self._window(), 3, 3)
        if self._cursor is not None:
            painter.fillRect(
                QRectF(round(self._x(self._cursor)) - 1, 0, 2, HEIGHT - 1),
                QColor(tokens[Role.CURSOR]),
            )

    def _density(self) -> QImage:
        if self._picture is None:
            ratio = self.devicePixelRatioF()
            wide = max(1, round((self.width() - 2 * EDGE) * ratio))
            high = round((HEIGHT - 1) * ratio)
            self._picture = self._drawn(wide, high)
            self._picture.setDevicePixelRatio(ratio)
        return self._picture

    def _drawn(self, wide: int, high: int) -> QImage:
        view, lanes, tokens = self._view, self._lanes, self._theme.tokens
        pixels = np.zeros((high, wide), np.uint32)
        if view is not None and lanes is not None and lanes.lanes:
            edges, counts = lanes.bars(view.first, view.last, max(1, wide // 2))
            starts = np.round((edges - view.first) / (view.last - view.first) * wide)
            of_column = np.searchsorted(starts, np.arange(wide), side="right") - 1
            total = np.append(counts.sum(axis=0), 0)
            of_column[of_column >= counts.shape[1]] = -1
            shown = total[of_column]
            most = max(1, int(total.max(initial=1)))
            heights = np.where(shown > 0, 1 + np.sqrt(shown / most) * (high - 2), 0)
            rows = np.arange(high)[:, None]
            colour = mix(tokens[Role.SURFACE], tokens[Role.OUTLINE], 0.5)
            pixels[rows >= high - np.round(heights)] = 0xFF000000 | int(colour[1:], 16)
        image = QImage(pixels.data, wide, high, 4 * wide, QImage.Format.Format_ARGB32_Premultiplied)
        return image.copy()  # the pixels belong to numpy

    # --- mouse ---

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the visible part, or bring it here."""
        view = self._view
        if view is None or view.is_whole or event.button() != Qt.MouseButton.LeftButton:
            return
        x = event.position().x()
        window = self._window()
        if not window.left() <= x <= window.right():
            place = self._place(x)
            self._ask(place - view.length / 2)
        self._grip = self._place(x) - (self._view.low if self._view else 0.0)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the visible part along."""
        if self._grip is not None and event.buttons() & Qt.MouseButton.LeftButton:
            self._ask(self._place(event.position().x()) - self._grip)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        del event
        self._grip = None

    def _ask(self, low: float) -> None:
        if self._view is not None:
            self.moved.emit(self._view.panned(low - self._view.low))
