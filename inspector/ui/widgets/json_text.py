"""Values as text in one line: exact digits, hidden characters visible, bounded length."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import islice
from typing import Final

from inspector.core.paths import MapKey, PathPart
from inspector.core.payloads import Value
from inspector.core.sealing import seal_of, seal_text
from inspector.core.texts import thousands, tr
from inspector.ui.widgets.plain_text import ELLIPSIS, SHOWN_LIMIT, shortened, visible_text

PREVIEW_LIMIT: Final = 80
_PREVIEW_PARTS: Final = 12
_HEX_BYTES: Final = 64

# Python refuses to write longer whole numbers in decimal; Decimal does not mind, until even
# that would take noticeable time.
_PLAIN_BITS: Final = 4000
_DECIMAL_BITS: Final = 1_000_000


def value_text(value: Value, limit: int = SHOWN_LIMIT) -> str:
    """Any value in one line; maps and lists as their size."""
    if isinstance(value, str):
        return _quoted(value, limit)
    if isinstance(value, (dict, list, tuple)):
        sealed = seal_of(value) is not None
        return shortened(visible_text(seal_text(value)), limit) if sealed else size_text(value)
    if isinstance(value, (bytes, bytearray)):
        return _bytes(bytes(value))
    return shortened(visible_text(plain_text(value)), limit)


def plain_text(value: Value) -> str:
    """A value that is neither text nor bytes nor a container, with all its digits."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return _whole_number(value)
    if isinstance(value, float):
        return repr(value).replace("inf", "Infinity").replace("nan", "NaN")
    return str(value) if isinstance(value, Decimal) else repr(value)


def _whole_number(value: int) -> str:
    bits = value.bit_length()
    if bits <= _PLAIN_BITS:
        return str(value)
    return format(Decimal(value), "f") if bits <= _DECIMAL_BITS else f"{value:#x}"


def size_text(value: Value) -> str:
    """``{6}`` for a map of six fields, ``[2]`` for a list of two elements."""
    count = thousands(len(value))
    return f"{{{count}}}" if isinstance(value, dict) else f"[{count}]"


def _quoted(text: str, limit: int) -> str:
    shown = shortened(text, limit).replace("\\", "\\\\").replace('"', '\\"')
    quoted = f'"{visible_text(shown)}"'
    if len(text) <= limit:
        return quoted
    return tr("{text} ({n} characters)", text=quoted, n=thousands(len(text)))


def _bytes(value: bytes) -> str:
    words = tr("{n} bytes", n=thousands(len(value)))
    shown = value[:_HEX_BYTES].hex(" ")
    more = f" {ELLIPSIS}" if len(value) > _HEX_BYTES else ""
    return f"{words}  {shown}{more}".rstrip()


def name_text(part: PathPart) -> str:
    """A field's name, an element's place, or a key that is no text."""
    if isinstance(part, MapKey):
        return value_text(part.value, 120)
    if isinstance(part, int):
        return str(part)
    shown = visible_text(shortened(part, SHOWN_LIMIT))
    return shown if shown.strip() else f'"{shown}"'


def preview_text(value: Value, limit: int = PREVIEW_LIMIT) -> str:
    """The beginning of a map or list in one line, for a row that is not opened."""
    parts: list[str] = []
    length = 0
    for text in islice(_preview_parts(value), _PREVIEW_PARTS):
        if length + len(text) > limit:
            parts.append(ELLIPSIS)
            break
        parts.append(text)
        length += len(text) + 2
    else:
        if len(value) > _PREVIEW_PARTS:
            parts.append(ELLIPSIS)
    return ", ".join(parts)


def _preview_parts(value: Value) -> Iterator[str]:
    if not isinstance(value, dict):
        yield from _texts(value)
        return
    for key, text in zip(value, _texts(value.values()), strict=True):
        name = key if isinstance(key, str) else value_text(key, 40)
        yield f"{visible_text(shortened(name, 40))} {text}"


def _texts(values: Iterable[Value]) -> Iterator[str]:
    return (value_text(value, 40) for value in values)
