"""What a layout is: one store format, recognised by its columns and described as SQL.

A layout is one file with a module-level ``LAYOUT``. It looks at a :class:`Catalog` (values,
no database), answers with matches and near misses, and describes a match as SQLAlchemy Core
*expressions* whose columns carry the standard labels below. It never runs SQL: paging,
counting, decoding and shaping are storage's work and are the same for every layout.

May import ``inspector.core`` and SQLAlchemy expressions; never an engine, another layout
(shared helpers live in modules whose name begins with ``_``), or a codec (named by text).

Standard labels (a label that a store has no column for is left out):

==================== =======================================================================
``stream_0`` …       stream key columns, raw, in the order of the index that finds a stream
``stream_name``      the stream's own name, when the key is not the name
``category``         the stream's category, when a column of its own says it
``position``         place in the stream
``global_0`` …       columns of the global order, raw, in the order of the index
``id`` ``type`` ``schema_version`` ``recorded_at`` ``valid_at``
``stored_at``        when the row was written, for events that say no time of their own
``payload``          business payload, raw; ``payload_more`` a second part (personal data)
``metadata``         metadata, raw
``correlation_id`` ``causation_id`` ``actor`` ``tenant`` ``tags`` (where there are no streams)
``kind``             ``event``, ``command``, ``snapshot``, ``tombstone``, ``link``
``origin_name`` ``origin_position``  where a linked event was first written
``archived`` ``deleted``             truth values
``item`` ``items``   of a row of several events: number of one, from 1 (ends both orders); how many
==================== =======================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import sqlalchemy as sa

from inspector.codecs._key_ring import KeyRing
from inspector.core.events import Event, PageKey, Scalar, Snapshot, StreamId, StreamKind
from inspector.core.row_changes import EffectOf
from inspector.core.snapshot_drafts import KnownKind, RowDraft, SnapshotDraft, Uncertain
from inspector.core.texts import tr

CERTAIN = 80
"""A match with this score or more, and no rival within ``MARGIN``, is taken unasked."""

MARGIN = 20


@dataclass(frozen=True, slots=True)
class Column:
    """A column: name as stored, declared type in lower case, whether NULL is allowed."""

    name: str
    type: str
    nullable: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """A table or view as the database describes it.

    Attributes:
        kind: ``table``, ``partitioned``, ``view`` or ``foreign`` (children of a partitioned
            table are not in the catalog at all).
        unique: column lists with a unique constraint or index, the primary key included.
        indexes: leading column lists of all usable indexes (not partial, no expressions).
        expressions: PostgreSQL only: what usable indexes over expressions are made of.
        rowid: SQLite only: the table has an implicit row id.
        readable: the role may SELECT from it.
        filtered: row-level security may hide rows of it from the role.
        names: column names in lower case.
    """

    name: str
    columns: tuple[Column, ...]
    schema: str | None = None
    kind: str = "table"
    primary_key: tuple[str, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()
    expressions: tuple[tuple[str, ...], ...] = ()
    rowid: bool = False
    readable: bool = True
    filtered: bool = False
    names: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Found once: a database may have ten thousand tables, and every layout asks.
        object.__setattr__(self, "names", frozenset(c.name.lower() for c in self.columns))

    @property
    def full_name(self) -> str:
        """Schema and name for people, unquoted."""
        return f"{self.schema}.{self.name}" if self.schema else self.name

    def column(self, name: str) -> Column | None:
        """The column of that name, whatever its case."""
        for column in self.columns:
            if column.name.lower() == name:
                return column
        return None

    def clause(self) -> sa.TableClause:
        """The table as an SQL expression, every identifier quoted."""
        return sa.table(
            sa.quoted_name(self.name, True),
            *(sa.column(sa.quoted_name(c.name, True)) for c in self.columns),
            schema=sa.quoted_name(self.schema, True) if self.schema else None,
        )

    def has_index(self, *columns: str) -> bool:
        """Whether an index begins with these columns, in this order."""
        wanted = tuple(columns)
        known = (*self.indexes, *self.unique, self.primary_key)
        return any(tuple(n.lower() for n in k)[: len(wanted)] == wanted for k in known)


Sample = Mapping[str, object]


@dataclass(frozen=True)
class Catalog:
    """All tables of a database, in every schema the role can see.

    Attributes:
        dialect: ``sqlite`` or ``postgresql``.
        sampler: reads up to a few rows of one table, asked only when columns alone do not
            decide; answers nothing for an empty or unreadable table.
        skipped_views: names of views that were left out because the user has not agreed.
    """

    dialect: str
    tables: tuple[Table, ...]
    sampler: Callable[[Table], Sequence[Sample]] = field(default=lambda table: ())
    skipped_views: tuple[str, ...] = ()

    def in_schema(self, schema: str | None) -> tuple[Table, ...]:
        """Tables of one schema."""
        return self._by_schema.get(schema, ())

    @cached_property
    def _by_schema(self) -> Mapping[str | None, tuple[Table, ...]]:
        """Grouped once: one store per schema, in a thousand schemas, is quite usual."""
        groups: dict[str | None, list[Table]] = {}
        for table in self.tables:
            groups.setdefault(table.schema, []).append(table)
        return {schema: tuple(tables) for schema, tables in groups.items()}


@dataclass(frozen=True)
class Match:
    """A store that a layout recognised.

    Attributes:
        score: 0 to 100.
        tables: role to table: ``events``, ``streams``, ``snapshots`` …
        evidence: sentences about what was found.
        variant: the generation or dialect of the layout, for :meth:`Layout.source`.
        doubts: sentences about what is odd but did not decide.
        options: what the layout wants to remember (for ``mapped``: the user's columns).
        trail: an audit trail, whose rows are changes of records and not events of a domain; a
            store of events in the same database is the one that is meant.
    """

    layout: str
    title: str
    score: int
    tables: Mapping[str, Table]
    evidence: tuple[str, ...]
    variant: str = ""
    doubts: tuple[str, ...] = ()
    options: Mapping[str, object] = field(default_factory=dict)
    trail: bool = False

    @property
    def schema(self) -> str | None:
        """Schema of the events table."""
        return self.tables["events"].schema


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A layout that does not fit, and what was missing."""

    layout: str
    title: str
    score: int
    why_not: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a cell is written.

    Attributes:
        codecs: names of the codecs that this library is known to use, tried before others.
        refine: names of refiners applied to the decoded value.
    """

    codecs: tuple[str, ...] = ("json",)
    refine: tuple[str, ...] = ()


COLUMN = "column"
"""The cell of a :class:`Place` for a category that only a column of the events tells."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where inside a decoded cell a fact is: ``payload`` or ``metadata``, then keys."""

    cell: str
    path: tuple[str, ...]


@dataclass(frozen=True)
class Places:
    """Facts that have no column of their own. A column with a value wins over a place.

    Attributes:
        meta: where the metadata is, when it is not the ``metadata`` cell.
        category: what a stream is about, where only its events tell: within a cell, or in a
            column of theirs (``Place(COLUMN, ())``).
        data: where the business data is within the payload, when a library wraps it.
        hidden: payload keys of the library's own envelope: not business data.
        unfolded: payload keys that are data, but no part of any state (a time stamp).
        schema_version_default: what a missing version means (``None``: nothing).
        time_zone_utc: the library documents that its zone-less times are UTC.
        epoch_per_second: integer times count this many units a second.
    """

    type: Place | None = None
    id: Place | None = None
    schema_version: Place | None = None
    schema_version_default: int | None = None
    recorded_at: Place | None = None
    valid_at: Place | None = None
    correlation_id: Place | None = None
    causation_id: Place | None = None
    actor: Place | None = None
    tenant: Place | None = None
    meta: Place | None = None
    category: Place | None = None
    data: Place | None = None
    hidden: frozenset[str] = frozenset()
    unfolded: frozenset[str] = frozenset()
    time_zone_utc: bool = False
    epoch_per_second: int = 1000


@dataclass(frozen=True)
class Folding:
    """Which rows of a stream change its state, for the generic reducer.

    Attributes:
        ignore_types: rows of these types are shown but never folded.
        ignore_kinds: rows of these kinds likewise (commands in an event stream).
        seed_types: rows whose payload *is* the state so far, used only as the first row.
        effect_of: what each row of an audit trail recorded of its record; then nothing is
            guessed, and the generic reducer has no part in it.
    """

    ignore_types: frozenset[str] = frozenset()
    ignore_kinds: frozenset[str] = frozenset({"command", "tombstone", "snapshot"})
    seed_types: frozenset[str] = frozenset()
    effect_of: EffectOf | None = None


@dataclass(frozen=True)
class Parts:
    """Several tables of events that are one store: a table per stream, or per kind of stream.

    Every key of the store begins with the name of the part; what follows is the part's own key.

    Attributes:
        names: the parts, in the order in which the store is read.
        describe: a part as a source of its own, asked for only when it is read.
        merged: :attr:`Source.events` reads all parts in one order; else one after the other.
        shared: an event may be in several parts or in none: only the whole store counts it once.
        holding: names of the parts (one column) that may hold such a stream; ``None``: any.
    """

    names: tuple[str, ...]
    describe: Callable[[str], Source]
    merged: bool = False
    shared: bool = False
    holding: Callable[[str], sa.Select[tuple[object, ...]]] | None = None

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Where in the order each part is."""
        return {name: i for i, name in enumerate(self.names)}


@dataclass(frozen=True)
class Source:
    """A match described as SQL with standard labels.

    Attributes:
        events: every event of the store once, unordered.
        stream_key: labels that identify a stream, in the order of the index that finds it.
        order_key: labels of the global order; empty when the store has none.
        order_indexed: an index serves the global order (else reading it is a scan).
        order_is_walk: the store has no order over its streams; ``order_key`` is only how it is
            read, one stream after the other.
        stream_events: how one stream is read when that differs from ``events`` (link
            tables, tags); must carry the ``stream_key`` labels.
        stream_order: labels that order a stream, oldest first.
        counted_positions: the store has no positions; events of a stream are counted from 1.
        loose_order: labels that order a stream whose rows have no position (``NULL``), where
            the library allows such streams.
        loose_key: rows whose stream key is ``NULL`` are one list of events outside streams.
        byte_key: on SQLite the (only) key column holds bytes, which a driver may have stored
            as blobs, as texts of the same bytes, or some so and some so.
        streams: one row per stream with the ``stream_key`` labels (and ``stream_name``,
            ``category``, ``archived``, ``deleted``, ``kind``), when the store has such a table.
            Without it, streams are found by skipping through the index of ``events``.
        streams_order: label(s) that order and find rows of ``streams``.
        snapshots: labels ``stream_0`` … (or only ``stream_name``), ``position``, ``type``,
            ``schema_version``, ``recorded_at``, ``payload``, ``metadata``, ``row_key``. A
            position that only the decoded state tells is left to ``adjust_snapshot``. The
            key is what :meth:`Layout.snapshot_key` gives, so that an index finds it.
        parts: the store has several tables of events; the other attributes then speak of the
            store as a whole, as far as something reads it as a whole.
        schema_versions: ``stored``, ``named`` (part of the type name) or ``none``.
        snapshot_write: ``native`` when :meth:`Layout.snapshot_row` knows the rows.
        snapshot_role: the table of them, by its role in the match.
        old_snapshots_unread: the library reads over snapshots of another schema version.
        sealed: whether a value is one that the application encrypted.
        unseal: opens values that were encrypted one by one, or seals them; must not raise;
            ``unseal_data`` does so where the data alone tell which they are.
        vault: the store's own keys, with the labels ``subject``, ``key``, ``method``, ``iv``.
        kinds_by_events: what a snapshot is of, only the first event of its stream tells.
        snapshot_bookkeeping: top-level fields of a snapshot's state that no event holds.
    """

    events: sa.Select[tuple[object, ...]]
    stream_key: tuple[str, ...]
    order_key: tuple[str, ...]
    order_indexed: bool = True
    order_is_walk: bool = False
    stream_events: sa.Select[tuple[object, ...]] | None = None
    stream_order: tuple[str, ...] = ("position",)
    counted_positions: bool = False
    loose_order: tuple[str, ...] = ()
    loose_key: bool = False
    byte_key: bool = False
    streams: sa.Select[tuple[object, ...]] | None = None
    streams_order: tuple[str, ...] = ()
    snapshots: sa.Select[tuple[object, ...]] | None = None
    payload: Encoding = Encoding()
    metadata: Encoding = Encoding()
    snapshot_payload: Encoding | None = None
    places: Places = Places()
    folding: Folding = Folding()
    parts: Parts | None = None
    schema_versions: str = "none"
    snapshot_write: str = "none"
    snapshot_role: str = "snapshots"
    old_snapshots_unread: bool = False
    sealed: Callable[[object], bool] = lambda _value: False
    unseal: Callable[[Event, KeyRing], Event] | None = None
    unseal_data: Callable[[Any, KeyRing], Any] | None = None
    vault: sa.Select[tuple[object, ...]] | None = None
    kinds_by_events: bool = False
    snapshot_bookkeeping: frozenset[str] = frozenset()

    @property
    def ordered(self) -> bool:
        """Whether the store has an order over all its streams."""
        known = bool(self.order_key) and not self.order_is_walk
        return known and (self.parts is None or self.parts.merged)


class Layout(Protocol):
    """One store format. Methods must not raise: a failing layout is skipped and reported."""

    @property
    def name(self) -> str:
        """Stable short name, also the file's name."""

    @property
    def title(self) -> str:
        """For people: library and generation."""

    def match(self, catalog: Catalog) -> Sequence[Match]:
        """Every store of this format in the database."""

    def nearly(self, catalog: Catalog) -> Sequence[NearMiss]:
        """The tables that came closest, and what they lack; empty when nothing is close."""

    def source(self, match: Match, dialect: str) -> Source:
        """The match as SQL."""

    def stream_id(self, key: PageKey, name: str | None, match: Match) -> StreamId:
        """What people call the stream with this key (``name``: the ``stream_name`` label)."""

    def stream_keys(self, name: str, category: str | None, match: Match) -> Sequence[PageKey]:
        """Keys that a stream of this name could have.

        ``...`` (Ellipsis) in a key stands for a column whose value only the index tells.
        """

    adjusts: frozenset[str] | None
    """What of an event :meth:`adjust` may change (``None``: anything); columns tell the rest."""

    def adjust(self, event: Event) -> Event:
        """A last look at one shaped event: what labels and places cannot say."""

    def snapshot_key(self, stream: StreamId, match: Match) -> PageKey | None:
        """Values of the snapshots' stream labels for this stream; ``None``: it has none.

        The labels are ``stream_0`` … where ``Source.snapshots`` has them, else
        ``stream_name``.
        """

    def adjust_snapshot(self, snapshot: Snapshot) -> Snapshot:
        """A last look at one shaped snapshot: its state without the library's wrapping."""

    def snapshot_kind(self, snapshot: Snapshot) -> str | None:
        """What its state is of, in the library's words: the class of an aggregate."""

    def stream_kind(self, first: Event, known: Collection[KnownKind]) -> str | None:
        """The same for a stream, by its first event; ``None``: that cannot be told."""

    def snapshot_row(self, draft: SnapshotDraft, match: Match) -> RowDraft:
        """The row that the library itself would write for a state.

        Raises:
            Uncertain: it is not known for certain how that row looks.
        """


class PlainLayout:
    """The usual behaviour, for layouts that need no other; storage knows the protocol only."""

    name = ""
    title = ""
    adjusts: frozenset[str] | None = None
    category_index: int | None = None
    name_index: int = 0

    def stream_id(self, key: PageKey, name: str | None, match: Match) -> StreamId:
        """Name and category straight from the key columns."""
        category = None if self.category_index is None else plain_text(key[self.category_index])
        return StreamId(name or plain_text(key[self.name_index]), category, key)

    def stream_keys(self, name: str, category: str | None, match: Match) -> Sequence[PageKey]:
        """The name as it is; an unknown category stays open."""
        if self.category_index is None:
            return ((name,),)
        key: list[Scalar] = [..., ...]
        key[self.name_index] = name
        if category is not None:
            key[self.category_index] = category
        return (tuple(key),)

    def adjust(self, event: Event) -> Event:
        """Nothing to add."""
        return event

    def snapshot_key(self, stream: StreamId, match: Match) -> PageKey | None:
        """Snapshots carry the same key as the events."""
        return stream.key

    def adjust_snapshot(self, snapshot: Snapshot) -> Snapshot:
        """Nothing to add."""
        return snapshot

    def snapshot_kind(self, snapshot: Snapshot) -> str | None:
        """The stored type."""
        return snapshot.type

    def stream_kind(self, first: Event, known: Collection[KnownKind]) -> str | None:
        """Nobody knows."""
        return None

    def snapshot_row(self, draft: SnapshotDraft, match: Match) -> RowDraft:
        """Nobody knows; errors as :meth:`Layout.snapshot_row`."""
        raise Uncertain(tr("How this library writes snapshots is not known for certain."))


def plain_text(value: Scalar) -> str:
    """A key value for people; bytes that are no text are shown in hexadecimal."""
    if isinstance(value, bytes):
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            return value.hex()
    return "" if value is None else str(value)


__all__ = [
    "CERTAIN", "COLUMN", "MARGIN", "Catalog", "Column", "Encoding", "Folding", "Layout", "Match",
    "NearMiss", "Parts", "Place", "Places", "PlainLayout", "Sample", "Source", "StreamKind",
    "Table", "plain_text",
]  # fmt: skip
