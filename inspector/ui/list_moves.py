"""Moving in lists by keys that mean the same in all of them: a row, a page, an end."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex
from PySide6.QtWidgets import QAbstractItemView, QTreeView


def move_rows(view: QAbstractItemView, rows: int) -> None:
    """Go some rows down, or up when negative; at an end it stays there."""
    if isinstance(view, QTreeView):
        _move_in_tree(view, rows)
        return
    count = view.model().rowCount()
    if count:
        row = min(max(view.currentIndex().row() + rows, 0), count - 1)
        _select(view, view.model().index(row, 0))


def move_page(view: QAbstractItemView, direction: int) -> None:
    """Go one page down (1) or up (-1)."""
    height = max(view.sizeHintForRow(0) if isinstance(view, QTreeView) else _row_height(view), 1)
    move_rows(view, direction * max(view.viewport().height() // height - 1, 1))


def move_to_end(view: QAbstractItemView, *, last: bool) -> None:
    """Go to the first or the last row."""
    if isinstance(view, QTreeView):
        _select(view, _last_shown(view) if last else view.model().index(0, 0))
        return
    count = view.model().rowCount()
    if count:
        _select(view, view.model().index(count - 1 if last else 0, 0))


def _row_height(view: QAbstractItemView) -> int:
    first = view.model().index(0, 0)
    return view.visualRect(first).height() if first.isValid() else 1


def _move_in_tree(view: QTreeView, rows: int) -> None:
    here = view.currentIndex()
    if not here.isValid():
        _select(view, view.model().index(0, 0))
        return
    for _ in range(abs(rows)):
        following = view.indexBelow(here) if rows > 0 else view.indexAbove(here)
        if not following.isValid():
            break
        here = following
    _select(view, here)


def _last_shown(view: QTreeView) -> QModelIndex:
    model = view.model()
    here = model.index(model.rowCount() - 1, 0)
    while here.isValid() and view.isExpanded(here) and model.rowCount(here):
        here = model.index(model.rowCount(here) - 1, 0, here)
    return here


def _select(view: QAbstractItemView, index: QModelIndex) -> None:
    if not index.isValid():
        return
    flags = QItemSelectionModel.SelectionFlag
    view.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
