"""Which colour and lane is which event type: one line of small words above the lanes.

The entries stand in the order of the lanes. Where there is no room for all, names lose their
ends first; the whole name and how many events it has are in the tool tip and are told to
assistive technology.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from inspector.core.texts import counted, tr
from inspector.ui.theme import FontRole, Role, Theme
from inspector.ui.widgets.plain_text import shortened, tooltip_text, visible_text

if TYPE_CHECKING:
    from collections.abc import Sequence

SQUARE: Final = 9
_GAP: Final = 6
_BETWEEN: Final = 14
_LEAST: Final = 24
_SPARE: Final = 3
"""Pixels by which a text may be wider than it was measured."""


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One lane.

    Attributes:
        name: what is written beside the square; ``full``: the whole name.
        colour: which of the theme's event colours; ``None``: the neutral one.
        count: events in the lane.
    """

    name: str
    full: str
    colour: int | None
    count: int


class TimelineLegend(QWidget):
    """Squares and names in a row."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._entries: tuple[LegendEntry, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setAccessibleName(tr("Event types"))
        theme.set_font(self, FontRole.SMALL)
        theme.changed.connect(self.update)

    @property
    def entries(self) -> tuple[LegendEntry, ...]:
        """What is shown, top lane first."""
        return self._entries

    def set_entries(self, entries: Sequence[LegendEntry]) -> None:
        """Show the lanes of another stream."""
        if tuple(entries) != self._entries:
            self._entries = tuple(entries)
            self.setAccessibleDescription(", ".join(_spoken(entry) for entry in entries))
            self.update()

    def minimumSizeHint(self) -> QSize:
        """It gives way to everything else."""
        return QSize(60, self.fontMetrics().height() + 4)

    def sizeHint(self) -> QSize:
        """As wide as all its words."""
        return QSize(sum(self._widths()) + 8, self.fontMetrics().height() + 4)

    def _widths(self) -> list[int]:
        metrics = self.fontMetrics()
        beside = SQUARE + _GAP + _SPARE + _BETWEEN
        names = (visible_text(shortened(entry.name, 80)) for entry in self._entries)
        return [metrics.horizontalAdvance(name) + beside for name in names]

    def _places(self) -> list[tuple[int, int]]:
        """Left edge and width of every entry: the longest names give up most."""
        widths = self._widths()
        spare = self.width() - sum(widths)
        if spare < 0:
            limit = _fair_limit(widths, self.width())
            widths = [min(width, limit) for width in widths]
        lefts = [sum(widths[:i]) for i in range(len(widths))]
        return list(zip(lefts, widths, strict=True))

    def paintEvent(self, event: QPaintEvent) -> None:
        """A square and a name for every lane."""
        del event
        painter, tokens = QPainter(self), self._theme.tokens
        metrics = self.fontMetrics()
        top = (self.height() - SQUARE) // 2
        for entry, (left, width) in zip(self._entries, self._places(), strict=True):
            colour = tokens.event_neutral
            if entry.colour is not None:
                colour = tokens.event_types[entry.colour]
            painter.fillRect(QRectF(left, top, SQUARE, SQUARE), QColor(colour))
            room = width - SQUARE - _GAP - _BETWEEN
            if room < _LEAST // 2:
                continue
            name = visible_text(shortened(entry.name, 80))
            shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)
            painter.setPen(QColor(tokens[Role.TEXT_MUTED]))
            place = QRectF(left + SQUARE + _GAP, 0, room + 2, self.height())
            painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), shown)

    def event(self, event: QEvent) -> bool:
        """The tool tip is about the entry under the mouse."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            for entry, (left, width) in zip(self._entries, self._places(), strict=True):
                if left <= event.pos().x() < left + width:
                    QToolTip.showText(event.globalPos(), tooltip_text(_spoken(entry)), self)
                    return True
            QToolTip.hideText()
            return True
        return super().event(event)


def _fair_limit(widths: list[int], room: int) -> int:
    """The largest width that no entry may exceed so that all of them fit."""
    low, high = SQUARE + _BETWEEN // 2, max(widths)
    while low < high:
        middle = (low + high + 1) // 2
        if sum(min(width, middle) for width in widths) <= room:
            low = middle
        else:
            high = middle - 1
    return low


def _spoken(entry: LegendEntry) -> str:
    return f"{entry.full}: {counted(entry.count, '{n} event', '{n} events')}"
