"""State out of an audit trail: every row says what became of one record.

A layout says of each row what it recorded (an *effect*): the whole record as it was afterwards,
the new values of some fields, that the record was deleted, or that the row does not tell. Then
nothing has to be guessed: a value is what was recorded, and what nobody recorded is unknown.

Imports ``inspector.core`` only. Promises what every fold promises (see
:mod:`inspector.core.folding`), and that a value of a record whose beginning is not in the trail
is never shown as all there was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from inspector.core.findings import Finding
from inspector.core.folding import Entry, Frame, FrameFold, Truth
from inspector.core.paths import ROOT, Path, key_part
from inspector.core.payloads import Undecoded, Value
from inspector.core.texts import tr


@dataclass(frozen=True, slots=True)
class Image:
    """The whole record, as it was after the change."""

    fields: Mapping[Any, Value]


@dataclass(frozen=True, slots=True)
class Written:
    """Fields with their new values; the others stay as they were."""

    fields: Mapping[Any, Value]


@dataclass(frozen=True, slots=True)
class Gone:
    """The record was deleted."""


@dataclass(frozen=True, slots=True)
class Untold:
    """The record changed, and the row does not say into what.

    Attributes:
        reason: one plain sentence.
    """

    reason: str


Effect = Image | Written | Gone | Untold | None
"""``None``: the row changed nothing (somebody looked at the record)."""

EffectOf = Callable[[str, Value], Effect]
"""What a row recorded, by its type and its decoded payload. Must not raise."""


class RowFolder:
    """Makes folds over the rows of an audit trail."""

    __slots__ = ("_effect_of",)

    name: Final = "audit trail"
    truth: Final = Truth.EXACT

    def __init__(self, effect_of: EffectOf) -> None:
        self._effect_of = effect_of

    def begin(self, frame: Frame | None = None) -> RowFold:
        """Start a run, at the beginning of a stream or where a frame stands."""
        return RowFold(self._effect_of, frame or Frame({}))


class RowFold(FrameFold[Entry]):
    """A run over the rows of one record."""

    __slots__ = ("_effect_of",)

    def __init__(self, effect_of: EffectOf, frame: Frame) -> None:
        super().__init__(frame)
        self._effect_of = effect_of

    def feed_one(self, entry: Entry) -> tuple[Finding, ...]:
        """Apply one row; gives what is to be said about it."""
        event_type, value = entry
        old = self._frame
        if isinstance(value, Undecoded):
            self._frame = _lost(replace(old, failed_at=old.count))
            return (Finding(value.code, value.reason),)
        effect = self._effect_of(event_type, value)
        if isinstance(effect, Untold):
            self._frame = _lost(old)
            return (Finding("state-not-recorded", effect.reason),)
        if isinstance(effect, Written):
            self._frame = _written(old, effect.fields)
            return (_beginning_missing(),) if ROOT in self._frame.unknown else ()
        self._frame = _replaced(old, effect)
        return ()


def _replaced(old: Frame, effect: Image | Gone | None) -> Frame:
    """After a row that tells the whole record, or nothing."""
    if effect is None:
        return replace(old, count=old.count + 1)
    state = dict(effect.fields) if isinstance(effect, Image) else {}
    return Frame(state, old.count + 1, old.applied + 1)


def _written(old: Frame, fields: Mapping[Any, Value]) -> Frame:
    """After a row that tells some fields.

    A record of which nothing is known cannot have been made by this row: whatever else it holds
    was written by rows that are not there.
    """
    state = {**old.state, **fields}
    unknown, known = old.unknown, old.known
    if not old.state and fields:
        unknown = frozenset({ROOT})
    if ROOT in unknown:
        known |= _paths(fields)
    return replace(
        old,
        state=state,
        count=old.count + 1,
        applied=old.applied + 1,
        unknown=unknown,
        known=known,
    )


def _lost(old: Frame) -> Frame:
    """After a change that nobody can tell: what is shown is the state before it."""
    return replace(old, count=old.count + 1, unknown=frozenset({ROOT}), known=frozenset())


def _paths(fields: Mapping[Any, Value]) -> frozenset[Path]:
    return frozenset((key_part(key),) for key in fields)


def _beginning_missing() -> Finding:
    message = tr(
        "The row that says how this record began is not in the trail; only the fields that were "
        "recorded since are known."
    )
    return Finding("history-starts-late", message)
