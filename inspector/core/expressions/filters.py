"""A text in the filter box: a condition on an event, a word to be searched everywhere, or both.

Three answers are told apart: an event passes, it does not, or nobody can say because something
that the filter asks for could not be read. An evaluation that fails is *unknown*, and an unknown
filter does not match: a filter must not stop at the first event of another shape.

Imports ``inspector.core`` only.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from inspector.core.expressions.compiler import compile_tree
from inspector.core.expressions.lexer import quoted
from inspector.core.expressions.parser import parse
from inspector.core.expressions.reading import names_in
from inspector.core.expressions.scope import FILTER_NAMES, Getter, Scope
from inspector.core.expressions.tree import If, Literal, Logic, Name, Node, Not
from inspector.core.expressions.values import UNKNOWN, EvalFailed
from inspector.core.jsontext import to_json
from inspector.core.payloads import Undecoded, Value

NOTHING: Final[frozenset[str]] = frozenset()


class Verdict(enum.Enum):
    """What a filter says of an event."""

    HIT = "hit"
    MISS = "miss"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter.

    Attributes:
        text: as typed.
        tree: the condition; ``None`` when it is a search and nothing else.
        search: the word that is searched everywhere, or ``None``.
        mentions: names that it asks for; ``data`` and ``meta`` where it searches.
        asked: the condition with its searches as names, for whoever reasons about it.
    """

    text: str
    tree: Node | None
    search: str | None
    mentions: frozenset[str]
    asked: Node
    _passes: Callable[[Scope], bool] = field(repr=False, compare=False)
    _names: Mapping[str, Getter] = field(repr=False, compare=False)
    _settled: dict[tuple[frozenset[str], bool], Callable[[Scope], bool]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def matches(self, scope: Scope) -> bool:
        """Whether the event that a scope looks at passes for certain."""
        return self.judge(scope) is Verdict.HIT

    def judge(self, scope: Scope, unread: frozenset[str] = NOTHING) -> Verdict:
        """What the filter says of the event that a scope looks at.

        Args:
            unread: names of which the value could not be read for this event. Whoever knows
                the store says so; payload and metadata are looked at here.
        """
        unread = (unread | _unread_cells(scope)) & self.mentions
        if not unread:
            return Verdict.HIT if self._passes(scope) else Verdict.MISS
        if self._run(unread, hopeful=False)(scope):
            return Verdict.HIT
        return Verdict.UNREAD if self._run(unread, hopeful=True)(scope) else Verdict.MISS

    def _run(self, unread: frozenset[str], *, hopeful: bool) -> Callable[[Scope], bool]:
        """The filter with what cannot be read taken for what is best, or worst, for a match."""
        known = self._settled.get((unread, hopeful))
        if known is None:
            tree = _settle(self.asked, unread, hopeful, wanted=True)
            known = _condition(tree, self._names, self.text)
            self._settled[unread, hopeful] = known
        return known


def compile_filter(text: str, names: Mapping[str, Getter] = FILTER_NAMES) -> Filter:
    """Read a filter.

    A bare word that is no known name or a number alone, and a quoted text wherever a condition
    could stand, is searched in type, stream, id, data and metadata, in any case of letters.

    Raises:
        ExpressionError: it is neither a word nor a condition.
    """
    tree = parse(text)
    word = _searched(tree, names, text)
    if word is not None:
        tree = Literal(word, at=tree.at)
    searches: dict[str, str] = {}
    asked = _with_searches(tree, searches)
    known = {**names, **{name: _search(word) for name, word in searches.items()}}
    run = _condition(asked, known, text)
    mentioned = names_in(asked) - searches.keys()
    if searches:
        mentioned |= {"data", "meta"}
    shown = None if word is not None else tree
    return Filter(text, shown, word, mentioned, asked, run, known)


def joined(parts: Sequence[Filter], word: str = "and") -> str:
    """Several filters as the text of one.

    Args:
        word: ``and`` or ``or``.
    """
    if len(parts) == 1:
        return parts[0].text
    return f" {word} ".join(operand_text(part, word) for part in parts)


def operand_text(part: Filter, word: str = "and") -> str:
    """A filter's text as it stands beside ``and``, ``or`` and ``not``."""
    if part.search is not None:
        return quoted(part.search)
    tree = part.tree
    loose = isinstance(tree, If) or (isinstance(tree, Logic) and tree.word != word)
    text = part.text.strip()
    return f"({text})" if loose or (word == "not" and isinstance(tree, Logic)) else text


def _condition(tree: Node, names: Mapping[str, Getter], text: str) -> Callable[[Scope], bool]:
    run = compile_tree(tree, names, text).run

    def matches(scope: Scope) -> bool:
        try:
            return run(scope) is True
        except EvalFailed:
            return False

    return matches


def _unread_cells(scope: Scope) -> frozenset[str]:
    """What could not be read must not look like what is not there."""
    event = scope.event
    if event is None:
        return NOTHING
    payload = event.payload.content.__class__ is Undecoded
    if event.metadata.content.__class__ is Undecoded:
        return frozenset({"data", "meta"} if payload else {"meta"})
    return frozenset({"data"}) if payload else NOTHING


# -- searching ----------------------------------------------------------------------------------

_SEARCH: Final = "search "
"""Begins the name of a search; no name that is typed has a blank."""


def _searched(tree: Node, names: Mapping[str, Getter], text: str) -> str | None:
    if isinstance(tree, Literal) and tree.value is not None:
        value = tree.value
        return (
            value
            if isinstance(value, str)
            else None
            if value is True or value is False
            else text.strip()
        )
    if isinstance(tree, Name) and tree.name not in names:
        return tree.name
    return None


def _with_searches(node: Node, found: dict[str, str]) -> Node:
    """The tree with a name in place of each text that stands where a condition is wanted."""
    if isinstance(node, Literal) and isinstance(node.value, str):
        name = f"{_SEARCH}{len(found)}"
        found[name] = node.value
        return Name(name, at=node.at)
    if isinstance(node, Logic):
        return replace(node, parts=tuple(_with_searches(part, found) for part in node.parts))
    if isinstance(node, Not):
        return replace(node, value=_with_searches(node.value, found))
    return node


def _search(word: str) -> Getter:
    wanted = word.casefold()

    def found(scope: Scope) -> object:
        event = scope.event
        if event is None:
            return UNKNOWN
        places: tuple[Value, ...] = (
            event.type,
            event.stream.name,
            event.id,
            scope.data,
            event.meta,
        )
        return any(wanted in _plain(place).casefold() for place in places if place is not None)

    return found


def _plain(value: Value) -> str:
    return value if isinstance(value, str) else to_json(value)


# -- what could not be read ---------------------------------------------------------------------


def _settle(node: Node, unread: frozenset[str], hopeful: bool, *, wanted: bool) -> Node:
    """The tree with each condition on what cannot be read decided.

    Args:
        hopeful: decide as is best for the whole to be true, else as is worst.
        wanted: the answer of this part that is best for the whole.
    """
    if isinstance(node, Logic):
        parts = (_settle(part, unread, hopeful, wanted=wanted) for part in node.parts)
        return replace(node, parts=tuple(parts))
    if isinstance(node, Not):
        return replace(node, value=_settle(node.value, unread, hopeful, wanted=not wanted))
    if isinstance(node, Name) and node.name.startswith(_SEARCH):
        # What was found is found, wherever else it may be; what was not may be in the rest.
        return node if hopeful != wanted else Literal(True, at=node.at)
    if names_in(node) & unread:
        return Literal(wanted if hopeful else not wanted, at=node.at)
    return node
