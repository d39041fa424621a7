"""What exact, inferred and unknown mean, in a small window over the state's heading."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from inspector.core.texts import tr
from inspector.ui.theme import FontRole
from inspector.ui.widgets.chip import Chip
from inspector.ui.widgets.labels import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inspector.ui.theme import Role, Theme

WIDTH: Final = 380

Entry = tuple[str, "Role", str]
"""A word of trust, its colour, and what it means."""


class TruthLegend(QFrame):
    """The words with their meaning; it goes away by itself when somebody clicks elsewhere.

    Args:
        entries: words in English, colours, and sentences in English.
        note: one sentence more.
    """

    def __init__(self, theme: Theme, entries: Sequence[Entry], note: str, owner: QWidget) -> None:
        super().__init__(owner, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("panel", "true")
        self.setAccessibleName(tr("What the marks of trust mean"))
        self.setFixedWidth(theme.px(WIDTH))
        grid = self._grid = QGridLayout(self)
        grid.setContentsMargins(12, 12, 12, 12)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        for row, (word, role, sentence) in enumerate(entries):
            text = PlainLabel(tr(sentence), wrap=True)
            theme.set_font(text, FontRole.SMALL)
            grid.addWidget(Chip(theme, tr(word), role), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(text, row, 1)
        self.note = more = PlainLabel(note, wrap=True)
        theme.set_font(more, FontRole.SMALL)
        grid.addWidget(more, len(entries), 0, 1, 2)
        grid.setColumnStretch(1, 1)

    def show_under(self, widget: QWidget) -> None:
        """Show it below a widget, its right edge under the widget's."""
        self.setFixedHeight(self._grid.totalHeightForWidth(self.width()))
        corner = widget.mapToGlobal(widget.rect().bottomRight())
        self.move(corner.x() - self.width(), corner.y() + 4)
        self.show()
