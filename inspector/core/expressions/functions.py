"""The functions of the language: what each takes, and what it gives.

A missing argument gives a missing result and null gives null, so that ``coalesce`` around a
call says what shall count then; everything else of the wrong kind is an error that names what
was expected. Imports ``inspector.core`` only.
"""

from __future__ import annotations

import decimal
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cmp_to_key
from typing import Any, Final

from inspector.core.expressions.operators import (
    add,
    as_decimal,
    equal,
    items_within,
    order,
    text_too_long,
    text_within,
)
from inspector.core.expressions.values import (
    MAX_DIGITS,
    MAX_TEXT,
    MISSING,
    NUMBERS,
    UNKNOWN,
    EvalFailed,
    Span,
    kind_name,
    number_text,
    seconds_of,
    settled,
    settled_whole,
    shown,
)
from inspector.core.instants import Instant, instant_from_epoch, parse_instant
from inspector.core.jsontext import to_json
from inspector.core.payloads import DecimalText
from inspector.core.texts import tr

Run = Callable[[list[Any], int], Any]


@dataclass(frozen=True, slots=True)
class Function:
    """A function.

    Attributes:
        run: carries it out, with the arguments and the place for errors.
        least, most: how many arguments it takes; ``None`` for any number.
        usage: how it is written.
        lenient: it looks at missing and null arguments itself.
    """

    run: Run
    least: int
    most: int | None
    usage: str
    lenient: bool = False


def _need(value: Any, kinds: frozenset[type] | tuple[type, ...], wanted: str, at: int) -> Any:
    if value.__class__ not in kinds:
        message = tr("{wanted} is needed, not {value}", wanted=wanted, value=shown(value))
        raise EvalFailed(message, at)
    return value


def _text(value: Any, at: int) -> str:
    return str(_need(value, (str,), tr("a text"), at))


def _list(value: Any, at: int) -> list[Any]:
    found: list[Any] = _need(value, (list,), tr("a list"), at)
    return found


def _number(value: Any, at: int) -> Any:
    return _need(value, NUMBERS, tr("a number"), at)


def _whole(value: Any, at: int) -> int:
    return int(_need(value, (int,), tr("a whole number"), at))


# -- texts ------------------------------------------------------------------------------------


def _len(args: list[Any], at: int) -> Any:
    return len(_need(args[0], (str, list, dict, bytes), tr("a text, list or map"), at))


def _replace(args: list[Any], at: int) -> Any:
    text, old, new = (_text(arg, at) for arg in args)
    if not old:
        raise EvalFailed(tr("an empty text cannot be replaced"), at)
    if len(new) > len(old) and len(text) + text.count(old) * (len(new) - len(old)) > MAX_TEXT:
        return text_too_long(at)
    return text.replace(old, new)


def _split(args: list[Any], at: int) -> Any:
    text, separator = _text(args[0], at), _text(args[1], at)
    most = _whole(args[2], at) if len(args) > 2 else -1
    if not separator:
        raise EvalFailed(tr("an empty text separates nothing"), at)
    if most < 0:
        items_within(text.count(separator) + 1, at)
    return text.split(separator, most)


def _join(args: list[Any], at: int) -> Any:
    parts = [_text(part, at) for part in _list(args[0], at)]
    separator = _text(args[1], at) if len(args) > 1 else ""
    if sum(map(len, parts)) + len(separator) * len(parts) > MAX_TEXT:
        return text_too_long(at)
    return separator.join(parts)


def _substring(args: list[Any], at: int) -> Any:
    text, start = _text(args[0], at), _whole(args[1], at)
    length = _whole(args[2], at) if len(args) > 2 else len(text)
    if start < 0 or length < 0:
        raise EvalFailed(tr("places and lengths in a text are not negative"), at)
    return text[start : start + length]


def _format(args: list[Any], at: int) -> Any:
    parts = _text(args[0], at).split("{}")
    if len(parts) != len(args):
        message = tr(
            "the text has {n} places for values, and there are {m}",
            n=len(parts) - 1,
            m=len(args) - 1,
        )
        raise EvalFailed(message, at)
    texts = [as_text(arg, at) for arg in args[1:]]
    if sum(map(len, parts)) + sum(map(len, texts)) > MAX_TEXT:
        return text_too_long(at)
    return "".join(piece for pair in zip(parts, [*texts, ""], strict=True) for piece in pair)


def as_text(value: Any, at: int) -> str:
    """Any value as text, as people would write it."""
    if value.__class__ is str:
        return str(value)
    if value.__class__ in NUMBERS:
        return number_text(value)
    if value is None or value is MISSING or value is UNKNOWN:
        return "null" if value is None else kind_name(value)
    if isinstance(value, Instant):
        return value.text
    if isinstance(value, Span):
        return number_text(seconds_of(value)) + "s"
    return _json_text(value, at)


def _json_text(value: Any, at: int) -> str:
    found = settled(value, at)
    if found.__class__ is list or found.__class__ is dict:
        found = settled_whole(found, at)
    return text_within(to_json(found), at)


# -- numbers ----------------------------------------------------------------------------------


_NUMERAL: Final = re.compile(r"\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,5})?\s*\Z", re.ASCII)
_INTEGER: Final = re.compile(r"\s*[+-]?\d+\s*\Z", re.ASCII)


def _numeral(text: str, at: int) -> Decimal:
    if len(text) > MAX_DIGITS or not _NUMERAL.match(text):
        message = tr("the text {text!r} is no number", text=text[:40])
        raise EvalFailed(message, at)
    found = Decimal(text.strip())
    if abs(found.adjusted()) > MAX_DIGITS:
        raise EvalFailed(tr("the number has more than {n} digits", n=MAX_DIGITS), at)
    return found


def _int(args: list[Any], at: int) -> Any:
    value = args[0]
    if value.__class__ is str:
        if len(value) > MAX_DIGITS or not _INTEGER.match(value):
            raise EvalFailed(tr("the text {text!r} is no whole number", text=value[:40]), at)
        return int(value)
    if value.__class__ is bool:
        return int(value)
    found = as_decimal(_number(value, at), at)
    if not found.is_finite() or found.adjusted() > MAX_DIGITS:
        raise EvalFailed(tr("{value} is no whole number", value=shown(value)), at)
    return int(found)


def _to_number(args: list[Any], at: int) -> Any:
    value = args[0]
    if value.__class__ is not str:
        return _number(value, at)
    return int(value) if len(value) <= MAX_DIGITS and _INTEGER.match(value) else _numeral(value, at)


def _decimal(args: list[Any], at: int) -> Any:
    value = args[0]
    if value.__class__ is str:
        return DecimalText(_numeral(value, at))
    return DecimalText(as_decimal(_number(value, at), at))


_ROUNDING: Final = {
    "half-even": decimal.ROUND_HALF_EVEN,
    "half-up": decimal.ROUND_HALF_UP,
    "up": decimal.ROUND_UP,
    "down": decimal.ROUND_DOWN,
}


def _round(args: list[Any], at: int) -> Any:
    value, digits = _number(args[0], at), 0
    rest = args[1:]
    if rest and rest[0].__class__ is not str:
        digits = _whole(rest.pop(0), at)
    how = _ROUNDING.get(_text(rest[0], at)) if rest else decimal.ROUND_HALF_EVEN
    if how is None:
        raise EvalFailed(tr("rounding is one of {words}", words=", ".join(_ROUNDING)), at)
    if abs(digits) > MAX_DIGITS // 4:
        raise EvalFailed(tr("rounding to so many digits is not possible"), at)
    number = as_decimal(value, at)
    try:
        exact = number.quantize(Decimal(1).scaleb(-digits), how, _ROUNDING_CONTEXT)
    except decimal.DecimalException:
        raise EvalFailed(tr("{value} cannot be rounded", value=shown(value)), at) from None
    if digits <= 0:
        return int(exact)
    if value.__class__ is float:
        return float(exact)
    return DecimalText(exact) if value.__class__ is DecimalText else exact


_ROUNDING_CONTEXT: Final = decimal.Context(
    prec=MAX_DIGITS, Emin=-MAX_DIGITS, Emax=MAX_DIGITS,
    traps=[decimal.InvalidOperation, decimal.Overflow],
)  # fmt: skip


def _floor(args: list[Any], at: int) -> Any:
    number = as_decimal(_number(args[0], at), at)
    if not number.is_finite() or number.adjusted() > MAX_DIGITS:
        raise EvalFailed(tr("{value} cannot be rounded", value=shown(args[0])), at)
    return int(number.to_integral_value(decimal.ROUND_FLOOR))


def _abs(args: list[Any], at: int) -> Any:
    value = args[0]
    if isinstance(value, Span):
        return Span(abs(value.nanoseconds))
    value = _number(value, at)
    return value.__class__(value.copy_abs()) if isinstance(value, Decimal) else abs(value)


# -- lists and maps ---------------------------------------------------------------------------


def _extreme(sign: int) -> Run:
    def run(args: list[Any], at: int) -> Any:
        values = _list(args[0], at) if len(args) == 1 else args
        best: Any = MISSING
        for value in values:
            if best is MISSING:
                best = value
                continue
            found = order(value, best)
            if found is None:
                raise _not_ordered(value, best, at)
            if found * sign > 0:
                best = value
        return best

    return run


def _not_ordered(one: Any, other: Any, at: int) -> EvalFailed:
    message = tr("{one} and {other} have no order", one=shown(one), other=shown(other))
    return EvalFailed(message, at)


def _sum(args: list[Any], at: int) -> Any:
    total: Any = 0
    for value in _list(args[0], at):
        total = add(total, _number(value, at), at)
    return total


def _count(args: list[Any], at: int) -> Any:
    nothing = (None, False, MISSING, UNKNOWN)
    return sum(1 for value in _list(args[0], at) if not any(value is n for n in nothing))


def _any(args: list[Any], at: int) -> Any:
    return _decided(_list(args[0], at), True, at)


def _all(args: list[Any], at: int) -> Any:
    return _decided(_list(args[0], at), False, at)


def _decided(values: list[Any], decisive: bool, at: int) -> Any:
    answer: Any = not decisive
    for value in values:
        if value is decisive:
            return decisive
        if value is None or value is UNKNOWN or value is MISSING:
            answer = UNKNOWN
        elif value.__class__ is not bool:
            _need(value, (bool,), tr("a list of truth values"), at)
    return answer


def _keys(args: list[Any], at: int) -> Any:
    return list(_need(args[0], (dict,), tr("a map"), at))


def _values(args: list[Any], at: int) -> Any:
    return list(_need(args[0], (dict,), tr("a map"), at).values())


def _first(args: list[Any], at: int) -> Any:
    values = _need(args[0], (list, str), tr("a list or text"), at)
    return values[0] if values else MISSING


def _last(args: list[Any], at: int) -> Any:
    values = _need(args[0], (list, str), tr("a list or text"), at)
    return values[-1] if values else MISSING


_MOST_ODD: Final = 1000
"""Elements that can only be told apart by comparing each with each."""


def _unique(args: list[Any], at: int) -> Any:
    found: list[Any] = []
    seen: set[Any] = set()
    odd: list[Any] = []
    for value in _list(args[0], at):
        if value.__class__ in (str, int, bytes):
            if (value.__class__, value) not in seen:
                seen.add((value.__class__, value))
                found.append(value)
            continue
        if len(odd) > _MOST_ODD:
            raise EvalFailed(tr("the list has too many different lists and maps"), at)
        if not any(equal(value, other) is True for other in odd):
            odd.append(value)
            found.append(value)
    return found


def _sort(args: list[Any], at: int) -> Any:
    def compared(one: Any, other: Any) -> int:
        found = order(one, other)
        if found is None:
            raise _not_ordered(one, other, at)
        return found

    falling = len(args) > 1 and _text(args[1], at) == "desc"
    return sorted(_list(args[0], at), key=cmp_to_key(compared), reverse=falling)


# -- times and the rest -----------------------------------------------------------------------


def _moment(value: Any, at: int) -> Instant:
    found = parse_instant(value, assume_utc=True) if value.__class__ is str else value
    if value.__class__ is int and abs(value) < 1 << 62:
        found = instant_from_epoch(value, per_second=1)
    if not isinstance(found, Instant) or found.nanoseconds is None:
        raise EvalFailed(tr("{value} is no time", value=shown(value)), at)
    return found


def _time(args: list[Any], at: int) -> Any:
    return _moment(args[0], at)


def _date(args: list[Any], at: int) -> Any:
    return _moment(args[0], at).text.partition("T")[0]


def _json(args: list[Any], at: int) -> Any:
    return _json_text(args[0], at)


def _as_text(args: list[Any], at: int) -> Any:
    return as_text(args[0], at)


def _cased(change: Callable[[str], str]) -> Run:
    return lambda args, at: change(_text(args[0], at))


FUNCTIONS: Final[dict[str, Function]] = {
    "abs": Function(_abs, 1, 1, "abs(number)"),
    "all": Function(_all, 1, 1, "all(list of conditions)"),
    "any": Function(_any, 1, 1, "any(list of conditions)"),
    "count": Function(_count, 1, 1, "count(list)"),
    "date": Function(_date, 1, 1, "date(time)"),
    "decimal": Function(_decimal, 1, 1, "decimal(number or text)"),
    "first": Function(_first, 1, 1, "first(list)"),
    "floor": Function(_floor, 1, 1, "floor(number)"),
    "format": Function(_format, 1, None, "format('{} of {}', value, value)", lenient=True),
    "int": Function(_int, 1, 1, "int(number or text)"),
    "join": Function(_join, 1, 2, "join(list, separator)"),
    "json": Function(_json, 1, 1, "json(value)", lenient=True),
    "keys": Function(_keys, 1, 1, "keys(map)"),
    "last": Function(_last, 1, 1, "last(list)"),
    "len": Function(_len, 1, 1, "len(text, list or map)"),
    "lower": Function(_cased(str.lower), 1, 1, "lower(text)"),
    "max": Function(_extreme(1), 1, None, "max(list) or max(a, b)"),
    "min": Function(_extreme(-1), 1, None, "min(list) or min(a, b)"),
    "number": Function(_to_number, 1, 1, "number(text)"),
    "replace": Function(_replace, 3, 3, "replace(text, old, new)"),
    "round": Function(_round, 1, 3, "round(number, digits, 'half-even' or 'half-up')"),
    "sort": Function(_sort, 1, 2, "sort(list) or sort(list, 'desc')"),
    "split": Function(_split, 2, 3, "split(text, separator, at most)"),
    "substring": Function(_substring, 2, 3, "substring(text, start, length)"),
    "sum": Function(_sum, 1, 1, "sum(list of numbers)"),
    "text": Function(_as_text, 1, 1, "text(value)"),
    "time": Function(_time, 1, 1, "time(text)"),
    "trim": Function(_cased(str.strip), 1, 1, "trim(text)"),
    "unique": Function(_unique, 1, 1, "unique(list)"),
    "upper": Function(_cased(str.upper), 1, 1, "upper(text)"),
    "values": Function(_values, 1, 1, "values(map)"),
}
"""All functions but ``has``, ``coalesce`` and ``now``, which look at more than values."""

FUNCTION_NAMES: Final = frozenset({*FUNCTIONS, "has", "coalesce", "now"})
