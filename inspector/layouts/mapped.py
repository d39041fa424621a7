"""Any other table: the user names the columns in a map file.

Never recognised by itself. The format of the file is in :mod:`inspector.layouts._map_file`.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

import sqlalchemy as sa

from inspector.core.events import PageKey, Scalar, StreamId
from inspector.core.texts import tr
from inspector.layouts._api import (
    COLUMN,
    Catalog,
    Match,
    NearMiss,
    Place,
    PlainLayout,
    Source,
    Table,
    plain_text,
)
from inspector.layouts._describe import Cells, Labels, row_key
from inspector.layouts._map_file import parse_map
from inspector.layouts._map_values import ColumnMap, TableMap
from inspector.layouts._naming import id_keys, id_text

SEPARATOR = "/"
"""Between the parts of a stream's name, when several columns identify it."""

SURE = 100


class MappedLayout(PlainLayout):
    """A table as a map file describes it.

    Args:
        column_map: what the user wrote; without it nothing is recognised.
    """

    name = "mapped"
    title = "Columns named by you"

    def __init__(self, column_map: ColumnMap | None = None) -> None:
        self._map = column_map

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """The table that the map names, when it has all the named columns."""
        if self._map is None:
            return ()
        events = _find(self._map.events, catalog)
        if len(events) != 1 or _missing(self._map.events, events[0]):
            return ()
        tables = {"events": events[0]}
        if self._map.snapshots is not None:
            snapshots = _find(self._map.snapshots, catalog)
            if len(snapshots) == 1 and not _missing(self._map.snapshots, snapshots[0]):
                tables["snapshots"] = snapshots[0]
        name = events[0].full_name
        evidence = (tr("{map} names the columns of {table}", map=self._map.origin, table=name),)
        options = {"map": self._map}
        return (Match(self.name, self.title, SURE, tables, evidence, options=options),)

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What keeps the user's map from fitting."""
        if self._map is None:
            return ()
        events = _find(self._map.events, catalog)
        if len(events) != 1:
            text = tr("no table {name}") if not events else tr("more than one table {name}")
            reason = text.format(name=self._map.events.table)
            return (NearMiss(self.name, self.title, 0, (reason,)),)
        missing = _missing(self._map.events, events[0])
        reasons = tuple(tr("no column {name}", name=name) for _, name in missing)
        return (NearMiss(self.name, self.title, 0, reasons),) if reasons else ()

    def source(self, match: Match, dialect: str) -> Source:
        """The named columns under the standard labels."""
        chosen = _map(match)
        table = match.tables["events"]
        order = tuple(f"global_{i}" for i in range(len(chosen.events.order)))
        counted = "position" not in chosen.events.columns
        labels, places = _labels(chosen.events), chosen.places
        if chosen.category is not None and chosen.category not in chosen.events.stream:
            labels["category"] = chosen.category.lower()
            places = replace(places, category=Place(COLUMN, ()))
        return Source(
            events=Cells(table).select(labels),
            stream_key=tuple(f"stream_{i}" for i in range(len(chosen.events.stream))),
            order_key=order,
            order_indexed=table.has_index(*(n.lower() for n in chosen.events.order)),
            stream_order=order if counted else ("position",),
            counted_positions=counted,
            snapshots=_snapshots(chosen, match.tables.get("snapshots")),
            payload=chosen.payload,
            metadata=chosen.metadata,
            snapshot_payload=chosen.snapshot_payload,
            places=places,
            schema_versions="none" if _unversioned(chosen) else "stored",
        )

    def stream_id(self, key: PageKey, name: str | None, match: Match) -> StreamId:
        """The key columns as one text; the category column apart."""
        chosen = _map(match)
        texts = [id_text(part) for part in key]
        index = _category_index(chosen)
        if index is None:
            return StreamId(SEPARATOR.join(texts), None, key)
        rest = texts[:index] + texts[index + 1 :]
        return StreamId(SEPARATOR.join(rest), plain_text(key[index]), key)

    def stream_keys(self, name: str, category: str | None, match: Match) -> Sequence[PageKey]:
        """The name cut at every place where a separator could have been put."""
        chosen = _map(match)
        columns = list(chosen.events.stream)
        index = _category_index(chosen)
        if index is not None:
            columns.pop(index)
        table = match.tables["events"]
        found: list[PageKey] = []
        for parts in _cut(name, len(columns)):
            spellings = [
                id_keys(p, table.column(c.lower())) for p, c in zip(parts, columns, strict=True)
            ]
            for key in _combined(spellings):
                if index is not None:
                    own: Scalar = ... if category is None else category
                    key = (*key[:index], own, *key[index:])  # noqa: PLW2901
                found.append(key)
        return found


def check(column_map: ColumnMap, catalog: Catalog) -> None:
    """Compare a map with the tables that are there.

    Raises:
        InputInvalid: a table or column that it names does not exist, or is not the only one.
    """
    for part in (column_map.events, column_map.snapshots):
        if part is None:
            continue
        tables = _find(part, catalog)
        if not tables:
            known = [t.full_name for t in catalog.tables]
            near = difflib.get_close_matches(part.table, known, 3)
            hint = tr("Nearest: {names}.", names=", ".join(near)) if near else ""
            column_map.wrong(
                part.section, "table", tr("there is no table {name!r}.", name=part.table), hint
            )
        if len(tables) > 1:
            schemas = ", ".join(str(t.schema) for t in tables)
            text = tr(
                "table {name!r} is in several schemas: {schemas}.",
                name=part.table,
                schemas=schemas,
            )
            column_map.wrong(part.section, "table", text, tr('Name one with schema = "…".'))
        missing = _missing(part, tables[0])
        if part is column_map.events and column_map.category is not None:
            own = column_map.category.lower()
            missing += [("category", column_map.category)] if own not in tables[0].names else []
        for key, column in missing:
            near = difflib.get_close_matches(column, [c.name for c in tables[0].columns], 3)
            hint = tr("Nearest: {names}.", names=", ".join(near)) if near else ""
            text = tr("{table} has no column {name!r}.", table=tables[0].full_name, name=column)
            column_map.wrong(part.section, key, text, hint)


def _find(part: TableMap, catalog: Catalog) -> list[Table]:
    """Tables that the words of the map can mean: exactly spelled before otherwise spelled."""
    schema, name = part.schema, part.table
    wanted = [(schema, name)]
    if schema is None and "." in name:
        before, _, after = name.partition(".")
        wanted.append((before, after))
    for schema, name in wanted:
        fits = [t for t in catalog.tables if schema is None or t.schema == schema]
        exact = [t for t in fits if t.name == name]
        found = exact or [t for t in fits if t.name.lower() == name.lower()]
        if found:
            return found
    return []


def _missing(part: TableMap, table: Table) -> list[tuple[str, str]]:
    """Keys of the map with the columns that the table does not have."""
    named = [("stream", name) for name in part.stream]
    named += [("order", name) for name in part.order]
    named += list(part.columns.items())
    return [(key, name) for key, name in named if name.lower() not in table.names]


def _labels(part: TableMap) -> Labels:
    labels: Labels = {f"stream_{i}": name.lower() for i, name in enumerate(part.stream)}
    labels |= {f"global_{i}": name.lower() for i, name in enumerate(part.order)}
    return labels | {label: name.lower() for label, name in part.columns.items()}


def _snapshots(chosen: ColumnMap, table: Table | None) -> sa.Select[Any] | None:
    """Snapshots; a row is named by its position, beside its stream."""
    part = chosen.snapshots
    if part is None or table is None:
        return None
    cells = Cells(table)
    return cells.select(
        _labels(part) | {"row_key": row_key(cells[part.columns["position"].lower()])}
    )


def _category_index(chosen: ColumnMap) -> int | None:
    """Which part of the key is the category."""
    stream = chosen.events.stream
    return stream.index(chosen.category) if chosen.category in stream else None


def _unversioned(chosen: ColumnMap) -> bool:
    place, column = chosen.places.schema_version, chosen.events.columns.get("schema_version")
    return place is None and column is None


def _map(match: Match) -> ColumnMap:
    return cast("ColumnMap", match.options["map"])


def _cut(name: str, parts: int) -> list[tuple[str, ...]]:
    """All ways to cut a name at separators into so many parts."""
    if parts <= 1:
        return [(name,)]
    found: list[tuple[str, ...]] = []
    pieces = name.split(SEPARATOR)
    for i in range(1, len(pieces)):
        head = SEPARATOR.join(pieces[:i])
        found.extend((head, *rest) for rest in _cut(SEPARATOR.join(pieces[i:]), parts - 1))
    return found[:64]


def _combined(spellings: Sequence[Sequence[Scalar]]) -> list[PageKey]:
    keys: list[PageKey] = [()]
    for values in spellings:
        keys = [(*key, value) for key in keys for value in values]
    return keys


LAYOUT = MappedLayout()

__all__ = ["LAYOUT", "ColumnMap", "MappedLayout", "check", "parse_map"]
