"""The small field that takes a number or a time and goes there.

Hidden until it is called for. What cannot be understood is said beside the field in words, and
the field stays open; Return goes, Escape gives up.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from inspector.core.texts import tr
from inspector.ui.theme import FontRole, Role, Theme
from inspector.ui.widgets.labels import ElidedLabel
from inspector.ui.widgets.plain_text import tooltip_text

WIDTH: Final = 270


class JumpField(QWidget):
    """Field and the words beside it.

    Signals:
        asked(str): somebody wants to go there.
        left(): it was closed; the focus may go back to the timeline.
    """

    asked = Signal(str)
    left = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.field = _Line()
        self.field.setPlaceholderText(tr("27, 2026-03-16 10:00"))
        self.field.setAccessibleName(tr("Go to a number or a time"))
        self.field.setFixedWidth(theme.px(WIDTH))
        self.problem = ElidedLabel()
        self.problem.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.problem.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        theme.set_font(self.problem, FontRole.SMALL)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.problem, 1)
        row.addWidget(self.field)
        self.field.returnPressed.connect(self._ask)
        self.field.textEdited.connect(lambda _text: self.say(""))
        self.field.given_up.connect(self.close_field)
        theme.changed.connect(self._take_colours)
        self._take_colours()
        self.hide()

    def ask_for(self, words: str) -> None:
        """What may be typed here, with examples."""
        self.field.setPlaceholderText(words)
        self.field.setAccessibleDescription(words)

    def open_field(self, text: str = "") -> None:
        """Show the field with the beginning of what is being typed."""
        self.say("")
        self.show()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.field.setText(text)  # after the focus, which would select what is typed already

    def close_field(self) -> None:
        """Hide it again."""
        if self.isVisible():
            self.hide()
            self.left.emit()

    def say(self, message: str, hint: str = "") -> None:
        """Say why it could not be done; nothing when it can."""
        self.problem.setText(message)
        self.problem.setToolTip(f"{message}\n{hint}" if hint else message)
        self.field.setProperty("state", "invalid" if message else "neutral")
        self.field.setToolTip(tooltip_text(hint))
        self.field.setAccessibleDescription(f"{message} {hint}".strip())
        self.field.style().unpolish(self.field)
        self.field.style().polish(self.field)

    def _ask(self) -> None:
        if self.field.text().strip():
            self.asked.emit(self.field.text())

    def _take_colours(self) -> None:
        palette = QPalette(self.problem.palette())
        colour = QColor(self._theme.tokens[Role.DANGER])
        palette.setColor(QPalette.ColorRole.WindowText, colour)
        self.problem.setPalette(palette)
        self.field.setFixedWidth(self._theme.px(WIDTH))


class _Line(QLineEdit):
    """A line that says when somebody gives up.

    Signals:
        given_up(): Escape.
    """

    given_up = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes the field instead of stopping work."""
        if event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
            event.accept()
        else:
            super().keyPressEvent(event)

    def event(self, event: object) -> bool:
        """Escape is a key of this field while it is open, not of the window."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QKeyEvent.Type.ShortcutOverride
            and event.key() == Qt.Key.Key_Escape
        ):
            event.accept()
            return True
        return super().event(event)  # type: ignore[arg-type]
