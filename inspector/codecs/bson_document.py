"""BSON, as .NET event stores and MongoDB's libraries write it.

Documents, lists, texts, numbers and truth values are themselves. A date becomes ISO text in UTC,
a UUID its usual text, an object id its hexadecimal digits; decimals of 128 bits, patterns and
code stay visible as ``{"$bson": [type, bytes]}``.

Imports the standard library and the contract of this package. Promises that nothing is built but
plain values, and that a length which the data cannot hold is refused.

Format: https://bsonspec.org/spec.html, version 1.1.
"""

from __future__ import annotations

import struct
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from inspector.codecs._api import CodecError, Key, Raw, Read
from inspector.codecs._limits import MAX_DEPTH, TOO_DEEP
from inspector.codecs._maps import make_map
from inspector.core.payloads import Value

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SMALLEST: Final = 5
"""Bytes of an empty document: its length and the end."""

_DOUBLE, _TEXT, _DOCUMENT, _LIST, _BYTES, _ID, _BOOL, _DATE, _NULL = 1, 2, 3, 4, 5, 7, 8, 9, 10
_CODE, _SYMBOL, _INT, _STAMP, _LONG, _DECIMAL = 13, 14, 16, 17, 18, 19
_FIXED: Final = {_DOUBLE: 8, _ID: 12, _BOOL: 1, _DATE: 8, _INT: 4, _STAMP: 8, _LONG: 8,
                 _DECIMAL: 16, _NULL: 0, 6: 0, 0x7F: 0, 0xFF: 0}  # fmt: skip
_COUNTED: Final = frozenset({_TEXT, _CODE, _SYMBOL})
_KINDS: Final = frozenset({*_FIXED, *_COUNTED, _DOCUMENT, _LIST, _BYTES, 11, 15})
_UUIDS: Final = frozenset({3, 4})


class BsonDocument:
    """The codec ``bson``."""

    name = "bson"

    def score(self, raw: Raw) -> int:
        """A document begins with its own length and ends with a zero."""
        if not isinstance(raw, bytes) or len(raw) < _SMALLEST:
            return 0
        told = int.from_bytes(raw[:4], "little") == len(raw) and raw[-1] == 0
        return 90 if told and (raw[4] in _KINDS or len(raw) == _SMALLEST) else 0

    def read(self, raw: Raw, keys: tuple[Key, ...]) -> Read:
        """Read the whole document.

        Raises:
            CodecError: damaged, cut off or too deep.
        """
        if not isinstance(raw, bytes):
            raise CodecError("BSON is bytes, and this is text.")
        return Read(_document(raw, 0))


def elements(raw: bytes) -> Iterator[tuple[int, str, bytes]]:
    """Type, name and stored form of each element of a document.

    Raises:
        CodecError: damaged or cut off.
    """
    if len(raw) < _SMALLEST or int.from_bytes(raw[:4], "little") != len(raw) or raw[-1]:
        raise CodecError("A BSON document is not as long as it says.")
    at, end = 4, len(raw) - 1
    while at < end:
        kind = raw[at]
        name, at = _name(raw, at + 1, end)
        size = _size(kind, raw, at, end)
        if at + size > end:
            raise CodecError("A BSON value is longer than its document.")
        yield kind, name, raw[at : at + size]
        at += size


def _name(raw: bytes, at: int, end: int) -> tuple[str, int]:
    stop = raw.find(b"\0", at, end)
    if stop < 0:
        raise CodecError("A BSON name does not end.")
    return _text(raw[at:stop]), stop + 1


def _size(kind: int, raw: bytes, at: int, end: int) -> int:
    """Bytes of a value."""
    if kind in _FIXED:
        return _FIXED[kind]
    counted = int.from_bytes(raw[at : at + 4], "little")
    if kind in _COUNTED:
        return 4 + counted
    if kind in {_DOCUMENT, _LIST, 15}:
        return max(counted, _SMALLEST)
    if kind == _BYTES:
        return 5 + counted
    if kind == 11:  # a pattern and its options, each with an end
        first = raw.find(b"\0", at, end)
        second = raw.find(b"\0", first + 1, end)
        if first >= 0 and second >= 0:
            return second + 1 - at
    raise CodecError(f"BSON has no type {kind}.")


def _document(raw: bytes, depth: int) -> Value:
    if depth >= MAX_DEPTH:
        raise CodecError(TOO_DEEP)
    found: list[tuple[Value, Value]] = [
        (name, _value(kind, part, depth)) for kind, name, part in elements(raw)
    ]
    return make_map(found)


def _value(kind: int, part: bytes, depth: int) -> Value:
    if kind == _DOCUMENT:
        return _document(part, depth + 1)
    if kind == _LIST:
        if depth + 1 >= MAX_DEPTH:
            raise CodecError(TOO_DEEP)
        return [_value(inner, each, depth + 1) for inner, _, each in elements(part)]
    if kind in {_TEXT, _SYMBOL}:
        return _counted(part)
    if kind == _BYTES:
        return _bytes(part)
    return _scalar(kind, part)


def _scalar(kind: int, part: bytes) -> Value:
    if kind == _DOUBLE:
        return float(struct.unpack("<d", part)[0])
    if kind == _BOOL:
        return part != b"\0"
    if kind in {_INT, _LONG, _DATE}:
        number = int.from_bytes(part, "little", signed=True)
        return _date(number) if kind == _DATE else number
    if kind == _ID:
        return part.hex()
    if kind in {_NULL, 6}:
        return None
    return {"$bson": [kind, part]}


def _counted(part: bytes) -> str:
    if len(part) < _SMALLEST or part[-1]:
        raise CodecError("A BSON text does not end.")
    return _text(part[4:-1])


def _text(part: bytes) -> str:
    try:
        return part.decode("utf-8")
    except UnicodeDecodeError as error:
        raise CodecError(f"A BSON text is not UTF-8: {error.reason}.") from None


def _bytes(part: bytes) -> Value:
    """Bytes; a UUID of the older kind has the order of bytes that .NET keeps it in."""
    kind, held = part[4], part[5:]
    if kind in _UUIDS and len(held) == 16:
        made = uuid.UUID(bytes_le=held) if kind == 3 else uuid.UUID(bytes=held)
        return str(made)
    return held


def _date(milliseconds: int) -> Value:
    try:
        moment = _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:  # beyond what ISO text can say
        return {"$bson": [_DATE, milliseconds.to_bytes(8, "little", signed=True)]}
    rest = f".{milliseconds % 1000:03}" if milliseconds % 1000 else ""
    return f"{moment.replace(tzinfo=None, microsecond=0).isoformat()}{rest}Z"


CODEC = BsonDocument()
