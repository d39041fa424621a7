"""What the window shows while no store is open: a way in, or why the last try failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from inspector.core.errors import LayoutUnknown
from inspector.core.texts import tr
from inspector.services.open_store import OpenRequest
from inspector.services.sample import sample_store
from inspector.ui.dialogs.recent_list import RecentList
from inspector.ui.models.store_model import Phase
from inspector.ui.theme import FontRole, Icon, Role
from inspector.ui.widgets.empty_page import EmptyPage, NextStep, PageContent
from inspector.ui.widgets.labels import PlainLabel

if TYPE_CHECKING:
    from inspector.ui.models.store_model import StoreModel
    from inspector.ui.recent import RecentStores
    from inspector.ui.theme import Theme

ROWS = 5
"""Recent stores that are seen at once; the list scrolls."""

WIDTH = 560


class StartPage(QWidget):
    """Nothing open, opening, choosing, or failed: each has its own face.

    Signals:
        open_asked(object): an :class:`OpenRequest` of the user's.
        recent_asked(object): a :class:`RecentStore` to open again.
        choose_asked(): the user wants to choose among several stores, or to map columns.
        dialog_asked(): the user wants the open dialog.
    """

    open_asked = Signal(object)
    recent_asked = Signal(object)
    choose_asked = Signal()
    dialog_asked = Signal()

    def __init__(self, theme: Theme, store: StoreModel, recent: RecentStores) -> None:
        super().__init__()
        self._theme, self._store, self._recent = theme, store, recent
        self._page = EmptyPage(theme)
        self.recent = RecentList(theme, recent)
        self.recent.setAccessibleName(tr("Recent stores"))
        self.recent.setFrameShape(QFrame.Shape.NoFrame)
        self.recent.wanted.connect(self.recent_asked)
        self._lay_out()
        store.changed.connect(self._show)
        recent.changed.connect(self._show)
        theme.changed.connect(self._show)
        self._show()

    def _lay_out(self) -> None:
        title = PlainLabel(tr("Recent stores"))
        self._theme.set_font(title, FontRole.HEADING)
        title.setContentsMargins(12, 8, 12, 4)
        self._side = QFrame()
        self._side.setProperty("panel", "true")
        inside = QVBoxLayout(self._side)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.setSpacing(0)
        inside.addWidget(title)
        inside.addWidget(self.recent)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self._side, 1000)
        middle.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 0, 16, 32)
        column.setSpacing(0)
        column.addWidget(self._page, 3)
        column.addLayout(middle)
        column.addStretch(1)

    def _show(self) -> None:
        self._page.show_content(self._content())
        rows = min(len(self._recent.stores), ROWS)
        self._side.setVisible(bool(rows) and self._store.phase is not Phase.OPENING)
        self._side.setMaximumWidth(self._theme.px(WIDTH))
        self.recent.setFixedHeight(max(rows, 1) * self.recent.sizeHintForRow(0) + 8)

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
            again = NextStep(tr("Try again"), self._open_again)
            return PageContent(
                Icon.CIRCLE_X, error.message, error.hint, (again, steps[0]), Role.DANGER
            )
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

    def _open_again(self) -> None:
        if self._store.request is not None:
            self.open_asked.emit(self._store.request)

    def _open_sample(self) -> None:
        self.open_asked.emit(OpenRequest(address=str(sample_store())))
