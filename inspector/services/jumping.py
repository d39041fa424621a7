"""Where somebody wants to go who types a number or a time.

Imports ``inspector.core`` only. A number is a version (or a position in the store), anything
else is a time in the zone that the window shows times in; a clock time alone means the day
that is being looked at.
"""

from __future__ import annotations

import re
from datetime import UTC, tzinfo
from typing import Final

from inspector.core.errors import InputInvalid
from inspector.core.instants import Instant, parse_instant
from inspector.core.texts import tr
from inspector.core.time_steps import SECOND, offset_at
from inspector.core.zones import format_instant

_NUMBER: Final = re.compile(r"#?\s*(-?[0-9][0-9\s\u2009\u202f'_,]*)")
_CLOCK: Final = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d)([.,]\d+)?)?", re.ASCII)
_SEPARATORS: Final = re.compile(r"[\s\u2009\u202f'_,]")


def parse_jump(text: str, zone: tzinfo | None = UTC, near: Instant | None = None) -> int | Instant:
    """Read what was typed.

    Args:
        zone: of times without a zone; ``None`` is the zone of this computer.
        near: a time on the day that a clock time alone belongs to.

    Returns:
        A number, or a moment with nanoseconds.

    Raises:
        InputInvalid: it is neither a number nor a time; the hint shows how to write them.
    """
    typed = text.strip()
    number = _NUMBER.fullmatch(typed)
    if number is not None:
        return int(_SEPARATORS.sub("", number[1]))
    clock = _CLOCK.fullmatch(typed)
    if clock is not None:
        typed = f"{_day_of(near, zone)} {_padded(clock)}"
    found = parse_instant(typed)
    if found is None or found.nanoseconds is None:
        raise InputInvalid(
            tr("“{text}” is neither a number nor a time.", text=text.strip()),
            hint=tr("Write 27, 10:00 or 2026-03-16 10:00."),
        )
    return found if found.zone == "utc" else _in_zone(found, zone)


def _padded(clock: re.Match[str]) -> str:
    seconds = clock[3] or "00"
    return f"{int(clock[1]):02d}:{clock[2]}:{seconds}{clock[4] or ''}"


def _day_of(near: Instant | None, zone: tzinfo | None) -> str:
    if near is None or near.nanoseconds is None:
        raise InputInvalid(
            tr("No day is known to which this clock time could belong."),
            hint=tr("Write the day as well: 2026-03-16 10:00."),
        )
    return format_instant(near, zone)[:10]


def _in_zone(found: Instant, zone: tzinfo | None) -> Instant:
    """The moment at which the clocks of the zone show this time."""
    shown = found.nanoseconds or 0
    moment = shown - offset_at(shown, zone) * SECOND
    moment = shown - offset_at(moment, zone) * SECOND  # the offset may be another one there
    text = found.text if "T" in found.text else f"{found.text}T00:00:00"
    return Instant(text, "utc" if zone is UTC else "unknown", moment)
