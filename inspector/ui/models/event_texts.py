"""What the cells of the event table say of an event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.core.sentences import sentence
from inspector.core.texts import thousands, tr
from inspector.services.rising import RiseKind
from inspector.ui.models.event_columns import EventColumn, more_cell, more_text
from inspector.ui.widgets.plain_text import shortened, visible_text

if TYPE_CHECKING:
    from inspector.core.events import Event
    from inspector.services.rising import Rise


def cell_of(event: Event, column: EventColumn) -> str:
    """The text of a cell, as the event is stored."""
    if column is EventColumn.POSITION:
        return "" if event.position is None else thousands(event.position)
    if column is EventColumn.STREAM:
        return visible_text(shortened(event.stream.name))
    if column is EventColumn.TYPE:
        return visible_text(shortened(short_type(event.type)))
    if column is EventColumn.VERSION:
        version = event.schema_version
        return "" if version is None else f"v{version}" if str(version).isdigit() else str(version)
    return more_cell(event, column)


def told_by_rules(event: Event, column: EventColumn, rise: Rise) -> str | None:
    """What the rules put into a cell in place of what is stored."""
    if column is EventColumn.VERSION:
        return visible_text(shortened(rise.text, 40))
    if column is not EventColumn.SUMMARY or has_trouble(event):
        return None
    stopped = rise.kind in (RiseKind.FAILED, RiseKind.NEWER)
    text = rise.tip if stopped else rise.sentence
    return None if text is None else visible_text(shortened(text))


def tip_of(event: Event, column: EventColumn) -> str:
    """The whole text of a cell."""
    if column is EventColumn.TYPE:
        return event.type
    if column is EventColumn.STREAM:
        return event.stream.name
    if column is EventColumn.SUMMARY:
        wrong = [f"{f.message} {tr(f.remedy)}" for f in event.findings]
        return "\n".join(wrong) or sentence(event.data, limit=1000)
    return more_text(event, column) if column > EventColumn.SUMMARY else ""


def summary_text(event: Event, skip: frozenset[str] = frozenset()) -> str:
    """The sentence of an event; what is wrong with it comes first."""
    serious = [f for f in event.findings if f.severity != "info"]
    if serious:
        return visible_text(shortened(serious[0].message))
    return visible_text(shortened(sentence(event.data, skip=skip)))


def has_trouble(event: Event) -> bool:
    """Whether something is wrong with an event as it is stored."""
    return any(finding.severity != "info" for finding in event.findings)


def short_type(name: str) -> str:
    """The telling end of a type name: ``bank.accounts:Account.Opened`` says ``Opened``.

    The stored name is always in the tool tip and in the event's own panel.
    """
    tail = name.rsplit(":", 1)[-1].rsplit("\\", 1)[-1]
    parts = tail.split(".")
    if len(parts) > 1 and parts[-1][:1] in "vV" and parts[-1][1:].isdigit():
        return ".".join(parts[-2:])
    return parts[-1] or name
