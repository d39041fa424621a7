"""One pass over serialised PHP, without recursion.

PHP numbers every value that it writes (keys are no values), and a reference names such a
number. An ``R`` takes no number of its own, an ``r`` does.

Imports the standard library only. Promises that no count in the data makes it reserve memory,
that it stops at :data:`~inspector.codecs._limits.MAX_DEPTH` levels, and that all references
together add at most :data:`_COPIES` values.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Final

from inspector.codecs._api import CodecError
from inspector.codecs._limits import MAX_DEPTH, TOO_DEEP, require_depth
from inspector.core.payloads import Value

_COPIES: Final = 200_000
_NUMBER: Final = re.compile(rb"(\d{1,10}):")
_REST: Final = re.compile(rb":([^;]{1,400});")
_WHOLE: Final = re.compile(rb"[+-]?\d+\Z")
_FRACTION: Final = re.compile(rb"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\Z")
_ESCAPE: Final = re.compile(rb"\\([0-9a-fA-F]{2})")
_ODD: Final = {b"INF": float("inf"), b"-INF": float("-inf"), b"NAN": float("nan")}
_CLASS: Final = "$class"
_OPEN: Final = object()

_Key = str | bytes | int


class _Frame:
    """An array or object that is still being filled.

    Attributes:
        slot: its number, for references.
        left: how many entries are still to come.
        key: the key of the entry whose value is being read.
        size: how many values are in it, those of references included.
    """

    __slots__ = ("entries", "key", "left", "owner", "size", "slot")

    def __init__(self, slot: int, left: int, owner: str | None) -> None:
        self.slot = slot
        self.left = left
        self.owner = owner
        self.key: _Key = ""
        self.entries: list[tuple[_Key, Value]] = []
        self.size = 1

    def value(self) -> Value:
        """The finished list, map or object."""
        if self.owner is not None:
            return {_CLASS: self.owner, **_properties(self.entries, self.owner)}
        if all(key == i for i, (key, _) in enumerate(self.entries)):
            return [value for _, value in self.entries]
        return _mapped(self.entries)


def read_value(data: bytes) -> Value:
    """The value that fills the bytes.

    Raises:
        CodecError: see :class:`inspector.codecs.php_serialized.PhpSerialized`.
    """
    reader = _Reader(data)
    value = reader.whole()
    if reader.at != len(data):
        raise CodecError(f"{len(data) - reader.at} bytes follow the end of the PHP value.")
    if reader.referred:  # a reference may hang a deep value still deeper
        require_depth(value)
    return value


class _Reader:
    """A place in the bytes, and the values that were read so far."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.referred = False
        self._slots: list[tuple[Value, int]] = []
        self._copied = 0

    def whole(self) -> Value:
        """One value with everything inside it."""
        frames: list[_Frame] = []
        while True:
            made, size = self._next(frames)
            while made.__class__ is not _Frame or made.left == 0:
                if made.__class__ is _Frame:
                    made, size = self._closed(made)
                if not frames:
                    return made
                top = frames[-1]
                top.entries.append((top.key, made))
                top.size += size
                top.left -= 1
                if top.left:
                    break
                made = frames.pop()
            else:
                frames.append(made)
                if len(frames) > MAX_DEPTH:
                    raise CodecError(TOO_DEEP)
            frames[-1].key = self._key()

    def _closed(self, frame: _Frame) -> tuple[Value, int]:
        self._expect(b"}")
        value = frame.value()
        self._slots[frame.slot] = (value, frame.size)
        return value, frame.size

    def _next(self, frames: list[_Frame]) -> tuple[Value, int]:
        """A value with its size, or the frame of a container."""
        kind = self.data[self.at : self.at + 1]
        if kind in (b"r", b"R"):
            return self._reference(kind)
        read = _READERS.get(kind)
        if read is None:
            raise self._fault("no value begins here")
        slot = len(self._slots)
        self._slots.append((_OPEN, 0))
        made = read(self, slot)
        if made.__class__ is _Frame:
            return made, 0
        self._slots[slot] = (made, 1)
        return made, 1

    def _reference(self, kind: bytes) -> tuple[Value, int]:
        number = self._whole_number()
        if not 1 <= number <= len(self._slots):
            raise self._fault(f"the reference {number} leads nowhere")
        value, size = self._slots[number - 1]
        if value is _OPEN:
            value, size = {"$ref": number}, 1
        self.referred = True
        self._copied += size
        if self._copied > _COPIES:
            raise CodecError("Its references repeat each other beyond all measure.")
        if kind == b"r":
            self._slots.append((value, size))
        return value, size

    # -- parts of the notation ------------------------------------------------------------

    def _fault(self, what: str) -> CodecError:
        return CodecError(f"Not serialised PHP: {what} (byte {self.at}).")

    def _expect(self, wanted: bytes) -> None:
        if self.data[self.at : self.at + len(wanted)] != wanted:
            raise self._fault(f"{wanted.decode('ascii')!r} was expected")
        self.at += len(wanted)

    def _rest(self) -> bytes:
        """What stands between the colon and the semicolon."""
        found = _REST.match(self.data, self.at + 1)
        if found is None:
            raise self._fault("a number was expected")
        self.at = found.end()
        return found[1]

    def _whole_number(self) -> int:
        text = self._rest()
        if not _WHOLE.match(text):
            raise self._fault("a whole number was expected")
        return int(text)

    def _count(self) -> int:
        """A count and the colon behind it."""
        found = _NUMBER.match(self.data, self.at)
        if found is None:
            raise self._fault("a count was expected")
        self.at = found.end()
        return int(found[1])

    def _quoted(self) -> bytes:
        """``<count>:"<bytes>"``, without what follows."""
        size = self._count()
        start = self.at + 1
        self._expect(b'"')
        if start + size > len(self.data):
            raise self._fault(f"a text of {size} bytes does not fit")
        self.at = start + size
        self._expect(b'"')
        return self.data[start : start + size]

    def _key(self) -> _Key:
        """The key of the next entry: a text or a whole number."""
        kind = self.data[self.at : self.at + 1]
        if kind == b"i":
            return self._whole_number()
        if kind == b"s":
            return _text(self.string())
        if kind == b"S":
            return _text(self.escaped())
        raise self._fault("a key was expected")

    # -- values ---------------------------------------------------------------------------

    def null(self) -> None:
        """``N;``"""
        self._expect(b"N;")

    def truth(self) -> bool:
        """``b:1;``"""
        text = self._rest()
        if text not in (b"0", b"1"):
            raise self._fault("0 or 1 was expected")
        return text == b"1"

    def integer(self) -> int:
        """``i:42;``"""
        return self._whole_number()

    def fraction(self) -> Value:
        """``d:0.1;`` with all its digits."""
        text = self._rest()
        if text in _ODD:
            return _ODD[text]
        if not _FRACTION.match(text):
            raise self._fault("a number was expected")
        try:
            return Decimal(text.decode("ascii"))
        except InvalidOperation:
            raise self._fault("the number is beyond what can be kept exactly") from None

    def string(self) -> bytes:
        """``s:2:"ab";``"""
        self._expect(b"s:")
        found = self._quoted()
        self._expect(b";")
        return found

    def escaped(self) -> bytes:
        r"""``S:2:"a\62";``: the count is of the bytes that are meant."""
        self._expect(b"S:")
        size = self._count()
        self._expect(b'"')
        parts = bytearray()
        while len(parts) < size:
            found = _ESCAPE.match(self.data, self.at)
            if found is not None:
                parts.append(int(found[1], 16))
                self.at = found.end()
            elif self.at < len(self.data):
                parts.append(self.data[self.at])
                self.at += 1
            else:
                raise self._fault("the text ends too early")
        self._expect(b'";')
        return bytes(parts)

    def array(self, slot: int) -> _Frame:
        """``a:1:{…}``"""
        self._expect(b"a:")
        return self._opened(slot, None)

    def object(self, slot: int) -> _Frame:
        """``O:1:"A":1:{…}``"""
        self._expect(b"O:")
        owner = _name(self._quoted())
        self._expect(b":")
        return self._opened(slot, owner)

    def _opened(self, slot: int, owner: str | None) -> _Frame:
        count = self._count()
        self._expect(b"{")
        return _Frame(slot, count, owner)

    def custom(self) -> Value:
        """``C:1:"A":3:{xyz}``: a form that only the class knows."""
        self._expect(b"C:")
        owner = _name(self._quoted())
        self._expect(b":")
        size = self._count()
        self._expect(b"{")
        if self.at + size > len(self.data):
            raise self._fault(f"{size} bytes do not fit")
        inside = self.data[self.at : self.at + size]
        self.at += size
        self._expect(b"}")
        return {_CLASS: owner, "$data": _text(inside)}

    def case(self) -> Value:
        """``E:4:"A:B";``: one case of an enumeration."""
        self._expect(b"E:")
        owner, _, name = _name(self._quoted()).rpartition(":")
        self._expect(b";")
        return {_CLASS: owner, "$case": name}


_READERS: Final[dict[bytes, Callable[[_Reader, int], Value]]] = {
    b"N": lambda r, _: r.null(),
    b"b": lambda r, _: r.truth(),
    b"i": lambda r, _: r.integer(),
    b"d": lambda r, _: r.fraction(),
    b"s": lambda r, _: _text(r.string()),
    b"S": lambda r, _: _text(r.escaped()),
    b"a": lambda r, slot: r.array(slot),
    b"O": lambda r, slot: r.object(slot),
    b"C": lambda r, _: r.custom(),
    b"E": lambda r, _: r.case(),
}


def _text(data: bytes) -> str | bytes:
    """Text where it is UTF-8, else the bytes."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data


def _name(data: bytes) -> str:
    return data.decode("utf-8", "backslashreplace")


def _mapped(entries: list[tuple[_Key, Value]]) -> dict[str, Value]:
    """A map with text keys; of repeated keys the last counts, as in PHP."""
    return {_key_text(key): value for key, value in entries}


def _key_text(key: _Key) -> str:
    return key.decode("utf-8", "backslashreplace") if isinstance(key, bytes) else str(key)


def _properties(entries: list[tuple[_Key, Value]], owner: str) -> dict[str, Value]:
    r"""Properties without the marks ``\0*\0`` (protected) and ``\0Class\0`` (private).

    A private property that a parent class has too keeps its class: ``Parent::name``.
    """
    found: dict[str, Value] = {}
    for key, value in entries:
        name = _key_text(key)
        if name.startswith("\0"):
            where, _, name = name[1:].partition("\0")
            if where not in ("*", owner) and name:
                name = name if name not in found else f"{where}::{name}"
        if name in found or name == _CLASS:
            name = f"{owner}::{name}"
        found[name] = value
    return found
