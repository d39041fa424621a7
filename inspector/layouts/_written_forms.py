"""How a library has written each field of a kind of state, learnt from what it wrote.

A decoded state no longer tells a date from a text, or an exact decimal from a number. What the
library wrote at the same place before tells it. Places in lists count as one. What was never
seen, and could be written in two ways, is refused with the field's name.

Imports the core and the layout contract. Promises never to choose between two forms.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from inspector.core.instants import parse_instant
from inspector.core.payloads import DecimalText, Value
from inspector.core.snapshot_drafts import Uncertain
from inspector.core.texts import tr
from inspector.layouts._naming import is_uuid

if TYPE_CHECKING:
    from collections.abc import Iterable

_ITEM: Final = "[]"
_MARK: Final = frozenset({"_type_", "_data_"})
_TEXT, _NUMBER, _OTHER = "text", "number", "other"
_DECIMAL, _UUID, _TIME = "decimal_str", "uuid_hex", "datetime_iso"
_ISO: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")

_NUMERAL: Final = re.compile(r"-?\d+(\.\d+)?(E[+-]?\d+)?")

Place = tuple[str, ...]


class WrittenForms:
    """The forms of all places of a state.

    Args:
        samples: states as they were written, with the library's marks; newest first.
        marks: the library marks what JSON has no form for; without, times and ids are texts.
    """

    def __init__(self, samples: Iterable[Value], *, marks: bool = True) -> None:
        self._marks = marks
        self._words: set[Place] = set()
        self._forms: dict[Place, set[str]] = {}
        self._order: dict[Place, dict[str, int]] = {}
        self._marked: set[str] = set()
        for sample in samples:
            self._learn(sample, ())

    def _learn(self, value: Value, place: Place) -> None:
        forms = self._forms.setdefault(place, set())
        if isinstance(value, dict):
            if value.keys() == _MARK:
                forms.add(str(value["_type_"]))
                self._marked.add(place[0] if place else "")
                self._learn(value["_data_"], (*place, "_data_"))
                return
            order = self._order.setdefault(place, {})
            for name, item in value.items():
                order.setdefault(name, len(order))
                self._learn(item, (*place, name))
        elif isinstance(value, list):
            for item in value:
                self._learn(item, (*place, _ITEM))
        else:
            forms.add(_form(value))
            if isinstance(value, str) and not _NUMERAL.fullmatch(value):
                self._words.add(place)

    def written(self, value: Value, place: Place = ()) -> Value:
        """A value with the library's marks, names in the library's order.

        Raises:
            Uncertain: a place could be written in more than one way.
        """
        if isinstance(value, dict):
            return self._map(value, place)
        if isinstance(value, list):
            return [self.written(item, (*place, _ITEM)) for item in value]
        if value is None or isinstance(value, bool):
            return value
        forms = self._forms.get(place, set())
        if isinstance(value, str):
            return self._text(value, forms, place)
        if isinstance(value, int | Decimal):
            return self._number(value, forms, place)
        if isinstance(value, float) and _NUMBER in forms:
            return value
        raise _uncertain(place)

    def _map(self, value: dict[Value, Value], place: Place) -> Value:
        if value.keys() == _MARK:  # a mark of the application's own
            if value["_type_"] not in self._forms.get(place, set()):
                raise _uncertain(place)
            return {
                "_type_": value["_type_"],
                "_data_": self.written(value["_data_"], (*place, "_data_")),
            }
        order = self._order.get(place, {})
        names = sorted(value, key=lambda name: order.get(name, len(order)))
        return {name: self.written(value[name], (*place, str(name))) for name in names}

    def _text(self, value: str, forms: set[str], place: Place) -> Value:
        """A plain text, an id or a time: only what looks like one can have been marked."""
        mark = _UUID if is_uuid(value) else _TIME if _is_time(value) else None
        plain = _TEXT in forms or (not self._marks and not forms - {_OTHER})
        if forms & {_DECIMAL, _NUMBER} and not plain:
            raise _uncertain(place)
        if mark is None or (plain and mark not in forms):
            return value
        if plain or mark not in forms:
            raise _uncertain(place)
        return {"_type_": mark, "_data_": value.replace("-", "") if mark == _UUID else value}

    def _number(self, value: int | Decimal, forms: set[str], place: Place) -> Value:
        marked, plain = _DECIMAL in forms, _NUMBER in forms
        exact = isinstance(value, DecimalText)
        if marked and not plain:
            return {"_type_": _DECIMAL, "_data_": str(value)}
        if plain and not exact and (isinstance(value, int) or not marked):
            return value
        if exact and self._marks and (marked or not forms - {_OTHER}):
            return {"_type_": _DECIMAL, "_data_": str(value)}
        if exact and not self._marks and forms - {_OTHER} == {_TEXT} and place not in self._words:
            return str(value)  # a decimal as a text: no other text was ever there
        seen = place[0] in self._marked if place else False
        if isinstance(value, int) and not forms - {_OTHER} and not seen:
            return value
        raise _uncertain(place)


def require_fields(state: Value, sample: Value, own: frozenset[str] = frozenset()) -> None:
    """Make sure that a state has the fields that the library keeps, and no others.

    Raises:
        Uncertain: it has not; the message names them.
    """
    if not isinstance(state, dict) or not isinstance(sample, dict):
        raise Uncertain(tr("The state is no map of fields."))
    other = state.keys() ^ (sample.keys() - own)
    if other:
        names = ", ".join(sorted(map(str, other)))
        raise Uncertain(
            tr("The fields of the newest snapshot and of the state differ: {names}.", names=names)
        )


def _form(value: Value) -> str:
    if isinstance(value, str):
        return _TEXT
    if value is None or isinstance(value, bool):
        return _OTHER
    return _NUMBER


def _is_time(value: str) -> bool:
    return _ISO.match(value) is not None and parse_instant(value) is not None


def _uncertain(place: Place) -> Uncertain:
    field = ".".join(place).replace(f".{_ITEM}", _ITEM) or tr("the state")
    return Uncertain(
        tr("No snapshot that is there tells how the library writes the field {field}.", field=field)
    )
