"""Commands by name: everything of the action table, with its keys, or why it is grey."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from inspector.core.fuzzy import best_matches
from inspector.core.texts import tr
from inspector.ui.action_table import ACTIONS
from inspector.ui.actions import keys_text, reason_of
from inspector.ui.quick.offers import Offer, OfferSource

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtCore import QObject
    from PySide6.QtGui import QAction

    from inspector.ui.action_table import ActionSpec

LIMIT: Final = 200


class CommandSource(OfferSource):
    """The palette."""

    def __init__(self, actions: Mapping[str, QAction], parent: QObject | None = None) -> None:
        super().__init__(tr("Commands"), tr("Type a part of a command's name"), parent)
        self._actions = actions

    def look_for(self, text: str) -> None:
        """All commands whose name or explanation fits."""
        named = best_matches(text, ACTIONS, lambda s: f"{tr(s.menu)} {tr(s.text)}", LIMIT)
        if text:
            told = best_matches(text, ACTIONS, lambda s: tr(s.tip), LIMIT)
            named += [spec for spec in told if spec not in named]
        self.show(tuple(self._offer(spec) for spec in named))

    def _offer(self, spec: ActionSpec) -> Offer:
        action = self._actions[spec.name]
        detail = f"{tr(spec.menu)} · {tr(spec.tip)}"
        if action.isChecked():
            detail = f"{tr('chosen')} · {detail}"
        return Offer(
            text=tr(spec.text),
            run=action.trigger,
            detail=detail,
            keys=keys_text(spec),
            icon=spec.icon,
            reason=reason_of(action),
        )
