"""What is said of single cells that are odd. Imports ``inspector.core``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.core.findings import Finding

if TYPE_CHECKING:
    from inspector.core.instants import Instant


def time_finding(moment: Instant) -> Finding:
    """A time without a zone, or none at all."""
    if moment.zone == "unknown":
        return Finding("time-without-zone", f"{moment.text} names no zone.")
    return Finding("time-unreadable", f"{moment.text[:80]!r} is no time.")


def text_finding(what: str, text: str) -> Finding:
    """A text that is no UTF-8.

    Args:
        what: what the text is, for the message.
    """
    shown = text[:80].encode("utf-8", "surrogateescape")
    return Finding("text-not-utf8", f"The {what} is no UTF-8: {shown!r}.")
