"""What events do to the state, as far as the stored snapshots tell.

Effects are looked for one field at a time; then the whole text is loaded and folded with the
engine that would use it, and every field of every snapshot is compared. What is told of a line
is what that comparison gave.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, Final

from inspector.core.rules import (
    RulesChain,
    RulesFolder,
    RulesInvalid,
    RulesText,
    UpcastStopped,
    load_rules,
)
from inspector.core.suggesting.effects import explain
from inspector.core.suggesting.proposals import (
    Case,
    Confidence,
    Part,
    Place,
    Proposal,
    rules_text,
    toml_key,
    toml_text,
)
from inspector.core.suggesting.witnesses import (
    Effect,
    Explained,
    Happened,
    Witness,
    plain,
    read,
)
from inspector.core.texts import tr
from inspector.services.replaying import fold_rules
from inspector.services.suggested_hops import ENOUGH, Group, HopJudge

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from inspector.core.events import Event, Snapshot
    from inspector.core.rules import RuleSet
    from inspector.layouts._api import Source
    from inspector.services.suggested_types import Family, TypeFinder
    from inspector.services.suggesting import Told

HALF: Final = 0.5
"""Effects that explain less of the snapshots than this are not proposed."""

MOST_FIELDS: Final = 60


class StateFinder:
    """Looks for effects, and looks at hops again in their light.

    Attributes:
        found: proposals about state.
        unexplained: by aggregate, fields for which nothing was found.
        notes: what could not be done, as sentences.
    """

    def __init__(self, types: TypeFinder, streams: Sequence[Told], source: Source) -> None:
        self._types = types
        self._streams = streams
        self._bookkeeping = source.snapshot_bookkeeping
        self._folding = fold_rules(source)
        self.found: tuple[Proposal, ...] = ()
        self.unexplained: tuple[tuple[str, tuple[str, ...]], ...] = ()
        self.notes: tuple[str, ...] = ()
        self._rules = self._load(types.proposals())
        self._chain = None if self._rules is None else RulesChain(self._rules)
        self._groups: list[Group] = []

    def types(self) -> list[Proposal]:
        """Proposals about types and hops, with what the snapshots said of them."""
        return self._types.proposals()

    def work(self) -> Iterator[None]:
        """Do everything, a piece at a time."""
        if not self._streams:
            self.notes = (tr("There are no snapshots to compare with: nothing is said of state."),)
            return
        self._groups = self._grouped()
        judge = HopJudge(self._types, self._chain)
        for group in self._groups:
            self._witness(group)
            for name in self._fields(group):
                group.explained[name] = explain(name, group.witnesses, frozenset(group.first))
                yield
            judge.look_at(group)
        yield
        self._rules = self._load([*self._types.proposals(), *self._drafted()])
        for group in self._groups:
            self._verify(group)
            yield
        self.found = tuple(p for group in self._groups for p in self._proposals(group))
        self.unexplained = tuple(
            (group.name, missing) for group in self._groups if (missing := self._missing(group))
        )

    def _load(self, proposals: Sequence[Proposal]) -> RuleSet | None:
        try:
            return load_rules([RulesText("suggested", rules_text(proposals, "suggested"))])
        except RulesInvalid as error:
            self.notes = (*self.notes, tr("A proposal was no valid rule: {why}", why=error.message))
            return None

    # -- streams and snapshots ----------------------------------------------------------------

    def _grouped(self) -> list[Group]:
        by_key: dict[tuple[str, str], list[Told]] = defaultdict(list)
        for told in self._streams:
            category = told.stream.category or ""
            by_key[category, "" if category else self._name(told.events[0])].append(told)
        groups: list[Group] = []
        for (category, _), streams in by_key.items():
            first = Counter(self._name(told.events[0]) for told in streams)
            label = category or self._label(streams, first.most_common(1)[0][0])
            name = _slug(label, {group.name for group in groups})
            line = f"category = {toml_text(category)}" if category else self._type_line(streams)
            group = Group(name, f"[aggregate.{toml_key(name)}]\n{line}", streams)
            group.first = {one for one, count in first.items() if count * 20 >= len(streams)}
            groups.append(group)
        return groups

    def _prefix(self, streams: Sequence[Told]) -> str:
        """The namespace that all of these streams begin with, and no other stream does."""
        own = {self._types.names[one.events[0].type].prefix for one in streams
               if one.events[0].type in self._types.names}  # fmt: skip
        names = {one.stream.name for one in streams}
        others = {one.events[0].type for one in self._streams if one.stream.name not in names}
        (prefix,) = own if len(own) == 1 else ("",)
        return "" if any(other.startswith(prefix) for other in others) else prefix

    def _label(self, streams: Sequence[Told], first: str) -> str:
        prefix = self._prefix(streams)
        return re.split(r"[.:/\\]", prefix[:-1])[-1] if prefix else first

    def _type_line(self, streams: Sequence[Told]) -> str:
        prefix = self._prefix(streams)
        name = self._name(streams[0].events[0])
        return f"type = {toml_text(f'{prefix}*' if prefix else name)}"

    def _name(self, event: Event) -> str:
        known = self._types.names.get(event.type)
        return event.type if known is None else known.event

    def _witness(self, group: Group) -> None:
        newest = _newest_form([one for told in group.streams for one in told.snapshots])
        for told in group.streams:
            led = [self._happened(event) for event in told.events]
            positions = [event.position for event in told.events]
            for snapshot in told.snapshots:
                if not isinstance(snapshot.state, dict):
                    continue
                if _form(snapshot) != newest:
                    group.passed += 1
                    continue
                until = sum(1 for p in positions if (p or 0) <= (snapshot.position or 0))
                group.witnesses.append(
                    Witness(told.stream.name, snapshot.position, led[:until], snapshot.state)
                )

    def _happened(self, event: Event) -> Happened:
        name = self._name(event)
        if self._chain is None:
            return Happened(name, event.data, event.data)
        try:
            stored = self._chain.stored(event)
            (form,) = self._chain.onward(event, stored)
        except (UpcastStopped, ValueError):
            return Happened(name, None, None)
        family = self._types.families.get(name)
        data = form.data
        if family is not None and isinstance(data, dict):
            hidden = {re.split(r"[.\[]", path)[0] for path in self._guessed(family, stored.version)}
            data = {key: value for key, value in data.items() if key not in hidden}
        return Happened(form.name, data, form.data)

    @staticmethod
    def _guessed(family: Family, version: Any) -> Iterator[str]:
        """Paths of the newest form that are only a guess for events of a version."""
        after = False
        found: set[str] = set()
        for (one, _), lines in family.hops.items():
            after = after or one == version
            for line in lines if after else ():
                guess = line.confidence is Confidence.GUESS or line.path in found
                if line.makes and guess:
                    found.add(line.makes)
        yield from found

    def _fields(self, group: Group) -> list[str]:
        names = Counter(str(key) for one in group.witnesses for key in one.state)
        return [name for name, _ in names.most_common(MOST_FIELDS) if name not in self._bookkeeping]

    # -- the engine's own verdict ---------------------------------------------------------------

    def _drafted(self) -> list[Proposal]:
        return [proposal for group in self._groups for proposal in self._proposals(group)]

    def _verify(self, group: Group) -> None:
        """Fold every stream with the text as it would be, and compare field by field."""
        if self._rules is None:
            return
        counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        against: dict[str, list[Case]] = defaultdict(list)
        wanted = {(one.stream, one.version): one.state for one in group.witnesses}
        for told in group.streams:
            folder = RulesFolder(self._rules, told.stream, self._folding)
            fold = folder.begin()
            for event in told.events:
                fold.feed_one(event)
                stored = wanted.get((told.stream.name, event.position))
                if stored is None:
                    continue
                state = fold.frame().state
                for name in group.explained:
                    made = read(state, name) if isinstance(state, dict) else ("missing",)
                    right = plain(made) == plain(stored.get(name))
                    counts[name][0] += right
                    counts[name][1] += 1
                    if not right and len(against[name]) < ENOUGH:
                        against[name].append(Case(told.stream.name, event.position))
        group.results = {n: (a, m, tuple(against[n])) for n, (a, m) in counts.items()}

    def _missing(self, group: Group) -> tuple[str, ...]:
        return tuple(
            name for name, found in group.explained.items() if not self._worth(group, name, found)
        )

    @staticmethod
    def _worth(group: Group, name: str, found: Explained) -> bool:
        if not found.effects:
            return False
        if name not in group.results and not found.cases:
            return True  # only the engine can tell, with the hops as they are now
        agreed, cases, _ = group.results.get(name, (found.agreed, found.cases, ()))
        return cases > 0 and agreed / cases >= HALF

    def _proposals(self, group: Group) -> Iterator[Proposal]:
        head = Place(Part.STATE, group.header)
        kept = {n: f for n, f in group.explained.items() if self._worth(group, n, f)}
        if not kept:
            return
        yield self._head(group, head)
        touched: set[str] = set()
        for name, found in kept.items():
            for effect in found.effects:
                touched.add(effect.event)
                place = Place(
                    Part.STATE, f"[aggregate.{toml_key(group.name)}.on.{toml_key(effect.event)}]"
                )
                needs = (*self._types.rows_of(effect.event), head)
                yield self._line(group, (name, found, effect), place, needs)
        if group.results and len(kept) == len(group.explained):
            yield from self._ignored(group, touched, head)

    def _head(self, group: Group, head: Place) -> Proposal:
        title = tr("Aggregate {name}", name=group.name)
        evidence = tr(
            "{n} streams with {m} snapshots compared", n=len(group.streams), m=len(group.witnesses)
        )  # fmt: skip
        if group.passed:
            evidence += "; " + tr("{n} of another form passed over", n=group.passed)
        known = self._identity(group)
        if known:
            evidence += "; " + tr("the stream's id is in {path}", path=known)
        return Proposal(head, "", "", "", title, Confidence.LIKELY, evidence)

    def _identity(self, group: Group) -> str:
        """A field of first events that holds the stream's id in all of them."""
        fits: Counter[str] = Counter()
        for told in group.streams:
            data = told.events[0].data
            if isinstance(data, dict):
                for key, value in data.items():
                    name = told.stream.name
                    if isinstance(value, str) and len(value) > 3 and name.endswith(value):
                        fits[str(key)] += 1
        return next((f"data.{k}" for k, n in fits.items() if n == len(group.streams)), "")

    def _line(
        self,
        group: Group,
        what: tuple[str, Explained, Effect],
        place: Place,
        needs: tuple[Place, ...],
    ) -> Proposal:
        name, found, effect = what
        agreed, cases, against = group.results.get(name, (found.agreed, found.cases, ()))
        evidence = tr("{field} as stored in {n} of {m} snapshots", field=name, n=agreed, m=cases)
        if effect.tells < cases:
            evidence += "; " + tr("this event showed in {n}", n=effect.tells)
        if found.others:
            evidence += "; " + tr("{n} other sums would fit as well", n=found.others)
        sure = Confidence.GUESS
        if agreed == cases and effect.agreed == effect.tells and not found.others:
            sure = Confidence.LIKELY if effect.tells > 1 else Confidence.GUESS
            sure = Confidence.AGREES if effect.tells >= ENOUGH else sure
        elif cases and agreed / cases >= 0.9:
            sure = Confidence.LIKELY
        title = tr("{event}: {verb} {field}", event=effect.event, verb=effect.verb, field=name)
        return Proposal(
            place, effect.verb, name, effect.value, title, sure, evidence,
            agreed, cases, against, needs,
        )  # fmt: skip

    def _ignored(self, group: Group, touched: set[str], head: Place) -> Iterator[Proposal]:
        names = Counter(event.name for one in group.witnesses for event in one.events)
        for name, count in sorted(names.items()):
            if name not in touched:
                title = tr("{event} changes nothing", event=name)
                evidence = tr("no field needs it; it happened {n} times before snapshots", n=count)
                sure = Confidence.LIKELY if count >= ENOUGH else Confidence.GUESS
                yield Proposal(head, "ignore", name, "", title, sure, evidence)


def _form(snapshot: Snapshot) -> tuple[int, frozenset[Any]]:
    """What tells a snapshot's form: the stated version as a number, and its keys."""
    digits = re.sub(r"\D", "", str(snapshot.schema_version or ""))
    keys = frozenset(snapshot.state) if isinstance(snapshot.state, dict) else frozenset()
    return int(digits[:9]) if digits else 0, keys


def _newest_form(snapshots: Sequence[Snapshot]) -> tuple[int, frozenset[Any]]:
    """The form with the highest version; where none is stated, the most usual."""
    counted = Counter(_form(one) for one in snapshots if isinstance(one.state, dict))
    return max(counted, key=lambda form: (form[0], counted[form]), default=(0, frozenset()))


def _slug(label: str, taken: set[str]) -> str:
    base = re.sub(r"\W+", "_", label).strip("_").lower() or "stream"
    name, number = base, 2
    while name in taken:
        name, number = f"{base}_{number}", number + 1
    return name
