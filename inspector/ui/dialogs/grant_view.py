"""Statements for a role that can only read the store: to read and to copy, never run from here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from inspector.core.texts import tr
from inspector.ui.dialogs.field_message import FieldMessage
from inspector.ui.dialogs.form_rows import fit_screen
from inspector.ui.theme import FontRole, Icon
from inspector.ui.widgets.banner import Tone
from inspector.ui.widgets.labels import PlainLabel, muted
from inspector.ui.widgets.literal_text import LiteralText

if TYPE_CHECKING:
    from inspector.ui.theme import Theme

SIZE: Final = (720, 380)


class GrantView(QDialog):
    """The dialog.

    Args:
        theme: colours and fonts.
        found: what was found about the role, a sentence.
        text: the statements.
        parent: the window.
    """

    def __init__(self, theme: Theme, found: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Role could write"))
        self._statements = text
        name = tr("Statements for a role that only reads")
        self.text = LiteralText(theme, name, text.rstrip())
        self.message = FieldMessage(theme)
        title = PlainLabel(found, wrap=True)
        theme.set_font(title, FontRole.HEADING)
        words = muted(PlainLabel(_words(), wrap=True))
        self.copy_button = QPushButton(tr("Copy"))
        self.copy_button.setAutoDefault(False)
        theme.set_icon(self.copy_button, Icon.COPY)
        self.copy_button.clicked.connect(self._copy)
        close = QPushButton(tr("Close"))
        close.setDefault(True)
        close.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.copy_button)
        row.addStretch(1)
        row.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        for widget in (title, words):
            column.addWidget(widget)
        column.addWidget(self.text, 1)
        column.addWidget(self.message)
        column.addLayout(row)
        fit_screen(self, theme, SIZE)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._statements)
        self.message.say(Tone.INFO, tr("Copied."))


def _words() -> str:
    return tr(
        "This program only reads, whatever the role may do. A role that can do nothing else is "
        "safer still; an administrator can make one with these statements. They are not run here."
    )
