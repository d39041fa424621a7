"""Pickles of Python, shown as their structure: what would be made, and of what.

A pickle is a program; loading one runs it. It is never loaded here. An object becomes a map with
``$class`` (the name of what would be called), ``$args``, ``$state`` and ``$items``; exact decimals,
UUIDs and zone-less times of the standard library become what they are.

Imports the standard library and the contract of this package.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from inspector.codecs._api import OUTPUT_LIMIT, CodecError, Key, Raw, Read
from inspector.codecs._object_nodes import Builder
from inspector.codecs._pickle_reading import PickleReader
from inspector.codecs._shared import require_bounds
from inspector.core.payloads import DecimalText, Value

_PROTO = 0x80
_DATE_SIZE, _TIME_SIZE = 4, 10


class PickleStructure:
    """The codec ``pickle``."""

    name = "pickle"

    def score(self, raw: Raw) -> int:
        """By the two bytes that name the protocol, and the full stop at the end."""
        if not isinstance(raw, bytes) or len(raw) < 4 or raw[0] != _PROTO:
            return 0
        return 95 if 2 <= raw[1] <= 5 and raw.endswith(b".") else 0

    def read(self, raw: Raw, keys: tuple[Key, ...]) -> Read:
        """The structure of the whole pickle.

        Raises:
            CodecError: damaged, too deep, or followed by something else.
        """
        return self.read_within(raw, keys, OUTPUT_LIMIT)

    def read_within(self, raw: Raw, keys: tuple[Key, ...], limit: int) -> Read:
        """The same, where a pickle may stand for so many bytes."""
        if not isinstance(raw, bytes):
            raise CodecError("A pickle is bytes, and this is text.")
        value = Builder(_simplified).value(PickleReader().read(raw))
        require_bounds(value, limit)
        return Read(value)


def _simplified(kind: str, parts: dict[str, Value]) -> Value:
    """Values of the standard library as what they are."""
    arguments = parts.get("$args")
    if kind in ("__builtin__.bytes", "builtins.bytes") and set(parts) == {"$class"}:
        return b""
    if kind == "_codecs.encode" and isinstance(arguments, list) and len(parts) == 2:
        return _old_bytes(arguments, parts)
    if len(parts) == 2 and isinstance(arguments, list) and len(arguments) == 1:
        [only] = arguments
        if kind == "decimal.Decimal" and isinstance(only, str):
            return _decimal(only, parts)
        if kind in ("datetime.datetime", "datetime.date") and isinstance(only, bytes):
            return _moment(only, parts)
    state = parts.get("$state")
    if kind == "uuid.UUID" and isinstance(state, dict) and isinstance(state.get("int"), int):
        return str(uuid.UUID(int=state["int"])) if 0 <= state["int"] < 1 << 128 else parts
    return parts


def _old_bytes(arguments: list[Value], parts: dict[str, Value]) -> Value:
    """Bytes as protocol 2 writes them: a text of the first 256 characters."""
    match arguments:
        case [str() as text, "latin1"] if all(ord(sign) < 256 for sign in text):
            return text.encode("latin-1")
    return parts


def _decimal(text: str, parts: dict[str, Value]) -> Value:
    try:
        made = DecimalText(text)
    except InvalidOperation:
        return parts
    return made if Decimal(made).is_finite() else parts


def _moment(packed: bytes, parts: dict[str, Value]) -> Value:
    """A date or a time without zone, as the standard library packs them."""
    try:
        if len(packed) == _DATE_SIZE:
            return date(packed[0] * 256 + packed[1], packed[2], packed[3]).isoformat()
        if len(packed) == _TIME_SIZE and packed[2] <= 12:
            year, (month, day, hour, minute, second) = packed[0] * 256 + packed[1], packed[2:7]
            micros = int.from_bytes(packed[7:10], "big")
            # Python keeps it without a zone, and so it is shown without one.
            moment = datetime(year, month, day, hour, minute, second, micros)  # noqa: DTZ001
            return moment.isoformat()
    except ValueError:
        return parts
    return parts


CODEC = PickleStructure()
