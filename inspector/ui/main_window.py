"""The window: models, panels and actions put together; it holds no logic of its own.

What happens between panels is the conductor's, what actions do is in ``window_actions``.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QSettings, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from inspector.core.errors import InspectorError
from inspector.core.texts import tr
from inspector.services.case_files import is_case_file
from inspector.services.open_store import OpenRequest
from inspector.services.store_form import StoreForm, request_of
from inspector.services.workspace import StorePlace, Workspace
from inspector.ui.actions import build_actions
from inspector.ui.conductor import Conductor
from inspector.ui.filter_desk import FilterDesk
from inspector.ui.focus_keys import FocusKeys
from inspector.ui.help_desk import HelpDesk
from inspector.ui.housekeeping import Housekeeping
from inspector.ui.link_desk import LinkDesk
from inspector.ui.look import Look
from inspector.ui.marks_desk import MarksDesk
from inspector.ui.models.store_model import Phase
from inspector.ui.models.times import UTC_NAME
from inspector.ui.models.window_models import WindowModels
from inspector.ui.neighbours import Alone
from inspector.ui.pages.page_stack import PageStack
from inspector.ui.panels.start_page import StartPage
from inspector.ui.panels.status import StatusLine
from inspector.ui.panels.store_bar import StoreBar
from inspector.ui.pin_keeper import PinKeeper
from inspector.ui.quick import QuickBox
from inspector.ui.recent import recent_of
from inspector.ui.rules_desk import RulesDesk
from inspector.ui.schema_desk import SchemaDesk
from inspector.ui.session import Keeper, Session, capture, stream_query
from inspector.ui.store_dialogs import StoreDialogs
from inspector.ui.store_labels import StoreLabel, StoreLabels
from inspector.ui.stream_tabs import StreamTabs
from inspector.ui.typed_jumps import TypedJumps
from inspector.ui.widgets.banner import Banner, Tone
from inspector.ui.widgets.empty_page import EmptyPage
from inspector.ui.window_actions import WindowActions
from inspector.ui.window_menu import build_menu, menu_button
from inspector.ui.workplace import Workplace
from inspector.ui.write_desk import WriteDesk

if TYPE_CHECKING:
    from inspector.core.events import StreamId
    from inspector.ui.neighbours import Neighbours
    from inspector.ui.recent import RecentStore, RecentStores
    from inspector.ui.theme import Theme
    from inspector.ui.widgets.empty_page import PageContent

FIRST_SIZE: Final = (1280, 800)


class MainWindow(QMainWindow):
    """The window of one store.

    Signals:
        settled(): what was asked for at the start can be seen (for pictures and tests).
        language_asked(str): all texts are wanted in another language; who holds the window
            puts one in its place that was built in it.
        closed(): it is closed, and has given back what was its own.

    Attributes:
        neighbours: the other windows.
    """

    settled = Signal()
    language_asked = Signal(str)
    closed = Signal()

    def __init__(
        self,
        theme: Theme,
        settings: QSettings,
        recent: RecentStores,
        session: Session | None = None,
    ) -> None:
        super().__init__()
        self.setObjectName("main-window")
        self.theme, self._settings, self.recent = theme, settings, recent
        self.session = session or Session()
        self.labels = StoreLabels(settings, self)
        self.neighbours: Neighbours = Alone()
        self._wish = Workspace()
        self.models = WindowModels(self, str(settings.value("zone", UTC_NAME)))
        self.store, self.streams = self.models.store, self.models.streams
        self.events, self.replay = self.models.events, self.models.replay
        self.dialogs = StoreDialogs(theme, self.models.store, recent, self)
        with theme.building():
            self._build()
        self._connect()
        self.setWindowTitle(tr("Event History Inspector"))
        self.setAcceptDrops(True)
        self.resize(*FIRST_SIZE)
        self._restore()
        self._store_changed()
        self.pin_keeper = PinKeeper(self)
        self._keeper = Keeper(self)
        self._housekeeping = Housekeeping(self)
        self._housekeeping.start()
        touched = self._housekeeping.touch
        for touching in (
            self.models.replay.cursor_changed,
            self.models.store.changed,
            self.events_panel.view.verticalScrollBar().valueChanged,
            self.streams_panel.view.verticalScrollBar().valueChanged,
            self.timeline.view.hovered,
            self.timeline.view.view_changed,
        ):
            touching.connect(touched)

    # -- what can be asked of the window ---------------------------------------------------------

    def open_request(
        self,
        request: OpenRequest,
        stream: str | None = None,
        at: int | None = None,
        category: str | None = None,
        panel: str | None = None,
    ) -> None:
        """Open a store, and then perhaps a stream at a version, with a panel in front."""
        place = Workspace(
            stream=stream or "", category=category or "", position=at, tab=panel or ""
        )
        self._open(request, place)

    def open_path(self, path: str) -> None:
        """Open a file that was dropped or handed over by the desktop: a store or a case file."""
        if is_case_file(path):
            self.marks.open_file(Path(path))
            return
        self.open_request(OpenRequest(address=path))

    def open_recent(self, store: RecentStore, table: str = "") -> None:
        """Open a store again as it was opened before; ``table`` tells it from its neighbours."""
        try:
            self.open_request(replace(request_of(_form(store)), choice=table or None))
        except InspectorError as error:
            self.note(error)

    def open_workspace(self, workspace: Workspace) -> None:
        """Open what was open, at the place where it was left.

        Raises:
            InspectorError: the map file that named its columns cannot be read.
        """
        if workspace.store is not None:
            request = request_of(_form(workspace.store))
            self._open(replace(request, choice=workspace.store.choice or None), workspace)

    def open_again(self) -> None:
        """Open the same store anew, at the place where the window stands."""
        request = self.models.store.request
        if request is not None:
            self._open(request, capture(self))

    def take_over(self, other: MainWindow) -> None:
        """Show what another window shows, which is closed for it."""
        request, place = other.models.store.request, capture(other)
        self.restoreGeometry(other.saveGeometry())
        other.close()
        self._restore()
        if request is not None:
            self._open(request, place)

    def show_place(self, request: OpenRequest, place: Workspace) -> None:
        """Open a store at a place, as another window did."""
        self._open(request, place)

    def ask_window(self) -> None:
        """Another window with nothing open."""
        self.neighbours.open_window(self, None)

    def ask_window_here(self) -> None:
        """Another window at the place of this one; the tabs stay here."""
        place = replace(capture(self), tabs_before=(), tabs_after=())
        self.neighbours.open_window(self, place)

    def ask_language(self, code: str) -> None:
        """All texts in a language, remembered for the next start."""
        self._settings.setValue("language", code)
        self.language_asked.emit(code)

    def forget_store(self) -> None:
        """Remove what is remembered about the open store, and close it."""
        store = self.models.store.store
        if store is None:
            return
        self.recent.forget(recent_of(store).address)
        self.filtering.forget_store()
        self.labels.put(store, StoreLabel.NONE)
        self.session.forget(recent_of(store).address)
        self.models.store.close()

    def note(self, error: InspectorError) -> None:
        """Say something about the whole window, above everything."""
        self.notice.show_message(Tone.WARNING, error.message, error.hint)

    def _open(self, request: OpenRequest, wish: Workspace) -> None:
        self._wish = wish
        self.notice.hide()
        self.models.store.open(self.dialogs.noting(self.schema_desk.completed(request)))

    def show_panel(self, name: str) -> None:
        """Bring a panel, a tab, or a page about the whole store to the front by its name."""
        if name in self.pages.names:
            self.pages.show(name)
        else:
            self.pages.leave()
            self.place.show_panel(name)

    def show_menu(self) -> None:
        """Open the menu under its button."""
        self._menu_button.showMenu()

    def refresh_actions(self) -> None:
        """Grey what cannot be done now."""
        self._acting.refresh()

    # -- building --------------------------------------------------------------------------------

    def _build(self) -> None:
        theme, models = self.theme, self.models
        self.quick = QuickBox(theme, self)
        self.rules_desk = RulesDesk(self)
        self.schema_desk = SchemaDesk(self)
        self.writing = WriteDesk(self)
        self.links = LinkDesk(self)
        self.jumps = TypedJumps(self)
        self.marks = MarksDesk(self)
        self.help = HelpDesk(self)
        self.stream_tabs = StreamTabs(self)
        self.filtering = FilterDesk(self)
        self._pages = QStackedWidget()
        self.pages = PageStack(self, self._pages)
        self._acting = WindowActions(self)
        actions = build_actions(self, theme, self._acting.handlers())
        self.actions_by_name = actions
        self.look = Look(theme, self._settings, actions, self)
        self.keys = FocusKeys(self, actions)
        self._build_panels()
        self.conductor = Conductor(models, self.place, self)
        self.status = StatusLine(theme, models, actions)
        self.setStatusBar(self.status)

    def _build_panels(self) -> None:
        theme, models, actions = self.theme, self.models, self.actions_by_name
        self.bar = StoreBar(theme, models.store, self.labels, actions)
        self.menu = build_menu(actions, self)
        self._menu_button = menu_button(theme, self.menu)
        self.bar.add_tools(*(self._tool(name) for name in ("back", "forth", "all-events")))
        self.bar.add_tools(self._menu_button)
        self.place = Workplace(theme, models, actions)
        self.timeline, self.details = self.place.timeline, self.place.details
        self.streams_panel, self.events_panel = self.place.streams, self.place.events
        self.banner, self.splitter = self.place.banner, self.place.splitter
        self.start = StartPage(theme, models.store, self.recent)
        self.notice = Banner(theme)
        self._pages.addWidget(self.start)
        self._pages.addWidget(self.place)
        self.gone_page = EmptyPage(theme)
        self._pages.addWidget(self.gone_page)
        central = QWidget()
        column = QVBoxLayout(central)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        notice = QVBoxLayout()
        notice.setContentsMargins(8, 0, 8, 0)
        notice.addWidget(self.notice)
        column.addLayout(notice)
        column.addWidget(self._pages, 1)
        self.setCentralWidget(central)

    def _tool(self, name: str) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(self.actions_by_name[name])
        if name == "all-events":
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        return button

    def _connect(self) -> None:
        models = self.models
        models.store.changed.connect(self._store_changed)
        self.place.tabs.follow(self.stream_tabs)
        for panel in (self.streams_panel, self.events_panel):
            panel.tab_asked.connect(self._open_tab)
        self.dialogs.accepted_request.connect(self.open_request)
        self.start.open_asked.connect(self.open_request)
        self.start.recent_asked.connect(self.open_recent)
        self.start.dialog_asked.connect(self.dialogs.ask_for_store)
        self.start.choose_asked.connect(self.dialogs.choose)
        self.place.details.snapshots.create_asked.connect(self.writing.create_one)
        self.place.details.snapshots.trigger_asked.connect(self.writing.trigger)
        self.bar.layout_asked.connect(self.dialogs.explain_layout)
        self.bar.role_asked.connect(self.dialogs.explain_role)
        self.labels.changed.connect(self._show_title)
        self.conductor.settled.connect(self.settled)
        self.conductor.following_changed.connect(self._following_changed)
        self.conductor.health.page_wanted.connect(self._show_gone)
        self.events_panel.row_changed.connect(self.status.show_row)
        self.keys.refused.connect(self.status.say)
        refresh = self._acting.refresh
        models.replay.stream_changed.connect(refresh)
        models.replay.loaded_changed.connect(refresh)
        models.trail.changed.connect(refresh)
        models.events.count_changed.connect(lambda _count: refresh())
        models.events.modelReset.connect(refresh)
        models.times.changed.connect(self._zone_changed)
        self.rules_desk.connect_all()
        self.schema_desk.connect_all()
        self.marks.connect_all()
        self.filtering.connect_panel()
        self.timeline.set_zone(lambda: models.times.zone)

    # -- what the store model says ---------------------------------------------------------------

    def _store_changed(self) -> None:
        phase = self.models.store.phase
        if phase is Phase.OPEN:
            self.place.banner.hide()
            self._pages.setCurrentIndex(1)
            self._begin()
        elif phase is not Phase.OPENING or self._pages.currentIndex() != 1:
            self.conductor.clear()
            self._pages.setCurrentIndex(0)
        self._show_title()
        self._acting.refresh()

    def _begin(self) -> None:
        store = self.models.store.store
        if store is None:
            return
        if not self.session.private:
            self.recent.remember(recent_of(store))
        self.session.begin(self)
        self.models.trail.clear()
        self.models.news.watch(self.models.store.lanes)
        self.models.rules.begin(self._show_first)
        self.bar.show_rules()

    def _show_first(self) -> None:
        """What was asked for, or all events; the rules of the store are known now."""
        wish, self._wish = self._wish, Workspace()
        self.bar.show_rules()
        if wish.stream:
            self.conductor.find_and_show(wish.stream, wish.category or None, wish.position)
        else:
            self.conductor.show_all_events(wish.row)
        self.models.streams.show(self.models.store.lanes)
        if wish.store is not None:
            self.stream_tabs.bring_back(wish)
            self.models.comparison.bring_back(wish.stream, wish.pins)
            self.pin_keeper.bring_back(wish)
            self.filtering.bring_back(wish.filters)
            self.timeline.bring_back(by_time=wish.by_time, speed=wish.speed)
            self.streams_panel.filters.show_query(stream_query(wish.streams))
        self.place.events.view.setFocus()
        if wish.store is None and wish.tab:
            self.show_panel(wish.tab)
        else:
            self.details.show_tab(wish.tab)
        self.links.begin()

    def _open_tab(self, stream: StreamId, position: int | None, behind: bool) -> None:
        self.stream_tabs.open(stream, position, behind=behind)

    def _show_title(self) -> None:
        """The store's label and name come first: that is what a task bar has room for."""
        store = self.models.store.store
        parts = [] if store is None else [store.name, tr(self.labels.label(store).word)]
        if store is not None and self.labels.label(store) is StoreLabel.NONE:
            parts.pop()
        self.setWindowTitle(" – ".join([*reversed(parts), tr("Event History Inspector")]))

    def _following_changed(self) -> None:
        self.actions_by_name["follow"].setChecked(self.models.news.following)
        self.status.show_following()

    def _show_gone(self, content: PageContent) -> None:
        """The tables are no longer as they were: nothing that is shown can be trusted."""
        self.gone_page.show_content(content)
        self._pages.setCurrentWidget(self.gone_page)
        self.models.news.watch(None)

    def _zone_changed(self) -> None:
        self._settings.setValue("zone", self.models.times.name)
        self.timeline.set_zone(lambda: self.models.times.zone)

    # -- Qt --------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A file may be dropped anywhere on the window."""
        if event.mimeData().hasUrls() and event.mimeData().urls()[0].isLocalFile():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the dropped file."""
        self.open_path(event.mimeData().urls()[0].toLocalFile())

    def changeEvent(self, event: QEvent) -> None:
        """New events are looked for only while the window is in use."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange:
            self.models.news.set_active(self.isActiveWindow())
            if self.isActiveWindow():
                self.models.rules.check()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the window's shape, and give the store back."""
        if not self.rules_desk.may_close():
            event.ignore()
            return
        self._settings.setValue("geometry", self.saveGeometry())
        self._keeper.stop()
        self._housekeeping.stop()
        self.session.leave(self)
        self._settings.setValue("splitter", self.place.columns.state())
        self.events_panel.save_look(self._settings)
        self.quick.put_away()
        self.help.close()
        self.models.news.watch(None)
        self.models.rules.stop()
        self.models.freshness.clear()
        self.models.replay.clear()
        self.models.store.close()
        super().closeEvent(event)
        self.closed.emit()

    def _restore(self) -> None:
        geometry, state = self._settings.value("geometry"), self._settings.value("splitter")
        if geometry is not None:
            self.restoreGeometry(geometry)
        if state is not None:
            self.place.columns.restore(state)
        self.events_panel.restore_look(self._settings)


def _form(store: RecentStore | StorePlace) -> StoreForm:
    return StoreForm(
        address=store.address,
        schema=store.schema,
        layout=store.layout,
        map_file=store.map_file,
        touch_nothing=store.touch_nothing,
        allow_views=store.allow_views,
    )


def action_named(window: MainWindow, name: str) -> QAction:
    """An action of the window, for tests."""
    return window.actions_by_name[name]
