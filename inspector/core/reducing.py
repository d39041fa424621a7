"""How events change state: what a reducer is, and the generic one.

The generic reducer needs to know nothing of the application. The state is a map, and every
event writes its payload's top-level fields into it: *the last value written to each field*.
Nobody knows whether the application does the same, so everything it says is **inferred**.

Imports ``inspector.core`` only. Promises what every fold promises (see
:mod:`inspector.core.folding`); a field that an event could not be applied to is unknown until
it is written again, and frames share what did not change.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from typing import Any, Final, Protocol

from inspector.core.events import Event, StreamId
from inspector.core.findings import Finding
from inspector.core.folding import PASSED, Entry, FoldRules, Frame, Truth, history_starts_late
from inspector.core.paths import key_part
from inspector.core.payloads import Undecoded, Value
from inspector.core.texts import tr


class ReduceFailed(Exception):
    """A reducer cannot apply this event; the text says why in one plain sentence."""


class Reducer(Protocol):
    """State and event to state, as the application would do it."""

    @property
    def name(self) -> str:
        """Who reduces, for people."""

    @property
    def truth(self) -> Truth:
        """What a value is when nothing failed."""

    def initial(self, stream: StreamId) -> Value:
        """The state before the first event."""

    def apply(self, state: Value, event: Event) -> Value:
        """The state after the event. Must not change ``state``, only share parts of it.

        Raises:
            ReduceFailed: the event does not fit.
        """


class GenericReducer:
    """Makes folds that keep the last value written to each top-level field."""

    __slots__ = ("rules",)

    name: Final = "generic"
    truth: Final = Truth.INFERRED

    def __init__(self, rules: FoldRules | None = None) -> None:
        self.rules = rules or FoldRules()

    def begin(self, frame: Frame | None = None) -> GenericFold:
        """Start a run, at the beginning of a stream or where a frame stands."""
        return GenericFold(self.rules, frame)


class GenericFold:
    """A run of the generic reducer.

    Fields are collected in one private map, skipped ones too: leaving them out when a frame
    is made costs nothing per event.
    """

    __slots__ = (
        "_applied",
        "_count",
        "_failed_at",
        "_frame",
        "_passed",
        "_rules",
        "_stale",
        "_state",
    )

    def __init__(self, rules: FoldRules, frame: Frame | None = None) -> None:
        self._frame = frame or Frame({})
        self._rules = rules
        self._passed = rules.ignore_types | rules.seed_types
        self._state: dict[Any, Value] = dict(self._frame.state)
        self._stale = {key for key in self._state if (key_part(key),) in self._frame.unknown}
        self._count = self._frame.count
        self._applied = self._frame.applied
        self._failed_at = self._frame.failed_at

    @property
    def count(self) -> int:
        """Rows of the stream seen so far."""
        return self._count

    def feed(self, entries: Iterable[Entry]) -> Sequence[int]:
        """Apply many events; gives the indexes of those that could not be applied."""
        failed: list[int] = []
        passed, stale, update, start = self._passed, self._stale, self._state.update, self._count
        odd, count = 0, start
        for count, (event_type, value) in enumerate(entries, start + 1):
            if value.__class__ is dict and event_type not in passed:
                update(value)
                if stale:
                    stale.difference_update(value)
            else:  # also a seed: its type is among those that are passed over
                odd += 1
                self._count = count - 1
                self._apply((event_type, value), failed)
        self._applied += count - start - odd
        self._count = count
        return failed

    def _apply(self, entry: Entry, failed: list[int]) -> None:
        """Apply one entry of any kind, slowly."""
        event_type, value = entry
        index = self._count
        self._count += 1
        if value is PASSED or not self._takes(index, event_type):
            return
        if isinstance(value, Undecoded):
            failed.append(index)
            self._failed_at = index
            self._stale.update(self._state)
            return
        self._applied += 1
        if isinstance(value, dict):
            self._state.update(value)
            self._stale.difference_update(value)

    def _takes(self, index: int, event_type: str) -> bool:
        """Whether a row of this type is folded at this place."""
        return event_type not in self._passed or (
            index == 0 and event_type in self._rules.seed_types
        )

    def feed_one(self, entry: Entry) -> tuple[Finding, ...]:
        """Apply one event; gives what is to be said about it."""
        event_type, value = entry
        index = self._count
        self._apply(entry, [])
        if value is PASSED or not self._takes(index, event_type):
            return ()
        if isinstance(value, Undecoded):
            return (Finding(value.code, value.reason),)
        if not _holds_fields(value):
            return (_not_a_map(value),)
        return (history_starts_late(),) if event_type in self._rules.seed_types else ()

    def frame(self) -> Frame:
        """The state now; the same map as before where nothing was written since."""
        old = self._frame
        if old.count == self._count:
            return old
        state = self._state.copy()
        for key in self._rules.skipped_keys:
            state.pop(key, None)
        if _same_values(state, old.state):
            state = old.state
        unknown = old.unknown
        if self._stale or unknown:
            unknown = frozenset((key_part(key),) for key in self._stale if key in state)
        sealed = old.sealed if state is old.state else self._rules.sealed_in(state)
        self._frame = Frame(
            state, self._count, self._applied, unknown, self._failed_at, sealed=sealed
        )
        return self._frame


def _same_values(left: dict[Any, Value], right: dict[Any, Value]) -> bool:
    """Whether both hold the very same objects under the same keys in the same order."""
    return (
        len(left) == len(right)
        and all(map(operator.is_, left.values(), right.values()))
        and all(map(operator.eq, left, right))
    )


def _holds_fields(value: Value) -> bool:
    """Whether nothing is lost by folding it; PHP writes an empty map as an empty list."""
    return value is None or isinstance(value, dict) or value == []


def _not_a_map(value: Value) -> Finding:
    kinds = {
        str: tr("a text"),
        list: tr("a list"),
        bool: tr("a truth value"),
        bytes: tr("a row of bytes"),
    }
    message = tr(
        "The payload is no map of fields but {kind}; the state stays as it was.",
        kind=kinds.get(type(value), tr("a number")),
    )
    return Finding("payload-not-a-map", message)
