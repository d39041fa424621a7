"""What a quick box offers, and where the offers come from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from inspector.ui.theme import Icon


@dataclass(frozen=True, slots=True)
class Offer:
    """One line of the box.

    Attributes:
        text: what it is; may come from a store.
        run: what happens when it is chosen.
        detail: more about it, quietly.
        keys: the keys that do the same.
        icon: its picture.
        reason: why it cannot be chosen now; empty when it can.
    """

    text: str
    run: Callable[[], object]
    detail: str = ""
    keys: str = ""
    icon: Icon | None = None
    reason: str = ""

    @property
    def spoken(self) -> str:
        """The whole line for assistive technology."""
        return ", ".join(part for part in (self.text, self.detail, self.keys, self.reason) if part)


class OfferSource(QObject):
    """Finds offers for what was typed.

    Attributes:
        title: what the box is for, for assistive technology.
        placeholder: what can be typed.
        offers: what was found, best first.
        status: a word about the search, such as how far it is.
        searching: more may be found.

    Signals:
        changed(): ``offers`` or ``status`` are others now.
    """

    changed = Signal()

    def __init__(self, title: str, placeholder: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.title, self.placeholder = title, placeholder
        self.offers: tuple[Offer, ...] = ()
        self.status = ""
        self.searching = False

    def look_for(self, text: str) -> None:
        """Begin to find offers for a text; an earlier search is given up."""
        raise NotImplementedError

    def stop(self) -> None:
        """Give up what is running."""

    def show(self, offers: tuple[Offer, ...], status: str = "") -> None:
        """Say what was found."""
        self.offers, self.status = offers, status
        self.changed.emit()
