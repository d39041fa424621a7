"""Writing a note on one event: plain text of several lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from inspector.core.errors import InputInvalid
from inspector.core.texts import tr
from inspector.services.case_marks import checked_note
from inspector.ui.dialogs.field_message import FieldMessage
from inspector.ui.dialogs.form_rows import field_label
from inspector.ui.theme import FontRole
from inspector.ui.widgets.banner import Tone
from inspector.ui.widgets.labels import PlainLabel, muted
from inspector.ui.widgets.plain_text import visible_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inspector.core.cases import Mark
    from inspector.ui.theme import Theme

WIDTH: Final = 520
LINES: Final = 8


class NoteEditor(QDialog):
    """Asks for the words of a note.

    Args:
        where: the event in words.
        others: marks of other people on it, to be read.

    Signals:
        written(str): the note, checked; empty where only the bookmark is wanted.
    """

    written = Signal(str)

    def __init__(
        self, theme: Theme, where: str, note: str, others: Sequence[Mark], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Note"))
        title = PlainLabel(tr("Note on this event"), wrap=True)
        theme.set_font(title, FontRole.TITLE)
        self.text = QPlainTextEdit(note)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(tr("Note"))
        self.text.setFixedHeight(theme.px(LINES * 20 + 12))
        self.message = FieldMessage(theme)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        column.addWidget(title)
        column.addWidget(muted(PlainLabel(visible_text(where), wrap=True)))
        for mark in others:
            words = tr("{who} noted: {note}", who=mark.by, note=mark.note)
            column.addWidget(PlainLabel(visible_text(words, keep="\n"), wrap=True))
        column.addWidget(field_label(tr("What there is to &know"), self.text))
        column.addWidget(self.text)
        column.addWidget(self.message)
        column.addWidget(muted(PlainLabel(tr("Kept in the case file of this store only."))))
        column.addLayout(self._buttons())
        self.setFixedWidth(theme.px(WIDTH))
        self.text.setFocus()

    def _buttons(self) -> QHBoxLayout:
        save = QPushButton(tr("Keep the note"))
        save.setDefault(True)
        save.clicked.connect(self.save)
        QShortcut(QKeySequence("Ctrl+Return"), self, self.save)
        cancel = QPushButton(tr("Cancel"))
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(save)
        return row

    def save(self) -> None:
        """Hand over what was written, or say why it cannot be kept."""
        try:
            note = checked_note(self.text.toPlainText())
        except InputInvalid as error:
            self.message.say(Tone.ERROR, error.message, error.hint)
            return
        self.accept()
        self.written.emit(note)
