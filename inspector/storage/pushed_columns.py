"""How the columns of an event page are compared with constants, never leaving out too much.

SQLite gives every value a class of its own, whatever its column was declared as, so each
comparison first lets through what is not of the class that it understands. PostgreSQL says once
of which type a column is, and a column of another type is not compared at all. Texts are compared
byte by byte, whatever the collation of the column, and only for being equal or containing.

Imports SQLAlchemy expressions.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from inspector.layouts._api import COLUMN

if TYPE_CHECKING:
    from inspector.core.events import PageKey
    from inspector.layouts._api import Layout, Source

Clause = sa.ColumnElement[bool]

TEXT_TYPES: Final = frozenset({"text", "character varying"})
WHOLE_TYPES: Final = frozenset({"smallint", "integer", "bigint"})
WRITTEN_TYPES: Final = TEXT_TYPES | WHOLE_TYPES | {"uuid"}
"""Types of PostgreSQL whose text is what ``str`` makes of the value that the driver gives."""

_SECOND: Final = 1_000_000_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DAYS: Final = timedelta(days=2)
"""More than any zone is away from UTC: a text tells its own clock's day."""

_COMPARE: Final[Mapping[str, Any]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le,
    ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_OPPOSITE: Final = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}

_CLASSES: Final = {str: "text", int: "integer", bytes: "blob", type(None): "null"}
"""SQLite's classes of values, by what the driver makes of them."""

_LONGEST: Final = 1000
"""Characters of a text that is handed to the database."""


@dataclass(frozen=True)
class Answer:
    """When a part of a filter may be true, and when it may be false; ``None``: always."""

    true: Clause | None
    false: Clause | None


ANY: Final = Answer(None, None)


@dataclass(frozen=True)
class Asked:
    """A page of events that a condition is asked for.

    Attributes:
        base: its columns, by their labels.
        dialect: ``sqlite`` or ``postgresql``.
        types: PostgreSQL only: the type of each column.
        any_text: every text can be handed to the database, not only ASCII.
    """

    layout: Layout
    source: Source
    base: sa.FromClause
    dialect: str
    types: Mapping[str, str]
    any_text: bool = True


class Columns:
    """The columns of a page, for comparing."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._sqlite = asked.dialect == "sqlite"

    def _column(self, label: str) -> sa.ColumnElement[Any] | None:
        found = self._asked.base.c.get(label)
        return None if found is None else found

    @property
    def tell_category(self) -> bool:
        """Whether the category is what its column says, and nothing in the payload is."""
        place = self._asked.source.places.category
        return place is None or place.cell == COLUMN

    def stream(self, sign: str, value: Any, keys: Mapping[str, tuple[PageKey, ...]]) -> Answer:
        """The stream's own name, as the keys of the streams of that name.

        Only where the key is the name: one that stands beside its key may not belong to it.
        """
        if "stream_name" in self._asked.base.c:
            return ANY
        names = value if sign == "in" and isinstance(value, list) else [value]
        known = [keys.get(n) if isinstance(n, str) else None for n in names]
        if sign not in ("==", "in") or self._asked.source.byte_key or any(k is None for k in known):
            return ANY
        keys_found = [key for found in known if found is not None for key in found]
        clauses = [self._key(key) for key in keys_found]
        return Answer(sa.or_(self._odd_key(keys_found), *clauses), None)

    def _odd_key(self, keys: Sequence[PageKey]) -> Clause:
        """Rows whose key is of another class than those that were found: it may read the same."""
        if not self._sqlite:
            return sa.false()
        odd = []
        for place, label in enumerate(self._asked.source.stream_key):
            kinds = {_CLASSES.get(key[place].__class__, "text") for key in keys} or {"text"}
            names: list[sa.ColumnElement[str]] = [
                sa.literal_column(f"'{kind}'") for kind in sorted(kinds)
            ]
            odd.append(sa.func.typeof(self._asked.base.c[label]).not_in(names))
        return sa.or_(*odd)

    def _key(self, key: PageKey) -> Clause:
        labels = zip(self._asked.source.stream_key, key, strict=True)
        return sa.and_(*(self._part(self._asked.base.c[label], part) for label, part in labels))

    @staticmethod
    def _part(column: sa.ColumnElement[Any], part: Any) -> Clause:
        if part is None:
            return column.is_(None)
        return column == sa.bindparam(None, part, type_=sa.types.NullType(), unique=True)

    # -- texts ----------------------------------------------------------------------------------

    def text(  # noqa: PLR0911 one case for each sign
        self, label: str, sign: str, value: Any, *, plain: bool
    ) -> Answer:
        """A text compared with a constant.

        Args:
            plain: a whole number in the column counts as its text.
        """
        column = self._column(label)
        if column is None:
            return ANY
        if sign == "in":
            return self._among(column, label, value, plain=plain)
        if not self._sendable(value) or not self._comparable(label, plain=plain):
            return ANY
        written = self._written(column)
        odd = self._odd(column, plain=plain)
        same = written == sa.literal(value, sa.Text())
        if sign == "==":
            return Answer(sa.or_(odd, same), sa.or_(odd, sa.not_(same)))
        if sign == "!=":
            return Answer(sa.or_(odd, sa.not_(same)), sa.or_(odd, same))
        if sign in ("contains", "startswith", "endswith") and value:
            return self._holding(odd, written, sign, value)
        return ANY

    def _among(
        self, column: sa.ColumnElement[Any], label: str, values: Any, *, plain: bool
    ) -> Answer:
        if not isinstance(values, list) or not self._comparable(label, plain=plain):
            return ANY
        texts = [value for value in values if isinstance(value, str)]
        if not texts or not all(map(self._sendable, texts)):
            return ANY
        odd = self._odd(column, plain=plain)
        same = self._written(column).in_([sa.literal(text, sa.Text()) for text in texts])
        return Answer(sa.or_(odd, same), sa.or_(odd, sa.not_(same)))

    def _holding(self, odd: Clause, written: Any, sign: str, value: str) -> Answer:
        find = sa.func.instr if self._sqlite else sa.func.pg_catalog.strpos
        place = find(written, sa.literal(value, sa.Text()))
        if sign == "contains":
            return Answer(sa.or_(odd, place > 0), sa.or_(odd, place == 0))
        if sign == "startswith":
            return Answer(sa.or_(odd, place == 1), sa.or_(odd, place != 1))
        return Answer(sa.or_(odd, place > 0), None)

    def _sendable(self, value: Any) -> bool:
        """Whether a constant is a text that every database takes."""
        if not isinstance(value, str) or len(value) > _LONGEST or "\x00" in value:
            return False
        if value.isascii():
            return True
        return self._asked.any_text and not any("\ud800" <= char <= "\udfff" for char in value)

    def _comparable(self, label: str, *, plain: bool) -> bool:
        if self._sqlite:
            return True
        known = WRITTEN_TYPES if plain else TEXT_TYPES
        return self._asked.types.get(label) in known

    def _written(self, column: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
        """The column's text, compared byte by byte."""
        collation = "BINARY" if self._sqlite else "C"
        return sa.collate(sa.cast(column, sa.Text()), collation)

    def _odd(self, column: sa.ColumnElement[Any], *, plain: bool) -> Clause:
        """Rows whose value is not what is compared, or is told elsewhere."""
        if not self._sqlite:
            return column.is_(None)
        classes = ("text", "integer") if plain else ("text",)
        return sa.func.typeof(column).not_in([sa.literal_column(f"'{name}'") for name in classes])

    # -- numbers --------------------------------------------------------------------------------

    def number(self, label: str, sign: str, value: Any) -> Answer:
        """A whole number compared with a constant."""
        column = self._column(label)
        if column is None or value.__class__ is not int or abs(value) >= 1 << 63:
            return ANY
        if self._sqlite:
            odd = sa.func.typeof(column) != sa.literal_column("'integer'")
        elif self._asked.types.get(label) in WHOLE_TYPES:
            odd = column.is_(None)
        else:
            return ANY
        return self._ordered(odd, column, sign, sa.literal(value, sa.BigInteger()))

    @staticmethod
    def _ordered(odd: Clause, column: Any, sign: str, constant: Any) -> Answer:
        if sign not in _OPPOSITE:
            return ANY
        holds, fails = _COMPARE[sign], _COMPARE[_OPPOSITE[sign]]
        return Answer(sa.or_(odd, holds(column, constant)), sa.or_(odd, fails(column, constant)))

    # -- times ----------------------------------------------------------------------------------

    def time(self, label: str, sign: str, moment: int | None) -> Answer:
        """A point in time compared with another, as nanoseconds since 1970.

        Only before and after: what is equal lies between the two.
        """
        column = self._column(label)
        if column is None or moment is None:
            return ANY
        earlier, later = self._before(column, label, moment), self._after(column, label, moment)
        if earlier is None or later is None:
            return ANY
        if sign in ("<", "<="):
            return Answer(earlier, later)
        if sign in (">", ">="):
            return Answer(later, earlier)
        if sign == "==":
            return Answer(sa.and_(earlier, later), None)
        return Answer(None, sa.and_(earlier, later)) if sign == "!=" else ANY

    def _before(self, column: Any, label: str, moment: int) -> Clause | None:
        """Rows whose time may be at or before a moment."""
        return self._near(column, label, moment, 1)

    def _after(self, column: Any, label: str, moment: int) -> Clause | None:
        """Rows whose time may be at or after a moment."""
        return self._near(column, label, moment, -1)

    def _near(self, column: Any, label: str, moment: int, sign: int) -> Clause | None:
        limit = _date_of(moment)
        per_second = self._asked.source.places.epoch_per_second
        if limit is None or abs(moment // _SECOND * per_second) >= 1 << 62:
            return None
        if not self._sqlite:
            return self._near_in_postgres(column, label, limit + sign * timedelta(seconds=2), sign)
        count = sa.literal((moment // _SECOND + 2 * sign) * per_second, sa.BigInteger())
        day = sa.literal((limit + sign * _DAYS).strftime("%Y-%m-%d"), sa.Text())
        kind = sa.func.typeof(column)
        text, head = sa.cast(column, sa.Text()), sa.func.substr(column, 1, 10)
        whole = kind == sa.literal_column("'integer'")
        dated = sa.and_(
            kind == sa.literal_column("'text'"),
            text.op("GLOB")(sa.literal_column("'[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*'")),
            text.op("NOT GLOB")(sa.literal_column("'*BC*'")),
        )
        within = (count >= column, day >= head) if sign > 0 else (count <= column, day <= head)
        return sa.or_(
            sa.and_(sa.not_(whole), sa.not_(dated)),
            sa.and_(whole, within[0]),
            sa.and_(dated, within[1]),
        )

    def _near_in_postgres(
        self, column: Any, label: str, limit: datetime, sign: int
    ) -> Clause | None:
        kind = self._asked.types.get(label)
        if kind == "timestamp with time zone":
            known = sa.literal(limit.isoformat(), sa.Text())
            bound: Any = sa.cast(known, sa.DateTime(timezone=True))
        elif kind == "timestamp without time zone":
            plain = limit.replace(tzinfo=None).isoformat()
            bound = sa.cast(sa.literal(plain, sa.Text()), sa.DateTime())
        else:
            return None
        within = column <= bound if sign > 0 else column >= bound
        return sa.or_(column.is_(None), within)


def _date_of(moment: int) -> datetime | None:
    """A moment as a date, when it is far from the ends of what has four digits."""
    try:
        found = _EPOCH + timedelta(seconds=moment // _SECOND)
    except OverflowError:
        return None
    return found if 10 <= found.year <= 9990 else None
