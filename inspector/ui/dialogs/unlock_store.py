"""Unlocking the open store for writing snapshots, for this sitting: by typing its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from inspector.core.errors import WriteRefused
from inspector.core.texts import tr
from inspector.services.write_unlock import unlock
from inspector.ui.dialogs.field_message import FieldMessage
from inspector.ui.dialogs.form_rows import field_label
from inspector.ui.theme import FontRole
from inspector.ui.widgets.banner import Tone
from inspector.ui.widgets.labels import PlainLabel, muted

if TYPE_CHECKING:
    from inspector.services.open_store import OpenedStore
    from inspector.ui.theme import Theme

WIDTH: Final = 480


class UnlockDialog(QDialog):
    """Asks for the name of the store.

    Signals:
        unlocked(object): the :class:`Unlock` that was given.
    """

    unlocked = Signal(object)

    def __init__(self, theme: Theme, store: OpenedStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self.setModal(True)
        self.setWindowTitle(tr("Allow writing snapshots"))
        title = PlainLabel(tr("Allow this window to write snapshots?"), wrap=True)
        theme.set_font(title, FontRole.TITLE)
        where = muted(PlainLabel(store.address.display, wrap=True))
        words = tr(
            "Everything else stays read-only. A snapshot is written only after you saw its row "
            "and confirmed it. The permission ends when this store is closed."
        )
        self.name = QLineEdit()
        self.name.textChanged.connect(self._typed)
        self.message = FieldMessage(theme)
        self.allow = QPushButton(tr("Allow writing"))
        self.allow.setDefault(True)
        self.allow.clicked.connect(self._allow)
        cancel = QPushButton(tr("Stay read-only"))
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.allow)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        for widget in (title, where, PlainLabel(words, wrap=True)):
            column.addWidget(widget)
        column.addSpacing(4)
        label = tr(
            "&Type the name of the store to unlock it: {name}", name=store.name.replace("&", "&&")
        )
        column.addWidget(field_label(label, self.name))
        column.addWidget(self.name)
        column.addWidget(self.message)
        column.addSpacing(8)
        column.addLayout(buttons)
        self.setFixedWidth(theme.px(WIDTH))
        self.name.setFocus()
        self._typed()

    def _typed(self) -> None:
        self.message.hide()
        self.allow.setEnabled(bool(self.name.text()))

    def _allow(self) -> None:
        try:
            given = unlock(self._store, self.name.text())
        except WriteRefused as error:
            self.message.say(Tone.ERROR, error.message, error.hint)
            return
        self.accept()
        self.unlocked.emit(given)
