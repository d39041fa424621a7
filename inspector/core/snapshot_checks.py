"""Whether a stored snapshot says what the history says, and if not, why.

Two states are compared by meaning, not by form: a number that one side wrote as text, an empty
map that PHP wrote as an empty list, another order of keys are no difference. What a library keeps
in its snapshots for itself (*bookkeeping*) counts only where the replay has it too.

Imports ``inspector.core`` only. Promises that *matches* is only said of a state that was replayed
exactly and is equal everywhere.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final

from inspector.core.diffing import Change, Op, diff
from inspector.core.events import Snapshot
from inspector.core.payloads import Value
from inspector.core.sameness import is_nan, kind_of, number_value


class Verdict(enum.StrEnum):
    """What a check found."""

    MATCHES = "matches"
    DIFFERS = "differs"
    AHEAD = "ahead-of-stream"
    BEHIND = "behind-history"
    UNDECODABLE = "undecodable"
    ORPHAN = "orphan"
    UNVERIFIABLE = "unverifiable"


BAD: Final = frozenset({Verdict.DIFFERS, Verdict.AHEAD, Verdict.UNDECODABLE, Verdict.ORPHAN})
"""Verdicts that need somebody's attention; the others say that nothing is known to be wrong."""


class Cause(enum.StrEnum):
    """Why a snapshot differs, as far as its differences tell."""

    NONE = ""
    OLD_SCHEMA = "old-schema-version"
    ROUNDED = "numbers-rounded"
    FIELD_ADDED = "field-added-later"
    EVENTS_CHANGED = "events-changed-since"
    ENCRYPTED = "encrypted"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class SnapshotCheck:
    """The result of one check.

    Attributes:
        snapshot: what was checked.
        verdict: what was found; ``cause`` why it differs.
        changes: from the snapshot to the replayed state.
        reason: one sentence: what was found, or what would be needed.
        last: position of the stream's last event, where it has one.
        events_since: events after the snapshot, or ``None``.
    """

    snapshot: Snapshot
    verdict: Verdict
    cause: Cause = Cause.NONE
    changes: tuple[Change, ...] = field(default=())
    reason: str = ""
    last: int | None = None
    events_since: int | None = None

    @property
    def first_difference(self) -> Change | None:
        """The first field that differs, in the replayed state's order."""
        return self.changes[0] if self.changes else None


def compare(stored: Value, replayed: Value, bookkeeping: Iterable[str] = ()) -> tuple[Change, ...]:
    """What differs between a snapshot and the replayed state, in meaning.

    Args:
        stored: the snapshot's state.
        replayed: the state that the history gives.
        bookkeeping: names of top-level fields that the library keeps for itself.
    """
    if isinstance(stored, dict) and isinstance(replayed, dict):
        own = {name for name in bookkeeping if name in stored and name not in replayed}
        if own:
            stored = {key: value for key, value in stored.items() if key not in own}
    return diff(_in_form_of(stored, replayed), replayed, forms=False)


def _in_form_of(value: Value, model: Value) -> Value:
    """A value with everything that means the same as in the model written as there."""
    if isinstance(value, dict) and isinstance(model, dict):
        return {
            key: _in_form_of(item, model[key]) if key in model else item
            for key, item in value.items()
        }
    if isinstance(value, list) and isinstance(model, list) and len(value) == len(model):
        return [_in_form_of(item, like) for item, like in zip(value, model, strict=True)]
    return model if _means_the_same(value, model) else value


def _means_the_same(value: Value, model: Value) -> bool:
    """Whether two leaves of different kinds are one value in two forms."""
    if isinstance(value, (dict, list)) and isinstance(model, (dict, list)):
        return not value and not model
    number, text = (value, model) if kind_of(value) == "number" else (model, value)
    if kind_of(number) != "number" or not isinstance(text, str):
        return False
    spelled = as_number(text)
    return spelled is not None and not is_nan(number) and spelled == number_value(number)


def as_number(text: str) -> Decimal | None:
    """The number that a text spells; nothing that only Python would read as one."""
    if not text or text[-1] not in "0123456789." or text[0] not in "+-.0123456789" or "_" in text:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


# -- why ------------------------------------------------------------------------------------------


def cause_of(changes: tuple[Change, ...], *, old_schema: bool | None) -> Cause:
    """Why a snapshot differs, as far as the differences themselves tell.

    Args:
        changes: from the snapshot to the replayed state.
        old_schema: the snapshot was written in an earlier version of the state's shape; ``None``
            where snapshots have no version. Then fields that the state no longer has, while it
            has others, say so.
    """
    if not changes:
        return Cause.NONE
    replaced = {Op.ADD, Op.REMOVE} <= {change.op for change in changes if _is_field(change)}
    if old_schema or (old_schema is None and replaced):
        return Cause.OLD_SCHEMA
    if all(_is_rounded(change) for change in changes):
        return Cause.ROUNDED
    if all(change.op is Op.ADD and _is_field(change) for change in changes):
        return Cause.FIELD_ADDED
    return Cause.OTHER


def are_sealed(changes: tuple[Change, ...], sealed: Callable[[Value], bool]) -> bool:
    """Whether all that differs is encrypted on one side, so that nobody can compare it."""
    return all(
        change.op is Op.CHANGE and (sealed(change.before) or sealed(change.after))
        for change in changes
    )


def sealed_path(value: Value, sealed: Callable[[Value], bool]) -> str | None:
    """Where a value holds the first encrypted one, or ``None``."""
    open_parts: list[tuple[str, Value]] = [("", value)]
    while open_parts:
        path, part = open_parts.pop()
        if sealed(part):
            return path.removeprefix(".")
        if isinstance(part, dict):
            open_parts += [(f"{path}.{name}", item) for name, item in part.items()]
        elif isinstance(part, list):
            open_parts += [(f"{path}[{i}]", item) for i, item in enumerate(part)]
    return None


def _is_field(change: Change) -> bool:
    """Whether it is about a field of a map and not about a place in a list."""
    return bool(change.path) and not isinstance(change.path[-1], int)


def _is_rounded(change: Change) -> bool:
    """Whether the snapshot holds the same number with fewer digits."""
    if change.op is not Op.CHANGE:
        return False
    before, after = _any_number(change.before), _any_number(change.after)
    if before is None or after is None:
        return False
    if _is_float_of(after, before):
        return True
    exponent = before.as_tuple().exponent
    if not isinstance(exponent, int) or not isinstance(after.as_tuple().exponent, int):
        return False
    if exponent <= int(after.as_tuple().exponent):
        return False  # the snapshot has at least as many digits
    step = Decimal(1).scaleb(exponent)
    return any(
        _quantized(after, step, how) == before
        for how in (ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_DOWN)
    )


def _is_float_of(exact: Decimal, stored: Decimal) -> bool:
    """Whether a binary floating-point number was in between."""
    try:
        return exact != stored and Decimal(repr(float(exact))) == stored
    except (OverflowError, InvalidOperation):
        return False


def _quantized(number: Decimal, step: Decimal, how: str) -> Decimal | None:
    try:
        return number.quantize(step, how)
    except InvalidOperation:
        return None


def _any_number(value: Value) -> Decimal | None:
    if isinstance(value, str):
        return as_number(value)
    if kind_of(value) != "number" or is_nan(value):
        return None
    number = Decimal(number_value(value))
    return number if number.is_finite() else None
