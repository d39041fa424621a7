"""A text in the filter box: a condition on an event, or a word to be searched everywhere.

Imports ``inspector.core`` only. An evaluation that fails is *unknown*, and an unknown filter
does not match: a filter must not stop at the first event of another shape.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from inspector.core.expressions.compiler import compile_tree
from inspector.core.expressions.parser import parse
from inspector.core.expressions.reading import mentions
from inspector.core.expressions.scope import FILTER_NAMES, Getter, Scope
from inspector.core.expressions.tree import Literal, Name, Node
from inspector.core.expressions.values import EvalFailed
from inspector.core.jsontext import to_json
from inspector.core.payloads import Undecoded, Value


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter.

    Attributes:
        text: as typed.
        tree: the condition; ``None`` when it is a search.
        search: the word that is searched everywhere, or ``None``.
        matches: whether the event that a scope looks at passes.
    """

    text: str
    tree: Node | None
    search: str | None
    matches: Callable[[Scope], bool]


def compile_filter(text: str, names: Mapping[str, Getter] = FILTER_NAMES) -> Filter:
    """Read a filter.

    A bare word that is no known name, or a quoted text alone, is searched in type, stream, id,
    data and metadata, in any case of letters.

    Raises:
        ExpressionError: it is neither a word nor a condition.
    """
    tree = parse(text)
    word = _searched(tree, names)
    if word is not None:
        return Filter(text, None, word, _search(word))
    run = compile_tree(tree, names, text).run
    needs_payload = mentions(tree, "data")

    def matches(scope: Scope) -> bool:
        # What could not be read must not look like what is not there.
        if needs_payload and _is_unread(scope):
            return False
        try:
            return run(scope) is True
        except EvalFailed:
            return False

    return Filter(text, tree, None, matches)


def _is_unread(scope: Scope) -> bool:
    event = scope.event
    return event is not None and isinstance(event.payload.content, Undecoded)


def _searched(tree: Node, names: Mapping[str, Getter]) -> str | None:
    if isinstance(tree, Literal) and isinstance(tree.value, str):
        return tree.value
    if isinstance(tree, Name) and tree.name not in names:
        return tree.name
    return None


def _search(word: str) -> Callable[[Scope], bool]:
    wanted = word.casefold()

    def matches(scope: Scope) -> bool:
        event = scope.event
        if event is None:
            return False
        places: tuple[Value, ...] = (
            event.type,
            event.stream.name,
            event.id,
            scope.data,
            event.meta,
        )
        return any(wanted in _plain(place).casefold() for place in places if place is not None)

    return matches


def _plain(value: Value) -> str:
    return value if isinstance(value, str) else to_json(value)
