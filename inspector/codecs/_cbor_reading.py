"""Reading CBOR with a stack of its own, so that a document of any depth is read or refused.

Not with ``cbor2``: that loses entries whose keys are equal, builds objects for tags (patterns,
addresses, mail messages) and resolves shared references into circles. Here a tag that means a
number or a time becomes one, and every other stays visible as ``{"$tag": [number, value]}``.

Imports the standard library and the contract of this package. Promises that a length which the
data cannot hold is refused before anything is reserved for it.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from inspector.codecs._api import CodecError
from inspector.codecs._limits import MAX_DEPTH, TOO_DEEP
from inspector.codecs._maps import make_map
from inspector.core.payloads import DecimalText, Value

_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _LIST, _MAP, _TAG, _SIMPLE = range(8)
_INDEFINITE: Final = 31
_SIMPLES: Final = {20: False, 21: True, 22: None, 23: None}
_FLOATS: Final = {25: ">e", 26: ">f", 27: ">d"}
_SELF_DESCRIBED: Final = 55799
_DATE, _BIG, _NEGATIVE_BIG, _DECIMAL, _UUID = 0, 2, 3, 4, 37
_MOST_DIGITS: Final = 1700
"""Bytes of a big number: Python writes no more than 4300 digits unasked."""
_MOST_EXPONENT: Final = 100_000


class _Break:
    """The end of something whose length was not said."""


_BREAK: Final = _Break()


@dataclass(slots=True)
class _Open:
    """A list, map, tag or text in pieces that is not complete yet.

    Attributes:
        left: how many values are missing; -1: until the break.
    """

    major: int
    left: int
    tag: int = 0
    items: list[Value] = field(default_factory=list)


class CborReader:
    """Reads one value and says where it ends."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._at = 0
        self._open: list[_Open] = []

    def read(self) -> Value:
        """The whole value.

        Raises:
            CodecError: damaged, cut off, too deep, or followed by something else.
        """
        while True:
            found = self._item()
            if isinstance(found, _Open):
                self._push(found)
                found = self._closed_if_full()
                if isinstance(found, _Open):
                    continue
            value = self._taken_up(found)
            if not self._open:
                break
        if self._at != len(self._raw):
            raise CodecError("Bytes follow the end of the CBOR value.")
        return value

    def _push(self, opened: _Open) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise CodecError(TOO_DEEP)
        self._open.append(opened)

    def _closed_if_full(self) -> Value | _Open:
        """The finished value of what was opened last, or what is still open."""
        top = self._open[-1]
        if top.left != 0:
            return top
        self._open.pop()
        return _finished(top)

    def _taken_up(self, value: Value) -> Value:
        """Put a value into what is open, and whatever becomes complete by that, too."""
        while self._open:
            top = self._open[-1]
            if value is _BREAK:
                if top.left != -1 or (top.major == _MAP and len(top.items) % 2):
                    raise CodecError("A CBOR break is where none may be.")
                top.left = 0
            else:
                _require_piece(top, value)
                top.items.append(value)
                top.left -= top.left > 0
            if top.left != 0:
                return None
            self._open.pop()
            value = _finished(top)
        if value is _BREAK:
            raise CodecError("A CBOR break is where none may be.")
        return value

    def _item(self) -> Value | _Open:
        first = self._bytes(1)[0]
        major, short = first >> 5, first & 31
        if major == _SIMPLE:
            return self._simple(short)
        if short == _INDEFINITE:
            if major in (_UNSIGNED, _NEGATIVE, _TAG):
                raise CodecError("A CBOR number has no length.")
            return _Open(major, -1)
        length = self._length(short)
        if major in (_UNSIGNED, _NEGATIVE):
            return length if major == _UNSIGNED else -1 - length
        if major in (_BYTES, _TEXT):
            found = self._bytes(length)
            return found if major == _BYTES else _text(found)
        return self._opened(major, length)

    def _opened(self, major: int, length: int) -> _Open:
        if major == _TAG:
            return _Open(_TAG, 1, tag=length)
        count = length * 2 if major == _MAP else length
        if count > len(self._raw) - self._at:
            raise CodecError("It promises more than it has bytes.")
        return _Open(major, count)

    def _simple(self, short: int) -> Value:
        if short == _INDEFINITE:
            return _BREAK
        if short in _SIMPLES:
            return _SIMPLES[short]
        if short in _FLOATS:
            form = _FLOATS[short]
            return struct.unpack(form, self._bytes(struct.calcsize(form)))[0]
        number = self._bytes(1)[0] if short == 24 else short
        if short > 24 or (short == 24 and number < 32):
            raise CodecError("A CBOR byte begins no value.")
        return {"$simple": number}

    def _length(self, short: int) -> int:
        if short < 24:
            return short
        if short > 27:
            raise CodecError("A CBOR byte begins no value.")
        return int.from_bytes(self._bytes(1 << (short - 24)), "big")

    def _bytes(self, count: int) -> bytes:
        end = self._at + count
        if end > len(self._raw):
            raise CodecError("It ends too early, or promises more than it has bytes.")
        found = self._raw[self._at : end]
        self._at = end
        return found


def _require_piece(top: _Open, value: Value) -> None:
    wanted = {_BYTES: bytes, _TEXT: str}.get(top.major)
    if wanted is not None and not isinstance(value, wanted):
        raise CodecError("A piece of a CBOR text is no text.")


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise CodecError(f"A CBOR text is not UTF-8: {error.reason}.") from None


def _finished(done: _Open) -> Value:
    if done.major == _LIST:
        return done.items
    if done.major == _MAP:
        return make_map(list(zip(done.items[::2], done.items[1::2], strict=True)))
    if done.major == _BYTES:
        return b"".join(done.items)
    if done.major == _TEXT:
        return "".join(done.items)
    return _tagged(done.tag, done.items[0])


def _tagged(tag: int, value: Value) -> Value:
    """What the tag means, where that is a plain value."""
    if tag == _SELF_DESCRIBED or (tag == _DATE and isinstance(value, str)):
        return value
    if tag in (_BIG, _NEGATIVE_BIG) and isinstance(value, bytes) and len(value) <= _MOST_DIGITS:
        number = int.from_bytes(value, "big")
        return number if tag == _BIG else -1 - number
    if tag == _UUID and isinstance(value, bytes) and len(value) == 16:
        text = value.hex()
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
    if tag == _DECIMAL:
        exact = _decimal(value)
        if exact is not None:
            return exact
    return {"$tag": [tag, value]}


def _decimal(value: Value) -> Value:
    """A decimal fraction: exponent and mantissa."""
    if not isinstance(value, list) or [type(part) for part in value] != [int, int]:
        return None
    exponent, mantissa = value
    if abs(exponent) > _MOST_EXPONENT or mantissa.bit_length() > 8 * _MOST_DIGITS:
        return None
    digits = tuple(int(digit) for digit in str(Decimal(abs(mantissa))))
    return DecimalText((int(mantissa < 0), digits, exponent))
