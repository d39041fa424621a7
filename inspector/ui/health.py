"""What happens to the window when the store can no longer be read as before.

A lost connection leaves what was read on the screen, marked with its time, and offers to
connect again. Tables that are no longer as they were take the whole page: what is shown may
have nothing to do with the store any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from inspector.core.errors import ConnectionLost, InspectorError, StoreChanged
from inspector.core.texts import tr
from inspector.services.tasks import Done, Failed
from inspector.ui.models.store_model import Phase
from inspector.ui.theme import Icon, Role
from inspector.ui.widgets.banner import BannerAction, Tone
from inspector.ui.widgets.empty_page import NextStep, PageContent

if TYPE_CHECKING:
    from collections.abc import Callable

    from inspector.core.events import Event
    from inspector.services.tasks import Outcome
    from inspector.ui.models.window_models import WindowModels
    from inspector.ui.widgets.banner import Banner


WHOLE_STORE: Final = (ConnectionLost, StoreChanged)
"""Errors that concern everything that is shown; the window says them, no panel does."""


def told_above() -> PageContent:
    """The page of a panel that could not be read, where the window says why."""
    hint = tr("What happened, and what can be done, is said above.")
    return PageContent(Icon.UNPLUG, tr("This could not be read."), hint, (), Role.WARNING)


def unread_page(error: InspectorError, again: Callable[[], object]) -> PageContent:
    """The page of a panel that failed before it had anything to show.

    What concerns the whole store is said once, above everything; the panel then only says that
    it is not empty, but was not read.
    """
    if isinstance(error, WHOLE_STORE):
        return told_above()
    step = NextStep(tr("Try again"), again)
    return PageContent(Icon.CIRCLE_X, error.message, error.hint, (step,), Role.DANGER)


class Health(QObject):
    """Listens to failures and says what they mean for the whole window.

    Signals:
        page_wanted(object): a :class:`PageContent` in place of everything.
        reconnected(): the store can be read again; read everything anew.
        resumed(): something that was asked for connected by itself; read on.
    """

    page_wanted = Signal(object)
    reconnected = Signal()
    resumed = Signal()

    def __init__(self, models: WindowModels, banner: Banner, parent: QObject) -> None:
        super().__init__(parent)
        self._models, self._banner = models, banner
        self._streams_error: InspectorError | None = None
        self._asking = False
        models.news.failed.connect(self.take)
        models.events.failed.connect(self.take)
        models.streams.state_changed.connect(self._look_at_streams)
        models.events.page_arrived.connect(self._arrived)

    def take(self, error: InspectorError) -> bool:
        """Take care of an error that concerns the whole store; others are left to the caller."""
        if isinstance(error, ConnectionLost):
            self._lost(error)
        elif isinstance(error, StoreChanged):
            self.page_wanted.emit(self._changed(error))
        else:
            return False
        return True

    def _look_at_streams(self) -> None:
        error = self._models.streams.error
        if error is not None and error is not self._streams_error:
            self.take(error)
        self._streams_error = error

    def _lost(self, error: InspectorError) -> None:
        freshness = self._models.freshness
        freshness.lost()
        title = error.message
        if freshness.clock:
            title = tr("{what} What is shown was read at {time}.", what=title, time=freshness.clock)
        again = BannerAction(tr("Connect again"), self.reconnect)
        self._banner.show_message(Tone.WARNING, title, error.hint, (again,), closable=False)

    def _arrived(self, *_what: object) -> None:
        """Something was read, so there is a connection; whoever asked for it knew, or did not."""
        freshness = self._models.freshness
        if freshness.stale and not self._asking:
            freshness.read()
            self._banner.hide()
            self.resumed.emit()

    def reconnect(self) -> None:
        """Try one short read; the connection is made anew for it."""
        store = self._models.store
        if store.phase is not Phase.OPEN:
            return

        self._asking = True

        def done(outcome: Outcome[tuple[Event, ...]]) -> None:
            self._asking = False
            if isinstance(outcome, Done):
                self._banner.hide()
                self.reconnected.emit()
            elif isinstance(outcome, Failed) and not self.take(outcome.error):
                self._lost(outcome.error)

        store.lanes.ask("reconnect", lambda reader, _work: reader.events.some(1), done)

    def _changed(self, error: InspectorError) -> PageContent:
        store = self._models.store
        steps = [NextStep(tr("Close the store"), store.close)]
        request = store.request
        if request is not None:
            steps.insert(0, NextStep(tr("Open it again"), lambda: store.open(request)))
        hint = " ".join((error.hint, tr("What was shown may no longer be true.")))
        return PageContent(Icon.TRIANGLE_ALERT, error.message, hint, steps, Role.WARNING)
