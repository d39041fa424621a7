"""Pausing Python's garbage collector while many small values are made.

Folding a long stream makes millions of values without a cycle among them; looking for cycles
again and again would take as long as the folding itself (measured: 0.50 s against 0.28 s for
the bare reading of 100,000 events). The pause is counted, so that two lanes may overlap.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_pauses = 0
_was_on = False


@contextmanager
def collector_paused() -> Iterator[None]:
    """No search for cycles inside this block; reference counting goes on as always."""
    global _pauses, _was_on  # noqa: PLW0603 - the collector is one per process
    with _lock:
        if _pauses == 0:
            _was_on = gc.isenabled()
            gc.disable()
        _pauses += 1
    try:
        yield
    finally:
        with _lock:
            _pauses -= 1
            if _pauses == 0 and _was_on:
                gc.enable()
