"""Shapes of payloads: which fields of which kinds, and which shapes follow one another.

Imports ``inspector.core`` only.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

from inspector.core.payloads import DecimalText
from inspector.core.upcasting import SchemaVersion

MOST_FIELDS: Final = 200
MOST_SHAPES: Final = 4
"""More shapes of one type than this are optional fields, not versions."""


def kind(value: Any) -> str:
    """A value's kind, as shapes tell them apart; ``null`` fits every kind."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "truth"
    if isinstance(value, int | float | Decimal):
        return "number"
    if isinstance(value, str):
        return "text"
    return "map" if isinstance(value, dict) else "list" if isinstance(value, list) else "other"


@dataclass(slots=True)
class Shape:
    """What events of one version hold.

    Attributes:
        events: how many were seen.
        fields: kinds by path, with how often; elements of lists are ``path[]``.
        first, last: places among all events that were looked at, the first and the last.
        total: the sum of the places, for their mean.
        version: as the store states it.
    """

    events: int = 0
    fields: dict[str, Counter[str]] = field(default_factory=dict)
    maps: Counter[str] = field(default_factory=Counter)
    first: int = 0
    last: int = 0
    total: int = 0
    version: SchemaVersion | None = None

    def take(self, data: Any, number: int) -> None:
        """Add an event."""
        if not self.events:
            self.first = number
        self.last = number
        self.total += number
        self.events += 1
        if isinstance(data, dict):
            self.maps[""] += 1
            self._fields("", data, 3)

    def _fields(self, prefix: str, value: dict[Any, Any], depth: int) -> None:
        if len(value) > MOST_FIELDS or len(self.fields) > MOST_FIELDS * 4:
            return
        for key, inner in value.items():
            if not isinstance(key, str) or not key.isidentifier():
                continue
            path = f"{prefix}{key}"
            self.fields.setdefault(path, Counter())[kind(inner)] += 1
            if isinstance(inner, dict) and depth > 1:
                self.maps[f"{path}."] += 1
                self._fields(f"{path}.", inner, depth - 1)
            elif isinstance(inner, list) and depth > 1:
                elements = [one for one in inner if isinstance(one, dict)]
                self.maps[f"{path}[]."] += len(elements)
                for one in elements[:20]:
                    self._fields(f"{path}[].", one, 1)

    def kind_of(self, path: str) -> str:
        """The usual kind at a path that is not null."""
        found = [(count, name) for name, count in self.fields[path].items() if name != "null"]
        return max(found)[1] if found else "null"

    def always(self, path: str) -> bool:
        """Whether a path is there wherever the map around it is."""
        around = path[: path.rfind(".") + 1]
        return sum(self.fields[path].values()) >= self.maps[around] > 0

    @property
    def mean(self) -> float:
        """The mean place among all events."""
        return self.total / max(self.events, 1)


def top_level(data: Any) -> frozenset[tuple[str, str]]:
    """What tells one event's shape from another's: keys, and whether they hold a map."""
    if not isinstance(data, dict):
        return frozenset()
    return frozenset(
        (key, "map" if isinstance(value, dict) else "")
        for key, value in data.items()
        if isinstance(key, str) and key.isidentifier()
    )


@dataclass(frozen=True, slots=True)
class Versions:
    """The shapes of one type, oldest first.

    Attributes:
        shapes: by version.
        expression: gives the version of an event; empty where the store's own counts.
        stated: the store states a version for every event.
        apart: old and new shapes hold fields that exclude each other, or do not overlap in time.
    """

    shapes: Mapping[SchemaVersion, Shape]
    expression: str = ""
    stated: bool = False
    apart: bool = False


Seen = Sequence[tuple[int, SchemaVersion | None, Any]]
"""Place among all events, stated version, payload."""


def versions_of(events: Seen) -> Versions:
    """Tell the versions of one type apart: as stated, or by shape."""
    stated = {version for _, version, _ in events if version is not None}
    if stated:
        return _stated(events)
    return _by_shape(events)


def _stated(events: Seen) -> Versions:
    """Events that state none have version 1, unless their shape says another."""
    shapes: dict[SchemaVersion, Shape] = {}
    keys: dict[SchemaVersion, Counter[frozenset[tuple[str, str]]]] = {}
    silent: list[tuple[int, Any]] = []
    for number, version, data in events:
        if version is None:
            silent.append((number, data))
            continue
        shapes.setdefault(version, Shape(version=version)).take(data, number)
        keys.setdefault(version, Counter())[top_level(data)] += 1
    expression = ""
    if silent:
        mixed = any(
            top_level(data) in counted
            for _, data in silent
            for version, counted in keys.items()
            if version != 1
        )
        if mixed:
            order = sorted(shapes, key=_rank)
            found = _conditions([shapes[version] for version in order], order)
            expression = f"coalesce(schema_version, {found})" if found else ""
        else:
            first = shapes.setdefault(1, Shape(version=1))
            for number, data in silent:
                first.take(data, number)
    return Versions(
        dict(sorted(shapes.items(), key=lambda item: _rank(item[0]))),
        expression,
        stated=not silent,
        apart=True,
    )


def _rank(version: SchemaVersion) -> tuple[int, int, str]:
    return (0, version, "") if isinstance(version, int) else (1, 0, version)


def _by_shape(events: Seen) -> Versions:
    by_keys: dict[frozenset[tuple[str, str]], Shape] = {}
    plain = _kinds_by_key(events)
    for number, _, data in events:
        keys = frozenset((key, "" if key in plain else held) for key, held in top_level(data))
        by_keys.setdefault(keys, Shape()).take(data, number)
    shapes = sorted(by_keys.values(), key=lambda shape: (shape.mean, shape.first))
    if len(shapes) < 2:
        return Versions({1: shapes[0]} if shapes else {})
    numbers: list[SchemaVersion] = list(range(1, len(shapes) + 1))
    if len(shapes) > MOST_SHAPES:
        return Versions({1: _merged(shapes)})
    expression = _conditions(shapes, numbers)
    if not expression:
        return Versions({1: _merged(shapes)})
    pairs = list(pairwise(shapes))
    apart = all(_exclude(old, new) or old.last < new.first for old, new in pairs)
    return Versions(dict(zip(numbers, shapes, strict=True)), expression, apart=apart)


def _kinds_by_key(events: Seen) -> frozenset[str]:
    """Keys that are a map in some events and something else, but not null, in others."""
    maps: set[str] = set()
    others: set[str] = set()
    for _, _, data in events:
        if isinstance(data, dict):
            for key, value in data.items():
                if isinstance(value, dict):
                    maps.add(key)
                elif value is not None and value != []:
                    others.add(key)
    return frozenset(maps - others)


def _exclude(old: Shape, new: Shape) -> bool:
    """Whether each holds something at the top that the other never does."""
    one, other = _top(old), _top(new)
    return bool(one - other and other - one)


def _top(shape: Shape) -> set[tuple[str, str]]:
    tops = [path for path in shape.fields if "." not in path]
    return {(path, "map" if shape.kind_of(path) == "map" else "") for path in tops}


def _merged(shapes: Iterable[Shape]) -> Shape:
    whole = Shape()
    for shape in shapes:
        whole.events += shape.events
        whole.maps += shape.maps
        for path, kinds in shape.fields.items():
            whole.fields.setdefault(path, Counter()).update(kinds)
    return whole


def _conditions(shapes: Sequence[Shape], numbers: Sequence[SchemaVersion]) -> str:
    """An expression that gives each shape its number; empty when fields do not tell them apart."""
    parts = []
    for place, shape in enumerate(shapes[:-1]):
        later = shapes[place + 1 :]
        test = _test(shape, later)
        if not test:
            return ""
        parts.append(f"{_literal(numbers[place])} if {test} else ")
    return "".join(parts) + _literal(numbers[-1])


def _literal(version: SchemaVersion) -> str:
    return str(version) if isinstance(version, int) else "'" + version.replace("'", "\\'") + "'"


def _test(shape: Shape, later: Sequence[Shape]) -> str:
    own = [path for path in shape.fields if "[]" not in path and shape.always(path)]
    for path in sorted(own, key=lambda path: (path.count("."), path)):
        if all(path not in other.fields for other in later):
            return f"has(data.{path})"
    common = set.intersection(*({p for p in o.fields if o.always(p)} for o in later))
    fresh = [path for path in common if path not in shape.fields and "[]" not in path]
    if fresh:
        return f"not has(data.{min(fresh, key=lambda path: (path.count('.'), path))})"
    return ""


def number_of(value: Any) -> Decimal | None:
    """A number, also one that is written as a text; ``None`` for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, Decimal | DecimalText):
        return Decimal(value) if value.is_finite() else None
    if isinstance(value, int):
        return Decimal(value) if value.bit_length() < 200 else None
    if isinstance(value, float):
        return Decimal(repr(value)) if not math.isnan(value) and abs(value) < 1e300 else None
    if isinstance(value, str) and 0 < len(value) < 40 and value.isascii():
        body = value.removeprefix("-")
        if body[:1].isdigit() and body.replace(".", "", 1).isdigit():
            return Decimal(value)
    return None
