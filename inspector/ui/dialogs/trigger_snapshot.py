"""Letting the application take a snapshot: what is kept, what would run, and what came of it.

Nothing runs that was not shown with its placeholders filled in. As with writing, the store has
to be unlocked first, and a production store has to be typed once more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from inspector.core.errors import InspectorError
from inspector.core.texts import thousands, tr
from inspector.services.snapshot_triggers import Call, call_of
from inspector.ui.dialogs.confirm_write import ConfirmWrite
from inspector.ui.dialogs.form_rows import fit_screen
from inspector.ui.dialogs.trigger_form import TriggerForm
from inspector.ui.dialogs.trigger_outcome import TriggerOutcome
from inspector.ui.models.trigger_run import RunPhase, TriggerRun
from inspector.ui.theme import FontRole, Icon
from inspector.ui.widgets.banner import Banner, Tone
from inspector.ui.widgets.empty_page import EmptyPage, PageContent
from inspector.ui.widgets.labels import ElidedLabel, PlainLabel, muted
from inspector.ui.widgets.plain_text import visible_text
from inspector.ui.widgets.raw_text import PlainTextView
from inspector.ui.widgets.scan_line import ScanLine

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent

    from inspector.core.events import StreamId
    from inspector.services.open_store import OpenedStore
    from inspector.services.snapshot_triggering import Triggered
    from inspector.ui.main_window import MainWindow
    from inspector.ui.write_desk import WriteDesk

SIZE: Final = (720, 680)
SHOWN_HEIGHT: Final = 80


class TriggerSnapshot(QDialog):
    """The steps for one stream at one version."""

    def __init__(
        self,
        window: MainWindow,
        desk: WriteDesk,
        store: OpenedStore,
        stream: StreamId,
        at: int | None,
    ) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(tr("Let the application take a snapshot"))
        self._theme, self._desk, self._name = window.theme, desk, store.name
        self._call: Call | None = None
        self._told: Triggered | None = None
        self.run = TriggerRun(window.models.store.lanes, stream, at, self)
        self.banner = Banner(self._theme)
        self.progress = ScanLine(self._theme, self.run.stop)
        self.form = TriggerForm(self._theme, desk.triggers, store)
        self.shown = PlainTextView(self._theme, tr("What would run"))
        self.shown.set_wrap(wrap=True)
        self.shown.setPlaceholderText(tr("Nothing would run."))
        self.shown.setFixedHeight(self._theme.px(SHOWN_HEIGHT))
        self.outcome = TriggerOutcome(self._theme)
        self.empty_page = EmptyPage(self._theme)
        self.confirm = ConfirmWrite(self._theme, self._name, tr("&Run it"))
        self.unlock_button = self._button(tr("&Allow writing…"), desk.unlock_or_lock)
        self._theme.set_icon(self.unlock_button, Icon.LOCK)
        self.close_button = self._button(tr("Close"), self.reject)
        self._lay_out(stream)
        desk.changed.connect(self._show)
        self.form.changed.connect(self._show)
        self.confirm.confirmed.connect(self._run)
        self.run.changed.connect(self._further)
        fit_screen(self, self._theme, SIZE)
        self._show()
        self.run.look()

    # -- building -----------------------------------------------------------------------------

    def _button(self, text: str, run: object) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.clicked.connect(run)
        return button

    def _lay_out(self, stream: StreamId) -> None:
        self.title = PlainLabel()
        self._theme.set_font(self.title, FontRole.TITLE)
        where = ElidedLabel(
            tr("{stream} in {store}", stream=stream.name, store=self._name),
            mode=Qt.TextElideMode.ElideMiddle,
        )
        heading = PlainLabel(tr("What would run"))
        self._theme.set_font(heading, FontRole.HEADING)
        holder = QWidget()
        self._place = QStackedLayout(holder)
        self._place.addWidget(self.empty_page)
        self._place.addWidget(self.outcome)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self.unlock_button)
        buttons.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        above: tuple[QWidget, ...] = (self.title, muted(where), self.banner)
        for widget in (*above, self.form, heading, self.shown):
            column.addWidget(widget)
        column.insertSpacing(len(above), 4)
        column.addWidget(self.progress)
        column.addWidget(holder, 1)
        column.addWidget(self.confirm)
        column.addLayout(buttons)

    # -- what the user does -------------------------------------------------------------------

    def _run(self) -> None:
        if self._call is not None and self._desk.unlocked is not None:
            self.confirm.name.clear()
            self.run.run(self._call, self._desk.unlocked, self._desk.log)

    def reject(self) -> None:
        """Escape stops what runs first."""
        if not self.run.stop():
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """The window's cross is as Escape."""
        if self.run.stop():
            event.ignore()
        else:
            super().closeEvent(event)

    # -- faces --------------------------------------------------------------------------------

    def _further(self) -> None:
        self._show()
        if self.run.phase in (RunPhase.ENDED, RunPhase.STOPPED, RunPhase.FAILED):
            self._desk.written.emit()

    def _show(self) -> None:
        run, standing = self.run, self.run.standing
        version = run.at if standing is None else standing.version
        self.title.setText(
            tr("Snapshot of the last version") if version is None
            else tr("Snapshot of version {n}", n=thousands(version))
        )  # fmt: skip
        self._show_call()
        running = run.phase is RunPhase.RUNNING
        ready = self._call is not None and run.can_run
        self.form.setEnabled(not running)
        # What would run is absent until the store is unlocked, not greyed.
        self.confirm.setVisible(ready and self._desk.unlocked is not None)
        self.unlock_button.setVisible(ready and self._desk.unlocked is None)
        if ready and version is not None:
            words = tr("This runs what is shown; the application may write a snapshot of "
                       "“{stream}” at version {n} into {store}.",
                       stream=run.stream.name, n=thousands(version), store=self._name)  # fmt: skip
            self.confirm.ask(words, typed=self._desk.is_production)
        if running:
            self.progress.show_running(tr("Waiting for the application…"))
        else:
            self.progress.hide()
        self._tell()

    def _show_call(self) -> None:
        """The exact call; a name that must not be handed on is told in its place."""
        trigger, standing = self.form.trigger, self.run.standing
        self._call = None
        if trigger is None or standing is None:
            self.shown.show_block("")
            return
        try:
            self._call = call_of(trigger, self.run.stream, standing.version)
        except InspectorError as error:
            self.shown.show_block(f"{error.message}\n{error.hint}".strip())
            return
        self.shown.show_block("\n".join(map(visible_text, self._call.shown)))

    def _tell(self) -> None:
        run = self.run
        if run.phase is RunPhase.ENDED and run.done is not None:
            self.banner.hide()
            if run.done is not self._told:
                self._told = run.done
                self.outcome.tell(run.done)
            self._place.setCurrentWidget(self.outcome)
            return
        self._place.setCurrentWidget(self.empty_page)
        self.empty_page.show_content(self._content())
        if run.error is not None:
            self.banner.show_message(Tone.ERROR, run.error.message, run.error.hint, closable=False)
        elif run.phase is RunPhase.STOPPED:
            words = tr("Stopped before the end.")
            hint = tr("The application may have written a snapshot all the same; look at the list.")
            self.banner.show_message(Tone.WARNING, words, hint, closable=False)
        else:
            self.banner.hide()

    def _content(self) -> PageContent:
        if self.run.phase is RunPhase.RUNNING:
            return PageContent(
                Icon.HOURGLASS, tr("Waiting for the application…"),
                tr("Esc ends it. After {n} seconds it is ended.",
                   n=self.form.seconds.value()),
            )  # fmt: skip
        return PageContent(
            Icon.PLAY, tr("Nothing has come of it yet."),
            tr("Its output, how it ended, and the new snapshot will stand here."),
        )  # fmt: skip
