"""What the window shows while no store is open: a way in, or why the last try failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedLayout, QWidget

from inspector.core.errors import LayoutUnknown
from inspector.core.texts import tr
from inspector.services.open_store import OpenRequest
from inspector.services.sample import sample_store
from inspector.ui.models.store_model import Phase
from inspector.ui.theme import Icon, Role
from inspector.ui.widgets.empty_page import EmptyPage, NextStep, PageContent

if TYPE_CHECKING:
    from inspector.ui.models.store_model import StoreModel
    from inspector.ui.theme import Theme


class StartPage(QWidget):
    """Nothing open, opening, choosing, or failed: each has its own face.

    Signals:
        open_asked(object): an :class:`OpenRequest` of the user's.
        choose_asked(): the user wants to choose among several stores, or to map columns.
        dialog_asked(): the user wants the open dialog.
    """

    open_asked = Signal(object)
    choose_asked = Signal()
    dialog_asked = Signal()

    def __init__(self, theme: Theme, store: StoreModel) -> None:
        super().__init__()
        self._store = store
        self._page = EmptyPage(theme)
        stack = QStackedLayout(self)
        stack.addWidget(self._page)
        store.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        self._page.show_content(self._content())

    def _content(self) -> PageContent:
        phase, error = self._store.phase, self._store.error
        steps = self._steps()
        if phase is Phase.OPENING:
            stop = NextStep(tr("Stop"), self._store.close)
            return PageContent(Icon.HOURGLASS, tr("Opening the store…"), "", (stop,))
        if phase is Phase.CHOOSING and error is not None:
            choose = NextStep(tr("Choose…"), self.choose_asked.emit)
            return PageContent(Icon.LAYERS, error.message, error.hint, (choose, steps[0]))
        if phase is Phase.FAILED and isinstance(error, LayoutUnknown):
            look = NextStep(tr("What was looked for…"), self.choose_asked.emit)
            return PageContent(Icon.FILE_QUESTION, error.message, error.hint, (look, steps[0]))
        if phase is Phase.FAILED and error is not None:
            return PageContent(Icon.CIRCLE_X, error.message, error.hint, steps[:1], Role.DANGER)
        return PageContent(
            Icon.DATABASE,
            tr("Open an event store to see what happened in it."),
            tr("Drop an SQLite file here, or connect to PostgreSQL. Nothing is ever changed."),
            steps,
        )

    def _steps(self) -> tuple[NextStep, ...]:
        return (
            NextStep(tr("Open a store…"), self.dialog_asked.emit),
            NextStep(tr("Open the sample store"), self._open_sample),
        )

    def _open_sample(self) -> None:
        self.open_asked.emit(OpenRequest(address=str(sample_store())))
