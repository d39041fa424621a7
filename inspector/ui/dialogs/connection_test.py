"""Trying a store out beside the window: opens it as the window would, says how that ended.

Runs in a thread of its own, so that a server which does not answer holds up nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from inspector.core.errors import InspectorError, LayoutUnknown
from inspector.core.texts import counted, tr
from inspector.services.open_store import OpenedStore, OpenRequest, open_stores
from inspector.services.store_form import remember_password
from inspector.services.tasks import Done, Failed
from inspector.ui.runner import QtTaskRunner
from inspector.ui.widgets.banner import Tone

if TYPE_CHECKING:
    from inspector.services.tasks import Outcome, Work

KEY: Final = "test"

SHORT_WAIT: Final = 0.2
"""Seconds that closing a dialog waits for its thread; a server may take longer to answer."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a try ended: one sentence, and what can be done or what else is worth knowing."""

    tone: Tone
    sentence: str
    hint: str = ""


class ConnectionTest(QObject):
    """One try at a time; a newer one replaces it.

    Signals:
        finished(object): a :class:`Verdict`.
        remembered(object): the keyring took a password (``None``), or the error why not.
    """

    finished = Signal(object)
    remembered = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner: QtTaskRunner | None = None
        self._running = False

    @property
    def running(self) -> bool:
        """Whether somebody waits for an answer."""
        return self._running

    def start(self, request: OpenRequest) -> None:
        """Try this request."""
        self._running = True
        self._lane().submit(KEY, lambda work: _try_out(request, work), self._done)

    def remember(self, address: str, password: str) -> None:
        """Put a password into the keyring, which may have to ask the user to unlock it."""
        self._lane().submit(
            "remember",
            lambda _work: remember_password(address, password),
            lambda end: self.remembered.emit(end.error if isinstance(end, Failed) else None),
        )

    def stop(self) -> None:
        """Nobody waits for the answer any more."""
        self._running = False
        if self._runner is not None:
            self._runner.cancel(KEY)

    def close(self) -> None:
        """End the thread."""
        runner, self._runner = self._runner, None
        if runner is not None:
            runner.close(SHORT_WAIT)

    def _lane(self) -> QtTaskRunner:
        if self._runner is None:
            self._runner = QtTaskRunner("test")
        return self._runner

    def _done(self, outcome: Outcome[Verdict]) -> None:
        self._running = False
        if isinstance(outcome, Done):
            self.finished.emit(outcome.value)
        elif isinstance(outcome, Failed):
            self.finished.emit(verdict_of(outcome.error))
        else:
            self.finished.emit(Verdict(Tone.INFO, tr("The test was stopped.")))


def verdict_of(error: InspectorError) -> Verdict:
    """An error as one sentence with its remedy; an unknown layout is no failed connection."""
    if isinstance(error, LayoutUnknown):
        hint = tr("The connection works. {reason}", reason=error.message)
        return Verdict(Tone.WARNING, tr("No layout knows these tables."), hint)
    return Verdict(Tone.ERROR, error.message, error.hint)


def _try_out(request: OpenRequest, work: Work) -> Verdict:
    # A test of the connection runs nobody's program.
    stores = open_stores(replace(request, replayer=""), work)
    try:
        return _found(stores)
    finally:
        stores[0].close()


def _found(stores: tuple[OpenedStore, ...]) -> Verdict:
    first = stores[0]
    notes = " ".join(finding.message for finding in first.findings)
    how = tr("Opened {how}.", how=first.connection.report.how)
    hint = f"{how} {notes}".strip()
    if len(stores) > 1:
        names = ", ".join(f"{store.table} ({store.match.title})" for store in stores)
        count = counted(len(stores), "{n} event store found.", "{n} event stores found.")
        return Verdict(Tone.SUCCESS, f"{count} {names}", hint)
    if not first.certain:
        sentence = tr("Perhaps {layout}, in {table}.", layout=first.match.title, table=first.table)
        return Verdict(Tone.WARNING, sentence, hint)
    sentence = tr("{layout}, in {table}.", layout=first.match.title, table=first.table)
    return Verdict(Tone.SUCCESS, sentence, hint)
