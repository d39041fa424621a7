"""The window for a reader on the accessibility bus; run as a program.

Arguments: a stream of the sample store to begin with, a rules file, both or none; without any
the window begins with its start page. Says ``ready`` when it can be seen, and ends when its
input does.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QSettings, QSocketNotifier, QTimer

from inspector.services.open_store import OpenRequest
from inspector.services.sample import sample_store
from inspector.ui.app import application
from inspector.ui.main_window import MainWindow
from inspector.ui.recent import RecentStores
from inspector.ui.theme import Theme, ThemeChoice


def say_ready() -> None:
    """Tell whoever started this program that the window can be read."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()


def main(stream: str = "", rules: str = "") -> int:
    """Show the window until nobody reads any more."""
    app = application()
    with tempfile.TemporaryDirectory() as folder:
        settings = QSettings(str(Path(folder) / "w.ini"), QSettings.Format.IniFormat)
        window = MainWindow(Theme(app, ThemeChoice.LIGHT), settings, RecentStores(settings))
        window.show()
        window.activateWindow()  # there is no window manager here that would
        ready = QTimer(window, singleShot=True, interval=800)
        ready.timeout.connect(say_ready)
        if stream or rules:
            chosen = OpenRequest(str(sample_store()), rules=(rules,) if rules else ())
            window.open_request(chosen, stream or None)
            window.settled.connect(lambda: ready.start() if not ready.isActive() else None)
        else:
            ready.start()
        end = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read, window)
        end.activated.connect(lambda: window.close() and app.quit())
        return int(app.exec())


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
