"""The event table: one row per event, of one stream or of the whole store.

Rows have a fixed height (asking Qt to fit them to their contents would visit every row), the
version is a chip, and what is wrong with an event stands in its row with a picture and words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
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

from inspector.core.texts import counted, tr
from inspector.ui.models.event_table import EVENT_ROLE, EventColumn, EventTableModel
from inspector.ui.theme import FontRole, Icon, Role, TintRole
from inspector.ui.widgets.banner import Banner, BannerAction, Tone
from inspector.ui.widgets.chip import CELL_HEIGHT, ChipLook, chip_width, paint_chip
from inspector.ui.widgets.empty_page import EmptyPage, NextStep, PageContent
from inspector.ui.widgets.labels import PlainLabel, muted

if TYPE_CHECKING:
    from collections.abc import Callable

    from inspector.core.errors import InspectorError
    from inspector.core.events import Count, Event
    from inspector.ui.theme import Theme

ROW_HEIGHT = 24
MONO_COLUMNS = (EventColumn.POSITION, EventColumn.TIME, EventColumn.STREAM, EventColumn.SUMMARY)
WIDTHS = {
    EventColumn.POSITION: 64,
    EventColumn.TIME: 208,
    EventColumn.STREAM: 104,
    EventColumn.TYPE: 124,
    EventColumn.VERSION: 60,
}

Index = QModelIndex | QPersistentModelIndex


class EventDelegate(QStyledItemDelegate):
    """Draws the cells of the event table."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: N802
        """Payloads, ids, times and positions are monospaced; nothing has a focus box."""
        super().initStyleOption(option, index)
        if index.column() in MONO_COLUMNS:
            option.font = self._theme.fonts.mono
        if index.column() == EventColumn.STREAM:
            option.textElideMode = Qt.TextElideMode.ElideMiddle
        option.state &= ~QStyle.StateFlag.State_HasFocus

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a cell; the version as a chip, a finding with its picture."""
        column = index.column()
        event = index.data(EVENT_ROLE)
        if column == EventColumn.VERSION and event is not None and event.schema_version is not None:
            self._ground(painter, option, index)
            self._version(painter, option.rect, str(index.data()))
        elif column == EventColumn.SUMMARY and event is not None and _trouble(event):
            self._ground(painter, option, index)
            self._trouble(painter, option, str(index.data()))
        else:
            super().paint(painter, option, index)

    def _ground(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Selection and alternate colour, without the text."""
        bare = QStyleOptionViewItem(option)
        self.initStyleOption(bare, index)
        bare.text = ""
        widget = bare.widget
        widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, bare, painter, widget)

    def _version(self, painter: QPainter, rect: QRect, text: str) -> None:
        painter.save()
        painter.setFont(self._theme.fonts.small)
        look = ChipLook(text, TintRole.UPCAST if "→" in text else Role.TEXT_MUTED)
        width = min(chip_width(painter.fontMetrics(), look), rect.width() - 4)
        height = self._theme.px(CELL_HEIGHT)
        top = rect.top() + (rect.height() - height) // 2
        paint_chip(painter, QRect(rect.left() + 3, top, width, height), look, self._theme)
        painter.restore()

    def _trouble(self, painter: QPainter, option: QStyleOptionViewItem, text: str) -> None:
        rect: QRect = option.rect
        painter.save()
        colour = self._theme.tokens[Role.DANGER]
        density = painter.device().devicePixelRatio()
        picture = self._theme.icons.pixmap(Icon.TRIANGLE_ALERT, colour, 16, density)
        painter.drawPixmap(rect.left() + 3, rect.top() + (rect.height() - 16) // 2, picture)
        painter.setFont(self._theme.fonts.mono)
        painter.setPen(QColor(colour))
        inside = rect.adjusted(24, 0, -4, 0)
        metrics = painter.fontMetrics()
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, inside.width())
        painter.drawText(inside, int(Qt.AlignmentFlag.AlignVCenter), shown)
        painter.restore()


class EventsPanel(QFrame):
    """The event table with its heading and its faces for "nothing" and "failed".

    Signals:
        row_chosen(object): the row that the user went to.
        event_opened(object): the event that the user wants to see in its stream.
        retry_asked(): read again after a failure.
    """

    row_chosen = Signal(object)
    event_opened = Signal(object)
    retry_asked = Signal()

    def __init__(self, theme: Theme, model: EventTableModel) -> None:
        super().__init__()
        self.setProperty("panel", "true")
        self._theme = theme
        self._model = model
        self._following = False
        self.view = QTableView()
        self._prepare_view()
        self._title = PlainLabel()
        theme.set_font(self._title, FontRole.HEADING)
        self._count = muted(PlainLabel())
        self._banner = Banner(theme)
        self._page = EmptyPage(theme)
        self._stack = QStackedLayout()
        self._lay_out()
        model.count_changed.connect(self._counted)
        model.modelReset.connect(self._reset)
        model.failed.connect(self._failed)
        model.page_arrived.connect(self._show_face)
        self._reset()

    def go_to(self, row: int) -> None:
        """Select a row without telling anybody: the cursor has moved already."""
        index = self._model.index(row, 0)
        if not index.isValid() or self.view.currentIndex().row() == row:
            return
        self._following = True
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
        rows = QItemSelectionModel.SelectionFlag.Rows
        self.view.selectionModel().setCurrentIndex(index, flags | rows)
        self.view.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)
        self._following = False

    def current_event(self) -> Event | None:
        """The event of the current row, once it is here."""
        return self._model.event_at(self.view.currentIndex().row())

    # -- building -------------------------------------------------------------------------

    def _prepare_view(self) -> None:
        view = self.view
        view.setModel(self._model)
        view.setItemDelegate(EventDelegate(self._theme, view))
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setAlternatingRowColors(True)
        view.setShowGrid(False)
        view.setWordWrap(False)
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setCornerButtonEnabled(False)
        view.setTabKeyNavigation(False)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setAccessibleName(tr("Events"))
        rows = view.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(1)
        rows.setDefaultSectionSize(self._theme.px(ROW_HEIGHT))
        rows.hide()
        columns = view.horizontalHeader()
        columns.setHighlightSections(False)
        columns.setStretchLastSection(True)
        columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, width in WIDTHS.items():
            view.setColumnWidth(column, self._theme.px(width))
        view.selectionModel().currentRowChanged.connect(self._row_changed)
        view.activated.connect(self._opened)

    def _lay_out(self) -> None:
        heading = QHBoxLayout()
        heading.setContentsMargins(12, 8, 12, 4)
        heading.setSpacing(8)
        heading.addWidget(self._title)
        heading.addWidget(self._count)
        heading.addStretch(1)
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._page)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(heading)
        column.addWidget(self._banner)
        column.addLayout(self._stack, 1)
        self._banner.hide()

    # -- what the model says ------------------------------------------------------------------

    def _reset(self) -> None:
        stream = self._model.stream
        self._title.setText(tr("All events") if stream is None else stream.name)
        self.view.setColumnHidden(EventColumn.STREAM, stream is not None)
        self._banner.hide()
        self._count.setText("")
        self._show_face()

    def _counted(self, count: Count) -> None:
        if count.exact:
            self._count.setText(counted(count.value, "{n} event", "{n} events"))
        else:
            self._count.setText(tr("at least {n} events, counting…", n=f"{count.value:,}"))
        self._show_face()

    def _show_face(self) -> None:
        if self._model.rowCount() or self._model.loading:
            self._stack.setCurrentWidget(self.view)
            return
        if self._model.error is not None:
            self._page.show_content(_failed_page(self._model.error, self.retry_asked.emit))
        else:
            self._page.show_content(_empty_page())
        self._stack.setCurrentWidget(self._page)

    def _failed(self, error: InspectorError) -> None:
        if self._model.rowCount():
            again = BannerAction(tr("Try again"), self.retry_asked.emit)
            self._banner.show_message(Tone.ERROR, error.message, error.hint, (again,))
        self._show_face()

    # -- what the user does -------------------------------------------------------------------

    def _row_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid() and not self._following:
            self.row_chosen.emit(current.row())

    def _opened(self, index: QModelIndex) -> None:
        event = index.data(EVENT_ROLE)
        if event is not None:
            self.event_opened.emit(event)


def _trouble(event: Event) -> bool:
    return any(f.severity != "info" for f in event.findings)


def _empty_page() -> PageContent:
    return PageContent(
        Icon.INBOX,
        tr("No events here."),
        tr("The table was read to its end and holds none."),
    )


def _failed_page(error: InspectorError, again: Callable[[], object]) -> PageContent:
    step = NextStep(tr("Try again"), again)
    return PageContent(Icon.CIRCLE_X, error.message, error.hint, (step,), Role.DANGER)
