"""``open``, ``demo``, ``screenshot``: what the window is asked for, and what is said without it.

The window itself is tested elsewhere; here somebody else stands in for it.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from inspector.core.errors import StoreUnavailable
from inspector.services.store_form import PasswordAsked
from inspector.services.window_request import WindowRequest
from inspector.storage.address import parse_address

if TYPE_CHECKING:
    from tests.cli.conftest import Caller

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Window:
    """Notes what it is asked for."""

    shown: list[WindowRequest] = field(default_factory=list)
    drawn: list[tuple[WindowRequest, Path]] = field(default_factory=list)
    error: Exception | None = None

    def run(self, request: WindowRequest) -> int:
        self.shown.append(request)
        if self.error is not None:
            raise self.error
        return 0

    def take(self, request: WindowRequest, output: Path) -> None:
        self.drawn.append((request, output))
        if self.error is not None:
            raise self.error


@pytest.fixture
def window(call: Caller, monkeypatch: pytest.MonkeyPatch) -> Window:
    """A window, and a screen to show it on."""
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    window = Window()
    call.window = window
    return window


@pytest.fixture
def no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")


def test_no_command_is_the_window(call: Caller, window: Window) -> None:
    assert call().code == 0
    assert window.shown == [WindowRequest()]


LINK = "ehi:1?store=ef211896c32d72e44ca1fc42f&stream=x&at=2&sum=4d4a21a8"


def test_open_takes_a_link_alone_or_beside_a_store(call: Caller, window: Window, shop: str) -> None:
    for arguments in (("open", LINK), (LINK,), ("open", "--link", LINK), ("open", f"<{LINK}>")):
        assert call(*arguments).code == 0
    assert {request.store for request in window.shown} == {None}
    assert {(request.link or "").strip("<>") for request in window.shown} == {LINK}
    assert call("open", shop, "--link", LINK).code == 0
    assert window.shown[-1].store is not None
    assert window.shown[-1].link == LINK


def test_a_link_that_cannot_be_followed_is_said_before_the_window_is_there(
    call: Caller, window: Window
) -> None:
    for arguments in ((LINK[:-1],), ("open", "ehi:" + "x" * 90_000), ("open", LINK, "--at", "3")):
        result = call(*arguments)
        assert (result.code, result.out) == (2, "")
        assert result.err.startswith("Error: ")
    assert not window.shown


def test_what_follows_two_dashes_is_never_an_option(call: Caller, window: Window) -> None:
    """As the desktop hands a link over, with whatever somebody wrote into it."""
    assert call("open", "--", LINK).code == 0
    assert window.shown.pop().link == LINK
    for more in (["--replayer", "run-me"], ["--no-session"], ["--rules=x"], ["--lang", "ko"]):
        assert call("open", "--", "ehi:1", *more).code == 2
        assert call("open", "--", LINK, *more).code == 2
    assert not window.shown


def test_a_file_comes_from_the_desktop_as_an_address(
    call: Caller, window: Window, tmp_path: Path
) -> None:
    file = tmp_path / "shop 100% #1.sqlite"
    assert call("open", "--", file.as_uri()).code == 0
    (request,) = window.shown
    assert request.store is not None
    assert parse_address(request.store.address).path == file


def test_open(call: Caller, window: Window, shop: str) -> None:
    result = call("open", shop, "--stream", "some", "--category", "c", "--at", "7",
                  "--theme", "dark", "--size", "1000x700", "--panel", "raw", "--lang", "en",
                  "--touch-nothing", "--table", "t")  # fmt: skip
    assert result.code == 0
    (request,) = window.shown
    assert (request.stream, request.category, request.at) == ("some", "c", 7)
    assert (request.theme, request.size, request.panel) == ("dark", (1000, 700), "raw")
    assert request.store is not None
    assert (request.store.address, request.store.choice) == (shop, "t")
    assert request.store.options.touch_nothing
    assert isinstance(request.store.options.password, PasswordAsked)  # the window itself asks


@pytest.mark.parametrize("word", ["PATH", "postgresql://host/db", "service=x", "sqlite:///x"])
def test_a_store_alone_opens_it(word: str, call: Caller, window: Window, shop: str) -> None:
    word = shop if word == "PATH" else word
    assert call(word).code == 0
    assert window.shown[0].store is not None
    assert window.shown[0].store.address == word


def test_options_alone_open_the_window(call: Caller, window: Window) -> None:
    assert call("--theme", "light").code == 0
    assert window.shown == [WindowRequest(theme="light")]


def test_demo_opens_the_sample_with_its_rules(call: Caller, window: Window) -> None:
    assert call("demo", "--with-rules", "--panel", "all-versions").code == 0
    (request,) = window.shown
    assert request.store is not None
    assert [Path(path).name for path in request.store.rules] == ["sample-shop.rules.toml"]
    assert request.panel == "all-versions"
    assert not request.session


def test_demo_opens_the_sample(call: Caller, window: Window) -> None:
    assert call("demo").code == 0
    assert window.shown[0].store is not None
    assert Path(window.shown[0].store.address).is_file()


def test_screenshot(call: Caller, window: Window, shop: str, tmp_path: Path) -> None:
    file = tmp_path / "picture.png"
    result = call("screenshot", shop, "-o", file, "--stream", "s", "--size", "900X600")
    assert result.code == 0
    ((request, output),) = window.drawn
    assert output == file
    assert (request.stream, request.size) == ("s", (900, 600))


def test_screenshot_needs_no_screen(
    call: Caller, window: Window, no_screen: None, shop: str, tmp_path: Path
) -> None:
    assert call("screenshot", shop, "-o", tmp_path / "a.png").code == 0
    assert window.drawn


@pytest.mark.parametrize("command", [[], ["demo"], ["open"], ["open", "STORE"]], ids="-".join)
def test_without_a_screen_a_command_is_offered(
    command: list[str], call: Caller, window: Window, no_screen: None, shop: str
) -> None:
    result = call(*[shop if word == "STORE" else word for word in command])
    assert result.code == 2
    assert "no screen" in result.err
    assert "screenshot" in result.err
    assert not window.shown
    offered = result.err.rsplit(" screenshot ", 1)[1].split()
    assert Path(offered[0]).is_file()
    assert offered[1:] == ["-o", "window.png"]


def test_a_program_without_a_window_says_so(
    call: Caller, shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    result = call("open", shop)
    assert result.code == 2
    assert "without its window" in result.err


def test_libraries_that_are_missing_are_named_with_their_packages(
    call: Caller, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("DISPLAY", ":99")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    monkeypatch.setattr("inspector.services.system_check._loads", lambda name: "icccm" not in name)
    result = call("demo")
    assert result.code == 2
    assert "libxcb-icccm.so.4" in result.err
    assert "apt-get install --no-install-recommends libxcb-icccm4" in result.err
    assert not window.shown


def test_errors_of_the_window_are_told_as_all_others(
    call: Caller, window: Window, shop: str, tmp_path: Path
) -> None:
    window.error = StoreUnavailable("It is gone.", hint="Look elsewhere.")
    result = call("screenshot", shop, "-o", tmp_path / "a.png")
    assert result.code == 3
    assert result.err == "Error: It is gone.\nLook elsewhere.\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["screenshot", "STORE"],
        ["screenshot", "STORE", "-o", "picture.jpg"],
        ["screenshot", "STORE", "-o", "no such folder/picture.png"],
        ["screenshot", "STORE", "-o", "a.png", "--size", "big"],
        ["screenshot", "STORE", "-o", "a.png", "--size", "10x10"],
        ["screenshot", "STORE", "-o", "a.png", "--theme", "pink"],
        ["screenshot", "STORE", "-o", "a.png", "--panel", "none"],
        ["open", "--stream", "s"],
        ["open", "STORE", "--at", "x"],
    ],
    ids=" ".join,
)
def test_a_wrong_call(arguments: list[str], call: Caller, window: Window, shop: str) -> None:
    result = call(*[shop if word == "STORE" else word for word in arguments])
    assert (result.code, result.out) == (2, "")
    assert not window.shown
    assert not window.drawn


def test_qt_that_cannot_be_loaded_is_one_sentence(shop: str, tmp_path: Path) -> None:
    """A library that the loader does not find ends Qt's import."""
    program = (
        "import sys\n"
        "sys.modules['PySide6.QtCore'] = None\n"
        "from inspector.__main__ import main\n"
        "sys.exit(main())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "screenshot", shop, "-o", str(tmp_path / "a.png")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("Error: The window cannot be started: ")
    assert "doctor" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_real_window_is_drawn(shop: str, tmp_path: Path) -> None:
    file = tmp_path / "real.png"
    done = subprocess.run(
        [sys.executable, "-m", "inspector", "screenshot", shop, "-o", str(file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert file.read_bytes().startswith(b"\x89PNG")


def test_a_picture_of_a_stream_that_is_not_there_is_refused(shop: str, tmp_path: Path) -> None:
    file = tmp_path / "real.png"
    done = subprocess.run(
        [sys.executable, "-m", "inspector", "screenshot", shop, "-o", str(file), "--stream", "no"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("Error: There is no stream 'no' in this store.")
    assert not file.exists()
