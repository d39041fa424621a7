"""The part of the server form that few need: an SSH server in between, and certificates.

Closed until somebody opens it; its heading says what is set inside. Files can be typed or chosen;
whether they can be used is said when the store is opened, not while one types.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from inspector.core.texts import tr
from inspector.ui.dialogs.form_rows import field_label, form_grid, small

if TYPE_CHECKING:
    from inspector.ui.dialogs.server_fields import ServerFields
    from inspector.ui.theme import Theme


class SecureFields(QWidget):
    """Tunnel and certificates.

    Signals:
        edited(): the user changed something.
    """

    edited = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.ssh = _line(tr("user@host, user@host:port or an alias"))
        self.ssh_key = _line(tr("agent and SSH configuration if left empty"))
        self.authority = _line(tr("who may vouch for the server (sslrootcert)"))
        self.certificate = _line(tr("who you are (sslcert)"))
        self.certificate_key = _line(tr("the key of that certificate (sslkey)"))
        self.passphrase = _line(tr("if the key has one"))
        self.passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self._lay_out(theme)
        for line in self.lines:
            line.textEdited.connect(lambda _text: self.edited.emit())

    @property
    def lines(self) -> tuple[QLineEdit, ...]:
        """Every field, from top to bottom."""
        tunnel = (self.ssh, self.ssh_key)
        return (
            *tunnel, self.authority, self.certificate, self.certificate_key, self.passphrase,
        )  # fmt: skip

    def add_to(self, fields: ServerFields) -> ServerFields:
        """The fields with what is set here; without the passphrase."""
        return replace(
            fields,
            ssh=self.ssh.text().strip(),
            ssh_key=self.ssh_key.text().strip(),
            authority=self.authority.text().strip(),
            certificate=self.certificate.text().strip(),
            certificate_key=self.certificate_key.text().strip(),
        )

    def show_fields(self, fields: ServerFields) -> None:
        """Show what an address says; the passphrase stays as it is."""
        for line, value in (
            (self.ssh, fields.ssh),
            (self.ssh_key, fields.ssh_key),
            (self.authority, fields.authority),
            (self.certificate, fields.certificate),
            (self.certificate_key, fields.certificate_key),
        ):
            line.setText(value)

    @property
    def summary(self) -> str:
        """What is set, in a few words; empty when nothing is."""
        hop = self.ssh.text().strip()
        parts = (
            tr("through {hop}", hop=hop) if hop else "",
            tr("own authority") if self.authority.text().strip() else "",
            tr("client certificate") if self.certificate.text().strip() else "",
        )
        return ", ".join(part for part in parts if part)

    # -- building -------------------------------------------------------------------------------

    def _lay_out(self, theme: Theme) -> None:
        grid = form_grid()
        grid.addWidget(field_label(tr("Throu&gh SSH"), self.ssh), 0, 0)
        grid.addWidget(self.ssh, 0, 1)
        self._file_row(grid, 1, tr("SSH key"), self.ssh_key)
        words = tr(
            "Uses the ssh of this computer with its configuration, agent and known hosts. Host and "
            "port above are looked up from the SSH server."
        )
        grid.addWidget(small(theme, words), 2, 1)
        self._file_row(grid, 3, tr("Authority"), self.authority)
        self._file_row(grid, 4, tr("Certificate"), self.certificate)
        self._file_row(grid, 5, tr("Private key"), self.certificate_key)
        grid.addWidget(field_label(tr("Passphrase"), self.passphrase), 6, 0)
        grid.addWidget(self.passphrase, 6, 1)
        grid.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(grid)

    def _file_row(self, grid: QGridLayout, row: int, text: str, line: QLineEdit) -> None:
        grid.addWidget(field_label(text, line), row, 0)
        button = QPushButton(tr("Choose…"))
        button.setAutoDefault(False)
        words = text.replace("&", "")
        button.setAccessibleName(tr("Choose a file: {what}", what=words))
        button.clicked.connect(lambda: self._browse(line, words))
        beside = QHBoxLayout()
        beside.setSpacing(8)
        beside.addWidget(line, 1)
        beside.addWidget(button)
        grid.addLayout(beside, row, 1)

    def _browse(self, line: QLineEdit, title: str) -> None:
        dialog = QFileDialog(self, title)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([tr("All files (*)")])
        dialog.fileSelected.connect(line.setText)
        dialog.fileSelected.connect(lambda _path: self.edited.emit())
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


def _line(placeholder: str) -> QLineEdit:
    line = QLineEdit()
    line.setPlaceholderText(placeholder)
    line.setAcceptDrops(False)  # a dropped file belongs to the whole dialog
    return line
