"""Values as JSON text, with every digit kept.

What JSON has no form for is written as an object with one key that begins with ``$``:
bytes (``$base64``), a not-a-number (``$number``), a map whose keys are not all texts
(``$map``), a payload that no codec could read (``$undecoded``).

Numbers keep the digits they were stored with: a ``Decimal`` is a JSON number, a
``DecimalText``, which the store keeps as an exact decimal, a string. The text is plain
characters, safe to encode and to print: halves of surrogate pairs and control characters are
escaped.

Imports ``inspector.core`` and the standard library only. Promises to work for values of any
depth (it keeps its own stack) and integers of any length.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from json.encoder import encode_basestring
from math import isfinite, isnan
from typing import Final

from inspector.core.payloads import DecimalText, Payload, Undecoded, Value

_HEAD: Final = 48
"""Bytes of an undecoded payload that are shown beside the reason."""

# C1 control characters steer terminals; JSON itself would let them pass.
_UNSAFE: Final = re.compile("[\x7f-\x9f\ud800-\udfff]")

Member = tuple[str, Value]


def to_json(value: Value, *, indent: int | None = None) -> str:
    """A decoded value as JSON text.

    Args:
        value: any value that a codec makes.
        indent: spaces for each level; ``None`` for one line without blanks.

    Raises:
        TypeError: the value holds an object that no codec makes.
    """
    quick = _SCALARS.get(value.__class__)
    if quick is not None:
        return quick(value)
    parts: list[str] = []
    _Writer(parts.append, indent).write(value)
    return "".join(parts)


def payload_value(payload: Payload) -> Value:
    """What stands for a payload: its value, ``None`` for SQL NULL, or ``$undecoded``."""
    content = payload.content
    if isinstance(content, Undecoded):
        return undecoded(content, payload.raw)
    return payload.value


def undecoded(content: Undecoded, raw: bytes | str | None) -> Value:
    """A stored form that no codec could read: the reason, its size and how it begins."""
    head = raw[:_HEAD] if raw is not None else b""
    if isinstance(head, str):
        head = head.encode("utf-8", "surrogatepass")[:_HEAD]
    text = base64.b64encode(head).decode("ascii")
    return {
        "$undecoded": {"reason": content.reason, "size": content.size, "head_base64": text},
    }


class _Writer:
    """Writes one value, container by container, without recursion."""

    __slots__ = ("_add", "_colon", "_indent")

    def __init__(self, add: Callable[[str], None], indent: int | None) -> None:
        self._add = add
        self._indent = indent
        self._colon = ":" if indent is None else ": "

    def write(self, value: Value) -> None:
        """Write it all."""
        add = self._add
        scalars = _SCALARS
        open_ones: list[tuple[Iterator[Member], str]] = []
        members, end = iter([("", value)]), ""
        while True:
            for lead, child in members:
                quick = scalars.get(child.__class__)
                if quick is not None:
                    add(lead + quick(child))
                    continue
                open_ones.append((members, end))
                start, members, end = self._opened(child, len(open_ones))
                add(lead + start)
                break
            else:
                add(end)
                if not open_ones:
                    return
                members, end = open_ones.pop()

    def _opened(self, value: Value, level: int) -> tuple[str, Iterator[Member], str]:
        """How a container begins, what is in it, how it ends."""
        if isinstance(value, dict):
            if all(key.__class__ is str for key in value):
                return self._bracketed("{", self._entries(value, level), "}", level, bool(value))
            pairs = [[key, item] for key, item in value.items()]
            return self._opened({"$map": pairs}, level)
        if isinstance(value, (list, tuple)):
            return self._bracketed("[", self._items(value, level), "]", level, bool(value))
        known = _scalar_of(value)
        if known is not None:
            return known, iter(()), ""
        raise TypeError(f"no JSON form for {type(value).__name__}")

    def _bracketed(
        self, start: str, members: Iterator[Member], end: str, level: int, filled: bool
    ) -> tuple[str, Iterator[Member], str]:
        return start, members, (self._line(level - 1) + end if filled else end)

    def _line(self, level: int) -> str:
        return "" if self._indent is None else "\n" + " " * (self._indent * level)

    def _entries(self, value: dict[str, Value], level: int) -> Iterator[Member]:
        lead = self._line(level)
        colon = self._colon
        for key, item in value.items():
            yield f"{lead}{_text(key)}{colon}", item
            lead = "," + self._line(level)

    def _items(self, value: list[Value] | tuple[Value, ...], level: int) -> Iterator[Member]:
        lead = self._line(level)
        for item in value:
            yield lead, item
            lead = "," + self._line(level)


def _text(value: str) -> str:
    quoted = encode_basestring(value)
    if quoted.isascii() and "\x7f" not in quoted:
        return quoted
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)


def _whole(value: int) -> str:
    try:
        return str(value)
    except ValueError:  # more digits than Python prints; a Decimal has no such limit
        return str(Decimal(value))


def _binary_float(value: float) -> str:
    if isfinite(value):
        return repr(value)
    return _not_a_number("NaN" if isnan(value) else "Infinity" if value > 0 else "-Infinity")


def _decimal(value: Decimal) -> str:
    if value.is_finite():
        return str(value)
    return _not_a_number(str(value))


def _not_a_number(name: str) -> str:
    return f'{{"$number":"{name}"}}'


def _bytes(value: bytes) -> str:
    return f'{{"$base64":"{base64.b64encode(value).decode("ascii")}"}}'


_SCALARS: Final[dict[type, Callable[[Value], str]]] = {
    str: _text,
    bool: lambda value: "true" if value else "false",
    type(None): lambda value: "null",
    int: _whole,
    float: _binary_float,
    Decimal: _decimal,
    DecimalText: lambda value: f'"{value}"',
    bytes: _bytes,
}


def _scalar_of(value: Value) -> str | None:
    """A scalar of a subclass, such as an enumeration of texts."""
    for kind in (str, bool, int, float, DecimalText, Decimal, bytes):
        if isinstance(value, kind):
            return _SCALARS[kind](value)
    return None
