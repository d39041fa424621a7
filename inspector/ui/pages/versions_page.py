"""All versions: which event types in which schema versions the store holds, and what fails.

Counted in one pass that can be stopped; what was counted until then stays, marked as a part.
"""

from __future__ import annotations

from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QPushButton, QSplitter, QStackedWidget

from inspector.core.errors import InspectorError
from inspector.core.texts import counted, thousands, tr
from inspector.exporters import exporters
from inspector.services.snapshot_reports import facts_of, format_for, save_report
from inspector.services.tasks import Failed
from inspector.services.version_matrix import Coverage, VersionScan
from inspector.services.version_reports import versions_report
from inspector.ui.models.long_scan import LongScan, ScanPhase
from inspector.ui.pages.cell_events import CellEvents
from inspector.ui.pages.matrix_table import MatrixTable
from inspector.ui.pages.store_page import StorePage
from inspector.ui.theme import Icon
from inspector.ui.widgets.banner import Banner, BannerAction, Tone
from inspector.ui.widgets.empty_page import EmptyPage, NextStep, PageContent
from inspector.ui.widgets.plain_text import tooltip_text
from inspector.ui.widgets.scan_line import ScanLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inspector.services.tasks import Outcome
    from inspector.services.version_matrix import Cell, Found
    from inspector.ui.main_window import MainWindow

CALM: Final = 0.4
"""Seconds between two looks at what was counted so far."""


class AllVersionsPage(StorePage):
    """The matrix with the events of the cell that is chosen."""

    def __init__(self, window: MainWindow) -> None:
        about = tr("Every event type in every schema version, and whether the rules lead it on.")
        super().__init__(window.theme, tr("All versions"), about)
        self._window = window
        self._shown_at = 0.0
        self.scan = LongScan("versions", self)
        self.scan.changed.connect(self._scanned)
        self.banner = Banner(self.theme)
        self.progress = ScanLine(self.theme, self.scan.stop)
        self.table = MatrixTable(self.theme, window.models.times)
        self.events = CellEvents(self.theme)
        self.empty_page = EmptyPage(self.theme)
        self._stack = QStackedWidget()
        self._make_tools()
        self._lay_out()
        self._connect()

    def _make_tools(self) -> None:
        self.again = QPushButton(tr("Count again"))
        self.again.setToolTip(tooltip_text(tr("Look at all events anew")))
        self.theme.set_icon(self.again, Icon.REFRESH)
        self.again.clicked.connect(self.start)
        self.save_button = QPushButton(tr("Save…"))
        self.save_button.setToolTip(tooltip_text(tr("Save the table as JSON Lines, CSV or HTML")))
        self.theme.set_icon(self.save_button, Icon.FILE_DOWN)
        self.save_button.clicked.connect(self._ask_file)
        self.add_tools(self.again, self.save_button)

    def _lay_out(self) -> None:
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.setChildrenCollapsible(False)
        parts.setHandleWidth(6)
        for number, widget in enumerate((self.table, self.events)):
            parts.addWidget(widget)
            parts.setStretchFactor(number, (3, 2)[number])
        self._stack.addWidget(parts)
        self._stack.addWidget(self.empty_page)
        self.body.addWidget(self.banner)
        self.body.addSpacing(4)
        self.body.addWidget(self.progress)
        self.body.addWidget(self._stack, 1)
        self.setFocusProxy(self.table)

    def _connect(self) -> None:
        rows = self.table.selectionModel()
        rows.currentRowChanged.connect(lambda _now, _old: self.events.show_cell(self.table.cell()))
        self.table.activated.connect(lambda _index: self._go(self.events.first()))
        self.events.chosen.connect(self._go)

    # -- what a page does -------------------------------------------------------------------------

    @property
    def busy(self) -> bool:
        """Whether events are being counted."""
        return self.scan.running

    def begin(self) -> None:
        """Count, unless it was done already or stopped."""
        if self.scan.phase is ScanPhase.IDLE:
            self.start()

    def start(self) -> None:
        """Look at all events of the store."""
        models = self._window.models
        store, events = models.store.store, models.events
        if store is None:
            return
        known = events.stream is None and events.count.exact and events.rowCount()
        total = events.count.value if known else None
        self._shown_at = 0.0
        self.table.show_cells(())
        self._show_rules()
        self.scan.start(models.store.lanes, VersionScan(store.rule_set, total=total))

    def stop(self) -> bool:
        """Stop counting."""
        running = self.scan.running
        self.scan.stop()
        return running

    def store_changed(self) -> None:
        """Nothing that was counted holds."""
        self.scan.forget()
        self.table.show_cells(())
        self.events.show_cell(None)
        self.banner.hide()
        self._show_face(())

    # -- what was found ---------------------------------------------------------------------------

    def _scanned(self) -> None:
        """Look at the counts between two slices of the pass, a few times a second at most."""
        self._show_progress()
        scanner = self.scan.scanner
        if not isinstance(scanner, VersionScan):
            return
        if self.scan.running and monotonic() - self._shown_at < CALM:
            return
        cells = scanner.cells()
        self._show_face(cells)
        self.table.show_cells(cells)
        if self.table.cell() is None and not self.scan.running:
            self._choose(cells)
        self.events.show_cell(self.table.cell())
        self._shown_at = monotonic()

    def _choose(self, cells: Sequence[Cell]) -> None:
        """Of all cells, the first that fails is what somebody came for."""
        failing = (row for row, cell in enumerate(cells) if cell.failed)
        self.table.go_to_row(next(failing, 0))

    def _show_rules(self) -> None:
        store = self._window.models.store.store
        known = store is not None and store.rule_set is not None
        self.table.show_rules(known=known)
        if known:
            self.banner.hide()
            return
        use = BannerAction(tr("Use a rules file…"), self._window.rules_desk.ask_for_file)
        title = tr("No rules are in use: versions are as stored.")
        detail = tr("Only rules know which versions can be led on, and which events fail.")
        self.banner.show_message(Tone.INFO, title, detail, (use,), closable=False)

    def _show_progress(self) -> None:
        scan = self.scan
        scanner = scan.scanner
        looked = thousands(scanner.done if scanner is not None else 0)
        self.again.setEnabled(not scan.running)
        if scan.running and scanner is not None:
            words = tr("{n} events looked at", n=looked)
            self.progress.show_running(words, scanner.done, scanner.total)
        elif scan.phase is ScanPhase.STOPPED:
            words = tr("Partial: stopped after {n} events", n=looked)
            self.progress.show_partial(words, self.start, tr("Count again"))
        elif scan.phase is ScanPhase.FAILED and scan.error is not None:
            words = tr("Stopped by an error: {error}", error=scan.error.message)
            self.progress.show_partial(words, self.start, tr("Try again"))
        elif scan.phase is ScanPhase.COMPLETE and isinstance(scanner, VersionScan):
            self.progress.show_note(_summary(scanner))
        else:
            self.progress.hide()

    def _show_face(self, cells: Sequence[Cell]) -> None:
        self.save_button.setEnabled(bool(cells) and not self.scan.running)
        if cells:
            self._stack.setCurrentIndex(0)
            return
        self.empty_page.show_content(self._face())
        self._stack.setCurrentWidget(self.empty_page)

    def _face(self) -> PageContent:
        phase = self.scan.phase
        if phase is ScanPhase.RUNNING:
            return PageContent(Icon.HOURGLASS, tr("Looking at all events…"))
        if phase is ScanPhase.COMPLETE:
            hint = tr("The store was read to its end.")
            return PageContent(Icon.INBOX, tr("There are no events."), hint)
        count = NextStep(tr("Count versions"), self.start)
        return PageContent(Icon.LAYERS, tr("Nothing has been counted."), "", (count,))

    # -- what the user does -----------------------------------------------------------------------

    def _go(self, found: Found | None) -> None:
        """Show an event in its stream, with the forms it goes through in front."""
        if found is not None and found.stream.key:
            self.stream_asked.emit(found.stream, found.version)
            self._window.show_panel("versions")

    def _ask_file(self) -> None:
        dialog = QFileDialog(self, tr("Save all versions"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        known = exporters().values()
        dialog.setNameFilters([f"{one.title} (*{one.suffix})" for one in known])
        dialog.setDefaultSuffix(next(iter(known)).suffix.lstrip("."))
        dialog.filterSelected.connect(
            lambda words: dialog.setDefaultSuffix(words.rpartition("*.")[2].rstrip(")"))
        )
        dialog.fileSelected.connect(lambda name: self.save(Path(name)))
        dialog.open()

    def save(self, file: Path) -> None:
        """Write the table to a file; the format is told by the file's ending."""
        scanner, store = self.scan.scanner, self._window.models.store.store
        if not isinstance(scanner, VersionScan) or store is None:
            return
        partial = "" if scanner.complete else tr("stopped after {n} events", n=scanner.done)
        try:
            exporter = format_for(file)
            known = store.rule_set is not None
            report = versions_report(
                scanner.cells(), facts_of(store), with_rules=known, partial=partial
            )
        except InspectorError as error:
            self._window.note(error)
            return

        def done(outcome: Outcome[None]) -> None:
            if isinstance(outcome, Failed):
                self._window.note(outcome.error)
            else:
                self._window.status.say(tr("Saved as {file}.", file=file.name))

        self._window.models.store.lanes.ask(
            "versions-save", lambda _reader, work: save_report(report, exporter, file, work), done
        )


def _summary(scan: VersionScan) -> str:
    """What all events came to, in a line."""
    cells = scan.cells()
    parts = [
        counted(scan.done, "One event was looked at", "All {n} events were looked at"),
        counted(len(cells), "{n} type and version", "{n} types and versions"),
    ]
    if scan.rules is None:
        return " · ".join(parts)
    failed = sum(cell.failed for cell in cells)
    parts.append(counted(failed, "{n} event cannot be led on", "{n} events cannot be led on"))
    for coverage, one, many in (
        (Coverage.GAP, "{n} version without a hop", "{n} versions without a hop"),
        (Coverage.NEWER, "{n} version newer than the rules", "{n} versions newer than the rules"),
    ):
        number = sum(cell.coverage is coverage for cell in cells)
        if number:
            parts.append(counted(number, one, many))
    bare = sum(not cell.reducer for cell in cells)
    if bare:
        parts.append(counted(bare, "{n} without a reducer", "{n} without a reducer"))
    return " · ".join(parts)
