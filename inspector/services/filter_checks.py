"""What can be said of a filter while it is typed: right, wrong, or right and yet doubtful.

A filter may be well written and name a field that no event of this store has, or a type that
nobody ever stored. Which names there are is known from a sample of the events, so what is missing
there is a doubt and not a mistake.

Imports ``inspector.core`` and the sample of events.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from inspector.core.expressions import EVENT_NAMES, STATE_NAMES, Filter, nearest
from inspector.core.expressions.functions import FUNCTION_NAMES
from inspector.core.expressions.lexer import KEYWORDS, quoted
from inspector.core.expressions.tree import (
    Binary,
    For,
    Index,
    ListOf,
    Literal,
    MapOf,
    Member,
    Name,
    Negative,
    Node,
    Slice,
    children,
)
from inspector.core.texts import counted, tr
from inspector.services.filter_texts import Mistake, read_text

if TYPE_CHECKING:
    from inspector.services.event_sampling import StoreWords

_ARITHMETIC: Final = frozenset({"+", "-", "*", "/", "//", "%"})
MOST: Final = 5000
"""Names of one kind that are offered; nobody could tell more of them apart."""


class TextState(enum.Enum):
    """How the text of a filter stands."""

    EMPTY = "empty"
    GOOD = "good"
    DOUBTFUL = "doubtful"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class TextCheck:
    """What is to be said of a text.

    Attributes:
        words: one or two sentences; empty where there is nothing to say.
        instead: the text that was probably meant, or an empty text.
    """

    state: TextState
    words: str = ""
    instead: str = ""


@dataclass(frozen=True, slots=True)
class KnownNames:
    """What is known of a store's names.

    Attributes:
        words: types and fields.
        events: how many events were looked at for that; 0: none yet.
        whole: these are all events of the store.
    """

    words: StoreWords
    events: int = 0
    whole: bool = False


def check_text(text: str, known: KnownNames, *, in_stream: bool) -> TextCheck:
    """How a text stands, before anything is looked for.

    Args:
        in_stream: one stream is shown, so that a state can be asked for.
    """
    if not text.strip():
        return TextCheck(TextState.EMPTY)
    found = read_text(text)
    if isinstance(found, Mistake):
        words = " ".join(part for part in (found.sentence, found.hint) if part)
        return TextCheck(TextState.WRONG, words, found.near if found.near[:1] == "'" else "")
    doubt = _doubt(found, known, in_stream=in_stream)
    if doubt:
        return TextCheck(TextState.DOUBTFUL, doubt)
    if found.search is not None:
        words = tr("Searches “{text}” everywhere. Return applies it.", text=found.search)
        return TextCheck(TextState.GOOD, words)
    return TextCheck(TextState.GOOD, tr("Return applies it."))


def vocabulary(known: KnownNames) -> list[str]:
    """The words that a filter may be written with, and the store's own."""
    words = known.words
    own = {*words.fields[:MOST], *(quoted(name) for name in words.types[:MOST])}
    return sorted({*EVENT_NAMES, *STATE_NAMES, *FUNCTION_NAMES, *KEYWORDS} - {"for"} | own)


def _doubt(found: Filter, known: KnownNames, *, in_stream: bool) -> str:
    tree = found.tree
    if tree is None:
        return ""
    if _is_value(tree):
        return tr("This is a value and no condition: no event can match it.")
    if not in_stream and found.mentions & {"state", "before"}:
        return tr("A state belongs to one stream: choose a stream to ask for it.")
    return _unknown_name(tree, known) if known.events else ""


def _unknown_name(tree: Node, known: KnownNames) -> str:
    for path in _paths(tree):
        if path not in known.words.fields:
            return _unknown(path, known.words.fields, known)
    for name in _types(tree):
        if name not in known.words.types:
            return _unknown(quoted(name), [quoted(n) for n in known.words.types], known)
    return ""


def _is_value(tree: Node) -> bool:
    if isinstance(tree, Binary):
        return tree.sign in _ARITHMETIC
    return isinstance(tree, Negative | ListOf | MapOf | For | Slice)


def _unknown(name: str, names: object, known: KnownNames) -> str:
    near = nearest(name, list(names)) if isinstance(names, list | tuple) else ""
    hint = " " + tr("Did you mean {word}?", word=near) if near else ""
    if known.whole:
        return tr("No event of this store has {name}.", name=name) + hint
    words = counted(
        known.events,
        "{name} is not in the one event that was looked at.",
        "{name} is in none of the {n} events that were looked at.",
        name=name,
    )
    return words + hint


def _paths(node: Node) -> Iterator[str]:
    """Fields that a tree asks for, as far as their names alone lead."""
    path = _path(node)
    if path is not None:
        if path.count(".") <= 4:
            yield path
        return
    for part in children(node):
        yield from _paths(part)


def _path(node: Node) -> str | None:
    keys: list[str] = []
    while isinstance(node, Member | Index):
        if isinstance(node, Member):
            keys.append(node.key)
        elif isinstance(node.index, Literal) and isinstance(node.index.value, str):
            keys.append(node.index.value)
        else:
            keys.clear()  # elements of lists are not known by name
        node = node.base
    if not keys or not isinstance(node, Name) or node.name not in ("data", "meta"):
        return None
    whole = list(reversed(keys))
    named = [key for key in whole if key.isidentifier()]
    return ".".join([node.name, *named]) if named == whole else None


def _types(node: Node) -> Iterator[str]:
    """Types that a tree compares with."""
    if isinstance(node, Binary):
        sides = (node.left, node.right)
        if any(isinstance(side, Name) and side.name == "type" for side in sides):
            if node.sign in ("==", "in"):
                yield from _texts(*sides)
            return
    for part in children(node):
        yield from _types(part)


def _texts(*nodes: Node) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ListOf):
            yield from _texts(*node.items)
        elif isinstance(node, Literal) and isinstance(node.value, str):
            yield node.value
