"""Audit trails that keep whole rows: a history table beside every table.

Each history table is a part of the trail, its records are the streams, and every row is the
record as it was after the change; so a state is what one row says. A key names the table and the
record. There is no order over all tables: the trail is read one table after the other.

Imports the layout contract and the helpers of audit trails.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa

from inspector.core.events import PageKey, Scalar, StreamId
from inspector.core.row_changes import Effect, EffectOf, Gone, Image
from inspector.core.texts import tr
from inspector.layouts._api import (
    Catalog,
    Folding,
    Match,
    NearMiss,
    Parts,
    Places,
    Source,
    Table,
)
from inspector.layouts._audit_trail import AuditTrail, assembled, explain, in_words, record_keys
from inspector.layouts._describe import Cells, Expression, Labels
from inspector.layouts._naming import id_text
from inspector.layouts._probe import LISTED, Shape, common_prefix, having, near_misses
from inspector.layouts._scoring import Scale

SEPARATOR = "/"
"""Between the parts of a record's name, when several columns are its key."""


@dataclass(frozen=True)
class History:
    """One history table.

    Attributes:
        about: name of the table whose rows it keeps.
        key: columns that identify a record, in lower case.
        fields: columns of the record, in lower case and in their order.
        revisions: the table that says when and by whom, if that is another.
    """

    table: Table
    about: str
    key: tuple[str, ...]
    fields: tuple[str, ...]
    revisions: Table | None = None


class ImageTables(AuditTrail):
    """History tables of one schema together are one trail."""

    shape: Shape
    words: Mapping[int | str, str] = {}
    means = "the state after a change is the row that was recorded"

    def histories(self, catalog: Catalog) -> Sequence[History]:
        """All history tables of this library."""
        raise NotImplementedError

    def part(self, history: History, dialect: str) -> Source:
        """One history table as a source."""
        raise NotImplementedError

    def places(self, dialect: str) -> Places:
        """What its times mean."""
        return Places()

    def missing(self) -> str:
        """What leaves no row."""
        return tr("bulk updates and changes made past the library")

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """One trail per schema."""
        found: dict[str | None, dict[str, History]] = {}
        for history in self.histories(catalog):
            found.setdefault(history.table.schema, {})[history.table.name] = history
        return [self._match(dict(sorted(tables.items()))) for tables in found.values()]

    def _match(self, tables: Mapping[str, History]) -> Match:
        scale = Scale(self.name, self.title)
        first = next(iter(tables.values()))
        listed = ", ".join(self.shape.required)
        name = first.table.full_name
        scale.found(0, tr("{table} has {columns}", table=name, columns=listed))
        scale.index(first.table, *first.key, points=15)
        if len(tables) > 1:
            names = ", ".join(list(tables)[:LISTED]) + (" …" if len(tables) > LISTED else "")
            words = tr("history is in {n} tables: {names}", n=len(tables), names=names)
            scale.found(0, words)
        self.judge(scale, first)
        explain(scale, tr(self.means), self.missing())
        roles = {"events": first.table}
        if first.revisions is not None:
            roles["revisions"] = first.revisions
        return scale.match(roles, options={"histories": tables}, trail=True)

    def judge(self, scale: Scale, first: History) -> None:
        """What else speaks for or against the match."""

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What a table lacks."""
        return near_misses(catalog, self.name, self.title, self.shape)

    def source(self, match: Match, dialect: str) -> Source:
        """The tables one after the other."""
        histories = histories_of(match)
        names = tuple(histories)

        def describe(name: str) -> Source:
            return self.part(histories[name], dialect)

        return Source(
            events=describe(names[0]).events,
            stream_key=("part", "stream_0"),
            order_key=("part", "global_0"),
            counted_positions=True,
            places=self.places(dialect),
            folding=self.folding(),
            parts=Parts(names, describe),
        )

    def folding(self) -> Folding:
        """Every row is an image, but for a deletion."""
        return Folding(ignore_kinds=frozenset(), effect_of=images(self.gone))

    def stream_id(self, key: PageKey, name: str | None, match: Match) -> StreamId:
        """The record's key, and the table that it is in."""
        about = histories_of(match)[str(key[0])].about
        return StreamId(SEPARATOR.join(id_text(part) for part in key[1:]), about, key)

    def stream_keys(self, name: str, category: str | None, match: Match) -> Sequence[PageKey]:
        """The record of this key in every table that could hold it."""
        found: list[PageKey] = []
        for part, history in histories_of(match).items():
            if category not in (None, history.about):
                continue
            texts = name.split(SEPARATOR) if len(history.key) > 1 else [name]
            if len(texts) == len(history.key):
                found += [(part, *key) for key in _keys(texts, history)]
        return found


def histories_of(match: Match) -> Mapping[str, History]:
    """The tables that a match remembers, by name."""
    return cast("Mapping[str, History]", match.options["histories"])


def _keys(texts: Sequence[str], history: History) -> list[PageKey]:
    keys: list[PageKey] = [()]
    for text, column in zip(texts, history.key, strict=True):
        values: tuple[Scalar, ...] = record_keys(text, history.table.column(column))
        keys = [(*key, value) for key in keys for value in values]
    return keys


def images(gone: frozenset[str]) -> EffectOf:
    """What rows mean that are whole images; a deletion repeats the last one."""

    def effect_of(event_type: str, value: Any) -> Effect:
        if event_type in gone:
            return Gone()
        return Image(value) if isinstance(value, dict) else None

    return effect_of


def record_key(table: Table, own: frozenset[str], live: Table | None) -> tuple[str, ...]:
    """Columns that identify a record: those of the table that it is in, else the likeliest.

    Args:
        own: columns of the library.
        live: the table that the history is about, if it is there.
    """
    if live is not None and live.primary_key:
        names = tuple(name.lower() for name in live.primary_key)
        if table.names.issuperset(names):
            return names
    if "id" in table.names and "id" not in own:
        return ("id",)
    return (next((c.name.lower() for c in table.columns if c.name.lower() not in own), ""),)


class LiveTables:
    """Tables by name, whatever its case: a trail asks for every table that has a history."""

    def __init__(self, catalog: Catalog) -> None:
        self._tables = {(table.schema, table.name.lower()): table for table in catalog.tables}

    def named(self, schema: str | None, name: str) -> Table | None:
        """The table of that name in a schema."""
        return self._tables.get((schema, name.lower()))


def fields_of(table: Table, own: frozenset[str]) -> tuple[str, ...]:
    """Columns of the record, without those of the library and its marks of what was changed."""
    names = [c.name.lower() for c in table.columns if c.name.lower() not in own]
    return tuple(n for n in names if not (n.endswith("_mod") and n[:-4] in table.names))


def key_labels(history: History) -> Labels:
    """``stream_0`` … of a history table."""
    return {f"stream_{i}": name for i, name in enumerate(history.key)}


# -- history tables whose rows name a revision --------------------------------------------------


class RevisionTables(ImageTables):
    """Rows name a revision (a transaction), and a table of these says when it was.

    Attributes:
        revisions: shape of that table; ``revision_id`` is its key and ``revised_at`` its time.
        revision, operation: columns of a history table.
        own: all columns of a history table that are the library's.
        suffix: what the library puts behind the name of the table.
    """

    revisions: Shape
    revision_id = ""
    revised_at = ""
    revision = ""
    operation = ""
    own: frozenset[str] = frozenset()
    suffix = ""

    def histories(self, catalog: Catalog) -> Sequence[History]:
        """Tables of the shape that have a table of revisions beside them."""
        found: list[History] = []
        live = LiveTables(catalog)
        revisions: dict[str | None, list[Table]] = {}
        for table in having(catalog, self.revisions):
            revisions.setdefault(table.schema, []).append(table)
        for table in having(catalog, self.shape) if revisions else ():
            history = self._history(live, table, revisions.get(table.schema, ()))
            if history is not None:
                found.append(history)
        return found

    def _history(
        self, live: LiveTables, table: Table, revisions: Sequence[Table]
    ) -> History | None:
        """The table as a history; of several tables of revisions, the nearest name wins."""
        owner = max(revisions, key=lambda r: common_prefix(r.name, table.name), default=None)
        about = table.name
        if about.lower().endswith(self.suffix):
            about = about[: -len(self.suffix)]
        keyed = tuple(n.lower() for n in table.primary_key if n.lower() != self.revision)
        key = keyed or record_key(table, self.own, live.named(table.schema, about))
        fields = fields_of(table, self.own)
        if owner is None or not key[0] or not set(fields) >= set(key):
            return None
        return History(table, about, key, fields, owner)

    def judge(self, scale: Scale, first: History) -> None:
        """The table of revisions is there, or it were no match."""
        if first.revisions is not None:
            scale.sibling("revisions", first.revisions, 10)

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """What a table lacks, or that there is no table of revisions."""
        tables = list(having(catalog, self.shape))
        if not tables:
            return super().nearly(catalog)
        text = tr("{table} is there, but no {role}", table=tables[0].full_name, role="revisions")
        return (NearMiss(self.name, self.title, 50, (text,)),)

    def part(self, history: History, dialect: str) -> Source:
        """One table with its revisions; in the order of the index that it has."""
        revisions = cast("Table", history.revisions)
        cells, told = Cells(history.table, alias="h"), Cells(revisions, alias="r")
        rest = [
            c.name.lower()
            for c in revisions.columns
            if c.name.lower() not in (self.revision_id, self.revised_at)
        ]
        labels = key_labels(history) | {
            "global_0": self.revision,
            "type": in_words(cells[self.operation], self.words),
            "recorded_at": told[self.revised_at],
            "payload": assembled(cells, history.table, history.fields, dialect),
            "metadata": assembled(told, revisions, rest, dialect) if rest else None,
            "actor": _actor(told),
        }
        same = told[self.revision_id] == cells[self.revision]
        joined = cells.source.outerjoin(told.source, same)
        keys = tuple(key_labels(history))
        by_record = history.table.has_index(*history.key, self.revision)
        order = (*keys, "global_0") if by_record else ("global_0", *keys)
        return Source(
            events=sa.select(*cells.labelled(labels)).select_from(joined),
            stream_key=keys,
            order_key=order,
            order_indexed=by_record or history.table.has_index(self.revision, *history.key),
            order_is_walk=by_record,
            stream_order=("global_0",),
            counted_positions=True,
            places=self.places(dialect),
            folding=self.folding(),
        )


def _actor(told: Cells) -> Expression | None:
    """Who made the revision, under the names that applications give such a column."""
    for name in ("user_id", "username", "user_name", "modified_by"):
        if name in told:
            return told[name]
    return None
