"""Arithmetic and comparisons, exact and with a third answer.

Whole numbers have any length up to a limit, decimals keep every digit, and a binary float
stays one only among floats and whole numbers: with a decimal it counts as its shortest
decimal form. Division is exact where the digits end (within 200), and has 34 significant digits
(IEEE 754 decimal128) where they do not.

Comparisons answer true, false or unknown (three-valued logic as in SQL). Imports
``inspector.core`` only.
"""

from __future__ import annotations

import decimal
import math
from decimal import Decimal
from typing import Any, Final, NoReturn

from inspector.core.expressions.values import (
    MAX_DIGITS,
    MAX_ITEMS,
    MAX_NUMBER,
    MAX_TEXT,
    MISSING,
    NUMBERS,
    UNKNOWN,
    EvalFailed,
    Span,
    shown,
)
from inspector.core.instants import Instant, instant_from_epoch, parse_instant
from inspector.core.payloads import DecimalText
from inspector.core.sameness import same
from inspector.core.texts import tr

_TRAPS: Final = [
    decimal.Inexact,
    decimal.InvalidOperation,
    decimal.DivisionByZero,
    decimal.Overflow,
]
EXACT: Final = decimal.Context(
    prec=MAX_DIGITS, rounding=decimal.ROUND_HALF_EVEN, Emin=-MAX_DIGITS, Emax=MAX_DIGITS,
    traps=_TRAPS,
)  # fmt: skip
"""Never rounds: a result with more digits is an error."""

ROUNDED: Final = decimal.Context(
    prec=34, rounding=decimal.ROUND_HALF_EVEN, Emin=-6143, Emax=6144,
    traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
)  # fmt: skip

_LONG: Final = decimal.Context(
    prec=200, Emin=-MAX_DIGITS, Emax=MAX_DIGITS, traps=_TRAPS,
)  # fmt: skip
"""Division is exact when its digits end within so many; asking for more takes long."""

_MOST_BITS: Final = MAX_NUMBER.bit_length()

HALF: Final = 10 ** (MAX_DIGITS // 2)
"""Two factors below this cannot make a number that is too long."""


def add(a: Any, b: Any, at: int) -> Any:
    """``a + b``: numbers, texts, lists, or times and spans."""
    if a.__class__ in NUMBERS and b.__class__ in NUMBERS:
        return _arithmetic("+", a, b, at)
    if a.__class__ is str and b.__class__ is str:
        return text_within(a + b, at) if len(a) + len(b) <= MAX_TEXT else text_too_long(at)
    if a.__class__ is list and b.__class__ is list:
        return items_within(len(a) + len(b), at) and a + b
    moved = _moved(a, b, 1) or _moved(b, a, 1)
    return moved if moved is not None else _no_operation("+", a, b, at)


def subtract(a: Any, b: Any, at: int) -> Any:
    """``a - b``: numbers, or times and spans."""
    if a.__class__ in NUMBERS and b.__class__ in NUMBERS:
        return _arithmetic("-", a, b, at)
    if isinstance(a, Instant) and isinstance(b, Instant):
        moments = _moments(a, b)
        return MISSING if moments is None else Span(moments[0] - moments[1])
    moved = _moved(a, b, -1)
    return moved if moved is not None else _no_operation("-", a, b, at)


def multiply(a: Any, b: Any, at: int) -> Any:
    """``a * b``: numbers, or a span and a whole number."""
    if a.__class__ in NUMBERS and b.__class__ in NUMBERS:
        return _arithmetic("*", a, b, at)
    if isinstance(a, Span) and b.__class__ is int:
        return Span(_within(a.nanoseconds * b, at)) if abs(b) < HALF else too_long(at)
    if isinstance(b, Span) and a.__class__ is int:
        return multiply(b, a, at)
    return _no_operation("*", a, b, at)


def divide(a: Any, b: Any, at: int) -> Any:
    """``a / b``; exact where the digits end."""
    _require_numbers("/", a, b, at)
    _require_divisor(b, at)
    if a.__class__ is int and b.__class__ is int:
        whole, rest = divmod(a, b)
        if not rest:
            return whole
    if (
        float in (a.__class__, b.__class__)
        and not isinstance(a, Decimal)
        and not isinstance(b, Decimal)
    ):
        return _floating(lambda: a / b, at)
    return _decimally(_divided, a, b, at)


def _divided(a: Decimal, b: Decimal) -> Decimal:
    try:
        return _LONG.divide(a, b)
    except decimal.Inexact:
        return ROUNDED.divide(a, b)


def floor_divide(a: Any, b: Any, at: int) -> Any:
    """``a // b``: the whole number at or below the quotient."""
    _require_numbers("//", a, b, at)
    _require_divisor(b, at)
    if a.__class__ is int and b.__class__ is int:
        return a // b
    return _floored(a, b, at)[0]


def modulo(a: Any, b: Any, at: int) -> Any:
    """``a % b``: what is left, with the sign of ``b``."""
    _require_numbers("%", a, b, at)
    _require_divisor(b, at)
    if a.__class__ is int and b.__class__ is int:
        return a % b
    return _floored(a, b, at)[1]


def negate(a: Any, at: int) -> Any:
    """``-a``."""
    if a.__class__ is int or a.__class__ is float:
        return -a
    if isinstance(a, Decimal):
        return a.__class__(a.copy_negate()) if a else a
    if isinstance(a, Span):
        return Span(-a.nanoseconds)
    raise EvalFailed(tr("“-” needs a number, not {value}", value=shown(a)), at)


def _arithmetic(sign: str, a: Any, b: Any, at: int) -> Any:
    classes = (a.__class__, b.__class__)
    if classes == (int, int):
        if sign == "*" and not (-HALF < a < HALF and -HALF < b < HALF):
            if a.bit_length() + b.bit_length() > MAX_NUMBER.bit_length() + 1:
                return too_long(at)
            return _within(a * b, at)
        return _within(_INTEGER[sign](a, b), at)
    if float in classes and not isinstance(a, Decimal) and not isinstance(b, Decimal):
        return _floating(lambda: _INTEGER[sign](a, b), at)
    return _decimally(_DECIMAL[sign], a, b, at)


_INTEGER: Final[dict[str, Any]] = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b,
}  # fmt: skip
_DECIMAL: Final[dict[str, Any]] = {"+": EXACT.add, "-": EXACT.subtract, "*": EXACT.multiply}


def _decimally(operation: Any, a: Any, b: Any, at: int) -> Decimal:
    exact_text = a.__class__ is DecimalText or b.__class__ is DecimalText
    try:
        result = operation(as_decimal(a, at), as_decimal(b, at))
    except decimal.InvalidOperation:
        raise EvalFailed(tr("the calculation has no result that is a number"), at) from None
    except decimal.DecimalException:
        too_long(at)
    return DecimalText(result) if exact_text else Decimal(result)


def _floating(operation: Any, at: int) -> float:
    try:
        result = float(operation())
    except OverflowError:
        return too_long(at)
    if math.isinf(result):
        return too_long(at)
    return result


def _floored(a: Any, b: Any, at: int) -> tuple[int, Decimal]:
    """Quotient and rest, rounded down as for whole numbers."""
    one, other = as_decimal(a, at), as_decimal(b, at)
    if not (one.is_finite() and other.is_finite()):
        raise EvalFailed(tr("the calculation has no result that is a number"), at)
    if one and one.adjusted() - other.adjusted() > MAX_DIGITS:
        too_long(at)
    try:
        whole = int(EXACT.divide_int(one, other))
        rest = EXACT.subtract(one, EXACT.multiply(other, Decimal(whole)))
        if rest and (rest < 0) != (other < 0):
            whole, rest = whole - 1, EXACT.add(rest, other)
    except decimal.DecimalException:
        too_long(at)
    return whole, rest


def as_decimal(number: Any, at: int = 0) -> Decimal:
    """A number as a decimal; a float in its shortest form.

    Raises:
        EvalFailed: it has more digits than may be computed with.
    """
    if isinstance(number, Decimal):
        return number
    if number.__class__ is int and number.bit_length() > _MOST_BITS:
        too_long(at)
    return Decimal(repr(number)) if number.__class__ is float else Decimal(number)


def _within(number: int, at: int) -> int:
    return number if -MAX_NUMBER < number < MAX_NUMBER else too_long(at)


def too_long(at: int) -> NoReturn:
    """Refuse a number.

    Raises:
        EvalFailed: always.
    """
    raise EvalFailed(tr("the result has more than {n} digits", n=MAX_DIGITS), at)


def text_too_long(at: int) -> NoReturn:
    """Refuse a text.

    Raises:
        EvalFailed: always.
    """
    raise EvalFailed(tr("the text has more than {n} characters", n=MAX_TEXT), at)


def text_within(text: str, at: int) -> str:
    """The text, if it is not too long."""
    return text if len(text) <= MAX_TEXT else text_too_long(at)


def items_within(count: int, at: int) -> bool:
    """Whether a list may have so many elements; it raises otherwise."""
    if count > MAX_ITEMS:
        raise EvalFailed(tr("the list has more than {n} elements", n=MAX_ITEMS), at)
    return True


def _require_numbers(sign: str, a: Any, b: Any, at: int) -> None:
    if a.__class__ not in NUMBERS or b.__class__ not in NUMBERS:
        _no_operation(sign, a, b, at)


def _require_divisor(b: Any, at: int) -> None:
    if not b:
        raise EvalFailed(tr("a number cannot be divided by zero"), at)


def _no_operation(sign: str, a: Any, b: Any, at: int) -> NoReturn:
    message = tr(
        "“{sign}” cannot join {left} and {right}", sign=sign, left=shown(a), right=shown(b)
    )
    raise EvalFailed(message, at)


def _moved(moment: Any, span: Any, sign: int) -> Any:
    """A time and a span, or two spans; ``None`` for anything else."""
    if not isinstance(span, Span):
        return None
    if isinstance(moment, Span):
        return Span(moment.nanoseconds + sign * span.nanoseconds)
    if isinstance(moment, Instant) and moment.nanoseconds is not None:
        count = moment.nanoseconds + sign * span.nanoseconds
        return instant_from_epoch(count, per_second=1_000_000_000)
    return None


# -- comparisons ------------------------------------------------------------------------------


def equal(a: Any, b: Any) -> Any:
    """Whether both are the same value; numbers by value, texts never as numbers."""
    if a is None or b is None:
        other = b if a is None else a
        return UNKNOWN if other is MISSING or other is UNKNOWN else a is b
    one, other = a.__class__, b.__class__
    if one in NUMBERS and other in NUMBERS:
        found = _numbers_order(a, b)
        return UNKNOWN if found is None else found == 0
    if one is other and one in _SAME_KIND:
        return bool(a == b)
    if one is other and one in (list, dict):
        return same(a, b, forms=False)
    moments = _moments(a, b)
    return UNKNOWN if moments is None else moments[0] == moments[1]


_SAME_KIND: Final = frozenset({str, bool, bytes, Span})


def _numbers_order(a: Any, b: Any) -> int | None:
    """As :func:`order`; a number that is no number has no order."""
    if a.__class__ is int and b.__class__ is int:
        return int(a > b) - int(a < b)
    for one, sign in ((a, 1), (b, -1)):
        if one.__class__ is int and one.bit_length() > _MOST_BITS:
            return _huge_order(one, b if sign > 0 else a, sign)
    a, b = as_decimal(a), as_decimal(b)
    if a.is_nan() or b.is_nan():
        return None
    return int(a > b) - int(a < b)


def _huge_order(huge: int, other: Any, sign: int) -> int | None:
    """Compare by size, since turning a number of a million digits into a decimal takes minutes."""
    if other.__class__ is float and not math.isnan(other) and math.isinf(other):
        return -sign if other > 0 else sign
    if isinstance(other, Decimal) and not other.is_nan() and other.adjusted() > MAX_DIGITS:
        return None
    if other != other:  # noqa: PLR0124 not a number
        return None
    return sign if huge > 0 else -sign


def order(a: Any, b: Any) -> int | None:
    """-1, 0 or 1 as ``a`` is smaller, the same or larger; ``None`` when nobody can say."""
    one, other = a.__class__, b.__class__
    if one in NUMBERS and other in NUMBERS:
        return _numbers_order(a, b)
    if one is other and one in (str, bytes, Span):
        return int(a > b) - int(a < b)
    moments = _moments(a, b)
    if moments is None:
        return None
    return int(moments[0] > moments[1]) - int(moments[0] < moments[1])


def _moments(a: Any, b: Any) -> tuple[int, int] | None:
    """Two times as numbers; a text counts as a time beside a time."""
    if isinstance(a, Instant) and isinstance(b, str):
        b = parse_instant(b, assume_utc=True)
    elif isinstance(b, Instant) and isinstance(a, str):
        a = parse_instant(a, assume_utc=True)
    if not (isinstance(a, Instant) and isinstance(b, Instant)):
        return None
    if a.nanoseconds is None or b.nanoseconds is None:
        return None
    return a.nanoseconds, b.nanoseconds


def contains(container: Any, part: Any) -> Any:
    """Whether a list has an element, a map a key, or a text a part."""
    if part is MISSING or part is UNKNOWN:
        return UNKNOWN
    kind = container.__class__
    if kind is list:
        return any(equal(element, part) is True for element in container)
    if kind is dict:
        return is_key(part) and part in container
    if kind is str and part.__class__ is str:
        return part in container
    return UNKNOWN


def is_key(value: Any) -> bool:
    """Whether a value can be a key of a map."""
    return value is None or isinstance(value, str | int | float | Decimal | bytes)


def starts(text: Any, part: Any) -> Any:
    """Whether a text begins with another."""
    both = text.__class__ is str and part.__class__ is str
    return text.startswith(part) if both else UNKNOWN


def ends(text: Any, part: Any) -> Any:
    """Whether a text ends with another."""
    both = text.__class__ is str and part.__class__ is str
    return text.endswith(part) if both else UNKNOWN


def truth_of(value: Any, at: int) -> Any:
    """A condition's answer: true, false or unknown.

    Raises:
        EvalFailed: the value is no condition at all.
    """
    if value is True or value is False or value is UNKNOWN:
        return value
    if value is None or value is MISSING:
        return UNKNOWN
    raise EvalFailed(tr("a condition must be true or false, not {value}", value=shown(value)), at)
