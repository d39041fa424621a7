"""Leading an event through the hops, with or without a trace of every form on the way.

Imports ``inspector.core`` only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from inspector.core.events import Event
from inspector.core.expressions import EvalFailed
from inspector.core.findings import Finding
from inspector.core.payloads import Undecoded
from inspector.core.rules.hops import HopRule, RuleForm
from inspector.core.rules.naming import usual_version
from inspector.core.rules.ruleset import RuleSet
from inspector.core.rules.targets import Ledger
from inspector.core.texts import tr
from inspector.core.upcasting import Form, Hop, SchemaVersion, UpcastTrace

MAX_HOPS: Final = 1000
"""Hops of one event, over all the events that it is split into."""


class UpcastStopped(Exception):
    """An event cannot be led to its newest form.

    Attributes:
        finding: why.
        hop: the hop that failed, or ``None`` when none was found.
        form: the last form that was reached.
    """

    def __init__(self, finding: Finding, form: RuleForm, hop: HopRule | None = None) -> None:
        super().__init__(finding.message)
        self.finding = finding
        self.form = form
        self.hop = hop


@dataclass(frozen=True, slots=True)
class Tried:
    """A hop that was tried: what went in and what came out."""

    before: RuleForm
    after: tuple[RuleForm, ...]
    hop: HopRule
    finding: Finding | None = None


class RulesChain:
    """The hops of a rule set; an :class:`inspector.core.upcasting.UpcasterChain`.

    One thread at a time: it keeps what an evaluation needs.
    """

    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules
        self._scope = Ledger()

    def stored(self, event: Event) -> RuleForm:
        """The event as stored, with the name and version that the rules give it.

        Raises:
            UpcastStopped: its version cannot be told.
        """
        if event.payload.content.__class__ is Undecoded:
            # What is in it cannot tell a version; only what the store says beside it can.
            name, version = self.rules.types.named(event.type).name, event.schema_version
            return RuleForm(name, event.type, usual_version(version), event.data)
        scope = self._scope
        scope.look_at(event)
        try:
            name, version = self.rules.types.identify(scope, event.type)
        except EvalFailed as failed:
            form = RuleForm(event.type, event.type, event.schema_version, event.data)
            message = tr("The schema version cannot be told: {why}", why=failed.message)
            raise UpcastStopped(Finding("upcaster-failed", message), form) from None
        if version is None and name in self.rules.hop_events:
            version = 1
        return RuleForm(name, event.type, version, event.data)

    def current(self, event: Event) -> list[RuleForm]:
        """The event in its newest form: one, none when it is dropped, several when split.

        Raises:
            UpcastStopped: it cannot be led there.
        """
        stored = self.stored(event)
        content = event.payload.content
        if isinstance(content, Undecoded):
            raise UpcastStopped(Finding(content.code, content.reason), stored)
        return self.onward(event, stored)

    def onward(self, event: Event, stored: RuleForm) -> list[RuleForm]:
        """As :meth:`current`, from what :meth:`stored` gave.

        Raises:
            UpcastStopped: it cannot be led there.
        """
        return self._walk(event, stored, [], keep=False)

    def trace(self, event: Event) -> UpcastTrace:
        """Every form on the way. Never raises; a failing hop ends the way."""
        tried: list[Tried] = []
        findings: tuple[Finding, ...] = ()
        final: tuple[Form, ...] = ()
        try:
            stored = self.stored(event)
        except UpcastStopped as stopped:
            return UpcastTrace(_public(stopped.form), (), (), (stopped.finding,))
        if isinstance(event.payload.content, Undecoded):
            content = event.payload.content
            return UpcastTrace(_public(stored), (), (), (Finding(content.code, content.reason),))
        try:
            final = tuple(_public(form) for form in self._walk(event, stored, tried, keep=True))
        except UpcastStopped as stopped:
            findings = (stopped.finding,)
            if stopped.hop is not None:
                tried.append(Tried(stopped.form, (), stopped.hop, stopped.finding))
        return UpcastTrace(_public(stored), tuple(map(_told, tried)), final, findings)

    def _walk(
        self, event: Event, stored: RuleForm, tried: list[Tried], *, keep: bool
    ) -> list[RuleForm]:
        done: list[RuleForm] = []
        waiting = [stored]
        count = 0
        while waiting:
            form = waiting.pop()
            hop = self._next(form)
            if hop is None:
                self._require_newest(form)
                done.append(form)
                continue
            count += 1
            if count > MAX_HOPS:
                message = tr("The event takes more than {n} hops.", n=MAX_HOPS)
                raise UpcastStopped(Finding("upcaster-failed", message), form, hop)
            after = self._hop(hop, form, event)
            if keep:
                tried.append(Tried(form, tuple(after), hop))
            waiting.extend(reversed(after))
        return done

    def _next(self, form: RuleForm) -> HopRule | None:
        """The hop for a form, or ``None`` when it is at its end."""
        if form.version is None:
            return None
        scope = self._scope
        scope.data, scope.name, scope.schema_version = form.data, form.name, form.version
        for hop in self.rules.hops.get((form.name, form.version), ()):
            try:
                if hop.applies(scope):
                    return hop
            except EvalFailed as failed:
                raise UpcastStopped(_failed(hop, failed), form, hop) from None
        return None

    def _require_newest(self, form: RuleForm) -> None:
        """Make sure that a form without a further hop is one that the rules know."""
        newest = self.rules.newest.get(form.name)
        if newest is None or form.version == newest or form.version is None:
            return
        if _is_newer(form.version, newest):
            message = tr(
                "{name} has schema version {version}; the newest that the rules know is {newest}.",
                name=form.name, version=form.version, newest=newest,
            )  # fmt: skip
            raise UpcastStopped(Finding("version-newer", message), form)
        message = tr(
            "No rule leads on from {name} {version} to {newest}.",
            name=form.name, version=form.version, newest=newest,
        )  # fmt: skip
        raise UpcastStopped(Finding("upcaster-missing", message), form)

    def _hop(self, hop: HopRule, form: RuleForm, event: Event) -> list[RuleForm]:
        scope = self._scope
        scope.event = event
        scope.data, scope.name, scope.schema_version = form.data, form.name, form.version
        try:
            made = hop.apply(scope, form)
        except EvalFailed as failed:
            raise UpcastStopped(_failed(hop, failed), form, hop) from None
        if len(made) == 1 and made[0][0] == form.type:
            _, version, data = made[0]
            return [RuleForm(form.name, form.type, version, data)]
        named = self.rules.types.named
        return [RuleForm(named(kind).name, kind, version, data) for kind, version, data in made]


def _told(tried: Tried) -> Hop:
    hop, after = tried.hop, tuple(map(_public, tried.after))
    return Hop(_public(tried.before), after, hop.name, tried.finding, hop.source.name, hop.line)


def _failed(hop: HopRule, failed: EvalFailed) -> Finding:
    where = ""
    if failed.place is not None:
        line, column = hop.source.places.of_value(failed.place, failed.at)
        where = f" ({hop.source.name}:{line}:{column})"
    message = tr(
        "The hop of {name} from {a} to {b} failed: {why}{where}",
        name=hop.event, a=hop.start, b=hop.goal, why=failed.message, where=where,
    )  # fmt: skip
    return Finding("upcaster-failed", message)


def _is_newer(version: SchemaVersion, newest: SchemaVersion) -> bool:
    if isinstance(version, int) and isinstance(newest, int):
        return version > newest
    return True  # texts have no order; an unknown one is not among those that lead on


def _public(form: RuleForm) -> Form:
    return Form(form.type, form.version, form.data)
