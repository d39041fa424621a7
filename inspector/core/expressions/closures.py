"""The closures that evaluate the parts of an expression, one function for each kind of part.

Each takes the closures of its own parts and gives one that evaluates the whole. The quick ways
for the usual kinds of values come first in each: this is what runs for every event. Imports
``inspector.core`` only.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, DecimalException
from typing import Any, Final

from inspector.core.expressions import operators as op
from inspector.core.expressions.regex import Pattern, PatternError, compile_pattern
from inspector.core.expressions.scope import Scope, paid, spend
from inspector.core.expressions.tree import For
from inspector.core.expressions.values import MAX_NUMBER, MISSING, UNKNOWN, EvalFailed, shown
from inspector.core.texts import tr

Run = Callable[[Scope], Any]

_ADD: Final = op.EXACT.add
_SUBTRACT: Final = op.EXACT.subtract
_MULTIPLY: Final = op.EXACT.multiply
_SHORT: Final = 1 << 64

ORDER: Final[dict[str, Callable[[int], bool]]] = {
    "<": lambda n: n < 0, "<=": lambda n: n <= 0, ">": lambda n: n > 0, ">=": lambda n: n >= 0,
}  # fmt: skip
_PLAIN_ORDER: Final = frozenset({int, str})


def local_of(slot: int) -> Run:
    """A variable of a loop."""

    return lambda scope: scope.locals[slot]


def _data_member(key: str) -> Run:
    def run(scope: Scope) -> Any:
        value = scope.data
        return value.get(key, MISSING) if value.__class__ is dict else MISSING

    return run


def _state_member(key: str) -> Run:
    def run(scope: Scope) -> Any:
        value = scope.state
        return value.get(key, MISSING) if value.__class__ is dict else MISSING

    return run


def _item_member(key: str) -> Run:
    def run(scope: Scope) -> Any:
        value = scope.item
        return value.get(key, MISSING) if value.__class__ is dict else MISSING

    return run


QUICK: Final[dict[str, Callable[[str], Run]]] = {
    "data": _data_member, "state": _state_member, "item": _item_member,
}  # fmt: skip


def member_of(base: Run, key: str) -> Run:
    """``base.key`` of any value."""

    def run(scope: Scope) -> Any:
        value = base(scope)
        return value.get(key, MISSING) if value.__class__ is dict else MISSING

    return run


def index_of(base: Run, index: Run, at: int) -> Run:
    """``base[index]``."""

    def run(scope: Scope) -> Any:
        value, place = base(scope), index(scope)
        if value.__class__ is dict:
            return value.get(place, MISSING) if op.is_key(place) else MISSING
        if value.__class__ is list or value.__class__ is str:
            if place.__class__ is int:
                return value[place] if -len(value) <= place < len(value) else MISSING
            if place is MISSING or place is UNKNOWN:
                return MISSING
            message = tr("a place in a list is a whole number, not {value}", value=shown(place))
            raise EvalFailed(message, at)
        return MISSING

    return run


def slice_of(base: Run, start: Run | None, stop: Run | None, at: int) -> Run:
    """``base[start:stop]``."""

    def bound(scope: Scope, run: Run | None) -> int | None:
        if run is None:
            return None
        value = run(scope)
        if value.__class__ is int:
            return int(max(-(1 << 62), min(value, 1 << 62)))
        message = tr("a place in a list is a whole number, not {value}", value=shown(value))
        raise EvalFailed(message, at)

    def run(scope: Scope) -> Any:
        value = base(scope)
        if value is MISSING or value is None:
            return MISSING
        if value.__class__ is list or value.__class__ is str:
            return paid(scope, value[bound(scope, start) : bound(scope, stop)], at)
        raise EvalFailed(tr("a list or text is needed, not {value}", value=shown(value)), at)

    return run


def add_of(left: Run, right: Run, at: int) -> Run:
    """``a + b``."""

    def run(scope: Scope) -> Any:
        a, b = left(scope), right(scope)
        if a.__class__ is int and b.__class__ is int:
            total = a + b
            if -MAX_NUMBER < total < MAX_NUMBER:
                return total
        elif a.__class__ is Decimal and b.__class__ is Decimal:
            try:
                return _ADD(a, b)
            except DecimalException:
                pass  # the slow way says what is the matter
        return paid(scope, op.add(a, b, at), at)

    return run


def subtract_of(left: Run, right: Run, at: int) -> Run:
    """``a - b``."""

    def run(scope: Scope) -> Any:
        a, b = left(scope), right(scope)
        if a.__class__ is int and b.__class__ is int:
            rest = a - b
            if -MAX_NUMBER < rest < MAX_NUMBER:
                return rest
        elif a.__class__ is Decimal and b.__class__ is Decimal:
            try:
                return _SUBTRACT(a, b)
            except DecimalException:
                pass
        return op.subtract(a, b, at)

    return run


def multiply_of(left: Run, right: Run, at: int) -> Run:
    """``a * b``."""

    def run(scope: Scope) -> Any:
        a, b = left(scope), right(scope)
        if a.__class__ is int and b.__class__ is int:
            if -_SHORT < a < _SHORT and -_SHORT < b < _SHORT:
                return a * b
        elif a.__class__ is Decimal and b.__class__ is Decimal:
            try:
                return _MULTIPLY(a, b)
            except DecimalException:
                pass
        return op.multiply(a, b, at)

    return run


def divide_of(operation: Callable[[Any, Any, int], Any]) -> Callable[[Run, Run, int], Run]:
    """The three kinds of division."""

    def join(left: Run, right: Run, at: int) -> Run:
        return lambda scope: operation(left(scope), right(scope), at)

    return join


ARITHMETIC: Final = {
    "+": add_of,
    "-": subtract_of,
    "*": multiply_of,
    "/": divide_of(op.divide),
    "//": divide_of(op.floor_divide),
    "%": divide_of(op.modulo),
}


def equality_of(left: Run, right: Run, wanted: bool, at: int) -> Run:
    """``==`` where ``wanted`` is true, else ``!=``."""

    def run(scope: Scope) -> Any:
        a, b = left(scope), right(scope)
        if a.__class__ is b.__class__ and a.__class__ in _PLAIN_ORDER:
            return (a == b) is wanted
        if a.__class__ is list or a.__class__ is dict:
            paid(scope, a, at)
        found = op.equal(a, b)
        return found if found is UNKNOWN else found is wanted

    return run


def ordering_of(left: Run, right: Run, test: Callable[[int], bool]) -> Run:
    """``<``, ``<=``, ``>`` and ``>=``."""

    def run(scope: Scope) -> Any:
        found = op.order(left(scope), right(scope))
        return UNKNOWN if found is None else test(found)

    return run


def contains_of(container: Run, part: Run, at: int) -> Run:
    """Whether ``container`` has ``part``."""

    def run(scope: Scope) -> Any:
        whole = container(scope)
        if whole.__class__ is list:
            spend(scope, len(whole), at)
        elif whole.__class__ is str:
            spend(scope, len(whole) >> 4, at)
        return op.contains(whole, part(scope))

    return run


def matches_of(left: Run, pattern: Pattern, at: int) -> Run:
    """``text matches pattern``, with a pattern that is known."""

    def run(scope: Scope) -> Any:
        text = left(scope)
        if text.__class__ is not str:
            return UNKNOWN
        spend(scope, len(text) >> 2, at)
        try:
            return pattern.search(text)
        except PatternError as error:
            raise EvalFailed(error.message, at) from None

    return run


def matches_any_of(left: Run, right: Run, at: int) -> Run:
    """``text matches pattern``, with a pattern that is only known at run time."""

    def run(scope: Scope) -> Any:
        text, pattern = left(scope), right(scope)
        if text.__class__ is not str or pattern.__class__ is not str:
            return UNKNOWN
        spend(scope, len(text) + 10 * len(pattern), at)
        try:
            return compile_pattern(pattern).search(text)
        except PatternError as error:
            raise EvalFailed(tr("the pattern is wrong: {why}", why=error.message), at) from None

    return run


def logic_of(parts: tuple[tuple[Run, int], ...], *, decisive: bool) -> Run:
    """``or`` is decided by a true part, ``and`` by a false one."""

    def run(scope: Scope) -> Any:
        answer: Any = not decisive
        for part, at in parts:
            found = part(scope)
            if found is decisive:
                return decisive
            if found is not True and found is not False and op.truth_of(found, at) is UNKNOWN:
                answer = UNKNOWN
        return answer

    return run


def element(value: Any, at: int) -> Any:
    """A value that becomes part of a list or map."""
    if value is MISSING:
        raise EvalFailed(tr("the value is missing; coalesce(…, null) would allow that"), at)
    return value


def map_key(value: Any, at: int) -> Any:
    """A value that becomes the key of a map."""
    if not op.is_key(value):
        raise EvalFailed(tr("{value} cannot be a key", value=shown(value)), at)
    return value


class Loop:
    """A list or map made out of another."""

    __slots__ = ("at", "condition", "key", "slots", "source", "value", "value_at")

    def __init__(  # noqa: PLR0913, PLR0917 the parts that a loop is written of
        self,
        source: Run,
        slots: tuple[int, ...],
        key: Run | None,
        value: Run,
        condition: Run | None,
        node: For,
    ) -> None:
        self.source, self.slots, self.key, self.value = source, slots, key, value
        self.condition, self.at, self.value_at = condition, node.at, node.value.at

    def run(self, scope: Scope) -> Any:
        """Go through the source once."""
        source = self.source(scope)
        if source is MISSING or source is None:
            return source
        if source.__class__ is not list and source.__class__ is not dict:
            message = tr("a loop needs a list or map, not {value}", value=shown(source))
            raise EvalFailed(message, self.at)
        spend(scope, len(source), self.at)
        slots = self.slots
        saved = [scope.locals[slot] for slot in slots]
        found = self._as_list(scope, source) if self.key is None else self._as_map(scope, source)
        for slot, value in zip(slots, saved, strict=True):
            scope.locals[slot] = value
        return paid(scope, found, self.at)

    def _each(self, scope: Scope, source: Any) -> Any:
        slots, local = self.slots, scope.locals
        condition, at = self.condition, self.at
        if len(slots) == 1:
            pairs: Any = ((None, element) for element in source)
        else:
            pairs = source.items() if source.__class__ is dict else enumerate(source)
        for key, element in pairs:
            if len(slots) == 1:
                local[slots[0]] = element
            else:
                local[slots[0]], local[slots[1]] = key, element
            if condition is None or op.truth_of(condition(scope), at) is True:
                yield element

    def _as_list(self, scope: Scope, source: Any) -> list[Any]:
        value, at = self.value, self.value_at
        return [element(value(scope), at) for _ in self._each(scope, source)]

    def _as_map(self, scope: Scope, source: Any) -> dict[Any, Any]:
        key, value, at = self.key, self.value, self.value_at
        assert key is not None  # noqa: S101 a map has keys
        return {
            map_key(key(scope), at): element(value(scope), at) for _ in self._each(scope, source)
        }


def call_of(function: Any, arguments: tuple[Run, ...], lenient: bool, at: int) -> Run:
    """A call; a missing or null argument is its result, unless the function is lenient."""

    if len(arguments) == 1 and not lenient:
        only = arguments[0]

        def one(scope: Scope) -> Any:
            value = only(scope)
            if value is MISSING or value is None:
                return value
            kind = value.__class__
            if kind is list or kind is dict:
                spend(scope, len(value), at)
            return paid(scope, function([value], at), at)

        return one

    def run(scope: Scope) -> Any:
        values = [argument(scope) for argument in arguments]
        for value in values:
            if not lenient and (value is MISSING or value is None):
                return value
            paid(scope, value, at)
        return paid(scope, function(values, at), at)

    return run
