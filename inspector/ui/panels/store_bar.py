"""The bar at the top: which store, who recognised it, and how it is protected.

Protection is always in words beside its picture; a production label has colour and word. Badges
appear only when there is something to know, and say what to do about it in their tool tip.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from inspector.core.texts import tr
from inspector.ui.models.store_model import Phase
from inspector.ui.theme import Icon, Role, TintRole
from inspector.ui.widgets.chip import Chip, ChipButton, ChipLook

if TYPE_CHECKING:
    from PySide6.QtGui import QAction

    from inspector.core.findings import Finding
    from inspector.services.open_store import OpenedStore
    from inspector.ui.models.store_model import StoreModel
    from inspector.ui.theme import Theme

HEIGHT = 44

BADGES: dict[str, tuple[str, Role]] = {
    "role-can-write": ("Role could write", Role.WARNING),
    "not-encrypted": ("Not encrypted", Role.WARNING),
    "store-copied": ("Private copy", Role.INFO),
    "store-immutable": ("Opened as unchanging", Role.INFO),
    "rows-hidden": ("Rows may be hidden", Role.WARNING),
    "store-damaged": ("Damaged", Role.DANGER),
}
"""Findings of opening that deserve a badge; the others are in the layout's explanation."""


class StoreBar(QWidget):
    """Name, layout, lock and badges of the open store.

    Signals:
        layout_asked(): the user wants to know why this layout was recognised.
    """

    layout_asked = Signal()

    def __init__(self, theme: Theme, store: StoreModel, open_action: QAction) -> None:
        super().__init__()
        self._theme = theme
        self._store = store
        self._open = QToolButton()
        self._open.setDefaultAction(open_action)
        self._open.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._open.setProperty("filled", "true")
        self._name = Chip(theme)
        self._layout = ChipButton(theme, "", TintRole.SNAPSHOT)
        self._layout.clicked.connect(self.layout_asked)
        self._lock = Chip(theme, tr("Read-only"), Role.TEXT_MUTED, Icon.LOCK)
        self._lock.setToolTip(
            tr("The store is opened read-only: nothing this window does can change it.")
        )
        self._badges: list[Chip] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(8, 8, 8, 4)
        self._row.setSpacing(8)
        for widget in (self._open, self._name, self._layout, self._lock):
            self._row.addWidget(widget)
        self._row.addStretch(1)
        self._fit()
        theme.changed.connect(self._fit)
        store.changed.connect(self._show)
        self._show()

    def _fit(self) -> None:
        self.setFixedHeight(self._theme.px(HEIGHT))

    def add_tools(self, *tools: QWidget) -> None:
        """Put tools at the right end."""
        for tool in tools:
            self._row.addWidget(tool)

    def _show(self) -> None:
        store = self._store.store
        opening = self._store.phase is Phase.OPENING
        self._name.setVisible(store is not None or opening)
        self._layout.setVisible(store is not None)
        self._lock.setVisible(store is not None)
        self._drop_badges()
        if store is None:
            request = self._store.request
            if opening and request is not None:
                self._name.show_look(ChipLook(tr("Opening…"), Role.SURFACE, Icon.HOURGLASS))
            return
        self._name.show_look(ChipLook(store.name, Role.SURFACE, Icon.DATABASE))
        self._name.setToolTip(store.address.display)
        self._layout.show_look(self._layout_look(store))
        self._layout.setToolTip(tr("Why this layout? Evidence, tables and runners-up"))
        for finding in store.findings:
            self._badge(finding)

    def _layout_look(self, store: OpenedStore) -> ChipLook:
        if store.certain:
            return ChipLook(tr("{layout} · certain", layout=store.match.title), TintRole.SNAPSHOT)
        return ChipLook(
            tr("{layout} · chosen by you", layout=store.match.title),
            TintRole.CHANGED,
            Icon.TRIANGLE_ALERT,
        )

    def _badge(self, finding: Finding) -> None:
        known = BADGES.get(finding.code)
        if known is None:
            return
        text, role = known
        badge = Chip(self._theme, tr(text), role, Icon.SHIELD_ALERT)
        badge.setToolTip(f"{finding.message}\n{tr(finding.remedy)}")
        self._badges.append(badge)
        self._row.insertWidget(4 + len(self._badges) - 1, badge)

    def _drop_badges(self) -> None:
        for badge in self._badges:
            self._row.removeWidget(badge)
            badge.deleteLater()
        self._badges = []
