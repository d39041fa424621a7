"""Replayers that hang, flood, die, lie and print garbage: each ends in one clear sentence."""

from __future__ import annotations

import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from inspector.core.cancelling import CancelToken
from inspector.core.errors import Cancelled
from inspector.replayers.failing import ReplayerFailed
from inspector.replayers.limits import Limits
from inspector.replayers.replayer import Replayer
from tests.replayers.conftest import QUICK, STREAM, Starter, event

Script = Callable[..., list[str]]
EVENT = [event(1, "T", {"n": 1})]


def broken(start: Starter, command: list[str], limits: Limits = QUICK) -> ReplayerFailed:
    replayer = start(command, limits)
    replayer.begin(STREAM)
    with pytest.raises(ReplayerFailed) as caught:
        replayer.fold(EVENT)
    return caught.value


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("sys.exit(3)", "exit code 3"),
        ("os.kill(os.getpid(), 9)", "signal 9"),
        ("time.sleep(60)", "did not answer within 1 seconds"),
        ("while True: pass", "did not answer within 1 seconds"),
        ("os.close(1); time.sleep(60)", "closed its output"),
        ("answer('hello there')", "expected a line of JSON, got “hello there”"),
        ("answer('[1]')", "expected a JSON object"),
        ("answer('{}')", "expected “state”"),
        ("answer('{\"state\": NaN}')", "expected a line of JSON"),
        (
            "answer('{\"state\": ' + '[' * 100000 + ']' * 100000 + '}')",
            "longer than|expected a line",
        ),
        ("answer('[' * 50000)", "expected a line of JSON"),
        ("answer('x' * 200000)", "longer than 100000 bytes"),
        ("sys.stdout.write('x' * 50); sys.stdout.flush(); time.sleep(60)", "did not answer"),
        ("answer('\\x1b[2J\\x00')", "expected a line of JSON"),
        ('answer(\'{"state": 1, "upcast": 5}\')', "“upcast” must be a list"),
        ('answer(\'{"state": 1, "notes": [5]}\')', "“notes” must be a list"),
    ],
)
def test_what_it_does_is_said(start: Starter, script: Script, body: str, words: str) -> None:
    error = broken(start, script(body))
    assert re.search(words, error.message), error.message
    assert "\x1b" not in error.message
    assert "\x00" not in error.message


def test_its_last_words_are_shown(start: Starter, script: Script) -> None:
    error = broken(start, script("raise KeyError('no such account')"))
    assert "exit code 1" in error.message
    assert error.hint == "Its last words: KeyError: 'no such account'"
    assert "Traceback" in error.detail


def test_a_flood_waits_in_its_own_process(start: Starter, script: Script) -> None:
    replayer = start(script("for n in range(10**9): answer('{\"state\": 1}')"))
    replayer.begin(STREAM)
    (first,) = replayer.fold(EVENT)
    assert first.state == 1
    time.sleep(0.3)
    with pytest.raises(ReplayerFailed, match="nobody asked for"):
        replayer.fold(EVENT)


def test_endless_errors_do_no_harm(start: Starter, script: Script) -> None:
    body = "sys.stderr.write('e' * 5_000_000); answer('{\"state\": 2}')"
    replayer = start(script(body))
    replayer.begin(STREAM)
    assert replayer.fold(EVENT)[0].state == 2


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux sets this limit")
def test_memory_is_limited(start: Starter, script: Script) -> None:
    limits = Limits(answer_seconds=20, memory_bytes=300 << 20)
    error = broken(start, script("hoard = bytearray(10**9); answer('{\"state\": 1}')"), limits)
    assert "MemoryError" in error.detail


def test_cancelling_kills_it(start: Starter, script: Script) -> None:
    replayer = start(script("time.sleep(60)"), Limits(answer_seconds=60))
    replayer.begin(STREAM)
    token = CancelToken()
    threading.Timer(0.3, token.cancel).start()
    with pytest.raises(Cancelled):
        replayer.fold(EVENT, token.check)
    assert replayer.begin(STREAM) == 0  # and the next stream starts it again


def test_what_it_started_dies_with_it(start: Starter, script: Script, tmp_path: Path) -> None:
    note = tmp_path / "child"
    body = f"""
        import subprocess
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        open({str(note)!r}, "w").write(str(child.pid))
        time.sleep(60)
    """
    broken(start, script(body))
    child = int(note.read_text())
    deadline = time.monotonic() + 10
    while _runs(child):
        assert time.monotonic() < deadline, "the child lives on"
        time.sleep(0.05)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
    return state != "Z"


@pytest.mark.parametrize(
    ("hello", "words"),
    [
        ('{"hello": 2}', 'expected "hello": 1'),
        ('{"hello": 1}', "“name” must be a text"),
        ('{"hello": 1, "name": "x", "can": ["fly"]}', "“can” names fly"),
        ("Welcome!", "expected a line of JSON"),
    ],
)
def test_a_wrong_greeting(start: Starter, script: Script, hello: str, words: str) -> None:
    with pytest.raises(ReplayerFailed, match=words):
        start(script("", hello=hello))


def test_a_command_that_does_not_exist(start: Starter, tmp_path: Path) -> None:
    with pytest.raises(ReplayerFailed, match="cannot be started"):
        start([tmp_path / "nothing"])


def test_closing_is_polite(start: Starter, script: Script) -> None:
    replayer = start(script("pass"))
    process = replayer._process
    assert process is not None
    replayer.close()
    assert process._process.returncode == 0
    assert not any(thread.is_alive() for thread in process._threads)


def test_a_signal_for_us_is_not_for_it(start: Starter, script: Script) -> None:
    """Ctrl+C in a terminal goes to the whole group; the replayer has a group of its own."""
    replayer = start(script("answer('{\"state\": 1}')"))
    assert isinstance(replayer, Replayer)
    process = replayer._process
    assert process is not None
    assert os.getpgid(process._process.pid) != os.getpgid(0)
    assert signal.SIGKILL
