"""Naming the columns of a table that no layout knows, with a live preview.

Left what the columns mean, right the table's first rows as they are stored and as events. What
was chosen can be saved as a small map file and loaded again; nothing is guessed silently:
proposals stand in the fields, and the preview shows what they give.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from inspector.core.errors import InspectorError
from inspector.core.texts import tr
from inspector.services.map_draft import MapDraft, read_draft, save_map_file
from inspector.services.map_guessing import Proposal, likeliest, proposed
from inspector.services.mapping import MappingSession, Survey, mapped_request, open_mapping
from inspector.services.store_form import read_map_file
from inspector.services.tasks import Done, Failed
from inspector.ui.dialogs.connection_test import SHORT_WAIT
from inspector.ui.dialogs.fact_form import FactForm, fact_title
from inspector.ui.dialogs.field_message import FieldMessage
from inspector.ui.dialogs.form_rows import field_label, fit_screen
from inspector.ui.dialogs.preview_table import PreviewContent, PreviewTable
from inspector.ui.models.event_table import short_type, summary_text
from inspector.ui.runner import QtTaskRunner
from inspector.ui.theme import FontRole, Icon, Role
from inspector.ui.widgets.banner import Tone
from inspector.ui.widgets.empty_page import EmptyPage, NextStep, PageContent
from inspector.ui.widgets.labels import PlainLabel
from inspector.ui.widgets.plain_text import shortened, visible_text

if TYPE_CHECKING:
    from inspector.core.events import Event
    from inspector.services.map_draft import TableView
    from inspector.services.open_store import OpenRequest
    from inspector.services.tasks import Outcome, Work
    from inspector.ui.theme import Theme

SIZE: Final = (1080, 700)
FORM_WIDTH: Final = 340
PAUSE: Final = 150
"""Milliseconds after the last change until the preview is made."""


class MapColumns(QDialog):
    """Asks what the columns of a table mean.

    Signals:
        accepted_request(object): the :class:`OpenRequest` with the columns named.
    """

    accepted_request = Signal(object)

    def __init__(self, theme: Theme, request: OpenRequest, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._request = theme, request
        self._session: MappingSession | None = None
        self._survey: Survey | None = None
        self._draft = MapDraft({"events": {}})
        self._proposal: Proposal | None = None
        self._file = request.map_file
        self._runner = QtTaskRunner("mapping", interrupt=self._interrupt, on_close=self._give_back)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self._ask_preview)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Name the columns"))
        self._build()
        fit_screen(self, theme, SIZE)
        self.finished.connect(lambda _result: self._runner.close(SHORT_WAIT))
        self._load()

    # -- building -------------------------------------------------------------------------------

    def _build(self) -> None:
        self._page = EmptyPage(self._theme)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._page)
        self._pages.addWidget(self._workplace())
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self._pages, 1)
        column.addLayout(self._button_row())

    def _workplace(self) -> QWidget:
        place = QWidget()
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self._form_side())
        row.addLayout(self._preview_side(), 1)
        column = QVBoxLayout(place)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(self._table_row())
        column.addLayout(row, 1)
        return place

    def _table_row(self) -> QHBoxLayout:
        self.table_box = QComboBox()
        self.table_box.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.table_box.activated.connect(self._table_chosen)
        self.load_button = QPushButton(tr("&Load map file…"))
        self.load_button.clicked.connect(self._ask_file_to_load)
        self.save_button = QPushButton(tr("&Save map file…"))
        self.save_button.clicked.connect(self._ask_file_to_save)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(field_label(tr("&Table of the events"), self.table_box))
        row.addWidget(self.table_box, 1)
        for button in (self.load_button, self.save_button):
            button.setAutoDefault(False)
            row.addWidget(button)
        return row

    def _form_side(self) -> QWidget:
        self.facts = FactForm(self._theme)
        self.facts.changed.connect(self._facts_changed)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFixedWidth(self._theme.px(FORM_WIDTH))
        area.setWidget(self.facts)
        return area

    def _preview_side(self) -> QVBoxLayout:
        self.stored = PreviewTable(self._theme, tr("First rows as stored"))
        self.events = PreviewTable(self._theme, tr("The same rows as events"))
        column = QVBoxLayout()
        column.setSpacing(6)
        for text, table in (
            (tr("First rows as stored"), self.stored),
            (tr("The same rows as events"), self.events),
        ):
            heading = PlainLabel(text)
            self._theme.set_font(heading, FontRole.HEADING)
            frame = QFrame()
            frame.setProperty("panel", "true")
            inside = QVBoxLayout(frame)
            inside.setContentsMargins(1, 1, 1, 1)
            inside.addWidget(table)
            column.addWidget(heading)
            column.addWidget(frame, 1)
            if table is self.stored:
                column.addSpacing(6)
        return column

    def _button_row(self) -> QHBoxLayout:
        cancel = QPushButton(tr("Cancel"))
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        self.open_button = QPushButton(tr("Open with these columns"))
        self.open_button.setDefault(True)
        self.open_button.setEnabled(False)
        self.open_button.clicked.connect(self._accept)
        self.message = FieldMessage(self._theme)
        holder = QVBoxLayout()  # keeps its place while the message is silent
        holder.addStretch(1)
        holder.addWidget(self.message)
        holder.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addLayout(holder, 1)
        row.addWidget(cancel)
        row.addWidget(self.open_button)
        return row

    # -- reading the database ---------------------------------------------------------------------

    def _load(self) -> None:
        self._page.show_content(PageContent(Icon.HOURGLASS, tr("Looking at the tables…")))
        self._pages.setCurrentIndex(0)
        self._runner.submit("load", self._open_session, self._loaded)

    def _open_session(self, work: Work) -> Survey:
        """In the runner's thread: connect, and look at the tables."""
        self._session = open_mapping(self._request, work)
        return self._session.survey()

    def _interrupt(self) -> None:
        if self._session is not None:
            self._session.interrupt()

    def _give_back(self) -> None:
        if self._session is not None:
            self._session.close()

    def _loaded(self, outcome: Outcome[Survey]) -> None:
        if isinstance(outcome, Failed):
            self._show_failure(outcome.error)
        elif isinstance(outcome, Done):
            self._survey = outcome.value
            self._show_tables(outcome.value)

    def _show_failure(self, error: InspectorError) -> None:
        again = NextStep(tr("Try again"), self._load)
        self._page.show_content(
            PageContent(Icon.CIRCLE_X, error.message, error.hint, (again,), Role.DANGER)
        )

    def _show_tables(self, survey: Survey) -> None:
        if not survey.tables:
            hint = tr("Views are read only when you allow it in the open dialog.")
            shown = hint if survey.skipped_views else ""
            text = tr("{place} holds no table.", place=survey.place)
            self._page.show_content(PageContent(Icon.INBOX, text, shown))
            return
        for table in survey.tables:
            self.table_box.addItem(visible_text(shortened(table.name, 80)))
        self._pages.setCurrentIndex(1)
        first = likeliest(survey.tables) or survey.tables[0]
        if self._request.map_text is not None:
            self.load_text(self._request.map_text)
        else:
            self._start_with(first)
        self.table_box.setFocus()

    # -- the draft --------------------------------------------------------------------------------

    @property
    def draft(self) -> MapDraft:
        """The map as it stands."""
        return self._draft

    def load_text(self, text: str, file: str = "") -> None:
        """Show what a map file says; one that does not fit is refused with its line."""
        survey = self._survey
        if survey is None:
            return
        try:
            draft = read_draft(text, file.rpartition("/")[2] or tr("map file"))
        except InspectorError as error:
            self.message.say(Tone.ERROR, error.message, error.hint)
            return
        table = draft.table_in(survey.tables)
        if table is None:
            wanted = str(draft.sections["events"].get("table", ""))
            self.message.say(Tone.ERROR, tr("This database has no table {name!r}.", name=wanted))
            return
        self._file = file
        self._draft = draft
        self._proposal = None
        self._show_draft(table)

    def _start_with(self, table: TableView) -> None:
        others = () if self._survey is None else self._survey.tables
        self._proposal = proposed(table, (), others)
        self._draft = self._proposal.draft
        self._show_draft(table)

    def _show_draft(self, table: TableView) -> None:
        survey = self._survey
        if survey is None:
            return
        self.table_box.setCurrentIndex(survey.tables.index(table))
        self.facts.offer(table, self._draft.facts)
        self._runner.submit("rows", lambda _work: self._rows_of(table), self._rows_arrived)
        self._ask_preview()

    def _table_chosen(self, index: int) -> None:
        if self._survey is not None:
            self._start_with(self._survey.tables[index])

    def _facts_changed(self) -> None:
        self._draft = self._draft.with_facts(self.facts.facts)
        self._mark_used()
        self.open_button.setEnabled(False)
        self._pause.start()

    # -- previews ---------------------------------------------------------------------------------

    def _rows_of(self, table: TableView) -> PreviewContent:
        """In the runner's thread."""
        session = self._session
        rows = () if session is None else session.first_rows(table.name)
        return PreviewContent(tuple(name for name, _ in table.columns), rows)

    def _rows_arrived(self, outcome: Outcome[PreviewContent]) -> None:
        if isinstance(outcome, Done):
            self.stored.show_content(outcome.value)
            self._mark_used()
        elif isinstance(outcome, Failed):
            self.message.say(Tone.ERROR, outcome.error.message, outcome.error.hint)

    def _mark_used(self) -> None:
        """Columns that mean something stand out and say what they mean."""
        table = self.facts.table
        if table is None:
            return
        meanings = self.facts.meanings
        headers = [
            f"{name} → {', '.join(meanings[name])}" if name in meanings else name
            for name, _ in table.columns
        ]
        strong = frozenset(i for i, (name, _) in enumerate(table.columns) if name in meanings)
        rows = self.stored.content.rows
        self.stored.show_content(PreviewContent(headers, rows, strong))

    def _ask_preview(self) -> None:
        missing = self._draft.missing
        self.open_button.setEnabled(False)
        self.save_button.setEnabled(not missing)
        if missing:
            names = ", ".join(fact_title(name) for name in missing)
            self._runner.cancel("preview")
            self.events.show_instead(tr("Events appear here once the needed columns are named."))
            self.message.say(Tone.INFO, tr("Still needed: {names}.", names=names))
            return
        text = self._draft.text
        self._runner.submit(
            "preview",
            lambda _work: self._events_of(text),
            lambda outcome: self._preview_arrived(text, outcome),
        )

    def _events_of(self, text: str) -> PreviewContent:
        """In the runner's thread."""
        session = self._session
        events = () if session is None else session.preview(text)
        return as_events(events)

    def _preview_arrived(self, text: str, outcome: Outcome[PreviewContent]) -> None:
        if text != self._draft.text:
            return  # the answer to a question that nobody asks any more
        if isinstance(outcome, Failed):
            self.events.show_instead(tr("With these columns no event can be read."))
            self.message.say(Tone.ERROR, outcome.error.message, outcome.error.hint)
        elif isinstance(outcome, Done):
            self.events.show_content(outcome.value)
            self.open_button.setEnabled(True)
            if outcome.value.rows:
                self._say_what_is_guessed()
            else:
                self.message.say(Tone.INFO, tr("The table is empty."))

    def _say_what_is_guessed(self) -> None:
        """As long as nobody changed the proposal, it is called one."""
        proposal = self._proposal
        if proposal is None or proposal.draft != self._draft:
            self.message.be_silent()
            return
        text = tr("These columns were guessed: compare them with the rows.")
        self.message.say(Tone.INFO, text, " ".join(proposal.doubts))

    # -- files, and the end -----------------------------------------------------------------------

    def _ask_file_to_load(self) -> None:
        dialog = self._file_dialog(tr("Load a map file"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.load_file)
        dialog.open()

    def _ask_file_to_save(self) -> None:
        dialog = self._file_dialog(tr("Save the map file"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("toml")
        dialog.fileSelected.connect(self.save_file)
        dialog.open()

    def _file_dialog(self, title: str) -> QFileDialog:
        dialog = QFileDialog(self, title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setNameFilters([tr("Map files (*.toml)"), tr("All files (*)")])
        if self._file:
            dialog.selectFile(self._file)
        return dialog

    def load_file(self, path: str) -> None:
        """Show what a map file says."""
        try:
            text = read_map_file(path)
        except InspectorError as error:
            self.message.say(Tone.ERROR, error.message, error.hint)
        else:
            self.load_text(text, path)

    def save_file(self, path: str) -> None:
        """Write the map as it stands."""
        try:
            save_map_file(path, self._draft.text)
        except InspectorError as error:
            self.message.say(Tone.ERROR, error.message, error.hint)
        else:
            self._file = path
            self.message.say(Tone.SUCCESS, tr("Saved as {file}.", file=path))

    def _accept(self) -> None:
        request = mapped_request(self._request, self._draft.text, self._file)
        self.accepted_request.emit(request)
        self.accept()


def as_events(events: tuple[Event, ...]) -> PreviewContent:
    """Events as rows of a preview."""
    headers = [tr("Stream"), tr("Version"), tr("Time"), tr("Type"), tr("Payload")]
    return PreviewContent(headers, [_row(event) for event in events])


def _row(event: Event) -> list[str | None]:
    moment = event.recorded_at
    return [
        event.stream.name,
        None if event.position is None else str(event.position),
        None if moment is None else moment.text,
        short_type(event.type),
        summary_text(event),
    ]
