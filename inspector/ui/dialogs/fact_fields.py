"""Fields that say which column means what: one column, several, or a place inside a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from inspector.core.texts import tr
from inspector.services.map_draft import FactValue
from inspector.ui.widgets.plain_text import shortened, visible_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST_COLUMNS: Final = 4
"""Columns that one list can be made of."""

CELLS: Final = ("payload", "metadata")
_VALUE: Final = int(Qt.ItemDataRole.UserRole)


class ColumnChoices(QObject):
    """The columns of a table as choices, shared by all fields: a table may have thousands."""

    def __init__(self, columns: Sequence[tuple[str, str]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.plain = self._model(columns)
        self.with_places = self._model(columns)
        for cell, words in (
            ("payload", tr("Inside the payload…")),
            ("metadata", tr("Inside the metadata…")),
        ):
            item = QStandardItem(words)
            item.setData((cell,), _VALUE)
            self.with_places.appendRow(item)

    def _model(self, columns: Sequence[tuple[str, str]]) -> QStandardItemModel:
        model = QStandardItemModel(self)
        none = QStandardItem("–")
        none.setAccessibleText(tr("none"))
        none.setData("", _VALUE)
        model.appendRow(none)
        for name, kind in columns:
            item = QStandardItem(visible_text(shortened(name, 80)))
            item.setData(name, _VALUE)
            item.setAccessibleText(visible_text(shortened(f"{name}, {kind}", 120)))
            model.appendRow(item)
        return model


class FactField(QWidget):
    """One column, or a place inside the payload or the metadata.

    Signals:
        changed(): another column or place.
    """

    changed = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.box = _box()
        self.box.setAccessibleName(name)
        self.path = QLineEdit()
        self.path.setPlaceholderText(tr("key, or a.b for a key inside a key"))
        self.path.setAccessibleName(tr("{name}: key inside the cell", name=name))
        self.path.hide()
        self.setFocusProxy(self.box)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.box)
        column.addWidget(self.path)
        self.box.currentIndexChanged.connect(self._chosen)
        self.path.textEdited.connect(lambda _text: self.changed.emit())

    @property
    def value(self) -> FactValue | None:
        """What is chosen; ``None`` when nothing is, or a place still lacks its key."""
        chosen = self.box.currentData(_VALUE)
        if not isinstance(chosen, tuple):
            return str(chosen) if chosen else None
        keys = self.path.text().strip()
        return {str(chosen[0]): keys} if keys else None

    def offer(self, choices: QStandardItemModel, value: FactValue | None) -> None:
        """Offer these columns, and choose what a draft says."""
        self.box.blockSignals(True)
        self.box.setModel(choices)
        self.box.setCurrentIndex(0)
        if isinstance(value, str):
            self.box.setCurrentIndex(_index_of(choices, value))
        elif value is not None and not isinstance(value, tuple):
            self._show_place(choices, value)
        self.box.blockSignals(False)
        self.path.setVisible(isinstance(self.box.currentData(_VALUE), tuple))

    def _show_place(self, choices: QStandardItemModel, value: Mapping[str, object]) -> None:
        for cell in CELLS:
            if cell in value:
                path = value[cell]
                self.path.setText(".".join(map(str, path)) if isinstance(path, list) else str(path))
                self.box.setCurrentIndex(_index_of(choices, (cell,)))

    def _chosen(self, _index: int) -> None:
        inside = isinstance(self.box.currentData(_VALUE), tuple)
        self.path.setVisible(inside)
        if inside:
            self.path.setFocus()
        self.changed.emit()


class ColumnsField(QWidget):
    """One column or several, which say something together.

    Signals:
        changed(): other columns.
    """

    changed = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.boxes = tuple(_box() for _ in range(MOST_COLUMNS))
        self.setFocusProxy(self.boxes[0])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for number, box in enumerate(self.boxes, start=1):
            words = name if number == 1 else tr("{name}, column {n}", name=name, n=number)
            box.setAccessibleName(words)
            column.addWidget(box)
            box.currentIndexChanged.connect(self._chosen)
        self._show_boxes()

    @property
    def value(self) -> FactValue | None:
        """The chosen columns."""
        chosen = [box.currentData(_VALUE) for box in self.boxes]
        return tuple(dict.fromkeys(str(name) for name in chosen if name)) or None

    def offer(self, choices: QStandardItemModel, value: FactValue | None) -> None:
        """Offer these columns, and choose what a draft says."""
        names = (value,) if isinstance(value, str) else value if isinstance(value, tuple) else ()
        for number, box in enumerate(self.boxes):
            box.blockSignals(True)
            box.setModel(choices)
            name = names[number] if number < len(names) else ""
            box.setCurrentIndex(_index_of(choices, name))
            box.blockSignals(False)
        self._show_boxes()

    def _chosen(self, _index: int) -> None:
        self._show_boxes()
        self.changed.emit()

    def _show_boxes(self) -> None:
        """There is always one empty box after the last column, to add another."""
        used = sum(1 for box in self.boxes if box.currentData(_VALUE))
        for number, box in enumerate(self.boxes):
            box.setVisible(number <= used or bool(box.currentData(_VALUE)))


def _box() -> QComboBox:
    box = QComboBox()
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(12)
    box.setMaxVisibleItems(20)
    return box


def _index_of(model: QStandardItemModel, value: object) -> int:
    """The row of a value; a column of other case is the same column; unknown is none."""
    wanted = value.lower() if isinstance(value, str) else value
    for row in range(model.rowCount()):
        known = model.item(row).data(_VALUE)
        if (known.lower() if isinstance(known, str) else known) == wanted:
            return row
    return 0
