"""The drawn part of the timeline, on pyqtgraph.

pyqtgraph gives the view box and the axis; lanes and marks come as one picture from
``timeline_picture`` (its own down-sampling would move lone events). Importing pyqtgraph takes
about a third of a second, so only ``timeline_view`` imports this module, and only when there
is something to draw.

Promises that drawing costs the same for a hundred events and for a million, and that the
visible part never leaves the line of events.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QNativeGestureEvent, QWheelEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from inspector.ui.models.timeline_scale import NumberScale, Scale
from inspector.ui.models.viewport import Viewport
from inspector.ui.theme import Role, Theme
from inspector.ui.widgets.timeline_axis import TimelineAxis
from inspector.ui.widgets.timeline_data import TimelineData
from inspector.ui.widgets.timeline_item import TimelineItem, scale_of
from inspector.ui.widgets.timeline_overview import TimelineOverview

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

    from inspector.ui.models.timeline_bins import Lanes

AXIS_HEIGHT: Final = 22
EDGE: Final = 10
"""Pixels to the left of the first event and to the right of the last one."""

ZOOM_STEP: Final = 1.5
_WHEEL_NOTCH: Final = 120
_TOUCHPAD: Final = 200.0
"""Pixels of a touchpad's stroke that zoom by the factor e."""


class TimelinePlot(QWidget):
    """Lanes, marks, axis and cursor; follows the mouse.

    Signals:
        pointed(object): index of the row that was clicked or dragged to.
        hovered(object): index of the row under the mouse; -1 when it is elsewhere.
        touched(): somebody zoomed or moved the view by hand.
        view_changed(object): the visible part (a :class:`Viewport`).
    """

    pointed = Signal(object)
    hovered = Signal(object)
    touched = Signal()
    view_changed = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._axis = TimelineAxis(orientation="bottom")
        self._widget = pg.PlotWidget(axisItems={"bottom": self._axis}, parent=self)
        self._box = self._widget.getViewBox()
        self._item = TimelineItem(theme, self._box)
        self._overview = TimelineOverview(theme)
        self._overview.moved.connect(self._moved_by_hand)
        self._scale: Scale = NumberScale(0)
        self._view = Viewport.of(*self._scale.ends)
        self._dragging = self._panning = False
        self._pan_from = 0.0
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._widget)
        column.addWidget(self._overview)
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
        self._box.sigResized.connect(self._apply)
        # The slider has the keys and the spoken value; the drawing is for mouse and eye.
        for part in (widget, widget.viewport()):
            part.setFocusPolicy(Qt.FocusPolicy.NoFocus)
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

    # --- content ---

    @property
    def lanes(self) -> Lanes:
        """The lanes as they are drawn."""
        return self._item.lanes

    @property
    def scale(self) -> Scale:
        """Where rows lie."""
        return self._scale

    @property
    def view(self) -> Viewport:
        """The visible part."""
        return self._view

    def set_zone(self, zone: Callable[[], tzinfo | None]) -> None:
        """Where to ask for the zone that times are shown in."""
        self._axis.zone = zone
        self.refresh_axis()

    def set_data(self, data: TimelineData, *, same_line: bool) -> None:
        """Show another stream, or (``same_line``) more of it; then the visible part stays."""
        before = self._scale.origin
        self._scale = scale_of(data)
        self._item.set_data(data, self._scale)
        self._axis.content, self._axis.placing = data, self._scale
        stays = same_line and (before is None) == (self._scale.origin is None)
        ends = self._scale.ends
        self._view = self._view.on(*ends) if stays else Viewport.of(*ends)
        self._overview.set_lanes(self._item.lanes)
        self._apply()
        self.refresh_axis()

    def refresh_axis(self) -> None:
        """Write the axis again: its content or the zone is another."""
        self._axis.picture = None
        self._axis.update()

    def set_cursor(self, index: int) -> None:
        """Move the cursor line; -1 hides it. Where it would be out of sight the view follows."""
        self._item.set_cursor(index)
        known = 0 <= index < self._item.content.count
        place = self._scale.place(index) if known else None
        self._overview.set_cursor(place)
        if place is not None and not self._view.is_whole and not self._dragging:
            self._look(self._view.showing(place))

    def set_focused(self, focused: bool) -> None:
        """Show on the cursor's handle that keys move it."""
        self._item.set_focused(focused)

    def x_of(self, index: int) -> float:
        """Where a row is drawn, in this widget's pixels."""
        x = self._item.frame().x(self._scale.place(index))
        point = self._widget.mapFromScene(self._box.mapToScene(x, 0.0))
        return float(self._widget.mapTo(self, point).x())

    def picture(self) -> QImage:
        """Lanes and marks as they are drawn now, without axis and cursor."""
        return self._item.picture()

    def count_at(self, index: int) -> int:
        """How many events share the pixel at which a row is drawn."""
        return self._item.count_at(index)

    # --- zooming and panning ---

    def zoom(self, factor: float) -> None:
        """Zoom in (above 1) or out; the cursor stays in its place, if it can be seen."""
        anchor = self._item.cursor_place()
        if anchor is None or not self._view.low <= anchor <= self._view.high:
            anchor = (self._view.low + self._view.high) / 2
        self._moved_by_hand(self._view.zoomed(factor, anchor))

    def fit(self) -> None:
        """Show everything."""
        self._moved_by_hand(self._view.whole())

    def pan(self, share: float) -> None:
        """Move on by a share of what is visible."""
        self._moved_by_hand(self._view.panned(share * self._view.length))

    def _moved_by_hand(self, view: Viewport) -> None:
        self.touched.emit()
        self._look(view)

    def _look(self, view: Viewport) -> None:
        if view != self._view:
            self._view = view
            self._apply()

    def _apply(self) -> None:
        """Bring the visible part between the edges."""
        width = max(1.0, self._box.width() - 2 * EDGE)
        unit = self._view.length / width
        low, high = self._view.low - EDGE * unit, self._view.high + EDGE * unit
        self._box.setXRange(low, high, padding=0)
        self._item.refit()
        self._overview.set_view(self._view)
        self.view_changed.emit(self._view)

    # --- mouse ---

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Mouse, wheel and touchpad; pyqtgraph does not hear of them."""
        del watched
        kind = event.type()
        if isinstance(event, QWheelEvent):
            self._wheel(event)
            return True
        if isinstance(event, QNativeGestureEvent):
            return self._gesture(event)
        if isinstance(event, QMouseEvent):
            self._mouse(event)
            return True
        if kind == QEvent.Type.Leave:
            self._set_hover(-1)
        return kind == QEvent.Type.ToolTip

    def _mouse(self, event: QMouseEvent) -> None:
        x, on_axis = event.position().x(), self._on_axis(event.position().toPoint())
        kind, button = event.type(), event.button()
        if kind == QEvent.Type.MouseButtonPress:
            self._press(x, button, on_axis)
        elif kind == QEvent.Type.MouseButtonRelease:
            self._dragging = self._panning = False
        elif kind == QEvent.Type.MouseButtonDblClick and on_axis:
            self.fit()
        if self._panning and kind == QEvent.Type.MouseMove:
            moved = (self._pan_from - x) / self._item.frame().per_unit
            self._pan_from = x
            self._moved_by_hand(self._view.panned(moved))
        elif self._dragging and kind != QEvent.Type.MouseButtonRelease:
            self._point(x)
        self._set_hover(-1 if on_axis or self._panning else self._index_at(x))
        self._show_hand(on_axis)

    def _press(self, x: float, button: Qt.MouseButton, on_axis: bool) -> None:
        pans = button == Qt.MouseButton.MiddleButton
        pans = pans or (button == Qt.MouseButton.LeftButton and on_axis)
        self._panning = pans
        self._dragging = button == Qt.MouseButton.LeftButton and not on_axis
        self._pan_from = x

    def _on_axis(self, place: QPoint) -> bool:
        return bool(self._widget.mapToScene(place).y() > self._box.sceneBoundingRect().bottom())

    def _show_hand(self, on_axis: bool) -> None:
        shape = Qt.CursorShape.ArrowCursor
        if not self._view.is_whole and (on_axis or self._panning):
            hand = Qt.CursorShape.ClosedHandCursor
            shape = hand if self._panning else Qt.CursorShape.OpenHandCursor
        self._widget.viewport().setCursor(shape)

    def _wheel(self, event: QWheelEvent) -> None:
        """Up and down zoom at the mouse, sideways (or with Shift) move along."""
        pixels, notches = event.pixelDelta(), event.angleDelta()
        aside = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        across, along = (pixels.x(), pixels.y()) if not pixels.isNull() else (0, 0)
        if pixels.isNull():
            across = round(notches.x() / _WHEEL_NOTCH * 60)
            along = round(notches.y() / _WHEEL_NOTCH * 60)
        if aside and not across:
            across, along = along, 0
        if abs(across) > abs(along):
            self._moved_by_hand(self._view.panned(-across / self._item.frame().per_unit))
        elif along:
            precise = not pixels.isNull()
            factor = 2.718281828 ** (along / _TOUCHPAD) if precise else ZOOM_STEP ** (along / 60)
            self._moved_by_hand(self._view.zoomed(factor, self._place_at(event.position().x())))
        event.accept()

    def _gesture(self, event: QNativeGestureEvent) -> bool:
        """Two fingers that spread zoom."""
        if event.gestureType() != Qt.NativeGestureType.ZoomNativeGesture:
            return False
        place = self._place_at(event.position().x())
        self._moved_by_hand(self._view.zoomed(1 + event.value(), place))
        return True

    def _place_at(self, x: float) -> float:
        local = self._box.mapFromScene(self._widget.mapToScene(round(x), 0)).x()
        return self._item.frame().place(float(local))

    def _index_at(self, x: float) -> int:
        """The row drawn at ``x`` (pixels of the viewport), or the nearest one."""
        count = self._item.content.count
        return min(self._scale.row(self._place_at(x)), count - 1) if count else -1

    def _point(self, x: float) -> None:
        if self._item.content.count:
            self.pointed.emit(self._index_at(x))

    def _set_hover(self, index: int) -> None:
        if self._item.set_hover(index):
            self.hovered.emit(index)
