"""Pinned values come back at the next start once a state is there in which they are found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from inspector.services.pin_marks import find_marked, mark_of
from inspector.services.workspace import MOST_MARKS
from inspector.ui.recent import recent_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inspector.core.paths import Path
    from inspector.core.replaying import Step
    from inspector.services.workspace import Workspace
    from inspector.ui.main_window import MainWindow

Marks = tuple[str, ...]


class PinKeeper(QObject):
    """Values pinned above the state, and numbers in lanes under the timeline, as marks."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._waiting: tuple[Marks, Marks] = ((), ())
        window.models.replay.step_changed.connect(self._look)

    @property
    def charts(self) -> Marks:
        """What the pinned numbers are known by, those included that were not found yet."""
        return (*self._marks(self._window.timeline.pinned_paths), *self._waiting[0])

    @property
    def values(self) -> Marks:
        """What the pinned values are known by, those included that were not found yet."""
        return (*self._marks(self._window.details.state.pinned.paths), *self._waiting[1])

    def bring_back(self, workspace: Workspace) -> None:
        """What to look for in the next state."""
        self._waiting = (workspace.charts, workspace.values)

    def _look(self, step: Step) -> None:
        (charts, values), self._waiting = self._waiting, ((), ())
        if not charts and not values:  # at every step of the slider but the first
            return
        found = find_marked(self._address, {*charts, *values}, step.state)
        pinned = self._window.details.state.pinned
        for mark in values:
            if mark in found and found[mark] not in pinned.paths:
                pinned.toggle(found[mark])
        for mark in charts:
            if mark in found:
                self._window.timeline.pin_number(found[mark])

    def _marks(self, paths: Sequence[Path]) -> Marks:
        return tuple(mark_of(self._address, path) for path in paths[:MOST_MARKS])

    @property
    def _address(self) -> str:
        store = self._window.models.store.store
        return "" if store is None else recent_of(store).address
