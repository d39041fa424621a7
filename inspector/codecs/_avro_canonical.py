"""The canonical form of an Avro schema, and the fingerprint by which a message names it.

Imports the standard library only.

Source: Apache Avro specification 1.12, "Transforming into Parsing Canonical Form", "Schema
Fingerprints".
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from inspector.codecs._avro_schema import AvroType

_EMPTY: Final = 0xC15D213AA4D7A795


def _table() -> tuple[int, ...]:
    made = []
    for number in range(256):
        value = number
        for _ in range(8):
            value = (value >> 1) ^ (_EMPTY & -(value & 1))
        made.append(value)
    return tuple(made)


_TABLE: Final = _table()


def fingerprint_of(root: AvroType) -> int:
    """CRC-64-AVRO of a schema's canonical form."""
    value = _EMPTY
    for byte in canonical(root).encode():
        value = (value >> 8) ^ _TABLE[(value ^ byte) & 0xFF]
    return value


def canonical(root: AvroType) -> str:
    """The parsing canonical form: what matters for reading, in one way of writing it."""
    return _form(root, set())


def _form(schema: AvroType, seen: set[str]) -> str:
    kind = schema.kind
    if kind == "union":
        return f"[{','.join(_form(branch, seen) for branch in schema.branches)}]"
    if schema.items is not None:
        key = "items" if kind == "array" else "values"
        return f'{{"type":"{kind}","{key}":{_form(schema.items, seen)}}}'
    if not schema.name:
        return f'"{kind}"'
    return f'"{schema.name}"' if schema.name in seen else _definition(schema, seen)


def _definition(schema: AvroType, seen: set[str]) -> str:
    """A named type where it is met first."""
    seen.add(schema.name)
    start = f'{{"name":"{schema.name}","type":"{schema.kind}"'
    if schema.kind == "fixed":
        return f'{start},"size":{schema.size}}}'
    if schema.kind == "enum":
        symbols = json.dumps(schema.symbols, separators=(",", ":"), ensure_ascii=False)
        return f'{start},"symbols":{symbols}}}'
    fields = [f'{{"name":"{name}","type":{_form(inner, seen)}}}' for name, inner in schema.fields]
    return f'{start},"fields":[{",".join(fields)}]}}'
