"""Days and clock times of any year, beyond what :mod:`datetime` can hold.

A store can hold the year 1 with an offset that leads into the year before, and PostgreSQL
knows years BC and years beyond 9999. The calendar is the Gregorian one, also for the time
before it was made, with a year 0, as in ISO 8601.

Imports the standard library only.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

DAY: Final = 86_400
_ERA_DAYS: Final = 146_097
_EPOCH_DAY: Final = 719_468
_MONTH_DAYS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_LARGEST_YEAR: Final = 999_999


def days_since_epoch(year: int, month: int, day: int) -> int:
    """Days from 1970-01-01 to a date.

    Raises:
        ValueError: there is no such date.
    """
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if not 1 <= month <= 12 or not 1 <= day <= _MONTH_DAYS[month - 1]:
        raise ValueError("no such day")
    if month == 2 and day == 29 and not leap:
        raise ValueError("no such day")
    # The year begins in March here, so that the leap day is its last.
    shifted = year if month > 2 else year - 1
    era, year_of_era = divmod(shifted, 400)
    day_of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    day_of_era = year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year
    return era * _ERA_DAYS + day_of_era - _EPOCH_DAY


@lru_cache(maxsize=1024)
def date_text(days: int) -> str:
    """The date so many days after 1970-01-01.

    Years outside 0 to 9999 are written with a sign and six digits.

    Raises:
        OverflowError: the year has more than six digits.
    """
    era, day_of_era = divmod(days + _EPOCH_DAY, _ERA_DAYS)
    year_of_era = (
        day_of_era - day_of_era // 1460 + day_of_era // 36_524 - day_of_era // 146_096
    ) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted_month = (5 * day_of_year + 2) // 153
    day = day_of_year - (153 * shifted_month + 2) // 5 + 1
    month = (shifted_month + 2) % 12 + 1
    year = era * 400 + year_of_era + (month <= 2)
    if abs(year) > _LARGEST_YEAR:
        raise OverflowError("the year has more than six digits")
    shown = f"{year:04d}" if 0 <= year <= 9999 else f"{year:+07d}"
    return f"{shown}-{month:02d}-{day:02d}"


def moment_text(seconds: int) -> str:
    """Date and clock time so many seconds after 1970-01-01T00:00:00, without a zone.

    Raises:
        OverflowError: the year has more than six digits.
    """
    days, rest = divmod(seconds, DAY)
    minutes, second = divmod(rest, 60)
    hour, minute = divmod(minutes, 60)
    return f"{date_text(days)}T{hour:02d}:{minute:02d}:{second:02d}"
