"""States as JSON text that gives the very same values back.

What JSON has no form for is an object whose first name begins with ``$``: an exact decimal
(``$exact``), bytes (``$base64``), a binary floating-point number (``$float``), and a map whose
names are not all texts, or begin with ``$`` themselves (``$map``). Numbers keep all their digits.

Imports ``inspector.core`` and the standard library only.
"""

from __future__ import annotations

import base64
import json
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from inspector.core.jsontext import to_json
from inspector.core.payloads import DecimalText, Value

_EXACT, _BYTES, _FLOAT, _MAP = "$exact", "$base64", "$float", "$map"
_DEEPEST: Final = 400


def to_text(state: Value) -> str:
    """A state as text; the same for the same state.

    Raises:
        ValueError: it nests too deep.
    """
    return to_json(_marked(state, 0))


def _marked(value: Value, depth: int) -> Value:
    if depth > _DEEPEST:
        raise ValueError("the state nests too deep")
    if isinstance(value, list):
        return [_marked(item, depth + 1) for item in value]
    return _marked_map(value, depth) if isinstance(value, dict) else _marked_scalar(value)


def _marked_scalar(value: Value) -> Value:
    if isinstance(value, DecimalText):
        return {_EXACT: str(value)}
    if isinstance(value, bytes):
        return {_BYTES: base64.b64encode(value).decode("ascii")}
    return {_FLOAT: repr(value)} if isinstance(value, float) else value


def _marked_map(value: dict[Value, Value], depth: int) -> Value:
    if all(isinstance(name, str) and not name.startswith("$") for name in value):
        return {name: _marked(item, depth + 1) for name, item in value.items()}
    pairs = [[_marked(name, depth + 1), _marked(item, depth + 1)] for name, item in value.items()]
    return {_MAP: pairs}


def from_text(text: str) -> Value:
    """The state of a text; whole numbers of any length.

    Raises:
        ValueError: it is none.
    """
    try:
        found = json.loads(text, parse_float=Decimal, parse_constant=_no_constant)
        return unmarked(found)
    except (RecursionError, InvalidOperation) as error:
        raise ValueError("the state cannot be read") from error


def unmarked(found: Any) -> Value:
    """The value that JSON with marks stands for; numbers with a fraction are decimals already.

    Raises:
        ValueError: a mark is none of ours.
    """
    if isinstance(found, list):
        return [unmarked(item) for item in found]
    if not isinstance(found, dict):
        return found
    mark = next(iter(found), "")
    if not mark.startswith("$"):
        return {name: unmarked(item) for name, item in found.items()}
    return _meant(mark, found[mark]) if len(found) == 1 else _unknown(mark)


def _meant(mark: str, inner: Any) -> Value:
    if mark == _MAP and isinstance(inner, list) and all(_is_pair(pair) for pair in inner):
        pairs = [(unmarked(name), unmarked(item)) for name, item in inner]
        if any(isinstance(name, list | dict) for name, _ in pairs):
            return _unknown(mark)
        return dict(pairs)
    if isinstance(inner, str):
        if mark == _EXACT:
            return DecimalText(inner)
        if mark == _BYTES:
            return base64.b64decode(inner, validate=True)
        if mark == _FLOAT:
            return float(inner)
    return _unknown(mark)


def _is_pair(found: Any) -> bool:
    return isinstance(found, list) and len(found) == 2


def _unknown(mark: str) -> Value:
    raise ValueError(f"the mark {mark} is not known")


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")
