"""The values that expressions compute with, their kinds and their limits.

To the values that codecs make come four that only expressions know: *missing* (a path leads
nowhere), *unknown* (a comparison of unlike kinds has no answer), points in time, and spans of
time. A missing value is not null: a store can hold null, and it cannot hold what is not there.

Imports ``inspector.core`` only.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from inspector.core.instants import Instant
from inspector.core.payloads import DecimalText, Value
from inspector.core.texts import tr

MAX_DIGITS: Final = 4000
"""Digits of a number that an expression makes or reads."""

MAX_NUMBER: Final = 10**MAX_DIGITS

MAX_TEXT: Final = 1_000_000
"""Characters of a text that an expression makes."""

MAX_ITEMS: Final = 100_000
"""Elements of a list or map that an expression makes."""

MAX_STEPS: Final = 1_000_000
"""Elements that the evaluation of one expression looks at, in all its loops together."""

MAX_VALUE_DEPTH: Final = 100
"""Levels of a value that is built out of parts of the state."""


class _Sentinel(enum.Enum):
    MISSING = "missing"
    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return self.name


MISSING: Final = _Sentinel.MISSING
"""A path led nowhere."""

UNKNOWN: Final = _Sentinel.UNKNOWN
"""A comparison without an answer; an unknown condition does not hold."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A length of time, in nanoseconds."""

    nanoseconds: int


class EvalFailed(Exception):
    """An expression cannot be evaluated with these values.

    Args:
        message: one plain sentence.
        at: character in the expression's text, from 0.

    Attributes:
        place: where the expression itself stands, filled in by whoever knows.
    """

    def __init__(self, message: str, at: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.at = at
        self.place: tuple[str | int, ...] | None = None


PLAIN: Final = frozenset(
    {str, int, bool, type(None), float, Decimal, DecimalText, list, dict, bytes}
)
"""Classes of values that a state or a payload may hold as they are."""

NUMBERS: Final = frozenset({int, float, Decimal, DecimalText})

_KIND_NAMES: Final = {
    str: "text", int: "number", float: "number", Decimal: "number", DecimalText: "number",
    bool: "truth value", type(None): "null", list: "list", dict: "map", bytes: "bytes",
    Instant: "time", Span: "span of time",
}  # fmt: skip


def kind_name(value: Any) -> str:
    """What kind of value it is, for people."""
    if value is MISSING:
        return tr("missing")
    if value is UNKNOWN:
        return tr("unknown")
    return tr(_KIND_NAMES.get(value.__class__, "another kind"))


def shown(value: Any) -> str:
    """A value in a message: its kind, and how it begins."""
    kind = kind_name(value)
    if value.__class__ is str:
        return f"{kind} {value[:40]!r}"
    if value.__class__ in NUMBERS:
        return f"{kind} {number_text(value)[:40]}"
    return kind


def number_text(value: Any) -> str:
    """A number as text without an exponent; huge ones are only described.

    A float is written in its shortest form, as the store shows it.
    """
    if value.__class__ is int:
        return str(value) if -MAX_NUMBER < value < MAX_NUMBER else tr("(too long)")
    if value.__class__ is float:
        return repr(value)
    if value.is_finite() and abs(value.adjusted()) < MAX_DIGITS:
        return format(value, "f")
    return str(value)


def settled(value: Any, at: int) -> Value:
    """A value that may be written into a state or a payload.

    Raises:
        EvalFailed: it is missing or unknown.
    """
    if value.__class__ in PLAIN:
        return value
    if value is MISSING:
        raise EvalFailed(tr("the value is missing; coalesce(…, null) would allow that"), at)
    if value is UNKNOWN:
        raise EvalFailed(tr("unlike kinds were compared, so the value is unknown"), at)
    if isinstance(value, Instant):
        return value.text
    if isinstance(value, Span):
        return seconds_of(value)
    if isinstance(value, bool | int | float | Decimal | str | bytes | list | dict):
        return value
    raise EvalFailed(tr("a value of this kind cannot be stored"), at)


def settled_whole(value: Any, at: int) -> Value:
    """As :func:`settled`, for a list or map that an expression has made, with all in it.

    Raises:
        EvalFailed: something in it is missing or unknown, or it is too deep.
    """
    if not _holds_odd(value):
        return value
    weigh(value, at)
    return _settled_parts(value, at)


def _holds_odd(value: Any) -> bool:
    """Whether a container holds something that no payload can hold."""
    waiting = [value]
    while waiting:
        part = waiting.pop()
        for inner in part.values() if part.__class__ is dict else part:
            kind = inner.__class__
            if kind is dict or kind is list:
                waiting.append(inner)
            elif kind not in PLAIN:
                return True
    return False


def _settled_parts(value: Any, at: int) -> Value:
    if value.__class__ is dict:
        return {key: _settled_parts(part, at) for key, part in value.items()}
    if value.__class__ is list:
        return [_settled_parts(part, at) for part in value]
    return settled(value, at)


def seconds_of(span: Span) -> int | Decimal:
    """A span in seconds, exactly."""
    whole, rest = divmod(span.nanoseconds, 1_000_000_000)
    return whole if not rest else Decimal(span.nanoseconds).scaleb(-9)


def weigh(value: Value, at: int) -> Value:
    """The value itself, after making sure that it is neither huge nor deep.

    Parts of the state may be put into the state again; without a limit a state could double
    with every event. Shared parts count as often as they are seen.

    Raises:
        EvalFailed: it is too large or too deep.
    """
    left = MAX_ITEMS
    level: list[Any] = [value]
    for _depth in range(MAX_VALUE_DEPTH):
        below: list[Any] = []
        for part in level:
            if part.__class__ is dict:
                below.extend(part.values())
            elif part.__class__ is list:
                below.extend(part)
            if len(below) > left:
                raise EvalFailed(tr("the value has more than {n} parts", n=MAX_ITEMS), at)
        if not below:
            return value
        left -= len(below)
        level = below
    raise EvalFailed(tr("the value has more than {n} levels", n=MAX_VALUE_DEPTH), at)
