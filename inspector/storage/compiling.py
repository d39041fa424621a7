"""SQLAlchemy statements as driver SQL, compiled once each.

A layout's statements are built once and asked for again and again with other values. Compiling
costs more than many of the reads, so the SQL is kept by the statement's identity.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy.sql import visitors

if TYPE_CHECKING:
    from collections.abc import Mapping

    import sqlalchemy as sa
    from sqlalchemy.engine import Dialect

KEPT = 512
"""Statements remembered; the one that was not used for longest goes first."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """Driver SQL and the values that the statement itself brings.

    Attributes:
        names: every parameter; ``required``: those without a value of their own.
        inner_names: names of common table expressions and aliases in the statement.
    """

    text: str
    values: Mapping[str, Any]
    required: frozenset[str]
    inner_names: frozenset[str]

    def with_values(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """All parameters of one execution.

        Raises:
            KeyError: a value is missing; a forgotten one would silently mean NULL.
        """
        missing = self.required - given.keys()
        if missing:
            raise KeyError(f"no value for {', '.join(sorted(missing))}")
        return {**self.values, **given}


class Compiler:
    """Compiles for one dialect and remembers; used by one thread at a time."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self._known: OrderedDict[tuple[sa.Executable, frozenset[str]], Compiled] = OrderedDict()

    def compiled(
        self, statement: sa.Executable, odd_texts: frozenset[str] = frozenset()
    ) -> Compiled:
        """The driver's SQL for a statement.

        Args:
            odd_texts: parameters that are given as bytes but mean text (only SQLite has text
                that is not Unicode).
        """
        key = (statement, odd_texts)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = _compile(statement, self.dialect, odd_texts)
            if len(self._known) > KEPT:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end(key)
        return found


def _compile(statement: Any, dialect: Dialect, odd_texts: frozenset[str]) -> Compiled:
    made = statement.compile(
        dialect=dialect,
        compile_kwargs={"render_postcompile": True, "odd_texts": odd_texts}
        if odd_texts
        else {"render_postcompile": True},
    )
    required = frozenset(name for bind, name in made.bind_names.items() if bind.required)
    values = {name: value for name, value in made.params.items() if name not in required}
    names = (getattr(part, "name", None) for part in visitors.iterate(statement))
    return Compiled(str(made), values, required, frozenset(n for n in names if n))
