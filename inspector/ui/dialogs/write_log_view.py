"""Everything that was ever written to a store from this computer, by whoever uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QStackedLayout, QVBoxLayout

from inspector.core.errors import InputInvalid
from inspector.core.texts import counted, thousands, tr
from inspector.services import write_log
from inspector.services.tasks import Done, Failed
from inspector.ui.dialogs.form_rows import fit_screen
from inspector.ui.theme import FontRole, Icon, Role
from inspector.ui.widgets.empty_page import EmptyPage, PageContent
from inspector.ui.widgets.labels import ElidedLabel, PlainLabel, muted
from inspector.ui.widgets.list_table import CellDelegate, CellLook, Index, ListTable
from inspector.ui.widgets.rows_model import ITEM_ROLE, RowsModel

if TYPE_CHECKING:
    from inspector.services.tasks import Outcome
    from inspector.services.write_log import WriteLog
    from inspector.ui.main_window import MainWindow

SIZE: Final = (1000, 560)
SHOWN: Final = 5_000
"""Lines that are shown, the newest first."""

OUTCOMES: Final = {
    write_log.BEGUN: ("begun", Role.TEXT_MUTED),
    write_log.WRITTEN: ("written", Role.SUCCESS),
    write_log.NOT_WRITTEN: ("not written", Role.WARNING),
    write_log.UNKNOWN: ("unknown", Role.DANGER),
    write_log.TRIGGERED: ("application asked", Role.INFO),
}
_WIDTHS: Final = (208, 120, 150, 240, 64, 110, 130, 130)

Lines = tuple[dict[str, Any], ...]


class OutcomeDelegate(CellDelegate):
    """Outcomes in their colour, digests and ids monospaced."""

    def look(self, index: Index) -> CellLook:
        """The second column says how it ended."""
        if index.column() == 1:
            line = index.data(ITEM_ROLE)
            return CellLook(FontRole.UI, OUTCOMES.get(line.get("outcome"), ("", Role.TEXT))[1])
        mono = index.column() in (0, 3, 4, 6, 7)
        return CellLook(FontRole.MONO if mono else FontRole.UI, Role.TEXT)


class WriteLogView(QDialog):
    """The record, the newest line first."""

    def __init__(self, window: MainWindow, log: WriteLog) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("What was written"))
        theme = window.theme
        self._log = log
        titles = (tr("When (UTC)"), tr("Outcome"), tr("Store"), tr("Stream"), tr("Version"),
                  tr("Who"), tr("State"), tr("Rules"))  # fmt: skip
        self.rows = RowsModel(titles, self)
        self.view = ListTable(theme, tr("What was written"))
        self.view.setModel(self.rows)
        self.view.setItemDelegate(OutcomeDelegate(theme, self.view))
        header = self.view.horizontalHeader()
        for column, width in enumerate(_WIDTHS):
            header.resizeSection(column, theme.px(width))
        header.setStretchLastSection(True)
        self.view.copy_asked.connect(self._copy)
        self.empty_page = EmptyPage(theme, PageContent(Icon.HOURGLASS, tr("Reading the record…")))
        self.summary = muted(PlainLabel())
        self._stack = QStackedLayout()
        self._stack.addWidget(self.empty_page)
        self._stack.addWidget(self.view)
        self._lay_out()
        fit_screen(self, theme, SIZE)
        window.models.store.lanes.ask("write-log", lambda _reader, _work: read(log), self._came)

    def _lay_out(self) -> None:
        close = QPushButton(tr("Close"))
        close.setDefault(True)
        close.clicked.connect(self.accept)
        path = muted(ElidedLabel(str(self._log.path), mode=Qt.TextElideMode.ElideMiddle))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.summary)
        row.addWidget(path, 1)
        row.addWidget(close)
        words = PlainLabel(
            tr("Who asked what to be written where, and how it ended. Lines are only ever added; "
               "no payload is in it."), wrap=True)  # fmt: skip
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        column.addWidget(words)
        column.addLayout(self._stack, 1)
        column.addLayout(row)

    def _came(self, outcome: Outcome[Lines]) -> None:
        if isinstance(outcome, Failed):
            error = outcome.error
            content = PageContent(Icon.CIRCLE_X, error.message, error.hint, (), Role.DANGER)
            self.empty_page.show_content(content)
        elif isinstance(outcome, Done) and not outcome.value:
            text = tr("Nothing was ever written from this computer by this user.")
            self.empty_page.show_content(PageContent(Icon.FILE_TEXT, text))
        elif isinstance(outcome, Done):
            lines = outcome.value
            self.rows.show_rows([(line, _cells(line)) for line in lines[::-1][:SHOWN]])
            self._stack.setCurrentWidget(self.view)
            text = counted(len(lines), "one line", "{n} lines")
            if len(lines) > SHOWN:
                text = tr("{lines}; the newest {n} are shown", lines=text, n=thousands(SHOWN))
            self.summary.setText(text)

    def _copy(self) -> None:
        line = self.view.currentIndex().data(ITEM_ROLE)
        if line is not None:
            QGuiApplication.clipboard().setText("\t".join(_cells(line)))


def read(log: WriteLog) -> Lines:
    """The lines of the record, oldest first.

    Raises:
        InputInvalid: it is there and cannot be read.
    """
    try:
        return log.lines()
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputInvalid(
            tr("The record {path} cannot be read: {reason}.", path=log.path, reason=reason)
        ) from error


def _cells(line: dict[str, Any]) -> tuple[str, ...]:
    outcome = str(line.get("outcome", ""))
    rules = line.get("rules_sha256") or ()
    who = "@".join(str(line[name]) for name in ("user", "host") if line.get(name))
    return (
        str(line.get("time", "")).removesuffix("+00:00"),
        tr(OUTCOMES[outcome][0]) if outcome in OUTCOMES else outcome,
        str(line.get("store", "")),
        str(line.get("stream", "")),
        str(line.get("version", "")),
        who,
        str(line.get("state_sha256", "")),
        ", ".join(map(str, rules)) if isinstance(rules, list) else "",
    )
