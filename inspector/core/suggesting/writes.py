"""The last write decides: events that write a field, out of their payload or a constant.

Imports ``inspector.core`` only.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from inspector.core.suggesting.witnesses import (
    MOST_PATHS,
    NONE,
    Effect,
    Explained,
    FieldView,
    constant_text,
    mapped,
    paths_in,
    plain,
    read,
)

_WORD: Final = re.compile(r"[A-Za-z][A-Za-z_-]{1,24}\Z")
"""What may be one of few words that an application writes, such as a status."""

ONCE_SEEN: Final = 3
FEW: Final = 6
MOST_WRITERS: Final = 24
WRONG: Final = 2.0
UNKNOWN: Final = 1.0
"""What a field of the same name counts where an old form hides its value."""


_Shown = list[tuple[int, Any]]
"""In each snapshot: where an event happened last (-1: never), and what it would write."""

_Way = dict[str, tuple[str, _Shown]]


class Writes:
    """Looks for writers of one field."""

    def __init__(self, field: FieldView) -> None:
        self.field = field

    def explained(self) -> Explained:
        """Events that write the field: out of their payload, or a constant."""
        candidates = self._writes()
        starts = [what for what in candidates if what[0] in self.field.first]
        ways = [self._grown(candidates, start) for start in (None, *starts)]
        best = max(ways, key=lambda way: (self._score(way), -len(way), self._begins(way)))
        return self._written(best)

    def _begins(self, way: _Way) -> tuple[int, int]:
        """How far a way is the usual one: streams begin with a value, of the field's own name."""
        own = sum(self._usual(event, value)[0] for event, (value, _) in way.items())
        return own, sum(event in self.field.first for event in way)

    def _grown(
        self, candidates: Mapping[tuple[str, str], _Shown], start: tuple[str, str] | None
    ) -> _Way:
        """Add what explains most, or exchange it, until nothing explains more."""
        chosen: _Way = {} if start is None else {start[0]: (start[1], candidates[start])}
        best = self._score(chosen)
        for _ in range(MOST_WRITERS):
            gains = [
                (
                    self._score({**chosen, event: (value, shown)}),
                    self._usual(event, value),
                    event,
                    value,
                )
                for (event, value), shown in candidates.items()
            ]
            top = max(gains, default=None)
            if top is None or top[0] <= best:
                break
            best = top[0]
            chosen[top[2]] = (top[3], candidates[top[2], top[3]])
        for event in sorted(chosen, key=lambda event: event in self.field.first):
            less = {name: shown for name, shown in chosen.items() if name != event}
            if self._score(less) >= best:
                chosen = less
        return chosen

    def _usual(self, event: str, value: str) -> tuple[bool, bool, bool]:
        """What is preferred among candidates that explain equally much."""
        own = value.strip('"').rpartition(".")[2] == self.field.name
        return (own, value.startswith('"data.'), event in self.field.first)

    def _writes(self) -> dict[tuple[str, str], _Shown]:
        """For each candidate: in each witness, where it happened last and what it would write."""
        last: list[dict[str, tuple[int, Any]]] = [
            {event.name: (n, event.data) for n, event in enumerate(one.events)}
            for one in self.field.all
        ]
        names = sorted({name for one in last for name in one})
        constants = self._constants()
        found: dict[tuple[str, str], _Shown] = {}
        for name in names:
            paths = Counter[str]()
            for one in last:
                if name in one:
                    paths.update(paths_in(one[name][1]))
            for path in [path for path, _ in paths.most_common(MOST_PATHS)]:
                shown = [
                    (one[name][0], self._would(one[name][1], path)) if name in one else (-1, None)
                    for one in last
                ]
                self._keep(found, (name, path), shown)
            self._keep_maps(found, name, last)
            self._keep_hidden(found, name)
            for text, value in constants.items():
                found[name, text] = [
                    (one[name][0], value) if name in one else (-1, None) for one in last
                ]
        return found

    def _keep(
        self,
        found: dict[tuple[str, str], _Shown],
        what: tuple[str, str],
        shown: _Shown,
    ) -> None:
        """Keep a candidate that was right somewhere, and not always the same by chance."""
        name, path = what
        pairs = zip(shown, self.field.goals, strict=True)
        right = {goal for (n, would), goal in pairs if n >= 0 and would == goal}
        if len(right) > 1 or (right and path.rpartition(".")[2] == self.field.name):
            found[name, f'"data.{path}"'] = shown

    def _keep_hidden(self, found: dict[tuple[str, str], _Shown], name: str) -> None:
        """The field of the same name, where only a guess tells it: the hops are judged by it."""
        key = (name, f'"data.{self.field.name}"')
        if key in found:
            return
        shown = []
        for one in self.field.all:
            last = max((n for n, e in enumerate(one.events) if e.name == name), default=-1)
            shown.append((last, None))
        led = (e.led for one in self.field.all for e in one.events if e.name == name)
        strict = (e.data for one in self.field.all for e in one.events if e.name == name)
        if any(read(data, self.field.name) is not NONE for data in strict):
            return
        if any(read(data, self.field.name) is not NONE for data in led):
            found[key] = shown

    def _keep_maps(
        self,
        found: dict[tuple[str, str], _Shown],
        name: str,
        last: Sequence[Mapping[str, tuple[int, Any]]],
    ) -> None:
        """A map that is made of fields of the payload with the same names."""
        held = (one.state.get(self.field.name) for one in self.field.all)
        element = next((value for value in held if isinstance(value, dict) and value), None)
        sample = self.field.fullest(name)
        if element is None or not isinstance(sample, dict):
            return
        if not all(key in sample for key in element) or isinstance(
            sample.get(self.field.name), dict
        ):
            return
        text, make = mapped(element, "data.", "", sample)
        shown = []
        for one in last:
            number, data = one.get(name, (-1, None))
            value = make(data) if number >= 0 else NONE
            shown.append((number, None if value is NONE else plain(value)))
        if any(v == goal for (_, v), goal in zip(shown, self.field.goals, strict=True)):
            found[name, f'"{text}"'] = shown

    @staticmethod
    def _would(data: Any, path: str) -> Any:
        """What would be written; ``None`` where an old form does not say it."""
        value = read(data, path)
        return None if value is NONE else plain(value)

    def _constants(self) -> dict[str, Any]:
        """Values of the field that are few, so that an event may write them as they are."""
        counted = Counter(self.field.goals)
        found: dict[str, Any] = {}
        for goal, count in counted.most_common(12):
            text = constant_text(goal)
            word = goal[0] != "str" or _WORD.match(goal[1])
            if text and (count > ONCE_SEEN or (word and (count > 1 or len(counted) < FEW))):
                found[text] = goal
        return found

    def _score(self, chosen: _Way) -> float:
        """How much is explained; what contradicts a snapshot weighs more than what agrees."""
        score = 0.0
        for who, right, known in self._outcomes(chosen):
            if known:
                score += 1.0 if right else -WRONG
            elif who and chosen[who][0].strip('"').rpartition(".")[2] == self.field.name:
                score += UNKNOWN
        return score

    def _outcomes(self, chosen: _Way) -> Iterator[tuple[str, bool, bool]]:
        """For each witness: who wrote last, whether it is as stored, whether it could be told."""
        columns = [(event, shown) for event, (_, shown) in chosen.items()]
        for place, goal in enumerate(self.field.goals):
            who, when, value = "", -1, None
            for event, shown in columns:
                number, would = shown[place]
                if number > when:
                    who, when, value = event, number, would
            known = when >= 0 and value is not None
            yield who, known and value == goal, known

    def _written(self, chosen: _Way) -> Explained:
        tells: Counter[str] = Counter()
        agreed: Counter[str] = Counter()
        cases = 0
        for who, right, known in self._outcomes(chosen):
            if known or not who:
                cases += 1
            if known:
                tells[who] += 1
                agreed[who] += right
        effects = tuple(
            Effect(event, "set", value, tells[event], agreed[event])
            for event, (value, _) in chosen.items()
        )
        return Explained(effects, sum(agreed.values()), cases)
