"""The peer of the inspector's start: an empty PySide6 window, and a screen to show it on.

The time runs from starting a Python process to the first paint of a window without content, so
it holds what no Qt program written in Python can avoid: interpreter, import of Qt, application,
window. May import the standard library and `measuring`; PySide6 is
only imported by the process it starts.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from shutil import which
from time import perf_counter

from tests.benchmarks.measuring import Reading

_EMPTY_WINDOW = """
from time import process_time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        QTimer.singleShot(0, report)

def report():
    print("painted", process_time(), flush=True)
    application.quit()

application = QApplication([])
window = Window()
window.resize(1280, 800)
window.show()
application.exec()
"""


class PeerUnavailableError(Exception):
    """A peer cannot run on this machine; the message says what it lacks."""


def empty_window(platform: str = "offscreen") -> Reading:
    """From starting a Python process to the first paint of its empty PySide6 window.

    `platform` is Qt's plug-in name. "xcb" needs a screen: run it inside `virtual_screen` or on a
    real one. Raises PeerUnavailableError when the window does not appear.
    """
    return until_painted(["-c", _EMPTY_WINDOW], {"QT_QPA_PLATFORM": platform})


def until_painted(arguments: Sequence[str], environment: dict[str, str]) -> Reading:
    """From starting Python with `arguments` to its line "painted", and the processor's time that
    the process names there.

    The program's modules may keep their bytecode, as those of an installed program have it.
    Raises PeerUnavailableError when the process ends without that line.
    """
    own = os.environ | environment
    own.pop("PYTHONDONTWRITEBYTECODE", None)
    started = perf_counter()
    with subprocess.Popen(
        [sys.executable, *arguments], stdout=subprocess.PIPE, env=own, text=True
    ) as process:
        assert process.stdout is not None
        words = process.stdout.readline().split()
        wall = perf_counter() - started
    if len(words) != 2 or words[0] != "painted":
        platform = environment.get("QT_QPA_PLATFORM")
        raise PeerUnavailableError(f"no window on platform {platform!r}: is there a screen?")
    return Reading(wall, float(words[1]))


@contextmanager
def virtual_screen() -> Iterator[str]:
    """An X server without a monitor for the block; sets and afterwards restores DISPLAY.

    Raises PeerUnavailableError where Xvfb is not installed or does not start.
    """
    if which("Xvfb") is None:
        raise PeerUnavailableError("Xvfb is not installed")
    before = os.environ.get("DISPLAY")
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
        assert server.stdout is not None
        number = server.stdout.readline().strip().decode()
        if not number:
            raise PeerUnavailableError("Xvfb did not start")
        os.environ["DISPLAY"] = f":{number}"
        try:
            yield os.environ["DISPLAY"]
        finally:
            os.environ.pop("DISPLAY")
            if before is not None:
                os.environ["DISPLAY"] = before
            server.terminate()
