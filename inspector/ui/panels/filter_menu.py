"""Using a value that is shown as a filter: apply, and, or, not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from inspector.core.texts import tr
from inspector.services.filter_texts import path_expression, read_text, value_expression
from inspector.ui.models.event_columns import EventColumn
from inspector.ui.widgets.plain_text import shortened, visible_text

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu

    from inspector.core.events import Event
    from inspector.core.paths import Path
    from inspector.core.payloads import Value
    from inspector.ui.models.filter_model import FilterModel

SHOWN: Final = 48
"""Characters of a condition in a menu."""

_FIELDS: Final = {
    EventColumn.TYPE: ("type", "type"),
    EventColumn.SUMMARY: ("type", "type"),
    EventColumn.VERSION: ("schema_version", "schema_version"),
    EventColumn.GLOBAL: ("global_position", "global_position"),
    EventColumn.ID: ("id", "id"),
    EventColumn.CORRELATION: ("correlation", "correlation_id"),
    EventColumn.CAUSATION: ("causation", "causation_id"),
    EventColumn.ACTOR: ("actor", "actor"),
    EventColumn.TENANT: ("tenant", "tenant"),
}


def cell_condition(event: Event, column: EventColumn, *, in_stream: bool) -> str | None:
    """The condition that other events have the same in a column; ``None``: it has nothing."""
    if column in (EventColumn.STREAM, EventColumn.CATEGORY):
        stream = event.stream
        name = "stream" if column is EventColumn.STREAM else "category"
        return value_expression(name, stream.name if name == "stream" else stream.category)
    if column in (EventColumn.TIME, EventColumn.HAPPENED):
        moment = event.recorded_at if column is EventColumn.TIME else event.valid_at
        name = "time" if column is EventColumn.TIME else "valid_time"
        return None if moment is None else value_expression(name, moment.text)
    if column is EventColumn.SIZE:
        return f"size >= {event.payload.size}"
    if column is EventColumn.POSITION:
        name, field = ("version", "position") if in_stream else ("global_position",) * 2
    else:
        name, field = _FIELDS[column]
    return value_expression(name, getattr(event, field))


def value_condition(root: str, path: Path, value: Value) -> str | None:
    """The condition that a place of a payload or state holds a value, or is there at all."""
    place = path_expression(root, path)
    if place is None or not path:
        return None
    return value_expression(place, value) or f"has({place})"


def add_filter_menu(menu: QMenu, found: FilterModel, condition: str | None) -> None:
    """Offer to filter by a condition: alone, or together with what is filtered for."""
    if condition is None or not hasattr(read_text(condition), "judge"):
        return
    menu.addSeparator()
    text = visible_text(shortened(condition, SHOWN)).replace("&", "&&")
    below = menu.addMenu(tr("Filter: {text}", text=text))
    below.setObjectName("filter-menu")
    below.addAction(tr("Apply: only this"), lambda: found.put(condition))
    together = (
        below.addAction(tr("And: this too"), lambda: found.add(condition)),
        below.addAction(tr("Or: this as well"), lambda: found.join(condition)),
    )
    for action in together:
        action.setEnabled(found.active)
    below.addAction(tr("Not: all but this"), lambda: found.leave_out(condition))
