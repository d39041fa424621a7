"""One line about an event, made from its payload: ``sku A-19 · qty 2 · price 49.20``.

Plain scalars come first, then what lies one map deeper, short lists and dates, and ids last,
each in the payload's own order; what is empty is left out. There are no words of ours in it,
so there is nothing to translate.

Imports ``inspector.core`` only. Promises one line of printable text of bounded length for
anything that can be stored, at a bounded cost, and always the same line for the same payload.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from typing import Any, Final

from inspector.core.payloads import Value
from inspector.core.sealing import seal_of, seal_text

LIMIT: Final = 120
"""Characters of a line unless asked otherwise."""

_VALUE_LIMIT: Final = 48
_KEYS: Final = 64
_LIST: Final = 3
_TELLING, _INNER, _MOMENT, _ID = range(4)
_SEPARATOR: Final = " · "
_HUMPS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[ _$.-]+")
_NAME: Final = re.compile(r"[\w $.-]*[^\W_][\w $.-]*")
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d|\Z)", re.ASCII)
_LONG_ID: Final = re.compile(r"(?=.*\d)[0-9a-fA-F-]{24,}\Z", re.ASCII)
_TIME_WORDS: Final = frozenset({"at", "time", "timestamp", "date", "on"})
_ID_WORDS: Final = frozenset({"id", "uuid", "guid", "hash", "checksum", "topic"})

_Piece = tuple[int, str]


def sentence(data: Value, *, skip: frozenset[str] = frozenset(), limit: int = LIMIT) -> str:
    """One line about a payload; empty when it tells nothing.

    Args:
        data: the decoded payload, of any kind.
        skip: top-level keys that are to be left out (envelope, time stamps).
        limit: longest line, in characters.
    """
    if not isinstance(data, dict):
        return "" if _is_empty(data) else _clipped(_value_text(data, limit), limit)
    pieces = [text for _, text in sorted(_pieces(data, skip), key=lambda piece: piece[0])]
    line = _SEPARATOR.join(pieces)
    while len(line) > limit and len(pieces) > 1:
        pieces.pop()
        line = _SEPARATOR.join((*pieces, "…"))
    return _clipped(line, limit)


def plain_line(text: str) -> str:
    """A text on one line, with everything that cannot be printed written as an escape."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else _escape(c) for c in text)


def _escape(char: str) -> str:
    return char.encode("unicode_escape", "surrogatepass").decode("ascii")


def _pieces(data: dict[Any, Value], skip: frozenset[str]) -> Iterator[_Piece]:
    """What can be told, with its rank."""
    for key, value in islice(data.items(), _KEYS):
        if key in skip or _is_empty(value):
            continue
        if not isinstance(value, dict):
            yield _piece(_label(key), value, _TELLING)
            continue
        if seal_of(value) is not None:
            yield _INNER, f"{_label(key)}: {seal_text(value)}"
            continue
        for inner, deeper in islice(value.items(), _KEYS):
            if not _is_empty(deeper) and not isinstance(deeper, dict):
                yield _piece(f"{_label(key)} {_label(inner)}", deeper, _INNER)


def _piece(label: str, value: Value, rank: int) -> _Piece:
    last = label.rpartition(" ")[2].lower()
    if isinstance(value, list):
        rank = max(rank, _INNER)
    elif last in _ID_WORDS or (isinstance(value, str) and _LONG_ID.match(value[:_VALUE_LIMIT])):
        rank = _ID
    elif last in _TIME_WORDS or (isinstance(value, str) and _TIME.match(value)):
        rank = _MOMENT
    return rank, f"{label} {_value_text(value)}"


def _is_empty(value: Value) -> bool:
    return value is None or (isinstance(value, (str, bytes, list, dict)) and not value)


def _label(key: object) -> str:
    """A key as words; text of any length and kind can be a key."""
    if isinstance(key, str) and len(key) <= _VALUE_LIMIT:
        return _words(key)
    return plain_line(_value_text(key))


@lru_cache(maxsize=4096)
def _words(key: str) -> str:
    if not _NAME.fullmatch(key):
        return plain_line(key)
    words = [word for word in _HUMPS.split(key) if word]
    shown = (word if word.isupper() and word != key else word.lower() for word in words)
    return plain_line(" ".join(shown))


def _value_text(value: Value, limit: int = _VALUE_LIMIT) -> str:
    if isinstance(value, str):
        return _clipped(plain_line(value[: limit + 1]), limit)
    if isinstance(value, list):
        shown = [_value_text(v, limit // _LIST) for v in value[:_LIST] if not _is_container(v)]
        if len(shown) < min(len(value), _LIST):
            return f"×{len(value)}"
        return ", ".join(shown) + (f" +{len(value) - _LIST}" if len(value) > _LIST else "")
    if isinstance(value, bytes):
        return _clipped("0x" + value[:limit].hex(), limit)
    return _clipped(_number_text(value), limit)


def _is_container(value: Value) -> bool:
    return isinstance(value, (list, dict))


def _number_text(value: Value) -> str:
    """A number as stored; ``true``, ``false`` and ``null`` as JSON writes them."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int) and value.bit_length() > 8 * _VALUE_LIMIT:
        return f"{'-' if value < 0 else ''}≈10^{int(value.bit_length() * 0.30103)}"
    if isinstance(value, (int, float, Decimal)):
        return str(value)
    return plain_line(str(value))


def _clipped(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: max(0, limit - 1)] + "…"
