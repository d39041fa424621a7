"""What is above the stream list: search, kind, category, order, and how many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from inspector.core.events import StreamKind
from inspector.core.texts import counted, thousands, tr
from inspector.services.stream_listing import Sort, StreamQuery
from inspector.ui.models.stream_table import KINDS
from inspector.ui.theme import FontRole, Icon, Role
from inspector.ui.widgets.labels import PlainLabel, muted
from inspector.ui.widgets.plain_text import shortened, tooltip_text, visible_text
from inspector.ui.widgets.search_field import SearchField

if TYPE_CHECKING:
    from inspector.ui.models.stream_table import StreamTableModel
    from inspector.ui.theme import Theme

LISTED = 500
"""Categories that the choice offers; a store with more has them in the ids anyway."""

SORTS: dict[Sort | None, str] = {
    None: "Store's order",
    Sort.ID: "Id, A to Z",
    Sort.EVENTS: "Most events",
    Sort.LAST: "Last change",
}


class LazyBox(QComboBox):
    """A choice that is told when it is about to be opened."""

    def __init__(self, name: str, opening: object = None) -> None:
        super().__init__()
        self._opening = opening
        self.setAccessibleName(name)
        self.setAccessibleDescription(name)  # on Linux the name of a box is what is chosen
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        self.setMaxVisibleItems(20)

    def showPopup(self) -> None:  # noqa: N802 - Qt's name
        """Tell first, then open."""
        if callable(self._opening):
            self._opening()
        super().showPopup()


class StreamFilters(QWidget):
    """Says to the model what is looked for and in which order."""

    def __init__(self, theme: Theme, model: StreamTableModel) -> None:
        super().__init__()
        self._model = model
        self._category: str | None = None
        self.search = SearchField(theme, tr("Find stream"))
        self.kinds = LazyBox(tr("Kind of streams"))
        for text in KINDS.values():
            self.kinds.addItem(tr(text))
        self.categories = LazyBox(tr("Category"), model.survey)
        self._count = muted(PlainLabel())
        theme.set_font(self._count, FontRole.SMALL)
        self.order = QToolButton()
        self._orders = QActionGroup(self)
        self._make_order(theme)
        self._lay_out()
        self.search.typed.connect(lambda _text: self._say())
        self.kinds.currentIndexChanged.connect(lambda _index: self._say())
        self.categories.activated.connect(self._category_chosen)
        model.categories_changed.connect(self._fill_categories)
        model.state_changed.connect(self._show_state)
        self._fill_categories()
        self._show_state()

    @property
    def limited(self) -> bool:
        """Whether anything but the usual list is asked for."""
        usual = self.kinds.currentIndex() == list(KINDS).index(StreamKind.PRIMARY)
        return bool(self.search.text().strip()) or self._category is not None or not usual

    def clear(self) -> None:
        """Back to all streams."""
        self._category = None
        self.kinds.setCurrentIndex(list(KINDS).index(StreamKind.PRIMARY))
        self.search.empty()
        self._fill_categories()
        self._say()

    def show_query(self, query: StreamQuery) -> None:
        """Narrow the list as it was narrowed before."""
        self.search.setText(query.text)
        self._category = query.category
        self.kinds.setCurrentIndex(list(KINDS).index(query.kind))
        self._fill_categories()
        self._say()

    def choose_category(self, name: str | None) -> None:
        """Show one category only, or all."""
        self._category = name
        self._fill_categories()
        self._say()

    def choose_order(self, sort: Sort | None) -> None:
        """Show the list in another order."""
        self._orders.actions()[list(SORTS).index(sort)].setChecked(True)
        self._model.order_by(sort)

    def limits_in_words(self) -> str:
        """What beside the text keeps streams out of the list."""
        words = []
        if self._category is not None:
            words.append(tr("Only the category “{name}” is shown.", name=self._category))
        kind = list(KINDS)[self.kinds.currentIndex()]
        if kind is not None:
            words.append(tr("Only “{kind}” are shown.", kind=tr(KINDS[kind])))
        return " ".join(words)

    # -- building -------------------------------------------------------------------------

    def _make_order(self, theme: Theme) -> None:
        menu = QMenu(self.order)
        for sort, text in SORTS.items():
            action = QAction(tr(text), self._orders)
            action.setCheckable(True)
            action.setChecked(sort is None)
            action.triggered.connect(lambda _checked=False, wanted=sort: self._order(wanted))
            menu.addAction(action)
        self.order.setMenu(menu)
        self.order.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.order.setAccessibleName(tr("Order of the streams"))
        theme.set_font(self.order, FontRole.SMALL)
        theme.set_icon(self.order, Icon.CHEVRON_DOWN, Role.TEXT_MUTED)
        self.order.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.order.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow after the words

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 0)
        column.setSpacing(6)
        column.addWidget(self.search)
        boxes = QHBoxLayout()
        boxes.setSpacing(8)
        boxes.addWidget(self.kinds, 1)
        boxes.addWidget(self.categories, 1)
        column.addLayout(boxes)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.setContentsMargins(6, 0, 0, 0)
        row.addWidget(self._count)
        row.addStretch(1)
        row.addWidget(self.order)
        column.addLayout(row)

    def _fill_categories(self) -> None:
        names = self._model.categories
        if self._category is not None and self._category not in names:
            names.insert(0, self._category)
        box = self.categories
        box.blockSignals(True)
        box.clear()
        box.addItem(tr("All categories"))
        for name in names[:LISTED]:
            box.addItem(visible_text(shortened(name, 80)), name)
        if len(names) > LISTED:
            box.addItem(tr("The first {n} are listed", n=thousands(LISTED)))
            box.model().item(box.count() - 1).setEnabled(False)  # type: ignore[attr-defined]
        at = 0 if self._category is None else names.index(self._category) + 1
        box.setCurrentIndex(at if at <= LISTED else 0)
        box.setToolTip(tooltip_text(self._category or tr("Category")))
        box.blockSignals(False)
        box.setVisible(bool(names))

    # -- saying it to the model -----------------------------------------------------------

    def _category_chosen(self, index: int) -> None:
        name = self.categories.itemData(index)
        self._category = name if isinstance(name, str) else None
        self._say()

    def _order(self, sort: Sort | None) -> None:
        self._model.order_by(sort)

    def _say(self) -> None:
        # By index: Qt would hand an enumeration member back as a bare text.
        kind = list(KINDS)[self.kinds.currentIndex()]
        self._model.look_for(StreamQuery(self.search.text().strip(), self._category, kind))

    def _show_state(self) -> None:
        model = self._model
        self.order.setText(tr(SORTS[model.ordering]))
        rows = model.rowCount()
        if not rows:
            self._count.setText("")
            return
        if model.complete and not model.cut:
            self._count.setText(counted(rows, "{n} stream", "{n} streams"))
        else:
            self._count.setText(tr("{n} streams", n=f"{thousands(rows)}+"))
