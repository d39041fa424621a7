"""Above a comparison: what is compared with what, the pins A and B, a filter, copying."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from inspector.core.texts import thousands, tr
from inspector.ui.models.comparison_model import Side
from inspector.ui.theme import FontRole, Icon, Role, TintRole
from inspector.ui.truth_look import TRUTH_TEXTS, TRUTH_WORDS
from inspector.ui.widgets.chip import Chip, ChipButton, ChipLook
from inspector.ui.widgets.labels import PlainLabel, muted
from inspector.ui.widgets.plain_text import shortened, tooltip_text
from inspector.ui.widgets.search_field import SearchField

if TYPE_CHECKING:
    from collections.abc import Callable

    from inspector.services.comparing import Moment
    from inspector.ui.models.comparison_model import ComparisonModel
    from inspector.ui.theme import Theme

BEFORE, PINS = 0, 1


class DiffBar(QWidget):
    """Says to the model what is to be compared.

    Signals:
        filter_typed(str): only differences with this text are wanted.
        copy_asked(): the differences as text.
        moment_chosen(object): the user wants to go to a pinned :class:`Moment`.
    """

    filter_typed = Signal(str)
    copy_asked = Signal()
    moment_chosen = Signal(object)

    def __init__(self, theme: Theme, model: ComparisonModel) -> None:
        super().__init__()
        self._theme, self._model = theme, model
        self._modes = QButtonGroup(self)
        self.chips = {side: ChipButton(theme, side.value) for side in Side}
        self._takes = {side: self._button(Icon.X, "", self._clear_of(side)) for side in Side}
        self.swap = self._button(Icon.REFRESH, tr("Swap A and B"), model.swap)
        self._truth = Chip(theme, tr("inferred"), Role.WARNING)
        self.filter = SearchField(theme, tr("Filter differences"), icon=Icon.FUNNEL)
        self._count = muted(PlainLabel())
        theme.set_font(self._count, FontRole.SMALL)
        self.copy = self._button(Icon.COPY, tr("Copy as text"), self.copy_asked.emit)
        self._lay_out()
        self.filter.typed.connect(lambda text: self.filter_typed.emit(text.strip()))
        self._modes.idClicked.connect(lambda mode: model.compare_pins(mode == PINS))
        for side, chip in self.chips.items():
            chip.clicked.connect(lambda _checked=False, side=side: self._chip_clicked(side))
        model.changed.connect(self._show)
        self._show()

    def clear_filter(self) -> None:
        """Show all differences."""
        self.filter.empty()

    def show_counts(self, shown: int, total: int, filtering: bool) -> None:
        """Say how many differences there are, and how many of them are shown."""
        self.copy.setEnabled(shown > 0)
        if filtering:
            self._count.setText(tr("filtering…"))
        elif not total:
            self._count.setText("")
        elif shown == total:
            self._count.setText(thousands(total))
        else:
            text = tr("{shown} of {total}", shown=thousands(shown), total=thousands(total))
            self._count.setText(text)

    # -- building -----------------------------------------------------------------------------

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 6)
        column.setSpacing(6)
        modes = QHBoxLayout()
        modes.setSpacing(4)
        for mode, text in ((BEFORE, tr("Event before")), (PINS, "A ↔ B")):
            button = QToolButton()
            button.setText(text)
            button.setCheckable(True)
            self._modes.addButton(button, mode)
            modes.addWidget(button)
        modes.addStretch(1)
        modes.addWidget(self._truth)
        column.addLayout(modes)
        pins = QHBoxLayout()
        pins.setSpacing(2)
        for side in Side:
            pins.addWidget(self.chips[side])
            pins.addWidget(self._takes[side])
            pins.addSpacing(4)
        pins.addWidget(self.swap)
        pins.addStretch(1)
        column.addLayout(pins)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.filter, 1)
        row.addWidget(self._count)
        row.addWidget(self.copy)
        column.addLayout(row)

    def _button(self, icon: Icon, text: str, run: Callable[[], object]) -> QToolButton:
        button = QToolButton()
        self._theme.set_icon(button, icon, Role.TEXT_MUTED)
        button.setAccessibleName(text)
        button.setToolTip(tooltip_text(text))
        button.clicked.connect(lambda _checked=False: run())
        return button

    def _clear_of(self, side: Side) -> Callable[[], object]:
        return lambda: self._model.clear(side)

    # -- pins ---------------------------------------------------------------------------------

    def _chip_clicked(self, side: Side) -> None:
        """An empty pin is set; a set one leads back to where it was set."""
        moment = self._model.pins[side]
        if moment is None:
            self._model.pin(side)
        else:
            self.moment_chosen.emit(moment)

    def _show(self) -> None:
        model = self._model
        for side in Side:
            self._show_pin(side, model.pins[side])
        self.swap.setVisible(model.both)
        self._modes.button(PINS).setEnabled(model.both)
        tip = "" if model.both else tr("Pin two moments first: keys A and B.")
        self._modes.button(PINS).setToolTip(tooltip_text(tip))
        self._modes.button(PINS if model.between_pins else BEFORE).setChecked(True)
        comparison = model.comparison
        self._truth.setVisible(comparison is not None)
        if comparison is not None:
            truth = comparison.shown_truth
            word, role = TRUTH_WORDS[truth]
            self._truth.show_look(ChipLook(tr(word), role))
            self._truth.setToolTip(tr(TRUTH_TEXTS[truth]))

    def _show_pin(self, side: Side, moment: Moment | None) -> None:
        take, chip = self._takes[side], self.chips[side]
        take.setVisible(moment is not None)
        name = tr("Take the pin {side} away", side=side.value)
        take.setAccessibleName(name)
        take.setToolTip(tooltip_text(name))
        if moment is None:
            chip.show_look(ChipLook(tr("Pin {side} here", side=side.value), Role.SURFACE, Icon.PIN))
            tip = tr("Pin what the cursor is at as {side} (key {side})", side=side.value)
            chip.setToolTip(tip)
            return
        text = f"{side.value} · {thousands(moment.version)}"
        chip.show_look(ChipLook(text, TintRole.SNAPSHOT, Icon.PIN))
        stream = shortened(moment.stream.name, 200)
        chip.setToolTip(tr("{stream}, {place}: go there", stream=stream, place=moment.place))
