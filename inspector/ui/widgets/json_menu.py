"""The menu of a row of a value tree: copy, pin, chart."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from inspector.core.paths import path_text
from inspector.core.texts import tr
from inspector.ui.widgets.json_copy import copy_text
from inspector.ui.widgets.plain_text import shortened, visible_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QModelIndex

    from inspector.core.paths import Path
    from inspector.core.payloads import Value
    from inspector.ui.widgets.json_tree import JsonTree


class TreeMenu:
    """Shows the menu of the row that was asked for.

    Args:
        tree: the tree.
        pin: pins the value at a path, and says whether it is pinned; ``None``: no pinning.
        chart: charts the number at a path; ``None``: no charts here.
        why: tells what made the value at a path; ``None``: nobody knows here.

    Attributes:
        more: adds what else can be done with a value.
    """

    def __init__(
        self,
        tree: JsonTree,
        pin: Callable[[Path], object] | None = None,
        pinned: Callable[[Path], bool] | None = None,
        chart: Callable[[Path], object] | None = None,
        why: Callable[[Path], object] | None = None,
    ) -> None:
        self.more: Callable[[QMenu, Path, Value], object] = _no_more
        self._tree, self._pin, self._pinned, self._chart = tree, pin, pinned, chart
        self._why = why
        tree.menu_asked.connect(self._show)

    def build(self, index: QModelIndex) -> QMenu:
        """The menu of a row."""
        model = self._tree.json_model()
        path, value = model.path_at(index), model.value_at(index)
        menu = QMenu(self._tree)
        whole = isinstance(value, dict | list | tuple)
        copy = tr("Copy with all below, as JSON") if whole else tr("Copy value")
        menu.addAction(copy, partial(_copy, value)).setShortcut("Ctrl+C")
        shown = visible_text(shortened(path_text(path), 60)).replace("&", "&&")
        if shown:
            copy_path = menu.addAction(tr("Copy path {path}", path=shown), self._tree.copy_path)
            copy_path.setShortcut("Ctrl+Alt+C")
        if whole:
            menu.addSeparator()
            menu.addAction(tr("Open all below"), partial(self._tree.open_below, index))
            menu.addAction(tr("Close"), partial(self._tree.collapse, index))
        self._add_uses(menu, path, value)
        self.more(menu, path, value)
        return menu

    def _add_uses(self, menu: QMenu, path: Path, value: Value) -> None:
        if not path or self._pin is None:
            return
        menu.addSeparator()
        here = self._pinned is not None and self._pinned(path)
        menu.addAction(
            tr("Take from the top") if here else tr("Pin to the top"), partial(self._pin, path)
        )
        if self._chart is not None and is_number(value):
            menu.addAction(tr("Chart this number"), partial(self._chart, path))
        if self._why is not None:
            menu.addAction(tr("Why this value?"), partial(self._why, path)).setShortcut("W")

    def _show(self, index: QModelIndex, place: QPoint) -> None:
        menu = self.build(index)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)


def _no_more(_menu: QMenu, _path: Path, _value: Value) -> None:
    """Nothing else can be done."""


def is_number(value: Value) -> bool:
    """Whether a value can be charted: a number, or a text that spells a decimal one."""
    if isinstance(value, bool):
        return False
    if isinstance(value, int | float | Decimal):
        return True
    if not isinstance(value, str) or not 0 < len(value) <= 40:
        return False
    digits = value.lstrip("+-").replace(".", "", 1)
    return digits.isascii() and digits.isdigit()


def _copy(value: Value) -> None:
    QGuiApplication.clipboard().setText(copy_text(value))
