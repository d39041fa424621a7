"""Pairing equal elements of two sequences, in order where that is possible.

Imports ``inspector.core`` only. Deterministic; the work is about linear, and bounded where
elements repeat.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Sequence
from typing import Final

from inspector.core.payloads import Value
from inspector.core.sameness import is_nan, kind_of, number_form, number_value

Pair = tuple[int, int]
"""A place in the old sequence and the place of the same element in the new one."""

_DEPTH: Final = 32
_EDITS: Final = 256


def image(value: Value, *, forms: bool = True, depth: int = 0) -> Hashable:
    """A hashable picture of a value: equal pictures mean equal values.

    Very deep values are only equal to themselves, which is safe: whoever finds no partner for
    them compares them in another way.
    """
    if isinstance(value, str):
        return value
    if depth > _DEPTH:
        return ("deep", id(value))
    if isinstance(value, dict):
        pairs = ((key, image(v, forms=forms, depth=depth + 1)) for key, v in value.items())
        return ("map", frozenset(pairs))
    if isinstance(value, list):
        return ("list", tuple(image(v, forms=forms, depth=depth + 1) for v in value))
    return _leaf_image(value, forms=forms)


def _leaf_image(value: Value, *, forms: bool) -> Hashable:
    if kind_of(value) != "number":
        try:
            hash(value)
        except TypeError:  # no plain value; only a plug-in can have made it
            return ("rare", id(value))
        return (type(value), value)
    if forms:
        return (type(value), number_form(value))
    return ("number", "nan" if is_nan(value) else number_value(value))


def match(old: Sequence[Hashable], new: Sequence[Hashable]) -> tuple[list[Pair], list[Pair]]:
    """Pair equal elements.

    Returns:
        Pairs that are in one order on both sides, ascending, and pairs that are not. Elements
        that occur more than once are only paired in order: nobody can say which of them moved.
    """
    old_places, new_places = _places(old), _places(new)
    pairs: list[Pair] = []
    single = True
    for code, places in old_places.items():
        partners = new_places.get(code, [])
        pairs.extend(zip(places, partners, strict=False))
        single = single and len(places) <= 1 and len(partners) <= 1
    pairs.sort()
    kept = None if single else _fewest_edits(old, new, old_places, new_places)
    if kept is None:
        run = set(_longest_run([place for _, place in pairs]))
        kept = [pair for number, pair in enumerate(pairs) if number in run]
    chosen = {place for place, _ in kept}
    moved = [
        (place, partner)
        for place, partner in pairs
        if place not in chosen and len(old_places[old[place]]) == len(new_places[new[partner]]) == 1
    ]
    return kept, moved


def _places(codes: Sequence[Hashable]) -> dict[Hashable, list[int]]:
    places: dict[Hashable, list[int]] = {}
    for place, code in enumerate(codes):
        places.setdefault(code, []).append(place)
    return places


def _longest_run(numbers: Sequence[int]) -> list[int]:
    """Places of the longest ascending run (patience sorting)."""
    tops: list[int] = []
    piles: list[int] = []
    below: list[int] = []
    for place, number in enumerate(numbers):
        pile = bisect_left(tops, number)
        tops[pile : pile + 1] = [number]
        piles[pile : pile + 1] = [place]
        below.append(piles[pile - 1] if pile else -1)
    run = []
    place = piles[-1] if piles else -1
    while place >= 0:
        run.append(place)
        place = below[place]
    return run[::-1]


def _fewest_edits(
    old: Sequence[Hashable],
    new: Sequence[Hashable],
    old_places: dict[Hashable, list[int]],
    new_places: dict[Hashable, list[int]],
) -> list[Pair] | None:
    """Where elements repeat, which of the equal ones are paired is a choice: the fewest edits.

    ``None`` beyond a bounded number of edits.
    """
    old_common = [place for place, code in enumerate(old) if code in new_places]
    new_common = [place for place, code in enumerate(new) if code in old_places]
    script = _edit_script([old[i] for i in old_common], [new[j] for j in new_common])
    return script and [(old_common[i], new_common[j]) for i, j in script]


def _edit_script(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Pair] | None:
    """Pairs of a longest common subsequence; ``None`` beyond a bounded number of edits.

    Myers, "An O(ND) Difference Algorithm and Its Variations", 1986: the greedy form.
    """
    reach = {1: 0}
    history: list[dict[int, int]] = []
    for edits in range(_EDITS + 1):
        history.append(dict(reach))
        for diagonal in range(-edits, edits + 1, 2):
            i, _ = _after_edit(reach, diagonal, edits)
            while i < len(old) and i - diagonal < len(new) and old[i] == new[i - diagonal]:
                i += 1
            reach[diagonal] = i
            if i == len(old) and i - diagonal == len(new):
                return _walk_back(history, len(old), len(new))
    return None


def _after_edit(reach: dict[int, int], diagonal: int, edits: int) -> tuple[int, bool]:
    """How far an edit leads on this diagonal, and whether it added a new element."""
    added = diagonal == -edits or (diagonal != edits and reach[diagonal - 1] < reach[diagonal + 1])
    return (reach[diagonal + 1] if added else reach[diagonal - 1] + 1), added


def _walk_back(history: list[dict[int, int]], i: int, j: int) -> list[Pair]:
    pairs: list[Pair] = []
    for edits in reversed(range(len(history))):
        start, added = _after_edit(history[edits], i - j, edits)
        while i > start:
            i, j = i - 1, j - 1
            pairs.append((i, j))
        i, j = (i, j - 1) if added else (i - 1, j)
    return pairs[::-1]
