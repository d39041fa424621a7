"""A bar above content: what is the matter, in words, and what can be done about it.

Never takes the focus and never covers anything.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from inspector.core.texts import tr
from inspector.ui.theme import FontRole, Icon, Role, Theme
from inspector.ui.widgets.labels import PlainLabel, muted


class Tone(enum.Enum):
    """How serious a message is: icon and role."""

    INFO = (Icon.INFO, Role.INFO)
    WARNING = (Icon.TRIANGLE_ALERT, Role.WARNING)
    ERROR = (Icon.CIRCLE_X, Role.DANGER)
    SUCCESS = (Icon.CIRCLE_CHECK, Role.SUCCESS)

    @property
    def icon(self) -> Icon:
        """The picture beside the words."""
        return self.value[0]

    @property
    def role(self) -> Role:
        """The colour of the picture and, washed out, of the ground."""
        return self.value[1]


@dataclass(frozen=True, slots=True)
class BannerAction:
    """A button of a banner."""

    text: str
    run: Callable[[], object]


class Banner(QWidget):
    """One message with its next steps.

    Signals:
        closed(): the user put the message away.
    """

    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._tone = theme, Tone.INFO
        self._title = PlainLabel(wrap=True)
        theme.set_font(self._title, FontRole.HEADING)
        self._detail = muted(PlainLabel(wrap=True))
        self._detail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        self._close = QToolButton()
        self._close.setAccessibleName(tr("Put away"))
        self._close.setToolTip(tr("Put away"))
        theme.set_icon(self._close, Icon.X, Role.TEXT_MUTED)
        self._close.clicked.connect(self._put_away)
        self._lay_out()
        theme.changed.connect(self.update)
        self.hide()

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._detail)
        row = QHBoxLayout(self)
        row.setContentsMargins(40, 8, 8, 8)
        row.setSpacing(8)
        row.addLayout(words, 1)
        row.addLayout(self._buttons)
        row.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)

    def show_message(
        self,
        tone: Tone,
        title: str,
        detail: str = "",
        actions: Sequence[BannerAction] = (),
        *,
        closable: bool = True,
    ) -> None:
        """Show a message in place of the one before.

        Args:
            tone: how serious it is.
            title: what is the matter, one sentence.
            detail: what the user can do, or more about it; may be empty.
            actions: buttons, the most useful one first.
            closable: whether the user may put it away.
        """
        self._tone = tone
        self._title.setText(title)
        self._detail.setText(detail)
        self._detail.setVisible(bool(detail))
        self._close.setVisible(closable)
        self._set_actions(actions)
        self.setAccessibleName(title)
        self.setAccessibleDescription(detail)
        self.show()
        self.update()

    def _set_actions(self, actions: Sequence[BannerAction]) -> None:
        while (item := self._buttons.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for action in actions:
            button = QPushButton(action.text)
            button.clicked.connect(lambda _checked=False, run=action.run: run())
            self._buttons.addWidget(button)

    def _put_away(self) -> None:
        self.hide()
        self.closed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground, its edge and the icon in the colour of the tone."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens, role = self._theme.tokens, self._tone.role
        painter.setPen(QPen(QColor(tokens[role]), 1))
        painter.setBrush(QColor(tokens.wash(role)))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        density = self.devicePixelRatioF()
        picture = self._theme.icons.pixmap(self._tone.icon, tokens[role], 20, density)
        top = self._title.geometry().center().y() - 10 + 1
        painter.drawPixmap(12, top, picture)
