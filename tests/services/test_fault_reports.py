"""Reports about faults: they come about, they can be found, and they give nothing away."""

from __future__ import annotations

import getpass
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.core.errors import OutputFailed
from inspector.core.paths import parse_path
from inspector.services.fault_reports import KEPT, CrashWatch, note_fault, save_report
from inspector.services.fault_texts import crash_report, fault_report
from inspector.storage.address import parse_address

if TYPE_CHECKING:
    from collections.abc import Callable

VERSIONS = {"Qt": "6.8.1", "platform": "offscreen"}
ROOT = Path(__file__).resolve().parents[2]


def raised(doing: Callable[[], object]) -> BaseException:
    try:
        doing()
    except Exception as error:  # noqa: BLE001 - whatever it is
        return error
    raise AssertionError("nothing was raised")


def beyond_the_end() -> object:
    return list(VERSIONS)[7]


def of_nothing() -> object:
    return getattr(None, "upper")()  # noqa: B009 - a type checker would see through it


def test_a_report_says_where_and_with_what() -> None:
    error = raised(lambda: parse_path(None))  # type: ignore[arg-type]
    text = fault_report(error, VERSIONS, "command state")
    assert "Event History Inspector 0." in text
    assert "Qt 6.8.1" in text
    assert "in: command state" in text
    assert "inspector/core/paths.py, line " in text
    assert type(error).__name__ in text
    assert str(ROOT) not in text


def test_words_of_python_stay_readable() -> None:
    text = fault_report(raised(beyond_the_end), VERSIONS)
    assert "IndexError: list index out of range" in text
    text = fault_report(raised(of_nothing), VERSIONS)
    assert "AttributeError: 'NoneType' object has no attribute '…'" in text


def test_causes_are_told_and_circles_end() -> None:
    def fails() -> None:
        try:
            int("secret-payload")
        except ValueError as error:
            raise KeyError("customer@example.org") from error

    error = raised(fails)
    text = fault_report(error, {})
    assert "KeyError" in text
    assert "ValueError: invalid literal for int() with base 10" in text
    assert "secret" not in text
    assert "customer" not in text
    error.__context__ = error
    error.__cause__ = error
    assert fault_report(error, {}).count("KeyError") == 1


_SECRET = st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=6, max_size=30).map(
    lambda text: f"zq{text}"
)


@given(_SECRET, st.sampled_from([ValueError, KeyError, RuntimeError, OSError, AssertionError]))
def test_no_word_of_a_store_gets_in(secret: str, kind: type[Exception]) -> None:
    """Alone, between words, as a path, as a password, and as the name of a variable's value."""
    for words in (secret, f"unexpected value {secret} here", f"/home/{secret}/orders.db",
                  f"password={secret}", repr({secret: secret})):  # fmt: skip

        def fails(words: str = words) -> None:
            raise kind(words)

        text = fault_report(raised(fails), VERSIONS)
        assert secret not in text
        assert secret.lower() not in text.lower()


def test_nobodys_name_home_or_computer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home" / "miriam"))
    monkeypatch.setattr(getpass, "getuser", lambda: "miriam")
    monkeypatch.setattr(socket, "gethostname", lambda: "laptop-of-miriam.example.org")
    versions = {"Qt": "built by miriam on laptop-of-miriam", "home": str(Path.home())}
    text = fault_report(raised(beyond_the_end), versions)
    assert "miriam" not in text
    dump = crash_report("", f'  File "{Path.home()}/x.py", line 3 in miriam\n')
    assert "miriam" not in dump
    assert "line 3" in dump


def test_passwords_of_addresses_stay_out() -> None:
    error = raised(lambda: parse_address("postgresql://mia:s3cretword@db/x?nosuch=1"))
    text = fault_report(error, VERSIONS)
    assert "s3cretword" not in text
    assert "mia" not in text


def test_an_exception_that_cannot_say_what_it_is() -> None:
    class Odd(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    def fails() -> None:
        raise Odd

    assert "Odd" in fault_report(raised(fails), {})


# -- files ----------------------------------------------------------------------------------


def test_reports_are_kept_but_not_for_ever(tmp_path: Path) -> None:
    error = raised(beyond_the_end)
    made = [note_fault(error, {}, folders=(tmp_path,)) for _ in range(KEPT + 3)]
    kept = sorted(tmp_path.iterdir())
    assert len(kept) == KEPT
    assert kept[-1] == made[-1].path
    made[-1].delete()
    assert made[-1].path not in list(tmp_path.iterdir())
    made[-1].delete()


def test_a_report_is_there_even_when_no_folder_takes_it(tmp_path: Path) -> None:
    blocked = tmp_path / "a file"
    blocked.touch()
    report = note_fault(raised(beyond_the_end), {}, folders=(blocked, blocked / "x"))
    assert report.path is None
    assert "IndexError" in report.text
    report.delete()
    with pytest.raises(OutputFailed, match="could not be written"):
        save_report(report.text, blocked / "x.txt")
    save_report(report.text, tmp_path / "x.txt")
    assert (tmp_path / "x.txt").read_text() == report.text


# -- processes that die ---------------------------------------------------------------------

_DIES = """
import os, sys, time, faulthandler, signal, ctypes
from pathlib import Path
from inspector.services.fault_reports import CrashWatch
watch = CrashWatch({"Qt": "6.8.1"}, Path(sys.argv[1]))
watch.begin()
def secret_payload_was_here():
    customer = "customer@example.org"
    how = sys.argv[2]
    if how == "abort": os.abort()
    if how == "segfault": os.kill(os.getpid(), signal.SIGSEGV)
    if how == "read": ctypes.string_at(0)
    if how == "kill": os.kill(os.getpid(), signal.SIGKILL)
    if how == "waits": print("up", flush=True); sys.stdin.read()
secret_payload_was_here()
watch.end()
"""


def run_child(folder: Path, how: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-c", _DIES, str(folder), how]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False)


@pytest.mark.parametrize(
    ("how", "words"),
    [("abort", "Aborted"), ("segfault", "Segmentation fault"), ("read", "Segmentation fault")],
)
def test_a_process_that_crashes_is_reported_at_the_next_start(
    how: str, words: str, tmp_path: Path
) -> None:
    died = run_child(tmp_path, how)
    assert died.returncode in (-signal.SIGABRT, -signal.SIGSEGV)
    watch = CrashWatch(VERSIONS, tmp_path)
    watch.begin()
    (report,) = watch.earlier()
    assert report.crashed
    assert f"Fatal Python error: {words}" in report.text
    assert "Event History Inspector 0." in report.text
    assert "secret_payload_was_here" in report.text  # a name of code, not of data
    assert "customer" not in report.text
    assert str(tmp_path) not in report.text
    assert report.path is not None
    assert report.path.read_text() == report.text
    assert watch.earlier() == ()  # shown once
    watch.end()
    assert list(tmp_path.iterdir()) == [report.path]


def test_a_good_end_and_a_kill_leave_nothing_to_show(tmp_path: Path) -> None:
    assert run_child(tmp_path, "ends").returncode == 0
    assert list(tmp_path.iterdir()) == []
    assert run_child(tmp_path, "kill").returncode == -signal.SIGKILL
    assert CrashWatch(VERSIONS, tmp_path).earlier() == ()
    assert list(tmp_path.iterdir()) == []


def test_a_process_that_runs_is_left_alone(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _DIES, str(tmp_path), "waits"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"up\n"
        watch = CrashWatch(VERSIONS, tmp_path)
        assert watch.earlier() == ()
        assert len(list(tmp_path.iterdir())) == 1
        os.kill(child.pid, signal.SIGSEGV)
        child.wait()
    assert len(watch.earlier()) == 1


def test_where_nothing_can_be_written_nothing_is_watched(tmp_path: Path) -> None:
    blocked = tmp_path / "a file"
    blocked.touch()
    watch = CrashWatch(VERSIONS, blocked)
    watch.begin()
    assert watch.earlier() == ()
    watch.end()


def test_a_trace_that_holds_something_else(tmp_path: Path) -> None:
    (tmp_path / "running-1.dump").write_text("customer@example.org\n--- nothing of ours\n")
    (tmp_path / "running-2.dump").write_bytes(b"\xff\xfe\x00" * 1000)
    assert CrashWatch(VERSIONS, tmp_path).earlier() == ()
