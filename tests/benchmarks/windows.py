"""The peer of the inspector's start: an empty PySide6 window, and a screen to show it on.

The time runs from starting a Python process to the first paint of a window without content, so
it holds what no Qt program written in Python can avoid: interpreter, import of Qt, application,
window. May import the standard library; PySide6 is only imported by the process it starts.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from shutil import which
from time import perf_counter

_EMPTY_WINDOW = """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        QTimer.singleShot(0, report)

def report():
    print("painted", flush=True)
    application.quit()

application = QApplication([])
window = Window()
window.resize(1280, 800)
window.show()
application.exec()
"""


class PeerUnavailableError(Exception):
    """A peer cannot run on this machine; the message says what it lacks."""


def empty_window(platform: str = "offscreen") -> float:
    """Seconds from starting a Python process to the first paint of its empty PySide6 window.

    `platform` is Qt's plug-in name. "xcb" needs a screen: run it inside `virtual_screen` or on a
    real one. Raises PeerUnavailableError when the window does not appear.
    """
    environment = os.environ | {"QT_QPA_PLATFORM": platform}
    started = perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", _EMPTY_WINDOW],
        stdout=subprocess.PIPE,
        env=environment,
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        seconds = perf_counter() - started
    if line.strip() != b"painted":
        raise PeerUnavailableError(f"no window on platform {platform!r}: is there a screen?")
    return seconds


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
