"""The lanes of pinned numbers under the timeline, one above the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from inspector.core.texts import tr
from inspector.ui.widgets.timeline_chart import HEIGHT, ChartLane

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from inspector.core.paths import Path
    from inspector.services.value_history import Line
    from inspector.ui.models.timeline_scale import Scale
    from inspector.ui.models.viewport import Viewport
    from inspector.ui.theme import Theme

SHOWN: Final = 3
"""Lanes that are seen at once; more can be scrolled to, so that the table keeps its room."""


class ChartStack(QScrollArea):
    """Lanes; as high as they need, up to a few of them, and nothing without any.

    Signals:
        removed(object): the path whose lane is to go.
        pointed(object): index of the row that was clicked or dragged to.
    """

    removed = Signal(object)
    pointed = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.lanes: list[ChartLane] = []
        self._cursor = -1
        self._view: Viewport | None = None
        self.setAccessibleName(tr("Numbers over the stream"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._inner = QWidget()
        self._column = QVBoxLayout(self._inner)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        self.setWidget(self._inner)
        self.viewport().setAutoFillBackground(False)
        self._inner.setAutoFillBackground(False)
        theme.changed.connect(self._size)
        self._size()

    def set_pins(self, pins: Sequence[Path]) -> None:
        """Lanes for these numbers; those that stay keep theirs."""
        kept = {lane.path: lane for lane in self.lanes}
        for path, lane in kept.items():
            if path not in pins:
                self._column.removeWidget(lane)
                lane.hide()
                lane.deleteLater()
        self.lanes = [kept.get(path) or self._new_lane(path) for path in pins]
        for number, lane in enumerate(self.lanes):
            self._column.insertWidget(number, lane)
        self._size()

    def _new_lane(self, path: Path) -> ChartLane:
        lane = ChartLane(self._theme, path)
        lane.removed.connect(self.removed)
        lane.pointed.connect(self.pointed)
        lane.set_cursor(self._cursor)
        if self._view is not None:
            lane.set_view(self._view)
        return lane

    def set_lines(
        self, line_of: Callable[[Path], Line | None], note_of: Callable[[Path], str], scale: Scale
    ) -> None:
        """Show what is known of every number."""
        for lane in self.lanes:
            lane.set_line(line_of(lane.path), scale, note_of(lane.path))

    def set_view(self, view: Viewport) -> None:
        """Show the part that the timeline shows."""
        self._view = view
        for lane in self.lanes:
            lane.set_view(view)

    def set_cursor(self, index: int) -> None:
        """Show the values at another row."""
        self._cursor = index
        for lane in self.lanes:
            lane.set_cursor(index)

    def _size(self) -> None:
        shown = min(len(self.lanes), SHOWN)
        self.setVisible(shown > 0)
        self.setFixedHeight(max(1, shown * self._theme.px(HEIGHT)))
