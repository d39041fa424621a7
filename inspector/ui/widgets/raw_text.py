"""The stored form of a payload, as text and as bytes, exactly and without stalling."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QTextOption
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPlainTextEdit,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from inspector.core.payloads import Payload
from inspector.core.texts import counted, thousands, tr
from inspector.ui.theme import FontRole, Icon, Role, Theme
from inspector.ui.widgets.empty_page import EmptyPage, NextStep, PageContent
from inspector.ui.widgets.labels import ElidedLabel, PlainLabel, muted
from inspector.ui.widgets.plain_text import tooltip_text
from inspector.ui.widgets.text_blocks import (
    PAGE_BYTES,
    ROW_BYTES,
    TextBlock,
    hex_block,
    is_text,
    stored_bytes,
    text_block,
)

TEXT: Final = 0
HEX: Final = 1
EMPTY: Final = 2


class PlainTextView(QPlainTextEdit):
    """Read-only text in the monospaced font; the keyboard can walk and select in it."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_font(self, FontRole.MONO)
        self.setAccessibleName(name)
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.document().setDocumentMargin(12)

    def event(self, event: QEvent) -> bool:
        """Space is the window's key here too: there is nothing to type."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.key() == Qt.Key.Key_Space
        ):
            event.ignore()
            return False
        return super().event(event)

    def set_wrap(self, *, wrap: bool) -> None:
        """Break lines at the edge, anywhere, or not at all."""
        mode = QTextOption.WrapMode.WrapAnywhere if wrap else QTextOption.WrapMode.NoWrap
        self.setWordWrapMode(mode)

    def show_block(self, text: str) -> None:
        """Show text that was made ready by ``text_blocks``."""
        self.setPlainText(text)
        self.verticalScrollBar().setValue(0)


class HexView(QWidget):
    """Bytes a page at a time, so that a hundred megabytes open like a hundred bytes."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data, self._start, self._row_bytes = b"", 0, ROW_BYTES
        self.text = PlainTextView(theme, tr("Stored bytes"))
        self.text.set_wrap(wrap=False)
        self._place = muted(PlainLabel())
        self._back = self._button(theme, Icon.CHEVRON_LEFT, tr("Earlier bytes"))
        self._on = self._button(theme, Icon.CHEVRON_RIGHT, tr("Later bytes"))
        self._back.clicked.connect(lambda: self._go(self._start - PAGE_BYTES))
        self._on.clicked.connect(lambda: self._go(self._start + PAGE_BYTES))
        self._pager = QWidget()
        row = QHBoxLayout(self._pager)
        row.setContentsMargins(8, 4, 8, 4)
        row.addWidget(self._back)
        row.addWidget(self._on)
        row.addWidget(self._place, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.text, 1)
        column.addWidget(self._pager)

    @staticmethod
    def _button(theme: Theme, icon: Icon, text: str) -> QToolButton:
        button = QToolButton()
        theme.set_icon(button, icon)
        button.setAccessibleName(text)
        button.setToolTip(tooltip_text(text))
        return button

    def show_bytes(self, data: bytes) -> None:
        """Show other bytes, from the beginning."""
        self._data = data
        self._pager.setVisible(len(data) > PAGE_BYTES)
        self._go(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Rows of half the bytes where whole ones do not fit."""
        super().resizeEvent(event)
        whole = self.text.fontMetrics().horizontalAdvance("0") * (ROW_BYTES * 4 + 16)
        wanted = ROW_BYTES if self.width() >= whole else ROW_BYTES // 2
        if wanted != self._row_bytes:
            self._row_bytes = wanted
            self._go(self._start)

    def _go(self, start: int) -> None:
        self._start = start
        stop = min(start + PAGE_BYTES, len(self._data))
        self.text.show_block(hex_block(self._data, start, self._row_bytes))
        self._back.setEnabled(start > 0)
        self._on.setEnabled(stop < len(self._data))
        total = thousands(len(self._data))
        words = tr("Bytes {first} to {last} of {n}")
        self._place.setText(words.format(first=thousands(start), last=thousands(stop - 1), n=total))


class RawView(QWidget):
    """A payload as it is stored, one key away from bytes.

    Opens as text where the beginning reads as text and as bytes otherwise, until the user has
    chosen one of the two.

    Signals:
        save_asked(object): the user wants exactly these bytes in a file.
        whole_asked(): the payload was not loaded, and the user wants it now.
    """

    save_asked = Signal(object)
    whole_asked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._raw: bytes | str = b""
        self._chosen: int | None = None
        self._facts = muted(ElidedLabel())
        self._facts.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.save = QToolButton()
        self.save.setText(tr("Save…"))
        self.save.setToolTip(tooltip_text(tr("Save exactly the stored bytes to a file")))
        self.save.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        theme.set_icon(self.save, Icon.SAVE, Role.TEXT_MUTED)
        self.save.clicked.connect(lambda: self.save_asked.emit(stored_bytes(self._raw)))
        self._note = muted(PlainLabel(wrap=True))
        self._note.setContentsMargins(12, 4, 12, 4)
        self.text = PlainTextView(theme, tr("Stored text"))
        self.text.set_wrap(wrap=True)
        self.hex = HexView(theme)
        self._empty = EmptyPage(theme)
        self._stack = QStackedWidget()
        for page in (self.text, self.hex, self._empty):
            self._stack.addWidget(page)
        self._modes = QButtonGroup(self)
        self._bar = self._make_bar()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._bar)
        column.addWidget(self._note)
        column.addWidget(self._stack, 1)
        self._modes.idClicked.connect(self._choose)
        self.show_payload(None)

    def _make_bar(self) -> QWidget:
        bar = QWidget()
        row = QHBoxLayout(bar)
        row.setContentsMargins(8, 8, 12, 4)
        row.setSpacing(4)
        for number, text in ((TEXT, tr("Text")), (HEX, tr("Hex"))):
            button = QToolButton()
            button.setText(text)
            button.setCheckable(True)
            self._modes.addButton(button, number)
            row.addWidget(button)
        row.addWidget(self._facts, 1)
        row.addWidget(self.save)
        return bar

    def show_payload(self, payload: Payload | None) -> None:
        """Show another payload; ``None``: no event is chosen."""
        why = _why_nothing(payload, self.whole_asked.emit)
        self._bar.setVisible(why is None)
        self._note.setVisible(False)
        if why is not None or payload is None or payload.raw is None:
            self._raw = b""
            self._stack.setCurrentIndex(EMPTY)
            self._empty.show_content(why or _NOTHING)
            return
        self._raw = payload.raw
        size = counted(payload.size, "{n} byte", "{n} bytes")
        self._facts.setText(f"{size} · {payload.codec}" if payload.codec else size)
        natural = TEXT if is_text(payload.raw) else HEX
        self._show_mode(natural if self._chosen is None else self._chosen)

    def show_reading(self) -> None:
        """Say that the payload is being read."""
        if self._stack.currentIndex() == EMPTY:
            self._empty.show_content(PageContent(Icon.HOURGLASS, tr("Reading the payload…")))

    def show_saved(self, name: str) -> None:
        """Say that the bytes are in a file now."""
        self._note.setText(tr("Saved as {name}, exactly as stored.", name=name))
        self._note.setVisible(True)

    def _choose(self, mode: int) -> None:
        self._chosen = mode
        self._show_mode(mode)

    def _show_mode(self, mode: int) -> None:
        """Make the chosen form only; the other one costs nothing until it is asked for."""
        self._modes.button(mode).setChecked(True)
        self._stack.setCurrentIndex(mode)
        if mode == HEX:
            self.hex.show_bytes(stored_bytes(self._raw))
            self._note.setVisible(False)
            return
        block = text_block(self._raw)
        self.text.show_block(block.text)
        words = _note_words(block)
        self._note.setText(words)
        self._note.setVisible(bool(words))


_NOTHING: Final = PageContent(Icon.BINARY, "")


def _why_nothing(payload: Payload | None, read: Callable[[], object]) -> PageContent | None:
    """What to say when there are no stored bytes to show."""
    if payload is None:
        return PageContent(Icon.BINARY, tr("No event is chosen"), tr("Choose one in the table."))
    if payload.raw is not None:
        return None
    if payload.size:
        size = counted(payload.size, "{n} byte", "{n} bytes")
        hint = tr("It has {size} and is read only when it is asked for.", size=size)
        step = NextStep(tr("Read it now"), read)
        return PageContent(Icon.HOURGLASS, tr("This payload was not loaded"), hint, (step,))
    return PageContent(Icon.INBOX, tr("The stored payload is empty (NULL)"))


def _note_words(block: TextBlock) -> str:
    words = []
    if not block.whole:
        words.append(tr("Only the beginning is shown; Hex shows everything."))
    if block.broken:
        words.append(tr("Long lines are broken."))
    return " ".join(words)
