"""The conditions of a filter as chips: a click switches one off or on, a cross takes it away."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from inspector.core.texts import tr
from inspector.ui.theme import FontRole, Icon, Role
from inspector.ui.widgets.chip import ChipButton, ChipLook
from inspector.ui.widgets.flow_row import FlowRow
from inspector.ui.widgets.plain_text import tooltip_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inspector.ui.models.filter_model import FilterPart
    from inspector.ui.theme import Theme

WIDEST: Final = 320
"""Pixels of the design of one chip; its whole text is in the tool tip."""


class FilterChips(QWidget):
    """The chips, and a button for all of them.

    Signals:
        switched(int, bool): a chip was switched.
        removed(int): a chip is to be taken away.
        edited(int): its text is to be written anew.
        all_switched(bool): all are to be on, or off.
    """

    switched = Signal(int, bool)
    removed = Signal(int)
    edited = Signal(int)
    all_switched = Signal(bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._row = FlowRow(self)
        self._row.setContentsMargins(8, 0, 8, 6)
        self.chips: list[FilterChip] = []
        self.everything = QToolButton()
        theme.set_font(self.everything, FontRole.SMALL)
        self._any_on = False
        self.everything.clicked.connect(self._all_clicked)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.hide()

    def show_parts(self, parts: Sequence[FilterPart]) -> None:
        """Show other conditions."""
        while self._row.count():
            self._row.takeAt(0)
        for chip in self.chips:
            chip.hide()
            chip.deleteLater()
        self.chips = []
        for number, part in enumerate(parts):
            chip = FilterChip(self._theme, part)
            chip.body.clicked.connect(partial(self._clicked, number))
            chip.cross.clicked.connect(partial(self._gone, number))
            chip.body.customContextMenuRequested.connect(partial(self._menu, number))
            chip.body.removal_asked.connect(partial(self._gone, number))
            self.chips.append(chip)
            self._row.addWidget(chip)
        self._any_on = any(part.on for part in parts)
        text = tr("All off") if self._any_on else tr("All on")
        self.everything.setText(text)
        tip = tr("Switch all conditions off or on together")
        self.everything.setToolTip(tooltip_text(tip))
        self.everything.setVisible(len(parts) > 1)
        if len(parts) > 1:
            self._row.addWidget(self.everything)
        self.setVisible(bool(parts))
        self.updateGeometry()

    def _all_clicked(self) -> None:
        self.all_switched.emit(not self._any_on)

    def _clicked(self, number: int) -> None:
        self.switched.emit(number, not self.chips[number].part.on)

    def _gone(self, number: int) -> None:
        self.removed.emit(number)

    def _menu(self, number: int, place: QPoint) -> None:
        part = self.chips[number].part
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        word = tr("Switch off") if part.on else tr("Switch on")
        menu.addAction(word, partial(self._clicked, number))
        menu.addAction(tr("Edit"), partial(self.edited.emit, number))
        menu.addAction(tr("Take away"), partial(self._gone, number))
        menu.popup(self.chips[number].body.mapToGlobal(place))


class FilterChip(QWidget):
    """One condition, with a cross."""

    def __init__(self, theme: Theme, part: FilterPart) -> None:
        super().__init__()
        self.part = part
        self.body = _Body(theme, _look(part).text, _look(part).role, _look(part).icon)
        theme.set_font(self.body, FontRole.MONO)
        self.body.setMaximumWidth(theme.px(WIDEST))
        self.body.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        state = tr("It is on: a click switches it off.")
        if not part.on:
            state = tr("It is off: a click switches it on.")
        self.body.setToolTip(f"{part.text}\n{state}")
        self.cross = QToolButton()
        theme.set_icon(self.cross, Icon.X, Role.TEXT_MUTED)
        self.cross.setAccessibleName(tr("Take “{text}” away", text=part.text[:80]))
        self.cross.setToolTip(tooltip_text(tr("Take this condition away")))
        self.cross.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.body)
        row.addWidget(self.cross)


class _Body(ChipButton):
    removal_asked = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete takes a chip away."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removal_asked.emit()
        else:
            super().keyPressEvent(event)


def _look(part: FilterPart) -> ChipLook:
    if part.on:
        return ChipLook(part.text, Role.ACCENT, Icon.FUNNEL)
    return ChipLook(tr("off: {text}", text=part.text), Role.SURFACE, Icon.FUNNEL_X)
