"""A map file in the making: facts and their columns, proposals, and the text of the file.

What a file says beyond the facts that a dialog offers is kept as it was.

May import the map file's reader. Promises that nothing is guessed silently (:func:`guessed`
proposes, a person decides), and that the text of a draft reads as the same draft again.
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

_USUAL: Final[Mapping[str, tuple[str, ...]]] = {
    "stream": (
        "stream_id", "stream_name", "stream", "aggregate_id", "aggregate_root_id",
        "aggregate_uuid", "entity_id", "originator_id", "persistence_id", "subject_id",
        "source_id",
    ),
    "position": (
        "stream_position", "stream_version", "aggregate_version", "version", "position",
        "sequence_number", "sequence", "revision", "playhead", "seq", "seq_no", "ver",
    ),
    "order": (
        "global_position", "global_index", "global_sequence", "position", "ordering", "offset",
        "event_number", "sequence", "id", "no",
    ),
    "type": (
        "event_type", "event_name", "type", "message_type", "payload_type", "name", "kind",
        "topic",
    ),
    "payload": (
        "payload", "event_data", "data", "body", "message_data", "event_body", "content",
        "state", "event",
    ),
    "recorded_at": (
        "recorded_at", "created_at", "occurred_at", "inserted_at", "stored_at", "timestamp",
        "occurred_on", "created", "recorded_on", "time",
    ),
    "id": ("event_id", "message_id", "event_uuid", "uuid"),
    "metadata": ("metadata", "event_metadata", "meta", "headers", "meta_data"),
    "schema_version": ("schema_version", "event_version", "payload_version", "data_version"),
    "valid_at": ("valid_at", "effective_at", "business_time"),
    "correlation_id": ("correlation_id",),
    "causation_id": ("causation_id",),
    "actor": ("actor", "user_id", "user_name", "username", "created_by", "user"),
    "tenant": ("tenant", "tenant_id"),
}  # fmt: skip
"""Names that columns of event tables often have, the likeliest first."""

_TELLING: Final = {"stream": 4, "payload": 4, "type": 2, "position": 2}
"""How much a guessed fact speaks for an event table; every table has an id or a name."""

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+\Z")


@dataclass(frozen=True, slots=True)
class TableView:
    """A table as a person chooses it.

    Attributes:
        name: with its schema, for people; ``schema`` and ``table`` for the map.
        columns: names with declared types, as stored.
    """

    name: str
    schema: str | None
    table: str
    columns: tuple[tuple[str, str], ...]
    readable: bool = True


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
        category = events.get("category")
        if category is not None and category not in facts.get("stream", ()):
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


def guessed(table: TableView) -> dict[str, FactValue]:
    """Facts that the names of the columns suggest; a proposal, nothing more."""
    plain = {_plain(name): name for name, _ in table.columns}
    types = dict(table.columns)
    facts: dict[str, FactValue] = {}
    used: set[str] = set()
    for fact, names in _USUAL.items():
        for usual in names:
            column = plain.get(_plain(usual))
            if column is None or column in used or not _may_be(fact, usual, types[column]):
                continue
            used.add(column)
            facts[fact] = (column,) if fact in LISTS else column
            break
    return facts


def likeliest(tables: Sequence[TableView]) -> TableView | None:
    """The table whose column names suggest the most facts, telling ones before others."""
    readable = [table for table in tables if table.readable]
    return max(readable, key=_promise, default=None)


def _promise(table: TableView) -> int:
    return sum(_TELLING.get(fact, 1) for fact in guessed(table))


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


def _plain(name: str) -> str:
    return name.lower().replace("_", "")


def _may_be(fact: str, usual: str, kind: str) -> bool:
    """An ``id`` orders a store only when it is a number."""
    if fact == "order" and usual in ("id", "no"):
        return any(word in kind for word in ("int", "serial", "numeric"))
    return True


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
