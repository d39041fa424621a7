"""The three columns of the window; where there is no room for three, the last two share one.

Below a thousand pixels table and details become two tabs of one column. Nothing is rebuilt for
that: the same panels are shown and hidden in the same splitter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QTabBar, QVBoxLayout, QWidget

from inspector.core.texts import tr

if TYPE_CHECKING:
    from inspector.ui.theme import Theme

NARROW: Final = 984
"""Width below which the last two columns share their place: a window of 1000 pixels."""

SPLIT: Final = (212, 600, 452)
"""Usual widths in a window of 1280 pixels: the tabs of the details with a count of problems just
fit beside each other."""

STRETCH: Final = (0, 3, 2)
"""Shares of the room that comes when somebody has sized the columns; the list keeps its width."""

BEYOND: Final = (1, 6, 4)
"""Shares of the room beyond :data:`SPLIT` until then; on a large screen the list shows whole ids.
"""
TABLE, DETAILS = 0, 1


class Columns(QWidget):
    """Streams, table and details, side by side or the last two as tabs."""

    def __init__(self, theme: Theme, panels: tuple[QWidget, QWidget, QWidget]) -> None:
        super().__init__()
        self._theme = theme
        self._table, self._details = panels[1], panels[2]
        self._wide_state: QByteArray | None = None
        self.narrow = False
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.addTab(tr("Events"))
        self.tabs.addTab(tr("Details"))
        self.tabs.setAccessibleName(tr("Events or details"))
        self.tabs.currentChanged.connect(self._show_tab)
        self.tabs.hide()
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(8)
        self.splitter.setChildrenCollapsible(False)
        for i, panel in enumerate(panels):
            self.splitter.addWidget(panel)
            self.splitter.setStretchFactor(i, STRETCH[i])
        self._sized = False
        self.splitter.splitterMoved.connect(self._moved)
        self._share(sum(SPLIT))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.tabs, 0, Qt.AlignmentFlag.AlignRight)
        column.addWidget(self.splitter, 1)

    def show_details(self) -> None:
        """Bring the details to the front where they are a tab."""
        self.tabs.setCurrentIndex(DETAILS)

    def show_table(self) -> None:
        """Bring the table to the front where it is a tab."""
        self.tabs.setCurrentIndex(TABLE)

    def state(self) -> QByteArray:
        """How wide the three columns are, also while two of them share one."""
        if self.narrow and self._wide_state is not None:
            return self._wide_state
        return self.splitter.saveState()

    def restore(self, state: QByteArray) -> None:
        """Make the columns as wide as they were."""
        self._sized = True
        if self.narrow:
            self._wide_state = state
        else:
            self.splitter.restoreState(state)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Change between the two forms."""
        super().resizeEvent(event)
        narrow = event.size().width() < self._theme.px(NARROW)
        if narrow != self.narrow:
            self._change(narrow)
        if not (narrow or self._sized):
            self._share(event.size().width())

    def _moved(self) -> None:
        self._sized = True

    def _share(self, width: int) -> None:
        """The usual widths, for columns that nobody has sized."""
        usual = [self._theme.px(part) for part in SPLIT]
        beyond = max(0, width - sum(usual))
        shares = [beyond * share // sum(BEYOND) for share in BEYOND]
        self.splitter.setSizes([part + share for part, share in zip(usual, shares, strict=True)])

    def _change(self, narrow: bool) -> None:
        if narrow:
            self._wide_state = self.splitter.saveState()
        self.narrow = narrow
        self.tabs.setVisible(narrow)
        self._show_tab(self.tabs.currentIndex())
        if not narrow and self._wide_state is not None:
            self.splitter.restoreState(self._wide_state)

    def _show_tab(self, index: int) -> None:
        self._table.setVisible(not self.narrow or index == TABLE)
        self._details.setVisible(not self.narrow or index == DETAILS)
