"""Offering to follow a link: what it says, before anything is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from inspector.core.links import Link, LinkInvalid, parse_link
from inspector.core.sentences import plain_line
from inspector.core.texts import tr
from inspector.ui.quick.offers import Offer, OfferSource
from inspector.ui.theme import Icon
from inspector.ui.widgets.plain_text import shortened

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QObject

NAME_SHOWN: Final = 80
"""Characters of a stream's name that are shown."""


def link_offer(text: str, follow: Callable[[str], object]) -> Offer:
    """One line about a link; one that cannot be followed says why."""
    title = tr("Open this link")
    try:
        link = parse_link(text)
    except LinkInvalid as error:
        return Offer(title, lambda: None, error.message, icon=Icon.LINK, reason=error.message)
    return Offer(title, lambda: follow(text), words_of(link), icon=Icon.LINK)


def words_of(link: Link) -> str:
    """Where a link leads, on one line of printable text."""
    if not link.stream:
        return tr("events of all streams")
    name = plain_line(shortened(link.stream, NAME_SHOWN))
    if link.at is None:
        return name
    return tr("{stream}, version {n}", stream=name, n=link.at)


class LinkSource(OfferSource):
    """The one link that was typed or pasted."""

    def __init__(self, follow: Callable[[str], object], parent: QObject | None = None) -> None:
        super().__init__(tr("Open link"), tr("Paste a link that begins with ehi:"), parent)
        self._follow = follow

    def look_for(self, text: str) -> None:
        """What the link says, or why it is none."""
        self.show((link_offer(text, self._follow),) if text else ())
