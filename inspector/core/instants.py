"""Points in time, exactly as stored.

A store may hold ISO text with any number of fraction digits, with an offset, with ``Z`` or
without a zone, PostgreSQL's own text form, or a count of milliseconds. An :class:`Instant`
keeps the stored precision and whether the zone was known; it never invents either.

Read are the forms of ISO 8601 with dashes and colons, and what PostgreSQL ("Date/Time Output"
in its manual), Ruby, Go and Java print: a space for the ``T``, ``+00``, a comma before the
fraction, a zone name after an offset, ``BC``, ``infinity``. Everything else stays as it is.

Imports ``inspector.core`` only. Never raises for anything stored.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final

from inspector.core.calendars import DAY, days_since_epoch, moment_text

_MOMENT: Final = re.compile(
    r"([+-]?\d{4,6}-\d\d-\d\d)"
    r"(?:[ Tt](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?"
    r"(?:\ *(Z|z|UTC|GMT|[+-]\d\d(?::?\d\d(?::?\d\d)?)?)"
    r"(?:\ (?!BC|AD)[A-Z]{2,5}|\[[\w/+-]{1,50}\])?)?)?"
    r"(?:\ +(BC|AD))?\Z",
    re.ASCII,
)
_INFINITE: Final = frozenset({"infinity", "-infinity"})
_NANO: Final = 1_000_000_000
_LONGEST: Final = 40
_MINUTE: Final = 60
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_USUAL: Final = {25: "+00:00", 29: "+00:00", 32: "+00:00", 20: "Z", 24: "Z", 27: "Z"}
"""Lengths of a UTC time with no, three or six digits of fraction, and how it ends."""


@dataclass(frozen=True, slots=True)
class Instant:
    """A stored time.

    Attributes:
        text: UTC in ISO 8601 with the stored number of fraction digits and ``Z``; when the
            zone is not known, the stored clock time (or mere date) without any zone; when the
            text could not be read, the stored text itself. PostgreSQL's ``infinity`` and
            ``-infinity`` stay what they are. Years outside 0 to 9999 have a sign and six
            digits, and the year before 1 is 0.
        zone: ``utc`` (converted or stored so), ``unknown`` (no zone stored) or
            ``unreadable``.
        nanoseconds: since 1970-01-01T00:00:00Z, taking an unknown zone as UTC for ordering
            only; further digits are cut off; a leap second counts as the second after it.
            ``None`` when the text could not be read or names infinity.
    """

    text: str
    zone: str
    nanoseconds: int | None

    def __str__(self) -> str:
        return self.text


def parse_instant(stored: object, *, assume_utc: bool = False) -> Instant | None:
    """Read a stored time.

    Args:
        stored: text, ``datetime``, ``date``, or ``None``.
        assume_utc: the library documents that its zone-less times are UTC.

    Returns:
        The instant, or ``None`` for a missing value.
    """
    if stored is None:
        return None
    text = stored if isinstance(stored, str) else _as_text(stored)
    usual = _USUAL.get(len(text))
    if usual is not None and text.endswith(usual):
        plain = _plain(text, len(usual))
        if plain is not None:
            return plain
    found = _MOMENT.match(text) or _MOMENT.match(text.strip())
    if found is None:
        return _odd(text)
    try:
        return _from_match(*found.groups(), assume_utc=assume_utc)
    except (ValueError, OverflowError):  # 2024-02-30, 25:00, an offset of more than a day
        return Instant(text, "unreadable", None)


def _plain(text: str, zone: int) -> Instant | None:
    """The usual form, UTC with no, three or six digits of fraction, by the quick way.

    Pages of events are full of it. Whatever the standard library does not take is left to the
    thorough way.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if text[4] != "-" or text[7] != "-" or text[13] != ":" or text[10] not in "T ":
        return None  # a form without signs, or with a week number
    since = moment - _EPOCH
    seconds = since.days * DAY + since.seconds
    nanoseconds = seconds * _NANO + since.microseconds * 1000
    return Instant(f"{text[:10]}T{text[11:-zone]}Z", "utc", nanoseconds)


def _odd(text: str) -> Instant:
    word = text.strip().lower()
    if word in _INFINITE:
        return Instant(word, "utc", None)
    return Instant(text, "unreadable", None)


@lru_cache(maxsize=4096)
def _days(stored: str, era: str | None) -> int:
    year, month, day = stored.rsplit("-", 2)
    number = 1 - int(year) if era == "BC" else int(year)
    return days_since_epoch(number, int(month), int(day))


def _from_match(  # noqa: PLR0913, PLR0917 one parameter for each group of the pattern
    day: str,
    hour: str | None,
    minute: str,
    second: str | None,
    fraction: str | None,
    zone: str | None,
    era: str | None,
    *,
    assume_utc: bool,
) -> Instant:
    seconds = _days(day, era) * DAY
    if hour is None:
        return Instant(moment_text(seconds)[:-9], "unknown", seconds * _NANO)
    seconds += _clock(int(hour), int(minute), int(second or 0), fraction)
    offset = _offset(zone) if zone else 0
    seconds -= offset
    known = zone is not None or assume_utc
    if offset or era or second is None or len(day) != 10 or hour == "24":
        body = moment_text(seconds)
    else:
        body = f"{day}T{hour}:{minute}:{second}"
    if second == "60" and offset % _MINUTE == 0:
        body = moment_text(seconds - 1)[:-2] + "60"
    nanoseconds = seconds * _NANO
    if fraction:
        body = f"{body}.{fraction}"
        nanoseconds += int(fraction[:9].ljust(9, "0"))
    return Instant(body + "Z" if known else body, "utc" if known else "unknown", nanoseconds)


def _clock(hour: int, minute: int, second: int, fraction: str | None) -> int:
    """Seconds since midnight; 24:00 and a leap second are the second that follows."""
    if minute > 59 or second > 60:
        raise ValueError("no such time")
    midnight = hour == 24 and not (minute or second or (fraction or "").strip("0"))
    if hour > 23 and not midnight:
        raise ValueError("no such time")
    return hour * 3600 + minute * 60 + second


@lru_cache(maxsize=256)
def _offset(zone: str) -> int:
    """Seconds east of UTC."""
    if zone in ("Z", "z", "UTC", "GMT"):
        return 0
    digits = zone[1:].replace(":", "").ljust(6, "0")
    hours, minutes, seconds = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    if hours > 23 or minutes > 59 or seconds > 59:
        raise ValueError("no such offset")
    east = hours * 3600 + minutes * 60 + seconds
    return -east if zone[0] == "-" else east


def instant_from_epoch(count: object, *, per_second: int) -> Instant | None:
    """Read a count since 1970-01-01 UTC.

    Args:
        count: the stored number (whole, or with a fraction), a text of digits, or ``None``.
            Anything else is read as :func:`parse_instant` does.
        per_second: units a second, a power of ten: 1, 1000 or 1000000.
    """
    if isinstance(count, str) and len(count) < _LONGEST and _is_count(count):
        count = int(count)
    if isinstance(count, bool) or not isinstance(count, (int, float, Decimal)):
        return parse_instant(count)
    try:
        units, unit = _whole_units(count)
        unit *= per_second
        seconds, rest = divmod(units, unit)
        body = moment_text(seconds)
    except OverflowError:  # not a number, or a year of seven digits
        return Instant(_as_text(count), "unreadable", None)
    digits = str(unit + rest)[1:]
    return Instant(f"{body}.{digits}Z" if digits else body + "Z", "utc", units * _NANO // unit)


def _is_count(text: str) -> bool:
    return text.isascii() and text.removeprefix("-").isdigit()


def _whole_units(count: int | float | Decimal) -> tuple[int, int]:
    """The count as a whole number of parts, and how many parts make one unit."""
    if isinstance(count, int):
        return count, 1
    number = Decimal(repr(count)) if isinstance(count, float) else count
    if not number.is_finite() or abs(number.adjusted()) > _LONGEST:
        raise OverflowError("no moment")
    scale = max(0, -int(number.as_tuple().exponent))
    if scale > _LONGEST:
        raise OverflowError("more digits than any clock has")
    return int(number.scaleb(scale)), int(10**scale)


def _as_text(stored: object) -> str:
    if isinstance(stored, bytes):
        return stored.decode("utf-8", "backslashreplace")
    if isinstance(stored, date):
        return stored.isoformat()
    try:
        return str(stored)
    except ValueError:  # Python writes integers of more than 4300 digits only in other bases
        return f"{stored:#x}"
