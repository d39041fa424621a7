"""What of the state an expression looks at, and what of it its value may hold.

Imports ``inspector.core.expressions`` only.
"""

from __future__ import annotations

from typing import Final

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
    children,
)


def state_reads(node: Node) -> frozenset[str]:
    """Top-level keys of the state that a tree looks at; ``*`` for all of it."""
    match node:
        case Member(Name("state" | "before"), key):
            return frozenset({key})
        case Index(Name("state" | "before"), Literal(str(key))):
            return frozenset({key})
        case Name("state" | "before"):
            return frozenset({"*"})
    found: frozenset[str] = frozenset()
    for child in children(node):
        found |= state_reads(child)
    return found


DATA: Final = "\0data."
"""Begins the name of a part of an event among the names of parts of the state."""


def data_reads(node: Node) -> frozenset[str]:
    """Top-level keys of the event's data that a tree looks at, after :data:`DATA`."""
    match node:
        case Member(Name("data"), key) | Index(Name("data"), Literal(str(key))):
            return frozenset({DATA + key})
        case Name("data"):
            return frozenset({DATA + "*"})
    found: frozenset[str] = frozenset()
    for child in children(node):
        found |= data_reads(child)
    return found


_SCALAR_CALLS: Final = frozenset(
    {
        "abs", "all", "any", "count", "date", "decimal", "floor", "format", "has", "int", "join",
        "json", "len", "lower", "number", "replace", "round", "substring", "sum", "text", "time",
        "trim", "upper", "now", "split", "keys",
    }
)  # fmt: skip


def may_hold_state(  # noqa: PLR0911 one case for each kind of part
    node: Node, loops: frozenset[str]
) -> bool:
    """Whether a value may hold lists or maps that are part of the state.

    Args:
        loops: variables that stand for elements of the state.
    """
    match node:
        case Name(name):
            return name in ("state", "before", "item", "key") or name in loops
        case Literal() | Not() | Logic() | Between() | Negative():
            return False
        case Binary(sign, left, right):
            return sign == "+" and (may_hold_state(left, loops) or may_hold_state(right, loops))
        case Call(name, arguments):
            return name not in _SCALAR_CALLS and any(may_hold_state(a, loops) for a in arguments)
        case For(key, value, names, source, _):
            inner = loops | frozenset(names) if may_hold_state(source, loops) else loops
            return may_hold_state(value, inner) or (key is not None and may_hold_state(key, inner))
        case Member(base, _) | Index(base, _) | Slice(base, _, _):
            return may_hold_state(base, loops)
        case If(then, _, otherwise):
            return may_hold_state(then, loops) or may_hold_state(otherwise, loops)
    return any(may_hold_state(child, loops) for child in children(node))


def mentions(node: Node, name: str) -> bool:
    """Whether a name stands anywhere in a tree."""
    if isinstance(node, Name):
        return node.name == name
    return any(mentions(child, name) for child in children(node))


def names_in(node: Node) -> frozenset[str]:
    """Every name in a tree, variables of loops among them."""
    if isinstance(node, Name):
        return frozenset({node.name})
    found: frozenset[str] = frozenset()
    for child in children(node):
        found |= names_in(child)
    return found


def builds(node: Node) -> bool:
    """Whether a list or map is made anywhere in a tree, so that it may hold any value."""
    if isinstance(node, ListOf | MapOf):
        return bool(children(node))
    return isinstance(node, For) or any(builds(child) for child in children(node))


def calls(node: Node, function: str) -> bool:
    """Whether a function is called anywhere in a tree."""
    if isinstance(node, Call) and node.name == function:
        return True
    return any(calls(child, function) for child in children(node))
