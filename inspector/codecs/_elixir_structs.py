"""Elixir's own value types inside Erlang terms.

Elixir writes a decimal, a date or a set as a map with the key ``__struct__``. The types of
its standard library and of the ``decimal`` package are shown as what they mean; a struct of
the application stays a map and keeps its ``__struct__``.

Imports the standard library only. Promises that a struct which does not look as its library
writes it is left as it is.

Sources: Elixir 1.18 ``Calendar.ISO``, ``MapSet``; ``decimal`` 2.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from inspector.core.payloads import DecimalText, Value

Fields = dict[Value, Value]

_ISO: Final = "Elixir.Calendar.ISO"
_NOT_NUMBERS: Final = {"NaN": "NaN", "qNaN": "NaN", "sNaN": "sNaN", "inf": "Infinity"}
_DAY: Final = 86_400
_MOST_EXPONENT: Final = 10**15


class _Odd(Exception):
    """The struct does not look as its library writes it."""


def convert(name: str, fields: Fields) -> Value:
    """What a struct means, or its fields as they are."""
    known = _STRUCTS.get(name)
    if known is None:
        return fields
    try:
        return known(fields)
    except (_Odd, KeyError):
        return fields


def _whole(fields: Fields, name: str, low: int, high: int) -> int:
    value = fields[name]
    if type(value) is not int or not low <= value <= high:
        raise _Odd
    return value


def _decimal(fields: Fields) -> Value:
    sign, coefficient, exponent = fields["sign"], fields["coef"], fields["exp"]
    if type(sign) is not int or abs(sign) != 1:
        raise _Odd
    if type(exponent) is not int or abs(exponent) > _MOST_EXPONENT:
        raise _Odd
    minus = 1 if sign == -1 else 0
    if isinstance(coefficient, str) and coefficient in _NOT_NUMBERS:
        return DecimalText("-" * minus + _NOT_NUMBERS[coefficient])
    if type(coefficient) not in {int, Decimal} or coefficient < 0:
        raise _Odd
    return DecimalText((minus, Decimal(coefficient).as_tuple().digits, exponent))


def _date(fields: Fields) -> str:
    if fields["calendar"] != _ISO:
        raise _Odd
    year = _whole(fields, "year", -9999, 9999)
    month, day = _whole(fields, "month", 1, 12), _whole(fields, "day", 1, 31)
    return f"{'-' if year < 0 else ''}{abs(year):04}-{month:02}-{day:02}"


def _time(fields: Fields) -> str:
    """With as many digits of the second as the struct says it has."""
    if fields["calendar"] != _ISO:
        raise _Odd
    hour, minute = _whole(fields, "hour", 0, 23), _whole(fields, "minute", 0, 59)
    text = f"{hour:02}:{minute:02}:{_whole(fields, 'second', 0, 60):02}"
    pair = fields["microsecond"]
    if not isinstance(pair, list) or len(pair) != 2:
        raise _Odd
    both = {"value": pair[0], "digits": pair[1]}
    value, digits = _whole(both, "value", 0, 999_999), _whole(both, "digits", 0, 6)
    return f"{text}.{value:06}"[: len(text) + 1 + digits] if digits else text


def _naive(fields: Fields) -> str:
    return f"{_date(fields)}T{_time(fields)}"


def _datetime(fields: Fields) -> str:
    """The clock time with its offset from UTC, ``Z`` for UTC itself."""
    offset = _whole(fields, "utc_offset", -_DAY, _DAY) + _whole(fields, "std_offset", -_DAY, _DAY)
    if offset == 0 and fields["time_zone"] == "Etc/UTC":
        return f"{_naive(fields)}Z"
    minutes, seconds = divmod(abs(offset), 60)
    tail = f":{seconds:02}" if seconds else ""
    sign = "-" if offset < 0 else "+"
    return f"{_naive(fields)}{sign}{minutes // 60:02}:{minutes % 60:02}{tail}"


def _set(fields: Fields) -> list[Value]:
    """The elements of a set: the keys of its inner map."""
    inner = fields["map"]
    if not isinstance(inner, dict):
        raise _Odd
    pairs = inner.get("$map")
    if len(inner) == 1 and isinstance(pairs, list):
        return [pair[0] for pair in pairs]
    return list(inner)


_STRUCTS: Final[dict[str, Callable[[Fields], Value]]] = {
    "Elixir.Decimal": _decimal,
    "Elixir.Date": _date,
    "Elixir.Time": _time,
    "Elixir.NaiveDateTime": _naive,
    "Elixir.DateTime": _datetime,
    "Elixir.MapSet": _set,
}
