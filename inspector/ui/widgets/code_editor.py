"""A text that is written: line numbers, marks below mistakes, words that are offered."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QRect, QSize, QStringListModel, Qt
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QCompleter, QListView, QPlainTextEdit, QTextEdit, QToolTip, QWidget

from inspector.core.texts import tr
from inspector.ui.theme import FontRole, Role
from inspector.ui.widgets.plain_text import tooltip_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from inspector.ui.theme import Theme

INDENT: Final = "    "
OFFERED_AFTER: Final = 2
"""Characters of a word after which the rest is offered."""

_WORD: Final = re.compile(r"[\w.\\:$-]*$")
_MARKED: Final = re.compile(r"\w+|.")


@dataclass(frozen=True, slots=True)
class Mark:
    """A mistake at a place.

    Attributes:
        line, column: from 1.
        message: what is wrong.
    """

    line: int
    column: int
    message: str


class CodeEditor(QPlainTextEdit):
    """An editor in the monospaced font."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self.theme = theme
        theme.set_font(self, FontRole.MONO)
        self.setAccessibleName(name)
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTabChangesFocus(False)
        self._numbers = _LineNumbers(self)
        self._marks: tuple[Mark, ...] = ()
        self._words = QStringListModel(self)
        self.completer = QCompleter(self._words, self)
        self.completer.setWidget(self)
        self.completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.completer.setMaxVisibleItems(10)
        self.completer.activated.connect(self._complete)
        self._popup = QListView()
        self._popup.setAccessibleName(tr("Words that fit"))
        self.completer.setPopup(self._popup)
        self.blockCountChanged.connect(self._fit_numbers)
        self.updateRequest.connect(self._scroll_numbers)
        self.cursorPositionChanged.connect(self._show_marks)
        theme.changed.connect(self._theme_changed)
        self._theme_changed()

    # -- what can be asked of it --------------------------------------------------------------

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Underline mistakes."""
        self._marks = tuple(marks)
        self._show_marks()
        self._numbers.update()

    def set_words(self, words: Iterable[str]) -> None:
        """Offer these words."""
        self._words.setStringList(sorted(set(words)))

    def go_to(self, line: int, column: int = 1) -> None:
        """Put the cursor at a place, from 1, and bring it into the middle."""
        block = self.document().findBlockByNumber(max(line - 1, 0))
        if not block.isValid():
            block = self.document().lastBlock()
        cursor = QTextCursor(block)
        cursor.setPosition(block.position() + min(max(column - 1, 0), max(block.length() - 1, 0)))
        self.setTextCursor(cursor)
        self.centerCursor()

    def replace_all(self, text: str) -> None:
        """Another text in a way that can be undone."""
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)
        self.moveCursor(QTextCursor.MoveOperation.Start)

    # -- marks ----------------------------------------------------------------------------------

    def _show_marks(self) -> None:
        shown = [self._current_line()]
        for mark in self._marks[:200]:
            block = self.document().findBlockByNumber(mark.line - 1)
            if block.isValid():
                shown.append(self._underlined(block, mark))
        self.setExtraSelections(shown)

    def _current_line(self) -> QTextEdit.ExtraSelection:
        line = QTextEdit.ExtraSelection()
        line.format.setBackground(QColor(self.theme.tokens[Role.SURFACE_ALTERNATE]))
        line.format.setProperty(QTextCharFormat.Property.FullWidthSelection, True)
        cursor = self.textCursor()
        cursor.clearSelection()
        line.cursor = cursor
        return line

    def _underlined(self, block: QTextBlock, mark: Mark) -> QTextEdit.ExtraSelection:
        start = min(mark.column - 1, max(len(block.text()) - 1, 0))
        word = _MARKED.match(block.text(), start)
        cursor = QTextCursor(block)
        cursor.setPosition(block.position() + start)
        end = start + 1 if word is None else word.end()
        cursor.setPosition(
            block.position() + min(end, max(block.length() - 1, 0)),
            QTextCursor.MoveMode.KeepAnchor,
        )
        found = QTextEdit.ExtraSelection()
        found.cursor = cursor
        found.format.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        found.format.setUnderlineColor(QColor(self.theme.tokens[Role.DANGER]))
        return found

    def event(self, event: QEvent) -> bool:
        """The message of a mistake, where the mouse rests on its line."""
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            line = self.cursorForPosition(event.pos()).blockNumber() + 1
            words = "\n".join(mark.message for mark in self._marks if mark.line == line)
            QToolTip.showText(event.globalPos(), tooltip_text(words) if words else "", self)
            return True
        return super().event(event)

    # -- typing ---------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tab indents, Return keeps the indentation, Ctrl+Space offers words."""
        popup = self._popup
        key = event.key()
        if popup.isVisible() and key in (
            Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Escape,
            Qt.Key.Key_Backtab,
        ):  # fmt: skip
            event.ignore()
            return
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if key == Qt.Key.Key_Space and control:
            self._offer(least=0)
        elif key == Qt.Key.Key_Tab and not control:
            self.insertPlainText(INDENT)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            text = self.textCursor().block().text()
            self.insertPlainText("\n" + text[: len(text) - len(text.lstrip(" "))])
        else:
            super().keyPressEvent(event)
            if event.text().isprintable() and event.text() and not control:
                self._offer(least=OFFERED_AFTER)
            elif popup.isVisible():
                self._offer(least=1)

    def _offer(self, least: int) -> None:
        cursor = self.textCursor()
        before = cursor.block().text()[: cursor.positionInBlock()]
        found = _WORD.search(before)
        word = "" if found is None else found[0]
        self.completer.setCompletionPrefix(word)
        count = self.completer.completionCount()
        only = count == 1 and self.completer.currentCompletion() == word
        popup = self._popup
        if len(word) < least or not count or only or count > 2000:
            popup.hide()
            return
        popup.setCurrentIndex(self.completer.completionModel().index(0, 0))
        place = self.cursorRect()
        room = popup.sizeHintForColumn(0) + popup.verticalScrollBar().sizeHint().width() + 8
        place.setWidth(min(max(room, 160), 480))
        place.translate(self.viewport().pos())
        self.completer.complete(place)

    def _complete(self, word: str) -> None:
        cursor = self.textCursor()
        back = len(self.completer.completionPrefix())
        cursor.movePosition(
            QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor, back
        )  # fmt: skip
        cursor.insertText(word)
        self.setTextCursor(cursor)

    # -- line numbers ---------------------------------------------------------------------------

    def numbers_width(self) -> int:
        """Room for the numbers of all lines."""
        digits = max(3, len(str(self.blockCount())))
        return self.fontMetrics().horizontalAdvance("0") * digits + 20

    def paint_numbers(self, event: QPaintEvent) -> None:
        """Draw the numbers that can be seen; lines with mistakes in the colour of danger."""
        painter = QPainter(self._numbers)
        tokens = self.theme.tokens
        painter.fillRect(event.rect(), QColor(tokens[Role.SURFACE_ALTERNATE]))
        painter.setFont(self.font())
        wrong = {mark.line for mark in self._marks}
        block = self.firstVisibleBlock()
        current = self.textCursor().blockNumber()
        top = self.blockBoundingGeometry(block).translated(self.contentOffset()).top()
        while block.isValid() and top <= event.rect().bottom():
            number = block.blockNumber()
            height = self.blockBoundingRect(block).height()
            role = Role.TEXT if number == current else Role.TEXT_MUTED
            painter.setPen(QColor(tokens[Role.DANGER if number + 1 in wrong else role]))
            inside = QRect(0, round(top), self._numbers.width() - 10, round(height))
            painter.drawText(inside, Qt.AlignmentFlag.AlignRight, str(number + 1))
            block, top = block.next(), top + height

    def _fit_numbers(self) -> None:
        self.setViewportMargins(self.numbers_width(), 0, 0, 0)
        inside = self.contentsRect()
        width = self.numbers_width()
        self._numbers.setGeometry(QRect(inside.left(), inside.top(), width, inside.height()))

    def _scroll_numbers(self, rect: QRect, down: int) -> None:
        if down:
            self._numbers.scroll(0, down)
        else:
            self._numbers.update(0, rect.y(), self._numbers.width(), rect.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Numbers are as high as the text."""
        super().resizeEvent(event)
        self._fit_numbers()

    def _theme_changed(self) -> None:
        self._fit_numbers()
        self.setTabStopDistance(self.fontMetrics().horizontalAdvance(" ") * len(INDENT))
        self._show_marks()
        self._numbers.update()


class _LineNumbers(QWidget):
    def __init__(self, editor: CodeEditor) -> None:
        super().__init__(editor)
        self._editor = editor

    def sizeHint(self) -> QSize:
        return QSize(self._editor.numbers_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._editor.paint_numbers(event)
