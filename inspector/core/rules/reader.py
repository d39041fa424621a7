"""Reading one section of a rules file: kinds, known keys, expressions and paths.

Everything that is wrong becomes a :class:`Problem` with its line and column, found only when
there is one. Imports ``inspector.core`` only.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

from inspector.core.expressions import (
    ITEM_NAMES,
    ExpressionError,
    builds,
    calls,
    compile_expression,
    compile_tree,
    mentions,
    nearest,
)
from inspector.core.expressions.parser import Parser
from inspector.core.expressions.reading import data_reads
from inspector.core.expressions.scope import Getter
from inspector.core.expressions.tree import Index, Literal, Member, Name, Node
from inspector.core.expressions.values import settled_whole
from inspector.core.payloads import DecimalText
from inspector.core.rules.places import KeyPath, TomlPlaces
from inspector.core.rules.problems import Problem, RulesInvalid
from inspector.core.rules.steps import Evaluate, Spec, Step, Value, under_condition
from inspector.core.rules.targets import Ledger, Target
from inspector.core.rules.verbs import VERBS
from inspector.core.texts import tr

_LONG_NUMBER: Final = re.compile(r"(?<![\w'\"])[+-]?[0-9][0-9_]{4000,}")
"""Longer than what Python reads as one whole number (4,300 digits)."""
MAX_FILE: Final = 4 * 1024 * 1024
"""Characters of a rules file."""

_MAX_NESTING: Final = 8


@dataclass(frozen=True, slots=True)
class RulesText:
    """A rules file as read.

    Attributes:
        name: the file's name, as people know it.
        text: its content.
    """

    name: str
    text: str


class Source:
    """One rules file, parsed as TOML, with its places on demand.

    Raises:
        RulesInvalid: it is no TOML.
    """

    def __init__(self, file: RulesText) -> None:
        self.name = file.name
        self.text = file.text
        if len(file.text) > MAX_FILE:
            message = tr("A rules file has at most {n} characters.", n=MAX_FILE)
            raise RulesInvalid([Problem(file.name, 1, 1, message)])
        try:
            self.document = tomllib.loads(file.text, parse_float=Decimal)
        except tomllib.TOMLDecodeError as error:
            raise RulesInvalid([_toml_problem(file, str(error))]) from None
        except (RecursionError, ValueError):
            raise RulesInvalid([_too_much(file)]) from None

    @cached_property
    def places(self) -> TomlPlaces:
        """Where everything stands."""
        return TomlPlaces(self.text)

    def problem(self, place: KeyPath, message: str, near: str = "") -> Problem:
        """A problem with a key or the value behind it."""
        line, column = self.places.of_key(place)
        return Problem(self.name, line, column, message, near)

    def problem_in(self, place: KeyPath, message: str, at: int, near: str = "") -> Problem:
        """A problem inside a text, at one of its characters."""
        line, column = self.places.of_value(place, at)
        return Problem(self.name, line, column, message, near)


def _too_much(file: RulesText) -> Problem:
    """What the TOML reader gave up at: a long number has a place, deep nesting has none."""
    number = _LONG_NUMBER.search(file.text)
    if number is None:
        return Problem(file.name, 1, 1, tr("The file is nested too deeply."))
    before = file.text[: number.start()]
    column = number.start() - (before.rfind("\n") + 1) + 1
    message = tr("This number is too long.")
    return Problem(file.name, before.count("\n") + 1, column, message)


def _toml_problem(file: RulesText, words: str) -> Problem:
    """What the standard library says, with its place taken out of the sentence."""
    message, _, rest = words.partition(" (at ")
    digits = [int(part) for part in "".join(c if c.isdigit() else " " for c in rest).split()]
    line, column = (digits[0], digits[1]) if len(digits) == 2 else (file.text.count("\n") + 1, 1)
    return Problem(file.name, line, column, tr("This is no TOML: {why}.", why=message))


class Wrong(Exception):
    """A section cannot be read on; the problem was noted."""


@dataclass
class Problems:
    """All problems of all files."""

    found: list[Problem] = field(default_factory=list)

    @contextmanager
    def section(self) -> Iterator[None]:
        """What goes wrong inside ends this section only."""
        with suppress(Wrong):
            yield


def _whole(run: Evaluate) -> Evaluate:
    """A made list or map with times and spans written out, as a payload can hold them."""

    def settle(scope: Ledger) -> Any:
        found = run(scope)
        kind = found.__class__
        return settled_whole(found, 0) if kind is list or kind is dict else found

    return settle


@dataclass(frozen=True)
class SectionReader:
    """Reads values of one section.

    Attributes:
        source, problems: the file, and where mistakes are noted.
        names: what its expressions may speak of.
        root: what its steps change: ``state``, ``data`` or ``item``.
        in_hop: it is about a payload on its way to a newer version.
        mentioned: names that were used, to know what has to be kept.
    """

    source: Source
    problems: Problems
    names: Mapping[str, Getter]
    root: str = "state"
    in_hop: bool = False
    mentioned: set[str] = field(default_factory=set)

    def inside(self, root: str | None = None) -> SectionReader:
        """The same where there is an element to speak of."""
        names = {**self.names, **ITEM_NAMES}
        return replace(self, names=names, root=root or self.root)

    # -- mistakes -------------------------------------------------------------------------

    def wrong(self, place: KeyPath, message: str, near: str = "") -> Wrong:
        """Note a mistake; raise what is returned."""
        self.problems.found.append(self.source.problem(place, message, near))
        return Wrong()

    def wrong_in(self, place: KeyPath, error: ExpressionError, offset: int = 0) -> Wrong:
        """Note a mistake inside an expression."""
        problem = self.source.problem_in(place, error.message, error.at + offset, error.near)
        self.problems.found.append(problem)
        return Wrong()

    # -- plain values ---------------------------------------------------------------------

    def table(self, place: KeyPath, spec: Spec) -> dict[str, Any]:
        """A table."""
        if not isinstance(spec, dict):
            raise self.wrong(place, tr("A table is expected here: { key = value }."))
        return spec

    def tables(self, place: KeyPath, spec: Spec) -> list[dict[str, Any]]:
        """An array of tables."""
        if not isinstance(spec, list) or not all(isinstance(one, dict) for one in spec):
            word = place[-1]
            raise self.wrong(place, tr("[[{name}]] is expected: several tables.", name=word))
        return spec

    def fields(
        self,
        place: KeyPath,
        table: Mapping[str, Any],
        *,
        needed: Sequence[str],
        known: Sequence[str],
    ) -> None:
        """Make sure that a table has what it needs and nothing that is not known."""
        for key in table:
            if key not in known:
                message = tr("“{key}” is not known here.", key=key)
                raise self.wrong((*place, key), message, nearest(key, known))
        for key in needed:
            if key not in table:
                raise self.wrong(place, tr("“{key}” is missing here.", key=key))

    def text(self, place: KeyPath, spec: Spec) -> str:
        """A text."""
        if not isinstance(spec, str):
            raise self.wrong(place, tr("A text is expected here."))
        return spec

    def texts(self, place: KeyPath, spec: Spec) -> list[str]:
        """A text, or several."""
        if isinstance(spec, str):
            return [spec]
        if not isinstance(spec, list) or not all(isinstance(one, str) for one in spec):
            raise self.wrong(place, tr("A text or a list of texts is expected here."))
        return spec

    def count(self, place: KeyPath, spec: Spec) -> int | None:
        """A number of elements, from 1."""
        if spec is None:
            return None
        if not isinstance(spec, int) or isinstance(spec, bool) or spec < 1:
            raise self.wrong(place, tr("A whole number from 1 is expected here."))
        return spec

    def version(self, place: KeyPath, spec: Spec) -> int | str:
        """A schema version."""
        if isinstance(spec, bool) or not isinstance(spec, int | str):
            raise self.wrong(place, tr("A schema version is a whole number or a text."))
        return spec

    # -- expressions and paths ------------------------------------------------------------

    def value(self, place: KeyPath, spec: Spec, offset: int = 0) -> Value:
        """An expression, or a constant that is no text.

        Args:
            offset: where in the text of the file the expression begins.
        """
        if isinstance(spec, str):
            try:
                compiled = compile_expression(spec, self.names)
            except ExpressionError as error:
                raise self.wrong_in(place, error, offset) from None
            if calls(compiled.tree, "now"):
                message = tr("now() would make a replay differ from one day to the next.")
                raise self.wrong(place, message)
            if mentions(compiled.tree, "before"):
                self.mentioned.add("before")
            run = _whole(compiled.run) if builds(compiled.tree) else compiled.run
            reads = compiled.reads | data_reads(compiled.tree)
            return Value(run, reads, self.in_hop or compiled.passes_state_on)
        constant = self._constant(place, spec)
        return Value(lambda scope: constant)

    def _constant(self, place: KeyPath, spec: Spec) -> Any:
        if isinstance(spec, Decimal):
            return DecimalText(spec) if spec.is_finite() else spec
        if isinstance(spec, bool | int):
            return spec
        if isinstance(spec, list):
            return [self._constant((*place, n), one) for n, one in enumerate(spec)]
        if isinstance(spec, dict) and not spec:
            return {}
        message = tr("An expression is expected here, as a text; a text itself is written \"'…'\".")
        raise self.wrong(place, message)

    def condition(self, place: KeyPath, spec: Spec) -> Value:
        """An expression that is true or false."""
        if not isinstance(spec, str | bool):
            raise self.wrong(place, tr("A condition is expected here, as a text."))
        return self.value(place, spec)

    def target(self, place: KeyPath, text: str) -> Target:
        """A path that is written."""
        try:
            keys = self._keys(text)
        except ExpressionError as error:
            self.problems.found.append(
                self.source.problem(
                    place, tr("This is no path: {why}", why=error.message), error.near
                )
            )
            raise Wrong from None
        return Target(self.root, text, keys)

    def _keys(self, text: str) -> tuple[Any, ...]:
        parser = Parser(text)
        first = parser.key()
        tree: Node = parser.steps(Name("."))
        parser.require_end()
        keys: list[Any] = []
        while not isinstance(tree, Name):
            if isinstance(tree, Member):
                keys.append(tree.key)
            elif isinstance(tree, Index):
                keys.append(self._computed(tree.index, text))
            else:
                raise ExpressionError(tr("A path has no slices."), text, tree.at)
            tree = tree.base
        return (first, *reversed(keys))

    def _computed(self, index: Node, text: str) -> Any:
        if isinstance(index, Literal) and type(index.value) in (str, int):
            return index.value
        return compile_tree(index, self.names, text).run

    # -- steps ----------------------------------------------------------------------------

    def steps(
        self, place: KeyPath, table: Mapping[str, Any], beside: Sequence[str] = ()
    ) -> list[Step]:
        """All verbs of a table, in written order.

        Args:
            beside: keys that are no verbs and are read by somebody else.
        """
        if len(place) > 4 + 2 * _MAX_NESTING:
            raise self.wrong(place, tr("Steps are nested too deeply."))
        known = (*VERBS, "when", "steps", *beside)
        self.fields(place, table, needed=(), known=known)
        steps: list[Step] = []
        for key, spec in table.items():
            here = (*place, key)
            if key == "steps":
                for number, one in enumerate(self.tables(here, spec)):
                    steps.extend(self.steps((*here, number), one))
            elif key in VERBS:
                steps.extend(VERBS[key](self, here, spec))
        for step in steps[:-1]:
            if step.place[-1] == "become":
                raise self.wrong(step.place, tr("“become” is the last thing that can be done."))
        if "when" in table and "when" not in beside:
            condition = self.condition((*place, "when"), table["when"])
            return [under_condition(condition, steps, place)]
        return steps
