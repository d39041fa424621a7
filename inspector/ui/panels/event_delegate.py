"""Drawing of the event table's cells: version chips, findings with words, opened payloads."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from inspector.services.rising import RiseKind
from inspector.ui.models.event_columns import IDS, NUMBERS, EventColumn
from inspector.ui.models.event_lines import LINES, PayloadLine, payload_lines
from inspector.ui.models.event_table import has_trouble
from inspector.ui.models.times import whole_seconds
from inspector.ui.theme import FontRole, Icon, Role, TintRole
from inspector.ui.widgets.chip import CELL_HEIGHT, ChipLook, ChipRole, chip_width, paint_chip
from inspector.ui.widgets.list_table import PADDING, CellDelegate, CellLook, Index, ListTable

if TYPE_CHECKING:
    from collections.abc import Callable

    from inspector.core.events import Event
    from inspector.services.rising import Rise
    from inspector.ui.models.event_table import EventTableModel
    from inspector.ui.theme import Theme

LINE = 17
"""Height of one line of an opened payload, in pixels of the design."""

HIT = 3
"""Width of the bar at the edge of a hit, where every event is shown, in pixels of the design."""

NAMES = 150
"""Room for the names of an opened payload's fields."""

TIMES = frozenset({EventColumn.TIME, EventColumn.HAPPENED})
SANS_COLUMNS = frozenset({EventColumn.TYPE, EventColumn.ACTOR, EventColumn.CATEGORY})
QUIET_COLUMNS = frozenset({EventColumn.POSITION, EventColumn.GLOBAL, EventColumn.SIZE})

VERSION_ROLES: dict[RiseKind | None, ChipRole] = {
    None: Role.TEXT_MUTED,
    RiseKind.PLAIN: Role.TEXT_MUTED,
    RiseKind.LED: TintRole.UPCAST,
    RiseKind.DROPPED: TintRole.REMOVED,
    RiseKind.FAILED: Role.DANGER,
    RiseKind.NEWER: Role.WARNING,
}
"""How the chip of a version looks, by what the rules make of the event."""


_COLUMNS = tuple(EventColumn)


class Density(enum.Enum):
    """How much of each event a table shows; the value is the height of a row."""

    COMPACT = 22
    LIST = 24
    FULL = 24 + LINES * LINE + 8

    @property
    def line(self) -> int:
        """Height of the line with the columns."""
        return min(self.value, 24)


class EventDelegate(CellDelegate):
    """Draws the cells of the event table."""

    def __init__(self, theme: Theme, view: ListTable, model: EventTableModel) -> None:
        super().__init__(theme, view)
        self._table, self._model = view, model
        self._looks: dict[EventColumn, CellLook] = {}
        self.density = Density.LIST
        self._link_streams = False
        self.envelope: frozenset[str] = frozenset()
        self.is_hit: Callable[[int], bool] = lambda _row: False
        self._lines: dict[int, tuple[Event, tuple[PayloadLine, ...]]] = {}

    @property
    def link_streams(self) -> bool:
        """Whether the name of a stream leads to the stream."""
        return self._link_streams

    @link_streams.setter
    def link_streams(self, wanted: bool) -> None:
        self._link_streams = wanted
        self._looks.clear()

    def look(self, index: Index) -> CellLook:
        """Payloads, ids, times and positions are monospaced."""
        return self._look_of(_COLUMNS[index.column()])

    def _look_of(self, column: EventColumn) -> CellLook:
        made = self._looks.get(column)
        if made is None:
            made = self._looks[column] = self._make_look(column)
        return made

    def _make_look(self, column: EventColumn) -> CellLook:
        font = FontRole.UI if column in SANS_COLUMNS else FontRole.MONO
        elide = Qt.TextElideMode.ElideMiddle if column in IDS else Qt.TextElideMode.ElideRight
        if column is EventColumn.STREAM and self.link_streams:
            return CellLook(font, Role.ACCENT, elide)
        return CellLook(font, Role.TEXT_MUTED if column in QUIET_COLUMNS else Role.TEXT, elide)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a cell, and its part of the opened payload below.

        Asks the model itself, not through Qt: a screen full of cells is drawn at every step.
        """
        self.ground(painter, option, index)
        if index.column() == EventColumn.POSITION and self.is_hit(index.row()):
            bar = QRect(option.rect.topLeft(), QSize(self.theme.px(HIT), option.rect.height()))
            painter.fillRect(bar, QColor(self.theme.tokens[Role.ACCENT]))
        event, column = self._model.event_in(index.row()), _COLUMNS[index.column()]
        rise = self._model.rise_in(index.row())
        text = "…" if event is None else self._model.cell_text(event, column, rise)
        whole = QRect(option.rect)  # a copy: the option hands out its own
        top = QRect(whole)
        top.setHeight(min(self.theme.px(self.density.line), whole.height()))
        if event is not None and column is EventColumn.SUMMARY and self._model.marks_on(event):
            top = self._bookmark(painter, top)
        if event is not None and column is EventColumn.VERSION:
            self._version(painter, top, text, VERSION_ROLES[None if rise is None else rise.kind])
        elif column is EventColumn.SUMMARY and _is_wrong(event, rise):
            self._trouble(painter, top, text)
        elif text:
            look = self._look_of(column)
            if column in TIMES and not self.fits(text, look, top):
                text = whole_seconds(text)
            self.draw_text(painter, top, text, look, right=column in NUMBERS)
        if event is not None and self.density is Density.FULL:
            self._payload(painter, whole.adjusted(0, top.height(), 0, 0), event)

    # -- cells ------------------------------------------------------------------------------

    def _version(self, painter: QPainter, rect: QRect, text: str, role: ChipRole) -> None:
        if not text:
            return
        painter.save()
        painter.setFont(self.theme.fonts.small)
        look = ChipLook(text, role)
        width = min(chip_width(painter.fontMetrics(), look), rect.width() - 2 * PADDING)
        height = self.theme.px(CELL_HEIGHT)
        top = rect.top() + (rect.height() - height) // 2
        paint_chip(painter, QRect(rect.left() + PADDING, top, width, height), look, self.theme)
        painter.restore()

    def _bookmark(self, painter: QPainter, rect: QRect) -> QRect:
        """The sign of a marked event; gives the room beside it."""
        colour = self.theme.tokens[Role.ACCENT]
        density = painter.device().devicePixelRatio()
        picture = self.theme.icons.pixmap(Icon.BOOKMARK, colour, 14, density)
        painter.drawPixmap(rect.left() + PADDING, rect.top() + (rect.height() - 14) // 2, picture)
        return rect.adjusted(18, 0, 0, 0)

    def _trouble(self, painter: QPainter, rect: QRect, text: str) -> None:
        colour = self.theme.tokens[Role.DANGER]
        density = painter.device().devicePixelRatio()
        picture = self.theme.icons.pixmap(Icon.TRIANGLE_ALERT, colour, 16, density)
        painter.drawPixmap(rect.left() + PADDING, rect.top() + (rect.height() - 16) // 2, picture)
        look = CellLook(FontRole.MONO, Role.DANGER)
        self.draw_text(painter, rect.adjusted(22, 0, 0, 0), text, look)

    # -- opened payloads ----------------------------------------------------------------------

    def _payload(self, painter: QPainter, rect: QRect, event: Event) -> None:
        """The cell's part of lines that go through the whole row."""
        painter.save()
        painter.setClipRect(rect)
        left = self._left_edge()
        height = self.theme.px(LINE)
        right = self._table.viewport().width()
        for number, line in enumerate(self._lines_of(event)):
            place = QRect(left, rect.top() + number * height, max(right - left, 0), height)
            self._line(painter, place, line)
        painter.restore()

    def _left_edge(self) -> int:
        """Where the second visible column begins: below it the payload stands."""
        header = self._table.horizontalHeader()
        shown = [
            header.logicalIndex(place)
            for place in range(header.count())
            if not self._table.isColumnHidden(header.logicalIndex(place))
        ]
        return self._table.columnViewportPosition(shown[min(1, len(shown) - 1)])

    def _line(self, painter: QPainter, place: QRect, line: PayloadLine) -> None:
        if line.trouble:
            self.draw_text(painter, place, line.text, CellLook(FontRole.SMALL, Role.DANGER))
            return
        if line.quiet:
            self.draw_text(painter, place, line.text, CellLook(FontRole.SMALL, Role.TEXT_MUTED))
            return
        names = self.theme.px(NAMES) if line.name else 0
        name = QRect(place.left(), place.top(), names, place.height())
        muted = CellLook(FontRole.MONO, Role.TEXT_MUTED)
        self.draw_text(painter, name, line.name, muted)
        self.draw_text(painter, place.adjusted(names, 0, 0, 0), line.text, CellLook(FontRole.MONO))

    def _lines_of(self, event: Event) -> tuple[PayloadLine, ...]:
        """Made once for the rows in view."""
        known = self._lines.get(id(event))
        if known is not None and known[0] is event:
            return known[1]
        if len(self._lines) > 256:
            self._lines.clear()
        lines = payload_lines(event, self.envelope)
        self._lines[id(event)] = (event, lines)
        return lines


def _is_wrong(event: Event | None, rise: Rise | None) -> bool:
    """Whether something is wrong with an event, or the rules cannot lead it on."""
    stopped = rise is not None and rise.kind in (RiseKind.FAILED, RiseKind.NEWER)
    return event is not None and (stopped or has_trouble(event))
