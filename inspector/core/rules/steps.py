"""What is done for an event, one thing after the other.

A step is a closure that does it, with what it reads and writes, so that it can be told which
values an event could not make certain. Imports ``inspector.core`` only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from inspector.core.expressions import EvalFailed
from inspector.core.expressions import operators as op
from inspector.core.expressions.reading import DATA
from inspector.core.expressions.values import (
    PLAIN,
    settled,
    weigh,
)
from inspector.core.rules.targets import Ledger, Target

if TYPE_CHECKING:
    from inspector.core.rules.places import KeyPath
    from inspector.core.rules.reader import SectionReader

StepRun = Callable[[Ledger], None]
Evaluate = Callable[[Ledger], Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is done.

    Attributes:
        run: does it.
        place: keys that lead to it in its file.
        writes: top-level keys it may change; ``*`` for all.
        reads: top-level keys of the state that the result depends on, and after :data:`DATA`
            those of the event.
        certain: it always happens, and what it writes does not depend on what was there.
    """

    run: StepRun
    place: KeyPath
    writes: frozenset[str]
    reads: frozenset[str] = frozenset()
    certain: bool = False

    @property
    def state_reads(self) -> frozenset[str]:
        """Those of the state alone."""
        return frozenset(key for key in self.reads if not key.startswith(DATA))


@dataclass(frozen=True, slots=True)
class Value:
    """An expression, or a constant, that gives something to be stored.

    Attributes:
        run: evaluates it.
        reads: top-level keys of the state that it looks at.
        aliases: the result may hold parts of the state.
    """

    run: Evaluate
    reads: frozenset[str] = frozenset()
    aliases: bool = False

    def stored(self) -> Evaluate:
        """The evaluation, followed by the checks for what is written into a state."""
        run = self.run
        if not self.aliases:

            def plain(scope: Ledger) -> Any:
                value = run(scope)
                return value if value.__class__ in PLAIN else settled(value, 0)

            return plain

        def weighed(scope: Ledger) -> Any:
            value = settled(run(scope), 0)
            if value.__class__ is list or value.__class__ is dict:
                weigh(value, 0)
                scope.owned.clear()
            return value

        return weighed


Spec = Any
Reading = Callable[["SectionReader", "KeyPath", Spec], list[Step]]


def run_all(steps: tuple[Step, ...]) -> StepRun:
    """One closure for several steps; a failure remembers the innermost step."""
    pairs = tuple((step.run, step.place) for step in steps)

    def run(scope: Ledger) -> None:
        number = 0
        try:
            for number, pair in enumerate(pairs):  # noqa: B007 the one that fails is named
                pair[0](scope)
        except EvalFailed as failed:
            if failed.place is None:
                failed.place = pairs[number][1]
            raise

    return run


def under_condition(condition: Value, steps: list[Step], place: KeyPath) -> Step:
    """Steps that are done only where a condition holds."""
    inner, test = run_all(tuple(steps)), condition.run

    def run(scope: Ledger) -> None:
        answer = test(scope)
        if answer is True or (answer is not False and op.truth_of(answer, 0) is True):
            inner(scope)

    writes = frozenset().union(*(step.writes for step in steps)) if steps else frozenset()
    reads = condition.reads.union(*(step.reads for step in steps))
    return Step(run, place, writes, reads)


def each_target(
    reader: SectionReader, place: KeyPath, spec: Spec, make: Callable[[Target, KeyPath, Spec], Step]
) -> list[Step]:
    """One step for each path of a table."""
    steps = []
    for key, inner in reader.table(place, spec).items():
        here = (*place, key)
        steps.append(make(reader.target(here, key), here, inner))
    return steps
