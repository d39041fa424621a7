"""Cards side by side: the forms of one event from the stored one to the newest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from inspector.core.texts import tr
from inspector.services.rising import version_text
from inspector.ui.theme import FontRole, Icon, Role, TintRole
from inspector.ui.widgets.chip import Chip, ChipButton, ChipLook
from inspector.ui.widgets.json_content import TreeContent, content_of
from inspector.ui.widgets.json_menu import TreeMenu
from inspector.ui.widgets.json_tree import JsonTree
from inspector.ui.widgets.labels import ElidedLabel, PlainLabel, muted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inspector.ui.models.ladder_cards import LadderCard
    from inspector.ui.theme import Theme

CARD_WIDTH: Final = 264
"""Least width of a card, in pixels of the design: a name and a short value."""


class CardView(QFrame):
    """One form with what made it.

    Signals:
        rule_asked(str, int): the user wants to see this line of this rules file.
    """

    rule_asked = Signal(str, int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._card: LadderCard | None = None
        self.setProperty("panel", "true")
        self.title = PlainLabel()
        theme.set_font(self.title, FontRole.HEADING)
        self.version = Chip(theme)
        self._type = muted(ElidedLabel(mode=Qt.TextElideMode.ElideMiddle))
        theme.set_font(self._type, FontRole.SMALL)
        self.rule = ChipButton(theme, "", Role.ACCENT, Icon.FILE_TEXT)
        self.rule.clicked.connect(self._ask)
        self.trouble = PlainLabel(wrap=True)
        self.trouble.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._note = muted(PlainLabel(wrap=True))
        for label in (self.trouble, self._note):
            label.setContentsMargins(12, 4, 12, 8)
        self.tree = JsonTree(theme, tr("Form"))
        self._menu = TreeMenu(self.tree)
        self.setMinimumWidth(theme.px(CARD_WIDTH))
        self._lay_out()

    def _lay_out(self) -> None:
        first = QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(self.title)
        first.addWidget(self.version)
        first.addStretch(1)
        head = QVBoxLayout()
        head.setContentsMargins(12, 8, 8, 8)
        head.setSpacing(4)
        head.addLayout(first)
        head.addWidget(self._type)
        head.addWidget(self.rule)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.trouble)
        column.addWidget(self._note)
        column.addWidget(self.tree, 1)
        column.addStretch(0)

    def show_card(self, card: LadderCard) -> None:
        """Show another form; the same places stay open."""
        self._card = card
        form = card.form
        self.title.setText(card.title)
        told = form is not None and form.schema_version is not None
        self.version.setVisible(told or bool(card.trouble))
        self.version.show_look(_look(card))
        words = "" if form is None else form.type
        self._type.setText(words)
        self._type.setVisible(bool(words))
        self.rule.setVisible(bool(card.file))
        self.rule.show_look(ChipLook(f"{card.file}:{card.line}", Role.ACCENT, Icon.FILE_TEXT))
        self.rule.setToolTip(tr("{rule}: show it in the rules", rule=card.rule))
        self.trouble.setText(card.trouble)
        self.trouble.setVisible(bool(card.trouble))
        self._note.setText(card.note)
        self._note.setVisible(bool(card.note))
        self.tree.setVisible(form is not None)
        content = TreeContent({}) if form is None else content_of(form.value, card.changes)
        self.tree.set_content(content)
        self.tree.setAccessibleName(tr("{title}: {type}", title=card.title, type=words))
        self.setAccessibleName(card.title)
        self._column.setStretch(4, int(form is None))

    def _ask(self) -> None:
        if self._card is not None:
            self.rule_asked.emit(self._card.file, self._card.line)


def _look(card: LadderCard) -> ChipLook:
    if card.trouble:
        return ChipLook(tr("stops here"), Role.DANGER, Icon.CIRCLE_X)
    version = version_text(None if card.form is None else card.form.schema_version)
    if card.newest:
        return ChipLook(tr("{version} · newest", version=version), TintRole.UPCAST)
    return ChipLook(version, Role.TEXT_MUTED)


class LadderView(QScrollArea):
    """All cards; they scroll sideways where there is no room, and are used again.

    Signals:
        rule_asked(str, int): the user wants to see this line of this rules file.
    """

    rule_asked = Signal(str, int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.cards: list[CardView] = []
        self._shown = 0
        self.setAccessibleName(tr("Forms of the event"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        self._row = QHBoxLayout(inside)
        self._row.setContentsMargins(8, 8, 8, 8)
        self._row.setSpacing(8)
        self.setWidget(inside)
        for ground in (inside, self.viewport()):  # the panel's own surface shows through
            ground.setAutoFillBackground(False)

    def shown(self) -> list[CardView]:
        """The cards in use, in order."""
        return self.cards[: self._shown]

    def show_cards(self, cards: Sequence[LadderCard]) -> None:
        """Show other cards."""
        while len(self.cards) < len(cards):
            made = CardView(self._theme)
            made.rule_asked.connect(self.rule_asked)
            self.cards.append(made)
            self._row.addWidget(made, 1)
        self._shown = len(cards)
        for card, view in zip(cards, self.cards, strict=False):
            view.show_card(card)
        for number, view in enumerate(self.cards):
            view.setVisible(number < self._shown)
