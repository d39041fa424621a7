"""A flag that long work looks at between two pieces of itself.

Thread-safe: the flag is set by one thread and read by another.
"""

from __future__ import annotations

import threading

from inspector.core.errors import Cancelled


class CancelToken:
    """Tells a running job that nobody waits for it any more."""

    __slots__ = ("_event",)

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask the job to stop at its next look."""
        self._event.set()

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked the job to stop."""
        return self._event.is_set()

    def check(self) -> None:
        """Raise :class:`Cancelled` when the job should stop."""
        if self._event.is_set():
            raise Cancelled
