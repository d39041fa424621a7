"""Time zones by name, for the one time choice of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from inspector.core.errors import InputInvalid
from inspector.core.fuzzy import best_matches
from inspector.core.texts import tr
from inspector.core.zones import find_zone
from inspector.ui.models.times import LOCAL_NAME, UTC_NAME, zone_names
from inspector.ui.quick.offers import Offer, OfferSource
from inspector.ui.theme import Icon

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from inspector.ui.models.times import TimeChoice

SHOWN: Final = 60


class ZoneSource(OfferSource):
    """UTC, this computer's zone, and those of the system's list."""

    def __init__(self, times: TimeChoice, parent: QObject | None = None) -> None:
        title = tr("Time zone of all times in the window")
        super().__init__(title, tr("UTC, local, a city, or an offset such as +09:00"), parent)
        self._times = times

    def look_for(self, text: str) -> None:
        """Zones whose name fits; an offset is a zone of its own."""
        names = [UTC_NAME, LOCAL_NAME, *(n for n in zone_names() if n != UTC_NAME)]
        wanted = text.replace(" ", "_")
        found = best_matches(wanted, names, str, SHOWN) if text else names[:SHOWN]
        if text and text not in found and text[:1] in "+-":
            found = [*self._as_typed(text), *found]
        self.show(tuple(self._offer(name) for name in found), self._now())

    def _now(self) -> str:
        return tr("Times are in {zone} now; exports stay in UTC.", zone=self._times.title)

    def _as_typed(self, text: str) -> list[str]:
        try:
            find_zone(text)
        except InputInvalid:
            return []
        return [text]

    def _offer(self, name: str) -> Offer:
        details = {UTC_NAME: tr("as stored"), LOCAL_NAME: tr("the zone of this computer")}
        detail = details.get(name, "")
        if name == self._times.name:
            detail = ", ".join(p for p in (detail, tr("chosen")) if p)
        return Offer(name, lambda: self._times.choose(name), detail, icon=Icon.GLOBE)
