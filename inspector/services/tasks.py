"""Asking for work, and hearing how it ended.

A job receives values and a :class:`Work` handle, never a live object of the window. It ends in
exactly one outcome: done, failed, or stopped. Being stopped is neither an error nor an empty
result. The window runs jobs in two threads per store; the command line and the tests run them
at once with :class:`ImmediateRunner`.

Imports ``inspector.core`` only.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from inspector.core.cancelling import CancelToken
from inspector.core.errors import Cancelled, InspectorError

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far long work is.

    Attributes:
        done: units finished.
        total: units in all, or ``None`` while nobody knows.
        what: one short text for people (``events``, ``streams``).
    """

    done: int
    total: int | None = None
    what: str = ""


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """The work is complete."""

    value: T


@dataclass(frozen=True, slots=True)
class Failed:
    """The work did not happen; ``error`` is shown once."""

    error: InspectorError


@dataclass(frozen=True, slots=True)
class StoppedWork:
    """Nobody waits for the work any more."""


Outcome = Done[T] | Failed | StoppedWork


class Work:
    """What a running job may look at and report to.

    Attributes:
        token: tells the job to stop.
    """

    __slots__ = ("_report", "token")

    def __init__(
        self, token: CancelToken | None = None, report: Callable[[Progress], None] | None = None
    ) -> None:
        self.token = token or CancelToken()
        self._report = report

    def check(self) -> None:
        """Raise :class:`inspector.core.errors.Cancelled` when the job should stop."""
        self.token.check()

    def report(self, done: int, total: int | None = None, what: str = "") -> None:
        """Say how far the job is; cheap, the receiver limits the rate."""
        if self._report is not None:
            self._report(Progress(done, total, what))


Job = Callable[[Work], T]


class TaskRunner(Protocol):
    """Runs jobs in one lane (one thread, one database connection).

    A newer job with the same key replaces the older one: a waiting one never starts, a
    running one is interrupted, a late result is dropped.
    """

    def submit(
        self,
        key: Hashable,
        job: Job[T],
        done: Callable[[Outcome[T]], None],
        progress: Callable[[Progress], None] | None = None,
    ) -> CancelToken:
        """Ask for work; ``done`` is called once, in the caller's thread, unless replaced."""

    def cancel(self, key: Hashable) -> None:
        """Stop the job with this key, waiting or running."""

    def close(self) -> None:
        """Stop everything and end the lane."""


def run_job(job: Job[T], work: Work) -> Outcome[T]:
    """Run a job to one of its three ends.

    An exception that is no :class:`InspectorError` is a fault of ours and is let through: the
    caller wraps it in a report.
    """
    try:
        work.check()
        return Done(job(work))
    except Cancelled:
        return StoppedWork()
    except InspectorError as error:
        return Failed(error)


class ImmediateRunner:
    """Runs every job at once in the caller's thread."""

    def submit(
        self,
        key: Hashable,
        job: Job[T],
        done: Callable[[Outcome[T]], None],
        progress: Callable[[Progress], None] | None = None,
    ) -> CancelToken:
        """Run the job and deliver its outcome before returning."""
        work = Work(report=progress)
        done(run_job(job, work))
        return work.token

    def cancel(self, key: Hashable) -> None:
        """Nothing runs between two calls, so there is nothing to stop."""

    def close(self) -> None:
        """Nothing to end."""
