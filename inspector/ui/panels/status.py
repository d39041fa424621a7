"""The status bar: what is open, how far work is, and in which time zone times are written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QStatusBar, QToolButton

from inspector.core.texts import counted, thousands, tr
from inspector.ui.theme import FontRole
from inspector.ui.widgets.labels import PlainLabel, muted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QAction

    from inspector.core.replaying import Step
    from inspector.ui.models.window_models import WindowModels
    from inspector.ui.theme import Theme

SAID_FOR: Final = 6000
"""Milliseconds for which a passing word stays."""


class StatusLine(QStatusBar):
    """Quiet texts, and the button of the time zone."""

    def __init__(self, theme: Theme, models: WindowModels, actions: Mapping[str, QAction]) -> None:
        super().__init__()
        self._models = models
        self._said = ""
        self._silence = QTimer(self, singleShot=True, interval=SAID_FOR)
        self._silence.timeout.connect(self._fall_silent)
        self._left, self._right = muted(PlainLabel()), muted(PlainLabel())
        self._zone = QToolButton()
        self._zone.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._zone.clicked.connect(actions["zone"].trigger)
        self._zone.setToolTip(actions["zone"].toolTip())
        for widget in (self._left, self._right, self._zone):
            theme.set_font(widget, FontRole.SMALL)
        for label in (self._left, self._right):
            label.setContentsMargins(8, 0, 8, 0)
        self.setSizeGripEnabled(False)
        self.addWidget(self._left, 1)
        self.addPermanentWidget(self._right)
        self.addPermanentWidget(self._zone)
        models.store.changed.connect(self._show)
        models.events.count_changed.connect(lambda _count: self._show())
        models.replay.loaded_changed.connect(self._show)
        models.replay.stream_changed.connect(self._show)
        models.replay.step_changed.connect(self._show_step)
        models.times.changed.connect(self._show_zone)
        self._show_zone()
        self._show()

    def say(self, text: str) -> None:
        """A passing word about something that did not happen."""
        self._said = text
        self._show()
        self._silence.start()

    def _fall_silent(self) -> None:
        self._said = ""
        self._show()

    def _show_zone(self) -> None:
        text = tr("Times in {zone}", zone=self._models.times.title)
        self._zone.setText(text)
        self._zone.setAccessibleName(text)

    def _show(self) -> None:
        opened = self._models.store.store
        if opened is None or self._said:
            self._left.setText(self._said)
            self._right.setText("")
            return
        events, replay = self._models.events, self._models.replay
        parts = [opened.connection.report.how]
        number = counted(events.count.value, "{n} event", "{n} events")
        shown = number if events.count.exact else tr("at least {events}", events=number)
        where = tr("in this stream") if events.stream is not None else tr("in the store")
        parts.append(f"{shown} {where}")
        self._left.setText(" · ".join(parts))
        if replay.stream is None:
            self._right.setText("")
        elif not replay.complete:
            self._right.setText(tr("Reading… {n} events", n=thousands(replay.count)))

    def _show_step(self, step: Step) -> None:
        applied = counted(step.applied, "{n} event", "{n} events")
        if step.origin.position is None:
            text = tr("Replayed {events} from the start", events=applied)
        else:
            place = thousands(step.origin.position)
            text = tr("Replayed {events}, from keyframe {place}", events=applied, place=place)
        self._right.setText(text)
