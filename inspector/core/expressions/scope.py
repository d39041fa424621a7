"""What an expression can see while it is evaluated, and the names it may use for it.

Imports ``inspector.core`` only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from inspector.core.events import Event
from inspector.core.expressions.values import (
    MAX_ITEMS,
    MAX_STEPS,
    MAX_TEXT,
    MISSING,
    EvalFailed,
)
from inspector.core.instants import Instant, parse_instant
from inspector.core.payloads import Undecoded
from inspector.core.texts import tr

MAX_LOCALS: Final = 16


class Scope:
    """One event under evaluation; made once for a run and filled again for every event.

    Attributes:
        event: the event as stored, or ``None`` where there is none (a literal's value).
        data: its business payload, in the form it has by now.
        state: the state by now; ``before`` the state before the event.
        name, schema_version: what the rules call the event, and its version by now.
        item, key: the element that an ``each`` step or a ``where`` looks at.
        groups: texts that a type's pattern found.
        locals: variables of loops.
        steps: elements that may still be looked at.
        now: the present, fixed for a run so that it does not move between two events.
    """

    __slots__ = (
        "before", "data", "event", "groups", "item", "key", "locals", "name", "now",
        "schema_version", "state", "steps",
    )  # fmt: skip

    def __init__(self, now: Instant | None = None) -> None:
        self.event: Event | None = None
        self.data: Any = MISSING
        self.state: Any = MISSING
        self.before: Any = MISSING
        self.name: Any = MISSING
        self.schema_version: Any = MISSING
        self.item: Any = MISSING
        self.key: Any = MISSING
        self.groups: Mapping[str, str | None] = {}
        self.locals: list[Any] = [MISSING] * MAX_LOCALS
        self.steps = MAX_STEPS
        self.now = now

    def look_at(self, event: Event) -> None:
        """Turn to the next event."""
        self.event = event
        self.data = event.data
        self.name = event.type
        self.schema_version = event.schema_version
        self.steps = MAX_STEPS


def spend(scope: Scope, steps: int, at: int) -> None:
    """Count elements that are looked at.

    Raises:
        EvalFailed: there were too many.
    """
    scope.steps -= steps
    if scope.steps < 0:
        raise EvalFailed(tr("the evaluation takes more than {n} steps", n=MAX_STEPS), at)


def paid(scope: Scope, value: Any, at: int) -> Any:
    """A text, list or map that was made, after counting its size.

    Raises:
        EvalFailed: it is too large, or too much was made in all.
    """
    kind = value.__class__
    if kind is str:
        if len(value) > MAX_TEXT:
            raise EvalFailed(tr("the text has more than {n} characters", n=MAX_TEXT), at)
        spend(scope, len(value) >> 4, at)
    elif kind is list or kind is dict:
        if len(value) > MAX_ITEMS:
            raise EvalFailed(tr("the list has more than {n} elements", n=MAX_ITEMS), at)
        spend(scope, len(value), at)
    return value


def present(scope: Scope) -> Instant | None:
    """Now."""
    if scope.now is None:
        scope.now = parse_instant(datetime.now(UTC).isoformat())
    return scope.now


Getter = Callable[[Scope], Any]


def _of_event(name: str) -> Getter:
    def get(scope: Scope) -> Any:
        event = scope.event
        return MISSING if event is None else getattr(event, name)

    return get


def _of_stream(name: str) -> Getter:
    def get(scope: Scope) -> Any:
        event = scope.event
        return MISSING if event is None else getattr(event.stream, name)

    return get


def _time(name: str) -> Getter:
    def get(scope: Scope) -> Any:
        event = scope.event
        moment = None if event is None else getattr(event, name)
        return MISSING if moment is None or moment.nanoseconds is None else moment

    return get


def _meta(scope: Scope) -> Any:
    """The metadata; what could not be read must not look like what is not there.

    Raises:
        EvalFailed: it could not be read.
    """
    event = scope.event
    if event is None:
        return MISSING
    if event.metadata.content.__class__ is Undecoded:
        raise EvalFailed(tr("the metadata could not be read"))
    return event.meta


def _size(scope: Scope) -> Any:
    return MISSING if scope.event is None else scope.event.payload.size


def _findings(scope: Scope) -> Any:
    return MISSING if scope.event is None else [f.code for f in scope.event.findings]


EVENT_NAMES: Final[Mapping[str, Getter]] = {
    "type": _of_event("type"),
    "name": lambda scope: scope.name,
    "version": _of_event("position"),
    "schema_version": lambda scope: scope.schema_version,
    "stream": _of_stream("name"),
    "category": _of_stream("category"),
    "global_position": _of_event("global_position"),
    "time": _time("recorded_at"),
    "valid_time": _time("valid_at"),
    "id": _of_event("id"),
    "correlation": _of_event("correlation_id"),
    "causation": _of_event("causation_id"),
    "actor": _of_event("actor"),
    "tenant": _of_event("tenant"),
    "data": lambda scope: scope.data,
    "meta": _meta,
    "size": _size,
    "findings": _findings,
}
"""What can be said of any event."""

STATE_NAMES: Final[Mapping[str, Getter]] = {
    "state": lambda scope: scope.state,
    "before": lambda scope: scope.before,
}
"""What can be said where an event is replayed."""

ITEM_NAMES: Final[Mapping[str, Getter]] = {
    "item": lambda scope: scope.item,
    "key": lambda scope: scope.key,
}
"""What can be said inside ``each`` and ``where``."""

FILTER_NAMES: Final[Mapping[str, Getter]] = {**EVENT_NAMES, **STATE_NAMES}


def group_names(names: tuple[str, ...]) -> Mapping[str, Getter]:
    """Names of a pattern's groups; one that took no part is missing."""

    def getter(name: str) -> Getter:
        def get(scope: Scope) -> Any:
            found = scope.groups.get(name)
            return MISSING if found is None else found

        return get

    return {name: getter(name) for name in names}
