"""How old what is shown is, and whether it can still be trusted to be the newest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from inspector.core.texts import counted, tr

if TYPE_CHECKING:
    from inspector.ui.models.times import TimeChoice

EVERY: Final = 15_000
"""Milliseconds between two looks at the clock."""

JUST_NOW: Final = timedelta(seconds=45)


def utc_now() -> datetime:
    """The time of this computer."""
    return datetime.now(UTC)


class Freshness(QObject):
    """When the store was last read.

    Attributes:
        read_at: when, or ``None`` before anything was read.
        stale: the connection is lost; what is shown is as it was then.

    Signals:
        changed(): the words are others now.
    """

    changed = Signal()

    def __init__(
        self,
        times: TimeChoice,
        parent: QObject | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(parent)
        self._times, self._now = times, now
        self.read_at: datetime | None = None
        self.stale = False
        self._timer = QTimer(self, interval=EVERY)
        self._timer.timeout.connect(self.changed)
        times.changed.connect(self.changed)

    def read(self) -> None:
        """Something was read just now."""
        self.read_at, self.stale = self._now(), False
        if not self._timer.isActive():
            self._timer.start()
        self.changed.emit()

    def lost(self) -> None:
        """Nothing can be read any more."""
        self.stale = True
        self.changed.emit()

    def clear(self) -> None:
        """Nothing is shown."""
        self.read_at, self.stale = None, False
        self._timer.stop()
        self.changed.emit()

    @property
    def clock(self) -> str:
        """The time of reading in the window's zone; empty before anything was read."""
        return "" if self.read_at is None else self._times.clock(self.read_at)

    @property
    def words(self) -> str:
        """Time and age, for the status bar."""
        if self.read_at is None:
            return ""
        text = tr("stale: read {time}, {age}") if self.stale else tr("read {time}, {age}")
        return text.format(time=self.clock, age=age_text(self._now() - self.read_at))


def age_text(age: timedelta) -> str:
    """An age for people, in the one unit that matters."""
    if age < JUST_NOW:
        return tr("just now")
    minutes = max(1, round(age.total_seconds() / 60))
    if minutes < 60:
        return counted(minutes, "{n} min ago", "{n} min ago")
    hours = round(minutes / 60)
    if hours < 48:
        return counted(hours, "{n} hour ago", "{n} hours ago")
    return counted(round(hours / 24), "{n} day ago", "{n} days ago")
