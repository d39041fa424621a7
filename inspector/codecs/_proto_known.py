"""Messages that Protocol Buffers brings along, shown as its JSON mapping shows them.

``Timestamp`` is a time, ``Duration`` seconds, ``Struct``, ``Value`` and ``ListValue`` are what
they hold, the wrappers are their value. What has no such form (a time beyond the year 9999, a
duration whose parts disagree) stays the message that it is. Where a descriptor set was made without
its imports, these messages are known all the same.

Imports the contract of this package. Source: protobuf.dev, "ProtoJSON Format".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from inspector.codecs._proto_defaults import (
    BOOL,
    BYTES,
    DOUBLE,
    ENUM,
    FLOAT,
    INT32,
    INT64,
    MESSAGE,
    STRING,
    UINT32,
    UINT64,
    plain_default,
)
from inspector.codecs._proto_schema import ProtoField, ProtoMessage, ProtoPool
from inspector.core.calendars import moment_text

if TYPE_CHECKING:
    from inspector.core.payloads import Value

_PACKAGE: Final = "google.protobuf."
_FIRST, _LAST = -62_135_596_800, 253_402_300_799
_LONGEST: Final = 315_576_000_000
_NANOS: Final = 1_000_000_000
ANY: Final = f"{_PACKAGE}Any"


def _message(name: str, *fields: ProtoField, entry: bool = False) -> ProtoMessage:
    return ProtoMessage(_PACKAGE + name, {f.number: f for f in fields}, entry=entry)


def _plain(number: int, name: str, kind: int) -> ProtoField:
    return ProtoField(number, name, kind, default=plain_default(kind))


def _choice(number: int, name: str, kind: int, of: str = "") -> ProtoField:
    return ProtoField(number, name, kind, _PACKAGE + of if of else "", oneof=0)


def _many(number: int, name: str, of: str) -> ProtoField:
    return ProtoField(number, name, MESSAGE, _PACKAGE + of, repeated=True)


_WRAPPERS: Final = {
    "DoubleValue": DOUBLE, "FloatValue": FLOAT, "Int64Value": INT64, "UInt64Value": UINT64,
    "Int32Value": INT32, "UInt32Value": UINT32, "BoolValue": BOOL, "StringValue": STRING,
    "BytesValue": BYTES,
}  # fmt: skip

_MESSAGES: Final = (
    _message("Timestamp", _plain(1, "seconds", INT64), _plain(2, "nanos", INT32)),
    _message("Duration", _plain(1, "seconds", INT64), _plain(2, "nanos", INT32)),
    _message("Any", _plain(1, "type_url", STRING), _plain(2, "value", BYTES)),
    _message("Empty"),
    _message("FieldMask", ProtoField(1, "paths", STRING, repeated=True)),
    _message("Struct", _many(1, "fields", "Struct.FieldsEntry")),
    _message(
        "Struct.FieldsEntry",
        _plain(1, "key", STRING),
        ProtoField(2, "value", MESSAGE, _PACKAGE + "Value"),
        entry=True,
    ),
    _message("ListValue", _many(1, "values", "Value")),
    _message(
        "Value",
        _choice(1, "null_value", ENUM, "NullValue"),
        _choice(2, "number_value", DOUBLE),
        _choice(3, "string_value", STRING),
        _choice(4, "bool_value", BOOL),
        _choice(5, "struct_value", MESSAGE, "Struct"),
        _choice(6, "list_value", MESSAGE, "ListValue"),
    ),
    *(_message(name, _plain(1, "value", kind)) for name, kind in _WRAPPERS.items()),
)

KNOWN: Final = ProtoPool(
    {message.name: message for message in _MESSAGES}, {_PACKAGE + "NullValue": {0: "NULL_VALUE"}}
)


def mapped(name: str, value: dict[str, Value]) -> Value:
    """The value in the form of the JSON mapping, where the message has one of its own."""
    known = _FORMS.get(name)
    return value if known is None or "$unknown" in value else known(value)


def has_form(name: str) -> bool:
    """Whether the JSON mapping has a form of its own for the message."""
    return name in _FORMS


def _fraction(nanos: int) -> str:
    text = f"{nanos:09d}"
    for digits in (0, 3, 6):
        if not text[digits:].strip("0"):
            return f".{text[:digits]}" if digits else ""
    return f".{text}"


def _timestamp(value: dict[str, Value]) -> Value:
    seconds, nanos = value["seconds"], value["nanos"]
    if not _FIRST <= seconds <= _LAST or not 0 <= nanos < _NANOS:
        return value
    return f"{moment_text(seconds)}{_fraction(nanos)}Z"


def _duration(value: dict[str, Value]) -> Value:
    seconds, nanos = value["seconds"], value["nanos"]
    if abs(seconds) > _LONGEST or abs(nanos) >= _NANOS or seconds * nanos < 0:
        return value
    sign = "-" if seconds < 0 or nanos < 0 else ""
    return f"{sign}{abs(seconds)}{_fraction(abs(nanos))}s"


def _value(value: dict[str, Value]) -> Value:
    if len(value) != 1:
        return value
    [(name, held)] = value.items()
    return None if name == "null_value" else held


_FORMS: Final[Mapping[str, Callable[[dict[str, Value]], Value]]] = {
    _PACKAGE + "Timestamp": _timestamp,
    _PACKAGE + "Duration": _duration,
    _PACKAGE + "Struct": lambda value: value["fields"],
    _PACKAGE + "ListValue": lambda value: value["values"],
    _PACKAGE + "Value": _value,
    **{_PACKAGE + name: lambda value: value["value"] for name in _WRAPPERS},
}
