"""Text to be read and copied, line by line as it is, in the font of code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPlainTextEdit

from inspector.ui.theme import FontRole
from inspector.ui.widgets.plain_text import visible_text

if TYPE_CHECKING:
    from inspector.ui.theme import Theme


class LiteralText(QPlainTextEdit):
    """The text; signs that cannot be seen are shown as such, and no line is wrapped.

    Args:
        theme: colours and fonts.
        name: what assistive technology calls it.
        text: without an end of line behind the last one.
    """

    def __init__(self, theme: Theme, name: str, text: str) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setAccessibleName(name)
        self.setPlainText("\n".join(map(visible_text, text.split("\n"))))
        theme.set_font(self, FontRole.MONO)
