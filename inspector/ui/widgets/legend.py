"""What the signs and colours of changes mean, in one quiet line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from inspector.core.texts import tr
from inspector.ui.theme import Role, TintRole
from inspector.ui.widgets.json_content import GLYPHS, ChangeKind

if TYPE_CHECKING:
    from inspector.ui.theme import Theme

HEIGHT: Final = 26

_ENTRIES: Final = (
    (GLYPHS[ChangeKind.ADDED], "added", TintRole.ADDED),
    (GLYPHS[ChangeKind.REMOVED], "removed", TintRole.REMOVED),
    (GLYPHS[ChangeKind.CHANGED], "changed", TintRole.CHANGED),
    (GLYPHS[ChangeKind.MOVED], "moved", TintRole.CHANGED),
    ("•", "changed inside", None),
)


class Legend(QWidget):
    """Signs of changes with their words; what does not fit is left out at the end."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        words = ", ".join(f"{glyph} {tr(word)}" for glyph, word, _tint in _ENTRIES)
        self.setAccessibleName(tr("Signs: {words}", words=words))
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(200, self._theme.px(HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw sign and word, one after the other."""
        del event
        painter, theme = QPainter(self), self._theme
        painter.setPen(QColor(theme.tokens[Role.BORDER]))
        painter.drawLine(0, 0, self.width(), 0)
        left = 12
        for glyph, word, tint in _ENTRIES:
            painter.setFont(theme.fonts.small)
            width = painter.fontMetrics().horizontalAdvance(tr(word)) + 1
            box = theme.px(16)
            if left + box + 4 + width > self.width() - 8:
                return
            place = QRect(left, (self.height() - box) // 2 + 1, box, box)
            self._sign(painter, place, glyph, tint)
            painter.setFont(theme.fonts.small)
            painter.setPen(QColor(theme.tokens[Role.TEXT_MUTED]))
            text = QRect(place.right() + 5, 1, width, self.height())
            painter.drawText(text, int(Qt.AlignmentFlag.AlignVCenter), tr(word))
            left = text.right() + 14

    def _sign(self, painter: QPainter, place: QRect, glyph: str, role: TintRole | None) -> None:
        tokens = self._theme.tokens
        if role is not None:
            painter.fillRect(place, QColor(tokens.tints[role].back))
        colour = tokens[Role.TEXT_MUTED] if role is None else tokens.tints[role].text
        font = QFont(self._theme.fonts.mono)
        painter.setFont(font)
        painter.setPen(QColor(colour))
        painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), glyph)
