"""Lists: how they begin, and what events append to them and take out.

Imports ``inspector.core`` only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from inspector.core.suggesting.witnesses import (
    NONE,
    Effect,
    Explained,
    FieldView,
    Happened,
    mapped,
    paths_in,
    plain,
    read,
)

FEWEST: Final = 3
TRIED: Final = 4
"""Ways to begin and append to a list that are tried with deletions, too."""


class Lists:
    """Looks for what makes one field that is a list."""

    def __init__(self, field: FieldView) -> None:
        self.field = field

    def explained(self) -> Explained:
        """Lists that events append to, and take elements out of."""
        lists = [one.state.get(self.field.name) for one in self.field.all]
        if len(lists) < FEWEST or not all(isinstance(one, list) for one in lists):
            return Explained()
        if not any(lists):
            return Explained()
        most = max(len(one) for one in lists if isinstance(one, list))
        limits = [0, most] if most > 1 else [0]
        element = next(one[0] for one in lists if isinstance(one, list) and one)
        names = sorted({e.name for one in self.field.all for e in one.events})
        appends = [((name,), v, f) for name in names for v, f in self._elements(name, element)]
        ways = [
            (start, append, limit)
            for start in [(), *self._starts(element)]
            for append in [(), *appends]
            for limit in (limits if append else [0])
            if start or append
        ]
        found = [(self._trial(start, append, (), limit), number)
                 for number, (start, append, limit) in enumerate(ways)]  # fmt: skip
        best = Explained()
        for one, _ in found:
            best = _better(best, one)
        if best.cases and best.agreed == best.cases:
            return best
        found.sort(key=lambda one: -one[0].agreed)
        for _, number in found[:TRIED]:
            for one in self._extended(ways[number], appends, names):
                best = _better(best, one)
        return best

    def _extended(self, way: Any, appends: Any, names: Sequence[str]) -> Iterator[Explained]:
        """A way with a second kind of event that appends the same, or with one that takes out."""
        start, append, limit = way
        for other in appends:
            if append and other[1] == append[1] and other[0] != append[0]:
                yield self._trial(start, (append[0] + other[0], *append[1:]), (), limit)
        for delete in self._deletes(names):
            yield self._trial(start, append, delete, limit)

    def _starts(self, element: Any) -> list[Any]:
        """Lists in the payload of first events that could be the list's beginning."""
        found: dict[tuple[str, str], None] = {}
        for one in self.field.all:
            for event in one.events[:1]:
                for path in paths_in(event.data):
                    if isinstance(read(event.data, path), list):
                        found[event.name, path] = None
        made: list[Any] = []
        for name, path in found:
            made.append((name, f'"data.{path}"', _whole(path)))
            if isinstance(element, dict):
                text, make = mapped(element, "x.")
                made.append((name, f'"[{text} for x in data.{path}]"', _each(path, make)))
        return made

    def _elements(self, name: str, element: Any) -> Iterator[tuple[str, Any]]:
        """What events of a name could append."""
        sample = self.field.fullest(name)
        if not isinstance(sample, dict):
            return
        for path in paths_in(sample):
            value = read(sample, path)
            if type(value) is type(element) and not isinstance(value, dict):
                yield f'"data.{path}"', _whole(path)
        if isinstance(element, dict):
            prefixes = ["", *(f"{p}." for p in paths_in(sample, 1) if isinstance(sample[p], dict))]
            for prefix in prefixes:
                keys = [key for key in element if read(sample, f"{prefix}{key}") is not NONE]
                if keys:
                    text, make = mapped(element, "data.", prefix, sample)
                    yield f'"{text}"', make

    def _deletes(self, names: Sequence[str]) -> Iterator[tuple[str, str, Any]]:
        for name in names:
            sample = self.field.fullest(name)
            if isinstance(sample, dict):
                for path in paths_in(sample, 1):
                    if isinstance(sample[path], str | int):
                        for only in (True, False):
                            first = ", first = true" if only else ""
                            text = f'{{ where = "item.{path} == data.{path}"{first} }}'
                            yield name, text, (path, only)

    def _trial(self, start: Any, append: Any, delete: Any, limit: int) -> Explained:
        agreed = cases = 0
        for one, goal in zip(self.field.all, self.field.goals, strict=True):
            made = _fold_list(one.events, start, append, delete, limit)
            if made is None:
                continue
            cases += 1
            agreed += (("l", tuple(made)) if made else ("empty",)) == goal
            if cases >= 12 and not agreed:
                return Explained()
        if not agreed:
            return Explained()
        effects = []
        if start:
            effects.append(Effect(start[0], "set", start[1], cases, agreed))
        elif self.field.first:
            effects += [
                Effect(name, "set", "[]", cases, agreed) for name in sorted(self.field.first)
            ]
        if append:
            keep = f", keep_last = {limit}" if limit else ""
            text = f"{{ value = {append[1]}{keep} }}" if limit else append[1]
            effects += [Effect(name, "append", text, cases, agreed) for name in append[0]]
        if delete:
            effects.append(Effect(delete[0], "delete", delete[1], cases, agreed))
        return Explained(tuple(effects), agreed, cases)


def _better(one: Explained, other: Explained) -> Explained:
    """The one that explains more; among equals the one with less in it."""
    if other.agreed != one.agreed:
        return other if other.agreed > one.agreed else one
    less = sum(len(e.value) for e in other.effects) < sum(len(e.value) for e in one.effects)
    return other if other.effects and less and other.cases == one.cases else one


def _fold_list(
    events: Sequence[Happened], start: Any, append: Any, delete: Any, limit: int
) -> list[Any] | None:
    """The list after all events, as comparable values; ``None`` where an old form hides it."""
    made: list[Any] = []
    raw: list[Any] = []
    for event in events:
        matters = (start and event.name == start[0]) or (append and event.name in append[0])
        if delete and event.name == delete[0]:
            raw, made = _without(raw, made, event.data, *delete[2])
        if not matters:
            continue
        if event.data is None:
            return None
        if start and event.name == start[0]:
            found = start[2](event.data)
            if not isinstance(found, list):
                return None
            raw, made = list(found), [plain(value) for value in found]
        if append and event.name in append[0]:
            value = append[2](event.data)
            if value is NONE:
                return None
            raw, made = [*raw, value], [*made, plain(value)]
            if limit:
                raw, made = raw[-limit:], made[-limit:]
    return made


def _without(
    raw: list[Any], made: list[Any], data: Any, key: str, only: bool
) -> tuple[list[Any], list[Any]]:
    wanted = plain(read(data, key))
    hits = [n for n, one in enumerate(raw) if plain(read(one, key)) == wanted]
    hits = hits[:1] if only else hits
    kept = [n for n in range(len(raw)) if n not in hits]
    return [raw[n] for n in kept], [made[n] for n in kept]


def _whole(path: str) -> Any:
    return lambda data: read(data, path)


def _each(path: str, make: Any) -> Any:
    def run(data: Any) -> Any:
        found = read(data, path)
        return [make(one) for one in found] if isinstance(found, list) else NONE

    return run
