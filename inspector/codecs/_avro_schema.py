"""Avro schemas that the user gives: read, resolved, and known by their fingerprint.

A schema is read into :class:`AvroType`, in which names are already what they stand for, so that
a recursive schema is a circle of values. Nothing is made of it but that.

Not with ``fastavro`` (1.13: 3.6 MB packed, 13 MB installed): it leaves bytes after the end of a
value unread, counts array items that cost no bytes without a limit, makes dates of logical types
that lose nanoseconds and years, and says nothing of the branch of a union. Tests compare with it.

Imports the standard library and the contract of this package.

Source: Apache Avro specification 1.12, "Schema Declaration", "Parsing Canonical Form".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from inspector.codecs._avro_canonical import fingerprint_of
from inspector.core.payloads import Value

PRIMITIVES: Final = frozenset(
    {"null", "boolean", "int", "long", "float", "double", "bytes", "string"}
)
NAMED: Final = frozenset({"record", "enum", "fixed"})
DEEPEST: Final = 100
"""Schemas inside each other; people write a tenth of it."""
_LARGEST_FIXED: Final = 1 << 30
_MOST_PRECISION: Final = 4300
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*\Z")
_TIMES: Final[Mapping[str, str]] = {
    "date": "int",
    "time-millis": "int",
    "time-micros": "long",
    "timestamp-millis": "long",
    "timestamp-micros": "long",
    "timestamp-nanos": "long",
    "local-timestamp-millis": "long",
    "local-timestamp-micros": "long",
    "local-timestamp-nanos": "long",
}


class SchemaError(Exception):
    """A schema is not what the specification says; the text is one plain sentence."""


class NameMissing(SchemaError):
    """A schema names a type that is defined nowhere in it."""

    def __init__(self, name: str) -> None:
        super().__init__(f"It names the type {name}, which is not defined.")
        self.name = name


@dataclass(eq=False, slots=True)
class AvroType:
    """One schema; which attributes mean something, ``kind`` says.

    Attributes:
        kind: one of the eight primitives, ``record``, ``enum``, ``fixed``, ``array``, ``map``
            or ``union``.
        name: full name of a record, enum or fixed.
        logical: the logical type, when it is one that fits; ``scale`` and ``precision`` of a
            decimal.
        fields: of a record, in their order.
        symbols: of an enum.
        size: bytes of a fixed.
        items: what an array or map holds.
        branches: of a union.
        telling: a union of several records, whose branch the value alone does not tell.
    """

    kind: str
    name: str = ""
    logical: str = ""
    scale: int = 0
    precision: int = 0
    fields: list[tuple[str, AvroType]] = field(default_factory=list)
    symbols: tuple[str, ...] = ()
    size: int = 0
    items: AvroType | None = None
    branches: tuple[AvroType, ...] = ()
    telling: bool = False


@dataclass(frozen=True, slots=True)
class AvroSchema:
    """A whole schema.

    Attributes:
        root: what a value of it is.
        names: the types that it defines or uses, by full name.
        fingerprint: CRC-64-AVRO of its canonical form.
    """

    root: AvroType
    names: Mapping[str, AvroType]
    fingerprint: int


def read_schema(document: Value, others: Callable[[str], AvroType | None]) -> AvroSchema:
    """A schema out of its JSON.

    Args:
        others: a type of this name that another schema defines, if there is just one.

    Raises:
        NameMissing: it names a type that is not there.
        SchemaError: it is no schema.
    """
    reader = _Reader(others)
    root = reader.read(document, "", 0)
    return AvroSchema(root, reader.names, fingerprint_of(root))


class _Reader:
    """Reads one document; names are known from their definition on."""

    def __init__(self, others: Callable[[str], AvroType | None]) -> None:
        self.names: dict[str, AvroType] = {}
        self._others = others

    def read(self, stated: Value, space: str, depth: int) -> AvroType:
        if depth > DEEPEST:
            raise SchemaError(f"Schemas nest deeper than {DEEPEST} levels.")
        if isinstance(stated, str):
            return self._named(stated, space)
        if isinstance(stated, list):
            return self._union(stated, space, depth)
        if not isinstance(stated, dict):
            raise SchemaError("A schema is a name, a list or a map.")
        kind = stated.get("type")
        if isinstance(kind, (dict, list)):
            return self.read(kind, space, depth + 1)
        if not isinstance(kind, str):
            raise SchemaError("A schema in a map needs the key “type”.")
        return self._described(stated, kind, space, depth)

    def _described(self, stated: dict[str, Value], kind: str, space: str, depth: int) -> AvroType:
        """A schema in a map, of the kind it says."""
        if kind in ("record", "error"):
            return self._record(stated, space, depth)
        if kind in ("enum", "fixed"):
            return self._scalar_with_name(stated, kind, space)
        if kind in ("array", "map"):
            held = stated.get("items" if kind == "array" else "values")
            return AvroType(kind, items=self.read(held, space, depth + 1))
        if kind in PRIMITIVES:
            return _with_logical(AvroType(kind), stated)
        return self._named(kind, space)

    def _named(self, name: str, space: str) -> AvroType:
        if name in PRIMITIVES:
            return AvroType(name)
        full = name if "." in name or not space else f"{space}.{name}"
        for known in (full, name):
            found = self.names.get(known) or self._others(known)
            if found is not None:
                self.names.setdefault(found.name, found)
                return found
        raise NameMissing(full)

    def _union(self, stated: list[Value], space: str, depth: int) -> AvroType:
        branches = tuple(self.read(one, space, depth + 1) for one in stated)
        if any(branch.kind == "union" for branch in branches):
            raise SchemaError("A union holds a union.")
        known = [branch.name or branch.kind for branch in branches]
        if len(set(known)) != len(known):
            raise SchemaError("A union names a type twice.")
        records = sum(branch.kind == "record" for branch in branches)
        return AvroType("union", branches=branches, telling=records > 1)

    def _record(self, stated: dict[str, Value], space: str, depth: int) -> AvroType:
        made = self._defined(stated, "record", space)
        inner = made.name.rpartition(".")[0]
        fields = stated.get("fields")
        if not isinstance(fields, list):
            raise SchemaError(f"The record {made.name} has no list of fields.")
        for one in fields:
            if not isinstance(one, dict) or "type" not in one:
                raise SchemaError(f"A field of {made.name} has no type.")
            name = one.get("name")
            if not isinstance(name, str) or not _NAME.match(name) or "." in name:
                raise SchemaError(f"A field of {made.name} has no usable name.")
            made.fields.append((name, self.read(one["type"], inner, depth + 1)))
        if len({name for name, _ in made.fields}) != len(made.fields):
            raise SchemaError(f"Two fields of {made.name} have the same name.")
        return made

    def _scalar_with_name(self, stated: dict[str, Value], kind: str, space: str) -> AvroType:
        made = self._defined(stated, kind, space)
        if kind == "enum":
            symbols = stated.get("symbols")
            good = isinstance(symbols, list) and all(isinstance(s, str) for s in symbols)
            if not good or not symbols:
                raise SchemaError(f"The enum {made.name} has no list of symbols.")
            made.symbols = tuple(symbols)
            return made
        size = stated.get("size")
        if type(size) is not int or not 0 <= size <= _LARGEST_FIXED:
            raise SchemaError(f"The fixed {made.name} has no usable size.")
        made.size = size
        return _with_logical(made, stated)

    def _defined(self, stated: dict[str, Value], kind: str, space: str) -> AvroType:
        """A new named type, known at once, so that it may be used inside of itself."""
        name, own = stated.get("name"), stated.get("namespace", space)
        if not isinstance(name, str) or not _NAME.match(name):
            raise SchemaError(f"A schema of the kind {kind} has no usable name.")
        if not isinstance(own, str) or (own and not _NAME.match(own)):
            raise SchemaError(f"The namespace of {name} is no name.")
        full = name if "." in name or not own else f"{own}.{name}"
        if full in self.names:
            raise SchemaError(f"It defines {full} twice.")
        made = self.names[full] = AvroType(kind, full)
        return made


def _with_logical(made: AvroType, stated: dict[str, Value]) -> AvroType:
    """The type with its logical type, where that fits; one that does not is passed over."""
    logical = stated.get("logicalType")
    if logical == "decimal" and made.kind in ("bytes", "fixed"):
        precision, scale = stated.get("precision"), stated.get("scale", 0)
        if type(precision) is int and type(scale) is int and _is_decimal(precision, scale):
            made.logical, made.precision, made.scale = "decimal", precision, scale
    elif logical == "uuid" and (made.kind == "string" or made.size == 16):
        made.logical = "uuid"
    elif logical == "duration" and made.kind == "fixed" and made.size == 12:
        made.logical = "duration"
    elif isinstance(logical, str) and _TIMES.get(logical) == made.kind:
        made.logical = logical
    return made


def _is_decimal(precision: int, scale: int) -> bool:
    return 0 < precision <= _MOST_PRECISION and 0 <= scale <= precision
