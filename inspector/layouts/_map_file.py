"""The map file: which columns of an unknown table mean what, in the user's words.

A small TOML file; nothing in it is executed. Every mistake is answered with its line::

    [events]
    table = "audit.order_events"     # or: schema = "audit" and table = "order_events"
    stream = ["tenant", "order_id"]  # one column or several; together they name a stream
    position = "version"             # may be left out: events are then counted in their order
    order = "id"                     # order of the whole store: one column or several
    type = "event_name"              # a column, or a place: { payload = "type" }
    payload = "body"
    # all further ones may be left out; each is a column or a place
    id = "event_id"
    metadata = "headers"             # only a column
    recorded_at = "created_at"
    valid_at = { metadata = "occurred.at" }
    schema_version = { metadata = "version" }
    correlation_id = "correlation"
    causation_id = "causation"
    actor = "user_name"
    tenant = "tenant"
    category = "tenant"              # one of the stream's columns, or another column

    [values]                         # how cells are written; may be left out
    payload = ["zlib", "json"]       # codecs to try before the others
    metadata = ["json"]
    refine = ["transcodings"]        # a library's own marks inside the payload
    time_unit = "milliseconds"       # of whole-number times: seconds … nanoseconds
    times_are_utc = true             # times without a zone are UTC
    schema_version_default = 1       # what a missing schema version means
    hidden = ["type"]                # payload keys that are no business data
    unfolded = ["timestamp"]         # payload keys that are data, but no part of the state

    [snapshots]                      # may be left out
    table = "order_snapshots"
    stream = ["tenant", "order_id"]  # as many columns as the events' stream
    position = "version"             # of the last event contained
    payload = "state"
    type = "kind"                    # type, schema_version, recorded_at: columns, optional
    codecs = ["json"]

Imports the core and the contract. Promises: no guess; an unknown key is an error with the
nearest known one as a hint.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Collection, Mapping
from typing import Any, NoReturn, cast

from inspector.core.errors import InputInvalid
from inspector.core.texts import tr
from inspector.layouts._api import Encoding, Place, Places
from inspector.layouts._map_values import ColumnMap, TableMap, at_place, place_of

UNITS: Mapping[str, int] = {
    "seconds": 1,
    "milliseconds": 1_000,
    "microseconds": 1_000_000,
    "nanoseconds": 1_000_000_000,
}

PLACEABLE = (
    "type", "id", "schema_version", "recorded_at", "valid_at",
    "correlation_id", "causation_id", "actor", "tenant",
)  # fmt: skip
"""Facts that may be inside the payload or the metadata instead of in a column."""

_EVENT_KEYS = frozenset(
    {"table", "schema", "stream", "position", "order", "payload", "metadata", "category"}
) | set(PLACEABLE)
_VALUE_KEYS = frozenset(
    {"payload", "metadata", "refine", "time_unit", "times_are_utc", "schema_version_default",
     "hidden", "unfolded"}
)  # fmt: skip
_SNAPSHOT_KEYS = frozenset(
    {"table", "schema", "stream", "position", "payload", "type", "schema_version", "recorded_at",
     "codecs"}
)  # fmt: skip
_SECTIONS: Mapping[str, frozenset[str]] = {
    "events": _EVENT_KEYS,
    "values": _VALUE_KEYS,
    "snapshots": _SNAPSHOT_KEYS,
}

_SECTION = re.compile(r"\s*\[\s*([A-Za-z0-9_-]+)\s*\]")
_KEY = re.compile(r"\s*\"?([A-Za-z0-9_-]+)\"?\s*=")
_WHERE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)\Z")


def parse_map(
    text: str,
    origin: str = "map file",
    *,
    codecs: Collection[str] | None = None,
    refiners: Collection[str] | None = None,
) -> ColumnMap:
    """Read a map file.

    Args:
        origin: what messages call the file.
        codecs, refiners: the names there are; without them any word is taken.

    Raises:
        InputInvalid: it is no TOML, or says something that is not in the format; the message
            names line and column.
    """
    return _Reader(text, origin, {"codecs": codecs, "refine": refiners}).read()


class _Reader:
    """Turns one TOML text into a map, and knows where every key stands."""

    def __init__(self, text: str, origin: str, known: Mapping[str, Collection[str] | None]) -> None:
        self._origin = origin
        self._names = known
        self._lines = _key_lines(text)
        try:
            self._data: dict[str, Any] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as fault:
            raise InputInvalid(_toml_message(origin, text, str(fault))) from fault

    def read(self) -> ColumnMap:
        self._known_keys()
        values = self._section("values")
        events = self._table("events")
        snapshots = self._table("snapshots") if "snapshots" in self._data else None
        if snapshots is not None and len(snapshots.stream) != len(events.stream):
            self._wrong(
                "snapshots", "stream", tr("it needs as many columns as the events' stream.")
            )
        codecs = (
            self._words("snapshots", "codecs") if "codecs" in self._section("snapshots") else ()
        )
        return ColumnMap(
            origin=self._origin,
            events=events,
            snapshots=snapshots,
            payload=Encoding(self._named("values", "payload", "codecs"), self._refine()),
            metadata=Encoding(self._named("values", "metadata", "codecs")),
            snapshot_payload=Encoding(codecs, self._refine()) if codecs else None,
            places=self._places(values),
            category=self._category(events),
            lines=self._lines,
        )

    def _known_keys(self) -> None:
        for section, content in self._data.items():
            if section not in _SECTIONS:
                self._unknown(section, "", section, _SECTIONS)
            if not isinstance(content, dict):
                self._wrong(section, "", tr("{name} must be a section: [{name}].", name=section))
            for key in content:
                if key not in _SECTIONS[section]:
                    self._unknown(section, key, key, _SECTIONS[section])
        if "events" not in self._data:
            raise InputInvalid(
                at_place(self._origin, 1, 1) + ": " + tr("there is no section [events]."),
                hint=tr("Name the table and its columns under [events]."),
            )

    def _table(self, section: str) -> TableMap:
        content = self._section(section)
        columns: dict[str, str] = {}
        for label in ("position", "payload", "metadata", *PLACEABLE):
            if isinstance(content.get(label), str):
                columns[label] = self._text(section, label)
        self._needed(section, columns)
        return TableMap(
            section=section,
            table=self._text(section, "table"),
            schema=self._text(section, "schema") if "schema" in content else None,
            stream=self._words(section, "stream"),
            order=self._words(section, "order") if "order" in content else (),
            columns=columns,
        )

    def _needed(self, section: str, columns: Mapping[str, str]) -> None:
        content = self._section(section)
        needed = ["table", "stream", "payload"]
        if section == "snapshots":
            needed.append("position")
        elif "position" not in content and "order" not in content:
            self._wrong(section, "", tr("position or order is needed: events must have an order."))
        for key in needed:
            if key not in content:
                self._wrong(
                    section, "", tr("{key} is needed in [{section}].", key=key, section=section)
                )
        if section == "events" and "type" not in content:
            self._wrong(section, "", tr('type is needed: a column, or { payload = "key" }.'))
        for key in ("position", "payload", "metadata"):
            if key in content and key not in columns:
                self._wrong(section, key, tr("{key} must be the name of a column.", key=key))

    def _places(self, values: Mapping[str, Any]) -> Places:
        events = self._section("events")
        found: dict[str, Any] = {
            name: self._place_of(name) for name in PLACEABLE if isinstance(events.get(name), dict)
        }
        return Places(
            **found,
            schema_version_default=self._number(values, "schema_version_default"),
            hidden=frozenset(self._words("values", "hidden") if "hidden" in values else ()),
            unfolded=frozenset(self._words("values", "unfolded") if "unfolded" in values else ()),
            time_zone_utc=self._truth(values, "times_are_utc"),
            epoch_per_second=self._unit(values),
        )

    def _place_of(self, name: str) -> Place:
        """``{ payload = "a.b" }`` or ``{ metadata = ["a", "b.c"] }``."""
        stated = self._section("events")[name]
        if len(stated) != 1 or not set(stated) <= {"payload", "metadata"}:
            text = tr('a place is written {name} = {{ payload = "key" }}.', name=name)
            self._wrong("events", name, text)
        [(cell, path)] = stated.items()
        keys = path.split(".") if isinstance(path, str) else path
        if not isinstance(keys, list) or not keys or not all(isinstance(k, str) for k in keys):
            self._wrong("events", name, tr('a path is a text such as "a.b", or a list of keys.'))
        return Place(cell, tuple(keys))

    def _category(self, events: TableMap) -> str | None:
        if "category" not in self._section("events"):
            return None
        category = self._text("events", "category")
        if events.stream == (category,):
            self._wrong("events", "category", tr("a stream of one column has no other part."))
        return category

    def _refine(self) -> tuple[str, ...]:
        if "refine" not in self._section("values"):
            return ()
        return self._named("values", "refine", "refine")

    def _named(self, section: str, key: str, what: str) -> tuple[str, ...]:
        """Names of codecs (``json`` when nothing is said) or of refiners that there are."""
        words = self._words(section, key, "json")
        known = self._names[what]
        for word in words:
            if known is not None and word not in known:
                self._unknown(section, key, word, known)
        return words

    # -- single values --------------------------------------------------------------------

    def _section(self, name: str) -> Mapping[str, Any]:
        return cast("Mapping[str, Any]", self._data.get(name, {}))

    def _text(self, section: str, key: str) -> str:
        value = self._section(section).get(key)
        if not isinstance(value, str) or not value:
            self._wrong(section, key, tr("{key} must be a text.", key=key))
        return value

    def _words(self, section: str, key: str, *default: str) -> tuple[str, ...]:
        value = self._section(section).get(key, list(default) or None)
        if isinstance(value, str):
            value = [value]
        good = isinstance(value, list) and value and all(isinstance(v, str) and v for v in value)
        if not isinstance(value, list) or not good:
            self._wrong(section, key, tr("{key} must be a text or a list of texts.", key=key))
        if len(set(value)) != len(value):
            self._wrong(section, key, tr("{key} names the same thing twice.", key=key))
        return tuple(value)

    def _number(self, values: Mapping[str, Any], key: str) -> int | None:
        value = values.get(key)
        if isinstance(value, bool) or not isinstance(value, int | None):
            self._wrong("values", key, tr("{key} must be a whole number.", key=key))
        return value

    def _truth(self, values: Mapping[str, Any], key: str) -> bool:
        value = values.get(key, False)
        if not isinstance(value, bool):
            self._wrong("values", key, tr("{key} must be true or false.", key=key))
        return value

    def _unit(self, values: Mapping[str, Any]) -> int:
        value = values.get("time_unit", "milliseconds")
        if value not in UNITS:
            text = tr("time_unit must be one of {units}.", units=", ".join(UNITS))
            self._wrong("values", "time_unit", text)
        return UNITS[value]

    def _unknown(self, section: str, key: str, word: str, known: Any) -> NoReturn:
        near = difflib.get_close_matches(word, sorted(known), 1)
        hint = tr("Known: {names}.", names=", ".join(sorted(known)))
        if near:
            hint = tr("Did you mean {name!r}?", name=near[0])
        where = place_of(self._origin, self._lines, section, key)
        raise InputInvalid(f"{where}: " + tr("{name!r} is not known here.", name=word), hint=hint)

    def _wrong(self, section: str, key: str, message: str) -> NoReturn:
        where = place_of(self._origin, self._lines, section, key)
        raise InputInvalid(f"{where}: {message}")


def _key_lines(text: str) -> dict[tuple[str, str], tuple[int, int]]:
    """Where sections and keys stand; a section itself has the key ``""``."""
    found: dict[tuple[str, str], tuple[int, int]] = {}
    section = ""
    for number, line in enumerate(text.splitlines(), start=1):
        opening = _SECTION.match(line)
        if opening:
            section = opening[1]
            found.setdefault((section, ""), (number, opening.start(1)))
            continue
        key = _KEY.match(line)
        if key:
            found.setdefault((section, key[1]), (number, key.start(1) + 1))
    return found


def _toml_message(origin: str, text: str, words: str) -> str:
    found = _WHERE.search(words)
    if found is None:
        return f"{origin}: {words}."
    lines = text.splitlines() or [""]
    line, column = found[1] or str(len(lines)), found[2] or str(len(lines[-1]) + 1)
    return f"{at_place(origin, line, column)}: {words[: found.start()]}."


__all__ = ["ColumnMap", "TableMap", "parse_map"]
