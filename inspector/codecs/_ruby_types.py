"""Ruby's own value types inside Marshal data: numbers, times and collections.

What a class of Ruby's standard library means is shown as that; an object of any other class is
a map with its attributes and ``$ruby``, the name of its class.

Imports the standard library only. Promises that a value which does not look as its class
writes it is shown as it is, with the class.

Source: Ruby 2.5 to 3.4: ``time.c``, ``date_core.c``, ``bigdecimal.c``, ``set.rb``,
``marshal.c``; ActiveSupport 5 to 8.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

from inspector.codecs._ruby_scalars import big_decimal
from inspector.codecs._ruby_tags import members, object_of
from inspector.core.payloads import Value

Fields = dict[Value, Value]

_FIRST_JULIAN_DAY: Final = 1_721_425
"""Between the Julian day number and Python's ordinal."""

_DAY: Final = 86_400
_PLAIN_MAPS: Final = frozenset(
    {"ActiveSupport::HashWithIndifferentAccess", "ActiveSupport::OrderedHash", "OpenStruct"}
)


def of_object(name: str, fields: Fields) -> Value:
    """An object with instance variables, whose ``@`` is left out."""
    if name == "Set":
        found = members(fields)
        if found is not None:
            return found
    return object_of(name, fields)


def of_subclass(name: str, value: Value) -> Value:
    """A text, list or map of a class of its own."""
    return value if name in _PLAIN_MAPS else object_of(name, value)


def of_marshal_load(name: str, value: Value) -> Value:
    """What ``marshal_dump`` of a class gave."""
    reader = _LOADERS.get(name)
    if reader is not None and isinstance(value, list | dict):
        try:
            return reader(value)
        except (ValueError, OverflowError, TypeError, IndexError):
            return object_of(name, value)
    return object_of(name, value)


def of_load(name: str, data: bytes, extra: Mapping[str, Value]) -> Value:
    """What ``_dump`` of a class gave: its own bytes, and variables beside them."""
    try:
        if name == "BigDecimal":
            return big_decimal(data.decode("ascii"))
        if name == "Time" and len(data) == 8:
            return _time(data, extra)
    except (ValueError, OverflowError):
        pass
    return object_of(name, data)


def _time(data: bytes, extra: Mapping[str, Value]) -> str:
    """Two words of packed fields in UTC; nanoseconds and the offset stand beside them.

    Raises:
        ValueError, OverflowError: the fields are no time.
    """
    high, low = int.from_bytes(data[:4], "little"), int.from_bytes(data[4:], "little")
    if not high >> 31:
        raise ValueError("seconds and microseconds, as before Ruby 1.8")
    year = 1900 + (high >> 14 & 0xFFFF)
    month, day, hour = 1 + (high >> 10 & 0xF), high >> 5 & 0x1F, high & 0x1F
    minute, second = low >> 26, low >> 20 & 0x3F
    moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    fraction = _fraction(low & 0xFFFFF, extra)
    offset = extra.get("offset")
    if not isinstance(offset, int) or high >> 30 & 1:
        return f"{moment:%Y-%m-%dT%H:%M:%S}{fraction}Z"
    local = moment.astimezone(timezone(timedelta(seconds=offset)))
    return f"{local:%Y-%m-%dT%H:%M:%S}{fraction}{local.isoformat()[19:]}"


def _fraction(microseconds: int, extra: Mapping[str, Value]) -> str:
    number, divisor = extra.get("nano_num"), extra.get("nano_den")
    nanoseconds = 0
    if isinstance(number, int) and isinstance(divisor, int) and divisor > 0:
        nanoseconds = number // divisor
    digits = f"{microseconds:06}{nanoseconds % 1000:03}"
    return "" if not digits.strip("0") else f".{digits.rstrip('0')}"


def _date(value: Value) -> Value:
    return date.fromordinal(value[0] * 71_149_239 + value[1] - _FIRST_JULIAN_DAY).isoformat()


def _date_time(value: Value) -> Value:
    """Day and second in UTC, nanoseconds, and the offset of the wall clock."""
    _, day, second, nanoseconds, offset, _ = value
    moment = datetime.fromordinal(day - _FIRST_JULIAN_DAY) + timedelta(seconds=second + offset)
    digits = f".{nanoseconds:09}".rstrip("0").rstrip(".")
    sign, minutes = "-" if offset < 0 else "+", abs(offset) // 60
    return f"{moment:%Y-%m-%dT%H:%M:%S}{digits}{sign}{minutes // 60:02}:{minutes % 60:02}"


def _zoned(value: Value) -> Value:
    """The moment itself; its zone and its wall clock say the same again."""
    if not isinstance(value[0], str):
        raise TypeError("no time")
    return value[0]


_LOADERS: Final[dict[str, Callable[[Value], Value]]] = {
    "Date": _date,
    "DateTime": _date_time,
    "ActiveSupport::TimeWithZone": _zoned,
    "OpenStruct": lambda value: value,
}
