"""The status bar: what is open, how far work is, and what time zone is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStatusBar

from inspector.core.texts import counted, thousands, tr
from inspector.ui.theme import FontRole
from inspector.ui.widgets.labels import PlainLabel, muted

if TYPE_CHECKING:
    from inspector.core.replaying import Step
    from inspector.ui.models.event_table import EventTableModel
    from inspector.ui.models.replay_model import ReplayModel
    from inspector.ui.models.store_model import StoreModel
    from inspector.ui.theme import Theme


class StatusLine(QStatusBar):
    """Three quiet texts."""

    def __init__(
        self, theme: Theme, store: StoreModel, events: EventTableModel, replay: ReplayModel
    ) -> None:
        super().__init__()
        self._store, self._events, self._replay = store, events, replay
        self._left, self._right = muted(PlainLabel()), muted(PlainLabel())
        self._zone = muted(PlainLabel(tr("Times in UTC")))
        for label in (self._left, self._right, self._zone):
            theme.set_font(label, FontRole.SMALL)
            label.setContentsMargins(8, 0, 8, 0)
        self.setSizeGripEnabled(False)
        self.addWidget(self._left, 1)
        self.addPermanentWidget(self._right)
        self.addPermanentWidget(self._zone)
        store.changed.connect(self._show)
        events.count_changed.connect(lambda _count: self._show())
        replay.loaded_changed.connect(self._show)
        replay.stream_changed.connect(self._show)
        replay.step_changed.connect(self._show_step)
        self._show()

    def _show(self) -> None:
        opened = self._store.store
        self._zone.setVisible(opened is not None)
        if opened is None:
            self._left.setText("")
            self._right.setText("")
            return
        parts = [opened.connection.report.how]
        count = self._events.count
        number = counted(count.value, "{n} event", "{n} events")
        shown = number if count.exact else tr("at least {events}", events=number)
        where = tr("in this stream") if self._events.stream is not None else tr("in the store")
        parts.append(f"{shown} {where}")
        self._left.setText(" · ".join(parts))
        if self._replay.stream is None:
            self._right.setText("")
        elif not self._replay.complete:
            self._right.setText(tr("Reading… {n} events", n=thousands(self._replay.count)))

    def _show_step(self, step: Step) -> None:
        applied = counted(step.applied, "{n} event", "{n} events")
        if step.origin.position is None:
            text = tr("Replayed {events} from the start", events=applied)
        else:
            place = thousands(step.origin.position)
            text = tr("Replayed {events}, from keyframe {place}", events=applied, place=place)
        self._right.setText(text)
