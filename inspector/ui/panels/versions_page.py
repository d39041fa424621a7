"""The ladder of the event at the cursor: stored form, every hop, newest form, side by side.

A hop that failed, a version newer than the rules know, no rules, and an event that needs no hop
each have a face of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from inspector.core.texts import counted, tr
from inspector.ui.models.ladder_cards import cards_of, trouble_hint, way_text
from inspector.ui.panels.ladder_view import LadderView
from inspector.ui.theme import FontRole, Icon, Role, TintRole
from inspector.ui.widgets.banner import Banner, Tone
from inspector.ui.widgets.chip import Chip, ChipLook
from inspector.ui.widgets.empty_page import EmptyPage, NextStep, PageContent
from inspector.ui.widgets.labels import ElidedLabel, muted

if TYPE_CHECKING:
    from inspector.core.events import Event
    from inspector.services.ladders import Ladder
    from inspector.ui.models.ladder_model import LadderModel
    from inspector.ui.theme import Theme


class VersionsPage(QWidget):
    """The ladder with its heading.

    Signals:
        rule_asked(str, int): the user wants to see this line of this rules file.
        rules_asked(): the user wants to choose a rules file; ``writing_asked()`` to write one.
    """

    rule_asked = Signal(str, int)
    rules_asked = Signal()
    writing_asked = Signal()

    def __init__(self, theme: Theme, model: LadderModel) -> None:
        super().__init__()
        self._model = model
        self._head = ElidedLabel()
        theme.set_font(self._head, FontRole.HEADING)
        self._way = Chip(theme)
        self._detail = muted(ElidedLabel())
        theme.set_font(self._detail, FontRole.SMALL)
        self.banner = Banner(theme)
        self.view = LadderView(theme)
        self.view.rule_asked.connect(self.rule_asked)
        self.empty_page = EmptyPage(theme)
        self._content = self._lay_out()
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._content)
        self._stack.addWidget(self.empty_page)
        model.changed.connect(self._show)
        self._show()

    def _lay_out(self) -> QWidget:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._head)
        words.addWidget(self._detail)
        head = QHBoxLayout()
        head.setContentsMargins(12, 6, 8, 6)
        head.setSpacing(8)
        head.addLayout(words, 1)
        head.addWidget(self._way)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.banner)
        column.addWidget(self.view, 1)
        return content

    def show_event(self, event: Event | None) -> None:
        """Show the ladder of another event."""
        self._model.show(event)

    def _show(self) -> None:
        ladder = self._model.ladder
        if ladder is None:
            self.empty_page.show_content(self._face())
            self._stack.setCurrentWidget(self.empty_page)
            return
        if self._model.loading:
            return  # the ladder before stays for the moment until this one is here
        self._show_head(ladder)
        self.view.show_cards(cards_of(ladder))
        self._stack.setCurrentWidget(self._content)

    def _show_head(self, ladder: Ladder) -> None:
        trace = ladder.trace
        self._head.setText(ladder.name)
        hops = len(trace.hops)
        words = counted(hops, "{n} hop", "{n} hops") if hops else tr("no hop is needed")
        if trace.findings and not hops:
            words = tr("no hop")
        self._detail.setText(words)
        role = Role.DANGER if trace.findings else TintRole.UPCAST if hops else Role.TEXT_MUTED
        way = way_text(ladder)
        self._way.setVisible(way != "?")
        self._way.show_look(ChipLook(way, role))
        if trace.findings:
            newer = trace.findings[0].code == "version-newer"
            tone = Tone.WARNING if newer else Tone.ERROR
            title = trace.findings[0].message
            self.banner.show_message(tone, title, trouble_hint(ladder), closable=False)
        else:
            self.banner.hide()

    def _face(self) -> PageContent:
        model = self._model
        if model.wanted is None:
            hint = tr("Choose one in the table.")
            return PageContent(Icon.LAYERS, tr("No event is chosen"), hint)
        if model.error is not None:
            error = model.error
            return PageContent(Icon.CIRCLE_X, error.message, error.hint, (), Role.DANGER)
        if model.loading:
            return PageContent(Icon.HOURGLASS, tr("Leading the event through the rules…"))
        return self._nobody_knows(model.wanted)

    def _nobody_knows(self, event: Event) -> PageContent:
        stored = event.schema_version
        if stored is None:
            text = tr("Nobody has said which schema versions there are.")
        else:
            text = tr("Stored in schema version {n}; how it is led on is not known.", n=stored)
        hint = tr("A rules file says how old events become newer ones. Every hop is shown then.")
        steps = (
            NextStep(tr("Use a rules file…"), self.rules_asked.emit),
            NextStep(tr("Write rules…"), self.writing_asked.emit),
        )
        return PageContent(Icon.LAYERS, text, hint, steps)
