"""The two lanes of an open store: what the person looks at, and long passes.

Each lane is one thread with one database connection. The interactive lane opens the store; the
scanning lane opens its own connection with the same choice when the first scan is asked for.
Jobs receive the lane's own reader, never a live object of the window.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, Final, TypeVar

from inspector.services.open_store import OpenedStore, OpenRequest, open_lane, open_stores
from inspector.ui.runner import QtTaskRunner

if TYPE_CHECKING:
    from inspector.services.open_store import StoreReader
    from inspector.services.tasks import Outcome, Progress, Work
    from inspector.ui.models.activity import Activity

T = TypeVar("T")
ReaderJob = Callable[["StoreReader", "Work"], T]
StoreJob = Callable[["OpenedStore", "Work"], T]

MOVING: Final = frozenset({"step", "events"})
"""What is asked for again and again while a person drags the slider or scrolls."""

AHEAD: Final = frozenset({"step"})
"""What is computed before anything else that waits: short, and what the person looks at."""

MOVING_FOR: Final = 0.15
"""Seconds after such a request for which the person is likely to go on."""


class StoreLanes:
    """Threads and connections of one store window.

    Attributes:
        closed: nothing that is asked for is answered any more.
    """

    def __init__(self, activity: Activity | None = None) -> None:
        self._activity = activity
        self._store: OpenedStore | None = None
        self._scan_store: OpenedStore | None = None
        self._moved = float("-inf")
        self.closed = False
        self._interactive = QtTaskRunner(
            "interactive",
            interrupt=lambda: _interrupt(self._store),
            on_close=lambda: _close(self._store),
        )
        self._scan = QtTaskRunner(
            "scan",
            interrupt=lambda: _interrupt(self._scan_store),
            on_close=lambda: _close(self._scan_store),
        )

    @property
    def store(self) -> OpenedStore | None:
        """The store in use."""
        return self._store

    @property
    def moving(self) -> bool:
        """Whether a person is dragging or scrolling just now; may be asked in any thread.

        A long pass that goes on meanwhile takes the interpreter from every answer.
        """
        return monotonic() - self._moved < MOVING_FOR

    def open(
        self,
        request: OpenRequest,
        done: Callable[[Outcome[tuple[OpenedStore, ...]]], None],
    ) -> None:
        """Open a database in the interactive lane; the answer is every store in it."""

        def job(work: Work) -> tuple[OpenedStore, ...]:
            stores = open_stores(request, work)
            self._store = stores[0]
            return stores

        if self._activity is not None:
            done = self._activity.begun("open", done)
        self._interactive.submit("open", job, done)

    def use(self, store: OpenedStore) -> None:
        """Choose one of the stores that were found."""
        self._store = store

    def ask(
        self,
        key: Hashable,
        job: ReaderJob[T],
        done: Callable[[Outcome[T]], None],
        progress: Callable[[Progress], None] | None = None,
    ) -> None:
        """Ask for something the person waits for; a newer request with this key replaces it."""
        store = self._require()
        if key in MOVING:
            self._moved = monotonic()
        if self._activity is not None:
            done = self._activity.begun(key, done)
            progress = self._activity.progress(key, progress)
        self._interactive.submit(
            key, lambda work: job(store.reader, work), done, progress, ahead=key in AHEAD
        )

    def scan(
        self,
        key: Hashable,
        job: ReaderJob[T],
        done: Callable[[Outcome[T]], None],
        progress: Callable[[Progress], None] | None = None,
    ) -> None:
        """Ask for a long pass."""
        self.scan_store(key, lambda store, work: job(store.reader, work), done, progress)

    def scan_store(
        self,
        key: Hashable,
        job: StoreJob[T],
        done: Callable[[Outcome[T]], None],
        progress: Callable[[Progress], None] | None = None,
    ) -> None:
        """Ask for a long pass that needs more than a reader: rules, or who recognised the store.

        The job receives the scanning lane's own store, with the rules that are in use now.
        """
        store = self._require()

        def run(work: Work) -> T:
            if self._scan_store is None:
                self._scan_store = open_lane(store)
            lane = self._scan_store
            return job(replace(store, connection=lane.connection, reader=lane.reader), work)

        if self._activity is not None:
            done = self._activity.begun(key, done)
            progress = self._activity.progress(key, progress)
        self._scan.submit(key, run, done, progress)

    def cancel(self, key: Hashable) -> None:
        """Stop a request in either lane."""
        self._interactive.cancel(key)
        self._scan.cancel(key)

    def close(self) -> None:
        """Stop everything; the connections are closed in their own threads."""
        self.closed = True
        if self._activity is not None:
            self._activity.clear()
        self._interactive.close()
        self._scan.close()

    def _require(self) -> OpenedStore:
        if self._store is None:
            raise RuntimeError("no store is open")
        return self._store


def _interrupt(store: OpenedStore | None) -> None:
    if store is not None:
        store.connection.interrupt()


def _close(store: OpenedStore | None) -> None:
    if store is not None:
        store.close()
