"""A line for an expression: says how the text stands, and offers the words that fit.

The state is told by the colour of the frame and by a sentence below, never by colour alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRect, QStringListModel, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QListView

from inspector.core.texts import tr
from inspector.ui.theme import FontRole, Icon
from inspector.ui.widgets.search_field import SearchField

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inspector.ui.theme import Theme

OFFERED_AFTER: Final = 2
"""Characters of a word after which the rest is offered; a quote is enough for a text."""

MOST_OFFERED: Final = 2000

_WORD: Final = re.compile(r"'[^']*$|[\w.]*$")
_RETURN: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class ExpressionField(SearchField):
    """The field.

    Signals:
        applied(str): Return: this text is wanted.
    """

    applied = Signal(str)

    def __init__(self, theme: Theme, placeholder: str) -> None:
        super().__init__(theme, placeholder, icon=Icon.FUNNEL)
        theme.set_font(self, FontRole.MONO)
        self._words = QStringListModel(self)
        self.words = QCompleter(self._words, self)
        self.words.setWidget(self)
        self.words.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.words.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.words.setMaxVisibleItems(10)
        self.words.activated.connect(self._complete)
        self.popup = QListView()
        self.popup.setAccessibleName(tr("Words that fit"))
        self.words.setPopup(self.popup)
        self.textEdited.connect(lambda _text: self._offer(OFFERED_AFTER))

    def set_words(self, words: Iterable[str]) -> None:
        """Offer these words."""
        self._words.setStringList(list(words))

    def _prefix(self) -> str:
        found = _WORD.search(self.text()[: self.cursorPosition()])
        return "" if found is None else found[0]

    def _offer(self, least: int) -> None:
        """Offer what begins like the word before the cursor."""
        prefix, popup = self._prefix(), self.popup
        self.words.setCompletionPrefix(prefix)
        count = self.words.completionCount()
        only = count == 1 and self.words.currentCompletion() == prefix
        enough = len(prefix) >= least or prefix[:1] == "'"
        inside = prefix[:1] == "'" and self._closes_a_text()
        if not enough or inside or not count or only or count > MOST_OFFERED:
            popup.hide()
            return
        popup.setCurrentIndex(self.words.completionModel().index(0, 0))
        room = popup.sizeHintForColumn(0) + popup.verticalScrollBar().sizeHint().width() + 12
        place = QRect(self.cursorRect())
        place.setWidth(min(max(room, 160), 480))
        place.setHeight(self.height() - place.top())
        self.words.complete(place)

    def _closes_a_text(self) -> bool:
        """Whether the last quote before the cursor ends a text and begins none."""
        return self.text()[: self.cursorPosition()].count("'") % 2 == 0

    def _complete(self, word: str) -> None:
        """Put the rest of a word in; a closing quote that is there already is not doubled."""
        at, prefix = self.cursorPosition(), self._prefix()
        before, after = self.text()[: at - len(prefix)], self.text()[at:]
        if word[-1:] == "'" and after[:1] == "'":
            after = after[1:]
        self.setText(before + word + after)
        self.setCursorPosition(len(before) + len(word))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """While words are offered, their list has Return and Escape."""
        key = event.key()
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if self.popup.isVisible() and key in _RETURN:
            self._take_offered()
        elif self.popup.isVisible() and key == Qt.Key.Key_Escape:
            self.popup.hide()
        elif key == Qt.Key.Key_Space and control:
            self._offer(0)
        elif key in _RETURN:
            self.applied.emit(self.text())
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, following: bool) -> bool:  # noqa: N802 - Qt's name
        """Tab takes the word that is offered; only without an offer it leads on."""
        if self.popup.isVisible():
            self._take_offered()
            return True
        return super().focusNextPrevChild(following)

    def _take_offered(self) -> None:
        self._complete(str(self.popup.currentIndex().data() or self._prefix()))
        self.popup.hide()
