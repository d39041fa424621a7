"""How far suggested rules say what rules written by hand say: versions, newest forms, states."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from inspector.core.rules import RulesChain, RulesFolder, RulesText, UpcastStopped, load_rules
from inspector.core.suggesting.proposals import Confidence, rules_text
from inspector.core.suggesting.witnesses import NONE, plain, read
from inspector.services.long_scans import run_to_end
from inspector.services.replaying import fold_rules
from inspector.services.suggesting import SuggestScan
from inspector.services.tasks import Work
from inspector.services.version_matrix import all_streams

if TYPE_CHECKING:
    from inspector.core.rules import RuleSet
    from inspector.services.suggesting import Suggestion
    from inspector.storage.store_reader import StoreReader


@dataclass
class Share:
    """So many of so many."""

    right: int = 0
    all: int = 0

    def add(self, right: bool) -> None:
        """Count one."""
        self.right += right
        self.all += 1

    @property
    def value(self) -> float:
        """From 0 to 1; nothing asked is nothing wrong."""
        return self.right / self.all if self.all else 1.0

    def __str__(self) -> str:
        return f"{self.right}/{self.all} ({self.value:.0%})"


@dataclass
class Comparison:
    """What a comparison came to.

    Attributes:
        versions: events with the same schema version, of those to which the rules give one.
        forms: events whose newest form is the same, of those that the rules lead on.
        led: the same, of those that the suggestion leads on.
        fields: fields of the last states that are the same, of all fields of the rules.
        stated: the same, of those fields that the suggestion says something of.
        agreeing: the same, of those fields where all it says agrees with every snapshot.
    """

    versions: Share = field(default_factory=Share)
    forms: Share = field(default_factory=Share)
    led: Share = field(default_factory=Share)
    fields: Share = field(default_factory=Share)
    stated: Share = field(default_factory=Share)
    agreeing: Share = field(default_factory=Share)


def suggestion_of(reader: StoreReader) -> Suggestion:
    """What is suggested for a store."""
    scan = SuggestScan()
    run_to_end(scan, reader, Work())
    assert scan.result is not None
    return scan.result


def compared(reader: StoreReader, suggestion: Suggestion, rules: RuleSet) -> Comparison:
    """Hold a suggestion, all of it accepted, against rules that are known to be right."""
    text = rules_text(suggestion.proposals, "suggested")
    own = load_rules([RulesText("suggested", text)])
    found = Comparison()
    folding, known, made = fold_rules(reader.source), RulesChain(rules), RulesChain(own)
    said = _confidences(suggestion)
    for stream in all_streams(reader, Work()):
        real, guess = RulesFolder(rules, stream, folding), RulesFolder(own, stream, folding)
        one, other = real.begin(), guess.begin()
        events, after, more = [], None, True
        while more:
            page = reader.events.page(stream, after=after)
            events += page.rows
            after, more = page.after, page.more
        for event in events:
            if event.kind in folding.ignore_kinds or event.type in folding.ignore_types:
                continue
            _event(found, known, made, event)
            one.feed_one(event)
            other.feed_one(event)
        name = "" if guess.aggregate is None else guess.aggregate.name
        if real.aggregate is not None:
            _state(found, one.frame().state, other.frame().state, said.get(name, {}))
    return found


def _event(found: Comparison, known: RulesChain, made: RulesChain, event: Any) -> None:
    try:
        right, newest = known.stored(event), known.current(event)
    except UpcastStopped:
        return
    try:
        guess, led = made.stored(event), made.current(event)
    except UpcastStopped:
        guess, led = None, []
    if right.version is not None:
        found.versions.add(guess is not None and (guess.version or 1) == right.version)
    same = [plain(form.data) for form in newest] == [plain(form.data) for form in led]
    if [form.data for form in newest] != [event.data]:
        found.forms.add(same)
    if led and [form.data for form in led] != [event.data]:
        found.led.add(same)


def _state(found: Comparison, right: Any, guess: Any, said: dict[str, set[Confidence]]) -> None:
    if not isinstance(right, dict):
        return
    for name in right:
        same = isinstance(guess, dict) and plain(read(guess, name)) == plain(right[name])
        found.fields.add(same)
        if name in said:
            found.stated.add(same)
            if said[name] == {Confidence.AGREES}:
                found.agreeing.add(same)
    for name in said:
        if name not in right and isinstance(guess, dict) and read(guess, name) is not NONE:
            found.stated.add(False)


def _confidences(suggestion: Suggestion) -> dict[str, dict[str, set[Confidence]]]:
    """By aggregate and field, how far the lines about it are to be trusted."""
    said: dict[str, dict[str, set[Confidence]]] = {}
    for one in suggestion.proposals:
        match = re.match(r"\[aggregate\.([\w-]+)\.on", one.place.header)
        if match is not None:
            said.setdefault(match[1], {}).setdefault(one.path, set()).add(one.confidence)
    return said
