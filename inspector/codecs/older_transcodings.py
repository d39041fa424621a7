"""The marks of the Python ``eventsourcing`` library before version 9 inside its JSON.

A value that JSON has no form for is an object with one key that says what it is: ``UUID``,
``ISO8601_datetime``, ``ISO8601_date``, ``ISO8601_time``, ``__decimal__``, ``__tuple__``. These
become plain values; every other mark (classes, enumerations, sets) stays visible as it is, and only
marks inside of it are resolved.

Imports the contract of this package. Promises not to change its input.

Source: ``eventsourcing.utils.transcoding`` of release 8.2.5.
"""

from __future__ import annotations

import re
from decimal import InvalidOperation

from inspector.core.payloads import DecimalText, Value

_HEX = re.compile("[0-9a-fA-F]{32}").fullmatch
_ZONE = re.compile(r"([+-]\d\d)(\d\d)\Z")
_TIMES = frozenset({"ISO8601_datetime", "ISO8601_date", "ISO8601_time"})


def refine(value: Value) -> Value:
    """The value with all marks resolved."""
    if isinstance(value, list):
        return [refine(item) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        [(name, data)] = value.items()
        if isinstance(name, str):
            found = _mark(name, data)
            if found is not None:
                return found
    return {key: refine(item) for key, item in value.items()}


def _mark(name: str, data: Value) -> Value:
    """What a mark stands for; ``None``: it is none, or one that stays."""
    if name == "__tuple__" and isinstance(data, list):
        return [refine(item) for item in data]
    if not isinstance(data, str):
        return None
    if name == "UUID" and _HEX(data):
        text = data.lower()
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
    if name in _TIMES:
        return _ZONE.sub(r"\1:\2", data) if name == "ISO8601_datetime" else data
    return _decimal(data) if name == "__decimal__" else None


def _decimal(data: str) -> Value:
    try:
        return DecimalText(data)
    except InvalidOperation:
        return None


class OlderTranscodings:
    """The refiner ``older-transcodings``."""

    name = "older-transcodings"

    refine = staticmethod(refine)


REFINER = OlderTranscodings()
