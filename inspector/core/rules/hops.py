"""One hop of an event from a schema version to a later one: the ``[[upcast]]`` table.

Imports ``inspector.core`` only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from inspector.core.expressions import MISSING, EvalFailed
from inspector.core.expressions import operators as op
from inspector.core.expressions.values import MAX_ITEMS, kind_name
from inspector.core.payloads import Value as Payload
from inspector.core.rules.places import KeyPath
from inspector.core.rules.reader import SectionReader, Source
from inspector.core.rules.steps import StepRun, Value, run_all
from inspector.core.rules.targets import Ledger
from inspector.core.texts import tr
from inspector.core.upcasting import SchemaVersion

_OWN: Final = ("event", "from", "to", "when", "type", "split", "drop")


@dataclass(frozen=True, slots=True)
class RuleForm:
    """An event on its way, as the rules see it.

    Attributes:
        name: what the rules call it.
        type: its type as a store would spell it.
        version: its schema version.
        data: its payload.
    """

    name: str
    type: str
    version: SchemaVersion | None
    data: Payload


@dataclass(frozen=True, slots=True)
class Part:
    """One of the events that a split makes.

    Attributes:
        type: its type.
        version: its version.
        data: gives its payload.
        source: gives a list with one such event for each element, or ``None`` for just one.
        when: whether it is made at all.
    """

    type: str
    version: SchemaVersion
    data: Value
    source: Value | None
    when: Value | None
    place: KeyPath


@dataclass(frozen=True, slots=True)
class HopRule:
    """A hop.

    Attributes:
        event: name of the events that it is for.
        start, goal: schema versions.
        when: a condition on the payload; ``when_text`` as written.
        type: new type name, or ``None``.
        drop: whether the event is left out, or ``None`` for never.
        parts: what it is split into; empty when it is not.
        run: changes the payload.
        source, place: where it stands.
    """

    event: str
    start: SchemaVersion
    goal: SchemaVersion
    when: Value | None
    when_text: str
    type: str | None
    drop: Value | None
    parts: tuple[Part, ...]
    run: StepRun
    writes: bool
    source: Source
    place: KeyPath

    @property
    def line(self) -> int:
        """The line of its file, from 1."""
        return self.source.places.of_key(self.place)[0]

    @property
    def name(self) -> str:
        """The rule and where it stands, for people."""
        return f"{self.event} {self.start} → {self.goal} ({self.source.name}:{self.line})"

    def applies(self, scope: Ledger) -> bool:
        """Whether it is for the payload that a scope looks at.

        Raises:
            EvalFailed: the condition cannot be evaluated.
        """
        if self.when is None:
            return True
        try:
            answer = self.when.run(scope)
            return answer is True or op.truth_of(answer, 0) is True
        except EvalFailed as failed:
            failed.place = failed.place or (*self.place, "when")
            raise

    def apply(self, scope: Ledger, form: RuleForm) -> list[tuple[str, SchemaVersion, Payload]]:
        """Types, versions and payloads of what comes out.

        Raises:
            EvalFailed: the payload does not have the shape that the rule expects.
        """
        if self.drop is not None and self._holds(self.drop, scope, "drop"):
            return []
        if self.writes and form.data.__class__ is not dict:
            failed = EvalFailed(tr("the payload is {kind}, not a map", kind=kind_name(form.data)))
            failed.place = self.place
            raise failed
        scope.owned.clear()
        scope.undo.clear()
        scope.data = form.data.copy() if form.data.__class__ is dict else form.data
        self.run(scope)
        if self.parts:
            return [made for part in self.parts for made in self._split(part, scope)]
        return [(self.type or form.type, self.goal, scope.data)]

    def _holds(self, condition: Value, scope: Ledger, word: str) -> bool:
        try:
            return op.truth_of(condition.run(scope), 0) is True
        except EvalFailed as failed:
            failed.place = failed.place or (*self.place, word)
            raise

    def _split(self, part: Part, scope: Ledger) -> list[tuple[str, SchemaVersion, Payload]]:
        try:
            if part.when is not None and op.truth_of(part.when.run(scope), 0) is not True:
                return []
            if part.source is None:
                return [(part.type, part.version, part.data.stored()(scope))]
            elements = part.source.run(scope)
            _require_list(elements)
            stored = part.data.stored()
            made = []
            for number, element in enumerate(elements):
                scope.item, scope.key = element, number
                made.append((part.type, part.version, stored(scope)))
            scope.item = scope.key = MISSING
        except EvalFailed as failed:
            failed.place = failed.place or part.place
            raise
        return made


def read_hop(reader: SectionReader, place: KeyPath, table: Mapping[str, Any]) -> HopRule:
    """Read one ``[[upcast]]``."""
    steps = tuple(reader.steps(place, table, beside=_OWN))
    reader.fields(place, table, needed=("event", "from", "to"), known=tuple(table))
    when = reader.condition((*place, "when"), table["when"]) if "when" in table else None
    drop = reader.condition((*place, "drop"), table["drop"]) if "drop" in table else None
    new_type = reader.text((*place, "type"), table["type"]) if "type" in table else None
    goal = reader.version((*place, "to"), table["to"])
    return HopRule(
        event=reader.text((*place, "event"), table["event"]),
        start=reader.version((*place, "from"), table["from"]),
        goal=goal,
        when=when,
        when_text=str(table.get("when", "")),
        type=new_type,
        drop=drop,
        parts=_read_parts(reader, (*place, "split"), table.get("split", []), goal),
        run=run_all(steps),
        writes=any(step.writes and not _becomes(step.place) for step in steps),
        source=reader.source,
        place=place,
    )


def _require_list(elements: Payload) -> None:
    if elements.__class__ is not list:
        raise EvalFailed(tr("a list is needed, not {kind}", kind=kind_name(elements)))
    if len(elements) > MAX_ITEMS:
        raise EvalFailed(tr("the list has more than {n} elements", n=MAX_ITEMS))


def _becomes(place: KeyPath) -> bool:
    return place[-1] == "become"


def _read_parts(
    reader: SectionReader, place: KeyPath, spec: Any, goal: SchemaVersion
) -> tuple[Part, ...]:
    parts = []
    inside = reader.inside()
    for number, table in enumerate(reader.tables(place, spec)):
        here = (*place, number)
        known = ("type", "version", "data", "for", "when")
        reader.fields(here, table, needed=("type",), known=known)
        source = reader.value((*here, "for"), table["for"]) if "for" in table else None
        default = "data" if source is None else "item"
        version = reader.version((*here, "version"), table.get("version", goal))
        data = inside.value((*here, "data"), table.get("data", default))
        when = reader.condition((*here, "when"), table["when"]) if "when" in table else None
        name = reader.text((*here, "type"), table["type"])
        parts.append(Part(name, version, data, source, when, here))
    return tuple(parts)
