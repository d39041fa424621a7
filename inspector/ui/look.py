"""How the window looks: theme, colours for colour blindness, text size; chosen and remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QSettings

from inspector.ui.theme import ThemeChoice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QAction

    from inspector.ui.theme import Theme

ZOOMS: Final = (0.75, 0.85, 1.0, 1.15, 1.3, 1.5, 1.75, 2.0, 2.5)
"""Text sizes; 1 is 13 pixels."""


class Look(QObject):
    """Changes the looks and writes them down."""

    def __init__(
        self, theme: Theme, settings: QSettings, actions: Mapping[str, QAction], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._theme, self.settings, self._actions = theme, settings, actions
        theme.changed.connect(self._tick)
        self._tick()

    def choose(self, choice: ThemeChoice) -> None:
        """Light, dark, or as the system."""
        self.settings.setValue("theme", choice.value)
        self._theme.choose(choice)

    def avoid_red_and_green(self, wanted: bool) -> None:
        """Use the colours that people with colour blindness can tell apart, or not."""
        self.settings.setValue("colour-blind", wanted)
        self._theme.choose(self._theme.choice, colour_blind=wanted)

    def zoom(self, steps: int) -> None:
        """Make text larger (1), smaller (-1), or as it was designed (0)."""
        nearest = min(ZOOMS, key=lambda zoom: abs(zoom - self._theme.fonts.zoom))
        place = min(max(ZOOMS.index(nearest) + steps, 0), len(ZOOMS) - 1)
        zoom = ZOOMS[place] if steps else 1.0
        self.settings.setValue("zoom", zoom)
        self._theme.set_zoom(zoom)

    def tick_language(self, code: str) -> None:
        """Say which language the texts are in."""
        self._actions[f"language-{code}"].setChecked(True)

    def _tick(self) -> None:
        self._actions[f"theme-{self._theme.choice.value}"].setChecked(True)
        self._actions["colour-blind"].setChecked(self._theme.colour_blind)


def remembered_look(settings: QSettings) -> tuple[ThemeChoice, bool, float]:
    """Theme, colours and zoom as they were chosen; the usual ones where a setting is damaged."""
    try:
        choice = ThemeChoice(str(settings.value("theme", ThemeChoice.SYSTEM.value)))
    except ValueError:
        choice = ThemeChoice.SYSTEM
    try:
        zoom = float(str(settings.value("zoom", 1.0)))
    except ValueError:
        zoom = 1.0
    blind = settings.value("colour-blind", False) in (True, "true")
    return choice, blind, zoom if ZOOMS[0] <= zoom <= ZOOMS[-1] else 1.0
