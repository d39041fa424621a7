"""What to print, which part of it, and onto what: a preview first, or a PDF file.

Reading a range and laying out pages show how far they are; Esc stops them and prints nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSizeF, Qt
from PySide6.QtGui import QImage, QPageSize
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from inspector.core.errors import OutputFailed
from inspector.core.texts import thousands, tr
from inspector.services.event_ranges import EventQuery, read_events
from inspector.services.tasks import Done, Failed
from inspector.ui.dialogs.field_message import FieldMessage
from inspector.ui.dialogs.form_rows import field_label, form_grid, small
from inspector.ui.printing.contents import (
    changes_blocks,
    document,
    event_blocks,
    picture_blocks,
    rows_blocks,
    state_blocks,
)
from inspector.ui.printing.on_white import on_white
from inspector.ui.printing.output import draw_pages, laid_out, new_printer, paper_of, wanted_pages
from inspector.ui.printing.pages import Layout
from inspector.ui.theme import Icon
from inspector.ui.widgets.banner import Tone
from inspector.ui.widgets.plain_text import shortened
from inspector.ui.widgets.scan_line import ScanLine
from inspector.ui.widgets.slices import Slices

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtPrintSupport import QPrinter

    from inspector.core.events import Event
    from inspector.services.open_store import StoreReader
    from inspector.services.tasks import Outcome, Progress, Work
    from inspector.ui.main_window import MainWindow
    from inspector.ui.printing.blocks import Block, Document

MOST: Final = 2000
"""Events that are printed at once; more is for an export."""

FIRST: Final = 200
"""Events that are offered at the beginning."""

DENSITY: Final = 3
"""Dots of a picture for each one on the screen."""

KEY: Final = "print"
WIDTH: Final = 520

STATE, EVENT, ROWS, DIFF, TIMELINE = "state", "event", "rows", "diff", "timeline"


class PrintDialog(QDialog):
    """The dialog.

    Attributes:
        preview: Qt's preview while it is shown.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(tr("Print"))
        self._window, self._theme = window, window.theme
        self._slices = Slices(self)
        self._slices.sliced.connect(self._show_progress)
        self._slices.ended.connect(self._laid)
        self._layout: Layout | None = None
        self._then: Callable[[Layout], object] = lambda _layout: None
        self._done = 0
        self._reading = False
        self.preview: QDialog | None = None
        self._printer: QPrinter | None = None
        self.what = QComboBox()
        self.first, self.last = QLineEdit(), QLineEdit()
        self.landscape = QCheckBox(tr("Wi&de pages"))
        self.message = FieldMessage(self._theme)
        self.progress = ScanLine(self._theme, self._stop)
        self._offer()
        self._lay_out()
        self.what.currentIndexChanged.connect(lambda _index: self._show())
        self._show()

    # -- building -----------------------------------------------------------------------------

    def _offer(self) -> None:
        """What there is to print now, what is in front first."""
        window = self._window
        models = window.models
        if models.replay.stream is not None and models.replay.step is not None:
            self.what.addItem(tr("The state at the cursor"), STATE)
        if self._event() is not None:
            self.what.addItem(tr("The event at the cursor"), EVENT)
        if models.replay.stream is not None:
            self.what.addItem(tr("Events of this stream, from … to …"), ROWS)
            last = self._last_version()
            self.first.setText(str(max(self._first_version(), last - FIRST + 1)))
            self.last.setText(str(last))
        comparison = models.comparison.comparison
        if comparison is not None and comparison.blocked is None:
            self.what.addItem(tr("What differs"), DIFF)
        self.what.addItem(tr("The timeline as it is shown"), TIMELINE)
        at = self.what.findData({"diff": DIFF, "event": EVENT}.get(window.details.tab, ""))
        self.what.setCurrentIndex(max(at, 0))

    def _lay_out(self) -> None:
        grid = form_grid()
        grid.addWidget(field_label(tr("&What"), self.what), 0, 0)
        grid.addWidget(self.what, 0, 1, 1, 3)
        self._range = (
            field_label(tr("&From version"), self.first), self.first,
            field_label(tr("&to"), self.last), self.last,
        )  # fmt: skip
        for place, widget in enumerate(self._range):
            grid.addWidget(widget, 1, place)
        self._hint = small(
            self._theme,
            tr("At most {n} events at once; the command events has no limit.", n=thousands(MOST)),
        )
        grid.addWidget(self._hint, 2, 1, 1, 3)
        grid.addWidget(self.landscape, 3, 1, 1, 3)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addLayout(grid)
        column.addWidget(self.message)
        column.addWidget(self.progress)
        column.addStretch(1)
        column.addLayout(self._buttons())
        self.setMinimumWidth(self._theme.px(WIDTH))

    def _buttons(self) -> QHBoxLayout:
        self.preview_button = QPushButton(tr("&Preview…"))
        self.preview_button.setDefault(True)
        self.preview_button.clicked.connect(lambda: self._begin(self._preview))
        self.pdf_button = QPushButton(tr("&Save as PDF…"))
        self.pdf_button.setAutoDefault(False)
        self._theme.set_icon(self.pdf_button, Icon.SAVE)
        self.pdf_button.clicked.connect(self._ask_file)
        self.close_button = QPushButton(tr("Close"))
        self.close_button.setAutoDefault(False)
        self.close_button.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.pdf_button)
        row.addStretch(1)
        row.addWidget(self.close_button)
        row.addWidget(self.preview_button)
        return row

    def _show(self) -> None:
        rows = self.what.currentData() == ROWS
        for widget in (*self._range, self._hint):
            widget.setVisible(rows)
        busy = self._reading or self._slices.running
        for button in (self.preview_button, self.pdf_button):
            button.setEnabled(not busy)
        self.what.setEnabled(not busy)

    # -- what is printed ----------------------------------------------------------------------

    def _event(self) -> Event | None:
        window = self._window
        replay = window.models.replay
        if replay.stream is not None and replay.cursor >= 0:
            return window.models.events.event_at(replay.cursor)
        return window.place.events.current_event()

    def _first_version(self) -> int:
        return self._version_at(0)

    def _last_version(self) -> int:
        return self._version_at(self._window.models.replay.count - 1)

    def _version_at(self, index: int) -> int:
        replay = self._window.models.replay.replay
        position = None
        if replay is not None and 0 <= index < len(replay.history):
            position = replay.history.position_at(index)
        return index + 1 if position is None else position

    def _begin(self, then: Callable[[Layout], object]) -> None:
        """Read what is missing, lay it out, and go on with the pages."""
        self.message.be_silent()
        self._then = then
        what = self.what.currentData()
        if what == ROWS:
            self._read_rows()
        else:
            self._start(self._document(what))

    def _document(self, what: str) -> Document:
        window, models = self._window, self._window.models
        step, event, comparison = models.replay.step, self._event(), models.comparison.comparison
        if what == STATE and step is not None:
            title = tr("State at version {n}", n=_place(step.position, step.index))
            return self._made(title, state_blocks(step), step.position)
        if what == EVENT and event is not None:
            title = tr("Event {type}", type=shortened(event.type or "?"))
            return self._made(title, event_blocks(event, models.times), event.position)
        if what == DIFF and comparison is not None:
            first = "" if comparison.before is None else str(comparison.before.version)
            after = str(comparison.after.version)
            between = tr("{a} and {b}", a=first, b=after) if first else after
            title = tr("What differs: version {versions}", versions=between)
            return self._made(title, changes_blocks(comparison.changes), None)
        image = _picture_of(window.timeline.view)
        return self._made(tr("Timeline"), picture_blocks(image), None)

    def _made(self, title: str, blocks: Iterator[Block], version: int | None) -> Document:
        models = self._window.models
        store, stream = models.store.store, models.replay.stream
        event = self._event()
        name = stream.name if stream is not None else event.stream.name if event else ""
        header = (
            "" if store is None else store.name,
            shortened(name),
            "" if version is None else tr("version {n}", n=version),
        )
        return document(title, header, models.times, blocks)

    def _read_rows(self) -> None:
        stream = self._window.models.replay.stream
        try:
            first, last = int(self.first.text().strip()), int(self.last.text().strip())
        except ValueError:
            self.message.say(Tone.ERROR, tr("Give the first and the last version as numbers."))
            return
        if first > last or stream is None:
            self.message.say(Tone.ERROR, tr("The first version lies after the last one."))
            return
        query = EventQuery(stream, first, last, limit=MOST + 1)

        def job(reader: StoreReader, work: Work) -> list[Event]:
            return [event for page in read_events(reader, query, work) for event in page]

        def done(outcome: Outcome[list[Event]]) -> None:
            self._reading = False
            if isinstance(outcome, Done):
                events = outcome.value
                title = tr("Events {first} to {last}", first=first, last=last)
                times = self._window.models.times
                blocks = rows_blocks(events[:MOST], times, more=len(events) > MOST)
                self._start(self._made(title, blocks, None))
            elif isinstance(outcome, Failed):
                self.progress.hide()
                self.message.say(Tone.ERROR, outcome.error.message, outcome.error.hint)
            self._show()

        def progress(value: Progress) -> None:
            self.progress.show_running(tr("Reading events"), value.done, MOST)

        self._reading = True
        self._show()
        self.progress.show_running(tr("Reading events"))
        self._window.models.store.lanes.scan(KEY, job, done, progress)

    # -- laying out ---------------------------------------------------------------------------

    def _start(self, made: Document) -> None:
        layout = Layout(made, self._paper())
        self._layout, self._done = layout, 0
        self._slices.start(self._noted(layout))
        self._show()

    def _noted(self, layout: Layout) -> Iterator[None]:
        for done in layout.run():
            self._done = done
            yield

    def _paper(self) -> QSizeF:
        size = QSizeF(QPageSize(QPageSize.PageSizeId.A4).size(QPageSize.Unit.Point))
        return size.transposed() if self.landscape.isChecked() else size

    def _show_progress(self) -> None:
        layout = self._layout
        if layout is not None:
            total = max(layout.document.size, 1)
            self.progress.show_running(tr("Laying out pages"), self._done, total)

    def _laid(self) -> None:
        self.progress.hide()
        layout = self._layout
        self._show()
        if layout is not None:
            self._then(layout)

    def _stop(self) -> None:
        self._slices.stop()
        self._reading = False
        if self._window.models.store.store is not None:
            self._window.models.store.lanes.cancel(KEY)
        self.progress.hide()
        self.message.say(Tone.INFO, tr("Stopped. Nothing was printed."))
        self._show()

    # -- where it goes ------------------------------------------------------------------------

    def _preview(self, layout: Layout) -> None:
        from PySide6.QtPrintSupport import QPrintPreviewDialog  # noqa: PLC0415 - slow to load

        # The preview draws into it and does not keep it alive.
        self._printer = new_printer(landscape=self.landscape.isChecked())
        shown = QPrintPreviewDialog(self._printer, self)
        shown.setWindowTitle(layout.document.title)
        shown.paintRequested.connect(self._paint)
        shown.finished.connect(self._preview_closed)
        self.preview = shown
        shown.open()

    def _preview_closed(self) -> None:
        shown, self.preview = self.preview, None
        if shown is not None:
            shown.deleteLater()

    def _paint(self, printer: QPrinter) -> None:
        """Draw for the preview, or for the printer that was chosen in it."""
        layout = self._layout
        if layout is None:
            return
        paper = paper_of(printer)
        if paper != layout.paper:
            layout = laid_out(layout.document, paper)
            self._layout = layout
        printer.setDocName(layout.document.title)
        if not draw_pages(layout, printer, *wanted_pages(printer)):
            self.message.say(Tone.ERROR, tr("The printer did not take the pages."))

    def _ask_file(self) -> None:
        dialog = QFileDialog(self, tr("Save as PDF"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("pdf")
        dialog.setNameFilters([tr("PDF files (*.pdf)")])
        dialog.fileSelected.connect(self.save_as)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save_as(self, path: str) -> None:
        """Print into a PDF file."""
        self._begin(lambda layout: self._write(layout, path))

    def _write(self, layout: Layout, path: str) -> None:
        from inspector.ui.printing.output import write_pdf  # noqa: PLC0415 - as above

        try:
            write_pdf(layout, Path(path), landscape=self.landscape.isChecked())
        except OutputFailed as error:
            self.message.say(Tone.ERROR, error.message, error.hint)
        else:
            pages = thousands(len(layout.pages))
            self.message.say(
                Tone.SUCCESS, tr("Saved as {file}.", file=path), tr("{n} pages.", n=pages)
            )

    def reject(self) -> None:
        """Escape stops what runs, then closes."""
        if self._reading or self._slices.running:
            self._stop()
        else:
            super().reject()


def _picture_of(widget: QWidget) -> QImage:
    """A widget as it is shown, with as many dots as paper can show."""
    image = QImage(widget.size() * DENSITY, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(DENSITY)
    widget.render(image)
    return on_white(image)


def _place(position: int | None, index: int) -> str:
    return str(index + 1 if position is None else position)
