"""The status bar: how much there is, where one stands, what goes on, how old it is, which zone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QSizePolicy, QStatusBar, QToolButton

from inspector.core.texts import counted, thousands, tr
from inspector.ui.theme import FontRole, Icon, Role
from inspector.ui.widgets.labels import ElidedLabel, PlainLabel, SteadyLabel, muted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QAction, QResizeEvent
    from PySide6.QtWidgets import QWidget

    from inspector.core.events import Count
    from inspector.core.replaying import Step
    from inspector.ui.models.window_models import WindowModels
    from inspector.ui.theme import Theme

ROOMY: Final = 960
"""Width in pixels of the design from which there is room for every text."""

SAID_FOR: Final = 6000
"""Milliseconds for which a passing word stays."""


class StatusLine(QStatusBar):
    """Quiet texts, and three buttons: stop, new events, time zone."""

    def __init__(self, theme: Theme, models: WindowModels, actions: Mapping[str, QAction]) -> None:
        super().__init__()
        self._theme, self._models, self._actions = theme, models, actions
        self._said = ""
        self._silence = QTimer(self, singleShot=True, interval=SAID_FOR)
        self._silence.timeout.connect(self._fall_silent)
        self.counts, self.replayed = muted(ElidedLabel()), muted(SteadyLabel())
        self.busy, self.position = muted(PlainLabel()), muted(SteadyLabel())
        self.age = muted(PlainLabel())
        self.stop = self._button(Icon.CIRCLE_STOP, "stop")
        self.news = self._button(Icon.REFRESH, "reload")
        self.zone = self._button(Icon.GLOBE, "zone")
        self.setSizeGripEnabled(False)
        self.addWidget(self._small(self.counts), 1)
        for label in (self.busy, self.stop, self.replayed, self.position, self.news, self.age):
            self.addPermanentWidget(self._small(label))
        self.addPermanentWidget(self._small(self.zone))
        self._connect()
        for show in (self._show_zone, self._show, self._show_busy, self._show_news):
            show()

    def _small(self, widget: QWidget) -> QWidget:
        self._theme.set_font(widget, FontRole.SMALL)
        if isinstance(widget, PlainLabel):
            widget.setContentsMargins(8, 0, 8, 0)
        return widget

    def _button(self, icon: Icon, action: str) -> QToolButton:
        button = QToolButton()
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        button.setProperty("small", "true")
        button.clicked.connect(self._actions[action].trigger)
        button.setToolTip(self._actions[action].toolTip())
        self._theme.set_icon(button, icon, Role.TEXT_MUTED)
        return button

    def _connect(self) -> None:
        models = self._models
        models.store.changed.connect(self._show)
        models.events.count_changed.connect(lambda _count: self._show())
        models.replay.loaded_changed.connect(self._show)
        models.replay.stream_changed.connect(self._show)
        models.replay.cursor_changed.connect(lambda _index: self._show_position())
        models.replay.step_changed.connect(self._show_step)
        models.times.changed.connect(self._show_zone)
        models.activity.changed.connect(self._show_busy)
        models.news.changed.connect(self._show_news)
        models.freshness.changed.connect(self._show_age)

    def say(self, text: str) -> None:
        """A passing word about something that did not happen."""
        self._said = text
        self._show()
        self._silence.start()

    _unlocked = False

    def show_writing(self, *, unlocked: bool) -> None:
        """Whether snapshots may be written; everything else is read-only all the same."""
        self._unlocked = unlocked
        self._show()

    def show_row(self, row: int) -> None:
        """Where one stands among all events."""
        self._row = row
        self._show_position()

    _row = -1

    def _fall_silent(self) -> None:
        self._said = ""
        self._show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window the note about the replay gives way to what matters more."""
        super().resizeEvent(event)
        self.replayed.setVisible(self.width() > self._theme.px(ROOMY))

    # -- the parts --------------------------------------------------------------------------------

    def _show_zone(self) -> None:
        text = tr("Times in {zone}", zone=self._models.times.title)
        self.zone.setText(text)
        self.zone.setAccessibleName(text)

    def _show(self) -> None:
        opened = self._models.store.store
        if opened is None or self._said:
            self.counts.setText(self._said)
        else:
            events = self._models.events
            known = count_text(events.count)
            told = tr("{events} in this stream", events=known)
            if events.stream is None:
                told = tr("{events} in the store", events=known)
            how = opened.connection.report.how
            if self._unlocked:
                how = tr("snapshots may be written")
            self.counts.setText(f"{how} · {told}")
        if opened is None or self._models.replay.stream is None:
            self.replayed.setText("")
        self._show_position()

    def _show_position(self) -> None:
        models = self._models
        in_stream = models.replay.stream is not None
        at = models.replay.cursor if in_stream else self._row
        count = models.replay.count if in_stream else models.events.count.value
        known = models.replay.complete if in_stream else models.events.count.exact
        if models.store.store is None or not 0 <= at < count:
            self.position.setText("")
            return
        total = thousands(count) + ("" if known else "+")
        self.position.setText(tr("event {n} of {total}", n=thousands(at + 1), total=total))

    def _show_step(self, step: Step) -> None:
        applied = counted(step.applied, "{n} event", "{n} events")
        if step.origin.kind == "snapshot":
            place = thousands(step.origin.position or 0)
            text = tr("From snapshot {n}, not yet verified", n=place)
        elif step.origin.position is None:
            text = tr("Replayed {events} from the start", events=applied)
        else:
            place = thousands(step.origin.position)
            text = tr("Replayed {events}, from keyframe {place}", events=applied, place=place)
        self.replayed.setText(text)

    def _show_busy(self) -> None:
        busy = self._models.activity.busy
        self.busy.setText("" if busy is None else busy.text)
        self.busy.setVisible(busy is not None)
        self.stop.setVisible(busy is not None and busy.can_stop)
        self.stop.setText(tr("Stop"))
        self.stop.setAccessibleName(tr("Stop"))

    def _show_news(self) -> None:
        news = self._models.news
        text = ""
        if news.following:
            text = tr("Following the end")
        elif news.count.value:
            text = counted(news.count.value, "{n} new event", "{n} new events")
            text = text if news.count.exact else tr("at least {events}", events=text)
            text = tr("{events} · F5", events=text)
        self.news.setText(text)
        self.news.setAccessibleName(text)
        self.news.setVisible(bool(text))

    def _show_age(self) -> None:
        freshness = self._models.freshness
        self.age.setText(freshness.words)
        self.age.setVisible(bool(freshness.words))
        role = "stale" if freshness.stale else ""
        if self.age.property("tone") != role:
            self.age.setProperty("tone", role)
            self.age.style().unpolish(self.age)
            self.age.style().polish(self.age)

    def show_following(self) -> None:
        """Following began or ended."""
        self._show_news()


def count_text(count: Count) -> str:
    """How many events there are; a count that goes on is at least so many."""
    number = counted(count.value, "{n} event", "{n} events")
    return number if count.exact else tr("at least {events}", events=number)
