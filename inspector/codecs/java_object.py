"""Serialised Java objects, shown as their structure.

An object becomes a map of its fields with ``$class``; boxed and big numbers, UUIDs and the usual
lists, sets and maps of ``java.util`` become what they are. No class is loaded and nothing is
called.

Imports the standard library and the contract of this package.
"""

from __future__ import annotations

import struct
import uuid
from collections.abc import Callable
from typing import Final

from inspector.codecs._api import OUTPUT_LIMIT, CodecError, Key, Raw, Read
from inspector.codecs._java_reading import MAGIC, JavaReader
from inspector.codecs._maps import make_map
from inspector.codecs._object_nodes import Builder
from inspector.codecs._shared import require_bounds
from inspector.core.payloads import DecimalText, Value

_BOXES = frozenset(
    f"java.lang.{name}"
    for name in ("Integer", "Long", "Short", "Byte", "Boolean", "Character", "Double", "Float")
)
_LISTS = frozenset(
    ("java.util.ArrayList", "java.util.LinkedList", "java.util.HashSet", "java.util.LinkedHashSet")
)
_MAPS = frozenset(("java.util.HashMap", "java.util.LinkedHashMap", "java.util.TreeMap"))
_MOST_BYTES = 1700
_MOST_SCALE = 100_000


class JavaObject:
    """The codec ``java``."""

    name = "java"

    def score(self, raw: Raw) -> int:
        """By the four bytes that every stream begins with."""
        return 98 if isinstance(raw, bytes) and raw.startswith(MAGIC) else 0

    def read(self, raw: Raw, keys: tuple[Key, ...]) -> Read:
        """The structure of the whole stream.

        Raises:
            CodecError: damaged, too deep, or of a kind that only its class can read.
        """
        return self.read_within(raw, keys, OUTPUT_LIMIT)

    def read_within(self, raw: Raw, keys: tuple[Key, ...], limit: int) -> Read:
        """The same, where a stream may stand for so many bytes."""
        if not isinstance(raw, bytes) or not raw.startswith(MAGIC):
            raise CodecError("A Java stream begins with the bytes ac ed 00 05.")
        value = Builder(_simplified).value(JavaReader(raw).read())
        require_bounds(value, limit)
        return Read(value)


def _simplified(kind: str, parts: dict[str, Value]) -> Value:
    """Values of Java's own library as what they are; all others as they were written."""
    if kind in _BOXES and parts.keys() == {"$class", "value"}:
        return parts["value"]
    known = _KNOWN.get(kind)
    if known is not None:
        return known(parts)
    written = parts.get("$written")
    if not isinstance(written, list) or not written or not isinstance(written[0], bytes):
        return parts
    if kind in _LISTS:
        return _items(kind, written, parts)
    is_map = kind in _MAPS and parts.get("comparator") is None
    return _entries(written, parts) if is_map else parts


def _items(kind: str, written: list[Value], parts: dict[str, Value]) -> Value:
    """A list or set: a count among the first bytes, then the items."""
    head, items = written[0], written[1:]
    if len(head) not in (4, 12):
        return parts
    at = 8 if len(head) == 12 else 0  # a set says its capacity and load factor first
    [count] = struct.unpack_from(">i", head, at)
    if kind != "java.util.ArrayList" and count != len(items):
        return parts
    return items


def _entries(written: list[Value], parts: dict[str, Value]) -> Value:
    """A map: a count among the first bytes, then keys and values in turn."""
    head, items = written[0], written[1:]
    if len(head) not in (4, 8) or 2 * int.from_bytes(head[-4:], "big") != len(items):
        return parts
    return make_map(list(zip(items[::2], items[1::2], strict=True)))


def _big(parts: dict[str, Value]) -> Value:
    sign, digits = parts.get("signum"), parts.get("magnitude")
    if sign not in (-1, 0, 1) or not isinstance(digits, bytes) or len(digits) > _MOST_BYTES:
        return parts
    return int(sign) * int.from_bytes(digits, "big")


def _decimal(parts: dict[str, Value]) -> Value:
    scale, number = parts.get("scale"), parts.get("intVal")
    if not isinstance(scale, int) or not isinstance(number, int) or abs(scale) > _MOST_SCALE:
        return parts
    digits = tuple(int(digit) for digit in str(abs(number)))
    return DecimalText((int(number < 0), digits, -scale))


def _uuid(parts: dict[str, Value]) -> Value:
    high, low = parts.get("mostSigBits"), parts.get("leastSigBits")
    if not isinstance(high, int) or not isinstance(low, int):
        return parts
    mask = (1 << 64) - 1
    return str(uuid.UUID(int=((high & mask) << 64) | (low & mask)))


_KNOWN: Final[dict[str, Callable[[dict[str, Value]], Value]]] = {
    "java.math.BigInteger": _big,
    "java.math.BigDecimal": _decimal,
    "java.util.UUID": _uuid,
}

CODEC = JavaObject()
