"""What a replayer may take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Time and space of one replayer.

    Attributes:
        start_seconds: from its start to its first answer; interpreters load slowly.
        answer_seconds: from one question to its answer.
        memory_bytes: address space, where the system can set such a limit (Linux).
        line_bytes: length of one answer.
        waiting: answers that may wait unread; more is a flood.
    """

    start_seconds: float = 30.0
    answer_seconds: float = 10.0
    memory_bytes: int = 4 << 30
    line_bytes: int = 64 << 20
    waiting: int = 1024
