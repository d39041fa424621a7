"""What the columns of an event say, as a small two-column table of plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from inspector.core.texts import thousands, tr
from inspector.ui.theme import FontRole
from inspector.ui.widgets.labels import ElidedLabel, PlainLabel, muted

if TYPE_CHECKING:
    from inspector.core.events import Event
    from inspector.core.instants import Instant
    from inspector.ui.models.times import TimeChoice
    from inspector.ui.theme import Theme


class EventFacts(QWidget):
    """Type, stream, version, times, ids: one row each, only where the store has it."""

    def __init__(self, theme: Theme, times: TimeChoice) -> None:
        super().__init__()
        self._theme, self._times = theme, times
        self._event: Event | None = None
        times.changed.connect(self._zone_changed)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(12, 8, 12, 8)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        self._rows: list[tuple[PlainLabel, ElidedLabel]] = []

    def show_event(self, event: Event | None) -> None:
        """Show another event."""
        self._event = event
        facts = [] if event is None else facts_of(event, self._times)
        while len(self._rows) < len(facts):
            self._add_row()
        for i, (name, value) in enumerate(self._rows):
            shown = i < len(facts)
            name.setVisible(shown)
            value.setVisible(shown)
            if shown:
                name.setText(facts[i][0])
                value.setText(facts[i][1])
        self.setVisible(bool(facts))

    def _zone_changed(self) -> None:
        self.show_event(self._event)

    def _add_row(self) -> None:
        name = muted(PlainLabel())
        value = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        self._theme.set_font(value, FontRole.MONO)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = len(self._rows)
        self._grid.addWidget(name, row, 0)
        self._grid.addWidget(value, row, 1)
        self._rows.append((name, value))


def facts_of(event: Event, times: TimeChoice) -> list[tuple[str, str]]:
    """Names and values of everything the store says about an event."""
    number = None if event.position is None else thousands(event.position)
    place = event.global_position
    world = thousands(place) if isinstance(place, int) else place
    facts = [
        (tr("Type"), event.type),
        (tr("Stream"), event.stream.name),
        (tr("Category"), event.stream.category),
        (tr("Version"), number),
        (tr("Global position"), world),
        (tr("Schema version"), _text(event.schema_version)),
        (tr("Recorded at"), _moment(event.recorded_at, times)),
        (tr("Happened at"), _moment(event.valid_at, times)),
        (tr("Event id"), event.id),
        (tr("Correlation"), event.correlation_id),
        (tr("Causation"), event.causation_id),
        (tr("Actor"), event.actor),
        (tr("Tenant"), event.tenant),
        (tr("Kind"), None if event.kind == "event" else event.kind),
        (tr("Tags"), ", ".join(event.tags) or None),
        (tr("First written in"), None if event.origin is None else _origin(event.origin)),
        (tr("Encoding"), event.payload.codec),
    ]
    return [(name, value) for name, value in facts if value is not None]


def _text(value: str | int | None) -> str | None:
    return None if value is None else str(value)


def _moment(moment: Instant | None, times: TimeChoice) -> str | None:
    if moment is None:
        return None
    if moment.zone == "utc":
        return f"{times.format(moment)} {times.title}"
    return tr("{time} (no zone stored)", time=moment.text)


def _origin(origin: tuple[str, int | None]) -> str:
    return f"{origin[0]} {origin[1] if origin[1] is not None else ''}".strip()
