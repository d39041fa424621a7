"""The columns that the event table can show, and what the less usual ones say."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt

from inspector.core.texts import thousands, tr
from inspector.ui.widgets.plain_text import shortened, visible_text
from inspector.ui.widgets.table_columns import ColumnSpec

if TYPE_CHECKING:
    from inspector.core.events import Event


class EventColumn(enum.IntEnum):
    """Columns of the event table."""

    POSITION = 0
    TIME = 1
    STREAM = 2
    TYPE = 3
    VERSION = 4
    SUMMARY = 5
    GLOBAL = 6
    HAPPENED = 7
    CATEGORY = 8
    ID = 9
    CORRELATION = 10
    CAUSATION = 11
    ACTOR = 12
    TENANT = 13
    SIZE = 14


SPECS: Final = (
    ColumnSpec("position", 54, needed=True),
    ColumnSpec("time", 162, roomy=200),
    ColumnSpec("stream", 96, roomy=168),
    ColumnSpec("type", 112, needed=True, roomy=148),
    ColumnSpec("version", 80, roomy=88),
    ColumnSpec("summary", 80),
    ColumnSpec("global", 84, shown=False),
    ColumnSpec("happened", 162, shown=False, roomy=204),
    ColumnSpec("category", 112, shown=False),
    ColumnSpec("id", 150, shown=False),
    ColumnSpec("correlation", 150, shown=False),
    ColumnSpec("causation", 150, shown=False),
    ColumnSpec("actor", 112, shown=False),
    ColumnSpec("tenant", 96, shown=False),
    ColumnSpec("size", 76, shown=False),
)
"""In the order of :class:`EventColumn`."""

NUMBERS: Final = frozenset({EventColumn.POSITION, EventColumn.GLOBAL, EventColumn.SIZE})

IDS: Final = frozenset(
    {EventColumn.STREAM, EventColumn.ID, EventColumn.CORRELATION, EventColumn.CAUSATION}
)
"""Columns whose texts differ least in the middle."""


def alignment(column: EventColumn) -> Qt.AlignmentFlag:
    """Numbers stand at the right."""
    side = Qt.AlignmentFlag.AlignRight if column in NUMBERS else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def more_title(column: EventColumn) -> str:
    """Title of a column that is not shown until it is asked for."""
    return {
        EventColumn.GLOBAL: tr("Global"),
        EventColumn.HAPPENED: tr("Happened at"),
        EventColumn.CATEGORY: tr("Category"),
        EventColumn.ID: tr("Event id"),
        EventColumn.CORRELATION: tr("Correlation"),
        EventColumn.CAUSATION: tr("Causation"),
        EventColumn.ACTOR: tr("Actor"),
        EventColumn.TENANT: tr("Tenant"),
        EventColumn.SIZE: tr("Bytes"),
    }[column]


def more_text(event: Event, column: EventColumn) -> str:
    """The whole text of such a column; empty where the store has no such thing."""
    place = event.global_position
    texts = {
        EventColumn.GLOBAL: thousands(place) if isinstance(place, int) else place,
        EventColumn.CATEGORY: event.stream.category,
        EventColumn.ID: event.id,
        EventColumn.CORRELATION: event.correlation_id,
        EventColumn.CAUSATION: event.causation_id,
        EventColumn.ACTOR: event.actor,
        EventColumn.TENANT: event.tenant,
        EventColumn.SIZE: thousands(event.payload.size),
    }
    return texts.get(column) or ""


def more_cell(event: Event, column: EventColumn) -> str:
    """The text as a cell shows it."""
    return visible_text(shortened(more_text(event, column)))
