"""Comparing what was read with what the library says: numbers and times by value.

The expected files write a decimal as text, as a number, or with the mark of the Python
``eventsourcing`` library, a time with any precision and zone, and bytes as base64.
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from inspector.core.instants import parse_instant

_SECOND = 1_000_000_000


def same(read: Any, expected: Any) -> bool:
    """Whether both mean the same value."""
    expected = _unmarked(expected)
    if isinstance(expected, dict):
        return (
            isinstance(read, dict)
            and read.keys() == expected.keys()
            and all(same(read[key], value) for key, value in expected.items())
        )
    if isinstance(expected, list):
        return (
            isinstance(read, list)
            and len(read) == len(expected)
            and all(same(one, other) for one, other in zip(read, expected, strict=True))
        )
    if expected is None or isinstance(expected, bool) or isinstance(read, bool):
        return read is expected
    if isinstance(expected, bytes) or isinstance(read, bytes):
        return bool(read == expected)
    return _same_scalar(read, expected)


def _same_scalar(read: Any, expected: Any) -> bool:
    if read == expected:
        return True
    if isinstance(read, str) and isinstance(expected, str):
        one, other = parse_instant(read), parse_instant(expected)
        known = one is not None and one.nanoseconds is not None and one.zone == "utc"
        return known and other is not None and one.nanoseconds == other.nanoseconds  # type: ignore[union-attr]
    numbers = _number(read), _number(expected)
    return None not in numbers and numbers[0] == numbers[1]


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        return None
    try:
        return Decimal(repr(value) if isinstance(value, float) else value)
    except InvalidOperation:
        return None


def _unmarked(value: Any) -> Any:
    if isinstance(value, dict) and value.keys() == {"_type_", "_data_"}:
        return value["_data_"]
    if isinstance(value, dict) and value.keys() == {"$binary_base64"}:
        return base64.b64decode(value["$binary_base64"])
    return value


def counted_types(events: Iterable[tuple[str, Any]], expected: dict[str, int]) -> dict[str, int]:
    """How often each type is there, with ``@version`` where the expected names have that."""
    versioned = any("@" in name for name in expected)
    return Counter(f"{name}@{version}" if versioned else name for name, version in events)


def difference(read: Any, expected: Any, path: str = "") -> str:
    """Where two values differ first, for the message of a failed test."""
    expected = _unmarked(expected)
    if same(read, expected):
        return ""
    if isinstance(read, dict) and isinstance(expected, dict):
        if read.keys() != expected.keys():
            return f"{path}: keys {sorted(map(str, read.keys() ^ expected.keys()))}"
        return next(d for k in expected if (d := difference(read[k], expected[k], f"{path}.{k}")))
    if isinstance(read, list) and isinstance(expected, list) and len(read) == len(expected):
        pairs = enumerate(zip(read, expected, strict=True))
        return next(d for i, (r, e) in pairs if (d := difference(r, e, f"{path}[{i}]")))
    return f"{path}: read {read!r}, expected {expected!r}"


def same_time(read: Any, expected: str | None, tolerance: int) -> bool:
    """Whether a read instant is the expected time, to the precision of the expected text.

    Nothing is expected of a store without times.
    """
    if expected is None:
        return read is None
    if read is None or read.nanoseconds is None:
        return False
    wanted = _wanted(expected)
    if tolerance:
        return abs(int(read.nanoseconds) - wanted) < (tolerance + 1) * _SECOND
    if "." not in expected:
        return int(read.nanoseconds) // _SECOND == wanted // _SECOND
    return int(read.nanoseconds) == wanted


def _wanted(text: str) -> int:
    moment = parse_instant(text, assume_utc=True)
    if moment is not None and moment.nanoseconds is not None:
        return moment.nanoseconds
    spaced = datetime.strptime(text, "%Y-%m-%d %H:%M:%S %z")  # Ruby's own form
    return int(spaced.timestamp()) * _SECOND
