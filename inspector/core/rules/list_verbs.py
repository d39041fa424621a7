"""What rules can do to lists: one function for each verb.

Each function takes what the file says and gives steps. Imports ``inspector.core`` only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from inspector.core.expressions import MISSING, EvalFailed
from inspector.core.expressions.values import kind_name, shown
from inspector.core.rules.steps import (
    Spec,
    Step,
    Value,
    each_target,
    under_condition,
)
from inspector.core.rules.targets import Ledger, Target
from inspector.core.texts import tr

if TYPE_CHECKING:
    from inspector.core.rules.places import KeyPath
    from inspector.core.rules.reader import SectionReader


MAX_LIST: Final = 1_000_000
"""Elements of a list that grows by appending."""


def _list_there(target: Target, scope: Ledger) -> list[Any]:
    found = target.read(scope)
    if found is MISSING:
        return []
    if found.__class__ is not list:
        message = tr("“{path}” is {kind}, not a list", path=target.text, kind=kind_name(found))
        raise EvalFailed(message)
    return found


def _under_own_condition(
    reader: SectionReader, here: KeyPath, fields: Mapping[str, Spec], step: Step
) -> Step:
    if "when" not in fields:
        return step
    return under_condition(reader.condition((*here, "when"), fields["when"]), [step], here)


def read_append(reader: SectionReader, place: KeyPath, spec: Spec) -> list[Step]:
    """``append = { path = value }`` or ``{ path = { value, keep_last, when } }``."""
    return _adding(reader, place, spec, "keep_last")


def read_prepend(reader: SectionReader, place: KeyPath, spec: Spec) -> list[Step]:
    """``prepend = { path = value }`` or ``{ path = { value, keep_first, when } }``."""
    return _adding(reader, place, spec, "keep_first")


def _adding(reader: SectionReader, place: KeyPath, spec: Spec, limit_name: str) -> list[Step]:
    def make(target: Target, here: KeyPath, inner: Spec) -> Step:
        fields = inner if isinstance(inner, dict) else {"value": inner}
        reader.fields(here, fields, needed=("value",), known=("value", limit_name, "when"))
        in_table = isinstance(inner, dict)
        value = reader.value((*here, "value") if in_table else here, fields["value"])
        limit = reader.count((*here, limit_name), fields.get(limit_name))
        stored = value.stored()
        at_end = limit_name == "keep_last"

        def run(scope: Ledger) -> None:
            added = stored(scope)
            values = _list_there(target, scope)
            if len(values) >= MAX_LIST:
                raise EvalFailed(tr("the list has more than {n} elements", n=MAX_LIST))
            if at_end and limit is None:
                target.push(scope, values, added)
            elif at_end:
                target.write(scope, [*values, added][-(limit or 0) :])
            else:
                target.write(scope, [added, *values][:limit])

        step = Step(run, here, frozenset({target.top}), value.reads | {target.top})
        return _under_own_condition(reader, here, fields, step)

    return each_target(reader, place, spec, make)


def read_insert(reader: SectionReader, place: KeyPath, spec: Spec) -> list[Step]:
    """``insert = { path = { at, value } }`` for lists, ``{ key, value }`` for maps."""

    def make(target: Target, here: KeyPath, inner: Spec) -> Step:
        fields = reader.table(here, inner)
        reader.fields(here, fields, needed=("value",), known=("at", "key", "value", "when"))
        if ("at" in fields) == ("key" in fields):
            raise reader.wrong(here, tr("Either “at” or “key” says where it is inserted."))
        word = "at" if "at" in fields else "key"
        where = reader.value((*here, word), fields[word])
        value = reader.value((*here, "value"), fields["value"])
        stored = value.stored()

        def into_list(scope: Ledger) -> None:
            added, at = stored(scope), where.run(scope)
            values = list(_list_there(target, scope))
            if at.__class__ is not int or not -len(values) <= at <= len(values):
                message = tr("“{path}” has no place {at}", path=target.text, at=shown(at))
                raise EvalFailed(message)
            values.insert(at, added)
            target.write(scope, values)

        def into_map(scope: Ledger) -> None:
            added = stored(scope)
            Target(target.root, target.text, (*target.keys, where.run)).write(scope, added)

        run = into_list if word == "at" else into_map
        reads = value.reads | where.reads | {target.top}
        step = Step(run, here, frozenset({target.top}), reads)
        return _under_own_condition(reader, here, fields, step)

    return each_target(reader, place, spec, make)


def _matching(
    reader: SectionReader, here: KeyPath, fields: Mapping[str, Spec]
) -> tuple[Value, bool]:
    """A condition on elements, and whether only the first one counts."""
    inside = reader.inside()
    condition = inside.condition((*here, "where"), fields["where"])
    first = fields.get("first", False)
    if not isinstance(first, bool):
        raise reader.wrong((*here, "first"), tr("“first” is true or false."))
    return condition, first


def _changed(
    scope: Ledger, values: list[Any], condition: Value, first: bool, change: Callable[[], list[Any]]
) -> list[Any]:
    """The list with matching elements exchanged for what ``change`` gives."""
    saved = scope.item, scope.key
    found: list[Any] = []
    done = False
    for place, element in enumerate(values):
        scope.item, scope.key = element, place
        if (done and first) or condition.run(scope) is not True:
            found.append(element)
        else:
            found.extend(change())
            done = True
    scope.item, scope.key = saved
    return found if done else values


def read_replace(reader: SectionReader, place: KeyPath, spec: Spec) -> list[Step]:
    """``replace = { path = { where, value, first } }``: elements that match a condition."""

    def make(target: Target, here: KeyPath, inner: Spec) -> Step:
        fields = reader.table(here, inner)
        known = ("where", "key", "value", "first", "when")
        reader.fields(here, fields, needed=("value",), known=known)
        inside = reader.inside()
        value = inside.value((*here, "value"), fields["value"])
        stored = value.stored()
        if "key" in fields:
            return read_insert(reader, here[:-1], {here[-1]: inner})[0]
        reader.fields(here, fields, needed=("where", "value"), known=known)
        condition, first = _matching(reader, here, fields)

        def run(scope: Ledger) -> None:
            values = _list_there(target, scope)
            new = _changed(scope, values, condition, first, lambda: [stored(scope)])
            if new is not values:
                target.write(scope, new)

        reads = value.reads | condition.reads | {target.top}
        step = Step(run, here, frozenset({target.top}), reads)
        return _under_own_condition(reader, here, fields, step)

    return each_target(reader, place, spec, make)


def read_delete(reader: SectionReader, place: KeyPath, spec: Spec) -> list[Step]:
    """``delete = ["path"]``, or ``{ path = { where, first } }`` or ``{ path = { key } }``."""
    if not isinstance(spec, dict):
        return [
            _deleted(reader.target((*place, number), text), (*place, number))
            for number, text in enumerate(reader.texts(place, spec))
        ]

    def make(target: Target, here: KeyPath, inner: Spec) -> Step:
        fields = reader.table(here, inner)
        reader.fields(here, fields, needed=(), known=("where", "key", "first", "when"))
        if "key" in fields:
            key = reader.value((*here, "key"), fields["key"])
            longer = Target(target.root, target.text, (*target.keys, key.run))
            step = replace(_deleted(longer, here), reads=key.reads | {target.top})
        elif "where" in fields:
            step = _deleted_where(target, here, _matching(reader, here, fields))
        else:
            step = _deleted(target, here)
        return _under_own_condition(reader, here, fields, step)

    return each_target(reader, place, spec, make)


def _deleted(target: Target, here: KeyPath) -> Step:
    reads = frozenset() if target.is_top else frozenset({target.top})
    return Step(target.remove, here, frozenset({target.top}), reads, certain=target.is_top)


def _deleted_where(target: Target, here: KeyPath, which: tuple[Value, bool]) -> Step:
    condition, first = which

    def run(scope: Ledger) -> None:
        values = _list_there(target, scope)
        new = _changed(scope, values, condition, first, list)
        if new is not values:
            target.write(scope, new)

    return Step(run, here, frozenset({target.top}), condition.reads | {target.top})
