"""Rows of a form: labels with their fields, captions under them, sections that open.

Every field gets a label that names it for eyes, for the keyboard (its underlined letter) and
for assistive technology alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QToolButton, QVBoxLayout, QWidget

from inspector.core.texts import tr
from inspector.ui.theme import FontRole, Icon, Role
from inspector.ui.widgets.labels import PlainLabel, muted

if TYPE_CHECKING:
    from inspector.ui.theme import Theme

TITLE_BAR: Final = 48
"""Pixels of a screen that a dialog leaves to its title bar."""

INDENT: Final = 22
"""Where the text of a check box begins; its caption stands below it."""


def fit_screen(dialog: QWidget, theme: Theme, size: tuple[int, int]) -> None:
    """Give a dialog its first size at the text zoom in force, but none beyond the screen."""
    room = dialog.screen().availableGeometry()
    width, height = (theme.px(length) for length in size)
    dialog.resize(min(width, room.width()), min(height, room.height() - TITLE_BAR))


def field_label(text: str, field: QWidget) -> PlainLabel:
    """A label whose underlined letter leads to the field, and which names it.

    Args:
        text: the words, ``&`` before the letter.
        field: a line, a list or a box that has no words of its own.
    """
    label = PlainLabel(text)
    label.setBuddy(field)
    field.setAccessibleName(text.replace("&", "").rstrip(":"))
    return label


def small(theme: Theme, text: str) -> PlainLabel:
    """A quiet sentence that explains the field above it."""
    label = muted(PlainLabel(text, wrap=True))
    theme.set_font(label, FontRole.SMALL)
    return label


def explained(theme: Theme, box: QCheckBox, text: str) -> QWidget:
    """A check box with a sentence about what it does."""
    box.setAccessibleDescription(text)
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(box)
    caption = small(theme, text)
    caption.setContentsMargins(INDENT, 0, 0, 0)
    column.addWidget(caption)
    return holder


def form_grid(parent: QWidget | None = None) -> QGridLayout:
    """A grid with the distances of a form."""
    grid = QGridLayout() if parent is None else QGridLayout(parent)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(8)
    grid.setVerticalSpacing(8)
    return grid


class Section(QWidget):
    """A heading that opens and closes what stands below it.

    Signals:
        toggled(bool): it was opened or closed.
    """

    toggled = Signal(bool)

    def __init__(self, theme: Theme, title: str, content: QWidget) -> None:
        super().__init__()
        self._theme, self._content, self._title = theme, content, title
        self._open = False
        self._button = QToolButton()
        self._button.setText(title)
        self._button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._button.clicked.connect(lambda: self.set_open(not self._open))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(content)
        self._show()

    @property
    def is_open(self) -> bool:
        """Whether the content is shown."""
        return self._open

    def set_open(self, is_open: bool) -> None:
        """Open or close it."""
        if is_open != self._open:
            self._open = is_open
            self._show()
            self.toggled.emit(is_open)

    def set_summary(self, text: str) -> None:
        """Say beside the title what is set inside."""
        self._button.setText(f"{self._title} · {text}" if text else self._title)

    def _show(self) -> None:
        self._content.setVisible(self._open)
        icon = Icon.CHEVRON_DOWN if self._open else Icon.CHEVRON_RIGHT
        self._theme.set_icon(self._button, icon, Role.TEXT_MUTED)
        state = tr("opened") if self._open else tr("closed")
        self._button.setAccessibleDescription(state)
