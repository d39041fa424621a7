"""One line about long work: how far it is with a way to stop it, or that it was stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QToolButton, QVBoxLayout, QWidget

from inspector.core.texts import tr
from inspector.ui.theme import FontRole, Icon, Role
from inspector.ui.widgets.labels import ElidedLabel, muted
from inspector.ui.widgets.plain_text import tooltip_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from inspector.ui.theme import Theme

SHOWN_AFTER = 150
"""Milliseconds after which work counts as long; quicker work shows nothing at all."""


class ScanLine(QWidget):
    """Progress with *Stop*, or a note with a button that leads on."""

    def __init__(self, theme: Theme, stop: Callable[[], object]) -> None:
        super().__init__()
        self._theme, self._stop = theme, stop
        self._running = False
        self._run: Callable[[], object] = stop
        self._words = muted(ElidedLabel())
        theme.set_font(self._words, FontRole.SMALL)
        self.button = QToolButton()
        theme.set_font(self.button, FontRole.SMALL)
        self.button.clicked.connect(self._pressed)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 0)
        self._bar.setAccessibleName(tr("Progress"))
        row = QHBoxLayout()
        row.setContentsMargins(14, 0, 8, 2)
        row.addWidget(self._words, 1)
        row.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self._bar)
        self._late = QTimer(self, singleShot=True, interval=SHOWN_AFTER)
        self._late.timeout.connect(self.show)
        super().hide()

    def show_running(self, words: str, done: int = 0, total: int | None = None) -> None:
        """Say how far running work is; ``total`` is ``None`` while nobody knows it."""
        self._say(words, tr("Stop"), tr("Stop (Esc)"), self._stop)
        self._theme.set_icon(self.button, Icon.CIRCLE_STOP, Role.TEXT_MUTED)
        # Units are brought to a thousand steps: Qt counts in 32 bits.
        self._bar.setRange(0, 1000 if total else 0)
        self._bar.setValue(min(1000 * done // total, 1000) if total else 0)
        self._bar.show()
        if not self._running and not self.isVisible():
            self._late.start()
        self._running = True

    def show_partial(self, words: str, again: Callable[[], object], button: str) -> None:
        """Say that work was stopped, and offer to do it after all."""
        self._say(words, button, button, again)
        self._theme.set_icon(self.button, Icon.REFRESH, Role.TEXT_MUTED)
        self._rest()

    def show_note(self, words: str) -> None:
        """Say something about what is shown."""
        self._say(words, "", "", self._stop)
        self._rest()

    def hide(self) -> None:
        """Show nothing."""
        self._running = False
        self._late.stop()
        super().hide()

    def _pressed(self) -> None:
        self._run()

    def _rest(self) -> None:
        self._running = False
        self._late.stop()
        self._bar.hide()
        self.show()

    def _say(self, words: str, button: str, tip: str, run: Callable[[], object]) -> None:
        self._words.setText(words)
        self.button.setVisible(bool(button))
        self.button.setAccessibleName(button)
        self.button.setToolTip(tooltip_text(tip))
        self._run = run
