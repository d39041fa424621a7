"""Round places on a clock: where labels of an axis stand, in any zone.

Steps run from a microsecond to thousands of years. Up to half a day they are counted in
nanoseconds from local midnight; from a day on they are days, months and years of the calendar,
so that a label stands at midnight also on the day on which the clock was put forward.

Imports ``inspector.core`` and the standard library only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from inspector.core.calendars import moment_text

SECOND: Final = 1_000_000_000
_MINUTE: Final = 60 * SECOND
_HOUR: Final = 60 * _MINUTE
DAY: Final = 24 * _HOUR
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MOST: Final = 1000
"""Places of one call at most: a screen has far fewer."""

_SHORT: Final = (
    *(unit * 10**power for power in range(3, 9) for unit in (1, 2, 5)),
    *(n * SECOND for n in (1, 2, 5, 10, 15, 30)),
    *(n * _MINUTE for n in (1, 2, 5, 10, 15, 30)),
    *(n * _HOUR for n in (1, 2, 3, 6, 12)),
)
_DAYS: Final = (1, 2, 7, 14)
_MONTHS: Final = (1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000, 12_000)


@dataclass(frozen=True, slots=True)
class TimeStep:
    """A distance between two labels; exactly one attribute is not 0."""

    nanoseconds: int = 0
    days: int = 0
    months: int = 0


def time_step(least: float) -> TimeStep:
    """The shortest round step that is at least so many nanoseconds long."""
    for short in _SHORT:
        if short >= least:
            return TimeStep(nanoseconds=short)
    for days in _DAYS:
        if days * DAY >= least:
            return TimeStep(days=days)
    for months in _MONTHS:
        if months * 30 * DAY >= least:
            return TimeStep(months=months)
    return TimeStep(months=_MONTHS[-1])


def time_places(low: int, high: int, step: TimeStep, zone: tzinfo | None = UTC) -> list[int]:
    """Round moments between two others, ascending, nanoseconds since 1970 UTC.

    Args:
        zone: ``None`` is the zone of this computer. Beyond the years that zones know, and for
            calendar steps beyond the years 1 to 9999, UTC or nothing is taken.
    """
    if step.nanoseconds:
        shift = offset_at(low, zone) * SECOND
        first = -(-(low + shift) // step.nanoseconds) * step.nanoseconds - shift
        return list(range(first, high + 1, step.nanoseconds))[:_MOST]
    try:
        return _calendar_places(low, high, step, zone)
    except (OverflowError, ValueError, OSError):  # beyond the years of datetime
        return []


def _calendar_places(low: int, high: int, step: TimeStep, zone: tzinfo | None) -> list[int]:
    start = (_EPOCH + timedelta(seconds=low // SECOND)).astimezone(zone)
    found: list[int] = []
    if step.days:
        day = start.toordinal() // step.days * step.days
        while len(found) < _MOST and (moment := _midnight(day, zone)) <= high:
            found += [moment] if moment >= low else []
            day += step.days
        return found
    month = (start.year * 12 + start.month - 1) // step.months * step.months
    while len(found) < _MOST:
        year = max(month // 12, 1)
        moment = _midnight(datetime(year, month % 12 + 1, 1).toordinal(), zone)  # noqa: DTZ001
        if moment > high:
            return found
        found += [moment] if moment >= low else []
        month += step.months
    return found


def _midnight(ordinal: int, zone: tzinfo | None) -> int:
    local = datetime.fromordinal(ordinal)
    moment = local.astimezone() if zone is None else local.replace(tzinfo=zone)
    return int((moment - _EPOCH) // timedelta(seconds=1)) * SECOND


def offset_at(moment: int, zone: tzinfo | None) -> int:
    """Seconds east of UTC at a moment; 0 where the zone does not know that year."""
    if zone is UTC:
        return 0
    try:
        local = (_EPOCH + timedelta(seconds=moment // SECOND)).astimezone(zone)
        return round((local.utcoffset() or timedelta()).total_seconds())
    except (OverflowError, ValueError, OSError):
        return 0


def place_text(moment: int, step: TimeStep, zone: tzinfo | None = UTC) -> str:
    """A label: date and time to the precision of the step, the year always with it."""
    seconds, rest = divmod(moment, SECOND)
    try:
        text = moment_text(seconds + offset_at(moment, zone)).replace("T", " ")
    except OverflowError:  # a year of seven digits
        return ""
    if step.months:
        return text[:-12] if step.months < 12 else text[:-15]
    if step.days:
        return text[:-9]
    if step.nanoseconds >= _MINUTE:
        return text[:-3]
    if step.nanoseconds >= SECOND:
        return text
    digits = max(3, 9 - (len(str(step.nanoseconds)) - 1))
    return f"{text}.{rest:09d}"[: len(text) + 1 + digits]
