"""Tabs of one window: each is a place in the open store that was left and can be come back to.

There is one set of panels. A tab is a value: which stream, where in it, what was pinned and what
was looked at before; so fifty tabs cost no more than what they say, and going to one asks the
store as going to its stream does. Whatever was asked for in one tab is given up when another
comes to the front, so that no answer is shown where it was not asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from inspector.services.workspace import LONGEST_TAB, MOST_TABS, TabPlace
from inspector.ui.action_table import Need
from inspector.ui.models.comparison_model import NOTHING_PINNED, Pins
from inspector.ui.models.store_model import Phase
from inspector.ui.models.trail import NO_VISITS, Visits

if TYPE_CHECKING:
    from collections.abc import Callable

    from inspector.core.events import StreamId
    from inspector.services.workspace import Workspace
    from inspector.ui.main_window import MainWindow

MOST_CLOSED: Final = 20
"""Closed tabs that can be opened again."""


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab.

    Attributes:
        place: what is kept of it until the next start.
        stream: the stream, once the store was asked for it; ``None`` also for all events.
        pins: what is pinned, with the states; visits: where back and forward lead.
    """

    place: TabPlace
    stream: StreamId | None = None
    pins: Pins = NOTHING_PINNED
    visits: Visits = NO_VISITS


class StreamTabs(QObject):
    """The tabs of one window.

    Attributes:
        tabs: all of them; the one in front is as it was when it came to the front.
        front: index of the one in front.

    Signals:
        changed(): tabs were opened, closed, moved, or show something else.
    """

    changed = Signal()

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._models = window, window.models
        self.tabs: list[Tab] = [Tab(TabPlace())]
        self.front = 0
        self._closed: list[Tab] = []
        self._models.store.changed.connect(self._store_changed)
        self._models.replay.stream_changed.connect(self.changed)
        self._models.trail.changed.connect(self.changed)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """What to do, by the action's name."""
        return {
            "new-tab": lambda: self.open(None),
            "close-tab": self.close_front,
            "reopen-tab": self.reopen,
            "next-tab": lambda: self.step(1),
            "previous-tab": lambda: self.step(-1),
        }

    @property
    def places(self) -> tuple[TabPlace, ...]:
        """What each tab shows, the one in front as it is now."""
        now = self._captured().place
        return tuple(now if i == self.front else t.place for i, t in enumerate(self.tabs))

    @property
    def missing(self) -> list[Need]:
        """What actions about tabs need and is not there."""
        lacking = {Need.TABS: len(self.tabs) < 2, Need.CLOSED: not self._closed}
        return [need for need, is_missing in lacking.items() if is_missing]

    # -- what can be asked for ----------------------------------------------------------------

    def open(
        self, stream: StreamId | None, position: int | None = None, *, behind: bool = False
    ) -> None:
        """Open a tab beside the one in front.

        Args:
            stream: what it shows; ``None``: the same place once more.
            position: version of the stream; its last event by default.
            behind: it does not come to the front, and nothing is read for it yet.
        """
        if self._models.store.phase is not Phase.OPEN or len(self.tabs) >= MOST_TABS:
            return
        tab = self._captured()
        if stream is not None:
            place = TabPlace(
                stream.name, stream.category or "", position, None, self._window.details.tab
            )
            tab = Tab(place, stream)
        self.tabs.insert(self.front + 1, tab)
        if behind:
            self._tell()
        else:
            self.show(self.front + 1)

    def show(self, index: int) -> None:
        """Bring a tab to the front."""
        if not 0 <= index < len(self.tabs) or index == self.front:
            return
        self.tabs[self.front] = self._captured()
        self._bring(index)

    def step(self, direction: int) -> None:
        """Bring the next (1) or the previous (-1) tab to the front, round at the ends."""
        self.show((self.front + direction) % len(self.tabs))

    def close_front(self) -> None:
        """Close the tab in front; the last one closes the store."""
        if len(self.tabs) > 1:
            self.close(self.front)
        else:
            self._models.store.close()

    def close(self, index: int) -> None:
        """Close a tab; the one after it, or else before it, comes to the front."""
        if len(self.tabs) < 2 or not 0 <= index < len(self.tabs):
            return
        closed = self._captured() if index == self.front else self.tabs[index]
        self._closed = [*self._closed, closed][-MOST_CLOSED:]
        del self.tabs[index]
        if index == self.front:
            self._bring(min(index, len(self.tabs) - 1))
        else:
            self.front -= index < self.front
            self._tell()

    def close_others(self, index: int) -> None:
        """Close all tabs but one."""
        self.show(index)
        for other in range(len(self.tabs) - 1, -1, -1):
            if other != self.front:
                self.close(other)

    def reopen(self) -> None:
        """Open the tab again that was closed last."""
        if self._closed and len(self.tabs) < MOST_TABS:
            self.tabs[self.front] = self._captured()
            self.tabs.insert(self.front + 1, self._closed.pop())
            self._bring(self.front + 1)

    def move(self, source: int, target: int) -> None:
        """A tab was dragged to another place; which one is in front stays."""
        self.tabs.insert(target, self.tabs.pop(source))
        if self.front == source:
            self.front = target
        elif source < self.front <= target:
            self.front -= 1
        elif target <= self.front < source:
            self.front += 1
        self._tell()

    def bring_back(self, workspace: Workspace) -> None:
        """Put tabs beside the one in front as they were; nothing is read for them."""
        before = [Tab(place) for place in workspace.tabs_before]
        self.tabs = [*before, self.tabs[self.front], *map(Tab, workspace.tabs_after)]
        self.front = len(before)
        self._tell()

    # -- leaving and coming -------------------------------------------------------------------

    def _captured(self) -> Tab:
        """What the window shows now."""
        models, window = self._models, self._window
        stream = models.replay.stream
        row = window.events_panel.row
        known = self.tabs[self.front]
        if stream is None and models.events.stream is None and models.trail.now is None:
            return known  # nothing has been shown yet
        place = TabPlace(
            stream="" if stream is None else stream.name,
            category="" if stream is None else stream.category or "",
            position=None if stream is None else models.replay.place,
            row=row if stream is None and row >= 0 else None,
            tab=window.details.tab,
            pins=models.comparison.pinned_here,
        )
        return Tab(place, stream, models.comparison.kept, models.trail.kept)

    def _bring(self, index: int) -> None:
        window, models = self._window, self._models
        tab = self.tabs[index]
        self.front = index
        window.pages.leave()
        models.replay.stop()
        models.trail.bring_back(tab.visits)
        models.comparison.take_up(tab.pins)
        self._show_place(tab)
        self._tell()

    def _show_place(self, tab: Tab) -> None:
        conductor, place = self._window.conductor, tab.place
        if tab.stream is not None:
            conductor.show_stream(tab.stream, place.position)
        elif place.stream:
            conductor.clear_place()
            self._models.comparison.bring_back(place.stream, place.pins)
            conductor.find_and_show(
                place.stream,
                place.category or None,
                place.position,
                lambda: self._window.details.show_tab(place.tab),
            )
        else:
            conductor.show_all_events(place.row)
        self._window.details.show_tab(place.tab)

    def _tell(self) -> None:
        self.changed.emit()
        self._window.refresh_actions()

    def _store_changed(self) -> None:
        """Places of one store are none of another's."""
        if self._models.store.phase is Phase.OPEN:
            return
        self.tabs, self.front, self._closed = [Tab(TabPlace())], 0, []
        self.changed.emit()


def kept_tabs(tabs: StreamTabs) -> tuple[tuple[TabPlace, ...], tuple[TabPlace, ...]]:
    """Tabs before and after the one in front, as far as they are worth keeping."""
    places = tabs.places

    def worth(some: tuple[TabPlace, ...]) -> tuple[TabPlace, ...]:
        return tuple(
            p if len(p.stream) <= LONGEST_TAB else replace(p, stream="", position=None)
            for p in some
        )

    return worth(places[: tabs.front]), worth(places[tabs.front + 1 :])
