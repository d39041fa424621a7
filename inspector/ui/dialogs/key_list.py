"""Decryption keys in the open dialog: a name, and base64 text or a file, one row for each.

What is typed is hidden like a password and is kept in memory only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from inspector.core.texts import tr
from inspector.services.store_form import KeyEntry
from inspector.ui.theme import Icon, Role

if TYPE_CHECKING:
    from inspector.ui.theme import Theme

NAME_WIDTH = 120


class KeyRow(QWidget):
    """One key.

    Signals:
        removed(object): the user took this row away.
    """

    removed = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._file = ""
        self.name = QLineEdit()
        self.name.setPlaceholderText(tr("Name"))
        self.name.setAccessibleName(tr("Name of the key"))
        self.name.setFixedWidth(theme.px(NAME_WIDTH))
        self.secret = QLineEdit()
        self.secret.setPlaceholderText(tr("Key in base64"))
        self.secret.setAccessibleName(tr("Key in base64"))
        self.secret.setEchoMode(QLineEdit.EchoMode.Password)
        for line in (self.name, self.secret):
            line.setAcceptDrops(False)
        self.browse = QPushButton(tr("From file…"))
        self.browse.setAutoDefault(False)
        self.browse.clicked.connect(self._browse)
        self.remove = QToolButton()
        self.remove.setAccessibleName(tr("Take this key away"))
        self.remove.setToolTip(tr("Take this key away"))
        theme.set_icon(self.remove, Icon.X, Role.TEXT_MUTED)
        self.remove.clicked.connect(lambda: self.removed.emit(self))
        self.secret.textEdited.connect(self._typed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget in (self.name, self.secret, self.browse, self.remove):
            row.addWidget(widget, 1 if widget is self.secret else 0)

    @property
    def entry(self) -> KeyEntry | None:
        """The key; ``None`` while the row is empty."""
        if self._file:
            return KeyEntry(self.name.text(), file=self._file)
        text = self.secret.text().strip()
        return KeyEntry(self.name.text(), text) if text else None

    def set_file(self, path: str) -> None:
        """Take the key from a file."""
        self._file = path
        self.secret.setEchoMode(QLineEdit.EchoMode.Normal)
        self.secret.setText(path)

    def _typed(self, _text: str) -> None:
        self._file = ""
        self.secret.setEchoMode(QLineEdit.EchoMode.Password)

    def _browse(self) -> None:
        dialog = QFileDialog(self, tr("File of the key"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.set_file)
        dialog.open()


class KeyList(QWidget):
    """All keys, and a button for another one.

    Signals:
        row_added(object): a row has come; its name wants to be typed.
    """

    row_added = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rows: list[KeyRow] = []
        self.add = QPushButton(tr("Add a ke&y…"))
        self.add.setAutoDefault(False)
        theme.set_icon(self.add, Icon.KEY)
        self.add.clicked.connect(self.add_row)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)

    @property
    def rows(self) -> tuple[KeyRow, ...]:
        """The rows, from the top."""
        return tuple(self._rows)

    @property
    def entries(self) -> tuple[KeyEntry, ...]:
        """The keys that were given."""
        return tuple(row.entry for row in self._rows if row.entry is not None)

    def add_row(self) -> None:
        """Add an empty row and go to it."""
        row = KeyRow(self._theme)
        row.removed.connect(self._remove)
        previous = self._rows[-1].remove if self._rows else None
        self._rows.append(row)
        self._column.insertWidget(len(self._rows) - 1, row)
        if previous is not None:
            QWidget.setTabOrder(previous, row.name)
        for first, second in (
            (row.name, row.secret),
            (row.secret, row.browse),
            (row.browse, row.remove),
            (row.remove, self.add),
        ):
            QWidget.setTabOrder(first, second)
        row.name.setFocus()
        self.row_added.emit(row)

    def _remove(self, row: KeyRow) -> None:
        self._rows.remove(row)
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()
        self.add.setFocus()
