"""Reading a message of Protocol Buffers by the type that its descriptor tells.

Names are those of the .proto file, whole numbers are exact, an enum is its name (a number without
a name stays a number), a map is a map with texts as keys, and fields that the type does not know
stay under ``$unknown`` by their numbers. A field that is not there is what its type says: its
default, an empty list or map, or missing where the type tells presence.

Readers of Protocol Buffers are lenient: they cut numbers and pass over fields of another kind. Here
a message that is not of this type is refused: a field of another kind, a number that its
field cannot hold, a missing required field, or no known field at all.

Imports the contract of this package. Source: protobuf.dev, "Encoding", "ProtoJSON Format".
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from inspector.codecs._api import CodecError
from inspector.codecs._limits import require_depth
from inspector.codecs._proto_defaults import (
    BOOL,
    BYTES,
    DOUBLE,
    ENUM,
    FIRST_OF_ENUM,
    FIXED32,
    FIXED64,
    FLOAT,
    GROUP,
    INT32,
    INT64,
    MESSAGE,
    SFIXED32,
    SFIXED64,
    SINT32,
    SINT64,
    STRING,
    UINT32,
    UINT64,
)
from inspector.codecs._proto_known import ANY, KNOWN, has_form, mapped
from inspector.codecs._spending import NODE, Spending
from inspector.codecs.protobuf_wire import (
    BITS32,
    BITS64,
    LENGTH,
    VARINT,
    by_number,
    fields_of,
    varint,
)
from inspector.codecs.protobuf_wire import GROUP as GROUP_WIRE

if TYPE_CHECKING:
    from inspector.codecs._proto_schema import ProtoField, ProtoMessage, ProtoPool
    from inspector.codecs.protobuf_wire import Field
    from inspector.core.payloads import Value

UNKNOWN: Final = "$unknown"
_DEEPEST: Final = 100
"""Messages inside each other, as the libraries of Protocol Buffers have it."""

_WIRES: Final = {
    DOUBLE: BITS64, FIXED64: BITS64, SFIXED64: BITS64, FLOAT: BITS32, FIXED32: BITS32,
    SFIXED32: BITS32, STRING: LENGTH, BYTES: LENGTH, MESSAGE: LENGTH, GROUP: GROUP_WIRE,
}  # fmt: skip
_NEVER_PACKED: Final = frozenset({STRING, BYTES, MESSAGE, GROUP})
_FIXED: Final = {
    DOUBLE: "<d", FLOAT: "<f", FIXED64: "<Q", FIXED32: "<I", SFIXED64: "<q", SFIXED32: "<i",
}  # fmt: skip


def read_message(
    raw: bytes, message: ProtoMessage, pool: ProtoPool, limit: int
) -> tuple[Value, bool]:
    """The message, and whether it holds fields that its type does not know.

    Args:
        limit: most bytes that the value may stand for.

    Raises:
        TooLarge: it stands for more.
        CodecError: it is no message, or not one of this type.
    """
    reader = _Reader(pool, limit)
    value = reader.message(raw, message, 1)
    require_depth(value)
    return value, reader.met_unknown


class _Reader:
    def __init__(self, pool: ProtoPool, limit: int) -> None:
        self._pool = pool
        self._spending = Spending(limit)
        self.met_unknown = False

    def message(self, raw: bytes, message: ProtoMessage, depth: int) -> Value:
        """The value of a message."""
        if depth > _DEEPEST:
            raise CodecError(f"Messages nest deeper than {_DEEPEST} levels.")
        self._spending.spend(NODE * len(message.fields))  # what is not there is shown, too
        known, unknown = _sorted(fields_of(raw), message)
        if unknown and not known:
            raise CodecError(f"Not of the type {message.name}: none of its fields is there.")
        made: dict[str, Value] = {}
        for number, field in message.fields.items():
            self._add(made, field, known.get(number, []), message, depth)
        if unknown:
            self.met_unknown = True
            for _, _, content in unknown:
                self._spending.spend(len(content) if isinstance(content, bytes) else 0)
            made[UNKNOWN] = by_number(unknown)
        if message.name == ANY and UNKNOWN not in made:
            return self._any(made, depth)
        return mapped(message.name, made)

    def _add(
        self,
        made: dict[str, Value],
        field: ProtoField,
        found: list[Field],
        message: ProtoMessage,
        depth: int,
    ) -> None:
        """Put the value of a field in, if it has one."""
        if field.repeated:
            self._add_many(made, field, found, depth)
        elif found and field.kind in (MESSAGE, GROUP):
            made[field.name] = self._one(field, _merged(field, found), depth)
        elif found:
            *_, made[field.name] = self._values(field, found, depth)
        elif field.required:
            raise CodecError(f"Not of the type {message.name}: {field.name} is missing.")
        elif field.default is FIRST_OF_ENUM:
            made[field.name] = next(iter(self._enum(field).values()), 0)
        elif field.default is not None:
            made[field.name] = field.default

    def _add_many(
        self, made: dict[str, Value], field: ProtoField, found: list[Field], depth: int
    ) -> None:
        if field.name.startswith("[") and not found:
            return  # an extension that nobody used
        entry = self._type(field.of) if field.kind == MESSAGE else None
        values = self._values(field, found, depth)
        if entry is None or not entry.entry:
            made[field.name] = list(values)
            return
        pairs = (self._pair(entry, value) for value in values)
        made[field.name] = dict(pairs)  # of equal keys the last one counts, as the format says

    def _pair(self, entry: ProtoMessage, value: Value) -> tuple[str, Value]:
        """Key and value of a map's entry; either may be left out when it is its default."""
        key_field, field = entry.fields[1], entry.fields[2]
        key = value.get(key_field.name, "" if key_field.kind == STRING else 0)
        if field.name in value:
            held = value[field.name]
        elif field.kind == MESSAGE and (of := self._type(field.of)) is not None:
            held = self.message(b"", of, _DEEPEST)
        elif field.kind == ENUM:
            held = next(iter(self._enum(field).values()), 0)
        else:
            held = _EMPTY.get(field.kind, 0)
        return _key_text(key), held

    def _values(self, field: ProtoField, found: list[Field], depth: int) -> Iterator[Value]:
        """The values of a field; numbers may be packed together."""
        for _, wire, content in found:
            wanted = _WIRES.get(field.kind, VARINT)
            if wire == wanted:
                yield self._one(field, content, depth)
            elif wire == LENGTH and field.repeated and field.kind not in _NEVER_PACKED:
                for one in _unpacked(content, wanted):
                    yield self._one(field, one, depth)
            else:
                raise _another_kind(field)

    def _one(self, field: ProtoField, content: int | bytes, depth: int) -> Value:
        self._spending.spend(len(content) if isinstance(content, bytes) else 0)
        if isinstance(content, int):
            return self._whole(field, content)
        if field.kind in _FIXED:
            return struct.unpack(_FIXED[field.kind], content)[0]
        if field.kind == STRING:
            return _decoded(field, content)
        if field.kind == BYTES:
            return content
        of = self._type(field.of)
        if of is None:  # the set was made without the file that defines it
            self.met_unknown = True
            return content
        return self.message(content, of, depth + 1)

    def _whole(self, field: ProtoField, number: int) -> Value:
        try:
            value = _WHOLE[field.kind](number)
        except (OverflowError, KeyError):
            message = f"Does not fit its type: {field.name} cannot hold such a number."
            raise CodecError(message) from None
        return self._enum(field).get(value, value) if field.kind == ENUM else value

    def _any(self, made: dict[str, Value], depth: int) -> Value:
        """The message inside, beside its type; bytes where that is not known."""
        url = made["type_url"]
        of = self._type(url.rpartition("/")[2])
        if of is None:
            return {"@type": url, "value": made["value"]}
        inner = self.message(made["value"], of, depth + 1)
        if has_form(of.name) or not isinstance(inner, dict):
            return {"@type": url, "value": inner}
        return {"@type": url, **inner}

    def _type(self, name: str) -> ProtoMessage | None:
        return self._pool.messages.get(name) or KNOWN.messages.get(name)

    def _enum(self, field: ProtoField) -> Mapping[int, str]:
        return self._pool.enums.get(field.of) or KNOWN.enums.get(field.of) or {}


def _sorted(
    fields: list[Field], message: ProtoMessage
) -> tuple[dict[int, list[Field]], list[Field]]:
    """Fields by number, and those that the type does not know; of a choice only the last."""
    known: dict[int, list[Field]] = {}
    chosen: dict[int, int] = {}
    unknown: list[Field] = []
    for one in fields:
        number = one[0]
        field = message.fields.get(number)
        if field is None:
            unknown.append(one)
            continue
        if field.oneof is not None:
            before = chosen.get(field.oneof)
            if before not in (None, number):
                known.pop(before, None)
            chosen[field.oneof] = number
        known.setdefault(number, []).append(one)
    return known, unknown


def _another_kind(field: ProtoField) -> CodecError:
    return CodecError(f"Does not fit its type: {field.name} is of another kind.")


def _merged(field: ProtoField, found: list[Field]) -> bytes:
    """Messages of one field are one message, as if their bytes stood after each other."""
    parts = [content for _, wire, content in found if wire == _WIRES[field.kind]]
    if len(parts) != len(found):
        raise _another_kind(field)
    return b"".join(part for part in parts if isinstance(part, bytes))


def _unpacked(content: int | bytes, wire: int) -> Iterator[int | bytes]:
    if not isinstance(content, bytes):
        return
    at = 0
    size = {BITS64: 8, BITS32: 4}.get(wire)
    if size is not None and len(content) % size:
        raise CodecError("Does not fit its type: packed numbers are cut off.")
    while at < len(content):
        if size is None:
            number, at = varint(content, at)
            yield number
        else:
            yield content[at : at + size]
            at += size


def _decoded(field: ProtoField, content: bytes) -> Value:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        if field.checked:
            raise CodecError(f"Does not fit its type: {field.name} is no UTF-8.") from None
        return content  # old types promise nothing about their texts


def _key_text(key: Value) -> str:
    """A map's key as JSON's mapping has it."""
    if isinstance(key, bool):
        return "true" if key else "false"
    return key if isinstance(key, str) else str(key)


def _signed(bits: int) -> Callable[[int], int]:
    """A number in two's complement of 64 bits that must fit into so many."""

    def read(number: int) -> int:
        value = number - (1 << 64) if number >> 63 else number
        if not -(1 << (bits - 1)) <= value < 1 << (bits - 1):
            raise OverflowError
        return value

    return read


def _unsigned(bits: int) -> Callable[[int], int]:
    def read(number: int) -> int:
        if number >> bits:
            raise OverflowError
        return number

    return read


def _zigzag(bits: int) -> Callable[[int], int]:
    def read(number: int) -> int:
        if number >> bits:
            raise OverflowError
        return (number >> 1) ^ -(number & 1)

    return read


def _truth(number: int) -> bool:
    if number > 1:
        raise OverflowError
    return bool(number)


_WHOLE: Final[Mapping[int, Callable[[int], int]]] = {
    INT64: _signed(64), INT32: _signed(32), UINT64: _unsigned(64), UINT32: _unsigned(32),
    SINT64: _zigzag(64), SINT32: _zigzag(32), ENUM: _signed(32), BOOL: _truth,
}  # fmt: skip
_EMPTY: Final[Mapping[int, Value]] = {
    STRING: "", BYTES: b"", BOOL: False, DOUBLE: 0.0, FLOAT: 0.0,
}  # fmt: skip
