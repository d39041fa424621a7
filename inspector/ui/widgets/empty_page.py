"""A page in place of content: why there is none, and the next step.

Empty, loading, failed, stopped and nothing found each get words of their own; none of them is
ever a blank area.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from inspector.ui.theme import FontRole, Icon, Role, Theme
from inspector.ui.widgets.labels import PlainLabel, muted

PICTURE: Final = 40
WIDEST: Final = 440


@dataclass(frozen=True, slots=True)
class NextStep:
    """A button that leads on."""

    text: str
    run: Callable[[], object]


@dataclass(frozen=True, slots=True)
class PageContent:
    """What an empty page says.

    Attributes:
        icon: a picture of the situation, in the colour of ``role``.
        sentence: what is (not) there, one sentence.
        hint: what could be done, or why; may be empty.
        steps: buttons; the first is the one to take.
    """

    icon: Icon
    sentence: str
    hint: str = ""
    steps: Sequence[NextStep] = field(default=())
    role: Role = Role.TEXT_MUTED


class EmptyPage(QWidget):
    """The page, its content in the middle."""

    def __init__(
        self, theme: Theme, content: PageContent | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._content = theme, content
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._sentence = PlainLabel(wrap=True)
        theme.set_font(self._sentence, FontRole.TITLE)
        self._hint = muted(PlainLabel(wrap=True))
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        self._buttons.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._lay_out()
        theme.changed.connect(self._draw_picture)
        if content is not None:
            self.show_content(content)

    def _lay_out(self) -> None:
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addStretch(2)
        column.addWidget(self._picture)
        column.addSpacing(4)
        for label in (self._sentence, self._hint):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setMaximumWidth(WIDEST)
            label.setMinimumWidth(1)
            row = QHBoxLayout()
            row.addStretch(1)
            row.addWidget(label, 1000)
            row.addStretch(1)
            column.addLayout(row)
        column.addSpacing(8)
        column.addLayout(self._buttons)
        column.addStretch(3)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(16, 16, 16, 16)
        outer.addLayout(column)

    @property
    def content(self) -> PageContent | None:
        """What it says now."""
        return self._content

    def show_content(self, content: PageContent) -> None:
        """Say something else."""
        self._content = content
        self._sentence.setText(content.sentence)
        self._hint.setText(content.hint)
        self._hint.setVisible(bool(content.hint))
        self.setAccessibleName(content.sentence)
        self.setAccessibleDescription(content.hint)
        self._draw_picture()
        self._set_steps(content.steps)

    def _set_steps(self, steps: Sequence[NextStep]) -> None:
        while (item := self._buttons.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for number, step in enumerate(steps):
            button = QPushButton(step.text)
            button.setDefault(number == 0)
            button.clicked.connect(lambda _checked=False, run=step.run: run())
            self._buttons.addWidget(button)

    def _draw_picture(self) -> None:
        if self._content is None:
            return
        colour = self._theme.tokens[self._content.role]
        density = self.devicePixelRatioF()
        self._picture.setPixmap(
            self._theme.icons.pixmap(self._content.icon, colour, PICTURE, density)
        )
