"""The stream list: find a stream by any part of its id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QStackedLayout,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from inspector.core.texts import thousands, tr
from inspector.ui.models.stream_table import (
    KINDS,
    SUMMARY_ROLE,
    StreamColumn,
    StreamTableModel,
)
from inspector.ui.theme import Icon, Role
from inspector.ui.widgets.empty_page import EmptyPage, NextStep, PageContent
from inspector.ui.widgets.labels import PlainLabel, muted
from inspector.ui.widgets.search_field import SearchField

if TYPE_CHECKING:
    from inspector.core.events import StreamId
    from inspector.ui.theme import Theme

Index = QModelIndex | QPersistentModelIndex
ROW_HEIGHT = 24


class StreamDelegate(QStyledItemDelegate):
    """Monospaced ids, elided in the middle, where ids differ least; a word for what is hidden."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: N802
        """Fonts, elision and quiet colours."""
        super().initStyleOption(option, index)
        option.font = self._theme.fonts.mono
        option.textElideMode = Qt.TextElideMode.ElideMiddle
        option.state &= ~QStyle.StateFlag.State_HasFocus
        summary = index.data(SUMMARY_ROLE)
        quiet = summary is not None and (summary.archived or summary.deleted)
        if quiet or index.column() == StreamColumn.EVENTS:
            colour = QColor(self._theme.tokens[Role.TEXT_MUTED])
            option.palette.setColor(option.palette.ColorRole.Text, colour)
            option.palette.setColor(option.palette.ColorRole.HighlightedText, colour)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """As usual."""
        super().paint(painter, option, index)


class StreamsPanel(QFrame):
    """Search field, kind filter and list.

    Signals:
        stream_chosen(object): the :class:`StreamId` that the user went to.
        all_asked(): the user wants the events of all streams.
    """

    stream_chosen = Signal(object)

    def __init__(self, theme: Theme, model: StreamTableModel) -> None:
        super().__init__()
        self.setProperty("panel", "true")
        self._theme = theme
        self._model = model
        self._silent = False
        self.search = SearchField(theme, tr("Find stream"))
        self.kinds = QComboBox()
        self.kinds.setAccessibleName(tr("Kind of streams"))
        for text in KINDS.values():
            self.kinds.addItem(tr(text))
        self.view = QTableView()
        self.empty_page = EmptyPage(theme)
        self._status = muted(PlainLabel())
        self._stack = QStackedLayout()
        self._prepare_view()
        self._lay_out()
        self.search.typed.connect(self._look)
        self.search.leave_down.connect(self._enter_list)
        self.kinds.currentIndexChanged.connect(lambda _index: self._look(self.search.text()))
        model.state_changed.connect(self._show_face)
        self._show_face()

    def select(self, stream: StreamId | None) -> None:
        """Show which stream is open, without telling anybody."""
        row = -1 if stream is None else self._model.row_of(stream)
        self._silent = True
        if row < 0:
            self.view.clearSelection()
            self.view.setCurrentIndex(QModelIndex())
        elif self.view.currentIndex().row() != row:
            self.view.selectRow(row)
        self._silent = False

    def _prepare_view(self) -> None:
        view = self.view
        view.setModel(self._model)
        view.setItemDelegate(StreamDelegate(self._theme, view))
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setAlternatingRowColors(True)
        view.setShowGrid(False)
        view.setWordWrap(False)
        view.setTabKeyNavigation(False)
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setAccessibleName(tr("Streams"))
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        rows = view.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(1)
        rows.setDefaultSectionSize(self._theme.px(ROW_HEIGHT))
        rows.hide()
        columns = view.horizontalHeader()
        columns.setHighlightSections(False)
        columns.setSectionResizeMode(StreamColumn.NAME, QHeaderView.ResizeMode.Stretch)
        columns.setSectionResizeMode(StreamColumn.EVENTS, QHeaderView.ResizeMode.Fixed)
        columns.resizeSection(StreamColumn.EVENTS, self._theme.px(76))
        view.selectionModel().currentRowChanged.connect(self._row_changed)

    def _lay_out(self) -> None:
        head = QVBoxLayout()
        head.setContentsMargins(8, 8, 8, 8)
        head.setSpacing(8)
        head.addWidget(self.search)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.kinds)
        row.addStretch(1)
        row.addWidget(self._status)
        head.addLayout(row)
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.empty_page)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(self._stack, 1)

    def _look(self, text: str) -> None:
        # By index: Qt would hand an enumeration member back as a bare text.
        self._model.look_for(text.strip(), list(KINDS)[self.kinds.currentIndex()])

    def _enter_list(self) -> None:
        if self._model.rowCount():
            self.view.setFocus()
            if not self.view.currentIndex().isValid():
                self.view.selectRow(0)

    def _row_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        summary = current.data(SUMMARY_ROLE) if current.isValid() else None
        if summary is not None and not self._silent:
            self.stream_chosen.emit(summary.stream)

    def _show_face(self) -> None:
        model = self._model
        self._status.setText(self._status_text())
        if model.rowCount() or model.loading:
            self._stack.setCurrentWidget(self.view)
            return
        self.empty_page.show_content(self._empty_content())
        self._stack.setCurrentWidget(self.empty_page)

    def _status_text(self) -> str:
        model = self._model
        if model.searching:
            return tr("searching… {n}", n=thousands(model.looked_at))
        rows = model.rowCount()
        if not rows:
            return ""
        return thousands(rows) + ("" if model.complete else "+")

    def _empty_content(self) -> PageContent:
        model = self._model
        if model.error is not None:
            again = NextStep(tr("Try again"), model.again)
            return PageContent(
                Icon.CIRCLE_X, model.error.message, model.error.hint, (again,), Role.DANGER
            )
        if model.text:
            clear = NextStep(tr("Clear search"), self.search.empty)
            text = tr("No stream has {text!r} in its id.", text=model.text)
            return PageContent(Icon.SEARCH_X, text, tr("All streams were looked at."), (clear,))
        return PageContent(Icon.INBOX, tr("No streams of this kind."))
