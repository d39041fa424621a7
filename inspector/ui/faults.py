"""The one place where exceptions that nobody expected are shown.

An error that an operation ended with is shown where the operation was asked for. What arrives
here is a fault of the program: a report of it is kept on this computer and shown once, and the
window stays. A fault that ended the program is shown at the next start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import PySide6
from PySide6.QtCore import QObject, QTimer, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from inspector.services.fault_reports import CrashWatch, Report, note_fault

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from inspector.ui.theme import Theme


class FaultPresenter(QObject):
    """Shows faults of the program, one dialog at a time; repeated ones only once.

    Attributes:
        dialog: the report that is shown now.
    """

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._theme, self._window = theme, window
        self._shown: set[str] = set()
        self._waiting: list[Sequence[Report]] = []
        self.dialog: QWidget | None = None

    def caught(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Take an exception that reached the event loop."""
        if issubclass(kind, KeyboardInterrupt):
            self._window.close()
            return
        self.take(error.with_traceback(trace))

    def take(self, error: BaseException) -> None:
        """Report a fault of the program, wherever it was noticed, in the window's thread."""
        where = _place(error)
        if where not in self._shown:
            self._shown.add(where)
            self.show((note_fault(error, versions(), "the window"),))

    def show(self, reports: Sequence[Report]) -> None:
        """Show reports, after those that are being read."""
        if reports:
            self._waiting.append(reports)
            QTimer.singleShot(0, self, self._present)

    def _present(self) -> None:
        if self.dialog is not None or not self._waiting:
            return
        from inspector.ui.dialogs.fault_view import FaultView  # noqa: PLC0415 - seldom needed

        dialog = FaultView(self._theme, self._waiting.pop(0), self._window)
        self.dialog = dialog
        dialog.finished.connect(self._closed)
        dialog.open()

    def _closed(self) -> None:
        self.dialog = None
        QTimer.singleShot(0, self, self._present)


def versions() -> dict[str, str]:
    """Which libraries and which way to the screen are in use."""
    return {
        "PySide6": PySide6.__version__,
        "Qt": qVersion() or "?",
        "platform": QGuiApplication.platformName() or "?",
    }


def watch_crashes() -> CrashWatch:
    """Let this process leave a trace if it dies."""
    watch = CrashWatch(versions())
    watch.begin()
    return watch


def _place(error: BaseException) -> str:
    """What tells one fault from another: its kind, and where it was raised."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    code = None if trace is None else trace.tb_frame.f_code
    line = 0 if trace is None else trace.tb_lineno
    return f"{type(error).__name__} {code and (code.co_filename, code.co_name)} {line}"
