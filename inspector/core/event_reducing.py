"""Folding whole events with a reducer that knows the application.

Imports ``inspector.core`` only. Promises what every fold promises (see
:mod:`inspector.core.folding`). After an event that could not be applied the whole state is
unknown for good: what such a reducer writes later may depend on what is missing.
"""

from __future__ import annotations

from dataclasses import replace

from inspector.core.events import Event, StreamId
from inspector.core.findings import Finding
from inspector.core.folding import FoldRules, Frame, FrameFold, Truth, history_starts_late
from inspector.core.paths import ROOT
from inspector.core.payloads import Undecoded, Value
from inspector.core.reducing import ReduceFailed, Reducer


class EventReducer:
    """Makes folds of whole events out of a :class:`Reducer`."""

    __slots__ = ("_reducer", "_rules", "_stream")

    def __init__(self, reducer: Reducer, stream: StreamId, rules: FoldRules | None = None) -> None:
        self._reducer = reducer
        self._stream = stream
        self._rules = rules or FoldRules()

    @property
    def name(self) -> str:
        """Who folds, for people."""
        return self._reducer.name

    @property
    def truth(self) -> Truth:
        """What a value is when nothing failed."""
        return self._reducer.truth

    def begin(self, frame: Frame | None = None) -> EventFold:
        """Start a run, at the beginning of a stream or where a frame stands."""
        return EventFold(
            self._reducer, self._rules, frame or Frame(self._reducer.initial(self._stream))
        )


class EventFold(FrameFold[Event]):
    """A run of a :class:`Reducer`."""

    __slots__ = ("_reducer", "_rules")

    def __init__(self, reducer: Reducer, rules: FoldRules, frame: Frame) -> None:
        super().__init__(frame)
        self._reducer = reducer
        self._rules = rules

    def feed_one(self, entry: Event) -> tuple[Finding, ...]:
        """Apply one event; gives what is to be said about it."""
        seed = self.count == 0 and entry.type in self._rules.seed_types
        if not seed and self._passes(entry):
            self._frame = replace(self._frame, count=self.count + 1)
            return ()
        if isinstance(entry.payload.content, Undecoded):
            return self._failed(entry.payload.content.code, entry.payload.content.reason)
        return self._seeded(entry) if seed else self._reduced(entry)

    def _passes(self, entry: Event) -> bool:
        rules = self._rules
        types = rules.ignore_types | rules.seed_types
        return entry.kind in rules.ignore_kinds or entry.type in types

    def _seeded(self, entry: Event) -> tuple[Finding, ...]:
        self._applied(entry.data)
        return (history_starts_late(),)

    def _reduced(self, entry: Event) -> tuple[Finding, ...]:
        try:
            state = self._reducer.apply(self._frame.state, entry)
        except ReduceFailed as error:
            return self._failed("reducer-failed", str(error))
        except Exception as error:  # noqa: BLE001 a plug-in's own code may raise anything
            return self._failed("reducer-failed", f"{type(error).__name__}: {error}")
        self._applied(state)
        return ()

    def _applied(self, state: Value) -> None:
        old = self._frame
        self._frame = replace(old, state=state, count=old.count + 1, applied=old.applied + 1)

    def _failed(self, code: str, message: str) -> tuple[Finding, ...]:
        old = self._frame
        unknown = frozenset({ROOT})
        self._frame = replace(old, count=old.count + 1, unknown=unknown, failed_at=old.count)
        return (Finding(code, message),)
