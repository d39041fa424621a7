"""A report about a fault of the program, to read, copy, save or delete; it is sent by nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from inspector.core.errors import OutputFailed
from inspector.core.texts import counted, tr
from inspector.services.fault_reports import Report, save_report
from inspector.ui.dialogs.field_message import FieldMessage
from inspector.ui.dialogs.form_rows import fit_screen
from inspector.ui.theme import FontRole, Icon
from inspector.ui.widgets.banner import Tone
from inspector.ui.widgets.labels import PlainLabel, muted
from inspector.ui.widgets.literal_text import LiteralText

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inspector.ui.theme import Theme

SIZE: Final = (760, 520)


class FaultView(QDialog):
    """The newest report; how many more there are is said.

    Args:
        theme: colours and fonts.
        reports: at least one, newest first.
        parent: the window.
    """

    def __init__(
        self, theme: Theme, reports: Sequence[Report], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._theme, self._reports = theme, tuple(reports)
        self._first = reports[0]
        self.setWindowTitle(tr("Report of a fault"))
        whole = "\n\n".join(report.text.rstrip() for report in self._reports)
        self.text = LiteralText(theme, tr("Report of a fault"), whole)
        self.message = FieldMessage(theme)
        self._lay_out()
        fit_screen(self, theme, SIZE)

    def _lay_out(self) -> None:
        title = PlainLabel(_title(self._reports), wrap=True)
        self._theme.set_font(title, FontRole.TITLE)
        words = muted(PlainLabel(_words(), wrap=True))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(title)
        column.addWidget(words)
        column.addWidget(self.text, 1)
        column.addWidget(self.message)
        column.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        self.copy_button = self._button(tr("Copy"), Icon.COPY, self._copy)
        self.save_button = self._button(tr("Save…"), Icon.SAVE, self._save)
        self.delete_button = self._button(tr("Delete"), Icon.X, self._delete)
        self.close_button = QPushButton(tr("Close"))
        self.close_button.setDefault(True)
        self.close_button.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self.copy_button, self.save_button, self.delete_button):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.close_button)
        return row

    def _button(self, text: str, icon: Icon, pressed: object) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        self._theme.set_icon(button, icon)
        button.clicked.connect(pressed)
        return button

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.message.say(Tone.INFO, tr("Copied."))

    def _save(self) -> None:
        dialog = QFileDialog(self, tr("Save the report"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("txt")
        dialog.selectFile(self._first.path.name if self._first.path else "fault.txt")
        dialog.fileSelected.connect(self.save_as)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save_as(self, path: str) -> None:
        """Save what is shown."""
        from pathlib import Path  # noqa: PLC0415 - the services take paths, Qt texts

        try:
            save_report(self.text.toPlainText() + "\n", Path(path))
        except OutputFailed as error:
            self.message.say(Tone.ERROR, error.message, error.hint)
        else:
            self.message.say(Tone.SUCCESS, tr("Saved as {file}.", file=path))

    def _delete(self) -> None:
        try:
            for report in self._reports:
                report.delete()
        except OutputFailed as error:
            self.message.say(Tone.ERROR, error.message, error.hint)
        else:
            self.accept()


def _title(reports: Sequence[Report]) -> str:
    if len(reports) > 1 and not reports[0].crashed:
        return counted(
            len(reports),
            "One fault of this program was noted on this computer.",
            "{n} faults of this program were noted on this computer.",
        )
    if not reports[0].crashed:
        return tr("Something went wrong in this program. The store was not changed.")
    return counted(
        len(reports),
        "The program ended without warning the last time. No store was changed.",
        "The program ended without warning {n} times. No store was changed.",
    )


def _words() -> str:
    return tr(
        "This report says where. It holds nothing of a store, no address, no password and no name "
        "of yours, lies only on this computer, and is not sent anywhere. If you want to help, give "
        "it to the makers yourself."
    )
