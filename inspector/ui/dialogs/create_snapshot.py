"""Creating one snapshot, step by step: checks, the exact row, confirming, writing, verifying.

What is shown first is a dry run. Whatever would write is not there at all until the store was
unlocked; then it names store and stream, and a production store has to be typed once more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from inspector.core.errors import WriteRefused
from inspector.core.texts import thousands, tr
from inspector.services.snapshot_planning import Step
from inspector.services.statement_texts import value_lines
from inspector.ui.dialogs.confirm_write import ConfirmWrite
from inspector.ui.dialogs.form_rows import fit_screen
from inspector.ui.dialogs.report_view import ReportView
from inspector.ui.dialogs.state_file import ask_state_file
from inspector.ui.models.snapshot_maker import MakerPhase, SnapshotMaker
from inspector.ui.theme import FontRole, Icon, Role
from inspector.ui.widgets.banner import Banner, Tone
from inspector.ui.widgets.labels import ElidedLabel, PlainLabel, muted
from inspector.ui.widgets.plain_text import visible_text
from inspector.ui.widgets.raw_text import PlainTextView
from inspector.ui.widgets.scan_line import ScanLine

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent

    from inspector.core.errors import InspectorError
    from inspector.core.events import StreamId
    from inspector.ui.main_window import MainWindow
    from inspector.ui.write_desk import WriteDesk

SIZE: Final = (720, 680)

STEPS: Final = {
    Step.PLACE: "The library's own format is known, its table is there, and rules are in use",
    Step.EXACT: "The state at this version is exact, and every event of the stream can be applied",
    Step.FREE: "There is no snapshot of this version",
    Step.PROVEN: "The rules reproduce every stored snapshot of this kind",
    Step.ROW: "The row can be written in one way only, and the table keeps it unique",
    Step.SAME: "Read back as a stored one is, the row is this state again",
    Step.STILL: "The stream is still as it was read",
}
"""What each check makes sure of, in the order of the gate."""

DONE: Final = (MakerPhase.WRITTEN, MakerPhase.FAILED)


class CreateSnapshot(QDialog):
    """The steps for one stream at one version."""

    def __init__(
        self, window: MainWindow, desk: WriteDesk, stream: StreamId, at: int | None
    ) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(tr("Create a snapshot"))
        self._theme, self._desk, self._window = window.theme, desk, window
        store = window.models.store.store
        self._name = "" if store is None else store.name
        self.maker = SnapshotMaker(window.models.store.lanes, stream, at, self)
        self.banner = Banner(self._theme)
        self.progress = ScanLine(self._theme, self.maker.stop)
        self.report = ReportView(self._theme, tr("Checks"))
        self.statement = PlainTextView(self._theme, tr("What would be written"))
        self.confirm = ConfirmWrite(self._theme, self._name)
        self._make_buttons()
        self._lay_out(stream, at)
        desk.changed.connect(self._show)
        self.confirm.confirmed.connect(self._write)
        self.maker.filed.connect(self._filed)
        self.maker.changed.connect(self._show)
        fit_screen(self, self._theme, SIZE)
        self.maker.look()

    # -- building -----------------------------------------------------------------------------

    def _make_buttons(self) -> None:
        self.copy_button = self._button(tr("&Copy as text"), self._copy)
        self._theme.set_icon(self.copy_button, Icon.COPY)
        self.file_button = self._button(tr("Save as &file…"), self._ask_file)
        self.file_button.setToolTip(
            tr("Keep the exact state as a file, without writing to the store")
        )
        self.again_button = self._button(tr("Check &again"), self.maker.look)
        self.unlock_button = self._button(tr("&Allow writing…"), self._desk.unlock_or_lock)
        self._theme.set_icon(self.unlock_button, Icon.LOCK)
        self.close_button = self._button(tr("Close"), self.reject)

    def _button(self, text: str, run: object) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.clicked.connect(run)
        return button

    def _lay_out(self, stream: StreamId, at: int | None) -> None:
        title = PlainLabel(
            tr("Snapshot of version {n}", n=thousands(at)) if at is not None
            else tr("Snapshot of the last version")
        )  # fmt: skip
        self._theme.set_font(title, FontRole.TITLE)
        where = ElidedLabel(
            tr("{stream} in {store}", stream=stream.name, store=self._name),
            mode=Qt.TextElideMode.ElideMiddle,
        )
        self._report_place = QStackedLayout()
        self._report_place.addWidget(self.report)
        holder = QWidget()
        holder.setLayout(self._report_place)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.setChildrenCollapsible(False)
        parts.addWidget(holder)
        parts.addWidget(self.statement)
        parts.setSizes([300, 220])
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.copy_button, self.file_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        for button in (self.again_button, self.unlock_button, self.close_button):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        column.addWidget(title)
        column.addWidget(muted(where))
        column.addWidget(self.banner)
        column.addWidget(self.progress)
        column.addWidget(parts, 1)
        column.addWidget(self.confirm)
        column.addLayout(buttons)

    # -- what the user does -------------------------------------------------------------------

    def _write(self) -> None:
        if self._desk.unlocked is not None:
            self.maker.write(self._desk.unlocked, self._desk.log)

    def _copy(self) -> None:
        text = f"{self.windowTitle()}\n{self.report.text}\n{self.statement.toPlainText()}\n"
        QGuiApplication.clipboard().setText(text)

    def _ask_file(self) -> None:
        file = ask_state_file(self, self.maker.stream, self.maker.at)
        if file is not None:
            self.maker.save_file(file)

    def _filed(self, error: InspectorError | None) -> None:
        if error is None:
            self.banner.show_message(
                Tone.SUCCESS, tr("The state was saved as a file; the store was not touched.")
            )
        else:
            self.banner.show_message(Tone.ERROR, error.message, error.hint)

    def reject(self) -> None:
        """Escape stops the checks first; what is being written cannot be stopped."""
        if self.maker.phase is not MakerPhase.WRITING and not self.maker.stop():
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """The window's cross is as Escape."""
        if self.maker.phase is MakerPhase.WRITING:
            event.ignore()
        else:
            self.maker.stop()
            super().closeEvent(event)

    # -- faces --------------------------------------------------------------------------------

    def _show(self) -> None:
        maker, phase = self.maker, self.maker.phase
        ready = phase is MakerPhase.READY
        may_write = ready and self._desk.unlocked is not None
        self._show_checks()
        self._show_statement()
        self._show_progress()
        if phase in DONE or phase is MakerPhase.REFUSED:
            self._tell_end()
        elif phase is MakerPhase.READY:
            words = tr("This is a dry run: nothing was written.")
            self.banner.show_message(Tone.INFO, words, closable=False)
        else:
            self.banner.hide()
        # Write actions are absent until the store is unlocked, not greyed.
        self.confirm.setVisible(may_write)
        self.unlock_button.setVisible(ready and self._desk.unlocked is None)
        again = phase in (MakerPhase.REFUSED, MakerPhase.STOPPED, MakerPhase.FAILED)
        self.again_button.setVisible(again)
        self.file_button.setVisible(phase not in (MakerPhase.LOOKING, MakerPhase.WRITING))
        self.close_button.setEnabled(phase is not MakerPhase.WRITING)
        if may_write and maker.preview is not None:
            plan = maker.preview.plan
            self.confirm.ask(
                tr("This writes one snapshot of “{stream}” at version {n} into {table} of {store}.",
                   stream=plan.stream.name, n=thousands(plan.position),
                   table=plan.table.full_name, store=self._name),
                typed=self._desk.is_production,
            )  # fmt: skip

    def _show_checks(self) -> None:
        maker = self.maker
        report = ReportView(self._theme, tr("Checks"))
        report.heading(tr("Checks"))
        passed = len(maker.passed)
        for number, step in enumerate(Step):
            words = tr(STEPS[step])
            if number < passed:
                report.line(Icon.CIRCLE_CHECK, Role.SUCCESS, words)
            elif number == passed and maker.phase is MakerPhase.REFUSED and maker.error:
                hint = maker.error.hint
                report.line(
                    Icon.CIRCLE_X, Role.DANGER, words, f"{maker.error.message}\n{hint}".strip()
                )
            elif number == passed and maker.phase is MakerPhase.LOOKING:
                report.line(Icon.HOURGLASS, Role.TEXT_MUTED, words)
            else:
                report.line(Icon.ELLIPSIS, Role.TEXT_MUTED, tr("Not reached: {check}", check=words))
        if maker.preview is not None:
            plan = maker.preview.plan
            report.heading(tr("What would be written"))
            report.fact(tr("Table"), plan.table.full_name, mono=True)
            report.fact(tr("Row"), maker.preview.row_key, mono=True)
            report.fact(tr("Events in it"), thousands(plan.rows))
            report.fact(tr("Snapshots compared"), thousands(plan.checked))
            report.fact(tr("SHA-256 of the state"), plan.state_sha256, mono=True)
        self._report_place.addWidget(report)
        self._report_place.setCurrentWidget(report)
        self._report_place.removeWidget(self.report)
        self.report.deleteLater()
        self.report = report

    def _show_statement(self) -> None:
        preview = self.maker.preview
        self.statement.setVisible(preview is not None)
        if preview is None:
            self.statement.show_block("")
            return
        lines = [preview.statement, *value_lines(preview.parameters)]
        for one in preview.beside:
            lines += ["", tr("and beside it:"), one.text, *value_lines(one.parameters)]
        self.statement.show_block("\n".join(map(visible_text, lines)))

    def _show_progress(self) -> None:
        maker = self.maker
        if maker.phase is MakerPhase.WRITING:
            self.progress.show_running(tr("Writing, reading back, replaying from both…"))
            self.progress.button.hide()
        elif maker.phase is MakerPhase.LOOKING:
            told = maker.progress
            words = "" if told is None else f" {thousands(told.done)} {told.what}"
            self.progress.show_running(tr("Checking…{progress}", progress=words))
        elif maker.phase is MakerPhase.STOPPED:
            self.progress.show_note(tr("Stopped: the checks did not come to their end."))
        else:
            self.progress.hide()

    def _tell_end(self) -> None:
        maker, created, error = self.maker, self.maker.created, self.maker.error
        if error is not None:
            refused = maker.phase is MakerPhase.REFUSED or isinstance(error, WriteRefused)
            title = tr("Nothing is written: it is refused.") if refused else error.message
            told_below = maker.phase is MakerPhase.REFUSED
            detail = "" if told_below else error.hint
            if refused and not told_below:
                detail = f"{error.message} {error.hint}"
            self.banner.show_message(Tone.ERROR, title, detail, closable=False)
            if maker.phase is MakerPhase.FAILED:
                self._desk.written.emit()
            return
        if created is None:
            return
        if created.verified:
            title = tr("Written and verified: row {key}.", key=created.row_key)
            detail = tr("Read back, it is what was shown; a replay from it ends where one from "
                        "the start ends.")  # fmt: skip
            self.banner.show_message(Tone.SUCCESS, title, detail, closable=False)
        else:
            title = tr("The row is written, but it could not be verified.")
            self.banner.show_message(Tone.ERROR, title, created.reason, closable=False)
        self._desk.written.emit()
