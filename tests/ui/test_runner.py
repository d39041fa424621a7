"""A lane of work: newest wins, nothing is late, nothing hits the wrong job, nothing is left."""

from __future__ import annotations

import sqlite3
import threading
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from inspector.core.errors import StoreBusy
from inspector.services.tasks import Done, Failed, ImmediateRunner, Outcome, StoppedWork
from inspector.ui.runner import PROGRESS_INTERVAL, Bug, QtTaskRunner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

    from inspector.services.tasks import Progress, TaskRunner, Work

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


@pytest.fixture
def lane() -> Iterator[QtTaskRunner]:
    runner = QtTaskRunner("interactive")
    yield runner
    runner.close()


class Gate:
    """A job that says it has begun and waits until it is let go."""

    def __init__(self) -> None:
        self.begun, self.go = threading.Event(), threading.Event()

    def __call__(self, work: Work) -> str:
        self.begun.set()
        assert self.go.wait(20)
        return "gate"


def _forget(outcome: Outcome[Any]) -> None:
    del outcome


def _is_a_task_runner(runner: TaskRunner) -> TaskRunner:
    return runner


def test_it_is_a_task_runner(lane: QtTaskRunner) -> None:
    assert _is_a_task_runner(lane) is lane
    assert _is_a_task_runner(ImmediateRunner()) is not lane


def test_a_result_arrives_in_the_window_thread(lane: QtTaskRunner, qtbot: QtBot) -> None:
    seen: list[tuple[Outcome[int], threading.Thread]] = []
    where: list[threading.Thread] = []

    def job(work: Work) -> int:
        where.append(threading.current_thread())
        return 2**80

    lane.submit("a", job, lambda outcome: seen.append((outcome, threading.current_thread())))
    qtbot.waitUntil(lambda: len(seen) == 1)
    assert seen == [(Done(2**80), threading.main_thread())]
    assert where[0].name == "interactive"


def test_jobs_with_different_keys_run_in_order(lane: QtTaskRunner, qtbot: QtBot) -> None:
    seen: list[Outcome[int]] = []
    for number in range(20):
        lane.submit(number, lambda work, value=number: value, seen.append)
    qtbot.waitUntil(lambda: len(seen) == 20)
    assert seen == [Done(number) for number in range(20)]


def test_what_goes_ahead_is_done_before_what_waits(lane: QtTaskRunner, qtbot: QtBot) -> None:
    gate, seen = Gate(), []
    lane.submit("other", gate, _forget)
    assert gate.begun.wait(20)
    lane.submit("page", lambda work: "page", seen.append)
    lane.submit("step", lambda work: "step", seen.append, ahead=True)
    gate.go.set()
    qtbot.waitUntil(lambda: len(seen) == 2)
    assert seen == [Done("step"), Done("page")]


def test_of_many_requests_only_the_newest_is_run(lane: QtTaskRunner, qtbot: QtBot) -> None:
    gate, started, seen = Gate(), [], []

    def job(number: int) -> Callable[[Work], int]:
        def run(work: Work) -> int:
            started.append(number)
            return number

        return run

    lane.submit("other", gate, _forget)
    assert gate.begun.wait(20)
    for number in range(200):
        lane.submit("slider", job(number), seen.append)
    gate.go.set()
    qtbot.waitUntil(lambda: bool(seen))
    _drain(lane, qtbot)
    assert started == [199]
    assert seen == [Done(199)]


def test_a_late_result_is_dropped(lane: QtTaskRunner, qtbot: QtBot) -> None:
    gate, seen = Gate(), []
    lane.submit("slider", gate, seen.append)
    assert gate.begun.wait(20)
    lane.submit("slider", lambda work: "new", seen.append)
    gate.go.set()
    qtbot.waitUntil(lambda: bool(seen))
    _drain(lane, qtbot)
    assert seen == [Done("new")]


def test_a_result_already_on_its_way_is_dropped(lane: QtTaskRunner, qtbot: QtBot) -> None:
    finished, seen = threading.Event(), []
    lane.submit("slider", lambda work: "old", seen.append)
    lane.submit("after", lambda work: finished.set(), _forget)
    assert finished.wait(20)  # "old" is done and waits in Qt's queue
    lane.submit("slider", lambda work: "new", seen.append)
    qtbot.waitUntil(lambda: bool(seen))
    _drain(lane, qtbot)
    assert seen == [Done("new")]


def test_stopping_a_waiting_job_says_stopped_at_once(lane: QtTaskRunner, qtbot: QtBot) -> None:
    gate, seen, started = Gate(), [], []
    lane.submit("busy", gate, _forget)
    assert gate.begun.wait(20)
    lane.submit("count", lambda work: started.append(1), seen.append)
    lane.cancel("count")
    lane.cancel("never asked for")
    qtbot.waitUntil(lambda: bool(seen))
    gate.go.set()
    _drain(lane, qtbot)
    assert seen == [StoppedWork()]
    assert not started


def test_stopping_a_running_job_is_neither_result_nor_failure(
    lane: QtTaskRunner, qtbot: QtBot
) -> None:
    gate, seen = Gate(), []
    token = lane.submit("count", gate, seen.append)
    assert gate.begun.wait(20)
    token.cancel()
    gate.go.set()
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [StoppedWork()]


def test_a_failure_and_a_fault_of_ours_are_told_apart(lane: QtTaskRunner, qtbot: QtBot) -> None:
    seen: list[Any] = []
    error = StoreBusy("locked")

    def busy(work: Work) -> None:
        raise error

    def broken(work: Work) -> None:
        raise KeyError("column")

    lane.submit("a", busy, seen.append)
    lane.submit("b", broken, seen.append)
    lane.submit("c", lambda work: "alive", seen.append)
    qtbot.waitUntil(lambda: len(seen) == 3)
    assert seen[0] == Failed(error)
    assert isinstance(seen[1].error, Bug)
    assert isinstance(seen[1].error.__cause__, KeyError)
    assert seen[2] == Done("alive")


# --- Interrupting a driver ---


class Database:
    """A lane with an SQLite connection, and a count of the interrupts it was sent."""

    def __init__(self) -> None:
        self.connection = sqlite3.connect(":memory:", check_same_thread=False)
        self.interrupts = 0
        self.lane = QtTaskRunner("scan", interrupt=self.interrupt, on_close=self.connection.close)

    def interrupt(self) -> None:
        self.interrupts += 1
        self.connection.interrupt()

    def endless(self, begun: threading.Event) -> Callable[[Work], object]:
        def run(work: Work) -> object:
            begun.set()
            return self.connection.execute(ENDLESS).fetchone()

        return run


@pytest.fixture
def database() -> Iterator[Database]:
    made = Database()
    yield made
    made.lane.close()


def test_a_newer_request_interrupts_the_statement(database: Database, qtbot: QtBot) -> None:
    begun, seen = threading.Event(), []
    database.lane.submit("slider", database.endless(begun), seen.append)
    assert begun.wait(20)
    database.lane.submit("slider", lambda work: 7, seen.append)
    qtbot.waitUntil(lambda: bool(seen), timeout=20_000)
    assert seen == [Done(7)]
    assert database.interrupts >= 1


def test_an_interrupted_statement_is_not_a_failure(database: Database, qtbot: QtBot) -> None:
    begun, seen = threading.Event(), []
    database.lane.submit("count", database.endless(begun), seen.append)
    assert begun.wait(20)
    database.lane.cancel("count")
    qtbot.waitUntil(lambda: bool(seen), timeout=20_000)
    assert seen == [StoppedWork()]


def test_an_interrupt_never_hits_another_job(database: Database, qtbot: QtBot) -> None:
    gate, seen = Gate(), []
    database.lane.submit("running", gate, seen.append)
    assert gate.begun.wait(20)
    token = database.lane.submit("waiting", lambda work: 1, _forget)
    token.cancel()
    database.lane.cancel("waiting")
    gate.go.set()
    qtbot.waitUntil(lambda: bool(seen))
    token.cancel()
    _drain(database.lane, qtbot)
    assert seen == [Done("gate")]
    assert database.interrupts == 0


def test_a_stop_in_the_moment_between_two_statements_still_stops(
    database: Database, qtbot: QtBot
) -> None:
    """The first interrupt meets no statement; the job then starts one that never ends."""
    begun, interrupted, seen = threading.Event(), threading.Event(), []

    def job(work: Work) -> object:
        begun.set()
        assert interrupted.wait(20)
        return database.connection.execute(ENDLESS).fetchone()

    first = database.interrupt

    def note() -> None:
        first()
        interrupted.set()

    database.lane._interrupt = note
    database.lane.submit("count", job, seen.append)
    assert begun.wait(20)
    database.lane.cancel("count")
    qtbot.waitUntil(lambda: bool(seen), timeout=20_000)
    assert seen == [StoppedWork()]
    assert database.interrupts >= 2


def test_a_driver_that_cannot_cancel_does_not_end_the_lane(
    qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    tried = threading.Event()

    def interrupt() -> None:
        tried.set()
        raise OSError("network is gone")

    lane, gate, seen = QtTaskRunner("scan", interrupt=interrupt), Gate(), []
    lane.submit("count", gate, seen.append)
    assert gate.begun.wait(20)
    lane.cancel("count")
    assert tried.wait(20)
    gate.go.set()
    lane.submit("next", lambda work: 1, seen.append)
    qtbot.waitUntil(lambda: len(seen) == 2)
    lane.close()
    assert seen == [StoppedWork(), Done(1)]
    assert "could not be interrupted" in caplog.text


# --- Progress ---


def test_progress_is_limited_and_arrives_before_the_result(
    lane: QtTaskRunner, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    monkeypatch.setattr("inspector.ui.runner.monotonic", lambda: clock[0])
    order: list[object] = []

    def job(work: Work) -> str:
        for number in range(1000):
            clock[0] = number * PROGRESS_INTERVAL / 100
            work.report(number, 1000, "events")
        return "end"

    def progress(value: Progress) -> None:
        assert threading.current_thread() is threading.main_thread()
        order.append(value.done)

    lane.submit("scan", job, order.append, progress)
    qtbot.waitUntil(lambda: Done("end") in order)
    assert order[-1] == Done("end")
    assert order[0] == 0
    assert 9 <= len(order) - 1 <= 11


def test_progress_of_a_replaced_job_is_dropped(lane: QtTaskRunner, qtbot: QtBot) -> None:
    reported, go, seen = threading.Event(), threading.Event(), []

    def job(work: Work) -> None:
        work.report(1)
        reported.set()
        assert go.wait(20)

    lane.submit("scan", job, seen.append, seen.append)
    assert reported.wait(20)
    lane.submit("scan", lambda work: "new", seen.append)
    go.set()
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [Done("new")]


# --- Closing ---


def test_closing_ends_the_threads_and_the_connection(qtbot: QtBot) -> None:
    database, seen = Database(), []
    begun = threading.Event()
    database.lane.submit("count", database.endless(begun), seen.append)
    database.lane.submit("next", lambda work: 1, seen.append)
    assert begun.wait(20)
    database.lane.close()
    database.lane.close()
    QApplication.processEvents()
    assert not [t for t in threading.enumerate() if t.name.startswith("scan")]
    with pytest.raises(sqlite3.ProgrammingError):
        database.connection.execute("SELECT 1")
    assert not seen


def test_after_closing_nothing_is_started(qtbot: QtBot) -> None:
    lane, seen = QtTaskRunner("scan"), []
    lane.close()
    token = lane.submit("count", lambda work: 1, seen.append)
    QApplication.processEvents()
    assert token.cancelled
    assert not seen


def test_a_job_that_does_not_stop_is_left_alone(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inspector.ui.runner.CLOSE_WAIT", 0.05)
    closed, gate, seen = threading.Event(), Gate(), []
    lane = QtTaskRunner("scan", interrupt=lambda: None, on_close=closed.set)
    lane.submit("count", gate, seen.append)
    assert gate.begun.wait(20)
    lane.close()
    assert not closed.is_set()
    gate.go.set()
    assert closed.wait(20)
    for thread in threading.enumerate():
        if thread.name.startswith("scan"):
            thread.join(20)
    QApplication.processEvents()
    assert not seen


# --- Qt itself ---


class _Emitter(QObject):
    moved = Signal(object)
    flag = Signal(bool)


def test_two_thousand_emits_survive(qtbot: QtBot) -> None:
    """PySide6 6.12.0 under Python 3.11 loses a reference to True at each emit and aborts."""
    emitter, seen, flags = _Emitter(), [], []
    emitter.moved.connect(seen.append)
    emitter.flag.connect(flags.append)
    for number in range(2000):
        emitter.moved.emit(2**40 + number)
        emitter.flag.emit(True)
    assert seen[-1] == 2**40 + 1999
    assert len(flags) == 2000


def _drain(lane: QtTaskRunner, qtbot: QtBot) -> None:
    """Wait until everything asked for so far has run and has been delivered."""
    over: list[object] = []
    lane.submit("-- end --", lambda work: None, over.append)
    qtbot.waitUntil(lambda: bool(over))


class Kept:
    """Notes in which thread it is destroyed."""

    def __init__(self, ends: list[str]) -> None:
        self._ends = ends

    def __del__(self) -> None:
        self._ends.append(threading.current_thread().name)


def test_what_callbacks_hold_is_let_go_in_the_window_s_thread(qtbot: QtBot) -> None:
    """A widget that is destroyed in another thread takes the program with it."""
    ends: list[str] = []
    here = threading.current_thread().name
    runner = QtTaskRunner("lane")
    came: list[object] = []

    def ask(lane: QtTaskRunner, number: int) -> None:
        kept = Kept(ends)

        def done(outcome: object) -> None:
            came.append((kept, number))
            came[:] = [(None, number)]

        lane.submit(number, lambda _work: number, done)

    for number in range(40):
        ask(runner, number)
        qtbot.waitUntil(lambda n=number: came == [(None, n)])  # type: ignore[misc]
    ask(runner, 99)
    runner.close()
    del runner
    qtbot.waitUntil(lambda: len(ends) == 41)
    assert set(ends) == {here}
