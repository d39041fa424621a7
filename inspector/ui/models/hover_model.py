"""What is under the mouse: asked for when the mouse rests, never waited for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from inspector.services.moment_facts import MomentFacts, facts_in_store, facts_in_stream
from inspector.services.tasks import Done

if TYPE_CHECKING:
    from collections.abc import Callable

    from inspector.services.open_store import StoreReader
    from inspector.services.replaying import StreamReplay
    from inspector.services.store_density import StoreDensity
    from inspector.services.tasks import Outcome
    from inspector.ui.lanes import StoreLanes

KEY = "hover"
REST = 50
"""Milliseconds that the mouse rests before anything is read."""


class HoverModel(QObject):
    """Facts about one row.

    Signals:
        arrived(object): :class:`MomentFacts` about the row that was asked for last.
    """

    arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ask: Callable[[StoreReader], MomentFacts] | None = None
        self._lanes: StoreLanes | None = None
        self._index = -1
        self._resting = QTimer(self, singleShot=True, interval=REST)
        self._resting.timeout.connect(self._rested)

    def in_stream(self, lanes: StoreLanes, replay: StreamReplay, index: int) -> None:
        """Ask about a row of a stream."""
        self._want(lanes, index, lambda reader: facts_in_stream(reader, replay, index))

    def in_store(self, lanes: StoreLanes, density: StoreDensity, row: int) -> None:
        """Ask about a row of the whole store."""
        self._want(lanes, row, lambda reader: facts_in_store(reader, density, row))

    def leave(self) -> None:
        """The mouse is elsewhere; what may still come is not wanted."""
        self._resting.stop()
        self._index, self._ask = -1, None
        if self._lanes is not None:
            self._lanes.cancel(KEY)
            self._lanes = None

    def _want(
        self, lanes: StoreLanes, index: int, ask: Callable[[StoreReader], MomentFacts]
    ) -> None:
        self._lanes, self._index, self._ask = lanes, index, ask
        self._resting.start()

    def _rested(self) -> None:
        lanes, ask = self._lanes, self._ask
        if lanes is not None and ask is not None:
            lanes.ask(KEY, lambda reader, _work: ask(reader), self._came)

    def _came(self, outcome: Outcome[MomentFacts]) -> None:
        # A failure is not told: the same row, once gone to, tells it where it can be read.
        if isinstance(outcome, Done) and outcome.value.index == self._index:
            self.arrived.emit(outcome.value)
