"""Looks of the window: colour roles, palette, fonts and icons.

Code names roles, never colours. Everything a widget needs comes from one :class:`Theme`, which
can be switched while the window is open.
"""

from inspector.ui.theme.fonts import FontRole
from inspector.ui.theme.icons import Icon
from inspector.ui.theme.theme import Theme, ThemeChoice
from inspector.ui.theme.tokens import Role, Tint, TintRole, Tokens

__all__ = ["FontRole", "Icon", "Role", "Theme", "ThemeChoice", "Tint", "TintRole", "Tokens"]
