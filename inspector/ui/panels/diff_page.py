"""What differs: from the event before, or between two pinned versions A and B.

No difference, not comparable, loading and failed each have a face of their own: an event that
could not be applied never looks like one that changed nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPainter
from PySide6.QtWidgets import (
    QHeaderView,
    QMenu,
    QStackedLayout,
    QStyle,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from inspector.core.diffing import Op
from inspector.core.folding import Truth
from inspector.core.texts import counted, tr
from inspector.services.comparing import changes_text, sides
from inspector.ui.models.change_table import CHANGE_ROLE, ChangeColumn, ChangeTableModel
from inspector.ui.panels.diff_bar import DiffBar
from inspector.ui.theme import FontRole, Icon, Role, TintRole
from inspector.ui.widgets.banner import Banner, Tone
from inspector.ui.widgets.empty_page import EmptyPage, NextStep, PageContent
from inspector.ui.widgets.json_copy import copy_text
from inspector.ui.widgets.json_text import value_text
from inspector.ui.widgets.list_table import CellDelegate, CellLook, Index, ListTable

if TYPE_CHECKING:
    from inspector.core.diffing import Change
    from inspector.services.comparing import Comparison, Moment
    from inspector.ui.models.comparison_model import ComparisonModel
    from inspector.ui.theme import Theme

_TINTS = {
    Op.ADD: TintRole.ADDED,
    Op.REMOVE: TintRole.REMOVED,
    Op.CHANGE: TintRole.CHANGED,
    Op.MOVE: TintRole.CHANGED,
}


class ChangeDelegate(CellDelegate):
    """Tints sign and values of a change; the path stays calm."""

    def look(self, index: Index) -> CellLook:
        """Everything is monospaced; a path gives way in its middle."""
        elide = Qt.TextElideMode.ElideRight
        if index.column() == ChangeColumn.PATH:
            elide = Qt.TextElideMode.ElideMiddle
        return CellLook(FontRole.MONO, Role.TEXT, elide)

    def content(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The text on the ground of what happened."""
        change: Change = index.data(CHANGE_ROLE)
        column = ChangeColumn(index.column())
        text = str(index.data() or "")
        if column is ChangeColumn.PATH or not text:
            super().content(painter, option, index)
            return
        tint = self.theme.tokens.tints[_side_tint(change, column)]
        if not option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor(tint.back))
        painter.setFont(self.theme.fonts.mono)
        painter.setPen(QColor(tint.text))
        inside = option.rect.adjusted(6, 0, -6, 0)
        if column is ChangeColumn.GLYPH:
            painter.drawText(option.rect, int(Qt.AlignmentFlag.AlignCenter), text)
            return
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, inside.width())
        flags = int(Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextSingleLine)
        painter.drawText(inside, flags, shown)


def _side_tint(change: Change, column: ChangeColumn) -> TintRole:
    """Before and after of a change are as removed and added; a sign has the change's own."""
    if change.op is Op.CHANGE and column is ChangeColumn.BEFORE:
        return TintRole.REMOVED
    if change.op is Op.CHANGE and column is ChangeColumn.AFTER:
        return TintRole.ADDED
    return _TINTS[change.op]


class DiffPage(QWidget):
    """The comparison with its bar.

    Signals:
        path_chosen(object): the user wants to see this place in the state.
        moment_chosen(object): the user wants to go to a pinned moment.
    """

    path_chosen = Signal(object)
    moment_chosen = Signal(object)

    def __init__(self, theme: Theme, model: ComparisonModel) -> None:
        super().__init__()
        self._theme, self._model = theme, model
        self.rows = ChangeTableModel(self)
        self.bar = DiffBar(theme, model)
        self._banner = Banner(theme)
        self.view = ListTable(theme, tr("Differences"))
        self._prepare_view()
        self.empty_page = EmptyPage(theme)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.empty_page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self._banner)
        column.addLayout(self._stack, 1)
        self.bar.filter_typed.connect(self.rows.look_for)
        self.bar.copy_asked.connect(self.copy_all)
        self.bar.moment_chosen.connect(self.moment_chosen)
        self.rows.filtered.connect(self._show_face)
        model.changed.connect(self._show)
        self._show()

    def _prepare_view(self) -> None:
        view = self.view
        view.setModel(self.rows)
        view.setItemDelegate(ChangeDelegate(self._theme, view))
        columns = view.horizontalHeader()
        columns.setSectionResizeMode(ChangeColumn.GLYPH, QHeaderView.ResizeMode.Fixed)
        columns.setMinimumSectionSize(24)
        columns.resizeSection(ChangeColumn.GLYPH, self._theme.px(26))
        for column in (ChangeColumn.PATH, ChangeColumn.BEFORE, ChangeColumn.AFTER):
            columns.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.activated.connect(self._activated)
        view.copy_asked.connect(self._copy_current)
        view.menu_asked.connect(self._show_menu)

    # -- what the user does -------------------------------------------------------------------

    def copy_all(self) -> None:
        """Put the rows that are shown on the clipboard, with what is compared above them."""
        comparison = self._model.comparison
        if comparison is None:
            return
        lines = changes_text(self.rows.changes(), lambda value: value_text(value, 100_000))
        QGuiApplication.clipboard().setText(f"{title_of(comparison)}\n{lines}\n")

    def _activated(self, index: QModelIndex) -> None:
        change: Change = index.data(CHANGE_ROLE)
        self.path_chosen.emit(change.path[:-1] if change.op is Op.REMOVE else change.path)

    def _copy_current(self) -> None:
        change = self.view.currentIndex().data(CHANGE_ROLE)
        if change is not None:
            lines = changes_text([change], lambda value: value_text(value, 100_000))
            QGuiApplication.clipboard().setText(lines)

    def _show_menu(self, index: QModelIndex, place: QPoint) -> None:
        change: Change = index.data(CHANGE_ROLE)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("Show in the state"), lambda: self._activated(index))
        menu.addAction(tr("Copy line"), self._copy_current).setShortcut("Ctrl+C")
        before, after = sides(change)
        for title, side in ((tr("Copy value before"), before), (tr("Copy value after"), after)):
            if side is not None:
                value = side[0]
                menu.addAction(title, lambda value=value: _copy(value))  # type: ignore[misc]
        menu.popup(place)

    # -- faces --------------------------------------------------------------------------------

    def _show(self) -> None:
        comparison = self._model.comparison
        self.rows.show(() if comparison is None else comparison.changes)
        doubts = () if comparison is None else comparison.doubts
        if doubts:
            self._banner.show_message(
                Tone.WARNING,
                tr("Not all values are known here."),
                " ".join(dict.fromkeys(doubt.message for doubt in doubts)),
                closable=False,
            )
        else:
            self._banner.hide()
        self._show_face()

    def _show_face(self) -> None:
        comparison = self._model.comparison
        content = self._face(comparison)
        self.bar.show_counts(self.rows.rowCount(), self.rows.total, self.rows.filtering)
        if content is None:
            self._stack.setCurrentWidget(self.view)
            return
        self.empty_page.show_content(content)
        self._stack.setCurrentWidget(self.empty_page)

    def _face(self, comparison: Comparison | None) -> PageContent | None:
        model = self._model
        if model.error is not None:
            error = model.error
            return PageContent(Icon.CIRCLE_X, error.message, error.hint, (), Role.DANGER)
        if model.loading:
            return PageContent(Icon.HOURGLASS, tr("Comparing…"))
        if comparison is None:
            hint = tr("Choose a stream; then pin two moments with A and B to compare them.")
            return PageContent(Icon.GIT_COMPARE, tr("Nothing to compare yet."), hint)
        if comparison.blocked is not None or not comparison.changes:
            return _blocked(comparison) if comparison.blocked else _no_difference(comparison)
        filtered_out = not self.rows.rowCount() and not self.rows.filtering
        return self._nothing_matches() if filtered_out else None

    def _nothing_matches(self) -> PageContent:
        clear = NextStep(tr("Clear filter"), self.bar.clear_filter)
        text = tr("No difference matches the filter.")
        hint = counted(self.rows.total, "There is {n} difference.", "There are {n} differences.")
        return PageContent(Icon.FUNNEL_X, text, hint, (clear,))


def _blocked(comparison: Comparison) -> PageContent:
    finding = comparison.blocked
    reason = "" if finding is None else f"{finding.message} {tr(finding.remedy)}"
    text = tr("Cannot compare: {place} could not be applied.", place=_failed(comparison).place)
    return PageContent(Icon.TRIANGLE_ALERT, text, reason, (), Role.DANGER)


def _failed(comparison: Comparison) -> Moment:
    """The moment whose own event failed."""
    before, finding = comparison.before, comparison.blocked
    if before is not None and finding in before.step.findings:
        return before
    return comparison.after


def _no_difference(comparison: Comparison) -> PageContent:
    if comparison.doubts:
        text = tr("No difference in what is known.")
        hint = tr("Values that an earlier event may have changed could not be compared.")
        return PageContent(Icon.TRIANGLE_ALERT, text, hint, (), Role.WARNING)
    if comparison.before is None:
        text = tr("This event changed nothing in the state.")
    else:
        text = tr("No difference.")
    hint = title_of(comparison)
    return PageContent(Icon.CIRCLE_CHECK, text, hint, (), Role.SUCCESS)


def title_of(comparison: Comparison) -> str:
    """What is compared, and how far it can be trusted, in one line."""
    after, before = comparison.after, comparison.before
    words = tr("{stream}: {place}", stream=after.stream.name, place=after.place)
    if before is None:
        text = tr("{after}, compared with the event before", after=words)
    else:
        first = tr("{stream}: {place}", stream=before.stream.name, place=before.place)
        text = tr("{before}, compared with {after}", before=first, after=words)
    if comparison.truth is Truth.EXACT:
        return text
    return tr("{text} (inferred states)", text=text)


def _copy(value: object) -> None:
    QGuiApplication.clipboard().setText(copy_text(value))
