"""Where a rule writes: paths into the state, the payload or an element.

What is shared is never changed. The topmost map belongs to the event that is being applied;
of everything below, a copy is made at the first write. A copy that was made since the last
frame was handed out belongs to the run alone and may be written again in place, so that adding
to a long list costs the same for every event; each such write is noted and taken back when the
event fails. Imports ``inspector.core`` only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from inspector.core.expressions import MISSING, EvalFailed, Scope
from inspector.core.expressions.operators import is_key
from inspector.core.expressions.values import kind_name, shown
from inspector.core.instants import Instant
from inspector.core.texts import tr

ROOTS: Final = ("state", "data", "item")

_GONE: Final = object()


class Ledger(Scope):
    """A scope that knows which containers belong to the run, and what to take back.

    Attributes:
        owned: containers made since the last frame, by identity.
        undo: writes of the present event into such containers, oldest first.
    """

    __slots__ = ("owned", "undo")

    def __init__(self, now: Instant | None = None) -> None:
        super().__init__(now)
        self.owned: dict[int, Any] = {}
        self.undo: list[tuple[Any, Any, Any]] = []

    def take_back(self) -> None:
        """Undo what the present event wrote into owned containers."""
        while self.undo:
            container, key, old = self.undo.pop()
            if key is _GONE:
                container.pop()
            elif old is _GONE:
                del container[key]
            else:
                container[key] = old


Key = Callable[[Ledger], Any]


@dataclass(frozen=True, slots=True)
class Target:
    """A path that can be read, written and removed.

    Attributes:
        root: ``state``, ``data`` or ``item``.
        text: as written.
        keys: fixed keys and closures that compute one.
    """

    root: str
    text: str
    keys: tuple[str | int | Key, ...]

    @property
    def top(self) -> str:
        """The top-level key that it is about; ``*`` when only an event tells."""
        first = self.keys[0]
        return first if isinstance(first, str) else "*"

    @property
    def is_top(self) -> bool:
        """Whether it is a top-level key, known beforehand."""
        return len(self.keys) == 1 and isinstance(self.keys[0], str)

    def read(self, scope: Ledger) -> Any:
        """What is there, or missing."""
        value = getattr(scope, self.root)
        for key in self.keys:
            value = _child(value, self._key(key, scope))
            if value is MISSING:
                break
        return value

    def write(self, scope: Ledger, value: Any) -> None:
        """Put a value there; maps on the way are made.

        Raises:
            EvalFailed: something on the way is neither map nor list.
        """
        container = self._container(scope)
        self._put(scope, container, self._key(self.keys[-1], scope), value)

    def remove(self, scope: Ledger) -> None:
        """Take away what is there, if there is something."""
        if self.read(scope) is MISSING:
            return
        container = self._container(scope)
        key = self._key(self.keys[-1], scope)
        if container.__class__ is list:
            rest = [value for place, value in enumerate(container) if place != key % len(container)]
            Target(self.root, self.text, self.keys[:-1]).write(scope, rest)
            return
        if id(container) in scope.owned:
            self._replace_owned(scope, {k: v for k, v in container.items() if k != key})
        else:
            del container[key]

    def _replace_owned(self, scope: Ledger, value: Any) -> None:
        """Put a new container in place of an owned one, so that undoing is one write."""
        scope.owned[id(value)] = value
        Target(self.root, self.text, self.keys[:-1]).write(scope, value)

    def _key(self, key: str | int | Key, scope: Ledger) -> Any:
        if key.__class__ is str or key.__class__ is int:
            return key
        found = key(scope)  # type: ignore[operator]
        if found is MISSING or not is_key(found):
            raise EvalFailed(
                tr("“{path}” needs a key, not {value}", path=self.text, value=shown(found))
            )
        return found

    def _container(self, scope: Ledger) -> Any:
        """The map or list that holds the last key, private to the run."""
        container = getattr(scope, self.root)
        for key in self.keys[:-1]:
            container = self._own(scope, container, self._key(key, scope))
        if container.__class__ is not dict and container.__class__ is not list:
            raise self._no_container(container)
        return container

    def _own(self, scope: Ledger, parent: Any, key: Any) -> Any:
        child = _child(parent, key)
        if id(child) in scope.owned:
            return child
        if child is MISSING:
            copy: Any = {}
        elif child.__class__ is dict or child.__class__ is list:
            copy = child.copy()
        else:
            raise self._no_container(child)
        self._put(scope, parent, key, copy)
        scope.owned[id(copy)] = copy
        return copy

    def _put(self, scope: Ledger, container: Any, key: Any, value: Any) -> None:
        if container.__class__ is dict:
            if id(container) in scope.owned:
                scope.undo.append((container, key, container.get(key, _GONE)))
            container[key] = value
        elif (
            container.__class__ is list
            and key.__class__ is int
            and -len(container) <= key < len(container)
        ):
            if id(container) in scope.owned:
                scope.undo.append((container, key, container[key]))
            container[key] = value
        elif container.__class__ is list:
            message = tr(
                "the list at “{path}” has no element {key}", path=self.text, key=shown(key)
            )
            raise EvalFailed(message)
        else:
            raise self._no_container(container)

    def _no_container(self, found: Any) -> EvalFailed:
        message = tr(
            "“{path}” cannot be written, because there is {kind} on the way to it",
            path=self.text,
            kind=kind_name(found),
        )
        return EvalFailed(message)

    def push(self, scope: Ledger, values: list[Any], value: Any) -> None:
        """Add a value at the end of the list that is there."""
        if id(values) in scope.owned:
            scope.undo.append((values, _GONE, None))
            values.append(value)
            return
        longer = [*values, value]
        self.write(scope, longer)
        scope.owned[id(longer)] = longer


def _child(value: Any, key: Any) -> Any:
    if value.__class__ is dict:
        return value.get(key, MISSING)
    if value.__class__ is list and key.__class__ is int and -len(value) <= key < len(value):
        return value[key]
    return MISSING
