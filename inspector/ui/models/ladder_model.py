"""The ladder of the event at the cursor, worked out in a lane while it is being looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from inspector.services.ladders import ladder_for
from inspector.services.replayers import StoreReplayer
from inspector.services.tasks import Done, Failed
from inspector.ui.models.store_model import Phase

if TYPE_CHECKING:
    from inspector.core.errors import InspectorError
    from inspector.core.events import Event
    from inspector.services.ladders import Ladder
    from inspector.services.open_store import StoreReader
    from inspector.services.tasks import Outcome, Work
    from inspector.ui.models.rules_model import RulesModel
    from inspector.ui.models.store_model import StoreModel


class LadderModel(QObject):
    """Which forms one event goes through.

    Attributes:
        wanted: the event that is asked for; ``ladder`` its way, once it is known.
        loading: it is being worked out; the ladder is that of an event before, or none.
        error: why it could not be worked out.

    Signals:
        changed(): something of that is another thing now.
    """

    changed = Signal()

    def __init__(self, store: StoreModel, rules: RulesModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self.wanted: Event | None = None
        self.ladder: Ladder | None = None
        self.loading = False
        self.error: InspectorError | None = None
        rules.changed.connect(lambda: self.show(self.wanted))
        store.changed.connect(self._store_changed)

    def show(self, event: Event | None) -> None:
        """Work out the ladder of an event; of none, show none."""
        self.wanted, self.error = event, None
        store = self._store.store
        if event is None or store is None or store.application is None:
            self.ladder, self.loading = None, False
            self.changed.emit()
            return
        self.loading = True
        known = store.application

        def job(reader: StoreReader, work: Work) -> Ladder | None:
            return ladder_for(reader, event, known, work)

        def done(outcome: Outcome[Ladder | None]) -> None:
            if event is self.wanted:
                self._came(outcome)

        lanes = self._store.lanes
        # The application's own code has to see the whole stream before.
        ask = lanes.scan if isinstance(known, StoreReplayer) else lanes.ask
        ask("ladder", job, done)
        self.changed.emit()

    def _came(self, outcome: Outcome[Ladder | None]) -> None:
        self.loading = False
        if isinstance(outcome, Failed):
            self.error, self.ladder = outcome.error, None
        else:
            self.ladder = outcome.value if isinstance(outcome, Done) else None
        self.changed.emit()

    def _store_changed(self) -> None:
        if self._store.phase is not Phase.OPEN:
            self.show(None)
