"""What a stored event is called, and which schema version it has: the ``[[type]]`` table.

Imports ``inspector.core`` only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from inspector.core.expressions import (
    EVENT_NAMES,
    MISSING,
    UNKNOWN,
    EvalFailed,
    ExpressionError,
    Pattern,
    PatternError,
    compile_pattern,
    group_names,
)
from inspector.core.rules.places import KeyPath
from inspector.core.rules.reader import SectionReader
from inspector.core.rules.steps import Value
from inspector.core.rules.targets import Ledger
from inspector.core.texts import tr
from inspector.core.upcasting import SchemaVersion

_PLACE: Final = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class TypeRow:
    """One row of the table.

    Attributes:
        place: where it stands.
        pattern: the pattern of stored type names, or ``None``.
        equals: stored type names, where there is no pattern.
        event: what such an event is called, with ``{group}`` for what the pattern found.
        version: gives its schema version.
        when: a condition on the event itself.
    """

    place: KeyPath
    pattern: Pattern | None
    equals: frozenset[str]
    event: str | None
    version: Value | None
    when: Value | None

    def groups(self, stored: str) -> Mapping[str, str | None] | None:
        """What the pattern finds in a stored type; ``None`` when the row is not for it."""
        if self.pattern is not None:
            try:
                return self.pattern.groups(stored)
            except PatternError:
                return None
        return {} if stored in self.equals else None

    def name(self, stored: str, groups: Mapping[str, str | None]) -> str:
        """What events of this type are called."""
        if self.event is None:
            return groups.get("event") or stored
        return _PLACE.sub(lambda found: groups.get(found[1]) or "", self.event)


def read_row(reader: SectionReader, place: KeyPath, table: Mapping[str, Any]) -> TypeRow:
    """Read one ``[[type]]``."""
    known = ("match", "equals", "event", "version", "when")
    reader.fields(place, table, needed=(), known=known)
    if ("match" in table) == ("equals" in table):
        raise reader.wrong(
            place, tr("Either “match” (a pattern) or “equals” (names) says which types.")
        )
    pattern = _pattern(reader, (*place, "match"), table["match"]) if "match" in table else None
    names = frozenset(reader.texts((*place, "equals"), table.get("equals", [])))
    inner = reader
    if pattern is not None:
        inner = SectionReader(
            reader.source, reader.problems, {**EVENT_NAMES, **group_names(pattern.names)}
        )
    version = inner.value((*place, "version"), table["version"]) if "version" in table else None
    when = inner.condition((*place, "when"), table["when"]) if "when" in table else None
    event = table.get("event")
    if event is not None:
        event = reader.text((*place, "event"), event)
    return TypeRow(place, pattern, names, event, version, when)


def _pattern(reader: SectionReader, place: KeyPath, spec: Any) -> Pattern:
    text = reader.text(place, spec)
    try:
        return compile_pattern(text)
    except PatternError as error:
        message = tr("The pattern is wrong: {why}", why=error.message)
        raise reader.wrong_in(place, ExpressionError(message, text, error.at)) from None


@dataclass(frozen=True, slots=True)
class Named:
    """What the rows that fit a stored type say of it.

    Attributes:
        name: what the first of them calls the event.
        rows: all of them, with what their patterns found.
    """

    name: str
    rows: tuple[tuple[TypeRow, Mapping[str, str | None]], ...]


class TypeTable:
    """All rows, with what was found for the types that were seen."""

    _MOST = 20_000

    def __init__(self, rows: tuple[TypeRow, ...]) -> None:
        self.rows = rows
        self._known: dict[str, Named] = {}

    def named(self, stored: str) -> Named:
        """What the table says of a stored type, whatever the event holds."""
        known = self._known.get(stored)
        if known is None:
            if len(self._known) >= self._MOST:
                self._known.clear()
            known = self._known[stored] = self._find(stored)
        return known

    def _find(self, stored: str) -> Named:
        rows = []
        for row in self.rows:
            groups = row.groups(stored)
            if groups is not None:
                rows.append((row, groups))
                if row.when is None:
                    break
        if not rows:
            return Named(stored, ())
        first, groups = rows[0]
        return Named(first.name(stored, groups), tuple(rows))

    def identify(self, scope: Ledger, stored: str) -> tuple[str, SchemaVersion | None]:
        """Name and version of the event that a scope looks at.

        Raises:
            EvalFailed: its version cannot be told.
        """
        for row, groups in self.named(stored).rows:
            scope.groups = groups
            try:
                if row.when is not None and row.when.run(scope) is not True:
                    continue
                name = row.name(stored, groups)
                if row.version is None:
                    return name, usual_version(scope.schema_version)
                return name, _version(row.version.run(scope))
            except EvalFailed as failed:
                failed.place = failed.place or (*row.place, "version")
                raise
        return stored, usual_version(scope.schema_version)


def _version(value: Any) -> SchemaVersion | None:
    if value is None or value is MISSING:
        return None
    if value is UNKNOWN:
        raise EvalFailed(tr("unlike kinds were compared, so the schema version is unknown"))
    if isinstance(value, int | str) and not isinstance(value, bool):
        return usual_version(value)
    raise EvalFailed(tr("a schema version is a whole number or a text"))


def usual_version(stored: SchemaVersion | None) -> SchemaVersion | None:
    """A version as a number where it is one."""
    if isinstance(stored, str) and len(stored) < 10 and stored.isascii() and stored.isdigit():
        return int(stored)
    return stored
