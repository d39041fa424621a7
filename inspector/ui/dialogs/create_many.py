"""Creating snapshots for many streams: which need one, what would be written, and how it went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
)

from inspector.core.texts import counted, thousands, tr
from inspector.ui.dialogs.confirm_write import ConfirmWrite
from inspector.ui.dialogs.form_rows import field_label, fit_screen
from inspector.ui.models.snapshot_batch import MOST, BatchPhase, BatchRow, Fate, SnapshotBatch
from inspector.ui.theme import FontRole, Icon, Role
from inspector.ui.widgets.banner import Banner, Tone
from inspector.ui.widgets.labels import PlainLabel
from inspector.ui.widgets.list_table import CellDelegate, CellLook, Index, ListTable
from inspector.ui.widgets.rows_model import ITEM_ROLE, RowsModel
from inspector.ui.widgets.scan_line import ScanLine

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent

    from inspector.ui.main_window import MainWindow
    from inspector.ui.write_desk import WriteDesk

SIZE: Final = (860, 640)
LARGEST: Final = 2_000_000_000

FATES: Final = {
    Fate.READY: ("would be written", Role.TEXT),
    Fate.REFUSED: ("refused", Role.WARNING),
    Fate.WRITTEN: ("written and verified", Role.SUCCESS),
    Fate.DOUBTFUL: ("written, not verified", Role.DANGER),
    Fate.FAILED: ("not written", Role.DANGER),
}
"""What becomes of each stream, in words, with its colour."""


class FateDelegate(CellDelegate):
    """Ids monospaced, what became of each in its colour."""

    def look(self, index: Index) -> CellLook:
        """The result stands out; the reason does not."""
        row = index.data(ITEM_ROLE)
        if index.column() == 0:
            return CellLook(FontRole.MONO, Role.TEXT, Qt.TextElideMode.ElideMiddle)
        if index.column() == 2:
            return CellLook(FontRole.UI, FATES[row.fate][1])
        return CellLook(FontRole.MONO if index.column() == 1 else FontRole.UI, Role.TEXT_MUTED)


class CreateMany(QDialog):
    """The steps for many streams."""

    def __init__(self, window: MainWindow, desk: WriteDesk) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(tr("Create snapshots for many streams"))
        self._theme, self._desk = window.theme, desk
        store = window.models.store.store
        self._name = "" if store is None else store.name
        self.batch = SnapshotBatch(window.models.store.lanes, self)
        self.longer = self._number(100)
        self.newer = self._number(100, least=1)
        self.banner = Banner(self._theme)
        self.progress = ScanLine(self._theme, self.batch.stop)
        titles = (tr("Stream"), tr("Version"), tr("Result"), tr("Reason"))
        self.rows = RowsModel(titles, self)
        self.view = ListTable(self._theme, tr("Streams that could use a snapshot"))
        self.detail = PlainLabel(wrap=True)
        self.confirm = ConfirmWrite(self._theme, self._name)
        self._make_buttons()
        self._prepare_view()
        self._lay_out()
        desk.changed.connect(self._show)
        self.confirm.confirmed.connect(self._write)
        self.batch.changed.connect(self._show)
        fit_screen(self, self._theme, SIZE)
        self._show()

    # -- building -----------------------------------------------------------------------------

    def _number(self, value: int, least: int = 0) -> QSpinBox:
        box = QSpinBox()
        box.setRange(least, LARGEST)
        box.setValue(value)
        box.setGroupSeparatorShown(True)
        return box

    def _make_buttons(self) -> None:
        self.look_button = QPushButton(tr("&Preview"))
        self.look_button.setDefault(True)
        self.look_button.clicked.connect(self._look)
        self.unlock_button = QPushButton(tr("&Allow writing…"))
        self.unlock_button.setAutoDefault(False)
        self._theme.set_icon(self.unlock_button, Icon.LOCK)
        self.unlock_button.clicked.connect(self._desk.unlock_or_lock)
        self.close_button = QPushButton(tr("Close"))
        self.close_button.setAutoDefault(False)
        self.close_button.clicked.connect(self.reject)

    def _prepare_view(self) -> None:
        view = self.view
        view.setModel(self.rows)
        view.setItemDelegate(FateDelegate(self._theme, view))
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = view.horizontalHeader()
        for column, width in ((0, 280), (1, 76), (2, 160)):
            header.resizeSection(column, self._theme.px(width))
        header.setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        view.selectionModel().currentRowChanged.connect(self._show_detail)

    def _lay_out(self) -> None:
        ask = QHBoxLayout()
        ask.setSpacing(8)
        ask.addWidget(field_label(tr("Streams with &more events than"), self.longer))
        ask.addWidget(self.longer)
        ask.addSpacing(8)
        ask.addWidget(field_label(tr("newest snapshot at least … events &old"), self.newer))
        ask.addWidget(self.newer)
        ask.addStretch(1)
        ask.addWidget(self.look_button)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self.unlock_button)
        buttons.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        column.addLayout(ask)
        column.addWidget(self.banner)
        column.addWidget(self.progress)
        column.addWidget(self.view, 1)
        column.addWidget(self.detail)
        column.addWidget(self.confirm)
        column.addLayout(buttons)

    # -- what the user does -------------------------------------------------------------------

    def _look(self) -> None:
        if not self.batch.running:
            self.batch.look(self.longer.value(), self.newer.value())

    def _write(self) -> None:
        if self._desk.unlocked is not None:
            self.batch.write(self._desk.unlocked, self._desk.log)

    def reject(self) -> None:
        """Escape stops first; a row that is being written is finished."""
        if not self.batch.stop():
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """The window's cross is as Escape."""
        if self.batch.stop():
            event.ignore()
        else:
            super().closeEvent(event)

    def _show_detail(self, current: QModelIndex, _previous: QModelIndex) -> None:
        row: BatchRow | None = current.data(ITEM_ROLE) if current.isValid() else None
        text = "" if row is None else (row.reason or row.statement)
        self.detail.setText(text)
        self.detail.setVisible(bool(text))

    # -- faces --------------------------------------------------------------------------------

    def _show(self) -> None:
        batch, desk = self.batch, self._desk
        current = self.view.currentIndex().row()
        self.rows.show_rows([(row, _cells(row)) for row in list(batch.rows)])
        self.view.go_to_row(max(current, 0))
        self.view.setVisible(bool(batch.rows))
        ready = batch.count(Fate.READY)
        may = batch.phase is BatchPhase.LOOKED and ready > 0
        self.look_button.setEnabled(not batch.running)
        self.confirm.setVisible(may and desk.unlocked is not None)
        self.unlock_button.setVisible(may and desk.unlocked is None)
        if may and desk.unlocked is not None:
            first = next(row.stream.name for row in batch.rows if row.fate is Fate.READY)
            streams = counted(ready, "the stream “{name}”", "{n} streams", name=first)
            words = tr("This writes one snapshot for {streams} into {store}, row after row.",
                       streams=streams, store=self._name)  # fmt: skip
            self.confirm.ask(words, typed=desk.is_production)
        self._show_progress()
        self._tell()

    def _show_progress(self) -> None:
        batch, told = self.batch, self.batch.progress
        if batch.phase is BatchPhase.WRITING:
            done, total = (told.done, told.total) if told else (0, None)
            words = tr("{n} written; Esc stops after the row that is being done", n=thousands(done))
            self.progress.show_running(words, done, total)
        elif batch.phase is BatchPhase.LOOKING:
            words = tr("{n} streams could use one so far", n=thousands(len(batch.rows)))
            self.progress.show_running(words)
        else:
            self.progress.hide()

    def _tell(self) -> None:
        batch = self.batch
        if batch.phase is BatchPhase.ASKING:
            words = tr("Nothing is written by a preview.")
            self.banner.show_message(Tone.INFO, words, closable=False)
        elif batch.phase in (BatchPhase.LOOKED, BatchPhase.WROTE):
            self.banner.show_message(*self._result(), closable=False)
            if batch.phase is BatchPhase.WROTE:
                self._desk.written.emit()
        else:
            self.banner.hide()

    def _result(self) -> tuple[Tone, str, str]:
        batch = self.batch
        parts = [
            f"{tr(words)}: {thousands(number)}"
            for fate, (words, _role) in FATES.items()
            if (number := batch.count(fate))
        ]
        detail = " · ".join(parts)
        if batch.error is not None:
            return Tone.ERROR, batch.error.message, f"{batch.error.hint} {detail}".strip()
        if batch.stopped:
            return Tone.WARNING, tr("Stopped: this is a part only."), detail
        if not batch.rows:
            return Tone.INFO, tr("No stream needs a snapshot."), ""
        if batch.phase is BatchPhase.LOOKED:
            if batch.cut:
                text = tr("This is a dry run of the first {n} streams.", n=thousands(MOST))
                return Tone.WARNING, text, detail
            return Tone.INFO, tr("This is a dry run: nothing was written."), detail
        bad = batch.count(Fate.FAILED, Fate.DOUBTFUL)
        tone = Tone.ERROR if bad else Tone.SUCCESS
        return tone, tr("Done. Every row was read back and replayed."), detail


def _cells(row: BatchRow) -> tuple[str, str, str, str]:
    version = "" if row.version is None else thousands(row.version)
    return (row.stream.name, version, tr(FATES[row.fate][0]), row.reason)
