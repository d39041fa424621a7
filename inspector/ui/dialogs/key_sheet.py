"""All keys on one sheet, made from the action table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QVBoxLayout, QWidget

from inspector.core.texts import tr
from inspector.ui.actions import ACTIONS
from inspector.ui.theme import FontRole
from inspector.ui.widgets.labels import PlainLabel, muted

if TYPE_CHECKING:
    from inspector.ui.theme import Theme

COLUMNS = 2


class KeySheet(QDialog):
    """A dialog that lists what can be done, and with which keys."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Keys"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        known = [spec for spec in ACTIONS if spec.keys]
        rows = -(-len(known) // COLUMNS)
        for i, spec in enumerate(known):
            side, row = divmod(i, rows)
            keys = PlainLabel("  ".join(QKeySequence(k).toString() for k in spec.keys))
            theme.set_font(keys, FontRole.MONO)
            grid.addWidget(muted(PlainLabel(tr(spec.tip))), row, side * 3)
            grid.addWidget(keys, row, side * 3 + 1)
        grid.setColumnMinimumWidth(2, 32)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(16)
        column.addLayout(grid)
        column.addWidget(buttons)
