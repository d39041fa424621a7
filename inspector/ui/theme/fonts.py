"""Fonts of the window, bundled so that it looks the same on every machine.

Pretendard (Latin and Korean) for what people read, JetBrains Mono for payloads, ids, times and
positions; Korean inside monospaced text falls back to Pretendard. Figures are tabular, and the
monospaced font's ligatures are off, because ``!=`` in a payload must look like what is stored.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from functools import cache
from typing import Final

from PySide6.QtGui import QFont, QFontDatabase

from inspector.services.resources import ResourceMissing, resource

FILES: Final = ("Pretendard-Regular.otf", "Pretendard-SemiBold.otf", "JetBrainsMono-Regular.ttf")
SANS: Final = "Pretendard"
MONO: Final = "JetBrains Mono"
ZOOM_RANGE: Final = (0.75, 2.5)


class FontRole(enum.StrEnum):
    """What a font is for."""

    UI = "ui"
    HEADING = "heading"
    SMALL = "small"
    TITLE = "title"
    MONO = "mono"


@dataclass(frozen=True, slots=True)
class Fonts:
    """The fonts at one text zoom.

    Attributes:
        ui: labels, tables, buttons. ``heading``: the same, semi-bold.
        small: captions and axis labels. ``title``: the sentence of an empty page.
        mono: payloads, ids, times, positions.
        zoom: 1.0 is 13 pixels for ``ui``.
    """

    ui: QFont
    heading: QFont
    small: QFont
    title: QFont
    mono: QFont
    zoom: float

    def __getitem__(self, role: FontRole) -> QFont:
        font: QFont = getattr(self, role)
        return font

    def px(self, length: float) -> int:
        """A length of the design (pixels at zoom 1) at this zoom."""
        return max(1, round(length * self.zoom))


def build_fonts(zoom: float = 1.0) -> Fonts:
    """Register the bundled fonts once and size them.

    Args:
        zoom: text zoom; values outside :data:`ZOOM_RANGE` are brought into it.
    """
    _register()
    zoom = min(max(zoom, ZOOM_RANGE[0]), ZOOM_RANGE[1])
    return Fonts(
        ui=_sans(13 * zoom),
        heading=_sans(13 * zoom, QFont.Weight.DemiBold),
        small=_sans(12 * zoom),
        title=_sans(16 * zoom, QFont.Weight.DemiBold),
        mono=_mono(12 * zoom),
        zoom=zoom,
    )


@cache
def _register() -> None:
    for name in FILES:
        path = resource("fonts", name)
        if QFontDatabase.addApplicationFont(str(path)) < 0:
            raise ResourceMissing(f"The font {name} cannot be read.")


def _sans(pixels: float, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    font = QFont(SANS)
    font.setPixelSize(round(pixels))
    font.setWeight(weight)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def _mono(pixels: float) -> QFont:
    font = QFont()
    font.setFamilies([MONO, SANS])
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setPixelSize(round(pixels))
    font.setFeature(QFont.Tag("calt"), 0)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font
