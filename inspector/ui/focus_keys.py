"""Which keys belong to the widget that has the focus, and not to the whole window.

The window's actions work everywhere, so a plain key such as Space or Left would be taken away
from buttons, trees and text. This keeps them where they have a meaning of their own, and says
why a key does nothing when its action cannot be used now.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QTextEdit,
    QTreeView,
    QWidget,
)

from inspector.ui.actions import reason_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QAction

_K = Qt.Key
_SIDEWAYS: Final = frozenset({_K.Key_Left, _K.Key_Right})
_ENDS: Final = frozenset({_K.Key_Home, _K.Key_End})
_PAGES: Final = frozenset({_K.Key_PageUp, _K.Key_PageDown})
_SHIFTED: Final = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier


_KEPT: Final[tuple[tuple[type | tuple[type, ...], frozenset[Qt.Key]], ...]] = (
    (QTreeView, _SIDEWAYS),
    (QAbstractItemView, frozenset()),
    (QAbstractButton, frozenset({_K.Key_Space})),
    (QTabBar, _SIDEWAYS | _ENDS),
    ((QPlainTextEdit, QTextEdit), _SIDEWAYS | _ENDS | _PAGES),
    ((QComboBox, QAbstractSpinBox), _ENDS | _PAGES | {_K.Key_Space}),
    (QAbstractScrollArea, _ENDS | _PAGES),
)
"""Keys that a kind of widget keeps; the first kind that fits decides."""


def owns(widget: QWidget, event: QKeyEvent) -> bool:
    """Whether a key belongs to the widget rather than to the window's actions."""
    if event.modifiers() & ~_SHIFTED:
        return False
    for kind, keys in _KEPT:
        if isinstance(widget, kind):
            typed = isinstance(widget, QComboBox) and event.text().isalnum()
            return event.key() in keys or typed
    return False


def writes(widget: QObject, event: QKeyEvent) -> bool:
    """Whether a key is a letter of the text that is being written in the widget."""
    if not isinstance(widget, QLineEdit | QTextEdit | QPlainTextEdit) or widget.isReadOnly():
        return False
    return not event.modifiers() & ~_SHIFTED and event.text().isprintable() and event.text() != ""


class FocusKeys(QObject):
    """Watches the keys of whatever has the focus in one window.

    Signals:
        refused(str): a key was pressed whose action cannot be used now; the reason.
    """

    refused = Signal(str)

    def __init__(self, window: QWidget, actions: Mapping[str, QAction]) -> None:
        super().__init__(window)
        self._window = window
        self._actions = actions
        self._watched: QWidget | None = None
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_changed)

    def _focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        if self._watched is not None:
            self._watched.removeEventFilter(self)
            self._watched.destroyed.disconnect(self._gone)
            self._watched = None
        if now is not None and now.window() is self._window:
            now.installEventFilter(self)
            now.destroyed.connect(self._gone)
            self._watched = now

    def _gone(self) -> None:
        self._watched = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep a key for the widget, or explain a refused one."""
        kind = event.type()
        if kind is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if isinstance(watched, QWidget) and owns(watched, event):
                event.accept()
                return True
        elif (
            kind is QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and not writes(watched, event)
        ):
            self._explain(event)
        return super().eventFilter(watched, event)

    def _explain(self, event: QKeyEvent) -> None:
        pressed = QKeySequence(event.keyCombination())
        for action in self._actions.values():
            if not action.isEnabled() and pressed in action.shortcuts():
                self.refused.emit(reason_of(action))
                return
