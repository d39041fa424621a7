"""What events do to the state of a kind of stream: the ``[aggregate]`` tables.

Imports ``inspector.core`` only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fnmatch import translate
from typing import Any, Final

from inspector.core.events import Event, EventRef, StreamId
from inspector.core.expressions import EVENT_NAMES, EvalFailed, nearest
from inspector.core.payloads import Value as State
from inspector.core.rules.places import KeyPath
from inspector.core.rules.reader import SectionReader, Source
from inspector.core.rules.steps import Step, StepRun, Value
from inspector.core.rules.targets import Ledger
from inspector.core.texts import tr

_KNOWN: Final = ("streams", "category", "type", "initial", "on", "ignore", "finally")

Glob = re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Handler:
    """What one kind of event does.

    Attributes:
        steps: in order.
        runs: their closures.
        writes: top-level keys that may change; ``*`` for all.
        whole: it puts something else in the place of the state.
    """

    steps: tuple[Step, ...]
    runs: tuple[StepRun, ...]
    writes: frozenset[str]
    whole: bool


@dataclass(frozen=True, slots=True)
class Invariant:
    """What must always hold.

    Attributes:
        name: for people.
        holds: the condition; ``text`` as written.
    """

    name: str
    holds: Value
    text: str
    source: Source
    place: KeyPath

    @property
    def rule(self) -> str:
        """Its name and where it stands, for people."""
        line, _ = self.source.places.of_key(self.place)
        return f"{self.name} ({self.source.name}:{line})"


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A kind of stream.

    Attributes:
        streams, categories, types: which streams it is for: globs of their id, of their
            category, and of the type or name of their first event. All that are given must fit.
        initial: gives the state before the first event.
        handlers: by event name.
        ignored: globs of event names that change nothing.
        uses_before: a rule looks at the state before the event.
        invariants: what must always hold.
    """

    name: str
    streams: tuple[Glob, ...]
    categories: tuple[Glob, ...]
    types: tuple[Glob, ...]
    initial: Value | Mapping[str, Value]
    handlers: Mapping[str, Handler]
    ignored: tuple[Glob, ...]
    uses_before: bool
    source: Source
    place: KeyPath
    invariants: tuple[Invariant, ...] = ()

    def fits(self, stream: StreamId, first_type: str | None, first_name: str | None) -> bool | None:
        """Whether it is for a stream; ``None`` when only the first event can tell."""
        if self.streams and not _any(self.streams, stream.name):
            return False
        if self.categories and not _any(self.categories, stream.category or ""):
            return False
        if not self.types:
            return True
        if first_type is None:
            return None
        return _any(self.types, first_type) or _any(self.types, first_name or "")

    def handler(self, name: str) -> Handler | None:
        """What events of this name do; ``None`` when no rule says it."""
        found = self.handlers.get(name)
        if found is None and _any(self.ignored, name):
            return NOTHING
        return found

    def begin(self, stream: StreamId) -> State:
        """The state before the first event.

        Raises:
            EvalFailed: it cannot be computed.
        """
        scope = Ledger()
        scope.look_at(Event(EventRef(()), stream, None, ""))
        try:
            if isinstance(self.initial, Value):
                return self.initial.stored()(scope)
            return {key: value.stored()(scope) for key, value in self.initial.items()}
        except EvalFailed as failed:
            failed.place = failed.place or (*self.place, "initial")
            raise


NOTHING: Final = Handler((), (), frozenset(), whole=False)


def _any(globs: tuple[Glob, ...], text: str) -> bool:
    return any(glob.match(text) for glob in globs)


def read_aggregate(
    reader: SectionReader, name: str, place: KeyPath, table: Mapping[str, Any]
) -> Aggregate:
    """Read one ``[aggregate.NAME]``."""
    reader.fields(place, table, needed=(), known=_KNOWN)
    plain = replace(reader, names=EVENT_NAMES, mentioned=set())
    after = _steps(reader, (*place, "finally"), table.get("finally", {}))
    on = reader.table((*place, "on"), table.get("on", {}))
    handlers = {}
    for event, steps in on.items():
        with reader.problems.section():
            handlers[event] = _handler(_steps(reader, (*place, "on", event), steps) + after)
    return Aggregate(
        name=name,
        streams=_globs(reader, (*place, "streams"), table),
        categories=_globs(reader, (*place, "category"), table),
        types=_globs(reader, (*place, "type"), table),
        initial=_initial(plain, (*place, "initial"), table.get("initial", {})),
        handlers=handlers,
        ignored=_globs(reader, (*place, "ignore"), table),
        uses_before="before" in reader.mentioned,
        source=reader.source,
        place=place,
    )


def _globs(reader: SectionReader, place: KeyPath, table: Mapping[str, Any]) -> tuple[Glob, ...]:
    texts = reader.texts(place, table.get(str(place[-1]), []))
    for text in texts:
        if len(text) > 500 or text.count("*") > 20:
            raise reader.wrong(place, tr("This pattern of names is too long."))
    return tuple(re.compile(translate(text)) for text in texts)


def _initial(reader: SectionReader, place: KeyPath, spec: Any) -> Value | Mapping[str, Value]:
    if isinstance(spec, dict):
        return {key: reader.value((*place, key), value) for key, value in spec.items()}
    return reader.value(place, spec)


def _steps(reader: SectionReader, place: KeyPath, spec: Any) -> list[Step]:
    return reader.steps(place, reader.table(place, spec))


def _handler(steps: list[Step]) -> Handler:
    writes: frozenset[str] = frozenset().union(*(step.writes for step in steps))
    whole = bool(steps) and steps[0].place[-1] == "become"
    return Handler(tuple(steps), tuple(step.run for step in steps), writes, whole)


def read_invariant(
    reader: SectionReader, place: KeyPath, table: Mapping[str, Any], known: Mapping[str, Aggregate]
) -> tuple[str, Invariant]:
    """Read one ``[[invariant]]``; gives the name of its aggregate, too."""
    reader.fields(place, table, needed=("aggregate", "holds"), known=("aggregate", "name", "holds"))
    aggregate = reader.text((*place, "aggregate"), table["aggregate"])
    if aggregate not in known:
        message = tr("There is no aggregate “{name}”.", name=aggregate)
        raise reader.wrong((*place, "aggregate"), message, nearest(aggregate, known))
    text = reader.text((*place, "holds"), table["holds"])
    holds = reader.condition((*place, "holds"), text)
    name = reader.text((*place, "name"), table.get("name", text))
    return aggregate, Invariant(name, holds, text, reader.source, place)
