"""What each action of the table does in a window, and when it cannot be done."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLineEdit, QWidget

from inspector.core.texts import tr
from inspector.services.fault_reports import kept_reports
from inspector.services.languages import LANGUAGES
from inspector.ui.action_table import Need
from inspector.ui.actions import set_needs
from inspector.ui.list_moves import move_page, move_rows, move_to_end
from inspector.ui.models.store_model import Phase
from inspector.ui.panel_actions import panel_handlers
from inspector.ui.quick.commands import CommandSource
from inspector.ui.quick.places import PlaceSource
from inspector.ui.quick.zones import ZoneSource
from inspector.ui.store_labels import LabelSource
from inspector.ui.theme import ThemeChoice
from inspector.ui.widgets.search_field import SearchField

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from inspector.core.events import StreamId
    from inspector.ui.lanes import StoreLanes
    from inspector.ui.main_window import MainWindow
    from inspector.ui.recent import RecentStore


class WindowActions(QObject):
    """Carries out the actions of one window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    def handlers(self) -> dict[str, Callable[[], object]]:
        """What to do, by the action's name."""
        return {
            **self._store_handlers(),
            **self._go_handlers(),
            **self._view_handlers(),
            **panel_handlers(self._window),
            **self._window.rules_desk.handlers(),
            **self._window.schema_desk.handlers(),
            **self._window.writing.handlers(),
            **self._window.links.handlers(),
            **self._window.stream_tabs.handlers(),
            **self._window.pages.handlers(),
            **self._window.jumps.handlers(),
            **self._window.marks.handlers(),
            **self._window.help.handlers(),
            "fault-reports": self._show_faults,
            **self._window.filtering.handlers(),
        }

    def _print(self) -> None:
        from inspector.ui.dialogs.print_dialog import PrintDialog  # noqa: PLC0415 - seldom needed

        PrintDialog(self._window).open()

    def _show_faults(self) -> None:
        from inspector.ui.dialogs.fault_view import FaultView  # noqa: PLC0415 - seldom needed

        reports = kept_reports()
        if reports:
            FaultView(self._window.theme, reports, self._window).open()
        else:
            self._window.status.say(tr("No fault of this program was noted on this computer."))

    def _store_handlers(self) -> dict[str, Callable[[], object]]:
        window = self._window
        return {
            "open": window.dialogs.ask_for_store,
            "reload": self._reload,
            "follow": self._follow,
            "label": self._label,
            "forget": window.forget_store,
            "layout": window.dialogs.explain_layout,
            "print": self._print,
            "stop": self.escape,
            "close": window.models.store.close,
            "new-window": window.ask_window,
            "place-window": window.ask_window_here,
            "close-window": window.close,
            "quit": lambda: window.neighbours.quit(window),
        }

    def _go_handlers(self) -> dict[str, Callable[[], object]]:
        replay = self._window.models.replay
        return {
            "quick-open": lambda: self._quick(""),
            "find": self._find,
            "filter": self._window.filtering.focus,
            "go-to": self._ask_where,
            "back": lambda: self._walk(-1),
            "forth": lambda: self._walk(1),
            "all-events": self._all_events,
            "row-down": lambda: move_rows(self._list(), 1),
            "row-up": lambda: move_rows(self._list(), -1),
            "page-down": lambda: move_page(self._list(), 1),
            "page-up": lambda: move_page(self._list(), -1),
            "first": lambda: self._end(0),
            "last": lambda: self._end(-1),
            "play": self._play,
            "previous": lambda: replay.move_by(-1),
            "next": lambda: replay.move_by(1),
            "back-ten": lambda: replay.move_by(-10),
            "on-ten": lambda: replay.move_by(10),
            "previous-type": lambda: replay.move_to_next_of_type(-1),
            "next-type": lambda: replay.move_to_next_of_type(1),
        }

    def _view_handlers(self) -> dict[str, Callable[[], object]]:
        window = self._window
        return {
            "timeline-closer": lambda: window.timeline.view.zoom(1),
            "timeline-further": lambda: window.timeline.view.zoom(-1),
            "timeline-whole": lambda: window.timeline.view.zoom(0),
            "timeline-back": lambda: window.timeline.view.pan(-1),
            "timeline-on": lambda: window.timeline.view.pan(1),
            "timeline-clock": self._switch_axis,
            "theme-light": lambda: window.look.choose(ThemeChoice.LIGHT),
            "theme-dark": lambda: window.look.choose(ThemeChoice.DARK),
            "theme-system": lambda: window.look.choose(ThemeChoice.SYSTEM),
            "colour-blind": lambda: window.look.avoid_red_and_green(
                window.actions_by_name["colour-blind"].isChecked()
            ),
            "larger": lambda: window.look.zoom(1),
            "smaller": lambda: window.look.zoom(-1),
            "usual-size": lambda: window.look.zoom(0),
            "zone": self.choose_zone,
            **{f"language-{code}": partial(window.ask_language, code) for code in LANGUAGES},
            "palette": lambda: self._quick(">"),
            "keys": self._show_keys,
            "menu": window.show_menu,
        }

    def _reload(self) -> None:
        """Read on; a private copy is taken anew, since the one that is open never changes."""
        store = self._window.models.store.store
        if store is not None and store.request.options.touch_nothing:
            self._window.open_again()
        else:
            self._window.conductor.read_again()

    def _label(self) -> None:
        store = self._window.models.store.store
        if store is not None:
            quick = self._window.quick
            quick.ask({"": LabelSource(self._window.labels, store, quick)})

    def _follow(self) -> None:
        self._window.conductor.follow(self._window.actions_by_name["follow"].isChecked())

    # -- what is possible ---------------------------------------------------------------------

    def refresh(self) -> None:
        """Grey what cannot be done now, each with its reason."""
        models = self._window.models
        store, replay = models.store.store, models.replay.replay
        there = {
            Need.STORE: store is not None,
            Need.ORDER: store is None or bool(store.reader.source.order_key),
            Need.RULES: models.rules.loaded is not None,
            Need.SCHEMAS: store is not None and bool(store.request.schemas),
            Need.FILTER: models.filter.active,
            Need.LIVE: models.news.can_watch,
            Need.EVENTS: bool(models.events.count.value),
            Need.STREAM: replay is not None and len(replay) > 0,
            Need.BACK: models.trail.can_go_back,
            Need.FORTH: models.trail.can_go_forth,
        }
        missing = [need for need, is_there in there.items() if not is_there]
        missing += self._window.stream_tabs.missing
        set_needs(self._window.actions_by_name, missing)

    # -- stopping and going back --------------------------------------------------------------

    def escape(self) -> None:
        """The nearest thing that can be left: a box, a field, running work, a page, a stream."""
        pages = self._window.pages
        steps = (
            self._leave_box,
            self._leave_field,
            pages.stop,
            pages.leave,
            self._stop_work,
            self._leave_stream,
        )
        any(step() for step in steps)

    def _leave_box(self) -> bool:
        shown = self._window.quick.isVisible()
        self._window.quick.put_away()
        return shown

    def _leave_field(self) -> bool:
        field = QApplication.focusWidget()
        if not isinstance(field, QLineEdit) or field.window() is not self._window:
            return False
        if isinstance(field, SearchField) and field.text():
            field.empty()
        else:
            self._window.events_panel.view.setFocus()
        return True

    def _stop_work(self) -> bool:
        models = self._window.models
        if models.replay.playing:
            models.replay.stop()
            return True
        if models.store.phase is Phase.OPENING:
            models.store.close()
            return True
        if models.store.phase is not Phase.OPEN:
            return False
        busy = models.activity.busy
        timeline, problems = self._window.timeline, models.problems.scan
        working = models.streams.searching or timeline.working or problems.running
        working = working or models.snapshots.verifying or self._window.jumps.working
        working = working or models.filter.scan.running
        if busy is None and not working:
            return False
        models.streams.stop()
        problems.stop()
        models.snapshots.stop()
        timeline.stop_work()
        self._window.jumps.stop()
        self._window.filtering.stop()
        if busy is not None:
            models.store.lanes.cancel(busy.key)
        return True

    def _leave_stream(self) -> bool:
        if self._window.models.replay.stream is None:
            return False
        self._all_events()
        return True

    # -- going somewhere ----------------------------------------------------------------------

    def _walk(self, direction: int) -> None:
        """From a page about the whole store, back is back to the events."""
        if not self._window.pages.leave() or direction > 0:
            self._window.conductor.walk(direction)

    def _all_events(self) -> None:
        """All events, at the row where one stood among them before."""
        self._window.pages.leave()
        self._window.conductor.note_visit()
        self._window.conductor.show_all_events(self._window.models.trail.row_of_all)

    def _quick(self, text: str) -> None:
        window = self._window
        places = PlaceSource(WindowPlaces(window), window.quick)
        commands = CommandSource(window.actions_by_name, window.quick)
        window.quick.ask({"": places, ">": commands}, text)

    def choose_zone(self) -> None:
        """Ask for the time zone of the window."""
        self._window.quick.ask({"": ZoneSource(self._window.models.times, self._window.quick)})

    def _find(self) -> None:
        """Go to the find field of the panel that has the focus, or to the stream list's."""
        page = self._window.pages.front
        field = self._field_near(QApplication.focusWidget() or page)
        if field is None:
            self._window.pages.leave()
            field = self._window.streams_panel.search
        field.setFocus()
        field.selectAll()

    def _field_near(self, here: QWidget | None) -> SearchField | None:
        while here is not None and here is not self._window:
            for field in here.findChildren(SearchField):
                if field.isVisible():
                    return field
            here = here.parentWidget()
        return None

    def _ask_where(self) -> None:
        self._window.timeline.ask_where()

    def _switch_axis(self) -> None:
        self._window.timeline.switch_axis()

    def _play(self) -> None:
        self._window.timeline.play_or_pause()

    # -- rows of lists ------------------------------------------------------------------------

    def _list(self) -> QAbstractItemView:
        """The list that has the focus, or else the event table."""
        focused = QApplication.focusWidget()
        if isinstance(focused, QAbstractItemView) and focused.window() is self._window:
            return focused
        return self._window.events_panel.view

    def _end(self, index: int) -> None:
        view = self._list()
        hits = self._window.models.events.shows_hits
        if view is self._window.events_panel.view and not hits:
            self._window.conductor.go(index)
        else:
            move_to_end(view, last=index < 0)

    # -- help ---------------------------------------------------------------------------------

    def _show_keys(self) -> None:
        from inspector.ui.dialogs.key_sheet import KeySheet  # noqa: PLC0415 - built when asked for

        KeySheet(self._window.theme, self._window).open()


class WindowPlaces:
    """What quick open may know of a window."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def lanes(self) -> StoreLanes | None:
        """Of the open store."""
        store = self._window.models.store
        return store.lanes if store.phase is Phase.OPEN else None

    def looked_at(self) -> Iterator[StreamId]:
        """Streams, the newest first."""
        return iter(self._window.models.trail.streams)

    def stores(self) -> Iterator[RecentStore]:
        """Stores that were opened before, the newest first."""
        return iter(self._window.recent.stores)

    def show_stream(self, stream: StreamId, position: int | None = None) -> None:
        """Go there; the focus goes to the events."""
        self._window.pages.leave()
        self._window.conductor.note_visit()
        self._window.conductor.show_stream(stream, position)
        self._window.events_panel.view.setFocus()

    def open_recent(self, store: RecentStore) -> None:
        """Open it as it was opened before."""
        self._window.open_recent(store)

    def open_path(self, path: str) -> None:
        """Open a file or an address."""
        self._window.open_path(path)

    def open_link(self, text: str) -> None:
        """Follow a link."""
        self._window.links.open_text(text)

    def search_everywhere(self, text: str) -> None:
        """Search the text in all events."""
        self._window.filtering.search_everywhere(text)

    def search_list(self, text: str) -> None:
        """Look for the text in the list of streams, of all kinds."""
        self._window.pages.leave()
        panel = self._window.streams_panel
        panel.filters.clear()
        kinds = panel.filters.kinds
        kinds.setCurrentIndex(kinds.count() - 1)
        panel.search.setText(text)
        panel.search.setFocus()
