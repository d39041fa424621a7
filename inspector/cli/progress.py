"""A line on standard error that says how far long work is; only there, only on a terminal.

It appears after a moment, so that short commands stay quiet, and disappears before anything else
is written.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, TextIO

from inspector.core.texts import thousands, tr

if TYPE_CHECKING:
    from inspector.services.tasks import Progress

PATIENCE = 0.3
"""Seconds of work before the line appears."""

PAUSE = 0.1
"""Seconds between two drawings."""

BAR = 24
_CLEAR = "\r\x1b[K"


class ProgressLine:
    """Draws one line again and again.

    Args:
        stream: where to draw, or ``None`` to draw nothing.
        clock: seconds that only grow.
    """

    def __init__(self, stream: TextIO | None, clock: Callable[[], float] = monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._begun: float | None = None
        self._drawn = 0.0
        self._shown = False

    def told(self, progress: Progress) -> None:
        """Hear how far the work is."""
        if self._stream is None:
            return
        now = self._clock()
        if self._begun is None:
            self._begun = now
        if now - self._begun < PATIENCE or (self._shown and now - self._drawn < PAUSE):
            return
        self._drawn = now
        self._shown = True
        self._stream.write(_CLEAR + text_of(progress))
        self._stream.flush()

    def hide(self) -> None:
        """Take the line away, before something else is written."""
        if self._shown and self._stream is not None:
            self._shown = False
            self._stream.write(_CLEAR)
            self._stream.flush()


def text_of(progress: Progress) -> str:
    """The line: a bar where the end is known, else a number."""
    done = thousands(progress.done)
    if not progress.total:
        return tr("{done} {what} …", done=done, what=progress.what)
    share = min(progress.done / progress.total, 1.0)
    full = round(share * BAR)
    bar = "█" * full + "░" * (BAR - full)
    total = thousands(progress.total)
    return tr(
        "{bar} {percent} %  {done} of {total} {what}",
        bar=bar,
        percent=int(share * 100),
        done=done,
        total=total,
        what=progress.what,
    )
