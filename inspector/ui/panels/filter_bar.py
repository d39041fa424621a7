"""The filter over the event table: a field, how its text stands, chips, and what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from inspector.core.errors import FilterInvalid
from inspector.core.texts import counted, thousands, tr
from inspector.services.event_sampling import EventSample, StoreWords, words_of
from inspector.services.filter_checks import KnownNames, TextState, check_text, vocabulary
from inspector.ui.models.long_scan import LongScan, ScanPhase
from inspector.ui.theme import FontRole, Icon, Role
from inspector.ui.widgets.expression_field import ExpressionField
from inspector.ui.widgets.filter_chips import FilterChips
from inspector.ui.widgets.labels import PlainLabel
from inspector.ui.widgets.plain_text import tooltip_text, visible_text
from inspector.ui.widgets.scan_line import ScanLine
from inspector.ui.widgets.search_field import FieldState

if TYPE_CHECKING:
    from inspector.ui.models.filter_model import FilterModel
    from inspector.ui.theme import Theme

_STATES: Final = {
    TextState.EMPTY: FieldState.NEUTRAL,
    TextState.GOOD: FieldState.VALID,
    TextState.DOUBTFUL: FieldState.DOUBTFUL,
    TextState.WRONG: FieldState.INVALID,
}


class FilterBar(QWidget):
    """Field, chips and line.

    Attributes:
        field: where a condition is typed.
        known: names of the store, once somebody wanted to type.

    Signals:
        left(): the table may have the focus.
        saving_asked(): what is filtered for is to have a name.
        saved_asked(): the filters that have names are to be shown.
    """

    left = Signal()
    saving_asked = Signal()
    saved_asked = Signal()

    def __init__(self, theme: Theme, model: FilterModel) -> None:
        super().__init__()
        self._theme, self._model = theme, model
        self.field = ExpressionField(theme, tr("Filter events: a word, or data.amount > 100"))
        self.said = PlainLabel(wrap=True)
        self.only = QToolButton()
        self.more = QToolButton()
        self.chips = FilterChips(theme)
        self.line = ScanLine(theme, model.stop)
        self.known = KnownNames(StoreWords())
        self._sampling = LongScan("filter-words", self)
        self._lay_out()
        self._connect()
        self._show_parts()
        self._check()

    def _lay_out(self) -> None:
        theme = self._theme
        self.only.setCheckable(True)
        self.only.setText(tr("Hits only"))
        self.only.setToolTip(tooltip_text(tr("Show hits alone, or every event with N to walk")))
        theme.set_font(self.only, FontRole.SMALL)
        self.more.setAccessibleName(tr("Saved filters"))
        self.more.setToolTip(tooltip_text(tr("Save, share or clear the filter")))
        theme.set_icon(self.more, Icon.STAR, Role.TEXT_MUTED)
        theme.set_font(self.said, FontRole.SMALL)
        self.said.setContentsMargins(16, 0, 12, 4)
        row = QHBoxLayout()
        row.setContentsMargins(8, 2, 8, 4)
        row.setSpacing(4)
        row.addWidget(self.field, 1)
        row.addWidget(self.only)
        row.addWidget(self.more)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.said)
        column.addWidget(self.chips)
        column.addWidget(self.line)
        self.said.hide()

    def _connect(self) -> None:
        model, chips = self._model, self.chips
        self.field.textChanged.connect(self._check)
        self.field.textEdited.connect(lambda _text: self._learn_words())
        self.field.applied.connect(self._apply)
        self.field.leave_down.connect(self.left)
        self.only.clicked.connect(lambda: model.show_only_hits(self.only.isChecked()))
        self.more.clicked.connect(self._show_menu)
        chips.switched.connect(lambda number, on: model.switch(number, on=on))
        chips.removed.connect(model.remove)
        chips.edited.connect(self._edit)
        chips.all_switched.connect(lambda on: model.switch_all(on=on))
        model.parts_changed.connect(self._show_parts)
        model.begun.connect(self._begun)
        model.found.connect(self._show_found)
        self._sampling.changed.connect(self._sampled)

    # -- typing ---------------------------------------------------------------------------------

    def focus_field(self) -> None:
        """Put the cursor into the field."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()
        self._learn_words()

    def _check(self) -> None:
        """Say how the text stands, in colour and in words."""
        in_stream = self._model.stream is not None
        found = check_text(self.field.text(), self.known, in_stream=in_stream)
        state = _STATES[found.state]
        words = visible_text(found.words)
        self.field.set_state(state, words)
        self.said.setProperty("state", str(state))
        self.said.style().unpolish(self.said)
        self.said.style().polish(self.said)
        self.said.setText(words)
        self.said.setVisible(bool(words))

    def _apply(self, text: str) -> None:
        """Ask for what was typed, too; a text that is wrong stays where it is."""
        if not text.strip():
            self.left.emit()
            return
        try:
            self._model.add(text)
        except FilterInvalid:
            return  # why stands below the field
        self.field.empty()
        self.left.emit()

    def _edit(self, number: int) -> None:
        """Take a chip back into the field."""
        text = self._model.parts[number].text
        self._model.remove(number)
        self.field.setText(text)
        self.focus_field()

    # -- names of the store -----------------------------------------------------------------------

    def _learn_words(self) -> None:
        """Look at some events for their names, when somebody first wants to type."""
        lanes = self._model.lanes
        if lanes is not None and not self.known.events and not self._sampling.running:
            self.field.set_words(vocabulary(self.known))
            self._sampling.start(lanes, EventSample())

    def _sampled(self) -> None:
        sample = self._sampling.scanner
        if self._sampling.running or not isinstance(sample, EventSample):
            return
        self.known = KnownNames(words_of(sample), sample.events, sample.whole)
        self.field.set_words(vocabulary(self.known))
        self._check()

    # -- what was found -----------------------------------------------------------------------

    def _begun(self) -> None:
        if self._model.lanes is None:
            self._sampling.forget()
            self.known = KnownNames(StoreWords())
            self.field.clear()
        self._check()
        self._show_found()

    def _show_parts(self) -> None:
        model = self._model
        self.chips.show_parts(model.parts)
        self.only.setVisible(bool(model.parts))
        self.only.setEnabled(model.active)
        self.only.setChecked(model.only_hits)

    def _show_found(self) -> None:
        """How many hits there are, of how many events, and whether that is all."""
        model, line = self._model, self.line
        scanner, phase = model.scanner, model.scan.phase
        if not model.active or scanner is None:
            line.hide()
            return
        words = found_words(model.known, scanner.done, scanner.total, phase)
        if scanner.unread:
            words += " · " + unread_words(scanner.unread)
        if phase is ScanPhase.RUNNING:
            line.show_running(words, scanner.done, scanner.total)
        elif phase is ScanPhase.STOPPED:
            line.show_partial(words, model.go_on, tr("Go on"))
        elif phase is ScanPhase.FAILED and model.error is not None:
            text = visible_text(f"{words} · {model.error.message}")
            line.show_partial(text, model.go_on, tr("Try again"))
        else:
            line.show_note(words)

    # -- saving and sharing -----------------------------------------------------------------------

    def _show_menu(self) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height())))

    def menu(self) -> QMenu:
        """What can be done with the filter as a whole."""
        model = self._model
        menu = QMenu(self)
        save = menu.addAction(tr("Save the filter under a name…"), self.saving_asked.emit)
        menu.addAction(tr("Saved filters…"), self.saved_asked.emit)
        menu.addSeparator()
        copy = menu.addAction(tr("Copy the filter as text"), self._copy)
        menu.addAction(tr("Paste a filter"), self._paste)
        menu.addSeparator()
        clear = menu.addAction(tr("Clear filter"), model.clear)
        for action in (save, copy):
            action.setEnabled(model.active)
        clear.setEnabled(bool(model.parts))
        return menu

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._model.text)

    def _paste(self) -> None:
        """Into the field, so that it is seen before it is asked."""
        text = QGuiApplication.clipboard().text().strip()
        self.field.setText(" ".join(text.splitlines()))
        self.focus_field()
        self.field.end(False)


def found_words(hits: int, looked: int, total: int | None, phase: ScanPhase) -> str:
    """How many hits there are, of how many events that were looked at."""
    if phase is ScanPhase.COMPLETE:
        of = thousands(looked)
        return counted(hits, "{n} hit of {of} events", "{n} hits of {of} events", of=of)
    of = thousands(max(total or 0, looked))
    text = counted(hits, "{n} hit of {of} (so far)", "{n} hits of {of} (so far)", of=of)
    if phase is ScanPhase.RUNNING:
        return text
    return tr("{found}; stopped after {n} events", found=text, n=thousands(looked))


def unread_words(unread: int) -> str:
    """That events could not be read, and may be missing among the hits."""
    return counted(
        unread,
        "{n} event could not be read and is not in the hits",
        "{n} events could not be read and are not in the hits",
    )
