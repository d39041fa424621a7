"""The stream list: find a stream by any part of its id, its category, its kind, in any order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHeaderView, QMenu, QStackedLayout, QVBoxLayout

from inspector.core.texts import thousands, tr
from inspector.ui.health import unread_page
from inspector.ui.models.stream_table import (
    SUMMARY_ROLE,
    StreamColumn,
    StreamTableModel,
)
from inspector.ui.panels.stream_filters import StreamFilters
from inspector.ui.theme import FontRole, Icon, Role
from inspector.ui.widgets.empty_page import EmptyPage, NextStep, PageContent
from inspector.ui.widgets.list_table import CellDelegate, CellLook, Index, ListTable
from inspector.ui.widgets.plain_text import visible_text
from inspector.ui.widgets.scan_line import ScanLine

if TYPE_CHECKING:
    from inspector.core.events import StreamId
    from inspector.ui.theme import Theme

EVENTS_WIDTH = 76
LAST_WIDTH = 130
"""Room for a date, hours and minutes."""


class StreamDelegate(CellDelegate):
    """Monospaced ids, elided in the middle, where ids differ least."""

    def look(self, index: Index) -> CellLook:
        """Ids in full colour, numbers quiet; what the library hides is quiet as a whole."""
        summary = index.data(SUMMARY_ROLE)
        hidden = summary is not None and (summary.archived or summary.deleted)
        quiet = hidden or index.column() != StreamColumn.NAME
        role = Role.TEXT_MUTED if quiet else Role.TEXT
        return CellLook(FontRole.MONO, role, Qt.TextElideMode.ElideMiddle)


class StreamsPanel(QFrame):
    """Search field, filters and list.

    Signals:
        stream_chosen(object): the :class:`StreamId` that the user went to.
        tab_asked(object, object, bool): a stream and a version (or ``None``) that the user wants
            in a tab of its own; ``True``: behind what is shown.
    """

    stream_chosen = Signal(object)
    tab_asked = Signal(object, object, bool)

    def __init__(self, theme: Theme, model: StreamTableModel) -> None:
        super().__init__()
        self.setProperty("panel", "true")
        self._theme = theme
        self._model = model
        self._silent = False
        self._shown: StreamId | None = None
        self.filters = StreamFilters(theme, model)
        self.search = self.filters.search
        self.view = ListTable(theme, tr("Streams"))
        self.empty_page = EmptyPage(theme)
        self.progress = ScanLine(theme, model.stop)
        self._stack = QStackedLayout()
        self._prepare_view()
        self._lay_out()
        self.search.leave_down.connect(self._enter_list)
        model.state_changed.connect(self._show_face)
        model.modelReset.connect(self._keep_selected)
        model.rowsInserted.connect(self._keep_selected)
        theme.changed.connect(self._size_columns)
        self._show_face()

    def select(self, stream: StreamId | None) -> None:
        """Show which stream is open, without telling anybody."""
        self._shown = stream
        self._keep_selected()

    def copy_id(self) -> None:
        """Put the whole id of the current stream on the clipboard."""
        summary = self.view.currentIndex().data(SUMMARY_ROLE)
        if summary is not None:
            QGuiApplication.clipboard().setText(visible_text(summary.stream.name))

    # -- building -------------------------------------------------------------------------

    def _prepare_view(self) -> None:
        view = self.view
        view.setModel(self._model)
        view.setItemDelegate(StreamDelegate(self._theme, view))
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        columns = view.horizontalHeader()
        columns.setSectionResizeMode(StreamColumn.NAME, QHeaderView.ResizeMode.Stretch)
        for column in (StreamColumn.EVENTS, StreamColumn.LAST):
            columns.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
        self._size_columns()
        view.selectionModel().currentRowChanged.connect(self._row_changed)
        view.copy_asked.connect(self.copy_id)
        view.menu_asked.connect(self._show_menu)
        view.leads_apart = True
        view.apart_asked.connect(self._ask_tab)

    def _size_columns(self) -> None:
        columns = self.view.horizontalHeader()
        columns.resizeSection(StreamColumn.EVENTS, self._theme.px(EVENTS_WIDTH))
        columns.resizeSection(StreamColumn.LAST, self._theme.px(LAST_WIDTH))

    def _lay_out(self) -> None:
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.empty_page)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addWidget(self.filters)
        column.addWidget(self.progress)
        column.addLayout(self._stack, 1)

    def _show_menu(self, index: QModelIndex, place: QPoint) -> None:
        summary = index.data(SUMMARY_ROLE)
        if summary is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("Show this stream"), lambda: self._choose(summary.stream))
        apart = menu.addAction(tr("Open in a new tab"), lambda: self._ask_tab(index, behind=False))
        apart.setShortcut("Ctrl+Return")
        copy = menu.addAction(tr("Copy id"), self.copy_id)
        copy.setShortcut("Ctrl+C")
        category = summary.stream.category
        if category is not None:
            only = tr("Only this category")
            menu.addAction(only, lambda: self.filters.choose_category(category))
        menu.popup(place)

    # -- between list and window ----------------------------------------------------------

    def _enter_list(self) -> None:
        if self._model.rowCount():
            self.view.setFocus()
            if not self.view.currentIndex().isValid():
                self.view.go_to_row(0)

    def _row_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        summary = current.data(SUMMARY_ROLE) if current.isValid() else None
        if summary is not None and not self._silent:
            self._choose(summary.stream)

    def _choose(self, stream: StreamId) -> None:
        self._shown = stream
        self.stream_chosen.emit(stream)

    def _ask_tab(self, index: QModelIndex, behind: bool) -> None:
        summary = index.data(SUMMARY_ROLE)
        if summary is not None:
            self.tab_asked.emit(summary.stream, None, behind)

    def _keep_selected(self) -> None:
        """The open stream stays lit wherever it is in the list now."""
        row = -1 if self._shown is None else self._model.row_of(self._shown)
        current = self.view.currentIndex().row()
        if row == current and row >= 0:
            return
        self._silent = True
        if row >= 0:
            self.view.go_to_row(row)
        else:
            self.view.clearSelection()
            nothing = QItemSelectionModel.SelectionFlag.NoUpdate
            self.view.selectionModel().setCurrentIndex(QModelIndex(), nothing)
        self._silent = False

    # -- faces ----------------------------------------------------------------------------

    def _show_face(self) -> None:
        model = self._model
        by_time = model.ordering is not None and model.ordering.value == "last"
        self.view.setColumnHidden(StreamColumn.LAST, not by_time)
        self.view.setColumnHidden(StreamColumn.EVENTS, by_time and self.width() < 320)
        self._show_progress()
        if model.rowCount() or model.loading or model.searching:
            self._stack.setCurrentWidget(self.view)
            return
        self.empty_page.show_content(self._empty_content())
        self._stack.setCurrentWidget(self.empty_page)

    def _show_progress(self) -> None:
        model = self._model
        if model.searching:
            words = tr("{n} streams looked at", n=thousands(model.looked_at))
            self.progress.show_running(words)
        elif model.partial:
            seen = thousands(model.looked_at)
            self.progress.show_partial(
                tr("Partial: stopped after {n} streams", n=seen), model.again, tr("Look on")
            )
        elif model.cut:
            shown = thousands(model.rowCount())
            self.progress.show_note(tr("The first {n} of this order", n=shown))
        else:
            self.progress.hide()

    def _empty_content(self) -> PageContent:
        model = self._model
        if model.error is not None:
            return unread_page(model.error, model.again)
        clear = NextStep(tr("Clear filters"), self.filters.clear)
        if model.partial:
            text = tr("Nothing found so far.")
            hint = tr("The search was stopped before its end.")
            return PageContent(
                Icon.CIRCLE_STOP, text, hint, (NextStep(tr("Search again"), model.again), clear)
            )
        if model.query.text:
            text = tr("No stream has “{text}” in its id.", text=model.query.text)
            hint = self.filters.limits_in_words() or tr("All streams were looked at.")
            return PageContent(Icon.SEARCH_X, text, hint, (clear,))
        if self.filters.limited:
            hint = self.filters.limits_in_words()
            return PageContent(Icon.FUNNEL_X, tr("No stream matches."), hint, (clear,))
        hint = tr("Links, system streams and snapshots are lists of their own; choose above.")
        return PageContent(Icon.INBOX, tr("No streams here."), hint)
