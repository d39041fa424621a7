"""How far a state can be trusted, in a word, a colour and a sentence; the same everywhere."""

from __future__ import annotations

from inspector.core.folding import Truth
from inspector.ui.theme import Role

TRUTH_WORDS = {
    Truth.EXACT: ("exact", Role.SUCCESS),
    Truth.INFERRED: ("inferred", Role.WARNING),
    Truth.UNKNOWN: ("unknown", Role.DANGER),
    Truth.MIXED: ("partly unknown", Role.DANGER),
    Truth.UNVERIFIED: ("not yet verified", Role.WARNING),
}

TRUTH_TEXTS = {
    Truth.EXACT: "Exact: computed with rules that say what each event does, or recorded as it was, "
    "as audit trails do.",
    Truth.INFERRED: "Inferred: each value is the last one that an event wrote to this field. "
    "What the application really computes may differ.",
    Truth.UNKNOWN: "Unknown: an event before could not be applied and may have changed it.",
    Truth.MIXED: "Partly unknown: an earlier event could not be applied, or is not in the store; "
    "the values that it may have changed are marked as unknown.",
    Truth.UNVERIFIED: "Not yet verified: this is a stored snapshot and the events after it. "
    "The whole history is being replayed, and then says whether it is right.",
}

LEGEND = (Truth.EXACT, Truth.INFERRED, Truth.UNKNOWN, Truth.UNVERIFIED)
"""What values, and states before they are verified, can be; in the order of trust."""
