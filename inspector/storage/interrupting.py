"""Stopping the read that is running, and never the next one.

The interrupt is sent under the lock that also guards "is a read running". A read that ends
waits for an interrupt on its way, so that the interrupt cannot arrive after the next read has
begun (PostgreSQL delivers a cancel over a connection of its own, some time later).
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Self


class Turn:
    """The time in which one read owns a connection; a context manager.

    Attributes:
        asked: somebody asked this very read to stop.
    """

    __slots__ = ("_lock", "_running", "asked")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running = False
        self.asked = False

    def __enter__(self) -> Self:
        with self._lock:
            self._running = True
            self.asked = False
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._lock:
            self._running = False

    def interrupt(self, send: Callable[[], None]) -> None:
        """Run ``send`` if a read is running; from any thread."""
        with self._lock:
            if self._running:
                self.asked = True
                send()

    def alone(self, work: Callable[[], None]) -> None:
        """Run ``work`` while no interrupt can be on its way (to close a connection)."""
        with self._lock:
            work()
