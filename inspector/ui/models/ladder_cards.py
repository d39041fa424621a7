"""What each card of a ladder says: the stored form, what every hop made, and where it ends."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from inspector.core.texts import counted, tr
from inspector.services.ladders import nearest_working
from inspector.services.rising import version_text

if TYPE_CHECKING:
    from inspector.core.diffing import Change
    from inspector.core.upcasting import Form
    from inspector.services.ladders import Ladder, Rung

MOST: Final = 40
"""Cards that stand side by side; an event that is split into more is told in words."""


@dataclass(frozen=True)
class LadderCard:
    """One card.

    Attributes:
        title: which form it is.
        form: what is shown; ``None`` where a hop made none.
        changes: what the hop changed.
        rule, file, line: what made it, and where that stands; empty for the stored form.
        newest: this is a form that a reducer sees.
        trouble: why the way ends here; empty where it does not.
        note: more in words.
    """

    title: str
    form: Form | None
    changes: tuple[Change, ...] = ()
    rule: str = ""
    file: str = ""
    line: int = 0
    newest: bool = False
    trouble: str = ""
    note: str = ""


def cards_of(ladder: Ladder) -> list[LadderCard]:
    """All cards, in the order in which the hops were tried; at most :data:`MOST`."""
    trace = ladder.trace
    alone = not trace.hops and not trace.findings
    note = tr("This is the newest version that the rules know.") if alone else ""
    if alone and trace.stored.schema_version is None:
        note = tr("The rules tell no versions of this event apart.")
    cards = [LadderCard(tr("Stored"), trace.stored, newest=alone, note=note)]
    for number, rung in enumerate(ladder.rungs, 1):
        cards += _of_rung(number, rung, trace.final)
    stopped = bool(trace.findings) and not trace.failed
    if stopped:
        cards.append(LadderCard(_stop_title(ladder), None, trouble=trace.findings[0].message))
    return cards if len(cards) <= MOST else [*cards[: MOST - 1], _rest(len(cards) - MOST + 1)]


def _of_rung(number: int, rung: Rung, final: tuple[Form, ...]) -> list[LadderCard]:
    hop = rung.hop
    title = tr("Hop {n}", n=number)
    rule = hop.rule.partition(" (")[0]
    if hop.finding is not None:
        why = hop.finding.message
        return [LadderCard(title, None, (), rule, hop.file, hop.line, trouble=why)]
    if not hop.after:
        note = tr("The rules leave this event out.")
        return [LadderCard(title, None, (), rule, hop.file, hop.line, note=note)]
    many = len(hop.after)
    cards = []
    for place, form in enumerate(hop.after, 1):
        note = tr("{n} of {all} events that it is split into", n=place, all=many)
        card = LadderCard(title, form, rung.changes, rule, hop.file, hop.line, form in final)
        cards.append(replace(card, note=note) if many > 1 else card)
    return cards


def _stop_title(ladder: Ladder) -> str:
    code = ladder.trace.findings[0].code
    if code == "version-newer":
        return tr("Newer than the rules")
    return tr("No way on") if code == "upcaster-missing" else tr("Cannot be told")


def _rest(count: int) -> LadderCard:
    words = counted(count, "{n} more form is not shown.", "{n} more forms are not shown.")
    return LadderCard(tr("And more"), None, note=words)


def way_text(ladder: Ladder) -> str:
    """The versions of the way in a few signs, as the chip in a list says them."""
    trace = ladder.trace
    forms = [trace.stored, *(hop.after[0] for hop in trace.hops if hop.after)]
    words = " → ".join(dict.fromkeys(version_text(form.schema_version) for form in forms))
    return f"{words} → ×" if trace.findings else words


def trouble_hint(ladder: Ladder) -> str:
    """How far an event that cannot be led on is good, and what one can do."""
    form = nearest_working(ladder)
    if form is None:
        return ""
    code = ladder.trace.findings[0].code
    version = version_text(form.schema_version)
    if code == "version-newer":
        return tr("Only the stored form is known. Add what this version is to the rules.")
    return tr("Nearest working version: {version}, the card before.", version=version)
