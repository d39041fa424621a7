"""Guessed hops, judged by what snapshots hold of the events that took them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from inspector.core.expressions import EvalFailed
from inspector.core.rules import RulesChain, RulesInvalid, RulesText, UpcastStopped, load_rules
from inspector.core.rules.hops import RuleForm
from inspector.core.rules.targets import Ledger
from inspector.core.suggesting.proposals import Case, Confidence, Part, Place, Proposal, rules_text
from inspector.core.suggesting.witnesses import (
    NONE,
    Effect,
    Explained,
    Witness,
    constant_text,
    plain,
    read,
)
from inspector.core.texts import tr

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from inspector.core.events import Event
    from inspector.core.suggesting.hops import HopLine
    from inspector.services.suggested_types import TypeFinder
    from inspector.services.suggesting import Told

ENOUGH: Final = 3
"""Snapshots in which something must have shown before it counts as more than likely."""


@dataclass(slots=True)
class Group:
    """Streams that are one kind of aggregate.

    Attributes:
        name: what the aggregate could be called; ``header`` its table.
        streams: what was read.
        first: names of the events that streams begin with.
        witnesses: snapshots of the newest form; ``passed`` how many were of another.
        explained: what was found for each field.
        results: by field, snapshots that the engine's fold agrees with, of all, and some others.
    """

    name: str
    header: str
    streams: list[Told] = field(default_factory=list)
    first: set[str] = field(default_factory=set)
    witnesses: list[Witness] = field(default_factory=list)
    explained: dict[str, Explained] = field(default_factory=dict)
    results: dict[str, tuple[int, int, tuple[Case, ...]]] = field(default_factory=dict)
    passed: int = 0


class HopJudge:
    """Judges and mends hops.

    Args:
        types: the families whose hops they are; they are changed in place.
        chain: tells which version an event has; ``None`` leaves what is stored.
    """

    def __init__(self, types: TypeFinder, chain: RulesChain | None) -> None:
        self._types, self._chain = types, chain

    def look_at(self, group: Group) -> None:
        """Where a snapshot shows what an old form became, see whether a hop gives that."""
        for name, found in group.explained.items():
            for effect in found.effects:
                family = self._types.families.get(effect.event)
                path = plain_path(effect)
                if family is None or not path or effect.verb != "set":
                    continue
                for hop, lines in family.hops.items():
                    for number in range(len(lines)):
                        lines[number] = self._judged(
                            group, found, name, (path, hop[0]), (lines, number)
                        )
            self._look_at_sums(group, found)

    def _judged(
        self,
        group: Group,
        found: Explained,
        name: str,
        place: tuple[str, Any],
        where: tuple[list[HopLine], int],
    ) -> HopLine:
        (path, version), (lines, index) = place, where
        line = lines[index]
        inside = line.makes == path or line.makes.startswith(f"{path}.")
        if not inside or line.verb not in ("set", "default", "rename"):
            return line
        below = line.makes[len(path) + 1 :]
        pairs = list(self._pairs(group, found, (name, below), (path, version)))
        if not pairs:
            return line
        options = [line, *_others(line, [goal for _, goal in pairs])]
        counted = [
            (self._fits([*lines[:index], option, *lines[index + 1 :]], line.makes, pairs), -n)
            for n, option in enumerate(options)
        ]
        right, number = max(counted)
        best = options[-number]
        if not right:
            return line
        evidence = tr(
            "snapshots after such events hold it: {n} of {m}", n=right, m=len(pairs)
        )  # fmt: skip
        all_right = right == len(pairs)
        sure = Confidence.AGREES if all_right and right >= ENOUGH else Confidence.LIKELY
        sure = sure if all_right else Confidence.GUESS
        return replace(best, confidence=sure, evidence=f"{evidence}; {line.evidence}")

    def _pairs(
        self, group: Group, found: Explained, names: tuple[str, str], place: tuple[str, Any]
    ) -> Iterator[tuple[Any, Any]]:
        """Old payloads that wrote a field last, and what the snapshot holds of it."""
        (name, below), (path, version) = names, place
        writers = {effect.event for effect in found.effects}
        streams = {told.stream.name: told for told in group.streams}
        for one in group.witnesses:
            last = next(
                (n for n in range(len(one.events) - 1, -1, -1) if one.events[n].name in writers),
                None,
            )
            if last is None or one.events[last].name not in self._types.families:
                continue
            event = streams[one.stream].events[last]
            if not any(
                plain_path(e) == path and e.event == one.events[last].name for e in found.effects
            ):
                continue
            if self.version(event) != version:
                continue
            goal = one.state.get(name)
            goal = read(goal, below) if below else goal
            if goal != NONE:
                yield event.data, goal

    def version(self, event: Event) -> Any:
        """Version of an event as stored, as far as it can be told."""
        if self._chain is None:
            return event.schema_version
        try:
            return self._chain.stored(event).version
        except UpcastStopped:
            return None

    @staticmethod
    def _fits(lines: Sequence[HopLine], makes: str, pairs: Sequence[tuple[Any, Any]]) -> int:
        """In how many pairs a hop makes what the snapshot holds; run by the engine itself."""
        place = Place(Part.HOPS, '[[upcast]]\nevent = "e"\nfrom = 1\nto = 2')
        sure = Confidence.GUESS
        drafts = [Proposal(place, one.verb, one.path, one.value, "", sure, "") for one in lines]
        try:
            rules = load_rules([RulesText("hop", rules_text(drafts, "hop"))])
        except RulesInvalid:
            return 0
        hop = rules.hops["e", 1][0]
        right = 0
        for data, goal in pairs:
            scope = Ledger()
            scope.data = data
            try:
                ((_, _, made),) = hop.apply(scope, RuleForm("e", "e", 1, data))
            except EvalFailed:
                continue
            right += plain(read(made, makes)) == plain(goal)
        return right

    def _look_at_sums(self, group: Group, found: Explained) -> None:
        """A sum that comes out everywhere speaks for the hops of the events in it."""
        for effect in found.effects:
            family = self._types.families.get(effect.event)
            inner = re.findall(r"data\.([\w.]+)", effect.value)
            if family is None or not inner or effect.tells != effect.agreed or found.others:
                continue
            if "state." not in effect.value and effect.verb != "add":
                continue
            for hop, lines in family.hops.items():
                count = sum(
                    self.version(event) == hop[0] and event.type in {n.stored for n in family.names}
                    for told in group.streams
                    for event in told.events
                )
                family.hops[hop] = [
                    replace(
                        line,
                        confidence=Confidence.AGREES if count >= ENOUGH else Confidence.LIKELY,
                        evidence=tr("sums in snapshots come out with {n} such events; {more}",
                                    n=count, more=line.evidence),
                    )
                    if count and line.makes in inner and line.verb in ("set", "rename")
                    else line
                    for line in lines
                ]  # fmt: skip


def plain_path(effect: Effect) -> str:
    """The path of the payload that an effect writes as it is; empty when it writes another."""
    found = re.fullmatch(r'"data\.([\w.]+)"', effect.value)
    return "" if found is None else found[1]


def _others(line: HopLine, goals: Sequence[Any]) -> Iterator[HopLine]:
    """Other values that a line could give."""
    if line.verb == "set" and "split(" in line.value:
        swapped = line.value.replace(")[0]", ")[?]").replace(")[1]", ")[0]").replace(")[?]", ")[1]")
        yield replace(line, value=swapped)
    if line.verb == "set" and " / 100" in line.value:
        yield replace(line, value=line.value.replace(" / 100", ""))
        yield replace(line, value=line.value.replace(" / 100", " / 1000"))
    if line.verb == "default":
        for goal, _ in Counter(plain(goal) for goal in goals).most_common(3):
            text = constant_text(goal)
            if text:
                yield replace(line, value=text)
