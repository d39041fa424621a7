"""One lane of work beside the window: a thread that owns one database connection.

A store has two lanes, ``interactive`` for what the person is looking at and ``scan`` for long
passes; each is one :class:`QtTaskRunner`. Jobs run one after the other. A newer job with the
same key replaces the older one: waiting, it never starts; running, it is interrupted in the
driver; finished late, its result is dropped.

Three rules make this safe. Which job is running is guarded by a lock that the interrupt holds
too, so an interrupt can never hit the next job; and the interrupt is sent from a thread of its
own, because a driver may need the network for it and the window must not wait for that. Every
outcome and every progress travels through one queued signal and arrives in the window's thread
in the order it was sent. And a job with its callbacks is let go in the window's thread alone:
they may hold the last reference to a widget, which must not be destroyed anywhere else. For the
same reason Python's search for cycles pauses while there is a lane.

Imports ``services.tasks`` and Qt's core. Promises: ``done`` is called at most once per job, in
the window's thread, never after :meth:`QtTaskRunner.close`; all threads end on close.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from time import monotonic
from typing import Any, ClassVar, Final

from PySide6.QtCore import QObject, Qt, Signal, Slot

from inspector.core.cancelling import CancelToken
from inspector.core.errors import InspectorError
from inspector.core.texts import tr
from inspector.services.collector import pause_collector, resume_collector
from inspector.services.tasks import (
    Failed,
    Job,
    Outcome,
    Progress,
    StoppedWork,
    T,
    Work,
    run_job,
)

_LOG = logging.getLogger(__name__)

PROGRESS_INTERVAL: Final = 0.1
"""Seconds between two progress reports of one job that reach the window."""

FIRST_PAUSE: Final = 0.02
LONGEST_PAUSE: Final = 1.0
"""Seconds between two interrupts of a job that has not stopped yet, doubling in between."""

CLOSE_WAIT: Final = 2.0
"""Seconds that closing waits for a job which does not stop."""


_ABANDONED: Final[list[object]] = []
"""What belongs to jobs that never came back; let go when the program ends."""


class Bug(InspectorError):
    """A fault of the program itself; its cause is what was raised."""

    code = "bug"


class _Token(CancelToken):
    """A token that also interrupts the driver when its job is the one that is running."""

    __slots__ = ("_stop",)

    def __init__(self, stop: Callable[[_Token], None]) -> None:
        super().__init__()
        self._stop = stop

    def cancel(self) -> None:
        """Ask the job to stop, and the driver to give up its statement."""
        super().cancel()
        self._stop(self)


class _Task:
    """A job on its way. Compared by identity: the newest with a key is the wanted one."""

    __slots__ = ("done", "job", "key", "last_progress", "progress", "token")

    def __init__(
        self,
        key: Hashable,
        job: Job[Any],
        done: Callable[[Outcome[Any]], None],
        progress: Callable[[Progress], None] | None,
        token: _Token,
    ) -> None:
        self.key, self.job, self.done, self.progress = key, job, done, progress
        self.token = token
        self.last_progress = float("-inf")


class QtTaskRunner(QObject):
    """Runs jobs in one thread and delivers what came of them to the window's thread.

    Args:
        name: name of the thread (``interactive``, ``scan``).
        interrupt: stops the statement that the connection is running, if there is one; called
            from another thread, only while a job of this lane is running, perhaps repeatedly.
        on_close: called in the lane's thread as its last act, to close the connection.
    """

    on_bug: ClassVar[Callable[[BaseException], None] | None] = None
    """Hears of every fault of the program, in the window's thread, to show a report of it."""

    # (task, outcome or progress). ``object``, so that Qt hands Python values through untouched.
    _posted = Signal(object)

    def __init__(
        self,
        name: str,
        *,
        interrupt: Callable[[], None] | None = None,
        on_close: Callable[[], None] | None = None,
    ) -> None:
        super().__init__()
        self._interrupt, self._on_close = interrupt, on_close
        self._queue_lock = threading.Condition()
        self._waiting: OrderedDict[Hashable, _Task] = OrderedDict()
        self._wanted: dict[Hashable, _Task] = {}
        self._closed = False
        self._running_changed = threading.Condition()
        self._running: _Task | None = None
        self._held: _Task | None = None  # what the lane's thread has a reference to
        self._spent: list[tuple[_Task, object]] = []
        self._detached = False
        self._to_interrupt: queue.SimpleQueue[_Token | None] = queue.SimpleQueue()
        self._posted.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._ended = self._abandoned = False
        pause_collector()  # until this lane's thread has ended
        # Daemons: a driver that never comes back must not keep the process alive.
        self._worker = threading.Thread(target=self._work, name=name, daemon=True)
        self._interrupter = threading.Thread(
            target=self._send_interrupts, name=f"{name}-interrupter", daemon=True
        )
        self._worker.start()
        self._interrupter.start()

    def submit(
        self,
        key: Hashable,
        job: Job[T],
        done: Callable[[Outcome[T]], None],
        progress: Callable[[Progress], None] | None = None,
        *,
        ahead: bool = False,
    ) -> CancelToken:
        """Ask for work; ``done`` is called once in the window's thread, unless replaced.

        With ``ahead`` it goes before everything that waits. After :meth:`close` nothing is started
        and the token is already cancelled.
        """
        task = _Task(key, job, done, progress, _Token(self._to_interrupt.put))
        with self._queue_lock:
            if self._closed:
                CancelToken.cancel(task.token)
                return task.token
            older = self._wanted.get(key)
            self._wanted[key] = task
            self._waiting.pop(key, None)
            self._waiting[key] = task
            if ahead:
                self._waiting.move_to_end(key, last=False)
            self._queue_lock.notify()
        if older is not None:
            older.token.cancel()
        return task.token

    def cancel(self, key: Hashable) -> None:
        """Stop the job with this key, waiting or running; its outcome is then *stopped*."""
        with self._queue_lock:
            task = self._wanted.get(key)
            waiting = self._waiting.pop(key, None)
        if task is not None:
            task.token.cancel()
        if waiting is not None:
            self._posted.emit((waiting, StoppedWork()))

    def close(self, wait: float = CLOSE_WAIT) -> None:
        """Stop everything and end the lane.

        Waits up to ``wait`` seconds for a running job. One that does not stop is left alone:
        nobody hears of it, and ``on_close`` runs when it comes back.
        """
        with self._queue_lock:
            if self._closed:
                return
            self._closed = True
            tasks = list(self._wanted.values())
            self._waiting.clear()
            self._wanted.clear()
            self._queue_lock.notify()
        self._spent += [(task, None) for task in tasks]
        for task in tasks:
            task.token.cancel()
        self._worker.join(wait)
        with self._queue_lock:
            self._abandoned = not self._ended
        if self._abandoned:
            _ABANDONED.append(self._spent)
        else:
            resume_collector()
        with self._running_changed:
            self._detached = True
            self._running_changed.notify_all()
        self._to_interrupt.put(None)
        self._interrupter.join(wait)

    # --- in the window's thread ---

    @Slot(object)
    def _deliver(self, message: tuple[_Task, Outcome[Any] | Progress]) -> None:
        task, content = message
        self._spent = [spent for spent in self._spent if spent[0] is self._held]
        self._spent.append(message)
        with self._queue_lock:
            if self._wanted.get(task.key) is not task:
                return
            if not isinstance(content, Progress):
                del self._wanted[task.key]
        if not isinstance(content, Progress):
            self._tell_bug(content)
            task.done(content)
        elif task.progress is not None and not task.token.cancelled:
            task.progress(content)

    @staticmethod
    def _tell_bug(outcome: Outcome[Any]) -> None:
        hears = QtTaskRunner.on_bug
        if hears is not None and isinstance(outcome, Failed) and isinstance(outcome.error, Bug):
            hears(outcome.error.__cause__ or outcome.error)

    # --- in the lane's thread ---

    def _work(self) -> None:
        while self._do_next():
            self._held = None  # the frame that held it is gone, too
        self._held = None
        try:
            if self._on_close is not None:
                self._on_close()
        finally:
            self._end()

    def _end(self) -> None:
        with self._queue_lock:
            self._ended = True
            late = self._abandoned
        if late:
            resume_collector()

    def _do_next(self) -> bool:
        task = self._next()
        if task is None:
            return False
        outcome = self._outcome(task)
        if not self._closed:
            self._posted.emit((task, outcome))
        return True

    def _next(self) -> _Task | None:
        with self._queue_lock:
            while not self._waiting and not self._closed:
                self._queue_lock.wait()
            if self._closed:
                return None
            self._held = self._waiting.popitem(last=False)[1]
            return self._held

    def _outcome(self, task: _Task) -> Outcome[Any]:
        with self._running_changed:
            self._running = task
        try:
            outcome = run_job(task.job, Work(task.token, lambda value: self._report(task, value)))
        except Exception as error:  # noqa: BLE001 - the boundary: a fault of ours must not end the lane
            outcome = Failed(_bug(error))
        finally:
            with self._running_changed:
                self._running = None
                self._running_changed.notify_all()
        # An interrupted driver may report its stop as an error, and a job may finish just
        # before it hears that it should stop: whoever asked for the stop hears "stopped".
        return StoppedWork() if task.token.cancelled else outcome

    def _report(self, task: _Task, value: Progress) -> None:
        now = monotonic()
        if task.progress is None or now - task.last_progress < PROGRESS_INTERVAL:
            return
        task.last_progress = now
        if not self._closed:
            self._posted.emit((task, value))

    # --- in the interrupter's thread ---

    def _send_interrupts(self) -> None:
        while (token := self._to_interrupt.get()) is not None:
            with self._running_changed:
                self._interrupt_until_idle(token)

    def _interrupt_until_idle(self, token: _Token) -> None:
        """Interrupt the job of this token until it ends.

        More than once, because the first may come a moment before the job's statement begins
        and is then without effect.
        """
        pause = FIRST_PAUSE
        while self._running is not None and self._running.token is token and not self._detached:
            self._interrupt_once()
            self._running_changed.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _interrupt_once(self) -> None:
        if self._interrupt is None:
            return
        try:
            self._interrupt()
        except Exception:  # noqa: BLE001 - see below
            # The boundary to a driver: a cancel that fails must not end this thread; the job
            # goes on to its own time limit, and the next try may succeed.
            _LOG.exception("The running statement could not be interrupted")


def _bug(error: Exception) -> Bug:
    bug = Bug(
        tr("Something in this program went wrong."),
        hint=tr("The store was not changed. A report that says where is shown."),
    )
    bug.__cause__ = error
    return bug
