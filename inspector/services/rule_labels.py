"""What rules files say for people: a sentence about an event, and which values to hide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from inspector.core.expressions import MISSING
from inspector.core.rules import RulesChain, UpcastStopped
from inspector.core.rules.targets import Ledger

if TYPE_CHECKING:
    from inspector.core.events import Event
    from inspector.core.payloads import Value
    from inspector.core.rules import RuleSet

HIDDEN: Final = "•••"
"""In place of a masked value."""


def label_of(event: Event, rules: RuleSet) -> str | None:
    """The sentence that the rules have for an event, told of its newest form.

    ``None`` when they have none, or the event does not hold what the sentence speaks of.
    """
    try:
        forms = RulesChain(rules).current(event)
    except UpcastStopped:
        return None
    for form in forms:
        label = rules.labels.get(form.name)
        if label is None:
            continue
        scope = Ledger()
        scope.look_at(event)
        scope.name, scope.schema_version, scope.data = form.name, form.version, form.data
        told = label.told(scope)
        if told is not None:
            return told
    return None


def masked(part: str, value: Value, rules: RuleSet) -> Value:
    """A payload, metadata or state without what the rules' masks name.

    Args:
        part: ``data``, ``meta`` or ``state``.
        value: shared with others; it is not changed.
    """
    if not any(mask.top == part for mask in rules.masks):
        return value
    scope = Ledger()
    scope.item = {part: value}
    for mask in rules.masks:
        if mask.top == part and mask.read(scope) is not MISSING:
            mask.write(scope, HIDDEN)
    found: dict[str, Any] = scope.item
    return found[part]
