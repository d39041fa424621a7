"""How one shape could have become the next: fields added, taken away, renamed, moved, split.

Imports ``inspector.core`` only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from inspector.core.suggesting.proposals import Confidence
from inspector.core.texts import tr

if TYPE_CHECKING:
    from inspector.core.suggesting.shapes import Shape

_FIRST: Final = ("first", "given", "forename")
_LAST: Final = ("last", "family", "sur")
_CENTS: Final = ("cent", "pence", "minor")


@dataclass(frozen=True, slots=True)
class HopLine:
    """One line of a hop.

    Attributes:
        verb, path, value: as in a rules file; ``value`` as TOML.
        title: for people.
        confidence, evidence: how far it is to be trusted, and why.
        makes: the path of the new shape that it makes, or an empty text.
    """

    verb: str
    path: str
    value: str
    title: str
    confidence: Confidence
    evidence: str
    makes: str = ""


def hop_lines(old: Shape, new: Shape, samples: Mapping[str, frozenset[object]]) -> list[HopLine]:
    """Lines that lead a payload of one shape to the next.

    Args:
        samples: values that were seen, by ``old:PATH`` and ``new:PATH``.
    """
    return list(_Hop(old, new, samples).lines())


class _Hop:
    def __init__(self, old: Shape, new: Shape, samples: Mapping[str, frozenset[object]]) -> None:
        self._old, self._new, self._samples = old, new, samples
        self._gone = [path for path in _tops(old) if path not in new.fields]
        self._came = [path for path in _tops(new) if path not in old.fields]
        self._seen = tr("{n} events without, {m} with", n=old.events, m=new.events)
        self._done: set[str] = set()

    def lines(self) -> Iterator[HopLine]:
        made = [*self._into_maps(), *self._moves(), *self._numbers(), *self._splits()]
        made += self._renames()
        yield from made
        yield from self._added()
        yield from self._elements()
        yield from self._removed()

    def _leaves(self, path: str) -> list[str]:
        return [p for p in self._new.fields if p.startswith(f"{path}.") and "[]" not in p]

    def _moves(self) -> Iterator[HopLine]:
        """``sku`` is ``line.sku`` now."""
        for gone in list(self._gone):
            for path in self._came:
                leaf = f"{path}.{gone}"
                if leaf in self._new.fields and gone in self._gone:
                    self._gone.remove(gone)
                    self._done.update((leaf, path))
                    title = tr("{a} moved to {b}", a=gone, b=leaf)
                    evidence = tr("same name inside the new field; {seen}", seen=self._seen)
                    yield _rename(gone, leaf, title, Confidence.LIKELY, evidence)

    def _into_maps(self) -> Iterator[HopLine]:
        """A text ``customer`` is a map ``customer`` with that text in it now."""
        for path in _tops(self._old):
            was = self._old.kind_of(path)
            if path not in self._new.fields or was in ("map", "list", "null"):
                continue
            if self._new.kind_of(path) != "map":
                continue
            leaves = [p for p in self._leaves(path) if self._new.kind_of(p) == was]
            best = max(leaves, key=lambda p: self._overlap(path, p), default=None)
            if best is None:
                continue
            shared = self._overlap(path, best)
            title = tr("{a} moved to {b}", a=path, b=best)
            evidence = tr(
                "was a {kind}, is a map with one; {n} values seen in both; {seen}",
                kind=was, n=shared, seen=self._seen,
            )  # fmt: skip
            only = Confidence.LIKELY if shared or len(leaves) == 1 else Confidence.GUESS
            self._done.update((path, best))
            yield _rename(path, best, title, only, evidence)
            for leaf in self._leaves(path):
                if leaf != best and leaf not in self._done:
                    self._done.add(leaf)
                    yield self._default(leaf)

    def _numbers(self) -> Iterator[HopLine]:
        """``cents`` is ``amount`` now: a hundredth."""
        for gone in list(self._gone):
            if self._old.kind_of(gone) != "number" or not any(w in gone.lower() for w in _CENTS):
                continue
            fits = [p for p in self._came if p not in self._done]
            fits = [p for p in fits if self._new.kind_of(p) in ("number", "text")]
            if not fits:
                continue
            goal = max(fits, key=lambda p: _likeness(gone, p))
            value = f"data.{gone} / 100"
            value = f"text({value})" if self._new.kind_of(goal) == "text" else f"decimal({value})"
            self._gone.remove(gone)
            self._done.add(goal)
            title = tr("{b} is a hundredth of {a}", a=gone, b=goal)
            evidence = tr("by the name; {seen}", seen=self._seen)
            yield HopLine("set", goal, f'"{value}"', title, Confidence.GUESS, evidence, goal)
            yield _remove(gone, evidence)

    def _splits(self) -> Iterator[HopLine]:
        """``ownerName`` is a map ``owner`` of two texts now."""
        for gone in list(self._gone):
            if self._old.kind_of(gone) != "text":
                continue
            for path in self._came:
                texts = [p for p in self._leaves(path) if self._new.kind_of(p) == "text"]
                if path in self._done or self._new.kind_of(path) != "map" or len(texts) != 2:
                    continue
                self._gone.remove(gone)
                self._done.update((path, *texts))
                evidence = tr("by names and kinds; {seen}", seen=self._seen)
                for place, leaf in enumerate(_first_first(texts)):
                    title = tr("{a} split into {b}", a=gone, b=leaf)
                    value = f"coalesce(split(data.{gone}, ' ', 1)[{place}], '')"
                    yield HopLine(
                        "set", leaf, f'"{value}"', title, Confidence.GUESS, evidence, leaf
                    )
                yield _remove(gone, evidence)
                break

    def _renames(self) -> Iterator[HopLine]:
        for gone in list(self._gone):
            was = self._old.kind_of(gone)
            fits = [p for p in self._came if p not in self._done and self._new.kind_of(p) == was]
            if not fits:
                continue
            best = max(fits, key=lambda p: (self._overlap(gone, p), _likeness(gone, p)))
            shared, alike = self._overlap(gone, best), _likeness(gone, best)
            if not shared and (alike < 4 or len(fits) > 1):
                continue
            self._gone.remove(gone)
            self._done.add(best)
            evidence = tr(
                "same kind, {n} values seen in both; {seen}", n=shared, seen=self._seen
            )  # fmt: skip
            sure = Confidence.LIKELY if shared > 1 else Confidence.GUESS
            yield _rename(gone, best, tr("{a} renamed to {b}", a=gone, b=best), sure, evidence)

    def _added(self) -> Iterator[HopLine]:
        for path in self._came:
            if path not in self._done:
                yield self._default(path)

    def _elements(self) -> Iterator[HopLine]:
        """Fields that elements of a list have now."""
        for path in self._new.fields:
            around, mark, leaf = path.partition("[].")
            if not mark or path in self._old.fields or f"{around}[]." not in self._old.maps:
                continue
            if not self._old.maps[f"{around}[]."]:
                continue
            evidence = tr("elements have it since; {seen}; the value is not known", seen=self._seen)
            title = tr("elements of {a} got {b}", a=around, b=leaf)
            value = f'{{ default = {{ {leaf} = "null" }} }}'
            yield HopLine("each", around, value, title, Confidence.GUESS, evidence, path)

    def _removed(self) -> Iterator[HopLine]:
        for gone in self._gone:
            yield _remove(gone, tr("no longer there; {seen}", seen=self._seen))

    def _default(self, path: str) -> HopLine:
        kind = self._new.kind_of(path)
        value = "[]" if kind == "list" else '"null"'
        evidence = tr("there since; {seen}; the value for old events is not known", seen=self._seen)
        title = tr("{a} was added", a=path)
        return HopLine("default", path, value, title, Confidence.GUESS, evidence, path)

    def _overlap(self, old: str, new: str) -> int:
        one = self._samples.get(f"old:{old}", frozenset())
        return len(one & self._samples.get(f"new:{new}", frozenset()))


def _tops(shape: Shape) -> list[str]:
    return [path for path in shape.fields if "." not in path and "[]" not in path]


def _rename(old: str, new: str, title: str, sure: Confidence, evidence: str) -> HopLine:
    return HopLine("rename", old, f'"{new}"', title, sure, evidence, new)


def _remove(path: str, evidence: str) -> HopLine:
    title = tr("{a} was taken away", a=path)
    return HopLine("remove", path, "", title, Confidence.LIKELY, evidence)


def _first_first(leaves: Sequence[str]) -> list[str]:
    """The part that is written first, first, as far as names tell."""

    def rank(path: str) -> int:
        leaf = path.rpartition(".")[2].lower()
        if any(word in leaf for word in _FIRST):
            return 0
        return 2 if any(word in leaf for word in _LAST) else 1

    return sorted(leaves, key=rank)


def _likeness(one: str, other: str) -> int:
    """Letters that two names begin or end with alike."""
    a, b = one.lower().replace("_", ""), other.lower().replace("_", "")
    start = next((i for i in range(min(len(a), len(b))) if a[i] != b[i]), min(len(a), len(b)))
    a, b = a[::-1], b[::-1]
    end = next((i for i in range(min(len(a), len(b))) if a[i] != b[i]), min(len(a), len(b)))
    return max(start, end)
