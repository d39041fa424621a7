"""Points in time, exactly as stored.

A store may hold ISO text with any number of fraction digits, with an offset, with ``Z`` or
without a zone, PostgreSQL's own text form, or a count of milliseconds. An :class:`Instant`
keeps the stored precision and whether the zone was known; it never invents either.

Imports the standard library only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

_ISO: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,12}))?)?"
    r"\s*(Z|z|UTC|[+-]\d\d(?::?\d\d)?(?::?\d\d)?)?\Z"
)
_NANO: Final = 1_000_000_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Instant:
    """A stored time.

    Attributes:
        text: UTC in ISO 8601 with the stored number of fraction digits and ``Z``; when the
            zone is not known, the stored clock time without any zone; when the text could
            not be read, the stored text itself.
        zone: ``utc`` (converted or stored so), ``unknown`` (no zone stored) or
            ``unreadable``.
        nanoseconds: since 1970-01-01T00:00:00Z, taking an unknown zone as UTC for ordering
            only; ``None`` when the text could not be read.
    """

    text: str
    zone: str
    nanoseconds: int | None

    def __str__(self) -> str:
        return self.text


def parse_instant(stored: object, *, assume_utc: bool = False) -> Instant | None:
    """Read a stored time.

    Args:
        stored: text, ``datetime``, or ``None``.
        assume_utc: the library documents that its zone-less times are UTC.

    Returns:
        The instant, or ``None`` for a missing value.
    """
    if stored is None:
        return None
    if isinstance(stored, datetime):
        stored = stored.isoformat(sep=" ")
    if isinstance(stored, bytes):
        stored = stored.decode("utf-8", "backslashreplace")
    text = str(stored).strip()
    found = _ISO.match(text)
    if found is None:
        return Instant(text, "unreadable", None)
    return _from_match(text, found, assume_utc)


def _from_match(text: str, found: re.Match[str], assume_utc: bool) -> Instant:
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    try:
        moment = datetime(
            int(year), int(month), int(day), int(hour), int(minute), int(second or 0), tzinfo=UTC
        )
        offset = _offset(zone)
        seconds = round((moment - _EPOCH) / timedelta(seconds=1)) - offset
    except (ValueError, OverflowError):  # 2024-02-30, or an offset beyond a day
        return Instant(text, "unreadable", None)
    digits = fraction or ""
    nanoseconds = seconds * _NANO + int(digits.ljust(9, "0")[:9] or 0)
    known = zone is not None or assume_utc
    if offset:
        try:
            moment = moment - timedelta(seconds=offset)
        except OverflowError:  # a UTC time before year 1 or after year 9999
            return Instant(text, "utc", nanoseconds)
    shown = moment.strftime("%m-%dT%H:%M:%S")
    body = f"{moment.year:04d}-{shown}" + (f".{digits}" if digits else "")
    return Instant(body + ("Z" if known else ""), "utc" if known else "unknown", nanoseconds)


def _offset(zone: str | None) -> int:
    """Seconds east of UTC."""
    if zone is None or zone in ("Z", "z", "UTC"):
        return 0
    sign = -1 if zone[0] == "-" else 1
    parts = zone[1:].replace(":", "")
    numbers = [int(parts[i : i + 2]) for i in range(0, len(parts), 2)] + [0, 0]
    timezone(timedelta(hours=numbers[0], minutes=numbers[1]))  # refuses more than a day
    return sign * (numbers[0] * 3600 + numbers[1] * 60 + numbers[2])


def instant_from_epoch(count: object, *, per_second: int) -> Instant | None:
    """Read a count since 1970-01-01 UTC.

    Args:
        count: the stored whole number, or ``None``.
        per_second: units a second: 1, 1000 or 1000000.
    """
    if count is None:
        return None
    if not isinstance(count, int) or isinstance(count, bool):
        return parse_instant(count)
    seconds, rest = divmod(count, per_second)
    digits = len(str(per_second)) - 1
    try:
        moment = _EPOCH + timedelta(seconds=seconds)
    except OverflowError:
        return Instant(str(count), "unreadable", None)
    fraction = f".{rest:0{digits}d}" if digits else ""
    text = f"{moment.year:04d}-{moment.strftime('%m-%dT%H:%M:%S')}{fraction}Z"
    return Instant(text, "utc", (count * _NANO) // per_second)
