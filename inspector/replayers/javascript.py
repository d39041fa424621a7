"""JavaScript projections, run by the program's own worker process."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from inspector.replayers.limits import Limits

WORKER: Final = "--worker"
"""The first argument that makes the program a worker; see ``inspector.__main__``."""

LIMITS: Final = Limits(start_seconds=30.0, answer_seconds=20.0, memory_bytes=2 << 30)
"""The engine itself stops a script after two seconds of computing; on a busy machine those take
longer by the clock."""


def command(script: Path) -> tuple[str, ...]:
    """How the worker is started for a script."""
    words = (WORKER, "javascript", str(script))
    if getattr(sys, "frozen", False):
        return (sys.executable, *words)
    return (sys.executable, "-P", "-m", "inspector", *words)


def is_projection(path: Path) -> bool:
    """Whether a file is meant for the worker, by its name."""
    return path.suffix.lower() in (".js", ".mjs")
