"""Folds by a replayer: the same from the start and from a frame, with resume and without."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from inspector.core.events import Event
from inspector.core.folding import FoldRules
from inspector.core.paths import ROOT as EVERYTHING
from inspector.core.replaying import Keyframes, steps
from inspector.replayers.folding import ReplayerFolder
from tests.replayers.conftest import STREAM, Starter, event, history

RESOURCES = Path(__file__).resolve().parents[2] / "resources" / "replayers"
EXAMPLES = {
    "python": [sys.executable, RESOURCES / "example.py"],
    "node": [shutil.which("node") or "node", RESOURCES / "example.mjs"],
}

ACCOUNT = history(
    ("AccountOpened", {"owner": "김철수"}),
    ("MoneyDeposited", {"amount": 100}),
    ("MoneyWithdrawn", {"amount": 140}),
    ("NoteAdded", {"text": "?"}),
    ("MoneyDeposited", {"amount": 5}),
)


def folder(start: Starter, command: list[str | Path], events: list[Event]) -> ReplayerFolder:
    return ReplayerFolder(start(command), STREAM, lambda count: events[:count])


@pytest.fixture(params=EXAMPLES)
def example(request: pytest.FixtureRequest) -> list[str | Path]:
    command = EXAMPLES[request.param]
    assert Path(command[0]).exists(), f"{request.param} is missing"
    return command


def test_the_examples_fold(start: Starter, example: list[str | Path]) -> None:
    fold = folder(start, example, ACCOUNT).begin()
    assert list(fold.feed(ACCOUNT)) == []
    frame = fold.frame()
    assert frame.state["owner"] == "김철수"
    assert Decimal(str(frame.state["balance"])) == -35
    assert (frame.count, frame.applied) == (5, 5)


def test_every_step(start: Starter, example: list[str | Path]) -> None:
    told = list(steps(folder(start, example, ACCOUNT), iter(ACCOUNT), lambda index: index + 1))
    balances = [None if step.state is None else step.state["balance"] for step in told]
    assert [Decimal(str(balance)) for balance in balances] == [0, 100, -40, -40, -35]


def test_going_anywhere_gives_the_same(start: Starter, example: list[str | Path]) -> None:
    long = ACCOUNT + [event(n, "MoneyDeposited", {"amount": 1}) for n in range(6, 700)]
    frames: Keyframes[Event] = Keyframes(folder(start, example, long))
    frames.extend(long)
    for index in (699 - 5, 3, 300, 2, 299, 0, 600):
        step = frames.step_at(index, lambda a, b: long[a:b], lambda i: i + 1)
        fold = folder(start, example, long).begin()
        fold.feed(long[: index + 1])
        assert step.state == fold.frame().state, index


def test_an_event_that_does_not_fit_stays_at_its_step(start: Starter) -> None:
    events = history(
        ("AccountOpened", {"owner": "a"}), ("MoneyDeposited", {}), ("MoneyDeposited", {"amount": 3})
    )
    fold = folder(start, EXAMPLES["python"], events).begin()
    assert list(fold.feed(events)) == [1]
    frame = fold.frame()
    assert frame.unknown == frozenset({EVERYTHING})
    assert frame.failed_at == 1
    again = folder(start, EXAMPLES["python"], events).begin()
    assert again.feed_one(events[0]) == ()
    (finding,) = again.feed_one(events[1])
    assert finding.code == "reducer-failed"
    assert "KeyError: 'amount'" in finding.message


def test_a_replayer_that_breaks_is_told_at_its_event_and_after(
    start: Starter, script: Callable[..., list[str]]
) -> None:
    events = [event(n, "T") for n in range(1, 5)]
    body = """
        if q["event"]["version"] == 3: sys.exit(4)
        state = (state or 0) + 1
        answer(json.dumps({"state": state}))
    """
    fold = folder(start, list(script(body)), events).begin()
    codes = [[finding.code for finding in fold.feed_one(item)] for item in events]
    assert codes == [[], [], ["replayer-failed"], ["replayer-failed"]]
    assert fold.frame().state == 2
    assert fold.frame().unknown


def test_rows_that_are_no_events_are_not_sent(start: Starter) -> None:
    events = [*ACCOUNT[:2], event(3, "$deleted"), *ACCOUNT[2:]]
    rules = FoldRules(ignore_types=frozenset({"$deleted"}))
    made = ReplayerFolder(
        start(EXAMPLES["python"]), STREAM, lambda count: events[:count], rules
    ).begin()
    made.feed(events)
    assert (made.frame().count, made.frame().applied) == (6, 5)
