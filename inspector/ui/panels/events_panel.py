"""The event table: one row per event, of one stream or of the whole store.

Rows have a fixed height (asking Qt to fit them to their contents would visit every row), the
version is a chip, and what is wrong with an event stands in its row with a picture and words.
Columns are chosen, moved and sized in the header; three densities show less or more of each
event.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, QSettings, Qt, Signal
from PySide6.QtGui import QGuiApplication, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QMenu,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
)

from inspector.core.texts import counted, thousands, tr
from inspector.ui.health import WHOLE_STORE, unread_page
from inspector.ui.models.event_columns import SPECS
from inspector.ui.models.event_table import EVENT_ROLE, EventColumn, EventTableModel
from inspector.ui.models.long_scan import ScanPhase
from inspector.ui.panels.event_delegate import Density, EventDelegate
from inspector.ui.panels.event_menu import event_menu, row_text
from inspector.ui.panels.filter_bar import FilterBar, unread_words
from inspector.ui.panels.filter_menu import add_filter_menu, cell_condition
from inspector.ui.theme import FontRole, Icon, Role
from inspector.ui.widgets.banner import Banner, BannerAction, Tone
from inspector.ui.widgets.empty_page import EmptyPage, NextStep, PageContent
from inspector.ui.widgets.labels import ElidedLabel, PlainLabel, muted
from inspector.ui.widgets.list_table import ListTable
from inspector.ui.widgets.plain_text import tooltip_text
from inspector.ui.widgets.table_columns import TableColumns

if TYPE_CHECKING:
    from collections.abc import Callable

    from inspector.core.errors import InspectorError
    from inspector.core.events import Count, Event
    from inspector.ui.models.filter_model import FilterModel
    from inspector.ui.theme import Theme

_DENSITIES = {
    Density.COMPACT: (Icon.LIST, "Compact"),
    Density.LIST: (Icon.TABLE, "List"),
    Density.FULL: (Icon.LIST_TREE, "Full: every event with its payload"),
}


class EventsPanel(QFrame):
    """The event table with its heading and its faces for "nothing" and "failed".

    Signals:
        row_chosen(object): the row that the user went to.
        event_opened(object): the event that the user wants to see in its stream.
        tab_asked(object, object, bool): a stream and a version that the user wants in a tab of its
            own; ``True``: behind what is shown.
        retry_asked(): read again after a failure.
        mark_asked(), note_asked(): the user wants to mark the current event.
        versions_asked(): the user wants to see through which versions the event goes.
        row_changed(object): the row that the cursor is in, among all rows; -1 for none.

    Attributes:
        row: that row. Where hits alone are shown it may stand in no line of the table.
        filter: the filter over the table.
    """

    row_chosen = Signal(object)
    event_opened = Signal(object)
    tab_asked = Signal(object, object, bool)
    retry_asked = Signal()
    mark_asked = Signal()
    note_asked = Signal()
    versions_asked = Signal()
    row_changed = Signal(object)

    def __init__(self, theme: Theme, model: EventTableModel, found: FilterModel) -> None:
        super().__init__()
        self.setProperty("panel", "true")
        self._theme = theme
        self._model, self._filter = model, found
        self._following = False
        self.row = -1
        self.filter = FilterBar(theme, found)
        self.view = ListTable(theme, tr("Events"))
        self.view.setModel(model)
        self._delegate = EventDelegate(theme, self.view, model)
        self.view.setItemDelegate(self._delegate)
        self.columns = TableColumns(theme, self.view, SPECS)
        self._title = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        theme.set_font(self._title, FontRole.HEADING)
        self._count = muted(PlainLabel())
        self._banner = Banner(theme)
        self._page = EmptyPage(theme)
        self._stack = QStackedLayout()
        self._densities = QButtonGroup(self)
        self._lay_out()
        self._connect()
        self._reset()

    def _connect(self) -> None:
        view, model = self.view, self._model
        view.selectionModel().currentRowChanged.connect(self._row_changed)
        view.activated.connect(self._opened)
        view.clicked.connect(self._clicked)
        view.copy_asked.connect(self.copy_row)
        view.menu_asked.connect(self._show_menu)
        view.leads_apart = True
        view.apart_asked.connect(self._ask_tab)
        view.setMouseTracking(True)
        view.viewport().installEventFilter(self)
        model.count_changed.connect(self._counted)
        model.modelReset.connect(self._reset)
        model.failed.connect(self._failed)
        model.page_arrived.connect(self._show_face)
        model.shown.connect(lambda: self._set_row(-1))
        self._delegate.is_hit = self._is_marked
        self._filter.marks_changed.connect(view.viewport().update)
        self._filter.begun.connect(self._show_hits)
        self._filter.found.connect(self._more_hits)
        self.filter.left.connect(view.setFocus)

    # -- what can be asked of the panel -------------------------------------------------------

    def go_to(self, row: int) -> None:
        """Select a row without telling anybody: the cursor has moved already.

        Where hits alone are shown and the row is none, none is selected; those around it are
        in view.
        """
        self._set_row(row)
        line = self._model.line_of(row)
        if self.view.currentIndex().row() == line:
            return
        self._following = True
        if line >= 0:
            self.view.go_to_row(line)
        elif self._model.shows_hits:
            self.view.setCurrentIndex(QModelIndex())
            self.view.clearSelection()
            near = self._model.index(max(self._filter.nearest(row), 0), 0)
            self.view.scrollTo(near)
        self._following = False

    def choose(self, row: int) -> None:
        """Go to a row, as the user would."""
        line = self._model.line_of(row)
        if line < 0:
            self.go_to(row)
            self.row_chosen.emit(row)
        elif self.view.currentIndex().row() != line:
            self.view.go_to_row(line)

    def _set_row(self, row: int) -> None:
        if row != self.row:
            self.row = row
            self.row_changed.emit(row)

    def current_event(self) -> Event | None:
        """The event that the cursor is at, once it is here."""
        line = self._model.line_of(self.row)
        found = self._model.event_in(line) if line >= 0 else None
        return found or self._model.event_at(self.row)

    @property
    def density(self) -> Density:
        """How much of each event is shown."""
        return self._delegate.density

    def set_density(self, density: Density) -> None:
        """Show less or more of each event; the current row stays in view."""
        self._delegate.density = density
        self._densities.button(list(Density).index(density)).setChecked(True)
        self.view.set_row_height(density.value)
        self.view.viewport().update()

    def copy_row(self) -> None:
        """Put the current row on the clipboard: the visible columns, one line."""
        text = row_text(self.view)
        if text:
            QGuiApplication.clipboard().setText(text)

    def save_look(self, settings: QSettings) -> None:
        """Write columns and density down; nothing of what is in them."""
        settings.setValue("events/columns", self.columns.state())
        settings.setValue("events/density", self.density.name.lower())

    def restore_look(self, settings: QSettings) -> None:
        """Show columns and density as they were."""
        state = settings.value("events/columns")
        if isinstance(state, str) and state:
            self.columns.restore(state)
        density = str(settings.value("events/density", "list")).upper()
        self.set_density(Density[density] if density in Density.__members__ else Density.LIST)

    # -- building -------------------------------------------------------------------------

    def _lay_out(self) -> None:
        heading = QHBoxLayout()
        heading.setContentsMargins(14, 6, 8, 2)
        heading.setSpacing(8)
        heading.addWidget(self._title, 1)
        heading.addWidget(self._count)
        for button in self._density_buttons():
            heading.addWidget(button)
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._page)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(heading)
        column.addWidget(self.filter)
        column.addWidget(self._banner)
        column.addLayout(self._stack, 1)
        self._banner.hide()

    def _density_buttons(self) -> list[QToolButton]:
        made = []
        for number, density in enumerate(Density):
            icon, text = _DENSITIES[density]
            button = QToolButton()
            button.setCheckable(True)
            button.setAccessibleName(tr("Density: {name}", name=tr(text)))
            button.setToolTip(tooltip_text(tr(text)))
            self._theme.set_icon(button, icon, Role.TEXT_MUTED)
            self._densities.addButton(button, number)
            made.append(button)
        columns = QToolButton()
        columns.setAccessibleName(tr("Columns"))
        columns.setToolTip(tooltip_text(tr("Choose columns")))
        self._theme.set_icon(columns, Icon.COLUMNS, Role.TEXT_MUTED)
        columns.clicked.connect(lambda: self._show_columns(columns))
        made[list(Density).index(Density.LIST)].setChecked(True)
        self._densities.idClicked.connect(lambda n: self.set_density(list(Density)[n]))
        return [*made, columns]

    # -- what the model says ------------------------------------------------------------------

    def _reset(self) -> None:
        stream = self._model.stream
        self._title.setText(tr("All events") if stream is None else stream.name)
        self.columns.silence(EventColumn.STREAM, silent=stream is not None)
        self.columns.silence(EventColumn.GLOBAL, silent=stream is None)
        self._delegate.link_streams = stream is None
        self._delegate.envelope = self._model.envelope
        self._banner.hide()
        self._count.setText("")
        self._show_face()

    def _counted(self, count: Count) -> None:
        if count.exact:
            self._count.setText(counted(count.value, "{n} event", "{n} events"))
        else:
            stopped = tr("at least {n} events, counting was stopped")
            text = stopped if self._model.stopped else tr("at least {n} events, counting…")
            self._count.setText(text.format(n=thousands(count.value)))
        self._show_face()

    def _show_face(self) -> None:
        looking = self._model.shows_hits and self._filter.scan.running
        if self._model.rowCount() or self._model.loading or looking:
            self._stack.setCurrentWidget(self.view)
            return
        if self._model.shows_hits:
            self._page.show_content(self._no_hits())
            self._stack.setCurrentWidget(self._page)
            return
        if self._model.error is not None:
            self._page.show_content(unread_page(self._model.error, self.retry_asked.emit))
        else:
            self._page.show_content(_empty_page(self.retry_asked.emit))
        self._stack.setCurrentWidget(self._page)

    def _is_marked(self, row: int) -> bool:
        """Whether a row is a hit that is shown among all events."""
        return not self._model.shows_hits and self._filter.is_hit(row)

    def _no_hits(self) -> PageContent:
        """Nothing found is neither an empty store nor a filter that could not be asked."""
        found = self._filter
        every = NextStep(tr("Show every event"), lambda: found.show_only_hits(False))
        clear = NextStep(tr("Clear filter"), found.clear)
        if found.error is not None:
            error = found.error
            return PageContent(
                Icon.TRIANGLE_ALERT, error.message, error.hint, (clear, every), Role.WARNING
            )
        scanner = found.scanner
        looked = 0 if scanner is None else scanner.done
        hint = counted(looked, "One event was looked at.", "{n} events were looked at.")
        if scanner is not None and scanner.unread:
            hint = f"{hint} {unread_words(scanner.unread)}."
        if found.scan.phase is ScanPhase.STOPPED:
            on = NextStep(tr("Go on"), found.go_on)
            sentence = tr("No event matches so far: it was stopped.")
            return PageContent(Icon.FUNNEL_X, sentence, hint, (on, clear))
        steps: tuple[NextStep, ...] = (clear, every)
        if len([part for part in found.parts if part.on]) > 1:
            last = max(i for i, part in enumerate(found.parts) if part.on)
            off = partial(found.switch, last, on=False)
            less = NextStep(tr("Switch the last condition off"), off)
            steps = (less, clear, every)
        return PageContent(Icon.FUNNEL_X, tr("No event matches the filter."), hint, steps)

    def _show_hits(self) -> None:
        """Hits alone, or every row: the cursor stays where it is."""
        row = self.row
        self._model.show_hits(self._filter.scanner if self._filter.narrows else None)
        if self._model.count.value:
            self._counted(self._model.count)
        self._more_hits()
        if row >= 0:
            self.go_to(row)

    def _more_hits(self) -> None:
        self._model.show_more_hits(self._filter.known)
        if self.row >= 0 and not self.view.currentIndex().isValid():
            line = self._model.line_of(self.row)
            if line >= 0:
                self.go_to(self.row)
        self._show_face()

    def _failed(self, error: InspectorError) -> None:
        if self._model.rowCount() and not isinstance(error, WHOLE_STORE):
            again = BannerAction(tr("Try again"), self.retry_asked.emit)
            self._banner.show_message(Tone.ERROR, error.message, error.hint, (again,))
        self._show_face()

    # -- what the user does -------------------------------------------------------------------

    def _row_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid() and not self._following:
            row = self._model.row_of(current.row())
            self._set_row(row)
            self.row_chosen.emit(row)

    def _opened(self, index: QModelIndex) -> None:
        event = index.data(EVENT_ROLE)
        if event is not None:
            self.event_opened.emit(event)

    def _clicked(self, index: QModelIndex) -> None:
        """The name of a stream leads to the stream, a version to the forms of the event."""
        if self._is_version(index):
            self.versions_asked.emit()
        elif self._is_link(index):
            self._opened(index)

    def _ask_tab(self, index: QModelIndex, behind: bool) -> None:
        event = index.data(EVENT_ROLE)
        if event is not None and event.stream.key:
            self.tab_asked.emit(event.stream, event.position, behind)

    def _is_version(self, index: QModelIndex) -> bool:
        return index.column() == EventColumn.VERSION and bool(index.data())

    def _is_link(self, index: QModelIndex) -> bool:
        return self._delegate.link_streams and index.column() == EventColumn.STREAM

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A hand over what leads somewhere; columns as wide as there is room for."""
        if event.type() is QEvent.Type.Resize and watched is self.view.viewport():
            self.columns.fit(self.view.viewport().width())
            if isinstance(event, QResizeEvent):
                self._keep_in_view(event.oldSize().height())
        if event.type() is QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            index = self.view.indexAt(event.position().toPoint())
            link = self._is_link(index) or self._is_version(index)
            shape = Qt.CursorShape.PointingHandCursor if link else Qt.CursorShape.ArrowCursor
            self.view.viewport().setCursor(shape)
        return super().eventFilter(watched, event)

    def _keep_in_view(self, height: int) -> None:
        """The filter took room away from the table: a row that could be seen still can be.

        Args:
            height: pixels of the rows before.
        """
        index = self.view.currentIndex()
        if index.isValid() and 0 <= self.view.visualRect(index).top() < height:
            self.view.scrollTo(index)

    def _show_menu(self, index: QModelIndex, place: QPoint) -> None:
        event = index.data(EVENT_ROLE)
        if event is not None:
            leads = self.event_opened.emit if self._model.stream is None else None
            menu = event_menu(
                self, event, self.copy_row, leads, lambda: self._ask_tab(index, False)
            )
            menu.addSeparator()
            text = tr("Take the bookmark away") if self._model.marks_on(event) else ""
            menu.addAction(text or tr("Mark this event"), self.mark_asked.emit).setShortcut("M")
            menu.addAction(tr("Note on this event…"), self.note_asked.emit).setShortcut("Shift+M")
            column = EventColumn(index.column())
            condition = cell_condition(event, column, in_stream=leads is None)
            add_filter_menu(menu, self._filter, condition)
            _popup(menu, place)

    def _show_columns(self, button: QToolButton) -> None:
        _popup(self.columns.menu(), button.mapToGlobal(button.rect().bottomLeft()))


def _popup(menu: QMenu, place: QPoint) -> None:
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.popup(place)


def _empty_page(again: Callable[[], object]) -> PageContent:
    return PageContent(
        Icon.INBOX,
        tr("No events here."),
        tr("The table was read to its end and holds none."),
        (NextStep(tr("Read again"), again),),
    )
