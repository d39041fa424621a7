"""Message types of Protocol Buffers, out of a descriptor set that the user gives.

``protoc --descriptor_set_out=FILE --include_imports`` writes such a set; it is a message itself
and is read by the numbers of its own fields. What is needed of it is kept: names, numbers, kinds,
presence, and what a field is when it is not there.

Not with ``protobuf`` (7.36: 1.5 MB installed): its pool takes a set whole or not at all without
saying which import is missing, cuts numbers that are too large for their field, and hides unknown
fields behind a second interface. Tests compare with it.

Imports the contract of this package. Source: google/protobuf/descriptor.proto.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from inspector.codecs._avro_schema import SchemaError
from inspector.codecs._proto_defaults import (
    ENUM,
    GROUP,
    MESSAGE,
    plain_default,
    told_default,
)
from inspector.codecs.protobuf_wire import fields_of
from inspector.core.payloads import Value

_REQUIRED, _REPEATED = 2, 3
_IMPLICIT, _LEGACY_REQUIRED, _DELIMITED = 2, 3, 2
_DEEPEST: Final = 100

Parts = Mapping[int, list["int | bytes"]]


@dataclass(frozen=True, slots=True)
class ProtoField:
    """One field.

    Attributes:
        kind: number of its type, as descriptors have it.
        of: full name of its message or enum.
        default: what it is when it is not there; ``None``: it is missing then.
        oneof: which of the message's choices it belongs to, or ``None``.
        checked: its texts must be UTF-8.
    """

    number: int
    name: str
    kind: int
    of: str = ""
    repeated: bool = False
    required: bool = False
    default: Value = None
    oneof: int | None = None
    checked: bool = True


@dataclass(frozen=True, slots=True)
class ProtoMessage:
    """One message type.

    Attributes:
        file: the .proto file that defines it.
        path: its place in that file: index of the message, then of those inside of it.
        entry: it is the entry of a map.
    """

    name: str
    fields: Mapping[int, ProtoField]
    file: str = ""
    path: tuple[int, ...] = ()
    entry: bool = False


@dataclass(frozen=True, slots=True)
class ProtoPool:
    """Messages and enums by full name; an enum is names by number."""

    messages: Mapping[str, ProtoMessage] = field(default_factory=dict)
    enums: Mapping[str, Mapping[int, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Settings:
    """What holds for the fields below, unless they say otherwise."""

    implicit: bool = False
    required: bool = False
    delimited: bool = False
    checked: bool = False


def read_descriptors(raw: bytes) -> ProtoPool:
    """The types of a descriptor set.

    Raises:
        SchemaError: it is none, or a type is missing in it.
        CodecError: it is no message at all.
    """
    messages: dict[str, ProtoMessage] = {}
    enums: dict[str, Mapping[int, str]] = {}
    files = _parts(raw).get(1, [])
    extensions: list[tuple[str, ProtoField]] = []
    for one in files:
        _File(_inner(one), messages, enums, extensions).read()
    if not messages:
        raise SchemaError("It defines no message.")
    for target, extra in extensions:
        known = messages.get(target)
        if known is not None:
            messages[target] = replace(known, fields={**known.fields, extra.number: extra})
    return ProtoPool(messages, enums)


def missing_types(pool: ProtoPool) -> tuple[str, ...]:
    """Types that fields need and that the pool lacks."""
    needed = {f.of for m in pool.messages.values() for f in m.fields.values() if f.of}
    return tuple(sorted(needed - pool.messages.keys() - pool.enums.keys()))


class _File:
    """One file of the set."""

    def __init__(
        self,
        parts: Parts,
        messages: dict[str, ProtoMessage],
        enums: dict[str, Mapping[int, str]],
        extensions: list[tuple[str, ProtoField]],
    ) -> None:
        self._parts = parts
        self._name = _text(parts, 1)
        self._package = _text(parts, 2)
        self._messages, self._enums, self._extensions = messages, enums, extensions

    def read(self) -> None:
        if not self._name:
            raise SchemaError("A file in it has no name; it is no descriptor set.")
        settings = _of_file(self._parts)
        for one in self._parts.get(5, []):
            self._enum(_inner(one), self._package)
        for index, one in enumerate(self._parts.get(4, [])):
            self._message(_inner(one), self._package, (index,), settings)
        for one in self._parts.get(7, []):
            self._extension(_inner(one), self._package, settings)

    def _message(
        self, parts: Parts, space: str, path: tuple[int, ...], settings: _Settings
    ) -> None:
        if len(path) > _DEEPEST:
            raise SchemaError(f"Messages nest deeper than {_DEEPEST} levels.")
        name = _full(space, _text(parts, 1))
        options = _inner_or_none(parts, 7)
        settings = _overruled(settings, _inner_or_none(options, 12))
        for one in parts.get(4, []):
            self._enum(_inner(one), name)
        for index, one in enumerate(parts.get(3, [])):
            self._message(_inner(one), name, (*path, index), settings)
        for one in parts.get(6, []):
            self._extension(_inner(one), name, settings)
        found = [_field(_inner(one), settings) for one in parts.get(2, [])]
        if len({one.number for one in found}) != len(found):
            raise SchemaError(f"Two fields of {name} have the same number.")
        entry = _number(options, 7) == 1
        fields = {one.number: one for one in found}
        if entry and fields.keys() != {1, 2}:
            raise SchemaError(f"{name} is no entry of a map.")
        self._messages[name] = ProtoMessage(name, fields, self._name, path, entry)

    def _enum(self, parts: Parts, space: str) -> None:
        names: dict[int, str] = {}
        for one in parts.get(2, []):
            value = _inner(one)
            names.setdefault(_signed(_number(value, 2)), _text(value, 1))
        self._enums[_full(space, _text(parts, 1))] = names

    def _extension(self, parts: Parts, space: str, settings: _Settings) -> None:
        made = _field(parts, settings)
        name = f"[{_full(space, made.name)}]"
        target = _text(parts, 2).removeprefix(".")
        self._extensions.append((target, replace(made, name=name, default=None)))


def _field(parts: Parts, settings: _Settings) -> ProtoField:
    settings = _overruled(settings, _inner_or_none(_inner_or_none(parts, 8), 21))
    name, number, kind = _text(parts, 1), _number(parts, 3), _number(parts, 5)
    if not name or not 1 <= number < 1 << 29 or not 1 <= kind <= 18:
        raise SchemaError(f"The field {name or '?'} has no usable name, number or type.")
    if kind == MESSAGE and settings.delimited:
        kind = GROUP
    label = _number(parts, 4)
    repeated = label == _REPEATED
    in_oneof = 9 in parts and _number(parts, 17) == 0
    present = repeated or in_oneof or _number(parts, 17) == 1 or kind in (MESSAGE, GROUP)
    default: Value = None
    if 7 in parts:
        default = told_default(kind, _text(parts, 7))
    elif settings.implicit and not present:
        default = plain_default(kind)
    return ProtoField(
        number,
        name,
        kind,
        _text(parts, 6).removeprefix("."),
        repeated,
        label == _REQUIRED or (settings.required and not present),
        default,
        _number(parts, 9) if in_oneof else None,
        settings.checked,
    )


def _of_file(parts: Parts) -> _Settings:
    """Presence and the like of a whole file: by its syntax, or its edition's features."""
    syntax = _text(parts, 12)
    if syntax in ("", "proto2"):
        return _Settings()
    if syntax == "proto3":
        return _Settings(implicit=True, checked=True)
    features = _inner_or_none(_inner_or_none(parts, 8), 50)
    return _overruled(_Settings(checked=True), features)


def _overruled(settings: _Settings, features: Parts) -> _Settings:
    presence, encoding, utf8 = (_number(features, n) for n in (1, 5, 4))
    if presence:
        settings = replace(
            settings, implicit=presence == _IMPLICIT, required=presence == _LEGACY_REQUIRED
        )
    if encoding:
        settings = replace(settings, delimited=encoding == _DELIMITED)
    return replace(settings, checked=utf8 == 2) if utf8 else settings


# -- the descriptor's own message -----------------------------------------------------------


def _parts(raw: bytes) -> Parts:
    found: dict[int, list[int | bytes]] = {}
    for number, _, value in fields_of(raw):
        found.setdefault(number, []).append(value)
    return found


def _inner(value: int | bytes) -> Parts:
    if not isinstance(value, bytes):
        raise SchemaError("It is no descriptor set.")
    return _parts(value)


def _inner_or_none(parts: Parts, number: int) -> Parts:
    found = parts.get(number, [])
    return _parts(b"".join(v for v in found if isinstance(v, bytes))) if found else {}


def _text(parts: Parts, number: int) -> str:
    found = parts.get(number, [b""])[-1]
    try:
        return _bytes(found).decode("utf-8")
    except UnicodeDecodeError:
        raise SchemaError("A name in it is no text; it is no descriptor set.") from None


def _bytes(value: int | bytes) -> bytes:
    if not isinstance(value, bytes):
        raise SchemaError("It is no descriptor set.")
    return value


def _number(parts: Parts, number: int) -> int:
    found = parts.get(number, [0])[-1]
    if not isinstance(found, int):
        raise SchemaError("It is no descriptor set.")
    return found


def _signed(number: int) -> int:
    return number - (1 << 64) if number >= 1 << 63 else number


def _full(space: str, name: str) -> str:
    if not name:
        raise SchemaError("A type in it has no name; it is no descriptor set.")
    return f"{space}.{name}" if space else name


def flattened(pools: Sequence[ProtoPool]) -> Iterator[ProtoMessage]:
    """All messages of several sets that somebody could mean."""
    for pool in pools:
        yield from (m for m in pool.messages.values() if not m.entry)


__all__ = ["ENUM", "ProtoField", "ProtoMessage", "ProtoPool", "flattened", "read_descriptors"]
