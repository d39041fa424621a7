"""Where in a stream what must always hold does not hold."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from inspector.core.rules import RulesFolder
from inspector.services.replaying import Told, fold_rules

if TYPE_CHECKING:
    from inspector.core.events import Event, StreamId
    from inspector.core.rules import RuleSet
    from inspector.core.rules.aggregates import Invariant
    from inspector.services.tasks import Work
    from inspector.storage.store_reader import StoreReader


@dataclass(frozen=True, slots=True)
class Break:
    """A stretch of a stream in which an invariant does not hold.

    Attributes:
        name, rule: of the invariant; the rule says where it stands.
        index, position: of the first row after which it does not hold; ``type`` its type.
        until: index of the row after which it holds again; ``None`` while it does not.
    """

    name: str
    rule: str
    index: int
    position: int | None
    type: str
    until: int | None = None


def breaks_of(
    reader: StoreReader, stream: StreamId, rules: RuleSet, work: Work
) -> tuple[Break, ...]:
    """All stretches, in the order in which they begin."""
    told = Told(reader, stream, rules, keep=False)
    fold = RulesFolder(rules, stream, fold_rules(reader.source)).begin()
    closed: list[Break] = []
    running: dict[str, Break] = {}
    for event in told.entries(reader, work):
        fold.feed((event,))
        _note(fold.count - 1, event, fold.broken(event), running, closed)
    return tuple(sorted([*closed, *running.values()], key=lambda b: (b.index, b.rule)))


def _note(
    index: int,
    event: Event,
    broken: tuple[Invariant, ...],
    running: dict[str, Break],
    closed: list[Break],
) -> None:
    """Begin and end stretches after one event."""
    names = {invariant.rule: invariant for invariant in broken}
    over = [rule for rule in running if rule not in names]
    closed.extend(replace(running.pop(rule), until=index) for rule in over)
    for rule, invariant in names.items():
        if rule not in running:
            running[rule] = Break(invariant.name, rule, index, event.position, event.type)
