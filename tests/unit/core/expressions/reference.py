"""A second, slow and plain reading of the language: what the compiled closures must equal.

It walks the tree, computes with fractions, and shares no arithmetic and no comparison with the
compiler. Functions are the product's own; they have examples of their own.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from inspector.core.expressions import MISSING, UNKNOWN, EvalFailed, Span
from inspector.core.expressions.functions import FUNCTIONS
from inspector.core.expressions.tree import (
    Between,
    Binary,
    Call,
    For,
    If,
    Index,
    ListOf,
    Literal,
    Logic,
    MapOf,
    Member,
    Name,
    Negative,
    Node,
    Not,
    Slice,
)


class Wrong(Exception):
    """It cannot be evaluated."""


def is_number(value: Any) -> bool:
    # A sum of numbers is a fraction here until somebody compares it.
    return isinstance(value, int | Decimal | Fraction) and not isinstance(value, bool)


class Reference:
    """Evaluates trees over names."""

    def __init__(self, names: dict[str, Any]) -> None:
        self.names = names

    def value(self, node: Node) -> Any:
        return getattr(self, f"do_{type(node).__name__.lower()}")(node)

    def do_literal(self, node: Literal) -> Any:
        return node.value

    def do_name(self, node: Name) -> Any:
        return self.names[node.name]

    def do_member(self, node: Member) -> Any:
        base = self.value(node.base)
        return base.get(node.key, MISSING) if isinstance(base, dict) else MISSING

    def do_index(self, node: Index) -> Any:
        base, index = self.value(node.base), self.value(node.index)
        if isinstance(base, dict):
            hashable = index is None or isinstance(index, bool | int | Decimal | str)
            return base.get(index, MISSING) if hashable else MISSING
        if not isinstance(base, list | str) or index is MISSING or index is UNKNOWN:
            return MISSING
        if type(index) is not int:
            raise Wrong
        return base[index] if -len(base) <= index < len(base) else MISSING

    def do_slice(self, node: Slice) -> Any:
        base = self.value(node.base)
        if base is MISSING or base is None:
            return MISSING
        if not isinstance(base, list | str):
            raise Wrong
        bounds = []
        for part in (node.start, node.stop):
            found = None if part is None else self.value(part)
            if part is not None and type(found) is not int:
                raise Wrong
            bounds.append(None if found is None else max(-(10**6), min(found, 10**6)))
        return base[slice(*bounds)]

    def do_negative(self, node: Negative) -> Any:
        value = self.value(node.value)
        if isinstance(value, Span):
            return Span(-value.nanoseconds)
        if not is_number(value):
            raise Wrong
        return value.copy_negate() if isinstance(value, Decimal) else -value

    def truth(self, node: Node) -> Any:
        value = self.value(node)
        if value in (None, MISSING, UNKNOWN) and not is_number(value):
            return None
        if not isinstance(value, bool):
            raise Wrong
        return value

    def answer(self, truth: bool | None) -> Any:
        return UNKNOWN if truth is None else truth

    def do_not(self, node: Not) -> Any:
        truth = self.truth(node.value)
        return self.answer(None if truth is None else not truth)

    def do_logic(self, node: Logic) -> Any:
        decisive = node.word == "or"
        seen = []
        for part in node.parts:
            seen.append(self.truth(part))
            if seen[-1] is decisive:
                return decisive
        return self.answer(None if None in seen else not decisive)

    def do_if(self, node: If) -> Any:
        truth = self.truth(node.condition)
        if truth is None:
            return UNKNOWN
        return self.value(node.then if truth else node.otherwise)

    # -- comparing ------------------------------------------------------------------------

    def same(self, a: Any, b: Any) -> bool | None:
        if any(v is MISSING or v is UNKNOWN for v in (a, b)):
            return None
        if a is None or b is None:
            return a is None and b is None
        if is_number(a) and is_number(b):
            return Fraction(a) == Fraction(b)
        if isinstance(a, list) and isinstance(b, list):
            return len(a) == len(b) and all(map(self.deep, a, b))
        if isinstance(a, dict) and isinstance(b, dict):
            return a.keys() == b.keys() and all(self.deep(a[k], b[k]) for k in a)
        return bool(a == b) if type(a) is type(b) else None

    def deep(self, a: Any, b: Any) -> bool:
        return a is b or self.same(a, b) is True

    def less(self, a: Any, b: Any) -> bool | None:
        if is_number(a) and is_number(b):
            return Fraction(a) < Fraction(b)
        if type(a) is type(b) and isinstance(a, str | Span):
            return a < b
        return None

    def do_between(self, node: Between) -> Any:
        value, low, high = (self.value(n) for n in (node.value, node.low, node.high))
        below, above = self.less(value, low), self.less(high, value)
        if below or above:
            return False
        return UNKNOWN if below is None or above is None else True

    def do_binary(self, node: Binary) -> Any:
        if node.sign in ("+", "-", "*", "/", "//", "%"):
            return self.arithmetic(node.sign, self.value(node.left), self.value(node.right))
        a, b = self.value(node.left), self.value(node.right)
        return self.answer(self.compared(node.sign, a, b))

    def compared(self, sign: str, a: Any, b: Any) -> bool | None:
        if sign in ("==", "!="):
            found = self.same(a, b)
            return found if found is None else found is (sign == "==")
        if sign in ("<", ">="):
            found = self.less(a, b)
            return found if found is None else found is (sign == "<")
        if sign in (">", "<="):
            found = self.less(b, a)
            return found if found is None else found is (sign == ">")
        if sign in ("in", "contains"):
            return self.has(a, b) if sign == "contains" else self.has(b, a)
        if not (isinstance(a, str) and isinstance(b, str)):
            return None
        return a.startswith(b) if sign == "startswith" else a.endswith(b)

    def has(self, whole: Any, part: Any) -> bool | None:
        if part is MISSING or part is UNKNOWN:
            return None
        if isinstance(whole, list):
            return any(self.same(one, part) is True for one in whole)
        if isinstance(whole, dict):
            return not isinstance(part, list | dict | Span) and part in whole
        return part in whole if isinstance(whole, str) and isinstance(part, str) else None

    # -- arithmetic -----------------------------------------------------------------------

    def arithmetic(self, sign: str, a: Any, b: Any) -> Any:
        if is_number(a) and is_number(b):
            return self.numbers(sign, Fraction(a), Fraction(b))
        if sign == "+" and type(a) is type(b) and isinstance(a, str | list):
            return a + b
        if isinstance(a, Span) and isinstance(b, Span) and sign in "+-":
            return Span(a.nanoseconds + b.nanoseconds * (1 if sign == "+" else -1))
        if sign == "*" and {type(a), type(b)} == {Span, int}:
            span, count = (a, b) if isinstance(a, Span) else (b, a)
            return Span(span.nanoseconds * count)
        raise Wrong

    def numbers(self, sign: str, a: Fraction, b: Fraction) -> Fraction | int:
        if sign == "+":
            return a + b
        if sign == "-":
            return a - b
        if sign == "*":
            return a * b
        if not b:
            raise Wrong
        return {"/": a / b, "//": a // b, "%": a % b}[sign]

    # -- lists and calls ------------------------------------------------------------------

    def element(self, node: Node) -> Any:
        value = self.value(node)
        if value is MISSING:
            raise Wrong
        return value

    def do_listof(self, node: ListOf) -> Any:
        return [self.element(item) for item in node.items]

    def key(self, node: Node) -> Any:
        value = self.value(node)
        if value is not None and not isinstance(value, bool | int | Decimal | str | Fraction):
            raise Wrong
        return value

    def do_mapof(self, node: MapOf) -> Any:
        return {self.key(key): self.element(value) for key, value in node.pairs}

    def do_for(self, node: For) -> Any:
        source = self.value(node.source)
        if source is MISSING or source is None:
            return source
        if not isinstance(source, list | dict):
            raise Wrong
        pairs = source.items() if isinstance(source, dict) else enumerate(source)
        found = []
        for pair, single in zip(list(pairs), list(source), strict=True):
            bound = (single,) if len(node.names) == 1 else pair
            inner = Reference({**self.names, **dict(zip(node.names, bound, strict=True))})
            if node.condition is None or inner.truth(node.condition):
                key = None if node.key is None else inner.key(node.key)
                found.append((key, inner.element(node.value)))
        return [v for _, v in found] if node.key is None else dict(found)

    def do_call(self, node: Call) -> Any:
        if node.name == "has":
            return self.value(node.arguments[0]) is not MISSING
        values = [self.value(argument) for argument in node.arguments]
        if node.name == "coalesce":
            return next((v for v in values if v is not None and v is not MISSING), values[-1])
        if values[0] is None or values[0] is MISSING:
            return values[0]
        try:
            return FUNCTIONS[node.name].run(values, 0)
        except EvalFailed:
            raise Wrong from None
