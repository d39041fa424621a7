"""Labels for text that may come from a store.

``QLabel`` guesses whether a text is markup and would load a local image named in an event type.
These never guess. Every label of the window is made here.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from inspector.ui.widgets.plain_text import shortened, tooltip_text, visible_text

LABEL_LIMIT: Final = 20_000
"""Characters that a label takes; more than a screen full is of no use in one."""


class PlainLabel(QLabel):
    """A label that shows its text literally, hidden characters as escapes.

    Args:
        text: the text, from anywhere.
        wrap: break lines to the width; then line breaks in the text count too.
    """

    def __init__(self, text: str = "", parent: QWidget | None = None, *, wrap: bool = False):
        super().__init__(parent)
        self._wrap = wrap
        self._full = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self.setText(text)

    def setText(self, text: str) -> None:  # noqa: N802 - Qt's name
        """Show this text literally; the same one again is no work for anybody."""
        if text == self._full and super().text():
            return
        self._full = text
        self._put(visible_text(shortened(text, LABEL_LIMIT), keep="\n" if self._wrap else ""))

    def _put(self, shown: str) -> None:
        super().setText(shown)

    def setToolTip(self, text: str) -> None:  # noqa: N802 - Qt's name
        """Show this text literally when the mouse rests on the label."""
        super().setToolTip(tooltip_text(text))

    @property
    def full_text(self) -> str:
        """The text as it was given."""
        return self._full


class ElidedLabel(PlainLabel):
    """One line that gives up its end, or its middle, when there is no room.

    The whole text is in the tool tip and is what assistive technology reads. Qt lays out the
    whole window anew for every text of a label; where only digits change, and the text stays as
    wide as it was, this one is only drawn anew, because it changes at every step of the cursor.
    """

    def __init__(
        self,
        text: str = "",
        parent: QWidget | None = None,
        *,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> None:
        self._mode = mode
        self._shown, self._room = "", -1
        super().__init__(text, parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def setText(self, text: str) -> None:  # noqa: N802 - Qt's name
        """Show this text literally, as much of it as fits."""
        if text != self._full or not text:
            super().setText(text)
            self.setToolTip(text)

    def text(self) -> str:
        """The text as it is shown when there is room."""
        return self._shown

    def _put(self, shown: str) -> None:
        room = self.fontMetrics().horizontalAdvance(shown)
        named = self.accessibleName()
        own = bool(named) and named == self._shown
        same = bool(shown) and room == self._room and (own or not named)
        self._shown, self._room = shown, room
        if same:
            self.setAccessibleName(shown)
            self.update()
            return
        super()._put(shown)
        if own:
            self.setAccessibleName("")

    def minimumSizeHint(self) -> QSize:
        """Room for an ellipsis is enough."""
        hint = super().minimumSizeHint()
        return QSize(self.fontMetrics().horizontalAdvance("…") + 2, hint.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what fits."""
        del event
        painter = QPainter(self)
        inside: QRect = self.contentsRect()
        shown = self.fontMetrics().elidedText(self.text(), self._mode, inside.width())
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(inside, int(self.alignment() | Qt.TextFlag.TextSingleLine), shown)


class SteadyLabel(ElidedLabel):
    """One line that keeps its room, for a text that changes at every step of the cursor."""

    def minimumSizeHint(self) -> QSize:
        """Room for the whole text."""
        return self.sizeHint()


def muted(label: PlainLabel) -> PlainLabel:
    """Give a label the quiet text colour of captions and hints; it follows the theme."""
    label.setProperty("muted", True)
    return label
