"""Reading a regular expression into a program for :mod:`regex`.

The dialect is what the usual engines share: literals, ``.``, classes, groups (named with
``(?<name>…)`` or ``(?P<name>…)``, or ``(?:…)``), ``|``, ``* + ? {n,m}`` greedy or with ``?``
lazy, ``^ $ \\A \\z \\b \\B``, ``\\d \\w \\s`` and their opposites, and ``(?i)`` or ``(?s)`` in
front. What cannot be matched in linear time (references to groups, looking around) is refused
by name. Imports ``inspector.core`` only.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from inspector.core.texts import tr

MAX_PROGRAM: Final = 2000
"""Instructions of one pattern, after repetitions were written out."""

MAX_PATTERN: Final = 1000
"""Characters of one pattern."""

_MAX_DEPTH: Final = 40

_COUNTS: Final = re.compile(r"\d{1,4}(?:,\d{0,4})?\Z", re.ASCII)

Accepts = Callable[[str], bool]


class PatternError(ValueError):
    """The text is no regular expression of this dialect; ``at`` is the character, from 0."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.message = message
        self.at = at


@dataclass(slots=True)
class Step:
    """One instruction.

    Attributes:
        op: ``char``, ``split``, ``jump``, ``save``, ``assert`` or ``match``.
        accepts: for ``char``, whether a character fits.
        to, other: where it goes on; the first is preferred.
        slot: for ``save``, which place is remembered.
        word: for ``assert``: ``start``, ``end``, ``edge`` or ``inside``.
    """

    op: str
    accepts: Accepts | None = None
    to: int = 0
    other: int = 0
    slot: int = 0
    word: str = ""


@dataclass(slots=True)
class Program:
    """A pattern, ready to be run.

    Attributes:
        names: group names and their numbers, from 1.
        groups: how many groups there are.
    """

    steps: list[Step] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)
    groups: int = 0

    @property
    def looks_at_edges(self) -> bool:
        """Whether word boundaries matter."""
        return any(step.word in ("edge", "inside") for step in self.steps)


# A parsed pattern: ("char", accepts) | ("cat", parts) | ("or", parts) | ("group", n, part)
# | ("repeat", part, least, most, greedy) | ("assert", word) | ("empty",)
_Part = tuple[object, ...]


def parse_pattern(pattern: str) -> Program:
    """Read a pattern.

    Raises:
        PatternError: it is none of this dialect, or too large.
    """
    if len(pattern) > MAX_PATTERN:
        message = tr("A pattern has at most {n} characters.", n=MAX_PATTERN)
        raise PatternError(message, MAX_PATTERN)
    reader = _Reader(pattern)
    part = reader.alternatives()
    if reader.at < len(pattern):
        raise PatternError(tr("This “)” closes nothing."), reader.at)
    program = Program(names=reader.names, groups=reader.groups)
    _Writer(program).write_all(part)
    return program


class _Reader:
    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.names: dict[str, int] = {}
        self.groups = 0
        self._depth = 0
        self._fold = False
        self._dot_all = False
        while pattern.startswith(("(?i)", "(?s)"), self.at):
            self._fold |= pattern[self.at + 2] == "i"
            self._dot_all |= pattern[self.at + 2] == "s"
            self.at += 4

    def alternatives(self) -> _Part:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise PatternError(tr("The pattern is nested too deeply."), self.at)
        parts = [self._sequence()]
        while self._accept("|"):
            parts.append(self._sequence())
        self._depth -= 1
        return parts[0] if len(parts) == 1 else ("or", parts)

    def _sequence(self) -> _Part:
        parts: list[_Part] = []
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            parts.append(self._repeated())
        return ("cat", parts)

    def _accept(self, text: str) -> bool:
        if self.pattern.startswith(text, self.at):
            self.at += len(text)
            return True
        return False

    def _repeated(self) -> _Part:
        start = self.at
        part = self._atom()
        while (bounds := self._bounds()) is not None:
            if part[0] in ("assert", "repeat"):
                raise PatternError(tr("Nothing stands here that could be repeated."), start)
            least, most = bounds
            part = ("repeat", part, least, most, not self._accept("?"))
        return part

    def _bounds(self) -> tuple[int, int | None] | None:
        for sign, bounds in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self._accept(sign):
                return bounds
        if not self.pattern.startswith("{", self.at):
            return None
        end = self.pattern.find("}", self.at)
        inner = self.pattern[self.at + 1 : end] if end > 0 else ""
        if not _COUNTS.match(inner):
            raise PatternError(
                tr("“{” begins a repetition such as {2,5}; write \\{ for the sign."), self.at
            )
        low, comma, high = inner.partition(",")
        least, most = int(low), (int(high) if high else (None if comma else int(low)))
        if most is not None and most < least:
            raise PatternError(tr("The larger number comes second."), self.at)
        if max(least, most or 0) > MAX_PROGRAM:
            raise PatternError(
                tr("At most {n} repetitions can be counted.", n=MAX_PROGRAM), self.at
            )
        self.at = end + 1
        return least, most

    def _atom(self) -> _Part:  # noqa: PLR0911 one for each sign
        start, sign = self.at, self.pattern[self.at]
        self.at += 1
        if sign == "(":
            return self._group(start)
        if sign == "[":
            return ("char", self._folded(self._set(start)))
        if sign == ".":
            return ("char", _any if self._dot_all else _any_but_newline)
        if sign == "\\":
            return self._escape(start)
        if sign == "^":
            return ("assert", "start")
        if sign == "$":
            return ("assert", "end")
        if sign in "*+?":
            raise PatternError(tr("Nothing stands here that could be repeated."), start)
        return ("char", self._one(sign))

    def _one(self, char: str) -> Accepts:
        if self._fold:
            wanted = {char, char.lower(), char.upper()}
            return wanted.__contains__
        return char.__eq__

    def _folded(self, accepts: Accepts) -> Accepts:
        if not self._fold:
            return accepts
        return lambda char: accepts(char) or accepts(char.lower()) or accepts(char.upper())

    def _group(self, start: int) -> _Part:
        number = None
        if self._accept("?:"):
            pass
        elif self.pattern.startswith(("?<=", "?<!", "?=", "?!", "?P=", "?>", "?("), self.at):
            raise PatternError(tr("Looking ahead or back cannot be matched in linear time."), start)
        elif self._accept("?P<") or self._accept("?<"):
            number = self._named(start)
        elif self._accept("?"):
            raise PatternError(tr("Groups are (…), (?:…) or (?<name>…)."), start)
        else:
            self.groups += 1
            number = self.groups
        inner = self.alternatives()
        if not self._accept(")"):
            raise PatternError(tr("This group has no end; a “)” is missing."), start)
        return inner if number is None else ("group", number, inner)

    def _named(self, start: int) -> int:
        end = self.pattern.find(">", self.at)
        name = self.pattern[self.at : end] if end > 0 else ""
        if not name.isidentifier() or name in self.names:
            raise PatternError(tr("A group needs a name of its own, like (?<event>…)."), start)
        self.at = end + 1
        self.groups += 1
        self.names[name] = self.groups
        return self.groups

    def _escape(self, start: int) -> _Part:
        if self.at >= len(self.pattern):
            raise PatternError(tr("A single backslash ends the pattern."), start)
        sign = self.pattern[self.at]
        self.at += 1
        if sign in _ASSERTIONS:
            return ("assert", _ASSERTIONS[sign])
        if sign in _CLASSES:
            return ("char", _CLASSES[sign])
        if sign.isdigit():
            raise PatternError(tr("References to groups cannot be matched in linear time."), start)
        return ("char", self._one(self._plain(sign, start)))

    def _plain(self, sign: str, start: int) -> str:
        """The character that an escape stands for."""
        if sign in _PLAIN:
            return _PLAIN[sign]
        if sign in "xu":
            width = 2 if sign == "x" else 4
            digits = self.pattern[self.at : self.at + width]
            try:
                code = int(digits, 16)
            except ValueError:
                code = -1
            if code < 0 or len(digits) < width:
                raise PatternError(tr("\\{sign} needs {n} digits.", sign=sign, n=width), start)
            self.at += width
            return chr(code)
        if sign.isalnum():
            raise PatternError(tr("\\{code} means nothing here.", code=sign), start)
        return sign

    def _set(self, start: int) -> Accepts:
        negated = self._accept("^")
        ranges: list[tuple[str, str]] = []
        classes: list[Accepts] = []
        first = True
        while first or not self.pattern.startswith("]", self.at):
            if self.at >= len(self.pattern):
                raise PatternError(tr("This set has no end; a “]” is missing."), start)
            first = False
            low = self._set_member(start)
            if not isinstance(low, str):
                classes.append(low)
                continue
            high: str | Accepts = low
            rest = self.pattern[self.at : self.at + 2]
            if rest[:1] == "-" and rest[1:] not in ("]", ""):
                self.at += 1
                high = self._set_member(start)
            if not isinstance(high, str) or high < low:
                raise PatternError(tr("The range ends before it begins."), start)
            ranges.append((low, high))
        self.at += 1
        return _set_of(ranges, classes, negated=negated)

    def _set_member(self, start: int) -> str | Accepts:
        sign = self.pattern[self.at]
        self.at += 1
        if sign != "\\":
            return sign
        if self.at >= len(self.pattern):
            raise PatternError(tr("This set has no end; a “]” is missing."), start)
        sign = self.pattern[self.at]
        self.at += 1
        if sign in _CLASSES:
            return _CLASSES[sign]
        return "\b" if sign == "b" else self._plain(sign, start)


def _set_of(ranges: list[tuple[str, str]], classes: list[Accepts], *, negated: bool) -> Accepts:
    singles = frozenset(low for low, high in ranges if low == high)
    spans = [(low, high) for low, high in ranges if low != high]

    def accepts(char: str) -> bool:
        found = (
            char in singles
            or any(low <= char <= high for low, high in spans)
            or any(known(char) for known in classes)
        )
        return found is not negated

    return accepts


def _any(char: str) -> bool:  # noqa: ARG001 whatever it is
    return True


def _any_but_newline(char: str) -> bool:
    return char != "\n"


def is_word(char: str) -> bool:
    """A letter, a digit or an underscore, of any script."""
    return char.isalnum() or char == "_"


def _not(accepts: Accepts) -> Accepts:
    return lambda char: not accepts(char)


_CLASSES: Final[dict[str, Accepts]] = {
    "d": str.isdecimal, "D": _not(str.isdecimal), "w": is_word, "W": _not(is_word),
    "s": str.isspace, "S": _not(str.isspace),
}  # fmt: skip
_ASSERTIONS: Final = {"A": "start", "z": "end", "Z": "end", "b": "edge", "B": "inside"}
_PLAIN: Final = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v"}


class _Writer:
    """Writes instructions; repetitions are written out."""

    def __init__(self, program: Program) -> None:
        self._steps = program.steps

    def write_all(self, part: _Part) -> None:
        self._save(0, lambda: self._write(part))
        self._add(Step("match"))

    def _add(self, step: Step) -> int:
        if len(self._steps) >= MAX_PROGRAM:
            raise PatternError(tr("The pattern is too large; repeat less."), 0)
        step.to = len(self._steps) + 1
        self._steps.append(step)
        return len(self._steps) - 1

    def _save(self, group: int, inside: Callable[[], None]) -> None:
        self._add(Step("save", slot=2 * group))
        inside()
        self._add(Step("save", slot=2 * group + 1))

    def _write(self, part: _Part) -> None:
        match part:
            case ("char", accepts):
                self._add(Step("char", accepts))  # type: ignore[arg-type]
            case ("assert", word):
                self._add(Step("assert", word=str(word)))
            case ("cat", list(parts)):
                for one in parts:
                    self._write(one)
            case ("group", int(number), tuple(inner)):
                self._save(number, lambda: self._write(inner))
            case ("or", list(parts)):
                self._either(parts)
            case ("repeat", tuple(inner), int(least), most, bool(greedy)):
                self._repeat(inner, least, most, greedy)  # type: ignore[arg-type]

    def _either(self, parts: list[_Part]) -> None:
        ends = []
        for part in parts[:-1]:
            split = self._add(Step("split"))
            self._write(part)
            ends.append(self._add(Step("jump")))
            self._steps[split].other = len(self._steps)
        self._write(parts[-1])
        for end in ends:
            self._steps[end].to = len(self._steps)

    def _repeat(self, part: _Part, least: int, most: int | None, greedy: bool) -> None:
        if most is None:
            self._repeat_on(part, least, greedy)
            return
        for _ in range(least):
            self._write(part)
        splits = []
        for _ in range(most - least):
            splits.append(self._add(Step("split")))
            self._write(part)
        for split in splits:
            self._leave(split, greedy)

    def _repeat_on(self, part: _Part, least: int, greedy: bool) -> None:
        """Without an end. A star is a plus that may be left out: whoever matched nothing goes on
        behind the loop before anything that is preferred less is tried inside it, as other
        engines have it."""
        enter = self._add(Step("split")) if least == 0 else None
        for _ in range(least - 1):
            self._write(part)
        loop = len(self._steps)
        self._write(part)
        again = self._add(Step("split"))
        self._steps[again].to = loop
        for split in [again] if enter is None else [again, enter]:
            self._leave(split, greedy)

    def _leave(self, split: int, greedy: bool) -> None:
        step, end = self._steps[split], len(self._steps)
        if greedy:
            step.other = end
        else:
            step.to, step.other = end, step.to
