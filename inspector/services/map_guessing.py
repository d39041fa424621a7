"""Guessing which column of an unknown table of events means what.

Names, types and keys of the columns are looked at, and a few rows where there are some. Whatever
comes of it is a proposal: every line says why, a person decides, and nothing is opened unasked.

May import the map draft and the core. Promises the same proposal for the same table and rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from inspector.core.texts import tr
from inspector.services.map_draft import FactValue, MapDraft, TableView

_THINGS: Final = ("aggregate", "stream", "entity", "aggregateroot", "root", "subject", "originator",
                  "source", "object", "resource", "target")  # fmt: skip
"""What event tables call the thing that an event is about."""

_KEYS: Final = ("id", "name", "uuid", "identifier", "key", "ref", "guid", "")
_KINDS: Final = ("type", "kind", "name", "class", "category")

_STREAMS: Final = (
    *dict.fromkeys(thing + key for key in _KEYS[:-1] for thing in _THINGS),
    "stream",
    "persistenceid",
)
_NUMBERS: Final = (
    "streamposition", "streamversion", "streamrevision", "streamsequence", "aggregateversion",
    "aggregatesequencenumber", "aggregatesequence", "entityversion", "entitysequence",
    "sequencenumber", "eventsequencenumber", "sequencenr", "seqnr", "version", "versionnumber",
    "position", "sequence", "revision", "playhead", "seq", "seqno", "ver", "rev", "eventnumber",
    "versionno", "eventversion", "eventseq", "idx", "ordinal",
)  # fmt: skip
_ORDERS: Final = (
    "globalposition", "globalindex", "globalsequence", "globalsequencenumber", "globalseq",
    "globalversion", "checkpoint", "position", "ordering", "offset", "eventnumber", "sequence",
    "sequencenumber", "seq", "id", "no", "rowid", "eventid",
)  # fmt: skip
_TYPES: Final = (
    "eventtype", "eventname", "eventclass", "eventkind", "type", "messagetype", "payloadtype",
    "eventtypename", "name", "kind", "topic", "eventcode", "action", "class", "typename",
)  # fmt: skip
_PAYLOADS: Final = (
    "payload", "eventpayload", "payloadjson", "eventdata", "data", "datajson", "eventjson",
    "jsondata", "body", "eventbody", "messagedata", "content", "state", "event", "json",
    "serializedevent", "payloaddata", "details", "attributes", "properties",
)  # fmt: skip
_TIMES: Final = (
    "recordedat", "createdat", "occurredat", "occurredon", "insertedat", "storedat", "timestamp",
    "occurred", "created", "createdon", "recordedon", "eventtime", "eventtimestamp", "time", "ts",
    "datetime", "date", "raisedat", "raisedon", "happenedat", "emittedat", "publishedat",
    "eventdate", "timestamputc", "createdatutc", "occurredatutc", "recordedatutc", "createdutc",
)  # fmt: skip
_OTHERS: Final[Mapping[str, tuple[str, ...]]] = {
    "id": ("eventid", "messageid", "eventuuid", "uuid", "eventidentifier", "guid", "id"),
    "metadata": ("metadata", "eventmetadata", "meta", "headers", "metadatajson", "eventmeta",
                 "eventheaders", "metajson"),
    "schema_version": ("schemaversion", "eventversion", "payloadversion", "dataversion",
                       "eventschemaversion", "schemarevision"),
    "valid_at": ("validat", "effectiveat", "businesstime", "validfrom"),
    "correlation_id": ("correlationid",),
    "causation_id": ("causationid",),
    "actor": ("actor", "actorid", "userid", "username", "createdby", "user", "performedby",
              "triggeredby", "initiatedby", "issuedby", "causedby"),
    "tenant": ("tenant", "tenantid", "tenantkey"),
}  # fmt: skip

_WHOLE: Final = ("int", "serial", "numeric", "decimal", "number")
_SENT: Final = frozenset({
    "processed", "processedat", "publishedat", "published", "attempts", "retrycount", "sentat",
    "dispatched", "dispatchedat", "status", "lockedat", "lockeduntil", "consumed", "consumedat",
})  # fmt: skip
"""Columns of queues and outboxes, whose rows vanish."""

_TELLING: Final = {"stream": 4, "payload": 4, "type": 3, "position": 3}
_INSIDE: Final = ("type", "eventType", "event_type", "@type", "$type", "eventName", "name", "kind",
                  "event", "_type")  # fmt: skip
"""Keys of a payload that often name the type of its event."""

_ROW = tuple[object, ...]


@dataclass(frozen=True)
class Proposal:
    """A map that was guessed.

    Attributes:
        draft: the map.
        reasons: facts of it with why each was taken for that.
        doubts: sentences about what speaks against the table, or is missing.
        score: how much it looks like events; only to compare tables with.
    """

    draft: MapDraft
    reasons: Mapping[str, str]
    doubts: tuple[str, ...]
    score: int

    @property
    def whole(self) -> bool:
        """Whether events could be read by it."""
        return not self.draft.missing


class _Guess:
    """One look at one table."""

    def __init__(self, table: TableView, rows: Sequence[_ROW]) -> None:
        self._table = table
        self._rows = rows
        self._names = [name for name, _ in table.columns]
        self._plain = {_folded(name): name for name in reversed(self._names)}
        self._types = {name: kind.lower() for name, kind in table.columns}
        self._alone = [key[0] for key in table.unique if len(key) == 1]
        self._used: set[str] = set()
        self.facts: dict[str, FactValue] = {}
        self.reasons: dict[str, str] = {}
        self.category: str | None = None
        self.unit: str | None = None

    def run(self) -> None:
        """Guess every fact, the strongest evidence first."""
        if not self._by_key():
            self._streams_by_name()
            self._position_by_name()
        self._order()
        self._take("type", _TYPES, self._is_text)
        self._take("payload", _PAYLOADS, self._is_payload)
        self._take("recorded_at", _TIMES, lambda name: True)
        for fact, names in _OTHERS.items():
            self._take(fact, names, lambda name: True)
        self._order_by_time()
        self._type_within()
        self._unit()

    # -- streams ----------------------------------------------------------------------------

    def _by_key(self) -> bool:
        """A unique key that ends with a number: what stands before it is the stream."""
        keys = [key for key in self._table.unique if 2 <= len(key) <= 4]
        for key in keys:
            number = self._number_in(key)
            rest = tuple(name for name in key if name != number)
            if number is None or not any(self._is_thing(name) for name in rest):
                continue
            why = tr("the key ({columns}) is unique", columns=", ".join(key))
            self._say("stream", rest, why)
            self._say("position", number, why)
            self._category_of(rest)
            return True
        return False

    def _number_in(self, key: Sequence[str]) -> str | None:
        for usual in _NUMBERS:
            found = [name for name in key if _folded(name) == usual and self._is_whole(name)]
            if found and found[0] not in self._alone:
                return found[0]
        return None

    def _is_thing(self, name: str) -> bool:
        """Whether a column can be what an event is about: by its name, or as any key of a thing."""
        plain = _folded(name)
        if plain in _STREAMS:
            return True
        others = (*_OTHERS["tenant"], "organizationid", "userid", "type", "kind")
        return plain.endswith(("id", "ref", "uuid", "key")) and plain not in others

    def _streams_by_name(self) -> None:
        for usual in _STREAMS:
            name = self._plain.get(usual)
            if name is None or name in self._alone:
                continue
            kind = self._kind_beside(name)
            columns = (name,) if kind is None else (kind, name)
            self._say("stream", columns, self._named(*columns))
            self.category = kind
            return

    def _category_of(self, key: Sequence[str]) -> None:
        """The type of the thing: a part of the key, or a column beside it."""
        for name in key:
            kind = self._kind_beside(name)
            if kind is not None:
                self.category = kind
                self._used.add(kind)
                return

    def _kind_beside(self, name: str) -> str | None:
        plain = _folded(name)
        for thing in _THINGS:
            if not any(plain == thing + key for key in _KEYS):
                continue
            for kind in _KINDS:
                found = self._plain.get(thing + kind)
                if found is not None and found != name and self._is_text(found):
                    return found
        return None

    def _position_by_name(self) -> None:
        for usual in _NUMBERS:
            name = self._plain.get(usual)
            if name is None or name in self._alone or usual == "eventversion":
                continue
            if self._is_whole(name) and not self._repeats(name):
                self._say("position", name, self._named(name))
                return

    def _repeats(self, name: str) -> bool:
        """Whether two of the rows have the same number in the same stream: it is no position.

        So is a number that is the same in every row of several streams: a version of the schema.
        """
        stream = self.facts.get("stream")
        if not isinstance(stream, tuple):
            return False
        found = [tuple(row[self._names.index(n)] for n in (*stream, name)) for row in self._rows]
        return len(set(found)) < len(found)

    # -- order --------------------------------------------------------------------------------

    def _order(self) -> None:
        """A whole number that is unique by itself."""
        numbers = [n for n in self._alone if self._is_whole(n) and n not in self._used]
        ranked = sorted(numbers, key=lambda n: _rank(_ORDERS, _folded(n)))
        if ranked:
            why = tr("{column} is a number and unique", column=ranked[0])
            self._say("order", (ranked[0],), why)
            return
        for usual in _ORDERS:
            name = self._plain.get(usual)
            if name is not None and name not in self._used and self._is_whole(name):
                self._say("order", (name,), self._named(name))
                return

    def _order_by_time(self) -> None:
        """Without any number, by time; equal times need something unique beside it."""
        time = self.facts.get("recorded_at")
        if "order" in self.facts or "position" in self.facts or not isinstance(time, str):
            return
        key = next((name for name in self._alone if name != time), None)
        if key is not None:
            why = tr("no column numbers the events; equal times are told apart by {column}",
                     column=key)  # fmt: skip
            self._say("order", (time, key), why)

    # -- other facts --------------------------------------------------------------------------

    def _take(self, fact: str, names: Iterable[str], fits: Any) -> None:
        for usual in names:
            name = self._plain.get(usual)
            if name is None or name in self._used or not fits(name):
                continue
            self._say(fact, name, self._named(name))
            return

    def _type_within(self) -> None:
        """Without a column for it, the type is often a key of the payload."""
        payload = self.facts.get("payload")
        if "type" in self.facts or not isinstance(payload, str):
            return
        index = self._names.index(payload)
        documents = [_document(row[index]) for row in self._rows]
        if not documents:
            return
        for key in _INSIDE:
            if all(isinstance(d, dict) and isinstance(d.get(key), str) for d in documents):
                why = tr("every payload that was looked at has the key {key}", key=key)
                self._say("type", {"payload": key}, why)
                return

    def _unit(self) -> None:
        """The unit of times that are numbers, by their size."""
        time = self.facts.get("recorded_at")
        if not isinstance(time, str):
            return
        index = self._names.index(time)
        found = [row[index] for row in self._rows if row[index] is not None]
        numbers = [value for value in found if isinstance(value, int)]
        if not numbers or len(numbers) < len(found):
            return
        for unit, low in (("seconds", 10**9), ("milliseconds", 10**12), ("microseconds", 10**15),
                          ("nanoseconds", 10**18)):  # fmt: skip
            if all(low * 0.9 <= value <= low * 4.2 for value in numbers):
                self.unit = unit

    def _say(self, fact: str, value: FactValue, why: str) -> None:
        self.facts[fact] = value
        self.reasons[fact] = why
        if not isinstance(value, Mapping):
            self._used.update((value,) if isinstance(value, str) else value)

    def _named(self, *columns: str) -> str:
        return tr("the name says so: {columns}", columns=", ".join(columns))

    def _is_whole(self, name: str) -> bool:
        kind = self._types[name]
        return not kind or any(word in kind for word in _WHOLE)

    def _is_text(self, name: str) -> bool:
        kind = self._types[name]
        return not any(word in kind for word in (*_WHOLE, "json", "time", "bytea", "blob"))

    def _is_payload(self, name: str) -> bool:
        return not any(word in self._types[name] for word in (*_WHOLE, "time", "bool"))


def proposed(
    table: TableView, rows: Sequence[_ROW] = (), others: Sequence[TableView] = ()
) -> Proposal:
    """What a table of events could mean.

    Args:
        rows: a few rows of it, cells in the order of its columns.
        others: the other tables of the database; one of them may hold snapshots.
    """
    guess = _Guess(table, rows)
    guess.run()
    draft = MapDraft.for_table(table, guess.facts)
    sections = {name: dict(content) for name, content in draft.sections.items()}
    if guess.category is not None and guess.facts.get("stream") != (guess.category,):
        sections["events"]["category"] = guess.category
        guess.reasons["category"] = tr("the name says so: {columns}", columns=guess.category)
    if guess.unit is not None:
        sections["values"] = {"time_unit": guess.unit}
    snapshots = _snapshots(table, guess.facts, others)
    if snapshots is not None:
        sections["snapshots"] = snapshots
        name = str(snapshots["table"])
        guess.reasons["snapshots"] = tr("{table} has the same stream and a state", table=name)
    doubts = tuple(_doubts(table, guess.facts))
    score = sum(_TELLING.get(fact, 1) for fact in guess.facts) - 4 * bool(doubts)
    return Proposal(MapDraft(sections), guess.reasons, doubts, score)


def guessed(table: TableView) -> dict[str, FactValue]:
    """Facts that names, types and keys of the columns suggest; a proposal, nothing more."""
    return proposed(table).draft.facts


def likeliest(tables: Sequence[TableView]) -> TableView | None:
    """The table whose columns suggest the most facts, telling ones before others."""
    readable = [table for table in tables if table.readable]
    return max(readable, key=lambda table: proposed(table).score, default=None)


def proposal_text(proposal: Proposal) -> str:
    """The map file of a proposal: every guess with its reason."""
    lines = [f"# {tr('This map was guessed: check every line before you believe what it shows.')}"]
    lines += [f"# {text}" for text in proposal.doubts]
    for line in proposal.draft.text.splitlines():
        fact = line.partition(" =")[0]
        why = proposal.reasons.get("snapshots" if line == "[snapshots]" else fact)
        if why is not None and not line.startswith("["):
            lines.append(f"# {_one_line(why)}")
        elif line == "[snapshots]":
            lines.append(f"# {_one_line(why or '')}")
        lines.append("".join(c if c.isprintable() else _escaped(c) for c in line))
    return "\n".join(lines) + "\n"


def _one_line(text: str) -> str:
    """A reason as a comment; names of columns may hold anything."""
    return "".join(c if c.isprintable() else " " for c in text)


def _escaped(character: str) -> str:
    """As TOML has it within a text: what a terminal would obey is only shown."""
    number = ord(character)
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"


def _doubts(table: TableView, facts: Mapping[str, FactValue]) -> Iterator[str]:
    sent = [name for name, _ in table.columns if _folded(name) in _SENT and name not in facts]
    if sent:
        yield tr(
            "{table} may be an outbox or a queue, whose rows vanish: it has {columns}",
            table=_one_line(table.name),
            columns=_one_line(", ".join(sent)),
        )
    if "stream" not in facts:
        yield tr("No column tells which stream an event belongs to.")


def _snapshots(
    table: TableView, facts: Mapping[str, FactValue], others: Sequence[TableView]
) -> dict[str, Any] | None:
    """The one table beside it that holds states of the same streams."""
    stream = facts.get("stream")
    found = []
    for other in others:
        if other is table or not other.readable or other.schema != table.schema:
            continue
        if "snapshot" not in _folded(other.table) or not isinstance(stream, tuple):
            continue
        made = _snapshot_map(other, stream)
        if made is not None:
            found.append(made)
    return found[0] if len(found) == 1 else None


def _snapshot_map(table: TableView, stream: tuple[str, ...]) -> dict[str, Any] | None:
    names = {_folded(name): name for name, _ in table.columns}
    whole = {n for n, kind in table.columns if not kind or any(w in kind.lower() for w in _WHOLE)}
    keys = [names.get(_folded(name)) for name in stream]
    usual = (*_NUMBERS, "lastversion", "lastsequencenumber", "lasteventversion", "lastsequence")
    number = next((names[n] for n in usual if names.get(n) in whole), None)
    states = ("state", "snapshotdata", "snapshot", "statejson", "snapshotpayload", *_PAYLOADS)
    state = next((names[n] for n in states if n in names), None)
    if None in keys or number is None or state is None:
        return None
    made: dict[str, Any] = {"table": table.table}
    if table.schema is not None:
        made["schema"] = table.schema
    return {**made, "stream": keys, "position": number, "payload": state}


def _document(cell: object) -> object:
    """A cell as JSON; nothing where it is none."""
    if isinstance(cell, dict):
        return cell
    if not isinstance(cell, str | bytes):
        return None
    try:
        return msgspec.json.decode(cell)
    except (msgspec.DecodeError, UnicodeError):
        return None


def _rank(names: Sequence[str], name: str) -> int:
    return names.index(name) if name in names else len(names)


def _folded(name: str) -> str:
    return re.sub(r"[_\s-]", "", name).lower()
