"""State, event and raw bytes of the moment the cursor stands at, in tabs.

The state says of itself how far it can be trusted; the event shows payload and metadata as they
were decoded, and the stored bytes are one key away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QTabWidget, QVBoxLayout, QWidget

from inspector.core.folding import Truth
from inspector.core.payloads import Undecoded
from inspector.core.texts import counted, tr
from inspector.ui.theme import FontRole, Icon
from inspector.ui.widgets.banner import Banner, Tone
from inspector.ui.widgets.empty_page import EmptyPage, PageContent
from inspector.ui.widgets.event_facts import EventFacts
from inspector.ui.widgets.json_content import TreeContent, content_of
from inspector.ui.widgets.json_tree import JsonTree
from inspector.ui.widgets.labels import PlainLabel, muted
from inspector.ui.widgets.raw_text import RawView

if TYPE_CHECKING:
    from inspector.core.events import Event, StreamId
    from inspector.core.replaying import Step
    from inspector.ui.models.replay_model import ReplayModel
    from inspector.ui.theme import Theme

TRUTH_TEXTS = {
    Truth.EXACT: "exact: computed with the application's own rules",
    Truth.INFERRED: "inferred: the last value written to each field",
    Truth.UNKNOWN: "unknown",
    Truth.MIXED: "partly unknown: an earlier event could not be applied",
}


class StatePage(QWidget):
    """The state at the cursor, with what the event changed."""

    def __init__(self, theme: Theme, replay: ReplayModel) -> None:
        super().__init__()
        self._replay = replay
        self._head = PlainLabel()
        theme.set_font(self._head, FontRole.HEADING)
        self._truth = muted(PlainLabel(wrap=True))
        self._banner = Banner(theme)
        self.tree = JsonTree(theme, tr("State"))
        self._page = EmptyPage(theme)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QVBoxLayout()
        head.setContentsMargins(12, 8, 12, 8)
        head.setSpacing(2)
        head.addWidget(self._head)
        head.addWidget(self._truth)
        column.addLayout(head)
        column.addWidget(self._banner)
        column.addWidget(self.tree, 1)
        column.addWidget(self._page, 1)
        replay.stream_changed.connect(self._stream_changed)
        replay.step_changed.connect(self._show)
        self._stream_changed()

    def _stream_changed(self) -> None:
        stream: StreamId | None = self._replay.stream
        self._banner.hide()
        self.tree.forget_opened()
        self.tree.set_content(TreeContent({}))
        self.tree.setVisible(False)
        self._page.setVisible(True)
        self._head.setVisible(False)
        self._truth.setVisible(False)
        if stream is None:
            text = tr("Choose a stream to see its state.")
            hint = tr("Double-click an event, or pick a stream on the left.")
            self._page.show_content(PageContent(Icon.HISTORY, text, hint))
        else:
            self._page.show_content(PageContent(Icon.HOURGLASS, tr("Replaying the stream…")))

    def _show(self, step: Step) -> None:
        self._page.setVisible(False)
        for widget in (self.tree, self._head, self._truth):
            widget.setVisible(True)
        position = step.position if step.position is not None else step.index + 1
        self._head.setText(tr("State after version {n}", n=position))
        truth = Truth.MIXED if step.marks else step.truth
        applied = counted(step.applied, "{n} event applied", "{n} events applied")
        self._truth.setText(f"{tr(TRUTH_TEXTS[truth])} · {applied}")
        marks = step.truth if step.marks else None
        self.tree.set_content(content_of(step.state, step.changes, marks, step.marks))
        serious = [f for f in step.findings if f.severity != "info"]
        notes = [f for f in step.findings if f.severity == "info"]
        if serious:
            tone = Tone.ERROR if serious[0].severity == "error" else Tone.WARNING
            self._banner.show_message(
                tone, serious[0].message, tr(serious[0].remedy), closable=False
            )
        elif notes:
            self._banner.show_message(Tone.INFO, notes[0].message, "", closable=False)
        else:
            self._banner.hide()


class EventPage(QScrollArea):
    """One event: what the columns say, payload and metadata."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._facts = EventFacts(theme)
        self._banner = Banner(theme)
        self._payload_title = PlainLabel(tr("Payload"))
        self._meta_title = PlainLabel(tr("Metadata"))
        for title in (self._payload_title, self._meta_title):
            theme.set_font(title, FontRole.HEADING)
            title.setContentsMargins(12, 8, 12, 4)
        self.payload = JsonTree(theme, tr("Payload"))
        self.metadata = JsonTree(theme, tr("Metadata"))
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._facts)
        column.addWidget(self._banner)
        column.addWidget(self._payload_title)
        column.addWidget(self.payload, 3)
        column.addWidget(self._meta_title)
        column.addWidget(self.metadata, 2)
        self.setWidget(inside)
        for ground in (inside, self.viewport()):  # the panel's own surface shows through
            ground.setAutoFillBackground(False)
        self.show_event(None)

    def show_event(self, event: Event | None) -> None:
        """Show another event."""
        self._facts.show_event(event)
        failed = event is not None and isinstance(event.payload.content, Undecoded)
        self._payload_title.setVisible(event is not None and not failed)
        self.payload.setVisible(event is not None and not failed)
        has_meta = event is not None and event.meta is not None
        self._meta_title.setVisible(has_meta)
        self.metadata.setVisible(has_meta)
        self._banner.hide()
        if event is None:
            return
        serious = [f for f in event.findings if f.severity != "info"]
        if serious:
            more = [f.message for f in serious[1:]]
            detail = "\n".join((tr(serious[0].remedy), *more))
            self._banner.show_message(Tone.ERROR, serious[0].message, detail, closable=False)
        self.payload.set_content(TreeContent(event.data))
        if has_meta:
            self.metadata.set_content(TreeContent(event.meta))


class DetailsPanel(QFrame):
    """Tabs about the moment at the cursor."""

    def __init__(self, theme: Theme, replay: ReplayModel) -> None:
        super().__init__()
        self.setProperty("panel", "true")
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.state = StatePage(theme, replay)
        self.event_page = EventPage(theme)
        self.raw = RawView(theme)
        self.tabs.addTab(self.state, tr("State"))
        self.tabs.addTab(self.event_page, tr("Event"))
        self.tabs.addTab(self.raw, tr("Raw bytes"))
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.addWidget(self.tabs)

    def show_event(self, event: Event | None) -> None:
        """Show another event in its tabs."""
        self.event_page.show_event(event)
        self.raw.show_payload(None if event is None else event.payload)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all tabs."""
        return tuple(self._pages())

    @property
    def tab(self) -> str:
        """The name of the tab that is in front."""
        front = self.tabs.currentWidget()
        return next(name for name, page in self._pages().items() if page is front)

    def show_tab(self, name: str) -> None:
        """Bring ``state``, ``event`` or ``raw`` to the front."""
        self.tabs.setCurrentWidget(self._pages()[name])

    def _pages(self) -> dict[str, QWidget]:
        return {"state": self.state, "event": self.event_page, "raw": self.raw}
