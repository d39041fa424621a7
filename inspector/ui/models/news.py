"""New events, noticed quietly: a short look every few seconds while the window is in use.

Never for a private copy, which cannot change; never while somebody else's window is in front;
not after the connection was lost, until somebody connects again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from inspector.core.errors import ConnectionLost, StoreChanged
from inspector.core.events import Count
from inspector.services.news import can_watch, last_key, rows_after
from inspector.services.tasks import Done, Failed

if TYPE_CHECKING:
    from collections.abc import Callable

    from inspector.core.events import PageKey
    from inspector.services.open_store import StoreReader
    from inspector.services.tasks import Outcome, Work
    from inspector.ui.lanes import StoreLanes

EVERY: Final = 4000
"""Milliseconds between two looks."""

EVERY_FOLLOWING: Final = 1000
"""Milliseconds between two looks while the end is followed."""

_LASTING: Final = (ConnectionLost, StoreChanged)
"""Errors that end looking. A lock or a limit passes, and the next look may succeed."""

NOTHING: Final = Count(0)
KEY: Final = "news"

_Look = tuple["PageKey | None", Count]


class NewsModel(QObject):
    """Watches the end of the store.

    Attributes:
        count: rows added since what is shown was read; not exact beyond a bound.
        following: new rows are wanted as they come.

    Signals:
        changed(): ``count`` is another one.
        looked(): a look succeeded, so the connection works.
        failed(object): an :class:`InspectorError` that ends looking.
    """

    changed = Signal()
    looked = Signal()
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lanes: StoreLanes | None = None
        self._then: Callable[[], object] | None = None
        self._last: PageKey | None = None
        self._based = False
        self._restarts = 0
        self._active = True
        self.count = NOTHING
        self.following = False
        self._timer = QTimer(self, interval=EVERY)
        self._timer.timeout.connect(self.look)

    @property
    def can_watch(self) -> bool:
        """Whether this store can get new events, and looking for them is cheap."""
        store = None if self._lanes is None else self._lanes.store
        if store is None or store.request.options.touch_nothing:
            return False
        return can_watch(store.reader)

    @property
    def watching(self) -> bool:
        """Whether a look is due in a while."""
        return self._timer.isActive()

    def watch(self, lanes: StoreLanes | None) -> None:
        """Watch a store from its end as it is now; ``None`` watches nothing."""
        self._lanes = lanes
        self.restart()

    def restart(self, then: Callable[[], object] | None = None) -> None:
        """Count from the end as it is now.

        Args:
            then: called when the end is known, or cannot be; what is read from there on has
                all rows up to it, so that none is neither shown nor counted.
        """
        self._timer.stop()
        self._last, self._based, self._then = None, False, then
        self._restarts += 1
        self._set(NOTHING)
        if self.can_watch:
            self.look()
            self._timer.start()
        else:
            self._go_on()

    def _go_on(self) -> None:
        then, self._then = self._then, None
        if then is not None:
            then()

    def base_on(self, end: Callable[[StoreReader], PageKey | None]) -> None:
        """All rows up to an end are shown now: count from there."""
        lanes, restarts = self._lanes, self._restarts
        if lanes is None or not self.can_watch:
            return

        def done(outcome: Outcome[PageKey | None]) -> None:
            # Begun anew meanwhile, the end as it was would hide what the newer look says.
            current = lanes is self._lanes and restarts == self._restarts
            if current and isinstance(outcome, Done):
                self._last, self._based = outcome.value, True
                self.look()

        lanes.ask("news-base", lambda reader, _work: end(reader), done)

    def set_active(self, active: bool) -> None:
        """Look only while the window is in use."""
        self._active = active
        if active and self._timer.isActive():
            self.look()

    def follow(self, following: bool) -> None:
        """Look more often, because new rows are wanted as they come."""
        self.following = following
        self._timer.setInterval(EVERY_FOLLOWING if following else EVERY)

    def look(self) -> None:
        """Look now."""
        lanes = self._lanes
        if lanes is None or not (self._active or self.following or not self._based):
            return
        last, based = self._last, self._based

        def job(reader: StoreReader, _work: Work) -> _Look:
            if not based:
                return last_key(reader, None), NOTHING
            return last, rows_after(reader, None, last)

        def done(outcome: Outcome[_Look]) -> None:
            if lanes is self._lanes and (last, based) == (self._last, self._based):
                self._came(outcome)

        lanes.ask(KEY, job, done)

    def _came(self, outcome: Outcome[_Look]) -> None:
        if isinstance(outcome, Done):
            self._last, count = outcome.value
            self._based = True
            self._set(count)
            self.looked.emit()
            self._go_on()
        elif isinstance(outcome, Failed) and isinstance(outcome.error, _LASTING):
            self._timer.stop()
            self._then = None
            self.failed.emit(outcome.error)
        else:
            self._go_on()

    def _set(self, count: Count) -> None:
        if count != self.count:
            self.count = count
            self.changed.emit()
