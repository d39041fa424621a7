"""Chips: one or two words on a tinted ground, such as a layout's name or ``v1 → v3``.

The same drawing serves labels in the window and cells of a table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from inspector.ui.theme import Icon, Role, Theme, Tint, TintRole, Tokens
from inspector.ui.theme.tokens import mix
from inspector.ui.widgets.labels import PlainLabel
from inspector.ui.widgets.plain_text import shortened, tooltip_text, visible_text

TEXT_LIMIT: Final = 120
HEIGHT: Final = 28
CELL_HEIGHT: Final = 18
PADDING: Final = 10
CELL_PADDING: Final = 6
ICON: Final = 16
GAP: Final = 6
RADIUS: Final = 4

ChipRole = TintRole | Role
"""A tint, or a role whose quiet wash is the ground; ``Role.SURFACE`` is a plain chip."""


@dataclass(frozen=True, slots=True)
class ChipLook:
    """What a chip shows: text from anywhere, a role, and perhaps an icon before the text."""

    text: str
    role: ChipRole
    icon: Icon | None = None


def chip_tint(tokens: Tokens, role: ChipRole) -> Tint:
    """Ground and text colour of a chip."""
    if isinstance(role, TintRole):
        return tokens.tints[role]
    if role is Role.SURFACE:
        return Tint(tokens[Role.SURFACE], tokens[Role.TEXT])
    return Tint(tokens.wash(role), tokens[role])


def chip_text(text: str) -> str:
    """The text as a chip shows it."""
    return visible_text(shortened(text, TEXT_LIMIT))


def chip_width(metrics: QFontMetrics, look: ChipLook, padding: int = CELL_PADDING) -> int:
    """The width a chip needs."""
    icon = ICON + GAP if look.icon is not None else 0
    # One more pixel: the advance is rounded, and a text that is a fraction wider is elided.
    return metrics.horizontalAdvance(chip_text(look.text)) + 1 + icon + 2 * padding


def paint_chip(
    painter: QPainter, rect: QRect, look: ChipLook, theme: Theme, padding: int = CELL_PADDING
) -> None:
    """Draw a chip into a rectangle, with the painter's font; text that does not fit is elided."""
    tint = chip_tint(theme.tokens, look.role)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    plain = look.role is Role.SURFACE
    edge = QColor(theme.tokens[Role.BORDER] if plain else tint.back)
    painter.setPen(QPen(edge, 1))
    painter.setBrush(QColor(tint.back))
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
    inside = rect.adjusted(padding, 0, -padding, 0)
    if look.icon is not None:
        density = painter.device().devicePixelRatio()
        picture = theme.icons.pixmap(look.icon, tint.text, ICON, density)
        painter.drawPixmap(QPointF(inside.left(), inside.center().y() - ICON / 2 + 1), picture)
        inside.adjust(ICON + GAP, 0, 0, 0)
    painter.setPen(QColor(tint.text))
    shown = painter.fontMetrics().elidedText(
        chip_text(look.text), Qt.TextElideMode.ElideRight, inside.width()
    )
    painter.drawText(inside, int(Qt.AlignmentFlag.AlignVCenter), shown)
    painter.restore()


class Chip(PlainLabel):
    """A chip that only tells something."""

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        role: ChipRole = Role.SURFACE,
        icon: Icon | None = None,
        parent: QWidget | None = None,
    ) -> None:
        self._theme = theme
        self._look = ChipLook(text, role, icon)
        super().__init__(text, parent)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def setToolTip(self, text: str) -> None:  # noqa: N802 - Qt's name
        """Show this text literally when the mouse rests on the chip, and let it be read out."""
        super().setToolTip(text)
        self.setAccessibleDescription(visible_text(text, keep="\n"))

    def show_look(self, look: ChipLook) -> None:
        """Show something else."""
        if look == self._look:
            return
        self._look = look
        self.setText(look.text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Text, icon and padding."""
        width = chip_width(self.fontMetrics(), self._look, PADDING)
        return QSize(width, self._theme.px(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """A few letters."""
        return QSize(min(self.sizeHint().width(), 48), self._theme.px(HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the chip."""
        del event
        paint_chip(QPainter(self), self.rect(), self._look, self._theme, PADDING)


class ChipButton(QAbstractButton):
    """A chip that can be pressed, with the mouse or the keyboard.

    Signals:
        clicked(bool): pressed, as of any button.
    """

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        role: ChipRole = Role.SURFACE,
        icon: Icon | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._look = ChipLook(text, role, icon)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(chip_text(text))
        theme.changed.connect(self.update)

    def show_look(self, look: ChipLook) -> None:
        """Show something else."""
        if look == self._look:
            return
        self._look = look
        self.setAccessibleName(chip_text(look.text))
        self.updateGeometry()
        self.update()

    def setToolTip(self, text: str) -> None:  # noqa: N802 - Qt's name
        """Show this text literally when the mouse rests on the chip, and let it be read out."""
        super().setToolTip(tooltip_text(text))
        self.setAccessibleDescription(visible_text(text, keep="\n"))

    def sizeHint(self) -> QSize:
        """Text, icon and padding."""
        width = chip_width(self.fontMetrics(), self._look, PADDING)
        return QSize(width, self._theme.px(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """A few letters."""
        return QSize(min(self.sizeHint().width(), 48), self._theme.px(HEIGHT))

    def enterEvent(self, event: QEnterEvent) -> None:
        """The mouse is over it now."""
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """The mouse is gone."""
        self.update()
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the chip, darker under the mouse, ringed when it has the focus."""
        del event
        painter = QPainter(self)
        paint_chip(painter, self.rect(), self._look, self._theme, PADDING)
        tokens = self._theme.tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ring = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self.underMouse() or self.isDown():
            tint = chip_tint(tokens, self._look.role)
            painter.setPen(QColor(mix(tint.back, tint.text, 0.45)))
            painter.drawRoundedRect(ring, RADIUS, RADIUS)
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens[Role.ACCENT]), 1))
            painter.drawRoundedRect(ring, RADIUS, RADIUS)
