"""Choosing among the databases of a server; which hold an event store is shown as it is found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QHeaderView, QPushButton, QVBoxLayout, QWidget

from inspector.core.texts import counted, tr
from inspector.services.server_databases import LookedInto, look_into, server_databases
from inspector.services.tasks import Done, Failed
from inspector.ui.dialogs.connection_test import SHORT_WAIT
from inspector.ui.dialogs.field_message import FieldMessage
from inspector.ui.dialogs.form_rows import fit_screen
from inspector.ui.runner import QtTaskRunner
from inspector.ui.theme import FontRole, Role
from inspector.ui.widgets.banner import Tone
from inspector.ui.widgets.labels import PlainLabel, muted
from inspector.ui.widgets.list_table import CellDelegate, CellLook, Index, ListTable
from inspector.ui.widgets.rows_model import ITEM_ROLE, RowsModel

if TYPE_CHECKING:
    from inspector.services.open_store import OpenRequest
    from inspector.services.tasks import Outcome, Work
    from inspector.ui.theme import Theme

SIZE: Final = (620, 420)
NAME_WIDTH: Final = 200


class DatabaseList(QDialog):
    """The dialog.

    Args:
        theme: colours and fonts.
        request: how the server is reached; its database is the first to be asked for names.
        parent: the dialog that asks.

    Signals:
        chosen(str): a database.
    """

    chosen = Signal(str)

    def __init__(self, theme: Theme, request: OpenRequest, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(tr("Databases of the server"))
        self._theme, self._request = theme, request
        self._names: tuple[str, ...] = ()
        self._looked: dict[str, LookedInto] = {}
        self._lane = QtTaskRunner("databases")
        self.finished.connect(lambda _result: self._lane.close(SHORT_WAIT))
        self.rows = RowsModel((tr("Database"), tr("Event stores")), self)
        self.view = ListTable(theme, tr("Databases of the server"))
        self.message = FieldMessage(theme)
        self._build()
        fit_screen(self, theme, SIZE)
        self.message.say(Tone.INFO, tr("Asking the server…"), tr("Esc stops it."))
        self._lane.submit("names", lambda work: server_databases(request, work), self._named)

    def _build(self) -> None:
        view = self.view
        view.setModel(self.rows)
        view.setItemDelegate(_Delegate(self._theme, view))
        header = view.horizontalHeader()
        header.resizeSection(0, self._theme.px(NAME_WIDTH))
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        view.selectionModel().currentRowChanged.connect(lambda _now, _old: self._show_buttons())
        view.doubleClicked.connect(lambda _index: self._choose())
        words = tr("Each is opened read-only for a moment to look at its tables.")
        self.take_button = QPushButton(tr("Choose"))
        self.take_button.setDefault(True)
        self.take_button.clicked.connect(self._choose)
        cancel = QPushButton(tr("Cancel"))
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(self.take_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        column.addWidget(muted(PlainLabel(words, wrap=True)))
        column.addWidget(view, 1)
        column.addWidget(self.message)
        column.addLayout(row)
        self._show_buttons()

    # -- what the server says -------------------------------------------------------------------

    def _named(self, outcome: Outcome[tuple[str, ...]]) -> None:
        if isinstance(outcome, Failed):
            self.message.say(Tone.ERROR, outcome.error.message, outcome.error.hint)
        elif isinstance(outcome, Done):
            self._names = outcome.value
            self._show()
            self._look_on()

    def _look_on(self) -> None:
        """Look into the next database; one at a time, so that each is shown when it is known."""
        name = next((name for name in self._names if name not in self._looked), None)
        if name is None:
            found = sum(bool(looked.stores) for looked in self._looked.values())
            words = counted(
                found, "{n} database holds event stores.", "{n} databases hold event stores."
            )
            self.message.say(Tone.SUCCESS if found else Tone.WARNING, words)
            return
        words = tr("Looking into {name}…", name=name)
        self.message.say(Tone.INFO, words, tr("A database can be chosen meanwhile."))
        self._lane.submit("look", lambda work: self._job(name, work), self._came)

    def _job(self, name: str, work: Work) -> LookedInto:
        return look_into(self._request, name, work)

    def _came(self, outcome: Outcome[LookedInto]) -> None:
        if isinstance(outcome, Done):
            self._looked[outcome.value.database] = outcome.value
            self._show()
            self._look_on()
        elif isinstance(outcome, Failed):
            self.message.say(Tone.ERROR, outcome.error.message, outcome.error.hint)

    def _show(self) -> None:
        current = self.view.currentIndex().row()
        self.rows.show_rows([(name, (name, self._words(name))) for name in self._names])
        self.view.selectRow(max(current, 0))
        self._show_buttons()

    def _words(self, name: str) -> str:
        looked = self._looked.get(name)
        if looked is None:
            return "…"
        if looked.trouble:
            return tr("could not be looked into: {reason}", reason=looked.trouble)
        return ", ".join(f"{s.title} ({s.table})" for s in looked.stores) or tr("none")

    def _show_buttons(self) -> None:
        self.take_button.setEnabled(self.view.currentIndex().isValid())

    def _choose(self) -> None:
        name = self.view.currentIndex().data(ITEM_ROLE)
        if name is not None:
            self.chosen.emit(name)
            self.accept()


class _Delegate(CellDelegate):
    """Names as they are stored; what holds nothing is quiet."""

    def look(self, index: Index) -> CellLook:
        """Font and colour."""
        if index.column() == 0:
            return CellLook(FontRole.MONO, Role.TEXT)
        quiet = index.data() in ("…", tr("none"))
        return CellLook(FontRole.UI, Role.TEXT_MUTED if quiet else Role.TEXT)
