"""The slider under the drawing: keys and assistive technology, no looks of its own."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QSlider, QWidget

FAR: Final = 10
"""Events that Shift and an arrow, or Page up and down, move by."""

_STEPS: Final = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Comma: -1,
    Qt.Key.Key_Period: 1,
}
_ZOOMS: Final = {
    Qt.Key.Key_Plus: 1,
    Qt.Key.Key_Equal: 1,
    Qt.Key.Key_Minus: -1,
    Qt.Key.Key_Underscore: -1,
    Qt.Key.Key_0: 0,
}

_FAR_ASIDE: Final = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


class TimelineSlider(QSlider):
    """A slider that is heard and never seen.

    Signals:
        focus_changed(bool): it got or lost the focus.
        wants(object): rows to move by.
        zooms(object): 1 to look closer, -1 to look from further away, 0 to see everything.
        pans(object): 1 to look further on, -1 further back.
        typed(str): somebody began to type a number or a time.
    """

    focus_changed = Signal(bool)
    wants = Signal(object)
    zooms = Signal(object)
    pans = Signal(object)
    typed = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setPageStep(FAR)
        self.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """It is never seen, and its own wheel and mouse handling is not wanted."""
        del watched
        kind = event.type()
        if kind in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.focus_changed.emit(kind == QEvent.Type.FocusIn)
        if kind == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if self._is_ours(event):
                event.accept()
                return True
            return False
        return kind in (QEvent.Type.Paint, QEvent.Type.Wheel, QEvent.Type.MouseButtonPress)

    @staticmethod
    def _is_ours(event: QKeyEvent) -> bool:
        """Keys that mean the timeline while it has the focus, whatever else they may mean."""
        plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        bare = plain in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
        return bare and (event.key() in _ZOOMS or event.text() in tuple("123456789"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move by one, with Shift by ten; ``,`` and ``.`` are arrows too."""
        key = Qt.Key(event.key())
        plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        step = _STEPS.get(key)
        bare = plain == Qt.KeyboardModifier.NoModifier
        shift = plain == Qt.KeyboardModifier.ShiftModifier
        if step is not None and bare:
            self.wants.emit(step)
        elif step is not None and shift:
            self.wants.emit(step * FAR)
        elif step is not None and plain == _FAR_ASIDE:
            self.pans.emit(step)
        elif key in _ZOOMS and (bare or shift):
            self.zooms.emit(_ZOOMS[key])
        elif bare and event.text() in tuple("123456789"):
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)
