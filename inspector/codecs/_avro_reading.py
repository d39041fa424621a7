"""Reading a value of an Avro schema, to the last byte or not at all.

A body of Avro has no marks: read with another schema, it may still seem to be something. So every
rule of the form is held to: numbers in their range and not longer than needed be, texts in UTF-8,
truth values 0 or 1, branches and symbols that exist, decimals within their precision, and no byte
left over.

Imports the standard library and the contract of this package. Promises that nothing is reserved
that the bytes do not hold, and that items which cost no bytes count against the limit.

Source: Apache Avro specification 1.12, "Binary Encoding", "Logical Types".
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from inspector.codecs._api import CodecError
from inspector.codecs._avro_logical import meant
from inspector.codecs._limits import MAX_DEPTH, TOO_DEEP
from inspector.codecs._maps import make_map
from inspector.codecs._spending import Spending

if TYPE_CHECKING:
    from inspector.codecs._avro_schema import AvroType
    from inspector.core.payloads import Value

_INT: Final = 1 << 31
_LONGEST: Final = 10


def read_avro(raw: bytes, schema: AvroType, limit: int, at: int = 0) -> Value:
    """The value that the bytes from ``at`` on hold.

    Args:
        limit: most bytes that the value may stand for.

    Raises:
        TooLarge: it stands for more.
        CodecError: the bytes do not fit the schema, or are more or fewer than it needs.
    """
    reader = _Reader(raw, at, limit)
    value = reader.value(schema, 0)
    if reader.at != len(raw):
        rest = len(raw) - reader.at
        raise CodecError(f"Does not fit the schema: bytes are left over ({rest}).")
    return value


class _Reader:
    __slots__ = ("_raw", "_spending", "at")

    def __init__(self, raw: bytes, at: int, limit: int) -> None:
        self._raw = raw
        self.at = at
        self._spending = Spending(limit)

    def value(self, schema: AvroType, depth: int) -> Value:
        """One value; calls itself twice at most for a level."""
        told = schema.telling
        if schema.kind == "union":
            schema = self._branch(schema)
        kind = schema.kind
        if kind in ("record", "array", "map"):
            if depth >= MAX_DEPTH:
                raise CodecError(TOO_DEEP)
            return self._container(schema, depth + 1, told=told)
        value = self._scalar(schema)
        self._spending.spend(len(value) if isinstance(value, (str, bytes)) else 0)
        return meant(schema, value) if schema.logical else value

    def _container(self, schema: AvroType, depth: int, *, told: bool) -> Value:
        self._spending.spend(0)
        if schema.kind == "record":
            made: dict[str, Value] = {"$type": schema.name} if told else {}
            for name, inner in schema.fields:
                made[name] = self.value(inner, depth)
            return made
        assert schema.items is not None  # noqa: S101 - what an array or map is made with
        if schema.kind == "array":
            items: list[Value] = []
            while count := self._block():
                for _ in range(count):
                    items.append(self.value(schema.items, depth))  # noqa: PERF401 - frames
            return items
        pairs: list[tuple[Value, Value]] = []
        while count := self._block():
            for _ in range(count):
                key = self.text()
                self._spending.spend(len(key))
                pairs.append((key, self.value(schema.items, depth)))
        return make_map(pairs)

    def _block(self) -> int:
        """How many items follow; a negative count is followed by the bytes they take."""
        count = self.number()
        if count >= 0:
            return count
        size = self.number()
        if size < 0 or size > len(self._raw) - self.at:
            raise CodecError("Does not fit the schema: a block is longer than what is there.")
        return -count

    def _branch(self, schema: AvroType) -> AvroType:
        index = self.number()
        if not 0 <= index < len(schema.branches):
            raise CodecError("Does not fit the schema: a union has no such branch.")
        return schema.branches[index]

    def _scalar(self, schema: AvroType) -> Value:
        return _SCALARS[schema.kind](self, schema)

    def integer(self) -> int:
        """A number of 32 bits."""
        number = self.number()
        if not -_INT <= number < _INT:
            raise CodecError("Does not fit the schema: an int is out of its range.")
        return number

    def truth(self) -> bool:
        """One byte, 0 or 1."""
        byte = self.bytes(1)[0]
        if byte > 1:
            raise CodecError("Does not fit the schema: a truth value is neither 0 nor 1.")
        return bool(byte)

    def symbol(self, schema: AvroType) -> str:
        """One of an enum's."""
        index = self.number()
        if not 0 <= index < len(schema.symbols):
            raise CodecError(f"Does not fit the schema: {schema.name} has no such symbol.")
        return schema.symbols[index]

    def text(self) -> str:
        """UTF-8 with its length before it."""
        try:
            return self.bytes(self.length()).decode("utf-8")
        except UnicodeDecodeError:
            raise CodecError("Does not fit the schema: a text is no UTF-8.") from None

    def length(self) -> int:
        """A number that is not negative."""
        length = self.number()
        if length < 0:
            raise CodecError("Does not fit the schema: a length is negative.")
        return length

    def bytes(self, length: int) -> bytes:
        """So many."""
        end = self.at + length
        if end > len(self._raw):
            raise CodecError("Does not fit the schema: the bytes end too early.")
        found = self._raw[self.at : end]
        self.at = end
        return found

    def number(self) -> int:
        """A zig-zag number of 64 bits."""
        raw, at = self._raw, self.at
        number = 0
        for count in range(_LONGEST):
            if at >= len(raw):
                raise CodecError("Does not fit the schema: the bytes end within a number.")
            byte = raw[at]
            at += 1
            number |= (byte & 127) << (7 * count)
            if byte < 128:
                if number >> 64 or (count and not byte):
                    break
                self.at = at
                return (number >> 1) ^ -(number & 1)
        raise CodecError("Does not fit the schema: a number is longer than may be.")


_SCALARS: Final[Mapping[str, Callable[[_Reader, AvroType], Value]]] = {
    "null": lambda reader, schema: None,
    "boolean": lambda reader, schema: reader.truth(),
    "int": lambda reader, schema: reader.integer(),
    "long": lambda reader, schema: reader.number(),
    "float": lambda reader, schema: struct.unpack("<f", reader.bytes(4))[0],
    "double": lambda reader, schema: struct.unpack("<d", reader.bytes(8))[0],
    "bytes": lambda reader, schema: reader.bytes(reader.length()),
    "string": lambda reader, schema: reader.text(),
    "fixed": lambda reader, schema: reader.bytes(schema.size),
    "enum": _Reader.symbol,
}
