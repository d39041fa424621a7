"""The looks in force, and switching them while the window is open.

One :class:`Theme` exists per application and is handed to every widget that needs more than
the palette. It keeps an untouched copy of the system's palette, taken before ours is set,
because that is the only place left that says whether the system is dark on platforms that
report no colour scheme.
"""

from __future__ import annotations

import enum
import weakref
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QPalette
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from shiboken6 import isValid

from inspector.ui.theme.fonts import FontRole, Fonts, build_fonts
from inspector.ui.theme.icons import Icon, IconSet
from inspector.ui.theme.palette import build_palette
from inspector.ui.theme.stylesheet import build_stylesheet
from inspector.ui.theme.tokens import Role, Tokens, load_theme

if TYPE_CHECKING:
    from collections.abc import Iterator


class ThemeChoice(enum.StrEnum):
    """What the user asked for."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Theme(QObject):
    """Colours, fonts and icons of the application.

    Args:
        styled: use the style sheet at once; otherwise when the first window is put together.

    Signals:
        changed(): colours, icons or fonts are others now; painted widgets repaint.
    """

    changed = Signal()

    def __init__(
        self,
        app: QApplication,
        choice: ThemeChoice = ThemeChoice.SYSTEM,
        *,
        colour_blind: bool = False,
        zoom: float = 1.0,
        styled: bool = True,
    ) -> None:
        super().__init__()
        self._app = app
        self._styled = styled
        self._system_palette = QPalette(app.palette())
        self._choice, self._colour_blind = choice, colour_blind
        self._icon_users: weakref.WeakKeyDictionary[
            QAbstractButton | QAction, tuple[Icon, Role]
        ] = weakref.WeakKeyDictionary()
        self._font_users: weakref.WeakKeyDictionary[QWidget, FontRole] = weakref.WeakKeyDictionary()
        self.fonts: Fonts = build_fonts(zoom)
        app.setStyle("Fusion")
        self._tell_platform()
        self._load()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._system_changed)

    @property
    def choice(self) -> ThemeChoice:
        """Light, dark or as the system."""
        return self._choice

    @property
    def colour_blind(self) -> bool:
        """Whether green and red are avoided."""
        return self._colour_blind

    @property
    def system_palette(self) -> QPalette:
        """The palette as it was before ours."""
        return QPalette(self._system_palette)

    def choose(self, choice: ThemeChoice, *, colour_blind: bool | None = None) -> None:
        """Switch, at once and everywhere. ``None`` keeps the set of colours in use."""
        self._choice = choice
        if colour_blind is not None:
            self._colour_blind = colour_blind
        self._tell_platform()
        self._load()

    def set_zoom(self, zoom: float) -> None:
        """Make all text larger or smaller; 1.0 is the design's size."""
        self.fonts = build_fonts(zoom)
        self._app.setFont(self.fonts.ui)
        # Under a style sheet, widgets hear of another font only when they are polished again.
        self._apply_sheet()
        for user, role in list(self._font_users.items()):
            if isValid(user):  # Python's side may outlive the widget itself
                user.setFont(self.fonts[role])
        self.changed.emit()

    def px(self, length: float) -> int:
        """A length of the design in pixels at the text zoom in force."""
        return self.fonts.px(length)

    def set_icon(self, user: QAbstractButton | QAction, icon: Icon, role: Role = Role.TEXT) -> None:
        """Give a button or an action an icon that follows the theme.

        A later call for the same user replaces the earlier icon.
        """
        self._icon_users[user] = (icon, role)
        user.setIcon(self.icons.icon(icon, role))

    def set_font(self, user: QWidget, role: FontRole) -> None:
        """Give a widget a font that follows the text zoom; others have the ``ui`` font."""
        self._font_users[user] = role
        user.setFont(self.fonts[role])

    @contextmanager
    def building(self) -> Iterator[None]:
        """Put a whole window together inside this block; the first is styled once, at the end.

        Under a style sheet Qt styles everything below a widget anew whenever the widget comes
        under another one, so that a window built from its leaves costs three times as much. A
        sheet that is in use is never taken away for that: Qt came to widgets that were gone.
        """
        try:
            yield
        finally:
            if not self._styled:
                self._styled = True
                self._apply_sheet()

    def _apply_sheet(self) -> None:
        if self._styled:
            self._app.setStyleSheet(build_stylesheet(self.tokens))

    def _load(self) -> None:
        name = "dark" if self._wants_dark() else "light"
        self.tokens: Tokens = load_theme(name + ("-cvd" if self._colour_blind else ""))
        self.icons = IconSet(self.tokens)
        self._app.setPalette(build_palette(self.tokens))
        self._apply_sheet()
        self._app.setFont(self.fonts.ui)
        for user, (icon, role) in list(self._icon_users.items()):
            if isValid(user):  # Python's side may outlive the widget itself
                user.setIcon(self.icons.icon(icon, role))
        self.changed.emit()

    def _wants_dark(self) -> bool:
        if self._choice is not ThemeChoice.SYSTEM:
            return self._choice is ThemeChoice.DARK
        scheme = QGuiApplication.styleHints().colorScheme()
        if scheme is Qt.ColorScheme.Unknown:
            return _is_dark(self._system_palette)
        return scheme is Qt.ColorScheme.Dark

    def _tell_platform(self) -> None:
        """Let title bars and native dialogs follow, where the platform can."""
        hints = QGuiApplication.styleHints()
        if self._choice is ThemeChoice.SYSTEM:
            hints.unsetColorScheme()
        else:
            dark = self._choice is ThemeChoice.DARK
            hints.setColorScheme(Qt.ColorScheme.Dark if dark else Qt.ColorScheme.Light)

    def _system_changed(self) -> None:
        if self._choice is ThemeChoice.SYSTEM:
            self._load()


def _is_dark(palette: QPalette) -> bool:
    window = palette.color(QPalette.ColorRole.Window)
    return window.lightness() < palette.color(QPalette.ColorRole.WindowText).lightness()
