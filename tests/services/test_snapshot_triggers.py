"""Letting the application take a snapshot: what runs, what never runs, and how it ends."""

from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from inspector.core.errors import Cancelled, InputInvalid, StoreUnavailable, WriteRefused
from inspector.core.events import StreamId
from inspector.core.snapshot_checks import Verdict
from inspector.services import trigger_running
from inspector.services.finding_streams import the_stream
from inspector.services.open_store import open_store
from inspector.services.snapshot_triggering import prepare, trigger_snapshot
from inspector.services.snapshot_triggers import (
    Trigger,
    call_of,
    command_trigger,
    request_trigger,
)
from inspector.services.tasks import Work
from inspector.services.trigger_memory import TriggerMemory
from inspector.services.trigger_running import KEPT, run
from inspector.services.write_log import WriteLog
from inspector.services.write_unlock import Unlock, unlock
from tests.helpers.fake_application import TAKES_ONE, application
from tests.helpers.long_stream import NAME, long_stream, total

if TYPE_CHECKING:
    pass

PYTHON = sys.executable
HOSTILE = "a\"b; rm -rf $(x) {version} \n' & é/.."


def stream(name: str) -> StreamId:
    return StreamId(name, "order", (name,))


def python(code: str, *words: str, seconds: float = 20) -> Trigger:
    return Trigger(words=(PYTHON, "-c", code, *words), seconds=seconds)


# -- what runs -------------------------------------------------------------------------------------


def test_placeholders_are_whole_parts_of_arguments() -> None:
    call = call_of(python("import sys; print(sys.argv[1:])", "{stream}", "v={version}"),
                   stream(HOSTILE), 7)  # fmt: skip
    ran = run(call, Work())
    assert (ran.status, ran.succeeded) == (0, True)
    assert ran.output.strip() == repr([HOSTILE, "v=7"])
    assert "'v=7'" not in call.shown[0]
    assert call.shown[0].endswith("v=7")


def test_what_could_be_an_option_is_refused() -> None:
    with pytest.raises(WriteRefused, match="taken for an option"):
        call_of(command_trigger("app snapshot {stream}"), stream("--drop"), 7)
    call = call_of(command_trigger("app snapshot --of={stream}"), stream("--drop"), 7)
    assert call.trigger.words == ("app", "snapshot", "--of=--drop")
    with pytest.raises(WriteRefused, match="NUL"):
        call_of(command_trigger("app {stream}"), stream("a\0b"), 7)


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("", "names no program"), ("{stream}", "names no program"), ("app 'x", "cannot be read"),
        ("app {name}", r"placeholder \{name\}"), ("app {}", r"placeholder \{\}"),
    ],
)  # fmt: skip
def test_commands_that_cannot_be_kept(text: str, match: str) -> None:
    with pytest.raises(InputInvalid, match=match):
        command_trigger(text)


@pytest.mark.parametrize(
    ("text", "body", "match"),
    [
        ("shop.internal/x", "", "http://"), ("ftp://host/x", "", "http://"),
        ("DELETE http://host/x", "", "method DELETE"), ("http://{stream}/x", "", "http://"),
        ("http://u:p@host/x", "", "password"), ("http://host/{x}", "", "placeholder"),
        ("http://host:99999/x", "", "cannot be read"), ("http://host/x", "{", "no JSON"),
        ("http://host/x", '{"a": ["{b}"]}', "placeholder"), ("http://host/ü", "", "plain"),
    ],
)  # fmt: skip
def test_requests_that_cannot_be_kept(text: str, body: str, match: str) -> None:
    with pytest.raises(InputInvalid, match=match):
        request_trigger(text, body)


def test_time_limits() -> None:
    for seconds in (0, -1, 4000):
        with pytest.raises(InputInvalid, match="time limit"):
            command_trigger("app", seconds)


# -- a command -------------------------------------------------------------------------------------


def test_status_and_output() -> None:
    code = "import sys; print('out'); print('bad', file=sys.stderr); sys.exit(3)"
    ran = run(call_of(python(code), stream("s"), 1), Work())
    assert (ran.status, ran.succeeded) == (3, False)
    assert set(ran.output.split()) == {"out", "bad"}


def test_much_output_is_cut() -> None:
    ran = run(call_of(python(f"print('x' * {KEPT * 3})"), stream("s"), 1), Work())
    assert (ran.status, ran.is_cut, len(ran.output)) == (0, True, KEPT)


def test_no_input_and_no_shell(tmp_path: Path) -> None:
    ran = run(call_of(python("import sys; print(repr(sys.stdin.read()))"), stream("s"), 1), Work())
    assert ran.output.strip() == "''"
    target = tmp_path / "made"
    run(call_of(command_trigger(f"echo x > {target}"), stream("s"), 1), Work())
    assert not target.exists()


def test_the_time_limit(tmp_path: Path) -> None:
    """Everybody whom the program started ends with it."""
    code = (
        "import subprocess, sys, time;"
        "subprocess.Popen([sys.executable, '-c', 'import time, pathlib, sys;"
        " time.sleep(3); pathlib.Path(sys.argv[1]).touch()', sys.argv[1]]);"
        "print('begun', flush=True); time.sleep(60)"
    )
    late = tmp_path / "late"
    ran = run(call_of(python(code, str(late), seconds=1), stream("s"), 1), Work())
    assert (ran.status, ran.succeeded, ran.output.strip()) == (None, False, "begun")
    time.sleep(3)
    assert not late.exists()


def test_it_can_be_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    work = Work()
    ended: list[Any] = []
    real = trigger_running._end
    monkeypatch.setattr(trigger_running, "_end", lambda process: ended.append(real(process)))
    threading.Timer(0.3, work.token.cancel).start()
    with pytest.raises(Cancelled):
        run(call_of(python("import time; time.sleep(60)"), stream("s"), 1), work)
    assert len(ended) == 1


def test_a_program_that_is_not_there() -> None:
    with pytest.raises(InputInvalid, match="cannot be run"):
        run(call_of(command_trigger("no-such-program-here {stream}"), stream("s"), 1), Work())


# -- a request -------------------------------------------------------------------------------------


def test_a_request() -> None:
    with application() as (url, asked):
        trigger = request_trigger(
            f"PUT {url}/s/{{stream}}?v={{version}}", '{"of": ["{stream}", "{category}"], "n": 1}'
        )
        call = call_of(trigger, stream(HOSTILE), 7)
        ran = run(call, Work())
    assert (ran.status, ran.succeeded, ran.output) == (202, True, "geschafft ✓")
    [(method, path, body)] = asked
    assert (method, path.count("/"), path.endswith("?v=7")) == ("PUT", 2, True)
    assert json.loads(body) == {"of": [HOSTILE, "order"], "n": 1}
    assert call.shown == (f"PUT {url}{path}", body.decode())


def test_answers_that_are_no_success() -> None:
    with application(500) as (url, _):
        ran = run(call_of(request_trigger(f"{url}/x"), stream("s"), 1), Work())
    assert (ran.status, ran.succeeded) == (500, False)
    with application(302, location="/elsewhere") as (url, asked):
        ran = run(call_of(request_trigger(f"GET {url}/x"), stream("s"), 1), Work())
    assert (ran.status, ran.succeeded, len(asked)) == (302, False, 1)  # nobody was followed


def test_an_application_that_does_not_answer() -> None:
    with application(delay=3) as (url, _):
        ran = run(call_of(request_trigger(f"{url}/x", seconds=0.5), stream("s"), 1), Work())
        assert (ran.status, ran.succeeded) == (None, False)
        work = Work()
        threading.Timer(0.3, work.token.cancel).start()
        with pytest.raises(Cancelled):
            run(call_of(request_trigger(f"{url}/x"), stream("s"), 1), work)


def test_an_application_that_is_not_there() -> None:
    with application() as (url, _):
        pass
    with pytest.raises(StoreUnavailable, match="could not be asked"):
        run(call_of(request_trigger(f"{url}/x"), stream("s"), 1), Work())


# -- with a store ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("kept", "verdict"), [(total(40), Verdict.MATCHES), (5, Verdict.DIFFERS)])
def test_the_new_snapshot_is_found_and_checked(tmp_path: Path, kept: int, verdict: Verdict) -> None:
    request = long_stream(tmp_path, 60, {})
    log = WriteLog(tmp_path / "log")
    trigger = python(TAKES_ONE, request.address, "{stream}", "{version}", str(kept))
    store = open_store(request, Work())
    try:
        prepared = prepare(store, trigger, the_stream(store.reader, NAME), 40)
        assert prepared.version == 40
        with pytest.raises(WriteRefused, match="Another store"):
            trigger_snapshot(store, prepared, Unlock("elsewhere", store.table), Work(), log)
        assert log.lines() == ()
        done = trigger_snapshot(store, prepared, unlock(store, store.name), Work(), log)
        assert (done.ran.output, done.made) == ("taken\n", (40,))
        assert done.check is not None
        assert done.check.verdict is verdict
        # Once more the row is in the way, and the application says so.
        again = prepare(store, trigger, the_stream(store.reader, NAME), 40)
        done = trigger_snapshot(store, again, unlock(store, store.name), Work(), log)
        assert (done.ran.succeeded, done.made) == (False, ())
        assert "no new snapshot" in done.reason
    finally:
        store.close()
    outcomes = [(line["outcome"], line.get("status")) for line in log.lines()]
    assert outcomes == [("begun", None), ("triggered", 0), ("begun", None), ("triggered", 1)]
    assert "sys.argv" not in log.path.read_text()


def test_the_record_says_that_nobody_knows_how_a_stopped_one_ended(tmp_path: Path) -> None:
    log, work = WriteLog(tmp_path / "log"), Work()
    store = open_store(long_stream(tmp_path, 60, {}), Work())
    try:
        trigger = python("import time; time.sleep(60)")
        prepared = prepare(store, trigger, the_stream(store.reader, NAME), 40)
        threading.Timer(0.3, work.token.cancel).start()
        with pytest.raises(Cancelled):
            trigger_snapshot(store, prepared, unlock(store, store.name), work, log)
    finally:
        store.close()
    assert [line["outcome"] for line in log.lines()] == ["begun", "unknown"]


def test_versions_that_are_not_there(tmp_path: Path) -> None:
    store = open_store(long_stream(tmp_path, 60, {}), Work())
    try:
        for at in (0, 61):
            with pytest.raises(InputInvalid, match="no version"):
                prepare(store, command_trigger("app"), the_stream(store.reader, NAME), at)
        prepared = prepare(store, command_trigger("app"), the_stream(store.reader, NAME), None)
        assert prepared.version == 60
    finally:
        store.close()


def test_what_is_kept_for_a_store(tmp_path: Path) -> None:
    memory = TriggerMemory(tmp_path / "config" / "triggers.json")
    store = open_store(long_stream(tmp_path, 3, {}), Work())
    try:
        assert memory.of(store) is None
        for trigger in (
            command_trigger("app 'one word' --of={stream}", 5),
            request_trigger("PUT http://host/{stream}", '{"v": "{version}"}'),
        ):
            memory.remember(store, trigger)
            assert memory.of(store) == trigger
        memory.remember(store, None)
        assert memory.of(store) is None
        for broken in ("", "[]", '{"stores": {"X": 5}}', '{"stores": {"X": {"seconds": 5}}}',
                       '{"stores": {"X": {"seconds": 5, "command": ["{x}"]}}}'):  # fmt: skip
            key = f"{store.address.text}#{store.table}"
            memory.path.write_text(broken.replace("X", key))
            assert memory.of(store) is None
    finally:
        store.close()
