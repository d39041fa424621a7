"""The menu of a row of the event table: what can be copied, and where it leads."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from inspector.core.texts import tr
from inspector.ui.widgets.json_copy import copy_text
from inspector.ui.widgets.plain_text import visible_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QTableView, QWidget

    from inspector.core.events import Event


def event_menu(
    owner: QWidget,
    event: Event,
    copy_row: Callable[[], object],
    leads: Callable[[Event], object] | None,
    apart: Callable[[], object],
) -> QMenu:
    """The menu of one event.

    Args:
        leads: goes to its stream, where that is not open already.
        apart: shows it in its stream in a tab of its own.
    """
    menu = QMenu(owner)
    if leads is not None and event.stream.key:
        menu.addAction(tr("Show in its stream"), lambda: leads(event))
    if event.stream.key:
        menu.addAction(tr("Open in a new tab"), apart).setShortcut("Ctrl+Return")
        menu.addSeparator()
    row = menu.addAction(tr("Copy row"), copy_row)
    row.setShortcut("Ctrl+C")
    menu.addAction(tr("Copy payload"), lambda: _copy(copy_text(event.data)))
    for title, text in (
        (tr("Copy event id"), event.id),
        (tr("Copy stream id"), event.stream.name),
        (tr("Copy type"), event.type),
    ):
        if text:
            menu.addAction(title, partial(_copy, visible_text(text)))
    return menu


def row_text(view: QTableView) -> str:
    """The visible cells of the current row from left to right, with tabs between them."""
    row, header, model = view.currentIndex().row(), view.horizontalHeader(), view.model()
    if row < 0:
        return ""
    columns = (header.logicalIndex(place) for place in range(header.count()))
    cells = (model.index(row, c).data() for c in columns if not view.isColumnHidden(c))
    return "\t".join(str(cell or "") for cell in cells)


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)
