"""All rules of a store, out of one or several files, checked as a whole.

Imports ``inspector.core`` only. A file with a mistake is not half used: loading gives either
everything or all mistakes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from inspector.core.expressions import EVENT_NAMES, MISSING, STATE_NAMES, EvalFailed, nearest
from inspector.core.expressions.functions import as_text
from inspector.core.rules.aggregates import Aggregate, read_aggregate, read_invariant
from inspector.core.rules.checking import check_hops, newest_versions
from inspector.core.rules.hops import HopRule, read_hop
from inspector.core.rules.naming import TypeRow, TypeTable, read_row
from inspector.core.rules.places import KeyPath
from inspector.core.rules.problems import RulesInvalid
from inspector.core.rules.reader import Problems, RulesText, SectionReader, Source, Wrong
from inspector.core.rules.steps import Value
from inspector.core.rules.targets import Ledger, Target
from inspector.core.texts import tr
from inspector.core.upcasting import SchemaVersion

FORMAT: Final = 1

_KNOWN: Final = (
    "format", "name", "type", "upcast", "current", "aggregate", "invariant", "label", "mask",
)  # fmt: skip
_ALL_NAMES: Final = {**EVENT_NAMES, **STATE_NAMES}
_PLACE: Final = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Label:
    """A sentence about an event: fixed texts, and expressions between them."""

    texts: tuple[str, ...]
    values: tuple[Value, ...]

    def told(self, scope: Ledger) -> str | None:
        """The sentence; ``None`` when the event does not have what it speaks of."""
        try:
            values = [value.run(scope) for value in self.values]
            if any(value is MISSING for value in values):
                return None
            parts = [as_text(value, 0) for value in values]
        except EvalFailed:
            return None
        pairs = zip(self.texts, [*parts, ""], strict=True)
        return "".join(piece for pair in pairs for piece in pair)


@dataclass(frozen=True)
class RuleSet:
    """Rules that can be used.

    Attributes:
        name: what the files call themselves.
        sources: the files.
        types: what stored events are called.
        hops: by event name and the version that they start from, in written order.
        newest: by event name, the newest version that the rules know.
        aggregates: kinds of streams, in written order.
        labels: sentences by event name.
        masks: paths whose values are not for everybody's eyes.
        digest: SHA-256 of all the files, in hexadecimal.
    """

    name: str
    sources: tuple[Source, ...]
    types: TypeTable
    hops: Mapping[tuple[str, SchemaVersion], tuple[HopRule, ...]]
    newest: Mapping[str, SchemaVersion]
    aggregates: tuple[Aggregate, ...]
    labels: Mapping[str, Label]
    masks: tuple[Target, ...]
    digest: str
    hop_events: frozenset[str] = field(default_factory=frozenset)


def load_rules(files: Sequence[RulesText]) -> RuleSet:
    """Read and check rules files.

    Raises:
        RulesInvalid: there are mistakes in them; all that were found are named.
    """
    problems = Problems()
    sources = []
    for file in files:
        try:
            sources.append(Source(file))
        except RulesInvalid as error:
            problems.found.extend(error.problems)
    loader = _Loader(problems)
    for source in sources:
        loader.read(source)
    rules = loader.finish(tuple(sources), digest_of(files))
    if problems.found:
        raise RulesInvalid(problems.found)
    return rules


def digest_of(files: Iterable[RulesText]) -> str:
    """SHA-256 over all texts, in order, as hexadecimal digits."""
    digest = hashlib.sha256()
    for file in files:
        content = file.text.encode("utf-8", "surrogatepass")
        digest.update(len(content).to_bytes(8, "big"))
        digest.update(content)
    return digest.hexdigest()


class _Loader:
    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._names: list[str] = []
        self._rows: list[TypeRow] = []
        self._hops: list[HopRule] = []
        self._current: dict[str, tuple[SchemaVersion, Source, KeyPath]] = {}
        self._aggregates: dict[str, Aggregate] = {}
        self._invariants: list[tuple[SectionReader, KeyPath, Any]] = []
        self._labels: dict[str, Label] = {}
        self._masks: list[Target] = []

    def read(self, source: Source) -> None:
        """Read one file."""
        reader = SectionReader(source, self._problems, EVENT_NAMES)
        document = source.document
        for key in document:
            with self._problems.section():
                reader.fields((), {key: None}, needed=(), known=_KNOWN)
        with self._problems.section():
            self._read_head(reader, document)
        for word, read in (
            ("type", self._read_type), ("upcast", self._read_hop),
            ("invariant", self._keep_invariant),
        ):  # fmt: skip
            with self._problems.section():
                for number, table in enumerate(reader.tables((word,), document.get(word, []))):
                    with self._problems.section():
                        read(reader, (word, number), table)
        for word, read_one in (
            ("current", self._read_current), ("aggregate", self._read_aggregate),
            ("label", self._read_label),
        ):  # fmt: skip
            with self._problems.section():
                for name, spec in reader.table((word,), document.get(word, {})).items():
                    with self._problems.section():
                        read_one(reader, (word, name), spec)
        with self._problems.section():
            self._read_masks(reader, document.get("mask", []))

    def _read_head(self, reader: SectionReader, document: Mapping[str, Any]) -> None:
        if "format" not in document:
            raise reader.wrong((), tr("The first line of a rules file is: format = 1"))
        if document["format"] != FORMAT or document["format"] is True:
            message = tr("This version of the program reads format {n}.", n=FORMAT)
            raise reader.wrong(("format",), message)
        self._names.append(reader.text(("name",), document.get("name", reader.source.name)))

    def _read_type(self, reader: SectionReader, place: KeyPath, table: Any) -> None:
        self._rows.append(read_row(reader, place, table))

    def _read_hop(self, reader: SectionReader, place: KeyPath, table: Any) -> None:
        self._hops.append(read_hop(replace(reader, root="data", in_hop=True), place, table))

    def _read_current(self, reader: SectionReader, place: KeyPath, spec: Any) -> None:
        self._current[str(place[-1])] = (reader.version(place, spec), reader.source, place)

    def _read_aggregate(self, reader: SectionReader, place: KeyPath, spec: Any) -> None:
        name = str(place[-1])
        if name in self._aggregates:
            raise reader.wrong(place, tr("There is an aggregate “{name}” already.", name=name))
        inner = replace(reader, names=_ALL_NAMES, root="state", mentioned=set())
        self._aggregates[name] = read_aggregate(inner, name, place, reader.table(place, spec))

    def _keep_invariant(self, reader: SectionReader, place: KeyPath, table: Any) -> None:
        self._invariants.append((replace(reader, names=_ALL_NAMES), place, table))

    def _read_label(self, reader: SectionReader, place: KeyPath, spec: Any) -> None:
        text = reader.text(place, spec)
        inner = replace(reader, names=_ALL_NAMES)
        pieces = _PLACE.split(text)
        found = _PLACE.finditer(text)
        values = tuple(inner.value(place, one[1], one.start(1)) for one in found)
        self._labels[str(place[-1])] = Label(tuple(pieces[::2]), values)

    def _read_masks(self, reader: SectionReader, spec: Any) -> None:
        items = replace(reader, root="item")
        for number, text in enumerate(reader.texts(("mask",), spec)):
            target = items.target(("mask", number), text)
            if target.top not in ("data", "meta", "state"):
                message = tr("A mask begins with data, meta or state.")
                raise reader.wrong(("mask", number), message, nearest(target.top, _ALL_NAMES))
            self._masks.append(target)

    def finish(self, sources: tuple[Source, ...], digest: str) -> RuleSet:
        """Everything together, with what only shows then."""
        invariants: dict[str, list[Any]] = {name: [] for name in self._aggregates}
        for reader, place, table in self._invariants:
            with self._problems.section():
                name, made = read_invariant(reader, place, table, self._aggregates)
                invariants[name].append(made)
        aggregates = tuple(
            replace(aggregate, invariants=tuple(invariants[name]))
            for name, aggregate in self._aggregates.items()
        )
        types = TypeTable(tuple(self._rows))
        current = {name: version for name, (version, _, _) in self._current.items()}
        self._problems.found.extend(check_hops(self._hops, types, self._current))
        by_start: dict[tuple[str, SchemaVersion], list[HopRule]] = {}
        for hop in self._hops:
            by_start.setdefault((hop.event, hop.start), []).append(hop)
        return RuleSet(
            name=", ".join(self._names),
            sources=sources,
            types=types,
            hops={key: tuple(hops) for key, hops in by_start.items()},
            newest=newest_versions(self._hops, types, current),
            aggregates=aggregates,
            labels=self._labels,
            masks=tuple(self._masks),
            digest=digest,
            hop_events=frozenset(hop.event for hop in self._hops),
        )


__all__ = ["FORMAT", "Label", "RuleSet", "Wrong", "digest_of", "load_rules"]
