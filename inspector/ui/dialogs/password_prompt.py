"""Asks for the password that a server wanted.

The thread that opens a store never waits for a person: the opening fails, this dialog asks, and
the same request goes again with the password.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from inspector.core.texts import tr
from inspector.services.store_form import can_remember, with_password
from inspector.ui.dialogs.connection_test import ConnectionTest
from inspector.ui.dialogs.field_message import FieldMessage
from inspector.ui.dialogs.following_dialog import FollowingDialog
from inspector.ui.dialogs.form_rows import field_label
from inspector.ui.recent import without_password
from inspector.ui.theme import FontRole
from inspector.ui.widgets.banner import Tone
from inspector.ui.widgets.labels import PlainLabel, muted

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from inspector.core.errors import InspectorError
    from inspector.services.open_store import OpenRequest
    from inspector.ui.theme import Theme

WIDTH: Final = 460


class PasswordPrompt(FollowingDialog):
    """One password for one request.

    Args:
        theme: colours and fonts.
        request: the request that failed for want of a password.
        error: why it failed; said in the dialog when a password was already tried.
        parent: the window.
    """

    def __init__(
        self,
        theme: Theme,
        request: OpenRequest,
        error: InspectorError | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._request = theme, request
        self._address = without_password(request.address)
        self._keyring = ConnectionTest(self)
        self._keyring.remembered.connect(self._remembered)
        self.finished.connect(lambda _result: self._keyring.close())
        self.setWindowTitle(tr("Password"))
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.textEdited.connect(self._edited)
        self.remember = QCheckBox(tr("Remember in the &keyring"))
        if not can_remember():
            self.remember.setEnabled(False)
            self.remember.setToolTip(tr("This machine has no keyring that could keep it."))
        self.message = FieldMessage(theme)
        self._lay_out()
        if error is not None and request.options.typed_password:
            self.message.say(Tone.ERROR, error.message, error.hint)
        self._edited()

    def _fit(self) -> None:
        """As high as the words need at this width."""
        column = self.layout()
        if column is not None:
            column.activate()
            width = self._theme.px(WIDTH)
            self.resize(width, column.totalHeightForWidth(width))

    def showEvent(self, event: QShowEvent) -> None:
        """Fit the words once their fonts are known."""
        super().showEvent(event)
        self._fit()

    def _lay_out(self) -> None:
        title = PlainLabel(tr("The server asks for a password."))
        self._theme.set_font(title, FontRole.HEADING)
        address = muted(PlainLabel(self._address, wrap=True))
        label = field_label(tr("&Password"), self.password)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(label)
        row.addWidget(self.password, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        # Words that could wrap more narrowly would claim room for that; see _fit.
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        for widget in (title, address):
            column.addWidget(widget)
        column.addSpacing(4)
        column.addLayout(row)
        column.addWidget(self.message)
        column.addWidget(self.remember)
        column.addSpacing(8)
        column.addStretch(1)
        column.addLayout(self._button_row())
        self.setFixedWidth(self._theme.px(WIDTH))
        self.password.setFocus()

    def _button_row(self) -> QHBoxLayout:
        self.cancel_button = QPushButton(tr("Cancel"))
        self.cancel_button.setAutoDefault(False)
        self.cancel_button.clicked.connect(self.reject)
        self.open_button = QPushButton(tr("Open"))
        self.open_button.setDefault(True)
        self.open_button.clicked.connect(self._open)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self.cancel_button)
        row.addWidget(self.open_button)
        return row

    def _edited(self) -> None:
        self.open_button.setEnabled(bool(self.password.text()) and not self.waiting)

    def _open(self) -> None:
        if self.password.text() and not self.waiting:
            self.ask_for(with_password(self._request, self.password.text()))

    def show_waiting(self, *, waiting: bool) -> None:
        """Let nothing be changed while the store is being opened."""
        self.password.setEnabled(not waiting)
        self.remember.setEnabled(not waiting and can_remember())
        self.cancel_button.setText(tr("Stop") if waiting else tr("Cancel"))
        self._edited()
        if waiting:
            self.cancel_button.setFocus()
            self.message.say(Tone.INFO, tr("Opening…"), tr("Esc stops it."))

    def show_failure(self, request: OpenRequest, error: InspectorError) -> None:
        """Say what the server said, and take another password."""
        self.message.say(Tone.ERROR, error.message, error.hint)
        self._fit()
        self.password.setFocus()
        self.password.selectAll()

    def show_stopped(self) -> None:
        """Say that nobody waits any more."""
        self.message.say(Tone.INFO, tr("Stopped."))

    def opened(self, request: OpenRequest) -> None:
        """Close, after the keyring has taken the password if it is to be remembered."""
        if self.remember.isChecked():
            self._keyring.remember(self._address, self.password.text())
        else:
            self.accept()

    def _remembered(self, error: InspectorError | None) -> None:
        """The store is open; only a keyring that refused keeps the dialog, to say so."""
        if error is None:
            self.accept()
        else:
            self.message.say(Tone.WARNING, error.message, error.hint)
            self.cancel_button.setText(tr("Close"))
