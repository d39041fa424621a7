"""The window's one menu, made from the action table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu, QToolButton

from inspector.core.texts import tr
from inspector.ui.action_table import ACTIONS, Menu
from inspector.ui.theme import Icon

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QWidget

    from inspector.ui.theme import Theme


def build_menu(actions: Mapping[str, QAction], owner: QWidget) -> QMenu:
    """A menu with one sub-menu for each part of the table."""
    whole = QMenu(tr("Menu"), owner)
    for kind in Menu:
        menu = whole.addMenu(tr(kind.value))
        menu.setToolTipsVisible(True)
        part = 0
        for spec in (spec for spec in ACTIONS if spec.menu is kind):
            if spec.part != part:
                menu.addSeparator()
                part = spec.part
            menu.addAction(actions[spec.name])
    return whole


def menu_button(theme: Theme, menu: QMenu) -> QToolButton:
    """The button that opens it."""
    button = QToolButton()
    button.setText(tr("Menu"))
    button.setAccessibleName(tr("Menu"))
    button.setToolTip(tr("Everything that can be done (F10)"))
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    theme.set_icon(button, Icon.ELLIPSIS)
    button.setMenu(menu)
    return button
