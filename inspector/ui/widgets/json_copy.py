"""A value as text for the clipboard: exact, and safe to paste.

Numbers keep all their digits. Maps and lists become indented JSON; what JSON has no word for is
written as text. Lone surrogates, which a clipboard drops silently, become escapes. Works on
any depth without recursion.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from inspector.core.payloads import DecimalText, Value
from inspector.ui.widgets.json_text import plain_text

_INDENT: Final = "  "
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def copy_text(value: Value) -> str:
    """The text that goes to the clipboard: a text itself, everything else as JSON would be."""
    if isinstance(value, str):
        return _without_surrogates(value)
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).hex()
    return "".join(_pieces(value))


def _without_surrogates(text: str) -> str:
    return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _pieces(value: Value) -> Iterator[str]:
    """JSON piece by piece; what is still to be written waits on a stack of iterators."""
    if not _is_open(value):
        yield _leaf(value)
        return
    stack: list[tuple[Iterator[tuple[str, Value]], str]] = []
    yield _enter(stack, value)
    while stack:
        rest, close = stack[-1]
        found = next(rest, None)
        if found is None:
            stack.pop()
            yield "\n" + _INDENT * len(stack) + close
            continue
        prefix, child = found
        yield prefix
        yield _enter(stack, child) if _is_open(child) else _leaf(child)


def _is_open(value: Value) -> bool:
    return isinstance(value, (dict, list, tuple)) and bool(value)


def _enter(stack: list[tuple[Iterator[tuple[str, Value]], str]], value: Value) -> str:
    stack.append(
        (_members(value, _INDENT * (len(stack) + 1)), "}" if isinstance(value, dict) else "]")
    )
    return "{" if isinstance(value, dict) else "["


def _members(value: Value, indent: str) -> Iterator[tuple[str, Value]]:
    """Each child with what stands before it: comma, line break, indent and name."""
    comma = ""
    if isinstance(value, dict):
        for key, child in value.items():
            name = key if isinstance(key, str) else _leaf(key)
            yield f"{comma}\n{indent}{_string(name)}: ", child
            comma = ","
    else:
        for child in value:
            yield f"{comma}\n{indent}", child
            comma = ","


def _leaf(value: Value) -> str:
    if isinstance(value, (dict, list, tuple)):
        return "{}" if isinstance(value, dict) else "[]"
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, (bytes, bytearray)):
        return _string(bytes(value).hex())
    shown = plain_text(value)
    as_it_is = isinstance(value, (bool, int, float)) or value is None
    if as_it_is or (isinstance(value, Decimal) and not isinstance(value, DecimalText)):
        return shown
    return _string(shown)


def _string(text: str) -> str:
    return _without_surrogates(json.dumps(text, ensure_ascii=False))
