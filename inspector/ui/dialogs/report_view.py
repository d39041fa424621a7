"""Sentences under headings, each with a picture of what kind it is; can be copied as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from inspector.core.findings import Severity
from inspector.ui.theme import FontRole, Icon, Role
from inspector.ui.widgets.labels import PlainLabel, muted
from inspector.ui.widgets.plain_text import visible_text

if TYPE_CHECKING:
    from inspector.core.findings import Finding
    from inspector.ui.theme import Theme

PICTURE: Final = 16
NAME_WIDTH: Final = 136

_SEVERITIES: Final = {
    Severity.INFO: (Icon.INFO, Role.INFO),
    Severity.WARNING: (Icon.TRIANGLE_ALERT, Role.WARNING),
    Severity.ERROR: (Icon.CIRCLE_X, Role.DANGER),
}


class ReportView(QScrollArea):
    """A page of headings, sentences and facts, filled from the top."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self._pictures: list[tuple[QLabel, Icon, Role]] = []
        self._lines: list[str] = []
        inside = QWidget()
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 12, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnMinimumWidth(0, PICTURE)
        self._grid.setColumnMinimumWidth(1, theme.px(NAME_WIDTH) - PICTURE)
        self._grid.setColumnStretch(2, 1)
        outer = QVBoxLayout(inside)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addLayout(self._grid)
        outer.addStretch(1)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)
        self.setWidget(inside)
        theme.changed.connect(self._draw)

    @property
    def text(self) -> str:
        """Everything on the page as plain text, one line each."""
        return "\n".join(self._lines).strip() + "\n"

    def heading(self, text: str) -> None:
        """Begin a new part."""
        label = PlainLabel(text)
        self._theme.set_font(label, FontRole.HEADING)
        label.setContentsMargins(0, 12 if self._lines else 0, 0, 2)
        self._grid.addWidget(label, self._grid.rowCount(), 0, 1, 3)
        self._lines += ["", text]

    def line(self, icon: Icon, role: Role, text: str, detail: str = "") -> None:
        """A sentence; the detail stands below it, quieter."""
        row = self._grid.rowCount()
        picture = QLabel()
        self._pictures.append((picture, icon, role))
        self._draw_one(picture, icon, role)
        self._grid.addWidget(picture, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(_words(text), row, 1, 1, 2)
        self._lines.append(f"- {visible_text(text)}")
        if detail:
            self._grid.addWidget(muted(_words(detail)), row + 1, 1, 1, 2)
            self._lines += [f"  {visible_text(part)}" for part in detail.split("\n")]

    def fact(self, name: str, value: str, *, mono: bool = False) -> None:
        """A name with its value."""
        row = self._grid.rowCount()
        label = muted(PlainLabel(name))
        self._grid.addWidget(label, row, 0, 1, 2, Qt.AlignmentFlag.AlignTop)
        words = _words(value)
        if mono:
            self._theme.set_font(words, FontRole.MONO)
        self._grid.addWidget(words, row, 2)
        self._lines.append(f"- {name}: {visible_text(value)}")

    def finding(self, finding: Finding, remedy: str) -> None:
        """A finding with what can be done."""
        icon, role = _SEVERITIES[finding.severity]
        self.line(icon, role, finding.message, remedy)

    def _draw(self) -> None:
        for picture, icon, role in self._pictures:
            self._draw_one(picture, icon, role)

    def _draw_one(self, picture: QLabel, icon: Icon, role: Role) -> None:
        colour, density = self._theme.tokens[role], self.devicePixelRatioF()
        picture.setPixmap(self._theme.icons.pixmap(icon, colour, PICTURE, density))


def _words(text: str) -> PlainLabel:
    label = PlainLabel(text, wrap=True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
