"""Looking for tables by their columns.

A :class:`Shape` says which columns a table of some role must have and of which kind. Names
of tables are never asked. The same description yields matches and, for the runners-up, what
was missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from inspector.core.texts import tr
from inspector.layouts._api import Catalog, Column, NearMiss, Table

KINDS: Mapping[str, tuple[str, ...]] = {
    "text": ("text", "char", "clob", "string", "varchar", "uuid", "name"),
    "integer": ("int", "serial", "numeric", "decimal", "number"),
    "bytes": ("blob", "bytea", "binary"),
    "json": ("json",),
    "uuid": ("uuid",),
    "time": ("time", "date"),
    "bool": ("bool",),
    "array": ("[]", "array"),
    "xid": ("xid",),
    "range": ("range",),
}
"""Kind to the fragments of declared type names that mean it. SQLite's types are free text,
so a column without a declared type fits every kind."""


NEAR = 55
"""A table that has every column, and one too many, is this near and no nearer to a match."""

LISTED = 5
"""A table of 10,000 columns is not explained column by column."""


def is_kind(column: Column, *kinds: str) -> bool:
    """Whether the declared type can be of one of these kinds; no kinds: any."""
    if not kinds or not column.type:
        return True
    declared = column.type.lower()
    return any(part in declared for kind in kinds for part in KINDS[kind])


@dataclass(frozen=True)
class Example:
    """Tables of a store, for the manual's page of a layout that columns alone do not tell.

    Attributes:
        tables: names with their columns, such as ``id:bigint name``.
        rows: a few rows of a table.
        dialect: the database that it would be in.
    """

    tables: Mapping[str, str]
    rows: Mapping[str, Sequence[Mapping[str, object]]] = field(default_factory=dict)
    dialect: str = "postgresql"

    @property
    def catalog(self) -> Catalog:
        """The tables as a database would describe them."""
        schema = "public" if self.dialect == "postgresql" else None
        tables = []
        for name, written in self.tables.items():
            parts = (column.partition(":") for column in written.split())
            columns = tuple(Column(n, kind.replace("_", " ")) for n, _, kind in parts)
            tables.append(Table(name, columns, schema, rowid=schema is None))
        return Catalog(self.dialect, tuple(tables), lambda t: tuple(self.rows.get(t.name, ())))


@dataclass(frozen=True)
class Shape:
    """Columns of one role.

    Attributes:
        required: column to accepted kinds (``()`` for any).
        optional: columns that may be there as well.
        forbidden: columns that mean another library.
        closed: no column beyond required and optional may be there.
    """

    required: Mapping[str, tuple[str, ...]]
    optional: frozenset[str] = field(default_factory=frozenset)
    forbidden: frozenset[str] = field(default_factory=frozenset)
    closed: bool = False

    def problems(self, table: Table) -> tuple[str, ...]:
        """What keeps the table from having this shape, as sentences; empty: it fits."""
        found = [_missing([name for name in self.required if name not in table.names])]
        for name, kinds in self.required.items():
            column = table.column(name) if name in table.names else None
            if column is not None and not is_kind(column, *kinds):
                found.append([_wrong_type(column, kinds)])
        strange = sorted(self.forbidden & table.names)
        found.append([tr("column {name} belongs to another format", name=n) for n in strange])
        if self.closed:
            found.append(_unexpected(self.extras(table)[:LISTED]))
        return tuple(text for part in found for text in part)

    def fits(self, table: Table) -> bool:
        """Whether nothing keeps the table from having this shape."""
        return self.required.keys() <= table.names and not self.problems(table)

    def extras(self, table: Table) -> list[str]:
        """Columns that the shape does not speak of, sorted."""
        return sorted(table.names - set(self.required) - self.optional - self.forbidden)

    def closeness(self, table: Table) -> float:
        """Share of the required columns that the table has, 0 to 1."""
        return len(self.required.keys() & table.names) / len(self.required)


def _missing(names: Sequence[str]) -> list[str]:
    if len(names) > 1:
        return [tr("no columns {names}", names=", ".join(names))]
    return [tr("no column {name}", name=name) for name in names]


def _unexpected(names: Sequence[str]) -> list[str]:
    return [tr("not expected: {names}", names=", ".join(names))] if names else []


def _wrong_type(column: Column, kinds: Sequence[str]) -> str:
    wanted = ", ".join(kinds)
    return tr(
        "column {name} is {type}, not {kinds}", name=column.name, type=column.type, kinds=wanted
    )


def having(catalog: Catalog, shape: Shape) -> Iterator[Table]:
    """Tables of this shape, in the catalog's order."""
    for table in catalog.tables:
        if shape.fits(table):
            yield table


def beside(catalog: Catalog, shape: Shape, table: Table) -> Table | None:
    """A table of this shape in the same schema as another; the nearest name wins."""
    rivals = [t for t in catalog.in_schema(table.schema) if shape.fits(t) and t is not table]
    return max(rivals, key=lambda t: common_prefix(t.name, table.name), default=None)


def nearest(catalog: Catalog, shape: Shape, table: Table) -> Table | None:
    """Of several tables of this shape, the one whose name begins most like another's.

    ``None`` when there is none, or when the names do not tell.
    """
    rivals = [t for t in catalog.in_schema(table.schema) if shape.fits(t) and t is not table]
    return _owner(table, rivals)


def paired(owners: Sequence[Table], helpers: Sequence[Table]) -> dict[Table, Table]:
    """Which helper table (snapshots, tracking) belongs to which of several owners.

    With one owner in the schema, names do not matter. With several, a helper goes to the one
    owner whose name begins most like its own, and to none when that is not one.
    """
    found: dict[Table, Table] = {}
    for helper in helpers:
        owner = _owner(helper, [o for o in owners if o.schema == helper.schema])
        if owner is None:
            continue
        known = found.get(owner)
        if known is None or _alike(owner, helper) > _alike(owner, known):
            found[owner] = helper
    return found


def _owner(helper: Table, owners: Sequence[Table]) -> Table | None:
    ranked = sorted(owners, key=lambda o: -_alike(o, helper))
    if len(ranked) > 1 and _alike(ranked[0], helper) == _alike(ranked[1], helper):
        return None
    return ranked[0] if ranked else None


def _alike(one: Table, other: Table) -> int:
    return common_prefix(one.name, other.name)


def near_misses(
    catalog: Catalog, layout: str, title: str, shape: Shape, *, least: float = 0.2
) -> tuple[NearMiss, ...]:
    """The table that comes closest without fitting, with what it lacks."""
    shares = ((shape.closeness(t), t) for t in catalog.tables)
    near = [(share, t) for share, t in shares if share >= least and not shape.fits(t)]
    if not near:
        return ()
    # Only the nearest are explained: there may be thousands of tables that are far.
    share = max(share for share, _ in near)
    told = [(shape.problems(t), t) for own, t in near if own == share]
    problems, table = min(told, key=lambda pair: len(pair[0]))
    reasons = tuple(f"{table.full_name}: {text}" for text in problems)
    return (NearMiss(layout, title, round(share * NEAR), reasons),)


def nearest_misses(
    catalog: Catalog, layout: str, title: str, shapes: Iterable[Shape]
) -> tuple[NearMiss, ...]:
    """The same for a table of several forms: what it lacks of the form that is nearest.

    Where several forms are as near, what it lacks of each is said.
    """
    tried = (near_misses(catalog, layout, title, shape) for shape in shapes)
    nearest = [miss for found in tried for miss in found]
    if not nearest:
        return ()
    best = max(miss.score for miss in nearest)
    texts = dict.fromkeys(t for miss in nearest if miss.score == best for t in miss.why_not)
    return (NearMiss(layout, title, best, tuple(texts)),)


def common_prefix(one: str, other: str) -> int:
    """How many characters two names begin with alike."""
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count
