"""Coming back to what was open: keeping it when the window closes, showing it at the next start.

A private session keeps nothing: neither what was open nor the list of recent stores.
"""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Final

from inspector.core.errors import InputInvalid, InspectorError, OutputFailed
from inspector.core.events import StreamKind
from inspector.services.stream_listing import StreamQuery
from inspector.services.workspace import (
    LONGEST,
    StorePlace,
    StreamFilter,
    Workspace,
    read_workspace,
    write_workspace,
)
from inspector.ui.models.store_model import Phase
from inspector.ui.recent import recent_of

if TYPE_CHECKING:
    from pathlib import Path

    from inspector.services.open_store import OpenedStore
    from inspector.ui.main_window import MainWindow

_LOG = logging.getLogger(__name__)

PRIVATE: Final = "EVENT_INSPECTOR_NO_SESSION"
"""Environment variable that asks for a private session when it is set to anything but 0."""


def wants_private() -> bool:
    """Whether the environment asks for a session that keeps nothing."""
    return os.environ.get(PRIVATE, "0") not in ("", "0")


class Session:
    """Keeps one window's workspace in a file.

    Args:
        path: the file; ``None`` keeps no workspace.
        private: nothing at all is kept about stores.
    """

    def __init__(self, path: Path | None = None, *, private: bool = False) -> None:
        self._path = None if private else path
        self.private = private
        self._forgotten = False

    def begin(self) -> None:
        """Another store is open: it is kept again."""
        self._forgotten = False

    def read(self) -> Workspace | None:
        """What was kept.

        Raises:
            InputInvalid: it is damaged.
        """
        return None if self._path is None else read_workspace(self._path)

    def keep(self, window: MainWindow) -> None:
        """Write down where the window stands; a full disk keeps nobody from closing it."""
        if self._path is None:
            return
        try:
            write_workspace(Workspace() if self._forgotten else capture(window), self._path)
        except OutputFailed as error:
            _LOG.info("%s", error.message)

    def forget(self) -> None:
        """Keep nothing of what is open."""
        self._forgotten = True
        if self._path is not None:
            self._path.unlink(missing_ok=True)


def capture(window: MainWindow) -> Workspace:
    """Where a window stands."""
    models = window.models
    store = models.store.store
    if store is None or models.store.phase is not Phase.OPEN:
        return Workspace()
    stream, step = models.replay.stream, models.replay.step
    query = models.streams.query
    row = window.events_panel.view.currentIndex().row()
    shown = stream if stream is not None and len(stream.name) <= LONGEST else None
    return Workspace(
        store=place_of(store),
        stream="" if shown is None else shown.name,
        category="" if shown is None else shown.category or "",
        position=None if shown is None or step is None else step.position,
        row=row if stream is None and row >= 0 else None,
        tab=window.details.tab,
        streams=StreamFilter(
            query.text[:LONGEST],
            "" if query.kind is None else query.kind.value,
            query.category or "",
        ),
    )


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


def resume(window: MainWindow) -> None:
    """Open what was open, or say why not."""
    try:
        workspace = window.session.read()
    except InputInvalid as error:
        window.note(error)
        return
    if workspace is None or workspace.store is None:
        return
    try:
        window.open_workspace(workspace)
    except InspectorError as error:
        window.note(error)
