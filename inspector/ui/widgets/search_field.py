"""The field for finding and filtering: says when the user has stopped typing.

Escape empties it, Down and Return go on to the results; a text that is not valid is marked with
its reason in words, never by colour alone.
"""

from __future__ import annotations

import enum
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from inspector.core.texts import tr
from inspector.ui.theme import Icon, Role, Theme
from inspector.ui.widgets.plain_text import tooltip_text

PAUSE: Final = 150
"""Milliseconds without a key after which the text counts as typed."""


class FieldState(enum.StrEnum):
    """Whether the text can be used."""

    NEUTRAL = "neutral"
    VALID = "valid"
    DOUBTFUL = "doubtful"
    INVALID = "invalid"


class SearchField(QLineEdit):
    """A line to type into, with a picture before and a button to empty it behind.

    Signals:
        typed(str): the text after a short pause, or at once on Return and when emptied.
        leave_down(): Down or Return: the results may take the focus.
    """

    typed = Signal(str)
    leave_down = Signal()

    def __init__(
        self,
        theme: Theme,
        placeholder: str,
        *,
        icon: Icon = Icon.SEARCH,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._said = ""
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self._picture = QAction(placeholder, self)
        theme.set_icon(self._picture, icon, Role.TEXT_MUTED)
        self.addAction(self._picture, QLineEdit.ActionPosition.LeadingPosition)
        self._empty = QAction(tr("Clear"), self)
        theme.set_icon(self._empty, Icon.X, Role.TEXT_MUTED)
        self._empty.triggered.connect(self.empty)
        self.addAction(self._empty, QLineEdit.ActionPosition.TrailingPosition)
        self._empty.setVisible(False)  # after it was added: the field shows what it is given
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE)
        self._timer.timeout.connect(self._say)
        self.textChanged.connect(self._changed)

    def empty(self) -> None:
        """Take the text away and say so at once."""
        self.clear()
        self._say()

    def set_state(self, state: FieldState, reason: str = "") -> None:
        """Mark the text as usable or not; ``reason`` is read out and shown as tool tip."""
        self.setProperty("state", str(state))
        self.style().unpolish(self)
        self.style().polish(self)
        self.setToolTip(tooltip_text(reason))
        self.setAccessibleDescription(reason)

    def _changed(self, text: str) -> None:
        self._empty.setVisible(bool(text))
        self._timer.start()

    def _say(self) -> None:
        self._timer.stop()
        if self.text() != self._said:
            self._said = self.text()
            self.typed.emit(self._said)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape empties the field first; only an empty field passes Escape on."""
        key = event.key()
        if key == Qt.Key.Key_Escape and self.text():
            self.empty()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._say()
            self.leave_down.emit()
        elif key == Qt.Key.Key_Down:
            self.leave_down.emit()
        else:
            super().keyPressEvent(event)
