"""What rules can do to single values, maps and wholes: one function for each verb.

Each function takes what the file says and gives steps. Imports ``inspector.core`` only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from inspector.core.expressions import MISSING, EvalFailed
from inspector.core.expressions import operators as op
from inspector.core.expressions.values import (
    MAX_NUMBER,
    NUMBERS,
    PLAIN,
    kind_name,
    settled,
    shown,
    weigh,
)
from inspector.core.rules.list_verbs import (
    read_append,
    read_delete,
    read_insert,
    read_prepend,
    read_replace,
)
from inspector.core.rules.steps import (
    Evaluate,
    Reading,
    Spec,
    Step,
    StepRun,
    Value,
    each_target,
    run_all,
)
from inspector.core.rules.targets import Ledger, Target
from inspector.core.texts import tr

if TYPE_CHECKING:
    from inspector.core.rules.places import KeyPath
    from inspector.core.rules.reader import SectionReader

# -- one value at one path ----------------------------------------------------------------------


def read_set(reader: SectionReader, place: KeyPath, spec: Spec) -> list[Step]:
    """``set = { path = value }``."""

    def make(target: Target, here: KeyPath, inner: Spec) -> Step:
        value = reader.value(here, inner)
        if target.is_top and target.root == "state":
            run = _set_top(target.top, value)
        else:
            stored, write = value.stored(), target.write

            def run(scope: Ledger) -> None:
                write(scope, stored(scope))

        reads = value.reads if target.is_top else value.reads | {target.top}
        return Step(run, here, frozenset({target.top}), reads, certain=target.is_top)

    return each_target(reader, place, spec, make)


def _set_top(key: str, value: Value) -> StepRun:
    """The usual case, without a detour."""
    evaluate, aliases = value.run, value.aliases

    def run(scope: Ledger) -> None:
        found = evaluate(scope)
        kind = found.__class__
        if kind not in PLAIN:
            found = settled(found, 0)
        elif aliases and (kind is list or kind is dict):
            weigh(found, 0)
            scope.owned.clear()
        try:
            scope.state[key] = found
        except TypeError:
            raise _no_map(scope) from None

    return run


def _no_map(scope: Ledger) -> EvalFailed:
    return EvalFailed(tr("the state is {kind}, not a map", kind=kind_name(scope.state)))


def read_default(reader: SectionReader, place: KeyPath, spec: Spec) -> list[Step]:
    """``default = { path = value }``: only where nothing is."""

    def make(target: Target, here: KeyPath, inner: Spec) -> Step:
        stored = reader.value(here, inner).stored()

        def run(scope: Ledger) -> None:
            if target.read(scope) is MISSING:
                target.write(scope, stored(scope))

        return Step(run, here, frozenset({target.top}), frozenset({target.top}))

    return each_target(reader, place, spec, make)


def read_add(reader: SectionReader, place: KeyPath, spec: Spec) -> list[Step]:
    """``add = { path = number }``; nothing there counts as 0."""

    def make(target: Target, here: KeyPath, inner: Spec) -> Step:
        value = reader.value(here, inner)
        run = (
            _add_top(target.top, value.run)
            if target.is_top and target.root == "state"
            else _add(target, value.run)
        )
        return Step(run, here, frozenset({target.top}), value.reads | {target.top})

    return each_target(reader, place, spec, make)


def _add_top(key: str, value: Evaluate) -> StepRun:
    def run(scope: Ledger) -> None:
        more, state = value(scope), scope.state
        if state.__class__ is not dict:
            raise _no_map(scope)
        old = state.get(key, 0)
        if old.__class__ is int and more.__class__ is int:
            total = old + more
            if -MAX_NUMBER < total < MAX_NUMBER:
                state[key] = total
                return
        state[key] = _total(old, more)

    return run


def _add(target: Target, value: Evaluate) -> StepRun:
    def run(scope: Ledger) -> None:
        old = target.read(scope)
        target.write(scope, _total(0 if old is MISSING else old, value(scope)))

    return run


def _total(old: Any, more: Any) -> Any:
    for number in (old, more):
        if number.__class__ not in NUMBERS:
            raise EvalFailed(tr("a number is needed, not {value}", value=shown(number)))
    return op.add(old, more, 0)


# -- maps and wholes ----------------------------------------------------------------------------


def read_merge(reader: SectionReader, place: KeyPath, spec: Spec) -> list[Step]:
    """``merge = value`` into the whole, or ``merge = { path = value }``."""
    if not isinstance(spec, dict):
        value = reader.value(place, spec)
        stored, root = value.stored(), reader.root

        def into_root(scope: Ledger) -> None:
            _map(getattr(scope, root)).update(_map(stored(scope)))

        return [Step(into_root, place, frozenset({"*"}), value.reads)]

    def make(target: Target, here: KeyPath, inner: Spec) -> Step:
        value = reader.value(here, inner)
        stored = value.stored()

        def run(scope: Ledger) -> None:
            more, old = _map(stored(scope)), target.read(scope)
            target.write(scope, {**_map({} if old is MISSING else old), **more})

        return Step(run, here, frozenset({target.top}), value.reads | {target.top})

    return each_target(reader, place, spec, make)


def _map(value: Any) -> dict[Any, Any]:
    if value.__class__ is not dict:
        raise EvalFailed(tr("a map is needed, not {value}", value=shown(value)))
    return value


_EMPTY: Final[dict[type, Callable[[], Any]]] = {list: list, dict: dict, str: str}


def read_clear(reader: SectionReader, place: KeyPath, spec: Spec) -> list[Step]:
    """``clear = ["path"]``: lists, maps and texts become empty, numbers 0, all else null."""

    def make(target: Target, here: KeyPath) -> Step:
        def run(scope: Ledger) -> None:
            found = target.read(scope)
            if found is MISSING:
                return
            if found.__class__ in NUMBERS:
                target.write(scope, 0)
            else:
                target.write(scope, _EMPTY.get(found.__class__, lambda: None)())

        return Step(run, here, frozenset({target.top}), frozenset({target.top}))

    return [
        make(reader.target((*place, number), text), (*place, number))
        for number, text in enumerate(reader.texts(place, spec))
    ]


def read_rename(reader: SectionReader, place: KeyPath, spec: Spec) -> list[Step]:
    """``rename = { old = "new" }``, also known as ``move``; nothing there is nothing to move."""

    def make(source: Target, here: KeyPath, inner: Spec) -> Step:
        goal = reader.target(here, reader.text(here, inner))

        def run(scope: Ledger) -> None:
            value = source.read(scope)
            if value is not MISSING:
                source.remove(scope)
                scope.owned.clear()
                goal.write(scope, value)

        both = frozenset({source.top, goal.top})
        return Step(run, here, both, both)

    return each_target(reader, place, spec, make)


def read_each(reader: SectionReader, place: KeyPath, spec: Spec) -> list[Step]:
    """``each = { path = { …steps… } }``: the same for every element of a list or map."""

    def make(target: Target, here: KeyPath, inner: Spec) -> Step:
        inside = reader.inside(root="item")
        steps = tuple(inside.steps(here, reader.table(here, inner)))
        one = run_all(steps)
        writes_keys = any(step.writes for step in steps)

        def element(scope: Ledger, key: Any, value: Any) -> Any:
            if value.__class__ is dict:
                scope.item = value.copy()
            elif writes_keys and value.__class__ is not dict:
                words = tr("an element of “{path}” is {kind}, not a map",
                           path=target.text, kind=kind_name(value))  # fmt: skip
                raise EvalFailed(words)
            else:
                scope.item = value
            scope.key = key
            one(scope)
            return scope.item

        def run(scope: Ledger) -> None:
            found = target.read(scope)
            if found is MISSING:
                return
            saved = scope.item, scope.key
            if found.__class__ is list:
                new: Any = [element(scope, place, value) for place, value in enumerate(found)]
            elif found.__class__ is dict:
                new = {key: element(scope, key, value) for key, value in found.items()}
            else:
                message = tr(
                    "“{path}” is {kind}, not a list or map", path=target.text, kind=kind_name(found)
                )
                raise EvalFailed(message)
            scope.item, scope.key = saved
            target.write(scope, new)

        reads = frozenset({target.top}).union(*(step.reads for step in steps))
        return Step(run, here, frozenset({target.top}), reads)

    return each_target(reader, place, spec, make)


def read_become(reader: SectionReader, place: KeyPath, spec: Spec) -> list[Step]:
    """``become = value``: something else takes the place of the whole."""
    value, root = reader.value(place, spec), reader.root
    stored = value.stored()

    def run(scope: Ledger) -> None:
        found = stored(scope)
        setattr(scope, root, found.copy() if found.__class__ is dict else found)

    # An element that becomes something else need not be a map before.
    writes = frozenset() if root == "item" else frozenset({"*"})
    return [Step(run, place, writes, value.reads, certain=True)]


VERBS: Final[dict[str, Reading]] = {
    "set": read_set, "default": read_default, "add": read_add, "append": read_append,
    "prepend": read_prepend, "insert": read_insert, "replace": read_replace,
    "delete": read_delete, "remove": read_delete, "merge": read_merge, "clear": read_clear,
    "rename": read_rename, "move": read_rename, "each": read_each, "become": read_become,
}  # fmt: skip
