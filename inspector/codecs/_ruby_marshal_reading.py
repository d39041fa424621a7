"""One pass over Ruby Marshal data, without recursion.

Each kind of part is a generator that yields where it needs another part and is sent its value,
so that the depth of the data is the length of a list of ours.

Imports the standard library only. Promises that no count in the data makes it reserve memory,
that it stops at :data:`~inspector.codecs._limits.MAX_DEPTH` levels, and that what is linked is
counted as often as it is used.

Format: Ruby's ``marshal.c``, version 4.8 (Ruby 1.8 to 3.4).
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from inspector.codecs._api import CodecError
from inspector.codecs._erlang_parts import Cursor
from inspector.codecs._limits import MAX_DEPTH, TOO_DEEP
from inspector.codecs._ruby_scalars import Symbol
from inspector.codecs._ruby_tags import object_of, plain, ruby_map
from inspector.codecs._ruby_types import of_load, of_marshal_load, of_object, of_subclass
from inspector.codecs._spending import Spending
from inspector.core.payloads import Value

Part = Generator[None, Any, Value]

_UNFINISHED: Final = object()
_INT_BYTES: Final = 1_700
_BIG_BYTES: Final = 12_500
"""Longer whole numbers become ``Decimal``, much longer ones are refused (as in Erlang terms)."""

_FLOATS: Final = {b"inf": float("inf"), b"-inf": float("-inf"), b"nan": float("nan")}


class Reader:
    """Reads the parts of one dump.

    Args:
        raw: the whole dump; reading begins after its two version bytes.
        limit: bytes that the value may cost when it is written out.
    """

    def __init__(self, raw: bytes, limit: int) -> None:
        self._cursor = Cursor(raw, 2)
        self._spending = Spending(limit)
        self._symbols: list[str] = []
        self._objects: list[tuple[Value, int]] = []

    def value(self) -> Value:
        """The one value that the dump holds.

        Raises:
            CodecError: damaged, too deep, too large, followed by something else, or it
                contains itself.
        """
        parts: list[Part] = [self._part()]
        sent: Value = None
        while True:
            try:
                parts[-1].send(sent)
            except StopIteration as done:
                sent = done.value
                parts.pop()
                if not parts:
                    break
                continue
            sent = None
            if len(parts) > MAX_DEPTH:
                raise CodecError(TOO_DEEP)
            parts.append(self._part())
        rest = len(self._cursor.raw) - self._cursor.at
        if rest:
            raise CodecError(f"{rest} bytes follow the end of the data.")
        return plain(sent)

    def _part(self) -> Part:
        """The next part, with the generator of its kind."""
        token = self._cursor.take(1)
        self._spending.spend(0)
        read = _SIMPLE.get(token)
        if read is not None:
            return _ready(read(self))
        made = _PARTS.get(token)
        if made is None:
            raise CodecError(f"The data hold a part of an unknown kind ({token!r}).")
        return made(self)

    # -- parts without parts --------------------------------------------------------------

    def number(self) -> int:
        """A small whole number: one byte, or a count of bytes and the bytes."""
        first = int.from_bytes(self._cursor.take(1), "little", signed=True)
        if first == 0:
            return 0
        if abs(first) >= 5:
            return first - 5 if first > 0 else first + 5
        found = int.from_bytes(self._cursor.take(abs(first)), "little")
        return found if first > 0 else found - (1 << 8 * -first)

    def count(self) -> int:
        """A count of things, each of which takes at least one byte."""
        count = self.number()
        if not 0 <= count <= len(self._cursor.raw) - self._cursor.at:
            raise CodecError("The data promise more than they hold.")
        return count

    def text(self) -> bytes:
        """A count of bytes and the bytes."""
        part = self._cursor.take(self.count())
        self._spending.spend(len(part))
        return part

    def symbol(self) -> Symbol:
        """A new symbol; known to later links by its place."""
        name = _decoded(self.text())
        self._symbols.append(name)
        return Symbol(name)

    def known_symbol(self) -> Symbol:
        """A symbol that was there before."""
        index = self.number()
        if not 0 <= index < len(self._symbols):
            raise CodecError("The data refer to a symbol that they do not hold.")
        name = self._symbols[index]
        self._spending.spend(len(name))
        return Symbol(name)

    def link(self) -> Value:
        """An object that was there before."""
        index = self.number()
        if not 0 <= index < len(self._objects):
            raise CodecError("The data refer to an object that they do not hold.")
        value, cost = self._objects[index]
        if value is _UNFINISHED:
            raise CodecError("The data have a part that contains itself.")
        self._spending.spend(cost)
        return value

    def keep(self, value: Value) -> Value:
        """Remember an object without parts for later links."""
        cost = len(value) if isinstance(value, bytes | str) else 0
        self._objects.append((value, cost))
        return value

    def whole(self) -> int | Decimal:
        """A whole number of any length: its sign, a count of two-byte words, the bytes."""
        negative = self._cursor.take(1) == b"-"
        size = 2 * self.count()
        if size > _BIG_BYTES:
            raise CodecError(f"The data hold a whole number of {size} bytes.")
        number = int.from_bytes(self._cursor.take(size), "little")
        number = -number if negative else number
        found: int | Decimal = number if size <= _INT_BYTES else Decimal(number)
        self.keep(found)
        return found

    def fraction(self) -> Value:
        """A binary fraction, which Ruby writes as the shortest decimal text."""
        text = self.text().partition(b"\0")[0]
        try:
            found: Value = _FLOATS[text] if text in _FLOATS else Decimal(text.decode("ascii"))
        except (InvalidOperation, UnicodeDecodeError):
            raise CodecError("The data hold a number that is none.") from None
        return self.keep(found)

    # -- parts with parts -----------------------------------------------------------------

    def _begin(self) -> tuple[int, int]:
        """The place of an object, taken before its parts are read; and what was spent."""
        self._objects.append((_UNFINISHED, 0))
        return len(self._objects) - 1, self._spending.spent

    def _end(self, begun: tuple[int, int], value: Value) -> Value:
        index, before = begun
        self._objects[index] = (value, self._spending.spent - before)
        return value

    def listed(self) -> Part:
        """An array."""
        begun = self._begin()
        items: list[Value] = []
        for _ in range(self.count()):
            item = yield
            items.append(plain(item))
        return self._end(begun, items)

    def mapped(self, *, default: bool = False) -> Part:
        """A hash; its default value is no part of its content."""
        begun = self._begin()
        pairs: list[tuple[Value, Value]] = []
        for _ in range(self.count()):
            key = yield
            pairs.append((key, plain((yield))))
        if default:
            yield
        return self._end(begun, ruby_map(pairs))

    def _variables(self) -> Generator[None, Any, dict[Value, Value]]:
        """Names and values of instance variables or of members."""
        found: dict[Value, Value] = {}
        for _ in range(self.count()):
            name = yield
            found[str(name).removeprefix("@")] = plain((yield))
        return found

    def object(self) -> Part:
        """An object with instance variables."""
        name = str((yield))
        begun = self._begin()
        fields = yield from self._variables()
        return self._end(begun, of_object(name, fields))

    def struct(self) -> Part:
        """A struct or a data object with members."""
        name = str((yield))
        begun = self._begin()
        fields = yield from self._variables()
        return self._end(begun, object_of(name, fields))

    def marshalled(self) -> Part:
        """An object of a class that has its own ``marshal_dump``."""
        name = str((yield))
        begun = self._begin()
        inner = _without_signs(plain((yield)))
        return self._end(begun, of_marshal_load(name, inner))

    def subclass(self) -> Part:
        """A text, array or hash of a class of its own; registered by what it wraps."""
        name = str((yield))
        return of_subclass(name, plain((yield)))

    def extended(self) -> Part:
        """An object that a module was mixed into: the object alone."""
        yield
        return plain((yield))

    def dumped(self) -> Part:
        """An object of a class that has its own ``_dump``, without variables beside it."""
        name = str((yield))
        return self.keep(of_load(name, self.text(), {}))

    def with_variables(self) -> Part:
        """A text with its encoding, or bytes of ``_dump`` with what stands beside them."""
        token = self._cursor.take(1)
        if token == b'"':
            index = len(self._objects)
            data = self.keep(self.text())
            extra = yield from self._variables()
            text = _encoded(data, extra)
            self._objects[index] = (text, len(data))
            return text
        if token == b":":
            return (yield from self._encoded_symbol())
        if token == b"u":
            name = str((yield))
            data = self.text()
            extra = yield from self._variables()
            return self.keep(of_load(name, data, extra))
        self._cursor.at -= 1
        value = yield
        extra = yield from self._variables()
        return value if not extra.keys() - {"E", "encoding"} else object_of("", [value, extra])

    def _encoded_symbol(self) -> Part:
        index = len(self._symbols)
        data = self.text()
        self._symbols.append("")
        extra = yield from self._variables()
        text = str(_encoded(data, extra))
        self._symbols[index] = text
        return Symbol(text)

    def pattern(self) -> str:
        """A regular expression as its source."""
        source = _decoded(self.text())
        self._cursor.take(1)
        return str(self.keep(source))

    def name_of_class(self) -> str:
        """A class or a module, by name."""
        return str(self.keep(_decoded(self.text())))


def _ready(value: Value) -> Part:
    """A part that is there already."""
    yield from ()
    return value


def _without_signs(value: Value) -> Value:
    """Instance variables that an application dumped itself, without their ``@``."""
    if isinstance(value, dict) and value and all(str(key).startswith("@") for key in value):
        return {str(key)[1:]: item for key, item in value.items()}
    return value


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", "backslashreplace")


def _encoded(data: bytes, extra: dict[Value, Value]) -> str | bytes:
    """A text in the encoding that is named beside it; bytes when it is none."""
    named = extra.get("encoding")
    encoding = "utf-8"
    if isinstance(named, bytes | str):
        encoding = named.decode("latin-1") if isinstance(named, bytes) else named
    try:
        return data.decode(_PYTHON.get(encoding, encoding))
    except (UnicodeDecodeError, LookupError, ValueError):
        return data


_PYTHON: Final = {"Windows-31J": "cp932", "CP949": "cp949", "EUC-JP": "euc_jp"}
"""Encodings that Python calls by another name."""

_SIMPLE: Final[dict[bytes, Callable[[Reader], Value]]] = {
    b"0": lambda r: None,
    b"T": lambda r: True,
    b"F": lambda r: False,
    b"i": Reader.number,
    b":": Reader.symbol,
    b";": Reader.known_symbol,
    b"@": Reader.link,
    b'"': lambda r: r.keep(r.text()),
    b"f": Reader.fraction,
    b"l": Reader.whole,
    b"c": Reader.name_of_class,
    b"m": Reader.name_of_class,
    b"M": Reader.name_of_class,
    b"/": Reader.pattern,
}
_PARTS: Final[dict[bytes, Callable[[Reader], Part]]] = {
    b"[": Reader.listed,
    b"{": Reader.mapped,
    b"}": lambda r: r.mapped(default=True),
    b"o": Reader.object,
    b"S": Reader.struct,
    b"U": Reader.marshalled,
    b"C": Reader.subclass,
    b"e": Reader.extended,
    b"u": Reader.dumped,
    b"I": Reader.with_variables,
}
