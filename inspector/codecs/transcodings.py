"""The marks of the Python ``eventsourcing`` library inside its JSON.

The library writes a value that JSON has no form for as an object with exactly the two keys
``_type_`` and ``_data_``. Its own names are ``uuid_hex``, ``decimal_str`` and
``datetime_iso``; any other name belongs to the application and stays visible as it is, only
that marks inside its data are resolved.

Imports the standard library only. Promises not to change its input, and to hand back the
very same object where there is no mark. Runs once per event of a replay, so it looks only
into values that can hold a mark.

Source of the format: ``eventsourcing.persistence`` of releases 9.0 to 9.5.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import InvalidOperation
from typing import Final

from inspector.core.payloads import DecimalText, Value

_HEX: Final = re.compile("[0-9a-fA-F]{32}").fullmatch


def _uuid(data: str, mark: Value) -> Value:
    """Canonical text with dashes; the mark itself when it is no such id."""
    if _HEX(data) is None:
        return mark
    text = data.lower()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _decimal(data: str, mark: Value) -> Value:
    """The exact decimal; the mark itself when it is no number."""
    try:
        return DecimalText(data)
    except InvalidOperation:
        return mark


_NAMES: Final[dict[str, Callable[[str, Value], Value]]] = {
    "uuid_hex": _uuid,
    "decimal_str": _decimal,
}


def refine(value: Value) -> Value:
    """The value with all marks resolved."""
    if value.__class__ is dict:
        return _refine_dict(value)
    if value.__class__ is list:
        return _refine_list(value)
    return value


def _refine_dict(value: dict[str, Value]) -> Value:
    if len(value) == 2 and "_type_" in value and "_data_" in value:
        return _refine_mark(value)
    made: dict[str, Value] | None = None
    for key, child in value.items():
        if child.__class__ is dict:
            new = _refine_child(child)
        elif child.__class__ is list:
            new = _refine_list(child)
        else:
            continue
        if new is not child:
            if made is None:
                made = value.copy()
            made[key] = new
    return value if made is None else made


def _refine_child(child: dict[str, Value]) -> Value:
    """A map inside a map: most often one of the two most frequent marks, read without a detour."""
    if len(child) != 2 or "_type_" not in child or "_data_" not in child:
        return _refine_dict(child)
    name, data = child["_type_"], child["_data_"]
    if data.__class__ is str:
        if name == "decimal_str":
            try:
                return DecimalText(data)
            except InvalidOperation:
                return child
        if name == "datetime_iso":
            return data
    return _refine_mark(child)


def _refine_list(value: list[Value]) -> list[Value]:
    made = value
    for index, child in enumerate(value):
        kind = child.__class__
        if kind is dict:
            new = _refine_dict(child)
        elif kind is list:
            new = _refine_list(child)
        else:
            continue
        if new is not child:
            if made is value:
                made = value.copy()
            made[index] = new
    return made


def _refine_mark(mark: dict[str, Value]) -> Value:
    name, data = mark["_type_"], mark["_data_"]
    if data.__class__ is str:
        if name == "datetime_iso":  # the stored ISO text: zone and precision are the writer's
            return data
        known = _NAMES.get(name) if name.__class__ is str else None
        return mark if known is None else known(data, mark)
    new = refine(data)
    return mark if new is data else {"_type_": name, "_data_": new}


class Transcodings:
    """The refiner ``transcodings``."""

    name = "transcodings"

    refine = staticmethod(refine)


REFINER = Transcodings()
