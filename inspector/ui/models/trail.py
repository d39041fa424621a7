"""What was looked at, for going back and forward as in a browser.

Moving inside a stream changes the last visit and adds none, so that going back leads to the
stream before, at the event where it was left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from inspector.core.events import StreamId

LIMIT: Final = 200
"""Visits that are kept."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One thing that was looked at.

    Attributes:
        stream: the stream, or ``None`` for the events of all streams.
        place: version in the stream, or row among all events; ``None`` while it is not known.
        tab: the tab that was in front.
    """

    stream: StreamId | None
    place: int | None = None
    tab: str = ""


Visits = tuple[tuple[Visit, ...], int]
"""Visits and where among them one stands."""

NO_VISITS: Final[Visits] = ((), -1)


class Trail(QObject):
    """Visits in the order they were made, and where among them the window stands.

    Signals:
        changed(): going back or forward may be possible, or impossible, now.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._visits: list[Visit] = []
        self._at = -1

    @property
    def now(self) -> Visit | None:
        """What is looked at."""
        return self._visits[self._at] if self._at >= 0 else None

    @property
    def can_go_back(self) -> bool:
        """Whether something was looked at before."""
        return self._at > 0

    @property
    def can_go_forth(self) -> bool:
        """Whether one went back before."""
        return self._at < len(self._visits) - 1

    @property
    def row_of_all(self) -> int | None:
        """The row where one stood among all events, when they were last looked at."""
        rows = (visit.place for visit in reversed(self._visits) if visit.stream is None)
        return next(rows, None)

    @property
    def streams(self) -> tuple[StreamId, ...]:
        """Streams that were looked at, the newest first."""
        seen = dict.fromkeys(v.stream for v in reversed(self._visits) if v.stream is not None)
        return tuple(seen)

    @property
    def kept(self) -> Visits:
        """All visits, to be brought back later."""
        return tuple(self._visits), self._at

    def bring_back(self, kept: Visits) -> None:
        """Stand where one stood when these were kept."""
        visits, self._at = kept
        self._visits = list(visits)
        self.changed.emit()

    def visit(self, visit: Visit) -> None:
        """Note what is looked at; what one went back from is forgotten by a new visit."""
        now = self.now
        if now is not None and now.stream == visit.stream:
            self._visits[self._at] = visit
            return
        del self._visits[self._at + 1 :]
        self._visits.append(visit)
        del self._visits[: max(0, len(self._visits) - LIMIT)]
        self._at = len(self._visits) - 1
        self.changed.emit()

    def step(self, direction: int) -> Visit | None:
        """Go back (-1) or forward (1); gives what to show, or ``None`` at the end."""
        at = self._at + direction
        if not 0 <= at < len(self._visits):
            return None
        self._at = at
        self.changed.emit()
        return self._visits[at]

    def clear(self) -> None:
        """Forget all visits: another store is open."""
        self._visits, self._at = [], -1
        self.changed.emit()
