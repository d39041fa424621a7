"""The part of the open dialog for SQLite: a path, a button to look for it, a place to drop it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, Qt, QUrl, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from inspector.core.texts import tr
from inspector.ui.dialogs.field_message import FieldMessage
from inspector.ui.dialogs.form_rows import field_label
from inspector.ui.theme import Icon, Role
from inspector.ui.widgets.labels import PlainLabel, muted

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData

    from inspector.ui.theme import Theme

PICTURE: Final = 32
RADIUS: Final = 6
SUFFIXES: Final = "*.db *.sqlite *.sqlite3 *.db3 *.s3db"


class DropZone(QWidget):
    """A dashed area that says that a file can be dropped, and lights up when one is near."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self._lit = theme, False
        self._picture = QLabel()
        words = muted(PlainLabel(tr("Drop an SQLite file anywhere on this window")))
        more = muted(PlainLabel(tr("It is opened read-only; nothing in it is ever changed.")))
        column = QVBoxLayout(self)
        column.setSpacing(6)
        column.addStretch(1)
        for label in (self._picture, words, more):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)
        column.addStretch(1)
        self.setMinimumHeight(theme.px(112))
        theme.changed.connect(self._draw_picture)
        self._draw_picture()

    def set_lit(self, lit: bool) -> None:
        """Show that letting go of the file now would open it."""
        self._lit = lit
        self._draw_picture()
        self.update()

    def _colour(self) -> str:
        return self._theme.tokens[Role.ACCENT if self._lit else Role.TEXT_MUTED]

    def _draw_picture(self) -> None:
        density = self.devicePixelRatioF()
        pixmap = self._theme.icons.pixmap(Icon.DATABASE, self._colour(), PICTURE, density)
        self._picture.setPixmap(pixmap)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the dashed edge."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = self._theme.tokens
        edge = self._colour() if self._lit else tokens[Role.OUTLINE]
        painter.setPen(QPen(QColor(edge), 1, Qt.PenStyle.DashLine))
        if self._lit:
            painter.setBrush(QColor(tokens.wash(Role.ACCENT)))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)


class FileForm(QWidget):
    """Path of an SQLite store.

    Signals:
        edited(): the user changed the path.
    """

    edited = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.path = QLineEdit()
        self.path.setPlaceholderText(tr("Path of the database file"))
        # A dropped file belongs to the whole dialog, not into the text as an address.
        self.path.setAcceptDrops(False)
        self.path.textEdited.connect(lambda _text: self.edited.emit())
        self.browse = QPushButton(tr("&Browse…"))
        self.browse.setAutoDefault(False)
        self.browse.clicked.connect(self._browse)
        theme.set_icon(self.browse, Icon.FOLDER_OPEN)
        self.message = FieldMessage(theme)
        self.zone = DropZone(theme)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(field_label(tr("&File"), self.path))
        row.addWidget(self.path, 1)
        row.addWidget(self.browse)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.message)
        column.addWidget(self.zone, 1)

    @property
    def address(self) -> str:
        """The path as typed, without blanks around it."""
        return self.path.text().strip()

    def set_address(self, text: str) -> None:
        """Show a path."""
        self.path.setText(text)
        self.message.be_silent()

    def _browse(self) -> None:
        dialog = QFileDialog(self, tr("Open an SQLite store"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(
            [tr("SQLite files ({suffixes})", suffixes=SUFFIXES), tr("All files (*)")]
        )
        if self.address:
            dialog.selectFile(self.address)
        dialog.fileSelected.connect(self._chosen)
        dialog.open()

    def _chosen(self, path: str) -> None:
        self.set_address(path)
        self.edited.emit()


def dropped_file(data: QMimeData) -> str:
    """The path of the one local file that is dragged; empty when it is anything else."""
    urls: list[QUrl] = data.urls()
    if len(urls) != 1 or not urls[0].isLocalFile():
        return ""
    return urls[0].toLocalFile()
