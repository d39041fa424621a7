"""Where the events of one type and version are: those that fail, or the first of all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QVBoxLayout
from PySide6.QtWidgets import QWidget as Widget

from inspector.core.texts import counted, thousands, tr
from inspector.services.rising import version_text
from inspector.ui.theme import FontRole
from inspector.ui.widgets.labels import ElidedLabel, PlainLabel, muted
from inspector.ui.widgets.list_table import ListTable
from inspector.ui.widgets.rows_model import ITEM_ROLE, RowsModel

if TYPE_CHECKING:
    from inspector.services.version_matrix import Cell, Found
    from inspector.ui.theme import Theme

FAILING, ALL = 0, 1


class CellEvents(Widget):
    """The events of a cell.

    Signals:
        chosen(object): a :class:`Found` that the user wants to see.
    """

    chosen = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.cell: Cell | None = None
        self._title = ElidedLabel()
        theme.set_font(self._title, FontRole.HEADING)
        self._more = muted(PlainLabel())
        theme.set_font(self._more, FontRole.SMALL)
        self.modes = QButtonGroup(self)
        self.rows = RowsModel((tr("Stream"), tr("Version"), tr("Hop"), tr("Why")), self, {1})
        self.view = ListTable(theme, tr("Events of this type and version"))
        self.view.setModel(self.rows)
        header = self.view.horizontalHeader()
        header.setStretchLastSection(True)
        for column, width in enumerate((320, 80, 96)):
            header.resizeSection(column, theme.px(width))
        self.view.activated.connect(self._go)
        self.view.clicked.connect(self._go)
        self._lay_out()
        self.modes.idClicked.connect(lambda _mode: self._show())

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(12, 8, 8, 4)
        row.setSpacing(8)
        row.addWidget(self._title, 1)
        row.addWidget(self._more)
        for mode in (FAILING, ALL):
            button = QToolButton()
            button.setCheckable(True)
            self.modes.addButton(button, mode)
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.view, 1)

    def show_cell(self, cell: Cell | None) -> None:
        """Show the events of another cell: those that fail, where some do."""
        if cell is not self.cell and cell is not None:
            self.modes.button(FAILING if cell.failures else ALL).setChecked(True)
        self.cell = cell
        self.setVisible(cell is not None)
        self._show()

    def first(self) -> Found | None:
        """The first event that is listed."""
        found = self._listed()
        return found[0] if found else None

    def _listed(self) -> list[Found]:
        if self.cell is None:
            return []
        failing = self.modes.checkedId() == FAILING
        return list(self.cell.failures if failing else self.cell.found)

    def _show(self) -> None:
        cell = self.cell
        if cell is None:
            self.rows.show_rows(())
            return
        version = version_text(cell.schema_version) if cell.schema_version is not None else ""
        self._title.setText(f"{cell.name} {version}".strip())
        failing, every = self.modes.button(FAILING), self.modes.button(ALL)
        failing.setText(tr("Failing {n}", n=thousands(cell.failed)))
        failing.setEnabled(bool(cell.failures))
        every.setText(tr("All {n}", n=thousands(cell.events)))
        listed = self._listed()
        fails = self.modes.checkedId() == FAILING
        for column in (2, 3):
            self.view.setColumnHidden(column, not fails)
        total = cell.failed if fails else cell.events
        more = total > len(listed)
        self._more.setText(counted(len(listed), "the first one", "the first {n}") if more else "")
        chosen = self.view.currentIndex().row()
        self.rows.show_rows([(found, _texts(found)) for found in listed])
        self.view.go_to_row(min(max(chosen, 0), len(listed) - 1))

    def _go(self, index: QModelIndex) -> None:
        found = index.data(ITEM_ROLE)
        if found is not None:
            self.chosen.emit(found)


def _texts(found: Found) -> tuple[str, str, str, str]:
    version = "" if found.version is None else thousands(found.version)
    return found.stream.name, version, found.hop, found.message
