"""Buttons that move the cursor: first, back, play, on, last.

They only say what was pressed; the owner of the cursor moves it. Buttons never vanish: where
one cannot be used it is grey.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from inspector.core.texts import tr
from inspector.ui.theme import Icon, Theme
from inspector.ui.widgets.plain_text import tooltip_text


class TransportBar(QWidget):
    """Five buttons in a row.

    Signals:
        first(), previous(), play_pressed(), following(), last(): a button was pressed.
    """

    first = Signal()
    previous = Signal()
    play_pressed = Signal()
    following = Signal()
    last = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(2)
        self._buttons: dict[str, QToolButton] = {}
        self._add("first", Icon.SKIP_BACK, tr("First event"), self.first)
        self._add("previous", Icon.STEP_BACK, tr("Previous event"), self.previous)
        self._add("play", Icon.PLAY, tr("Play"), self.play_pressed)
        self._add("next", Icon.STEP_FORWARD, tr("Next event"), self.following)
        self._add("last", Icon.SKIP_FORWARD, tr("Last event"), self.last)
        self.set_place(-1, 0)

    def _add(self, name: str, icon: Icon, text: str, said: SignalInstance) -> None:
        button = QToolButton()
        button.setIconSize(QSize(16, 16))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(text)
        button.setToolTip(tooltip_text(text))
        self._theme.set_icon(button, icon)
        button.clicked.connect(said)
        self._buttons[name] = button
        self._row.addWidget(button)

    def button(self, name: str) -> QToolButton:
        """``first``, ``previous``, ``play``, ``next`` or ``last``."""
        return self._buttons[name]

    def use_actions(self, actions: Mapping[str, QAction]) -> None:
        """Let the window's actions of the same names stand behind the buttons.

        The buttons then show the actions' icons, texts and keys, and the signals are silent.
        """
        for name, button in self._buttons.items():
            if name in actions:
                button.clicked.disconnect()
                button.setDefaultAction(actions[name])

    def set_playing(self, playing: bool) -> None:
        """Show whether the cursor moves by itself."""
        icon, text = (Icon.PAUSE, tr("Pause")) if playing else (Icon.PLAY, tr("Play"))
        button = self._buttons["play"]
        action: QAction | None = button.defaultAction()
        self._theme.set_icon(button if action is None else action, icon)
        button.setAccessibleName(text)
        button.setToolTip(tooltip_text(text))

    def set_place(self, cursor: int, count: int) -> None:
        """Grey the buttons that lead nowhere."""
        usable = {
            "first": cursor > 0,
            "previous": cursor > 0,
            "play": count > 1,
            "next": 0 <= cursor < count - 1,
            "last": 0 <= cursor < count - 1,
        }
        for name, button in self._buttons.items():
            action: QAction | None = button.defaultAction()
            if action is None:
                button.setEnabled(usable[name])
