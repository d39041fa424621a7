"""What a library wrote, with every difference that a decoded value no longer tells.

A decoded value has one kind of text and one kind of number. What a library reads back has
symbols beside texts, whole numbers beside fractions without a fraction, properties of a class
beside entries of a map. :class:`Forms` learns them, place by place, from what the library wrote,
and builds nodes for another value of the same kind. Items of a list are one place. Entries of a
map whose names are data (never the same ones) are looked up as one place where all of them agree.

Imports the core's values. Promises never to choose between two forms: what was never seen, and
could be written in two ways, is refused with its name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from inspector.codecs._api import CodecError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inspector.core.payloads import Value

NULL, TRUTH, WHOLE, FLOAT, TEXT, SYMBOL = "null", "truth", "whole", "float", "text", "symbol"
LIST, MAP, OBJECT, WRAPPED, OPAQUE = "list", "map", "object", "wrapped", "opaque"

Place = tuple[str, ...]

_ITEM: Final = "[]"
_DATA: Final = "*"
"""In a pattern: any name of a map whose names are never the same."""

_ROUND: Final = "float without a fraction"
_WORDS: Final = "text that is no number"
_NUMERAL: Final = re.compile(r"-?\d+(?:\.(\d+))?")
_ENOUGH: Final = 3
"""So many names have to agree before an unknown one is taken for another of their kind."""


@dataclass(slots=True, eq=False)
class Node:
    """One value as it is written. Two places may hold the very same node.

    Attributes:
        value: of a scalar; the bytes of what is opaque.
        items: key as it is written (``None`` in a list) and value.
        name: the class of an object; ``tag`` how it is marked.
        marks: what is written after a text about itself.
    """

    kind: str
    value: Any = None
    items: list[tuple[Any, Node]] = field(default_factory=list)
    name: str = ""
    tag: str = ""
    marks: tuple[tuple[str, bool], ...] = ()


@dataclass(slots=True)
class _Seen:
    """All that was written at one place, or at all places of a pattern.

    Attributes:
        always: names that every map there had; ``agrees``: enough places of the pattern have
            the same forms.
    """

    kinds: set[str] = field(default_factory=set)
    marks: set[tuple[tuple[str, bool], ...]] = field(default_factory=set)
    owners: set[tuple[str, str, str]] = field(default_factory=set)
    keys: dict[str, Any] = field(default_factory=dict)
    always: set[str] | None = None
    digits: set[int] = field(default_factory=set)
    agrees: bool = False


class Forms:
    """The forms of all places.

    Args:
        samples: what the library wrote, newest first.
        texts: there is one kind of text, and a value that was never there is not looked for.
    """

    def __init__(self, samples: Iterable[Node], *, texts: bool) -> None:
        self._texts = texts
        self._seen: dict[Place, _Seen] = {}
        self._alike: dict[Place, list[_Seen]] = {}
        self._together: dict[Place, _Seen | None] = {}
        for sample in samples:
            self._learn(sample, ())
        self._group()

    def _learn(self, node: Node, place: Place) -> None:
        seen = self._seen.setdefault(place, _Seen())
        seen.kinds.add(node.kind)
        if node.kind in (OBJECT, WRAPPED):
            seen.owners.add((node.kind, node.tag, node.name))
        if node.kind == WRAPPED:
            self._learn(node.items[0][1], (*place, "$"))
        elif node.kind == LIST:
            if not node.items:  # PHP's empty map, too: no name is always there
                seen.always = set()
            for _, item in node.items:
                self._learn(item, (*place, _ITEM))
        elif node.kind in (MAP, OBJECT):
            self._learn_names(node, seen, place)
        else:
            self._learn_scalar(node, seen)

    def _learn_names(self, node: Node, seen: _Seen, place: Place) -> None:
        names = {plain_name(key) for key, _ in node.items}
        seen.always = names if seen.always is None else seen.always & names
        for key, item in node.items:
            seen.keys.setdefault(plain_name(key), key)
            self._learn(item, (*place, plain_name(key)))

    @staticmethod
    def _learn_scalar(node: Node, seen: _Seen) -> None:
        if node.kind == TEXT:
            seen.marks.add(node.marks)
            found = _NUMERAL.fullmatch(node.value) if isinstance(node.value, str) else None
            if found is None:
                seen.kinds.add(_WORDS)
            else:
                seen.digits.add(len(found[1] or ""))
        elif node.kind == FLOAT and _is_whole(Decimal(node.value)):
            seen.kinds.add(_ROUND)

    # -- building ------------------------------------------------------------------------------

    def build(self, value: Value, place: Place = ()) -> Node:
        """A value as the library would write it.

        Raises:
            CodecError: a place could be written in more than one way.
        """
        if value is None:
            return Node(NULL)
        if isinstance(value, bool):
            return Node(TRUTH, value)
        seen = self._at(place)
        if isinstance(value, dict):
            return self._map(value, seen, place)
        if isinstance(value, list):
            return self._list(value, seen, place)
        if isinstance(value, str):
            return self._text(value, seen, place)
        if isinstance(value, int | float | Decimal):
            return self._number(value, seen, place)
        raise _uncertain(place)

    def _at(self, place: Place) -> _Seen:
        known = self._seen.get(place)
        if known is not None and known.kinds - {NULL, TRUTH}:
            return known
        alike = self._merged(self._pattern(place))
        return alike if alike is not None and alike.agrees else known or _Seen()

    # -- places that differ only in names that are data ------------------------------------------

    def _group(self) -> None:
        """Bring places together whose patterns are the same; parents come before children."""
        for place in sorted(self._seen, key=len):
            self._alike.setdefault(self._pattern(place), []).append(self._seen[place])

    def _pattern(self, place: Place) -> Place:
        """The place with a mark for every name that is data."""
        pattern: Place = ()
        for name in place:
            parent = self._merged(pattern)
            always = None if parent is None else parent.always
            is_data = always is not None and name not in always
            is_data = is_data and parent is not None and len(parent.keys) >= _ENOUGH
            pattern = (*pattern, _DATA if is_data else name)
        return pattern

    def _merged(self, pattern: Place) -> _Seen | None:
        """All that was seen at the places of a pattern, put together once."""
        if pattern not in self._together:
            alike = self._alike.get(pattern)
            self._together[pattern] = None if alike is None else _together(alike)
        return self._together[pattern]

    def _map(self, value: dict[Value, Value], seen: _Seen, place: Place) -> Node:
        if seen.owners:
            return self._object(value, seen, place)
        if not value:
            return self._empty(MAP, seen, place)
        if not self._texts and MAP not in seen.kinds:
            raise _uncertain(place)
        kinds = {type(key) for key in seen.keys.values()}
        if len(kinds) > 1:
            raise _uncertain(place)
        make = kinds.pop() if kinds else str
        items = [
            (seen.keys.get(name, make(name)), self.build(value[name], (*place, str(name))))
            for name in self._ordered(value, seen)
        ]
        return Node(MAP, items=items)

    @staticmethod
    def _ordered(value: dict[Value, Value], seen: _Seen) -> list[Any]:
        """Names that are always there in the library's order, others in that of the value."""
        if seen.always is None or not value.keys() <= seen.always:
            return list(value)
        order = {name: i for i, name in enumerate(seen.keys)}
        return sorted(value, key=lambda name: order[name])

    def _object(self, value: dict[Value, Value], seen: _Seen, place: Place) -> Node:
        if len(seen.owners) != 1 or seen.kinds & {MAP, LIST}:
            raise _uncertain(place)
        [(kind, tag, name)] = seen.owners
        if kind == WRAPPED:
            inner = self.build(value, (*place, "$"))
            return Node(WRAPPED, items=[(None, inner)], name=name, tag=tag)
        unknown = value.keys() - seen.keys.keys()
        if unknown:
            raise _uncertain((*place, str(min(map(str, unknown)))))
        items = [
            (key, self.build(value[own], (*place, own)))
            for own, key in seen.keys.items()
            if own in value
        ]
        return Node(OBJECT, items=items, name=name, tag=tag)

    def _list(self, value: list[Value], seen: _Seen, place: Place) -> Node:
        if not value:
            return self._empty(LIST, seen, place)
        if not self._texts and LIST not in seen.kinds:
            raise _uncertain(place)
        return Node(LIST, items=[(None, self.build(item, (*place, _ITEM))) for item in value])

    def _empty(self, kind: str, seen: _Seen, place: Place) -> Node:
        """An empty one of either kind says little; what was there before says more."""
        known = seen.kinds & {LIST, MAP}
        if known == {MAP} and self._texts:
            return Node(LIST)  # PHP has one kind of array, and an empty one has no names
        if len(known) == 1:
            return Node(known.pop())
        if self._texts:
            return Node(LIST)
        if kind in known:
            return Node(kind)
        raise _uncertain(place)

    def _text(self, value: str, seen: _Seen, place: Place) -> Node:
        is_numeral = _NUMERAL.fullmatch(value) is not None
        if OPAQUE in seen.kinds or (is_numeral and seen.kinds & {WHOLE, FLOAT}):
            raise _uncertain(place)
        texts = seen.kinds & {TEXT, SYMBOL}
        if texts == {SYMBOL}:
            return Node(SYMBOL, value)
        if texts == {TEXT} and len(seen.marks) == 1:
            return Node(TEXT, value, marks=next(iter(seen.marks)))
        if self._texts:
            return Node(TEXT, value)
        raise _uncertain(place)

    def _number(self, value: int | float | Decimal, seen: _Seen, place: Place) -> Node:
        number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        if not number.is_finite() or OPAQUE in seen.kinds:
            raise _uncertain(place)
        if seen.digits:
            return self._numeral(number, seen, place)
        if not _is_whole(number):
            if FLOAT not in seen.kinds:
                raise _uncertain(place)
            return Node(FLOAT, str(value if isinstance(value, Decimal) else number))
        if (WHOLE in seen.kinds) == (_ROUND in seen.kinds):
            raise _uncertain(place)
        return Node(WHOLE, int(number)) if WHOLE in seen.kinds else Node(FLOAT, str(number))

    @staticmethod
    def _numeral(number: Decimal, seen: _Seen, place: Place) -> Node:
        """A number as a text: with as many digits as ever, where no other text was ever there."""
        found = _NUMERAL.fullmatch(str(number))
        mixed = seen.kinds & {WHOLE, FLOAT, SYMBOL, _WORDS}
        if mixed or found is None or seen.digits != {len(found[1] or "")} or len(seen.marks) != 1:
            raise _uncertain(place)
        return Node(TEXT, str(number), marks=next(iter(seen.marks)))


def plain_name(key: Any) -> str:
    """The name of an entry or property, without what marks its visibility."""
    return str(key).rpartition("\0")[2].removeprefix("@")


def _numbers(kinds: set[frozenset[str]]) -> bool:
    return all(one <= {WHOLE, FLOAT, _ROUND} for one in kinds)


def _together(alike: list[_Seen]) -> _Seen:
    kinds = {frozenset(one.kinds - {NULL, TRUTH}) for one in alike} - {frozenset()}
    agrees = len(alike) >= _ENOUGH and (len(kinds) < 2 or _numbers(kinds))
    every = _Seen(agrees=agrees)
    for one in alike:
        every.kinds |= one.kinds
        every.marks |= one.marks
        every.owners |= one.owners
        every.digits |= one.digits
        if one.always is not None:
            every.always = one.always if every.always is None else every.always & one.always
        for name, key in one.keys.items():
            every.keys.setdefault(name, key)
    return every


def _is_whole(number: Decimal) -> bool:
    return number == number.to_integral_value()


def _uncertain(place: Place) -> CodecError:
    named = ".".join(part for part in place if part != "$").replace(f".{_ITEM}", _ITEM)
    return CodecError(
        f"no snapshot that is there tells how the library writes the field {named or '(all)'}"
    )
