"""What the cells, titles and tool tips of the stream list say."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from inspector.core.texts import counted, thousands, tr
from inspector.ui.widgets.plain_text import shortened, visible_text

if TYPE_CHECKING:
    from inspector.core.events import StreamSummary


class StreamColumn(enum.IntEnum):
    """Columns of the stream list."""

    NAME = 0
    EVENTS = 1
    LAST = 2


def column_title(column: int) -> str:
    """Title of a column."""
    return (tr("Stream"), tr("Events"), tr("Last change"))[column]


def cell_alignment(column: int) -> Qt.AlignmentFlag:
    """Numbers stand at the right."""
    right = column == StreamColumn.EVENTS
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def cell_text(summary: StreamSummary, column: int) -> str:
    """Text of a cell."""
    if column == StreamColumn.EVENTS:
        return thousands(summary.events.value) + ("" if summary.events.exact else "+")
    if column == StreamColumn.LAST:
        return "" if summary.last_time is None else summary.last_time.text
    name = visible_text(shortened(summary.stream.name, 200))
    words = [
        word
        for word, shown in ((tr("archived"), summary.archived), (tr("deleted"), summary.deleted))
        if shown
    ]
    return f"{name} ({', '.join(words)})" if words else name


def tip_text(summary: StreamSummary) -> str:
    """The whole id, and what else is known about the stream."""
    lines = [summary.stream.name]
    if summary.stream.category is not None:
        lines.append(tr("Category: {name}", name=summary.stream.category))
    count = counted(summary.events.value, "{n} event", "{n} events")
    if not summary.events.exact:
        count = tr("at least {n} events", n=thousands(summary.events.value))
    if summary.first_position is not None and summary.last_position is not None:
        first, last = thousands(summary.first_position), thousands(summary.last_position)
        count += f" · {tr('versions {first} to {last}', first=first, last=last)}"
    lines.append(count)
    if summary.first_time is not None and summary.last_time is not None:
        lines.append(f"{summary.first_time.text} – {summary.last_time.text}")
    if summary.archived:
        lines.append(tr("Archived: the library no longer shows it."))
    if summary.deleted:
        lines.append(tr("Marked as deleted; the events are still there."))
    return "\n".join(lines)
