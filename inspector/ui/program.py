"""The application object, and what the system hands to a program that runs already.

Imports Qt alone. An event filter on the application would see every event of every widget; what
the system sends goes to the application object itself and is taken there.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication


class Program(QApplication):
    """The application.

    Signals:
        handed(str, str): macOS hands over an address and the path of a file, each perhaps empty,
            where other systems start the program again.
    """

    handed = Signal(str, str)

    def event(self, event: QEvent) -> bool:
        """Tell of what was handed over."""
        if event.type() is QEvent.Type.FileOpen and isinstance(event, QFileOpenEvent):
            self.handed.emit(event.url().toString(), event.file())
            return True
        return super().event(event)
