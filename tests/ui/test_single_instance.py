"""A second start hands what it was asked for to the program that runs, or says why it did not."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication

from inspector.codecs._api import Key
from inspector.services.open_store import OpenRequest
from inspector.services.single_instance import (
    FORM,
    NOBODY,
    HandedOver,
    hand_over,
    message_of,
    request_in,
    socket_name,
    somebody_listens,
)
from inspector.services.window_request import WindowRequest
from inspector.storage.opening import OpenOptions
from inspector.ui.instance_server import InstanceServer
from tests.helpers.stores import stream_rows, write_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sockets have paths here")


@pytest.fixture
def name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    return socket_name(tmp_path / "settings")


@pytest.fixture
def server(name: str, qtbot: QtBot) -> Iterator[InstanceServer]:
    server = InstanceServer(name)
    assert server.listen()
    yield server
    server.close()
    server.deleteLater()
    qtbot.wait(1)


def in_background(qtbot: QtBot, ask: Callable[[], HandedOver]) -> HandedOver:
    """The other program has a process of its own; here it has a thread."""
    came: list[HandedOver] = []
    thread = threading.Thread(target=lambda: came.append(ask()))
    thread.start()
    qtbot.waitUntil(lambda: bool(came), timeout=10_000)
    thread.join()
    return came[0]


def test_a_request_arrives_as_it_was_sent(
    server: InstanceServer, name: str, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_ACTIVATION_TOKEN", "token-1")
    monkeypatch.chdir(tmp_path)
    path = write_store(tmp_path / "주문.db", stream_rows("order-1", 1, 3))
    rules = tmp_path / "a.toml"
    rules.write_text("")
    store = OpenRequest(path.name, choice="stored_events", rules=(rules.name,),
                        options=OpenOptions(touch_nothing=True))  # fmt: skip
    request = WindowRequest(store=store, stream="order-\udcff", at=2, panel="raw")
    with qtbot.waitSignal(server.requested) as got:
        came = in_background(qtbot, lambda: hand_over(request, name))
    assert came == HandedOver(taken=True)
    assert got.args is not None
    taken, token = got.args
    assert token == "token-1"
    assert (taken.stream, taken.at, taken.panel) == ("order-\udcff", 2, "raw")
    assert taken.store.address == str(path)
    assert taken.store.rules == (str(rules),)
    assert taken.store.choice == "stored_events"
    assert taken.store.options.touch_nothing


@pytest.mark.parametrize(
    "request_",
    [
        WindowRequest(session=False),
        WindowRequest(own=True),
        WindowRequest(theme="dark"),
        WindowRequest(store=OpenRequest("a.db", keys=(Key("k", b"x" * 16),))),
        WindowRequest(store=OpenRequest("a.db", replayer="run-me")),
        WindowRequest(store=OpenRequest("a.db", options=OpenOptions(typed_password="x"))),
        WindowRequest(store=OpenRequest("postgresql://me:secret@host/db")),
        WindowRequest(store=OpenRequest("host=h password=secret")),
        WindowRequest(store=OpenRequest("postgresql://host/db?PASSWORD=secret")),
        WindowRequest(stream="x" * 300_000),
    ],
)
def test_what_is_nobody_elses_business_is_not_sent(request_: WindowRequest) -> None:
    assert message_of(request_) is None


def test_the_socket_is_the_users_alone(server: InstanceServer, name: str) -> None:
    assert server.listening
    assert stat.S_IMODE(Path(name).stat().st_mode) & 0o077 == 0
    assert stat.S_IMODE(Path(name).parent.stat().st_mode) & 0o022 == 0


def test_a_folder_that_others_can_write_to_is_not_trusted(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    name = str(tmp_path / "socket")
    with closing(socket.socket(socket.AF_UNIX)) as other:
        other.bind(name)
        other.listen()
        assert hand_over(WindowRequest(), name) == NOBODY
    assert not InstanceServer(name).listen()


def test_settings_elsewhere_mean_another_socket(tmp_path: Path) -> None:
    names = {socket_name(tmp_path / n) for n in ("a", "b", "c" * 120)}
    assert len(names) == 3
    assert all(len(os.fsencode(n)) <= 100 for n in names)


def test_nobody_listens_and_a_socket_that_was_left_behind(name: str, qtbot: QtBot) -> None:
    assert hand_over(WindowRequest(), name) == NOBODY
    first = InstanceServer(name)
    assert first.listen()
    assert somebody_listens(name)
    second = InstanceServer(name)
    assert not second.listen(), "the first one keeps it"
    first.close()
    qtbot.wait(1)
    with closing(socket.socket(socket.AF_UNIX)) as killed:
        killed.bind(name)
        killed.listen()
    assert Path(name).exists()
    assert not somebody_listens(name)
    assert hand_over(WindowRequest(), name) == NOBODY
    assert second.listen()
    second.close()


def test_a_program_that_hangs_is_given_up(name: str, tmp_path: Path) -> None:
    (tmp_path / "settings").mkdir(exist_ok=True)
    Path(name).parent.mkdir(mode=0o700, exist_ok=True)
    with closing(socket.socket(socket.AF_UNIX)) as hung:
        hung.bind(name)
        hung.listen()
        came = hand_over(WindowRequest(), name, patience=0.05)
        assert not came.taken
        assert "did not answer" in came.note
        assert not InstanceServer(name).listen(), "it may come to itself"
    Path(name).unlink()


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (b"", "did not answer"),
        (b"\n", "Another version"),
        (b"[]\n", "Another version"),
        (b'{"form": 9, "taken": "yes"}\n', "Another version"),
        (b'{"form": 9, "taken": false}\n', "Another version"),
    ],
)
def test_another_answer_is_said(name: str, answer: bytes, word: str) -> None:
    Path(name).parent.mkdir(mode=0o700, exist_ok=True)
    with closing(socket.socket(socket.AF_UNIX)) as other:
        other.bind(name)
        other.listen()

        def speak() -> None:
            line, _ = other.accept()
            with line:
                line.recv(100_000)
                line.sendall(answer)

        thread = threading.Thread(target=speak)
        thread.start()
        came = hand_over(WindowRequest(), name)
        thread.join()
    Path(name).unlink()
    assert not came.taken
    assert word in came.note


GOOD = {"form": FORM, "program": "0", "store": None, "stream": None, "category": None,
        "at": None, "link": "x", "panel": None, "token": ""}  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        b"\n", b"{\n", b"[1]\n", b"\xff\xfe\n", b"[" * 60_000 + b"\n",
        *(json.dumps(GOOD | more).encode() + b"\n" for more in (
            {"form": 2}, {"run": "x"}, {"at": "1"}, {"at": True}, {"link": 5}, {"store": []},
            {"store": {"address": 5}}, {"store": {"address": "a", "replayer": "x"}},
            {"store": {"address": "a", "rules": "x"}}, {"store": {"address": "a", "keys": []}},
        )),
    ],
)  # fmt: skip
def test_a_damaged_message_is_refused_and_the_next_is_heard(
    server: InstanceServer, name: str, qtbot: QtBot, content: bytes
) -> None:
    def say() -> HandedOver:
        with closing(socket.socket(socket.AF_UNIX)) as line:
            line.connect(name)
            line.settimeout(5)
            line.sendall(content)
            answer = json.loads(line.recv(1000))
            return HandedOver(taken=answer["taken"])

    with qtbot.assertNotEmitted(server.requested):
        assert in_background(qtbot, say) == NOBODY
    with qtbot.waitSignal(server.requested):
        assert in_background(qtbot, lambda: hand_over(WindowRequest(link="x"), name)).taken


def test_a_flood_and_silence_do_no_harm(
    server: InstanceServer, name: str, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inspector.ui.instance_server.SILENCE", 50)
    silent = [socket.socket(socket.AF_UNIX) for _ in range(5)]
    for line in silent:
        line.connect(name)

    def flood() -> HandedOver:
        with closing(socket.socket(socket.AF_UNIX)) as line:
            line.connect(name)
            line.settimeout(5)
            try:
                for _ in range(100):
                    line.sendall(b"x" * 100_000)
                line.recv(10)
            except OSError:
                pass
        return NOBODY

    in_background(qtbot, flood)
    qtbot.waitUntil(lambda: not server.children()[1:])
    for line in silent:
        line.close()
    assert in_background(qtbot, lambda: hand_over(WindowRequest(link="x"), name)).taken
    QCoreApplication.processEvents()


def test_a_message_is_read_again_as_it_was_written() -> None:
    request = WindowRequest(link="ehi:1?…", category="c")
    message = message_of(request)
    assert message is not None
    assert request_in(message)[0] == request


LISTENS_AFTER = 2.5
"""Seconds after the window that a program surely listens for later starts."""


@pytest.mark.timeout(120)
def test_two_starts_are_one_program(tmp_path: Path) -> None:
    """The real thing: the second start ends at once, and the first one's window goes there."""
    store = write_store(tmp_path / "one.db", stream_rows("order-1", 1, 5))
    environment = os.environ | {
        "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_RUNTIME_DIR": str(tmp_path / "none"), "QT_QPA_PLATFORM": "offscreen",
    }  # fmt: skip
    program = [sys.executable, "-m", "inspector"]
    session = tmp_path / "config" / "event-history-inspector" / "session.json"

    def ran(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*program, *words], cwd=ROOT, env=environment, check=False,
                              capture_output=True, text=True, timeout=60)  # fmt: skip

    def wait_for(text: str) -> None:
        end = time.monotonic() + 50
        while not session.exists() or text not in session.read_text():
            assert time.monotonic() < end, session.exists() and session.read_text()
            time.sleep(0.1)

    with subprocess.Popen([*program, "open", str(store), "--stream", "order-1"], cwd=ROOT,
                          env=environment, stderr=subprocess.DEVNULL) as first:  # fmt: skip
        try:
            wait_for('"position": 5')
            time.sleep(LISTENS_AFTER)
            link = ran("link", str(store), "order-1", "--at", "2").stdout.strip()
            second = ran("open", "--", link)
            assert (second.returncode, second.stdout) == (0, "")
            wait_for('"position": 2')
            picture = tmp_path / "window.png"
            assert ran("screenshot", str(store), "-o", str(picture)).returncode == 0
            assert picture.stat().st_size > 10_000, "a picture is drawn by its own program"
            assert first.poll() is None
        finally:
            first.kill()
    assert ran("open", "--", link[:-1]).returncode == 2
