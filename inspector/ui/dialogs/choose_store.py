"""Choosing among several stores of one database, or taking one that is not certain.

Left every store that was found, with its table, how sure its recognition is and how many events
it holds; right the reasons for the one that is selected.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QListView,
    QPushButton,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from inspector.core.texts import counted, thousands, tr
from inspector.services.tasks import Done
from inspector.ui.dialogs.form_rows import fit_screen
from inspector.ui.dialogs.layout_reasons import fill_report
from inspector.ui.dialogs.report_view import ReportView
from inspector.ui.theme import FontRole, Icon, Role
from inspector.ui.widgets.labels import PlainLabel, muted
from inspector.ui.widgets.plain_text import shortened, tooltip_text, visible_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from inspector.core.events import Count
    from inspector.services.open_store import OpenedStore
    from inspector.services.tasks import Outcome
    from inspector.ui.lanes import ReaderJob, StoreLanes
    from inspector.ui.theme import Theme

SIZE: Final = (860, 560)
LIST_WIDTH: Final = 320
ROW: Final = 64
PICTURE: Final = 16
COUNT_LIMIT: Final = 10_000
"""Events are counted so far; more would be a scan that nobody asked for."""

Index = QModelIndex | QPersistentModelIndex
_STORE: Final = int(Qt.ItemDataRole.UserRole)
_COUNT: Final = _STORE + 1


class ChooseStore(QDialog):
    """The dialog.

    Args:
        theme: colours and fonts.
        stores: what was found, best first.
        parent: the window.
        lanes: where events can be counted; without it no counts are shown.

    Signals:
        chosen(object): the :class:`OpenedStore` that the user takes.
        map_asked(): the user wants to name the columns of a table instead.
    """

    chosen = Signal(object)
    map_asked = Signal()

    def __init__(
        self,
        theme: Theme,
        stores: Sequence[OpenedStore],
        parent: QWidget | None = None,
        lanes: StoreLanes | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._theme = theme
        self._model = _StoresModel(stores, self)
        self.setWindowTitle(tr("Choose a store"))
        self._build(stores)
        fit_screen(self, theme, SIZE)
        self.list.setCurrentIndex(self._model.index(0, 0))
        self.list.setFocus()
        if lanes is not None:
            self._count(lanes, stores)

    # -- building -------------------------------------------------------------------------------

    def _build(self, stores: Sequence[OpenedStore]) -> None:
        title = PlainLabel(_title(stores), wrap=True)
        self._theme.set_font(title, FontRole.TITLE)
        hint = muted(PlainLabel(_hint(stores), wrap=True))
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self._list_side())
        row.addWidget(self._reasons_side(stores), 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(title)
        column.addWidget(hint)
        column.addLayout(row, 1)
        column.addLayout(self._button_row())

    def _list_side(self) -> QWidget:
        self.list = QListView()
        self.list.setModel(self._model)
        self.list.setItemDelegate(_ThreeLines(self._theme, self))
        self.list.setAccessibleName(tr("Stores of this database"))
        self.list.setUniformItemSizes(True)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.selectionModel().currentChanged.connect(lambda now, _old: self._show(now))
        self.list.doubleClicked.connect(lambda _index: self._choose())
        frame = QFrame()
        frame.setProperty("panel", "true")
        frame.setFixedWidth(self._theme.px(LIST_WIDTH))
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(self.list)
        return frame

    def _reasons_side(self, stores: Sequence[OpenedStore]) -> QWidget:
        self.reasons = QStackedWidget()
        for store in stores:
            report = ReportView(self._theme, tr("Reasons"))
            fill_report(report, store)
            self.reasons.addWidget(report)
        return self.reasons

    def _button_row(self) -> QHBoxLayout:
        columns = QPushButton(tr("&Name the columns…"))
        columns.setAutoDefault(False)
        self._theme.set_icon(columns, Icon.COLUMNS)
        columns.clicked.connect(self._ask_map)
        cancel = QPushButton(tr("Cancel"))
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        self.open_button = QPushButton(tr("Open"))
        self.open_button.setDefault(True)
        self.open_button.clicked.connect(self._choose)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(columns)
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(self.open_button)
        return row

    # -- what the user does ---------------------------------------------------------------------

    @property
    def store(self) -> OpenedStore | None:
        """The store that is selected."""
        index = self.list.currentIndex()
        return index.data(_STORE) if index.isValid() else None

    def _show(self, index: QModelIndex) -> None:
        self.reasons.setCurrentIndex(index.row())
        store = self.store
        anyway = store is not None and not store.certain
        self.open_button.setText(tr("Choose anyway") if anyway else tr("Open"))

    def _choose(self) -> None:
        store = self.store
        if store is not None:
            self.chosen.emit(store)
            self.accept()

    def _ask_map(self) -> None:
        self.reject()
        self.map_asked.emit()

    def _count(self, lanes: StoreLanes, stores: Sequence[OpenedStore]) -> None:
        for row, store in enumerate(stores):
            lanes.ask(("count of a choice", row), _counting(store), self._counted(row))

    def _counted(self, row: int) -> Callable[[Outcome[Count]], None]:
        def arrived(outcome: Outcome[Count]) -> None:
            # A count that failed is not shown; opening the store will say why.
            if isinstance(outcome, Done):
                self._model.set_count(row, outcome.value)

        return arrived


class _StoresModel(QAbstractListModel):
    """The stores as Qt wants them, with what is known about their size."""

    def __init__(self, stores: Sequence[OpenedStore], parent: QWidget) -> None:
        super().__init__(parent)
        self._stores = tuple(stores)
        self._counts: dict[int, Count] = {}

    def set_count(self, row: int, count: Count) -> None:
        """Show how many events a store holds."""
        self._counts[row] = count
        index = self.index(row, 0)
        self.dataChanged.emit(index, index)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """How many there are."""
        return 0 if parent.isValid() else len(self._stores)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Name, tool tip, spoken text, or the store itself."""
        store = self._stores[index.row()]
        if role == _STORE:
            return store
        if role == _COUNT:
            return self._counts.get(index.row())
        if role == Qt.ItemDataRole.DisplayRole:
            return visible_text(shortened(store.match.title))
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip_text(store.table)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return visible_text(shortened(", ".join(_lines(store, self._counts.get(index.row())))))
        return None


class _ThreeLines(QStyledItemDelegate):
    """Layout, table, and how sure and how large it is."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """One height for all."""
        return QSize(160, self._theme.px(ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw an entry."""
        store: OpenedStore = index.data(_STORE)
        tokens, fonts = self._theme.tokens, self._theme.fonts
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor(tokens[Role.SELECTION]))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(option.rect, QColor(tokens.hover()))
        inside = option.rect.adjusted(10, 5, -10, -5)
        icon, role = _picture(store)
        density = painter.device().devicePixelRatio()
        picture = self._theme.icons.pixmap(icon, tokens[role], PICTURE, density)
        painter.drawPixmap(inside.left(), inside.top() + 1, picture)
        inside.adjust(PICTURE + 8, 0, 0, 0)
        height = inside.height() // 3
        looks = (
            (fonts.heading, Role.TEXT),
            (fonts.mono, Role.TEXT),
            (fonts.small, Role.TEXT_MUTED),
        )
        lines = _lines(store, index.data(_COUNT))
        for number, ((font, colour), text) in enumerate(zip(looks, lines, strict=True)):
            painter.setFont(font)
            painter.setPen(QColor(tokens[colour]))
            shown = painter.fontMetrics().elidedText(
                visible_text(shortened(text)), Qt.TextElideMode.ElideMiddle, inside.width()
            )
            line = inside.adjusted(0, number * height, 0, 0)
            line.setHeight(height)
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
            painter.drawText(line, int(flags), shown)
        painter.restore()


def _counting(store: OpenedStore) -> ReaderJob[Count]:
    """A job for the lane: the stores of one database share its connection."""
    return lambda _reader, _work: store.reader.events.count(None, at_most=COUNT_LIMIT)


def _picture(store: OpenedStore) -> tuple[Icon, Role]:
    if store.certain:
        return Icon.CIRCLE_CHECK, Role.SUCCESS
    return Icon.TRIANGLE_ALERT, Role.WARNING


def _lines(store: OpenedStore, count: Count | None) -> tuple[str, str, str]:
    sure = tr("certain") if store.certain else tr("not certain")
    third = tr("{sure} · {score} of 100", sure=sure, score=store.match.score)
    if count is not None:
        events = counted(count.value, "{n} event", "{n} events")
        if not count.exact:
            events = tr("at least {n} events", n=thousands(count.value))
        third = f"{third} · {events}"
    return store.match.title, store.table, third


def _title(stores: Sequence[OpenedStore]) -> str:
    certain = sum(store.certain for store in stores)
    if not certain:
        return tr("No layout fits this database for certain.")
    return counted(
        certain,
        "This database holds {n} event store.",
        "This database holds {n} event stores.",
    )


def _hint(stores: Sequence[OpenedStore]) -> str:
    doubtful = sum(not store.certain for store in stores)
    if doubtful == len(stores):
        return tr("Look at the reasons, and choose anyway or name the columns yourself.")
    choose = tr("Choose the one to look at; the others stay as they are.")
    if not doubtful:
        return choose
    more = counted(doubtful, "{n} more is not certain.", "{n} more are not certain.")
    return f"{choose} {more}"
