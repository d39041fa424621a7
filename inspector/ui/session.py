"""Coming back to what was open: keeping where the windows stand, showing it at the next start.

It is written a moment after something changed, so that a crash or a power cut loses a few
seconds of looking around at most, and once more when the window closes.

A private session keeps nothing: neither what was open nor the list of recent stores.
"""

from __future__ import annotations

import logging
import os
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QByteArray, QObject, QTimer

from inspector.core.errors import InputInvalid, InspectorError, OutputFailed
from inspector.core.events import StreamKind
from inspector.services.stream_listing import StreamQuery
from inspector.services.workspace import (
    LONGEST,
    StorePlace,
    StreamFilter,
    Workspace,
    read_windows,
    write_windows,
)
from inspector.ui.models.store_model import Phase
from inspector.ui.recent import recent_of
from inspector.ui.stream_tabs import kept_tabs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from inspector.services.open_store import OpenedStore
    from inspector.ui.main_window import MainWindow

_LOG = logging.getLogger(__name__)

PRIVATE: Final = "EVENT_INSPECTOR_NO_SESSION"
"""Environment variable that asks for a private session when it is set to anything but 0."""


def wants_private() -> bool:
    """Whether the environment asks for a session that keeps nothing."""
    return os.environ.get(PRIVATE, "0") not in ("", "0")


CALM: Final = 2_000
"""Milliseconds after a change until it is written; changes in between wait for nothing."""


class Session:
    """Keeps the workspaces of all windows in a file.

    Args:
        path: the file; ``None`` keeps no workspace.
        private: nothing at all is kept about stores.

    Attributes:
        ending: all windows are being closed, and all of them are to come back.
    """

    def __init__(self, path: Path | None = None, *, private: bool = False) -> None:
        self._path = None if private else path
        self.private = private
        self.ending = False
        self._places: dict[MainWindow, Workspace] = {}
        self._forgotten: set[MainWindow] = set()
        self._written: tuple[Workspace, ...] = ()
        self._lock = Lock()
        self._turn = 0

    @property
    def keeps(self) -> bool:
        """Whether there is a file to keep a workspace in."""
        return self._path is not None

    def begin(self, window: MainWindow) -> None:
        """Another store is open in a window: it is kept again."""
        self._forgotten.discard(window)

    def read(self) -> tuple[Workspace, ...]:
        """What was kept of each window.

        Raises:
            InputInvalid: it is damaged.
        """
        return () if self._path is None else read_windows(self._path)

    def keep(self, window: MainWindow) -> None:
        """Write down where the window stands; a full disk keeps nobody from closing it."""
        job = self._job(window)
        if job is not None:
            job()

    def leave(self, window: MainWindow) -> None:
        """A window is closed. It comes back at the next start if it was the last one, or if all
        are being closed; otherwise it was not wanted any more."""
        if self._path is None:
            return
        if not self.ending and len(self._places.keys() - {window}) > 0:
            self._places.pop(window, None)
            job = self._writing()
        else:
            job = self._job(window)
            if not self.ending:
                self._places.pop(window, None)
        self._forgotten.discard(window)
        if job is not None:
            job()

    def keep_soon(self, window: MainWindow) -> None:
        """The same, in the background: the folder of settings may be on a slow disk."""
        job = self._job(window)
        if job is not None:
            lanes = window.models.store.lanes
            lanes.ask("session", lambda _reader, _work: job(), lambda _outcome: None)

    def _job(self, window: MainWindow) -> Callable[[], None] | None:
        """Writes where the window stands now, unless that is written or something newer is."""
        if self._path is None:
            return None
        forgotten = window in self._forgotten
        self._places[window] = Workspace() if forgotten else _framed(capture(window), window)
        return self._writing()

    def _writing(self) -> Callable[[], None] | None:
        opened = tuple(place for place in self._places.values() if place.store is not None)
        windows, path = opened or (Workspace(),), self._path
        if path is None or windows == self._written:
            return None
        self._turn += 1
        turn = self._turn

        def job() -> None:
            with self._lock:
                if turn != self._turn:
                    return
                try:
                    write_windows(windows, path)
                    self._written = windows
                except OutputFailed as error:
                    _LOG.info("%s", error.message)

        return job

    def forget(self, address: str) -> None:
        """Keep nothing of a store, in whichever window it is open."""
        for window, place in list(self._places.items()):
            if place.store is not None and place.store.address == address:
                self._forgotten.add(window)
                self._places[window] = Workspace()
        with self._lock:
            self._written = ()
            self._turn += 1
            if self._path is not None:
                self._path.unlink(missing_ok=True)
        job = self._writing()
        if job is not None and any(place.store is not None for place in self._places.values()):
            job()


def _framed(place: Workspace, window: MainWindow) -> Workspace:
    return replace(place, frame=bytes(window.saveGeometry().toBase64().data()).decode("ascii"))


def capture(window: MainWindow) -> Workspace:
    """Where a window stands."""
    models = window.models
    store = models.store.store
    if store is None or models.store.phase is not Phase.OPEN:
        return Workspace()
    stream = models.replay.stream
    query = models.streams.query
    row = window.events_panel.row
    before, after = kept_tabs(window.stream_tabs)
    shown = stream if stream is not None and len(stream.name) <= LONGEST else None
    return Workspace(
        store=place_of(store),
        stream="" if shown is None else shown.name,
        category="" if shown is None else shown.category or "",
        position=None if shown is None else models.replay.place,
        row=row if stream is None and row >= 0 else None,
        tab=window.details.tab,
        by_time=bool(window.timeline.axis.currentData()),
        speed=window.timeline.speed or 0.0,
        pins=models.comparison.pinned_here,
        charts=window.pin_keeper.charts,
        values=window.pin_keeper.values,
        tabs_before=before,
        tabs_after=after,
        filters=tuple((part.text, part.on) for part in models.filter.parts),
        streams=StreamFilter(
            query.text[:LONGEST],
            "" if query.kind is None else query.kind.value,
            query.category or "",
        ),
    )


class Keeper(QObject):
    """Writes the session a moment after something changed, never while the cursor plays.

    Nothing is captured before the moment has come, so that moving the cursor costs one look at
    a timer.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._timer = QTimer(self, singleShot=True, interval=CALM)
        self._timer.timeout.connect(self._keep)
        if not window.session.keeps:
            return
        models = window.models
        models.replay.stream_changed.connect(self.changed)
        models.replay.cursor_changed.connect(self.changed)
        models.streams.modelReset.connect(self.changed)
        window.stream_tabs.changed.connect(self.changed)
        models.comparison.changed.connect(self.changed)
        window.timeline.charts.pins_changed.connect(self.changed)
        window.details.state.pinned.changed.connect(self.changed)
        window.events_panel.row_changed.connect(self.changed)
        models.filter.parts_changed.connect(self.changed)
        window.details.tabs.currentChanged.connect(self.changed)
        window.timeline.axis.currentIndexChanged.connect(self.changed)
        window.timeline.speeds.currentIndexChanged.connect(self.changed)

    def changed(self, *_what: object) -> None:
        """Something is not as it was written."""
        if not self._timer.isActive():
            self._timer.start()

    def stop(self) -> None:
        """The window closes and is written for the last time."""
        self._timer.stop()

    def _keep(self) -> None:
        if self._window.models.replay.playing:
            self._timer.start()
        elif self._stands():
            self._window.session.keep_soon(self._window)

    def _stands(self) -> bool:
        """Whether the window has come to where it was sent; before, the old place is kept."""
        models = self._window.models
        shown = models.replay.stream is not None or models.events.count.value > 0
        return shown and models.store.phase is Phase.OPEN


def place_of(store: OpenedStore) -> StorePlace:
    """Where a store is and how it was opened."""
    recent = recent_of(store)
    return StorePlace(
        address=recent.address,
        schema=recent.schema,
        layout=recent.layout,
        map_file=recent.map_file,
        choice=store.request.choice or "",
        touch_nothing=recent.touch_nothing,
        allow_views=recent.allow_views,
    )


def stream_query(kept: StreamFilter) -> StreamQuery:
    """What the list of streams was narrowed to; a kind that is not known is the usual one."""
    known = {kind.value: kind for kind in StreamKind}
    kind = None if not kept.kind else known.get(kept.kind, StreamKind.PRIMARY)
    return StreamQuery(kept.text, kept.category or None, kind)


def resume(window: MainWindow, another: Callable[[], MainWindow] | None = None) -> None:
    """Open what was open, or say why not.

    Args:
        another: gives a further window, for the second store and those after it.
    """
    try:
        kept = [place for place in window.session.read() if place.store is not None]
    except InputInvalid as error:
        window.note(error)
        return
    for number, place in enumerate(kept):
        if number and another is None:
            return
        come_back(window if another is None or not number else another(), place)


def come_back(window: MainWindow, place: Workspace) -> None:
    """Show a place in a window, where the window stood on the screen, or say why not."""
    if place.frame:
        window.restoreGeometry(QByteArray.fromBase64(place.frame.encode("ascii", "replace")))
    try:
        window.open_workspace(place)
    except InspectorError as error:
        window.note(error)
