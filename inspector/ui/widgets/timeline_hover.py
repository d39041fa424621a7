"""A small card beside the mouse: which event this is, when it was, and what it changed.

It takes neither focus nor mouse, and everything on it can also be reached by moving the cursor
there. Text is drawn, never interpreted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from inspector.core.diffing import Op
from inspector.core.paths import path_text
from inspector.core.texts import tr
from inspector.ui.theme import FontRole, Role, Theme, TintRole
from inspector.ui.widgets.json_text import value_text
from inspector.ui.widgets.plain_text import shortened, visible_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inspector.core.diffing import Change

WIDEST: Final = 420
CHANGES_SHOWN: Final = 5
_PAD: Final = 10
_VALUE: Final = 40
_TINTS: Final = {Op.ADD: TintRole.ADDED, Op.REMOVE: TintRole.REMOVED}


@dataclass(frozen=True, slots=True)
class CardLine:
    """One line of the card.

    Attributes:
        font: its font; ``colour``: its role, or the tint whose text colour it has.
    """

    text: str
    font: FontRole = FontRole.SMALL
    colour: Role | TintRole = Role.TEXT


def change_lines(changes: Sequence[Change]) -> list[CardLine]:
    """What an event changed, one line each, with a sign before it; the first few of them."""
    lines = [_change_line(change) for change in changes[:CHANGES_SHOWN]]
    more = len(changes) - CHANGES_SHOWN
    if more > 0:
        lines.append(CardLine(tr("… and {n} more", n=more), colour=Role.TEXT_MUTED))
    return lines


def _change_line(change: Change) -> CardLine:
    name = visible_text(shortened(path_text(change.path), 60)) or tr("(all)")
    before, after = value_text(change.before, _VALUE), value_text(change.after, _VALUE)
    if change.op is Op.ADD:
        text = f"+ {name}  {after}"
    elif change.op is Op.REMOVE:
        text = tr("− {name}  was {value}", name=name, value=before)
    elif change.op is Op.MOVE:
        text = f"~ {name}  [{change.source}] → "
    else:
        text = tr("~ {name}  {after}  was {before}", name=name, after=after, before=before)
    return CardLine(text, FontRole.MONO, _TINTS.get(change.op, TintRole.CHANGED))


class HoverCard(QWidget):
    """The card. Lives in the window over everything else; hidden until it has something."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._lines: tuple[CardLine, ...] = ()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(tr("What is under the mouse"))
        self.hide()
        theme.changed.connect(self.update)

    @property
    def lines(self) -> tuple[CardLine, ...]:
        """What is written on it."""
        return self._lines

    def show_lines(self, lines: Sequence[CardLine], anchor: QPoint) -> None:
        """Write something on the card and put it below a point of its parent widget."""
        self._lines = tuple(lines)
        self.setAccessibleDescription("; ".join(visible_text(line.text) for line in lines))
        parent = self.parentWidget()
        room = parent.rect() if parent is not None else QRect(0, 0, 4000, 4000)
        size = self._needed()
        left = min(max(anchor.x() - size.width() // 2, 4), room.width() - size.width() - 4)
        top = anchor.y() if anchor.y() + size.height() <= room.height() else anchor.y() - 160
        self.setGeometry(QRect(QPoint(max(left, 0), max(top, 0)), size))
        self.raise_()
        self.show()
        self.update()

    def _font(self, line: CardLine) -> QFont:
        return self._theme.fonts[line.font]

    def _needed(self) -> QSize:
        wide, high = 0, 0
        for line in self._lines:
            metrics = QFontMetrics(self._font(line))
            wide = max(wide, metrics.horizontalAdvance(visible_text(line.text)))
            high += metrics.height() + 2
        widest = self._theme.px(WIDEST)
        return QSize(min(wide + 4, widest) + 2 * _PAD, high + 2 * _PAD - 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A quiet panel with its lines."""
        del event
        painter, tokens = QPainter(self), self._theme.tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(tokens[Role.OUTLINE]))
        painter.setBrush(QColor(tokens[Role.SURFACE]))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        top, room = _PAD - 2, self.width() - 2 * _PAD
        for line in self._lines:
            font = self._font(line)
            metrics = QFontMetrics(font)
            painter.setFont(font)
            painter.setPen(QColor(self._colour(line)))
            text = visible_text(line.text)
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
            painter.drawText(_PAD, top + metrics.ascent() + 1, shown)
            top += metrics.height() + 2

    def _colour(self, line: CardLine) -> str:
        tokens = self._theme.tokens
        if isinstance(line.colour, TintRole):
            return tokens.tints[line.colour].text
        return tokens[line.colour]
