"""What a plain YAML scalar means to Ruby: its own rules, not those of YAML 1.1 or 1.2.

``1e3`` and ``12e4`` are texts, ``yes`` and ``on`` are true, ``y`` is a text, ``1_000`` and
``1,000`` are numbers, ``:name`` is a symbol. A writer quotes whatever would be misread, so
these rules decide what the stored value was.

Imports the standard library only.

Source: psych 3 to 5, ``Psych::ScalarScanner#tokenize`` and ``ToRuby#deserialize``.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from inspector.core.payloads import DecimalText, Value

_TIME: Final = re.compile(
    r"(-?\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt]|\s+)(\d{1,2}):(\d\d):(\d\d)(?:\.(\d*))?"
    r"(?:\s*(Z|[-+]\d{1,2}:?(?:\d\d)?))?",
    re.ASCII,
)
_FLOAT: Final = re.compile(r"[-+]?(?:[0-9][0-9_,]*)?\.[0-9]*(?:[eE][+-][0-9]+)?")
_INTEGER: Final = re.compile(
    r"[-+]?0b[_,]*[01][01_,]*"
    r"|[-+]?0[_,]*[0-7][0-7_,]*"
    r"|[-+]?(?:0|[1-9](?:[0-9]|,[0-9]|_[0-9])*)"
    r"|[-+]?0x[_,]*[0-9a-fA-F][0-9a-fA-F_,]*"
)
_SIXTIES: Final = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9]){1,2}(?:\.[0-9_]*)?")
_NUMERIC: Final = frozenset("0123456789+-.")
_WORDS: Final = {
    "~": None, "null": None, "yes": True, "true": True, "on": True,
    "no": False, "false": False, "off": False,
    ".inf": float("inf"), "+.inf": float("inf"), "-.inf": float("-inf"), ".nan": float("nan"),
}  # fmt: skip
_LONGEST_WORD: Final = 5
_MOST_DIGITS: Final = 3_500
"""Longer numbers of base 2, 8 or 16 cannot be printed quickly and stay texts."""

_MOST_EXPONENT: Final = 40
"""Decimals with more zeros than this are written with an exponent."""


class Symbol(str):
    """The text of a symbol while its document is read; a plain text in the result."""

    __slots__ = ()


def plain_scalar(text: str) -> Value:
    """The value of a scalar that is not quoted."""
    if not text:
        return None
    if len(text) <= _LONGEST_WORD:
        word = text.lower()
        if word in _WORDS:
            return _WORDS[word]
    if text[0] == ":" and len(text) > 1:
        return symbol(text[1:])
    if text[0] not in _NUMERIC or "\n" in text:
        return text
    return _number_or_time(text)


def symbol(text: str) -> Symbol:
    """A symbol; quotes around its name are no part of it."""
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return Symbol(text[1:-1])
    return Symbol(text)


def _number_or_time(text: str) -> Value:
    if _TIME.fullmatch(text):
        return time_text(text)
    if _SIXTIES.fullmatch(text):
        return _sixties(text)
    if _FLOAT.fullmatch(text):
        return _float(text)
    return _integer(text) if _INTEGER.fullmatch(text) else text


def time_text(text: str) -> str:
    """A time in ISO form with every digit; a text that is none, as it is.

    Ruby takes a time without a zone for UTC.
    """
    found = _TIME.fullmatch(text)
    if found is None:
        return text
    year, month, day, hour, minute, second, digits, zone = found.groups()
    try:
        clock = datetime(int(year), int(month), int(day), int(hour), int(minute), tzinfo=UTC)
    except ValueError:
        return text
    if int(second) > 60:
        return text
    fraction = f".{digits}" if digits else ""
    return f"{clock.isoformat()[:16]}:{second}{fraction}{_zone(zone)}"


def _zone(zone: str | None) -> str:
    if zone in (None, "Z"):
        return "Z"
    digits = zone[1:].replace(":", "")
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "00")
    return f"{zone[0]}{hours:0>2}:{minutes}"


def _float(text: str) -> Value:
    """A number with a point; the point alone is a text."""
    if not text.strip("+-."):
        return text
    return Decimal(re.sub("[,_]", "", text))


def _integer(text: str) -> Value:
    digits = re.sub("[,_]", "", text)
    sign = -1 if digits[0] == "-" else 1
    digits = digits.lstrip("+-")
    if digits[0] == "0" and len(digits) > _MOST_DIGITS:
        return text
    if digits[:2] in ("0b", "0x"):
        return sign * int(digits[2:], 2 if digits[1] == "b" else 16)
    if digits[0] == "0" and len(digits) > 1:
        return sign * int(digits, 8)
    try:
        return sign * int(digits)
    except ValueError:  # more digits than Python converts in linear time
        return Decimal(digits) * sign


def _sixties(text: str) -> Value:
    """Hours and minutes as a count of seconds, with or without seconds and a fraction."""
    parts = [Decimal(part.replace("_", "") or "0") for part in text.split(":")]
    total = sum((part * 60 ** (2 - i) for i, part in enumerate(parts)), Decimal(0))
    return total if "." in text else int(total)


def big_decimal(text: str) -> Value:
    """``18:0.11e1``: the digits that were reserved, and the number."""
    number = text.partition(":")[2] or text
    try:
        found = DecimalText(number)
    except InvalidOperation:
        return {"$ruby": "BigDecimal", "value": text}
    exponent = found.as_tuple().exponent
    if isinstance(exponent, int) and abs(exponent) <= _MOST_EXPONENT:
        return DecimalText(f"{found:f}")
    return found
