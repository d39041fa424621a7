"""Searching inside a value tree: keys and values, next and previous, how many there are.

A huge value is searched in slices; until its end the number is *at least n*.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from inspector.core.searching import find_text
from inspector.core.texts import thousands, tr
from inspector.ui.theme import FontRole, Icon, Role
from inspector.ui.widgets.labels import PlainLabel, muted
from inspector.ui.widgets.plain_text import tooltip_text
from inspector.ui.widgets.search_field import SearchField
from inspector.ui.widgets.slices import Slices

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inspector.core.paths import Path
    from inspector.ui.theme import Theme
    from inspector.ui.widgets.json_tree import JsonTree

MOST: Final = 10_000
"""Hits that can be walked through; beyond it there are *at least* so many."""


class FindBar(QWidget):
    """A field with the number of hits; Return and F3 go to the next, with Shift back.

    Signals:
        closed(): Escape in the field, or the button.
    """

    closed = Signal()

    def __init__(self, theme: Theme, tree: JsonTree) -> None:
        super().__init__()
        self._tree = tree
        self._hits: list[Path] = []
        self._place = -1
        self._complete = True
        self._wanted_next = False
        self._slices = Slices(self)
        self._slices.sliced.connect(self._show_count)
        self._slices.ended.connect(self._searched)
        self.field = SearchField(theme, tr("Find key or value"))
        self.field.typed.connect(self._search)
        self.field.installEventFilter(self)
        self._count = muted(PlainLabel())
        theme.set_font(self._count, FontRole.SMALL)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(4)
        row.addWidget(self.field, 1)
        row.addWidget(self._count)
        for icon, text, run in (
            (Icon.CHEVRON_UP, tr("Previous hit (Shift+F3)"), lambda: self.go(-1)),
            (Icon.CHEVRON_DOWN, tr("Next hit (F3)"), lambda: self.go(1)),
            (Icon.X, tr("Close (Esc)"), self.close_bar),
        ):
            button = QToolButton()
            theme.set_icon(button, icon, Role.TEXT_MUTED)
            button.setAccessibleName(text)
            button.setToolTip(tooltip_text(text))
            button.clicked.connect(lambda _checked=False, run=run: run())
            row.addWidget(button)
        tree.content_changed.connect(self._content_changed)
        self.hide()

    @property
    def hits(self) -> int:
        """Hits found so far."""
        return len(self._hits)

    @property
    def complete(self) -> bool:
        """Whether the whole value was searched and every hit counted."""
        return self._complete

    def open_bar(self) -> None:
        """Show the bar and put the cursor into its field."""
        self.show()
        self.field.setFocus()
        self.field.selectAll()

    def close_bar(self) -> None:
        """Hide the bar; the tree has the keys again."""
        self._slices.stop()
        self.hide()
        self._tree.setFocus()
        self.closed.emit()

    def go(self, step: int) -> None:
        """Go to the next hit (1) or the previous one (-1); after the last comes the first."""
        if not self._hits:
            return
        self._place = (self._place + step) % len(self._hits)
        self._tree.show_path(self._hits[self._place])
        self._show_count()

    # -- searching ------------------------------------------------------------------------

    def _search(self, text: str) -> None:
        self._hits, self._place = [], -1
        self._complete = not text
        self._wanted_next = True
        self._slices.stop()
        if text:
            self._slices.start(self._collect(text))
        self._show_count()

    def _collect(self, text: str) -> Iterator[None]:
        for path in find_text(self._tree.json_model().content.value, text):
            if path is None:
                yield
                continue
            self._hits.append(path)
            if len(self._hits) == 1 and self._wanted_next:
                self._wanted_next = False
                self.go(1)
            if len(self._hits) >= MOST:
                return
            yield

    def _searched(self) -> None:
        self._complete = len(self._hits) < MOST
        self._show_count()

    def _content_changed(self) -> None:
        """Another moment is shown: the same text is searched in it, nothing jumps."""
        text = self.field.text()
        if not self.isVisible() or not text:
            return
        here = self._hits[self._place] if 0 <= self._place < len(self._hits) else None
        self._search(text)
        self._wanted_next = False
        if here is not None and here in self._hits:
            self._place = self._hits.index(here)
        self._show_count()

    def _show_count(self) -> None:
        if not self.field.text():
            self._count.setText("")
        elif not self._hits:
            self._count.setText(tr("searching…") if self._slices.running else tr("not found"))
        else:
            total = thousands(len(self._hits))
            if not self._complete:
                total = tr("at least {n}", n=total)
            place = thousands(self._place + 1) if self._place >= 0 else "–"
            self._count.setText(tr("{place} of {total}", place=place, total=total))

    # -- Qt -------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Return goes to the next hit, Escape closes."""
        if event.type() is not QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F3):
            self.go(-1 if back else 1)
            return True
        if event.key() == Qt.Key.Key_Escape:
            self.close_bar()
            return True
        return super().eventFilter(watched, event)
