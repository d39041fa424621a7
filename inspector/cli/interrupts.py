"""Ctrl+C as a wish to stop: the work ends between two steps and says that it is not complete.

The first one sets the token and stops the statement that is running; the second one ends the
program at once. While somebody is asked for a password, the first one ends it.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from inspector.core.cancelling import CancelToken

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupts:
    """Listens to the signals that ask a program to stop.

    Args:
        token: is set when one comes.
    """

    def __init__(self, token: CancelToken) -> None:
        self._token = token
        self._stop_reading: Callable[[], None] | None = None
        self._at_once = False
        self._before: dict[signal.Signals, Any] = {}

    def reading(self, stop: Callable[[], None] | None) -> None:
        """Name what stops the statement that may be running."""
        self._stop_reading = stop

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Listen for the length of a ``with`` block; does nothing outside the main thread."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        for number in _SIGNALS:
            # A shell's background job ignores Ctrl+C; so it shall stay.
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._came)
        try:
            yield
        finally:
            for number, handler in self._before.items():
                signal.signal(number, handler)

    @contextmanager
    def released(self) -> Iterator[None]:
        """The signals do what they did before: a window has its own way to be closed."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        try:
            yield
        finally:
            for number in self._before:
                signal.signal(number, self._came)

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Somebody is asked for something and may break it off."""
        self._at_once = True
        try:
            yield
        finally:
            self._at_once = False

    def _came(self, _number: int, _frame: FrameType | None) -> None:
        if self._at_once or self._token.cancelled:
            raise KeyboardInterrupt
        self._token.cancel()
        if self._stop_reading is not None:
            # Stopping a server's statement takes a connection of its own and may wait.
            threading.Thread(target=_best_effort, args=[self._stop_reading], daemon=True).start()


def _best_effort(stop: Callable[[], None]) -> None:
    """Stop a statement if it still runs.

    Whatever a driver raises here (the statement just ended, the connection is closed, the server
    is gone) changes nothing: the token is set, and every statement has a time limit.
    """
    with suppress(Exception):
        stop()
