"""One sentence beside a field: what is wrong with what was entered, or that it is right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from inspector.ui.widgets.banner import Tone
from inspector.ui.widgets.labels import PlainLabel, muted

if TYPE_CHECKING:
    from inspector.ui.theme import Theme

PICTURE: Final = 16


class FieldMessage(QWidget):
    """An icon with a sentence and, below it, what can be done; takes no room while silent."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._tone = theme, Tone.INFO
        self._picture = QLabel()
        self._sentence = PlainLabel(wrap=True)
        self._hint = muted(PlainLabel(wrap=True))
        for label in (self._sentence, self._hint):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._sentence)
        words.addWidget(self._hint)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 0, 2)
        row.setSpacing(8)
        row.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        theme.changed.connect(self._draw)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence; empty while silent."""
        return self._sentence.full_text

    @property
    def hint(self) -> str:
        """What can be done."""
        return self._hint.full_text

    @property
    def tone(self) -> Tone:
        """How serious it is."""
        return self._tone

    def say(self, tone: Tone, sentence: str, hint: str = "") -> None:
        """Show a sentence in place of the one before."""
        self._tone = tone
        self._sentence.setText(sentence)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self.setAccessibleName(sentence)
        self.setAccessibleDescription(hint)
        self._draw()
        self.show()

    def be_silent(self) -> None:
        """Show nothing."""
        self._sentence.setText("")
        self._hint.setText("")
        self.hide()

    def _draw(self) -> None:
        colour = self._theme.tokens[self._tone.role]
        density = self.devicePixelRatioF()
        picture = self._theme.icons.pixmap(self._tone.icon, colour, PICTURE, density)
        self._picture.setPixmap(picture)
