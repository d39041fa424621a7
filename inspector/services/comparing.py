"""What differs between two moments of a stream, or of two streams.

A comparison never pretends: where an event could not be applied, the state after it is not
fully known, and the comparison says so instead of saying that nothing differs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from inspector.core.diffing import Change, Op, diff
from inspector.core.findings import Severity
from inspector.core.folding import Truth
from inspector.core.paths import path_text
from inspector.core.texts import thousands, tr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from inspector.core.events import StreamId
    from inspector.core.findings import Finding
    from inspector.core.payloads import Value
    from inspector.core.replaying import Step


@dataclass(frozen=True, slots=True)
class Moment:
    """A stream after one of its events.

    Attributes:
        stream: the stream; ``step``: the state after the event, and what it changed.
        counted: the store has no versions; events are only counted.
    """

    stream: StreamId
    step: Step
    counted: bool = False

    @property
    def version(self) -> int:
        """The version, as stored; where the store has none, the row counted from 1."""
        position = self.step.position
        return self.step.index + 1 if position is None else position

    @property
    def place(self) -> str:
        """Which event it is, in words; what was only counted is not called a version."""
        if self.counted or self.step.position is None:
            return tr("event {n}", n=thousands(self.version))
        return tr("version {n}", n=thousands(self.version))


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between two moments.

    Attributes:
        before: the earlier side; ``None`` is the event just before ``after``.
        after: the later side.
        changes: what differs, as far as both states are known.
        blocked: why they cannot be compared; then ``changes`` are of no use.
        doubts: what makes parts of the comparison unsure; they stand beside it.
        truth: how far values of both states can be trusted where nothing failed.
    """

    before: Moment | None
    after: Moment
    changes: tuple[Change, ...] = ()
    blocked: Finding | None = None
    doubts: tuple[Finding, ...] = field(default=())
    truth: Truth = Truth.INFERRED

    @property
    def shown_truth(self) -> Truth:
        """How far the whole comparison can be trusted: parts of either side may be unknown."""
        sides = (self.after,) if self.before is None else (self.before, self.after)
        return Truth.MIXED if any(side.step.marks for side in sides) else self.truth


def compare_with_event_before(after: Moment) -> Comparison:
    """What the event of a moment changed."""
    step = after.step
    blocked = failure_of(step)
    doubts = () if blocked is not None else _doubts(step)
    changes = () if blocked is not None else step.changes
    return Comparison(None, after, changes, blocked, doubts, step.truth)


def compare(before: Moment, after: Moment) -> Comparison:
    """What differs between two moments; the later one need not be of the same stream."""
    truth = before.step.truth if before.step.truth is after.step.truth else Truth.MIXED
    blocked = failure_of(before.step) or failure_of(after.step)
    if blocked is not None:
        return Comparison(before, after, (), blocked, (), truth)
    found = diff(before.step.state, after.step.state)
    doubts = tuple(dict.fromkeys((*_doubts(before.step), *_doubts(after.step))))
    return Comparison(before, after, found, None, doubts, truth)


def failure_of(step: Step) -> Finding | None:
    """Why the state after a step is not known: its own event, or all before, failed."""
    for finding in step.findings:
        if finding.severity is Severity.ERROR:
            return finding
    if step.marks.get(()) is Truth.UNKNOWN:
        return next(iter(_doubts(step)), None)
    return None


def _doubts(step: Step) -> tuple[Finding, ...]:
    return tuple(f for f in step.findings if f.code == "follows-failure" and step.marks)


OP_WORDS = {
    Op.ADD: "added",
    Op.REMOVE: "removed",
    Op.CHANGE: "changed",
    Op.MOVE: "moved",
}
OP_GLYPHS = {Op.ADD: "+", Op.REMOVE: "−", Op.CHANGE: "~", Op.MOVE: "↕"}


def op_word(change: Change) -> str:
    """What happened, in a word; a moved element says where it came from."""
    word = tr(OP_WORDS[change.op])
    if change.op is Op.MOVE:
        return tr("{word} from [{place}]", word=word, place=change.source)
    return word


def changes_text(changes: Iterable[Change], value_text: Callable[[Value], str]) -> str:
    """The changes as lines of text: sign, path, before and after, with tabs between.

    Args:
        value_text: gives a value in one line.
    """
    lines = []
    for change in changes:
        before, after = sides(change)
        cells = (
            OP_GLYPHS[change.op],
            path_text(change.path),
            "" if before is None else value_text(before[0]),
            "" if after is None else value_text(after[0]),
        )
        lines.append("\t".join(cells))
    return "\n".join(lines)


def sides(change: Change) -> tuple[tuple[Value] | None, tuple[Value] | None]:
    """The value before and the value after, each in a tuple; ``None`` where there is none."""
    before = None if change.op is Op.ADD else (change.before,)
    after = None if change.op is Op.REMOVE else (change.after,)
    return before, after
