"""Asking before a replayer's program is run: the exact command, refused unless it is allowed.

What would be run is found out in a thread of its own, because files have to be read for it;
nothing is run here. An allowed command is remembered with the digests of its files.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from inspector.core.errors import OutputFailed
from inspector.core.texts import tr
from inspector.services.replayer_consent import ConsentMemory, ForeignCommand, foreign_command
from inspector.services.tasks import Done, Failed
from inspector.ui.runner import QtTaskRunner
from inspector.ui.theme import FontRole
from inspector.ui.widgets.labels import PlainLabel, muted
from inspector.ui.widgets.plain_text import visible_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from inspector.services.tasks import Outcome
    from inspector.ui.theme import Theme

SHORT_WAIT = 0.2
"""Seconds that closing waits for the thread."""


class ConsentQuestion(QDialog):
    """Shows a command word by word; accepted only by the button that says so."""

    def __init__(self, theme: Theme, command: ForeignCommand, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Run this program?"))
        title = PlainLabel(tr("Run this program to compute states?"))
        theme.set_font(title, FontRole.TITLE)
        about = muted(
            PlainLabel(
                tr(
                    "It is not part of this program and can do everything that you can do on this "
                    "computer. It gets the events of the streams that you look at. What it "
                    "loads by itself is not known here."
                ),
                wrap=True,
            )
        )
        self.words = PlainLabel("\n".join(map(visible_text, command.words)), wrap=True)
        files = "\n".join(f"{path}\nsha256 {digest}" for path, digest in command.files)
        self.files = muted(PlainLabel(files, wrap=True))
        for label in (self.words, self.files):
            theme.set_font(label, FontRole.MONO)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        kept = tr("This is remembered for this very command, until one of these files changes:")
        self.run_button = QPushButton(tr("Run it"))
        self.refuse_button = QPushButton(tr("Do not run it"))
        self.run_button.setAutoDefault(False)
        self.refuse_button.setDefault(True)
        self.run_button.clicked.connect(self.accept)
        self.refuse_button.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self.run_button)
        row.addWidget(self.refuse_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        for widget in (title, self.words, about, muted(PlainLabel(kept, wrap=True)), self.files):
            column.addWidget(widget)
        column.addStretch(1)
        column.addLayout(row)
        self.setMinimumWidth(theme.px(560))
        self.refuse_button.setFocus()


class Consent(QObject):
    """Lets something go on only with a replayer that may be run.

    Args:
        memory: what was allowed before; ``None`` remembers nothing.

    Attributes:
        question: the question that is open, or the last one.

    Signals:
        refused(str): it may not be run, or cannot; why, in a sentence.
        asked(): the question is open (for tests).
    """

    refused = Signal(str)
    asked = Signal()

    def __init__(self, theme: Theme, parent: QWidget, memory: ConsentMemory | None) -> None:
        super().__init__(parent)
        self._theme, self._parent, self._memory = theme, parent, memory
        self._runner: QtTaskRunner | None = None
        self.question: ConsentQuestion | None = None

    def require(self, text: str, then: Callable[[], object]) -> None:
        """Do something, after the user has allowed the command in a text; at once without one."""
        if not text:
            then()
            return
        if self._runner is None:
            self._runner = QtTaskRunner("consent")
        memory = self._memory

        def looked(outcome: Outcome[tuple[ForeignCommand | None, bool]]) -> None:
            if isinstance(outcome, Failed):
                self.refused.emit(f"{outcome.error.message} {outcome.error.hint}".strip())
            elif isinstance(outcome, Done):
                command, known = outcome.value
                if command is None or known:
                    then()
                else:
                    self._ask(command, then)

        def job(work: object) -> tuple[ForeignCommand | None, bool]:
            command = foreign_command(text, work)  # type: ignore[arg-type]
            known = command is not None and memory is not None and memory.allows(command)
            return command, known

        self._runner.submit("consent", job, looked)

    def close(self) -> None:
        """End the thread."""
        runner, self._runner = self._runner, None
        if runner is not None:
            runner.close(SHORT_WAIT)

    def _ask(self, command: ForeignCommand, then: Callable[[], object]) -> None:
        question = self.question = ConsentQuestion(self._theme, command, self._parent)
        question.accepted.connect(partial(self._allowed, command, then))
        question.rejected.connect(
            lambda: self.refused.emit(tr("The replayer was not run, and nothing was opened."))
        )
        question.open()
        self.asked.emit()

    def _allowed(self, command: ForeignCommand, then: Callable[[], object]) -> None:
        if self._memory is not None:
            try:
                self._memory.allow(command)
            except OutputFailed as error:
                self.refused.emit(error.message)
        then()
