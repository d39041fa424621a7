"""The table of all versions: one row for each event type in each schema version."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHeaderView, QStyleOptionViewItem

from inspector.core.texts import thousands, tr
from inspector.services.rising import version_text
from inspector.services.version_matrix import Cell, Coverage
from inspector.ui.theme import FontRole, Role, TintRole
from inspector.ui.widgets.chip import CELL_HEIGHT, ChipLook, ChipRole, chip_width, paint_chip
from inspector.ui.widgets.list_table import PADDING, CellDelegate, CellLook, Index, ListTable
from inspector.ui.widgets.rows_model import ITEM_ROLE, RowsModel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inspector.ui.models.times import TimeChoice
    from inspector.ui.theme import Theme


class MatrixColumn(enum.IntEnum):
    """Columns of the table."""

    EVENT = 0
    VERSION = 1
    EVENTS = 2
    FIRST = 3
    LAST = 4
    HOPS = 5
    REDUCER = 6
    FAILING = 7
    TYPE = 8


COVERAGE: Final[dict[Coverage, tuple[str, str, Role]]] = {
    Coverage.CURRENT: ("✓", "newest", Role.SUCCESS),
    Coverage.LED: ("↑", "led on", Role.TEXT),
    Coverage.NEWER: ("▲", "newer than the rules", Role.WARNING),
    Coverage.GAP: ("∅", "no hop leads on", Role.DANGER),
}
"""Sign, word and colour of what is known of a version."""

_WIDTHS: Final = {
    MatrixColumn.VERSION: 80, MatrixColumn.EVENTS: 88, MatrixColumn.FIRST: 212,
    MatrixColumn.LAST: 212, MatrixColumn.HOPS: 140, MatrixColumn.REDUCER: 92,
    MatrixColumn.FAILING: 72,
}  # fmt: skip
_RIGHT: Final = frozenset({MatrixColumn.EVENTS})
_WITH_RULES: Final = (MatrixColumn.HOPS, MatrixColumn.REDUCER, MatrixColumn.FAILING)


def titles() -> tuple[str, ...]:
    """Titles of the columns."""
    return (
        tr("Event"), tr("Version"), tr("Events"), tr("First"), tr("Last"), tr("Upcasting"),
        tr("Reducer"), tr("Failing"), tr("Stored type"),
    )  # fmt: skip


def texts_of(cell: Cell, times: TimeChoice) -> tuple[str, ...]:
    """The texts of a row; words carry what colours say."""
    sign, word, _role = COVERAGE[cell.coverage]
    return (
        cell.name,
        version_text(cell.schema_version) if cell.schema_version is not None else "",
        thousands(cell.events),
        "" if cell.first_time is None else times.format(cell.first_time),
        "" if cell.last_time is None else times.format(cell.last_time),
        f"{sign} {tr(word)}",
        f"✓ {tr('reducer')}" if cell.reducer else f"– {tr('none')}",
        thousands(cell.failed) if cell.failed else "",
        cell.type,
    )


class MatrixDelegate(CellDelegate):
    """Versions and failures are chips; numbers stand to the right."""

    def look(self, index: Index) -> CellLook:
        """Names, times and types are quiet or monospaced."""
        column, cell = MatrixColumn(index.column()), index.data(ITEM_ROLE)
        if column is MatrixColumn.EVENT:
            return CellLook()
        if column is MatrixColumn.HOPS:
            return CellLook(FontRole.UI, COVERAGE[cell.coverage][2])
        if column is MatrixColumn.REDUCER:
            return CellLook(FontRole.UI, Role.TEXT if cell.reducer else Role.TEXT_MUTED)
        if column is MatrixColumn.TYPE:
            return CellLook(FontRole.MONO, Role.TEXT_MUTED, Qt.TextElideMode.ElideMiddle)
        return CellLook(FontRole.MONO)

    def content(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """A chip, or text."""
        text, column = str(index.data() or ""), MatrixColumn(index.column())
        if not text:
            return
        rect = QRect(option.rect)
        if column is MatrixColumn.VERSION:
            self._chip(painter, rect, ChipLook(text, _version_role(index.data(ITEM_ROLE))))
        elif column is MatrixColumn.FAILING:
            self._chip(painter, rect, ChipLook(f"✗ {text}", Role.DANGER))
        else:
            self.draw_text(painter, rect, text, self.look(index), right=column in _RIGHT)

    def _chip(self, painter: QPainter, rect: QRect, look: ChipLook) -> None:
        painter.save()
        painter.setFont(self.theme.fonts.small)
        width = min(chip_width(painter.fontMetrics(), look), rect.width() - 2 * PADDING)
        height = self.theme.px(CELL_HEIGHT)
        top = rect.top() + (rect.height() - height) // 2
        paint_chip(painter, QRect(rect.left() + PADDING, top, width, height), look, self.theme)
        painter.restore()


def _version_role(cell: Cell) -> ChipRole:
    if cell.coverage is Coverage.LED:
        return TintRole.UPCAST
    return COVERAGE[cell.coverage][2] if cell.coverage is not Coverage.CURRENT else Role.TEXT_MUTED


class MatrixTable(ListTable):
    """All cells; the row that is chosen stays chosen while the counting goes on."""

    def __init__(self, theme: Theme, times: TimeChoice) -> None:
        super().__init__(theme, tr("Event types and schema versions"))
        self._times = times
        self._cells: Sequence[Cell] = ()
        self.rows = RowsModel(titles(), self, _RIGHT)
        self.setModel(self.rows)
        self.setItemDelegate(MatrixDelegate(theme, self))
        header = self.horizontalHeader()
        for column in MatrixColumn:
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
        for column, width in _WIDTHS.items():
            header.resizeSection(column, theme.px(width))
        for column in (MatrixColumn.EVENT, MatrixColumn.TYPE):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        times.changed.connect(lambda: self.show_cells(self._cells))

    def show_rules(self, *, known: bool) -> None:
        """Without rules nothing can be said about hops, reducers and failures."""
        for column in _WITH_RULES:
            self.setColumnHidden(column, not known)

    def cell(self) -> Cell | None:
        """The cell that is chosen."""
        found = self.currentIndex().data(ITEM_ROLE)
        return found if isinstance(found, Cell) else None

    def show_cells(self, cells: Sequence[Cell]) -> None:
        """Show other cells, or the same ones further on."""
        chosen = self.cell()
        scrolled = self.verticalScrollBar().value()
        self._cells = cells
        self.rows.show_rows([(cell, texts_of(cell, self._times)) for cell in cells])
        row = next((row for row, cell in enumerate(cells) if cell is chosen), -1)
        if row >= 0:
            self.go_to_row(row)
            self.verticalScrollBar().setValue(scrolled)
