"""Numbers that add up: counts and sums of events that give a field in every snapshot.

Imports ``inspector.core`` only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import combinations
from typing import Any, Final

from inspector.core.suggesting.shapes import number_of
from inspector.core.suggesting.witnesses import (
    NONE,
    Effect,
    Explained,
    FieldView,
    paths_in,
    read,
)

MOST_FEATURES: Final = 70
LOOKED_AT: Final = 12
MOST_FOUND: Final = 200


class Sums:
    """Looks for sums that give one field."""

    def __init__(self, field: FieldView) -> None:
        self.field = field

    def explained(self) -> Explained:
        """Counts and sums, with signs, that give the number exactly in every snapshot."""
        goals = [number_of(one.state.get(self.field.name)) for one in self.field.all]
        if len(goals) < 3 or any(goal is None for goal in goals) or len(set(goals)) < 2:
            return Explained()
        told = [
            n for n, one in enumerate(self.field.all) if all(e.led is not None for e in one.events)
        ]
        if len(told) < 3:
            return Explained()
        goal = tuple(_scaled(goals[n] or Decimal()) for n in told)
        sums = list(_combinations(self._features(told), goal))
        if not sums:
            return Explained()
        size = min(len(terms) for terms in sums)
        smallest = [terms for terms in sums if len(terms) == size]
        terms = min(smallest, key=lambda found: sum(_strange(term) for term in found))
        effects = [self._term(event, path, sign, told) for event, path, sign in terms]
        if not any(effect.event in self.field.first for effect in effects):
            zero = "\"'0'\"" if isinstance(self.field.all[0].state[self.field.name], str) else "0"
            begin = (Effect(name, "set", zero, len(told), len(told)) for name in self.field.first)
            effects = [*sorted(begin, key=lambda effect: effect.event), *effects]
        return Explained(tuple(effects), len(told), len(told), len(smallest) - 1)

    def _features(self, told: Sequence[int]) -> dict[tuple[str, str], tuple[int, ...]]:
        """Counts and sums by event and path, over the witnesses that can be told."""
        totals: dict[tuple[str, str], list[int]] = {}
        for place, n in enumerate(told):
            for event in self.field.all[n].events:
                for path, number in _numbers(event.led):
                    column = totals.setdefault((event.name, path), [0] * len(told))
                    column[place] += _scaled(number)
        found = {key: tuple(column) for key, column in totals.items() if any(column)}
        return dict(sorted(found.items())[:MOST_FEATURES])

    def _term(self, event: str, path: str, sign: int, told: Sequence[int]) -> Effect:
        shown = sum(any(e.name == event for e in self.field.all[n].events) for n in told)
        value = _sum_text(path)
        sample = next((one.state[self.field.name] for one in self.field.all), None)
        if event in self.field.first and sign > 0:
            text = f'"{value}"' if path else "1"
            return Effect(event, "set", text, shown, shown)
        if isinstance(sample, str):
            amount = value if "sum(" in value else f"decimal({value})"
            amount = "1" if not path else amount
            mark = "+" if sign > 0 else "-"
            text = f'"text(decimal(state.{self.field.name}) {mark} {amount})"'
            return Effect(event, "set", text, shown, shown)
        if not path:
            return Effect(event, "add", str(sign), shown, shown)
        amount = f"decimal({value})" if self._is_text(event, path) else value
        return Effect(event, "add", f'"{"-" if sign < 0 else ""}{amount}"', shown, shown)

    def _is_text(self, event: str, path: str) -> bool:
        values = (
            read(e.led, path) for one in self.field.all for e in one.events if e.name == event
        )
        return isinstance(next((v for v in values if v is not NONE), None), str)


def _numbers(data: Any) -> Iterator[tuple[str, Decimal]]:
    """One for the event itself, and every number in its payload."""
    yield "", Decimal(1)
    for path in paths_in(data):
        value = read(data, path)
        number = number_of(value)
        if number is not None:
            yield path, number
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for key in value[0]:
                inner = [number_of(one.get(key)) for one in value if isinstance(one, dict)]
                if isinstance(key, str) and key.isidentifier() and None not in inner:
                    yield f"{path}[].{key}", sum((n for n in inner if n is not None), Decimal())


def _sum_text(path: str) -> str:
    around, mark, key = path.partition("[].")
    return f"sum(decimal(x.{key}) for x in data.{around})" if mark else f"data.{path}"


def _strange(term: tuple[str, str, int]) -> int:
    """Sums inside lists, and what is subtracted, are less usual."""
    return ("[]" in term[1]) + (term[2] < 0)


def _scaled(number: Decimal) -> int:
    """A number in millionths: sums of whole numbers are exact and quick."""
    return int(number.scaleb(6).to_integral_value())


Terms = tuple[tuple[str, str, int], ...]


def _combinations(
    features: Mapping[tuple[str, str], tuple[int, ...]], goal: tuple[int, ...]
) -> Iterator[Terms]:
    """Sums of up to four signed features that give the goal everywhere, the shortest ones.

    Two halves meet: every sum of up to two is looked up by what the goal still lacks, over some
    of the places; what is found there is added up over all.
    """
    places = sorted(range(len(goal)), key=lambda n: (-abs(goal[n]), n))
    some = sorted({*places[:: max(1, len(places) // LOOKED_AT)]})[:LOOKED_AT]
    short = tuple(goal[n] for n in some)
    singles: list[tuple[Terms, tuple[int, ...]]] = []
    for (event, path), column in features.items():
        singles += [
            (((event, path, sign),), tuple(sign * column[n] for n in some)) for sign in (1, -1)
        ]
    pairs = [
        (one + two, tuple(map(int.__add__, a, b)))
        for (one, a), (two, b) in combinations(singles, 2)
        if one[0][0] != two[0][0]  # one effect of each kind of event
    ]
    known: dict[tuple[int, ...], list[Terms]] = {}
    for terms, column in singles:
        known.setdefault(column, []).append(terms)
    rounds: list[Iterator[Terms]] = [
        iter(known.get(short, ())),
        (terms for terms, column in pairs if column == short),
        _meeting(pairs, known, short),
    ]
    for found in rounds:
        right = [terms for terms in found if _adds_up(terms, features, goal)]
        if right:
            yield from right
            return
    by_pair: dict[tuple[int, ...], list[Terms]] = {}
    for terms, column in pairs:
        by_pair.setdefault(column, []).append(terms)
    yield from (t for t in _meeting(pairs, by_pair, short) if _adds_up(t, features, goal))


def _meeting(
    pairs: Sequence[tuple[Terms, tuple[int, ...]]],
    known: Mapping[tuple[int, ...], Sequence[Terms]],
    goal: tuple[int, ...],
) -> Iterator[Terms]:
    """Pairs with what they lack, each combination once."""
    told: set[Terms] = set()
    for terms, column in pairs:
        lacking = tuple(map(int.__sub__, goal, column))
        for rest in known.get(lacking, ()):
            whole = tuple(sorted({*terms, *rest}))
            apart = len({term[0] for term in whole}) == len(terms) + len(rest)
            if apart and whole not in told and len(told) < MOST_FOUND:
                told.add(whole)
                yield whole


def _adds_up(
    terms: Terms, features: Mapping[tuple[str, str], tuple[int, ...]], goal: tuple[int, ...]
) -> bool:
    columns = [(sign, features[event, path]) for event, path, sign in terms]
    return all(
        sum(sign * column[n] for sign, column in columns) == wanted for n, wanted in enumerate(goal)
    )
