"""Kinds of fields of Protocol Buffers, and what a field is that is not there.

Imports the standard library only. Source: google/protobuf/descriptor.proto.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from inspector.core.payloads import Value

DOUBLE, FLOAT, INT64, UINT64, INT32, FIXED64, FIXED32, BOOL, STRING = range(1, 10)
GROUP, MESSAGE, BYTES, UINT32, ENUM, SFIXED32, SFIXED64, SINT32, SINT64 = range(10, 19)

FIRST_OF_ENUM: Final = ("first of the enum",)
"""Stands for the first value of an enum, whose names are known only when all is read."""

_ESCAPE: Final = re.compile(rb"\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|(.))", re.DOTALL)
_PLAIN: Final = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"a": b"\a", b"b": b"\b", b"f": b"\f",
                 b"v": b"\v"}  # fmt: skip


def plain_default(kind: int) -> Value:
    """What a field without presence is when it is not there."""
    if kind == ENUM:
        return FIRST_OF_ENUM
    if kind in (DOUBLE, FLOAT):
        return 0.0
    if kind == BOOL:
        return False
    return {STRING: "", BYTES: b""}.get(kind, 0)


def told_default(kind: int, text: str) -> Value:
    """The default that a field's definition tells; ``None`` where its text means nothing."""
    try:
        if kind in (DOUBLE, FLOAT):
            return float(text)
        if kind == BOOL:
            return {"true": True, "false": False}.get(text)
        if kind == BYTES:
            return _ESCAPE.sub(_unescaped, text.encode("latin-1"))
        return text if kind in (STRING, ENUM) else int(text)
    except ValueError:
        return None


def _unescaped(found: re.Match[bytes]) -> bytes:
    octal, hexadecimal, sign = found.groups()
    if octal is not None:
        return bytes([int(octal, 8) & 255])
    if hexadecimal is not None:
        return bytes([int(hexadecimal, 16)])
    return _PLAIN.get(sign, sign)
