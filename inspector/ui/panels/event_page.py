"""One event: what the columns say, payload and metadata, as fields or as they are stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from inspector.core.payloads import Undecoded
from inspector.core.texts import tr
from inspector.ui.theme import FontRole, Icon
from inspector.ui.widgets.banner import Banner, BannerAction, Tone
from inspector.ui.widgets.empty_page import EmptyPage, PageContent
from inspector.ui.widgets.event_facts import EventFacts
from inspector.ui.widgets.json_content import TreeContent
from inspector.ui.widgets.json_find import FindBar
from inspector.ui.widgets.json_menu import TreeMenu
from inspector.ui.widgets.json_tree import JsonTree
from inspector.ui.widgets.labels import PlainLabel
from inspector.ui.widgets.plain_text import tooltip_text
from inspector.ui.widgets.raw_text import PlainTextView
from inspector.ui.widgets.text_blocks import hex_block, is_text, stored_bytes, text_block

if TYPE_CHECKING:
    from inspector.core.events import Event
    from inspector.core.payloads import Payload
    from inspector.ui.models.times import TimeChoice
    from inspector.ui.theme import Theme

FIELDS, STORED = 0, 1

FACTS = 248
"""Pixels after which the facts about an event scroll."""


class CellView(QWidget):
    """A payload or metadata cell: as a tree of fields, or as its stored text."""

    def __init__(self, theme: Theme, title: str) -> None:
        super().__init__()
        self._payload: Payload | None = None
        self._mode = FIELDS
        head = PlainLabel(title)
        theme.set_font(head, FontRole.HEADING)
        head.setContentsMargins(12, 6, 12, 2)
        self.tree = JsonTree(theme, title)
        self.find_bar = FindBar(theme, self.tree)
        self.menu = TreeMenu(self.tree)
        self.text = PlainTextView(theme, tr("{name} as stored", name=title))
        self.text.set_wrap(wrap=True)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.tree)
        self._stack.addWidget(self.text)
        self.tree.find_asked.connect(self.find_bar.open_bar)
        self.tree.find_next_asked.connect(self.find_bar.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self.find_bar)
        column.addWidget(self._stack, 1)

    def show_cell(self, value: object, payload: Payload) -> None:
        """Show another cell."""
        self._payload = payload
        self.tree.set_content(TreeContent(value))
        self.show_mode(self._mode)

    def show_mode(self, mode: int) -> None:
        """Show fields or the stored text; the text is made only when it is looked at."""
        self._mode = mode
        self._stack.setCurrentIndex(mode)
        if mode == STORED and self._payload is not None:
            self.text.show_block(stored_form(self._payload))


class EventPage(QWidget):
    """Facts, payload and metadata of one event.

    Signals:
        whole_asked(): the payload was too large for its page, and the user wants it now.
    """

    whole_asked = Signal()

    def __init__(self, theme: Theme, times: TimeChoice) -> None:
        super().__init__()
        self._facts = EventFacts(theme, times)
        self._banner = Banner(theme)
        self.payload = CellView(theme, tr("Payload"))
        self.metadata = CellView(theme, tr("Metadata"))
        self._modes = QButtonGroup(self)
        self._page = EmptyPage(theme)
        self._content = self._lay_out()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._content)
        column.addWidget(self._page)
        self._modes.idClicked.connect(self.show_mode)
        self.show_mode(FIELDS)
        self.show_event(None)

    @property
    def stored(self) -> bool:
        """Whether the stored text is shown, not the fields."""
        return self._modes.checkedId() == STORED

    def show_mode(self, mode: int) -> None:
        """Show fields or the stored text of both cells."""
        self._modes.button(mode).setChecked(True)
        self.payload.show_mode(mode)
        self.metadata.show_mode(mode)

    def toggle_stored(self) -> None:
        """From fields to the stored text and back."""
        self.show_mode(FIELDS if self.stored else STORED)

    def _lay_out(self) -> QWidget:
        facts = self._facts_area = QScrollArea()
        facts.setAccessibleName(tr("Event"))
        facts.setWidget(self._facts)
        facts.setWidgetResizable(True)
        facts.setFrameShape(QFrame.Shape.NoFrame)
        facts.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for ground in (self._facts, facts.viewport()):  # the panel's own surface shows through
            ground.setAutoFillBackground(False)
        cells = QSplitter(Qt.Orientation.Vertical)
        cells.setChildrenCollapsible(False)
        cells.setHandleWidth(6)
        for number, widget in enumerate((self.payload, self.metadata)):
            cells.addWidget(widget)
            cells.setStretchFactor(number, (3, 2)[number])
        cells.setSizes([300, 200])
        content = QWidget()
        inside = QVBoxLayout(content)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        inside.addLayout(self._bar())
        inside.addWidget(self._banner)
        inside.addWidget(facts)
        inside.addWidget(cells, 1)
        return content

    def _bar(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(8, 6, 8, 0)
        row.setSpacing(4)
        tip = tr("The other form is one key away (R)")
        for number, text in ((FIELDS, tr("Fields")), (STORED, tr("Stored text"))):
            button = QToolButton()
            button.setText(text)
            button.setCheckable(True)
            button.setToolTip(tooltip_text(tip))
            self._modes.addButton(button, number)
            row.addWidget(button)
        row.addStretch(1)
        return row

    def show_event(self, event: Event | None) -> None:
        """Show another event."""
        self._content.setVisible(event is not None)
        self._page.setVisible(event is None)
        if event is None:
            content = PageContent(
                Icon.FILE_TEXT, tr("No event is chosen"), tr("Choose one in the table.")
            )
            self._page.show_content(content)
            return
        self._facts.show_event(event)
        height = min(self._facts.sizeHint().height(), FACTS)
        self._facts_area.setFixedHeight(height)
        failed = isinstance(event.payload.content, Undecoded)
        self.payload.setVisible(not failed or event.payload.raw is not None)
        self.payload.show_cell(event.data, event.payload)
        if failed:
            self.payload.show_mode(STORED)
        elif not self.stored:
            self.payload.show_mode(FIELDS)
        self.metadata.setVisible(event.meta is not None)
        if event.meta is not None:
            cell = event.metadata if event.metadata.raw is not None else event.payload
            self.metadata.show_cell(event.meta, cell)
        self._show_findings(event)

    def _show_findings(self, event: Event) -> None:
        serious = [f for f in event.findings if f.severity != "info"]
        if not serious:
            self._banner.hide()
            return
        more = [f.message for f in serious[1:]]
        detail = "\n".join((tr(serious[0].remedy), *more))
        tone = Tone.ERROR if serious[0].severity == "error" else Tone.WARNING
        actions = []
        if not_loaded(event):
            actions.append(BannerAction(tr("Read it now"), self.whole_asked.emit))
        self._banner.show_message(tone, serious[0].message, detail, actions, closable=False)


def not_loaded(event: Event) -> bool:
    """Whether the payload was too large for its page and can be read now."""
    content = event.payload.content
    return isinstance(content, Undecoded) and content.code == "payload-too-large"


def stored_form(payload: Payload) -> str:
    """The stored text, its long lines broken; bytes that are no text in hexadecimal."""
    if payload.raw is None:
        return tr("(empty)") if not payload.size else tr("(not loaded)")
    if not is_text(payload.raw):
        return hex_block(stored_bytes(payload.raw), row_bytes=8)
    block = text_block(payload.raw)
    if block.whole:
        return block.text
    return f"{block.text}\n… {tr('(only the beginning; Raw shows everything)')}"
