"""What a pickle or a Java stream is made of while it is read, and its value when all is there.

Parts can be referred to before they are complete, and may hold themselves. So they are nodes
first; values are made of them at the end, once for each node, and a part within itself becomes
``{"$reference": "..."}``.

Imports the contract of this package only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from inspector.codecs._api import CodecError
from inspector.codecs._maps import make_map
from inspector.core.payloads import Value

DEEPEST: Final = 100
"""Nodes inside each other; each costs a few frames of the interpreter's stack."""

NESTED: Final = f"Its objects nest deeper than {DEEPEST} levels."


@dataclass(slots=True, eq=False)
class Sequence:
    """A list, a tuple or a set."""

    items: list[Value] = field(default_factory=list)
    mark: str = ""


@dataclass(slots=True, eq=False)
class Mapping:
    """A map: keys and values in turn."""

    items: list[Value] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Thing:
    """An object of a foreign class: what is written about it, by name."""

    kind: Value
    parts: list[tuple[str, Value]] = field(default_factory=list)


Simplify = Callable[[str, dict[str, Value]], Value]
"""Makes a plain value of an object of a well-known class; the object itself if it cannot."""


class Builder:
    """Makes values of nodes.

    Args:
        simplify: asked for every object, with the name of its class and its finished parts.
    """

    def __init__(self, simplify: Simplify) -> None:
        self._simplify = simplify
        self._done: dict[int, Value] = {}
        self._doing: set[int] = set()
        self._depth = 0

    def value(self, node: Value) -> Value:
        """The value of a node; what is no node is a value already.

        Raises:
            CodecError: nodes nest deeper than :data:`DEEPEST`.
        """
        if not isinstance(node, (Sequence, Mapping, Thing)):
            return node
        key = id(node)
        if key in self._done:
            return self._done[key]
        if key in self._doing:
            return {"$reference": _name(node)}
        if self._depth >= DEEPEST:
            raise CodecError(NESTED)
        self._depth += 1
        self._doing.add(key)
        made = self._made(node)
        self._doing.discard(key)
        self._depth -= 1
        self._done[key] = made
        return made

    def _made(self, node: Sequence | Mapping | Thing) -> Value:
        if isinstance(node, Sequence):
            items = [self.value(item) for item in node.items]
            return {node.mark: items} if node.mark else items
        if isinstance(node, Mapping):
            values = [self.value(item) for item in node.items]
            return make_map(list(zip(values[::2], values[1::2], strict=True)))
        kind = self.value(node.kind)
        parts: dict[str, Value] = {"$class": kind}
        for name, part in node.parts:
            parts[_free(name, parts)] = self.value(part)
        return self._simplify(kind, parts) if isinstance(kind, str) else parts


def _free(name: str, parts: dict[str, Value]) -> str:
    """The name, or one like it that is not taken yet."""
    free, number = name, 2
    while free in parts:
        free, number = f"{name} ({number})", number + 1
    return free


def _name(node: Sequence | Mapping | Thing) -> str:
    if isinstance(node, Thing):
        return node.kind if isinstance(node.kind, str) else "an object around it"
    return "a map around it" if isinstance(node, Mapping) else "a list around it"
