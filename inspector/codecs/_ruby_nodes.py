"""Ruby Marshal 4.8 with nothing lost: symbols, classes, and what is linked to twice.

What is read here was read before by the codec, which bounds its size and depth. Parts that only
a class knows (decimals, times, structures of a gem) stay opaque: they can be written where they
were, and nothing new can be written like them.

Imports the standard library and the nodes. Promises that what is read and written again is what
it was, or that reading fails.

Format: ``marshal.c`` of Ruby 1.9 to 3.4.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from inspector.codecs._api import CodecError
from inspector.codecs._nodes import (
    FLOAT,
    LIST,
    MAP,
    NULL,
    OBJECT,
    OPAQUE,
    SYMBOL,
    TEXT,
    TRUTH,
    WHOLE,
    WRAPPED,
    Node,
)

_HEAD: Final = b"\x04\x08"
_SMALL: Final = 1 << 30


class SymbolKey(str):
    """A name that is a symbol."""

    __slots__ = ()


class TextKey(str):
    """A name that is a text in UTF-8."""

    __slots__ = ()


_UTF8: Final = (("E", True),)


def read_marshal(data: bytes) -> Node:
    """The value of a dump.

    Raises:
        CodecError: it holds what cannot be written again.
    """
    if data[:2] != _HEAD:
        raise CodecError("Marshal data begin with the bytes 4 and 8")
    reader = _Reader(data)
    node = reader.part()
    if reader.at != len(data):
        raise CodecError("something follows the Marshal data")
    return node


class _Reader:
    """A place in a dump, with what links may refer to."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 2
        self.symbols: list[str] = []
        self.objects: list[Node] = []

    def part(self) -> Node:
        token = self._take(1)
        read = _PARTS.get(token)
        if read is None:
            raise CodecError(f"the snapshots hold a part ({token!r}) that is read, but not written")
        return read(self)

    def _take(self, size: int) -> bytes:
        part = self.data[self.at : self.at + size]
        if len(part) != size:
            raise CodecError("the Marshal data end too early")
        self.at += size
        return part

    def number(self) -> int:
        first = int.from_bytes(self._take(1), "little", signed=True)
        if first == 0 or abs(first) >= 5:
            return first - 5 if first > 0 else first + 5 if first else 0
        found = int.from_bytes(self._take(abs(first)), "little")
        return found if first > 0 else found - (1 << 8 * -first)

    def name(self) -> str:
        """A symbol, new or known."""
        token = self._take(1)
        if token == b";":
            return self.symbols[self.number()]
        if token != b":":
            raise CodecError("a name is no plain symbol")
        self.symbols.append(self._take(self.number()).decode("utf-8"))
        return self.symbols[-1]

    def numbered(self, node: Node) -> Node:
        """A node that links may refer to."""
        self.objects.append(node)
        return node

    def symbol(self) -> Node:
        self.at -= 1
        return Node(SYMBOL, self.name())

    def link(self) -> Node:
        return self.objects[self.number()]

    def bytes(self) -> Node:
        return self.numbered(Node(OPAQUE, self._take(self.number()), tag='"'))

    def marked(self) -> Node:
        """A text and its encoding."""
        if self._take(1) != b'"':
            raise CodecError("a part with variables is no text")
        node = self.numbered(Node(TEXT, self._take(self.number()).decode("utf-8")))
        marks = []
        for _ in range(self.number()):
            name, told = self.name(), self._take(1)
            if name != "E" or told not in b"TF":
                raise CodecError("a text is in another encoding than UTF-8")
            marks.append((name, told == b"T"))
        node.marks = tuple(marks)
        return node

    def big(self) -> Node:
        sign = self._take(1)
        found = int.from_bytes(self._take(2 * self.number()), "little")
        return self.numbered(Node(WHOLE, found if sign == b"+" else -found))

    def fraction(self) -> Node:
        return self.numbered(Node(FLOAT, self._take(self.number()).decode("ascii")))

    def array(self) -> Node:
        node = self.numbered(Node(LIST))
        node.items = [(None, self.part()) for _ in range(self.number())]
        return node

    def hash(self) -> Node:
        node = self.numbered(Node(MAP))
        for _ in range(self.number()):
            key = self.part()
            if key.kind == SYMBOL:
                node.items.append((SymbolKey(key.value), self.part()))
            elif key.kind == TEXT and key.marks == _UTF8:
                node.items.append((TextKey(key.value), self.part()))
            else:
                raise CodecError("a name in a map is neither a symbol nor a text")
        return node

    def object(self) -> Node:
        return self._named("o")

    def struct(self) -> Node:
        return self._named("S")

    def _named(self, tag: str) -> Node:
        node = self.numbered(Node(OBJECT, name=self.name(), tag=tag))
        node.items = [(self.name(), self.part()) for _ in range(self.number())]
        return node

    def wrapped(self) -> Node:
        node = self.numbered(Node(WRAPPED, name=self.name(), tag="U"))
        node.items = [(None, self.part())]
        return node


_PARTS: Final[dict[bytes, Callable[[_Reader], Node]]] = {
    b"0": lambda r: Node(NULL),
    b"T": lambda r: Node(TRUTH, True),
    b"F": lambda r: Node(TRUTH, False),
    b"i": lambda r: Node(WHOLE, r.number()),
    b":": _Reader.symbol,
    b";": _Reader.symbol,
    b"@": _Reader.link,
    b'"': _Reader.bytes,
    b"I": _Reader.marked,
    b"l": _Reader.big,
    b"f": _Reader.fraction,
    b"[": _Reader.array,
    b"{": _Reader.hash,
    b"o": _Reader.object,
    b"S": _Reader.struct,
    b"U": _Reader.wrapped,
}


def write_marshal(node: Node) -> bytes:
    """The node as ``Marshal.dump`` writes it."""
    writer = _Writer()
    writer.part(node)
    return _HEAD + b"".join(writer.out)


class _Writer:
    """What was written, with what links can refer to."""

    def __init__(self) -> None:
        self.out: list[bytes] = []
        self._symbols: dict[str, int] = {}
        self._objects: dict[int, int] = {}
        self._count = 0

    def part(self, node: Node) -> None:
        if node.kind in (NULL, TRUTH):
            self.out.append(b"0" if node.kind == NULL else b"T" if node.value else b"F")
        elif node.kind == SYMBOL:
            self._name(node.value)
        elif node.kind == WHOLE and -_SMALL <= node.value < _SMALL:
            self.out += [b"i", _number(node.value)]
        elif id(node) in self._objects:
            self.out += [b"@", _number(self._objects[id(node)])]
        else:
            self._objects[id(node)] = self._count
            self._count += 1
            self._numbered(node)

    def _numbered(self, node: Node) -> None:
        if node.kind == TEXT:
            self._text(node.value, node.marks)
        elif node.kind == WHOLE:
            self._big(node.value)
        elif node.kind == FLOAT:
            self._bytes(b"f", _ruby_float(node.value))
        elif node.kind == OPAQUE:
            self._bytes(b'"', node.value)
        elif node.kind == LIST:
            self.out += [b"[", _number(len(node.items))]
            for _, item in node.items:
                self.part(item)
        elif node.kind == MAP:
            self._map(node)
        else:
            self._object(node)

    def _map(self, node: Node) -> None:
        self.out += [b"{", _number(len(node.items))]
        for key, item in node.items:
            if isinstance(key, SymbolKey):
                self._name(key)
            else:
                self._count += 1
                self._text(key, _UTF8)
            self.part(item)

    def _object(self, node: Node) -> None:
        self.out.append(node.tag.encode())
        self._name(node.name)
        if node.kind == WRAPPED:
            self.part(node.items[0][1])
            return
        self.out.append(_number(len(node.items)))
        for key, item in node.items:
            self._name(key)
            self.part(item)

    def _name(self, name: str) -> None:
        known = self._symbols.get(name)
        if known is None:
            self._symbols[str(name)] = len(self._symbols)
            self._bytes(b":", name.encode("utf-8"))
        else:
            self.out += [b";", _number(known)]

    def _bytes(self, token: bytes, data: bytes) -> None:
        self.out += [token, _number(len(data)), data]

    def _text(self, text: str, marks: tuple[tuple[str, bool], ...]) -> None:
        self._bytes(b'I"', text.encode("utf-8"))
        self.out.append(_number(len(marks)))
        for name, told in marks:
            self._name(name)
            self.out.append(b"T" if told else b"F")

    def _big(self, number: int) -> None:
        shorts = (abs(number).bit_length() + 15) // 16
        self.out += [b"l", b"-" if number < 0 else b"+", _number(shorts)]
        self.out.append(abs(number).to_bytes(2 * shorts, "little"))


def _number(number: int) -> bytes:
    if number == 0:
        return b"\0"
    if 0 < number < 123:
        return bytes([number + 5])
    if -124 < number < 0:
        return (number - 5).to_bytes(1, "little", signed=True)
    size = 1
    while not -(1 << 8 * size) <= number < 1 << 8 * size:
        size += 1
    head = (size if number > 0 else -size).to_bytes(1, "little", signed=True)
    return head + (number % (1 << 8 * size)).to_bytes(size, "little")


def _ruby_float(text: str) -> bytes:
    """Digits without an exponent, as Ruby spells them from 0.0001 to sixteen digits.

    Raises:
        CodecError: it has more digits than a binary number keeps, or needs an exponent.
    """
    number: Any = float(text)
    if Decimal(repr(number)) != Decimal(text):
        raise CodecError(f"the number {text} has more digits than Ruby keeps")
    if "e" in repr(number):
        raise CodecError(f"how Ruby writes the number {text} is not known for certain")
    return repr(number).removesuffix(".0").encode()
