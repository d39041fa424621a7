"""Draws rows of snapshots: the verdict with its picture, numbers monospaced, ids elided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from inspector.ui.models.snapshot_rows import LINE_ROLE, VERDICT_LOOK, VERDICT_ROLE, SnapshotColumn
from inspector.ui.theme import FontRole, Icon, Role
from inspector.ui.widgets.list_table import CellDelegate, CellLook, Index

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter
    from PySide6.QtWidgets import QStyleOptionViewItem

PICTURE = 16
_MONO = frozenset(SnapshotColumn) - {SnapshotColumn.VERDICT, SnapshotColumn.TIME_SINCE}


class SnapshotDelegate(CellDelegate):
    """One row of a list of snapshots."""

    def look(self, index: Index) -> CellLook:
        """What is wrong stands out; a snapshot that nobody loads any more is quiet."""
        column = SnapshotColumn(index.column())
        if column is SnapshotColumn.VERDICT:
            return CellLook(FontRole.UI, self._picture(index)[1])
        font = FontRole.MONO if column in _MONO else FontRole.UI
        elide = Qt.TextElideMode.ElideRight
        if column is SnapshotColumn.STREAM:
            elide = Qt.TextElideMode.ElideMiddle
        quiet = column not in (SnapshotColumn.STREAM, SnapshotColumn.VERSION, SnapshotColumn.SINCE)
        quiet = quiet and column is not SnapshotColumn.FIRST
        old = not index.data(LINE_ROLE).newest
        return CellLook(font, Role.TEXT_MUTED if quiet or old else Role.TEXT, elide)

    def content(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """A picture before the verdict."""
        if index.column() != SnapshotColumn.VERDICT:
            super().content(painter, option, index)
            return
        icon, role = self._picture(index)
        rect = option.rect
        density = painter.device().devicePixelRatio()
        picture = self.theme.icons.pixmap(icon, self.theme.tokens[role], PICTURE, density)
        painter.drawPixmap(rect.left() + 8, rect.top() + (rect.height() - PICTURE) // 2, picture)
        inside = rect.adjusted(8 + PICTURE, 0, 0, 0)
        self.draw_text(painter, inside, str(index.data()), self.look(index))

    def _picture(self, index: Index) -> tuple[Icon, Role]:
        verdict = index.data(VERDICT_ROLE)
        if verdict is None:
            if index.data(LINE_ROLE).unread:
                return Icon.CIRCLE_X, Role.DANGER
            return Icon.CAMERA, Role.TEXT_MUTED
        icon, role, _word = VERDICT_LOOK[verdict]
        return icon, role
