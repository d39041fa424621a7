"""The last question before something is written: it names the store, and what for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from inspector.core.texts import tr
from inspector.ui.dialogs.form_rows import field_label
from inspector.ui.theme import FontRole, Icon, Role
from inspector.ui.widgets.labels import PlainLabel

if TYPE_CHECKING:
    from inspector.ui.theme import Theme


class ConfirmWrite(QWidget):
    """A sentence, the store's name to type where it is a production store, and a button.

    Signals:
        confirmed(): the user wants it written.
    """

    confirmed = Signal()

    def __init__(self, theme: Theme, store: str, button: str = "") -> None:
        super().__init__()
        self._store = store
        self._words = PlainLabel(wrap=True)
        theme.set_font(self._words, FontRole.HEADING)
        self.name = QLineEdit()
        self._label = field_label(
            tr("This is a &production store. Type its name: {name}", name=store.replace("&", "&&")),
            self.name,
        )
        self.write_button = QPushButton(button or tr("&Write it"))
        self.write_button.setAutoDefault(False)
        theme.set_icon(self.write_button, Icon.LOCK_OPEN, Role.WARNING)
        self.write_button.clicked.connect(self.confirmed)
        self.name.textChanged.connect(self._typed)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._words, 1)
        row.addWidget(self.write_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 8)
        column.setSpacing(8)
        column.addWidget(self._label)
        column.addWidget(self.name)
        column.addLayout(row)
        self._typed_wanted = False
        self.hide()

    def ask(self, words: str, *, typed: bool) -> None:
        """Say what would be written where; ``typed``: the name has to be typed, too."""
        self._words.setText(words)
        if typed != self._typed_wanted:
            self.name.clear()
        self._typed_wanted = typed
        self._label.setVisible(typed)
        self.name.setVisible(typed)
        self._typed()

    def _typed(self) -> None:
        right = not self._typed_wanted or self.name.text() == self._store
        self.write_button.setVisible(right)
