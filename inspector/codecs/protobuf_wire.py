"""Protocol Buffers without their descriptor: field numbers, and what the bytes alone tell.

The wire tells a field's number and its length, not its name and hardly its type. Whole numbers are
shown as stored (a negative or zig-zag number looks large), eight and four bytes as their bits, and
bytes as a text where they are one, as a message where they can be one, else as bytes. Every reading
carries a note that says so.

Most short byte strings are accidentally a message. Unasked, this codec answers only when the
message holds a readable text and small field numbers, and never for bytes that look random.

Imports the contract of this package. Promises that nothing beyond the cell's own bytes is reserved.
Format: https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

from typing import Final

from inspector.codecs._api import CodecError, Key, Raw, Read
from inspector.codecs.aes_gcm_bytes import looks_random
from inspector.core.payloads import Value

VARINT, BITS64, LENGTH, GROUP, _GROUP_END, BITS32 = 0, 1, 2, 3, 4, 5
_LARGEST_FIELD: Final = (1 << 29) - 1
_LIKELY_FIELD: Final = 200
_DEEPEST: Final = 32
_SHORTEST_TEXT: Final = 3
_SAMPLE: Final = 64 * 1024
_LONGEST_RANDOM: Final = 24
_SAID: Final = (
    "Read without its descriptor: numbers stand for names, and texts and messages inside are "
    "told by their bytes alone."
)
_NOTE: Final = ("payload-without-schema", _SAID)

Field = tuple[int, int, "int | bytes"]


class ProtobufWire:
    """The codec ``protobuf``."""

    name = "protobuf"

    def score(self, raw: Raw) -> int:
        """Very low: there is no mark, only a form that is unlikely by accident."""
        if not isinstance(raw, bytes) or not 4 <= len(raw) <= _SAMPLE:
            return 0
        if len(raw) >= _LONGEST_RANDOM and looks_random(raw):
            return 0
        try:
            fields = fields_of(raw)
        except CodecError:
            return 0
        if any(wire == GROUP for _, wire, _ in fields):
            return 0  # nobody has written groups for long, and accident writes many
        telling = any(isinstance(value, bytes) and _readable(value) for _, _, value in fields)
        return 6 if telling and all(number <= _LIKELY_FIELD for number, _, _ in fields) else 0

    def read(self, raw: Raw, keys: tuple[Key, ...]) -> Read:
        """The message by field numbers; a field that is there several times becomes a list.

        Raises:
            CodecError: it cannot be a message.
        """
        if not isinstance(raw, bytes) or not raw:
            raise CodecError("A message of Protocol Buffers is bytes.")
        return Read(by_number(fields_of(raw)), notes=(_NOTE,))


def by_number(fields: list[Field], depth: int = 1) -> dict[str, Value]:
    """Fields under their numbers; one that is there several times becomes a list."""
    found: dict[str, list[Value]] = {}
    for number, wire, value in fields:
        found.setdefault(str(number), []).append(_shown(wire, value, depth))
    return {number: many[0] if len(many) == 1 else many for number, many in found.items()}


def _shown(wire: int, value: int | bytes, depth: int) -> Value:
    if isinstance(value, int):
        return value
    if wire in (BITS64, BITS32):
        return {"$bits": value[::-1].hex()}
    if wire == LENGTH and (not value or _readable(value)):
        return value.decode("utf-8")
    if depth < _DEEPEST:
        try:
            return by_number(fields_of(value), depth + 1)
        except CodecError:
            return value
    return value


def _readable(value: bytes) -> bool:
    """Whether the bytes are a text that people could have written."""
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        return False
    plain = all(sign.isprintable() or sign in "\r\n\t" for sign in text)
    return plain and (len(text) >= _SHORTEST_TEXT or text.isalnum())


def fields_of(raw: bytes) -> list[Field]:
    """Number, wire type and content of every field; of a group, the bytes of its fields.

    Raises:
        CodecError: it is no message.
    """
    found: list[Field] = []
    groups: list[tuple[int, int]] = []
    at = 0
    while at < len(raw):
        begin = at
        tag, at = varint(raw, at)
        number, wire = tag >> 3, tag & 7
        if not 1 <= number <= _LARGEST_FIELD:
            raise CodecError("Not Protocol Buffers: a field has a number that none may have.")
        if wire == GROUP:
            groups.append((number, at))
        elif wire == _GROUP_END:
            first = _opened(groups, number)
            if not groups:  # a copy only of the outermost, or nesting would cost its square
                found.append((number, GROUP, raw[first:begin]))
        else:
            value, at = _content(raw, at, wire)
            if not groups:
                found.append((number, wire, value))
    if groups:
        raise CodecError("Not Protocol Buffers: a group has no end.")
    return found


def _opened(groups: list[tuple[int, int]], number: int) -> int:
    """Where the group begins that ends here."""
    if not groups or groups[-1][0] != number:
        raise CodecError("Not Protocol Buffers: a group ends that did not begin.")
    return groups.pop()[1]


def _content(raw: bytes, at: int, wire: int) -> tuple[int | bytes, int]:
    if wire == VARINT:
        return varint(raw, at)
    if wire == LENGTH:
        length, at = varint(raw, at)
    elif wire in (BITS64, BITS32):
        length = 8 if wire == BITS64 else 4
    else:
        raise CodecError("Not Protocol Buffers: a field has a kind that is not known.")
    if length > len(raw) - at:
        raise CodecError("Not Protocol Buffers: a field is longer than what is there.")
    return raw[at : at + length], at + length


def varint(raw: bytes, at: int) -> tuple[int, int]:
    """A whole number of 64 bits, and where it ends.

    Raises:
        CodecError: it is cut off, or longer than may be.
    """
    number = 0
    for shift in range(0, 70, 7):
        if at >= len(raw):
            raise CodecError("Not Protocol Buffers: it ends within a number.")
        byte = raw[at]
        at += 1
        number |= (byte & 127) << shift
        if byte < 128:
            if number >= 1 << 64:
                break
            return number, at
    raise CodecError("Not Protocol Buffers: a number is too long.")


CODEC = ProtobufWire()
