"""The one place where exceptions that nobody expected are shown.

An error that an operation ended with is shown where the operation was asked for. What arrives
here is a fault of the program: it is shown once, with a report to copy, and the window stays.
The report holds the traceback and versions; no payload, no password.
"""

from __future__ import annotations

import platform
import traceback
from typing import TYPE_CHECKING

import PySide6
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from inspector import __version__
from inspector.core.texts import tr

if TYPE_CHECKING:
    from types import TracebackType


class FaultPresenter(QObject):
    """Shows faults of the program, one dialog at a time; repeated ones only once."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._shown: set[str] = set()

    def caught(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Take an exception that reached the event loop."""
        if issubclass(kind, KeyboardInterrupt):
            self._window.close()
            return
        report = report_text(kind, error, trace)
        if report not in self._shown:
            self._shown.add(report)
            QTimer.singleShot(0, self, lambda: self._present(report))

    def _present(self, report: str) -> None:
        box = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Critical)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setWindowTitle(tr("Something went wrong in this program"))
        box.setText(tr("Something went wrong in this program. The store was not changed."))
        box.setInformativeText(tr("The report can be copied; it holds no payload."))
        box.setDetailedText(report)
        copy = box.addButton(tr("Copy report"), QMessageBox.ButtonRole.ActionRole)
        box.addButton(QMessageBox.StandardButton.Close)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(report))
        box.open()


def report_text(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> str:
    """A report that can be mailed: versions, and where it happened, without values."""
    frames = traceback.format_tb(trace)
    versions = f"{__version__}, Python {platform.python_version()}, PySide6 {PySide6.__version__}"
    where = f"{platform.system()} {platform.release()}"
    words = str(error).splitlines()[:1]
    first = words[0][:200] if words else ""
    return (
        f"Event History Inspector {versions}, {where}\n{kind.__name__}: {first}\n{''.join(frames)}"
    )
