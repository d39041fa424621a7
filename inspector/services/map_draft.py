"""A map file in the making: facts and their columns, and the text of the file.

What a file says beyond the facts that a dialog offers is kept as it was.

May import the map file's reader. Promises that the text of a draft reads as the same draft again.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from inspector.core.errors import OutputFailed
from inspector.core.texts import tr
from inspector.layouts._map_file import parse_map
from inspector.services.replacing_files import replace_file

NEEDED: Final = ("stream", "position", "order", "type", "payload")
WISHED: Final = (
    "recorded_at", "id", "metadata", "schema_version", "valid_at",
    "correlation_id", "causation_id", "actor", "tenant",
)  # fmt: skip
LISTS: Final = ("stream", "order")
"""Facts that several columns can make up together."""

INSIDE: Final = (
    "type", "id", "schema_version", "recorded_at", "valid_at",
    "correlation_id", "causation_id", "actor", "tenant",
)  # fmt: skip
"""Facts that can stand inside the payload or the metadata instead of in a column."""

FactValue = str | tuple[str, ...] | Mapping[str, object]
"""A column, several columns, or a place such as ``{"payload": "a.b"}``."""

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+\Z")


@dataclass(frozen=True, slots=True)
class TableView:
    """A table as a person chooses it.

    Attributes:
        name: with its schema, for people; ``schema`` and ``table`` for the map.
        columns: names with declared types, as stored.
        unique: column lists of which no two rows have the same values; the primary key is one.
    """

    name: str
    schema: str | None
    table: str
    columns: tuple[tuple[str, str], ...]
    readable: bool = True
    unique: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class MapDraft:
    """A map file in the making: its sections with their keys, as TOML has them."""

    sections: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @classmethod
    def for_table(cls, table: TableView, facts: Mapping[str, FactValue]) -> MapDraft:
        """A draft for one table."""
        where: dict[str, Any] = {"table": table.table}
        if table.schema is not None:
            where["schema"] = table.schema
        return cls({"events": where}).with_facts(facts)

    def with_facts(self, facts: Mapping[str, FactValue]) -> MapDraft:
        """The draft with these facts and no others; further keys stay."""
        events = {k: v for k, v in self.sections["events"].items() if k not in (*NEEDED, *WISHED)}
        for name in (*NEEDED, *WISHED):
            value = facts.get(name)
            if value:
                events[name] = list(value) if isinstance(value, tuple) else value
        category, stream = events.get("category"), tuple(facts.get("stream", ()))
        left = category in self.facts.get("stream", ()) and category not in stream
        if category is not None and (left or stream == (category,)):
            del events["category"]
        return MapDraft({**self.sections, "events": events})

    @property
    def facts(self) -> dict[str, FactValue]:
        """The facts of the events table."""
        events = self.sections.get("events", {})
        found: dict[str, FactValue] = {}
        for name in (*NEEDED, *WISHED):
            value = events.get(name)
            if value:
                found[name] = _columns(value) if name in LISTS else value
        return found

    @property
    def missing(self) -> tuple[str, ...]:
        """Facts without which there are no events."""
        known = self.facts
        lacking = [name for name in ("stream", "type", "payload") if name not in known]
        if "position" not in known and "order" not in known:
            lacking.insert(1 if "stream" in lacking else 0, "position")
        return tuple(lacking)

    def table_in(self, tables: Sequence[TableView]) -> TableView | None:
        """The table that the draft means."""
        events = self.sections.get("events", {})
        wanted, schema = str(events.get("table", "")), events.get("schema")
        for table in tables:
            if schema is None and wanted in (table.table, table.name):
                return table
            if (table.schema, table.table) == (schema, wanted):
                return table
        return None

    @property
    def text(self) -> str:
        """The draft as the text of a map file."""
        parts: list[str] = []
        for section, content in self.sections.items():
            parts.append(f"[{section}]")
            parts += [f"{_key(key)} = {_value(value)}" for key, value in content.items()]
            parts.append("")
        return "\n".join(parts)


def read_draft(text: str, origin: str = "map file") -> MapDraft:
    """A draft from the text of a map file.

    Raises:
        InputInvalid: it is no map file; the message names line and column.
    """
    parse_map(text, origin)
    return MapDraft(tomllib.loads(text))


def save_map_file(path: str, text: str) -> None:
    """Write a map file; a file of that name is replaced only when the new one is whole.

    Raises:
        OutputFailed: it could not be written.
    """
    target = Path(path).expanduser()
    try:
        replace_file(target, text.encode("utf-8"), 0o644)
    except (OSError, UnicodeEncodeError) as error:
        words = getattr(error, "strerror", None) or str(error)
        message = tr("{file} could not be written: {reason}.", file=path, reason=words)
        raise OutputFailed(message) from error


def _columns(value: object) -> tuple[str, ...]:
    return tuple(str(v) for v in value) if isinstance(value, list) else (str(value),)


def _key(name: str) -> str:
    return name if _BARE.match(name) else _text(name)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(v) for v in value) + "]"
    return _text(str(value))


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
