"""All keys on one sheet, made from the action table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from inspector.core.texts import tr
from inspector.ui.action_table import ACTIONS, Menu
from inspector.ui.actions import keys_text
from inspector.ui.theme import FontRole
from inspector.ui.widgets.labels import PlainLabel, muted

if TYPE_CHECKING:
    from inspector.ui.theme import Theme

COLUMNS: Final = ((Menu.STORE, Menu.GO, Menu.HELP), (Menu.REPLAY, Menu.VIEW, Menu.WINDOW))
"""Which menus stand below each other; on a narrow screen all of them do."""

EDGES: Final = 80
"""Pixels of the screen that the sheet leaves free."""


class KeySheet(QDialog):
    """Everything that can be done, and with which keys."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Keys"))
        room = parent.screen().availableGeometry().size()
        inside = self._sheet(COLUMNS)
        if inside.sizeHint().width() > room.width() - EDGES:
            inside = self._sheet((tuple(Menu),))
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setAccessibleName(tr("Keys"))
        note = muted(PlainLabel(tr("What has no key is in the menu (F10) and in the palette.")))
        note.setContentsMargins(16, 0, 16, 0)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        buttons.setContentsMargins(16, 0, 16, 16)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 12)
        column.setSpacing(12)
        column.addWidget(area, 1)
        column.addWidget(note)
        column.addWidget(buttons)
        wanted = inside.sizeHint()
        width = min(wanted.width() + 32, room.width() - EDGES)
        self.resize(width, min(wanted.height() + 112, room.height() - EDGES))

    def _sheet(self, columns: tuple[tuple[Menu, ...], ...]) -> QWidget:
        inside = QWidget()
        row = QHBoxLayout(inside)
        row.setContentsMargins(16, 16, 16, 0)
        row.setSpacing(40)
        for menus in columns:
            row.addLayout(self._column(menus))
        return inside

    def _column(self, menus: tuple[Menu, ...]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(6)
        for menu in menus:
            title = PlainLabel(tr(menu.value))
            self._theme.set_font(title, FontRole.HEADING)
            title.setContentsMargins(0, 8 if grid.rowCount() > 1 else 0, 0, 2)
            grid.addWidget(title, grid.rowCount(), 0, 1, 2)
            for spec in (spec for spec in ACTIONS if spec.menu is menu):
                self._line(grid, tr(spec.tip), keys_text(spec) or "–")
        grid.setRowStretch(grid.rowCount(), 1)
        return grid

    def _line(self, grid: QGridLayout, text: str, keys: str) -> None:
        row = grid.rowCount()
        label = PlainLabel(keys)
        label.setAccessibleName(tr("{what}: {keys}", what=text, keys=keys))
        self._theme.set_font(label, FontRole.MONO)
        grid.addWidget(muted(PlainLabel(text)), row, 0)
        grid.addWidget(label, row, 1)
