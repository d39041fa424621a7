"""What of a filter the database can decide, as an SQL condition on the columns of an event page.

The condition is *necessary*: an event that it leaves out cannot pass the filter, and one that it
lets through is decoded and asked again. So nothing here has to be exact, and everything has to
err on the side of letting through: a value of another class than expected, a NULL that a field of
the payload may stand in for, a time whose text hides its zone.

For every part of the tree there are two conditions: that it *may be true*, and that it *may be
false*. ``not`` swaps them, ``and`` and ``or`` join them as in three-valued logic, and whatever is
not understood may be both. Constants are evaluated by the language itself.

Imports SQLAlchemy expressions and the expression language.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from inspector.core.expressions import EvalFailed, ExpressionError, Scope, compile_tree, names_in
from inspector.core.expressions.tree import (
    Between,
    Binary,
    ListOf,
    Literal,
    Logic,
    Name,
    Node,
    Not,
    children,
)
from inspector.core.instants import Instant, parse_instant
from inspector.layouts._api import PlainLayout
from inspector.storage.pushed_columns import ANY, Answer, Asked, Columns

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from inspector.core.events import PageKey
    from inspector.layouts._api import Layout, Source

Clause = sa.ColumnElement[bool]

_FLIPPED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}

TEXTS: Final = {
    "type": "type", "id": "id", "correlation": "correlation_id", "causation": "causation_id",
    "actor": "actor", "tenant": "tenant", "category": "category",
}  # fmt: skip
NUMBERS: Final = {"version": "position", "global_position": "global_0"}
TIMES: Final = {"time": "recorded_at", "valid_time": "valid_at"}

FIELDS: Final = {
    "type": "type", "id": "id", "correlation": "correlation_id", "causation": "causation_id",
    "actor": "actor", "tenant": "tenant", "version": "position", "time": "recorded_at",
    "valid_time": "valid_at", "global_position": "global_position",
    "schema_version": "schema_version", "category": "stream", "stream": "stream",
}  # fmt: skip
"""Attribute of an event that a name asks for: a layout may have the last word on it."""


@dataclass(eq=False)
class Pushed:
    """What a database may decide of one filter.

    Compared by identity: the statements that were built with it are kept with it.

    Attributes:
        tree: the filter's condition.
        without: names that mean something else than their columns (rules give them).
        now: the present, the same for the database and for who asks again.
        streams: keys of all streams of a name, for names that the filter asks for.
        kept: statements, by who built them and what for.
    """

    tree: Node
    without: frozenset[str] = frozenset()
    now: Instant | None = None
    streams: Mapping[str, tuple[PageKey, ...]] = field(default_factory=dict)
    kept: dict[tuple[object, ...], Any] = field(default_factory=dict, repr=False)

    def clause(self, asked: Asked) -> Clause | None:
        """The condition on the columns of a page; ``None`` when there is nothing to decide."""
        return _Reader(self, Columns(asked), untouched(asked.layout)).of(self.tree).true


def untouched(layout: Layout) -> Callable[[str], bool]:
    """Whether an attribute of an event stays as storage has shaped it, by the layout's word."""
    if getattr(type(layout), "adjust", None) is PlainLayout.adjust:
        return lambda _name: True
    changed = layout.adjusts
    return lambda name: changed is not None and name not in changed


def worth_pushing(tree: Node, source: Source) -> bool:
    """Whether a tree asks for anything that a column may tell, and rows can be left out.

    Positions that are counted, and findings that compare a row with the one before it, need
    every row.
    """
    names = names_in(tree)
    if source.counted_positions or "findings" in names:
        return False
    return bool(names & FIELDS.keys())


def streams_asked(tree: Node) -> frozenset[str]:
    """Names of streams that a tree compares with."""
    if isinstance(tree, Binary) and Name("stream") in (_bare(tree.left), _bare(tree.right)):
        return frozenset(_texts(tree.left) + _texts(tree.right))
    return frozenset().union(*(streams_asked(part) for part in children(tree)))


def _bare(node: Node) -> Node:
    return Name(node.name) if isinstance(node, Name) else node


def _texts(node: Node) -> list[str]:
    nodes = node.items if isinstance(node, ListOf) else (node,)
    return [n.value for n in nodes if isinstance(n, Literal) and isinstance(n.value, str)]


class _Reader:
    def __init__(
        self, pushed: Pushed, columns: Columns, untouched_by_layout: Callable[[str], bool]
    ) -> None:
        self._pushed, self._columns = pushed, columns
        self._untouched = untouched_by_layout

    def of(self, node: Node) -> Answer:  # noqa: PLR0911 one case for each kind of part
        """When a part may be true, and when it may be false."""
        match node:
            case Not(value):
                inner = self.of(value)
                return Answer(inner.false, inner.true)
            case Logic(word, parts):
                return self._logic(word, [self.of(part) for part in parts])
            case Literal(True):
                return Answer(None, sa.false())
            case Literal(False):
                return Answer(sa.false(), None)
            case Between(Name(name), low, high):
                return self._between(name, low, high)
            case Binary(sign, Name(name), right) if not names_in(right):
                return self._compared(name, sign, right)
            case Binary(sign, left, Name(name)) if sign in _FLIPPED and not names_in(left):
                return self._compared(name, _FLIPPED[sign], left)
        return ANY

    @staticmethod
    def _logic(word: str, parts: list[Answer]) -> Answer:
        """``and`` may be true where all may be, and false where one may be; ``or`` the reverse."""
        every = [part.true if word == "and" else part.false for part in parts]
        some = [part.false if word == "and" else part.true for part in parts]
        known = [clause for clause in every if clause is not None]
        both = sa.and_(*known) if known else None
        open_end = any(clause is None for clause in some)
        either = None if open_end else sa.or_(*(c for c in some if c is not None))
        return Answer(both, either) if word == "and" else Answer(either, both)

    def _between(self, name: str, low: Node, high: Node) -> Answer:
        if names_in(low) or names_in(high):
            return ANY
        parts = [self._compared(name, ">=", low), self._compared(name, "<=", high)]
        return self._logic("and", parts)

    def _compared(  # noqa: PLR0911 one case for each kind of name
        self, name: str, sign: str, node: Node
    ) -> Answer:
        if name in self._pushed.without or not self._untouched(FIELDS.get(name, "")):
            return ANY
        value = self._constant(node)
        if name == "stream":
            return self._columns.stream(sign, value, self._pushed.streams)
        if name == "category" and not self._columns.tell_category:
            return ANY
        if name in TEXTS:
            return self._columns.text(TEXTS[name], sign, value, plain=name != "category")
        if name in NUMBERS:
            return self._columns.number(NUMBERS[name], sign, value)
        if name in TIMES:
            return self._columns.time(TIMES[name], sign, _moment(value))
        if name == "schema_version" and isinstance(value, str):
            return self._columns.text("schema_version", sign, value, plain=False)
        if name == "schema_version":
            return self._columns.number("schema_version", sign, value)
        return ANY

    def _constant(self, node: Node) -> Any:
        """The value of a part that asks for nothing; ``None`` when it has none."""
        try:
            return compile_tree(node, {}, "").run(Scope(self._pushed.now))
        except (EvalFailed, ExpressionError):
            return None


def _moment(value: Any) -> int | None:
    """A point in time as nanoseconds, as a comparison would take it."""
    if isinstance(value, str):
        value = parse_instant(value, assume_utc=True)
    return value.nanoseconds if isinstance(value, Instant) else None
