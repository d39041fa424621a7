"""Finding names by a few of their letters, as people type them into a palette.

All letters of the pattern have to come in the text in their order. Better are those that begin
words, that stand together, and that come early; a whole part of the text beats letters that are
spread over it.

Imports the standard library only. Deterministic; linear in the text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

T = TypeVar("T")

LONGEST: Final = 400
"""Characters of a text that are looked at."""

_TOGETHER: Final = 8
_WORD: Final = 6
_PART: Final = 40
_START: Final = 20


def fuzzy_score(pattern: str, text: str) -> int | None:
    """How well a text fits what was typed; more is better, ``None`` is not at all.

    Args:
        pattern: what was typed; spaces only separate words, and case does not matter.
        text: a name.
    """
    wanted = "".join(pattern.casefold().split())
    name = text[:LONGEST].casefold()
    if not wanted:
        return 0
    phrase = " ".join(pattern.casefold().split())
    found = name.find(phrase)
    if found >= 0:
        score = _PART + _TOGETHER * len(wanted) - min(found, 10)
        return score + (_START if _begins_word(name, found) else 0) - len(name) // 20
    return _spread(wanted, name)


def _spread(wanted: str, name: str) -> int | None:
    score, last = 0, -1
    for letter in wanted:
        place = _next_place(name, letter, last + 1)
        if place < 0:
            return None
        score += _TOGETHER if place == last + 1 else _WORD if _begins_word(name, place) else 0
        score -= min(place - last - 1, 5)
        last = place
    return score - len(name) // 20


def _next_place(name: str, letter: str, start: int) -> int:
    """Where the letter comes next: at once, else where it begins a word, else anywhere."""
    first = name.find(letter, start)
    place = first
    while place >= 0 and place != start and not _begins_word(name, place):
        place = name.find(letter, place + 1)
    return first if place < 0 else place


def _begins_word(name: str, place: int) -> bool:
    return place == 0 or not name[place - 1].isalnum()


def best_matches(pattern: str, items: Iterable[T], name: Callable[[T], str], limit: int) -> list[T]:
    """The items whose names fit best, best first; equal ones stay in their order."""
    scored = ((fuzzy_score(pattern, name(item)), item) for item in items)
    fitting = [(score, item) for score, item in scored if score is not None]
    fitting.sort(key=lambda pair: -pair[0])
    return [item for _, item in fitting[:limit]]
