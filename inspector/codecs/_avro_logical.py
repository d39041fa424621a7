"""What Avro's logical types mean: exact decimals, dates, times and ids.

A time keeps the number of fraction digits of its unit. What a logical type has no value for (a
time of day beyond the day, a year of seven digits) stays the stored number, as
``{"$logical": [type, number]}``.

Imports the standard library and ``inspector.core``. Source: Avro specification 1.12.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final

from inspector.codecs._api import CodecError
from inspector.core.calendars import DAY, date_text, moment_text
from inspector.core.payloads import DecimalText

if TYPE_CHECKING:
    from inspector.codecs._avro_schema import AvroType
    from inspector.core.payloads import Value

_DIGITS: Final = {"millis": 3, "micros": 6, "nanos": 9}
_MOST_BYTES: Final = 1800
"""Bytes of the longest decimal that a schema may ask for."""


def meant(schema: AvroType, stored: Value) -> Value:
    """The value of a logical type.

    Raises:
        CodecError: a decimal has more digits than its precision.
    """
    logical = schema.logical
    if logical == "decimal":
        return decimal_of(stored, schema.precision, schema.scale)
    if logical == "uuid":
        return str(uuid.UUID(bytes=stored)) if isinstance(stored, bytes) else stored
    if logical == "duration":
        parts = [int.from_bytes(stored[at : at + 4], "little") for at in (0, 4, 8)]
        return dict(zip(("months", "days", "millis"), parts, strict=True))
    try:
        return _time(logical, stored)
    except OverflowError:
        return {"$logical": [logical, stored]}


def decimal_of(stored: bytes, precision: int, scale: int) -> DecimalText:
    """An exact decimal out of a whole number in two's complement, the highest byte first."""
    if not stored or len(stored) > _MOST_BYTES:
        raise CodecError("Does not fit the schema: a decimal has no usable length.")
    number = int.from_bytes(stored, "big", signed=True)
    if abs(number) >= 10**precision:
        raise CodecError(f"Does not fit the schema: a decimal has more than {precision} digits.")
    digits = tuple(map(int, str(abs(number))))
    return DecimalText((int(number < 0), digits, -scale))


def _time(logical: str, stored: int) -> str:
    if logical == "date":
        return date_text(stored)
    kind, _, unit = logical.rpartition("-")
    digits = _DIGITS[unit]
    seconds, fraction = divmod(stored, 10**digits)
    if kind == "time":
        if not 0 <= seconds < DAY:
            raise OverflowError("beyond the day")
        clock = moment_text(seconds).partition("T")[2]
        return f"{clock}.{fraction:0{digits}d}"
    zone = "" if kind.startswith("local") else "Z"
    return f"{moment_text(seconds)}.{fraction:0{digits}d}{zone}"
