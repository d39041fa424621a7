"""From tree to a chain of Python closures: no text of a user ever reaches ``eval``.

What can be known before the first event is decided here: names become attribute reads, short
paths one closure, patterns automata, constants themselves. What is left for every event is
one call for each part of the expression. Imports ``inspector.core`` only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from inspector.core.expressions import operators as op
from inspector.core.expressions.closures import (
    ARITHMETIC,
    ORDER,
    QUICK,
    Loop,
    Run,
    call_of,
    contains_of,
    element,
    equality_of,
    index_of,
    local_of,
    logic_of,
    map_key,
    matches_any_of,
    matches_of,
    member_of,
    ordering_of,
    slice_of,
)
from inspector.core.expressions.errors import ExpressionError, nearest
from inspector.core.expressions.functions import FUNCTION_NAMES, FUNCTIONS
from inspector.core.expressions.parser import MAX_VARIABLES, parse
from inspector.core.expressions.reading import may_hold_state, state_reads
from inspector.core.expressions.regex import PatternError, compile_pattern
from inspector.core.expressions.scope import Getter, Scope, present
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
from inspector.core.expressions.values import (
    MISSING,
    UNKNOWN,
)
from inspector.core.texts import tr


@dataclass(frozen=True, slots=True)
class Compiled:
    """An expression that can be evaluated.

    Attributes:
        text: as written.
        tree: what it means.
        run: evaluates it; raises :class:`EvalFailed`.
        reads: top-level keys of the state that it looks at; ``*`` stands for all of it.
        passes_state_on: the result may hold a list or map that is part of the state.
    """

    text: str
    tree: Node
    run: Run
    reads: frozenset[str]
    passes_state_on: bool


def compile_expression(text: str, names: Mapping[str, Getter]) -> Compiled:
    """Read and compile an expression.

    Args:
        names: what it may speak of.

    Raises:
        ExpressionError: it is none, or speaks of something unknown.
    """
    return compile_tree(parse(text), names, text)


def compile_tree(tree: Node, names: Mapping[str, Getter], text: str) -> Compiled:
    """Compile a tree; ``text`` is for messages.

    Raises:
        ExpressionError: a name, a function or a pattern is wrong.
    """
    compiler = _Compiler(names, text)
    run = compiler.compile(tree)
    return Compiled(text, tree, run, state_reads(tree), may_hold_state(tree, frozenset()))


@dataclass
class _Compiler:
    names: Mapping[str, Getter]
    text: str
    variables: dict[str, int] = field(default_factory=dict)

    def compile(self, node: Node) -> Run:
        """The closure of one part."""
        method: Callable[[Any], Run] = getattr(self, _METHODS[type(node)])
        return method(node)

    def error(self, message: str, node: Node, near: str = "") -> ExpressionError:
        return ExpressionError(message, self.text, node.at, near)

    # -- values and paths -----------------------------------------------------------------

    def literal(self, node: Literal) -> Run:
        value = node.value
        return lambda scope: value

    def name(self, node: Name) -> Run:
        slot = self.variables.get(node.name)
        if slot is not None:
            return local_of(slot)
        getter = self.names.get(node.name)
        if getter is None:
            near = nearest(node.name, [*self.names, *self.variables])
            message = tr("“{name}” is not known here.", name=node.name[:60])
            raise self.error(message, node, near)
        return getter

    def member(self, node: Member) -> Run:
        key, base = node.key, node.base
        if isinstance(base, Name) and base.name not in self.variables and base.name in self.names:
            quick = QUICK.get(base.name)
            if quick is not None:
                return quick(key)
        return member_of(self.compile(base), key)

    def index(self, node: Index) -> Run:
        return index_of(self.compile(node.base), self.compile(node.index), node.at)

    def slice(self, node: Slice) -> Run:
        start = None if node.start is None else self.compile(node.start)
        stop = None if node.stop is None else self.compile(node.stop)
        return slice_of(self.compile(node.base), start, stop, node.at)

    # -- signs ----------------------------------------------------------------------------

    def negative(self, node: Negative) -> Run:
        value, at = self.compile(node.value), node.at
        return lambda scope: op.negate(value(scope), at)

    def negation(self, node: Not) -> Run:
        value, at = self.compile(node.value), node.at

        def run(scope: Scope) -> Any:
            found = value(scope)
            if found is True:
                return False
            if found is False:
                return True
            found = op.truth_of(found, at)
            return found if found is UNKNOWN else not found

        return run

    def logic(self, node: Logic) -> Run:
        parts = tuple((self.compile(part), part.at) for part in node.parts)
        return logic_of(parts, decisive=node.word == "or")

    def binary(self, node: Binary) -> Run:  # noqa: PLR0911 one for each family of signs
        sign, at = node.sign, node.at
        if sign == "matches":
            return self.matching(node)
        left, right = self.compile(node.left), self.compile(node.right)
        if sign in ARITHMETIC:
            return ARITHMETIC[sign](left, right, at)
        if sign in ("==", "!="):
            return equality_of(left, right, sign == "==", at)
        if sign in ORDER:
            return ordering_of(left, right, ORDER[sign])
        if sign == "in":
            return contains_of(right, left, at)
        if sign == "contains":
            return contains_of(left, right, at)
        test = op.starts if sign == "startswith" else op.ends
        return lambda scope: test(left(scope), right(scope))

    def matching(self, node: Binary) -> Run:
        left, at = self.compile(node.left), node.at
        if isinstance(node.right, Literal) and isinstance(node.right.value, str):
            try:
                return matches_of(left, compile_pattern(node.right.value), at)
            except PatternError as error:
                message = tr("The pattern is wrong: {why}", why=error.message)
                raise self.error(message, node.right) from None
        return matches_any_of(left, self.compile(node.right), at)

    def between(self, node: Between) -> Run:
        value, low, high = (self.compile(part) for part in (node.value, node.low, node.high))

        def run(scope: Scope) -> Any:
            found = value(scope)
            above, below = op.order(found, low(scope)), op.order(found, high(scope))
            if (above is not None and above < 0) or (below is not None and below > 0):
                return False
            return UNKNOWN if above is None or below is None else True

        return run

    def conditional(self, node: If) -> Run:
        condition, then = self.compile(node.condition), self.compile(node.then)
        otherwise, at = self.compile(node.otherwise), node.at

        def run(scope: Scope) -> Any:
            found = condition(scope)
            if found is not True and found is not False:
                found = op.truth_of(found, at)
                if found is UNKNOWN:
                    return UNKNOWN
            return then(scope) if found else otherwise(scope)

        return run

    # -- lists, maps and loops ------------------------------------------------------------

    def list(self, node: ListOf) -> Run:
        items = tuple(self.compile(item) for item in node.items)
        places = tuple(item.at for item in node.items)
        if not items:
            return lambda scope: []

        def run(scope: Scope) -> Any:
            return [element(item(scope), at) for item, at in zip(items, places, strict=True)]

        return run

    def map(self, node: MapOf) -> Run:
        if all(isinstance(k, Literal) and isinstance(k.value, str) for k, _ in node.pairs):
            named = tuple((k.value, self.compile(v), v.at) for k, v in node.pairs)  # type: ignore[attr-defined]
            return lambda scope: {key: element(value(scope), at) for key, value, at in named}
        pairs = tuple((self.compile(k), self.compile(v), k.at, v.at) for k, v in node.pairs)

        def run(scope: Scope) -> Any:
            return {
                map_key(key(scope), key_at): element(value(scope), at)
                for key, value, key_at, at in pairs
            }

        return run

    def loop(self, node: For) -> Run:
        source = self.compile(node.source)
        hidden = {name: self.variables.get(name) for name in node.names}
        slots = []
        for name in node.names:
            slot = self._free_slot(node)
            self.variables[name] = slot
            slots.append(slot)
        value = self.compile(node.value)
        key = None if node.key is None else self.compile(node.key)
        condition = None if node.condition is None else self.compile(node.condition)
        for name, slot_before in hidden.items():
            if slot_before is None:
                self.variables.pop(name, None)
            else:
                self.variables[name] = slot_before
        return Loop(source, tuple(slots), key, value, condition, node).run

    def _free_slot(self, node: Node) -> int:
        used = set(self.variables.values())
        free = [slot for slot in range(MAX_VARIABLES) if slot not in used]
        if not free:
            raise self.error(tr("There are too many loops inside one another."), node)
        return free[0]

    # -- calls ----------------------------------------------------------------------------

    def call(self, node: Call) -> Run:
        if node.name == "has":
            return self._has(node)
        if node.name == "coalesce":
            return self._coalesce(node)
        if node.name == "now" and not node.arguments:
            return present
        function = FUNCTIONS.get(node.name)
        if function is None:
            near = nearest(node.name, FUNCTION_NAMES)
            raise self.error(tr("There is no function “{name}”.", name=node.name[:60]), node, near)
        count = len(node.arguments)
        if count < function.least or (function.most is not None and count > function.most):
            message = tr("It is called like this: {usage}.", usage=function.usage)
            raise self.error(message, node)
        arguments = tuple(self.compile(argument) for argument in node.arguments)
        return call_of(function.run, arguments, function.lenient, node.at)

    def _has(self, node: Call) -> Run:
        if len(node.arguments) != 1 or not isinstance(node.arguments[0], Member | Index | Name):
            message = tr("It is called like this: {usage}.", usage="has(data.field)")
            raise self.error(message, node)
        path = self.compile(node.arguments[0])
        return lambda scope: path(scope) is not MISSING

    def _coalesce(self, node: Call) -> Run:
        if not node.arguments:
            message = tr("It is called like this: {usage}.", usage="coalesce(a, b, …)")
            raise self.error(message, node)
        arguments = tuple(self.compile(argument) for argument in node.arguments)
        if len(arguments) == 2:
            one, other = arguments

            def either(scope: Scope) -> Any:
                found = one(scope)
                return other(scope) if found is None or found is MISSING else found

            return either

        def run(scope: Scope) -> Any:
            found: Any = MISSING
            for argument in arguments:
                found = argument(scope)
                if found is not None and found is not MISSING:
                    break
            return found

        return run


_METHODS: Final[dict[type[Node], str]] = {
    Literal: "literal", Name: "name", Member: "member", Index: "index", Slice: "slice",
    Negative: "negative", Not: "negation", Logic: "logic", Binary: "binary", Between: "between",
    If: "conditional", ListOf: "list", MapOf: "map", For: "loop", Call: "call",
}  # fmt: skip
