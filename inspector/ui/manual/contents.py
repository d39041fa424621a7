"""What the manual has: its contents as a tree, or the places where words were found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from inspector.core.texts import tr
from inspector.services.manual import Part
from inspector.services.manual_search import Hit, Index
from inspector.ui.widgets.labels import PlainLabel, muted
from inspector.ui.widgets.plain_text import tooltip_text
from inspector.ui.widgets.search_field import SearchField

if TYPE_CHECKING:
    from inspector.services.manual import Manual
    from inspector.ui.theme import Theme

NAME: Final = Qt.ItemDataRole.UserRole
ROW: Final = 24
FOLDED: Final = (Part.COMMANDS, Part.FORMATS)


class Contents(QWidget):
    """A field to search with, above the contents or what was found.

    Signals:
        page_asked(str, str, str): a page, a place on it, and the words that were looked for.
    """

    page_asked = Signal(str, str, str)

    def __init__(self, theme: Theme, manual: Manual) -> None:
        super().__init__()
        self._index = Index(manual)
        self._hits: list[Hit] = []
        self.search = SearchField(theme, tr("Search the manual"))
        self.tree = _tree(theme, manual)
        self.found = QListWidget()
        self.found.setFrameShape(QFrame.Shape.NoFrame)
        self.found.setWordWrap(True)
        self.found.setSpacing(4)
        self.found.setAccessibleName(tr("What was found"))
        self.count = muted(PlainLabel())
        self.count.setVisible(False)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.tree)
        self._stack.addWidget(self.found)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 0, 8)
        column.setSpacing(8)
        column.addWidget(self.search)
        column.addWidget(self.count)
        column.addWidget(self._stack, 1)
        self._reading = QTimer(self, interval=0)
        self._reading.timeout.connect(self._read_on)
        self.search.typed.connect(self._look)
        self.search.leave_down.connect(self._go_down)
        self.tree.currentItemChanged.connect(self._chosen)
        self.found.currentRowChanged.connect(self._hit_chosen)

    def show_current(self, name: str) -> None:
        """Mark a page in the tree, without asking for it."""
        self.tree.blockSignals(True)
        for item in _items(self.tree):
            if item.data(0, NAME) == name:
                self.tree.setCurrentItem(item)
                self.tree.scrollToItem(item)
        self.tree.blockSignals(False)

    def stop(self) -> None:
        """Take in no more pages."""
        self._reading.stop()

    def _look(self, text: str) -> None:
        wanted = bool(text.strip())
        self._stack.setCurrentIndex(1 if wanted else 0)
        self.count.setVisible(wanted)
        if wanted:
            self._reading.start()
            self._show_hits()
        else:
            self._reading.stop()

    def _read_on(self) -> None:
        """Take in one more page between two events of the window."""
        if not self._index.take_next():
            self._reading.stop()
            self._show_hits()

    def _show_hits(self) -> None:
        self._hits = self._index.find(self.search.text())
        self.found.blockSignals(True)
        self.found.clear()
        for hit in self._hits:
            title = f"{hit.title} › {hit.heading}" if hit.heading else hit.title
            self.found.addItem(QListWidgetItem(f"{title}\n{hit.line}"))
        self.found.setCurrentRow(-1)
        self.found.blockSignals(False)
        if self._reading.isActive():
            self.count.setText(tr("Searching…"))
        elif self._hits:
            self.count.setText(tr("Found: {n}", n=len(self._hits)))
        else:
            self.count.setText(tr("No page has all these words."))

    def _hit_chosen(self, row: int) -> None:
        if 0 <= row < len(self._hits):
            hit = self._hits[row]
            self.page_asked.emit(hit.page, hit.place, self.search.text())

    def _chosen(self, item: QTreeWidgetItem | None) -> None:
        name = None if item is None else item.data(0, NAME)
        if name:
            self.page_asked.emit(name, "", "")

    def _go_down(self) -> None:
        if self._stack.currentIndex() == 0:
            self.tree.setFocus()
        elif self.found.count():
            self.found.setFocus()
            self.found.setCurrentRow(max(0, self.found.currentRow()))


def _tree(theme: Theme, manual: Manual) -> QTreeWidget:
    tree = QTreeWidget()
    tree.setHeaderHidden(True)
    tree.setFrameShape(QFrame.Shape.NoFrame)
    tree.setAccessibleName(tr("Contents"))
    tree.setIndentation(14)
    height = QSize(0, theme.px(ROW))
    for part in Part:
        top = QTreeWidgetItem([tr(part.value)])
        top.setSizeHint(0, height)
        tree.addTopLevelItem(top)
        for page in manual.part(part):
            item = QTreeWidgetItem([page.title])
            item.setData(0, NAME, page.name)
            item.setSizeHint(0, height)
            item.setToolTip(0, tooltip_text(page.title))
            top.addChild(item)
        top.setExpanded(part not in FOLDED)
    return tree


def _items(tree: QTreeWidget) -> list[QTreeWidgetItem]:
    tops = [tree.topLevelItem(i) for i in range(tree.topLevelItemCount())]
    found = (top.child(i) for top in tops if top is not None for i in range(top.childCount()))
    return [item for item in found if item is not None]
