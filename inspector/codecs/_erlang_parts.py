"""The parts of an Erlang term that hold no other part.

Imports the standard library only. Promises that every ``int`` can be printed, and that
reading past the end is an error of the term, never of the program.
"""

from __future__ import annotations

import struct
from decimal import Decimal
from typing import Final

from inspector.codecs._api import CodecError
from inspector.core.payloads import Value

_INT_BYTES: Final = 1_700
"""Longer integers have more digits than Python prints; they become ``Decimal``."""

_BIG_BYTES: Final = 12_500
"""Turning binary digits into decimal ones takes quadratic time; longer ones are refused."""

_CONSTANTS: Final = {b"true": True, b"false": False, b"nil": None}


class Atom(str):
    """The text of an atom while its term is read; a plain text in the result."""

    __slots__ = ()


class Cursor:
    """The bytes and how far they are read."""

    __slots__ = ("at", "raw")

    def __init__(self, raw: bytes, at: int) -> None:
        self.raw = raw
        self.at = at

    def take(self, count: int) -> bytes:
        """The next so many bytes.

        Raises:
            CodecError: there are fewer.
        """
        end = self.at + count
        if end > len(self.raw):
            raise CodecError("The term ends too early.")
        part = self.raw[self.at : end]
        self.at = end
        return part

    def number(self, size: int) -> int:
        """The next so many bytes as a whole number."""
        return int.from_bytes(self.take(size), "big")

    def count(self, size: int) -> int:
        """A count of items, each of which takes at least one byte."""
        count = self.number(size)
        if count > len(self.raw) - self.at:
            raise CodecError("The term promises more items than it has bytes.")
        return count


def read_float(cursor: Cursor) -> float:
    """Eight bytes."""
    number: float = struct.unpack(">d", cursor.take(8))[0]
    return number


def read_float_text(cursor: Cursor) -> float:
    """The form of old releases: 31 characters, filled up with zero bytes."""
    try:
        return float(cursor.take(31).rstrip(b"\0"))
    except ValueError:
        raise CodecError("The term holds a number that is none.") from None


def read_big(cursor: Cursor, size_bytes: int) -> int | Decimal:
    """A sign and a magnitude, least byte first."""
    size = cursor.number(size_bytes)
    negative = cursor.number(1) != 0
    if size > _BIG_BYTES:
        raise CodecError(f"The term holds a whole number of {size} bytes.")
    number = int.from_bytes(cursor.take(size), "little")
    number = -number if negative else number
    return number if size <= _INT_BYTES else Decimal(number)


def read_atom(cursor: Cursor, size_bytes: int, encoding: str) -> Value:
    """An atom, or one of the three constants that Elixir writes as atoms."""
    text = cursor.take(cursor.number(size_bytes))
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    try:
        return Atom(text.decode(encoding))
    except UnicodeDecodeError:
        raise CodecError("The term holds an atom that is not UTF-8.") from None


def read_binary(cursor: Cursor) -> str | bytes:
    """Elixir's texts are UTF-8 binaries; anything else is bytes."""
    part = cursor.take(cursor.number(4))
    try:
        return part.decode("utf-8")
    except UnicodeDecodeError:
        return part


def read_bits(cursor: Cursor) -> Value:
    """Bytes of which the last is used only in part."""
    size = cursor.number(4)
    used = cursor.number(1)
    return {"$bits": [used, cursor.take(size)]}
