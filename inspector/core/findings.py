"""What is wrong with data, said in its place.

A finding belongs to a row, a step or a range. It never stops anything; it is shown where it
is, counted, and written into evidence. The catalogue below is complete: a code that is not
listed cannot be made, so that the manual and the program cannot drift apart.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Severity(enum.StrEnum):
    """How much a finding matters."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


CATALOGUE: dict[str, tuple[Severity, str]] = {
    "payload-undecodable": (Severity.ERROR, "Look at the raw bytes; give a key if encrypted."),
    "payload-too-large": (Severity.WARNING, "Open the raw panel to read it on demand."),
    "payload-not-a-map": (Severity.INFO, "The generic reducer leaves the state as it was."),
    "payload-duplicate-keys": (Severity.WARNING, "The last value counts; the raw text has all."),
    "payload-not-divided": (
        Severity.WARNING,
        "Several events share it; look at the raw bytes.",
    ),
    "payload-not-standard": (Severity.WARNING, "The value is not standard JSON, e.g. NaN."),
    "payload-without-schema": (
        Severity.WARNING,
        "Field numbers and bits are certain; texts and messages inside are likely, no more.",
    ),
    "payload-unknown-fields": (
        Severity.WARNING,
        "The writer used a newer message than the given descriptors; give newer ones.",
    ),
    "payload-encrypted": (Severity.WARNING, "Give its key to read it."),
    "value-encrypted": (
        Severity.INFO,
        "Give its key, or use the keys of this store, to read it.",
    ),
    "value-key-erased": (
        Severity.INFO,
        "Nobody can read it any more; whoever erases a key usually means that.",
    ),
    "value-corrupt": (
        Severity.ERROR,
        "Compare with a backup; a key that was replaced looks the same.",
    ),
    "metadata-undecodable": (Severity.WARNING, "Look at the raw bytes of the metadata."),
    "text-not-utf8": (Severity.WARNING, "Bytes that are not UTF-8 are shown as \\xNN."),
    "type-missing": (Severity.WARNING, "The row names no event type."),
    "stream-missing": (Severity.WARNING, "The row names no stream."),
    "link-broken": (Severity.WARNING, "The linked event was deleted; the link is all there is."),
    "position-missing": (Severity.WARNING, "The row has no position in its stream."),
    "position-invalid": (Severity.WARNING, "The position is not a whole number."),
    "time-unreadable": (Severity.WARNING, "The stored time is shown as it is stored."),
    "time-without-zone": (Severity.INFO, "The stored time names no zone; it is shown as stored."),
    "time-goes-back": (Severity.INFO, "The writer's clock went back; the order is by position."),
    "gap-in-stream": (Severity.WARNING, "Positions are missing between two events."),
    "duplicate-position": (Severity.ERROR, "Two rows claim the same position."),
    "upcaster-missing": (Severity.WARNING, "No rule leads to the newest schema version."),
    "upcaster-failed": (Severity.ERROR, "The rule failed at this hop."),
    "version-newer": (Severity.ERROR, "The rules do not know this schema version yet."),
    "reducer-missing": (Severity.WARNING, "No rule says what this event changes; add one."),
    "invariant-broken": (Severity.WARNING, "What a rule says must hold does not hold here."),
    "reducer-failed": (Severity.ERROR, "The state after this event is not known."),
    "follows-failure": (Severity.WARNING, "An earlier event could not be applied."),
    "replayer-failed": (Severity.ERROR, "Correct the replayer, then load the stream again."),
    "replayer-note": (Severity.INFO, "What the replayer says about this event."),
    "history-starts-late": (Severity.INFO, "Earlier events are not in the store."),
    "state-not-recorded": (Severity.INFO, "Look at the table that the trail is about."),
    "plugin-failed": (Severity.ERROR, "An installed plug-in failed; the others go on."),
    "store-damaged": (Severity.ERROR, "Work on a copy; some rows may not be readable."),
    "store-copied": (Severity.INFO, "A private copy is read; it does not follow the original."),
    "store-immutable": (Severity.INFO, "Opened as a file that nobody changes."),
    "role-can-write": (Severity.WARNING, "Use a role that has only SELECT."),
    "not-encrypted": (Severity.WARNING, "Ask for sslmode=require or stricter."),
    "view-skipped": (Severity.INFO, "Views are read only after you agree."),
    "rows-hidden": (Severity.WARNING, "Use a role that sees every row, or mind the gaps."),
    "ids-in-two-forms": (
        Severity.WARNING,
        "A library that asks for one form does not find the events of the other.",
    ),
    "schemas-unusable": (
        Severity.WARNING,
        "Payloads are read without them; choose the schemas again, or use none.",
    ),
    "schemas-changed": (Severity.INFO, "It is used as it is now."),
    "table-unreadable": (Severity.WARNING, "Ask for SELECT on this table."),
}


def code_words(code: str) -> str:
    """A code as words: ``gap-in-stream`` is *Gap in stream*."""
    return code.replace("-", " ").capitalize()


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong, or worth knowing, with a place.

    Attributes:
        code: a word of the catalogue.
        message: one plain sentence about this very case.
        place: where, in the store's own words (stream and version, table, path).
    """

    code: str
    message: str
    place: str = ""

    def __post_init__(self) -> None:
        if self.code not in CATALOGUE:
            raise ValueError(f"unknown finding code {self.code!r}")

    @property
    def severity(self) -> Severity:
        """How much it matters."""
        return CATALOGUE[self.code][0]

    @property
    def remedy(self) -> str:
        """What the user can do."""
        return CATALOGUE[self.code][1]
