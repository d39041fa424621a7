"""Times for people: in a zone of their choice, and as they type them.

Imports ``inspector.core`` only. Promises that nothing is invented: a stored time without a
zone is shown as stored, whatever zone was chosen, and the stored fraction digits stay.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from inspector.core.calendars import moment_text
from inspector.core.errors import InputInvalid
from inspector.core.instants import Instant, parse_instant
from inspector.core.texts import tr

_OFFSET: Final = re.compile(r"(?:UTC|GMT)?([+-])(\d\d):?(\d\d)?", re.ASCII)
_NANO: Final = 1_000_000_000
_EXAMPLES: Final = "2024-03-12T14:32:07Z, 2024-03-12 14:32:07.250+09:00, 2024-03-12"


def find_zone(name: str) -> tzinfo | None:
    """The zone of a name.

    Args:
        name: ``UTC``, an offset such as ``+05:30``, a name of the time zone database such as
            ``Asia/Seoul``, or ``local``.

    Returns:
        The zone; ``None`` stands for the zone of this computer.

    Raises:
        InputInvalid: there is no such zone.
    """
    text = name.strip()
    if text.upper() in ("UTC", "GMT", "Z"):
        return UTC
    if text.lower() == "local":
        return None
    found = _OFFSET.fullmatch(text.upper())
    try:
        return ZoneInfo(text) if found is None else _fixed(found)
    except (KeyError, ValueError, OSError) as error:  # unknown, malformed, or a mere folder
        raise InputInvalid(
            tr("“{name}” is not a time zone.", name=name),
            hint=tr("Give UTC, local, an offset such as +09:00, or a name such as Asia/Seoul."),
        ) from error


def _fixed(found: re.Match[str]) -> timezone:
    hours, minutes = int(found[2]), int(found[3] or 0)
    if minutes > 59:
        raise ValueError("no such offset")
    east = timedelta(hours=hours, minutes=minutes)
    return timezone(-east if found[1] == "-" else east)


def format_instant(instant: Instant, zone: tzinfo | None = UTC) -> str:
    """The time as ISO 8601 text in a zone.

    A time whose zone is not known, or that could not be read, is given as stored; so is one
    in a year that time zones know nothing about.

    Args:
        zone: ``None`` is the zone of this computer.
    """
    if zone is UTC or instant.zone != "utc" or instant.nanoseconds is None:
        return instant.text
    body, _, fraction = instant.text.removesuffix("Z").partition(".")
    leap = body.endswith(":60")
    seconds = instant.nanoseconds // _NANO - leap
    try:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
        offset = moment.astimezone(zone).utcoffset() or timedelta()
    except (OverflowError, OSError, ValueError):  # beyond the years of datetime or of the system
        return instant.text
    east = round(offset.total_seconds())
    local = moment_text(seconds + east)
    if leap and east % 60 == 0:
        local = local[:-2] + "60"
    return local + (f".{fraction}" if fraction else "") + _offset_text(east)


def _offset_text(east: int) -> str:
    minutes, seconds = divmod(abs(east), 60)
    text = f"{'-' if east < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}"
    return text + (f":{seconds:02d}" if seconds else "")


def parse_user_time(text: str) -> Instant:
    """Read a time that somebody typed.

    A time without a zone means UTC, and a date alone its first moment in UTC, since that is
    how the program shows times unless asked otherwise.

    Raises:
        InputInvalid: it is not a time.
    """
    found = parse_instant(text.strip(), assume_utc=True)
    if found is None or found.nanoseconds is None:
        raise InputInvalid(
            tr("“{text}” is not a time.", text=text),
            hint=tr("Write it like {examples}.", examples=_EXAMPLES),
        )
    if found.zone == "utc":
        return found
    return Instant(found.text + "T00:00:00Z", "utc", found.nanoseconds)
