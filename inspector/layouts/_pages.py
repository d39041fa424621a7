"""What a layout says about itself, for its page in the manual.

Everything is taken from the layout: the text at the head of its file, the columns that it looks
for, and the description that it gives of a store with exactly these columns. A page can therefore
not say anything else than what the program does.

Imports the layout contract and SQLAlchemy's way through expressions; no database.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import ColumnClause
from sqlalchemy.sql.selectable import TableValuedAlias

from inspector.core.texts import tr
from inspector.layouts._api import Catalog, Column, Layout, Match, Source, Table
from inspector.layouts._probe import KINDS, Example, Shape

TYPES: Mapping[str, str] = {
    "text": "text", "integer": "bigint", "bytes": "bytea", "json": "jsonb", "uuid": "uuid",
    "time": "timestamp with time zone", "bool": "boolean", "array": "text[]", "xid": "xid8",
}  # fmt: skip
"""A declared type for each kind of column."""

_STREAM = re.compile(r"stream_\d+\Z")
_FAMILY = "inspector.layouts._"
_ORDER = re.compile(r"global_\d+\Z")


@dataclass(frozen=True)
class Role:
    """A table that a layout looks for.

    Attributes:
        name: what the file calls it (``events``), with its variant.
        shape: its columns.
    """

    name: str
    shape: Shape


@dataclass(frozen=True)
class Described:
    """A store that has exactly the columns which a layout asks for.

    Attributes:
        words: a label of the program to the columns it is made from.
    """

    match: Match
    source: Source
    words: Mapping[str, tuple[str, ...]]


def text_of(layout: Layout) -> str:
    """The text at the head of the layout's file."""
    return (sys.modules[type(layout).__module__].__doc__ or "").strip()


def roles_of(layout: Layout) -> tuple[Role, ...]:
    """The tables that the file of a layout describes by their columns."""
    own = vars(sys.modules[type(layout).__module__])
    family = [value for value in own.values() if isinstance(value, ModuleType)]
    found: list[Role] = []
    for names in (own, *(vars(m) for m in family if m.__name__.startswith(_FAMILY))):
        for name, value in names.items():
            if name.isupper() and not name.startswith("_"):
                word = name.lower().replace("_", " ")
                found += [Role(word + variant, shape) for variant, shape in _shapes(value)]
    return tuple(found)


def _shapes(value: object) -> Iterator[tuple[str, Shape]]:
    if isinstance(value, Shape):
        yield "", value
    elif isinstance(value, Mapping):
        yield from ((f" ({key})", s) for key, s in value.items() if isinstance(s, Shape))
    elif isinstance(value, tuple):
        yield from (("", s) for s in value if isinstance(s, Shape))


def described(layout: Layout) -> tuple[Described, ...]:
    """Stores of the columns that a layout asks for, one for each variant that it tells apart.

    Empty where columns alone do not make a store: the layout then looks at rows as well.
    """
    found: dict[str, Described] = {}
    for catalog in (*_examples(layout), *_plain_catalogs(layout)):
        for match in layout.match(catalog):
            if match.variant not in found:
                source = layout.source(match, catalog.dialect)
                found[match.variant] = Described(match, source, _words(source))
    return tuple(found.values())


def _examples(layout: Layout) -> Iterator[Catalog]:
    """Stores that the layout's file gives as examples, where columns alone do not make one."""
    given = vars(sys.modules[type(layout).__module__]).get("EXAMPLES", ())
    for example in given:
        if isinstance(example, Example):
            yield example.catalog
        else:
            roles = (Role(f"t{i}", shape) for i, shape in enumerate(example))
            yield Catalog("postgresql", tuple(_table(role, "postgresql") for role in roles))


def told_by_columns(layout: Layout) -> bool:
    """Whether the columns that the file describes make a store, without rows or other tables."""
    return any(layout.match(catalog) for catalog in _plain_catalogs(layout))


def _plain_catalogs(layout: Layout) -> Iterator[Catalog]:
    for dialect in ("postgresql", "sqlite"):
        yield from _catalogs(roles_of(layout), dialect)


def _catalogs(roles: tuple[Role, ...], dialect: str) -> Iterator[Catalog]:
    """All tables at once; then those of events of each variant with what has no variant."""
    yield Catalog(dialect, tuple(_table(role, dialect) for role in roles))
    for chosen in roles:
        helpers = [r for r in roles if r is not chosen and not r.name.startswith("events")]
        yield Catalog(dialect, tuple(_table(role, dialect) for role in (chosen, *helpers)))


def _table(role: Role, dialect: str) -> Table:
    columns = tuple(
        Column(name, TYPES[kinds[0]] if kinds and dialect == "postgresql" else "")
        for name, kinds in role.shape.required.items()
    )
    return Table(role.name, columns, "public" if dialect == "postgresql" else None, rowid=True)


def _words(source: Source) -> dict[str, tuple[str, ...]]:
    """Labels, with the columns they are made from."""
    if source.parts is not None and source.parts.names:
        return _of_part(source)
    chosen = source.events if source.stream_events is None else source.stream_events
    found: dict[str, tuple[str, ...]] = {}
    for column in chosen.selected_columns:
        parts = dict.fromkeys(_columns(column))
        if parts:
            found[str(column.name)] = tuple(parts)
    return found


def _of_part(source: Source) -> dict[str, tuple[str, ...]]:
    """Labels of the first of several tables; the table itself stands before a stream's key."""
    parts = source.parts
    if parts is None:
        return {}
    part = parts.describe(parts.names[0])
    chosen = part.events if part.stream_events is None else part.stream_events
    columns = {str(c.name): tuple(dict.fromkeys(_columns(c))) for c in chosen.selected_columns}
    return {label: names for label, names in columns.items() if names}


def _columns(expression: Any) -> Iterator[str]:
    for part in visitors.iterate(getattr(expression, "element", expression)):
        if not isinstance(part, ColumnClause) or part.is_literal:
            continue
        if not isinstance(part.table, TableValuedAlias):  # made for the query alone
            yield str(part.name)


def kind_words(kinds: tuple[str, ...]) -> str:
    """The kinds of a column for people."""
    return tr(" or ").join(kind for kind in kinds if kind in KINDS) or tr("any type")


def stream_words(words: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The columns of the stream's key, in its order."""
    return tuple(", ".join(parts) for label, parts in words.items() if _STREAM.match(label))


def order_words(words: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The columns of the order of the whole store."""
    return tuple(", ".join(parts) for label, parts in words.items() if _ORDER.match(label))
