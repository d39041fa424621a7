"""Which columns a table shows, in which order and how wide; chosen from the header's menu.

The choice is one short text of names and widths, so that it survives new columns in a later
version and tells nothing about a store.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu

from inspector.core.texts import tr

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from PySide6.QtWidgets import QHeaderView, QTableView

    from inspector.ui.theme import Theme

NARROWEST, WIDEST = 36, 2000

ROOMY = 820
"""Width of a table, in pixels of the design, from which on columns take their roomy width."""


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """One column that can be shown.

    Attributes:
        name: stable word for the settings.
        width: usual width in pixels of the design.
        shown: whether it is shown until the user decides.
        needed: whether it cannot be hidden.
        roomy: usual width where the table has room for it; 0: the same.
    """

    name: str
    width: int
    shown: bool = True
    needed: bool = False
    roomy: int = 0


class TableColumns(QObject):
    """The columns of one table; the visually last one takes the room that is left.

    Signals:
        changed(): the user chose, moved or sized a column.
    """

    changed = Signal()

    def __init__(self, theme: Theme, view: QTableView, specs: Sequence[ColumnSpec]) -> None:
        super().__init__(view)
        self._theme, self._view, self._specs = theme, view, tuple(specs)
        self._chosen = [spec.shown for spec in specs]
        self._silent: set[int] = set()
        self._zoom = theme.fonts.zoom
        self._roomy = False
        header = self._header
        header.setSectionsMovable(True)
        header.setStretchLastSection(True)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._show_menu)
        header.sectionMoved.connect(lambda *_places: self.changed.emit())
        header.sectionResized.connect(lambda *_sizes: self.changed.emit())
        theme.changed.connect(self._zoomed)
        self.reset()

    @property
    def _header(self) -> QHeaderView:
        return self._view.horizontalHeader()

    def shown(self, column: int) -> bool:
        """Whether the user wants to see a column."""
        return self._chosen[column]

    def choose(self, column: int, *, shown: bool) -> None:
        """Show or hide a column; one that comes is put before the last one."""
        if self._specs[column].needed or self._chosen[column] == shown:
            return
        self._chosen[column] = shown
        header = self._header
        if shown:
            last = max(self._in_order(shown_only=True), key=header.visualIndex)
            if last != column:
                here, there = header.visualIndex(column), header.visualIndex(last)
                header.moveSection(here, there - 1 if here < there else there)
        self._apply()
        self.changed.emit()

    def silence(self, column: int, *, silent: bool) -> None:
        """Hide a column that says nothing here, whatever the user has chosen."""
        (self._silent.add if silent else self._silent.discard)(column)
        self._apply()

    def reset(self) -> None:
        """Back to the usual columns, order and widths."""
        header = self._header
        for column, spec in enumerate(self._specs):
            self._chosen[column] = spec.shown
            header.moveSection(header.visualIndex(column), column)
            header.resizeSection(column, self._theme.px(self._usual(spec)))
        usual = [c for c, spec in enumerate(self._specs) if spec.shown]
        for column in [c for c, spec in enumerate(self._specs) if not spec.shown]:
            header.moveSection(header.visualIndex(column), header.visualIndex(usual[-1]))
        self._apply()
        self.changed.emit()

    def fit(self, width: int) -> None:
        """Give columns that nobody sized the width that is usual in a table so wide."""
        roomy = width >= self._theme.px(ROOMY)
        if roomy == self._roomy:
            return
        before = [self._theme.px(self._usual(spec)) for spec in self._specs]
        self._roomy = roomy
        for column, spec in enumerate(self._specs):
            if abs(self._header.sectionSize(column) - before[column]) <= 1:  # text zoom rounds
                self._header.resizeSection(column, self._theme.px(self._usual(spec)))

    def _usual(self, spec: ColumnSpec) -> int:
        return spec.roomy if self._roomy and spec.roomy else spec.width

    # -- for the settings -----------------------------------------------------------------

    def state(self) -> str:
        """Names, widths and visibility, from left to right."""
        return " ".join(
            f"{self._specs[c].name}:{self._width(c)}:{int(self._chosen[c])}"
            for c in self._in_order()
        )

    def restore(self, state: str) -> None:
        """What :meth:`state` gave; anything that cannot be understood is passed over."""
        numbers = {spec.name: column for column, spec in enumerate(self._specs)}
        at = 0
        for name, width, shown in _parts(state):
            column = numbers.pop(name, None)
            if column is None:
                continue
            self._chosen[column] = shown or self._specs[column].needed
            self._header.resizeSection(column, self._theme.px(width))
            self._header.moveSection(self._header.visualIndex(column), at)
            at += 1
        self._apply()

    # -- inside ---------------------------------------------------------------------------

    def _in_order(self, *, shown_only: bool = False) -> list[int]:
        header = self._header
        every = [header.logicalIndex(place) for place in range(len(self._specs))]
        return [c for c in every if self._chosen[c]] if shown_only else every

    def _width(self, column: int) -> int:
        """The width as the user left it; the stretched last column has none of its own."""
        visible = [c for c in self._in_order() if not self._view.isColumnHidden(c)]
        size = self._header.sectionSize(column)
        if size <= 0 or (visible and column == visible[-1]):
            return self._specs[column].width
        return round(size / self._theme.fonts.zoom)

    def _apply(self) -> None:
        for column, chosen in enumerate(self._chosen):
            self._view.setColumnHidden(column, not chosen or column in self._silent)

    def _zoomed(self) -> None:
        if self._theme.fonts.zoom == self._zoom:
            return
        grown = self._theme.fonts.zoom / self._zoom
        self._zoom = self._theme.fonts.zoom
        for column in range(len(self._specs)):
            self._header.resizeSection(column, round(self._header.sectionSize(column) * grown))

    def menu(self) -> QMenu:
        """One line per column to switch on or off, and the way back."""
        menu = QMenu(self._view)
        model = self._view.model()
        for column, spec in enumerate(self._specs):
            title = str(model.headerData(column, Qt.Orientation.Horizontal) or "")
            action = menu.addAction(title.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(self._chosen[column])
            action.setEnabled(not spec.needed and column not in self._silent)
            action.toggled.connect(lambda on, c=column: self.choose(c, shown=on))
        menu.addSeparator()
        menu.addAction(tr("Usual columns"), self.reset)
        return menu

    def _show_menu(self, place: QPoint) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._header.mapToGlobal(place))


def _parts(state: str) -> Iterator[tuple[str, int, bool]]:
    for part in state.split():
        name, _, rest = part.partition(":")
        width, _, shown = rest.partition(":")
        if width.isdecimal() and shown in ("0", "1"):
            yield name, min(max(int(width), NARROWEST), WIDEST), shown == "1"
