"""How far the rules lead an event, in a few words: for a chip in a list, and a sentence.

The whole way with every form is the ladder's; this is what a row of a list has room for.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inspector.core.rules import RulesChain, UpcastStopped
from inspector.core.rules.targets import Ledger
from inspector.core.texts import tr

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inspector.core.events import Event
    from inspector.core.rules import RuleSet
    from inspector.core.rules.hops import RuleForm
    from inspector.core.upcasting import SchemaVersion


class RiseKind(enum.Enum):
    """What became of an event."""

    PLAIN = "plain"
    LED = "led"
    DROPPED = "dropped"
    FAILED = "failed"
    NEWER = "newer"


@dataclass(frozen=True, slots=True)
class Rise:
    """What the rules make of one event.

    Attributes:
        text: the versions in a few signs; empty where nothing names one.
        tip: one sentence about it.
        sentence: what the rules' template says about the event, or ``None``.
    """

    kind: RiseKind
    text: str
    tip: str
    sentence: str | None = None


def rises_of(events: Iterable[Event], rules: RuleSet) -> tuple[Rise, ...]:
    """What the rules make of each event of a page. Never raises for what is stored."""
    chain = RulesChain(rules)
    return tuple(_rise(event, chain) for event in events)


def version_text(version: SchemaVersion | None) -> str:
    """A version as people write it: ``v3``; ``?`` where nothing names one."""
    if version is None:
        return "?"
    return f"v{version}" if str(version).isdigit() else str(version)


def _rise(event: Event, chain: RulesChain) -> Rise:
    try:
        stored = chain.stored(event)
        forms = chain.current(event)
    except UpcastStopped as stopped:
        return _stopped(event, stopped, chain)
    start = "" if stored.version is None else version_text(stored.version)
    told = _sentence(event, forms, chain)
    if not forms:
        return Rise(RiseKind.DROPPED, f"{start} → ∅", tr("The rules leave this event out."))
    last = forms[0]
    same = len(forms) == 1 and (last.version, last.type) == (stored.version, stored.type)
    if same:
        return Rise(RiseKind.PLAIN, start, "", told)
    end = version_text(last.version) if len(forms) == 1 else f"×{len(forms)}"
    tip = tr("Stored as {a}, led to {b} by the rules.", a=start or "?", b=end)
    return Rise(RiseKind.LED, f"{start or '?'} → {end}", tip, told)


def _stopped(event: Event, stopped: UpcastStopped, chain: RulesChain) -> Rise:
    finding = stopped.finding
    stored = stopped.form.version if stopped.hop is None else _stored_version(event, chain)
    start = version_text(stored if stored is not None else event.schema_version)
    if finding.code == "version-newer":
        newest = version_text(chain.rules.newest.get(stopped.form.name))
        return Rise(RiseKind.NEWER, f"{start} > {newest}", finding.message)
    return Rise(RiseKind.FAILED, f"{start} → ×", finding.message)


def _stored_version(event: Event, chain: RulesChain) -> SchemaVersion | None:
    try:
        return chain.stored(event).version
    except UpcastStopped:
        return None


def _sentence(event: Event, forms: list[RuleForm], chain: RulesChain) -> str | None:
    """What the template of the newest form says."""
    if len(forms) != 1 or not chain.rules.labels:
        return None
    form = forms[0]
    label = chain.rules.labels.get(form.name)
    if label is None:
        return None
    scope = Ledger()
    scope.look_at(event)
    scope.data, scope.name, scope.schema_version = form.data, form.name, form.version
    return label.told(scope)
