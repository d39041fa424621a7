"""Which element of an old list is which element of a new one.

Elements are the same element when they have the same id (where all of them are maps that
carry one) or else when they are equal. What lies at both ends unchanged is taken off first;
in what is left, the longest run of pairs in one order stays in place, other pairs have moved,
and what has no partner was removed or added. Between two pairs that stayed, an old element
without partner is taken to be the new one that stands in its place: it has changed.

Imports ``inspector.core`` only. Work grows about linearly with the lists; it is deterministic.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from inspector.core.matching import Pair, image, match
from inspector.core.payloads import Value
from inspector.core.sameness import kind_of, same

MOST: Final = 20_000
"""Elements, old and new together, that are looked at after the ends were taken off."""

_STRONG_IDS: Final = ("id", "_id", "uuid", "guid", "$id", "ID", "Id", "key")
_WEAK_IDS: Final = ("sku", "code", "number", "no", "ref", "reference", "name")
_ID_ENDINGS: Final = ("_id", "Id", "ID", "_uuid", "Uuid", "_key", "Key")
_SIMILAR_PAIRS: Final = 2500


@dataclass(frozen=True, slots=True)
class Alignment:
    """Pairs of places, old and new.

    Attributes:
        kept: pairs in ascending order on both sides; equal or changed.
        moved: pairs that changed their order.
        removed: old places without partner, ``added``: new places without partner.
    """

    kept: tuple[Pair, ...]
    moved: tuple[Pair, ...]
    removed: tuple[int, ...]
    added: tuple[int, ...]


def align(old: Sequence[Value], new: Sequence[Value], *, forms: bool = True) -> Alignment | None:
    """Align two lists; ``None`` when they are too large to be aligned honestly.

    Pairs that lie in the unchanged ends are left out of ``kept``.
    """
    start, old_end, new_end = _trim(old, new, forms=forms)
    if old_end - start + new_end - start > MOST:
        return None
    if start in (old_end, new_end):
        return Alignment((), (), tuple(range(start, old_end)), tuple(range(start, new_end)))
    name = _id_key(old, new)
    kept, moved = match(
        _codes(old[start:old_end], name, forms=forms), _codes(new[start:new_end], name, forms=forms)
    )
    gaps = _Gaps(old, new, forms=forms, pair_up=name is None or name in _WEAK_IDS)
    return gaps.fill((start, old_end, new_end), _shift(kept, start), _shift(moved, start))


def _codes(values: Sequence[Value], id_key: str | None, *, forms: bool) -> list[Hashable]:
    if id_key is None:
        return [image(value, forms=forms) for value in values]
    return [value[id_key] for value in values]


def _shift(pairs: Iterable[Pair], by: int) -> list[Pair]:
    return [(old + by, new + by) for old, new in pairs]


def _trim(old: Sequence[Value], new: Sequence[Value], *, forms: bool) -> tuple[int, int, int]:
    """Where the lists begin to differ, and where on both sides they stop."""
    start, shorter = 0, min(len(old), len(new))
    while start < shorter and same(old[start], new[start], forms=forms):
        start += 1
    old_end, new_end = len(old), len(new)
    while old_end > start and new_end > start:
        if not same(old[old_end - 1], new[new_end - 1], forms=forms):
            break
        old_end, new_end = old_end - 1, new_end - 1
    return start, old_end, new_end


def _id_key(old: Sequence[Value], new: Sequence[Value]) -> str | None:
    """A key that every element has and no two of one list share."""
    first = old[0]
    if not isinstance(first, dict) or not all(isinstance(v, dict) for v in (*old, *new)):
        return None
    endings = [key for key in first if isinstance(key, str) and key.endswith(_ID_ENDINGS)]
    for name in (*_STRONG_IDS, *endings, *_WEAK_IDS):
        if name in first and _tells_apart(old, name) and _tells_apart(new, name):
            return name
    return None


def _tells_apart(values: Sequence[Value], name: str) -> bool:
    seen = set()
    for value in values:
        found = value.get(name)
        if not isinstance(found, (str, int, bytes)) or isinstance(found, bool):
            return False
        seen.add(found)
    return len(seen) == len(values)


class _Gaps:
    """Says of elements without partner whether they changed, came or went."""

    def __init__(
        self, old: Sequence[Value], new: Sequence[Value], *, forms: bool, pair_up: bool
    ) -> None:
        self._old, self._new = old, new
        self._forms = forms
        self._pair_up = pair_up
        self._budget = _SIMILAR_PAIRS

    def fill(self, window: tuple[int, int, int], kept: list[Pair], moved: list[Pair]) -> Alignment:
        start, old_end, new_end = window
        old_used = {pair[0] for pair in (*kept, *moved)}
        new_used = {pair[1] for pair in (*kept, *moved)}
        changed: list[Pair] = []
        if self._pair_up:
            edges = [(start - 1, start - 1), *kept, (old_end, new_end)]
            for (old_from, new_from), (old_to, new_to) in pairwise(edges):
                olds = [i for i in range(old_from + 1, old_to) if i not in old_used]
                news = [i for i in range(new_from + 1, new_to) if i not in new_used]
                changed += self._pair(olds, news)
        old_used.update(pair[0] for pair in changed)
        new_used.update(pair[1] for pair in changed)
        return Alignment(
            tuple(sorted(kept + changed)),
            tuple(sorted(moved, key=lambda pair: pair[1])),
            tuple(i for i in range(start, old_end) if i not in old_used),
            tuple(i for i in range(start, new_end) if i not in new_used),
        )

    def _pair(self, olds: list[int], news: list[int]) -> Iterable[Pair]:
        """Old and new places in one gap that are the same element, changed."""
        work = len(olds) * len(news)
        if len(olds) == len(news) or work > self._budget:
            return zip(olds, news, strict=False)
        self._budget -= work
        return self._most_similar(olds, news)

    def _most_similar(self, olds: list[int], news: list[int]) -> list[Pair]:
        """Pairs in order with the greatest likeness in all; of equals, the first."""
        likes = [[self._likeness(i, j) for j in news] for i in olds]
        scores = [[0.0] * (len(news) + 1) for _ in range(len(olds) + 1)]
        for i in reversed(range(len(olds))):
            for j in reversed(range(len(news))):
                paired = likes[i][j] + scores[i + 1][j + 1]
                scores[i][j] = max(paired, scores[i + 1][j], scores[i][j + 1])
        pairs, i, j = [], 0, 0
        while i < len(olds) and j < len(news):
            if scores[i][j] == likes[i][j] + scores[i + 1][j + 1]:
                pairs.append((olds[i], news[j]))
                i, j = i + 1, j + 1
            elif scores[i][j] == scores[i + 1][j]:
                i += 1
            else:
                j += 1
        return pairs

    def _likeness(self, i: int, j: int) -> float:
        old, new = self._old[i], self._new[j]
        if kind_of(old) != kind_of(new):
            return 0.1
        if not isinstance(old, dict) or not old or not new:
            return 0.2
        equal = sum(key in new and same(v, new[key], forms=self._forms) for key, v in old.items())
        return 0.2 + equal / max(len(old), len(new))
