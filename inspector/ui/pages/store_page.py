"""What every page about a whole store has: a way back, a title, room for tools, a body."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from inspector.core.texts import tr
from inspector.ui.theme import FontRole, Icon
from inspector.ui.widgets.labels import PlainLabel, muted
from inspector.ui.widgets.plain_text import tooltip_text

if TYPE_CHECKING:
    from inspector.ui.theme import Theme


class StorePage(QWidget):
    """A page about a whole store.

    A page is built when it is first asked for and kept until the window closes. It may work in
    the background while it is not in front.

    Args:
        theme: colours, fonts and icons.
        title: what the page is about, a few words.
        about: one sentence for somebody who sees the page for the first time.

    Signals:
        left(): the user wants to go back to the events.
        stream_asked(object, object): a :class:`StreamId` and a version (or ``None``) that the
            user wants to see; the page is left for it.
        name_asked(object, object): the same, for a stream that is only known by its name.
    """

    left = Signal()
    stream_asked = Signal(object, object)
    name_asked = Signal(object, object)

    def __init__(self, theme: Theme, title: str, about: str) -> None:
        super().__init__()
        self.setAccessibleName(title)
        self.setAccessibleDescription(about)
        self.theme, self.title = theme, title
        self._tools = QHBoxLayout()
        self._tools.setSpacing(8)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(1, 1, 1, 1)
        self.body.setSpacing(0)
        frame = QFrame()
        frame.setProperty("panel", "true")
        frame.setLayout(self.body)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addLayout(self._header(about))
        column.addWidget(frame, 1)

    def _header(self, about: str) -> QHBoxLayout:
        self.back_button = QToolButton()
        self.back_button.setAccessibleName(tr("Back to the events"))
        self.back_button.setToolTip(tooltip_text(tr("Back to the events (Esc)")))
        self.theme.set_icon(self.back_button, Icon.ARROW_LEFT)
        self.back_button.clicked.connect(self.left)
        heading = PlainLabel(self.title)
        self.theme.set_font(heading, FontRole.TITLE)
        words = muted(PlainLabel(about, wrap=True))
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.back_button)
        row.addWidget(heading)
        row.addWidget(words, 1)
        row.addLayout(self._tools)
        return row

    def add_tools(self, *tools: QWidget) -> None:
        """Put buttons or fields at the right end of the header."""
        for tool in tools:
            self._tools.addWidget(tool)

    # -- what a page may do of its own -------------------------------------------------------

    @property
    def busy(self) -> bool:
        """Whether something is still to come by itself."""
        return False

    def begin(self) -> None:
        """The page comes to the front; a store is open."""

    def store_changed(self) -> None:
        """Another store is open, or none, or other rules are in use: nothing known holds."""

    def stop(self) -> bool:
        """Stop what is running here; returns whether anything was."""
        return False
