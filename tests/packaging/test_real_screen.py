"""Qt opens a window on a real X screen: the system libraries that the set-up lists are enough."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.helpers.screen import running_screen

_SHOW_A_WINDOW = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel
app = QApplication([])
label = QLabel("on a screen")
label.resize(200, 100)
label.show()
def look():
    image = app.primaryScreen().grabWindow(label.winId()).toImage()
    colours = {image.pixel(x, y) for x in range(image.width()) for y in range(image.height())}
    print(app.platformName(), image.width(), len(colours) > 1)
    app.quit()
QTimer.singleShot(300, look)
sys.exit(app.exec())
"""


def test_a_window_appears_on_an_x_screen() -> None:
    with running_screen() as display:
        done = subprocess.run(
            [sys.executable, "-c", _SHOW_A_WINDOW],
            env=os.environ | {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["xcb", "200", "True"]
