"""JavaScript projections as KurrentDB users write them, in the worker."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from inspector.core.events import StreamId
from inspector.core.folding import Frame
from inspector.core.payloads import Value
from inspector.replayers.failing import ReplayerFailed
from inspector.replayers.folding import ReplayerFolder
from inspector.replayers.javascript import LIMITS, command, is_projection
from tests.replayers.conftest import STREAM, Starter, event, history

ACCOUNTS = """
fromCategory('account').foreachStream().when({
  $init: () => ({ balance: 0, seen: [] }),
  MoneyDeposited: (s, e) => { s.balance += e.data.amount; s.seen.push(e.sequenceNumber); },
  MoneyWithdrawn: (s, e) => ({ ...s, balance: s.balance - e.body.amount }),
  Imported: (s, e) => { s.id = e.data.id; s.rate = e.data.rate; return s; },
  Doubled: (s, e) => { s.id = s.id * 2n; return s; },
  Rounded: (s, e) => { s.rate = s.rate * 2; return s; },
})
"""


@pytest.fixture
def projected(start: Starter, tmp_path: Path) -> Callable[..., Any]:
    """Folds events by a script and gives the fold."""

    def project(script: str, *steps: tuple[str, Value], stream: StreamId = STREAM) -> Any:
        file = tmp_path / "projection.js"
        file.write_text(script, encoding="utf-8")
        events = history(*steps)
        replayer = start(command(file), LIMITS)
        fold = ReplayerFolder(replayer, stream, lambda count: events[:count]).begin()
        fold.findings = [fold.feed_one(item) for item in events]  # type: ignore[attr-defined]
        return fold

    return project


def test_a_projection(projected: Callable[..., Any]) -> None:
    fold = projected(
        ACCOUNTS, ("MoneyDeposited", {"amount": 10}), ("MoneyWithdrawn", {"amount": 12}),
        ("Other", {}),
    )  # fmt: skip
    assert fold.frame().state == {"balance": -2, "seen": [1]}
    assert fold.frame().applied == 3
    assert not any(fold.findings)


def test_numbers_keep_their_digits(projected: Callable[..., Any]) -> None:
    big, long = 2**70 + 1, Decimal("12345678901234567890.123456789")
    fold = projected(ACCOUNTS, ("Imported", {"id": big, "rate": long}), ("Doubled", {}))
    state = fold.frame().state
    assert state["id"] == 2 * big
    assert state["rate"] == long
    assert not any(fold.findings)


@pytest.mark.parametrize(
    "number",
    [
        0,
        -1,
        2**53 - 1,
        2**53,
        -(2**53),
        10**30,
        Decimal("13.40"),
        Decimal("1E+400"),
        Decimal("0.1"),
    ],
)
def test_a_number_that_is_only_copied(projected: Callable[..., Any], number: Value) -> None:
    fold = projected(ACCOUNTS, ("Imported", {"id": number, "rate": [number]}))
    assert fold.frame().state["id"] == number
    assert fold.frame().state["rate"] == [number]


def test_a_script_that_was_stopped_is_not_asked_again(projected: Callable[..., Any]) -> None:
    """Else a stream of a thousand events would take its whole time a thousand times."""
    script = "let n = 0; fromAll().when({ $any: (s, e) => { while (!n) {} } })"
    fold = projected(script, ("A", {}), ("B", {}), ("C", {}))
    assert [found[0].message for found in fold.findings] == [
        "The script was stopped after 2 seconds."
    ] * 3


def test_rounding_is_said(projected: Callable[..., Any]) -> None:
    fold = projected(
        ACCOUNTS, ("Imported", {"rate": Decimal("1.00000000000000000001")}), ("Rounded", {})
    )
    assert not fold.findings[0]
    (finding,) = fold.findings[1]
    assert finding.code == "replayer-note"
    assert "1.00000000000000000001, which JavaScript rounds" in finding.message


def test_texts_cross_whole(projected: Callable[..., Any]) -> None:
    text = "한글 \u2028 </script> \x00 \\u0000exact 😀 12345678901234567890123"
    fold = projected(ACCOUNTS, ("Imported", {"id": text, "rate": {"\u0000": [text, None]}}))
    assert fold.frame().state["id"] == text
    assert fold.frame().state["rate"] == {"\u0000": [text, None]}


def test_what_is_no_number_keeps_its_name(projected: Callable[..., Any]) -> None:
    fold = projected(
        "fromAll().when({ $any: () => ({ a: 0 / 0, b: null, c: undefined }) })", ("T", {})
    )
    assert fold.frame().state == {"a": {"$number": "NaN"}, "b": None}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("throw new Error('no balance')", "Error: no balance"),
        ("s.missing.field = 1", "TypeError"),
        ("while (true) {}", "stopped after 2 seconds"),
        ("const a = []; while (true) a.push(new Array(100000).fill(1))", "memory"),
        ("const f = () => f() + 1; f()", "stack"),
        ("/(a+)+$/.test('a'.repeat(40) + 'b')", "stopped after|memory"),
        ("return require('fs')", "require"),
        ("return std.loadFile('/etc/passwd')", "std"),
        ("return globalThis.process.env", "undefined"),
    ],
)
def test_a_handler_that_fails_stays_at_its_event(
    projected: Callable[..., Any], body: str, words: str
) -> None:
    handlers = f"Bad: (s, e) => {{ {body} }}, Good: (s) => ({{n: 2}})"
    script = f"fromAll().when({{ $init: () => ({{n: 1}}), {handlers} }})"
    fold = projected(script, ("Good", {}), ("Bad", {}), ("Good", {}))
    (finding,) = fold.findings[1]
    assert finding.code == "reducer-failed"
    assert re.search(words, finding.message), finding.message
    assert fold.frame().state == {"n": 2}
    assert isinstance(fold.frame(), Frame)
    assert fold.frame().unknown


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("fromAll().when({", "SyntaxError"),
        ("1 + 1", "defines no projection"),
        ("while (true) {}", "stopped"),
        ("import('fs')", "defines no projection"),
        ("fromCategory('order').when({})", "reads category order"),
        ("fromStream('account-8').when({})", "reads stream account-8"),
    ],
)
def test_a_script_that_cannot_be_used(
    start: Starter, tmp_path: Path, script: str, words: str
) -> None:
    file = tmp_path / "projection.js"
    file.write_text(script)
    replayer = start(command(file), LIMITS)
    with pytest.raises(ReplayerFailed) as caught:
        replayer.begin(STREAM)
    assert words in caught.value.hint


def test_a_script_cannot_reach_the_driver(projected: Callable[..., Any]) -> None:
    script = """
      JSON.stringify = () => '{"state": "forged"}'; JSON.parse = () => ({event: {type: 'x'}});
      fromAll().when({ $init: () => ({n: 0}), T: (s) => { s.n += 1; return s; } })
    """
    assert projected(script, ("T", {}), ("T", {})).frame().state == {"n": 2}


def test_emitting_does_nothing_and_says_so(projected: Callable[..., Any]) -> None:
    fold = projected(
        "fromAll().when({ T: (s, e) => { emit('x', 'Y', {}); return s; } })", ("T", {})
    )
    ((finding,),) = fold.findings
    assert "emit does nothing here" in finding.message


def test_which_files_are_projections(tmp_path: Path) -> None:
    assert is_projection(tmp_path / "a.js")
    assert not is_projection(tmp_path / "a.toml")
    assert event(1, "x").position == 1
