"""All facts of an event with a field for each: the needed ones first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from inspector.core.texts import tr
from inspector.services.map_draft import INSIDE, LISTS, NEEDED, WISHED
from inspector.ui.dialogs.fact_fields import ColumnChoices, ColumnsField, FactField
from inspector.ui.dialogs.form_rows import field_label, form_grid, small
from inspector.ui.theme import FontRole
from inspector.ui.widgets.labels import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from inspector.services.map_draft import FactValue, TableView
    from inspector.ui.theme import Theme

LABEL_WIDTH: Final = 112

TITLES: Final = {
    "stream": "Stream",
    "position": "Version",
    "order": "Order of the store",
    "type": "Event type",
    "payload": "Payload",
    "recorded_at": "Time",
    "id": "Event id",
    "metadata": "Metadata",
    "schema_version": "Schema version",
    "valid_at": "Valid from",
    "correlation_id": "Correlation",
    "causation_id": "Cause",
    "actor": "Actor",
    "tenant": "Tenant",
}
TIPS: Final = {
    "stream": "Which entity an event belongs to; several columns may say it together.",
    "position": "The event's place in its stream. Without it, events are counted in their order.",
    "order": "What the order of all events is by; several columns may say it together.",
    "type": "What kind of event it is.",
    "payload": "What the event says.",
}


def fact_title(name: str) -> str:
    """What a fact is called, for people."""
    return tr(TITLES[name])


class FactForm(QWidget):
    """The fields, filled from a table and a draft.

    Signals:
        changed(): the user chose another column.
    """

    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._table: TableView | None = None
        self._choices: ColumnChoices | None = None
        self.fields: dict[str, FactField | ColumnsField] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 12, 0)
        column.setSpacing(8)
        for title, names in (
            (tr("Needed: version or order, and the rest"), NEEDED),
            (tr("If there are such columns"), WISHED),
        ):
            heading = PlainLabel(title)
            theme.set_font(heading, FontRole.HEADING)
            column.addWidget(heading)
            column.addLayout(self._grid(names))
            column.addSpacing(8)
        column.addStretch(1)

    @property
    def table(self) -> TableView | None:
        """The table whose columns are offered."""
        return self._table

    @property
    def facts(self) -> dict[str, FactValue]:
        """What is chosen."""
        values = ((name, field.value) for name, field in self.fields.items())
        return {name: value for name, value in values if value is not None}

    @property
    def meanings(self) -> dict[str, list[str]]:
        """Column to what it means, for people."""
        found: dict[str, list[str]] = {}
        for name, value in self.facts.items():
            columns = (value,) if isinstance(value, str) else value
            if isinstance(columns, tuple):
                for column in columns:
                    found.setdefault(column, []).append(fact_title(name))
        return found

    def offer(self, table: TableView, facts: Mapping[str, FactValue]) -> None:
        """Offer the columns of a table, and show what a draft says."""
        old, self._choices = self._choices, ColumnChoices(table.columns, self)
        self._table = table
        for name, field in self.fields.items():
            model = self._choices.with_places if name in INSIDE else self._choices.plain
            field.offer(model, facts.get(name))
        if old is not None:
            old.deleteLater()

    def _grid(self, names: tuple[str, ...]) -> QGridLayout:
        grid = form_grid()
        grid.setColumnMinimumWidth(0, self._theme.px(LABEL_WIDTH))
        grid.setColumnStretch(1, 1)
        for name in names:
            title = fact_title(name)
            field = ColumnsField(title) if name in LISTS else FactField(title)
            field.changed.connect(self.changed)
            label = field_label(title, field)
            label.setMinimumHeight(28)
            row = grid.rowCount()
            grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(field, row, 1)
            if name in TIPS:
                field.setAccessibleDescription(tr(TIPS[name]))
                grid.addWidget(small(self._theme, tr(TIPS[name])), row + 1, 1)
            self.fields[name] = field
        return grid
