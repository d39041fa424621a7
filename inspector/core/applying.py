"""Carrying changes out: the other direction of :mod:`inspector.core.diffing`.

Imports ``inspector.core`` only. Never changes the value it is given; parts without a change
are shared.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from inspector.core.diffing import Change, Op
from inspector.core.paths import PathPart, part_key
from inspector.core.payloads import Value


def apply_changes(before: Value, changes: Iterable[Change]) -> Value:
    """The value that ``changes`` lead to.

    Raises:
        ValueError: the changes do not belong to this value.
    """
    own: list[Change] = []
    below: dict[PathPart, list[Change]] = {}
    for change in changes:
        if not change.path:
            return change.after
        if len(change.path) == 1:
            own.append(change)
        else:
            deeper = replace(change, path=change.path[1:])
            below.setdefault(change.path[0], []).append(deeper)
    if not own and not below:
        return before
    try:
        result = _applied(before, own)
        for part, rest in below.items():
            key: Any = part_key(part)
            result[key] = apply_changes(result[key], rest)
    except (LookupError, TypeError, StopIteration) as error:
        raise ValueError("the changes do not belong to this value") from error
    return result


def _applied(before: Value, changes: Sequence[Change]) -> Any:
    if isinstance(before, list):
        return _applied_to_list(before, changes)
    result = dict(before)
    for change in changes:
        if change.op is Op.REMOVE:
            del result[part_key(change.path[0])]
        else:
            result[part_key(change.path[0])] = change.after
    return result


def _applied_to_list(before: list[Value], changes: Sequence[Change]) -> list[Value]:
    gone = {change.path[0] for change in changes if change.op is Op.REMOVE}
    gone |= {change.source for change in changes if change.source is not None}
    stay = [value for place, value in enumerate(before) if place not in gone]
    come = {
        change.path[0]: before[change.source] if change.source is not None else change.after
        for change in changes
        if change.op in (Op.ADD, Op.MOVE)
    }
    rest = iter(stay)
    result = [
        come[place] if place in come else next(rest) for place in range(len(stay) + len(come))
    ]
    for change in changes:
        if change.op is Op.CHANGE:
            result[part_key(change.path[0])] = change.after  # type: ignore[call-overload]
    return result
