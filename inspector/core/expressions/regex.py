"""Regular expressions in linear time: no pattern can hang the program.

Python's own engine backtracks, so that a pattern of ten signs can run for years. Here a
pattern is a set of places that move through the text together (Thompson 1968). Whether it
matches is asked of an automaton built while it runs (a lazy DFA); groups are found by places
that remember their way (Pike's machine). Both look at every character once for every
instruction at most. Imports ``inspector.core`` only.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from inspector.core.expressions.regex_parser import PatternError, Program, is_word, parse_pattern
from inspector.core.texts import tr

__all__ = ["Pattern", "PatternError", "compile_pattern"]

_MOST_STATES: Final = 500
_BUDGET: Final = 5_000_000
"""Instructions that one search may look at while it builds states."""


class Pattern:
    """A regular expression.

    Args:
        text: the pattern.

    Raises:
        PatternError: it is none.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._program = parse_pattern(text)
        self._edges = self._program.looks_at_edges
        self._forget()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of its groups, in order."""
        return tuple(self._program.names)

    def search(self, text: str) -> bool:
        """Whether it matches anywhere in a text.

        Raises:
            PatternError: the search would take too long.
        """
        if self._edges:
            return self.groups(text) is not None
        self._spent = 0
        state = self._first
        if state.accepts:
            return True
        for char in text:
            state = state.next.get(char) or self._step(state, char)
            if state.accepts:
                return True
        return state.accepts_at_end

    def groups(self, text: str) -> dict[str, str | None] | None:
        """Named groups of the leftmost match, ``None`` for those that took no part.

        ``None`` when the pattern does not match.
        """
        saved = _Machine(self._program, text).run()
        if saved is None:
            return None
        found: dict[str, str | None] = {}
        for name, number in self._program.names.items():
            start, end = saved[2 * number], saved[2 * number + 1]
            found[name] = None if start is None or end is None else text[start:end]
        return found

    # -- the automaton --------------------------------------------------------------------

    def _forget(self) -> None:
        self._table: dict[frozenset[int], _State] = {}
        self._spent = 0
        self._first = self._state(self._closure([0], at_start=True), at_start=True)
        self._again = self._closure([0], at_start=False)

    def _step(self, state: _State, char: str) -> _State:
        """The state after one more character; made when it is needed first."""
        if len(self._table) > _MOST_STATES:
            spent = self._spent
            self._forget()
            self._spent = spent
        if self._spent > _BUDGET:
            raise PatternError(tr("the pattern needs too many steps for this text"), 0)
        steps = self._program.steps
        reached = [
            steps[place].to
            for place in state.places
            if (accepts := steps[place].accepts) is not None and accepts(char)
        ]
        places = self._closure(reached, at_start=False) | self._again
        after = self._state(places)
        if len(state.next) < 4096:
            state.next[char] = after
        return after

    def _state(self, places: frozenset[int], *, at_start: bool = False) -> _State:
        known = None if at_start else self._table.get(places)
        if known is None:
            ops = self._program.steps
            accepts = any(ops[place].op == "match" for place in places)
            ending = self._closure(places, at_start=at_start, at_end=True)
            at_end = any(ops[place].op == "match" for place in ending)
            known = _State(places, accepts, at_end)
            if not at_start:
                self._table[places] = known
        return known

    def _closure(
        self, places: frozenset[int] | list[int], *, at_start: bool, at_end: bool = False
    ) -> frozenset[int]:
        """All places that can be reached without reading a character."""
        steps = self._program.steps
        waiting, seen = list(places), set(places)
        while waiting:
            self._spent += 1
            step = steps[waiting.pop()]
            if step.op in ("char", "match"):
                continue
            if step.op == "assert":
                passes = at_start if step.word == "start" else at_end
                onward: tuple[int, ...] = (step.to,) if passes else ()
            else:
                onward = (step.to, step.other) if step.op == "split" else (step.to,)
            for place in onward:
                if place not in seen:
                    seen.add(place)
                    waiting.append(place)
        return frozenset(
            p for p in seen if steps[p].op in ("char", "match") or steps[p].word == "end"
        )


class _State:
    __slots__ = ("accepts", "accepts_at_end", "next", "places")

    def __init__(self, places: frozenset[int], accepts: bool, accepts_at_end: bool) -> None:
        self.places = places
        self.accepts = accepts
        self.accepts_at_end = accepts_at_end
        self.next: dict[str, _State] = {}


Saved = tuple[int | None, ...]


class _Machine:
    """Places that move through the text together, each with the groups it has seen."""

    def __init__(self, program: Program, text: str) -> None:
        self._steps = program.steps
        self._empty: Saved = (None,) * (2 * program.groups + 2)
        self._text = text
        if len(text) * len(program.steps) > 4 * _BUDGET:
            raise PatternError(tr("the pattern needs too many steps for this text"), 0)

    def run(self) -> Saved | None:
        """What the preferred of the leftmost matches saved."""
        best: Saved | None = None
        threads: list[tuple[int, Saved]] = []
        for at in range(len(self._text) + 1):
            seen: set[int] = set()
            current: list[tuple[int, Saved]] = []
            for place, saved in threads:
                self._follow(place, saved, at, seen, current)
            if best is None:
                self._follow(0, self._empty, at, seen, current)
            if not current:
                if best is not None:
                    return best
                threads = []
                continue
            best, threads = self._advance(current, at, best)
        return best

    def _advance(
        self, current: list[tuple[int, Saved]], at: int, best: Saved | None
    ) -> tuple[Saved | None, list[tuple[int, Saved]]]:
        """Read one character; a match ends everything that is preferred less."""
        char = self._text[at : at + 1]
        onward: list[tuple[int, Saved]] = []
        for place, saved in current:
            step = self._steps[place]
            if step.op == "match":
                return saved, onward
            if char and step.accepts is not None and step.accepts(char):
                onward.append((step.to, saved))
        return best, onward

    def _follow(
        self, place: int, saved: Saved, at: int, seen: set[int], found: list[tuple[int, Saved]]
    ) -> None:
        """Go on without reading, the preferred way first."""
        waiting = [(place, saved)]
        while waiting:
            place, saved = waiting.pop()
            if place in seen:
                continue
            seen.add(place)
            step = self._steps[place]
            if step.op in ("char", "match"):
                found.append((place, saved))
            elif step.op == "split":
                waiting.append((step.other, saved))
                waiting.append((step.to, saved))
            elif step.op == "save":
                slot = step.slot
                waiting.append((step.to, (*saved[:slot], at, *saved[slot + 1 :])))
            elif step.op == "jump" or self._holds(step.word, at):
                waiting.append((step.to, saved))

    def _holds(self, word: str, at: int) -> bool:
        text = self._text
        if word == "start":
            return at == 0
        if word == "end":
            return at == len(text)
        before = at > 0 and is_word(text[at - 1])
        after = at < len(text) and is_word(text[at])
        return (before is not after) is (word == "edge")


@lru_cache(maxsize=256)
def compile_pattern(text: str) -> Pattern:
    """The pattern of a text; the latest ones are kept.

    Raises:
        PatternError: it is none.
    """
    return Pattern(text)
