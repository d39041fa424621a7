"""One choice of time zone for the whole window.

Event table, tool tips, timeline axis, details and status bar ask this model how a stored time is
written, and listen to it. Exports and the command line stay in UTC.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Final
from zoneinfo import available_timezones

from PySide6.QtCore import QObject, Signal

from inspector.core.errors import InputInvalid
from inspector.core.texts import tr
from inspector.core.zones import find_zone, format_instant

if TYPE_CHECKING:
    from datetime import tzinfo

    from inspector.core.instants import Instant

UTC_NAME: Final = "UTC"
LOCAL_NAME: Final = "local"


class TimeChoice(QObject):
    """The zone in which the window writes times.

    Signals:
        changed(): times are written in another zone now.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None, name: str = UTC_NAME) -> None:
        super().__init__(parent)
        self._name = UTC_NAME
        self._zone: tzinfo | None = UTC
        if name != UTC_NAME:
            try:
                self._take(name)
            except InputInvalid:  # a zone of another computer, or a damaged setting
                self._take(UTC_NAME)

    @property
    def name(self) -> str:
        """``UTC``, ``local``, an offset, or a name of the time zone database."""
        return self._name

    @property
    def zone(self) -> tzinfo | None:
        """The zone; ``None`` is the zone of this computer."""
        return self._zone

    @property
    def title(self) -> str:
        """The zone for people, short enough for a column's title."""
        return tr("local time") if self._name == LOCAL_NAME else self._name

    def choose(self, name: str) -> None:
        """Write times in another zone.

        Raises:
            InputInvalid: there is no such zone; nothing has changed.
        """
        before = self._name
        self._take(name)
        if self._name != before:
            self.changed.emit()

    def format(self, instant: Instant) -> str:
        """A stored time with all its digits, a space before the clock.

        In UTC the zone is not repeated, since titles and the status bar say it; elsewhere the
        offset is written, because it changes with the date. A time without a known zone, or
        one that could not be read, is given as stored.
        """
        text = self.exact(instant)
        if instant.zone != "utc" or instant.nanoseconds is None:
            return text
        return text.replace("T", " ", 1).removesuffix("Z")

    def exact(self, instant: Instant) -> str:
        """A stored time as ISO 8601 text in the zone, with its offset or ``Z``."""
        return format_instant(instant, self._zone)

    def clock(self, moment: datetime) -> str:
        """Hours, minutes and seconds of a moment of ours (not of the store)."""
        return moment.astimezone(self._zone).strftime("%H:%M:%S")

    def forms(self, instant: Instant) -> str:
        """The time in the chosen zone, in UTC and on this computer, one a line."""
        if instant.zone != "utc" or instant.nanoseconds is None:
            return tr("{time} (as stored; no zone)", time=instant.text)
        lines = {instant.text: None, self.exact(instant): None, format_instant(instant, None): None}
        return "\n".join(lines)

    def _take(self, name: str) -> None:
        self._zone = find_zone(name)
        self._name = UTC_NAME if self._zone is UTC else name.strip()
        if self._zone is None:
            self._name = LOCAL_NAME


_FRACTION: Final = re.compile(r"(\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d)\.\d+(.*)", re.DOTALL)


def whole_seconds(text: str) -> str:
    """A time without the fraction of its second, for a place too narrow for all digits."""
    found = _FRACTION.fullmatch(text)
    return text if found is None else found[1] + found[2]


_MINUTE: Final = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?=[:+Z-]|$)")


def to_the_minute(text: str) -> str:
    """A time up to its minute, for a list where it only says which is newer; else unchanged."""
    found = _MINUTE.match(text)
    return text if found is None else found[0].replace("T", " ")


@cache
def zone_names() -> tuple[str, ...]:
    """Names of the system's time zones, those with a place in them first."""
    names = available_timezones()
    placed = sorted(n for n in names if "/" in n and not n.startswith(("Etc/", "SystemV/")))
    return (*placed, *sorted(set(names) - set(placed)))
