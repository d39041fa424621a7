"""An expression as a tree of values.

Two trees are equal when they mean the same text, wherever the parts stood in it. Imports the
standard library only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Node:
    """A part of an expression; ``at`` is the character where it stands, from 0."""

    at: int = field(default=0, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A text, number, span of time, truth value or null, as written."""

    value: Any


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A bare word: one of the known names, or a variable of a loop."""

    name: str


@dataclass(frozen=True, slots=True)
class Member(Node):
    """``base.key``."""

    base: Node
    key: str


@dataclass(frozen=True, slots=True)
class Index(Node):
    """``base[index]``."""

    base: Node
    index: Node


@dataclass(frozen=True, slots=True)
class Slice(Node):
    """``base[start:stop]``; either may be left out."""

    base: Node
    start: Node | None
    stop: Node | None


@dataclass(frozen=True, slots=True)
class Negative(Node):
    """``-value``."""

    value: Node


@dataclass(frozen=True, slots=True)
class Not(Node):
    """``not value``."""

    value: Node


@dataclass(frozen=True, slots=True)
class Logic(Node):
    """``a and b and c``, or the same with ``or``."""

    word: str
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """Arithmetic or a comparison: ``left sign right``."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Between(Node):
    """``value between low and high``, both included."""

    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class If(Node):
    """``then if condition else otherwise``."""

    then: Node
    condition: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    """``[a, b]``."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class MapOf(Node):
    """``{key: value}``."""

    pairs: tuple[tuple[Node, Node], ...]


@dataclass(frozen=True, slots=True)
class For(Node):
    """``[value for names in source if condition]``; with ``key`` it makes a map."""

    key: Node | None
    value: Node
    names: tuple[str, ...]
    source: Node
    condition: Node | None


@dataclass(frozen=True, slots=True)
class Call(Node):
    """``name(arguments)``."""

    name: str
    arguments: tuple[Node, ...]


def children(node: Node) -> tuple[Node, ...]:  # noqa: PLR0911 one case for each kind of part
    """The parts of a node, in the order in which they are evaluated or written."""
    match node:
        case Member(base) | Negative(base) | Not(base):
            return (base,)
        case Index(base, index):
            return (base, index)
        case Slice(base, start, stop):
            return tuple(part for part in (base, start, stop) if part is not None)
        case Logic(_, parts) | ListOf(parts) | Call(_, parts):
            return parts
        case Binary(_, left, right):
            return (left, right)
        case Between(value, low, high):
            return (value, low, high)
        case If(then, condition, otherwise):
            return (condition, then, otherwise)
        case MapOf(pairs):
            return tuple(part for pair in pairs for part in pair)
        case For(key, value, _, source, condition):
            return tuple(part for part in (source, condition, key, value) if part is not None)
    return ()
