"""Replaying with rules: exact state, as the application itself would compute it.

Imports ``inspector.core`` only. Promises what every fold promises (see
:mod:`inspector.core.folding`). A value is exact when rules wrote it out of what is known. After
an event that no rule covers, or that failed, the values it may have changed are unknown until
something writes them that does not depend on them.

An event of the usual kind costs one copy of the topmost map and one call for each step.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from inspector.core.events import Event, StreamId
from inspector.core.expressions import EvalFailed
from inspector.core.expressions.values import MAX_STEPS
from inspector.core.findings import Finding, Severity
from inspector.core.folding import PASSED, FoldRules, Frame, Truth, history_starts_late
from inspector.core.paths import ROOT, Path, key_part
from inspector.core.payloads import Undecoded, Value
from inspector.core.reducing import GenericFold, ReduceFailed
from inspector.core.rules.aggregates import Aggregate, Handler, Invariant
from inspector.core.rules.chain import RulesChain, UpcastStopped
from inspector.core.rules.doubts import SealDoubts
from inspector.core.rules.hops import RuleForm
from inspector.core.rules.naming import Named
from inspector.core.rules.ruleset import RuleSet
from inspector.core.rules.steps import Evaluate, StepRun
from inspector.core.rules.targets import Ledger
from inspector.core.texts import tr


class RulesFolder:
    """Makes folds of one stream's events out of a rule set.

    Streams for which the rules have no aggregate are folded by the generic reducer, out of
    upcast payloads; what it says is inferred.
    """

    def __init__(
        self, rules: RuleSet, stream: StreamId, fold_rules: FoldRules | None = None
    ) -> None:
        self.rules = rules
        self.stream = stream
        self.fold_rules = fold_rules or FoldRules()
        self.aggregate: Aggregate | None = None
        self.decided = False
        self.decide(None, None)

    def decide(self, first_type: str | None, first_name: str | None) -> None:
        """Find the aggregate; some can only be told by the first event."""
        for aggregate in self.rules.aggregates:
            fits = aggregate.fits(self.stream, first_type, first_name)
            if fits is None:
                return
            if fits:
                self.aggregate = aggregate
                break
        self.decided = True

    @property
    def name(self) -> str:
        """Who folds, for people."""
        return self.rules.name if self.aggregate is not None else "generic"

    @property
    def truth(self) -> Truth:
        """What a value is when nothing failed."""
        return Truth.EXACT if self.aggregate is not None else Truth.INFERRED

    def begin(self, frame: Frame | None = None) -> RulesFold:
        """Start a run, at the beginning of a stream or where a frame stands."""
        return RulesFold(self, frame)


class _Plan:
    """What is known of a stored type before an event of it is seen.

    Attributes:
        handler: what its events do, where that can be told without leading them through hops.
        newest: the schema version for which that is so; ``None`` when versions do not matter.
        version: gives an event's version; ``None`` when the store's own counts.
    """

    __slots__ = ("groups", "handler", "ignored", "name", "newest", "runs", "seed", "version")

    def __init__(self, folder: RulesFolder, stored: str) -> None:
        rules, fold_rules = folder.rules, folder.fold_rules
        self.seed = stored in fold_rules.seed_types
        self.ignored = stored in fold_rules.ignore_types or self.seed
        named = rules.types.named(stored)
        self.name = named.name
        self.groups: Mapping[str, str | None] = {}
        self.newest = rules.newest.get(named.name)
        self.version: Evaluate | None = None
        self.handler: Handler | None = None
        if folder.aggregate is not None and self._is_usual(named, rules):
            handler = folder.aggregate.handler(named.name)
            self.handler = None if handler is None or handler.whole else handler
        self.runs = () if self.handler is None else self.handler.runs

    def _is_usual(self, named: Named, rules: RuleSet) -> bool:
        """Whether events of the newest version need nothing but their handler."""
        if named.rows:
            row, self.groups = named.rows[0]
            if row.when is not None:
                return False
            self.version = None if row.version is None else row.version.run
        if self.newest is None:
            return self.version is None
        return (named.name, self.newest) not in rules.hops


class RulesFold:
    """A run of rules over the events of a stream."""

    def __init__(self, folder: RulesFolder, frame: Frame | None = None) -> None:
        self._folder = folder
        self._generic: GenericFold | None = None
        self._scope = Ledger()
        self._chain = RulesChain(folder.rules)
        self._plans: dict[str, _Plan] = {}
        self._kinds = folder.fold_rules.ignore_kinds
        self._initial_failed: EvalFailed | None = None
        self._frame = frame or Frame(self._initial() if folder.decided else {})
        self._state: Any = self._frame.state
        self._count = self._frame.count
        self._applied = self._frame.applied
        self._unknown: set[Path] = set(self._frame.unknown)
        self._failed_at = self._frame.failed_at
        self._before = folder.aggregate is not None and folder.aggregate.uses_before
        self._seals = SealDoubts(self._state) if folder.fold_rules.seals else None
        if folder.decided and folder.aggregate is None:
            self._generic = GenericFold(folder.fold_rules, self._frame)

    def _initial(self) -> Value:
        aggregate = self._folder.aggregate
        if aggregate is None:
            return {}
        try:
            return aggregate.begin(self._folder.stream)
        except EvalFailed as failed:
            self._initial_failed = failed
            return {}

    @property
    def count(self) -> int:
        """Rows of the stream seen so far."""
        return self._count

    def frame(self) -> Frame:
        """The state now."""
        if self._generic is not None:
            return self._generic.frame()
        if self._frame.count != self._count:
            self._scope.owned.clear()
            self._frame = Frame(
                self._state,
                self._count,
                self._applied,
                frozenset(self._unknown),
                self._failed_at,
                sealed=self._folder.fold_rules.sealed_in(self._state),
            )
        return self._frame

    def feed(self, entries: Iterable[Event]) -> Sequence[int]:
        """Apply many events; gives the indexes of those that could not be applied."""
        apply = self._apply
        return [
            self._count - 1
            for event in entries
            if apply(event) is not None and self._failed_at == self._count - 1
        ]

    def feed_one(self, entry: Event) -> tuple[Finding, ...]:
        """Apply one event; gives what is to be said about it."""
        finding = self._apply(entry)
        if finding is not None:
            return (finding,)
        words = tr("“{rule}” does not hold after this event.")
        return tuple(
            Finding("invariant-broken", words.format(rule=invariant.rule))
            for invariant in self.broken(entry)
        )

    # -- one event ------------------------------------------------------------------------

    def _apply(self, event: Event) -> Finding | None:  # noqa: C901 in one piece for speed
        """Apply one event; gives what is to be said about it, if anything is."""
        plan = self._plans.get(event.type)
        if plan is None:
            plan = self._plan(event)
        self._count += 1
        if self._generic is not None:
            return self._generally(plan, event)
        if plan.ignored or (event.kind != "event" and event.kind in self._kinds):
            return self._odd(plan, event)
        handler, state = plan.handler, self._state
        unread = event.payload.content.__class__ is Undecoded
        if handler is None or unread or state.__class__ is not dict:
            return self._slowly(event)
        scope = self._scope
        scope.event = event
        scope.data = event.data
        scope.name = plan.name
        scope.schema_version = event.schema_version
        scope.steps = MAX_STEPS
        if plan.newest is not None and not self._is_newest(plan, event):
            return self._slowly(event)
        if self._before:
            scope.before = state
            scope.owned.clear()
        scope.state = state.copy()
        run = None
        try:
            for run in plan.runs:
                run(scope)
        except EvalFailed as failed:
            return self._reduce_failed(plan.name, handler, _placed(failed, handler, run))
        if scope.undo:
            scope.undo.clear()
        self._state = scope.state
        self._applied += 1
        if self._unknown or self._seals is not None:
            self._learn(handler, event.data)
        return None

    def _is_newest(self, plan: _Plan, event: Event) -> bool:
        """Whether an event has the newest version already, told quickly."""
        if plan.version is None:
            return event.schema_version == plan.newest
        self._scope.groups = plan.groups
        try:
            return bool(plan.version(self._scope) == plan.newest)
        except EvalFailed:
            return False  # the slow way says why

    def _plan(self, event: Event) -> _Plan:
        folder = self._folder
        if not folder.decided:
            folder.decide(event.type, self._name_of(event))
            folder.decided = True
            self._before = folder.aggregate is not None and folder.aggregate.uses_before
            if self._count == 0:
                self._state = self._initial()
            if folder.aggregate is None:
                self._generic = GenericFold(folder.fold_rules, self._frame)
        if len(self._plans) > 20_000:
            self._plans.clear()
        plan = self._plans[event.type] = _Plan(folder, event.type)
        return plan

    def _name_of(self, event: Event) -> str:
        try:
            return self._chain.stored(event).name
        except UpcastStopped:
            return self._folder.rules.types.named(event.type).name

    def _odd(self, plan: _Plan, event: Event) -> Finding | None:
        """A row that takes no part in the state, unless it is the first and holds all of it."""
        if not (plan.seed and self._count == 1):
            return None
        if isinstance(event.payload.content, Undecoded):
            return self._fail(
                Finding(event.payload.content.code, event.payload.content.reason), None
            )
        self._state = event.data
        self._applied += 1
        return history_starts_late()

    def _slowly(self, event: Event) -> Finding | None:
        """Any event: with hops, with a version to be told, or that cannot be read."""
        content = event.payload.content
        if isinstance(content, Undecoded):
            return self._fail(Finding(content.code, content.reason), self._handler_of(event))
        try:
            forms = self._chain.current(event)
        except UpcastStopped as stopped:
            return self._fail(stopped.finding, self._handler_of(event))
        return self._reduce(event, forms)

    def _handler_of(self, event: Event) -> Handler | None:
        """What the event would have done, as far as its type tells."""
        aggregate = self._folder.aggregate
        if aggregate is None:
            return None
        return aggregate.handlers.get(self._folder.rules.types.named(event.type).name)

    def _reduce(self, event: Event, forms: list[RuleForm]) -> Finding | None:
        """Apply all forms of one event, or none of them."""
        before, aggregate = self._state, self._folder.aggregate
        scope = self._scope
        scope.event, scope.before, scope.steps = event, before, MAX_STEPS
        if self._before:
            scope.owned.clear()
        scope.state = before.copy() if before.__class__ is dict else before
        handlers: list[tuple[Handler, Value]] = []
        for form in forms:
            handler = None if aggregate is None else aggregate.handler(form.name)
            if handler is None:
                scope.take_back()
                message = tr("No rule says what {name} changes.", name=form.name)
                return self._fail(Finding("reducer-missing", message), None)
            scope.data, scope.name, scope.schema_version = form.data, form.name, form.version
            try:
                self._run(scope, handler)
            except EvalFailed as failed:
                return self._reduce_failed(form.name, handler, failed)
            handlers.append((handler, form.data))
        scope.undo.clear()
        self._state = scope.state
        self._applied += 1
        for handler, data in handlers:
            self._learn(handler, data)
        return None

    def _run(self, scope: Ledger, handler: Handler) -> None:
        if scope.state.__class__ is not dict and handler.runs and not handler.whole:
            raise EvalFailed(tr("there is no state any more that could change"))
        run = None
        try:
            for run in handler.runs:
                run(scope)
        except EvalFailed as failed:
            _placed(failed, handler, run)
            raise

    def _generally(self, plan: _Plan, event: Event) -> Finding | None:
        """No aggregate is for this stream: the last value written to each field."""
        fold = self._generic
        assert fold is not None  # noqa: S101 asked only then
        findings = fold.feed_one((event.type, self._general_value(plan, event)))
        if any(f.severity is Severity.ERROR for f in findings):
            self._failed_at = self._count - 1
        return findings[0] if findings else None

    def _general_value(self, plan: _Plan, event: Event) -> Value:
        """What the generic reducer gets of an event: its newest form."""
        content = event.payload.content
        if plan.ignored or event.kind in self._kinds:
            return event.data if plan.seed else PASSED
        if isinstance(content, Undecoded):
            return content
        try:
            forms = self._chain.current(event)
        except UpcastStopped as stopped:
            return Undecoded(stopped.finding.message, event.payload.size, stopped.finding.code)
        if len(forms) == 1:
            return forms[0].data
        merged: dict[Any, Value] = {}
        for form in forms:
            merged.update(form.data if isinstance(form.data, dict) else {})
        return merged

    # -- failing --------------------------------------------------------------------------

    def _reduce_failed(self, name: str, handler: Handler, failed: EvalFailed) -> Finding:
        self._scope.take_back()
        where = ""
        aggregate = self._folder.aggregate
        if aggregate is not None and failed.place is not None:
            line, column = aggregate.source.places.of_value(failed.place, failed.at)
            where = f" ({aggregate.source.name}:{line}:{column})"
        message = tr(
            "{name} cannot be applied: {why}{where}", name=name, why=failed.message, where=where
        )
        return self._fail(Finding("reducer-failed", message), handler)

    def _fail(self, finding: Finding, handler: Handler | None) -> Finding:
        """Leave the state as it was; what the event may have changed is unknown."""
        self._failed_at = self._count - 1
        state = self._state
        if state.__class__ is not dict or not state:
            self._unknown = {ROOT}
        elif handler is None or "*" in handler.writes:
            self._unknown.update((key_part(key),) for key in state)
        else:
            self._unknown.update((key,) for key in handler.writes)
        return finding

    def _learn(self, handler: Handler, data: Value) -> None:
        """What is known after an event, where something was not known before it, or in it."""
        unknown = self._unknown
        seals = self._seals
        sealed = frozenset() if seals is None else seals.names(data)
        if not unknown and not sealed:
            return
        for step in handler.steps:
            if seals is not None and sealed and seals.follow(step, sealed, self._state, unknown):
                continue
            reads = step.state_reads
            doubtful = ROOT in unknown or any(key == "*" or (key,) in unknown for key in reads)
            if "*" in step.writes:
                if step.certain and not doubtful:
                    unknown.clear()
                elif doubtful and isinstance(self._state, dict):
                    unknown.update((key_part(key),) for key in self._state)
            elif doubtful and reads:
                unknown.update((key,) for key in step.writes)
            elif step.certain:
                unknown.difference_update((key,) for key in step.writes)
        if ROOT in unknown and handler.whole:
            unknown.discard(ROOT)

    def broken(self, event: Event) -> tuple[Invariant, ...]:
        """Invariants that do not hold now, after an event; none while values are unknown."""
        aggregate = self._folder.aggregate
        if aggregate is None or not aggregate.invariants or self._unknown:
            return ()
        scope = self._scope
        scope.event, scope.state, scope.steps = event, self._state, MAX_STEPS
        return tuple(one for one in aggregate.invariants if _holds(one, scope) is False)


def _holds(invariant: Invariant, scope: Ledger) -> Any:
    """Whether it holds; ``None`` when that cannot be told."""
    try:
        return invariant.holds.run(scope)
    except EvalFailed:
        return None


def _placed(failed: EvalFailed, handler: Handler, run: StepRun | None) -> EvalFailed:
    """The failure with the place of the step that failed, where nobody closer knew it."""
    if failed.place is None:
        failed.place = next((step.place for step in handler.steps if step.run is run), None)
    return failed


class RulesReducer:
    """A rule set as a :class:`inspector.core.reducing.Reducer` of one stream."""

    truth = Truth.EXACT

    def __init__(self, rules: RuleSet, stream: StreamId) -> None:
        self._folder = RulesFolder(rules, stream)

    @property
    def name(self) -> str:
        """Who reduces, for people."""
        return self._folder.rules.name

    def initial(self, stream: StreamId) -> Value:
        """The state before the first event."""
        return self._folder.begin().frame().state

    def apply(self, state: Value, event: Event) -> Value:
        """The state after the event.

        Raises:
            ReduceFailed: the event does not fit.
        """
        fold = self._folder.begin(Frame(state))
        failed = fold.feed([event])
        if failed:
            raise ReduceFailed(tr("The event cannot be applied."))
        return fold.frame().state
