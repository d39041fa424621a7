"""A database in which no layout was recognised: what was looked for, and what was missing.

Looks at the tables beside the window and leads on: to naming the columns, to a look at views
that were left out, or to another store.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from inspector.core.texts import tr
from inspector.services.mapping import Survey, survey_of
from inspector.services.tasks import Done, Failed
from inspector.ui.dialogs.connection_test import SHORT_WAIT
from inspector.ui.dialogs.field_message import FieldMessage
from inspector.ui.dialogs.form_rows import fit_screen
from inspector.ui.dialogs.report_view import ReportView
from inspector.ui.runner import QtTaskRunner
from inspector.ui.theme import FontRole, Icon, Role
from inspector.ui.widgets.banner import Tone
from inspector.ui.widgets.labels import PlainLabel

if TYPE_CHECKING:
    from inspector.core.errors import InspectorError
    from inspector.services.open_store import OpenRequest
    from inspector.services.tasks import Outcome
    from inspector.ui.theme import Theme

SIZE: Final = (720, 600)
MOST_TABLES: Final = 200
MOST_COLUMNS: Final = 12


class UnknownStore(QDialog):
    """The explanation, with its next steps.

    Signals:
        map_asked(object): the user wants to name the columns for this :class:`OpenRequest`.
        accepted_request(object): try again, views included.
    """

    map_asked = Signal(object)
    accepted_request = Signal(object)

    def __init__(
        self,
        theme: Theme,
        request: OpenRequest,
        error: InspectorError,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("No layout was recognised"))
        self._theme, self._request = theme, request
        self.report = ReportView(theme, tr("What was looked for"))
        self.message = FieldMessage(theme)
        self._build(error)
        fit_screen(self, theme, SIZE)
        self._runner = QtTaskRunner("survey")
        self.finished.connect(lambda _result: self._runner.close(SHORT_WAIT))
        self.message.say(Tone.INFO, tr("Looking at the tables…"))
        self._runner.submit("survey", lambda work: survey_of(request, work), self._arrived)

    def _build(self, error: InspectorError) -> None:
        title = PlainLabel(error.message, wrap=True)
        self._theme.set_font(title, FontRole.TITLE)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(title)
        column.addWidget(self.message)
        column.addWidget(self.report, 1)
        column.addLayout(self._button_row())

    def _button_row(self) -> QHBoxLayout:
        copy = QPushButton(tr("&Copy as text"))
        self._theme.set_icon(copy, Icon.COPY)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.report.text))
        self.views_button = QPushButton(tr("Read the &views, too"))
        self.views_button.setToolTip(
            tr("A view runs code of whoever made it. Do this only if you know its owner.")
        )
        self.views_button.clicked.connect(self._ask_with_views)
        self.views_button.hide()
        close = QPushButton(tr("Close"))
        close.clicked.connect(self.reject)
        self.map_button = QPushButton(tr("Name the columns…"))
        self.map_button.setDefault(True)
        self.map_button.clicked.connect(self._ask_map)
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (copy, self.views_button, close):
            button.setAutoDefault(False)
        row.addWidget(copy)
        row.addWidget(self.views_button)
        row.addStretch(1)
        row.addWidget(close)
        row.addWidget(self.map_button)
        return row

    def _arrived(self, outcome: Outcome[Survey]) -> None:
        if isinstance(outcome, Failed):
            self.message.say(Tone.ERROR, outcome.error.message, outcome.error.hint)
        elif isinstance(outcome, Done):
            self.message.be_silent()
            self.views_button.setVisible(bool(outcome.value.skipped_views))
            fill_survey(self.report, outcome.value)

    def _ask_map(self) -> None:
        self.accept()
        self.map_asked.emit(self._request)

    def _ask_with_views(self) -> None:
        options = replace(self._request.options, allow_views=True)
        self.accept()
        self.accepted_request.emit(replace(self._request, options=options))


def fill_survey(report: ReportView, survey: Survey) -> None:
    """Write what came close, what was looked for, and what is there."""
    report.heading(tr("What came closest"))
    for miss in survey.near_misses:
        title = tr("{layout} · {score} of 100", layout=miss.title, score=miss.score)
        report.line(Icon.CIRCLE_X, Role.TEXT_MUTED, title, "\n".join(miss.why_not))
    if not survey.near_misses:
        report.line(Icon.INFO, Role.INFO, tr("No table looks like part of an event store."))
    report.heading(tr("Tables that are there"))
    for table in survey.tables[:MOST_TABLES]:
        names = ", ".join(name for name, _ in table.columns[:MOST_COLUMNS])
        more = ", …" if len(table.columns) > MOST_COLUMNS else ""
        closed = "" if table.readable else tr(" (may not be read by this role)")
        report.line(Icon.TABLE, Role.TEXT_MUTED, f"{table.name}{closed}", f"{names}{more}")
    if not survey.tables:
        report.line(Icon.INFO, Role.INFO, tr("There is no table."))
    if len(survey.tables) > MOST_TABLES:
        rest = len(survey.tables) - MOST_TABLES
        report.line(Icon.ELLIPSIS, Role.TEXT_MUTED, tr("and {n} more", n=rest))
    if survey.skipped_views:
        report.heading(tr("Views that were left out"))
        for name in survey.skipped_views[:MOST_TABLES]:
            report.line(Icon.LOCK, Role.TEXT_MUTED, name)
    report.heading(tr("What was looked for"))
    report.line(Icon.SEARCH, Role.TEXT_MUTED, ", ".join(survey.looked_for))
