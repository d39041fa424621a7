"""Whether two values are the same, more strictly than Python's own ``==``.

A truth value is not a number, a text is not the number it spells, and a number can be the
same number in another form (``1``, ``1.0``, ``1.00``; an exact decimal or a JSON number).

Imports the standard library only. Works on any depth without recursion.
"""

from __future__ import annotations

import enum
import math
from decimal import Decimal
from typing import Final

from inspector.core.payloads import Value


class Likeness(enum.Enum):
    """How two values that are no containers compare."""

    SAME = "same"
    FORM = "form"
    OTHER = "other"
    KIND = "kind"


_KINDS: Final = ((bool, "truth"), ((int, float, Decimal), "number"), (dict, "map"), (list, "list"))
_PLAIN_KINDS: Final[dict[type, object]] = {
    bool: "truth",
    int: "number",
    float: "number",
    Decimal: "number",
    dict: "map",
    list: "list",
    str: str,
    type(None): type(None),
}


def kind_of(value: Value) -> object:
    """What kind of value it is; all numbers are one kind."""
    known = _PLAIN_KINDS.get(type(value))
    if known is not None:
        return known
    for classes, kind in _KINDS:
        if isinstance(value, classes):
            return kind
    return type(value)


def likeness(left: Value, right: Value) -> Likeness:
    """Compare two values that are not both maps or both lists."""
    if left is right:
        return Likeness.SAME
    kind = kind_of(left)
    if kind != kind_of(right):
        return Likeness.KIND
    if kind == "number":
        return _numbers(left, right)
    return Likeness.SAME if left == right else Likeness.OTHER


def _numbers(left: Value, right: Value) -> Likeness:
    if type(left) is type(right) and number_form(left) == number_form(right):
        return Likeness.SAME
    return Likeness.FORM if _same_number(left, right) else Likeness.OTHER


def _same_number(left: Value, right: Value) -> bool:
    if is_nan(left) or is_nan(right):
        return is_nan(left) and is_nan(right)
    return bool(left == right or number_value(left) == number_value(right))


def is_nan(number: Value) -> bool:
    """Whether a number is not-a-number; never raises, not even for a signalling one."""
    if isinstance(number, Decimal):
        return number.is_nan()
    return isinstance(number, float) and math.isnan(number)


def number_value(number: Value) -> int | Decimal:
    """The number as people read it: a binary float counts as its shortest decimal form."""
    return Decimal(repr(number)) if isinstance(number, float) else number


def number_form(number: Value) -> object:
    """Equal for two numbers of one class exactly when all their stored digits are equal."""
    return number if isinstance(number, int) else str(number)


def same(left: Value, right: Value, *, forms: bool = True) -> bool:
    """Whether two values are the same all the way down.

    Args:
        forms: a number in another form is another value.
    """
    pairs = [(left, right)]
    while pairs:
        one, other = pairs.pop()
        if one is other:
            continue
        if type(one) is type(other) and isinstance(one, (str, int)):
            if one != other:
                return False
        elif isinstance(one, dict) and isinstance(other, dict):
            if one.keys() != other.keys():
                return False
            pairs.extend((value, other[key]) for key, value in one.items())
        elif isinstance(one, list) and isinstance(other, list):
            if len(one) != len(other):
                return False
            pairs.extend(zip(one, other, strict=True))
        elif not _alike(likeness(one, other), forms=forms):
            return False
    return True


def _alike(found: Likeness, *, forms: bool) -> bool:
    return found is Likeness.SAME or (found is Likeness.FORM and not forms)
