"""The open store, as the window knows it: nothing, opening, choosing, open, or failed."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from inspector.core.errors import InspectorError, LayoutAmbiguous
from inspector.services.open_store import OpenedStore, OpenRequest, choose
from inspector.services.tasks import Done, Failed
from inspector.ui.lanes import StoreLanes

if TYPE_CHECKING:
    from inspector.services.tasks import Outcome
    from inspector.ui.models.activity import Activity


class Phase(enum.Enum):
    """Where the window stands with its store."""

    NOTHING = "nothing"
    OPENING = "opening"
    CHOOSING = "choosing"
    OPEN = "open"
    FAILED = "failed"


class StoreModel(QObject):
    """Opens one store at a time and tells who listens.

    Attributes:
        phase: where the window stands.
        stores: every store found in the database.
        error: why the last opening failed.

    Signals:
        changed(): the phase, or the store, is another one.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None, activity: Activity | None = None) -> None:
        super().__init__(parent)
        self._activity = activity
        self.phase = Phase.NOTHING
        self.request: OpenRequest | None = None
        self.stores: tuple[OpenedStore, ...] = ()
        self.error: InspectorError | None = None
        self._lanes: StoreLanes | None = None

    @property
    def lanes(self) -> StoreLanes:
        """The lanes of the open store."""
        if self._lanes is None:
            raise RuntimeError("no store is open")
        return self._lanes

    @property
    def store(self) -> OpenedStore | None:
        """The open store."""
        if self._lanes is None or self.phase is not Phase.OPEN:
            return None
        return self._lanes.store

    def open(self, request: OpenRequest) -> None:
        """Close what is open and open another store."""
        self.close()
        self.request = request
        self._lanes = StoreLanes(self._activity)
        self._enter(Phase.OPENING)
        self._lanes.open(request, self._opened)

    def choose(self, store: OpenedStore) -> None:
        """Take one of the stores that were found."""
        self.lanes.use(store)
        self._enter(Phase.OPEN)

    def close(self) -> None:
        """Give the store back; nothing is open afterwards."""
        lanes, self._lanes = self._lanes, None
        self.stores, self.error = (), None
        if lanes is not None:
            self._enter(Phase.NOTHING)
            lanes.close()

    def _opened(self, outcome: Outcome[tuple[OpenedStore, ...]]) -> None:
        if isinstance(outcome, Failed):
            self._fail(outcome.error)
        elif isinstance(outcome, Done):
            self.stores = outcome.value
            self._choose_or_ask()

    def _choose_or_ask(self) -> None:
        request = self.request
        if request is None:
            return
        try:
            store = choose(self.stores, request)
        except LayoutAmbiguous as error:
            self.error = error
            self._enter(Phase.CHOOSING)
        else:
            self.choose(store)

    def _fail(self, error: InspectorError) -> None:
        lanes, self._lanes = self._lanes, None
        if lanes is not None:
            lanes.close()
        self.error = error
        self._enter(Phase.FAILED)

    def _enter(self, phase: Phase) -> None:
        self.phase = phase
        self.changed.emit()
