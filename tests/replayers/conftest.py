"""Events as a store would give them, and replayers written on the spot."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from inspector.core.events import Event, EventRef, StreamId
from inspector.replayers.limits import Limits
from inspector.replayers.replayer import Replayer

STREAM = StreamId("account-7", "account")
QUICK = Limits(start_seconds=20, answer_seconds=1.0, line_bytes=100_000, waiting=300)


def event(position: int, kind: str, data: Any = None, stream: StreamId = STREAM) -> Event:
    return Event(EventRef((position,)), stream, position, kind, data)


def history(*steps: tuple[str, Any]) -> list[Event]:
    return [event(number, kind, data) for number, (kind, data) in enumerate(steps, 1)]


Starter = Callable[..., Replayer]


@pytest.fixture
def start() -> Iterator[Starter]:
    """Starts replayers, and ends them after the test."""
    running: list[Replayer] = []

    def starter(command: Sequence[str | Path], limits: Limits = QUICK) -> Replayer:
        replayer = Replayer([str(word) for word in command], {"layout": "test"}, limits)
        running.append(replayer)
        return replayer

    yield starter
    for replayer in running:
        replayer.close()


@pytest.fixture
def script(tmp_path: Path) -> Callable[[str], list[str]]:
    """A replayer in Python that greets properly and then does what `body` says to each line."""

    def write(body: str, hello: str = '{"hello": 1, "name": "T", "can": ["fold"]}') -> list[str]:
        file = tmp_path / "replayer.py"
        head = f"""
            import json, os, sys, time
            answer = lambda text: print(text, flush=True)
            state = None
            for line in sys.stdin:
                q = json.loads(line)
                if "hello" in q:
                    answer({hello!r}); continue
                if "end" in q:
                    answer('{{"ok": true}}'); break
                if "begin" in q:
                    answer('{{"state": 0}}'); continue
        """
        text = textwrap.dedent(head) + textwrap.indent(textwrap.dedent(body), "    ")
        file.write_text(text, encoding="utf-8")
        return [sys.executable, str(file)]

    return write
