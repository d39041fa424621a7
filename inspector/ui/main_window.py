"""The window: models, panels and actions put together; it holds no logic of its own.

One cursor moves everything: slider, table row and tabs all follow :class:`ReplayModel`, and a
panel never calls another panel; what has to happen between two of them is written here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from inspector.core.errors import InspectorError
from inspector.core.texts import tr
from inspector.services.open_store import OpenRequest
from inspector.ui.actions import build_actions
from inspector.ui.finding import find_stream
from inspector.ui.models.event_table import EventTableModel
from inspector.ui.models.replay_model import ReplayModel
from inspector.ui.models.store_model import Phase, StoreModel
from inspector.ui.models.stream_table import StreamTableModel
from inspector.ui.panels.details_panel import DetailsPanel
from inspector.ui.panels.events_panel import EventsPanel
from inspector.ui.panels.start_page import StartPage
from inspector.ui.panels.status import StatusLine
from inspector.ui.panels.store_bar import StoreBar
from inspector.ui.panels.streams_panel import StreamsPanel
from inspector.ui.panels.timeline_panel import TimelinePanel
from inspector.ui.recent import RecentStore, RecentStores
from inspector.ui.store_dialogs import StoreDialogs
from inspector.ui.theme import Icon, Theme, ThemeChoice
from inspector.ui.widgets.banner import Banner, BannerAction, Tone

if TYPE_CHECKING:
    from collections.abc import Callable

    from inspector.core.events import Event, StreamId
    from inspector.services.open_store import OpenedStore

FIRST_SIZE = (1280, 800)
SPLIT = (232, 640, 392)


class MainWindow(QMainWindow):
    """The window of one store.

    Signals:
        settled(): what was asked for at the start can be seen (for pictures and tests).
    """

    settled = Signal()

    def __init__(self, theme: Theme, settings: QSettings, recent: RecentStores) -> None:
        super().__init__()
        self.setObjectName("main-window")
        self._theme = theme
        self._settings = settings
        self._wish: tuple[str, str | None, int | None] | None = None
        self._recent = recent
        self.store = StoreModel(self)
        self.streams = StreamTableModel(self)
        self.events = EventTableModel(self)
        self.replay = ReplayModel(self)
        self.dialogs = StoreDialogs(theme, self.store, recent, self)
        self.dialogs.accepted_request.connect(self.open_request)
        self.actions_by_name = build_actions(self, theme, self._handlers())
        self._build()
        self._connect()
        self.setWindowTitle(tr("Event History Inspector"))
        self.setAcceptDrops(True)
        self.resize(*FIRST_SIZE)
        self._restore()
        self._store_changed()

    # -- what can be asked of the window --------------------------------------------------------

    def open_request(
        self,
        request: OpenRequest,
        stream: str | None = None,
        at: int | None = None,
        category: str | None = None,
    ) -> None:
        """Open a store, and then perhaps a stream at a version."""
        self._wish = None if stream is None else (stream, category, at)
        self.store.open(self.dialogs.noting(request))

    def open_path(self, path: str) -> None:
        """Open a file that was dropped or handed over by the desktop."""
        self.open_request(OpenRequest(address=path))

    def show_stream(self, stream: StreamId, position: int | None = None) -> None:
        """Show a stream; the cursor goes to ``position`` or to its last event."""
        if self.events.stream != stream or self.replay.stream != stream:
            self.events.show(self.store.lanes, stream)
            self.replay.show(self.store.lanes, stream, position)
        elif position is not None and self.replay.replay is not None:
            self.replay.move_to(self.replay.replay.history.index_of(position))
        self.streams_panel.select(stream)

    def show_all_events(self) -> None:
        """Show the events of all streams in global order."""
        store = self.store.store
        if store is None or not store.reader.source.order_key:
            return
        self.replay.clear()
        self.streams_panel.select(None)
        self.events.show(self.store.lanes, None)
        self.timeline.show_store(self.store.lanes)
        self.details.show_event(None)

    # -- building ---------------------------------------------------------------------------------

    def _build(self) -> None:
        theme = self._theme
        self.bar = StoreBar(theme, self.store, self.actions_by_name["open"])
        self.bar.add_tools(*self._tools())
        self.banner = Banner(theme)
        self.timeline = TimelinePanel(theme, self.replay, self.events, self.actions_by_name)
        self.streams_panel = StreamsPanel(theme, self.streams)
        self.events_panel = EventsPanel(theme, self.events)
        self.details = DetailsPanel(theme, self.replay)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(8)
        self.splitter.setChildrenCollapsible(False)
        for i, panel in enumerate((self.streams_panel, self.events_panel, self.details)):
            self.splitter.addWidget(panel)
            self.splitter.setStretchFactor(i, (0, 3, 2)[i])
        self.splitter.setSizes([theme.px(width) for width in SPLIT])
        self.start = StartPage(theme, self.store)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.start)
        self._pages.addWidget(self._workplace())
        self.setCentralWidget(self._central())
        self.status = StatusLine(theme, self.store, self.events, self.replay)
        self.setStatusBar(self.status)

    def _central(self) -> QWidget:
        central = QWidget()
        column = QVBoxLayout(central)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self._pages, 1)
        return central

    def _workplace(self) -> QWidget:
        place = QWidget()
        column = QVBoxLayout(place)
        column.setContentsMargins(8, 0, 8, 8)
        column.setSpacing(8)
        column.addWidget(self.banner)
        column.addWidget(self.timeline)
        row = QHBoxLayout()
        row.addWidget(self.splitter)
        column.addLayout(row, 1)
        return place

    def _tools(self) -> list[QWidget]:
        all_events = QToolButton()
        all_events.setDefaultAction(self.actions_by_name["all-events"])
        all_events.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        settings = QToolButton()
        settings.setAccessibleName(tr("View"))
        settings.setToolTip(tr("View"))
        settings.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._theme.set_icon(settings, Icon.SETTINGS)
        menu = QMenu(settings)
        for name in ("theme-light", "theme-dark", "theme-system"):
            menu.addAction(self.actions_by_name[name])
        menu.addSeparator()
        for name in ("reload", "layout", "keys", "close", "quit"):
            menu.addAction(self.actions_by_name[name])
        settings.setMenu(menu)
        return [all_events, settings]

    def _handlers(self) -> dict[str, Callable[[], object]]:
        replay = self.replay
        return {
            "open": self.dialogs.ask_for_store,
            "close": self.store.close,
            "all-events": self.show_all_events,
            "find-stream": self._find_stream,
            "go-to": self._ask_where,
            "first": lambda: self._go(0),
            "previous": lambda: replay.move_by(-1),
            "play": self._play,
            "next": lambda: replay.move_by(1),
            "last": lambda: self._go(-1),
            "back-ten": lambda: replay.move_by(-10),
            "on-ten": lambda: replay.move_by(10),
            "previous-type": lambda: replay.move_to_next_of_type(-1),
            "next-type": lambda: replay.move_to_next_of_type(1),
            "stop": self._stop,
            "reload": self._reload,
            "layout": self.dialogs.explain_layout,
            "theme-light": lambda: self._choose_theme(ThemeChoice.LIGHT),
            "theme-dark": lambda: self._choose_theme(ThemeChoice.DARK),
            "theme-system": lambda: self._choose_theme(ThemeChoice.SYSTEM),
            "keys": self._show_keys,
            "quit": self.close,
        }

    def _connect(self) -> None:
        self.store.changed.connect(self._store_changed)
        self.start.open_asked.connect(self.open_request)
        self.start.dialog_asked.connect(self.dialogs.ask_for_store)
        self.start.choose_asked.connect(self.dialogs.choose)
        self.bar.layout_asked.connect(self.dialogs.explain_layout)
        self.streams_panel.stream_chosen.connect(self.show_stream)
        self.events_panel.row_chosen.connect(self._row_chosen)
        self.events_panel.event_opened.connect(self._event_opened)
        self.events_panel.retry_asked.connect(self._reload)
        self.events.page_arrived.connect(self._show_current_event)
        self.events.count_changed.connect(lambda _count: self._show_current_event())
        self.replay.cursor_changed.connect(self._cursor_changed)
        self.replay.step_changed.connect(lambda _step: self._show_current_event())
        self.replay.failed.connect(self._failed)
        self.timeline.failed.connect(self._failed)
        self.timeline.row_asked.connect(self._row_asked)
        self.streams.state_changed.connect(self._keep_stream_selected)

    # -- between the models -----------------------------------------------------------------------

    def _store_changed(self) -> None:
        phase = self.store.phase
        is_open = phase is Phase.OPEN
        for name in ("all-events", "find-stream", "first", "last", "reload", "layout", "close"):
            self.actions_by_name[name].setEnabled(is_open)
        self.banner.hide()
        if is_open:
            self._pages.setCurrentIndex(1)
            self._begin()
        elif phase is not Phase.OPENING or self._pages.currentIndex() == 0:
            self._forget()
            self._pages.setCurrentIndex(0)

    def _begin(self) -> None:
        store = self.store.store
        if store is None:
            return
        self._remember(store)
        title = f"{store.name} – {tr('Event History Inspector')}"
        self.setWindowTitle(title)
        wish, self._wish = self._wish, None
        if wish is not None:
            self._find_and_show(*wish)
        elif store.reader.source.order_key:
            self.show_all_events()
        self.streams.show(self.store.lanes)

    def _remember(self, store: OpenedStore) -> None:
        """Put the store on the list of recent ones: where it is, nothing of what is in it."""
        request = store.request
        self._recent.remember(
            RecentStore(
                address=store.address.text,
                title=store.match.title,
                schema=request.schema or "",
                layout=request.layout or "",
                touch_nothing=request.options.touch_nothing,
                allow_views=request.options.allow_views,
            )
        )

    def _forget(self) -> None:
        self.replay.clear()
        self.timeline.outline.clear()
        self.events.clear()
        self.streams.show(None)
        self.details.show_event(None)
        self.setWindowTitle(tr("Event History Inspector"))

    def _find_and_show(self, name: str, category: str | None, at: int | None) -> None:
        find_stream(
            self.store.lanes, (name, category), lambda s: self.show_stream(s, at), self._failed
        )

    def _row_chosen(self, row: int) -> None:
        if self.replay.stream is not None:
            self.replay.stop()
            self.replay.move_to(row)
        else:
            self.timeline.show_row(row)
            self.details.show_tab("event")
        self._show_current_event()

    def _row_asked(self, row: int) -> None:
        """Somebody points at a place of the whole store's timeline."""
        self.events_panel.go_to(row)
        self._show_current_event()

    def _cursor_changed(self, index: int) -> None:
        self.events_panel.go_to(index)
        self._show_current_event()

    def _show_current_event(self) -> None:
        if self.replay.stream is not None and self.replay.cursor >= 0:
            self.events_panel.go_to(self.replay.cursor)
            event = self.events.event_at(self.replay.cursor)
        else:
            event = self.events_panel.current_event()
        if event is not None:
            self.details.show_event(event)
        if event is not None or (self.replay.stream is None and self.events.rowCount()):
            self.settled.emit()

    def _event_opened(self, event: Event) -> None:
        if self.events.stream is None and event.stream.key:
            self.show_stream(event.stream, event.position)

    def _keep_stream_selected(self) -> None:
        if self.replay.stream is not None:
            self.streams_panel.select(self.replay.stream)

    def _failed(self, error: InspectorError) -> None:
        again = BannerAction(tr("Try again"), self._reload)
        self.banner.show_message(Tone.ERROR, error.message, error.hint, (again,))

    # -- actions ----------------------------------------------------------------------------------

    def _find_stream(self) -> None:
        self.streams_panel.search.setFocus()
        self.streams_panel.search.selectAll()

    def _go(self, index: int) -> None:
        self.replay.stop()
        if self.replay.stream is not None:
            self.replay.move_to(index if index >= 0 else self.replay.count - 1)
            return
        rows = self.events.rowCount()
        if rows:
            self.events_panel.view.selectRow(index if index >= 0 else rows - 1)

    def _ask_where(self) -> None:
        self.timeline.ask_where()

    def _play(self) -> None:
        self.timeline.play_or_pause()

    def _stop(self) -> None:
        self.replay.stop()
        if self.store.phase is Phase.OPENING:
            self.store.close()
        elif self.store.phase is Phase.OPEN:
            self.timeline.stop_work()
            self.store.lanes.cancel("count")
            self.streams.stop()

    def _reload(self) -> None:
        if self.store.phase is not Phase.OPEN:
            if self.store.request is not None:
                self.store.open(self.store.request)
            return
        stream, step = self.replay.stream, self.replay.step
        self.streams.again()
        if stream is None:
            self.show_all_events()
        else:
            self.replay.clear()
            self.show_stream(stream, None if step is None else step.position)

    def _choose_theme(self, choice: ThemeChoice) -> None:
        self._theme.choose(choice)
        self._settings.setValue("theme", choice.value)

    def _show_keys(self) -> None:
        from inspector.ui.dialogs.key_sheet import KeySheet  # noqa: PLC0415 - built when asked for

        KeySheet(self._theme, self).open()

    # -- Qt ---------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A file may be dropped anywhere on the window."""
        if event.mimeData().hasUrls() and event.mimeData().urls()[0].isLocalFile():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the dropped file."""
        self.open_path(event.mimeData().urls()[0].toLocalFile())

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the window's shape, and give the store back."""
        self._settings.setValue("geometry", self.saveGeometry())
        self._settings.setValue("splitter", self.splitter.saveState())
        self.events_panel.save_look(self._settings)
        self.replay.clear()
        self.store.close()
        super().closeEvent(event)

    def _restore(self) -> None:
        geometry, state = self._settings.value("geometry"), self._settings.value("splitter")
        if geometry is not None:
            self.restoreGeometry(geometry)
        if state is not None:
            self.splitter.restoreState(state)
        self.events_panel.restore_look(self._settings)


def action_named(window: MainWindow, name: str) -> QAction:
    """An action of the window, for tests."""
    return window.actions_by_name[name]
