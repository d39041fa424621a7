"""The Qt palette of a theme.

Fusion draws everything from the palette, so most of the look is decided here; what a palette
cannot say stands in ``stylesheet``.
"""

from __future__ import annotations

from PySide6.QtGui import QColor, QPalette

from inspector.ui.theme.tokens import Role, Tokens, mix

_GROUP = QPalette.ColorGroup
_COLOUR = QPalette.ColorRole


def build_palette(tokens: Tokens) -> QPalette:
    """Every palette role, for active, inactive and disabled widgets."""
    palette = QPalette()
    for role, value in _values(tokens).items():
        palette.setColor(_GROUP.All, role, QColor(value))
    disabled = QColor(tokens[Role.TEXT_DISABLED])
    for role in (_COLOUR.WindowText, _COLOUR.Text, _COLOUR.ButtonText, _COLOUR.HighlightedText):
        palette.setColor(_GROUP.Disabled, role, disabled)
    faded = mix(tokens[Role.SURFACE], tokens[Role.SELECTION], 0.4)
    palette.setColor(_GROUP.Disabled, _COLOUR.Highlight, QColor(faded))
    palette.setColor(_GROUP.Disabled, _COLOUR.Base, QColor(tokens[Role.WINDOW]))
    return palette


def _values(tokens: Tokens) -> dict[QPalette.ColorRole, str]:
    window, text = tokens[Role.WINDOW], tokens[Role.TEXT]
    return {
        _COLOUR.Window: window,
        _COLOUR.WindowText: text,
        _COLOUR.Base: tokens[Role.SURFACE],
        _COLOUR.AlternateBase: tokens[Role.SURFACE_ALTERNATE],
        _COLOUR.Text: text,
        _COLOUR.PlaceholderText: tokens[Role.TEXT_MUTED],
        _COLOUR.Button: mix(window, text, 0.04),
        _COLOUR.ButtonText: text,
        _COLOUR.BrightText: tokens[Role.ACCENT_TEXT],
        _COLOUR.Highlight: tokens[Role.SELECTION],
        _COLOUR.HighlightedText: text,
        _COLOUR.Accent: tokens[Role.ACCENT],
        _COLOUR.Link: tokens[Role.ACCENT],
        _COLOUR.LinkVisited: tokens[Role.ACCENT],
        _COLOUR.ToolTipBase: tokens[Role.SURFACE],
        _COLOUR.ToolTipText: text,
        _COLOUR.Light: mix(window, tokens[Role.SURFACE], 0.5),
        _COLOUR.Midlight: mix(window, tokens[Role.BORDER], 0.4),
        _COLOUR.Mid: tokens[Role.BORDER],
        _COLOUR.Dark: tokens[Role.OUTLINE],
        _COLOUR.Shadow: mix(tokens[Role.OUTLINE], "#000000", 0.5),
    }
