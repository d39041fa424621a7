"""The bar at the top: which store, who recognised it, and how it is protected.

Protection is always in words beside its picture; a production label has colour and word. Badges
appear only when there is something to know, and say what to do about it in their tool tip.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget

from inspector.core.texts import tr
from inspector.ui.models.store_model import Phase
from inspector.ui.store_labels import StoreLabel
from inspector.ui.theme import Icon, Role, TintRole
from inspector.ui.widgets.chip import Chip, ChipButton, ChipLook

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QAction

    from inspector.core.findings import Finding
    from inspector.services.open_store import OpenedStore
    from inspector.ui.models.store_model import StoreModel
    from inspector.ui.store_labels import StoreLabels
    from inspector.ui.theme import Theme

HEIGHT = 44

BADGES: dict[str, tuple[str, Role]] = {
    "role-can-write": ("Role could write", Role.WARNING),
    "not-encrypted": ("Not encrypted", Role.WARNING),
    "store-copied": ("Private copy", Role.INFO),
    "store-immutable": ("Opened as unchanging", Role.INFO),
    "rows-hidden": ("Rows may be hidden", Role.WARNING),
    "schemas-unusable": ("Schemas not used", Role.WARNING),
    "store-damaged": ("Damaged", Role.DANGER),
}
"""Findings of opening that deserve a badge; the others are in the layout's explanation."""


class StoreBar(QWidget):
    """Name, layout, lock and badges of the open store.

    Signals:
        layout_asked(): the user wants to know why this layout was recognised.
        rules_asked(): the user wants to do something about rules.
        role_asked(): the user wants to know about the role that could write.
    """

    layout_asked = Signal()
    rules_asked = Signal()
    role_asked = Signal()

    def __init__(
        self,
        theme: Theme,
        store: StoreModel,
        labels: StoreLabels,
        actions: Mapping[str, QAction],
    ) -> None:
        super().__init__()
        self._labels = labels
        self._theme = theme
        self._store = store
        self._open = QToolButton()
        self._open.setDefaultAction(actions["open"])
        self._open.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._open.setProperty("filled", "true")
        self._name = Chip(theme)
        self._layout = ChipButton(theme, "", TintRole.SNAPSHOT)
        self._layout.clicked.connect(self.layout_asked)
        self.rules = ChipButton(theme)
        self.rules.clicked.connect(self.rules_asked)
        self.lock = ChipButton(theme)
        self.lock.clicked.connect(actions["unlock-writing"].trigger)
        self.show_writing(unlocked=False)
        self.label = ChipButton(theme)
        self.label.clicked.connect(actions["label"].trigger)
        self.label.setToolTip(tr("What this store is used for (Ctrl+L)"))
        # What protects the store, and what it is used for, never gives way to its name.
        for chip in (self.lock, self.label):
            chip.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._badges: list[Chip | ChipButton] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(8, 8, 8, 4)
        self._row.setSpacing(8)
        for widget in (self._open, self.label, self._name, self._layout, self.rules, self.lock):
            self._row.addWidget(widget)
        self._row.addStretch(1)
        self._fit()
        theme.changed.connect(self._fit)
        store.changed.connect(self._show)
        labels.changed.connect(self._show_label)
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
        self.lock.setVisible(store is not None)
        self.show_rules()
        self._drop_badges()
        self._show_label()
        if store is None:
            request = self._store.request
            if opening and request is not None:
                self._name.show_look(ChipLook(tr("Opening…"), Role.SURFACE, Icon.HOURGLASS))
            return
        self._name.show_look(ChipLook(store.name, Role.SURFACE, Icon.DATABASE))
        self._name.setToolTip(store.address.display)
        self._layout.show_look(self._layout_look(store))
        self._layout.setToolTip(tr("Why this layout? Evidence, tables and runners-up"))
        if store.connection.report.encrypted:
            tip = tr("Nobody between this computer and the server can read along.")
            self._add_badge(tr("Encrypted"), Role.TEXT_MUTED, Icon.SHIELD_CHECK, tip)
        for finding in store.findings:
            self._badge(finding)

    def show_writing(self, *, unlocked: bool) -> None:
        """Whether anything may be written, in words; the chip leads to the other."""
        if unlocked:
            self.lock.show_look(
                ChipLook(tr("Snapshots may be written"), Role.WARNING, Icon.LOCK_OPEN)
            )
            self.lock.setToolTip(
                tr("Unlocked for snapshots until this store is closed; each is confirmed. "
                   "Press to lock it again.")
            )  # fmt: skip
        else:
            self.lock.show_look(ChipLook(tr("Read-only"), Role.TEXT_MUTED, Icon.LOCK))
            self.lock.setToolTip(
                tr("The store is opened read-only: nothing this window does can change it.")
            )

    def show_rules(self) -> None:
        """Whether states are computed with rules, and whose."""
        store = self._store.store
        self.rules.setVisible(store is not None)
        if store is None:
            return
        rules = store.rule_set
        if store.replayer is not None:
            look = ChipLook(tr("Replayer · exact"), TintRole.UPCAST, Icon.PLUG)
            self.rules.show_look(look)
            self.rules.setToolTip(
                tr("States are computed by {command}", command=store.request.replayer)
            )
            return
        if rules is None and store.match.trail:
            self.rules.show_look(ChipLook(tr("As recorded"), Role.TEXT_MUTED))
            self.rules.setToolTip(
                tr("An audit trail: states are what its rows recorded of a record, nothing more.")
            )
            return
        if rules is None:
            self.rules.show_look(ChipLook(tr("No rules · inferred"), Role.TEXT_MUTED))
            self.rules.setToolTip(
                tr("Nobody said what the events do: states are guessed from field names.")
            )
            return
        word = tr("exact") if rules.aggregates else tr("versions only")
        unsaved = store.rules is not None and not store.rules.files
        if unsaved:
            word = tr("{word}, not saved", word=word)
        look = ChipLook(tr("Rules: {name} · {word}", name=rules.name, word=word), TintRole.UPCAST)
        self.rules.show_look(look)
        files = "\n".join(str(file.path) for file in store.rules.files) if store.rules else ""
        self.rules.setToolTip(files or tr("Rules that are not saved"))

    def _show_label(self) -> None:
        """The label's word and colour; a quiet offer to give one where there is none."""
        store = self._store.store
        self.label.setVisible(store is not None)
        if store is None:
            return
        label = self._labels.label(store)
        word = tr("Label…") if label is StoreLabel.NONE else tr(label.word)
        role = Role.TEXT_MUTED if label is StoreLabel.NONE else label.role
        self.label.show_look(ChipLook(word, role, Icon.TAG))

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
        tip = f"{finding.message}\n{tr(finding.remedy)}"
        if finding.code == "role-can-write":
            badge = ChipButton(self._theme, tr(text), role, Icon.SHIELD_ALERT)
            badge.clicked.connect(self.role_asked)
            self._put_badge(badge, f"{tip}\n{tr('Press to see how to get such a role.')}")
        else:
            self._add_badge(tr(text), role, Icon.SHIELD_ALERT, tip)

    def _add_badge(self, text: str, role: Role, icon: Icon, tip: str) -> None:
        self._put_badge(Chip(self._theme, text, role, icon), tip)

    def _put_badge(self, badge: Chip | ChipButton, tip: str) -> None:
        badge.setToolTip(tip)
        badge.setAccessibleDescription(tip)
        self._badges.append(badge)
        self._row.insertWidget(self._row.indexOf(self.lock) + len(self._badges), badge)

    def _drop_badges(self) -> None:
        for badge in self._badges:
            self._row.removeWidget(badge)
            badge.deleteLater()
        self._badges = []
