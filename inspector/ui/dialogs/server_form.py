"""The part of the open dialog for PostgreSQL: an address text and the same as single fields.

Each fills the other while the user types. The password has a field of its own; one that is
pasted inside an address moves there at once, so that no address on the screen holds it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from inspector.core.texts import tr
from inspector.services.store_form import can_remember, known_services
from inspector.ui.dialogs.field_message import FieldMessage
from inspector.ui.dialogs.form_rows import Section, field_label, form_grid, small
from inspector.ui.dialogs.secure_fields import SecureFields
from inspector.ui.dialogs.server_fields import (
    AddressUnreadable,
    ServerFields,
    read_address,
    write_address,
)
from inspector.ui.theme import FontRole
from inspector.ui.widgets.banner import Tone
from inspector.ui.widgets.plain_text import tooltip_text

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from inspector.ui.theme import Theme

PORT_WIDTH: Final = 96

ENCRYPTION: Final = (
    ("", "If the server can (prefer)"),
    ("require", "Always (require)"),
    ("verify-ca", "Known authority (verify-ca)"),
    ("verify-full", "Known server (verify-full)"),
    ("allow", "If it insists (allow)"),
    ("disable", "Never (disable)"),
    ("prefer", "If it can (prefer)"),
)
SERVER_KINDS: Final = (
    ("", "Whichever answers"),
    ("prefer-standby", "A replica if possible"),
    ("standby", "Only a replica"),
    ("primary", "Only the primary"),
    ("read-only", "Only a read-only one"),
    ("read-write", "Only a writable one"),
    ("any", "Any"),
)


class ServerForm(QWidget):
    """Where a PostgreSQL store is, and who asks.

    Signals:
        edited(): the user changed something.
        databases_asked(): the databases of the server are wanted, to choose one.
    """

    edited = Signal()
    databases_asked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._other: tuple[tuple[str, str], ...] = ()
        self.address_line = _line(tr("postgresql://user@host:5432/database"))
        theme.set_font(self.address_line, FontRole.MONO)
        self.host = _line("localhost")
        self.port = _line("5432")
        self.port.setMaximumWidth(theme.px(PORT_WIDTH))
        self.database = _line()
        self.browse_databases = QToolButton()
        self.browse_databases.setText("…")
        self.browse_databases.setAccessibleName(tr("Databases of the server"))
        self.browse_databases.setToolTip(
            tooltip_text(tr("Ask the server for its databases, and which of them hold a store"))
        )
        self.browse_databases.clicked.connect(self.databases_asked)
        self.user = _line()
        self.service = _line(tr("name in the service file"))
        self.sslmode = _choice(ENCRYPTION)
        self.session = _choice(SERVER_KINDS)
        self.password_line = _line(tr("from the password file or keyring if left empty"))
        self.password_line.setEchoMode(QLineEdit.EchoMode.Password)
        self.secure = SecureFields(theme)
        self.section = Section(theme, tr("Tunnel and certificates"), self.secure)
        self.remember = QCheckBox(tr("Remember in the &keyring"))
        self.message = FieldMessage(theme)
        self._asked_keyring = False
        self._lay_out()
        self._connect()

    # -- what was entered -----------------------------------------------------------------------

    @property
    def fields(self) -> ServerFields:
        """The fields, without passwords."""
        fields = ServerFields(
            host=self.host.text().strip(),
            port=self.port.text().replace(" ", ""),
            database=self.database.text().strip(),
            user=self.user.text().strip(),
            sslmode=str(self.sslmode.currentData()),
            session=str(self.session.currentData()),
            service=self.service.text().strip(),
            other=self._other,
        )
        return self.secure.add_to(fields)

    @property
    def address(self) -> str:
        """The address; never with a password."""
        return write_address(self.fields)

    @property
    def password(self) -> str:
        """The password, exactly as typed; empty when the user gave none."""
        return self.password_line.text()

    @property
    def key_passphrase(self) -> str:
        """For the private key of a client certificate, exactly as typed."""
        return self.secure.passphrase.text()

    @property
    def problem(self) -> str:
        """What cannot be right, as a sentence; empty when it can be tried."""
        try:
            read_address(self.address_line.text())
        except AddressUnreadable as error:
            return str(error)
        fields = self.fields
        if fields.empty:
            return tr("Say at least which host, database or service.")
        return fields.problem

    def set_database(self, name: str) -> None:
        """Take another database of the same server."""
        self.database.setText(name)
        self._fields_edited()

    def set_address(self, text: str) -> None:
        """Show an address in both forms; the password field is emptied.

        Raises:
            AddressUnreadable: it is no PostgreSQL address.
        """
        fields = read_address(text)
        self.password_line.setText(fields.password)
        self.secure.passphrase.setText(fields.key_passphrase)
        self._show_fields(fields)
        self._show_text()
        self.section.set_open(bool(self.secure.summary))
        self.message.be_silent()

    # -- building -------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        grid = form_grid()
        grid.addWidget(field_label(tr("&Address"), self.address_line), 0, 0)
        grid.addWidget(self.address_line, 0, 1, 1, 3)
        grid.addWidget(small(self._theme, tr("or field by field:")), 1, 1, 1, 3)
        _pair(grid, 2, (tr("&Host"), self.host), (tr("Por&t"), self.port))
        _pair(grid, 3, (tr("&Database"), self.database), (tr("&User"), self.user))
        beside = QHBoxLayout()
        beside.setSpacing(4)
        beside.addWidget(self.database, 1)
        beside.addWidget(self.browse_databases)
        grid.addLayout(beside, 3, 1)
        grid.addWidget(field_label(tr("Pass&word"), self.password_line), 4, 0)
        grid.addWidget(self.password_line, 4, 1)
        grid.addWidget(self.remember, 4, 2, 1, 2)
        _pair(grid, 5, (tr("&Encryption"), self.sslmode), (tr("Ser&ver"), self.session))
        grid.addWidget(field_label(tr("&Service"), self.service), 6, 0)
        grid.addWidget(self.service, 6, 1)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(8)
        column.addLayout(grid)
        column.addWidget(self.section)
        column.addWidget(self.message)
        column.addStretch(1)

    def _connect(self) -> None:
        self.address_line.textEdited.connect(self._text_edited)
        for line in (self.host, self.port, self.database, self.user, self.service):
            line.textEdited.connect(self._fields_edited)
        for choice in (self.sslmode, self.session):
            choice.activated.connect(self._fields_edited)
        self.password_line.textEdited.connect(lambda _text: self.edited.emit())
        self.secure.edited.connect(self._fields_edited)
        self.section.toggled.connect(lambda _open: self._show_summary())

    def showEvent(self, event: QShowEvent) -> None:
        """Look for a keyring only now: finding one takes longer than opening the dialog."""
        super().showEvent(event)
        if not self._asked_keyring:
            self._asked_keyring = True
            if not can_remember():
                self.remember.setEnabled(False)
                self.remember.setToolTip(tr("This machine has no keyring that could keep it."))
            names = known_services()
            if names:
                self.service.setCompleter(_completer(names, self.service))

    # -- each fills the other -------------------------------------------------------------------

    def _text_edited(self, text: str) -> None:
        self.message.be_silent()
        try:
            fields = read_address(text)
        except AddressUnreadable as error:
            _mark(self.address_line, invalid=True)
            self.message.say(Tone.WARNING, str(error))
        else:
            _mark(self.address_line, invalid=False)
            if fields.password or fields.key_passphrase:
                self._move_password(fields)
            self._show_fields(fields)
        self.edited.emit()

    def _fields_edited(self, *_signal: object) -> None:
        self.message.be_silent()
        self._show_text()
        problem = self.fields.problem
        if problem:
            self.message.say(Tone.WARNING, problem)
        self.edited.emit()

    def _show_fields(self, fields: ServerFields) -> None:
        self._other = fields.other
        for line, value in (
            (self.host, fields.host),
            (self.port, fields.port),
            (self.database, fields.database),
            (self.user, fields.user),
            (self.service, fields.service),
        ):
            line.setText(value)
        _choose(self.sslmode, fields.sslmode)
        _choose(self.session, fields.session)
        self.secure.show_fields(fields)
        self._show_summary()

    def _show_summary(self) -> None:
        self.section.set_summary("" if self.section.is_open else self.secure.summary)

    def _show_text(self) -> None:
        self.address_line.setText(self.address)
        self.address_line.setCursorPosition(0)
        _mark(self.address_line, invalid=False)

    def _move_password(self, fields: ServerFields) -> None:
        if fields.password:
            self.password_line.setText(fields.password)
        if fields.key_passphrase:
            self.secure.passphrase.setText(fields.key_passphrase)
            self.section.set_open(True)
        plain = replace(fields, password="", key_passphrase="")
        self.address_line.setText(write_address(plain))
        self.message.say(
            Tone.INFO,
            tr("The password was moved to its own field."),
            tr("It is used for this connection and kept nowhere unless you ask for it."),
        )


def _line(placeholder: str = "") -> QLineEdit:
    line = QLineEdit()
    line.setPlaceholderText(placeholder)
    line.setAcceptDrops(False)  # a dropped file belongs to the whole dialog
    return line


def _completer(names: tuple[str, ...], line: QLineEdit) -> QCompleter:
    """Offers the services that there are as soon as the field is entered."""
    completer = QCompleter(names, line)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
    return completer


def _choice(values: tuple[tuple[str, str], ...]) -> QComboBox:
    box = QComboBox()
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(14)
    for value, words in values:
        box.addItem(tr(words), value)
    return box


def _choose(box: QComboBox, value: str) -> None:
    """Show a value; one that is not among the choices is added, because libpq may know it."""
    index = box.findData(value)
    if index < 0:
        box.addItem(value, value)
        index = box.count() - 1
    box.setCurrentIndex(index)


def _mark(line: QLineEdit, *, invalid: bool) -> None:
    line.setProperty("state", "invalid" if invalid else "neutral")
    line.style().unpolish(line)
    line.style().polish(line)


def _pair(
    grid: QGridLayout, row: int, first: tuple[str, QWidget], second: tuple[str, QWidget]
) -> None:
    for column, (text, field) in ((0, first), (2, second)):
        label = field_label(text, field)
        label.setContentsMargins(8 if column else 0, 0, 0, 0)
        grid.addWidget(label, row, column)
        grid.addWidget(field, row, column + 1)
